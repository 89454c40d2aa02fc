"""`extract batch` and its list: jobs side by side, batches by hand, what is given up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extract.batches.state import kept
from extract.errors import RunFileError, StoreError, UsageError
from tests.batch_server import batch_host, refusal
from tests.bird_batches import (
    NAMED,
    TEXTS,
    batch,
    begin_here,
    recorded,
    results,
    say,
    submit,
    work_off,
)
from tests.commands import extract


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return begin_here(tmp_path, monkeypatch)


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
