"""Questions from the command line: SPARQL text or a ready question by name, answered in the same sandbox as the public endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from kg.errors import QueryRejected
from kg.settings import Settings
from kg.source.context import Context
from kg.store.blanks import fill
from kg.store.guard import inspect
from kg.store.reader.examples import Example, load_examples
from kg.store.results import SPARQL_JSON, Answer, Solutions, Term, boolean_from_json
from kg.store.sandbox import QueryPool
from kg.store.snapshot import Snapshot
from kg.vocab import XSD

MEDIA = {
    "turtle": "text/turtle",
    "json": SPARQL_JSON,
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "xml": "application/sparql-results+xml",
}
_FORMS = ("select", "ask", "construct", "describe", "prefix", "base")


class Asker:
    """Answers questions about one snapshot."""

    def __init__(self, settings: Settings, snapshot: Snapshot) -> None:
        self._settings = settings
        self._snapshot = snapshot
        self._context = Context.load(settings.ontology / "context.jsonld")
        self.ready: tuple[Example, ...] = load_examples(settings.ontology / "examples")

    def text(self, question: str, parameters: Sequence[str]) -> str:
        """Return the query a question stands for: itself when it is SPARQL, else the ready question of that name.

        Raises:
            QueryRejected: there is no ready question of that name; facts `name`, `nearest`.
        """
        words = question.split(None, 1)
        if words and (words[0].lower() in _FORMS or "{" in question):
            return self.bind(question, parameters)
        found = [ready for ready in self.ready if question in (ready.key, ready.name)]
        if not found:
            near = get_close_matches(question, [ready.name for ready in self.ready], n=1, cutoff=0.3)
            raise QueryRejected(name=question, nearest=near[0] if near else "")
        return self._filled(found[0], parameters)

    def _filled(self, example: Example, parameters: Sequence[str]) -> str:
        """Fill the blanks of a ready question; what is no blank is bound as in any query."""
        own = {blank.name: blank for blank in example.parameters}
        terms: dict[str, Term | None] = {blank.name: None for blank in example.parameters if blank.optional}
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name in own and own[name].datatype:
                datatype = own[name].datatype
                terms[name] = Term(value, "literal", None, None if datatype == XSD.string else datatype)
            elif name in own:
                terms[name] = Term(self._context.expand(value) or value, "iri")
        text = fill(inspect(example.query, self._context.prefixes, self._settings.query_bytes), terms)
        return self.bind(text, [parameter for parameter in parameters if parameter.partition("=")[0] not in own])

    def bind(self, query: str, parameters: Sequence[str]) -> str:
        """Give variables of a query a value by a VALUES clause at its end.

        Args:
            query: SPARQL text.
            parameters: `name=value` each; a value with a known prefix (`group:youth`) is an IRI, any other a Korean text.
        Raises:
            QueryRejected: a parameter is not of that form; fact `name`.
        """
        terms: dict[str, str] = {}
        for parameter in parameters:
            name, sign, value = parameter.partition("=")
            if not (sign and name.isidentifier()):
                raise QueryRejected(name=parameter, nearest="")
            iri = self._context.expand(value)
            escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
            terms[name] = f"<{iri}>" if iri else f'"{escaped}"@ko'
        if not terms:
            return query
        # A query may end in one such clause only.
        return f"{query}\nVALUES ({' '.join(f'?{name}' for name in terms)}) {{ ({' '.join(terms.values())}) }}"

    def raw(self, query: str, form: str) -> str:
        """Answer a query in a result format: `json`, `csv`, `tsv` or `xml` for rows, `turtle` for a graph.

        Raises:
            QueryNotAllowed: the answer has no such format (code `query.media`).
        """
        return self._answer(query, (MEDIA[form],)).body.decode("utf-8")

    def rows(self, query: str) -> tuple[list[str], list[list[str]]]:
        """Answer a query as a table: header and rows of text, with known IRIs written short."""
        answer = self._answer(query, (SPARQL_JSON, MEDIA["turtle"]))
        if answer.kind == "boolean":
            return [""], [[str(boolean_from_json(answer.body)).lower()]]
        if answer.kind == "graph":
            return [""], [[line] for line in answer.body.decode("utf-8").splitlines()]
        solutions = Solutions.from_json(answer.body)
        shown = [[self._context.shorten(row[v].value) if v in row else "" for v in solutions.variables] for row in solutions.rows]
        return list(solutions.variables), shown

    def _answer(self, query: str, accepted: Sequence[str]) -> Answer:
        with QueryPool(self._snapshot.store_path, self._settings, self._context.prefixes) as pool:
            return pool.query(query, accepted)
