"""`/partners/<id>` and `/partners/`: an organisation's programmes and partners, who might join them, and where the network is thin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, jsonify, redirect, request, url_for
from msgspec import Struct
from werkzeug.wrappers import Response

from kg.network.asked import naming
from kg.network.model import Edge
from kg.network.partners import CLEAR_MODULARITY, FEWEST_ACTORS, Broker, Partnerships
from kg.store.reader.model import Ref, Text
from kg.vocab import SKOS
from web.context import services, site
from web.errors import WebError
from web.links import id_of, iri_of
from web.networks import answered, asked_as_query, bearers, heading, meant, named, network, node_data, thing_of
from web.origins import in_order
from web.paging import Listed, listed
from web.render import render
from web.views.serves import ChoicePage

blueprint = Blueprint("partners", __name__)

_FEW, _SHOWN = 8, 40


class Part(Struct, frozen=True):
    """What an organisation takes part in: the thing, how (headings and roles), the lines, who else does."""

    thing: Ref
    headings: tuple[Text, ...]
    roles: tuple[Ref, ...]
    lines: str
    others: tuple[Ref, ...]


class Linked(Struct, frozen=True):
    """Another organisation, a number to rank by, and what connects both."""

    actor: Ref
    number: float
    things: tuple[Ref, ...]


class Between(Struct, frozen=True):
    """Something between others: its betweenness in percent, its rank from 1, into how many parts the rest falls without it."""

    ref: Ref
    percent: float
    rank: int
    parts: int


class PartnerPage(Struct, frozen=True):
    """An organisation for its partners; `members` are those a council joins, `large` is False where ranks among all would mean nothing.

    `is_closed` says that it is the office whose plan it is.
    """

    actor: Ref
    members: tuple[tuple[Ref, str], ...]
    parts: tuple[Part, ...]
    partners: tuple[Linked, ...]
    likely: tuple[Linked, ...]
    between: Between | None
    community: tuple[Ref, ...]
    large: bool
    is_closed: bool


class Gap(Struct, frozen=True):
    """What few are named for, who is, and for a group the wider ones it belongs to."""

    ref: Ref
    actors: tuple[Ref, ...]
    wider: tuple[Ref, ...]


class PartnersPage(Struct, frozen=True):
    """All organisations, and the shape of what they do together; `show` names the one list that is shown whole, if one is."""

    lists: Mapping[str, Listed]
    show: str
    modularity: float
    clear: bool
    number: int
    joined: int
    large: bool


@blueprint.get("/partners/")
def index() -> Response:
    """Show all organisations, brokers, communities, single points of failure and gaps; `show` names one list to see whole, by pages.

    `format=json` gives the lists whole.

    Raises:
        WebError: 400, there is no such list, page or format.
    """
    found = site().partnerships
    every, wanted = _lists(found), request.args.get("format", "")
    lists = listed("partners.index", every, _FEW)
    show = request.args.get("show", "")
    if wanted:
        return _overview({show: every[show]} if show else every, wanted)
    clear, large = found.modularity >= CLEAR_MODULARITY, len(found.actors) >= FEWEST_ACTORS
    return render("partners.html", PartnersPage(lists, show, found.modularity, clear, len(found.actors), found.joined_pairs, large))


def _lists(found: Partnerships) -> dict[str, list[Any]]:
    gaps = found.gaps
    wider = {
        group: [edge.target for edge in network().touching[group] if edge.source == group and edge.relation == SKOS.broader]
        for group, _ in gaps.groups
    }
    ids = {*found.actors, *(one.node for one in found.brokers), *gaps.alone, *(one for some in wider.values() for one in some)}
    refs = named(ids | {feature for feature, _ in (*gaps.groups, *gaps.zones)})
    ranked = sorted(((refs[actor], len(found.co_partners(actor))) for actor in found.actors), key=lambda one: (-one[1], one[0].label.value))

    def gap(feature: str, actors: Iterable[str]) -> Gap:
        return Gap(refs[feature], tuple(refs[actor] for actor in actors), tuple(refs[one] for one in wider.get(feature, ())))

    return {
        "actors": ranked,
        "brokers": _between(found, refs),
        "single": _between(found, refs, found.single_points),
        "communities": [tuple(refs[actor] for actor in community) for community in found.communities],
        "zones": [gap(*one) for one in gaps.zones],
        "groups": [gap(*one) for one in gaps.groups],
        "alone": [refs[program] for program in gaps.alone],
    }


@blueprint.get("/partners/<path:name>")
def page(name: str) -> Response:
    """Show an organisation for its partners; a name instead of an id leads to the id, `format` to the same as data or as a query.

    Raises:
        WebError: 404 when no organisation of the network has this id or name, 400 for a format that is not there.
    """
    iri, found = iri_of(name), site().partnerships
    if iri not in found.actors:
        able = tuple(ref for ref in (meant(iri) or bearers(name)) if ref.iri in found.actors)
        if len(able) == 1:
            return redirect(url_for("partners.page", name=id_of(able[0].iri), format=request.args.get("format")), 302)
        if able:
            return render("choices.html", ChoicePage(name, able, "partners.page"), 300)
        raise WebError("web.no-partner", 404, name=name)
    wanted = request.args.get("format", "")
    return _answer(iri, wanted) if wanted else render("partner.html", _page(iri))


@blueprint.get("/api/partners")
def api() -> Response:
    """Answer who works with `actor` (an IRI or a name), or the lists of all organisations without one; as JSON or another `format`.

    Raises:
        WebError: 400 for an actor that is unknown, ambiguous or none, or a format that is not there.
    """
    wanted, found = request.args.get("format", "json"), site().partnerships
    if not request.args.get("actor"):
        return _overview(_lists(found), wanted)
    name = request.args["actor"].strip()
    able = [ref.iri for ref in meant(name) if ref.iri in found.actors]
    if not able:
        raise WebError("web.no-partner", name=name[:_SHOWN])
    return _answer(able[0] if len(able) == 1 else thing_of("actor"), wanted)


def _answer(iri: str, wanted: str) -> Response:
    """Give an organisation as JSON, what it takes part in as a file, or the query that finds this."""
    if wanted == "json":
        return jsonify(_data(_page(iri)))
    if wanted == "query":
        return asked_as_query(naming(services().library.text("network-partners"), focus=[iri]))
    members = site().partnerships.members
    things = [share.thing for share in site().partnerships.shares(iri)] + [iri] * (iri in members)
    edges = dict.fromkeys(edge for thing in things for some in members[thing].values() for edge in some)
    nodes = dict.fromkeys((iri, *(end for edge in edges for end in (edge.source, edge.target))))
    return answered(nodes, tuple(edges), wanted)


def _page(iri: str) -> PartnerPage:
    found = site().partnerships
    shares, partners, likely = found.shares(iri), found.co_partners(iri), found.likely(iri)
    community = next((one for one in found.communities if iri in one), ())
    refs = named(
        {
            iri,
            *community,
            *found.members.get(iri, ()),
            *(edge.role for share in shares for edge in share.edges if edge.role),
            *(one for share in shares for one in (share.thing, *found.members[share.thing])),
            *(node for one in partners for node in (one.actor, *one.things)),
            *(node for one in likely for node in (one.actor, *one.reasons)),
        }
    )
    return PartnerPage(
        refs[iri],
        tuple((refs[actor], _lines(edges)) for actor, edges in found.members.get(iri, {}).items()),
        tuple(_part(share.thing, share.edges, iri, refs) for share in shares),
        tuple(Linked(refs[one.actor], one.weight, tuple(refs[thing] for thing in one.things)) for one in partners),
        tuple(Linked(refs[one.actor], one.score, tuple(refs[reason] for reason in one.reasons)) for one in likely),
        next((one for one in _between(found, {**refs}) if one.ref.iri == iri), None),
        tuple(refs[actor] for actor in community if actor != iri),
        len(found.actors) >= FEWEST_ACTORS,
        iri in network().closed,
    )


def _part(thing: str, edges: Iterable[Edge], actor: str, refs: Mapping[str, Ref]) -> Part:
    shown = list(edges)
    others = tuple(refs[one] for one in site().partnerships.members[thing] if one != actor)
    headings = tuple({heading(edge, thing): None for edge in shown})
    roles = tuple({refs[edge.role]: None for edge in shown if edge.role in refs})
    return Part(refs[thing], headings, roles, _lines(shown), others)


def _lines(edges: Iterable[Edge]) -> str:
    return ", ".join(in_order(line for edge in edges for line in edge.passages))


def _between(found: Partnerships, refs: Mapping[str, Ref], brokers: Iterable[Broker] | None = None) -> list[Between]:
    """Return brokers as pages show them; equal ones share a rank, and those that were not named are left out."""
    ranks: dict[float, int] = defaultdict(int)
    for place, one in enumerate(found.brokers, 1):
        ranks.setdefault(round(one.betweenness, 9), place)
    chosen = found.brokers if brokers is None else brokers
    return [
        Between(refs[one.node], one.betweenness * 100, ranks[round(one.betweenness, 9)], one.parts) for one in chosen if one.node in refs
    ]


def _data(shown: PartnerPage) -> dict[str, Any]:
    def linked(one: Linked, number: str) -> dict[str, Any]:
        return {**node_data(one.actor), number: round(one.number, 4), "through": [node_data(thing) for thing in one.things]}

    return {
        "actor": node_data(shown.actor),
        "members": [{**node_data(ref), "lines": lines} for ref, lines in shown.members],
        "parts": [
            {**node_data(part.thing), "roles": [role.label.value for role in part.roles], "lines": part.lines} for part in shown.parts
        ],
        "partners": [linked(one, "weight") for one in shown.partners],
        "likely": [linked(one, "score") for one in shown.likely],
        "betweenness": round(shown.between.percent / 100, 4) if shown.between else 0.0,
        "community": [node_data(ref) for ref in shown.community],
    }


def _overview(lists: Mapping[str, list[Any]], wanted: str) -> Response:
    """Give the lists of the overview as JSON; the measures of the whole stand beside them."""
    if wanted != "json":
        raise WebError("web.bad-parameter", name="format", value=wanted[:_SHOWN])
    found = site().partnerships
    shown: dict[str, Any] = {name: [_item(item) for item in items] for name, items in lists.items()}
    return jsonify(
        {**shown, "modularity": round(found.modularity, 4), "organizations": len(found.actors), "joined_pairs": found.joined_pairs}
    )


def _item(item: Any) -> Any:
    match item:
        case Between():
            return {**node_data(item.ref), "betweenness": round(item.percent / 100, 4), "rank": item.rank, "falls_into": item.parts}
        case Gap():
            return {
                **node_data(item.ref),
                "actors": [node_data(ref) for ref in item.actors],
                "wider": [node_data(ref) for ref in item.wider],
            }
        case Ref():
            return node_data(item)
        case (Ref() as actor, int(number)):
            return {**node_data(actor), "partners": number}
        case _:
            return [node_data(ref) for ref in item]
