"""The queries the code runs (`ontology/queries/*.rq`), each with its purpose, parameters and rows in its header."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, Self, cast

from msgspec import Struct

from kg.errors import Fault, QueryError, QueryRejected, SourceFaults
from kg.store.base import GraphStore
from kg.store.guard import Form, inspect
from kg.store.results import Solutions, Term

_FIELD = re.compile(r"#\s*(purpose|parameter|rows):\s*(\S.*)")
_PARAMETER = re.compile(r"(\w+) \((iri|literal)\) - (\S.*)")


class Parameter(Struct, frozen=True):
    """A value a saved query needs: the variable it is for, what kind of term it is, and what it means."""

    name: str
    kind: Literal["iri", "literal"]
    meaning: str


class SavedQuery(Struct, frozen=True):
    """One saved query: its name (that of the file), what it is for, what it needs, what its rows are, its form and text."""

    name: str
    purpose: str
    parameters: tuple[Parameter, ...]
    rows: str
    form: Form
    text: str


class QueryLibrary(Mapping[str, SavedQuery]):
    """The saved queries by name."""

    def __init__(self, queries: Mapping[str, SavedQuery]) -> None:
        self._queries = dict(queries)

    @classmethod
    def load(cls, folder: Path, prefixes: Mapping[str, str] | None = None) -> Self:
        """Read every `*.rq` of a folder.

        A file begins with comment lines `# purpose: …`, `# parameter: name (iri|literal) - meaning` (any number) and `# rows: …`.

        Args:
            prefixes: Namespaces by prefix that the queries may use without declaring them.
        Raises:
            SourceFaults: files without purpose or rows, with a malformed parameter or one that is no variable of the query, or that are no
                queries; codes `query.header`, `query.parameter` and `query.syntax`.
        """
        faults: list[Fault] = []
        queries = [_read(path, prefixes or {}, faults) for path in sorted(folder.glob("*.rq"))]
        if faults:
            raise SourceFaults(faults)
        return cls({query.name: query for query in queries if query})

    def __getitem__(self, name: str) -> SavedQuery:
        """Return a query by its name.

        Raises:
            QueryRejected: there is no such query; facts `name`, `nearest`.
        """
        if name not in self._queries:
            raise QueryRejected(name=name, nearest=next(iter(difflib.get_close_matches(name, self._queries, 1)), ""))
        return self._queries[name]

    def __contains__(self, name: object) -> bool:
        return name in self._queries

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)

    def text(self, name: str) -> str:
        """Return the text of a query.

        Raises:
            QueryRejected: there is no such query; facts `name`, `nearest`.
        """
        return self[name].text

    def run(self, store: GraphStore, name: str, /, **terms: Term) -> Solutions:
        """Run a SELECT query with a term for each of its parameters.

        Raises:
            QueryRejected: there is no such query, a parameter is missing, unknown or of the wrong kind (facts `name`, `nearest`), or it
                is no SELECT.
        """
        return store.select(self._ready(name, terms).text, terms)

    def run_graph(self, store: GraphStore, name: str, /, **terms: Term) -> bytes:
        """Run a CONSTRUCT query with a term for each of its parameters; N-Triples. Raises as `run` does."""
        return store.construct(self._ready(name, terms).text, terms)

    def _ready(self, name: str, terms: Mapping[str, Term]) -> SavedQuery:
        query = self[name]
        kinds = {parameter.name: parameter.kind for parameter in query.parameters}
        for given in terms:
            if given not in kinds:
                raise QueryRejected(name=given, nearest=next(iter(difflib.get_close_matches(given, kinds, 1)), ""), query=name)
        for wanted, kind in kinds.items():
            actual = terms[wanted].kind if wanted in terms else "missing"
            if actual != kind:
                raise QueryRejected(name=wanted, nearest=wanted, query=name, expected=kind, actual=actual)
        return query


def _read(path: Path, prefixes: Mapping[str, str], faults: list[Fault]) -> SavedQuery | None:
    text = path.read_text("utf-8")
    where = f"{path.parent.name}/{path.name}"
    single: dict[str, str] = {}
    parameters: list[Parameter] = []
    for number, line in enumerate(text.splitlines(), 1):
        found = _FIELD.fullmatch(line.strip())
        if found and found[1] != "parameter":
            single[found[1]] = found[2]
        elif found and (parts := _PARAMETER.fullmatch(found[2])):
            parameters.append(Parameter(parts[1], cast(Literal["iri", "literal"], parts[2]), parts[3]))
        elif found:
            faults.append(Fault(where, number, "query.parameter", {"value": found[2]}))
    faults += [Fault(where, 1, "query.header", {"value": key}) for key in ("purpose", "rows") if key not in single]
    try:
        shape = inspect(text, prefixes)
    except QueryError as error:
        faults.append(Fault(where, int(error.facts.get("line", "0")), "query.syntax", error.facts))
        return None
    faults += [Fault(where, 1, "query.parameter", {"value": p.name}) for p in parameters if p.name not in shape.variables]
    return SavedQuery(path.stem, single.get("purpose", ""), tuple(parameters), single.get("rows", ""), shape.form, text)
