"""Measure the search on the judged queries.

Run: `.venv/bin/python bench/search/run.py --baselines` (after `itda build`); `--help` names the rest. Prints Markdown tables.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from msgspec.structs import replace

from bench.search import baselines
from bench.search.baselines import Plain, Ranker
from bench.search.judged import FINAL, LATER, QUERIES, TUNE, Judged, read_prefixes, read_queries, resolve, sitting
from bench.search.metrics import DEPTH, MEASURES, SUGGEST_MEASURES, Mean, Measures, mean, ndcg, reciprocal_rank
from kg.settings import Settings
from kg.store.snapshot import open_current
from search.engine import SearchEngine
from search.jamo import Keyboard
from search.model import Query
from search.ranking import FORMULA
from search.whoosh_engine import WhooshSearch

ALL = "all"
OURS = "Itda"
Table = Mapping[str, Mapping[str, Mean]]
WARNING = "The final part is to be opened once, for the figures that are published. Tune on the other part."


@dataclass(frozen=True, slots=True)
class Answer:
    """A judged text with its grades by IRI, and what an engine answered."""

    judged: Judged
    grades: Mapping[str, int]
    ranked: Sequence[str]


def searching(engine: SearchEngine) -> Ranker:
    """Return the engine as something that answers with ids."""
    return lambda text: [hit.id for hit in engine.search(Query(text=text, limit=DEPTH)).hits]


def suggesting(engine: SearchEngine) -> Ranker:
    """Return the engine's suggestions as ids."""
    return lambda text: [one.id for one in engine.suggest(text, DEPTH)]


def ask(ranker: Ranker, judged: Sequence[Judged], known: frozenset[str]) -> tuple[Answer, ...]:
    """Put every judged text to a ranker.

    Raises:
        LookupError: a judgement names a thing that is not among the documents.
    """
    return tuple(Answer(one, {resolve(name, known): grade for name, grade in one.grades.items()}, ranker(one.text)) for one in judged)


def table(answers: Sequence[Answer], measures: Measures = MEASURES) -> Table:
    """Return kind to measure to mean, the kinds in the order they come, then all."""
    kinds: dict[str, list[Answer]] = {}
    for answer in answers:
        kinds.setdefault(answer.judged.kind, []).append(answer)
    kinds[ALL] = list(answers)
    return {
        kind: {name: mean([measure(one.ranked, one.grades) for one in group]) for name, measure in measures.items()}
        for kind, group in kinds.items()
    }


def plain_rankers(documents: Sequence[Plain]) -> Iterator[tuple[str, Ranker]]:
    """Yield the baselines for search, each made when it is asked for."""
    yield "Whoosh as shipped (AND)", baselines.whoosh_as_shipped(documents)
    yield "Whoosh + Kiwi default (OR)", baselines.whoosh_tokens(documents, baselines.kiwi_tokens())
    yield "Whoosh bigrams (OR)", baselines.whoosh_tokens(documents, baselines.bigrams)
    yield "SQLite FTS5 unicode61 (OR)", baselines.fts5(documents, "unicode61")
    yield "SQLite FTS5 trigram (OR)", baselines.fts5(documents, "trigram")


def plain_suggesters(documents: Sequence[Plain]) -> Iterator[tuple[str, Ranker]]:
    """Yield the baselines for autocomplete."""
    yield "start of the name", baselines.name_prefix(documents)
    yield "start of a word", baselines.word_prefix(documents)


