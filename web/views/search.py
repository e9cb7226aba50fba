"""`/search` and its JSON: full-text results with facets, suggestions, and the list of type words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from msgspec import Struct

from kg.store.manifest import MANIFEST
from kg.store.reader.display import Kind
from kg.store.reader.model import Ref
from kg.vocab import BASE
from search.model import Query
from web.context import search_text, settings, site, whole_number
from web.errors import WebError
from web.i18n import current_language
from web.links import changed, path_of
from web.naming import KINDS, resolve
from web.render import render
from web.results import Choice, Result, Wider, choices, marked, meant, unseen_reasons, wider
from web.searching import as_data

blueprint = Blueprint("search", __name__)

_PAGE = 20
_FEW = 8


class SearchPage(Struct, frozen=True):
    """Results of a search: hits with snippets, facets to narrow by, where to go on."""

    text: str
    total: int
    results: tuple[Result, ...]
    facets: tuple[tuple[str, tuple[Choice, ...]], ...]
    did_you_mean: str
    read_as: tuple[tuple[str, str], ...]
    understood: tuple[tuple[str, tuple[str, ...]], ...]
    demands: tuple[str, ...]
    wider: tuple[Wider, ...]
    feed: str
    earlier: str
    later: str
    longest: int
    only_alike: bool
    few: int = _FEW


class Entry(Struct, frozen=True):
    """One entry of a feed."""

    ref: Ref
    url: str
    summary: str


class Feed(Struct, frozen=True):
    """A search as an Atom feed (RFC 4287): its addresses, when its snapshot was published, its first hits."""

    text: str
    lang: str
    address: str
    html: str
    updated: str
    entries: tuple[Entry, ...]


@blueprint.get("/search")
def page() -> Response:
    """Show the results of a search; without words, show the empty box."""
    query = _query()
    found = site().search.search(query)
    refs = site().reader.labels([hit.id for hit in found.hits], current_language())
    results = tuple(Result(refs[hit.id], path_of(hit.id), marked(hit), unseen_reasons(hit)) for hit in found.hits if hit.id in refs)
    facets = tuple(
        (facet.name, links) for facet in found.facets if len(links := choices(facet.name, facet.values)) > 1 or any(c.chosen for c in links)
    )
    later = query.offset + query.limit
    response = render(
        "search.html",
        SearchPage(
            text=query.text,
            total=found.total,
            results=results,
            facets=facets,
            did_you_mean=found.did_you_mean or "",
            read_as=found.read_as,
            understood=meant(found),
            demands=found.demands,
            wider=tuple(wider(one) for one in found.relaxations),
            feed=changed(url_for("search.feed")) if query.text else "",
            earlier=changed(offset=max(0, query.offset - query.limit)) if query.offset else "",
            later=changed(offset=later) if later < found.total and later <= settings().search_offset else "",
            longest=settings().search_chars,
            only_alike=bool(found.hits) and all(reason.kind == "spelling" for hit in found.hits for reason in hit.why),
        ),
    )
    return _unkept_if_personal(response, query.text)


@blueprint.get("/search.atom")
def feed() -> Response:
    """Give the first results of a search as an Atom feed.

    Raises:
        WebError: nothing is searched for.
    """
    query = _query()
    if not query.text:
        raise WebError("web.no-words")
    found = site().search.search(query)
    lang = current_language()
    refs = site().reader.labels([hit.id for hit in found.hits], lang)
    base = request.url_root.rstrip("/")
    entries = tuple(
        Entry(refs[hit.id], base + path_of(hit.id), "".join(piece.text for piece in hit.snippet)) for hit in found.hits if hit.id in refs
    )
    published = datetime.fromtimestamp((site().snapshot.path / MANIFEST).stat().st_mtime, UTC)
    addresses = (base + changed(url_for("search.feed")), base + changed(url_for("search.page")))
    content = Feed(query.text, lang, *addresses, published.isoformat(timespec="seconds"), entries)
    response = Response(render_template("feed.xml", page=content), content_type="application/atom+xml; charset=utf-8")
    return _unkept_if_personal(response, query.text)


@blueprint.get("/api/search")
def api() -> Response:
    """Answer a search as JSON (DESIGN section 5)."""
    query = _query()
    found = site().search.search(query)
    answer = as_data(query.text, found)
    for result, hit in zip(answer["results"], found.hits, strict=True):
        result.update(url=path_of(hit.id), snippet=str(marked(hit)))
    return _unkept_if_personal(jsonify(answer), query.text)


@blueprint.route("/api/suggest", methods=["GET", "POST"])
def suggest() -> Response:
    """Answer with things whose name begins like `q`; asked by POST where somebody is typing, so that half a sentence is in no address."""
    text = search_text(request.values)
    found = site().search.suggest(text, whole_number("limit", 10, 1, 50)) if text else ()
    return _unkept(jsonify({"suggestions": [{"id": s.id, "name": s.name, "type": s.type} for s in found]}))


def _unkept_if_personal(response: Response, words: str) -> Response:
    """Leave an answer out of what is kept for everybody when the words tell of somebody."""
    return _unkept(response) if words and site().describer.describe(words).is_personal else response


def _unkept(response: Response) -> Response:
    response.cache_control.private = True
    response.cache_control.no_cache = True
    return response


@blueprint.get("/api/types")
def types() -> Response:
    """List the type words with their names."""
    return jsonify({"types": [_kind(kind) for kind in _kinds()]})


def _kinds() -> list[Kind]:
    return sorted(site().reader.display.kinds.values(), key=lambda kind: (kind.order, kind.word))


def _kind(kind: Kind) -> dict[str, Any]:
    return {"type": kind.word, "label": kind.label("ko").value, "labelEn": kind.label("en").value, "catalogued": kind.catalogued}


def _query() -> Query:
    filters = {name: tuple(_iri(name, value) for value in request.args.getlist(name) if value) for name in KINDS}
    return Query(
        text=search_text(request.args),
        types=_types(),
        filters={name: values for name, values in filters.items() if values},
        limit=whole_number("limit", _PAGE, 1, settings().search_limit),
        offset=whole_number("offset", 0, 0, settings().search_offset),
    )


def _types() -> tuple[str, ...]:
    """Return the type words to keep.

    Raises:
        WebError: one of them is no type word; its member `types` lists those there are.
    """
    wanted = tuple(value for value in request.args.getlist("type") if value)
    words = [kind.word for kind in _kinds()]
    for word in wanted:
        if word not in words:
            raise WebError("web.unknown-type", value=word[:40], words=", ".join(words)).adding(types=words)
    return wanted


def _iri(name: str, value: str) -> str:
    """Return the IRI of a filter given as an IRI or a name."""
    return value if value.startswith(BASE) else resolve(name, value).iri
