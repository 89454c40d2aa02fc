"""What a dry run says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extract.articles import Article, Unreadable, read_articles
from extract.engines.estimates import dry_run
from extract.engines.session import open_setup
from extract.engines.threads import run_articles
from extract.spec import RunSpec
from extract.views.sinks import Item
from tests.small_task import ARTICLES, MOODS, PRICES, dear_setup, wrens

ROOT = Path(__file__).parents[2]


def test_a_dry_run_counts_and_calls_nothing(tmp_path: Path) -> None:
    setup, client = dear_setup(tmp_path, files={"1.md": ARTICLES, "2.md": MOODS})
    items: list[Item] = [*wrens("a", "b"), Unreadable("bad\x1b]0;title\x07", "x", "empty")]
    # Three requests' worth per article by hand: two prompts, each "You watch birds." (16 characters) and its
    # question, "Say: A Wren." (12) and "Say: Wren" (9): 2 * (16 + 12 + 16 + 9) / 4.4 tokens = 24.1, and the template:
    # 5 around each of 8 messages and before each of 4 answers.
    # Written: 100 for the records, "singing" (7 / 4.4), two quotes and the end for the choice: 2 * 104.6.
    # Cost: 84 * 1 + 209 * 4 dollars per million.
    assert dry_run(items, setup, PRICES).splitlines() == [
        f"2 articles, 4 requests to openai/m (prompt set {tmp_path.name})",
        "estimated from characters: about 84 tokens read, at most about 209 written",
        "cost: at most about $0.00",
        "time: at most about 2 s if a server writes 50 tokens a second, 2 requests at once",
        "answers that are recorded already cost nothing",
        "bad␛]0;title␇: cannot be read: empty",
    ]
    assert client.asked == []


def test_a_dry_run_says_what_it_does_not_know_and_what_takes_no_time(tmp_path: Path) -> None:
    setup, _ = dear_setup(tmp_path / "a", "server/m")
    assert "cost: unknown: no price for this model" in dry_run(wrens("a"), setup, PRICES)
    nothing, _ = dear_setup(tmp_path / "b", "rules", {"2.md": MOODS})
    assert "time: seconds" in dry_run([Article("a", "Nothing.", "a.txt")], nothing, PRICES)


@pytest.mark.parametrize("prompts", ["sentence", "whole"])
def test_a_dry_run_of_the_gold_set_is_near_what_the_embedded_model_read(prompts: str) -> None:
    spec = RunSpec(prompts=prompts, cache="replay", recordings=(ROOT / "eval" / "recordings",))
    items = list(read_articles([str(ROOT / "gold" / "articles")]))
    with open_setup(spec) as setup:
        read = sum((result.usage.recorded_input_tokens for result in run_articles(items, setup)), 0)
        found = re.search(r"about ([\d,]+) tokens read", dry_run(items, setup, PRICES))
    assert found
    assert int(found[1].replace(",", "")) == pytest.approx(read, rel=0.05)


def test_an_embedded_model_reads_the_fixed_part_of_a_prompt_once_an_article(tmp_path: Path) -> None:
    fixed = MOODS.replace("You watch birds.", "You watch birds. " * 100)
    setup, _ = dear_setup(tmp_path, "local/m", {"2.md": fixed})
    article = Article("a", "Wren " * 100, "a.txt")
    # 1700 characters of the fixed part (one space is trimmed) once and "Say: Wren" 100 times, 60 tokens a second;
    # each message and answer with 5 of the template; "singing", quotes and the end 100 times, 10 a second:
    # ((1699 + 900) / 4.4 + 5 + 100 * 10) / 60 + 100 * (7 / 4.4 + 3) / 10 = 72.5 s, rounded up.
    assert "time: at most about 73 s on two cores" in dry_run([article], setup, PRICES)
