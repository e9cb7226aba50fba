"""What views of the network share: which thing is meant, how things and relations are named in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from flask import Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.network.export import edges_csv, gexf, graphml, nodes_csv, part_of
from kg.network.model import Edge, Network
from kg.store.reader.model import Ref, Text
from kg.store.reader.source import choose_text
from kg.vocab import BASE, CV, ID
from web.context import site
from web.drawing import Drawn
from web.errors import WebError
from web.i18n import current_language
from web.links import id_of, path_of
from web.naming import bearing
from web.render import foreign

_SHOWN, _NEAREST, _CLOSE = 40, 3, 0.5
_BACKWARDS = {CV.hasParticipation: CV.hasParticipant}
"""The heading of what a partner takes part in is that of the other half of the relation."""

FILES: dict[str, tuple[str, Callable[[Network], bytes | str]]] = {
    "graphml": ("application/graphml+xml", graphml),
    "gexf": ("application/gexf+xml", gexf),
    "nodes.csv": ("text/csv; charset=utf-8", nodes_csv),
    "edges.csv": ("text/csv; charset=utf-8", edges_csv),
}
"""Formats of a part of the network beside JSON: media type and what writes it."""


def network() -> Network:
    """Return the network of the snapshot this request reads."""
    return site().network


def named(nodes: Iterable[str]) -> Mapping[str, Ref]:
    """Name things in the language of the page."""
    return site().reader.labels(nodes, current_language())


def bearers(name: str) -> tuple[Ref, ...]:
    """Return the things of the network that bear a name; an edition counts as its permanent thing."""
    found = {ref.home or ref.iri for ref in bearing(name)}
    refs = named(iri for iri in found if iri in network().nodes)
    return tuple(refs[iri] for iri in sorted(refs))


def thing_of(parameter: str) -> str:
    """Return the IRI that a parameter means: an IRI, the part of one after `/id/`, or an exact name or alias.

    Raises:
        WebError: 400 when it is missing, unknown or ambiguous; then its member `candidates` lists what may be meant.
    """
    wanted = request.args.get(parameter, "").strip()
    if not wanted:
        raise WebError("web.missing-parameter", name=parameter)
    found = meant(wanted)
    if len(found) == 1:
        return found[0].iri
    if found:
        listed = [{"id": ref.iri, "name": ref.label.value, "type": ref.word} for ref in found]
        raise WebError("web.ambiguous", name=wanted[:_SHOWN]).adding(candidates=listed)
    raise WebError("web.not-in-network", name=wanted[:_SHOWN])


def meant(wanted: str) -> tuple[Ref, ...]:
    """Return what an IRI, the part of one after `/id/`, or a name may mean in the network."""
    for iri in (wanted, ID + wanted):
        if iri.startswith(BASE):
            home = site().reader.labels([iri], "ko").get(iri)
            inside = home.home if home and home.home in network().nodes else iri
            if inside in network().nodes:
                return tuple(named([inside]).values())
    return bearers(wanted)


def nearest(name: str) -> tuple[str, ...]:
    """Return the names in the network that are spelled most like one that nothing bears, the nearest first."""
    names = dict.fromkeys(node.name for node in network().nodes.values())
    return tuple(get_close_matches(name, names, _NEAREST, _CLOSE))


def heading(edge: Edge, seen_from: str) -> Text:
    """Return what an edge says of its other end, such as "who runs it"."""
    phrases = site().reader.display.phrases
    if edge.source == seen_from:
        phrase = phrases.get(edge.relation)
        terms = phrase.forward if phrase else ()
    else:
        phrase = phrases.get(_BACKWARDS.get(edge.relation, edge.relation))
        terms = phrase.backward if phrase else ()
    return choose_text(terms, current_language())


def drawn(ref: Ref, depth: int = 1, column: int | None = None) -> Drawn:
    """Return a thing as pictures show it, in the column of its family unless another is given."""
    family = network().family(ref.iri)
    at = network().families[family].column if column is None else column
    return Drawn(ref.iri, ref.label.value, ref.kind.value, family, network_url(ref.iri), depth, at, foreign(ref.label))


def family_names() -> dict[str, str]:
    """Return the names of all families by key, in their order, in the language of the page."""
    lang = current_language()
    return {key: family.labels.get(lang, key) for key, family in network().families.items()}


def network_url(iri: str, **parameters: Any) -> str:
    """Return the address of a thing's neighbourhood."""
    return url_for("network.page", name=id_of(iri), **parameters)


def node_data(ref: Ref) -> dict[str, str]:
    """Return a node as JSON shows it."""
    return {"id": ref.iri, "name": ref.label.value, "type": ref.word, "url": path_of(ref.iri)}


def edge_data(edge: Edge, refs: Mapping[str, Ref]) -> dict[str, Any]:
    """Return an edge as JSON shows it."""
    role = refs.get(edge.role)
    return {
        "source": edge.source,
        "target": edge.target,
        "relation": edge.relation,
        "label": heading(edge, edge.source).value,
        "via": edge.via or None,
        "role": role.label.value if role else None,
        "certainty": edge.certainty.lower(),
        "lines": edge.lines,
    }


def part_data(nodes: Collection[str], edges: Iterable[Edge], more: int = 0) -> dict[str, Any]:
    """Return a part of the network as JSON shows it; `more` is how many things are left out."""
    kept = list(edges)
    refs = named([*nodes, *(edge.role for edge in kept if edge.role)])
    return {"nodes": [node_data(refs[node]) for node in nodes], "edges": [edge_data(edge, refs) for edge in kept], "more": more}


def answered(nodes: Collection[str], edges: Iterable[Edge], wanted: str, more: int = 0) -> Response:
    """Give a part of the network as JSON or as a file.

    Raises:
        WebError: 400, there is no such format.
    """
    if wanted == "json":
        return jsonify(part_data(nodes, edges, more))
    if wanted not in FILES:
        raise WebError("web.bad-parameter", name="format", value=wanted[:_SHOWN])
    media, write = FILES[wanted]
    response = Response(write(part_of(network(), nodes, edges)), content_type=media)
    response.headers["Content-Disposition"] = f'attachment; filename="itda-network{"-" if "." in wanted else "."}{wanted}"'
    return response


def asked_as_query(query: str) -> AnyResponse:
    """Lead to the query page with a query and its answer."""
    return redirect(url_for("sparql.endpoint", query=query) + "#answer", 302)
