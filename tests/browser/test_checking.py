"""A number or a day that its own words deny is told as soon as it is saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pytest
from pydantic import BaseModel

from extract.records.checks import Stated
from extract.records.marks import Day, NumberOf, Verbatim
from extract.views.page.building import page_of
from extract.views.page.content import content_of
from tests.browser.deskwork import choose, field
from tests.pages import result, run_of

if TYPE_CHECKING:
    from datetime import date

    from tests.browser.conftest import Opened, Opener

pytestmark = pytest.mark.browser

TEXT = "Two owls called on 3 May 2024, 1,200 moths came, two of 18 stayed, and a good many flew."


class Sum(BaseModel):
    words: Annotated[str, Verbatim("number")]
    value: Annotated[int | None, NumberOf("words", least=1)] = None


class Night(BaseModel):
    when: Annotated[str | None, Verbatim("time")] = None
    day: Annotated[str | None, Day("when")] = None
    sums: list[Sum] = []


class Few:
    """Reads the words of small numbers."""

    def stated_number(self, words: str) -> Stated | None:
        return Stated({"two": 2, "three": 3}[words.lower()]) if words.lower() in ("two", "three") else None

    def denies_day(self, words: str, day: date) -> bool:
        return False


def opened_night(open_page: Opener, tmp_path: Path, words: str, value: int | None) -> Opened:
    night = Night(when="3 May 2024", day="2024-05-03", sums=[Sum(words=words, value=value)])
    run = run_of(result(night, TEXT))
    file = tmp_path / "page.html"
    file.write_text(page_of(content_of(run, Night, {"monday": TEXT}, reader=Few())), encoding="utf-8")
    return open_page(file)


def edit(opened: Opened, pointer: str, name: str, value: str) -> str:
    """Edits a value; returns what is said of it: at once, and at the desk."""
    opened.page.locator(f'#cards [data-pointer="{pointer}"]').click()
    opened.pressed("e")
    field(opened, name).fill(value)
    opened.pressed("Enter")
    return opened.page.locator("#status").inner_text() + opened.page.locator("#desk").inner_text()


@pytest.mark.parametrize(
    ("words", "right", "wrong", "because"),
    [
        ("Two", 2, "3", "'Two' states 2, the value is 3"),
        ("1,200", 1200, "12", "'1,200' states 1200, the value is 12"),
        ("Two", 2, "0", "0 is no count"),
        ("Two", 2, "", "'Two' states 2, the value is null"),
    ],
)
def test_a_number_is_denied_by_its_words(
    open_page: Opener, tmp_path: Path, words: str, right: int, wrong: str, because: str
) -> None:
    opened = opened_night(open_page, tmp_path, words, right)
    said = edit(opened, "/sums/0/value", "value", wrong)
    assert said.count(because) == 2
    assert "≠" in opened.texts("#cards .value.contradiction")[0]
    opened.pressed("u")
    assert not opened.texts("#cards .value.contradiction")


def test_words_that_are_edited_are_held_against_the_number(open_page: Opener, tmp_path: Path) -> None:
    opened = opened_night(open_page, tmp_path, "1,200", 1200)
    assert "'Two' states 2" in edit(opened, "/sums/0/words", "words", "Two")
    edit(opened, "/sums/0/value", "value", "2")
    assert not opened.texts("#cards .value.contradiction")


@pytest.mark.parametrize("words", ["two of 18", "a good many"])
def test_words_that_the_page_cannot_read_are_said_to_be_unchecked(
    open_page: Opener, tmp_path: Path, words: str
) -> None:
    opened = opened_night(open_page, tmp_path, words, 18)
    said = edit(opened, "/sums/0/value", "value", "7")
    assert "not checked here" in said
    assert "≠" not in said


def test_a_day_is_denied_by_its_year_or_by_no_words(open_page: Opener, tmp_path: Path) -> None:
    opened = opened_night(open_page, tmp_path, "Two", 2)
    assert "'3 May 2024' is not 2025-05-03" in edit(opened, "/day", "day", "2025-05-03")
    assert "not checked here" in edit(opened, "/day", "day", "2024-05-04")
    choose(opened, "3 May 2024")
    opened.pressed("r")
    assert "2024-05-04 has no words that give it" in opened.page.locator("#status").inner_text()
