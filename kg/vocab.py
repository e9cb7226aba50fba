"""IRIs of the vocabularies in use, as plain text so that the query worker need not load an RDF library.

`tests/kg/test_vocab.py` holds these names against `ontology/`.
"""

from __future__ import annotations

BASE = "https://w3id.org/kr-jobs/"
ID = BASE + "id/"
GRAPH = BASE + "graph/"
ONTOLOGY_GRAPH = GRAPH + "ontology"
INFERRED_GRAPH = GRAPH + "inferred"
DERIVED_GRAPH = GRAPH + "derived"
QUALITY_GRAPH = GRAPH + "quality"
SERVICES = ID + "service/"
"""Where the IRIs of services of those lists begin: `<SERVICES><source>/<identifier>`."""
RECORDS = ID + "import/"
"""Where the IRIs of service lists that were taken over and of their records begin: `<RECORDS><source>/<day>/<record>`."""


class Namespace(str):
    """A namespace IRI; attributes and items are IRIs in it.

    >>> KJ.Program
    'https://w3id.org/kr-jobs/ns#Program'
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> str:
        if name.startswith("_"):
            raise AttributeError(name)
        return f"{self}{name}"

    def term(self, name: str) -> str:
        """Return the IRI of `name`, for names that are not Python identifiers or are methods of `str`."""
        return f"{self}{name}"


KJ = Namespace(BASE + "ns#")
CPSV = Namespace("http://purl.org/vocab/cpsv#")
CV = Namespace("http://data.europa.eu/m8g/")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCT = Namespace("http://purl.org/dc/terms/")
LOCN = Namespace("http://www.w3.org/ns/locn#")
OA = Namespace("http://www.w3.org/ns/oa#")
ORG = Namespace("http://www.w3.org/ns/org#")
PROV = Namespace("http://www.w3.org/ns/prov#")
QB = Namespace("http://purl.org/linked-data/cube#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SCHEMA = Namespace("http://schema.org/")
SDMX_ATTRIBUTE = Namespace("http://purl.org/linked-data/sdmx/2009/attribute#")
SDMX_DIMENSION = Namespace("http://purl.org/linked-data/sdmx/2009/dimension#")
SDMX_MEASURE = Namespace("http://purl.org/linked-data/sdmx/2009/measure#")
SH = Namespace("http://www.w3.org/ns/shacl#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")


def origin_of(passage: str) -> str:
    """Return the list and day (`gov24/2026-11-26`) of a passage that is a record of a service list, else an empty text."""
    return "/".join(passage.removeprefix(RECORDS).split("/")[:2]) if passage.startswith(RECORDS) else ""


STATUS_GIVEN = ID + "kr/status/given"
STATUS_ZERO = ID + "kr/status/zero"
DECREASE = ID + "kr/change-direction/decrease"
QUANTITY = ID + "quantity/"
SERIES = ID + "series/"
