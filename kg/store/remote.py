"""A graph store behind any SPARQL 1.1 endpoint: asked by the protocol, its answers read whole and written anew by us.

Rules that real endpoints taught: queries go as URL-encoded POST (Virtuoso hangs on a direct one) and results are asked for as JSON (triples
as N-Triples); `typed-literal` and booleans as 1 and 0 are understood; an answer cut short with status 200 is refused, never passed on; our
own deadline holds, whatever the server says of its own. Several default graphs are merged here, because engines count a triple that stands
in two of them twice.
"""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Self
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pyoxigraph as ox

from kg.errors import QueryError, QueryLimitExceeded, QueryNotAllowed, QuerySyntaxError, StoreUnavailable
from kg.store.cures import cure_of
from kg.store.evaluation import MERGE_QUADS, evaluate, fitting_media, written_results, written_triples
from kg.store.guard import QueryShape, inspect
from kg.store.oxigraph import bind, with_values
from kg.store.results import NTRIPLES, SPARQL_JSON, Answer, AnswerKind, Dataset, Solutions, Term, boolean_from_json
from kg.store.typed import TypedAnswers

ENDPOINT = "store.endpoint"
"""Code of an endpoint that cannot be reached, or whose answers are none."""
# A page of someone else's, a wrong address, a proxy without a server: none of it is the query's fault.
_NOT_ANSWERING = frozenset({401, 403, 404, 405, 429, 502, 503})
_CHUNK = 1 << 16
_WHOLE_BYTES = 1 << 30
_PLACE = re.compile(r"(?:error at |line )(\d+)(?:(?::|, column )(\d+))?")
_VIRTUOSO_ASK = "__ASK_RETVAL"
_NO_GRAPH = "urn:itda:no-graph"
_PROBE = "SELECT ?x WHERE { <urn:itda:absent> <urn:itda:none>* ?x }"
_PARTIAL = ("X-SQL-State", "X-SPARQL-Anytime")


