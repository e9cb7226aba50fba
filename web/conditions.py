"""Says one condition in words: "18세 이상 39세 이하", "at least 18 years"."""

from __future__ import annotations

from kg.store.reader.model import Criterion, Text
from web.i18n import current_language, gettext


def condition_text(criterion: Criterion) -> str:
    """Return what a leaf condition demands, without the name of the condition item; empty when it states nothing to compare.

    Args:
        criterion: A leaf of a condition tree.
    """
    unit = criterion.concept.unit if criterion.concept else Text("")
    low, high = _amount(criterion.minimum, unit), _amount(criterion.maximum, unit)
    parts = []
    if low and high:
        parts.append(gettext("%(low)s to %(high)s", low=low, high=high))
    elif low:
        parts.append(gettext("at least %(value)s", value=low))
    elif high:
        parts.append(gettext("at most %(value)s", value=high))
    if criterion.above:
        parts.append(gettext("more than %(value)s", value=_amount(criterion.above, unit)))
    if criterion.below:
        parts.append(gettext("less than %(value)s", value=_amount(criterion.below, unit)))
    if criterion.accepts:
        names = ", ".join(ref.label.value for ref in criterion.accepts)
        parts.append(gettext("one of: %(names)s", names=names) if len(criterion.accepts) > 1 else names)
    if criterion.truth is not None:
        parts.append(gettext("this must be so") if criterion.truth else gettext("this must not be so"))
    return ", ".join(parts)


def _amount(value: str, unit: Text) -> str:
    """Write a number with its unit: Korean units are joined, English ones stand apart."""
    if not value:
        return ""
    number = value.rstrip("0").rstrip(".") if "." in value else value
    if not unit.value:
        return number
    return f"{number}{unit.value}" if current_language() == "ko" else f"{number} {unit.value}"
