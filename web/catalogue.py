"""The message catalogue of pages and command line: `.po` files are read as they are, so an edited sentence needs no compile step."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations


@cache
def load_translations(language: str) -> NullTranslations:
    """Return the catalogue of a language, read once per process; English is the source text and needs none.

    Args:
        language: `ko` or `en`.
    """
    path = Path(__file__).parent / "translations" / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)
