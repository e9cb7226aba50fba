"""Every vocabulary constant of the code is a term that exists: ours in `ontology/`, the standards' in their own namespaces."""

from __future__ import annotations

import re

import pytest
import rdflib

from kg import vocab
from kg.ontology import Ontology
from tests.conftest import ONTOLOGY, ROOT

USED = sorted(
    {
        (match[1], match[2])
        for package in ("kg", "search", "web")
        for path in (ROOT / package).rglob("*.py")
        for match in re.finditer(
            r"\b(KJ|SKOS|PROV|ORG|CV|CPSV|DCT|OA|QB|SDMX_[A-Z]+|SCHEMA|RDF|RDFS)\.(?:term\(\")?([A-Za-z]\w*)", path.read_text("utf-8")
        )
        if match[2] != "term"
    }
)


@pytest.fixture(scope="module")
def described() -> set[str]:
    ontology = Ontology.load(ONTOLOGY)
    texts = [path.read_text("utf-8") for kind in ("*.jsonld", "*.ttl", "examples/*.ttl") for path in ONTOLOGY.glob(kind)]
    return set(ontology.known) | set(re.findall(r"[\w-]+:[A-Za-z]\w*", "\n".join(texts)))


@pytest.mark.parametrize(("namespace", "name"), USED)
def test_a_constant_of_the_code_is_a_term_of_the_ontology_or_its_context(namespace: str, name: str, described: set[str]) -> None:
    if namespace in ("RDF", "RDFS"):
        assert str(getattr(rdflib, namespace)[name]) == getattr(vocab, namespace).term(
            name
        )  # rdflib's own are closed: a misspelt term raises
        return
    prefix = namespace.lower().replace("_", "-")
    assert getattr(vocab, namespace).term(name) in described or f"{prefix}:{name}" in described


def test_the_statuses_the_code_gives_figures_exist() -> None:
    assert {vocab.STATUS_GIVEN, vocab.STATUS_ZERO} <= set(Ontology.load(ONTOLOGY).known)
