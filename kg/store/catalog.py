"""Describes a snapshot for programs: the SPARQL service (sd:), what the data holds (VoID) and how to get it (DCAT)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyoxigraph as ox
from msgspec import Struct

from kg.store.base import GraphStore
from kg.store.queries import QueryLibrary
from kg.vocab import DCT, GRAPH, ID, RDF, RDFS, XSD, Namespace

DCAT = Namespace("http://www.w3.org/ns/dcat#")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
FORMATS = Namespace("http://www.w3.org/ns/formats/")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
MIT = "https://spdx.org/licenses/MIT"
_MEDIA = "https://www.iana.org/assignments/media-types/"
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "N-Quads", "TriG")


class Census(Struct, frozen=True):
    """What a snapshot holds, counted: statements, things and values, and statements by graph, things by class, statements by property."""

    triples: int
    subjects: int
    objects: int
    graphs: Mapping[str, int]
    classes: Mapping[str, int]
    properties: Mapping[str, int]

    @classmethod
    def of(cls, store: GraphStore, queries: QueryLibrary) -> Census:
        """Count with the saved queries `catalog-…`."""

        def counted(name: str, key: str, number: str) -> dict[str, int]:
            return {row[key].value: int(row[number].value) for row in queries.run(store, name).rows}

        things = queries.run(store, "catalog-things").rows[0]
        properties = counted("catalog-properties", "property", "triples")
        return cls(
            triples=sum(properties.values()),
            subjects=int(things["subjects"].value),
            objects=int(things["objects"].value),
            graphs=counted("catalog-graphs", "graph", "triples"),
            classes=counted("catalog-classes", "class", "things"),
            properties=properties,
        )


class Distribution(Struct, frozen=True):
    """A file to take away: address, media type and size in bytes."""

    url: str
    media: str
    size: int


class Place(Struct, frozen=True):
    """Where a snapshot is served: the addresses of its pages and files, and its version."""

    data: str
    endpoint: str
    version: str
    modified: str
    files: tuple[Distribution, ...]
    prefixes: Mapping[str, str]


def service_description(endpoint: str, census: Census, remarks: Mapping[str, str]) -> bytes:
    """Describe the SPARQL service as N-Triples.

    Args:
        endpoint: Its address.
        remarks: What else a client should know, such as the limits, by language.
    """
    made = _Triples()
    dataset, graph = f"{endpoint}#dataset", f"{endpoint}#default-graph"
    made.add(endpoint, RDF.type, SD.Service)
    made.add(endpoint, SD.endpoint, endpoint)
    made.add(endpoint, SD.supportedLanguage, SD.SPARQL11Query)
    for name in (*_RESULTS, *_GRAPHS):
        made.add(endpoint, SD.resultFormat, FORMATS.term(name))
    made.add(endpoint, SD.feature, SD.UnionDefaultGraph)
    made.add(endpoint, SD.defaultDataset, dataset)
    made.add(endpoint, SD.availableGraphs, dataset)
    for language, remark in remarks.items():
        made.say(endpoint, RDFS.comment, remark, language)
    made.add(dataset, RDF.type, SD.Dataset)
    made.add(dataset, SD.defaultGraph, graph)
    made.add(graph, RDF.type, SD.Graph)
    made.count(graph, VOID.triples, census.triples)
    for name, triples in census.graphs.items():
        named, inside = f"{endpoint}#named-{_local(name)}", f"{endpoint}#graph-{_local(name)}"
        made.add(dataset, SD.namedGraph, named)
        made.add(named, RDF.type, SD.NamedGraph)
        made.add(named, SD.name, name)
        made.add(named, SD.graph, inside)
        made.add(inside, RDF.type, SD.Graph)
        made.count(inside, VOID.triples, triples)
    return made.ntriples()


def data_description(place: Place, census: Census, titles: Mapping[str, str], abouts: Mapping[str, str], plans: Sequence[str]) -> bytes:
    """Describe the data as N-Triples: a VoID dataset that is a DCAT dataset in a catalogue of one.

    Args:
        titles: Its title by language.
        abouts: What it is, by language.
        plans: IRIs of the plans it comes from.
    """
    made = _Triples()
    dataset, catalog, service = f"{place.data}#dataset", f"{place.data}#catalog", f"{place.data}#sparql"
    made.add(catalog, RDF.type, DCAT.Catalog)
    made.add(catalog, DCAT.dataset, dataset)
    made.add(catalog, DCAT.service, service)
    for kind in (VOID.Dataset, DCAT.Dataset):
        made.add(dataset, RDF.type, kind)
    for thing in (catalog, dataset, service):
        for language, title in titles.items():
            made.say(thing, DCT.term("title"), title, language)
    for language, about in abouts.items():
        made.say(dataset, DCT.description, about, language)
        made.say(catalog, DCT.description, about, language)
    made.add(dataset, DCT.license, MIT)
    made.add(dataset, FOAF.homepage, place.data)
    made.say(dataset, DCAT.version, place.version)
    made.typed(dataset, DCT.modified, place.modified, XSD.dateTime)
    for plan in plans:
        made.add(dataset, DCT.source, plan)
    made.add(dataset, VOID.sparqlEndpoint, place.endpoint)
    made.say(dataset, VOID.uriSpace, ID)
    made.add(dataset, VOID.exampleResource, next(iter(plans), ID))
    for vocabulary in sorted(set(place.prefixes.values())):
        if vocabulary.startswith("http") and any(name.startswith(vocabulary) for name in (*census.classes, *census.properties)):
            made.add(dataset, VOID.vocabulary, vocabulary)
    _count(made, dataset, census)
    made.add(service, RDF.type, DCAT.DataService)
    made.add(service, DCAT.endpointURL, place.endpoint)
    made.add(service, DCAT.endpointDescription, place.endpoint)
    made.add(service, DCAT.servesDataset, dataset)
    for file in place.files:
        made.add(dataset, DCAT.distribution, file.url)
        made.add(file.url, RDF.type, DCAT.Distribution)
        made.add(file.url, DCAT.downloadURL, file.url)
        made.add(file.url, DCAT.mediaType, _MEDIA + file.media)
        made.add(file.url, DCT.license, MIT)
        made.typed(file.url, DCAT.byteSize, str(file.size), XSD.nonNegativeInteger)
        if "graphml" not in file.media:
            made.add(dataset, VOID.dataDump, file.url)
    return made.ntriples()


def _count(made: _Triples, dataset: str, census: Census) -> None:
    made.count(dataset, VOID.triples, census.triples)
    made.count(dataset, VOID.entities, census.subjects)
    made.count(dataset, VOID.distinctSubjects, census.subjects)
    made.count(dataset, VOID.distinctObjects, census.objects)
    made.count(dataset, VOID.classes, len(census.classes))
    made.count(dataset, VOID.properties, len(census.properties))
    for number, (kind, things) in enumerate(census.classes.items(), 1):
        part = f"{dataset}-class-{number}"
        made.add(dataset, VOID.classPartition, part)
        made.add(part, VOID.term("class"), kind)
        made.count(part, VOID.entities, things)
    for number, (name, triples) in enumerate(census.properties.items(), 1):
        part = f"{dataset}-property-{number}"
        made.add(dataset, VOID.propertyPartition, part)
        made.add(part, VOID.property, name)
        made.count(part, VOID.triples, triples)


def _local(graph: str) -> str:
    return graph.removeprefix(GRAPH).replace("/", "-")


class _Triples:
    """A graph being written; no triple stands twice."""

    def __init__(self) -> None:
        self._found: dict[ox.Triple, None] = {}

    def _put(self, subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
        self._found[ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)] = None

    def add(self, subject: str, predicate: str, value: str) -> None:
        self._put(subject, predicate, ox.NamedNode(value))

    def say(self, subject: str, predicate: str, text: str, language: str | None = None) -> None:
        self._put(subject, predicate, ox.Literal(text, language=language))

    def typed(self, subject: str, predicate: str, text: str, datatype: str) -> None:
        self._put(subject, predicate, ox.Literal(text, datatype=ox.NamedNode(datatype)))

    def count(self, subject: str, predicate: str, number: int) -> None:
        self.typed(subject, predicate, str(number), XSD.integer)

    def ntriples(self) -> bytes:
        return ox.serialize(self._found, format=ox.RdfFormat.N_TRIPLES) or b""
