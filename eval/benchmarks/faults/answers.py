"""Mutated answers: what a model says about an article, spoilt, through parsing and the whole pipeline.

Answers are the gold labels as a right answer, and what models really answered (eval/recordings), to their own articles.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from eval.benchmarks.faults.checking import fault_of_article
from eval.benchmarks.faults.counting import Case
from eval.benchmarks.faults.mutations import ROOT, mutated, mutated_bytes
from extract.articles import Article
from extract.engines.setup import Setup
from extract.models.client import Attempt, Outcome, Request, Response
from extract.models.parsing import parse
from extract.store.layers import Layer
from extract.tasks.loading import load_task

PATIENCE = 30.0
RECORDED = ("whole", "sentence")
"""Prompt sets."""
_WORDS = re.compile(r'"[^"\\]*[ A-Z][^"\\]*"')
"""Texts, not the names of kinds and fields."""
WRAPPED = ("{}", "```json\n{}\n```", "<think>{{\"events\": 3}}</think>\n{}", "Here it is:\n{}\nI hope that helps.", "{}\n{}", "[{}]", '{{"answer": {}}}')  # fmt: skip
ODD_VALUES = (
    "null", "true", "-1", "1e400", "NaN", "9" * 400, '""', "[]", "{}", '"\\ud800"', '"\\u0000"', "[" * 3_000, '{"a":' * 3_000, '"\u202e"', "0.5", '"2026-13-40"',
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Saying:
    """A model that says the same to every question, handed on as a client does.

    Attributes:
        said: its words.
        cut: they ran into the limit of tokens.
    """

    said: str
    cut: bool = False

    def complete(self, request: Request) -> Response:
        """The answer, once."""
        error = None if parse(self.said, request.answer, cut=self.cut).value is not None else "not valid"
        outcome: Outcome = "cut" if self.cut else "invalid" if error else "ok"
        return Response((Attempt(self.said, error=error),), outcome, 0.0, "2026-11-20")


def cases(number: int, seed: int) -> Iterator[Case]:
    """So many mutated answers, in turn to the prompt sets that were recorded; `answer(SET, seed, which)` gives one again."""
    for which in range(number):
        name = RECORDED[which % len(RECORDED)]
        article, said = answer(name, seed, which)
        fault = fault_of_article(article, setup_of(name, said), PATIENCE)
        yield Case(f"answer to prompt set {name}", fault and f"answer({name!r}, {seed}, {which}): {fault}")


def answer(name: str, seed: int, which: int) -> tuple[Article, Saying]:
    """An article, and a mutated answer to a question about it."""
    dice = Random(f"{seed} {which}")
    article, right = dice.choice(_answers(name))
    return article, replace(right, said=_spoilt(right.said, dice))


def _spoilt(said: str, dice: Random) -> str:
    how = dice.random()
    if how < 0.25:
        return mutated(said, dice)
    if how < 0.35:
        return mutated_bytes(said.encode(), dice).decode("utf-8", "replace")
    if how < 0.6:
        return _reworded(said, dice)
    if how < 0.8:
        return _otherwise(said, dice)
    wrapped = dice.choice(WRAPPED)
    return wrapped.format(*(said,) * wrapped.replace("{{", "").count("{}"))[: dice.choice((None, len(said) // 2))]


def _reworded(said: str, dice: Random) -> str:
    """Some of the longer texts of the JSON mutated: an answer of the right form, with words that the article has not."""
    words = _WORDS.findall(said)
    for old in dice.sample(words, min(len(words), dice.randint(1, 6))):
        said = said.replace(old, json.dumps(mutated(old[1:-1], dice)), 1)
    return said


def _otherwise(said: str, dice: Random) -> str:
    """Some values of the JSON exchanged for odd ones, or for others of the same answer."""
    pieces = json.JSONDecoder().raw_decode
    starts = [at for at, char in enumerate(said) if char in '"[{0123456789tfn' and at and said[at - 1] in ":,[ "]
    for at in sorted(dice.sample(starts, min(len(starts), dice.randint(1, 4))), reverse=True):
        try:
            end = pieces(said, at)[1]
        except ValueError:
            continue
        other = dice.choice(starts)
        new = dice.choice(ODD_VALUES) if dice.random() < 0.7 else said[other : other + 40]
        said = said[:at] + new + said[end:]
    return said


@cache
def _articles() -> dict[str, Article]:
    paths = sorted((ROOT / "gold/articles").glob("*.txt"))
    return {path.stem: Article(path.stem, path.read_text(encoding="utf-8"), path.name) for path in paths}


@cache
def _answers(name: str) -> tuple[tuple[Article, Saying], ...]:
    """Articles, and answers that were given about them."""
    layer, found = Layer(ROOT / f"eval/recordings/{name}.jsonl"), []
    for key in layer:
        recording = layer.read(key)
        if article := _articles().get(recording.about.article):
            found.append((article, Saying(recording.response.text, recording.response.outcome == "cut")))
    if name == "whole":
        for path in sorted((ROOT / "gold/attack/labels").glob("*.json")):
            if article := _articles().get(path.stem):
                labels = json.loads(path.read_text(encoding="utf-8"))
                records = {each: labels[each] for each in ("events", "quotes")}
                found.append((article, Saying(json.dumps(records, ensure_ascii=False))))
    return tuple(found)


def setup_of(name: str, saying: Saying) -> Setup:
    """A run in which every question gets this answer."""
    task = load_task("attack")
    return Setup(task=task, prompts=task.prompt_set(name), client=saying, model="saying", context_tokens=32_000)
