"""One article → its result, with a task that is not about attacks and a client that keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from extract.articles import Article, Unreadable
from extract.engines.pipeline import extract_article
from extract.engines.threads import extract_all
from extract.errors import (
    DamagedRecording,
    ModelUnavailable,
    PromptError,
    ReplayMiss,
    RequestRefused,
    RunFileError,
    StoreError,
    TransportError,
)
from extract.models.client import Attempt, Response, Usage
from extract.records.results import ArticleResult, Problem, Spend, to_json
from extract.tasks.task import Answer, Assembled, Task, Unit
from tests.small_task import (
    ARTICLES,
    BIRDS,
    MOODS,
    SENTENCES,
    TEXT,
    BirdRules,
    FakeClient,
    Sighting,
    Sightings,
    answered,
    article,
    bird_setup,
    birds,
    extracted,
    sighted,
)


def problems(result: ArticleResult) -> list[tuple[str, str]]:
    return [(problem.kind, problem.unit) for problem in result.problems]


def test_an_article_is_one_question_and_its_answer_is_grounded(tmp_path: Path) -> None:
    client = FakeClient(lambda question: sighted("Wren", "Dodo"))
    (result,) = extracted(bird_setup(tmp_path, {"ask.md": ARTICLES}, client))
    assert client.questions == [f"Say: {TEXT}"]
    assert result.status == "complete"
    assert birds(result) == ["Wren", "Dodo"]
    assert result.grounding["/sightings/0/bird"].model_dump() == {"start": 2, "end": 6, "status": "exact"}
    assert result.grounding["/sightings/1/bird"].status == "absent"
    assert ("absent", "/sightings/1/bird is not in the article") in [(p.kind, p.detail) for p in result.problems]
    assert result.usage == Spend(requests=1, attempts=1, input_tokens=10, output_tokens=2)
    assert (result.article_id, result.source, result.text_sha256) == ("a", "a.txt", article().sha256)


def test_every_response_is_told_of(tmp_path: Path) -> None:
    told: list[Response] = []
    client = FakeClient(lambda question: RequestRefused("no") if "Owl" in question else sighted("Wren"))
    extracted(replace(bird_setup(tmp_path, {"ask.md": SENTENCES}, client), told=told.append))
    assert [response.text for response in told] == [sighted("Wren")] * 2


class Inline(Executor):
    """Runs what it is given at once, in the thread that gives it."""

    def submit(self, call: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(call(*given, **named))
        except Exception as error:
            future.set_exception(error)
        return future


def test_any_engine_gets_the_same_of_an_article_and_no_thread_is_started(tmp_path: Path) -> None:
    def say(question: str) -> str | Exception:
        assert threading.current_thread() is threading.main_thread()
        return RequestRefused("no") if "Owl" in question else sighted("Wren")

    def plain(result: ArticleResult) -> ArticleResult:
        return result.model_copy(update={"seconds": 0.0})

    setup = bird_setup(tmp_path, {"ask.md": SENTENCES}, FakeClient(say))
    alone = [extract_article(item, setup, Inline()) for item in (article(), Unreadable("x", "x.txt", "empty"))]
    by_threads = FakeClient(lambda question: RequestRefused("no") if "Owl" in question else sighted("Wren"))
    (one,) = extracted(replace(setup, client=by_threads))
    assert plain(alone[0]) == plain(one)
    assert [result.status for result in alone] == ["partial", "failed"]


def test_prompt_files_are_asked_in_order_and_later_ones_know_the_answers(tmp_path: Path) -> None:
    # The second file asks about the birds that the first one did not find.
    client = FakeClient(lambda question: sighted("Wren") if "sang" in question else '"silent"')
    (result,) = extracted(bird_setup(tmp_path, {"2-mood.md": MOODS, "1-all.md": ARTICLES}, client))
    assert client.questions[0] == f"Say: {TEXT}"
    assert sorted(client.questions[1:]) == ["Say: Kite", "Say: Owl"]
    assert birds(result) == ["Wren", "Owl", "Kite"]


def test_answers_are_in_the_order_of_the_units_however_they_come(tmp_path: Path) -> None:
    owl = threading.Event()

    def say(question: str) -> str:
        if "Wren" in question:
            assert owl.wait(10)
        if "Owl" in question:
            owl.set()
        return sighted(question.split()[-2])

    (result,) = extracted(bird_setup(tmp_path, {"ask.md": SENTENCES}, FakeClient(say)))
    assert birds(result) == ["Wren", "Owl", "a"]


def test_what_the_article_knows_of_itself_fills_the_placeholders(tmp_path: Path) -> None:
    text = '+++\nunit = "article"\nanswer = "sightings"\n+++\n# System\nS\n# Ask\n$title / $published / $text\n'
    client = FakeClient(lambda question: sighted())
    dated = Article("a", "Wren.", "a.txt", date(2026, 5, 4), "Birds")
    extracted(bird_setup(tmp_path, {"ask.md": text}, client), dated, article("Owl."))
    assert client.questions == ["Birds / 2026-05-04 / Wren.", "/ unknown / Owl."]


@pytest.mark.parametrize("word", ["Wren", "Крапивник"])
def test_a_long_article_is_read_in_pieces_and_nothing_is_lost(tmp_path: Path, word: str) -> None:
    sentences = [f"{word} {number} sang." for number in range(1, 201)]
    client = FakeClient(lambda question: sighted(*(f"{word} {n.rstrip('.')}" for n in question.split() if n.isdigit())))
    setup = bird_setup(tmp_path, {"ask.md": ARTICLES}, client, context_tokens=500)
    (result,) = extracted(setup, article(" ".join(sentences)))
    assert len(client.asked) >= 3
    assert birds(result) == [f"{word} {number}" for number in range(1, 201)]
    assert all(place.status == "exact" for place in result.grounding.values())
    assert result.status == "complete"
    assert result.problems[0].kind == "chunked"
    assert f"read in {len(client.asked)} pieces" in result.problems[0].detail
    for request in client.asked:
        # 3 bytes a token, 100 tokens for the answer: what is sent has to fit.
        assert sum(len(message.content.encode()) for message in request.messages) <= (500 - 100) * 3


def test_a_piece_without_an_answer_leaves_the_rest(tmp_path: Path) -> None:
    text = " ".join(f"Wren {number} sang." for number in range(1, 201))
    client = FakeClient(lambda question: RequestRefused("no") if "Wren 1 " in question else sighted("Wren"))
    (result,) = extracted(bird_setup(tmp_path, {"ask.md": ARTICLES}, client, context_tokens=500), article(text))
    assert result.status == "partial"
    assert ("unanswered", "chunk 1") in problems(result)
    assert len(birds(result)) == len(client.asked) - 1


def test_a_cut_answer_keeps_what_was_finished_and_is_partial(tmp_path: Path) -> None:
    cut = '{"sightings": [{"evidence": "A Wren sang.", "bird": "Wren"}, {"evidence": "An Owl sl'
    client = FakeClient(lambda question: answered(cut, outcome="cut"))
    (result,) = extracted(bird_setup(tmp_path, {"ask.md": ARTICLES}, client))
    assert result.status == "partial"
    assert birds(result) == ["Wren"]
    assert problems(result) == [("cut", "article")]
    assert "limit of 100 tokens" in result.problems[0].detail


def test_an_answer_that_stays_invalid_keeps_its_good_records_and_is_partial(tmp_path: Path) -> None:
    text = '{"sightings": [{"evidence": "A Wren sang.", "bird": 7}, {"evidence": "An Owl slept.", "bird": "Owl"}]}'
    refused = Attempt("who knows", usage=Usage(10, 3), error="not JSON")
    client = FakeClient(lambda question: answered(text, refused, outcome="invalid", error="/sightings/0/bird: no"))
    (result,) = extracted(bird_setup(tmp_path, {"ask.md": ARTICLES}, client))
    assert result.status == "partial"
    assert birds(result) == ["Owl"]
    assert problems(result) == [("reasked", "article"), ("dropped", "article"), ("unanswered", "article")]
    assert result.problems[0].detail == "not JSON"
    assert result.problems[1].detail.startswith("/sightings/0: ")
    assert result.problems[2].detail == "no valid answer: /sightings/0/bird: no"
    assert result.usage == Spend(requests=1, attempts=2, input_tokens=20, output_tokens=5)


def test_an_answer_of_which_something_was_dropped_is_no_whole_one_whoever_accepted_it(tmp_path: Path) -> None:
    text = '{"sightings": [{"evidence": "A Wren sang.", "bird": 7}, {"evidence": "An Owl slept.", "bird": "Owl"}]}'
    (result,) = extracted(bird_setup(tmp_path, {"ask.md": ARTICLES}, FakeClient(lambda question: answered(text))))
    assert (result.status, result.questions, result.unanswered) == ("partial", 1, 1)
    assert birds(result) == ["Owl"]
    assert problems(result) == [("dropped", "article")]


def test_a_record_that_a_task_cannot_keep_leaves_a_partial_article(tmp_path: Path) -> None:
    class Choosy(BirdRules):
        def assemble(self, article: Article, answers: Sequence[Answer]) -> Assembled:
            problem = Problem(kind="dropped", detail="a Wren is too small")
            return replace(super().assemble(article, answers), problems=(problem,))

    setup = bird_setup(tmp_path, {"ask.md": ARTICLES}, FakeClient(lambda question: sighted("Owl")))
    (result,) = extracted(replace(setup, task=replace(BIRDS, rules=Choosy())))
    assert (result.status, result.unanswered) == ("partial", 0)


def test_an_answer_that_is_right_at_the_second_try_is_complete(tmp_path: Path) -> None:
    client = FakeClient(lambda question: answered(sighted("Wren"), Attempt("hm", error="not JSON: h")))
    (result,) = extracted(bird_setup(tmp_path, {"ask.md": ARTICLES}, client))
    assert result.status == "complete"
    assert [(problem.kind, problem.detail) for problem in result.problems] == [("reasked", "not JSON: h")]


def test_an_article_without_any_usable_answer_is_failed_not_empty(tmp_path: Path) -> None:
    client = FakeClient(lambda question: answered("I would rather not.", outcome="invalid", error="a refusal"))
    (result,) = extracted(bird_setup(tmp_path, {"ask.md": SENTENCES}, client))
    assert result.status == "failed"
    assert result.records is None
    assert result.problems[0].kind == "failed"
    assert result.problems[0].detail == "no valid answer: a refusal"
    assert result.usage.requests == 3


def test_an_article_that_nothing_is_asked_about_is_complete(tmp_path: Path) -> None:
    client = FakeClient(lambda question: '"silent"')
    (result,) = extracted(bird_setup(tmp_path, {"ask.md": MOODS}, client), article("Nothing flies here."))
    assert (result.status, birds(result), client.asked) == ("complete", [], [])


def test_a_server_that_is_gone_fails_the_article_and_is_asked_no_more_about_it(tmp_path: Path) -> None:
    client = FakeClient(
        lambda question: TransportError("host gave no answer") if "Wren" in question else sighted(question.split()[-1])
    )
    setup = replace(bird_setup(tmp_path, {"ask.md": SENTENCES}, client), jobs=1)
    lost = article(" ".join(f"Wren {number} sang." for number in range(50)), "lost")
    first, second = extracted(setup, lost, article("An Owl.", "found"))
    assert (first.status, first.records) == ("failed", None)
    assert [problem.detail for problem in first.problems] == ["host gave no answer"]
    assert (second.status, birds(second)) == ("complete", ["Owl."])
    # The first, and what the one thread had begun before it was called off; not all 50.
    assert sum("Wren" in question for question in client.questions) < 10


def test_a_server_that_goes_away_in_the_middle_leaves_a_partial_article(tmp_path: Path) -> None:
    client = FakeClient(lambda question: TransportError("gone") if "Owl" in question else sighted("Wren"))
    setup = replace(bird_setup(tmp_path, {"1.md": SENTENCES, "2.md": MOODS}, client), jobs=1)
    (result,) = extracted(setup)
    assert result.status == "partial"
    assert birds(result)[:1] == ["Wren"]
    assert ("unanswered", "sentence 2") in problems(result)
    assert not any("bird" in request.about.unit for request in client.asked)


@pytest.mark.parametrize(
    "fault", [RequestRefused("too long"), DamagedRecording("bad bytes"), ReplayMiss("nothing recorded")]
)
def test_a_fault_of_one_question_leaves_the_others(tmp_path: Path, fault: Exception) -> None:
    client = FakeClient(lambda question: fault if "Wren" in question else sighted(question.split()[2]))
    (result,) = extracted(replace(bird_setup(tmp_path, {"ask.md": SENTENCES}, client), jobs=1))
    assert result.status == "partial"
    assert birds(result) == ["Owl", "saw"]
    assert problems(result)[0] == ("unanswered", "sentence 1")
    assert result.problems[0].detail == str(fault)


def test_a_missing_recording_fails_the_article(tmp_path: Path) -> None:
    client = FakeClient(lambda question: ReplayMiss("nothing recorded") if "Wren" in question else sighted("Owl"))
    setup = bird_setup(tmp_path, {"ask.md": ARTICLES}, client)
    first, second = extracted(setup, article(), article("An Owl.", "b"))
    assert (first.status, first.problems[0].detail) == ("failed", "nothing recorded")
    assert second.status == "complete"


@pytest.mark.parametrize("fault", [ReplayMiss("nothing recorded"), DamagedRecording("bad bytes")])
def test_for_an_evaluation_a_missing_or_damaged_recording_ends_the_run(tmp_path: Path, fault: StoreError) -> None:
    setup = bird_setup(tmp_path, {"ask.md": ARTICLES}, FakeClient(lambda question: fault))
    with pytest.raises(type(fault), match=str(fault)):
        extracted(replace(setup, raise_misses=True))


def test_unreadable_inputs_are_failed_rows(tmp_path: Path) -> None:
    client = FakeClient(lambda question: sighted())
    bad, good = extracted(
        bird_setup(tmp_path, {"a.md": ARTICLES}, client), Unreadable("x", "x.txt", "empty"), article()
    )
    assert (bad.status, bad.article_id, bad.source, bad.text_sha256) == ("failed", "x", "x.txt", None)
    assert [problem.detail for problem in bad.problems] == ["empty"]
    assert good.status == "complete"


def test_replayed_answers_cost_nothing_and_say_what_they_would_have(tmp_path: Path) -> None:
    client = FakeClient(lambda question: replace(answered(sighted()), replayed=True))
    (result,) = extracted(bird_setup(tmp_path, {"ask.md": ARTICLES}, client))
    expected = Spend(requests=1, attempts=1, replayed=1, recorded_input_tokens=10, recorded_output_tokens=2)
    assert result.usage == expected


def test_words_of_servers_become_one_line_that_can_be_written(tmp_path: Path) -> None:
    client = FakeClient(lambda question: TransportError("gone\nfor \ud83d ever"))
    (result,) = extracted(bird_setup(tmp_path, {"ask.md": ARTICLES}, client))
    assert result.problems[0].detail == "gone for \\ud83d ever"
    assert json.loads(to_json(result).encode("utf-8"))["status"] == "failed"


def test_the_text_and_the_address_are_kept(tmp_path: Path) -> None:
    setup = bird_setup(tmp_path, {"ask.md": ARTICLES}, FakeClient(lambda question: sighted("Wren")))
    (found,) = extracted(setup, replace(article(), url="https://e.org/wren"))
    assert (found.text, found.url) == (article().text, "https://e.org/wren")


UKRAINIAN = "Щонайменше п'ять людей загинули й дванадцять поранені внаслідок атаки дронів на Харків у ніч на четвер."


def test_a_text_in_a_language_that_the_word_lists_do_not_know_is_never_complete(tmp_path: Path) -> None:
    setup = bird_setup(tmp_path, {"ask.md": MOODS}, FakeClient(lambda question: '"singing"'))
    (found,) = extracted(setup, Article("a", UKRAINIAN, "a.txt"))
    assert found.status == "partial"
    assert [problem.kind for problem in found.problems] == ["language"]


def test_a_model_that_is_asked_about_the_whole_text_may_know_any_language(tmp_path: Path) -> None:
    setup = bird_setup(tmp_path, {"ask.md": ARTICLES}, FakeClient(lambda question: sighted()))
    (found,) = extracted(setup, Article("a", UKRAINIAN, "a.txt"))
    assert (found.status, found.problems) == ("complete", [])


class Bug(BirdRules):
    """Rules with an error in one of their steps."""

    def __init__(self, raised: BaseException, step: str = "assemble") -> None:
        self.raised, self.step = raised, step

    def assemble(self, article: Article, answers: Sequence[Answer]) -> Assembled:
        if self.step == "assemble" and "Owl" in article.text:
            raise self.raised
        return super().assemble(article, answers)

    def answer_form(self, name: str, unit: Unit) -> type[BaseModel]:
        if self.step == "answer_form" and "Owl" in unit.slots["text"]:
            raise self.raised
        return super().answer_form(name, unit)


def buggy(raised: BaseException, step: str = "assemble") -> Task[Sightings]:
    return replace(BIRDS, rules=Bug(raised, step))


def deep(level: int) -> int:
    return deep(level + 1) + 1


def too_deep() -> RecursionError:
    with pytest.raises(RecursionError) as caught:
        deep(0)
    return caught.value


@pytest.mark.parametrize("step", ["assemble", "answer_form"])
@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (KeyError("ſix"), "internal error: KeyError: 'ſix' (tasks/task.py:"),
        (ValueError("a\nb \ud800"), "internal error: ValueError: a b \\ud800 (tasks/task.py:"),
        (
            OverflowError("date value out of range"),
            "internal error: OverflowError: date value out of range (tasks/task",
        ),
        (MemoryError(), "internal error: MemoryError: (tasks/task.py:"),
        (AssertionError("x" * 9999), f"internal error: AssertionError: {'x' * 200}"),
        (StopIteration(), "internal error: "),
        (RunFileError("nobody expects it here"), "nobody expects it here"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_any_exception_inside_an_article_is_its_row(tmp_path: Path, step: str, raised: Exception, told: str) -> None:
    client = FakeClient(lambda question: sighted("Wren"))
    setup = replace(bird_setup(tmp_path, {"ask.md": ARTICLES}, client), task=buggy(raised, step))
    results = extracted(setup, article("A Wren.", "a"), article("An Owl.", "b"), article("A Kite.", "c"))
    assert [(result.article_id, result.status) for result in results] == [
        ("a", "complete"),
        ("b", "failed"),
        ("c", "complete"),
    ]
    (problem,) = results[1].problems
    assert problem.detail.startswith(told)
    assert len(problem.detail) < 500
    assert results[1].usage.requests == (1 if step == "assemble" else 0)
    assert to_json(results[1]).encode()


def test_a_recursion_without_end_is_a_row(tmp_path: Path) -> None:
    setup = bird_setup(tmp_path, {"ask.md": ARTICLES}, FakeClient(lambda question: sighted()))
    (result,) = extracted(replace(setup, task=buggy(too_deep())), article("An Owl."))
    assert result.problems[0].detail.startswith("internal error: RecursionError: maximum recursion depth exceeded")


def test_an_exception_of_the_client_is_a_row_and_what_is_queued_is_not_asked(tmp_path: Path) -> None:
    gate = threading.Event()

    def say(question: str) -> str:
        if "Wren" in question:
            raise TypeError("'float' object is not subscriptable")
        gate.wait(10)
        return sighted()

    client = FakeClient(say)
    text = "A Wren sang. " + "An Owl slept. " * 50
    setup = replace(bird_setup(tmp_path, {"ask.md": SENTENCES}, client), jobs=2)
    results = extract_all([article(text)], setup)
    try:
        result = next(results)
    finally:
        gate.set()
    assert result.problems[0].detail.startswith("internal error: TypeError: 'float' object is not subscriptable (")
    assert len(client.asked) < 10


def test_halves_of_characters_anywhere_in_an_article_that_was_made_end_no_run(tmp_path: Path) -> None:
    setup = bird_setup(tmp_path, {"ask.md": ARTICLES}, FakeClient(lambda question: sighted("Wren")))
    broken = [
        Article("a", "A Wren \ud800.", "a.txt"),
        Article("b\ud800", "A Wren.", "b.txt"),
        Article("c", "A Wren.", "c\udfff.txt"),
        Article("d", "A Wren.", "d.txt", title="\ud800"),
    ]
    results = extracted(setup, *broken)
    assert [result.status for result in results] == ["failed", "complete", "complete", "complete"]
    assert results[0].problems[0].detail.startswith("broken text: it holds halves of characters")
    assert (results[1].article_id, results[2].source) == ("b\\ud800", "c\\udfff.txt")
    for result in results:
        assert to_json(result).encode()


def test_an_error_that_holds_a_key_does_not_show_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "sk-abc-123456789\r")
    setup = bird_setup(tmp_path, {"ask.md": ARTICLES}, FakeClient(lambda question: sighted()))
    fault = ValueError("no header can hold b'Bearer sk-abc-123456789\\r'")
    (result,) = extracted(replace(setup, task=buggy(fault)), article("An Owl."))
    assert result.problems[0].detail.startswith("internal error: ValueError: no header can hold b'Bearer ***")
    assert "abc-1234" not in to_json(result)


def test_half_a_character_in_a_record_is_no_fault_of_the_run(tmp_path: Path) -> None:
    class Half(BirdRules):
        def assemble(self, article: Article, answers: Sequence[Answer]) -> Assembled:
            return Assembled(Sightings(sightings=[Sighting(evidence="Wren", bird="\ud800")]))

    setup = bird_setup(tmp_path, {"ask.md": ARTICLES}, FakeClient(lambda question: sighted()))
    (result,) = extracted(replace(setup, task=replace(BIRDS, rules=Half())))
    assert [problem.kind for problem in result.problems] == ["absent"]
    assert to_json(result).encode()


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), PromptError("x"), ModelUnavailable("x")])
def test_what_is_about_the_run_ends_it(tmp_path: Path, fault: BaseException) -> None:
    setup = bird_setup(tmp_path, {"ask.md": ARTICLES}, FakeClient(lambda question: sighted()))
    with pytest.raises(type(fault)):
        extracted(replace(setup, task=buggy(fault)), article("An Owl."))
