"""The page of stories: found, read as a chart and side by side, and decided upon."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from extract.stories.decisions import decided
from extract.stories.story import Decision, Figure, Passage, Series, Spot
from tests.browser.stories_pages import ALONE, MARKET, cells, column, downloaded, head, many, write_page
from tests.browser.test_everybody import LIGHTNESS, serious

if TYPE_CHECKING:
    from tests.browser.conftest import Opener

pytestmark = pytest.mark.browser

ONE, TWO, COPY, SIX, FOUR = (f"{name}#/events/0" for name in ("=one", "two", "copy", "six", "four"))


def test_stories_are_found_by_their_words_and_by_what_they_have(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    listed = ".entry-button:visible .entry-title"
    assert opened.texts(listed) == ["=SUM(A1) ⟨U+001B⟩[31mMarket hit", "A bridge is hit"]
    assert opened.texts(".entry-tolls") == ["killed 12 → 14 · injured 30", "missing 1500000"]
    for words in ("other.example", "MAYOR fourteen", "norland air_strike", "market s-00000000a1"):
        opened.page.locator("#search").fill(words)
        assert opened.texts(listed) == ["=SUM(A1) ⟨U+001B⟩[31mMarket hit"], words
        assert opened.texts("#index-count") == ["1 of 2"]
    opened.page.locator("#search").fill("")
    for value, count in {"all": 2, "several": 1, "conflicts": 1, "unsure": 2, "undated": 1, "decided": 0}.items():
        opened.page.locator("#which").select_option(value)
        assert opened.page.locator(".entry-button:visible").count() == count, value


def test_each_story_has_a_page_and_an_address(open_page: Opener, tmp_path: Path) -> None:
    file = write_page(tmp_path, gone={"s-old": MARKET.id})
    opened = open_page(file)
    assert "Market hit" in opened.texts("#story h2")[0]
    assert opened.texts("#story-head .facts") == [
        "2026-03-03 — Tolva · the north — 4 reports, published 2026-03-04 – 2026-03-06 — s-00000000a1"
    ]
    opened.pressed("]")
    assert opened.texts("#story h2") == ["A bridge is hit"]
    assert opened.page.url.endswith(f"#{ALONE.id}")
    assert "No day is known" in opened.page.locator("#story-head .unsure").inner_text()
    opened.page.go_back()
    opened.page.locator("#story h2", has_text="Market hit").wait_for()
    opened.page.evaluate("location.hash = 's-00000000b2'")
    opened.page.locator("#story h2", has_text="A bridge").wait_for()
    opened.page.evaluate("location.hash = 's-old'")  # it has become part of the market's
    opened.page.locator("#story h2", has_text="Market hit").wait_for()


def test_the_chart_says_bounds_best_and_ends_in_words(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    over_time, by_size = opened.page.locator("#figures svg").all()
    assert over_time.get_attribute("aria-label") == (
        "Figures over time: killed at least 12 on 2026-03-04, 14 on 2026-03-05; low 14, best 14, high –"
    )
    assert over_time.locator(".number").all_text_contents() == ["≥ 12", "14"]
    assert over_time.locator(".end").all_text_contents() == ["14 low/best"]
    assert (over_time.locator(".ring").count(), over_time.locator(".band").count()) == (1, 1)
    assert over_time.locator(".tick").all_text_contents() == ["4 Mar 2026", "5 Mar"]
    assert by_size.locator(".number").all_text_contents() == ["Σ 30"]
    assert opened.texts("#figures .order") == [
        "injured: not all reports have a day of publication, so these are in order of the figure, not of time."
    ]


def test_points_stand_where_their_day_and_number_are(open_page: Opener, tmp_path: Path) -> None:
    days = (("2026-03-01", 10), ("2026-03-02", 20), ("2026-03-05", 40), ("2027-03-05", 30))
    figures = [
        Figure(report=TWO, published=day, number=number, bound="exact", words=Passage(text=str(number)))
        for day, number in days
    ]
    series = Series(name="killed", order="published", figures=figures, low=10, best=40, high=40)
    opened = open_page(write_page(tmp_path, [MARKET.model_copy(update={"figures": [series]})]))
    points = [
        tuple(map(float, each.split(",")))
        for each in (opened.page.locator("#figures .line").get_attribute("points") or "").split()
    ]
    across, down = zip(*points, strict=True)
    assert across[2] - across[1] == pytest.approx(3 * (across[1] - across[0]), abs=0.5)
    assert across[3] - across[2] == pytest.approx(14 * (across[1] - across[0]), abs=1)  # a year, cut short
    assert "365 days" in opened.page.locator("#figures .tick").all_text_contents()
    assert down[0] - down[1] == pytest.approx((down[1] - down[2]) / 2, abs=0.3)
    band = opened.page.locator("#figures .band")
    top, high = (float(band.get_attribute(each) or 0) for each in ("y", "height"))
    assert (top, top + high) == pytest.approx((down[2], down[0]), abs=0.3)


def test_the_table_beside_it_has_every_figure(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    assert opened.texts("#figures .outcome >> nth=0 >> tbody tr") == [
        "≥ 12 at least 12 police 2026-03-04 report 1",
        "14 ◉ best Fourteen the mayor 2026-03-05 report 2",
        "– dozens (about) the article 2026-03-06 report 4",
        "14⧉ repeated Fourteen the article 2026-03-05 report 3",
    ]
    assert opened.texts("#figures .ends") == ["low 14 best 14 high –", "low 30 best 30 high 30"]
    assert "best (latest-official): “Fourteen”" in opened.page.locator("#figures .outcome").first.inner_text()
    opened.page.get_by_role("button", name="report 4").first.click()
    opened.seen("#reports th.current")
    assert column(opened, 4).get_attribute("class") == "current"


def test_reports_stand_side_by_side_and_say_whether_they_agree(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    assert [column(opened, at).locator(".chip").first.inner_text() for at in (1, 4)] == [
        "● main",
        "○ other: only mentions it",
    ]
    assert "⧉ repeats 2: counted once" in column(opened, 3).inner_text()
    assert cells(opened, "kind") == ["B air strike", "A bombing", "", "A bombing"]
    assert head(opened, "kind") == "kind ≠ they differ"
    assert head(opened, "attacker") == "attacker 1 report says it"
    assert head(opened, "places") == "places = 2 name one place"
    assert cells(opened, "places")[0] == "the north Norland = Tolva Norland"
    assert head(opened, "killed") == "killed 12 → 14"
    assert cells(opened, "killed")[:2] == ["≥ 12 “at least 12” police", "14 ◉ best “Fourteen” the mayor"]
    assert (
        cells(opened, "words")[1].strip("“”")
        == "Fourteen people died when a drone hit Tolva's market on Tuesday, the mayor said."
    )
    assert opened.texts("#conflicts li") == ["kind: A bombing reports report 2 report 4 ≠ B air strike report report 1"]


def test_places_are_one_where_they_lie_or_as_they_are_called(open_page: Opener, tmp_path: Path) -> None:
    def verdict(*places: Spot) -> str:
        told = [each.model_copy(update={"places": [spot]}) for each, spot in zip(MARKET.reports, places, strict=False)]
        page = write_page(tmp_path, [MARKET.model_copy(update={"reports": told})])
        return head(open_page(page), "places")

    here = Spot(words="Tolva", latitude=50.5, longitude=30.25)
    assert verdict(here, Spot(words="Old Tolva", latitude=50.5, longitude=30.25)) == "places = 2 name one place"
    assert verdict(here, Spot(words="TOLVA")) == "places = 2 name one place"
    assert verdict(here, Spot(words="Tolva", latitude=1, longitude=2)) == "places ≠ none in common"
    assert verdict(here, here, Spot(words="Marn")) == "places 2 of 3 name one place"


def test_spans_of_days_that_have_one_in_common_contradict_nothing(open_page: Opener, tmp_path: Path) -> None:
    def verdict(*days: tuple[str, str]) -> str:
        told = [
            each.model_copy(update={"first": first, "last": last})
            for each, (first, last) in zip(MARKET.reports, days, strict=False)
        ]
        page = write_page(tmp_path, [MARKET.model_copy(update={"reports": told})])
        return head(open_page(page), "day")

    day = ("2026-03-03", "2026-03-03")
    assert verdict(day, day) == "day = 2 agree"
    assert verdict(day, ("2026-03-01", "2026-03-31")) == "day ~ can be one day"
    assert verdict(day, ("2026-03-04", "2026-03-04")) == "day ≠ they differ"


def test_every_report_says_why_it_is_here(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    assert opened.texts("#why") == [
        "Why these are one. Each report is here for the other one that it has most in common with. For it speak: day (1 of 1)."
    ]
    opened.page.locator("#reports summary").first.click()
    assert cells(opened, "why it is here")[0] == (
        "With report 2: +4.3 bits. day for it All evidence +2.5 day one day · clearly for it"
    )
    opened.pressed("]")
    assert cells(opened, "why it is here") == ["The only report of its story."]
    assert not opened.page.locator("#unsure li").first.is_visible()
    opened.page.locator("#unsure summary").click()
    assert opened.texts("#unsure li") == [
        "−3.0 to begin with few are one · strongly against it",
        "+2.5 day one day · clearly for it",
    ]


def test_a_link_is_one_of_the_web_or_none(open_page: Opener, tmp_path: Path) -> None:
    bad = ["javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "file:///etc/passwd", "//example.org"]
    reports = [
        MARKET.reports[0],
        *(MARKET.reports[1].model_copy(update={"id": f"b{i}", "url": url}) for i, url in enumerate(bad)),
    ]
    opened = open_page(write_page(tmp_path, [MARKET.model_copy(update={"reports": reports})]))
    links = opened.page.locator("#story a[target]")
    assert [(each.get_attribute("href"), each.get_attribute("rel")) for each in links.all()] == [
        ("https://www.example.org/1", "noopener noreferrer")
    ]
    assert cells(opened, "address") == ["www.example.org/1", *bad]


def test_not_the_same_is_kept_undone_and_downloaded(open_page: Opener, tmp_path: Path) -> None:
    file = write_page(tmp_path)
    opened = open_page(file)
    opened.page.locator("#by").fill("Ada")
    opened.page.locator("#by").blur()
    opened.pressed("j", "j", "j", "j", "x")
    assert "✎ said not to belong here" in column(opened, 4).inner_text()
    assert opened.texts(".entry-done") == ["✎ 1", ""]
    assert "extract stories --update" in opened.page.locator("#desk code").inner_text()
    opened.pressed("x")  # once is enough
    assert opened.texts("#download") == ["Download 1 decision"]
    opened.page.reload()
    opened.page.locator("#desk summary").click()
    opened.page.locator("#desk input").fill("It is another market")
    opened.page.locator("#desk input").blur()
    (said,) = downloaded(opened, tmp_path)
    assert said["at"].endswith("Z")
    assert {key: said[key] for key in said if key != "at"} == {
        "what": "apart",
        "reports": [SIX, ONE, TWO, COPY],
        "by": "Ada",
        "why": "It is another market",
    }
    opened.pressed("u")
    assert opened.page.locator("#download").is_disabled()
    assert "said not to" not in column(opened, 4).inner_text()


def test_an_undecided_pair_is_said_to_be_one_or_not(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    opened.page.locator("#unsure").get_by_role("button", name="The same", exact=True).click()
    assert "✎ said to be one" in opened.page.locator("#unsure").inner_text()
    assert [(each["what"], each["reports"]) for each in downloaded(opened, tmp_path)] == [("same", [TWO, FOUR])]
    opened.pressed("u")
    opened.page.locator("#unsure").get_by_role("button", name="Not the same", exact=True).click()
    assert [(each["what"], each["reports"]) for each in downloaded(opened, tmp_path)] == [
        ("apart", [FOUR, ONE, TWO, COPY, SIX])
    ]


def test_two_chosen_reports_of_different_stories_are_said_to_be_one(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    opened.pressed("j", "c", "j", "c")
    assert opened.texts("#status") == ["Both are in this story already: choose one of another story."]
    assert opened.page.get_by_role("button", name="They are the same").is_disabled()
    opened.pressed("s")
    assert opened.page.locator("#download").is_disabled()
    opened.pressed("]", "j", "c")  # of three the first is let go
    opened.page.get_by_role("button", name="They are the same").click()
    assert [(each["what"], each["reports"]) for each in downloaded(opened, tmp_path)] == [("same", [TWO, FOUR])]
    assert opened.page.locator("#desk .chosen").count() == 0


def test_what_contradicts_earlier_decisions_is_refused(open_page: Opener, tmp_path: Path) -> None:
    # the file says: one and two are the same
    opened = open_page(write_page(tmp_path))
    opened.page.locator("#unsure").get_by_role("button", name="The same", exact=True).click()
    opened.pressed("]", "j", "c", "[", "j", "c", "s")  # four is two, and two is one
    opened.page.get_by_role("button", name="Not the same").first.click()  # so that one is none of them cannot be
    said = opened.page.locator("#status").inner_text()
    assert "contradicts what was said before" in said
    made = downloaded(opened, tmp_path)
    assert [(each["what"], each["reports"]) for each in made] == [("same", [TWO, FOUR]), ("same", [FOUR, ONE])]
    earlier = Decision(what="same", reports=[ONE, TWO])
    decided([earlier, *(Decision.model_validate(each) for each in made)], [])  # as the command does


def test_the_history_names_reports_and_stories(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path, gone={"s-old": ALONE.id}))
    assert opened.texts("#history li") == [
        "2026-03-05 10:00 made of 2 reports: report 1 report 2",
        "2026-03-06 10:00 merged with A bridge is hit (1 report): 1 report: report 4",
    ]


def test_the_map_is_a_picture_with_its_places_in_words(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    picture = opened.page.locator("#map img")
    assert picture.get_attribute("alt") == "Map of the places of this story: Tolva"
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    opened.pressed("]")
    assert opened.page.locator("#map").count() == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "phone"])
def test_axe_finds_nothing_serious(open_page: Opener, tmp_path: Path, dark: bool, width: int) -> None:
    opened = open_page(write_page(tmp_path), dark=dark, width=width)
    opened.pressed("j", "c", "j", "x")
    opened.page.locator("#desk summary").click()
    for summary in opened.page.locator("#story summary").all():
        summary.click()
    assert serious(opened) == []
    opened.pressed("]", "?")
    assert serious(opened) == []
    assert (max(opened.page.locator("body").evaluate(LIGHTNESS)) < 60) == dark


def test_a_phone_scrolls_the_page_down_and_only_tables_sideways(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path), width=360, height=740)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 360
    opened.pressed("j", "j", "j")
    opened.seen("#reports th.current .report-name")
    box = column(opened, 3).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] < 360


def test_one_story_is_printed_whole(open_page: Opener, tmp_path: Path) -> None:
    pdfplumber = pytest.importorskip("pdfplumber", reason="pdfplumber is not installed")
    (many_reports,) = many(1, 9)
    opened = open_page(write_page(tmp_path, [many_reports, ALONE]))
    with pdfplumber.open(BytesIO(opened.page.pdf(format="A4"))) as printed:
        said = " ".join("\n".join(page.extract_text() for page in printed.pages).split())
        right = max(char["x1"] - page.width for page in printed.pages for char in page.chars)
    assert all(f"Headline {at} of" in said for at in range(9))
    assert right < 0  # nothing is off the paper
    assert "A bridge is hit" not in said
    assert "Not the same" not in said
    assert "Download" not in said
    assert opened.page.locator("#reports table").count() == 1  # on the screen they stand beside each other again


def test_500_stories_of_2000_reports_are_searched(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path, many(500, 4)))
    opened.page.locator("#reports thead th").nth(3).wait_for()
    opened.page.locator("#search").fill("headline 2 of 499")
    opened.page.locator(".entry-button:visible").click()
    opened.page.locator("#story h2", has_text="Attack number 499").wait_for()


def test_a_story_of_300_reports_is_shown(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path, many(1, 300)))
    opened.pressed("k")
    opened.seen("#reports th.current")
    assert column(opened, 300).get_attribute("class") == "current"


def test_a_file_without_stories_says_so(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path, []))
    opened.pressed("j", "]", "x", "c", "s", "u")
    assert opened.texts("#story") == ["The file has no stories."]


def test_without_scripts_the_page_says_what_it_needs(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path), scripts=False)
    assert "shows its stories by a script of its own" in opened.page.locator("noscript").inner_text()
