"""The store's benchmark: its made-up recordings are real ones, and everything that keeps them is measured."""

from __future__ import annotations

from eval.benchmarks.store import measure, written
from extract.store import recordings


def test_a_made_up_recording_is_answered_by_the_real_code() -> None:
    for number in (1, 99_999):
        item = written(number)
        answer = recordings.answer(item.line, item.key, "here")
        assert f'"value": {number},' in answer.text
    assert written(1).key != written(2).key


def test_lookups_of_every_contender_are_measured_at_every_size() -> None:
    names = ["attested, working store", "attested, recordings file", "diskcache + json.loads"]
    rates = measure([20, 40], names)
    assert {size: list(found) for size, found in rates.items()} == {20: names, 40: names}
    assert all(rate > 0 for found in rates.values() for rate in found.values())
