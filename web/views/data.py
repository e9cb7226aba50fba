"""`/data`: what the snapshot holds, where it comes from, and the whole of it to take away."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, send_file
from werkzeug.exceptions import NotFound as PageNotFound

from kg.store.reader.entity import Count
from kg.store.reader.model import Ref
from web.context import site
from web.i18n import current_language
from web.render import render

blueprint = Blueprint("data", __name__)

FILES = {
    "itda.nq": ("application/n-quads", "itda.nq"),
    "itda.ttl": ("text/turtle", "itda.ttl"),
    "itda.jsonld": ("application/ld+json", "itda.jsonld"),
    "network.graphml": ("application/graphml+xml", "network/network.graphml"),
}


@dataclass(frozen=True)
class Download:
    """A file to take away: its name, media type and size in bytes."""

    name: str
    media: str
    size: int


@dataclass(frozen=True)
class DataPage:
    """What the snapshot holds and in which files."""

    snapshot: str
    plans: tuple[Ref, ...]
    sources: tuple[Ref, ...]
    counts: tuple[Count, ...]
    triples: int
    downloads: tuple[Download, ...]


@blueprint.get("/data")
def page() -> Response:
    """Show what is in the snapshot."""
    opened, lang = site(), current_language()
    downloads = tuple(
        Download(name, media, path.stat().st_size)
        for name, (media, inside) in FILES.items()
        if (path := opened.snapshot.path / inside).is_file()
    )
    reader = opened.reader
    return render(
        "data.html",
        DataPage(opened.snapshot.id, opened.plans[lang], reader.sources(lang), reader.counts(lang), reader.triples(), downloads),
    )


@blueprint.get("/data/<name>")
def download(name: str) -> Response:
    """Send one file of the snapshot."""
    if name not in FILES:
        raise PageNotFound()
    media, inside = FILES[name]
    path: Path = site().snapshot.path / inside
    if not path.is_file():
        raise PageNotFound()
    return send_file(path.resolve(), mimetype=media, download_name=name, etag=False)
