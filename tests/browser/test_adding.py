"""Records that are added or moved: where selected words go, which lists are offered, what is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pytest
from click.testing import CliRunner
from pydantic import BaseModel

from extract.cli.main import cli
from extract.records.marks import Verbatim
from extract.records.results import read_run
from tests.browser.deskwork import choose, corrections, downloaded, field
from tests.commands import write_lines
from tests.pages import DIARY, GULLS, HERONS, REMARK, TEXT, Bird, Diary, Walk, html_of, result, run_of, write_page
from tests.recalls import begin

if TYPE_CHECKING:
    from tests.browser.conftest import Opened, Opener

pytestmark = pytest.mark.browser

TWO_WALKS = Diary(walks=[DIARY.walks[0], Walk(evidence="Nobody saw the kite that Tom Reed had promised.")])


def two_walks(tmp_path: Path) -> Path:
    """The page of a run with two walks, the second without birds."""
    return write_page(tmp_path, run_of(result(TWO_WALKS)))


def begin_walk(opened: Opened, words: str) -> None:
    opened.select(words)
    opened.pressed("a")
    opened.page.locator("#desk select").first.select_option(label="new walk")


@pytest.mark.parametrize("clicks", [1, 2])
def test_words_go_into_the_field_that_was_chosen(open_page: Opener, tmp_path: Path, clicks: int) -> None:
    opened = open_page(write_page(tmp_path))
    begin_walk(opened, "Three gulls")
    for _ in range(clicks):
        field(opened, "weather").click()
    opened.select("Nobody")
    assert field(opened, "weather").input_value() == "Nobody"
    assert field(opened, "evidence").input_value() == "Three gulls"
    field(opened, "day").click()
    opened.select("Tom Reed")
    assert "takes no words" in opened.page.locator("#status").inner_text()
    assert field(opened, "day").input_value() == ""
    field(opened, "evidence").click()
    opened.select("Three gulls flew")
    assert field(opened, "evidence").input_value() == "Three gulls flew"


def test_a_key_takes_no_words_again(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    choose(opened, "Oslo")
    opened.pressed("e")
    opened.select("Hill Point")
    field(opened, "places").evaluate("(element) => { element.focus(); element.value = 'Lake'; }")
    opened.page.keyboard.press("Shift")
    opened.page.wait_for_timeout(30)
    assert field(opened, "places").input_value() == "Lake"


class Place(BaseModel):
    name: Annotated[str, Verbatim("place")]


class Sighting(BaseModel):
    sure: bool | None = None
    place: Place | None = None


class Sightings(BaseModel):
    sightings: list[Sighting] = []


def test_words_are_not_lost_where_a_record_has_no_evidence(open_page: Opener, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(html_of(run_of(result(Sightings(), TEXT)), schema=Sightings), encoding="utf-8")
    opened = open_page(file)
    opened.select("Hill Point")
    opened.pressed("a")
    assert field(opened, "place name").input_value() == "Hill Point"
    opened.page.locator("#desk .main").click()
    (made,) = corrections(opened)
    assert made["value"] == {"sure": None, "place": {"name": "Hill Point"}}


def test_the_record_in_whose_evidence_the_words_stand_is_offered_first(open_page: Opener, tmp_path: Path) -> None:
    late = Walk(evidence="Nobody saw the kite that Tom Reed had promised.")
    early = Walk(evidence=HERONS, birds=[Bird(evidence=REMARK, name="gulls")])
    opened = open_page(write_page(tmp_path, run_of(result(Diary(walks=[late, early])))))
    opened.select("So many gulls")
    opened.pressed("a")
    assert opened.texts("#desk option")[0] == "bird of walk 2"


def test_lists_of_words_are_asked_for(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    begin_walk(opened, GULLS)
    field(opened, "places").click()
    opened.select("Hill Point")
    opened.select("Lake Oma")
    assert field(opened, "places").input_value() == "Hill Point\nLake Oma"
    field(opened, "places").fill("Hill Point\nLake Oma\nBergen")
    opened.page.locator("#desk .main").click()
    assert "Bergen" in " ".join(opened.texts("#desk .fault"))
    field(opened, "places").fill("hill point\nLake Oma")
    opened.page.locator("#desk .main").click()
    assert {"Hill Point", "Lake Oma"} <= set(opened.texts("#text mark"))
    (made,) = corrections(opened)
    assert made["value"]["places"] == ["Hill Point", "Lake Oma"]


def test_added_records_have_names_of_their_own(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path, run_of(result(), result(article_id="b"))))
    for place in ("Hill Point", "Lake Oma"):
        begin_walk(opened, GULLS)
        field(opened, "places").fill(place)
        opened.page.locator("#desk .main").click()
    assert "walks 3" in opened.texts("#articles li")[0]
    opened.select(GULLS)
    opened.pressed("a")
    said = opened.texts("#desk option")
    assert {"bird of walk 1", "bird of new walk 1 · Hill Point", "bird of new walk 2 · Lake Oma"} <= set(said)


def test_a_record_is_moved_with_what_was_corrected_in_it(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(two_walks(tmp_path))
    choose(opened, "flying")
    opened.pressed("e")
    field(opened, "doing").select_option(label="other")
    opened.page.locator("#desk .main").click()
    opened.page.locator("#cards .pick", has_text="bird 2").click()
    opened.page.get_by_label("Move to").select_option(label="walk 2")
    removed, added = corrections(opened)
    assert (removed["action"], removed["pointer"]) == ("remove", "/walks/0/birds/1")
    assert (added["action"], added["pointer"], added["start"]) == ("add", "/walks/1/birds/-", TEXT.index(GULLS))
    assert added["value"] == {**DIARY.walks[0].birds[1].model_dump(), "doing": "other"}
    assert "Three" in opened.texts("#text mark")
    opened.pressed("u")
    assert len(corrections(opened)) == 1


def test_a_record_is_moved_into_one_that_was_added(open_page: Opener, tmp_path: Path) -> None:
    task, run, said, out = (tmp_path / name for name in ("task", "diary.jsonl", "said.json", "corrected.jsonl"))
    begin(task, Diary)
    write_lines(run, run_of().header, result())
    opened = open_page(write_page(tmp_path, read_run(run, Diary)))
    begin_walk(opened, "Three gulls")
    opened.page.locator("#desk .main").click()
    opened.page.locator("#cards .pick", has_text="bird 2").click()
    opened.page.get_by_label("Move to").select_option(label="new walk 1 · Three gulls")
    said.write_text(json.dumps(downloaded(opened)), encoding="utf-8")
    done = CliRunner().invoke(cli, ["correct", str(run), str(said), "-o", str(out), "--task", str(task)])
    assert done.exit_code == 0, done.output
    records = read_run(out, Diary).results[0].records
    assert isinstance(records, Diary)
    assert [[bird.evidence for bird in walk.birds] for walk in records.walks] == [[HERONS, REMARK], [GULLS]]
