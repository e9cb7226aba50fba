"""How fast the search is: arrays against plain Whoosh on many made-up documents, and whole requests on the plan itself. CPU time.

Run: `.venv/bin/python -m bench.search.speed` (after `itda build`); `--documents` sets how many are made up. Prints Markdown tables; every
ratio is of two runs in this process.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from whoosh import index
from whoosh.query import Or, Term
from whoosh.scoring import BM25F
from whoosh.sorting import FieldFacet

from bench.search.judged import read_queries
from kg.settings import Settings
from search.arrays import ArrayReader
from search.documents import Document, FacetLabel
from search.fields import FieldReader
from search.letters import Token
from search.model import TYPE_FACET
from search.ranking import rank
from search.snippets import cut
from search.understanding import Concept, Understanding, Variant
from search.whoosh_index import schema, write_index
from web.app import create_app
from web.serving import SearchOpener

SEED = 20221
QUERIES = 60
TERMS = 4
TOP = 10
FACETS = (TYPE_FACET, "group")
WORDS = 3000


class Spaces:
    """Stands in for an analyser: words are what stands between spaces, so that only the index is measured."""

    class lexicon:
        """Folds nothing."""

        @staticmethod
        def fold(text: str) -> str:
            """Return the text."""
            return text

    @staticmethod
    def index_tokens(text: str) -> tuple[Token, ...]:
        """Return the words with their offsets."""
        found, at = [], 0
        for word in text.split(" "):
            found.append(Token(word, at, at + len(word)))
            at += len(word) + 1
        return tuple(found)


def made_up(count: int) -> tuple[Document, ...]:
    """Return documents of words whose frequencies fall as those of a language do."""
    chance = random.Random(SEED)
    words = [f"낱말{number}" for number in range(WORDS)]
    weights = [1 / (number + 10) for number in range(WORDS)]

    def text(length: int) -> str:
        return " ".join(chance.choices(words, weights, k=length))

    groups = [FacetLabel(f"group/{number}", f"대상 {number}") for number in range(40)]
    kinds = ("program", "center", "course", "organization", "facility")
    return tuple(
        Document(
            id=f"thing/{number:07}",
            type=chance.choice(kinds),
            name=f"{text(2)} {number}",
            description=(text(18),),
            relations=(text(8),),
            facets={"group": tuple(sorted(set(chance.sample(groups, 2)), key=lambda one: one.value))},
            prominent=chance.random() < 0.7,
        )
        for number in range(count)
    )


def all_processes() -> float:
    """Return the processor seconds of this process and of those that it started and that have ended."""
    return sum(os.times()[:4])


def written_by_whoosh(folder: str, documents: Sequence[Document]) -> index.Index:
    """Write the same fields with Whoosh's own writer."""
    created = index.create_in(folder, schema({TYPE_FACET} | {name for one in documents for name in one.facets or ()}))
    writer = created.writer(limitmb=512)
    reader = FieldReader(Spaces.lexicon.fold, Spaces.index_tokens)
    for one in documents:
        writer.add_document(**reader.fields(one))
    writer.commit()
    return created


def milliseconds(work: Callable[[Sequence[str]], object], queries: Sequence[Sequence[str]]) -> tuple[float, float]:
    """Return median and 99th percentile of the CPU time of a piece of work over all queries."""
    taken = []
    for query in queries:
        began = time.process_time()
        work(query)
        taken.append((time.process_time() - began) * 1000)
    return float(np.median(taken)), float(np.percentile(taken, 99))


def on_many(count: int) -> None:
    """Measure arrays and plain Whoosh on one index of made-up documents."""
    chance = random.Random(SEED)
    queries = [[f"낱말{min(WORDS - 1, int(chance.paretovariate(0.6)) * 3)}" for _ in range(TERMS)] for _ in range(QUERIES)]
    documents = made_up(count)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        began = all_processes()
        write_index(Path(folder), documents, Spaces(), lambda done, total: None)  # type: ignore[arg-type]
        building = all_processes() - began
        reader = ArrayReader(Path(folder))
        began = time.process_time()
        searcher = written_by_whoosh(other, documents).searcher(weighting=BM25F())
        plainly = time.process_time() - began

        def arrays(terms: Sequence[str]) -> None:
            concepts = tuple(Concept(term, frozenset({at}), (Variant(term, "word", 1.0),)) for at, term in enumerate(terms))
            ranking = rank(Understanding(concepts, len(concepts), "".join(terms), ()), reader)
            for name in FACETS:
                reader.facets[name].counts(ranking.matched)
            for number in ranking.first(ranking.matched, 0, TOP):
                cut([reader.stored(number).text("description")], frozenset(terms))

        def plain(terms: Sequence[str]) -> None:
            fields = ("name", "description", "relations")
            query = Or([Term(name, term) for term in dict.fromkeys(terms) for name in fields])
            grouped = {name: FieldFacet(f"facet_{name}", allow_overlap=True) for name in FACETS}
            found = searcher.search(query, limit=TOP, groupedby=grouped)
            for name in FACETS:
                {value: len(numbers) for value, numbers in found.groups(name).items()}
            for hit in found:
                hit.fields()

        milliseconds(arrays, queries)  # reads the terms
        ours, whoosh = milliseconds(arrays, queries), milliseconds(plain, queries[: max(5, QUERIES // 6)])
        print(f"\n{count} documents, {QUERIES} queries of {TERMS} words, seed {SEED}.")
        print(f"The index took {building:.0f} s of CPU, {plainly:.0f} by Whoosh's own writer.\n")
        print("| top 10, two facets, ten highlights | median ms | p99 ms |\n|---|---|---|")
        print(f"| arrays (terms read) | {ours[0]:.2f} | {ours[1]:.2f} |")
        print(f"| plain Whoosh (no highlights) | {whoosh[0]:.1f} | {whoosh[1]:.1f} |")
        print(f"| ratio | {whoosh[0] / ours[0]:.0f} | {whoosh[1] / ours[1]:.0f} |")
        reader.close()


def on_the_plan() -> None:
    """Measure whole requests, Kiwi and page included, for every judged query."""
    settings = Settings.from_env(os.environ).model_copy(update={"kept_mib": 0})  # every answer is made
    client = create_app(settings, SearchOpener()).test_client(use_cookies=False)
    texts = [query.text for query in read_queries()]
    client.get("/api/search", query_string={"q": texts[0]})
    print(f"\n{len(texts)} judged queries on the plan, each asked once after all were asked once.\n")
    print("| request | median ms | p99 ms |\n|---|---|---|")
    for path in ("/api/search", "/search", "/api/suggest"):

        def ask(query: Sequence[str], path: str = path) -> None:
            client.get(path, query_string={"q": query[0]})

        queries = [[text] for text in texts]
        milliseconds(ask, queries)
        median, slowest = milliseconds(ask, queries)
        print(f"| {path} | {median:.1f} | {slowest:.1f} |")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the speed of the search.")
    parser.add_argument("--documents", type=int, default=100_000)
    chosen = parser.parse_args()
    on_the_plan()
    on_many(chosen.documents)


if __name__ == "__main__":
    main()
