"""`/id/…`: every thing of the snapshot, as a page or in an RDF format, at one address."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from msgspec import Struct

from kg.errors import NotFound
from kg.store.formats import serialize_graph
from kg.store.reader.model import Description, Passage, Ref, RelationGroup
from kg.store.reader.pointing import LAST_PAGE
from kg.texts import Line
from web.context import services, site, whole_number
from web.errors import WebError
from web.i18n import current_language
from web.links import iri_of
from web.negotiation import ENTITY_FORMATS, GRAPH_FORMATS, HTML, JSON, JSON_LD, Format, choose_format, split_extension
from web.render import render
from web.structured import government_service

blueprint = Blueprint("entity", __name__)


class EntityPage(Struct, frozen=True):
    """The page of one thing: its description, the other formats it can be had in, and a programme as schema.org data."""

    iri: str
    path: str
    description: Description
    formats: tuple[Format, ...]
    service: dict[str, Any] | None = None


class PassagePage(Struct, frozen=True):
    """The page of a passage: its lines, the phrase that matters, its document, and the text around it where that is at hand."""

    iri: str
    path: str
    passage: Passage
    context: tuple[Line, ...]
    formats: tuple[Format, ...]


class PointingPage(Struct, frozen=True):
    """One page of a long list of what points to a thing; `before` and `after` are the addresses of those around it, `ends` is the last."""

    thing: Ref
    group: RelationGroup
    number: int
    before: str
    after: str
    ends: bool


@blueprint.get("/id/<path:path>")
def show(path: str) -> Response:
    """Show a thing in the format the path or the Accept header asks for; `show` and `page` show one long list of its page.

    Raises:
        NotFound: the snapshot holds no such thing.
        WebError: 406, no acceptable format; 400, no such list or page.
    """
    bare, wanted = split_extension(path)
    chosen = wanted or choose_format(request.accept_mimetypes, ENTITY_FORMATS)
    if chosen is None:
        raise WebError("web.not-acceptable", 406)
    response = _page(bare) if chosen is HTML else _graph(bare, chosen)
    response.headers["Vary"] = "Accept"
    for other in ENTITY_FORMATS:
        if other is not chosen:
            address = url_for("entity.show", path=bare + other.extension)
            response.headers.add("Link", f"<{address}>; rel=alternate; type={other.media}")
    response.headers.add("Link", f"<{url_for('data.page')}>; rel=describedby")
    response.headers["Content-Location"] = url_for("entity.show", path=bare + chosen.extension)
    return response


def _page(path: str) -> Response:
    reader, iri = site().reader, iri_of(path)
    if name := request.args.get("show", ""):
        return _pointing(iri, path, name)
    shown = reader.show(iri, current_language())
    if isinstance(shown, Passage):
        context = services().texts.context(reader.text_of(shown.source), shown.start, shown.end)
        return render("passage.html", PassagePage(iri, path, shown, context, GRAPH_FORMATS))
    service = government_service(shown, site().eligibility.kinds_of_groups())
    return render("entity.html", EntityPage(iri, path, shown, GRAPH_FORMATS, service))


def _pointing(iri: str, path: str, name: str) -> Response:
    number = whole_number("page", 1, 1, LAST_PAGE)
    thing = site().reader.ref(iri, current_language())
    try:
        group = site().reader.pointing(iri, name, number, current_language())
    except NotFound:
        raise WebError("web.bad-parameter", name="show", value=name[:40]) from None
    if group is None:
        wrong = ("page", str(number)) if number > 1 else ("show", name)
        raise WebError("web.bad-parameter", name=wrong[0], value=wrong[1])

    def at(page: int) -> str:
        return url_for("entity.show", path=path, show=name, page=page)

    is_last = number == LAST_PAGE
    after = at(number + 1) if group.more and not is_last else ""
    return render("pointing.html", PointingPage(thing, group, number, at(number - 1) if number > 1 else "", after, group.more and is_last))


def _graph(path: str, chosen: Format) -> Response:
    triples = site().reader.construct(iri_of(path))
    written = JSON_LD.media if chosen is JSON else chosen.media
    body = serialize_graph(triples, written, services().context, services().prefixes)
    return Response(body, content_type=f"{chosen.media}; charset=utf-8" if chosen.media.startswith("text/") else chosen.media)
