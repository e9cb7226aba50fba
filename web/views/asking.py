"""`/network/`: the way into the network: a name to look up, and ready questions with one thing to choose."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint, redirect, request, url_for
from msgspec import Struct
from werkzeug.wrappers import Response as AnyResponse

from kg.store.reader.model import Ref
from kg.store.reader.source import choose_text
from kg.store.results import Term
from web.context import search_text, services, site
from web.errors import WebError
from web.i18n import current_language
from web.links import id_of
from web.networks import meant, named, nearest, network, network_url
from web.paging import Listed, listed
from web.render import render

blueprint = Blueprint("asking", __name__)

_FEW = 12


class Question(Struct, frozen=True):
    """A ready question: its key, the words before and after the thing, all things to choose from, its answer."""

    key: str
    before: str
    after: str
    things: tuple[str, ...]
    address: str


class AskingPage(Struct, frozen=True):
    """The box and the ready questions with what each offers.

    `unknown` is a name that nothing bears, `near` are names like it, `alone` says that one question stands alone.
    """

    questions: tuple[tuple[Question, Listed, tuple[Ref, ...]], ...]
    unknown: str
    near: tuple[str, ...]
    alone: bool


@blueprint.get("/network/")
def page() -> AnyResponse:
    """Show the box and the questions; `q` leads to the thing of that name, `ask` and `thing` to the answer of a question.

    `show` names a question to show alone with all that can be chosen, by pages.

    Raises:
        WebError: 400 when there is no such question, thing or page.
    """
    text = search_text({"q": request.args.get("q", "")})
    if text:
        found = meant(text)
        if found:
            return redirect(network_url(found[0].iri) if len(found) == 1 else url_for("network.page", name=text), 302)
    asked = request.args.get("ask", "")
    if asked:
        return _answer(asked, request.args.get("thing", ""))
    questions = {one.key: one for one in _questions()}
    lists = listed("asking.page", {key: one.things for key, one in questions.items()}, _FEW)
    refs = named({iri for one in lists.values() for iri in one.items})
    offered = tuple((questions[key], one, tuple(refs[iri] for iri in one.items)) for key, one in lists.items())
    return render("asking.html", AskingPage(offered, text, nearest(text) if text else (), bool(request.args.get("show"))))


def _answer(asked: str, thing: str) -> AnyResponse:
    question = next((one for one in _questions() if one.key == asked), None)
    if question is None:
        raise WebError("web.bad-parameter", name="ask", value=asked[:40])
    if not any(id_of(iri) == thing for iri in question.things):
        raise WebError("web.bad-parameter", name="thing", value=thing[:40])
    return redirect(f"{request.script_root}/{question.address.replace('{0}', thing)}", 302)


def _questions() -> tuple[Question, ...]:
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in services().library.run(site().store, "network-questions").rows:
        rows[row["name"].value.rpartition("#")[2]].append(row)
    found = sorted(rows.items(), key=lambda item: int(item[1][0]["order"].value))
    return tuple(_question(key, same) for key, same in found)


def _question(key: str, rows: list[Any]) -> Question:
    told: list[Term] = list({row["told"]: None for row in rows})
    before, _, after = choose_text(told, current_language()).value.partition("{0}")
    known, families, of_actors = network(), {row["family"].value for row in rows}, "actor" in rows[0]
    things = [
        node for node in known.nodes if known.family(node) in families and known.is_open(node) and (known.kind(node).actor or not of_actors)
    ]
    wanted = rows[0]["answer"].value if "answer" in rows[0] else ""

    def rank(node: str) -> tuple[int, int, str]:
        found = {edge.other(node) for edge in known.touching.get(node, ())}
        return -sum(known.family(one) == wanted for one in found), -len(found), known.nodes[node].name

    # Both forms of a particle are shown, because the thing before it is yet to be chosen.
    return Question(key, before, after.replace("[", "").replace("]", ""), tuple(sorted(things, key=rank)), rows[0]["address"].value)
