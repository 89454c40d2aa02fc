"""`extract batch`, from the first batch to a run that replays."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from extract.articles import Article
from extract.batches.filling import Filling
from extract.batches.state import kept
from extract.errors import ModelUnavailable, RunFileError, StoreError, TransportError, UsageError
from extract.store.recordings import Written
from extract.store.working import WorkingStore
from extract.tasks.task import Answer, Unit
from tests.agreeable import plainest
from tests.batch_server import BatchHost, Said, batch_host, completion, refusal
from tests.bird_batches import NAMED, TEXTS, batch, begin, extract, results, say, submit
from tests.small_task import BirdRules

PRICES = {
    "format": "attested-prices-1",
    "models": {"server/m": {"input": 10.0, "output": 100.0, "as_of": "2026-11-26"}},
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the task and the articles, and nothing from outside."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ATTESTED_STORE", str(tmp_path / "store"))
    begin(tmp_path)
    (tmp_path / "prices.json").write_text(json.dumps(PRICES), encoding="utf-8")
    return tmp_path


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


def recorded(store: str) -> dict[str, tuple[Any, ...]]:
    """Key → what was recorded, without when and how long; and whether it came in a batch."""
    opened = WorkingStore(Path(store))
    try:
        found = {key: opened.read(key) for key in opened}
    finally:
        opened.close()
    return {
        key: (
            each.content,
            each.response.attempts,
            each.response.outcome,
            {name: value for name, value in each.response.versions.items() if name != "sent by"},
            each.response.versions.get("sent by"),
        )
        for key, each in found.items()
    }


def work_off(host: BatchHost, rounds: int = 6) -> Result:
    """Collects until every question is answered; each batch is worked off whole."""
    for _ in range(rounds):
        host.work()
        done = batch("collect")
        if done.exit_code == 0:
            return done
    raise AssertionError(done.stderr)


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


def test_answers_whose_file_is_not_there_yet_are_waited_for() -> None:
    with batch_host(say) as host:
        submit(host)
        host.work()
        file = host.batches["batch_1"].pop("output_file_id")
        told = "batch_1: completed, 3 of 3 done, but the server's files hold none of it yet"
        assert told in batch("collect").stderr
        host.batches["batch_1"]["output_file_id"] = host.keep(b"")
        assert told in batch("collect").stderr
        assert len(host.batches) == 1
        host.batches["batch_1"]["output_file_id"] = file
        assert "3 of 3 answered" in batch("collect").stderr


def test_a_batch_that_the_server_has_no_more_holds_no_other_up() -> None:
    with batch_host(say) as host:
        submit(host, "--max-requests", "1")
        host.work()
        del host.files[host.batches["batch_1"]["output_file_id"]]
        done = batch("collect")
        assert "batch_1 cannot be collected; `extract batch forget batch_1` gives it up" in done.stderr
        assert "batch_3: completed, 1 of 1 answered" in done.stderr
        assert done.exit_code == 1
        batch("forget", "batch_1")
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


def test_answers_of_another_model_are_told() -> None:
    with batch_host(lambda body: (200, {**say(body)[1], "model": "other-2"})) as host:
        submit(host)
        host.work()
        assert "3 answers of model 'other-2', where 'm' was asked" in batch("collect").stderr


def test_the_run_that_is_told_takes_texts_as_long_as_they_were_asked_about() -> None:
    with batch_host(say) as host:
        submit(host, "--max-chars", "300000")
        assert "--max-chars 300000 --cache replay" in work_off(host).stderr


def test_other_words_for_a_status_are_understood() -> None:
    with batch_host(say) as host:
        host.words = {"completed": "SUCCEEDED"}
        submit(host)
        work_off(host)


def test_a_batch_that_nobody_could_remember_is_found_and_not_paid_twice() -> None:
    with batch_host(say) as host:
        host.faults = {"POST /v1/batches": [0]}
        with pytest.raises(TransportError, match="gave no proper answer"):
            submit(host)
        assert len(host.batches) == 1
        done = batch("collect")
        assert "batch_1 found at the server, submitted before: 3 requests" in done.stderr
        assert len(host.batches) == 1
        work_off(host)


def test_a_batch_of_many_that_nobody_could_remember_is_found_on_a_later_page() -> None:
    with batch_host(say) as host:
        host.faults = {"POST /v1/batches": [0]}
        with pytest.raises(TransportError):
            submit(host)
        for number in range(5):
            host.batches[f"x{number}"] = {
                "id": f"x{number}",
                "status": "completed",
                "input_file_id": "x",
                "metadata": None,
            }
        assert "batch_1 found" in submit(host).stderr


def test_a_submit_that_was_interrupted_goes_on_with_the_same_file() -> None:
    with batch_host(say) as host:
        host.faults = {"POST /v1/files": [400]}
        with pytest.raises(TransportError, match="a fault"):
            submit(host)
        host.faults = {"POST /v1/batches": [403]}
        with pytest.raises(ModelUnavailable, match="403"):
            submit(host)
        done = submit(host)
        assert "batch_1 submitted: 3 requests" in done.stderr
        assert len(host.batches) == 1
        assert len(json.loads(Path("store-batches.json").read_text(encoding="utf-8"))["batches"]) == 1


def test_faults_that_pass_are_waited_for() -> None:
    with batch_host(say) as host:
        submit(host)
        host.work()
        host.faults = {"GET /v1/batches/batch_1": [503], "GET /v1/files/file-2/content": [500]}
        assert "2 answers recorded" in batch("collect").stderr


def test_a_key_that_is_refused_is_an_error_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTESTED_API_KEY", "sk-a-key-of-nobody-12345")
    with batch_host(say) as host:
        submit(host)
        host.work()
        host.faults = {"GET /v1/batches/batch_1": [401]}
        with pytest.raises(ModelUnavailable, match=r"does not accept the API key \(401\)"):
            batch("collect")
        work_off(host)
        assert host.keys == {"Bearer sk-a-key-of-nobody-12345"}
    state = Path("store-batches.json").read_text(encoding="utf-8")
    assert "nobody" not in state
    assert "Wren" not in state


def test_a_dead_server_is_an_error_and_the_batch_is_remembered() -> None:
    with batch_host(say) as host:
        submit(host, "--retries", "0")
        base_url = host.base_url
    done = batch("status")
    assert "warning: 127.0.0.1 gave no proper answer" in done.stderr
    assert "validating" in done.stdout
    assert base_url in Path("store-batches.json").read_text(encoding="utf-8")


def test_a_server_without_batches_says_so() -> None:
    with batch_host(say) as host:
        host.faults = {"POST /v1/files": [404]}
        with pytest.raises(ModelUnavailable, match="`extract batch export` writes them"):
            submit(host)


def refusing(body: Said) -> tuple[int, Said]:
    """A reasoning model: it takes no temperature."""
    if "temperature" in body:
        said = "Unsupported value: 'temperature' does not support 0.0 with this model."
        return refusal(400, said, param="temperature", code="unsupported_value")
    return say(body)


def test_a_probe_finds_out_what_the_server_refuses() -> None:
    with batch_host(refusing) as host:
        done = submit(host, "--probe")
        assert "warning: 127.0.0.1 does not take temperature: asked without" in done.stderr
        assert len(host.asked) == 2
        assert all("temperature" not in line["body"] for line in host.lines(host.batches["batch_1"]))
        asked = len(host.asked)
        work_off(host)
        assert len(host.asked) == asked
        assert sum(len(host.lines(each)) for each in host.batches.values()) == 5
    assert {found[-2].get("left out") for found in recorded("store").values()} == {"temperature"}


def test_what_a_batch_refuses_is_left_out_in_the_next() -> None:
    with batch_host(refusing) as host:
        submit(host)
        work_off(host)
        assert not host.asked
    assert {found[-2].get("left out") for found in recorded("store").values()} == {"temperature"}


def test_a_question_that_is_refused_for_good_is_not_asked_again() -> None:
    with batch_host(lambda body: say(body) if "Kite" not in str(body) else refusal(400, "context is too long")) as host:
        submit(host)
        host.work()
        batch("collect")
        host.work()
        done = batch("collect")
        assert done.exit_code == 1
        assert "2 × refused: 127.0.0.1 refused the request (400); ask for less at once" in done.stderr
        assert "every question is answered" in done.stderr
        number = len(host.batches)
        assert batch("collect").exit_code == 0  # nothing is left to do
        assert len(host.batches) == number


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


def test_a_job_gets_what_another_has_sent() -> None:
    with batch_host(say) as host:
        named = (*NAMED, host.base_url, "--no-probe")
        batch("submit", "articles/a.txt", *named)
        batch("submit", "articles/a.txt", "articles/c.txt", *named)
        Path("articles/a.txt").write_text("A Wren flew.", encoding="utf-8")  # the first job asks another question now
        batch("submit", "articles/a.txt", *named)
        Path("articles/a.txt").write_text(TEXTS["a"], encoding="utf-8")
        work_off(host)
        asked = [line["custom_id"] for each in host.batches.values() for line in host.lines(each)]
        assert len(asked) == len(set(asked)) == 4
        assert not list(Path("store-batches").iterdir())


def test_the_list_is_where_it_is_wanted_and_told_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_TOKEN", "a-key-of-nobody-12345")
    with batch_host(lambda body: refusal(500, "a-key-of-nobody-12345 is wrong")) as host:
        with pytest.raises(UsageError, match="no batch is remembered"):
            batch("collect")
        submit(host, "--state", "lists/mine.json")
        (told,) = [
            json.loads(line) for line in batch("status", "--json", "--state", "lists/mine.json").stdout.splitlines()
        ]
        assert (told["batch_id"], told["status"], told["requests"]) == ("batch_1", "validating", 3)
        host.work()
        calls = len(host.calls)
        assert "validating" in batch("status", "--offline", "--state", "lists/mine.json").stdout
        assert len(host.calls) == calls
        done = batch("collect", "--no-submit", "--state", "lists/mine.json")
        assert "3 × 500: *** is wrong" in done.stderr
        assert "the text would be sent to" in done.stderr
        assert "3 not asked" in done.stderr
        assert len(host.batches) == 1
    assert not Path("store-batches.json").exists()


def test_two_commands_do_not_write_one_list() -> None:
    with batch_host(say) as host, kept(Path("store-batches.json")):
        with pytest.raises(RunFileError, match="another run is writing"):
            submit(host)
        assert not host.batches


def test_a_list_of_something_else_is_refused() -> None:
    Path("store-batches.json").write_text('{"format":"other"}', encoding="utf-8")
    with pytest.raises(StoreError, match=r"is not a list of batches \(attested-batches-1\)"):
        batch("collect")


def test_files_go_to_a_provider_by_hand() -> None:
    with batch_host(say) as host:
        extract("run", "articles", *NAMED, host.base_url, "--store", "other", "-o", "o.jsonl")
        named = (*NAMED, host.base_url)
        for number in range(1, 4):
            out = batch("export", "articles", *named, "-o", "out")
            assert out.exit_code == 0, out.stderr
            assert out.stderr.splitlines()[0] == "the text is written to out, and sent nowhere"
            (path,) = map(Path, out.stdout.splitlines())
            assert "answered in no batch yet" in batch("export", "articles", *named, "-o", "out").stderr
            good = [
                {"custom_id": line["custom_id"], "response": {"status_code": 200, "body": say(line["body"])[1]}}
                for line in map(json.loads, path.read_text(encoding="utf-8").splitlines())
            ]
            Path("answers.jsonl").write_text("".join(json.dumps(each) + "\n" for each in good), encoding="utf-8")
            done = batch("import", "answers.jsonl")
            assert done.exit_code == (number < 3), done.stderr
        assert not host.batches
    assert {key: found[:-1] for key, found in recorded("store").items()} == {
        key: found[:-1] for key, found in recorded("other").items()
    }


def test_an_answer_that_is_brought_again_is_none_to_the_question_asked_once_more() -> None:
    with batch_host(say) as host:
        for number in (1, 2, 3):
            batch("export", "articles", *NAMED, host.base_url, "-o", f"out{number}")
            (path,) = Path(f"out{number}").iterdir()
            lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            answers = [
                {"custom_id": line["custom_id"], "response": {"body": {**say(line["body"])[1], "id": f"{number}-{n}"}}}
                for n, line in enumerate(lines)
            ]
            Path(f"{number}.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in answers), encoding="utf-8")
            done = batch("import", *(f"{n}.jsonl" for n in range(1, number + 1)))
        ordinary = extract("run", "articles", *NAMED, host.base_url, "--store", "other")
        assert done.exit_code == 0, done.stderr
        replayed = extract("run", "articles", *NAMED, host.base_url, "--cache", "replay")
    assert results(replayed) == results(ordinary)


def test_answers_to_what_was_not_asked_are_refused() -> None:
    with batch_host(say) as host:
        submit(host)
        Path("other.jsonl").write_text('{"custom_id":"x","response":{"body":{}}}\n{\n', encoding="utf-8")
        with pytest.raises(UsageError, match="none of 2 lines answers a request"):
            batch("import", "other.jsonl")


def test_a_batch_that_is_given_up_is_asked_anew() -> None:
    with batch_host(say) as host:
        submit(host)
        assert "batch_1 is forgotten" in batch("forget", "batch_1").stderr
        with pytest.raises(UsageError, match="no batch 'batch_1' is under way"):
            batch("forget", "batch_1")
        assert "3 asked now" in batch("collect").stderr
        assert len(host.batches) == 2


def test_a_file_that_is_gone_is_told_before_anything_is_paid_twice() -> None:
    with batch_host(say) as host:
        submit(host)
        for path in Path("store-batches").iterdir():
            path.unlink()
        with pytest.raises(StoreError, match="is gone, and with it what batch 'batch_1' asks"):
            submit(host)
        assert len(host.batches) == 1


def test_openai_is_asked_with_its_own_key_at_its_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    with batch_host(say) as host:
        monkeypatch.setenv("OPENAI_BASE_URL", host.base_url)
        named = ("--task", "birds", "--prompts", "birds/two", "--model", "openai/m")
        with pytest.raises(ModelUnavailable, match="no OPENAI_API_KEY"):
            batch("submit", "articles", *named)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-a-key-of-nobody-12345")
        monkeypatch.setenv("ATTESTED_API_KEY", "sk-another-key-of-nobody")
        done = batch("submit", "articles", *named, "--no-probe")
        assert done.stderr.startswith("model m: the text is sent to 127.0.0.1 (OPENAI_BASE_URL)\n")
        work_off(host)
        assert host.keys == {"Bearer sk-a-key-of-nobody-12345"}
    assert extract("run", "articles", *named, "--cache", "replay").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-", "--model", "openai/m"), "standard input cannot be read again"),
        (("https://news.example/a", "--model", "openai/m"), "cannot be read again"),
        (("articles", "--model", "anthropic/m"), "no batches of model 'anthropic/m'"),
        (("articles",), "no batches of model 'local'"),
        (("articles", "--model", "m", "--base-url", "http://u:secret@h/v1"), "holds a password"),
        (("articles", "--model", "openai/m", "--cache", "refresh"), "leave it out"),
        (("articles", "--model", "openai/m", "--state", "x.txt"), r"should end in \.json"),
        (("articles", "--model", "openai/m", "--max-mb", "nan"), "has to be a finite number"),
    ],
)
def test_what_cannot_be_done_is_refused(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        batch("submit", *arguments)
    assert not Path("store").exists()
