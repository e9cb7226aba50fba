"""Ten thousand queries nobody would type, put to the pages and the API: what they answer, and how many fail.

Run: `.venv/bin/python -m bench.search.fuzz` (after `itda build`). Prints how often each status came; ends with 1 if one is 500 or more.
"""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator

from kg.settings import Settings
from web.app import create_app
from web.serving import SearchOpener

QUERIES = 10_000
SEED = 20221125
WORDS = (
    "청년",
    "디지털 튜터",
    "만 39세 이하",
    "ㅊㄴㅋ",
    "elwlxjf",
    "캠ㅍ",
    "대상:",
    "이름:",
    '"',
    "-",
    "“",
    "”",
    "「",
    ":",
    "*",
    "OR",
    "(",
    "AND NOT",
)
ODD = "\x00\u200b\u200d\u3164\uffa0\ufeff\u202e\u1100\u1161\u11a8\ud55c\ufb01\u00b7\u318d\u2024\uff21\uff11"
ODD += "\U0001f600\U0001f468\u0301\t\n<>&%\\'"
LONG = 10_240


def queries(chance: random.Random, count: int) -> Iterator[str]:
    """Yield odd texts: any code points, operators in any order, a few of ten kilobytes."""
    for number in range(count):
        if number % 100 == 0:
            yield chance.choice(WORDS) * (LONG // 2)
        elif number % 3 == 0:
            points = (chance.choice((chance.randrange(1, 0xD800), chance.randrange(0xE000, 0x110000))) for _ in range(60))
            yield "".join(map(chr, points))[: chance.randrange(1, 60)]
        else:
            pieces = [chance.choice((*WORDS, *ODD, chr(chance.randrange(0xAC00, 0xD7A4)))) for _ in range(chance.randrange(1, 25))]
            yield chance.choice(("", " ")).join(pieces)


def main() -> None:
    """Ask and print."""
    app = create_app(Settings.from_env(os.environ), SearchOpener())
    client = app.test_client(use_cookies=False)
    chance = random.Random(SEED)
    counts: Counter[tuple[str, int]] = Counter()
    for text in queries(chance, QUERIES):
        path = chance.choice(("/search", "/api/search", "/api/suggest", "/en/search"))
        answer = client.get(path, query_string={"q": text})
        counts[path, answer.status_code] += 1
        if answer.status_code >= 500:
            print(f"{answer.status_code} {path} {text[:80]!r}", file=sys.stderr)
    print(f"{QUERIES} queries, seed {SEED}\n\n| path | status | answers |\n|---|---|---|")
    for (path, status), count in sorted(counts.items()):
        print(f"| {path} | {status} | {count} |")
    sys.exit(any(status >= 500 for _, status in counts))


if __name__ == "__main__":
    main()
