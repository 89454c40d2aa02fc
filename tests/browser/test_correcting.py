"""Corrections made in a browser, and the file that is downloaded: read back, and held against the text in code points."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from eval.reports.beside import beside_run
from extract.cli.main import cli
from extract.records.results import read_run
from tests.browser.deskwork import choose, corrections, downloaded, field
from tests.commands import write_lines
from tests.pages import DIARY, HERONS, TEXT, Diary, Walk, result, run_of, write_page
from tests.recalls import begin

if TYPE_CHECKING:
    from tests.browser.conftest import Opener

pytestmark = pytest.mark.browser


def test_words_are_taken_from_the_article(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    choose(opened, "Oslo")
    opened.pressed("e")
    opened.select("Hill Point")
    assert field(opened, "places").input_value() == "Hill Point"
    opened.pressed("Enter")
    start = TEXT.index("Hill Point")
    assert corrections(opened) == [
        {
            "action": "edit",
            "pointer": "/walks/0/places/1",
            "was": "Oslo",
            "value": "Hill Point",
            "start": start,
            "end": start + 10,
        }
    ]
    assert "Hill Point" in opened.texts("#text mark")


def test_a_value_over_a_line_end_is_shown_in_one_line_and_kept_as_it_stands(open_page: Opener, tmp_path: Path) -> None:
    text = TEXT.replace("Hill Point", "Hill\nPoint")
    diary = Diary(walks=[Walk(evidence=HERONS, places=["Hill Point", "Lake Oma"])])
    opened = open_page(write_page(tmp_path, run_of(result(diary, text))))
    choose(opened, "Hill")
    opened.pressed("e")
    assert field(opened, "places").input_value() == "Hill Point"
    opened.pressed("Enter")
    assert not opened.page.locator("#desk .fault").all_inner_texts()
    choose(opened, "Lake Oma")
    opened.pressed("e")
    field(opened, "places").fill("hill point")
    opened.pressed("Enter")
    with opened.page.expect_download() as told:
        opened.page.locator("#download").click()
    (made,) = json.loads(Path(told.value.path()).read_text(encoding="utf-8"))["corrections"]
    assert (made["was"], made["value"]) == ("Lake Oma", "Hill\nPoint")
    assert text[made["start"] : made["end"]] == made["value"]


def test_typed_words_have_to_stand_in_the_article(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    choose(opened, "Oslo")
    opened.pressed("Enter")
    for wrong in ("Bergen", "Lake Om", "!!"):
        field(opened, "places").fill(wrong)
        opened.pressed("Enter")
        assert "not in the article" in opened.page.locator("#desk .fault").inner_text()
    field(opened, "places").fill("hill  POINT")
    opened.pressed("Enter")
    (made,) = corrections(opened)
    assert made["value"] == "Hill Point" == TEXT[made["start"] : made["end"]]


def test_every_kind_of_value_is_edited(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    choose(opened, "standing")
    opened.pressed("e")
    field(opened, "doing").select_option(label="flying")
    opened.pressed("Tab", "Enter")
    choose(opened, "value 3")
    opened.pressed("e")
    field(opened, "value").fill("two")
    opened.pressed("Enter")
    assert "whole number" in opened.page.locator("#desk .fault").inner_text()
    field(opened, "value").fill("2")
    opened.pressed("Enter")
    opened.page.locator("#cards .open button", has_text="day").click()
    opened.pressed("e")
    field(opened, "day").fill("2026-02-31")
    opened.pressed("Enter")
    assert "YYYY-MM-DD" in opened.page.locator("#desk .fault").inner_text()
    field(opened, "day").fill("2026-03-01")
    opened.pressed("Enter")
    opened.page.locator("#cards .open button", has_text="ringed").first.click()
    opened.pressed("e")
    field(opened, "ringed").select_option(label="no")
    opened.pressed("Tab", "Enter")
    said = {each["pointer"]: (each["was"], each["value"]) for each in corrections(opened)}
    assert said == {
        "/walks/0/birds/0/doing": ("standing", "flying"),
        "/walks/0/birds/0/count/value": (3, 2),
        "/walks/0/day": (None, "2026-03-01"),
        "/walks/0/birds/0/ringed": (None, False),
    }


def test_a_value_is_confirmed_or_rejected_and_the_walk_goes_on(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    opened.page.locator("#by").fill("Ann")
    opened.page.locator("#by").blur()
    opened.pressed("j", "c")
    assert opened.chosen() == "/walks/0/places/1"
    opened.pressed("r")
    assert opened.chosen() == "/walks/0/birds/0/doing"
    document = downloaded(opened)
    assert [(each["action"], each["pointer"]) for each in document["corrections"]] == [
        ("confirm", "/walks/0/birds/0/count/value"),
        ("reject", "/walks/0/places/1"),
    ]
    assert {document["by"], *(each["by"] for each in document["corrections"])} == {"Ann"}
    assert document["corrections"][0]["anchor"] == {
        "type": "Bird",
        "start": TEXT.index(HERONS),
        "end": TEXT.index(HERONS) + len(HERONS),
    }


def test_what_a_record_needs_is_not_rejected(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    choose(opened, "herons")
    opened.pressed("r")
    assert "cannot be without" in opened.page.locator("#status").inner_text()
    opened.page.locator("#download:disabled").wait_for()


def test_a_record_is_added_from_selected_words(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    opened.select("Nobody saw the kite")
    opened.pressed("a")
    opened.page.locator("#desk select").first.select_option(label="bird of walk 1")
    field(opened, "name").focus()
    opened.select("kite")
    field(opened, "count words").fill("nobody")
    opened.page.locator("#desk .main").click()
    assert opened.texts("#cards .card .chip.add")
    (made,) = corrections(opened)
    start = TEXT.index("Nobody saw the kite")
    assert made == {
        "action": "add",
        "pointer": "/walks/0/birds/-",
        "was": None,
        "value": {
            "evidence": "Nobody saw the kite",
            "name": "kite",
            "count": {"words": "Nobody", "value": None},
            "ringed": None,
            "seen_by": None,
        },
        "start": start,
        "end": start + 19,
    }


def test_a_list_takes_another_value_and_a_part_is_filled_in(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    choose(opened, "Lake Oma")
    opened.page.get_by_text("Add another").click()
    opened.select("Hill Point")
    opened.page.locator("#desk .main").click()
    opened.page.locator("#cards .open button", has_text="count").click()
    opened.pressed("e")
    field(opened, "value").fill("7")
    opened.page.locator("#desk .main").click()
    assert "cannot be empty" in opened.page.locator("#desk .fault").first.inner_text()
    field(opened, "words").fill("so many")
    opened.page.locator("#desk .main").click()
    said = [(each["action"], each["pointer"], each["value"], each["start"]) for each in corrections(opened)]
    assert said == [
        ("add", "/walks/0/places/-", "Hill Point", TEXT.index("Hill Point")),
        ("edit", "/walks/0/birds/2/count", {"words": "So many", "value": 7}, None),
    ]


def test_an_added_record_is_changed_and_takes_records_of_its_own(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    opened.select("Three gulls")
    opened.pressed("a")
    opened.page.locator("#desk select").first.select_option(label="new walk")
    opened.page.locator("#desk .main").click()
    opened.select("Three gulls")
    opened.pressed("a")
    opened.page.locator("#desk select").first.select_option(label="bird of new walk 1 · Three gulls")
    field(opened, "name").fill("gulls")
    opened.page.locator("#desk .main").click()
    opened.page.locator("#cards .card", has=opened.page.locator(".chip.add")).first.locator(
        ".open button", has_text="weather"
    ).click()
    opened.pressed("e")
    field(opened, "weather").fill("fine")
    opened.pressed("Enter")
    (made,) = corrections(opened)
    assert made["pointer"] == "/walks/-"
    assert made["value"]["weather"] == "fine"
    assert [bird["name"] for bird in made["value"]["birds"]] == ["gulls"]


def test_a_removed_record_takes_its_corrections_along_and_undo_brings_all_back(
    open_page: Opener, tmp_path: Path
) -> None:
    opened = open_page(write_page(tmp_path))
    choose(opened, "flying")
    opened.pressed("c")
    opened.page.locator("#cards .pick", has_text="bird 2").click()
    opened.pressed("r")
    assert [(each["action"], each["pointer"]) for each in corrections(opened)] == [("remove", "/walks/0/birds/1")]
    assert "Three" not in opened.texts("#text mark")
    opened.pressed("u")
    assert "Three" in opened.texts("#text mark")
    assert [(each["action"], each["pointer"]) for each in corrections(opened)] == [
        ("confirm", "/walks/0/birds/1/doing")
    ]
    opened.pressed("u")
    opened.page.locator("#download:disabled").wait_for()


def test_corrections_are_kept_until_the_run_changes(open_page: Opener, tmp_path: Path) -> None:
    file = write_page(tmp_path)
    opened = open_page(file)
    opened.pressed("j", "c")
    opened.page.reload()
    assert "Download 1 correction" in opened.page.locator("#download").inner_text()
    write_page(tmp_path, run_of(result(), result(article_id="b")))
    opened.page.reload()
    opened.page.locator("#download:disabled").wait_for()


def test_a_browser_that_keeps_nothing_says_so(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    opened.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    opened.page.reload()
    opened.pressed("j", "c")
    assert "keeps nothing" in opened.page.locator("#keeping").inner_text()
    assert len(corrections(opened)) == 1


def test_a_missing_record_is_taken_over_from_the_other_side(open_page: Opener, tmp_path: Path) -> None:
    fewer = DIARY.model_copy(update={"walks": [DIARY.walks[0].model_copy(update={"birds": DIARY.walks[0].birds[:1]})]})
    run = run_of(result(fewer))
    opened = open_page(write_page(tmp_path, run, beside_run(run, run_of(), {"monday": TEXT}, "other")))
    opened.page.locator(".take").first.click()
    (made,) = corrections(opened)
    assert (made["action"], made["pointer"]) == ("add", "/walks/0/birds/-")
    assert made["value"]["name"] == "gulls"


def test_what_is_downloaded_goes_into_the_run(open_page: Opener, tmp_path: Path) -> None:
    task, run, said, out = (tmp_path / name for name in ("task", "diary.jsonl", "said.json", "corrected.jsonl"))
    begin(task, Diary)
    write_lines(run, run_of().header, result())
    opened = open_page(write_page(tmp_path, read_run(run, Diary)))
    opened.pressed("j", "e")
    field(opened, "value").fill("2")
    opened.pressed("Enter", "j", "r")
    choose(opened, "standing")
    opened.pressed("c")
    opened.page.locator("#cards .open button", has_text="count").click()
    opened.pressed("e")
    field(opened, "words").fill("so many")
    opened.page.locator("#desk .main").click()
    opened.page.locator("#cards .pick", has_text="remark 1").click()
    opened.pressed("r")
    opened.select("Nobody saw the kite")
    opened.pressed("a")
    opened.page.locator("#desk select").first.select_option(label="bird of walk 1")
    field(opened, "name").fill("kite")
    opened.page.locator("#desk .main").click()
    said.write_text(json.dumps(downloaded(opened)), encoding="utf-8")
    done = CliRunner().invoke(cli, ["correct", str(run), str(said), "-o", str(out), "--task", str(task)])
    assert done.exit_code == 0, done.output
    corrected = read_run(out, Diary).results[0]
    assert isinstance(corrected.records, Diary)
    (walk,) = corrected.records.walks
    assert (walk.places, corrected.records.remarks) == (["Lake Oma"], [])
    assert [bird.name for bird in walk.birds] == ["herons", "gulls", "gulls", "kite"]
    assert [bird.count.value if bird.count else None for bird in walk.birds] == [2, 3, None, None]
    assert walk.birds[2].count is not None
    opened = open_page(write_page(tmp_path, read_run(out, Diary)))
    assert "added by somebody" in opened.page.locator("#cards .chip", has_text="added").inner_text()


def test_what_was_denied_is_settled_by_other_words(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    assert len(opened.texts("#cards .value.contradiction")) == 1
    choose(opened, "words Two")
    opened.pressed("e")
    field(opened, "words").fill("Three")
    opened.pressed("Enter")
    assert not opened.texts("#cards .value.contradiction")
    choose(opened, "value 3")
    assert "not checked here" in opened.page.locator("#desk").inner_text()
