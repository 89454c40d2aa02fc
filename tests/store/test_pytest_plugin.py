"""The fixture `replay` for other people's tests, run in projects of their own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from extract.store.layers import write_layer
from tests.handmade import written

pytest_plugins = ["pytester"]


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with two hand-made recordings, and the plugin loaded once, installed or not."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (pytester.path / "recordings").mkdir()
    write_layer(pytester.path / "recordings" / "two.jsonl", [written(1), written(2)])
    return pytester


def run(project: pytest.Pytester, test: str) -> pytest.RunResult:
    project.makepyfile(f"from tests.handmade import request\n\n{test}")
    return project.runpytest_inprocess("-p", "extract.store.pytest_plugin")


def test_a_test_gets_recorded_answers(project: pytest.Pytester) -> None:
    result = run(
        project,
        """
def test_it(replay):
    client = replay("recordings/two.jsonl")
    assert client.complete(request(1)).text.startswith('{"count": 1')
""",
    )
    result.assert_outcomes(passed=1)


def test_a_missing_recording_fails_with_the_comparison(project: pytest.Pytester) -> None:
    result = run(
        project,
        """
def test_it(replay):
    replay("recordings/two.jsonl").complete(request(3))
""",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*ReplayMiss*no recording answers 'sentence 3'*", "*+ Sentence 3: nine people came.*"])


def test_strict_fails_on_recordings_left_unused(project: pytest.Pytester) -> None:
    result = run(
        project,
        """
def test_some(replay):
    replay("recordings/two.jsonl", strict=True).complete(request(1))

def test_all(replay):
    client = replay("recordings/two.jsonl", strict=True)
    client.complete(request(1))
    client.complete(request(2))
""",
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*1 recordings were left unused*", f"*{written(2).key[:16]}*sentence 2*"])


def test_strict_does_not_hide_why_a_test_failed(project: pytest.Pytester) -> None:
    result = run(
        project,
        """
def test_it(replay):
    replay("recordings/two.jsonl", strict=True)
    assert 1 == 2
""",
    )
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*left unused*")
    result.stdout.fnmatch_lines(["*assert 1 == 2*"])


def test_a_file_that_is_not_there_is_named(project: pytest.Pytester) -> None:
    result = run(project, 'def test_it(replay):\n    replay("recordings/none.jsonl")\n')
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*StoreError*none.jsonl*"])


def test_loading_the_plugin_is_cheap() -> None:
    code = "import pytest, sys; before = set(sys.modules)\nimport extract.store.pytest_plugin\nprint(sorted(set(sys.modules) - before))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "['extract', 'extract.store', 'extract.store.pytest_plugin']"
