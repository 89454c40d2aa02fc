"""The whole task on texts that nobody would print: no exception, no wrong offset, and the same reading of odd letters."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.benchmarks.growth import UNITS, rules_setup
from extract.articles import Article
from extract.engines.pipeline import extract_article
from extract.records.results import ArticleResult
from extract.tasks.attack.lexicon import plain_letters
from extract.tasks.attack.rules import AttackRules
from tests.tasks.attack.test_lexicon import LOOKALIKES

ROOT = Path(__file__).parents[3]
GOLD = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "gold" / "articles").glob("*.txt"))]
MADE_UP = sorted((ROOT / "tests" / "data" / "attack").glob("*.txt"))
DAYS = (None, date.min, date.max, date(1, 1, 3), date(2024, 2, 29), date(2026, 11, 20))
ODD = "ıſİ\N{KELVIN SIGN}ﬁﬅßẞµ²½①١٢३𝟏é\u0301\u200b\u202e\u2066\u00a0\u2028\x85\x1c\x00\x07\x1b\U0001f600中日กำ“”\"«»‘’'—–‑-.,;:!?()[]*#_~/|%$€\t\n\r "
HUGE = (
    "9" * 5000,
    "9" * 400,
    "1,000" * 90,
    "one hundred " * 90,
    "99 million billion ",
    "nine hundred thousand million ",
)


def result_of(text: str, published: date | None = None) -> ArticleResult:
    with ThreadPoolExecutor(1) as pool:
        return extract_article(Article("a", text, "a", published), rules_setup(), pool)


def mutated(text: str, dice: random.Random) -> str:
    for _ in range(dice.randint(1, 8)):
        start = dice.randrange(len(text) + 1)
        end = start + dice.randint(0, dice.choice((3, 30, 300)))
        piece = text[start:end]
        text = dice.choice(
            (
                text[:start] + text[end:],
                text[:start] + "".join(dice.choices(ODD, k=4)) + text[start:],
                text[:start] + dice.choice((*UNITS, *HUGE)) * dice.choice((1, 2, 30)) + text[start:],
                text[:end] + piece * 20 + text[end:],
                text[:start] + piece.swapcase() + text[end:],
                text[:start] + piece.translate(LOOKALIKES) + text[end:],
                "".join(dice.choice(ODD) if dice.random() < 0.03 else char for char in text),
                text.replace(" ", dice.choice(("", "\u00a0", "  ", "\n"))),
                text.replace("\n", dice.choice(("", " ", "\r", "\t"))),
            )
        )[:20_000]
    return text or "x"


def leaves(node: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict | list):
        for key, item in node.items() if isinstance(node, dict) else enumerate(node):
            yield from leaves(item, f"{pointer}/{key}")
    else:
        yield pointer, node


@pytest.mark.parametrize("seed", range(80))
def test_a_broken_article_is_read_to_its_end_and_every_value_stands_where_it_is_said_to(seed: int) -> None:
    dice = random.Random(seed)
    text = mutated(dice.choice(GOLD), dice)
    result = result_of(text, dice.choice(DAYS))
    assert {problem.kind for problem in result.problems} <= {"language", "absent"}, result.problems
    assert result.records is not None
    values = dict(leaves(result.records.model_dump(mode="json")))
    composed = unicodedata.is_normalized("NFC", text)  # else the rules read another text, and values are looked for
    for pointer, place in result.grounding.items():
        assert place.status == "exact" or not composed
        assert place.status == "absent" or text[place.start : place.end] == values[pointer]
    assert ArticleResult.model_validate_json(result.model_dump_json(exclude={"records"})).grounding == result.grounding


@pytest.mark.parametrize("path", MADE_UP, ids=lambda path: path.stem)
def test_letters_that_look_like_others_are_read_as_these_and_kept_as_they_are(path: Path) -> None:
    task = AttackRules()
    text = path.read_text(encoding="utf-8")
    swapped = text.translate(LOOKALIKES)
    assert swapped != text
    plain = task.assemble(Article("a", text, "a", date(2026, 3, 4)), [])
    odd = task.assemble(Article("a", swapped, "a", date(2026, 3, 4)), [])
    assert odd.hints == plain.hints
    records = dict(leaves(odd.records.model_dump(mode="json")))
    assert all(records[pointer] == swapped[span.start : span.end] for pointer, span in odd.hints.items())
    assert {
        pointer: plain_letters(value) if isinstance(value, str) else value for pointer, value in records.items()
    } == {
        pointer: plain_letters(value) if isinstance(value, str) else value
        for pointer, value in leaves(plain.records.model_dump(mode="json"))
    }


@pytest.mark.parametrize(
    "word", ["ſix", "thırty", "TWENTY-SİX", "one mıllion", "a dozen drone\u017f and s\u0131x", "Aprıl 2"]
)
def test_words_that_are_looked_up_in_a_table(word: str) -> None:
    result = result_of(f"A missile attack killed {word} people in Garowe on {word}, police said.")
    assert (result.status, result.problems) == ("complete", [])
    assert result.records is not None


@pytest.mark.parametrize("published", DAYS)
@pytest.mark.parametrize(
    "when", ["yesterday", "tomorrow", "next Friday", "last Friday", "on Monday", "February 30", "31 December"]
)
def test_days_at_both_ends_of_the_calendar(when: str, published: date | None) -> None:
    result = result_of(f"A bomb killed nine people in Garowe {when}.", published)
    assert (result.status, result.problems) == ("complete", [])
