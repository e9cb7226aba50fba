"""What search knows of each thing: one document per thing that is shown (`search.gathering` makes them)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, json

AgeRange = tuple[int | None, int | None]
TEXT_FIELDS = ("name", "aliases", "kinds", "description", "details", "conditions", "audience", "places", "relations", "figures", "spoken")


class FacetLabel(Struct, frozen=True):
    """A value by which a document can be found, and the value's name."""

    value: str
    label: str


class Document(Struct, frozen=True):
    """One thing as search sees it; every list is sorted and without repeats.

    Attributes:
        id: IRI.
        type: Type word.
        name: Preferred Korean name, or the only one there is.
        aliases: Other names in any language.
        hidden: Spellings that are wrong but met.
        kinds: What kind of thing it is.
        description: Descriptions of the thing and its editions.
        details: What it gives, and who does what in it.
        conditions: Phrases and names that its conditions are made of.
        audience: Names of the groups it is for.
        places: Names of where it is or takes place.
        relations: Names of what else it is linked with.
        figures: The figures printed about it or in it, with their units.
        spoken: What people say who look for it; searched, never shown.
        linked: IRIs of the things it is linked with, in either direction.
        facets: Facet name to the values it has.
        ages: Ranges of years of age it is for (both included, None where open), by its own conditions.
        group_ages: Those of the groups it is for, where it has none of its own.
        prominent: Whether its kind is one that serves people (a programme, a centre, a partner) rather than a part of the plan or a term.
    """

    id: str
    type: str
    name: str
    aliases: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    description: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    spoken: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    facets: Mapping[str, tuple[FacetLabel, ...]] | None = None
    ages: tuple[AgeRange, ...] = ()
    group_ages: tuple[AgeRange, ...] = ()
    prominent: bool = False

    def texts(self) -> dict[str, tuple[str, ...]]:
        """Return the strings of each searchable field (`TEXT_FIELDS`), in the order they are shown."""
        aliases = self.aliases + self.hidden
        values = (self.kinds, self.description, self.details, self.conditions, self.audience, self.places)
        return dict(zip(TEXT_FIELDS, ((self.name,), aliases, *values, self.relations, self.figures, self.spoken), strict=True))

    def to_json(self) -> str:
        """Return the document as one line of canonical JSON."""
        return json.encode(self, order="sorted").decode()


def documents_bytes(documents: Iterable[Document]) -> bytes:
    """Return `documents.jsonl`: the same documents, the same bytes."""
    return "".join(document.to_json() + "\n" for document in documents).encode()


def documents_from(content: bytes) -> tuple[Document, ...]:
    """Read what `documents_bytes` wrote.

    Raises:
        msgspec.DecodeError: it is not what `documents_bytes` wrote.
    """
    return tuple(json.decode(line, type=Document) for line in content.splitlines())
