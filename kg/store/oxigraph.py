"""The embedded graph store: Oxigraph, on disk and read-only in a snapshot, in memory in tests."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyoxigraph as ox
from msgspec.structs import replace

from kg.errors import QueryRejected, QuerySyntaxError, StoreUnavailable
from kg.store.cures import Cure, cure_of
from kg.store.evaluation import Substitutions, evaluate, evaluate_rows, open_engine
from kg.store.guard import QueryShape, inspect
from kg.store.listed import About, not_a_block
from kg.store.results import Answer, AnswerKind, Dataset, Solutions, Term
from kg.store.tokens import Token, tokenize
from kg.store.typed import TypedAnswers

REMEMBERED_TEXTS = 256
"""Query texts whose form is remembered: more than the saved queries of `ontology/queries`."""


class OxigraphStore(TypedAnswers):
    """A `GraphStore` on Oxigraph. Every query sees the same data for as long as the store is open; threads may share it."""

    def __init__(self, engine: ox.Store, prefixes: Mapping[str, str] | None = None) -> None:
        self._engine: ox.Store | None = engine
        self._prefixes = dict(prefixes or {})
        self._inspect: Callable[[str], QueryShape] = lru_cache(maxsize=REMEMBERED_TEXTS)(self._shape)
        self._cure: Callable[[str], Cure] = lru_cache(maxsize=REMEMBERED_TEXTS)(lambda text: cure_of(self._inspect(text)))

    @classmethod
    def open(cls, path: Path, prefixes: Mapping[str, str] | None = None) -> Self:
        """Open a store made by `build`, read-only; no file of it is touched.

        Args:
            path: Its folder.
            prefixes: Namespaces by prefix that queries may use without declaring them.
        Raises:
            StoreUnavailable: there is none, or its files cannot be read; fact `detail`.
        """
        return cls(open_engine(path), prefixes)

    @classmethod
    def in_memory(cls, quads: bytes | Iterable[ox.Quad], prefixes: Mapping[str, str] | None = None) -> Self:
        """Make a store in memory from quads or N-Quads, each in its graph and in the default graph."""
        parsed = ox.parse(quads, ox.RdfFormat.N_QUADS) if isinstance(quads, bytes) else quads
        engine = ox.Store()
        engine.extend(_in_both_graphs(parsed))
        return cls(engine, prefixes)

    @staticmethod
    def build(path: Path, quads: Iterable[ox.Quad]) -> None:
        """Write a store on disk with every triple in its named graph and once in the default graph, and close it.

        Raises:
            StoreUnavailable: the folder cannot be written; fact `detail`.
        """
        with _written(path) as engine:
            engine.bulk_extend(_in_both_graphs(quads))

    @staticmethod
    def load(path: Path, nquads: Path, ntriples: Path) -> None:
        """Write a store on disk from files, without holding them in memory, and close it.

        Args:
            path: Its folder, to be made.
            nquads: N-Quads file of the named graphs.
            ntriples: N-Triples file of the default graph.
        Raises:
            StoreUnavailable: the folder cannot be written; fact `detail`.
            SyntaxError: a file is not what it should be.
        """
        with _written(path) as engine:
            engine.bulk_load(path=nquads, format=ox.RdfFormat.N_QUADS)
            engine.bulk_load(path=ntriples, format=ox.RdfFormat.N_TRIPLES)

    def close(self) -> None:
        """Let go of the store's files; later queries raise StoreUnavailable."""
        self._engine = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def query_bytes(
        self,
        text: str,
        media: str,
        bindings: Mapping[str, Term] | None = None,
        dataset: Dataset | None = None,
        max_bytes: int | None = None,
    ) -> Answer:
        """Answer a query of any form in a wanted media type; see `GraphStore`."""
        with self._ready(text, bindings, {}) as (engine, shape, given):
            return evaluate(engine, media=media, dataset=dataset or shape.dataset, max_bytes=max_bytes, **given)

    def select(self, text: str, bindings: Mapping[str, Term] | None = None, about: About | None = None) -> Solutions:
        """Answer a SELECT query; see `GraphStore`. Its form is read once, whatever things it is asked about."""
        self._demand(text, "solutions")
        with self._ready(text, bindings, about or {}) as (engine, shape, given):
            return evaluate_rows(engine, dataset=shape.dataset, about=about or {}, **given)

    @contextmanager
    def _ready(self, text: str, bindings: Mapping[str, Term] | None, about: About) -> Iterator[tuple[ox.Store, QueryShape, dict[str, Any]]]:
        """Yield the engine, the query, and what of it every evaluation needs; an error within is told where the text has it."""
        if self._engine is None:
            raise StoreUnavailable(detail="closed")
        shape = self._inspect(text)
        written, substitutions = bind(shape, bindings or {})
        written = {name: not_a_block(value) for name, value in written.items()} if about else written
        # A written value may be a path's end; offsets of a star stay.
        cure = cure_of(_read_with(shape, written)) if shape.has_paths and written else self._cure(text)
        asked = with_values(shape, written)
        try:
            yield self._engine, shape, {"text": asked, "prefixes": self._prefixes, "substitutions": substitutions, "cure": cure}
        except QuerySyntaxError as error:
            # Places in a text with things in it are not those of the text as it was written.
            raise (error if about else shape.pinned(error)) from None

    def _shape(self, text: str) -> QueryShape:
        return inspect(text, self._prefixes, max_bytes=2**30)

    def kind_of(self, text: str) -> AnswerKind:
        """Return what a query's answer is."""
        return self._inspect(text).kind


