"""The structure holds where the import linter is not installed: arrows, homes of libraries, sizes, docstrings, no Korean in code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("kg", "search", "web")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
ARROWS = {"kg": {"kg"}, "search": {"search", "kg"}, "web": {"web", "search", "kg"}}
INSIDE_KG = {
    "source": {"source"},
    "store": {"store"},
    "network": {"network", "store", "build"},
    "imports": {"imports", "source"},
    "workbook": {"workbook", "build", "source"},
    "build": {"build", "imports", "source", "store"},
    "eligibility": {"eligibility", "store"},
}
HOMES = {
    "flask": "web",
    "flask_babel": "web",
    "werkzeug": "web",
    "jinja2": "web",
    "babel": "web",
    "click": "web",
    "rich": "web",
    "granian": "web",
    "whoosh": "search",
    "opensearchpy": "search",
    "kiwipiepy": "search",
    "rdflib": "kg",
    "pyoxigraph": "kg",
    "pyshacl": "kg/build",
    "networkx": "kg/network",
    "openpyxl": "kg/workbook",
    "defusedxml": "kg/imports",
    "ruamel": "kg/source",
    "pydantic": "kg",
}
EDGES = ("web/cli.py", "web/wsgi.py")
SELDOM_SERVES = {
    "rdflib", "pyshacl", "openpyxl", "defusedxml", "ruamel", "opensearchpy", "rich", "whoosh", "kg.source", "kg.imports", "kg.workbook",
}  # fmt: skip
LONGEST = 300
HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield every imported module and whether it is imported at the top of the file."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        names = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        for name in names:
            yield name, node in tree.body


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_a_module_imports_only_what_its_place_allows(path: Path) -> None:
    here = path.relative_to(ROOT).parts
    for name, _ in imports(path):
        parts = name.split(".")
        if parts[0] in PACKAGES:
            assert parts[0] in ARROWS[here[0]], f"{name} in {shown(path)}"
            if here[0] == "kg" and len(here) > 2 and len(parts) > 1 and parts[1] in INSIDE_KG:
                assert parts[1] in INSIDE_KG[here[1]], f"{name} in {shown(path)}"
            if here[0] == "kg" and len(here) == 2:
                assert len(parts) == 1 or parts[1] not in INSIDE_KG, f"{name} in {shown(path)}"
        home = HOMES.get(parts[0])
        assert home is None or shown(path).startswith(home + "/"), f"{name} in {shown(path)}"


def test_no_module_imports_itself_by_a_roundabout_way_not_even_inside_a_function() -> None:
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in MODULES}
    arrows: dict[str, set[str]] = {}
    for name, path in names.items():
        found = set()
        for target, _ in imports(path):
            found |= {target} & names.keys()
        arrows[name] = found - {name}
    done: set[str] = set()

    def walk(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join((*way, name))
        if name not in done:
            for target in arrows[name]:
                walk(target, (*way, name))
            done.add(name)

    for name in names:
        walk(name, ())


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_imports_inside_functions_stand_only_in_the_command_line(path: Path) -> None:
    inside = [name for name, top in imports(path) if not top and name not in ("typing", "_typeshed.wsgi")]
    guarded = "TYPE_CHECKING" in path.read_text("utf-8")
    assert not inside or guarded or shown(path) == "web/cli.py", inside


def test_a_server_starts_without_what_it_seldom_or_never_needs() -> None:
    script = "import sys, web.cli, web.serving, web.with_granian, web.with_gunicorn; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    needless = {name for name in found if name.startswith("kg.build.")} | SELDOM_SERVES.intersection(found)
    # What a maker of a part of a snapshot looks like: short, and the network names it.
    assert needless == {"kg.build.artifacts"}


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_a_module_fits_a_few_screens(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_every_public_name_is_documented(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    if path.name != "__main__.py":
        assert ast.get_docstring(tree), shown(path)
    scopes: list[ast.Module | ast.ClassDef] = [
        tree,
        *(node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")),
    ]
    for scope in scopes:
        for node in scope.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{shown(path)}:{node.lineno} {node.name}"


@pytest.mark.parametrize("path", [path for path in MODULES if shown(path).split("/")[0] in ("kg", "search")], ids=shown)
def test_kg_and_search_hold_no_korean(path: Path) -> None:
    assert not HANGUL.search(path.read_text("utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_broad_excepts_and_environment_reads_stand_only_at_the_edges(path: Path) -> None:
    text = path.read_text("utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ExceptHandler):
            is_broad = node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException"))
            passes_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            assert not is_broad or passes_on or shown(path) == "web/errors.py", f"{shown(path)}:{node.lineno}"
    assert not re.search(r"\bos\.(environ|getenv)\b", text) or shown(path) in EDGES
    assert not re.search(r"^\s*global ", text, re.M)


def test_no_file_of_the_project_names_a_machine_path_or_a_package_registry() -> None:
    forbidden = re.compile(r"/(?:work|root|farm)/[a-z.]|https?://[^\s\"]*(?:npm|pypi|pythonhosted|debian|maven)")
    kinds = {".py", ".md", ".toml", ".txt", ".yaml", ".ttl", ".rq", ".jsonld", ".html", ".css", ".po", ".tsv", ".csv", ".in", ""}
    skipped = {".venv", ".git", "var", "build", "dist", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "node_modules"}
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and not skipped & set(parts) and path.suffix in kinds and path != Path(__file__):
            assert not forbidden.search(path.read_text("utf-8", errors="replace")), shown(path)