def without_a_part(engine: WhooshSearch) -> Iterator[tuple[str, Ranker]]:
    """Yield our engine with one part taken away, for each part."""
    whole, lexicon = FORMULA, engine.analyser.lexicon
    numbers = {
        "coverage": replace(whole, least_coverage=1.0),
        "how much a word tells (all words alike)": replace(whole, telling=False, unknown=1.0),
        "pairs of letters": replace(whole, pairs={name: (0.0, *shares) for name, (_, *shares) in whole.pairs.items()}),
        "keystrokes and near names": replace(whole, strokes=(0.0, 1.1), near=(0.0, 1.1, 0)),
        "exact names": replace(whole, exact=dict.fromkeys(whole.exact, 0.0)),
        "sorts of things asked for": replace(whole, intents=False),
        "kinds people look for": replace(whole, less_prominent=1.0),
        "weights of fields (all alike)": replace(whole, fields=dict.fromkeys(whole.fields, 1.0)),
        "ages": replace(whole, age_fields={}),
        "linked things": replace(whole, neighbours=(0.0, 0)),
        "printed figures": replace(whole, fields={**whole.fields, "figures": 0.0}),
        "what people say who look for a thing": replace(whole, fields={**whole.fields, "spoken": 0.0}),
    }
    tables = {
        "everyday meanings": replace(lexicon, meanings=()),
        "synonyms and aliases": replace(lexicon, synonyms=()),
        "both": replace(lexicon, meanings=(), synonyms=()),
        "keyboard layout": replace(lexicon, keyboard=Keyboard({})),
        "numbers in words": replace(lexicon, numerals={}),
        "fillers": replace(lexicon, fillers=frozenset()),
        "wrong spellings": replace(lexicon, misspellings={}),
        "short names": replace(lexicon, shorts={}),
    }
    for name, formula in numbers.items():
        yield f"without {name}", searching(engine.varied(formula))
    for name, less in tables.items():
        yield f"without {name}", searching(engine.varied(whole, less))


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table with aligned columns."""
    lines = [head, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    text = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines]
    return "\n".join([text[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *text[1:]])


def shown(value: Mean) -> str:
    """Return a mean and its interval as short text."""
    return f"{value.value:.3f} ({value.low:.2f}-{value.high:.2f})"


def by_kind(found: Table, sizes: Mapping[str, int]) -> str:
    """Return one engine's table, a row for each kind."""
    names = list(found[ALL])
    return markdown(["kind", "n", *names], [[kind, str(sizes[kind]), *(shown(row[name]) for name in names)] for kind, row in found.items()])


def by_engine(tables: Mapping[str, Table]) -> str:
    """Return a row for each engine over all kinds."""
    names = list(next(iter(tables.values()))[ALL])
    return markdown(["engine", *names], [[engine, *(shown(found[ALL][name]) for name in names)] for engine, found in tables.items()])


def first_by_kind(tables: Mapping[str, Table]) -> str:
    """Return a row for each engine with its first measure in every kind."""
    first = next(iter(tables.values()))
    name = next(iter(first[ALL]))
    rows = [[engine, *(f"{row[name].value:.3f}" for row in found.values())] for engine, found in tables.items()]
    return markdown([f"{name}", *first], rows)


def failures(answers: Sequence[Answer], names: Mapping[str, str]) -> Iterator[str]:
    """Yield the answers that do not begin with a good thing or are far from the best order, worst first."""
    worst = sorted(answers, key=lambda one: (reciprocal_rank(one.ranked, one.grades), ndcg(one.ranked, one.grades), one.judged.id))
    for one in worst:
        value = ndcg(one.ranked, one.grades)
        if reciprocal_rank(one.ranked, one.grades) == 1 and value >= 0.8:
            continue
        yield f"\n{one.judged.id} [{value:.2f}] {one.judged.text}"
        yield "  found   " + ", ".join(f"{one.grades.get(thing, 0)} {names[thing]}" for thing in one.ranked[:5])
        missed = sorted((-grade, names[thing]) for thing, grade in one.grades.items() if grade > 1 and thing not in one.ranked[:5])
        yield "  missed  " + ", ".join(f"{-grade} {name}" for grade, name in missed[:8])


