"""`/data`: what the snapshot holds, where it comes from, and the whole of it to take away; for programs as VoID and DCAT."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, Response, redirect, request, send_file, url_for
from msgspec import Struct
from werkzeug.exceptions import NotFound as PageNotFound
from werkzeug.wrappers import Response as AnyResponse

from kg.store.catalog import Distribution, Place, data_description
from kg.store.formats import serialize_graph
from kg.store.manifest import MANIFEST
from kg.store.reader.entity import Count
from kg.store.reader.model import Ref
from web.context import services, site
from web.errors import WebError
from web.i18n import LANGUAGES, current_language, gettext_in
from web.negotiation import GRAPH_FORMATS, HTML, JSON, JSON_LD, TURTLE, choose_format
from web.protocol import content_type
from web.render import render
from web.words import N_

blueprint = Blueprint("data", __name__)

FILES = {
    "itda.nq": ("application/n-quads", "itda.nq"),
    "itda.ttl": ("text/turtle", "itda.ttl"),
    "itda.jsonld": ("application/ld+json", "itda.jsonld"),
    "network.graphml": ("application/graphml+xml", "network/network.graphml"),
}


DESCRIPTION = "description.ttl"
PREFIXES = {"prefixes.ttl": TURTLE.media, "prefixes.rq": "text/plain"}
_TITLE = N_("Itda")
_ABOUT = N_("The facts, figures and names of local governments' jobs plans, each with the lines of the plan it comes from.")


class Download(Struct, frozen=True):
    """A file to take away: its name, media type and size in bytes."""

    name: str
    media: str
    size: int


class DataPage(Struct, frozen=True):
    """What the snapshot holds, in which files, and which of them were left out for its size."""

    snapshot: str
    plans: tuple[Ref, ...]
    sources: tuple[Ref, ...]
    counts: tuple[Count, ...]
    triples: int
    downloads: tuple[Download, ...]
    left_out: tuple[str, ...]


@blueprint.get("/data")
def page() -> Response:
    """Show what is in the snapshot; a program gets it as VoID and DCAT.

    Raises:
        WebError: 406, no acceptable format.
    """
    chosen = choose_format(request.accept_mimetypes, (HTML, *GRAPH_FORMATS))
    if chosen is None:
        raise WebError("web.not-acceptable", 406)
    response = _shown() if chosen is HTML else _described(JSON_LD.media if chosen is JSON else chosen.media)
    response.headers["Vary"] = "Accept"
    response.headers.add("Link", f"<{url_for('data.download', name=DESCRIPTION)}>; rel=describedby; type={TURTLE.media}")
    return response


@blueprint.get("/.well-known/void")
def well_known() -> AnyResponse:
    """Lead to the description, where VoID says it is to be looked for."""
    return redirect(url_for("data.page"), 303)


@blueprint.get("/data/<name>")
def download(name: str) -> Response:
    """Send one file of the snapshot, the description, or the prefixes."""
    if name == DESCRIPTION:
        return _described(TURTLE.media)
    if name in PREFIXES:
        return _prefixes(name)
    if name not in FILES:
        raise PageNotFound()
    media, inside = FILES[name]
    path: Path = site().snapshot.path / inside
    if not path.is_file():
        raise PageNotFound()
    return send_file(path.resolve(), mimetype=media, download_name=name, etag=False)


def _downloads() -> tuple[Download, ...]:
    folder = site().snapshot.path
    there = ((name, media, folder / inside) for name, (media, inside) in FILES.items())
    return tuple(Download(name, media, path.stat().st_size) for name, media, path in there if path.is_file())


def _shown() -> Response:
    opened, lang = site(), current_language()
    reader = opened.reader
    plans, sources, counts = opened.plans[lang], reader.sources(lang), reader.counts(lang)
    downloads = _downloads()
    left_out = tuple(FILES.keys() - {one.name for one in downloads})
    return render("data.html", DataPage(opened.snapshot.id, plans, sources, counts, reader.triples(), downloads, tuple(sorted(left_out))))


def _described(media: str) -> Response:
    opened = site()
    published = datetime.fromtimestamp((opened.snapshot.path / MANIFEST).stat().st_mtime, UTC)
    files = (Distribution(url_for("data.download", name=one.name, _external=True), one.media, one.size) for one in _downloads())
    place = Place(
        data=url_for("data.page", _external=True),
        endpoint=url_for("sparql.endpoint", _external=True),
        version=opened.snapshot.id,
        modified=published.isoformat(timespec="seconds"),
        files=tuple(files),
        prefixes=services().prefixes,
    )
    titles, abouts = ({language: gettext_in(language, text) for language in LANGUAGES} for text in (_TITLE, _ABOUT))
    graph = data_description(place, opened.census, titles, abouts, [plan.iri for plan in opened.plans[current_language()]])
    return Response(serialize_graph(graph, media, services().context, services().prefixes), content_type=content_type(media))


def _prefixes(name: str) -> Response:
    site()
    line = "@prefix {}: <{}> ." if name.endswith("ttl") else "PREFIX {}: <{}>"
    lines = [line.format(prefix, iri) for prefix, iri in sorted(services().prefixes.items())]
    return Response("\n".join([*lines, ""]), content_type=f"{PREFIXES[name]}; charset=utf-8")
