"""`itda partners`: who works with whom, and for whom the plan names few, on the command line. Loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click

from kg.errors import QueryRejected
from kg.network.partners import Partnerships
from web.linkcli import Linker
from web.origins import in_order
from web.session import Session
from web.words import N_

GAPS: dict[str, Callable[[Partnerships], Iterable[tuple[str, tuple[str, ...]]]]] = {
    "groups": lambda found: found.gaps.groups,
    "zones": lambda found: found.gaps.zones,
    "programs": lambda found: ((program, ()) for program in found.gaps.alone),
}
"""What few are named for: things, each with the actors named for it."""


@click.command()
@click.argument("name", required=False)
@click.option("--gaps", type=click.Choice(list(GAPS)), help="What the plan names one organisation or none for, instead of partners.")
@click.pass_obj
def partners(session: Session, name: str | None, gaps: str | None) -> None:
    """Tell who works with an organisation and who might; without a name, all organisations. Exit code 2 for a name that is none."""
    linker = Linker(session)
    found = Partnerships(linker.network)
    if name is not None and gaps:
        raise click.UsageError(session.terminal.word(N_("Give a name or --gaps, not both.")))
    if gaps:
        _show(session, linker, ("", ""), [(thing, actors) for thing, actors in GAPS[gaps](found)])
    elif name is None:
        ranked = sorted(found.actors, key=lambda actor: (-len(found.co_partners(actor)), linker.name(actor)))
        _show(session, linker, ("", ""), [(actor, tuple(one.actor for one in found.co_partners(actor))) for actor in ranked])
    else:
        _of_one(session, linker, found, _actor(linker, found, name))


def _show(session: Session, linker: Linker, header: tuple[str, str], rows: list[tuple[str, tuple[str, ...]]]) -> None:
    if session.terminal.as_json:
        session.terminal.data([{**_thing(linker, thing), "actors": [_thing(linker, one) for one in actors]} for thing, actors in rows])
    else:
        session.terminal.table(header, [[linker.name(thing), ", ".join(map(linker.name, actors))] for thing, actors in rows])


def _actor(linker: Linker, found: Partnerships, name: str) -> str:
    able = [iri for iri in linker.meant(name) if iri in found.actors]
    if len(able) == 1:
        return able[0]
    iri = linker.thing(name)
    if iri not in found.actors:
        raise QueryRejected("query.no-actor", name=name)
    return iri


def _of_one(session: Session, linker: Linker, found: Partnerships, actor: str) -> None:
    parts = [
        (share.thing, [one for one in found.members[share.thing] if one != actor], _lines(share.edges)) for share in found.shares(actor)
    ]
    members = [(one, _lines(edges)) for one, edges in found.members.get(actor, {}).items()]
    known, likely = found.co_partners(actor), found.likely(actor)
    if session.terminal.as_json:
        session.terminal.data(
            {
                "actor": _thing(linker, actor),
                "members": [{**_thing(linker, one), "lines": lines} for one, lines in members],
                "parts": [
                    {**_thing(linker, thing), "with": [_thing(linker, one) for one in others], "lines": lines}
                    for thing, others, lines in parts
                ],
                "partners": [_linked(linker, one.actor, one.things) | {"weight": round(one.weight, 4)} for one in known],
                "likely": [_linked(linker, one.actor, one.reasons) | {"score": round(one.score, 4)} for one in likely],
            }
        )
        return
    word, name = session.terminal.word, linker.name
    rows = [[word(N_("member")), name(one), "", lines] for one, lines in members]
    rows += [[word(N_("takes part in")), name(thing), ", ".join(map(name, others)), lines] for thing, others, lines in parts]
    rows += [[word(N_("partner")), name(one.actor), ", ".join(map(name, one.things)), f"{one.weight:.2f}"] for one in known]
    rows += [[word(N_("might join")), name(one.actor), ", ".join(map(name, one.reasons)), f"{one.score:.2f}"] for one in likely]
    session.terminal.table(["", "", "", ""], rows)
    if actor in linker.network.closed:
        session.terminal.say(N_("It made the plan and has a part in nearly everything, so nobody is proposed to it."))


def _lines(edges: Iterable[Any]) -> str:
    return ", ".join(in_order(line for edge in edges for line in edge.passages))


def _thing(linker: Linker, iri: str) -> dict[str, str]:
    return {"id": iri, "name": linker.name(iri), "type": linker.network.nodes[iri].type}


def _linked(linker: Linker, actor: str, things: Iterable[str]) -> dict[str, Any]:
    return {**_thing(linker, actor), "through": [_thing(linker, thing) for thing in things]}
