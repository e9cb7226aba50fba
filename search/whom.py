"""Tells of whom something is said: of whoever writes, or of somebody else. The words are in `data/lexicon/saidpeople.tsv`.

A word for somebody else (a son, a mother) draws what is said in its clause to itself. Whoever writes may ask for that person (odd jobs for
a mother of 65), and then it counts; or may speak of that person only beside themselves (a mother who raises a disabled son), and then it
does not. Where neither is clear it does not count: a miss is better than a misreading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise, takewhile

from msgspec import Struct

from search.analysis import Part

PEOPLE_KINDS = ("kin", "self", "keeps", "keeps-next", "object", "clause")
ENDING = "EC"
_COPULA, _AUXILIARY = "VCP", "VX"
_PLURAL = "XSN"
_COUNTING = ("J", "NR", "SN", "NNB", "MAG")
_ABOUT_PEOPLE = ("group", "sex", "disability", "student", "income", "homelessness", "career-break", "occupation")


class Said(Struct, frozen=True):
    """One answer that was read, with the stretch of text that says it (offsets)."""

    name: str
    value: str
    start: int
    end: int


class Clause(Struct, frozen=True):
    """A stretch of morphemes: where it begins and ends, the word for somebody else in it if any, and whether oneself is named.

    Attributes:
        kept: Where a word behind `kin` tells that it is spoken of only beside oneself; None where none does.
        is_told: The word for somebody else is what the clause tells of.
        has_self: Whoever writes is meant: by a word, or by what they say they are (I am a mother).
        names_self: Such a word stands there.
    """

    start: int
    end: int
    kin: Part | None = None
    kept: int | None = None
    is_told: bool = False
    has_self: bool = False
    names_self: bool = False


class Told(Struct, frozen=True):
    """What counts for whoever asks, what is said of somebody else, the word for the person that it is asked for (empty: for oneself).

    Attributes:
        names_self: A word for oneself stands somewhere.
    """

    kept: list[Said]
    others: list[Said]
    about: str
    names_self: bool


def of_whom(parts: Sequence[Part], found: Sequence[Said], people: Mapping[str, frozenset[str]]) -> Told:
    """Tell what of the answers that were read counts for whoever asks.

    Args:
        people: The forms of the table by kind (`PEOPLE_KINDS`).
    """
    clauses = _clauses(parts, people)
    others = [clause for clause in clauses if clause.kin is not None]
    kept = [one for one in found if not _is_worked_for(one, parts, people["object"])]
    names_self = any(clause.names_self for clause in clauses)
    if not others:
        return Told(kept, [], "", names_self)
    speaks = any(clause.has_self for clause in clauses) or any(clause.kept is not None for clause in others)
    wants = any(one.name == "need" for one in kept)
    asked_for = next((clause.kin.form for clause in others if clause.kin and not speaks and (wants or clause.is_told)), "")
    if asked_for:
        return Told(kept, [], asked_for, names_self)
    drawn = [one for one in kept if one.name != "need" and any(_is_drawn(one, clause) for clause in others)]
    return Told([one for one in kept if one not in drawn], drawn, "", names_self)


def _is_drawn(one: Said, clause: Clause) -> bool:
    """Say whether a clause about somebody else draws an answer to itself; what stands behind `kept` is of oneself again.

    A phrase that goes on behind the word for somebody else (off work since the child) is a phrase of its own and is not drawn.
    """
    if not clause.start <= one.start < clause.end or (clause.kin and one.start <= clause.kin.start and one.end > clause.kin.end):
        return False
    return clause.kept is None or one.end <= clause.kept


def _is_worked_for(one: Said, parts: Sequence[Part], objects: frozenset[str]) -> bool:
    if one.name not in _ABOUT_PEOPLE:
        return False
    behind = [part for part in parts if part.start >= one.end]
    nouns = list(takewhile(lambda part: part.tag.startswith(("NN", "J", "XSN")), behind))
    after = next((part for part in behind if not part.tag.startswith(("J", "XSN"))), None)
    return (after is not None and after.form in objects) or any(part.tag == "JKB" and part.form in objects for part in nouns)


def _counts(part: Part) -> bool:
    """Say whether a part is a number, so that the noun behind it is a unit."""
    return part.tag in ("SN", "NR")


def _clauses(parts: Sequence[Part], people: Mapping[str, frozenset[str]]) -> list[Clause]:
    found: list[Clause] = []
    begin = 0
    for at, part in enumerate(parts):
        after = parts[at + 1] if at + 1 < len(parts) else None
        ends = part.tag == ENDING and part.form in people["clause"] and (after is None or after.tag.split("-")[0] != _AUXILIARY)
        if ends or after is None or part.tag == "SF":
            found.append(_clause(parts[begin : at + 1], people))
            begin = at + 1
    return found


def _clause(parts: Sequence[Part], people: Mapping[str, frozenset[str]]) -> Clause:
    start, end = parts[0].start, parts[-1].end
    has_self = any(part.tag.startswith(("NP", "MM")) and part.form in people["self"] for part in parts)
    for at, part in enumerate(parts):
        if part.form not in people["kin"] or not part.tag.startswith("NN"):
            continue
        behind = [one for one in parts[at + 1 :] if one.tag != _PLURAL]
        if behind and behind[0].tag.startswith(_COPULA):
            return Clause(start, end, has_self=True, names_self=has_self)
        told_of = (
            two for one, two in pairwise([part, *behind]) if two.tag.startswith("V") or (two.tag.startswith("NN") and not _counts(one))
        )
        kept = next((one.start for one in told_of if one.form in people["keeps"]), None)
        following = next((one for one in behind if not one.tag.startswith(_COUNTING)), None)
        if following is not None and following.tag.startswith("V") and following.form in people["keeps-next"]:
            kept = following.start
        copula = any(one.form in people["kin"] and two.tag.startswith(_COPULA) for one, two in pairwise(behind))
        told = any(one.tag.startswith(("V", "XR", "XS")) for one in behind)
        return Clause(start, end, part, kept, told, has_self or copula, has_self)
    return Clause(start, end, has_self=has_self, names_self=has_self)
