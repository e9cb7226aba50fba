"""Reads what points to a thing, so that a page costs what it shows: all where it is little, else each relation by pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set

from msgspec import Struct
from msgspec.structs import replace

from kg.store.reader.display import Display
from kg.store.reader.model import Total
from kg.store.reader.source import Source, iri, literal, value_of
from kg.store.reader.tables import local_name
from kg.store.results import Term
from kg.vocab import DCT, KJ

Row = Mapping[str, Term]
LISTED = 600
"""Most statements about a thing of which a page shows everything; `page-incoming-some` counts as far."""
AT_ONCE = 200
"""Most things of one relation that a page lists at once where more than that points to a thing."""
PAGE = 50
"""Things on one page of a longer list."""
LAST_PAGE = 200
"""Pages of one list that can be asked for: what is passed over costs time, too."""
_COUNTED = 1000
"""How far `page-incoming-total` counts."""
_NEVER = frozenset({DCT.isVersionOf, KJ.about})
"""Relations that are never listed backwards: editions stand on the page themselves, figures under what they measure."""


class Pointing(Struct, frozen=True):
    """Rows of `page-incoming` and of `page-incoming-figures`; of the relations in `totals` a page of them, and whether `more` follow."""

    rows: Sequence[Row]
    figures: Sequence[Row]
    totals: Mapping[str, Total] = {}
    more: bool = False


class PointingReader:
    """Reads what points to a thing."""

    def __init__(self, source: Source, display: Display) -> None:
        self._source = source
        listed = (one for one, phrase in display.phrases.items() if phrase.backward and not phrase.counted)
        self._relations = tuple(sorted(set(listed) - _NEVER))

    def named(self, name: str) -> list[str]:
        """Return the relations that can be listed and whose IRI ends with a name: some share one, such as `role`."""
        return [one for one in self._relations if local_name(one) == name]

    def all(self, thing: str, editions: Iterable[str]) -> Pointing:
        """Return what points to a thing or to one of its editions; of a relation with more than `AT_ONCE` things the first page
        where it is much."""
        about_editions = [row for edition in editions for row in self._source.rows("page-incoming", entity=iri(edition)).rows]
        if not self._is_much(thing):
            rows = (*self._source.rows("page-incoming", entity=iri(thing)).rows, *about_editions)
            return Pointing(rows, self._source.rows("page-incoming-figures", entity=iri(thing)).rows)
        wanted: set[tuple[str, str]] = set()
        totals: dict[str, Total] = {}
        for relation in self._relations:
            found = self._things(thing, relation, 0, AT_ONCE + 1)
            if len(found) > AT_ONCE:
                found, totals[relation] = found[:PAGE], self._total(thing, relation)
            wanted |= {(relation, one) for one in found}
        return self._of(thing, wanted, about_editions, totals)

    def page(self, thing: str, relation: str, number: int) -> Pointing:
        """Return one page of what points to a thing by one relation; the first is 1."""
        things = self._things(thing, relation, (number - 1) * PAGE, PAGE + 1)
        found = self._of(thing, {(relation, one) for one in things[:PAGE]}, (), {relation: self._total(thing, relation)})
        return replace(found, more=len(things) > PAGE)

    def _is_much(self, thing: str) -> bool:
        return self._count("page-incoming-some", thing) > LISTED

    def _things(self, thing: str, relation: str, passed: int, count: int) -> list[str]:
        rows = self._source.some("page-incoming-things", passed, count, entity=iri(thing), relation=iri(relation)).rows
        return [value_of(row, "thing") for row in rows]

    def _total(self, thing: str, relation: str) -> Total:
        count = self._count("page-incoming-total", thing, relation=iri(relation))
        return Total(min(count, _COUNTED), count <= _COUNTED)

    def _count(self, query: str, thing: str, **more: Term) -> int:
        return int(value_of(self._source.rows(query, entity=iri(thing), **more).rows[0], "things"))

    def _of(self, thing: str, wanted: Set[tuple[str, str]], others: Sequence[Row], totals: Mapping[str, Total]) -> Pointing:
        found = self._source.rows_about("page-incoming-of", "thing", (one for _, one in wanted), entity=iri(thing))
        rows = [row for row in found if (value_of(row, "property"), value_of(row, "thing")) in wanted]
        figures = Counter((value_of(row, "property"), value_of(row, "owner")) for row in rows if "figure" in row)
        counted = tuple(
            {"property": iri(relation), "owner": iri(owner), "figures": literal(str(count))} for (relation, owner), count in figures.items()
        )
        return Pointing((*(row for row in rows if "figure" not in row), *others), counted, totals)
