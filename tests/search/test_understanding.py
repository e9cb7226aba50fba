"""How a query is read."""

from __future__ import annotations

from search.analysis import Analyser
from search.understanding import Variant, understand


class Everything:
    """A vocabulary that has every word, so that nothing is read otherwise than typed."""

    def knows(self, term: str) -> bool:
        return True


def test_a_synonym_is_looked_up_with_less_weight_than_the_word(analyser: Analyser) -> None:
    (concept,) = understand("노인에게", analyser, Everything()).concepts
    assert concept.variants[0] == Variant("노인", "word", 1.0)
    assert Variant("어르신", "synonym", 0.9) in concept.variants


def test_an_alias_of_several_words_is_one_more_idea_beside_its_words(analyser: Analyser) -> None:
    understanding = understand("디지털 튜터", analyser, Everything())
    assert [concept.text for concept in understanding.concepts] == ["디지털", "튜터", "디지털 튜터"]
    assert Variant("digitaltutor", "synonym", 0.9) in understanding.concepts[2].variants


def test_what_was_understood_is_told_in_the_words_that_were_typed(analyser: Analyser) -> None:
    assert [concept.text for concept in understand("Digital튜터에게", analyser, Everything()).concepts] == ["Digital", "튜터"]
    assert understand("디지털튜터로", analyser, Everything()).concepts[2].text == "디지털튜터"


def test_a_repeated_word_is_one_idea(analyser: Analyser) -> None:
    assert understand("청년 청년 청년", analyser, Everything()).size == 1


def test_text_without_letters_says_nothing(analyser: Analyser) -> None:
    assert all(understand(text, analyser, Everything()).concepts == () for text in ("", "  \t\n", "!?·…", "\x00\ufffe", "🙂"))
