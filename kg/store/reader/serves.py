"""Who serves a group, and through what: editions that name it, and the places and partners the rules found behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct

from kg.store.reader.display import Display
from kg.store.reader.incoming import passages_in
from kg.store.reader.model import Passage, Ref, Text
from kg.store.reader.source import Source, choose_text, iri, value_of
from kg.store.results import Term

_NAMING = ("edition", "relation", "served")
"""What tells one naming of a group from another."""


class Channel(Struct, frozen=True):
    """One way in which somebody serves a group.

    Attributes:
        served: The group itself or a narrower one that is really named.
        edition: The edition it runs through.
        relation: Heading of the relation of the edition that leads to the server, such as "who runs it"; empty for the edition itself.
        role: In which role the group stands: participant, host or beneficiary.
    """

    served: Ref
    edition: Ref | None
    relation: Text
    role: Text
    passages: tuple[Passage, ...]


class Server(Struct, frozen=True):
    """A programme, place or organisation that serves a group, and the section of the page it stands in."""

    ref: Ref
    section: str
    order: int
    channels: tuple[Channel, ...]


class Serving(Struct, frozen=True):
    """The answer: the group, its narrower and broader groups, and who serves it."""

    group: Ref
    narrower: tuple[Ref, ...]
    servers: tuple[Server, ...]


class ServesReader:
    """Reads who serves a group."""

    def __init__(self, source: Source, display: Display) -> None:
        self._source = source
        self._display = display

    def serves(self, group: Ref, lang: str, plan: str) -> Serving:
        """Return who serves a group or a narrower one.

        Args:
            plan: IRI of a plan; what its editions state is counted.
        """
        asked = {"group": iri(group.iri), "plan": iri(plan)}
        editions = list(self._source.rows("page-serves-editions", **asked).rows)
        of_plan = {value_of(row, "edition") for row in editions}
        links = [row for row in self._source.rows("page-serves-links", **asked).rows if value_of(row, "via") in of_plan]
        lines = _grouped(list(self._source.rows("page-serves-lines", **asked).rows), *_NAMING)
        names = ("home", "edition", "served", "who", "via", "role")
        refs = self._display.refs({value_of(row, name) for row in editions + links for name in names}, lang)
        channels: dict[str, list[Channel]] = defaultdict(list)
        for who, rows in _grouped(editions, "home", "served", "edition", "relation").items():
            channels[who[0]].append(_direct(rows, refs, lines))
        for who, rows in _grouped(links, "who", "served", "via", "relation", "role").items():
            channels[who[0]].append(self._derived(rows, refs, lang))
        servers = [self._server(refs[who], tuple(found)) for who, found in channels.items() if who in refs]
        narrower = sorted(
            {refs[value_of(row, "served")] for row in editions + links} - {refs.get(group.iri, group)}, key=lambda ref: ref.label.value
        )
        return Serving(group, tuple(narrower), tuple(sorted(servers, key=lambda server: (server.order, server.ref.label.value))))

    def _server(self, ref: Ref, channels: tuple[Channel, ...]) -> Server:
        kind = next((found for found in self._display.kinds.values() if found.word == ref.word), None)
        return Server(ref, kind.section if kind else "", kind.order if kind else 0, channels)

    def _derived(self, rows: list[Mapping[str, Term]], refs: Mapping[str, Ref], lang: str) -> Channel:
        role = refs.get(value_of(rows[0], "role"))
        relation = self._heading(value_of(rows[0], "relation"), lang)
        return Channel(
            refs[value_of(rows[0], "served")],
            refs.get(value_of(rows[0], "via")),
            relation,
            role.label if role else Text(""),
            passages_in(rows),
        )

    def _heading(self, property_iri: str, lang: str) -> Text:
        phrase = self._display.phrases.get(property_iri)
        return choose_text(phrase.forward, lang) if phrase else Text("")


def _grouped(rows: list[Mapping[str, Term]], *names: str) -> dict[tuple[str, ...], list[Mapping[str, Term]]]:
    groups: dict[tuple[str, ...], list[Mapping[str, Term]]] = defaultdict(list)
    for row in rows:
        groups[tuple(value_of(row, name) for name in names)].append(row)
    return groups


def _direct(rows: list[Mapping[str, Term]], refs: Mapping[str, Ref], lines: Mapping[tuple[str, ...], list[Mapping[str, Term]]]) -> Channel:
    role = refs.get(value_of(rows[0], "role"))
    return Channel(
        refs[value_of(rows[0], "served")],
        refs.get(value_of(rows[0], "edition")),
        Text(""),
        role.label if role else Text(""),
        passages_in(lines.get(tuple(value_of(rows[0], name) for name in _NAMING), ())),
    )
