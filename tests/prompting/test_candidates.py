"""What the words of a passage can be, by kind of words."""

from __future__ import annotations

import pytest

from extract.articles.linguistics import reader
from extract.prompting.candidates import Mention, candidates_of, is_sure, of_kinds
from extract.records.marks import What


def found(passage: str, *what: What) -> list[str]:
    """The candidates of some kinds, in text order."""
    return [mention.text for mention in of_kinds(candidates_of(passage, reader("en")), what)]


@pytest.mark.parametrize(
    ("passage", "what", "words"),
    [
        ("Ada Brandt met Jon Orm in Harrow on Monday.", "person", ["Ada Brandt", "Jon Orm"]),
        (
            "The Coastal Union promised $40 million to the Red Cross.",
            "organisation",
            ["The Coastal Union", "the Red Cross"],
        ),
        ("They met in Paris and in western Kenya.", "place", ["Paris", "western Kenya", "Kenya"]),
        ("The talks began on Monday and ended last week.", "time", ["Monday", "last week"]),
        ("The talks began on Monday morning.", "time", ["Monday morning", "Monday"]),
        ("At least 12 people died, and dozens were hurt.", "number", ["At least 12", "dozens"]),
        ("The head of the navy saw a red boat.", "phrase", ["The head of the navy", "the navy", "a red boat"]),
    ],
)
def test_words_are_found_by_kind(passage: str, what: What, words: list[str]) -> None:
    assert set(words) <= set(found(passage, what))


def test_what_is_no_word_at_either_end_is_left_out() -> None:
    assert "Norland" in found("Norland's minister spoke.", "place")
    assert not [
        text for text in found('He said "Norland’s" — and left.', "person", "place", "phrase") if text[-1] in '’"s—'
    ]


def test_offsets_are_the_passage_s() -> None:
    passage = "In Novy\u00a0Kray,  Ada\u00a0Brandt met 12\u00a0men."
    for mentions in candidates_of(passage, reader("en")).values():
        assert all(passage[mention.start : mention.end] == mention.text for mention in mentions)
    assert "Ada\u00a0Brandt" in found(passage, "person")


def test_half_a_word_is_no_candidate_and_no_picture() -> None:
    numbers = found("They were within a 100m radius of 30 men at 6.30pm, and paid $40 for 5 km.", "number")
    assert {"100m", "30"} <= set(numbers)
    assert not {"100", "6.30pm", "about 6.30pm"} & set(numbers)
    assert "Kyiv" in found("🔥🔥 Kyiv 🔥 burned.", "place")


def test_a_name_behind_a_preposition_of_place_is_none_of_a_person() -> None:
    assert "Ojinator" not in found("He died at Ojinator along Roi Road.", "person")
    assert "Ojinator" in found("He died at Ojinator along Roi Road.", "place")


def test_pronouns_are_apart() -> None:
    passage = "He told them that “she was there” and that he saw her."
    assert found(passage, "person", "organisation", "place", "phrase") == []
    assert [mention.text for mention in candidates_of(passage, reader("en"))["pronoun"]] == ["He", "he"]


def test_the_nouns_behind_a_name_make_no_person() -> None:
    assert "Roi filling station" not in found("He died by Roi filling station.", "person")
    assert "Roi filling station" in found("He died by Roi filling station.", "place")


def test_a_person_is_called_by_name_and_not_by_title() -> None:
    texts = found("President Ada Brandt met the mayor, Jon Orm.", "person", "organisation", "phrase")
    assert texts == ["Ada Brandt", "the mayor", "Jon Orm"]
    assert "Lawyers for Jon Orm" in found("Lawyers for Jon Orm spoke.", "person", "phrase")


@pytest.mark.parametrize(
    ("words", "sure"),
    [
        ("12", True),
        ("two guards", True),
        ("A nurse", False),
        ("another bomb", False),
        ("ally", True),
        ("an estimated 500", True),
    ],
)
def test_a_phrase_may_be_a_number_by_the_way(words: str, sure: bool) -> None:
    assert is_sure(Mention(0, len(words), words)) is sure


@pytest.mark.parametrize("passage", ["", " ", ":-) …", "😀" * 30, "a\u0301" * 20])
def test_a_passage_without_words_has_none(passage: str) -> None:
    assert isinstance(candidates_of(passage, reader("en")), dict)


def test_candidates_of_several_kinds_stand_once_and_in_text_order() -> None:
    texts = found("Norland accused Estmark, and Ada Brandt agreed.", "person", "organisation", "place", "phrase")
    assert texts == ["Norland", "Estmark", "Ada Brandt"]


@pytest.mark.parametrize(
    ("passage", "said"),
    [
        ('"They left," said Orm. "We stay."', ["They left,", "We stay."]),
        ('They must go first," said Orm. "That is our last word."', ["They must go first,", "That is our last word."]),
        ("They must go first,” said Orm.", ["They must go first,"]),
        ("Orm said: “We stay. We will not go.", ["We stay. We will not go."]),
        ('A 5" gun, "big" one.', ["big"]),
        ("The «great» deal.", ["great"]),
        ('He said "" and "-".', []),
        ("Nobody spoke.", []),
        ("The ‘peace’ is 'a sham', he said: 'We don't see it.'", ["peace", "a sham", "We don't see it."]),
        ("'We saw the students' bus,' he said, 'and ran.'", ["We saw the students' bus,", "and ran."]),
        ("“He told us 'go away' and left,” she said.", ["He told us 'go away' and left,"]),
        ("The workers' union doesn't know the '90s.", []),
    ],
)
def test_quotations_are_what_stands_between_their_marks(passage: str, said: list[str]) -> None:
    assert found(passage, "quotation") == said
