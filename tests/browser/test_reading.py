"""The page in a browser: what is marked, what is linked with what, the walk, the filters, the index."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pytest
from pydantic import BaseModel

from eval.reports.beside import beside_run
from extract.records.marks import Evidence, Verbatim
from extract.views.page.building import page_of
from extract.views.page.content import content_of
from tests.pages import DIARY, HERONS, TEXT, Bird, Count, Diary, html_of, result, run_of, write_page

if TYPE_CHECKING:
    from tests.browser.conftest import Opener

pytestmark = pytest.mark.browser

MARKED = """() => [...document.querySelectorAll('#text mark')].map((mark) => mark.textContent)"""


def test_every_grounded_value_is_marked_where_it_stands(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    marked = opened.page.evaluate(MARKED)
    assert marked == ["Two", "herons", "Lake Oma", "Three", "gulls", "gulls", "Ann Bell"]
    assert "".join(opened.page.locator("#text p").all_inner_texts()).replace("\n", "") == TEXT.replace("\n", "")


def test_types_are_told_apart_without_colour(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    style = "(mark) => getComputedStyle(mark).textDecorationStyle"
    lines = [
        opened.page.locator("#text mark", has_text=words).first.evaluate(style)
        for words in ("Lake Oma", "herons", "Ann Bell")
    ]
    assert len(set(lines)) == 3


def test_a_value_and_its_place_light_up_together(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    opened.page.locator("#cards button.value", has_text="Lake Oma").hover()
    assert opened.texts("#text .lit") == ["Lake Oma"]
    opened.page.locator("#text mark", has_text="Three").hover()
    assert opened.texts("#cards .lit") == ["words Three"]
    opened.page.locator("#text mark", has_text="Three").click()
    assert opened.chosen() == "/walks/0/birds/1/count/words"


def test_a_judgement_lights_up_its_records_evidence(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    opened.page.locator("#cards button.value", has_text="standing").hover()
    assert "".join(opened.page.locator("#text .lit").all_inner_texts()) == HERONS


def test_the_other_pane_scrolls_to_what_is_chosen(open_page: Opener, tmp_path: Path) -> None:
    long = TEXT + "Nothing was seen all day.\n\n" * 400 + "At last an owl called.\n"
    owl = Bird(evidence="At last an owl called.", name="owl")
    diary = DIARY.model_copy(
        update={"walks": [DIARY.walks[0].model_copy(update={"birds": [*DIARY.walks[0].birds, owl]})]}
    )
    opened = open_page(write_page(tmp_path, run_of(result(diary, long))))
    opened.page.locator("#cards button.value", has_text="owl").click()
    opened.seen("#text mark.current")


def test_the_walk_begins_with_what_is_most_doubtful(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    seen = []
    for _ in range(5):
        opened.pressed("j")
        seen.append(opened.chosen())
    assert seen == [
        "/walks/0/birds/0/count/value",
        "/walks/0/places/1",
        "/walks/0/birds/0/doing",
        "/walks/0/birds/1/name",
        "/walks/0/birds/0/name",
    ]
    assert "5 of" in opened.page.locator("#status").inner_text()
    opened.pressed("k")
    assert opened.chosen() == "/walks/0/birds/1/name"
    assert opened.page.evaluate("document.activeElement.dataset.pointer") == "/walks/0/birds/1/name"


def test_doubts_and_totals_are_plain_to_see(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    opened.pressed("j")
    assert "≠" in opened.texts("#cards .value.contradiction")[0]
    assert "✗" in opened.texts("#cards .value.absent")[0]
    assert "? " in opened.texts("#cards .value.unsure")[0]
    assert "3 is not what 'Two' says" in opened.page.locator("#desk").inner_text()
    assert len(opened.texts("#cards .chip")) == 2
    assert "not stated weather day" in opened.texts("#cards .open")[0]


def test_filters_hide_in_both_panes(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    opened.page.get_by_label("bird", exact=False).first.uncheck()
    assert opened.page.evaluate(MARKED) == ["Lake Oma", "Ann Bell"]
    assert not [text for text in opened.texts("#cards .value") if "herons" in text]
    opened.page.get_by_label("bird", exact=False).first.check()
    opened.page.locator("#status-filter").select_option("absent")
    assert len(opened.texts("#cards .value")) == 1
    opened.page.locator("#status-filter").select_option("unsure")
    assert len(opened.texts("#cards .value")) == 1
    opened.page.locator("#sure-filter").fill("80")
    assert len(opened.texts("#cards .value")) == 2


def test_the_index_counts_and_searches(open_page: Opener, tmp_path: Path) -> None:
    more = [result(article_id=f"day-{number}", title=f"Day {number}") for number in range(30)]
    opened = open_page(write_page(tmp_path, run_of(result(), *more)))
    assert "31" in opened.page.locator("#index-count").inner_text()
    assert "walks 1 · remarks 1" in opened.texts("#articles li")[0]
    opened.pressed("/")
    opened.page.keyboard.type("day 17")
    assert opened.texts("#articles li:visible .entry-title") == ["Day 17"]
    opened.page.locator("#articles li:visible button").click()
    assert opened.texts("#article-head h2") == ["Day 17"]
    opened.page.locator("#search").fill("")
    opened.page.locator("#reading").focus()
    opened.pressed("]")
    assert opened.texts("#article-head h2") == ["Day 18"]


def test_two_runs_are_shown_beside_each_other(open_page: Opener, tmp_path: Path) -> None:
    (walk,) = DIARY.walks
    herons, gulls, _ = walk.birds
    owl = Bird(evidence="Nobody saw the kite", name="kite", doing="standing", count=Count(words="Nobody"))
    other = DIARY.model_copy(
        update={
            "walks": [walk.model_copy(update={"birds": [herons.model_copy(update={"doing": "flying"}), gulls, owl]})]
        }
    )
    run, before = run_of(), run_of(result(other))
    opened = open_page(write_page(tmp_path, run, beside_run(run, before, {"monday": TEXT}, "earlier")))
    assert "≠ different; there: flying" in opened.texts("#cards .theirs .verdict")
    assert opened.texts("#cards .card.missed .pick") == ["bird"]
    assert opened.texts("#cards .chip.spurious") == ["+ added"]
    assert opened.texts("#text mark.missed") == ["Nobody saw the kite"]
    opened.page.locator("#beside").select_option("none")
    assert not opened.texts("#cards .theirs")


def test_a_map_is_a_picture_in_which_nothing_runs(open_page: Opener, tmp_path: Path) -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 30"><desc id="d">Oma &amp; Hill</desc><use href="#world"/>'
        "<script>alert(1)</script><image href='http://192.0.2.1/x.png' onload='alert(2)'/><text>Oma &amp; Hill</text></svg>"
    )
    world = '<svg width="0"><defs><g id="world"><rect width="9" height="9"/></g></defs></svg>'
    content = content_of(run_of(), Diary, {"monday": TEXT}, maps={"monday": drawing}, world=world)
    file = tmp_path / "page.html"
    file.write_text(page_of(content), encoding="utf-8")
    opened = open_page(file)
    opened.seen("img.map")
    assert opened.page.locator("img.map").evaluate("(map) => map.decode().then(() => map.naturalWidth)") > 0
    assert opened.page.get_by_role("img").get_attribute("alt") == "Map of the places of this article: Oma & Hill"
    opened.faults[:] = [fault for fault in opened.faults if "asked: data:" not in fault]


def test_the_page_of_a_pdf_is_told(open_page: Opener, tmp_path: Path) -> None:
    pages = [(1, 0), (2, TEXT.index("Nobody")), (3, len(TEXT) - 1)]
    opened = open_page(write_page(tmp_path, run_of(result().model_copy(update={"pages": pages}))))
    for words, page in (("Lake Oma", "page 1"), ("ANN BELL", "page 2"), ("Ann Bell", "page 2"), ("standing", "page 1")):
        opened.page.locator("#cards button.value", has_text=words).first.click()
        assert page in opened.page.locator("#desk").inner_text()


def test_what_was_corrected_before_is_told(open_page: Opener, tmp_path: Path) -> None:
    content = content_of(run_of(), Diary, {"monday": TEXT})
    said = {"by": "Ann", "at": "2026-11-20T10:00:00Z"}
    history = [
        {**said, "action": "edit", "pointer": "/walks/0/birds/7/name", "now": "/walks/0/birds/1/name", "was": "ducks"},
        {**said, "action": "remove", "pointer": "/walks/0/birds/0", "now": None, "was": {}},
    ]
    corrected = content.articles[0].model_copy(update={"history": history})
    file = tmp_path / "page.html"
    file.write_text(page_of(content.model_copy(update={"articles": [corrected]})), encoding="utf-8")
    opened = open_page(file)
    opened.page.locator("#cards button.value", has_text="gulls").first.click()
    assert "edited by Ann on 2026-11-20; was ducks" in opened.page.locator("#desk").inner_text()
    assert "removed by" not in opened.page.locator("#cards").inner_text()


class Ship(BaseModel):
    evidence: Annotated[str, Evidence()]
    flag: Annotated[str | None, Verbatim()] = None


class Fleet(BaseModel):
    name: str
    ships: list[Ship | Fleet] = []


class Traffic(BaseModel):
    busy: bool = False
    share: float | None = None
    flagship: Ship | None = None
    craft: list[Ship | Fleet] = []


def test_any_schema_is_walked_without_a_fault(open_page: Opener, tmp_path: Path) -> None:
    text = "The Elba, under a red flag, led three others to sea."
    ship = Ship(evidence="The Elba, under a red flag", flag="red flag")
    traffic = Traffic(
        busy=True, flagship=ship, craft=[ship, Fleet(name="blue", ships=[Fleet(name="inner", ships=[ship])])]
    )
    run = run_of(result(traffic, text))
    file = tmp_path / "page.html"
    file.write_text(html_of(run, schema=Traffic), encoding="utf-8")
    opened = open_page(file)
    seen = set()
    for _ in range(12):
        opened.pressed("j", "e", "Escape")
        seen.add(opened.chosen())
    assert {"/busy", "/flagship/flag", "/craft/0/flag", "/craft/1/name", "/craft/1/ships/0/ships/0/flag"} <= seen
    opened.select("three others")
    opened.pressed("a")
    assert "fleet of fleet 2" in opened.texts("#desk option")


def test_an_article_without_title_is_called_by_its_first_line(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path, run_of(result(title=None, text="A quiet day\n\n" + TEXT))))
    assert opened.texts("#article-head h2.unseen") == opened.texts("#text .heading") == ["A quiet day"]
    opened = open_page(write_page(tmp_path, run_of(result(title=None, text="One more word " * 40 + TEXT))))
    (heading,) = opened.texts("#article-head h2.unseen")
    assert heading.endswith("word One …")
    assert not opened.texts("#text .heading")
    opened = open_page(write_page(tmp_path, run_of(result(title="Another title"))))
    assert opened.texts("#article-head h2:not(.unseen)") == ["Another title"]


SOME_SURE = [
    ([0.55, 0.6, 0.61, 0.7, 0.71], 60),  # the least certain fifth
    ([0.3, 0.4, 0.45, 0.7, 0.71], 50),  # all that are rather wrong
    ([0.85, 0.9, 0.91, 0.95, 0.96], 80),  # none that is rather sure
    ([0.7], 80),
]


@pytest.mark.parametrize(("shares", "limit"), SOME_SURE)
def test_few_values_are_unsure_until_a_reader_says_how_many(
    open_page: Opener, tmp_path: Path, shares: list[float], limit: int
) -> None:
    sure = result().model_copy(update={"confidence": {f"/walks/0/places/{i}": share for i, share in enumerate(shares)}})
    opened = open_page(write_page(tmp_path, run_of(sure)))
    assert opened.page.locator("#sure-filter").input_value() == str(limit)


def test_what_is_below_the_limit_looks_so(open_page: Opener, tmp_path: Path) -> None:
    sure = result().model_copy(update={"confidence": {"/walks/0/birds/1/name": 0.797}})
    opened = open_page(write_page(tmp_path, run_of(sure)))
    assert opened.texts("#cards .value.unsure .sure") == ["79%"]


def test_only_the_chosen_value_is_boxed(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    boxed = (
        "() => [...document.querySelectorAll('#text mark')].filter((mark) => getComputedStyle(mark).boxShadow !== 'none')"
        ".map((mark) => mark.textContent)"
    )
    opened.page.locator("#cards button.value", has_text="standing").click()
    assert opened.page.evaluate(boxed) == []
    opened.page.locator("#cards button.value", has_text="Lake Oma").click()
    assert opened.page.evaluate(boxed) == ["Lake Oma"]


def test_rejected_and_removed_have_signs_of_their_own(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    opened.pressed("?")
    signs = opened.texts("#legend dt")
    assert len(signs) == len(set(signs))
