"""The benchmark of serving: its figures are what they are called, and what it posts is answered."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from eval.benchmarks.growth import within
from eval.benchmarks.serving import Row, load, memory, overload, server, table, texts
from tests.serving.served import served


def test_the_table_says_how_much_of_a_plain_loop_it_is() -> None:
    rows = [Row(0, 10, 2.0, [0.2] * 10), Row(4, 10, 4.0, [0.1] * 9 + [1.1]), Row(0, 10, 1.0, [0.1] * 10)]
    before, four, after = table(rows).rows
    assert before == ("plain loop", "5.0", "1.00", "200", "200")
    # Of (5 + 10) / 2; p99 of ten: 0.91 of the way from the ninth to the tenth, 0.1 + 0.91 * 1.0
    assert four == ("4", "2.5", "0.33", "100", "1010")
    assert after == ("plain loop", "10.0", "1.00", "100", "100")


def test_no_article_is_posted_twice() -> None:
    assert len({*texts(0, 50), *texts(50, 50)}) == 100
    assert max(map(len, texts(0, 1000))) < 200


def test_the_server_ends_when_what_asks_it_fails() -> None:
    with within(60), pytest.raises(ValueError, match="asked in vain"), server():
        raise ValueError("asked in vain")


def test_clients_are_answered_and_too_many_are_refused(tmp_path: Path) -> None:
    with served(tmp_path, "--model", "rules", "--at-once", "2", "--waiting", "16") as running:
        row = load(running.port, 4, texts(0, 8))
        asked, _ = overload(running.port, texts(8, 72))
        assert memory(running.process.pid, "VmHWM") > 50
    assert (row.articles, len(row.seconds)) == (8, 8)
    statuses = Counter(each.status for each in asked)
    assert 18 <= statuses[200] <= 72  # on a busy machine some are refused each time that they ask
    assert statuses[429] > 0
    assert set(statuses) == {200, 429}
