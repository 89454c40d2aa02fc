"""Evaluations that could fool a reader: floors that are none, figures that do not follow, impossible numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.cli.scores import evaluate_command
from eval.evaluation import load_evaluation, save_evaluation
from eval.harness import GoldSet, load_gold
from eval.scoring.metrics import Tally
from extract.errors import GoldError, RunFileError
from extract.records.results import ArticleResult, Run, Spend
from tests.small_gold import (
    ATTACK,
    Json,
    failed,
    make_run,
    perfect,
    result,
    run_file,
    score,
    signature,
    write_gold,
    wrong_value,
)


@pytest.fixture
def gold(tmp_path: Path) -> GoldSet:
    return load_gold(write_gold(tmp_path / "gold"), ATTACK)


def asked(rows: dict[str, ArticleResult]) -> dict[str, ArticleResult]:
    """The same lines, all asked live."""
    live = Spend(requests=2, attempts=2, input_tokens=1000, output_tokens=100)
    return {name: row.model_copy(update={"usage": live}) for name, row in rows.items()}


def repeats(*rows: dict[str, ArticleResult]) -> list[Run]:
    return [make_run(lines, signature(sample=sample)) for sample, lines in enumerate(rows)]


def backwards(rows: dict[str, ArticleResult]) -> dict[str, ArticleResult]:
    return dict(reversed(rows.items()))


NO_MODEL = {name: row.model_copy(update={"usage": Spend()}) for name, row in perfect().items()}
WRONG = {**perfect(), "north": result("north", wrong_value)}


@pytest.mark.parametrize(
    ("rows", "floor", "noise"),
    [
        ([perfect()], None, "one repeat"),
        ([perfect(), perfect()], None, "equal replays"),
        ([perfect(), backwards(perfect())], None, "equal replays"),
        ([asked(perfect()), asked(perfect())], None, "one order"),
        ([asked(perfect()), backwards(asked(perfect()))], 0.0, "measured"),
        ([asked(perfect()), asked(WRONG)], 1 / 55, "measured"),
        ([perfect(), WRONG], 1 / 55, "recorded"),
        ([NO_MODEL, NO_MODEL], None, "no model"),
        ([perfect(), {**perfect(), "north": failed("north")}], None, "incomplete"),
    ],
)
def test_a_noise_floor_is_measured_or_there_is_none(
    gold: GoldSet, rows: list[dict[str, ArticleResult]], floor: float | None, noise: str
) -> None:
    found = score(gold, *repeats(*rows))
    assert (found.noise_floor, found.noise) == (pytest.approx(floor) if floor else floor, noise)


def test_equal_figures_of_different_answers_are_a_floor_of_zero(gold: GoldSet) -> None:
    surer = {**perfect(), "north": result("north").model_copy(update={"confidence": {"/events/0/kind": 0.7}})}
    found = score(gold, *repeats(perfect(), surer))
    assert (found.noise_floor, found.noise) == (0.0, "recorded")


def test_the_floor_of_an_older_document_is_believed_unless_it_is_zero(gold: GoldSet, tmp_path: Path) -> None:
    data = json.loads(score(gold, *repeats(perfect(), WRONG)).model_dump_json())
    del data["noise"]
    for article in (article for repeat in data["repeats"] for article in repeat["articles"]):
        del article["questions"], article["unanswered"]
    for floor, read in ((0.02, 0.02), (0.0, None)):
        (tmp_path / "old.json").write_text(json.dumps({**data, "noise_floor": floor}), encoding="utf-8")
        old = load_evaluation(tmp_path / "old.json")
        assert (old.noise_floor, old.noise, old.gaps) == (read, None, None)


def _first(data: Json) -> Json:
    article: Json = data["repeats"][0]["articles"][0]
    return article


FOOLS: list[tuple[str, Callable[[Json], object], str]] = [
    ("better F1", lambda d: d["figures"]["overall"].update(f1=0.99), "figures of 'overall' do not follow"),
    ("better counts", lambda d: d["figures"]["overall"]["tally"].update(cor=99), "figures are not those of its art"),
    ("negative", lambda d: _first(d)["tallies"]["overall"].update(cor=-1), "/repeats/0/articles/0/tallies/overall/cor"),
    ("uncountable", lambda d: _first(d)["tallies"]["overall"].update(cor=10**30), "/overall/cor: Input should be less"),
    ("no repeat", lambda d: d.update(repeats=[]), "not all of the same articles, each once"),
    ("an article twice", lambda d: d["repeats"][0]["articles"].append(_first(d)), "not all of the same articles, each"),
    ("fewer in one", lambda d: d["repeats"][1]["articles"].pop(), "not all of the same articles, each once"),
    ("one sample twice", lambda d: d["repeats"][1].update(sample=0), "two of its repeats are of the same sample"),
    ("more articles", lambda d: d["signature"].update(articles=60), "its signature says .* and it holds"),
    ("no headline", lambda d: d["figures"].pop("overall"), "figures are not those of its articles"),
    ("no resamples", lambda d: d["signature"].update(resamples=0), "/signature/resamples: Input should be greater"),
    ("endless", lambda d: d["signature"].update(resamples=10**12), "/signature/resamples: Input should be less"),
    ("no level", lambda d: d["signature"].update(level=1.0), "/signature/level"),
    ("too sure", lambda d: _first(d).update(confidences=[[1.01, True]]), "/confidences/0/0"),
    ("before it began", lambda d: _first(d).update(seconds=-1), "/repeats/0/articles/0/seconds"),
    ("not a number", lambda d: d.update(seconds=float("nan")), "NaN is no number in line 1"),
    ("infinite", lambda d: d.update(noise_floor=float("inf")), "Infinity is no number in line 1"),
]


@pytest.mark.parametrize(("alter", "message"), [fool[1:] for fool in FOOLS], ids=[fool[0] for fool in FOOLS])
def test_a_document_that_does_not_agree_with_itself_is_refused(
    gold: GoldSet, tmp_path: Path, alter: Callable[[Json], object], message: str
) -> None:
    data = json.loads(score(gold, *repeats(perfect(), WRONG)).model_dump_json())
    alter(data)
    path = tmp_path / "altered.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(GoldError, match=rf"altered\.json' is not an evaluation .*: .*{message}"):
        load_evaluation(path)


def test_half_a_character_of_a_model_can_be_saved(gold: GoldSet, tmp_path: Path) -> None:
    def half(records: dict[str, list[dict[str, object]]]) -> None:
        records["quotes"].append({"evidence": "\ud83d", "speaker": "\ud83d", "text": "\ud83d"})

    save_evaluation(score(gold, make_run({**perfect(), "north": result("north", half)})), tmp_path / "half.json")
    (error,) = load_evaluation(tmp_path / "half.json").repeats[0].articles[1].errors
    assert (error.text, error.leaves[0].predicted) == ("\\ud83d", "\\ud83d")


def test_an_article_without_records_has_failed_whatever_it_says(gold: GoldSet) -> None:
    found = score(gold, make_run({**perfect(), "north": result("north").model_copy(update={"records": None})}))
    assert found.gaps is not None
    assert (found.gaps.failed, found.figures["overall"].tally) == (1, Tally(cor=40, mis=15))


def test_a_line_twice_counts_once_and_the_last_one_wins(gold: GoldSet) -> None:
    rows = [*perfect().values(), result("north", wrong_value)]
    found = score(gold, make_run(perfect()).model_copy(update={"results": rows}))
    assert found.figures["overall"].tally == Tally(cor=54, inc=1)


def test_the_same_records_twice_cost_precision(gold: GoldSet) -> None:
    def twice(records: dict[str, list[object]]) -> None:
        records["events"] *= 2
        records["quotes"] *= 2

    found = score(gold, make_run({name: result(name, twice) for name in perfect()})).figures["overall"]
    assert found.tally == Tally(cor=55, spu=55)
    assert found.f1 == pytest.approx(2 / 3)


def test_a_number_no_float_can_hold_is_only_wrong(gold: GoldSet) -> None:
    def huge(records: dict[str, list[dict[str, list[dict[str, dict[str, object]]]]]]) -> None:
        records["events"][0]["casualties"][0]["quantity"].update(value=10**400, bound="about")

    found = score(gold, make_run({**perfect(), "north": result("north", huge)}))
    assert found.figures["field/casualty.quantity.value"].tally == Tally(cor=3, inc=1)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("confidence", {"/events/0/kind": float("nan")}),
        ("confidence", {"/events/0/kind": 1.5}),
        ("seconds", -1.0),
        ("confidence", {"/events/0/kind": -0.1}),
        ("seconds", float("inf")),
        ("usage", {"requests": -1}),
    ],
)
def test_a_run_with_impossible_numbers_is_refused_with_file_and_line(
    gold: GoldSet, tmp_path: Path, key: str, value: object
) -> None:
    path = run_file(tmp_path, make_run(perfect()))
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] = json.dumps({**json.loads(lines[2]), key: value})
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = CliRunner().invoke(evaluate_command, ["--gold", str(gold.folder), "--run", str(path)])
    assert isinstance(done.exception, RunFileError)
    assert f"{path}:3: not a result line: {key}" in str(done.exception)


def test_under_the_bar_and_incomplete_have_exit_codes_of_their_own(gold: GoldSet, tmp_path: Path) -> None:
    partial = {**perfect(), "north": result("north").model_copy(update={"status": "partial"})}
    for rows, bar, code in ((perfect(), "1", 0), (WRONG, "1", 1), (partial, "0.1", 3)):
        path = run_file(tmp_path, make_run(rows))
        command = ["--gold", str(gold.folder), "--run", str(path), "--fail-under", bar]
        assert CliRunner().invoke(evaluate_command, command).exit_code == code


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"noise_floor": 0.3}, "its noise floor is 0.3, and it says of it: one repeat"),
        ({"noise": "measured"}, "its noise floor is None, and it says of it: measured"),
        ({"interval": {"low": -5, "high": 9}}, "the interval of 'overall' is none of an F1"),
        ({"interval": {"low": 0.9, "high": 0.1}}, "the interval of 'overall' is none of an F1"),
    ],
)
def test_what_contradicts_itself_is_refused_where_it_enters(
    gold: GoldSet, tmp_path: Path, change: Json, said: str
) -> None:
    path = tmp_path / "e.json"
    save_evaluation(score(gold, make_run(perfect())), path)
    document = json.loads(path.read_text(encoding="utf-8"))
    (document["figures"]["overall"] if "interval" in change else document).update(change)
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(GoldError, match="is not an evaluation") as error:
        load_evaluation(path)
    assert said in str(error.value)
