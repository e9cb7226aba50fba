"""The query page: a sentence to fill in or a query to write, its answer or what is wrong with it, and the ready questions."""

from __future__ import annotations

import re
import shlex
import time
from pathlib import Path

from flask import Response, current_app, request, url_for
from msgspec import Struct

from kg.errors import KgError, QueryError, QuerySyntaxError, StoreUnavailable
from kg.store.reader.examples import Example
from web.answers import AnswerView, view_of, with_heads
from web.context import services, settings, site
from web.errors import WebError, detail_of, status_of, with_limits
from web.hints import Marked, Nearest, Unknown, marked, prefix_meant, unknown_terms
from web.i18n import gettext
from web.protocol import OFFERED, ProtocolRequest
from web.questions import Sentence, TopicQuestions, by_topic, question_named, sentence_of
from web.render import render
from web.slips import Slip, is_sentence, mended, never_bound, questions_like, untagged
from web.words import N_

_SUM = re.compile(r"\b(?:SUM|AVG)\s*\(", re.IGNORECASE)
_SCOPE = re.compile(r"kj:scope\b|ns#scope\b|qb:dataSet\b|cube#dataSet\b")
_JOINED = re.compile(r"\bGROUP_CONCAT\s*\(\s*(?:DISTINCT\s+)?\?", re.IGNORECASE)
_FIND_CHARS = 60
_WORDS = 200
_SENTENCE = N_("These are words, not a query. Search for them, take a ready question, or write a query that begins with SELECT.")


class Fault(Struct, frozen=True):
    """What is wrong with a query: the sentence, the place, a prefix nobody declared, and the query that may be meant.

    Attributes:
        words: What was written where it is no query but words, for the search; then `like` are the ready questions with most of them.
    """

    said: str
    place: Marked | None
    prefix: str
    meant: Nearest | None
    words: str = ""
    like: tuple[Example, ...] = ()


class Snippet(Struct, frozen=True):
    """Lines to copy that ask the same from a program."""

    name: str
    code: str


class QueryPage(Struct, frozen=True):
    """The query page.

    Attributes:
        query: What the box shows.
        asked: True when something was asked.
        sentence: The chosen ready question, when it has blanks.
        example: Name of the chosen ready question.
        unbound: Variables that are asked for and stand nowhere else.
        untagged: Texts that the data has with a language, where nothing was found.
        unjoined: True when GROUP_CONCAT got what may be no text, and a cell is empty.
        careless: True when figures are added up without a word about their scope.
        seconds: How long the answer took, as text.
        find: Words by which the ready questions are narrowed.
        short: Short address of the query, when it has one.
        has_editor: True when the editor was built (`make editor`); without it there is the plain box.
    """

    query: str
    asked: bool
    sentence: Sentence | None
    example: str
    answer: AnswerView | None
    fault: Fault | None
    unknown: tuple[Unknown, ...]
    unbound: tuple[Slip, ...]
    untagged: tuple[Slip, ...]
    unjoined: bool
    careless: bool
    seconds: str
    topics: tuple[TopicQuestions, ...]
    find: str
    short: str
    snippets: tuple[Snippet, ...]
    longest: int
    deadline: str
    has_editor: bool


