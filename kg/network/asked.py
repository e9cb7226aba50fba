"""The SPARQL behind views of the network: saved queries (`ontology/queries/network-*.rq`) with the things of a view in their VALUES."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kg.network.model import Edge


def naming(template: str, **things: Sequence[str]) -> str:
    """Return a saved query with other things in its VALUES.

    Args:
        things: IRIs by the name of the variable whose VALUES they replace.
    Raises:
        ValueError: the query has no VALUES for a variable.
    """
    text = template
    for variable, iris in things.items():
        named = " ".join(f"<{iri}>" for iri in iris)
        text, found = re.subn(rf"VALUES \?{variable} \{{[^}}]*\}}", lambda _, v=variable, n=named: f"VALUES ?{v} {{ {n} }}", text)  # type: ignore[misc]
        if not found:
            raise ValueError(f"the query names no ?{variable}")
    return text


def of_types(text: str, types: Sequence[str]) -> str:
    """Return a query narrowed to things of some type words (its variable `?type`); as it is when there are none."""
    if not types:
        return text
    quoted = " ".join('"' + word.replace("\\", "").replace('"', "") + '"' for word in types)
    return f"{text.rstrip()}\nVALUES ?type {{ {quoted} }}\n"


def of_edges(text: str, edges: Iterable[Edge]) -> str:
    """Return the query of all relations (`network-edges`) narrowed to those given, by both ends and the property."""
    rows = dict.fromkeys(f"(<{edge.source}> <{edge.relation}> <{edge.target}>)" for edge in edges)
    return f"{text.rstrip()}\nVALUES (?source ?relation ?target) {{ {' '.join(rows)} }}\n"