class RemoteStore(TypedAnswers):
    """A `GraphStore` on a SPARQL 1.1 endpoint. Threads may share it."""

    def __init__(
        self,
        endpoint: str,
        *,
        default_graph: str = "",
        graphs: Iterable[str] | None = None,
        deadline_s: float = 60.0,
        prefixes: Mapping[str, str] | None = None,
    ) -> None:
        """Point at an endpoint; nothing is asked before the first query.

        Args:
            endpoint: Its address.
            default_graph: IRI of the named graph that holds every triple once; empty where the endpoint's default graph does.
            graphs: IRIs of the named graphs that are ours; None for all that the endpoint has.
            deadline_s: Longest time of one request, in seconds.
            prefixes: Namespaces by prefix that queries may use without declaring them.
        """
        self._endpoint = endpoint
        self._default = default_graph
        self._graphs = None if graphs is None else frozenset(graphs)
        self._deadline_s = deadline_s
        self._prefixes = dict(prefixes or {})
        self._closed = False
        self._known: tuple[frozenset[str], bool] | None = None

    def close(self) -> None:
        """Ask nothing more; later queries raise StoreUnavailable. No connection is kept anyway."""
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
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
        shape = self._shape(text)
        return self.run(shape, media, bindings or {}, dataset, max_bytes)

    def run(
        self, shape: QueryShape, media: str, bindings: Mapping[str, Term], dataset: Dataset | None = None, max_bytes: int | None = None
    ) -> Answer:
        """Answer a query that was looked at before; raises as `GraphStore.query_bytes` does."""
        if self._closed:
            raise StoreUnavailable(detail="closed")
        fitting_media(shape.kind, media)
        graphs, quirk = self._about()
        wanted = dataset or shape.dataset
        for graph in (*wanted.default, *wanted.named) if wanted else ():
            if graph not in graphs:
                raise QueryNotAllowed("query.no-graph", form="FROM", graph=graph)
        bound = self._bound(shape, bindings)
        if wanted and len(set(wanted.default)) > 1:
            plain = _edited(bound, _from_clauses(self._shape(bound)))
            return evaluate(
                self._merged(wanted), plain, media, prefixes=self._prefixes, max_bytes=max_bytes, cure=cure_of(self._shape(plain))
            )
        asked = self._portable(self._shape(bound), wanted, quirk)
        try:
            body = self._fetch(asked, NTRIPLES if shape.kind == "graph" else SPARQL_JSON, self._dataset(wanted))
        except QuerySyntaxError as error:
            added = asked.count("\n") - shape.text.count("\n")
            moved = QuerySyntaxError(**error.facts | {"line": str(max(1, int(error.facts["line"]) - added))})
            raise shape.pinned(moved) from None
        if shape.kind == "graph":
            return written_triples(tuple({quad.triple: None for quad in _parsed(body)}), media, max_bytes)
        return written_results(_ordered(body, shape), media, max_bytes)

    def _shape(self, text: str) -> QueryShape:
        return inspect(text, self._prefixes, max_bytes=2**30)

    def kind_of(self, text: str) -> AnswerKind:
        """Return what a query's answer is."""
        return self._shape(text).kind

    def _bound(self, shape: QueryShape, bindings: Mapping[str, Term]) -> str:
        written, returned = bind(shape, bindings)
        text = with_values(shape, written)
        if not returned:
            return text
        values = "".join(f" VALUES {variable} {{ {term} }}" for variable, term in returned.items())
        opened = self._shape(text)
        opening = [token for token in opened.tokens if token.text == "{"]
        is_template = shape.form == "CONSTRUCT" and not _is_short_form(opened)
        depth, at = 0, opening[0].end
        if is_template:
            for token in opened.tokens:
                depth += (token.text == "{") - (token.text == "}")
                if token.text == "}" and not depth:
                    at = next(one.end for one in opening if one.start > token.start)
                    break
        return f"{text[:at]}{values} {text[at:]}"

    def _portable(self, shape: QueryShape, wanted: Dataset | None, quirk: bool) -> str:
        """Return the text as any engine understands it: prefixes declared, FROM taken out, cured where the engine needs it."""
        cure = cure_of(shape)
        text = cure.description or shape.text
        if not cure.description:
            # A cured path takes an engine many times as long, and only an absent term needs the cure.
            paths = [path for path in cure.paths if path.always or self._lacks_one_of(path.constants, wanted)] if quirk else []
            text = _edited(cure.applied(text, paths), _from_clauses(shape))  # which stand before all triples
        used = {token.text.partition(":")[0] for token in shape.tokens if token.kind == "name"}
        declared = {
            token.text[:-1] for before, token in zip(shape.tokens, shape.tokens[1:], strict=False) if before.text.upper() == "PREFIX"
        }
        lines = [f"PREFIX {name}: <{self._prefixes[name]}>" for name in sorted(used - declared) if name in self._prefixes]
        return "\n".join([*lines, text])

    def _lacks_one_of(self, terms: Iterable[str], wanted: Dataset | None) -> bool:
        """Say whether the default graph lacks one of some terms, as N-Triples writes them."""
        eithers = (f"{{ ?s ?p {term} }}" + ("" if term.startswith('"') else f" UNION {{ {term} ?q ?o }}") for term in terms)
        asked = (self._fetch(f"ASK {{ {either} }}", SPARQL_JSON, self._dataset(wanted)) for either in eithers)
        return not all(boolean_from_json(found) for found in asked)

    def _dataset(self, wanted: Dataset | None) -> list[tuple[str, str]]:
        graphs, _ = self._about()
        if wanted is not None:
            # Where no graph is named, engines take all: a graph that no one has stands for none.
            parts = (("default-graph-uri", wanted.default), ("named-graph-uri", wanted.named))
            return [(name, one) for name, iris in parts for one in dict.fromkeys(iris or (_NO_GRAPH,))]
        if not self._default:
            return []
        return [("default-graph-uri", self._default), *(("named-graph-uri", one) for one in sorted(graphs))]

    def _about(self) -> tuple[frozenset[str], bool]:
        """Return the named graphs of the endpoint, and whether it misses zero-length paths from terms it does not hold."""
        if self._known is None:
            graphs = self._graphs
            if graphs is None:
                found = self._own("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
                graphs = frozenset(row["g"].value for row in found.rows)
            quirk = not self._own(_PROBE).rows
            self._known = (graphs - {self._default}, quirk)
        return self._known

    def _own(self, text: str) -> Solutions:
        """Answer a query of ours about the endpoint; what it cannot be read from is no fault of a visitor's query."""
        try:
            return Solutions.from_json(self._fetch(text, SPARQL_JSON, []))
        except QueryError as error:
            raise StoreUnavailable(ENDPOINT, **error.facts) from None

    def _merged(self, wanted: Dataset) -> ox.Store:
        merged, left = ox.Store(), MERGE_QUADS
        for name, into in [(one, None) for one in wanted.default] + [(one, ox.NamedNode(one)) for one in wanted.named]:
            text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }} LIMIT {left + 1}"
            triples = [quad.triple for quad in _parsed(self._fetch(text, NTRIPLES, [("default-graph-uri", name)]))]
            left -= len(triples)
            if left < 0:
                raise QueryLimitExceeded(limit="query_merge_quads", value=MERGE_QUADS, unit="quads")
            merged.extend(ox.Quad(one.subject, one.predicate, one.object, into or ox.DefaultGraph()) for one in triples)
            if into:
                merged.add_graph(into)
        return merged

    def _fetch(self, text: str, media: str, dataset: Sequence[tuple[str, str]]) -> bytes:
        until = time.monotonic() + self._deadline_s
        body = urlencode([("query", text), *dataset]).encode()
        headers = {"Accept": media, "Content-Type": "application/x-www-form-urlencoded", "User-Agent": "itda"}
        try:
            with urlopen(Request(self._endpoint, body, headers), timeout=self._deadline_s) as answer:  # set by whoever runs the site
                if partial := [name for name in _PARTIAL if answer.headers.get(name)]:
                    raise StoreUnavailable(ENDPOINT, detail=f"the endpoint cut its answer short ({partial[0]})")
                return self._read(answer, until)
        except HTTPError as error:
            with error:
                said = error.read(4096).decode("utf-8", "replace")
            raise _refusal(error.code, said) from None
        except TimeoutError:
            raise QueryLimitExceeded(limit="query_deadline_s", value=self._deadline_s, unit="s") from None
        except (URLError, http.client.HTTPException, OSError) as error:
            if isinstance(error, URLError) and isinstance(error.reason, TimeoutError):
                raise QueryLimitExceeded(limit="query_deadline_s", value=self._deadline_s, unit="s") from None
            raise StoreUnavailable(ENDPOINT, detail=error) from None

    def _read(self, answer: http.client.HTTPResponse, until: float) -> bytes:
        chunks, size = [], 0
        while chunk := answer.read(_CHUNK):
            chunks.append(chunk)
            size += len(chunk)
            if time.monotonic() > until:
                raise TimeoutError
            if size > _WHOLE_BYTES:
                raise QueryLimitExceeded(limit="answer_bytes", value=_WHOLE_BYTES, unit="bytes")
        if size < int(answer.headers.get("Content-Length") or 0):  # reading in pieces does not tell
            raise StoreUnavailable(ENDPOINT, detail="the connection ended within the answer")
        return b"".join(chunks)


