"""What a command says while it works: lines in a log, one bar on a terminal, no escapes from articles anywhere."""

from __future__ import annotations

import io
import re
import sys
import threading
from itertools import count

import pytest

from extract.models.client import Attempt, Response, Usage
from extract.records.results import ArticleResult, Grounding, Problem, Spend, Status
from extract.views import progress
from extract.views.progress import Display, Tally
from tests.small_task import Sighting, Sightings

RESPONSE = Response((Attempt("x", usage=Usage(10, 7)),), "ok", 0.1, "2026-11-22")


class Terminal(io.StringIO):
    """A stream that says it is one."""

    def isatty(self) -> bool:
        return True


def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Makes standard error one; no fixture, since pytest puts its own stream there before a test begins."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    for name in ("NO_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    return stream


def result(status: Status = "complete", problem: Problem | None = None, name: str = "a") -> ArticleResult:
    places = {
        "/sightings/0/evidence": Grounding(start=0, end=1, status="exact"),
        "/sightings/0/bird": Grounding(status="absent"),
    }
    return ArticleResult(
        article_id=name,
        source="a.txt",
        status=status,
        records=None if status == "failed" else Sightings(sightings=[Sighting(evidence="A", bird="Wren")]),
        grounding={} if status == "failed" else places,
        problems=[problem] if problem else [],
        usage=Spend(requests=3),
        seconds=1.25,
    )


