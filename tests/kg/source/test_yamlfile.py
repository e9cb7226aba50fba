"""Nothing that is written in a YAML file is lost or changes its type, and nothing in it can make the reader fall over."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from kg.source.report import Report
from kg.source.yamlfile import Mapping, Node, Scalar, Sequence, read_yaml

SHARED_FOLDER = [HealthCheck.function_scoped_fixture]
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).map(
    lambda t: unicodedata.normalize("NFC", t)
)
keys = st.text("abcdefghij-", min_size=1, max_size=8)
trees: st.SearchStrategy[Any] = st.recursive(
    texts, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
)


def read(folder: Path, text: str | bytes) -> tuple[Mapping | None, list[str]]:
    path = folder / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    report = Report("file.yaml")
    return read_yaml(path, report), [fault.code for fault in report.faults]


def plain(node: Node) -> Any:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {entry.key: plain(entry.value) for entry in node.entries}


@given(st.dictionaries(keys, trees, min_size=1, max_size=5))
@hypothesis_settings(suppress_health_check=SHARED_FOLDER, max_examples=60, deadline=None)
def test_what_is_written_is_read_back_as_the_same_text(tmp_path: Path, tree: dict[str, Any]) -> None:
    out = io.StringIO()
    writer = YAML()
    writer.default_style = '"'  # type: ignore[assignment]
    writer.dump(tree, out)
    found, codes = read(tmp_path, out.getvalue())
    assert codes == []
    assert found is not None
    assert plain(found) == tree


@pytest.mark.parametrize("written", ["08", "12_000", "1e3", "2022-03-02", "true", "no", "0x1F", "1.50", "11410"])
def test_a_plain_scalar_stays_the_text_it_is(tmp_path: Path, written: str) -> None:
    found, codes = read(tmp_path, f"key: {written}\n")
    assert codes == []
    assert found is not None
    assert found.text("key") == written


@given(st.binary(max_size=80) | st.text(max_size=80).map(lambda t: t.encode("utf-8", "surrogatepass")))
@example(b"a: &x [*x]\n")
@example(b"? [a, b]\n: c\n")
@example(b"%YAML 9.9\n---\na: 1\n")
@example(b"a: !!python/object:os.system [x]\n")
@example(b"a: \x00\n")
@hypothesis_settings(suppress_health_check=SHARED_FOLDER, max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused_with_a_fault_but_never_crash(tmp_path: Path, content: bytes) -> None:
    found, codes = read(tmp_path, content)
    assert found is not None or codes


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\nb:\n\t- c\n", "source.tab", 3),
        ("a: 1\na: 2\n", "source.duplicate-key", 2),
        ("a: 1\nb: #2\n", "source.empty-value", 2),
        ("a: {to: x, quote: 가, 나}\n", "source.empty-value", 1),
        ("a: &x 1\nb: *x\n", "source.alias", 1),
        ("a: !foo 1\n", "source.tag", 1),
        ("a: 1\n---\nb: 2\n", "source.broken-yaml", 2),
        ("- a\n", "source.not-a-mapping", 1),
        ("a: b: c\n", "source.broken-yaml", 1),
    ],
)
def test_what_yaml_would_let_pass_or_misread_is_a_fault_at_its_line(tmp_path: Path, text: str, code: str, line: int) -> None:
    path = tmp_path / "file.yaml"
    path.write_text(text, "utf-8")
    report = Report("file.yaml")
    read_yaml(path, report)
    assert [(fault.code, fault.line) for fault in report.faults] == [(code, line)]


def test_a_file_saved_in_a_korean_windows_encoding_is_named_as_such(tmp_path: Path) -> None:
    assert read(tmp_path, "label: 한글\n".encode("cp949")) == (None, ["source.not-utf8"])


def test_names_typed_on_a_mac_are_stored_composed(tmp_path: Path) -> None:
    found, _ = read(tmp_path, "label: " + unicodedata.normalize("NFD", "한글") + "\n")
    assert found is not None
    assert found.text("label") == "한글"


@pytest.mark.parametrize(("written", "read_as"), [(">-\n  하나\n  둘\n", "하나 둘"), ("|-\n  하나\n  둘\n", "하나\n둘")])
def test_a_text_over_several_lines_is_read_without_any_mark_of_its_folds(tmp_path: Path, written: str, read_as: str) -> None:
    found, codes = read(tmp_path, f"key: {written}")
    assert codes == []
    assert found is not None
    assert found.text("key") == read_as


def test_an_escaped_control_character_is_refused_because_no_xml_could_hold_it(tmp_path: Path) -> None:
    assert read(tmp_path, 'key: "a\\x07b"\n')[1] == ["source.control-character"]
