"""The library's way in: typed results with places, many articles, several threads, one's own client, and its end."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from extract.articles import Article, Span
from extract.engines.extractor import Extractor
from extract.errors import ArticleError, ModelUnavailable, PromptError, RequestRefused, UsageError
from extract.spec import RunSpec
from extract.tasks.loading import load_task
from extract.tasks.task import Task
from tests.recalls import RECALL, RECALLED, Recall, Recalls
from tests.small_task import ARTICLES, FakeClient, write_set

TASK = Task.of(Recalls)
ANSWER = json.dumps({"recalls": [RECALL]})


def client(say: Callable[[str], Any] = lambda question: ANSWER) -> FakeClient:
    return FakeClient(say)


def slow(question: str) -> str:
    time.sleep(0.02)
    return ANSWER


# Results


def test_a_text_becomes_records_with_their_places() -> None:
    with Extractor(TASK, client=client()) as extractor:
        result = extractor.extract(RECALLED)
    recall: Recall = result.records.recalls[0]
    assert (recall.product, recall.units) == ("kettles", 1200)
    assert result.status == "complete"
    assert result.problems == []
    place = result.span("/recalls/0/product")
    assert place is not None
    assert result.article.text[place.start : place.end] == "kettles"
    grounding = result.grounding("/recalls/0/product")
    assert grounding is not None
    assert grounding.status == "exact"
    assert result.line.usage.requests == 1


def test_every_verbatim_value_with_its_place_or_none() -> None:
    answer = json.dumps({"recalls": [RECALL | {"product": "toasters"}]})
    with Extractor(TASK, client=client(lambda question: answer)) as extractor:
        result = extractor.extract(RECALLED)
    assert list(result.spans()) == [
        ("/recalls/0/evidence", RECALLED.strip(), Span(0, len(RECALLED) - 1)),
        ("/recalls/0/product", "toasters", None),
    ]
    assert [problem.kind for problem in result.problems] == ["absent"]
    assert result.span("/recalls/0/units") is None
    assert result.span("/recalls/7/product") is None
    assert result.grounding("") is None


def test_an_article_that_fails_is_a_result_that_says_so() -> None:
    with Extractor(TASK, client=client(lambda question: RequestRefused("too long"))) as extractor:
        result = extractor.extract(RECALLED)
    assert result.status == "failed"
    with pytest.raises(ArticleError, match="article 'text' failed: too long"):
        _ = result.records
    with pytest.raises(ArticleError):
        list(result.spans())


@pytest.mark.parametrize(
    ("text", "said"), [("", "empty: there is no text"), (" \n", "empty: there is no text"), ("\ud800", "broken text")]
)
def test_a_text_that_is_none_fails_and_nothing_is_asked(text: str, said: str) -> None:
    asked = client()
    with Extractor(TASK, client=asked) as extractor:
        result = extractor.extract(text)
    assert result.status == "failed"
    assert said in result.problems[0].detail
    assert asked.asked == []


@pytest.mark.parametrize("given", [None, 3, b"text", Path("a.txt"), ["text"]])
def test_what_is_neither_text_nor_article_is_told_at_once(given: Any) -> None:
    with Extractor(TASK, client=client()) as extractor:
        with pytest.raises(UsageError, match="is no article: give its text, or an Article"):
            extractor.extract(given)
        with pytest.raises(UsageError, match="is no article"):
            list(extractor.extract_many([RECALLED, given]))


def test_what_would_meet_the_next_article_too_is_an_error() -> None:
    with Extractor(TASK, client=client(lambda question: ModelUnavailable("gone"))) as extractor:
        with pytest.raises(ModelUnavailable, match="gone"):
            extractor.extract(RECALLED)
        with pytest.raises(ModelUnavailable, match="gone"):
            list(extractor.extract_many([RECALLED]))


# Many


def test_many_are_told_apart_by_number_or_id() -> None:
    articles: list[Article | str] = [RECALLED, Article("mine", RECALLED, "mine.txt", title="Kettles"), RECALLED]
    with Extractor(TASK, client=client()) as extractor:
        found = {result.article.id: result for result in extractor.extract_many(articles)}
    assert set(found) == {"text-1", "mine", "text-3"}
    assert found["mine"].article is articles[1]
    assert {result.line.article_id for result in found.values()} == set(found)


def test_an_id_that_utf8_cannot_write_is_one_too() -> None:
    with Extractor(TASK, client=client()) as extractor:
        (result,) = extractor.extract_many([Article("a\ud800", RECALLED, "a.txt")])
        assert (result.article.id, result.line.article_id) == ("a\ud800", "a\\ud800")


@pytest.mark.parametrize("jobs", [1, 4])
def test_two_articles_of_one_id_are_refused_wherever_they_stand(jobs: int) -> None:
    articles = [Article(name, RECALLED, name) for name in ("a", "b", "c", "d", "e", "f", "a")]
    with Extractor(TASK, client=client(), spec=RunSpec(jobs=jobs)) as extractor:
        with pytest.raises(UsageError, match="two articles have the id 'a'"):
            list(extractor.extract_many(articles))
        assert extractor.extract(RECALLED).status == "complete"


def test_articles_are_taken_as_they_can_be_begun() -> None:
    taken: list[int] = []

    def endless() -> Iterator[str]:
        while True:
            taken.append(1)
            yield RECALLED

    with Extractor(TASK, client=client(), spec=RunSpec(jobs=2)) as extractor:
        results = extractor.extract_many(endless())
        for _ in range(3):
            next(results)
        del results
        assert len(taken) <= 6
        assert extractor.extract(RECALLED).status == "complete"  # who leaves in the middle can go on


def test_a_fault_of_the_source_is_the_source_s() -> None:
    def source() -> Iterator[str]:
        yield RECALLED
        raise OSError("disk")

    with Extractor(TASK, client=client()) as extractor, pytest.raises(OSError, match="disk"):
        list(extractor.extract_many(source()))


# At once


def test_eight_threads_share_one() -> None:
    found: list[str] = []
    with Extractor(TASK, client=client(slow)) as extractor:

        def work() -> None:
            found.extend(extractor.extract(RECALLED).records.recalls[0].product for _ in range(5))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == ["kettles"] * 40


def test_many_coroutines_wait_at_once_and_the_loop_goes_on() -> None:
    async def work() -> tuple[list[str], int]:
        turns = 0

        async def turn() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0.001)

        turning = asyncio.create_task(turn())
        with Extractor(TASK, client=client(slow)) as extractor:
            results = await asyncio.gather(*(extractor.extract_async(RECALLED) for _ in range(30)))
        turning.cancel()
        return [result.status for result in results], turns

    found, turns = asyncio.run(work())
    assert found == ["complete"] * 30
    assert turns > 5


def test_two_do_not_share_anything() -> None:
    with Extractor(TASK, client=client()) as one, Extractor(load_task("attack"), "rules") as two:
        assert one.extract(RECALLED).records.recalls
        assert two.extract(RECALLED).records.events == []
        two.close()
        assert one.extract(RECALLED).status == "complete"


# The end


def test_it_can_be_closed_twice_and_not_used_afterwards() -> None:
    with Extractor(TASK, client=client()) as extractor:
        extractor.close()
    extractor.close()
    with pytest.raises(UsageError, match="this extractor is closed"):
        extractor.extract(RECALLED)
    with pytest.raises(UsageError, match="this extractor is closed"):
        extractor.extract_many([RECALLED])  # now, not when somebody looks
    with pytest.raises(UsageError, match="this extractor is closed"):
        asyncio.run(extractor.extract_async(RECALLED))


@pytest.mark.parametrize("fault", [KeyError("mine"), KeyboardInterrupt()])
def test_an_exception_of_the_block_is_passed_on_and_it_is_closed(fault: BaseException) -> None:
    def work(extractor: Extractor[Recalls]) -> None:
        with extractor:
            extractor.extract(RECALLED)
            raise fault

    extractor = Extractor(TASK, client=client())
    with pytest.raises(type(fault)):
        work(extractor)
    with pytest.raises(UsageError, match="closed"):
        extractor.extract(RECALLED)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("request")]


def test_what_is_under_way_when_it_is_closed_is_finished() -> None:
    found: list[str] = []
    begun = threading.Event()

    def say(question: str) -> str:
        begun.set()
        return slow(question)

    extractor = Extractor(TASK, client=client(say))
    thread = threading.Thread(target=lambda: found.append(extractor.extract(RECALLED).status))
    thread.start()
    begun.wait()
    extractor.close()
    thread.join()
    assert found == ["complete"]


def test_an_article_with_questions_left_hears_that_it_was_closed(tmp_path: Path) -> None:
    prompt = ARTICLES.replace("sightings", "records")
    folder = write_set(tmp_path / "twice", {"1.md": prompt, "2.md": prompt})
    closing: list[threading.Thread] = []

    def say(question: str) -> str:
        closing.append(threading.Thread(target=extractor.close))
        closing[0].start()
        return slow(question)

    extractor = Extractor(TASK, spec=RunSpec(prompts=str(folder)), client=client(say))
    with pytest.raises(UsageError, match="this extractor is closed"):
        extractor.extract(RECALLED)
    closing[0].join()


# What it is opened with


def test_named_choices_go_before_those_of_a_spec() -> None:
    spec = RunSpec(model="other", cache="replay", temperature=0.5)
    asked = client()
    with Extractor(TASK, "mine", cache="off", spec=spec, client=asked) as extractor:
        extractor.extract(RECALLED)
    (request,) = asked.asked
    assert (request.model, request.sampling.temperature) == ("mine", 0.5)


def test_a_spec_counts_where_nothing_else_is_named(tmp_path: Path) -> None:
    spec = RunSpec(model="mine", cache="replay", store=tmp_path / "none")
    with Extractor(TASK, spec=spec, client=client()) as extractor:
        assert "no recording answers" in extractor.extract(RECALLED).problems[0].detail


def test_a_client_of_one_s_own_is_recorded_by_the_model_s_name(tmp_path: Path) -> None:
    spec = RunSpec(store=tmp_path / "store")
    asked = client()
    with Extractor(TASK, "mine", spec=spec, client=asked) as extractor:
        first = extractor.extract(RECALLED)
    with Extractor(TASK, "mine", cache="replay", spec=spec, client=asked) as extractor:
        second = extractor.extract(RECALLED)
    assert len(asked.asked) == 1
    assert first.records == second.records
    assert second.line.usage.replayed == 1


def test_a_client_without_a_name_has_no_recordings(tmp_path: Path) -> None:
    with Extractor(TASK, spec=RunSpec(store=tmp_path / "store"), client=client()) as extractor:
        extractor.extract(RECALLED)
    assert not (tmp_path / "store").exists()
    with pytest.raises(UsageError, match="cache 'replay' needs model: the name that recordings know this client by"):
        Extractor(TASK, cache="replay", client=client())


@pytest.mark.parametrize(
    ("choices", "error", "said"),
    [
        ({"model": "nope"}, UsageError, "no model 'nope'"),
        ({"model": "rules"}, UsageError, "task .recalls. has no rules that could do without a model"),
        ({"base_url": "http://127.0.0.1:1/v1"}, UsageError, "needs --model"),
        ({"cache": "never"}, UsageError, "cache 'never' is none that there is"),
        ({"spec": RunSpec(prompts="bogus")}, PromptError, "no prompt set 'bogus'"),
    ],
)
def test_choices_that_do_not_fit_are_refused_when_it_is_opened(
    choices: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        Extractor(TASK, **choices)


def test_the_library_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with Extractor(TASK, client=client(lambda question: "no JSON")) as extractor:
        extractor.extract(RECALLED)
    assert capfd.readouterr() == ("", "")
