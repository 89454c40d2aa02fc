"""Calibrations: what a fit finds in made-up runs, and what it says of articles left out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from eval.cli.scores import calibrate_command
from eval.fitting import Samples, _chosen, _constant, _weights, fit, shift
from eval.harness import GoldSet, load_gold
from eval.reports.calibration_report import render_calibration
from extract.errors import GoldError
from tests.small_gold import ATTACK, invented_casualty, make_run, perfect, result, run_file, write_gold, wrong_value


@pytest.fixture
def gold(tmp_path: Path) -> GoldSet:
    return load_gold(write_gold(tmp_path / "gold"), ATTACK)


def test_a_field_that_is_wrong_more_often_is_believed_less(gold: GoldSet) -> None:
    flawed = {name: result(name, wrong_value) for name in ("north", "south")}
    fitted = fit(make_run({**perfect(), **flawed, "east": result("east", invented_casualty)}), gold)
    fields = fitted.calibration.fields
    assert fields["casualty.quantity.value"] == min(fields.values())
    assert fields["event.kind"] > 0
    assert len(fitted.confidence) == len(fitted.right)
    assert "Share of all wrong values" in render_calibration(fitted)


def test_where_nothing_is_wrong_nothing_can_be_fitted(gold: GoldSet) -> None:
    with pytest.raises(GoldError, match="right and wrong values in at least two"):
        fit(make_run(perfect()), gold)


def test_a_run_that_read_another_text_is_refused(gold: GoldSet) -> None:
    other = result("south", wrong_value).model_copy(update={"text_sha256": "0" * 64})
    with pytest.raises(GoldError, match="'south' of the run is another text"):
        fit(make_run({**perfect(), "north": result("north", wrong_value), "south": other}), gold)


def test_a_constant_of_its_own_makes_as_many_right_as_are_believed(gold: GoldSet) -> None:
    flawed = {name: result(name, wrong_value) for name in ("north", "south")}
    run = make_run({**perfect(), **flawed})
    base = fit(run, gold).calibration
    fitted = shift(run, gold, base.model_copy(update={"constant": base.constant + 2}))
    moved = fitted.calibration
    assert (moved.fields, moved.signs) == (base.fields, base.signs)
    assert moved.constant == pytest.approx(base.constant, abs=0.2)  # the penalties of `fit` hold its own back a little
    assert moved.fitted_on.startswith(f"{base.fitted_on}; the constant on ")
    assert len(fitted.confidence) == len(fitted.right)


def test_a_calibration_is_shifted_for_what_it_was_fitted_on_alone(gold: GoldSet) -> None:
    run = make_run({**perfect(), "north": result("north", wrong_value), "south": result("south", wrong_value)})
    base = fit(run, gold).calibration.model_copy(update={"prompts": "whole"})
    with pytest.raises(GoldError, match="the calibration is for whole with "):
        shift(run, gold, base)


def test_the_command_writes_a_calibration_and_takes_it_again_for_its_constant(tmp_path: Path) -> None:
    write_gold(tmp_path / "gold")
    flawed = {name: result(name, wrong_value) for name in ("north", "south")}
    run = run_file(tmp_path, make_run({**perfect(), **flawed}))
    first, moved = tmp_path / "first.json", tmp_path / "moved.json"
    fixed = [str(run), "--gold", str(tmp_path / "gold")]
    assert CliRunner().invoke(calibrate_command, [*fixed, "-o", str(first)]).exit_code == 0
    done = CliRunner().invoke(calibrate_command, [*fixed, "--from", str(first), "-o", str(moved)])
    assert done.exit_code == 0, done.output
    before, after = (json.loads(path.read_text(encoding="utf-8")) for path in (first, moved))
    assert (after["fields"], after["signs"]) == (before["fields"], before["signs"])
    assert after["fitted_on"].startswith(f"{before['fitted_on']}; the constant on 4 articles")


def test_a_constant_is_found_however_far_it_is() -> None:
    right = np.array([1.0, 1, 1, 0] * 10)
    for far in (-60.0, -3, 0, 3, 60):
        assert _constant(np.full(40, far), right) == pytest.approx(np.log(3) - far, abs=1e-4)


def samples(sign: list[float], right: list[float]) -> Samples:
    n = len(right)
    return Samples(
        np.arange(n) % 4, ["a.b"], np.zeros(n, dtype=np.int64), ["s"], np.array([[s] for s in sign]), np.array(right)
    )


def test_a_sign_counts_where_it_tells_right_from_wrong() -> None:
    telling = samples([1.0, 1, 1, 1, 0, 0, 0, 0] * 10, [0.0, 0, 0, 0, 1, 1, 1, 1] * 10)
    assert _chosen(telling, np.ones(80, dtype=bool)) == [0]
    idle = samples([1.0, 1, 1, 1, 0, 0, 0, 0] * 10, [0.0, 1, 0, 1, 0, 1, 0, 1] * 10)
    assert _chosen(idle, np.ones(80, dtype=bool)) == []


def test_weights_are_those_of_a_logistic_fit() -> None:
    # three right of four: the constant alone is the logit of 0.75
    weights = _weights(np.ones((40, 1)), np.array([1.0, 1, 1, 0] * 10), 0)
    assert weights[0] == pytest.approx(np.log(3), abs=1e-4)
