"""`extract batch`, from the first batch to a run that replays."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from extract.articles import Article
from extract.batches.filling import Filling
from extract.errors import StoreError, UsageError
from extract.store.recordings import Written
from extract.store.working import WorkingStore
from extract.tasks.task import Answer, Unit
from tests.agreeable import plainest
from tests.batch_server import Said, batch_host, completion
from tests.bird_batches import NAMED, batch, begin_here, recorded, results, say, submit, work_off
from tests.commands import extract
from tests.small_task import BirdRules


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return begin_here(tmp_path, monkeypatch)


def test_rounds_of_batches_replay_as_an_ordinary_run(folder: Path) -> None:
    with batch_host(say) as host:
        named = (*NAMED, host.base_url)
        ordinary = extract("run", "articles", *named, "--store", "other", "-o", "o.jsonl")
        assert ordinary.exit_code == 0
        at_once = len(host.asked)

        first = submit(host)
        assert first.exit_code == 0, first.stderr
        assert first.stderr.splitlines()[0] == f"model m: the text is sent to {host.base_url.split('/')[2]}"
        assert "round 1 of at most 2: 0 of 3 articles finished; questions: 3 asked now" in first.stderr

        assert "validating  0/3" in batch("status").stdout
        waiting = batch("collect")
        assert waiting.exit_code == 1
        assert "3 answered in no batch yet" in waiting.stderr
        assert len(host.batches) == 1

        host.work()
        assert "completed, to be collected  3/3" in batch("status").stdout
        second = batch("collect")
        assert second.exit_code == 1
        assert "2 answers recorded" in second.stderr
        assert "1 of these once more, because the answer did not fit" in second.stderr
        assert "round 2 of at most 2" in second.stderr

        host.work()
        third = batch("collect")
        assert third.exit_code == 1
        assert "2 answers recorded (3 with those that did not fit)" in third.stderr

        host.work()
        fourth = batch("collect")
        assert fourth.exit_code == 0, fourth.stderr
        assert "every question is answered: extract run articles" in fourth.stderr
        assert len(host.asked) == at_once
        assert len(host.batches) == 3
    replayed = extract("run", "articles", *named, "--cache", "replay")
    again = extract("run", "articles", *named, "--store", "other", "--cache", "replay")
    assert replayed.exit_code == 0
    assert results(replayed) == results(again)
    assert not list((folder / "store-batches").iterdir())


def test_recordings_are_those_of_an_ordinary_run_failed_attempts_included() -> None:
    with batch_host(say) as host:
        extract("run", "articles", *NAMED, host.base_url, "--store", "other", "-o", "o.jsonl")
        submit(host)
        work_off(host)
        assert host.keys == {"Bearer no-key", None}
    ordinary, batched = recorded("other"), recorded("store")
    assert {key: found[:-1] for key, found in batched.items()} == {key: found[:-1] for key, found in ordinary.items()}
    assert {found[-1] for found in batched.values()} == {"batch"}
    assert {found[-1] for found in ordinary.values()} == {None}
    assert max(len(found[1]) for found in batched.values()) == 2


def test_what_was_answered_before_is_not_sent() -> None:
    with batch_host(say) as host:
        extract("run", "articles/a.txt", *NAMED, host.base_url, "-o", "o.jsonl")
        assert "2 asked now" in submit(host).stderr
        host.work()
        assert len(host.lines(host.batches["batch_1"])) == 2


def test_what_is_under_way_is_not_sent_again() -> None:
    with batch_host(say) as host:
        submit(host)
        again = submit(host)
        assert "3 answered in no batch yet" in again.stderr
        other = batch("submit", "articles/a.txt", *NAMED, host.base_url, "--no-probe")
        assert "1 answered in no batch yet" in other.stderr
        assert len(host.batches) == 1


def test_files_are_split_by_the_limits() -> None:
    with batch_host(say) as host:
        done = submit(host, "--max-requests", "2")
        assert [len(host.lines(each)) for each in host.batches.values()] == [2, 1]
        assert "batch_2 submitted: 1 request" in done.stderr


def test_what_an_expired_batch_left_over_is_sent_again() -> None:
    with batch_host(say) as host:
        submit(host)
        host.work("expired", only=lambda number, line: number == 0)
        done = batch("collect")
        assert "batch_1: expired, 1 of 3 answered, 2 without an answer" in done.stderr
        assert "2 × batch_expired: This request could not be executed in time." in done.stderr
        assert [len(host.lines(each)) for each in host.batches.values()][:2] == [3, 3]  # two again, and a second round
        work_off(host)


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_after_a_batch_that_failed_nothing_is_sent_until_somebody_says_so(status: str) -> None:
    with batch_host(say) as host:
        submit(host)
        host.work(status, only=lambda number, line: False)
        done = batch("collect")
        assert done.exit_code == 1
        assert "nothing is sent until `extract batch submit` says so: batch_1 is " + status in done.stderr
        assert ("The file is of no use." in done.stderr) == (status == "failed")
        assert "3 not asked" in batch("collect").stderr
        assert len(host.batches) == 1
        assert "3 asked now" in submit(host).stderr
        work_off(host)


def test_what_the_provider_has_no_room_for_is_sent_when_something_has_ended() -> None:
    with batch_host(say) as host:
        host.room = 2
        submit(host, "--max-requests", "2")
        full = batch("collect")
        assert full.exit_code == 1
        assert "batch_2: failed, 0 of 1 answered, 1 without an answer: Enqueued token limit reached." in full.stderr
        assert "no room for more: the rest is sent when something of it has ended" in full.stderr
        assert "2 answered in no batch yet, 1 not asked" in batch("collect").stderr  # and it was not tried again
        assert len(host.batches) == 2
        host.work()
        batch("collect", "--max-requests", "2")
        assert len(host.batches) > 2
        for _ in range(6):
            host.work()
            done = batch("collect", "--max-requests", "2")
        assert done.exit_code == 0
        assert all(len(host.lines(each)) <= 2 for each in host.batches.values())


def test_a_file_that_the_provider_never_has_room_for_is_told_and_not_sent_again() -> None:
    with batch_host(say) as host:
        host.room = 2
        submit(host)
        told = (
            "a file is more than the provider takes at once (--max-requests makes smaller ones): Enqueued token limit"
        )
        assert told in batch("collect").stderr
        assert told in batch("collect").stderr
        assert len(host.batches) == 1
        assert "3 asked now" in submit(host, "--max-requests", "2").stderr
        assert len(host.batches) == 3


def test_lines_that_are_broken_double_or_of_nobody_are_told_and_left_out() -> None:
    other = json.dumps({"custom_id": "else", "response": {"status_code": 200, "body": {}}}).encode()
    with batch_host(say) as host:
        submit(host)
        host.work(mangled=lambda lines: [b"{", lines[0], lines[0], other, b"", lines[1][:-20], lines[2]])
        done = batch("collect")
        for said in (
            "2 of 3 answered, 1 without an answer",
            "1 line left out: what they answer is not in the batch",
            "1 line left out: a second answer to one request",
            "2 lines left out: broken",
        ):
            assert said in done.stderr
        work_off(host)


def test_answers_to_what_is_asked_no_more_are_told() -> None:
    with batch_host(say) as host:
        submit(host)
        host.work()
        Path("articles/a.txt").write_text("An Owl slept.", encoding="utf-8")
        Path("articles/b.txt").rename("articles/d.txt")
        assert "1 answer of no use: to questions that are asked no more" in batch("collect").stderr
        Path("articles/c.txt").unlink()
        assert "2 answers of no use" in work_off(host).stderr


def test_the_run_that_is_told_takes_texts_as_long_as_they_were_asked_about() -> None:
    with batch_host(say) as host:
        submit(host, "--max-chars", "300000")
        assert "--max-chars 300000 --cache replay" in work_off(host).stderr


def test_costs_are_those_of_a_batch_and_kept_to() -> None:
    with batch_host(say) as host:
        priced = ("--prices", "prices.json", "--model-id", "server/m")
        dry = submit(host, *priced, "--dry-run")
        assert "at the price of batches\ntime: within a day" in dry.stdout
        assert "the text would be sent to" in dry.stderr
        assert not host.calls
        assert not Path("store-batches.json").exists()
        done = submit(host, *priced, "--max-cost", "0.014")
        assert done.exit_code == 1
        assert "2 asked now, 1 left out for --max-cost" in done.stderr
        host.work()
        # 100 tokens read at 10 and 10 written at 100 dollars a million, twice, halved
        assert "batch_1: completed, 2 of 2 answered, $0.0020" in batch("collect").stderr
        assert "1 left out" not in batch("collect", "--max-cost", "1").stderr
        work_off(host)
    run = extract("run", "articles", *NAMED, host.base_url, "--cache", "replay", "--model-id", "server/m")
    spend = [json.loads(line)["usage"] for line in run.stdout.splitlines() if "article_id" in line]
    assert spend
    assert all(each["batched_input_tokens"] == each["recorded_input_tokens"] > 0 for each in spend)


def test_a_limit_without_a_price_is_refused() -> None:
    with batch_host(say) as host, pytest.raises(UsageError, match="no price is known"):
        submit(host, "--max-cost", "1")


def test_a_command_that_is_interrupted_leaves_nothing_behind_and_asks_nothing_twice(folder: Path) -> None:
    with batch_host(say) as host, pytest.MonkeyPatch.context() as patch:
        written = Filling.add
        count = iter(range(9))

        def interrupted(filling: Filling, key: str, body: bytes, max_tokens: int) -> bool:
            if next(count) == 2:
                raise KeyboardInterrupt
            return written(filling, key, body, max_tokens)

        patch.setattr(Filling, "add", interrupted)
        assert submit(host).exit_code == 1  # aborted
        assert len(list((folder / "store-batches").iterdir())) == 1
        assert not host.batches
        patch.undo()
        submit(host)
        assert len(list((folder / "store-batches").iterdir())) == 1
        assert [len(host.lines(each)) for each in host.batches.values()] == [3]


def test_answers_are_recorded_once_where_recording_was_interrupted() -> None:
    with batch_host(say) as host, pytest.MonkeyPatch.context() as patch:
        submit(host)
        host.work()
        put = WorkingStore.put
        count = iter(range(9))

        def broken(store: WorkingStore, item: Written) -> None:
            if next(count) == 1:
                raise OSError("the power is gone")
            put(store, item)

        patch.setattr(WorkingStore, "put", broken)
        with pytest.raises(StoreError, match="the power is gone"):
            batch("collect")
        patch.undo()
        assert "1 answer recorded" in batch("collect").stderr
        work_off(host)
        assert sum(len(host.lines(each)) for each in host.batches.values()) == 6


def test_answers_that_the_store_does_not_take_are_kept() -> None:
    def full(store: WorkingStore, item: Written) -> None:
        raise StoreError("no space left")

    with batch_host(say) as host:
        submit(host)
        for _ in range(3):
            host.work()
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(WorkingStore, "put", full)
                done = batch("collect")
            assert done.exit_code == 1
            assert "not recorded: no space left" in done.stderr
            assert "answered, but not recorded" in done.stderr
        assert "6 answers recorded" not in done.stderr
        number = sum(len(host.lines(each)) for each in host.batches.values())
        assert "5 answers recorded" in work_off(host).stderr
        assert sum(len(host.lines(each)) for each in host.batches.values()) == number == 6


def test_an_attack_in_batches_is_the_attack_of_a_run() -> None:
    schema = "json_schema"

    def plain(body: Said) -> tuple[int, Said]:
        form = body["response_format"][schema]["schema"]
        return completion(json.dumps(plainest(form, form)))

    articles = str(Path(__file__).parents[2] / "gold" / "articles")
    with batch_host(plain) as host:
        named = (articles, "--model", "m", "--base-url", host.base_url)
        ordinary = extract("run", *named, "--store", "other")
        assert batch("submit", *named).exit_code == 0
        work_off(host)
        assert len(host.asked) == 5 + 1  # and the probe
        replayed = extract("run", *named, "--cache", "replay")
    assert results(replayed) == results(ordinary)
    assert len(results(replayed)) == 5


def test_an_article_that_cannot_be_read_or_worked_on_is_counted_and_the_others_go_on() -> None:
    Path("articles/empty.txt").write_text(" ", encoding="utf-8")
    with batch_host(say) as host, pytest.MonkeyPatch.context() as patch:
        found = BirdRules.units

        def broken(rules: BirdRules, kind: str, article: Article, answers: Sequence[Answer]) -> list[Unit]:
            return [][1] if "Kite" in article.text else found(rules, kind, article, answers)

        patch.setattr(BirdRules, "units", broken)
        done = submit(host)
        assert "3 asked now" in done.stderr
        assert "1 article cannot be read" in done.stderr
        host.work()
        batch("collect")
        host.work()
        assert "2 articles cannot be read" in work_off(host).stderr
