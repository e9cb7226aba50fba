"""What points to a thing: relations read backwards, figures counted by what they are about, and what is only counted by kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from kg.store.reader.display import Display
from kg.store.reader.model import CountGroup, KindCount, Passage, Ref, Relation, RelationGroup
from kg.store.reader.pointing import Pointing, Row
from kg.store.reader.source import choose_text, value_of
from kg.vocab import KJ


class Incoming(Struct, frozen=True):
    """Makes groups out of the rows of the saved queries `page-incoming…`; `refs` names everything they mention."""

    refs: Mapping[str, Ref]
    display: Display
    lang: str

    def groups(self, pointing: Pointing, shown: frozenset[tuple[str, str]] = frozenset()) -> tuple[RelationGroup, ...]:
        """Group what points to a thing under the inverse headings of its relations; nothing is cut.

        Args:
            shown: Pairs of relation and thing that the page shows already.
        """
        found = self._relations(pointing.rows, shown)
        for row in pointing.figures:
            owner, property_iri = value_of(row, "owner"), value_of(row, "property")
            if owner in self.refs:
                found[property_iri][owner] = Relation(self.refs[owner], figures=int(value_of(row, "figures")))
        groups = []
        for property_iri in sorted(found, key=lambda one: (self.display.order_of(one), one)):
            phrase = self.display.phrases.get(property_iri)
            if phrase is None or not phrase.backward:
                continue
            beside = {owner for other in phrase.beside for owner in found.get(other, ())}
            relations = [relation for owner, relation in found[property_iri].items() if owner not in beside]
            relations.sort(key=lambda relation: self.display.place(relation.other))
            if relations:
                heading, total = choose_text(phrase.backward, self.lang), pointing.totals.get(property_iri)
                groups.append(RelationGroup(property_iri, heading, tuple(relations), total, pointing.more))
        return tuple(groups)

    def _relations(self, rows: Iterable[Row], shown: frozenset[tuple[str, str]]) -> dict[str, dict[str, Relation]]:
        grouped: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            owner, property_iri = value_of(row, "owner"), value_of(row, "property")
            if owner in self.refs and (property_iri, owner) not in shown:
                grouped[property_iri][owner].append(row)
        found: dict[str, dict[str, Relation]] = defaultdict(dict)
        for property_iri, owners in grouped.items():
            found[property_iri] = {owner: self._relation(owner, property_iri, own) for owner, own in owners.items()}
        return found

    def _relation(self, owner: str, property_iri: str, rows: list[Row]) -> Relation:
        roles = {self.refs[role] for row in rows if (role := value_of(row, "role")) in self.refs}
        via = {self.refs[through] for row in rows if (through := value_of(row, "via")) in self.refs}
        phrase = self.display.phrases.get(property_iri)
        inferred = bool(via) or bool(phrase and phrase.concluded) or any(value_of(row, "certainty") == KJ.Inferred for row in rows)
        remark = choose_text((row["remark"] for row in rows if "remark" in row), self.lang)
        return Relation(self.refs[owner], passages_in(rows), inferred, self._in_order(roles), self._in_order(via), remark)

    def _in_order(self, refs: Iterable[Ref]) -> tuple[Ref, ...]:
        return tuple(sorted(refs, key=self.display.place))

    def counts(self, rows: Iterable[Row]) -> tuple[CountGroup, ...]:
        """Return what is only counted, by kind in the order of kinds.

        Args:
            rows: Rows of `page-incoming-kinds`.
        """
        grouped: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            grouped[value_of(row, "property")].append(row)
        return tuple(
            CountGroup(choose_text(self.display.phrases[property_iri].backward, self.lang), self._kinds(grouped[property_iri]))
            for property_iri in sorted(grouped, key=self.display.order_of)
        )

    def _kinds(self, rows: Iterable[Row]) -> tuple[KindCount, ...]:
        kinds = sorted(
            ((self.display.kinds[value_of(row, "class")], int(value_of(row, "things"))) for row in rows), key=lambda one: one[0].order
        )
        return tuple(KindCount(kind.label(self.lang), things, kind.catalogued) for kind, things in kinds)


def named_in(pointing: Pointing) -> set[str]:
    """Return what rows of the saved queries mention by name."""
    return {value_of(row, name) for row in (*pointing.rows, *pointing.figures) for name in ("owner", "role", "via")}


def without_own(pointing: Pointing, own: Iterable[str]) -> Pointing:
    """Leave out what the page's own nodes say of each other."""
    mine = set(own)
    return replace(pointing, rows=[row for row in pointing.rows if value_of(row, "owner") not in mine])


def passages_in(rows: Iterable[Row]) -> tuple[Passage, ...]:
    """Return the passages that rows with `passage`, `start` and `end` name, by line."""
    found = {
        Passage(int(value_of(row, "start")), int(value_of(row, "end")), "", value_of(row, "passage"))
        for row in rows
        if "start" in row and "end" in row
    }
    return tuple(sorted(found))
