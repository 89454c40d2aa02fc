"""A browser that asks nobody for anything, and pages that tell what went wrong in them; skipped where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Dialog, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")  # no longer: Playwright keeps an event loop running, which other tests start themselves
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: make dev installs it")
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield opened
        opened.close()


@dataclass
class Opened:
    """A page, and what it did that it should not: errors, dialogs, requests for anything but itself."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def pressed(self, *keys: str) -> None:
        """Presses keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def texts(self, selector: str) -> list[str]:
        """The texts of elements, as they are read."""
        return [" ".join(text.split()) for text in self.page.locator(selector).all_inner_texts()]

    def seen(self, selector: str) -> None:
        """Waits until the first such element is inside the window."""
        self.page.wait_for_function(
            """(selector) => { const found = document.querySelector(selector), box = found && found.getBoundingClientRect();
              return box && box.height > 0 && box.top >= 0 && box.bottom <= innerHeight; }""",
            arg=selector,
            timeout=10_000,
        )

    def chosen(self) -> str:
        """The pointer of the chosen value."""
        return self.page.locator("#cards button.current").first.get_attribute("data-pointer") or ""

    def select(self, words: str) -> None:
        """Selects words of the article as a pointer would: by their place in the text that is shown."""
        self.page.evaluate(
            """(words) => {
              const walker = document.createTreeWalker(document.getElementById('text'), NodeFilter.SHOW_TEXT);
              const nodes = []; let text = '';
              while (walker.nextNode()) { nodes.push([walker.currentNode, text.length]); text += walker.currentNode.data; }
              const at = text.indexOf(words), to = at + words.length;
              if (at < 0) throw new Error(`not in the article: ${words}`);
              const point = (place, last) => {
                const [node, start] = nodes.findLast(([, start]) => last ? start < place : start <= place);
                return [node, place - start];
              };
              document.getSelection().setBaseAndExtent(...point(at, false), ...point(to, true));
              document.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }));
            }""",
            words,
        )
        self.page.wait_for_timeout(30)


class Opener:
    """Opens files in contexts of their own."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.contexts: list[BrowserContext] = []
        self.opened: list[Opened] = []

    def __call__(
        self, file: Path, *, width: int = 1280, height: int = 800, dark: bool = False, scripts: bool = True
    ) -> Opened:
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            offline=True,
        )
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        made = Opened(context.new_page())
        self.opened.append(made)
        page, faults = made.page, made.faults
        page.on("console", lambda said: faults.append(f"console: {said.text}"))
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("dialog", lambda dialog: dismissed(dialog, faults))
        page.on("request", lambda asked: None if asked.url == file.as_uri() else faults.append(f"asked: {asked.url}"))
        page.on("popup", lambda other: faults.append(f"popup: {other.url}"))
        page.goto(file.as_uri())
        return made


def dismissed(dialog: Dialog, faults: list[str]) -> None:
    """Puts a dialog down as a fault, and away."""
    faults.append(f"dialog: {dialog.message}")
    dialog.dismiss()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Opener]:
    """Opens a page; a test in which one did something it should not fails."""
    opener = Opener(browser)
    yield opener
    faults = [fault for each in opener.opened for fault in each.faults]
    for context in opener.contexts:
        context.close()
    assert not faults
