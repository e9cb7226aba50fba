"""Accounts for every number a plan's source prints: it is a figure, a bound, a date, part of a name …, left out with a reason, or missing.

A figure takes one printed number for itself, so that two equal numbers on a line need two figures; anything else accounts for every
number it holds. Numbers that nothing else accounts for are given to figures first; a figure that is left without one then takes a number
that stands in a name (a goal that is called by its number is still a figure).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from kg.errors import SourceFaults, TextsMissing
from kg.ontology import Ontology
from kg.source.claims import Claim, Claims, Date, names_of
from kg.source.folder import PlanFolder
from kg.source.load import LEXICON, load_sources
from kg.source.numberforms import DATE, NumberForm, read_forms
from kg.source.numerals import NumberedText, Numeral
from kg.source.passages import Passage, SourceText
from kg.source.report import Report
from kg.source.yamlfile import read_text
from kg.text import DotTable

CLASSES = ("figure", "condition", "address", "date", "name", "structure", "word", "ignored")
"""What can account for a number. Where several do, the first but `figure` in this order is told; a figure only as described above."""


class Reason(Struct, frozen=True):
    """What accounts for a number: one of `CLASSES`, and the IRI, rule or remark that says so."""

    kind: str
    because: str


class Coverage(Struct, frozen=True):
    """The numbers of one plan's source.

    Attributes:
        plan: Name of the plan's folder.
        file: Name of the source text.
        numerals: Every number of the text, in order.
        reasons: What accounts for those that are accounted for.
        lines: The text, for showing a number in its line; never published.
        shared: IRIs of figures that are printed in one number with another figure, such as one number for each of two rooms.
        idle: Lines of `ignored.csv` that leave out what is accounted for without them.
    """

    plan: str
    file: str
    numerals: tuple[Numeral, ...]
    reasons: dict[Numeral, Reason]
    lines: tuple[str, ...]
    shared: tuple[str, ...]
    idle: tuple[int, ...]

    @property
    def left(self) -> tuple[Numeral, ...]:
        """The numbers nothing accounts for."""
        return tuple(numeral for numeral in self.numerals if numeral not in self.reasons)

    def shown(self, numeral: Numeral) -> dict[str, Any]:
        """Return a number as data: its line, the text of that line, the number as printed, and what accounts for it (None: nothing)."""
        reason = self.reasons.get(numeral)
        return {
            "line": numeral.line,
            "number": numeral.text,
            "class": reason.kind if reason else None,
            "because": reason.because if reason else None,
            "text": self.lines[numeral.line - 1].strip(),
        }

    @property
    def counts(self) -> dict[str, int]:
        """How many numbers each of `CLASSES` accounts for."""
        counted = Counter(reason.kind for reason in self.reasons.values())
        return {kind: counted[kind] for kind in CLASSES}


def cover(data: Path, ontology: Ontology, texts: Path | None) -> tuple[tuple[Coverage, ...], tuple[str, ...]]:
    """Account for the numbers of every plan whose source text is at hand.

    Args:
        data: Folder of plans, with `lexicon/`.
        ontology: The vocabulary.
        texts: Folder of source texts, or None.
    Returns:
        The plans whose text is at hand, and the names of the others.
    Raises:
        SourceFaults: the plans or the forms of numbers cannot be read as they are.
        TextsMissing: no plan's text is at hand.
    """
    sources = load_sources(data, ontology, texts)
    report = Report()
    forms = read_forms(data / LEXICON, LEXICON, report)
    if report.faults:
        raise SourceFaults(report.faults)
    at_hand = [folder for folder in sources.folders if folder.name not in sources.unchecked]
    if not at_hand or texts is None:
        raise TextsMissing(names=", ".join(sources.unchecked))
    dots, names = DotTable.load(data / LEXICON), names_of(sources.folders, ontology)
    covered = []
    for folder in at_hand:
        lines = tuple((read_text(texts / folder.text.name, report) or "").split("\n"))
        text = NumberedText(SourceText(lines, dots))
        covered.append(_Accountant(text, forms).account(folder, Claims(folder, names)))
    return tuple(covered), sources.unchecked


class _Accountant:
    """Accounts for the numbers of one text."""

    def __init__(self, text: NumberedText, forms: tuple[NumberForm, ...]) -> None:
        self._text = text
        self._forms = forms
        self._reasons: dict[Numeral, Reason] = {}

    def account(self, folder: PlanFolder, claims: Claims) -> Coverage:
        self._hold(claims.conditions())
        self._hold(claims.addresses())
        self._dates(claims.dates)
        self._hold(claims.names())
        self._printed_forms()
        shared = self._figures(claims.figures())
        idle = tuple(self._ignored(folder))
        return Coverage(folder.name, folder.text.name, self._text.numerals, self._reasons, self._text.source.lines, shared, idle)

    def _hold(self, claims: Iterable[Claim]) -> None:
        for claim in claims:
            for held in self._text.held_by(claim.passage):
                for numeral in held:
                    if claim.fits(numeral):
                        self._reasons.setdefault(numeral, Reason(claim.kind, claim.about))

    def _dates(self, known: tuple[tuple[Passage, Date], ...]) -> None:
        for number, line, start in self._lines():
            dates = {date for passage, date in known if passage.start <= number <= passage.end}
            for form in (form for form in self._forms if form.kind == DATE):
                for match in form.pattern.finditer(line):
                    if any(_is_date(match.groupdict(), date) for date in dates):
                        self._give(match.span(), start, Reason(DATE, form.why))

    def _printed_forms(self) -> None:
        for _, line, start in self._lines():
            for form in (form for form in self._forms if form.kind != DATE):
                for match in form.pattern.finditer(line):
                    self._give(match.span(), start, Reason(form.kind, form.why), only_plain=True)

    def _lines(self) -> Iterator[tuple[int, str, int]]:
        for number in range(1, len(self._text.source.lines) + 1):
            start, end = self._text.offsets(number, number)
            yield number, self._text.whole[start:end], start

    def _give(self, span: tuple[int, int], start: int, reason: Reason, only_plain: bool = False) -> None:
        for numeral in self._text.between(start + span[0], start + span[1]):
            if numeral.is_plain or not only_plain:
                self._reasons.setdefault(numeral, reason)

    def _figures(self, claims: Iterable[Claim]) -> tuple[str, ...]:
        """Give each figure a number that is printed like it on its lines; return the figures for which none is left.

        Passages that end early choose first, and take the first number they can: so as many as possible find one. Those of the same lines
        choose in the order of their table's rows and columns, which is the order of print.
        """
        waiting = sorted(claims, key=lambda claim: (claim.passage.end, -claim.passage.start))
        taken: set[Numeral] = set()
        for is_free in (True, False):
            left = []
            for claim in waiting:
                numeral = self._number_of(claim, taken, is_free)
                if numeral is None:
                    left.append(claim)
                else:
                    taken.add(numeral)
                    self._reasons[numeral] = Reason("figure", claim.about)
            waiting = left
        return tuple(claim.about for claim in waiting)

    def _number_of(self, claim: Claim, taken: set[Numeral], is_free: bool) -> Numeral | None:
        for numeral in self._text.on_lines(claim.passage.start, claim.passage.end):
            if numeral.text == claim.passage.quote and numeral not in taken and not (is_free and numeral in self._reasons):
                return numeral
        return None

    def _ignored(self, folder: PlanFolder) -> Iterator[int]:
        """Let each row of `ignored.csv` account for one place where its phrase stands; yield the lines of rows that find none."""
        for row in folder.expansion.ignored:
            for held in self._text.held_by(row.passage):
                fresh = [numeral for numeral in held if numeral not in self._reasons]
                if fresh:
                    self._reasons.update(dict.fromkeys(fresh, Reason("ignored", row.reason)))
                    break
            else:
                yield row.place[1]


def _is_date(parts: dict[str, str | None], date: Date) -> bool:
    """Say whether a printed date is a known one, as far as it is printed; a year may be its last two digits."""
    year, month, day = (int(text) if (text := parts.get(name)) else None for name in ("year", "month", "day"))
    of_year = year is None or year in (date[0], date[0] % 100)
    return of_year and month in (None, date[1]) and day in (None, date[2])
