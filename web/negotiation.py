"""Which format an answer takes: the extension of the path first, then the Accept header with its q-values."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from werkzeug.datastructures import MIMEAccept


class Format(Struct, frozen=True):
    """A format of an answer: its media type, and the extension that asks for it in a path."""

    media: str
    extension: str
    label: str


HTML = Format("text/html", "", "HTML")
TURTLE = Format("text/turtle", ".ttl", "Turtle")
JSON_LD = Format("application/ld+json", ".jsonld", "JSON-LD")
N_TRIPLES = Format("application/n-triples", ".nt", "N-Triples")
RDF_XML = Format("application/rdf+xml", ".rdf", "RDF/XML")
JSON = Format("application/json", ".json", "JSON")

GRAPH_FORMATS = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML, JSON)
ENTITY_FORMATS = (HTML, *GRAPH_FORMATS)


def split_extension(path: str, formats: Sequence[Format] = GRAPH_FORMATS) -> tuple[str, Format | None]:
    """Take a known extension off a path.

    Returns:
        The path without it, and the format it names; the path as it was and None when it names none.
    """
    for offered in formats:
        if offered.extension and path.endswith(offered.extension):
            return path.removesuffix(offered.extension), offered
    return path, None


def quality_of(accept: MIMEAccept, media: str) -> float:
    """Return how much a client likes a media type, 0 to 1; parameters such as `charset` or `profile` do not matter."""
    bare = MIMEAccept([(wanted.partition(";")[0].strip(), quality) for wanted, quality in accept])
    return float(bare.quality(media))


def choose_format(accept: MIMEAccept, formats: Sequence[Format]) -> Format | None:
    """Choose the offered format a client likes best; the first one wins where it has no preference.

    Returns:
        None when the client accepts none of them (406).
    """
    if not accept:
        return formats[0]
    best, quality = None, 0.0
    for offered in formats:
        wanted = quality_of(accept, offered.media)
        if wanted > quality:
            best, quality = offered, wanted
    return best
