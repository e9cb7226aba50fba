"""`/id/…`: every thing of the snapshot, as a page or in an RDF format, at one address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for

from kg.store.formats import serialize_graph
from kg.store.reader.model import Description, Passage
from kg.texts import Line
from web.context import services, site
from web.errors import WebError
from web.i18n import current_language
from web.links import iri_of
from web.negotiation import ENTITY_FORMATS, GRAPH_FORMATS, HTML, JSON, JSON_LD, Format, choose_format, split_extension
from web.render import render
from web.structured import government_service

blueprint = Blueprint("entity", __name__)


@dataclass(frozen=True)
class EntityPage:
    """The page of one thing: its description, the other formats it can be had in, and a programme as schema.org data."""

    iri: str
    path: str
    description: Description
    formats: tuple[Format, ...]
    service: dict[str, Any] | None = None


@dataclass(frozen=True)
class PassagePage:
    """The page of a passage: its lines, the phrase that matters, its document, and the text around it where that is at hand."""

    iri: str
    path: str
    passage: Passage
    context: tuple[Line, ...]
    formats: tuple[Format, ...]


@blueprint.get("/id/<path:path>")
def show(path: str) -> Response:
    """Show a thing in the format the path or the Accept header asks for.

    Raises:
        NotFound: the snapshot holds no such thing.
        WebError: 406, no acceptable format.
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
    shown = reader.show(iri, current_language())
    if isinstance(shown, Passage):
        context = services().texts.context(reader.text_of(shown.source), shown.start, shown.end)
        return render("passage.html", PassagePage(iri, path, shown, context, GRAPH_FORMATS))
    service = government_service(shown, site().eligibility.kinds_of_groups())
    return render("entity.html", EntityPage(iri, path, shown, GRAPH_FORMATS, service))


def _graph(path: str, chosen: Format) -> Response:
    triples = site().reader.construct(iri_of(path))
    written = JSON_LD.media if chosen is JSON else chosen.media
    body = serialize_graph(triples, written, services().context, services().prefixes)
    return Response(body, content_type=f"{chosen.media}; charset=utf-8" if chosen.media.startswith("text/") else chosen.media)
