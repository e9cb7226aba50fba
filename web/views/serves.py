"""`/serves/<group>`: which centres, programmes, universities and partners serve a group, and through what."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from msgspec import Struct
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import NotFound
from kg.store.reader.entity import GROUP_SCHEME, TargetGroup
from kg.store.reader.model import Ref, Text
from kg.store.reader.serves import Channel, Server, Serving
from kg.vocab import BASE, SKOS
from web.context import plan, plan_asked, site
from web.errors import WebError
from web.i18n import current_language
from web.links import id_of, iri_of, path_of
from web.naming import candidates, resolve
from web.networks import answered, asked_as_query
from web.paging import Listed, listed
from web.render import render
from web.served import matrix_part, matrix_query, served_part, served_query

blueprint = Blueprint("serves", __name__)

_FEW = 16
_LISTED = 300
"""Servers of a section that a page lists beside the other sections; a section with hardly more is listed whole."""

LOG = logging.getLogger(__name__)


class Section(Struct, frozen=True):
    """One part of the answer: its JSON name, its heading, who is in it."""

    name: str
    heading: Text
    servers: tuple[Server, ...]


class ServesPage(Struct, frozen=True):
    """Who serves a group, in sections with what of each is shown (of all, or of the one that is asked for), and other groups to go to."""

    serving: Serving
    sections: tuple[tuple[Section, Listed], ...]
    plan: Ref
    plans: tuple[Ref, ...]
    others: tuple[TargetGroup, ...]


class ChoicePage(Struct, frozen=True):
    """Several things bear one name: choose one."""

    name: str
    candidates: tuple[Ref, ...]
    endpoint: str = "serves.page"


class MatrixRow(Struct, frozen=True):
    """A group, and for each centre the lines that say it serves the group; empty where none do."""

    group: Ref
    cells: tuple[str, ...]


class Unserved(Struct, frozen=True):
    """A group for which no centre is named.

    Attributes:
        programs: How many programmes are named for it or a narrower one; likewise tasks and organisations.
        narrower: How many centres are named for a narrower group.
        wider: The wider groups, with how many centres are named for each.
    """

    group: Ref
    programs: int
    tasks: int
    organizations: int
    narrower: int
    wider: tuple[tuple[Ref, int], ...]


class MatrixPage(Struct, frozen=True):
    """Groups by centres, then the groups without a centre (those with least first, or them alone) and the centres without a group."""

    centers: tuple[Ref, ...]
    rows: tuple[MatrixRow, ...]
    unserved: Listed
    idle: tuple[Ref, ...]
    alone: bool


@blueprint.get("/serves/")
def index() -> AnyResponse:
    """Show which centre serves which group, as far as the plan says so, and for which groups and centres it says nothing.

    `show=unserved` shows the groups without a centre alone, by pages; `format` gives centres and groups as data or as a query.

    Raises:
        WebError: 400, there is no such list, page or format.
    """
    wanted = request.args.get("format", "")
    if wanted:
        return asked_as_query(matrix_query()) if wanted == "query" else answered(*matrix_part(), wanted)
    known = site().network
    lines: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for group in (node for node in known.nodes if known.family(node) == "group" and known.is_open(node)):
        for edge in known.touching.get(group, ()):
            if known.family(center := edge.other(group)) == "center":
                lines[group, center].update(dict.fromkeys(edge.passages))
    homes = {group.ref.iri: group.ref for group in site().reader.groups(current_language(), None)}
    every = [node for node in known.nodes if known.family(node) == "center"]
    refs = {**homes, **site().reader.labels([*every, *(group for group, _ in lines)], current_language())}
    served: dict[str, set[str]] = {group: set() for group in refs}
    for group, center in lines:
        served[group].add(center)
    serving = {center for _, center in lines}
    centers = _by_name(refs[center] for center in serving)
    rows = (
        MatrixRow(group, tuple(", ".join(lines.get((group.iri, center.iri), ())) for center in centers))
        for group in _by_name({refs[group] for group, _ in lines})
    )
    unserved = [_unserved(group, refs, served) for group in _by_name(homes.values()) if not served[group.iri]]
    unserved.sort(key=lambda one: (one.narrower > 0, one.programs))
    shown = listed("serves.index", {"unserved": unserved}, _FEW)["unserved"]
    idle = _by_name(refs[center] for center in every if center not in serving)
    return render("matrix.html", MatrixPage(centers, tuple(rows), shown, idle, bool(request.args.get("show"))))


def _by_name(refs: Iterable[Ref]) -> tuple[Ref, ...]:
    return tuple(sorted(refs, key=lambda ref: ref.label.value))


def _unserved(group: Ref, refs: Mapping[str, Ref], served: Mapping[str, Set[str]]) -> Unserved:
    known = site().network
    kinds = _narrower(group.iri)
    around = {edge.other(kind) for kind in kinds for edge in known.touching.get(kind, ())}
    edges = known.touching.get(group.iri, ())
    wider = [edge.target for edge in edges if edge.source == group.iri and edge.relation == SKOS.broader and edge.target in refs]
    return Unserved(
        group,
        sum(known.family(one) == "program" for one in around),
        sum(known.family(one) == "strategy" for one in around),
        sum(known.kind(one).actor and known.family(one) != "center" for one in around),
        len({center for kind in kinds for center in served.get(kind, ())}),
        tuple((refs[one], len(served[one])) for one in wider),
    )


def _narrower(group: str) -> set[str]:
    """Return a group and all that belong to it."""
    found, ahead = {group}, [group]
    while ahead:
        node = ahead.pop()
        edges = site().network.touching.get(node, ())
        fresh = {edge.source for edge in edges if edge.target == node and edge.relation == SKOS.broader} - found
        found |= fresh
        ahead += fresh
    return found


@blueprint.get("/serves/<path:name>")
def page(name: str) -> AnyResponse:
    """Show who serves a group; a name instead of an id leads to the id, `format` to the same as data or as a query.

    `show` and `page` show one section alone, by pages.

    Raises:
        WebError: 404 when no group has this id or name, 400 for a format, section or page that is not there.
    """
    group = _group_at(iri_of(name))
    if group is None:
        return _called(name)
    serving, chosen = _serving(group)
    wanted = request.args.get("format", "")
    if wanted == "query":
        return asked_as_query(served_query(group.iri, chosen.iri))
    if wanted:
        return _data(serving) if wanted == "json" else answered(*served_part(serving, chosen.iri), wanted)
    others = tuple(found for found in site().reader.groups(current_language(), chosen) if found.homes and found.ref.iri != group.iri)
    sections = {section.name: section for section in _sections(serving)}
    servers = {name: section.servers for name, section in sections.items()}
    shown = listed("serves.page", servers, _LISTED, name=id_of(group.iri), plan=plan_asked(chosen))
    parts = tuple((sections[name], part) for name, part in shown.items())
    return render("serves.html", ServesPage(serving, parts, chosen, site().plans[current_language()], others))


def _called(name: str) -> AnyResponse:
    found = candidates("group", name)
    if len(found) == 1:
        return redirect(url_for("serves.page", name=id_of(found[0].iri)), 302)
    if found:
        return render("choices.html", ChoicePage(name, found), 300)
    raise WebError("web.unknown-group", 404, name=name)


def _group_at(iri: str) -> Ref | None:
    try:
        ref = site().reader.ref(iri, current_language())
    except NotFound:
        return None
    return ref if ref.iri.startswith(GROUP_SCHEME + "/") else None


def _serving(group: Ref) -> tuple[Serving, Ref]:
    """Answer for the plan the request names, or the newest."""
    chosen = plan()
    return site().reader.serves(group, current_language(), chosen.iri), chosen


def _sections(serving: Serving) -> tuple[Section, ...]:
    """Sort the servers into the sections of the ontology; one of a kind without a section is logged and stands in the last."""
    sections = site().reader.display.sections
    by_section: dict[str, list[Server]] = defaultdict(list)
    known = {section.iri for section in sections}
    for server in serving.servers:
        if server.section not in known:
            LOG.error("%s serves a group, but display.ttl gives its kind (%s) no section", server.ref.iri, server.ref.word or "none")
        by_section[server.section if server.section in known else sections[-1].iri].append(server)
    lang = current_language()
    return tuple(Section(section.name, section.heading(lang), tuple(by_section[section.iri])) for section in sections)


@blueprint.get("/api/serves")
def api() -> Response:
    """Answer the same as JSON; `group` is an IRI, a name or an alias.

    Raises:
        WebError: 400 without a group, with an unknown one, or with an ambiguous name.
    """
    wanted = request.args.get("group", "").strip()
    if not wanted:
        raise WebError("web.missing-parameter", name="group")
    group = _group_at(wanted) if wanted.startswith(BASE) else resolve("group", wanted)
    if group is None:
        raise WebError("web.unknown-group", name=wanted)
    return _data(_serving(group)[0])


def _data(serving: Serving) -> Response:
    group = serving.group
    body: dict[str, Any] = {"group": _thing(group), "narrower": [_thing(group) for group in serving.narrower]}
    body |= {section.name: [_server(server) for server in section.servers] for section in _sections(serving)}
    return jsonify(body)


def _thing(ref: Ref) -> dict[str, str]:
    return {"id": ref.iri, "name": ref.label.value, "type": ref.word, "url": path_of(ref.iri)}


def _server(server: Server) -> dict[str, Any]:
    return {**_thing(server.ref), "via": [_channel(channel) for channel in server.channels]}


def _channel(channel: Channel) -> dict[str, Any]:
    return {
        "edition": channel.edition.iri if channel.edition else None,
        "name": channel.edition.label.value if channel.edition else None,
        "relation": channel.relation.value or None,
        "role": channel.role.value or None,
        "group": channel.served.iri,
        "lines": ", ".join(dict.fromkeys(passage.origin or f"{passage.start}-{passage.end}" for passage in channel.passages)),
    }
