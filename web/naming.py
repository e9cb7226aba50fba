"""What a name that someone gives stands for, among the things that can stand there."""

from __future__ import annotations

from collections.abc import Iterable

from kg.store.reader.entity import GROUP_SCHEME
from kg.store.reader.model import Ref
from kg.vocab import DCT, ID, KJ
from web.context import services, site
from web.errors import WebError
from web.i18n import current_language

KINDS = {
    "group": (GROUP_SCHEME,),
    "sector": (ID + "kr/sector",),
    "strategy": (KJ.Strategy,),
    "zone": (DCT.Location, KJ.UrbanRegenerationArea),
    "support": (ID + "kr/support",),
}
"""Classes and concept schemes whose things a parameter of an address may name."""

_SHOWN = 40


def bearing(name: str, kinds: Iterable[str] = ()) -> tuple[Ref, ...]:
    """Return the things that bear a name, as written or as it looks; `kinds` are classes and concept schemes, all when there are none."""
    known = frozenset(kinds)
    found = (site().reader.named(reading, current_language(), known) for reading in services().lookalikes.readings(name))
    return next(filter(None, found), ())


def candidates(parameter: str, name: str) -> tuple[Ref, ...]:
    """Return what a name may stand for in a parameter, one of `KINDS`."""
    return bearing(name, KINDS[parameter])


def resolve(parameter: str, name: str) -> Ref:
    """Return what a name stands for in a parameter, one of `KINDS`.

    Raises:
        WebError: nothing that can stand there bears the name, or several do; then its member `candidates` lists them.
    """
    found = candidates(parameter, name)
    if len(found) == 1:
        return found[0]
    if found:
        listed = [{"id": ref.iri, "name": ref.label.value, "type": ref.word} for ref in found]
        raise WebError("web.ambiguous", name=name[:_SHOWN]).adding(candidates=listed)
    if parameter == "group":
        raise WebError("web.unknown-group", name=name[:_SHOWN])
    raise WebError("web.bad-parameter", name=parameter, value=name[:_SHOWN])