def visible(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def test_a_log_gets_a_line_per_article(capsys: pytest.CaptureFixture[str]) -> None:
    gone = Problem(kind="failed", detail="server gone")
    cut = Problem(kind="cut", detail="the answer ran into the limit", unit="article")
    with Display() as display:
        display.expect(3)
        display.answered(RESPONSE)
        display.finished(result())
        display.finished(result("partial", cut, "b"))
        display.finished(result("failed", gone, "c\x1b[2J"))
    assert capsys.readouterr().err.splitlines() == [
        "a: complete, 1 value attested, 1 value not found in the text, 3 questions, 1.2 s",
        "b: partial (the answer ran into the limit), 1 value attested, 1 value not found in the text, "
        "3 questions, 1.2 s",
        "c␛[2J: failed: server gone",
    ]


def test_parts_of_answers_that_were_dropped_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    lost = [Problem(kind="dropped", detail=f"/sightings/{number}: no", unit="article") for number in range(2)]
    display = Display()
    display.finished(result("partial").model_copy(update={"problems": lost}))
    open_too = Problem(kind="unanswered", detail="no valid answer", unit="article")
    display.finished(result("partial").model_copy(update={"problems": [*lost, open_too]}))
    assert [line.partition(" value not found in the text")[2] for line in capsys.readouterr().err.splitlines()] == [
        ", 2 parts of answers dropped, 3 questions, 1.2 s",
    ] * 2


class Clock:
    """Seconds as a test says."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_log_is_told_of_a_long_article_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    display = Display(clock)
    display.expect(2)
    counted: list[str] = []

    def begin(name: str, questions: int) -> None:
        display.begun(name, lambda: counted.append(name) or questions)  # type: ignore[func-returns-value]

    begin("a", 22)
    for clock.now in range(1, 66):  # an answer each second
        display.answered(RESPONSE)
        display.look()
    display.finished(result())
    begin("b\x1b[2J", 3)
    for clock.now in range(66, 90):  # a short one: nothing
        display.look()
    display.finished(result(name="b\x1b[2J"))
    for clock.now in range(90, 190, 10):  # nothing is under way
        display.look()
    said = [line for line in capsys.readouterr().err.splitlines() if not line[0].isalpha()]
    assert said == ["  a: 30 of 30 questions answered, 30 s", "  a: 60 of 60 questions answered, 60 s"]
    assert counted == ["a"]  # only for who waits long, and once
    begin("c\x1b[2J", 22)
    clock.now += 30
    display.answered(RESPONSE)
    display.look()
    begin("d", 3)
    clock.now += 30
    display.look()
    display.finished(result(name="d"))
    display.finished(result(name="c\x1b[2J"))
    begin("by rules", 0)
    clock.now += 30
    display.look()
    said = [line for line in capsys.readouterr().err.splitlines() if not line[0].isalpha()]
    assert said == [
        "  c␛[2J: 1 of 22 questions answered, 30 s",
        "  2 of 2 articles done, 2 under way: 66 questions answered, 240 s",
        "  by rules: 30 s",
    ]


@pytest.mark.parametrize("terminal", [False, True])
def test_who_looks_at_the_clock_does_so_in_a_log_and_until_the_end(
    monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    if terminal:
        on_terminal(monkeypatch)
    monkeypatch.setattr(progress, "_LOOK_SECONDS", 0.001)
    looked = threading.Event()
    monkeypatch.setattr(Display, "look", lambda display: looked.set())
    with Display():
        assert looked.wait(0.2 if terminal else 60) != terminal
    left = [thread for thread in threading.enumerate() if thread.name == "look"]
    for thread in left:
        thread.join(60)
    assert not any(thread.is_alive() for thread in left)


def test_a_log_is_told_of_long_steps_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    display = Display(count(0, 6).__next__)  # six seconds later each time
    for _ in range(2):
        for done in range(0, 40_000_001, 10_000_000):
            display.step("fetching", done, 40_000_000)
    display.step("loading", 0, 30_000_000)
    display.step("loading", 30_000_000, 30_000_000)
    assert capsys.readouterr().err.splitlines() == [
        "fetching the model (40 MB) …",
        "  fetching the model: 20 of 40 MB, about 12 s left",
        "fetched the model in 24 s",
    ] * 2 + ["loading the model (30 MB) …", "loaded the model in 6 s"]


def test_a_terminal_sees_how_far_a_long_step_is_and_keeps_how_long_it_took(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    with Display(count(0, 6).__next__) as display:
        for done in range(0, 40_000_001, 10_000_000):
            display.step("fetching", done, 40_000_000)
            with display.hidden():  # what goes is drawn once more before
                pass
    shown = visible(terminal.getvalue())
    assert "fetching the model: 30 of 40 MB, about 6 s left" in shown
    assert "fetched the model in 24 s\n" in shown.replace("\r", "")


def test_a_terminal_gets_one_bar_with_articles_tokens_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    with Display() as display:
        display.expect(2)
        display.answered(RESPONSE)
        display.finished(result())
        display.answered(RESPONSE)
    shown = visible(terminal.getvalue())
    assert "1/2 articles · 2 questions · 14 tokens written · about 0 s left" in shown
    assert "a: complete, 1 value attested" in shown
    assert terminal.getvalue().endswith("\x1b[2K")  # the bar is wiped away at the end


def test_steps_and_articles_share_the_bar_and_steps_leave_it(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    with Display() as display:
        display.expect(1)
        display.step("loading", 0, 2_000_000)
        with display.hidden():  # what goes is drawn once more before
            assert "loading the model (2 MB)" in visible(terminal.getvalue())
            start = len(terminal.getvalue())
        display.step("loading", 2_000_000, 2_000_000)
        with display.hidden():
            shown = visible(terminal.getvalue()[start:])
    # A frame lists articles before steps: nothing about loading comes after them in the last one.
    assert shown.rindex("0/1 article ") > shown.rfind("loading")


def test_the_bar_is_out_of_the_way_while_results_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    output = sys.stdout
    with Display() as display:
        display.expect(1)
        assert sys.stdout is output  # results go past the bar's library
        with display.hidden():
            start = len(terminal.getvalue())
            display.answered(RESPONSE)  # from another thread
            assert terminal.getvalue()[start:] == ""
    assert "1 question " in visible(terminal.getvalue()[start:])


def test_a_line_is_no_markup_and_no_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    with Display() as display:
        display.expect(1)
        display.say("[bold]a[/bold] \x1b]0;title\x07 " + "long " * 40)
    assert "[bold]a[/bold] ␛]0;title␇ " in visible(terminal.getvalue())
    assert "\x1b]0;" not in terminal.getvalue()
    assert "long " * 39 in visible(terminal.getvalue())  # not wrapped by us


def test_without_a_bar_nothing_is_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    display = Display()
    with display.hidden():
        display.say("a line")
    assert capsys.readouterr().err == "a line\n"


def test_how_many_there_are_is_told_as_far_as_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int | None] = []
    monkeypatch.setattr(Display, "expect", lambda display, articles: told.append(articles))
    counted = threading.Event()

    def count() -> int:
        assert counted.wait(10)
        return 7  # a blank line is among them

    tally = Tally(Display(), count)
    names = tally.todo(name for name in tally.read("abcdef") if name not in "bc")
    assert (next(names), told) == ("a", [None])
    counted.set()
    while len(told) < 2:
        threading.Event().wait(0.001)
    assert list(names) == ["d", "e", "f"]
    assert told == [None, 7, 5, 5, 5, 4]  # two are done already; at the end it is known


def test_without_a_total_a_terminal_sees_how_many_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    with Display() as display:
        display.expect(None)
        display.finished(result())
        with display.hidden():  # what goes is drawn once more before
            shown = visible(terminal.getvalue())
        display.expect(2)
        display.finished(result(name="b"))
    assert "1 article · 0 questions" in shown
    assert "left" not in shown
    assert "2/2 articles" in visible(terminal.getvalue())


# Questions of a list


def test_a_log_is_told_now_and_then_how_many_questions_are_answered(capsys: pytest.CaptureFixture[str]) -> None:
    now = iter([0.0, 100.0, 110.0, 131.0, 140.0, 150.0])
    display = Display(clock=lambda: next(now))
    for done in range(5):
        display.asked(done, 4)
    assert capsys.readouterr().err.splitlines() == [
        "  2 of 4 questions answered, about 31 s left",
        "  4 of 4 questions answered",
    ]


def test_a_terminal_gets_a_bar_of_questions_with_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = on_terminal(monkeypatch)
    now = iter([0.0, 0.0, 10.0])
    with Display(clock=lambda: next(now)) as display:
        display.asked(0, 3)
        display.asked(1, 3)
    assert "1 of 3 questions answered, about 20 s left" in stream.getvalue()
