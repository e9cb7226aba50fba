"""`itda network` and `itda path`: the questions of the network on the command line. Loaded when one of them is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

import click

from kg.errors import QueryRejected
from kg.network.around import neighbourhood
from kg.network.export import edges_csv, gexf, graphml, nodes_csv, part_of
from kg.network.model import STATED, Edge, Network
from kg.network.paths import PathFinder
from kg.network.projection import read_network
from kg.store.oxigraph import OxigraphStore
from kg.store.queries import QueryLibrary
from kg.store.reader.entity import EntityReader
from kg.store.snapshot import open_current
from kg.text import DotTable
from kg.vocab import ID
from web.session import Session
from web.telling import Particles, Teller
from web.words import N_

_NEAREST, _CLOSE = 3, 0.5
FILES: dict[str, Callable[[Network], bytes | str]] = {"graphml": graphml, "gexf": gexf, "nodes": nodes_csv, "edges": edges_csv}


class Linker:
    """Answers from the network of the published snapshot."""

    def __init__(self, session: Session) -> None:
        settings = session.settings
        snapshot = open_current(settings.snapshots)
        self.network: Network = read_network(snapshot.path)
        self._store = OxigraphStore.open(snapshot.store_path)
        self.reader = EntityReader(self._store, QueryLibrary.load(settings.ontology / "queries"), DotTable.load(settings.data / "lexicon"))
        self._lang = session.terminal.language
        self.teller = Teller(self.network, Particles.load(settings.data / "lexicon"), self._lang)

    def thing(self, name: str) -> str:
        """Return what a name, an IRI or the part of one after `/id/` means.

        Raises:
            QueryRejected: nothing in the network is called so, or several things are; codes `query.unknown-thing`,
                `query.ambiguous-thing`.
        """
        found = self.meant(name)
        if not found:
            raise QueryRejected("query.unknown-thing", name=name, nearest=_near(name, (node.name for node in self.network.nodes.values())))
        if len(found) > 1:
            words = self.reader.display.words(self._lang)
            told = (f"{iri.removeprefix(ID)} ({words.get(self.network.nodes[iri].type, self.network.nodes[iri].type)})" for iri in found)
            raise QueryRejected("query.ambiguous-thing", name=name, nearest="", candidates=", ".join(told))
        return found[0]

    def meant(self, name: str) -> list[str]:
        """Return all that a name, an IRI or the part of one after `/id/` may mean in the network."""
        for iri in (name, ID + name):
            if iri in self.network.nodes:
                return [iri]
        bearers = (ref.home or ref.iri for ref in self.reader.named(name, "ko"))
        return sorted({iri for iri in bearers if iri in self.network.nodes})

    def types(self, asked: Iterable[str]) -> tuple[str, ...]:
        """Return type words for what was typed: the words themselves, or the names of the kinds in the language of the terminal.

        Raises:
            QueryRejected: there is no such kind in the network; code `query.unknown-type`, the facts `nearest`, or all kinds when none is
                near, and `name`.
        """
        labels = self.reader.display.words(self._lang)
        known = {word: labels.get(word, word) for word in sorted(self.network.kinds)}
        named = {label: word for word, label in known.items()}
        found = []
        for typed in asked:
            if typed not in known and typed not in named:
                near = _near(typed, (*known, *named)) or ", ".join(
                    label if label == word else f"{label} ({word})" for word, label in known.items()
                )
                raise QueryRejected("query.unknown-type", name=typed, nearest=near)
            found.append(typed if typed in known else named[typed])
        return tuple(dict.fromkeys(found))

    def name(self, iri: str) -> str:
        """Return the name of a thing."""
        found = self.reader.labels([iri], self._lang).get(iri)
        return found.label.value if found else iri

    def tell(self, edge: Edge, start: str) -> str:
        """Tell a relation as a sentence that begins with one end."""
        return self.teller.tell(edge, start, {end: self.name(end) for end in (edge.source, edge.target)})


def evidence(session: Session, edges: Iterable[Edge]) -> str:
    """Return on which lines a relation stands, by what rule it does without lines, and whether it is not stated outright."""
    kept = list(edges)
    lines = ", ".join(dict.fromkeys(line for edge in kept for line in edge.passages))
    if not lines:
        return session.terminal.word(N_("by the list of groups"))
    derived = all(edge.certainty != STATED for edge in kept)
    return f"{lines} ({session.terminal.word(N_('not stated outright'))})" if derived else lines


def _near(typed: str, names: Iterable[str]) -> str:
    return ", ".join(get_close_matches(typed, dict.fromkeys(names), _NEAREST, _CLOSE))


@click.command()
@click.argument("name", required=False)
@click.option("--depth", type=click.IntRange(1, 3), default=1, show_default=True, help="How many steps to walk.")
@click.option("--type", "types", multiple=True, help="Only things of this kind, such as program or 사업 (repeatable).")
@click.option("--limit", type=click.IntRange(1), default=24, show_default=True, help="Most things to show.")
@click.option("--format", "form", type=click.Choice(["table", *FILES]), default="table", show_default=True, help="Result format.")
@click.pass_obj
def network(session: Session, name: str | None, *, depth: int, types: tuple[str, ...], limit: int, form: str) -> None:
    """Show what is linked with a thing, by name or IRI; without a name, the whole network. Exit code 2 for an unknown name or kind."""
    linker = Linker(session)
    part, more, focus, types = linker.network, 0, "", linker.types(types)
    if name is None and types:
        kept = {node.id for node in part.nodes.values() if node.type in types}
        part = part_of(part, kept, (edge for edge in part.edges if edge.source in kept and edge.target in kept))
    if name is not None:
        focus = linker.thing(name)
        around = neighbourhood(part, focus, depth, types, limit)
        part, more = part_of(part, around.distances, around.edges), around.more
    if session.terminal.as_json:
        session.terminal.data(_data(part, more))
    elif form != "table":
        written = FILES[form](part)
        session.terminal.text(written.decode("utf-8") if isinstance(written, bytes) else written)
    else:
        told: dict[str, list[Edge]] = {}
        for edge in part.edges:
            told.setdefault(linker.tell(edge, focus if focus in {edge.source, edge.target} else edge.source), []).append(edge)
        session.terminal.table(["", ""], [[said, evidence(session, found)] for said, found in told.items()])
        if more:
            session.terminal.say(N_("%(count)s more; ask with --limit"), count=more)


def _data(part: Network, more: int) -> dict[str, Any]:
    columns = ("source", "target", "relation", "role", "via", "certainty", "lines")
    return {
        "nodes": [{"id": node.id, "name": node.name, "type": node.type} for node in part.nodes.values()],
        "edges": [{column: getattr(edge, column) for column in columns} for edge in part.edges],
        "more": more,
    }


@click.command()
@click.argument("start")
@click.argument("end")
@click.option("--limit", type=click.IntRange(1, 3), default=3, show_default=True, help="Most paths to show.")
@click.pass_obj
def path(session: Session, start: str, end: str, limit: int) -> None:
    """Tell how two things are connected. Exit code 1 when nothing meaningful connects them."""
    linker = Linker(session)
    found = PathFinder(linker.network).paths(linker.thing(start), linker.thing(end), limit)
    told = [[linker.tell(edge, node) for node, edge in zip(one.nodes, one.edges, strict=False)] for one in found]
    if session.terminal.as_json:
        paths = [
            {
                "nodes": list(one.nodes),
                "sentence": " ".join(said),
                "lines": [edge.lines for edge in one.edges],
                "certainty": [edge.certainty.lower() for edge in one.edges],
                "cost": one.cost,
            }
            for one, said in zip(found, told, strict=True)
        ]
        session.terminal.data({"paths": paths})
    else:
        rows = [
            [str(number), sentence, evidence(session, [edge])]
            for number, (one, said) in enumerate(zip(found, told, strict=True), 1)
            for sentence, edge in zip(said, one.edges, strict=True)
        ]
        session.terminal.table(["", "", ""], rows)
    if not found:
        session.terminal.say(N_("No path that means something joins the two."))
        click.get_current_context().exit(1)
