"""Puts together how somebody serves a group: one way per programme, with every relation, group and role in it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from kg.store.reader.model import Passage, Ref, Text
from kg.store.reader.serves import Channel


class Named(Struct, frozen=True):
    """A group that is named, and the roles in which it stands."""

    group: Ref
    roles: tuple[Text, ...]


class Way(Struct, frozen=True):
    """All channels through one edition.

    Attributes:
        edition: The edition; None where the plan names the groups of the server itself.
        relations: What the server has to do with the edition.
    """

    edition: Ref | None
    relations: tuple[Text, ...]
    named: tuple[Named, ...]
    passages: tuple[Passage, ...]


def ways(channels: Iterable[Channel]) -> tuple[Way, ...]:
    """Group channels by edition, in the order in which they come; what the server itself is for comes first."""
    grouped: dict[Ref | None, list[Channel]] = {}
    for channel in channels:
        grouped.setdefault(channel.edition if channel.relation.value else None, []).append(channel)
    return tuple(
        _way(edition, grouped[edition]) for edition in sorted(grouped, key=lambda one: (one is not None, one.label.value if one else ""))
    )


def _way(edition: Ref | None, channels: list[Channel]) -> Way:
    roles: dict[Ref, dict[Text, None]] = {}
    for channel in sorted(channels, key=lambda one: one.served.label.value):
        roles.setdefault(channel.served, {}).update({channel.role: None} if channel.role.value else {})
    return Way(
        edition,
        tuple(dict.fromkeys(channel.relation for channel in channels if channel.relation.value)),
        tuple(Named(group, tuple(found)) for group, found in roles.items()),
        tuple(sorted({passage for channel in channels for passage in channel.passages})),
    )