def bind(shape: QueryShape, bindings: Mapping[str, Term]) -> tuple[dict[str, str], Substitutions]:
    """Give variables of a query a value.

    A variable that the query returns is bound by the engine, which can bind no other; any other is to be replaced by its value.

    Returns:
        What to write instead of which variable (`with_values`), and what the engine has to substitute.
    Raises:
        QueryRejected: a name is no variable of the query, or its value cannot stand in a query; facts `name`, `nearest`.
    """
    written: dict[str, str] = {}
    substitutions: Substitutions = {}
    for name, term in bindings.items():
        if name not in shape.variables:
            raise QueryRejected(name=name, nearest=next(iter(difflib.get_close_matches(name, shape.variables, 1)), ""))
        value = _engine_term(name, term)
        if name in shape.returned:
            substitutions[ox.Variable(name)] = value
        else:
            written[name] = str(value)
    return written, substitutions


def with_values(shape: QueryShape, written: Mapping[str, str]) -> str:
    """Return the text of a query with variables replaced by terms, token by token.

    Args:
        written: An IRI or a literal, as N-Triples writes it, by the name of a variable.
    """
    parts, at = [], 0
    for token in shape.tokens if written else ():
        if token.kind == "variable" and token.text[1:] in written:
            parts += [shape.text[at : token.start], f" {written[token.text[1:]]} "]
            at = token.end
    return "".join([*parts, shape.text[at:]])


def _read_with(shape: QueryShape, written: Mapping[str, str]) -> QueryShape:
    """Return what reading `with_values` would give, without reading the whole text again for each value."""
    tokens: list[Token] = []
    shift = 0
    for token in shape.tokens:
        value = written.get(token.text[1:]) if token.kind == "variable" else None
        if value is None:
            tokens.append(Token(token.kind, token.text, token.start + shift))
        else:
            tokens += [Token(one.kind, one.text, token.start + shift + 1 + one.start) for one in tokenize(value)]
            shift += len(value) + len("  ") - len(token.text)
    return replace(shape, text=with_values(shape, written), tokens=tuple(tokens), variables=shape.variables - written.keys())


@contextmanager
def _written(path: Path) -> Iterator[ox.Store]:
    """Yield a new store to be filled, and put it in order afterwards."""
    try:
        engine = ox.Store(str(path))
        yield engine
        engine.flush()
        engine.optimize()
    except OSError as error:
        raise StoreUnavailable(detail=error) from None


def _in_both_graphs(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    for quad in quads:
        yield quad
        yield ox.Quad(quad.subject, quad.predicate, quad.object)


def _engine_term(name: str, term: Term) -> ox.NamedNode | ox.Literal:
    try:
        if term.kind == "iri":
            return ox.NamedNode(term.value)
        if term.kind == "literal":
            return ox.Literal(term.value, language=term.lang, datatype=ox.NamedNode(term.datatype) if term.datatype else None)
    except ValueError as error:
        raise QueryRejected(name=name, nearest="", detail=error) from None
    raise QueryRejected(name=name, nearest="", detail="blank node")
