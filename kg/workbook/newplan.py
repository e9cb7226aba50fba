"""Lays out the folder of a new plan: valid from the start, with examples as comments. Its words are templates in `ontology/new-plan/`."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from pyoxigraph import Literal

from kg.errors import PlanRefused
from kg.ontology import Ontology
from kg.source.load import LEXICON
from kg.text import nfc
from kg.vocab import ID, SKOS
from kg.workbook.plans import plan_folders

TEMPLATES = "new-plan"
FILES = {
    "plan.yaml": "plan.yaml",
    "programs.yaml": "programs.yaml",
    "organizations.yaml": "organizations.yaml",
    "centers.yaml": "centers.yaml",
    "checks.yaml": "checks.yaml",
    "ignored.csv": "ignored.csv",
    "figures.md": "figures/README.md",
}
"""Templates, and where in the folder each goes."""
FIRST_YEAR, LAST_YEAR = 2010, 2099
"""Local governments have disclosed job targets since 2010 (Framework Act on Employment Policy, article 9-2)."""
_PLAN = re.compile(r"([^/]+)/([^/]+)")
_AREA = re.compile(r"\d{2}|\d{5}", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_NAME = re.compile(r"[^\W\d_](?:[\w ()-]*[\w)])?")
_PROVINCE_DIGITS = 2


def new_plan(plan: str, name: str, data: Path, ontology: Ontology, shipped: Path) -> Path:
    """Lay out the folder of a new plan.

    Args:
        plan: `area/year`: code of the area (2 or 5 digits of the standard administrative code) and year.
        name: Korean name of the area; empty for an area the vocabulary knows.
        data: Folder of plans. One without a lexicon is given the shipped one, without which nothing in it could be read.
        ontology: The vocabulary, with the templates in its folder.
        shipped: Folder of data that is shipped.
    Returns:
        The new folder.
    Raises:
        PlanRefused: area or year cannot be one, the area's name is not known, or the plan or its folder is there already.
    """
    area, year = _parsed(plan)
    folder = data / f"{area}-{year}"
    there = plan_folders(data).get(plan) or (folder if folder.exists() else None)
    if there:
        raise PlanRefused("plans.exists", value=plan, folder=there.name)
    known = _name(ontology, area)
    name = nfc(" ".join(name.split())) or known
    if not name:
        raise PlanRefused("plans.name-needed", value=area)
    if not _NAME.fullmatch(name):
        raise PlanRefused("plans.bad-name", value=name)
    if not (data / LEXICON).is_dir():
        shutil.copytree(shipped / LEXICON, data / LEXICON)
    new = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    facts = {"area": area, "year": year, "name": name, "location": "" if known else _location(ontology, area, name)}
    for template, inside in FILES.items():
        path = new / inside
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_template(ontology, template).format(**facts), "utf-8", newline="\n")
    new.rename(folder)
    return folder


def _parsed(plan: str) -> tuple[str, str]:
    found = _PLAN.fullmatch(plan)
    if not found:
        raise PlanRefused("plans.bad-form", value=plan)
    area, year = found.groups()
    if not _AREA.fullmatch(area):
        raise PlanRefused("plans.bad-area", value=area)
    if not _YEAR.fullmatch(year) or not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise PlanRefused("plans.bad-year", value=year, first=FIRST_YEAR, last=LAST_YEAR)
    return area, year


def _name(ontology: Ontology, area: str) -> str:
    """Return the Korean name of an area of the vocabulary, or an empty text."""
    iri = f"{ID}kr/area/{area}"
    return next(
        (
            quad.object.value
            for quad in ontology.quads
            if quad.subject.value == iri  # type: ignore[union-attr]
            and quad.predicate.value == SKOS.prefLabel
            and isinstance(quad.object, Literal)
            and quad.object.language == "ko"
        ),
        "",
    )


def _location(ontology: Ontology, area: str, name: str) -> str:
    """Return the entry of an area the vocabulary does not know, within its province where that is known."""
    province = area[:_PROVINCE_DIGITS]
    within = _template(ontology, "within.yaml").format(province=province) if province != area and _name(ontology, province) else ""
    return _template(ontology, "location.yaml").format(area=area, name=name, within=within.rstrip("\n")).rstrip("\n") + "\n"


def _template(ontology: Ontology, name: str) -> str:
    return (ontology.folder / TEMPLATES / name).read_text("utf-8")
