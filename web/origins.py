"""Says where something is stated: on lines of a plan, or in a service list as it was on a day."""

from __future__ import annotations

from collections.abc import Iterable

from kg.vocab import SERVICES
from web.i18n import gettext
from web.words import N_

_NAMES = {
    "gov24": N_("Government24"),
    "youth": N_("Youth Center"),
    "bokjiro": N_("Bokjiro"),
    "bokjiro-local": N_("Bokjiro (local governments)"),
}


def origin_text(origin: str) -> str:
    """Return a list and day (`gov24/2026-11-26`) in words; a list without a name here keeps its short one."""
    source, _, day = origin.partition("/")
    return gettext("%(source)s, as of %(day)s", source=gettext(_NAMES.get(source, source)), day=day)


def list_name(thing: str) -> str:
    """Return what the list is called that a service is from, or an empty text for anything else."""
    source = thing.removeprefix(SERVICES).partition("/")[0] if thing.startswith(SERVICES) else ""
    return gettext(_NAMES.get(source, source)) if source else ""


def is_origin(line: str) -> bool:
    """Say whether a place of evidence is a list and day and no range of lines."""
    return "/" in line


def in_order(lines: Iterable[str]) -> list[str]:
    """Return places of evidence once each: ranges of lines by number, then lists by name."""
    return sorted(set(lines), key=lambda line: (is_origin(line), 0 if is_origin(line) else int(line.split("-")[0]), line))


def said_lines(lines: str) -> str:
    """Return places of evidence, with commas between, in words: `line 3, 12–14`, then the lists."""
    places = [line for line in lines.split(", ") if line]
    ranges = ", ".join(line.replace("-", "–") for line in places if not is_origin(line))
    told = [gettext("line %(line)s", line=ranges)] if ranges else []
    return " · ".join([*told, *(origin_text(line) for line in dict.fromkeys(places) if is_origin(line))])
