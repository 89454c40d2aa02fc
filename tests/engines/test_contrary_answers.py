"""Answers that contradict every rule change the records, whether a server gives logprobs or not. Article made up."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import get_args

import pytest

from extract.articles import Article
from extract.engines.pipeline import extract_article
from extract.engines.setup import Setup
from extract.models.client import Attempt, Client, Request, Response, Sampling, TokenLogprob
from extract.records.results import ArticleResult
from extract.tasks.attack.schema import Records
from extract.tasks.loading import load_task

TEXT = (
    "Missiles hit the port town of Aldane before dawn on Tuesday, killing three people and wounding 12, the mayor said.\n"
    "Seven dockers were taken to hospital and two sailors were still missing.\n"
    "A drone struck a bakery and a second one hit a school. The strike also hit a warehouse.\n"
    "Five children were hurt when windows broke."
)
Pick = Callable[[tuple[str, ...]], str]


class Contrary:
    """Answers every question by a pick among the legal answers."""

    def __init__(self, pick: Pick, tokens: Callable[[str], tuple[TokenLogprob, ...]]) -> None:
        self.pick = pick
        self.tokens = tokens

    def complete(self, request: Request) -> Response:
        legal = get_args(request.answer.model_fields["root"].annotation)
        said = self.pick(legal)
        return Response((Attempt(json.dumps(said), logprobs=self.tokens(said)),), "ok", 0.1, "2026-11-22")


def no_tokens(said: str) -> tuple[TokenLogprob, ...]:
    return ()


def bare_tokens(said: str) -> tuple[TokenLogprob, ...]:
    return tuple(TokenLogprob(piece, math.log(0.995)) for piece in ('"', said, '"'))


def full_tokens(said: str) -> tuple[TokenLogprob, ...]:
    others = (("Sure", -7.0), ("The", -9.0))
    return tuple(TokenLogprob(piece, math.log(0.99), ((piece, math.log(0.99)), *others)) for piece in ('"', said, '"'))


def extracted(prompts: str, client: Client) -> ArticleResult:
    task = load_task("attack")
    setup = Setup(task, task.prompt_set(prompts), client, "a-model", sampling=Sampling(top_logprobs=5))
    article = Article("a", TEXT, "a.txt", published=date(2026, 11, 20))
    with ThreadPoolExecutor(1) as pool:
        return extract_article(article, setup, pool)


def found(result: ArticleResult) -> Records:
    assert result.status == "complete"
    assert isinstance(result.records, Records)
    return result.records


@pytest.mark.parametrize("tokens", [no_tokens, bare_tokens, full_tokens])
def test_the_last_answer_every_time_leaves_nothing_of_what_was_judged(
    tokens: Callable[[str], tuple[TokenLogprob, ...]],
) -> None:
    by_rule = found(extracted("rules", Contrary(lambda legal: legal[-1], tokens)))
    assert sum(len(event.casualties) for event in by_rule.events) >= 2
    answered = found(
        extracted("sentence", Contrary(lambda legal: legal[-1], tokens))
    )  # no, and nothing else is asked about
    assert [event.casualties for event in answered.events if event.casualties] == []
    assert not any(event.context == "main" for event in answered.events)


def test_what_a_model_wrote_as_a_whole_has_no_confidences() -> None:
    class Whole:
        def complete(self, request: Request) -> Response:
            event = {"evidence": TEXT.splitlines()[0], "kind": "air_strike", "context": "main", "places": ["Aldane"]}
            return Response((Attempt(json.dumps({"events": [event]})),), "ok", 0.1, "2026-11-22")

    result = extracted("whole", Whole())
    assert found(result).events[0].places == ["Aldane"]
    assert result.confidence == {}
    assert extracted("rules", Whole()).judged
