"""Reads a query: the ideas in it, the forms to look each of them up in, and how much each form counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from search.ages import Age, words_for
from search.analysis import LONGEST_JOIN, Analyser, Atom, Reading, spoken_key
from search.letters import bigrams, compact, strokes
from search.model import Evidence, Understood, UnderstoodTerm
from search.operators import Demand, read_operators
from search.typed import Vocabulary, read_typed

STEM_WEIGHT = 0.5
AGE_WORD_WEIGHT = 0.3
Alternatives = Mapping[str, Mapping[str, float]]


class Variant(Struct, frozen=True):
    """One form to look up, why, and how much a match counts (1 = as typed)."""

    term: str
    kind: Evidence
    weight: float


class Concept(Struct, frozen=True):
    """One idea of a query: counted once in a document, by its best variant.

    Attributes:
        text: The words as typed.
        covers: Positions of the atoms it stands for.
        variants: Forms to look up, best first.
        adds: True when its words are ideas of their own as well, to which it only adds.
    """

    text: str
    covers: frozenset[int]
    variants: tuple[Variant, ...]
    adds: bool = False


class Understanding(Struct, frozen=True):
    """A query as read.

    Attributes:
        concepts: Its ideas.
        size: How many atoms and pieces of first consonants it has.
        letters: The letters of the whole text.
        pairs: Its distinct pairs of letters, in order.
        strokes: Its distinct threes of keystrokes, in order.
        initials: Pieces of nothing but first consonants; the atoms come first in `size`, then these.
        read_as: What was typed and what it was read as, where they differ.
        kinds: Sorts of things it asks for, with what their scores are multiplied by.
        demands: What documents must have, or must not, each with the ideas of its words.
    """

    concepts: tuple[Concept, ...]
    size: int
    letters: str
    pairs: tuple[str, ...]
    strokes: tuple[str, ...] = ()
    initials: tuple[str, ...] = ()
    read_as: tuple[tuple[str, str], ...] = ()
    demands: tuple[tuple[Demand, tuple[Concept, ...]], ...] = ()
    kinds: tuple[tuple[str, float], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to look for."""
        return not self.letters and not self.initials

    def shown(self) -> tuple[Understood, ...]:
        """Return what to tell the visitor about it."""
        return tuple(
            Understood(concept.text, tuple(UnderstoodTerm(variant.term, variant.kind, variant.weight) for variant in concept.variants))
            for concept in self.concepts
        )


def understand(text: str, analyser: Analyser, vocabulary: Vocabulary) -> Understanding:
    """Read `text` (any Unicode). A text without letters and digits has nothing to look for."""
    asked = read_operators(analyser.lexicon.asked(text), analyser.lexicon.fields)
    meant = [replace(demand, text=read_typed(demand.text, analyser, vocabulary).text or demand.text) for demand in asked.demands]
    demands = tuple((demand, _ideas(demand.text, analyser)) for demand in meant)
    typed = read_typed(asked.text, analyser, vocabulary)
    spelt = analyser.lexicon.spellings.get(compact(typed.text), typed.text)
    letters = compact(typed.text)
    if not letters:
        return Understanding((), len(typed.initials), "", (), (), typed.initials, typed.read_as, demands)
    rest, ages = analyser.ages(spelt)
    atoms = _distinct(analyser.query_atoms(rest)) if compact(rest) else ()
    spoken = _stretches(rest, analyser) if compact(rest) else ()
    concepts = tuple(_concepts(rest, atoms, spoken, analyser))
    concepts += tuple(_aged(age, at, analyser) for at, age in enumerate(ages, len(atoms)))
    kinds = _kinds(spoken, analyser)
    pairs = tuple(dict.fromkeys(pair.form for pair in bigrams(typed.text)))
    size = len(atoms) + len(ages) + len(typed.initials)
    return Understanding(concepts, size, letters, pairs, strokes(typed.text), typed.initials, typed.read_as, demands, kinds)


def _stretches(text: str, analyser: Analyser) -> tuple[tuple[Atom, ...], ...]:
    """Return every word of a text and every stretch of them, stop words among them, the longer ones last."""
    spoken = analyser.spoken_atoms(text)
    spans = [*((at, at + 1) for at in range(len(spoken))), *_spans(spoken)]
    return tuple(sorted((spoken[start:end] for start, end in spans), key=len))