def page_of(asked: ProtocolRequest) -> Response:
    """Render the page for a request.

    Raises:
        WebError: 404, there is no ready question of the name.
    """
    text, example = (asked.text or "").strip(), request.args.get("example", "") if "query" not in request.args else ""
    answer, fault, status, start = None, None, 200, time.perf_counter()
    error: KgError | None = None
    unknown: tuple[Unknown, ...] = ()
    unbound: tuple[Slip, ...] = ()
    without_language: tuple[Slip, ...] = ()
    site()
    if text:
        try:
            shape = site().queries.inspect(text)
            unbound = never_bound(shape)
            with services().budget.spending(request.remote_addr or "") as asker:
                media = "application/n-triples" if shape.kind == "graph" else OFFERED[shape.kind][0].media
                answer = view_of(site().queries.query(text, media, asked.dataset, asker))
            unknown, without_language = unknown_terms(shape), untagged(shape, answer)
        except (QueryError, StoreUnavailable, WebError) as refused:
            error, fault, status = refused, _fault(text, refused), status_of(refused)
            if isinstance(refused, QuerySyntaxError):
                unbound = ()  # what is no query has no columns
    find = request.args.get("find", "").strip()[:_FIND_CHARS]
    chosen = question_named(example) if example else None
    page = QueryPage(
        query=text or services().examples[0].query,
        asked=bool(text),
        sentence=sentence_of(chosen, request.args) if chosen else None,
        example=example,
        answer=with_heads(answer) if answer and example else answer,
        fault=fault,
        unknown=unknown,
        unbound=unbound,
        untagged=without_language,
        unjoined=answer is not None and _JOINED.search(text) is not None and any(not cell.text for row in answer.rows for cell in row),
        careless=adds_across_scopes(text),
        seconds=f"{time.perf_counter() - start:.2f}",
        topics=by_topic(find),
        find=find,
        short=request.url if request.endpoint == "sparql.short" else "",
        snippets=_snippets(text, example, answer) if answer else (),
        longest=settings().query_bytes,
        deadline=f"{settings().query_deadline_s:g}",
        has_editor=(Path(current_app.static_folder or "") / "editor.js").is_file(),
    )
    response = render("sparql.html", page, status)
    if error is not None:
        with_limits(response, status, error.code, error.facts)
    for _, url in answer.formats if answer and len(request.full_path) < 1000 else ():
        response.headers.add("Link", f"<{url}>; rel=alternate")
    return response


def adds_across_scopes(query: str) -> bool:
    """Say whether a query adds up figures without a word about their scope, which counts the same money and people several times."""
    return _SUM.search(query) is not None and "obsValue" in query and _SCOPE.search(query) is None


def _fault(text: str, error: KgError) -> Fault:
    if isinstance(error, QuerySyntaxError) and is_sentence(text):
        return Fault(gettext(_SENTENCE), None, "", None, text[:_WORDS], questions_like(text))
    line, column = error.facts.get("line", ""), error.facts.get("column", "")
    place = marked(text, int(line), int(column)) if line.isdigit() and column.isdigit() else None
    prefix = error.facts.get("prefix", "") if isinstance(error, QuerySyntaxError) else ""
    meant = prefix_meant(text, prefix, int(line), int(column)) if prefix and place else None
    if isinstance(error, QuerySyntaxError) and place and not prefix:
        meant = mended(text, error)
    return Fault(detail_of(error), place, prefix, meant)


def _snippets(text: str, example: str, answer: AnswerView) -> tuple[Snippet, ...]:
    target = url_for("sparql.endpoint", _external=True)
    quoted = shlex.quote(text)
    is_truth = answer.truth is not None
    media, form = ("application/json", "json") if is_truth else ("text/turtle", "excel") if answer.is_graph else ("text/csv", "csv")
    rows = "rows = list(csv.DictReader(io.StringIO(urllib.request.urlopen(url).read().decode('utf-8-sig'))))"
    python = "\n".join(
        [
            f"import {'json' if is_truth else 'csv, io'}, urllib.parse, urllib.request",
            f"query = {text!r}",
            f"url = {target!r} + '?' + urllib.parse.urlencode({{'query': query, 'format': {form!r}}})",
            "truth = json.load(urllib.request.urlopen(url))['boolean']" if is_truth else rows,
        ]
    )
    found = [
        Snippet("curl", f"curl -G {target} -H 'Accept: {media}' --data-urlencode query={quoted}"),
        Snippet("Python", python),
    ]
    if example:
        values = {name: value for name, value in request.args.items() if name not in ("example", "sort", "desc", "page", "find")}
        found.insert(0, Snippet("API", url_for("queries.answer", name=example, **values, _external=True)))
    return tuple(found)
