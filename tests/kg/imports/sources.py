"""The fixtures of the importers (made up, of the documented shapes), and what may become of a file on its way."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.settings import Settings
from tests.conftest import DATA, ONTOLOGY, ROOT

FIXTURES = ROOT / "tests" / "fixtures" / "imports"
SOURCES = ("bokjiro", "bokjiro-local", "gov24", "youth")
DAY = "2026-11-26"
Files = dict[str, bytes]
Change = Callable[[Files], None]


def files_of(source: str) -> Files:
    """Return the files of a source by name."""
    return {path.name: path.read_bytes() for path in sorted((FIXTURES / source).iterdir())}


def laid_out(files: Files, folder: Path) -> Path:
    """Put files into a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def settings_in(folder: Path, **further: Any) -> Settings:
    """Return settings whose imports are kept in a folder of the test's own."""
    return Settings(data=DATA, ontology=ONTOLOGY, snapshots=folder / "snapshots", **further)


@dataclass(frozen=True)
class Bad:
    """One way in which what a source sends can be wrong, and the code of the fault that has to say so."""

    source: str
    what: str
    change: Change
    code: str

    def __str__(self) -> str:
        return f"{self.source}: {self.what}"


def bytes_of(name: str, change: Callable[[bytes], bytes]) -> Change:
    """Change the bytes of a file."""

    def apply(files: Files) -> None:
        files[name] = change(files[name])

    return apply


def text_of(name: str, *pairs: tuple[str, str], count: int = -1) -> Change:
    """Replace text in a file."""

    def apply(files: Files) -> None:
        text = files[name].decode()
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new, count)
        files[name] = text.encode()

    return apply


def json_of(name: str, change: Callable[[Any], Any]) -> Change:
    """Change what a file of JSON says; a change that returns nothing changed it in place."""

    def apply(files: Files) -> None:
        body = json.loads(files[name])
        changed = change(body)
        files[name] = json.dumps(body if changed is None else changed, ensure_ascii=False).encode()

    return apply


def without(*names: str) -> Change:
    """Leave files out."""

    def apply(files: Files) -> None:
        for name in names:
            del files[name]

    return apply


def half(content: bytes) -> bytes:
    """Return the first half of a file."""
    return content[: len(content) // 2]


def page_of_a_site(_: bytes) -> bytes:
    """Return a page that says that something is being mended."""
    return "<!DOCTYPE html>\n<html lang='ko'><head><title>점검 중</title></head><body>잠시 뒤에 다시 찾아 주세요.</body></html>".encode()
