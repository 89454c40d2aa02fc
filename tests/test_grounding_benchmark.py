"""The growth of grounding is measured as it should be; how fast it is, no test says."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from eval.benchmarks.grounding import SIZES, TEXTS, growth, main, many_values, seconds


@pytest.mark.parametrize("power", [1, 2, 3])
def test_the_exponent_is_that_of_the_times(power: int) -> None:
    times, exponent = growth(lambda size: 1e-9 * size**power)
    assert len(times) == len(SIZES)
    assert exponent == pytest.approx(power)


@pytest.mark.parametrize("piece", TEXTS)
def test_every_text_can_be_made_and_searched(piece: str) -> None:
    assert seconds(piece, TEXTS[piece], 300) >= 0


def test_the_command_says_what_it_does_and_takes_no_stray_words() -> None:
    shown = CliRunner().invoke(main, ["--help"])
    assert (shown.exit_code, "How grounding grows" in shown.stdout) == (0, True)
    assert CliRunner().invoke(main, ["--size"]).exit_code == 2


def test_many_values_can_be_looked_for() -> None:
    assert many_values(300) >= 0
