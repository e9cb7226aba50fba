"""What the two taps of the start page lead to: for each pair how many programmes fit, need checking, state nothing, or are ruled out.

Run: `.venv/bin/python -m bench.eligibility.taps` (after `itda build`; `--list` names what fits). Prints a Markdown table; each cell is
`eligible + likely (conditions met) / likely (only the office or the wording is open) + undetermined / unstated / ineligible`.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from kg.eligibility.answers import Profile
from kg.eligibility.deciding import decide
from kg.eligibility.rules import Catalogue
from kg.eligibility.texts import Need
from kg.settings import Settings
from web.app import create_app
from web.context import plan, services, site
from web.finding import Card, Found, found_for
from web.i18n import ENVIRON_KEY
from web.replies import from_fields
from web.serving import SearchOpener
from web.taps import Tap


def profile_of(tap: Tap, catalogue: Catalogue) -> Profile:
    """Return the profile that a tap of the first question stands for."""
    fields: dict[str, list[str]] = {}
    for name, value in tap.answers:
        fields.setdefault(name, []).append(value)
    return from_fields(fields, catalogue.terms)


def cell(found: Found) -> str:
    """Return the numbers of one pair."""
    of = Counter((card.verdict, card.value) for card in (*found.fitting, *found.checking, *found.unstated, *found.ruled_out))
    fits = f"{of['eligible', True]}+{of['likely', True]}"
    return f"{fits} / {of['likely', None]}+{of['undetermined', None]} / {of['unstated', None]} / {of['ineligible', False]}"


def pairs() -> list[tuple[Tap, Need | None, Found]]:
    """Return every pair of taps with what it leads to; to be called inside a request."""
    catalogue, texts = site().eligibility.catalogue(plan().iri), site().eligibility.texts(plan().iri, "ko")
    needs = (*site().eligibility.needs("ko"), None)
    return [
        (tap, need, found_for(decide(catalogue, profile_of(tap, catalogue)), texts, (need,) if need else ()))
        for tap in services().taps
        for need in needs
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="name the programmes that fit, or else the first that need checking")
    wants_list = parser.parse_args().list
    app = create_app(Settings(), SearchOpener())
    with app.test_request_context(environ_overrides={ENVIRON_KEY: "ko"}):
        found = pairs()
        rows: dict[str, list[str]] = {}
        for tap, need, one in found:
            rows.setdefault(tap.key, []).append(cell(one))
            if wants_list:
                named = ", ".join(_named(card) for card in (one.fitting or one.checking)[:8])
                sys.stdout.write(f"{tap.key}\t{need.ref.notation if need else 'anything'}\t{cell(one)}\t{named}\n")
        columns = list(dict.fromkeys(need.ref.notation if need else "anything" for _, need, _ in found))
        sys.stdout.write(f"| | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}\n")
        sys.stdout.writelines(f"| {key} | {' | '.join(cells)} |\n" for key, cells in rows.items())
        with_fit = sum(bool(one.fitting) for _, _, one in found)
        sys.stdout.write(f"\n{with_fit} of {len(found)} pairs show a programme that fits.\n")
    app.extensions["itda"].close()


def _named(card: Card) -> str:
    return f"{card.program.label.value} ({card.verdict})"


if __name__ == "__main__":
    main()
