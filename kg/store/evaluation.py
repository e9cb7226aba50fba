"""Runs a query on the engine: which graphs it reads, how large its answer may be, and what its errors mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox

from kg.errors import QueryError, QueryLimitExceeded, QueryNotAllowed, QuerySyntaxError, StoreUnavailable
from kg.store.cures import NOTHING, Cure, PathCure, with_columns
from kg.store.listed import About, with_lists
from kg.store.results import Answer, AnswerKind, Dataset, Solutions

MERGE_QUADS = 200_000
"""Default for the most quads that may be read to merge several default graphs."""

GraphName = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
Substitutions = dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_EMPTY_ELEMENT_NAME = re.compile(r"<[^\s<>/:]*:[\s/>]")


def open_engine(path: Path) -> ox.Store:
    """Open a store folder read-only.

    Raises:
        StoreUnavailable: there is none, or its files cannot be read; fact `detail`.
    """
    try:
        return ox.Store.read_only(str(path))
    except OSError as error:
        raise StoreUnavailable(detail=error) from None


def evaluate(
    engine: ox.Store,
    text: str,
    media: str,
    *,
    dataset: Dataset | None = None,
    prefixes: Mapping[str, str] | None = None,
    substitutions: Substitutions | None = None,
    merge_quads: int = MERGE_QUADS,
    max_bytes: int | None = None,
    cure: Cure = NOTHING,
) -> Answer:
    """Run a query on an engine and serialise the whole answer.

    Args:
        dataset: Graphs to read instead of the engine's own; FROM clauses in `text` count for nothing.
        merge_quads: Most quads that may be read to merge several default graphs.
        max_bytes: Largest answer, in bytes.
        cure: What of `text` to change before the engine reads it.
    Raises:
        QuerySyntaxError, QueryNotAllowed, QueryRejected, QueryLimitExceeded, QueryError: as `GraphStore` says.
    """
    given: dict[str, Any] = {"prefixes": dict(prefixes or {}), "substitutions": substitutions or {}}
    with _translated():
        return _written(_run(engine, text, dataset, given, cure, merge_quads=merge_quads), media, max_bytes)


def evaluate_rows(
    engine: ox.Store,
    text: str,
    *,
    dataset: Dataset | None,
    prefixes: Mapping[str, str],
    substitutions: Substitutions,
    cure: Cure,
    about: About,
) -> Solutions:
    """Run a SELECT query on an engine and return its rows; see `evaluate`.

    They come as one document: while the engine writes it other threads go on, which they could not between rows taken one by one.

    Args:
        about: Things to put into `text` last (`kg.store.listed`).
    """
    given: dict[str, Any] = {"prefixes": prefixes, "substitutions": substitutions}
    with _translated():
        found = cast(ox.QuerySolutions, _run(engine, text, dataset, given, cure, about=about))
        return Solutions.from_json(cast(bytes, found.serialize(format=ox.QueryResultsFormat.JSON)))


def _run(
    engine: ox.Store,
    text: str,
    dataset: Dataset | None,
    given: Mapping[str, Any],
    cure: Cure,
    *,
    merge_quads: int = MERGE_QUADS,
    about: About | None = None,
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    if dataset is None:
        return engine.query(with_lists(_cured(engine, text, cure, given), about or {}), **given)
    default: list[GraphName] = [*_graphs(engine, dataset.default)]
    named = _graphs(engine, dataset.named)
    if len(default) > 1:
        engine, default = _merged(engine, default, named, merge_quads), [ox.DefaultGraph()]
    text = with_lists(_cured(engine, text, cure, given, default), about or {})
    return engine.query(text, default_graph=default, named_graphs=[*named], **given)


def _cured(engine: ox.Store, text: str, cure: Cure, given: Mapping[str, Any], graphs: Sequence[GraphName] = (ox.DefaultGraph(),)) -> str:
    if cure.description:
        ox.Store().query(text, **given)  # a mistake is told in the text as it was written
        return cure.description
    if not cure.paths and cure.star < 0:
        return text
    text = cure.applied(text, [path for path in cure.paths if path.always or _lacks_one_of(engine, path, graphs)])
    if cure.star < 0:
        return text
    # On an empty store: only the columns are wanted, and some operators work as soon as the query is made.
    columns = ox.Store().query(text, **given)
    return with_columns(text, cure, [name.value for name in columns.variables]) if isinstance(columns, ox.QuerySolutions) else text


def _lacks_one_of(engine: ox.Store, path: PathCure, graphs: Sequence[GraphName]) -> bool:
    terms = [next(iter(ox.parse(f"<x:s> <x:p> {term} .", ox.RdfFormat.N_TRIPLES))).object for term in path.constants]
    return not all(any(_holds(engine, term, graph) for graph in graphs) for term in terms)


def _holds(engine: ox.Store, term: Any, graph: GraphName) -> bool:
    if any(True for _ in engine.quads_for_pattern(None, None, term, graph)):
        return True
    return not isinstance(term, ox.Literal) and any(True for _ in engine.quads_for_pattern(term, None, None, graph))


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except SyntaxError as error:
        line, column, detail = found.groups() if (found := _PLACE.match(str(error))) else ("1", "1", str(error))
        raise QuerySyntaxError(line=line, column=column, detail=detail) from None
    except (RuntimeError, ValueError, OSError) as error:
        raise QueryError(detail=error) from None


def _graphs(engine: ox.Store, iris: Iterable[str]) -> list[ox.NamedNode]:
    graphs = [ox.NamedNode(iri) for iri in dict.fromkeys(iris)]
    for graph in graphs:
        if not engine.contains_named_graph(graph):
            raise QueryNotAllowed("query.no-graph", form="FROM", graph=graph.value)
    return graphs


def _merged(engine: ox.Store, default: Iterable[GraphName], named: Iterable[ox.NamedNode], limit: int) -> ox.Store:
    # The engine answers several default graphs by reading one after the other, so a triple in two of them would count twice.
    merged = ox.Store()
    read = partial(engine.quads_for_pattern, None, None, None)
    into_default = (ox.Quad(quad.subject, quad.predicate, quad.object) for graph in default for quad in read(graph))
    kept = (quad for graph in named for quad in read(graph))
    merged.extend(_counted(chain(into_default, kept), limit))
    for graph in named:
        merged.add_graph(graph)
    return merged


def _counted(quads: Iterable[ox.Quad], limit: int) -> Iterator[ox.Quad]:
    for number, quad in enumerate(quads, 1):
        if number > limit:
            raise QueryLimitExceeded(limit="query_merge_quads", value=limit, unit="quads")
        yield quad


class _Bounded:
    """A writer that ends serialisation at the byte where the answer grows too large."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._size = 0
        self._chunks: list[bytes] = []

    def write(self, chunk: bytes) -> int:
        self._size += len(chunk)
        if self._limit is not None and self._size > self._limit:
            raise QueryLimitExceeded(limit="answer_bytes", value=self._limit, unit="bytes")
        self._chunks.append(bytes(chunk))
        return len(chunk)

    def flush(self) -> None:
        pass

    def body(self) -> bytes:
        return b"".join(self._chunks)