def sizes(judged: Sequence[Judged]) -> dict[str, int]:
    """Return how many texts each kind has, and all."""
    kinds = [one.kind for one in judged]
    return {kind: kinds.count(kind) for kind in kinds} | {ALL: len(kinds)}


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure the search of the published snapshot on the judged queries.")
    parser.add_argument("--split", choices=(TUNE, FINAL), default=TUNE, help="which part of the queries (default: tune)")
    parser.add_argument("--later", action="store_true", help="the queries that were written later, for tuning, instead")
    parser.add_argument("--sitting", type=int, metavar="N", help="of the queries written later, only those of one sitting (2 to 9)")
    parser.add_argument("--baselines", action="store_true", help="measure five plain engines in the same run")
    parser.add_argument("--ablation", action="store_true", help="measure our engine with one part taken away at a time")
    parser.add_argument("--per-query", action="store_true", help="list the queries that go wrong, worst first (tune only)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results to a file")
    parser.add_argument("--snapshots", type=Path, metavar="FOLDER", help="folder of snapshots (default: that of itda)")
    found = parser.parse_args(given)
    if found.per_query and found.split == FINAL:
        parser.error("the single queries of the final part stay closed")
    return found


def main() -> None:
    """Measure and print."""
    chosen = arguments()
    if chosen.split == FINAL:
        print(WARNING, file=sys.stderr)
    settings = Settings.from_env(os.environ)
    snapshot = open_current(chosen.snapshots or settings.snapshots)
    engine = WhooshSearch.open(snapshot.path / "search")
    documents = baselines.read_documents(snapshot.path / "search" / "documents.jsonl")
    names = {one.id: one.names[0] for one in documents}
    known = frozenset(names)
    queries = [one for one in read_queries(LATER if chosen.later or chosen.sitting else QUERIES) if one.split == chosen.split]
    if chosen.sitting:
        queries = [one for one in queries if sitting(one) == chosen.sitting]
    prefixes = [one for one in read_prefixes() if one.split == chosen.split]

    answers = ask(searching(engine), queries, known)
    suggestions = ask(suggesting(engine), prefixes, known)
    tables = {OURS: table(answers)}
    completions = {OURS: table(suggestions, SUGGEST_MEASURES)}
    if chosen.baselines:
        tables |= {name: table(ask(ranker, queries, known)) for name, ranker in plain_rankers(documents)}
        completions |= {name: table(ask(ranker, prefixes, known), SUGGEST_MEASURES) for name, ranker in plain_suggesters(documents)}

    lesser = {OURS: tables[OURS]}
    if chosen.ablation:
        lesser |= {name: table(ask(ranker, queries, known)) for name, ranker in without_a_part(engine)}

    print(
        f"Split {chosen.split}, {len(queries)} queries, {len(prefixes)} prefixes, {len(documents)} documents, snapshot {snapshot.id[:12]}."
    )
    print("Success and MRR count hits of grade 2 or 3. In brackets: 95 % bootstrap interval.")
    print(f"\n{by_kind(tables[OURS], sizes(queries))}\n\nAutocomplete\n\n{by_kind(completions[OURS], sizes(prefixes))}")
    if chosen.baselines:
        print(f"\nBeside plain engines\n\n{by_engine(tables)}\n\n{first_by_kind(tables)}\n\n{by_engine(completions)}")
    if chosen.ablation:
        print(f"\nWhat each part adds\n\n{by_engine(lesser)}\n\n{first_by_kind(lesser)}")
    if chosen.per_query:
        print("\n".join(failures(answers, names)))
        print("\n".join(failures(suggestions, names)))
    if chosen.json:
        measured = {
            "split": chosen.split,
            "snapshot": snapshot.id,
            "queries": {name: _plain(found) for name, found in (tables | lesser).items()},
            "autocomplete": {name: _plain(found) for name, found in completions.items()},
        }
        chosen.json.write_text(json.dumps(measured, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


def _plain(found: Table) -> dict[str, dict[str, dict[str, float]]]:
    return {
        kind: {name: {key: round(part, 4) for key, part in asdict(value).items()} for name, value in row.items()}
        for kind, row in found.items()
    }


if __name__ == "__main__":
    main()
