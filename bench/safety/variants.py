"""Names written in other code points that look the same or say the same: do they find what the plain name finds?

Run: `.venv/bin/python -m bench.safety.variants [NAMES]` (after `itda build`; 500 names unless told otherwise). Prints by kind of variant
many found the same first result; ends with 1 if one did not.
"""

from __future__ import annotations

import json
import os
import random
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from flask import Flask

from bench.safety.asking import Asked, ask
from kg.settings import Settings
from kg.store.snapshot import current_id
from search.jamo import keystrokes
from web.app import create_app
from web.serving import SearchOpener
from web.typed import Lookalikes

NAMES, SEED = 500, 20221126
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\u200e"
_FILLERS = "\u3164\u115f\u1160\uffa0"


def _scattered(text: str, signs: str) -> str:
    chance = random.Random(text)
    return "".join(char + chance.choice(signs) for char in text)


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def variants(lookalikes: Lookalikes) -> dict[str, Callable[[str], str]]:
    """Return each kind of variant by name; one that changes nothing of a name does not count for it."""
    alike: dict[str, list[str]] = {}
    for code, letter in lookalikes.table.items():
        alike.setdefault(letter, []).append(chr(code))

    def confused(text: str) -> str:
        chance = random.Random(text)
        return "".join(chance.choice(alike[char]) if char in alike else char for char in text)

    return {
        "NFD": lambda text: unicodedata.normalize("NFD", text),
        "invisible characters": lambda text: _scattered(text, _INVISIBLE),
        "invisible characters in NFD": lambda text: _scattered(unicodedata.normalize("NFD", text), "\u200b\u2060"),
        "fillers": lambda text: _scattered(text, _FILLERS),
        "full-width letters and digits": _wide,
        "loose Korean letters": keystrokes,
        "letters of other scripts": confused,
        "all at once": lambda text: _scattered(_wide(text), _INVISIBLE + _FILLERS),
    }


def names_of(snapshot: Path, count: int) -> list[str]:
    """Return names of a snapshot, drawn by chance and always the same; those with Latin letters first, because few have them."""
    documents = (json.loads(line) for line in (snapshot / "search" / "documents.jsonl").read_text("utf-8").splitlines())
    every = sorted({name for one in documents for name in (one["name"], *one["aliases"])})
    random.Random(SEED).shuffle(every)
    return (
        sorted(every, key=lambda name: not any(char.isascii() and char.isalpha() for char in name))[: count // 4]
        + every[: count - count // 4]
    )


@dataclass
class Outcome:
    """Tried and same by (kind, address), and what differed."""

    tried: Counter[tuple[str, str]] = field(default_factory=Counter)
    same: Counter[tuple[str, str]] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)


def _first(app: Flask, path: str, members: str) -> Callable[[str], object]:
    def found(name: str) -> object:
        said = ask(app, Asked("GET", path.encode(), b"q=" + quote(name).encode())).json()
        return said[members][0]["id"] if said[members] else None

    return found


def _told(app: Flask, template: str) -> Callable[[str], object]:
    def found(name: str) -> object:
        path, _, query = template.partition("?")
        answered = ask(app, Asked("GET", path.replace("{}", name).encode(), query.replace("{}", quote(name)).encode()))
        if answered.headers["content-type"].endswith("json"):
            said = answered.json()
            return (
                answered.status,
                said.get("code"),
                said.get("nodes", [{}])[0].get("id"),
                [one["id"] for one in said.get("candidates", ())],
            )
        return (answered.status, answered.headers.get("location"))

    return found


def put(app: Flask, names: Sequence[str], lookalikes: Lookalikes) -> Outcome:
    """Look up each variant of each name at each address that takes names."""
    asked = {
        "/api/search": _first(app, "/api/search", "results"),
        "/api/suggest": _first(app, "/api/suggest", "suggestions"),
        "/serves/": _told(app, "/serves/{}"),
        "/api/network": _told(app, "/api/network?focus={}&limit=1"),
        "/network/": _told(app, "/network/?q={}"),
    }
    outcome = Outcome()
    for name in names:
        usual = {address: find(name) for address, find in asked.items()}
        for kind, change in variants(lookalikes).items():
            changed = change(name)
            for address, find in asked.items() if changed != name else ():
                if len(changed) > 200:
                    continue
                got = find(changed)
                outcome.tried[kind, address] += 1
                outcome.same[kind, address] += got == usual[address]
                if got != usual[address]:
                    outcome.differing.append(f"{kind} {address}: {name!r} gives {usual[address]}, {changed!r} gives {got}")
    return outcome


def main() -> None:
    """Look up and print."""
    settings = Settings.from_env(os.environ)
    app = create_app(settings, SearchOpener())
    count = int(sys.argv[1]) if len(sys.argv) > 1 else NAMES
    names = names_of(settings.snapshots / current_id(settings.snapshots), count)
    outcome = put(app, names, Lookalikes.load(settings.data / "lexicon"))
    app.extensions["itda"].close()
    print(*outcome.differing, sep="\n", end="\n" if outcome.differing else "", file=sys.stderr)
    print(f"{len(names)} names, seed {SEED}\n\n| variant | address | tried | same |\n|---|---|---|---|")
    for (kind, address), tried in outcome.tried.items():
        print(f"| {kind} | {address} | {tried} | {outcome.same[kind, address]} |")
    sys.exit(bool(outcome.differing))


if __name__ == "__main__":
    main()
