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
    bounds = range_text(criterion.minimum, criterion.maximum, unit)
    parts = [bounds] if bounds else []
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


def range_text(least: str, most: str, unit: Text) -> str:
    """Return a range of numbers in words; either end may be an empty text, and both may be the same number."""
    low, high = _amount(least, unit), _amount(most, unit)
    if low and low == high:
        return low
    if low and high:
        return gettext("%(low)s to %(high)s", low=low, high=high)
    if low:
        return gettext("at least %(value)s", value=low)
    return gettext("at most %(value)s", value=high) if high else ""


def _amount(value: str, unit: Text) -> str:
    """Write a number with its unit: Korean units are joined, English ones stand apart."""
    if not value:
        return ""
    number = value.rstrip("0").rstrip(".") if "." in value else value
    if not unit.value:
        return number
    return f"{number}{unit.value}" if current_language() == "ko" else f"{number} {unit.value}"
