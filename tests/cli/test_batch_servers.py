"""`extract batch` and its server: what it refuses, forgets, says late, or never hears."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extract.errors import ModelUnavailable, TransportError
from tests.batch_server import Said, batch_host, refusal
from tests.bird_batches import batch, begin_here, recorded, say, submit, work_off
from tests.commands import extract


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return begin_here(tmp_path, monkeypatch)


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


def test_answers_of_another_model_are_told() -> None:
    with batch_host(lambda body: (200, {**say(body)[1], "model": "other-2"})) as host:
        submit(host)
        host.work()
        assert "3 answers of model 'other-2', where 'm' was asked" in batch("collect").stderr


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
