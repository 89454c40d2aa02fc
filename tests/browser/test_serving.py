"""The form of `extract serve` in a browser: an article is put in, its page is read; nothing of it runs on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import dismissed
from tests.browser.test_hostile import MARKUP
from tests.serving.served import Served, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
ARTICLE = "Bomb kills two in Garowe\n\nA car bomb killed two people in Garowe on Monday, police said.\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("form"), "--model", "rules") as made:
        yield made


@pytest.fixture
def form(browser: Browser, server: Served) -> Iterator[Page]:
    """The form; a test in which a page asks for anything but this server, says something or opens a dialog fails."""
    context = browser.new_context(viewport={"width": 1100, "height": 800})
    context.set_default_timeout(10_000)
    page, faults = context.new_page(), list[str]()
    address = f"http://127.0.0.1:{server.port}/"
    page.on("console", lambda said: faults.append(said.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: dismissed(dialog, faults))
    page.on("request", lambda asked: None if asked.url.startswith(address) else faults.append(asked.url))
    page.goto(address)
    yield page
    context.close()
    assert not faults


def test_a_text_is_put_in_and_its_page_is_read(form: Page) -> None:
    form.get_by_label("Text of the article").fill(ARTICLE)
    form.get_by_label("Published on").fill("2026-11-24")
    form.get_by_role("button", name="Extract").click()
    form.wait_for_selector("#cards h3, #cards button")
    assert "A car bomb killed two people" in form.locator("#text").inner_text()
    assert "2026-11-23" in form.locator("#cards").inner_text()


def test_a_file_is_put_in(form: Page, tmp_path: Path) -> None:
    (tmp_path / "bomb.md").write_text(ARTICLE, encoding="utf-8")
    form.get_by_label("or a file").set_input_files(tmp_path / "bomb.md")
    form.get_by_role("button", name="Extract").click()
    form.wait_for_selector("#cards button")
    assert "bomb" in form.title()


def test_nothing_of_a_hostile_article_runs(form: Page) -> None:
    text = MARKUP.replace("\0", "")
    form.get_by_label("Text of the article").fill(f"A car bomb killed two people in Garowe. {text}")
    form.get_by_role("button", name="Extract").click()
    form.wait_for_selector("#cards button")
    assert "<script>alert(1)</script>" in form.locator("#text").inner_text()
    assert form.locator("#text, #cards").locator("img, svg, script, iframe, style, b").count() == 0


def test_the_description_leads_back_to_the_form(form: Page, server: Served) -> None:
    form.goto(f"http://127.0.0.1:{server.port}/docs")
    assert form.get_by_role("heading", name="POST /extract").count() == 1
    form.get_by_role("link", name="the form").click()
    assert form.get_by_role("button", name="Extract").count() == 1
