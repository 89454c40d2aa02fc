"""What a run keeps of each article: a bound on bytes, whatever the number of articles, and on what it reads ahead."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path

import pytest

from extract.articles import Article, mark_duplicates, read_articles
from extract.articles.duplicates import Repeats
from extract.records.index import Index
from extract.records.journal import Journal
from extract.records.results import ArticleResult
from tests.records.test_journal import SIGNATURE
from tests.small_task import Sighting, Sightings
from tests.wordy_task import write_rows

FEW, MANY = 2_000, 20_000
MOST_BYTES = 150
"""Of an article."""
WORDS = [f"word{number}" for number in range(2_000)]


def result(article: Article) -> ArticleResult:
    again = article.duplicate_of
    return ArticleResult(
        article_id=article.id,
        source=article.source,
        text_sha256=article.sha256,
        status="complete",
        records=Sightings(
            sightings=[Sighting(evidence=f"{article.text} {number}", bird="Wren") for number in range(5)]
        ),
        text=article.text,
        duplicate_of=again and {"article_id": again.article_id, "share": again.share},  # type: ignore[arg-type]
    )


def peak(rows: Path, out: Path, limit: int) -> tuple[int, int]:
    """Most bytes that a run into a file takes, and how many articles it did."""
    gc.collect()
    tracemalloc.start()
    journal = Journal(out, SIGNATURE)
    done = 0
    try:
        for item in mark_duplicates(journal.fresh(read_articles([str(rows)])), journal.earlier()):
            assert isinstance(item, Article)
            if done == limit:
                break
            journal.write(result(item))
            done += 1
        return tracemalloc.get_traced_memory()[1], done
    finally:
        journal.close()
        tracemalloc.stop()


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """What is loaded once is not counted."""
    Repeats().add("a", " ".join(WORDS))


def test_memory_of_a_run_and_of_one_continued_grows_by_little(tmp_path: Path) -> None:
    sizes = []
    for number in (FEW, MANY):
        texts = [f"A bomb killed {each} people, police said." for each in range(number)]
        rows, out = write_rows(tmp_path / f"{number}.jsonl", texts), tmp_path / f"{number}-run.jsonl"
        new, done = peak(rows, out, number - 10)
        assert done == number - 10
        continued, done = peak(rows, out, number)
        assert done == 10
        sizes.append(max(new, continued))
    assert (sizes[1] - sizes[0]) / (MANY - FEW) < MOST_BYTES


def test_near_duplicates_are_looked_for_among_the_last_texts_and_the_same_words_among_all() -> None:
    texts = [" ".join(WORDS[40 * number : 40 * number + 40]) for number in range(40)]
    repeats = Repeats(window=10)
    for number, text in enumerate(texts):
        assert repeats.add(str(number), text) is None
    assert len(repeats._early.texts) + len(repeats._late.texts) <= 20
    near = {number: repeats.add(f"near {number}", f"{texts[number]} more words") for number in reversed(range(40))}
    assert [number for number, found in near.items() if found] == [*reversed(range(20, 40))]
    same = repeats.add("same", texts[0].upper())
    assert same is not None
    assert (same.article_id, same.share) == ("0", 1.0)


def test_an_unfinished_first_one_is_no_duplicate_of_what_repeats_it(tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", ["The same words.", "The same words!", "the same words"])
    out = tmp_path / "r.jsonl"
    journal = Journal(out, SIGNATURE)
    first, second, third = mark_duplicates(journal.fresh(read_articles([str(rows)])))
    assert isinstance(second, Article)
    journal.write(result(second))  # the first one is interrupted
    journal.close()
    journal = Journal(out, SIGNATURE)
    again = list(mark_duplicates(journal.fresh(read_articles([str(rows)])), journal.earlier()))
    journal.close()
    assert again == [first, third]


def test_an_index_finds_the_last_line_of_an_article_by_id_and_by_place(tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", ["One.", "Two.", "Three."])
    out = tmp_path / "r.jsonl"
    journal = Journal(out, SIGNATURE)
    for item in read_articles([str(rows)]):
        assert isinstance(item, Article)
        journal.write(result(item).model_copy(update={"status": "partial"}))
        journal.write(result(item))
    journal.close()
    index = Index(out)
    known = index.by_id("a1")
    assert known is not None
    assert (known.status, index.by_place(f"{rows}:2"), index.by_id("a9")) == ("complete", known, None)
    assert [(each.article_id, text) for each, text in index.texts()] == [
        ("a0", "One."),
        ("a1", "Two."),
        ("a2", "Three."),
    ]
    index.claim(known)
    assert index.by_id("a1") is None
    assert index.by_place(f"{rows}:2") is None
    assert "a1" in index
    index.close()
