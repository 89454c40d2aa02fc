"""`extract stories --ask`: what is asked and said, what is recorded, what a replay makes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from eval.benchmarks.misbehaving import MisbehavingServer, fails, misbehaving, says
from extract.errors import UsageError
from extract.stories.linking import MODEL
from extract.stories.story import read_stories
from tests.commands import extract
from tests.sixty_run import sixty_results
from tests.toll_run import write_run

YES = says('{"answer": "yes"}')


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a run of the sixty reports, and nothing from outside."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ATTESTED_STORE", str(tmp_path / "store"))
    write_run(tmp_path / "r.jsonl", sixty_results())
    return tmp_path


def stories(*arguments: str) -> Result:
    return extract("stories", *arguments, "--no-gazetteer")


def asking(server: MisbehavingServer, *arguments: str) -> Result:
    named = ("--model", "m", "--base-url", server.base_url, "--model-id", "server/m", "--retries", "0", "--jobs", "1")
    return stories("r.jsonl", "--ask", *named, *arguments)


def told(done: Result) -> list[dict[str, Any]]:
    """The stories, without the second in which each was made."""
    return [{**json.loads(line), "history": []} for line in done.stdout.splitlines()]


def answers(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a model said, wherever a story shows it."""
    links = [link for story in found for link in (*(each["because"] for each in story["reports"]), *story["unsure"])]
    return [point for link in links if link for point in link["evidence"] if point["about"] == MODEL]


def test_nobody_is_asked_unless_somebody_says_so(folder: Path) -> None:
    done = stories("r.jsonl")
    assert (done.exit_code, answers(told(done))) == (0, [])
    assert "model" not in done.stderr
    assert not (folder / "store").exists()


def test_answers_are_evidence_and_the_first_line_says_where_text_goes() -> None:
    plain = told(stories("r.jsonl"))
    with misbehaving(YES) as server:
        done = asking(server)
    assert done.exit_code == 0
    assert done.stderr.startswith(f"model m: the text is sent to {server.base_url.split('/')[2]}\n")
    assert f"{len(server.asked)} of {len(server.asked)} questions answered" in done.stderr
    assert len(told(done)) < len(plain)
    assert {(each["said"], each["weight"]) for each in answers(told(done))} == {("server/m: the same, 0.80", 2.0)}


def test_the_same_command_asks_nothing_twice_and_replays_without_a_server() -> None:
    with misbehaving(says('{"answer": "no"}')) as server:
        first = asking(server)
        number = len(server.asked)
        assert told(asking(server)) == told(first)
        assert len(server.asked) == number > 10
    named = ("--model", "m", "--base-url", "http://127.0.0.1:9/v1", "--cache", "replay")
    replayed = stories("r.jsonl", "--ask", *named)
    assert (replayed.exit_code, told(replayed)) == (0, told(first))
    assert replayed.stderr.startswith("model m: answers come from recordings alone, the text stays on this machine\n")


def test_a_replay_without_recordings_leaves_questions_open_and_says_so() -> None:
    named = ("--model", "m", "--base-url", "http://127.0.0.1:9/v1", "--cache", "replay")
    done = stories("r.jsonl", "--ask", *named)
    assert done.exit_code == 1
    assert "questions about pairs of reports are left open: no recording" in done.stderr
    assert told(done) == told(stories("r.jsonl"))


def test_a_server_that_fails_leaves_stories_as_they_were() -> None:
    with misbehaving(YES, fails(500)) as server:
        done = asking(server, "-o", "s.jsonl")
    assert done.exit_code == 1
    assert "left open" in done.stderr
    assert len(server.asked) < 10
    assert len(read_stories(Path("s.jsonl")).stories) > 10


def test_some_are_asked_where_not_all_may_be() -> None:
    with misbehaving(YES) as server:
        done = asking(server, "--ask-most", "3")
    assert len(server.asked) == 3
    assert "the model is asked about the 3 most undecided" in done.stderr
    assert done.exit_code == 0


def test_an_update_that_asks_nobody_says_that_answers_do_not_count() -> None:
    with misbehaving(YES) as server:
        asking(server, "-o", "s.jsonl")
        again = asking(server, "--update", "s.jsonl")
    said = "a model was asked for the earlier stories, and is not this time"
    assert said not in again.stderr
    assert said in stories("--update", "s.jsonl").stderr
    assert said not in stories("--update", "s.jsonl").stderr


def test_the_embedded_model_comes_with_a_warning() -> None:
    done = stories("r.jsonl", "--ask", "--cache", "replay")
    first, second, *_ = done.stderr.splitlines()
    assert first == "model local: answers come from recordings alone, the text stays on this machine"
    assert second == "warning: the embedded model is no judge of such pairs: name a strong --model"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--model", "openai/m"), r"nobody is asked without --ask: add it, or leave out --model"),
        (("--ask-most", "3"), r"nobody is asked without --ask: add it, or leave out --ask-most"),
        (("--ask", "--model", "rules"), r"rules ask none"),
        (("--ask", "--strict"), r"the embedded model does not know --strict"),
    ],
)
def test_options_that_do_nothing_are_refused(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        stories("r.jsonl", *arguments)


def test_settings_of_the_environment_ask_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTESTED_MODEL", "m")
    monkeypatch.setenv("ATTESTED_BASE_URL", "http://127.0.0.1:9/v1")
    assert stories("r.jsonl").exit_code == 0
