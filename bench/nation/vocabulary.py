"""The concepts of the ontology that a made-up nation is written with: read from `ontology/`, never listed here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any, Self

from kg.eligibility.reading import read_known
from kg.ontology import Ontology
from kg.store.oxigraph import OxigraphStore
from kg.store.queries import QueryLibrary
from kg.store.reader.source import Source
from kg.vocab import ID, SKOS

WORDS = Path(__file__).with_name("words.json")


@dataclass(frozen=True, slots=True)
class Named:
    """A concept with its names."""

    iri: str
    korean: str
    english: str


class Skewed:
    """Draws from a list of which few are common and most are rare (Zipf with a given exponent)."""

    def __init__(self, things: Sequence[Any], exponent: float = 1.0) -> None:
        self._things = things
        self._weights = list(accumulate(1 / (rank + 1) ** exponent for rank in range(len(things))))

    def draw(self, random: Random) -> Any:
        """Draw one."""
        return random.choices(self._things, cum_weights=self._weights)[0]


@dataclass(frozen=True)
class Vocabulary:
    """What programmes are for and give, each list in the order of how common it is, and the words that names are made of.

    Attributes:
        people: Target groups of people.
        firms: Target groups of firms.
    """

    people: tuple[Named, ...]
    firms: tuple[Named, ...]
    supports: tuple[Named, ...]
    sectors: tuple[Named, ...]
    topics: tuple[Named, ...]
    participations: tuple[Named, ...]
    words: Mapping[str, Any]

    @classmethod
    def load(cls, ontology: Path, seed: int) -> Self:
        """Read the schemes of an ontology."""
        quads = Ontology.load(ontology).quads
        names: dict[str, dict[str, str]] = {}
        for quad in quads:
            if quad.predicate.value == SKOS.prefLabel and quad.subject.value.startswith(ID + "kr/"):
                names.setdefault(quad.subject.value, {})[quad.object.language or "ko"] = quad.object.value
        queries = QueryLibrary.load(ontology / "queries")
        with OxigraphStore.in_memory(quads) as store:
            admits = {iri: value.admits for iri, value in read_known(Source(store, queries)).values.items()}

        def scheme(name: str) -> list[Named]:
            own = sorted(iri for iri in names if iri.startswith(f"{ID}kr/{name}/"))
            Random(f"{seed}/{name}").shuffle(own)
            return [Named(iri, names[iri]["ko"], names[iri].get("en", names[iri]["ko"])) for iri in own]

        groups = scheme("group")
        return cls(
            people=tuple(group for group in groups if admits.get(group.iri) == "person"),
            firms=tuple(group for group in groups if admits.get(group.iri) == "firm"),
            supports=tuple(scheme("support")),
            sectors=tuple(scheme("sector")),
            topics=tuple(scheme("topic")),
            participations=tuple(scheme("participation")),
            words=json.loads(WORDS.read_text("utf-8")),
        )

    @cached_property
    def drawing(self) -> Mapping[str, Skewed]:
        """What is drawn from each list, few things often."""
        lists = {"people": self.people, "firms": self.firms, "supports": self.supports, "sectors": self.sectors, "topics": self.topics}
        lists |= {name: self.words[name] for name in ("flavours", "endings", "occasions")}
        return {name: Skewed(things) for name, things in lists.items()}

    def coined(self, random: Random, syllables: int) -> tuple[str, str]:
        """Make up a name: (Korean, English)."""
        chosen = random.choices(list(self.words["syllables"].items()), k=syllables)
        return "".join(korean for korean, _ in chosen), "".join(latin for _, latin in chosen).capitalize()