def _kinds(spoken: tuple[tuple[Atom, ...], ...], analyser: Analyser) -> tuple[tuple[str, float], ...]:
    """Return the sorts of things that stretches of words ask for."""
    found: dict[str, float] = {}
    for stretch in spoken:
        for kind, factor in analyser.intents.get(spoken_key(stretch), {}).items():
            found[kind] = max(factor, found.get(kind, 1.0))
    return tuple(sorted(found.items()))


def _ideas(text: str, analyser: Analyser) -> tuple[Concept, ...]:
    """Return an idea for each word of a demand, with all forms that may stand for it."""
    atoms = _distinct(analyser.query_atoms(text))
    return tuple(_concept(text, atoms[at : at + 1], at, 1.0, synonyms=analyser.lexicon.alternatives) for at in range(len(atoms)))


def _distinct(atoms: tuple[Atom, ...]) -> tuple[Atom, ...]:
    return tuple({atom.form: atom for atom in reversed(atoms)}.values())[::-1]


def _spans(atoms: tuple[Atom, ...]) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of every stretch of two or more atoms with only white space and grammar between them."""
    for start in range(len(atoms)):
        for end in range(start + 2, min(start + LONGEST_JOIN, len(atoms)) + 1):
            if not atoms[end - 1].joined:
                break
            yield start, end


def _joined(atoms: tuple[Atom, ...]) -> str:
    return "".join(atom.form for atom in atoms)


def _aged(age: Age, at: int, analyser: Analyser) -> Concept:
    """Look an age up among the ages things are for, as it was said, and by the words for people of that age."""
    said = compact(age.said)
    words = words_for(age, analyser.lexicon.age_words)
    variants = (Variant(said, "word", 1.0), *(Variant(word, "synonym", AGE_WORD_WEIGHT) for word in words))
    return Concept(age.said, frozenset({at}), (*variants, *(Variant(term, "age", 1.0) for term in age.terms)))


def _concepts(text: str, atoms: tuple[Atom, ...], spoken: tuple[tuple[Atom, ...], ...], analyser: Analyser) -> Iterator[Concept]:
    """Yield an idea for each atom, for each stretch of them that has other names, and for each stretch of words that means something else.

    What means something else lets the words themselves count less.
    """
    meant = _meant(atoms, spoken, analyser)
    keep = [min((reading.keep for covers, reading in meant.items() if at in covers), default=1.0) for at in range(len(atoms))]
    synonyms = analyser.lexicon.alternatives
    for at, kept in enumerate(keep):
        yield _concept(text, atoms[at : at + 1], at, kept, synonyms=synonyms, meant=meant.pop(frozenset({at}), None))
    for start, end in _spans(atoms):
        if _joined(atoms[start:end]) in synonyms:
            yield _concept(text, atoms[start:end], start, 1.0, synonyms=synonyms)
    for covers, reading in meant.items():
        said = text[atoms[min(covers)].start : atoms[max(covers)].end]
        yield Concept(said, covers, tuple(Variant(term, "synonym", weight) for term, weight in reading.words.items()))


def _meant(atoms: tuple[Atom, ...], spoken: tuple[tuple[Atom, ...], ...], analyser: Analyser) -> dict[frozenset[int], Reading]:
    """Return what stretches of words mean by the atoms they cover; of two that cover the same, the longer: with a negation, say."""
    found: dict[frozenset[int], Reading] = {}
    for stretch in spoken:
        reading = analyser.readings.get(spoken_key(stretch))
        covers = frozenset(at for at, atom in enumerate(atoms) if stretch[0].start <= atom.start and atom.end <= stretch[-1].end)
        if reading and covers:
            found[covers] = reading
    return found


def _concept(
    text: str, atoms: tuple[Atom, ...], start: int, keep: float, *, synonyms: Alternatives, meant: Reading | None = None
) -> Concept:
    form = _joined(atoms)
    variants = {form: Variant(form, "word", keep)} if keep else {}
    for term, weight in synonyms.get(form, {}).items():
        variants[term] = Variant(term, "synonym", weight * (keep or 1.0))
    for term, weight in meant.words.items() if meant else ():
        variants[term] = Variant(term, "synonym", max(weight, variants[term].weight if term in variants else 0.0))
    stem = atoms[0].stem if len(atoms) == 1 else None
    if stem and stem not in variants:
        variants[stem] = Variant(stem, "part", STEM_WEIGHT * keep)
    best_first = sorted(variants.values(), key=lambda variant: (-variant.weight, variant.term))
    typed = text[atoms[0].start : atoms[-1].end]
    return Concept(typed, frozenset(range(start, start + len(atoms))), tuple(best_first), len(atoms) > 1)