def fitting_media(kind: AnswerKind, accept: str | Sequence[str]) -> str:
    """Return the first acceptable media type that an answer of this kind can be written in.

    Raises:
        QueryNotAllowed: there is none; code `query.media`, facts `form`, `media`.
    """
    wanted = (accept,) if isinstance(accept, str) else tuple(accept)
    known = ox.RdfFormat.from_media_type if kind == "graph" else ox.QueryResultsFormat.from_media_type
    found = next((media for media in wanted if known(media)), None)
    if found is None:
        raise QueryNotAllowed("query.media", form=kind, media=", ".join(wanted))
    return found


def _written(result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, media: str, max_bytes: int | None) -> Answer:
    writer = _Bounded(max_bytes)
    if isinstance(result, ox.QueryTriples):
        graph_format = ox.RdfFormat.from_media_type(fitting_media("graph", media))
        result.serialize(writer, graph_format)  # type: ignore[arg-type]  # it calls write and flush only
        return Answer(media, xml_safe(writer.body(), media), "graph")
    kind: AnswerKind = "boolean" if isinstance(result, ox.QueryBoolean) else "solutions"
    results_format = ox.QueryResultsFormat.from_media_type(fitting_media(kind, media))
    result.serialize(writer, results_format)  # type: ignore[arg-type]  # it calls write and flush only
    return Answer(media, xml_safe(writer.body(), media), kind)


def written_results(body: bytes, media: str, max_bytes: int | None = None) -> Answer:
    """Write SPARQL results in JSON, from wherever they come, in a wanted media type.

    Raises:
        QueryError: `body` is no such document; fact `detail`.
        QueryLimitExceeded: the answer is larger than `max_bytes`.
    """
    with _translated():
        return _written(ox.parse_query_results(body, ox.QueryResultsFormat.JSON), media, max_bytes)


def written_triples(triples: Sequence[ox.Triple], media: str, max_bytes: int | None = None) -> Answer:
    """Write triples in a wanted media type.

    Raises:
        QueryLimitExceeded: the answer is larger than `max_bytes`.
    """
    writer = _Bounded(max_bytes)
    ox.serialize(triples, writer, format=ox.RdfFormat.from_media_type(fitting_media("graph", media)))  # type: ignore[arg-type]
    return Answer(media, xml_safe(writer.body(), media), "graph")


def xml_safe(body: bytes, media: str) -> bytes:
    """Repair or refuse an XML document the engine wrote; other media types come back as they are.

    The engine writes a carriage return as it is, which every XML parser reads as a line feed, and writes what XML 1.0 cannot hold:
    control characters, and predicates that end in no name.

    Raises:
        QueryError: the answer cannot be said in this media type; code `query.not-representable`, facts `media`, `detail`.
    """
    if not media.endswith("xml"):
        return body
    text = body.decode()
    if _NOT_XML.search(text):
        raise QueryError("query.not-representable", media=media, detail="control character")
    if _EMPTY_ELEMENT_NAME.search(text):
        raise QueryError("query.not-representable", media=media, detail="predicate without a local name")
    return text.replace("\r", "&#13;").encode()
