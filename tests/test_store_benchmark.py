"""The store's benchmark: its made-up recordings are real ones, and its ratios are what they say."""

from __future__ import annotations

from eval.benchmarks.store import INSERTS, Row, measure, table, written
from extract.store import recordings


def test_a_made_up_recording_is_answered_by_the_real_code() -> None:
    for number in (1, 99_999):
        item = written(number)
        answer = recordings.answer(item.line, item.key, "here")
        assert f'"value": {number},' in answer.text
    assert written(1).key != written(2).key


def test_a_hit_is_compared_with_diskcache_at_the_same_size() -> None:
    rows = [
        Row("attested, working store", 1_000, 50_000.0, 9_000.0),
        Row("diskcache + json.loads", 1_000, 75_000.0, 12_000.0),
        Row("attested, working store", 100_000, 40_000.0, None),
        Row("diskcache + json.loads", 100_000, 30_000.0, 11_000.0),
    ]
    lines = [line.split() for line in table(rows).splitlines() if "working store" in line]
    assert [line[5] for line in lines] == ["1.50", "0.75"]  # 75/50 and 30/40


def test_what_can_be_written_is_measured_writing_and_everything_reading() -> None:
    rows = measure([INSERTS], ["attested, working store", "attested, recordings file", "diskcache + json.loads"])
    assert [row.inserts is not None for row in rows] == [True, False, True]
    assert all(row.lookups > 0 for row in rows)
