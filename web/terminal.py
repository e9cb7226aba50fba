"""How the command line talks: data on stdout, everything said to a person on stderr, in Korean or English."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from typing import Any, Protocol, cast

from babel.support import NullTranslations

from kg.build.artifacts import Progress as Report
from kg.errors import Fault, ImportRefused, KgError, SourceFaults
from web.catalogue import load_translations
from web.messages import error_sentence, fault_sentence
from web.words import N_

STEPS = {
    "read": N_("Reading the files"),
    "validate": N_("Checking the rules"),
    "totals": N_("Checking the control totals"),
    "infer": N_("Inferring links"),
    "store": N_("Writing the store"),
    "network": N_("Projecting the network"),
    "search": N_("Building the search index"),
    "publish": N_("Publishing"),
    "fetch": N_("Fetching the list"),
}
CONTRADICTION = "contradiction"
"""Notation of the severity of findings that are told without being asked for."""
SEVERITIES = {"violation": N_("fault"), "warning": N_("warning"), "info": N_("note")}


class Drawing(Protocol):
    """What `web.drawn` offers; the library that draws is imported only where something is drawn: the server never does."""

    def draw_table(self, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Draw a table."""

    def drawn_bar(self) -> AbstractContextManager[Report]:
        """Draw a bar."""


class Terminal:
    """Writes for a person and for programs; made once in `main`."""

    def __init__(self, language: str, as_json: bool = False) -> None:
        self.language = language
        self.as_json = as_json
        self._words: NullTranslations = load_translations(language)

    def word(self, message: str, **facts: object) -> str:
        """Return a sentence in the terminal's language."""
        sentence: str = self._words.gettext(message)
        return sentence % facts if facts else sentence

    def say(self, message: str, **facts: object) -> None:
        """Say a sentence on stderr."""
        self._talk(self.word(message, **facts))

    def data(self, value: object) -> None:
        """Write a value as JSON on stdout."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")

    def text(self, value: str) -> None:
        """Write text on stdout as it is."""
        sys.stdout.write(value if value.endswith("\n") else value + "\n")

    def table(self, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Write a table on stdout: aligned for a person, whose cells break over lines but are never cut; tab-separated into a pipe."""
        if not sys.stdout.isatty():
            lines = [header, *rows] if any(header) else rows
            self.text("\n".join("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in line) for line in lines))
            return
        _drawing().draw_table(header, rows)

    def error(self, error: KgError) -> None:
        """Say an error; faults are listed one a line as `file:line severity: sentence`."""
        if not isinstance(error, SourceFaults):
            if self.as_json:
                self.data({"code": error.code, "message": error_sentence(error, self._words), "facts": error.facts})
            self._talk(error_sentence(error, self._words))
            return
        told = [fault for fault in error.faults if fault.severity != "info" or not fault.path]
        self.faults(told)
        if self.as_json:
            self.data([self.fault(fault) for fault in told])
        count = sum(fault.severity == "violation" for fault in error.faults)
        if isinstance(error, ImportRefused):
            self.say(N_("%(count)s faults. Nothing was taken over; the list that was accepted last stays in use."), count=count)
            return
        self.say(N_("%(count)s faults. Nothing was published; what was published before is served unchanged."), count=count)

    def faults(self, faults: Sequence[Fault]) -> None:
        """List faults for a person, one a line as `file:line severity: sentence`."""
        for fault in faults:
            place = self.place(fault)
            said = fault_sentence(fault, self.language, self._words)
            self._talk(f"{place} {self.word(SEVERITIES[fault.severity])}: {said}")

    def place(self, fault: Fault) -> str:
        """Say where a fault is: a line of a file, or a cell of a workbook's sheet."""
        sheet, mark, cell = fault.path.rpartition("!")
        if mark:
            return self.word(N_("sheet “%(sheet)s” %(cell)s:"), sheet=sheet, cell=cell)
        return f"{fault.path}:{fault.line}" if fault.line else fault.path or "-"

    def checked(self, findings: Sequence[Fault], unchecked: Sequence[str], counts: dict[str, int], notes: bool = False) -> None:
        """Say the outcome of a check that found no violation.

        Args:
            findings: Warnings and notes.
            unchecked: Plans whose evidence was not compared with a source text.
            counts: What was read.
            notes: List what the plans leave unsaid, not only how often.
        """
        silences = [fault for fault in findings if fault.severity == "info"]
        self.faults([fault for fault in findings if notes or fault.severity != "info" or fault.facts.get("weight") == CONTRADICTION])
        for name in unchecked:
            self.say(N_("%(name)s: the source text is not at hand, so phrases were not compared with its lines."), name=name)
        self.say(
            N_(
                "%(plans)s plans, %(entries)s entries, %(totals)s control totals hold, %(inferred)s statements inferred, "
                "%(findings)s findings about the plan, %(notes)s notes."
            ),
            **counts,
            notes=len(silences) - counts["findings"],
        )

    def made(self, made: Sequence[str], damaged: Sequence[str], plans: int) -> None:
        """Say which plans were read and checked now and how many were taken over as they were.

        Args:
            made: Names of the plans that were read and checked.
            damaged: Those of them of which something was kept that was damaged.
            plans: How many there are.
        """
        for name in damaged:
            self.say(N_("%(name)s: what was kept of it was damaged, so it was made anew."), name=name)
        if len(made) < plans:
            self.say(N_("%(count)s of %(plans)s plans are unchanged and were taken over."), count=plans - len(made), plans=plans)
        if made and len(made) < plans:
            self.say(N_("Read and checked: %(names)s"), names=", ".join(made))

    def fault(self, fault: Fault) -> dict[str, Any]:
        """Return a fault as data, with its sentence in the terminal's language."""
        said = fault_sentence(fault, self.language, self._words)
        return {
            "path": fault.path,
            "line": fault.line,
            "severity": fault.severity,
            "code": fault.code,
            "message": said,
            "facts": fault.facts,
        }

    @contextmanager
    def progress(self) -> Iterator[Report]:
        """Show the steps of a long job on stderr; yields what to report them to."""
        if not sys.stderr.isatty():
            yield lambda step, done, total: self._talk(f"{self._step(step)} …") if done < total else None
            return
        with _drawing().drawn_bar() as show:
            yield lambda step, done, total: show(self._step(step), done, total)

    def _step(self, step: str) -> str:
        return self.word(STEPS.get(step, step))

    @staticmethod
    def _talk(text: str) -> None:
        print(text, file=sys.stderr)


def _drawing() -> Drawing:
    return cast(Drawing, import_module("web.drawn"))
