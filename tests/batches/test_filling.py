"""Files of requests: within the limits of a provider, and of money."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.batches.filling import Filling, Limits
from extract.batches.state import Job, Kept, Sent

LINE = 150  # bytes of a line whose body has 16, with its end
BODY = b'{"a":"12345678"}'


def fill(folder: Path, limits: Limits, count: int, price: float | None = 1.0) -> tuple[Filling, list[Sent]]:
    kept = Kept(folder / "b.json")
    kept.make_folder()
    job = Job(name="j", folder="", inputs=[], max_chars=1, settings={})
    filling = Filling(kept, job, limits, lambda read, written: price)
    taken = [filling.add(f"{number:064}", BODY, 10) for number in range(count)]
    assert sum(taken) == count - filling.too_dear - filling.too_long
    made = filling.done()
    for batch in made:
        data = kept.requests_of(batch.mark).read_bytes()
        assert (len(data), data.count(b"\n")) == (batch.size, batch.requests)
        assert kept.requests_of(batch.mark).stat().st_mode & 0o777 == 0o600
    return filling, made


@pytest.mark.parametrize(
    ("limits", "requests"),
    [
        (Limits(), [7]),
        (Limits(requests=3), [3, 3, 1]),
        (Limits(requests=7), [7]),
        (Limits(size=2 * LINE), [2, 2, 2, 1]),
        (Limits(size=3 * LINE - 1), [2, 2, 2, 1]),
        (Limits(size=LINE), [1] * 7),
    ],
)
def test_a_file_is_full_at_either_limit(limits: Limits, requests: list[int], tmp_path: Path) -> None:
    _, made = fill(tmp_path, limits, 7)
    assert [batch.requests for batch in made] == requests
    assert len({batch.mark for batch in made}) == len(made)
    assert all(batch.size <= limits.size for batch in made)


def test_a_request_that_no_file_can_hold_is_left_out(tmp_path: Path) -> None:
    filling, made = fill(tmp_path, Limits(size=LINE - 1), 2)
    assert (filling.too_long, made) == (2, [])


def test_nothing_is_begun_that_could_cost_more_than_is_left(tmp_path: Path) -> None:
    filling, made = fill(tmp_path, Limits(cost=2.5), 4)
    assert [(batch.requests, batch.most) for batch in made] == [(2, 2.0)]
    assert filling.too_dear == 2


def test_an_unknown_price_is_not_taken_for_nothing(tmp_path: Path) -> None:
    _, made = fill(tmp_path, Limits(), 2, price=None)
    assert [batch.most for batch in made] == [None]
