"""Texts that repeat an earlier one of the run."""

from __future__ import annotations

import random

from extract.articles import Article, Duplicate, Unreadable, mark_duplicates
from extract.articles.duplicates import Repeats

WORDS = [f"word{number}" for number in range(5_000)]


def text(seed: int, length: int = 300) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def marks(*texts: str, earlier: tuple[Article, ...] = ()) -> list[Duplicate | None]:
    articles = [Article(str(number), each, "s") for number, each in enumerate(texts)]
    return [item.duplicate_of for item in mark_duplicates(articles, earlier) if isinstance(item, Article)]


def test_the_same_words_are_a_duplicate_whatever_is_between_them() -> None:
    assert marks("Two died.", "One died.", " two\n\ndied!") == [None, None, Duplicate("0", 1.0)]


def test_what_a_paper_edits_is_a_near_duplicate_and_another_report_is_not() -> None:
    first = text(1)
    edited = f"Another headline stands here now {first[:-300]}"
    half = f"{' '.join(first.split()[:150])} {text(2, 150)}"
    found = marks(first, text(3), edited, half)
    assert found[:2] == [None, None]
    assert found[2] is not None
    assert found[2].article_id == "0"
    assert 0.8 < found[2].share < 0.95
    assert found[3] is None


def test_all_that_repeat_a_text_are_duplicates_of_the_first() -> None:
    first = text(1)
    assert [each and each.article_id for each in marks(first, f"a b {first}", f"c d e {first}", f"a b {first}")] == [
        None, "0", "0", "1",
    ]  # fmt: skip


def test_short_texts_are_duplicates_only_of_the_same_words() -> None:
    assert marks("A bomb killed two people in Garowe on Monday.", "A bomb killed two people in Garowe on Tuesday.") == [
        None, None,
    ]  # fmt: skip


def test_scripts_without_spaces_are_compared_too() -> None:
    said = "".join(chr(0x4E00 + random.Random(1).randrange(2_000)) for _ in range(1)) + "".join(
        chr(0x4E00 + number * 37 % 2_000) for number in range(200)
    )
    (_, found) = marks(said, f"新{said}。")
    assert found is not None
    assert found.article_id == "0"


def test_articles_of_an_earlier_run_count_and_an_article_is_none_of_itself() -> None:
    kept = Article("kept", text(1), "s")
    assert marks(text(1), earlier=(kept,)) == [Duplicate("kept", 1.0)]
    assert marks(text(1), f"x {text(2)}", earlier=(Article("0", text(1), "s"), Article("1", text(2), "s"))) == [
        None,
        None,
    ]


def test_what_is_no_article_passes() -> None:
    item = Unreadable("a", "s", "why")
    assert list(mark_duplicates([item])) == [item]


def runs(words: list[str]) -> set[tuple[str, ...]]:
    return set(zip(words, words[1:], words[2:], strict=False))


def test_what_shares_little_more_than_half_is_found_where_that_is_asked_for() -> None:
    drawn, asked = random.Random(5), 0
    for seed in range(400):
        words = text(seed, 200).split()
        edited = [word if drawn.random() > 0.09 else f"edited{at}" for at, word in enumerate(words)]
        share = len(runs(words) & runs(edited)) / len(runs(words) | runs(edited))
        repeats = Repeats(0.55)
        repeats.add("first", " ".join(words))
        asked += share >= 0.55
        assert (repeats.add("again", " ".join(edited)) is not None) is (share >= 0.55), (seed, share)
    assert asked > 200
