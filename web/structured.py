"""Programmes as schema.org data for search engines: `schema:GovernmentService`, only what the plan states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kg.eligibility.answers import AGE
from kg.eligibility.reading import PARTICIPANT, ROLES
from kg.eligibility.rules import Kind
from kg.store.reader.model import Criterion, Description, Node, Ref
from kg.vocab import DCT, KJ

_AUDIENCES: dict[Kind, str] = {"person": "PeopleAudience", "firm": "BusinessAudience", "organization": "Audience"}
"""The class of schema.org for each kind of group; it has none of its own for organisations that are no business."""


def government_service(description: Description, kinds: Mapping[str, Kind]) -> dict[str, Any] | None:
    """Return a programme of which there is an edition as JSON-LD; None for anything else.

    The newest edition says what the service is. Ages are given only to people, of the role for which the plan states them without a choice.

    Args:
        kinds: What each group consists of, by its IRI; any other group is only called an audience.
    """
    node = description.node
    if not node.ref.listed or not description.editions:
        return None
    edition = description.editions[0]
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": node.ref.iri,
        "name": node.ref.label.value,
        "description": node.description.value or edition.description.value,
        "alternateName": [alias.value for alias in description.aliases],
        "serviceType": [support.label.value for support in edition.supports if support.label.value],
        "serviceOperator": [{"@type": "Organization", "@id": ref.iri, "name": ref.label.value} for ref in _related(edition, KJ.operatedBy)],
        "audience": [_audience(edition, role, group, kinds) for role, name in ROLES.items() for group in _related(edition, name)],
        "isPartOf": [{"@id": ref.iri, "name": ref.label.value} for ref in _related(edition, DCT.isPartOf)],
    }
    return {name: value for name, value in told.items() if value}


def _related(node: Node, property_iri: str) -> Iterator[Ref]:
    return (relation.other for group in node.outgoing if group.property == property_iri for relation in group.relations)


def _audience(edition: Node, role: str, group: Ref, kinds: Mapping[str, Kind]) -> dict[str, Any]:
    kind = kinds.get(group.iri)
    told: dict[str, Any] = {"@type": _AUDIENCES[kind] if kind else "Audience", "@id": group.iri, "audienceType": group.label.value}
    ages = _ages(edition, role) if kind == "person" else []
    if len(ages) == 1:
        told |= {
            name: int(float(bound)) for name, bound in (("requiredMinAge", ages[0].minimum), ("requiredMaxAge", ages[0].maximum)) if bound
        }
    return told


def _ages(edition: Node, role: str) -> list[Criterion]:
    """Return the ages that a line states for a role."""
    tops = (one.criterion for one in edition.requirements if (one.role.iri if one.role else PARTICIPANT) == role)
    return [leaf for top in tops for leaf in _certain(top) if leaf.concept and leaf.concept.iri == AGE and not leaf.inferred]


def _certain(criterion: Criterion) -> Iterator[Criterion]:
    """Return the constraints that have to hold whatever else does."""
    if criterion.combinator is None and not criterion.vague:
        yield criterion
    elif criterion.combinator == "all":
        for part in criterion.parts:
            yield from _certain(part)
