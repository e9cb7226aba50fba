"""`/network/`: the way into the network: a name to look up, and ready questions with one thing to choose."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.store.reader.model import Ref
from kg.store.reader.source import choose_text
from kg.store.results import Term
from web.context import search_text, services, site, whole_number
from web.errors import WebError
from web.i18n import current_language
from web.links import id_of
from web.networks import meant, named, network, network_url
from web.render import render

blueprint = Blueprint("asking", __name__)

_FEW, _PAGE = 12, 100
"""A question offers the first few things to choose from; shown alone, all of them by pages."""


@dataclass(frozen=True)
class Question:
    """A ready question: its key, the words before and after the thing, all things to choose from, its answer."""

    key: str
    before: str
    after: str
    things: tuple[str, ...]
    address: str


@dataclass(frozen=True)
class Offered:
    """A question with the things it offers; `left` are not among them, `pages` are addresses before and after when it is shown alone."""

    question: Question
    things: tuple[Ref, ...]
    left: int
    pages: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class AskingPage:
    """The box and the ready questions; `unknown` is a name that nothing bears, `alone` says that one question is shown alone."""

    questions: tuple[Offered, ...]
    unknown: str
    alone: bool


@blueprint.get("/network/")
def page() -> AnyResponse:
    """Show the box and the questions; `q` leads to the thing of that name, `ask` and `thing` to the answer of a question.

    `more` names a question to show alone with all that can be chosen, by pages.

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
        return _answer(_question_called("ask"), request.args.get("thing", ""))
    if request.args.get("more"):
        return render("asking.html", AskingPage((_whole(_question_called("more")),), text, alone=True))
    return render("asking.html", AskingPage(tuple(map(_first, _questions())), text, alone=False))


def _question_called(parameter: str) -> Question:
    key = request.args[parameter]
    found = next((one for one in _questions() if one.key == key), None)
    if found is None:
        raise WebError("web.bad-parameter", name=parameter, value=key[:40])
    return found


def _answer(question: Question, thing: str) -> AnyResponse:
    if not any(id_of(iri) == thing for iri in question.things):
        raise WebError("web.bad-parameter", name="thing", value=thing[:40])
    return redirect(f"{request.script_root}/{question.address.replace('{0}', thing)}", 302)


def _first(question: Question) -> Offered:
    return _offered(question, 0, _FEW)


def _whole(question: Question) -> Offered:
    last = max(1, -(-len(question.things) // _PAGE))
    number = whole_number("page", 1, 1, last)
    before = url_for("asking.page", more=question.key, page=number - 1) if number > 1 else ""
    after = url_for("asking.page", more=question.key, page=number + 1) if number < last else ""
    return replace(_offered(question, (number - 1) * _PAGE, number * _PAGE), pages=(before, after))


def _offered(question: Question, first: int, end: int) -> Offered:
    chosen = question.things[first:end]
    refs = named(chosen)
    return Offered(question, tuple(refs[iri] for iri in chosen), len(question.things) - len(chosen))


def _questions() -> tuple[Question, ...]:
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in services().library.run(site().store, "network-questions").rows:
        rows[row["name"].value.rpartition("#")[2]].append(row)
    found = sorted(rows.items(), key=lambda item: int(item[1][0]["order"].value))
    return tuple(_question(key, [row["told"] for row in same], same[0]["family"].value, same[0]["address"].value) for key, same in found)


def _question(key: str, told: list[Term], family: str, address: str) -> Question:
    before, _, after = choose_text(told, current_language()).value.partition("{0}")
    known = network()
    things = [node for node in known.nodes if known.family(node) == family and known.is_open(node)]
    ranked = sorted(things, key=lambda node: (-known.degree(node), known.nodes[node].name))
    # Both forms of a particle are shown, because the thing before it is yet to be chosen.
    return Question(key, before, after.replace("[", "").replace("]", ""), tuple(ranked), address)
