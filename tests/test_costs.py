from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eval.costs import ASSUMED, MANY, MARKS, RECORDINGS, RESULTS, Assumed, Measured, command, measure, ways
from extract.errors import GoldError, UsageError
from extract.files.documents import load_document
from extract.models.prices import Prices

MEASURED = Measured(
    articles=5, characters=3000, read=4000, shared=3000, written=1000, rules=0.5, embedded=10.0
)  # fmt: skip
MINE = """
[[currency]]
usd_per_eur = 2.0
source = "nobody"
read_on = 2026-01-01

[[machines]]
name = "four cores"
hour = { eur = 0.36 }
cores = 4
source = "nobody"
read_on = 2026-01-01

[[machines]]
name = "a card"
hour = { usd = 7.2 }
tokens_per_second = 2000
source = "nobody"
read_on = 2026-01-01

[[hosted]]
model = "openai/mine"
"""
PRICES = {
    "format": "attested-prices-1",
    "models": {"openai/mine": {"input": 1.0, "output": 4.0, "as_of": "2026-01-01"}},
}


def assumed(tmp_path: Path, text: str = MINE) -> Assumed:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return load_document(path, Assumed, "list of prices and speeds", UsageError)


def test_costs_follow_from_what_was_measured_and_what_is_assumed(tmp_path: Path) -> None:
    found = list(ways(MEASURED, assumed(tmp_path), Prices.model_validate(PRICES)))
    # Four cores do twice what two do; 0.36 EUR an hour is 0.0001 a second.
    assert [round(way.an_hour or 0) for way in found] == [14400, 720, 3600, 0, 0]
    # 0.25 s and 5 s on the node; 2000 new tokens take the card a second, of 3.6 EUR an hour.
    assert [round(way.euros or 0) for way in found[:3]] == [25, 500, 1000]
    # 4000 tokens at $1 and 1000 at $4 are $0.008, 0.004 EUR, and half of that in batches.
    assert [round(way.euros or 0) for way in found[3:]] == [4000, 2000]
    assert MANY == 1_000_000


def test_a_model_without_a_price_has_none(tmp_path: Path) -> None:
    *_, hosted, batched = ways(MEASURED, assumed(tmp_path), Prices(format="attested-prices-1"))
    assert hosted.euros is None
    assert batched.euros is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("hour = { eur = 0.36 }", "hour = { eur = 0.36, usd = 1.0 }", "needs eur or usd"),
        ("cores = 4", "", "needs cores or tokens_per_second"),
        ("usd_per_eur = 2.0", "usd_per_eur = 0", "greater than 0"),
        ("cores = 4", "cores = 4\nkernels = 2", "not permitted"),
    ],
)
def test_a_wrong_list_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        assumed(tmp_path, MINE.replace(old, new))


def test_a_wrong_list_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("x", encoding="utf-8")
    done = run("--assumed", str(tmp_path / "mine.toml"))
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "mine.toml' is not a list of prices and speeds" in done.stderr


def test_the_page_has_the_figures_that_the_command_computes(tmp_path: Path) -> None:
    page = tmp_path / "costs.md"
    shutil.copy("docs/costs.md", page)
    done = run("--update", str(page))
    assert done.exit_code == 0, done.output
    assert page.read_bytes() == Path("docs/costs.md").read_bytes()
    assert MARKS[0] in page.read_text(encoding="utf-8")


def test_every_figure_that_is_not_ours_has_its_source() -> None:
    found = load_document(ASSUMED, Assumed, "list of prices and speeds", UsageError)
    assert all(each.source and each.read_on.year >= 2026 for each in (*found.currency, *found.machines))


def test_what_was_not_measured_is_told(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="make results"):
        measure(RECORDINGS, tmp_path)
    assert measure(RECORDINGS, RESULTS).read > measure(RECORDINGS, RESULTS).shared > 0


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)
