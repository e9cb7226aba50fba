"""Programmes as schema.org data for search engines: `schema:GovernmentService`, only what the plan states."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.eligibility.answers import AGE
from kg.store.reader.model import Criterion, Description, Node, Ref
from kg.vocab import DCT, KJ

_GROUPS = (KJ.participantGroup, KJ.hostGroup, KJ.beneficiaryGroup)


def government_service(description: Description) -> dict[str, Any] | None:
    """Return a programme of which there is an edition as JSON-LD; None for anything else.

    The newest edition says what the service is. Ages are given only where one role states them without a choice.
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
        "audience": [_audience(edition, group) for name in _GROUPS for group in _related(edition, name)],
        "isPartOf": [{"@id": ref.iri, "name": ref.label.value} for ref in _related(edition, DCT.isPartOf)],
    }
    return {name: value for name, value in told.items() if value}


def _related(node: Node, property_iri: str) -> Iterator[Ref]:
    return (relation.other for group in node.outgoing if group.property == property_iri for relation in group.relations)


def _audience(edition: Node, group: Ref) -> dict[str, Any]:
    ages = [leaf for one in edition.requirements for leaf in _certain(one.criterion) if leaf.concept and leaf.concept.iri == AGE]
    told: dict[str, Any] = {"@type": "PeopleAudience", "@id": group.iri, "audienceType": group.label.value}
    if len(ages) == 1:
        told |= {
            name: int(float(bound)) for name, bound in (("requiredMinAge", ages[0].minimum), ("requiredMaxAge", ages[0].maximum)) if bound
        }
    return told


def _certain(criterion: Criterion) -> Iterator[Criterion]:
    """Return the constraints that have to hold whatever else does."""
    if criterion.combinator is None and not criterion.vague:
        yield criterion
    elif criterion.combinator == "all":
        for part in criterion.parts:
            yield from _certain(part)