def _refusal(status: int, said: str) -> QueryError | StoreUnavailable:
    if status == http.client.BAD_REQUEST:
        found = _PLACE.search(said)
        line, column = (found[1], found[2] or "1") if found else ("1", "1")
        return QuerySyntaxError(line=line, column=column, detail=said.strip().partition("\n")[0][:300])
    if status in _NOT_ANSWERING:
        return StoreUnavailable(ENDPOINT, detail=f"the endpoint answered {status}")
    return QueryError(detail=f"the endpoint answered {status}: {said.strip()[:200]}")


def _parsed(body: bytes) -> Sequence[ox.Quad]:
    try:
        return tuple(ox.parse(body, ox.RdfFormat.N_TRIPLES))
    except (SyntaxError, ValueError) as error:
        raise StoreUnavailable(ENDPOINT, detail=f"the endpoint's triples cannot be read: {error}") from None


def _ordered(body: bytes, shape: QueryShape) -> bytes:
    """Return results in JSON with the columns of `SELECT *` in the order of the query, and booleans as booleans."""
    try:
        document = json.loads(body)
        if "boolean" in document:
            return json.dumps({"head": {}, "boolean": bool(document["boolean"])}).encode()
        columns = document["head"]["vars"]
        if columns == [_VIRTUOSO_ASK]:
            truth = any(row[_VIRTUOSO_ASK]["value"] not in ("0", "false") for row in document["results"]["bindings"])
            return json.dumps({"head": {}, "boolean": truth}).encode()
    except (ValueError, KeyError, TypeError) as error:
        raise StoreUnavailable(ENDPOINT, detail=f"the endpoint's results cannot be read: {error!r}") from None
    cure = cure_of(shape)
    if cure.star >= 0:
        place = {name: number for number, name in enumerate(cure.order)}
        columns = sorted((name for name in columns if name in place), key=lambda name: place[name])  # blank nodes are no columns
    rows = [{name: cell for name, cell in row.items() if name in columns} for row in document["results"]["bindings"]]
    return json.dumps({"head": {"vars": columns}, "results": {"bindings": rows}}, ensure_ascii=False).encode()


def _edited(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    for start, end, written in sorted(edits, reverse=True):
        text = text[:start] + written + text[end:]
    return text


def _from_clauses(shape: QueryShape) -> Sequence[tuple[int, int, str]]:
    found, tokens, depth = [], shape.tokens, 0
    for at, token in enumerate(tokens):
        depth += (token.text == "{") - (token.text == "}")
        if not depth and token.kind == "word" and token.text.upper() == "FROM":
            last = tokens[at + 2] if tokens[at + 1].text.upper() == "NAMED" else tokens[at + 1]
            found.append((token.start, last.end, ""))
    return found


def _is_short_form(shape: QueryShape) -> bool:
    at = next(number for number, token in enumerate(shape.tokens) if token.text.upper() == "CONSTRUCT")
    return shape.tokens[at + 1].text != "{"
