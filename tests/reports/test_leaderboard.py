"""The leaderboard as a table, a picture and a part of a page."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from eval.bench import Matrix, run_bench
from eval.reports.chart import Point, scatter
from eval.reports.leaderboard import (
    Leaderboard,
    marks,
    picture,
    render_leaderboard,
    save_leaderboard,
    update_page,
)
from extract.engines.runs import RunPlan
from extract.errors import UsageError
from extract.records.results import Run
from tests.fake_bench import MATRIX, Fake, bench
from tests.small_gold import write_gold

BEGIN, END = marks("attack")


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return write_gold(tmp_path / "gold")


def test_cells_are_ranked_and_say_where_answers_came_from(gold: Path) -> None:
    runner = Fake()
    board = run_bench(MATRIX, bench(gold, runner))
    # 53 of 55 leaves, nothing invented: 106/108
    assert [(cell.model, cell.source, cell.f1) for cell in board.cells] == [
        ("good", "replay", 1.0),
        ("poor", "replay", pytest.approx(106 / 108)),
    ]
    assert board.cells[0].types["quote"] == 1.0
    # per article, as if live
    assert (board.cells[0].input_tokens, board.cells[0].output_tokens, board.cells[0].cost) == (1000, 100, 0.0)
    assert [(plan.spec.cache, plan.out, plan.articles) for plan in runner.plans] == [
        ("replay", None, gold / "articles")
    ] * 2


@pytest.fixture
def board(gold: Path) -> Leaderboard:
    return run_bench(Matrix(models=("poor", "good", "broken"), prompts=("whole", "a<b")), bench(gold, Fake()))


def test_the_leaderboard_is_saved(board: Leaderboard, tmp_path: Path) -> None:
    save_leaderboard(board, tmp_path / "out")
    saved = (tmp_path / "out" / "leaderboard.json").read_text(encoding="utf-8")
    assert Leaderboard.model_validate_json(saved) == board
    assert (tmp_path / "out" / "leaderboard.md").read_text(encoding="utf-8") == render_leaderboard(board, "markdown")
    assert (tmp_path / "out" / "leaderboard.svg").read_text(encoding="utf-8") == picture(board)


def test_the_table_by_hand(board: Leaderboard) -> None:
    line = next(line for line in render_leaderboard(board, "markdown").splitlines() if line.startswith("| poor"))
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells[:4] + cells[5:7] == ["poor", "a&lt;b", "replay", "0.981", "1.000", "0.964"]
    # casualty, damage, event, quote, weapon; then tokens, seconds, dollars
    assert cells[7:] == ["1.000", "1.000", "1.000", "0.000", "1.000", "1 000", "100", "\N{EN DASH}", "$0"]


def test_the_picture_is_xml_with_a_dot_a_panel_for_what_was_measured(board: Leaderboard) -> None:
    root = ET.fromstring(picture(board))
    texts = ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "good, a<b (replay): F1 1.000" in texts
    assert "not measured" in texts  # seconds: no live result
    # four cells with figures: a dot each in the panel of tokens and in the legend
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 4 + 4


def test_a_dot_stands_where_its_numbers_say() -> None:
    root = ET.fromstring(scatter("t", "F1", ["s"], [Point("p", "g", 0.5, None, None, (30.0,))]))
    dot = next(root.iter("{http://www.w3.org/2000/svg}circle"))
    # 30 is the end of the axis (ticks of 5): left 60 + 380; half of 280 up from 40 + 280
    assert (dot.get("cx"), dot.get("cy")) == ("440.0", "180.0")


def test_the_page_is_updated_between_its_marks(board: Leaderboard, tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text(f"before\n{BEGIN}\nyesterday's table\n{END}\nafter\n", encoding="utf-8")
    assert update_page(page, board)
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}\n| model")
    assert text.endswith(f"{END}\nafter\n")
    assert "yesterday" not in text
    assert not update_page(page, board)


def test_a_page_without_marks_is_left_alone(board: Leaderboard, tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text(f"{END} {BEGIN}", encoding="utf-8")
    with pytest.raises(UsageError, match="put the lines"):
        update_page(page, board)
    assert page.read_text(encoding="utf-8") == f"{END} {BEGIN}"


def test_a_leaderboard_is_text_and_not_what_servers_make_of_it(gold: Path) -> None:
    def runner(plan: RunPlan) -> Run:
        raise UsageError("says \x1b]0;title\x07 <script>alert(1)</script> | `x` ![i](http://a.example)\nnext line")

    board = run_bench(Matrix(models=("*m*",), prompts=("<b>",)), bench(gold, runner))
    assert "\x1b" not in render_leaderboard(board)
    text = render_leaderboard(board, "markdown")
    for markup in ("\x1b", "<script", "<b>", "![", "http://", " *m*", "`x`"):
        assert markup not in text
    assert "&lt;script&gt;" in text


def test_a_picture_stays_xml_whatever_a_model_is_called() -> None:
    drawn = scatter("t\x1b", "F1", ["s\x00"], [Point("\x1b]8;;x\x07<m>\ud800", "g", 0.5, None, None, (30.0,))])
    root = ET.fromstring(drawn.encode("utf-8"))
    assert any("<m>" in "".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text"))
