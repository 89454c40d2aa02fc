"""The document of a comparison with peers, and its tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.peers.__main__ import main
from eval.peers.standings import (
    ArticleStanding,
    PeerStanding,
    Standings,
    load_standings,
    render_standings,
    results_file,
    update_page,
)
from eval.scoring.metrics import Tally
from extract.errors import GoldError


def row(name: str, tally: Tally, seconds: float, written: int, **more: object) -> ArticleStanding:
    numbers = {"requests": 1, "input_tokens": 1000, "output_tokens": written, "cut": 0, **more}
    tallies = {"overall": tally, "type/event": tally, "type/quote": Tally()}
    return ArticleStanding.model_validate({"article_id": name, "seconds": seconds, "tallies": tallies, **numbers})


@pytest.fixture
def document() -> Standings:
    found = Tally(cor=6, inc=1, mis=2, spu=1)
    ours = [row("a", found, 20.0, 100), row("b", found, 40.0, 300)]
    other = [
        row("a", Tally(cor=1, mis=8, spu=7), 60.0, 900, cut=1),
        row("b", Tally(mis=9), 360.0, 0, problem="timeout"),
    ]
    return Standings(
        measured_on="2026-11-22",
        model="local/m@sha256:cc",
        context_tokens=8192,
        slots=4,
        timeout=360,
        cores=2,
        machine="Linux x86_64",
        gold_sha256="0123456789abcdef",
        scoring=1,
        versions={"instructor": "1.17.0"},
        peers=[
            PeerStanding(name="ours", setting="s", server_peak=2_000_000_000, peer_peak=500_000_000, articles=ours),
            PeerStanding(name="other", setting="t", server_peak=2_000_000_000, articles=other),
        ],
    )


def test_the_tables_say_what_is_right_and_what_it_costs(document: Standings) -> None:
    text = render_standings(document, "markdown")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    # ours: COR 12, INC 2, MIS 4, SPU 2: P 12/16, R 12/18, F1 24/34. other: COR 1, MIS 17, SPU 7: 1/8, 1/18, 2/26
    assert rows[0] == ["peer", "strict F1", "P", "R", "event", "quote"]
    assert rows[2] == ["ours", "0.706", "0.750", "0.667", "0.706", "–"]
    assert rows[3] == ["other", "0.077", "0.125", "0.056", "0.077", "–"]
    assert rows[6] == ["ours", "30.0 s", "1 000", "200", "2.50 GB", "0 of 2", "0 of 2"]
    assert rows[7] == ["other", "210 s (7.0×)", "1 000 (1.0×)", "450 (2.2×)", "–", "1 of 2", "1 of 2"]
    assert "- other: t" in text
    assert "8192 × 4 slots | given up after 360 s | Linux x86_64, 2 cores | 2026-11-22 | instructor 1.17.0" in text


def test_a_saved_comparison_is_printed_without_running_anything(document: Standings, tmp_path: Path) -> None:
    path = tmp_path / "peers.json"
    path.write_text(document.model_dump_json(), encoding="utf-8")
    result = CliRunner().invoke(main, ["--render", str(path)])
    assert result.exit_code == 0
    assert result.stdout == render_standings(load_standings(path))


def test_another_document_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"format": "attested-peers-0"}', encoding="utf-8")
    with pytest.raises(GoldError, match=r"x\.json' is not a comparison of peers \(attested-peers-1\)"):
        load_standings(tmp_path / "x.json")
    result = CliRunner().invoke(main, ["--render", str(tmp_path / "x.json")])
    assert (result.exit_code, result.stdout) == (2, "")


def test_every_task_has_a_place_of_its_own_in_a_page(document: Standings, tmp_path: Path) -> None:
    assert document.task == "attack"  # what older documents do not say
    diplomacy = document.model_copy(update={"task": "diplomacy", "peers": document.peers[:1]})
    page = tmp_path / "README.md"
    begin = "written by python -m eval.peers --render eval/results"
    page.write_text(
        f"<!-- peers attack: {begin}/attack/peers.json --update docs/evaluation.md -->\n<!-- /peers attack -->\n\nDiplomacy:\n\n"
        f"<!-- peers diplomacy: {begin}/diplomacy/peers.json --update docs/evaluation.md -->\n<!-- /peers diplomacy -->\n",
        encoding="utf-8",
    )
    assert update_page(page, diplomacy)
    assert update_page(page, document)
    assert not update_page(page, diplomacy)
    first, second = page.read_text(encoding="utf-8").split("Diplomacy:")
    assert render_standings(document, "markdown") in first
    assert render_standings(diplomacy, "markdown") in second
    assert results_file("diplomacy").as_posix() == "eval/results/diplomacy/peers.json"
