"""Runs folders of CONSTRUCT rules, once each in the order of their file names, into a named graph."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryTriples, Store

from kg.build.quads import add_quads
from kg.errors import Fault, SourceFaults
from kg.vocab import INFERRED_GRAPH


def infer(store: Store, rules: Path, into: str = INFERRED_GRAPH) -> int:
    """Add what follows by the rules; a triple that is stated already is not added again.

    Args:
        store: Working store; a rule sees what the rules before it added.
        rules: Folder of `*.rq` files, each one CONSTRUCT query.
        into: IRI of the named graph that receives what follows.
    Returns:
        Number of triples added.
    Raises:
        SourceFaults: a rule is not a valid query.
    """
    graph, added = NamedNode(into), 0
    for path in sorted(rules.glob("*.rq")):
        try:
            triples = store.query(path.read_text("utf-8"))
        except SyntaxError as error:
            raise SourceFaults(
                [Fault(f"ontology/{path.parent.name}/{path.name}", error.lineno or 0, "source.broken-rule", {"detail": str(error)})]
            ) from None
        if not isinstance(triples, QueryTriples):
            raise SourceFaults([_broken(path, "CONSTRUCT")])
        new = [t for t in triples if Quad(t.subject, t.predicate, t.object, DefaultGraph()) not in store]
        add_quads(store, (Quad(t.subject, t.predicate, t.object, graph) for t in new))
        added += len(set(new))
    return added


def _broken(path: Path, detail: str) -> Fault:
    return Fault(f"ontology/{path.parent.name}/{path.name}", 0, "source.broken-rule", {"detail": detail})
