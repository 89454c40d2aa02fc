"""How far reading is, said now and then."""

from __future__ import annotations

from extract.web.pace import Pace


def test_a_line_every_ten_seconds_and_one_at_the_end() -> None:
    said: list[str] = []
    now = 0.0

    def clock() -> float:
        return now

    pace = Pace(said.append, clock)
    for done in range(1, 11):
        now += 6
        pace.told(f"https://news.example/{done}", done, 10)
    assert said[0] == "read 2 of 10: https://news.example/2; about 48 s left"
    assert said[-1] == "read 10 of 10: https://news.example/10"
    assert len(said) == 5
