"""The benchmark of growth: its texts are what they say, and its exponent is one."""

from __future__ import annotations

import math
import time

import pytest
from click.testing import CliRunner

from eval.benchmarks.growth import (
    BOUND,
    CUE,
    FACTOR,
    HOSTILE,
    HostilePage,
    HostileSource,
    HostileText,
    exponent,
    main,
    measured,
    timed,
    within,
)

TEXTS = [each for each in HOSTILE if isinstance(each, HostileText)]
PAGES = [each for each in HOSTILE if isinstance(each, HostilePage)]
SOURCES = [each for each in HOSTILE if isinstance(each, HostileSource)]


@pytest.mark.parametrize("hostile", TEXTS, ids=lambda hostile: hostile.name)
def test_every_text_is_as_long_as_asked_and_ends_a_run(hostile: HostileText) -> None:
    text = hostile.text(2000)
    assert len(text) == 2000
    assert text.endswith("~")
    assert (CUE in text) == (hostile.place == "cued")


def test_a_placeholder_is_never_the_same_twice() -> None:
    words = HostileText("{w} {n}\n", "alone").text(5000).splitlines()[2:-1]
    assert len(set(words)) == len(words) > 100


def test_every_page_is_longer_than_asked_and_full_of_its_unit() -> None:
    for page in PAGES:
        text = page.text(400)
        assert 0.9 * FACTOR * 400 < len(text) < FACTOR * 400 + 600
        assert text.count(page.unit.split("{")[0]) >= FACTOR * 400 // 60


def test_a_page_is_read_by_the_way_that_files_are() -> None:
    (seconds,) = measured(HostilePage("<!---->", "before"), [1000])
    assert 0 < seconds < 60


@pytest.mark.parametrize("hostile", SOURCES, ids=lambda hostile: hostile.name)
def test_values_can_be_looked_for_in_every_text(hostile: HostileSource) -> None:
    text = hostile.text(300)
    assert len(text) == 300
    hostile.read(text)


@pytest.mark.parametrize("power", [1.0, 2.0])
def test_the_exponent_is_the_slope_over_the_last_tenfold(power: float) -> None:
    sizes = [5_000, 20_000, 40_000, 200_000]
    assert exponent(sizes, [9.9, *(1e-5 * size**power for size in sizes[1:])]) == pytest.approx(power)


def test_what_was_given_up_is_over_every_bound() -> None:
    assert timed(lambda text: [None for _ in iter(int, 1)], "", 0.01) == math.inf
    assert exponent([1000, 10_000], [0.1, math.inf]) > BOUND
    assert exponent([1000, 10_000, 20_000], [0.1, math.inf]) > BOUND


def test_what_others_take_of_the_machine_is_no_computing() -> None:
    assert timed(lambda text: time.sleep(0.3), "", 0.05) < 0.05


def test_what_is_in_time_is_let_alone() -> None:
    with within(60, computing=True):
        pass
    (seconds,) = measured(HostileText("A bomb killed {n} people in {w}.\n", "alone"), [1000])
    assert 0 < seconds < math.inf


@pytest.mark.parametrize("sizes", [["300"], ["300", "300"], ["300", "30000"], ["0", "1"]])
def test_growth_is_between_two_sizes(sizes: list[str]) -> None:
    options = [option for size in sizes for option in ("--size", size)]
    result = CliRunner().invoke(main, [*options, "--unit", "Ann "])
    assert result.exit_code == 2
    assert "--size" in result.stderr


def test_a_unit_that_there_is_not_is_refused() -> None:
    result = CliRunner().invoke(main, ["--unit", "Ann ", "--unit", "Anne "])
    assert result.exit_code == 2
    assert "no unit 'Anne '" in result.stderr


def test_the_command_prints_a_line_for_every_text() -> None:
    result = CliRunner().invoke(main, ["--size", "300", "--size", "600", "--unit", "Ann "])
    out = result.stdout.splitlines()
    assert [line.split()[:2] for line in out[1:4]] == [["'Ann", "'"], ["'Ann", "'"], ["'Ann", "'"]]
    assert out[-1].startswith("3 texts, ")
    assert result.exit_code == (0 if out[-1].startswith("3 texts, 0 ") else 1)
