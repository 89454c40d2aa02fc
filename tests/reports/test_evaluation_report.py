"""Evaluations as text: every number in its form, every part there when there is something to say."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from eval.comparison import compare
from eval.evaluation import Evaluation
from eval.reports import notation
from eval.reports.comparison_report import render_comparison
from eval.reports.evaluation_report import WORST, render_evaluation, signature_line
from eval.reports.report import shown
from eval.stats import Interval
from tests.small_gold import (
    evaluation,
    failed,
    invented_casualty,
    no_quote,
    perfect,
    result,
    write_gold,
)

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return write_gold(tmp_path / "gold")


def row(text: str, first: str) -> list[str]:
    """The cells of the table line that begins with these words."""
    line = next(line for line in text.splitlines() if line.startswith(first + " "))
    return line.removeprefix(first).split()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (notation.share(0.91666), "0.917"),
        (notation.share(None), DASH),
        (notation.change(0.0341), "+0.034"),
        (notation.change(-0.0341), f"{MINUS}0.034"),
        (notation.interval(Interval(0.5, 1.0)), f"0.500{DASH}1.000"),
        (notation.change_interval(Interval(-0.1, 0.2)), f"{MINUS}0.100 to +0.200"),
        (notation.percent(1, 3), "33.3 %"),
        (notation.percent(0, 0), DASH),
        (notation.p_value(0.0004), "<0.001"),
        (notation.p_value(0.25), "0.250"),
        (notation.count(1234567), "1 234 567"),
        (notation.seconds(12.34), "12.3 s"),
        (notation.seconds(1234.5), "1 234 s"),
        (notation.dollars(0.0), "$0"),
        (notation.dollars(0.01234), "$0.0123"),
        (notation.dollars(12.3), "$12.30"),
        (notation.dollars(None), "unknown"),
    ],
)
def test_numbers(written: str, expected: str) -> None:
    assert written == expected


def test_tables_by_hand(gold: Path) -> None:
    text = render_evaluation(evaluation(gold, {**perfect(), "north": result("north", no_quote)}))
    # 53 right, 2 missed of 55: F1 106/108, precision 1, recall 53/55
    assert row(text, "all leaves")[0] == "0.981"
    assert row(text, "all leaves")[2:] == ["1.000", "0.964", "0.981", "53", "0", "0", "2", "0"]
    assert row(text, "quote")[:1] == ["0.000"]
    assert row(text, "quote")[-2:] == ["0.000", DASH]  # exact; no flat view of what has no parent
    assert row(text, "north") == ["complete", "0.929", "1.000", "0.867", "13", "0", "0", "2", "0", "0.2", "s"]
    assert row(text, "event.date (apart)")[0] == DASH  # no article has one


def test_worst_errors_come_first_with_their_text(gold: Path) -> None:
    rows = {**perfect(), "north": result("north", no_quote), "east": result("east", invented_casualty)}
    lines = render_evaluation(evaluation(gold, rows)).splitlines()
    start = lines.index("Worst errors")
    assert lines[start + 1 : start + 8] == [
        "- casualty invented, east /events/0/casualties/1",
        "    outcome: invented 'injured'; quantity.value: invented 5; quantity.bound: invented 'exact'; who: invented",
        "    'women'",
        "    in: A bomb exploded",
        "- quote missed, north /quotes/0",
        "    speaker: missed 'Ana Petrenko'; text: missed 'We will rebuild,'",
        "    in: “We will rebuild,” said Ana Petrenko.",
    ]


def test_a_long_list_of_errors_is_cut_and_says_so(tmp_path: Path) -> None:
    gold = write_gold(tmp_path / "many", copies=12)
    rows = {**perfect(12), **{f"east-{n}": result(f"east-{n}", invented_casualty) for n in range(12)}}
    text = render_evaluation(evaluation(gold, rows))
    assert text.count("- casualty invented") == WORST
    assert f"- and {12 - WORST} more" in text


def test_failures_and_unlabelled_articles_are_said(gold: Path) -> None:
    stray = result("east").model_copy(update={"article_id": "west"})
    text = render_evaluation(evaluation(gold, {**perfect(), "north": failed("north"), "west": stray}))
    assert text.startswith("Incomplete: 1 of 4 articles failed, 0 are partial; what is missing counts as missed.\n")
    assert "Not scored, no label: west." in text
    assert row(text, "north")[0] == "failed"


def test_repeats_show_their_noise(gold: Path) -> None:
    text = render_evaluation(evaluation(gold, perfect(), {**perfect(), "north": result("north", no_quote)}))
    # 1 against 106 / 108; the answers were replayed, but they differ
    assert f"Noise floor over 2 recorded repeats: {1 - 106 / 108:.3f} F1." in text
    text = render_evaluation(evaluation(gold, perfect(), {**perfect(), "north": failed("north")}))
    assert "Noise floor: none: a repeat is incomplete." in text
    assert row(text, "north")[0] == "complete/failed"
    assert "Noise floor: none: replays of equal answers show nothing" in render_evaluation(
        evaluation(gold, perfect(), perfect())
    )


def test_few_clusters_are_warned_about(gold: Path, tmp_path: Path) -> None:
    warning = "Intervals rest on 3 clusters of articles and are narrower than they should be."
    assert warning in render_evaluation(evaluation(gold, perfect()))
    many = write_gold(tmp_path / "many", copies=8)
    assert "narrower" not in render_evaluation(evaluation(many, perfect(8)))


def test_labels_that_began_as_drafts_stand_apart(tmp_path: Path) -> None:
    drafted = write_gold(tmp_path / "drafted", drafted_from="local/small")
    text = render_evaluation(evaluation(drafted, perfect()))
    assert f"F1 1.000 on the labels that began as a model's draft, {DASH} on the others." in text


def test_cost_says_replay_live_and_unknown(gold: Path) -> None:
    text = render_evaluation(evaluation(gold, perfect(), model="openai/gpt-4.1"))
    assert "Answers: replay of recordings, so the seconds are not the model's." in text
    assert "Now: 0 tokens in, 0 out, 1.0 s, $0." in text
    # 4 x (1000 x 2 + 100 x 8) dollars a million
    assert "Live: 4 000 tokens in, 400 out, $0.0112 at the prices of 20" in text
    assert "12 attempts at 8 requests, failed ones included." in text
    assert "unknown" in render_evaluation(evaluation(gold, perfect(), model="nobody/knows"))


def test_calibration_is_shown_when_there_is_confidence(gold: Path) -> None:
    sure = result("north").model_copy(update={"confidence": {"/events/0/kind": 0.9}})
    text = render_evaluation(evaluation(gold, {**perfect(), "north": sure}))
    assert "1 leaves with a confidence, Brier score 0.010 (0 is best)." in text
    assert "Brier" not in render_evaluation(evaluation(gold, perfect()))


def test_the_signature_holds_what_repeats_the_figures(gold: Path) -> None:
    found = evaluation(gold, perfect())
    line = " | ".join(signature_line(found.signature).parts)
    assert line == (
        f"gold {found.signature.gold_sha256[:8]} | prompts attack/sentence abababab | model local/small"
        " | schema cdcdcdcd | scoring 1 | n 4 in 3 clusters | repeats 1 | resamples 500 | seed 12345 | attested 9.9"
    )
    assert render_evaluation(found).splitlines()[-1] == line


def test_markdown_has_the_same_numbers_in_pipes(gold: Path) -> None:
    found = evaluation(gold, {**perfect(), "north": result("north", no_quote)})
    text = render_evaluation(found, "markdown")
    cells = [cell.strip() for cell in next(li for li in text.splitlines() if li.startswith("| all leaves")).split("|")]
    assert cells[2:3] + cells[4:7] == ["0.981", "1.000", "0.964", "0.981"]
    assert "### Per field" in text


def test_a_reloaded_evaluation_renders_the_same(gold: Path) -> None:
    found = evaluation(gold, {**perfect(), "north": result("north", no_quote)})
    again = Evaluation.model_validate_json(found.model_dump_json())
    assert render_evaluation(again) == render_evaluation(found)


HOSTILE = "\x1b]8;;http://a.example\x07x\x1b[2J\x9b31m \u202egnp <script>alert(1)</script> | a ``` ![i](http://a.example) www.a.example"


def hostile(records: dict[str, list[dict[str, object]]]) -> None:
    """A quote nobody said, whose words steer terminals and are markup."""
    records["quotes"].append({"evidence": HOSTILE, "speaker": HOSTILE, "text": HOSTILE})


def test_texts_neither_steer_a_terminal_nor_become_markup(gold: Path) -> None:
    stray = result("east").model_copy(update={"article_id": HOSTILE})
    bad = evaluation(gold, {**perfect(), "north": result("north", hostile), "x": stray}, model=HOSTILE)
    compared = compare(evaluation(gold, perfect(), model=HOSTILE), bad)
    for text in (
        render_evaluation(bad),
        render_evaluation(bad, "markdown"),
        render_comparison(compared),
        render_comparison(compared, "markdown"),
    ):
        assert "quote invented" in text
        assert all(line.isprintable() for line in text.splitlines())
    for page in (render_evaluation(bad, "markdown"), render_comparison(compared, "markdown")):
        fence = re.search("^(`+)text$", page, re.MULTILINE)
        assert fence is not None
        assert len(fence[1]) == 4  # longer than any run of marks inside
        outside = re.sub("(?ms)^````text$.*?^````$", "", page)
        for markup in ("<script", "![", "](", "http://", "www.a", "```"):
            assert markup not in outside


@pytest.mark.parametrize("text", ["a|b", "`x`", "[x](y)", "*x*", "_x_", "<b>", "&lt;", "~~x~~", "http://x.y", "a\\|b"])
def test_what_is_shown_in_markdown_reads_as_it_was(text: str) -> None:
    escaped = shown(text, "markdown")
    assert escaped != text
    assert html.unescape(escaped) == text
    assert shown(text, "text") == text


def test_names_and_figures_stay_readable_in_markdown() -> None:
    for text in (
        "local/qwen2.5-coder-1.5b-instruct",
        "event.date_text",
        "000_4d40_x",
        "0.780\N{EN DASH}0.959",
        "+0.1",
        "$0",
    ):
        assert shown(text, "markdown") == text


def test_an_interval_without_a_width_has_a_remark(gold: Path) -> None:
    remark = "An interval without a width is no certainty"
    assert remark in render_evaluation(evaluation(gold, perfect()))
    invented = {name: result(name, invented_casualty) for name in perfect()}
    found = evaluation(gold, invented)
    wide = {
        name: figure
        for name, figure in found.figures.items()
        if figure.interval and figure.interval.low < figure.interval.high
    }
    assert remark not in render_evaluation(
        found.model_copy(update={"figures": {"overall": found.figures["overall"], **wide}})
    )


def test_one_cluster_has_no_intervals_and_says_so(tmp_path: Path) -> None:
    folder = write_gold(tmp_path)
    ids = list(perfect())
    clusters = {"format": "attested-clusters-1", "clusters": {"all": ids}}
    (folder / "clusters.json").write_text(json.dumps(clusters), encoding="utf-8")
    text = render_evaluation(evaluation(folder, perfect()))
    assert "No intervals: one cluster of articles cannot tell how much articles differ." in text
