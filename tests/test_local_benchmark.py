"""The benchmark of local runs: its articles are what it says, and the run that it makes of many lines is one."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

from eval.benchmarks import local
from eval.benchmarks.local import LAST, Measured, Row, fast_server, measured, multiply, table
from tests.commands import extract


def test_made_up_articles_are_short_and_different() -> None:
    texts = {local.text(number) for number in range(2_000)}
    assert len(texts) == 2_000
    assert max(map(len, texts)) < 200


def test_a_run_of_many_lines_is_continued_with_the_last_ones(tmp_path: Path) -> None:
    source, out = local.write_articles(tmp_path / "a.jsonl", 2), tmp_path / "rules.jsonl"
    extract("run", str(source), "--model", "rules", "-o", str(out))
    multiply(out, tmp_path / "many.jsonl", tmp_path / "many-run.jsonl", 100)
    done = extract("run", str(tmp_path / "many.jsonl"), "--model", "rules", "-o", str(tmp_path / "many-run.jsonl"))
    assert f"{LAST} articles written" in done.stderr
    assert f"continued: {100 - LAST} were complete already" in done.stderr


def test_its_server_answers_at_once_in_the_form_of_the_task() -> None:
    with fast_server() as url:
        request = urllib.request.Request(f"{url}/chat/completions", b"{}")
        answers = [json.load(urllib.request.urlopen(request, timeout=10)) for _ in range(3)]
    assert {answer["choices"][0]["message"]["content"] for answer in answers} == {local.ANSWER}


def test_memory_and_rates_are_told(tmp_path: Path) -> None:
    seen = measured(10, "-c", "import time; kept = bytearray(50_000_000); time.sleep(0.7)")
    assert 50 < seen.own < 150
    assert seen.own == seen.all
    lines = table(
        [Row("a", Measured(100, 10.0, 1.0, 2.0), ""), Row("b", Measured(100, 5.0, 1.0, 2.0), "a")]
    ).splitlines()
    assert "2.00 × a" in lines[-1]
