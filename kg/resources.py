"""Where `ontology/` and `data/` are: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def ontology_dir() -> Path:
    """Return the folder that says what things are."""
    return _shared("ontology")


def data_dir() -> Path:
    """Return the folder that says what is the case, as shipped."""
    return _shared("data")


def _shared(name: str) -> Path:
    inside = _PACKAGE / "_share" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
