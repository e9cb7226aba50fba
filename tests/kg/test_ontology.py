"""The vocabulary, its schemes, the context and the way things are shown hold together."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain

import pyoxigraph
import pytest
from rdflib import DCAT, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SKOS, TIME, VOID, BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import GEO, QB, XSD

from kg.resources import ontology_dir
from kg.vocab import BASE
from kg.vocab import KJ as KJ_IRI

ONTOLOGY = ontology_dir()
KJ = Namespace(KJ_IRI)
PUBLISHED = ("*.ttl", "align/*.ttl", "schemes/*.ttl")
RDFLIB_WARNING = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
"""rdflib 7.6 warns about the class its own JSON-LD reader uses."""
CLOSED = (DCAT, DCTERMS, FOAF, GEO, ORG, OWL, PROV, QB, RDF, RDFS, SKOS, TIME, VOID, XSD)
"""Namespaces of which rdflib knows every term."""
ELSEWHERE = {
    "http://data.europa.eu/m8g/": "Constraint Criterion InformationConcept Output Participation PublicOrganisation Requirement constrains "
    "expressionOfExpectedValue hasCompetentAuthority hasParticipant hasParticipation hasRequirement holdsRequirement role sector thematicArea",
    "http://purl.org/vocab/cpsv#": "PublicService produces",
    "http://www.w3.org/ns/oa#": "SpecificResource exact hasSource",
    "http://www.w3.org/ns/locn#": "Address address fullAddress",
    "http://purl.org/linked-data/sdmx/2009/attribute#": "obsStatus timePerCollect unitMeasure",
    "http://purl.org/linked-data/sdmx/2009/dimension#": "age occupation refArea refPeriod sex",
    "http://purl.org/linked-data/sdmx/2009/measure#": "obsValue",
    "http://purl.org/linked-data/sdmx/2009/code#": "sex-F sex-M",
    "http://purl.org/cerif/frapo/": "usesFacility",
    "http://www.w3.org/ns/dcat#": "isVersionOf",
}
"""Terms in use of standards that rdflib has no list of (read in CPSV-AP 3.2, CCCEV 2.1, OA, LOCN, SDMX-RDF, FRAPO, DCAT 3)."""


@pytest.fixture(scope="module")
def graph() -> Graph:
    merged = Graph()
    for pattern in PUBLISHED:
        for path in sorted(ONTOLOGY.glob(pattern)):
            merged.parse(path)
    return merged


@pytest.fixture(scope="module")
def context() -> dict[str, object]:
    document = json.loads((ONTOLOGY / "context.jsonld").read_text("utf-8"))
    assert list(document) == ["@context"]
    found: dict[str, object] = document["@context"]
    return found


def languages(graph: Graph, subject: URIRef, predicate: URIRef) -> Counter[str | None]:
    return Counter(value.language for value in graph.objects(subject, predicate) if isinstance(value, Literal))


def own_terms(graph: Graph) -> Iterator[URIRef]:
    return (subject for subject in set(graph.subjects(RDFS.isDefinedBy)) if isinstance(subject, URIRef))


# --- the vocabulary


def test_no_published_file_has_a_blank_node() -> None:
    for pattern in PUBLISHED:
        for path in sorted(ONTOLOGY.glob(pattern)):
            assert not [term for triple in Graph().parse(path) for term in triple if isinstance(term, BNode)], path.name


def test_every_term_has_one_label_and_definition_in_both_languages_and_says_where_it_comes_from(graph: Graph) -> None:
    for term in own_terms(graph):
        assert languages(graph, term, RDFS.label) == {"ko": 1, "en": 1}, term
        assert languages(graph, term, SKOS.definition) == {"ko": 1, "en": 1}, term
        assert len(list(graph.objects(term, DCTERMS.source))) == 1, term


def test_the_vocabulary_states_its_version_licence_and_title(graph: Graph) -> None:
    header = URIRef(BASE + "ns")
    assert (header, RDF.type, OWL.Ontology) in graph
    assert languages(graph, header, DCTERMS.title) == {"ko": 1, "en": 1}
    assert graph.value(header, OWL.versionIRI) and graph.value(header, DCTERMS.license)


def test_every_own_term_used_anywhere_is_defined(graph: Graph) -> None:
    defined = {str(term) for term in own_terms(graph)}
    files = chain(ONTOLOGY.rglob("*.ttl"), ONTOLOGY.rglob("*.rq"))
    used = {KJ_IRI + name for path in files for name in re.findall(r"\bkj:(\w+)", path.read_text("utf-8"))}
    assert used <= defined


def test_what_a_term_says_about_classes_and_properties_names_known_ones(graph: Graph) -> None:
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range):
        for target in set(graph.objects(None, predicate)):
            assert is_known(str(target), graph), (predicate, target)


def test_no_class_is_a_kind_of_itself(graph: Graph) -> None:
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf, SKOS.broader):
        for subject in set(graph.subjects(predicate)):
            above = set(graph.transitive_objects(subject, predicate)) - {subject}
            assert not [one for one in above if subject in graph.transitive_objects(one, predicate)], subject


# --- kinds and relations as they are shown


def test_every_kind_has_one_ascii_type_word_and_no_two_share_one(graph: Graph) -> None:
    words = list(graph.objects(None, KJ.typeWord))
    assert len(words) == len(set(words)) == len(set(graph.subjects(KJ.typeWord)))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", str(word)) for word in words)


def test_every_kind_is_named_in_both_languages_and_has_a_place_in_the_order(graph: Graph) -> None:
    for kind in set(graph.subjects(KJ.typeWord)):
        assert languages(graph, URIRef(str(kind)), KJ.typeLabel) == {"ko": 1, "en": 1}, kind
    orders = [int(str(graph.value(kind, KJ.displayOrder))) for kind in set(graph.subjects(KJ.typeWord))]
    assert len(orders) == len(set(orders))


def test_every_kind_is_a_known_class_or_a_concept_scheme(graph: Graph) -> None:
    for kind in set(graph.subjects(KJ.typeWord)):
        assert (kind, RDF.type, SKOS.ConceptScheme) in graph or is_known(str(kind), graph), kind


def test_every_relation_with_a_heading_has_it_in_both_languages(graph: Graph) -> None:
    for predicate in (KJ.phrase, KJ.inversePhrase):
        for relation in set(graph.subjects(predicate)):
            assert languages(graph, URIRef(str(relation)), predicate) == {"ko": 1, "en": 1}, relation


def test_every_relation_that_pages_show_is_known(graph: Graph) -> None:
    for relation in set(chain(graph.subjects(KJ.phrase), graph.subjects(KJ.hiddenOnPage))):
        assert is_known(str(relation), graph), relation


def test_a_nested_node_without_a_type_gets_one_of_the_kinds(graph: Graph) -> None:
    kinds = set(graph.subjects(KJ.typeWord))
    assert set(graph.objects(None, KJ.impliesType)) <= kinds
    assert set(graph.subjects(KJ.markedBy)) <= kinds


def test_every_audience_role_and_its_relation_need_lines(graph: Graph) -> None:
    for relation in (KJ.participantGroup, KJ.hostGroup, KJ.beneficiaryGroup):
        assert (relation, KJ.mustCiteLines, Literal(True)) in graph
        assert (relation, RDFS.subPropertyOf, DCTERMS.audience) in graph


# --- concept schemes


def test_every_thing_of_a_scheme_has_exactly_one_name_in_each_language_and_a_notation(graph: Graph) -> None:
    for concept in set(graph.subjects(SKOS.inScheme)):
        assert languages(graph, URIRef(str(concept)), SKOS.prefLabel) == {"ko": 1, "en": 1}, concept
        assert len(list(graph.objects(concept, SKOS.notation))) == 1, concept
        assert graph.value(concept, DCTERMS.source) or graph.value(concept, SKOS.note), concept


def test_within_a_scheme_no_two_things_share_a_preferred_name_or_a_notation(graph: Graph) -> None:
    for scheme in set(graph.subjects(RDF.type, SKOS.ConceptScheme)):
        members = set(graph.subjects(SKOS.inScheme, scheme))
        for predicate in (SKOS.prefLabel, SKOS.notation):
            values = [value for member in members for value in graph.objects(member, predicate)]
            assert [value for value, count in Counter(values).items() if count > 1] == [], scheme


def test_an_iri_of_a_scheme_ends_in_the_notation(graph: Graph) -> None:
    for concept, notation in graph.subject_objects(SKOS.notation):
        if (concept, SKOS.inScheme, None) in graph:
            assert str(concept) == f"{graph.value(concept, SKOS.inScheme)}/{notation}"


def test_a_broader_term_exists_in_the_same_scheme(graph: Graph) -> None:
    for narrow, broad in graph.subject_objects(SKOS.broader):
        assert graph.value(narrow, SKOS.inScheme) == graph.value(broad, SKOS.inScheme), narrow


def test_groups_that_only_sound_alike_are_kept_apart(graph: Graph) -> None:
    group = Namespace(BASE + "id/kr/group/")
    for one in ("middle-aged", "new-middle-aged", "fifty-plus"):
        assert (group[one], RDF.type, SKOS.Concept) in graph
        assert graph.value(group[one], SKOS.broader) is None


def test_every_area_lies_in_the_country(graph: Graph) -> None:
    country = URIRef(BASE + "id/kr/area/kr")
    areas = set(graph.subjects(RDF.type, DCTERMS.Location))
    assert len(areas) == 43  # the country, its 17 provinces and cities, and the 25 districts of Seoul (plan 2022, lines 293-338)
    assert all(country in set(graph.transitive_objects(area, GEO.sfWithin)) for area in areas)


def test_every_period_begins_before_it_ends(graph: Graph) -> None:
    for period in set(graph.subjects(RDF.type, TIME.ProperInterval)):
        first, last = (graph.value(graph.value(period, edge), TIME.inXSDDate) for edge in (TIME.hasBeginning, TIME.hasEnd))
        assert str(first) < str(last), period


def test_the_signs_a_cell_may_print_lead_to_one_status_each(graph: Graph) -> None:
    signs = [str(sign) for sign in graph.objects(None, KJ.printedSign)]
    assert sorted(signs) == sorted(set(signs))
    assert {"-", "", "비예산"} <= set(signs)


# --- the context


def test_the_context_is_flat_and_has_no_default_vocabulary(context: dict[str, object]) -> None:
    assert not {"@vocab", "@base", "@language"} & context.keys()
    assert not [name for name, value in context.items() if isinstance(value, dict) and "@context" in value]


def test_every_name_of_the_context_stands_for_a_term_that_exists(context: dict[str, object], graph: Graph) -> None:
    prefixes = {name: value for name, value in context.items() if isinstance(value, str) and value.endswith(("/", "#"))}
    for name, value in context.items():
        short = value if isinstance(value, str) else value.get("@id", value.get("@reverse")) if isinstance(value, dict) else None
        if name in prefixes or short is None or short.startswith("@"):
            continue
        prefix, _, local = short.partition(":")
        assert is_known(str(prefixes[prefix]) + local, graph), name


def test_every_prefix_of_the_context_is_a_scheme_or_a_vocabulary_in_use(context: dict[str, object], graph: Graph) -> None:
    schemes = {f"{scheme}/" for scheme in graph.subjects(RDF.type, SKOS.ConceptScheme)}
    others = {f"{BASE}id/kr/area/", f"{BASE}id/period/", f"{BASE}id/instant/", KJ_IRI, *map(str, CLOSED), *ELSEWHERE, "http://schema.org/"}
    prefixes = {str(value) for value in context.values() if isinstance(value, str) and value.endswith(("/", "#"))}
    assert prefixes <= schemes | others
    assert schemes <= prefixes


def test_every_predicate_of_the_ontology_has_a_key(context: dict[str, object], graph: Graph) -> None:
    written = {value.get("@id", value.get("@reverse")) for value in context.values() if isinstance(value, dict)}
    prefixes = {str(value): name for name, value in context.items() if isinstance(value, str) and value.endswith(("/", "#"))}
    for predicate in set(graph.predicates()) - {RDF.type}:
        start = max((start for start in prefixes if str(predicate).startswith(start)), key=len)
        assert f"{prefixes[start]}:{str(predicate)[len(start) :]}" in written, predicate


@RDFLIB_WARNING
def test_both_json_ld_readers_make_the_same_graph_of_the_context(context: dict[str, object]) -> None:
    entry = {
        "id": BASE + "id/11410/program/example",
        "type": "Program",
        "label": "보기",
        "labelEn": "Example",
        "alias": ["다른 보기", "또 다른 보기"],
        "edition": {
            "id": BASE + "id/11410/plan/2022/program/example",
            "type": "ProgramEdition",
            "completeness": "PartlyStated",
            "participantGroup": "group:youth",
            "requirement": {
                "id": BASE + "id/11410/plan/2022/program/example/requirement",
                "type": "Criterion",
                "ambiguousOf": [
                    {"id": BASE + "id/1", "type": "Constraint", "constrains": "concept:age", "min": "18.5"},
                    {"id": BASE + "id/2", "type": "Constraint", "constrains": "concept:disability", "acceptsTruth": "true"},
                    {"id": BASE + "id/3", "type": "Constraint", "constrains": "concept:qualification", "interpretation": "Ambiguous"},
                ],
            },
        },
    }
    text = json.dumps({"@context": context, "@graph": [entry]})
    ours = Graph().parse(data=text, format="json-ld")
    quads = pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.JSON_LD)
    theirs = Graph().parse(data="".join(f"{quad.triple} .\n" for quad in quads), format="nt")
    assert len(ours) == 23
    assert isomorphic(ours, theirs)
    again = Graph().parse(data=ours.serialize(format="json-ld", context=context, auto_compact=False), format="json-ld")
    assert isomorphic(ours, again)


@RDFLIB_WARNING
def test_compacting_the_whole_ontology_shows_no_unnamed_predicate(context: dict[str, object], graph: Graph) -> None:
    nodes = json.loads(graph.serialize(format="json-ld", context=context, auto_compact=False))["@graph"]
    keys = {key for node in nodes for key in node}
    assert keys <= context.keys()


def is_known(iri: str, graph: Graph) -> bool:
    """Say whether an IRI is a term of a vocabulary this project uses."""
    if iri.startswith(BASE):
        return (URIRef(iri), None, None) in graph
    if iri.startswith("http://schema.org/"):
        return URIRef(iri.replace("http:", "https:", 1)) in SDO
    elsewhere = any(iri.startswith(start) and iri.removeprefix(start) in names.split() for start, names in ELSEWHERE.items())
    return elsewhere or any(URIRef(iri) in namespace for namespace in CLOSED)
