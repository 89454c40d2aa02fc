"""The page for everybody: by ear, in the dark, on a phone, on paper, and without scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from eval.reports.beside import beside_run
from tests.pages import DIARY, TEXT, result, run_of, write_page

if TYPE_CHECKING:
    from tests.browser.conftest import Opened, Opener

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
LIGHTNESS = "(element) => getComputedStyle(element).backgroundColor.match(/[\\d.]+/g).slice(0, 3).map(Number)"


def serious(opened: Opened) -> list[str]:
    """What axe finds that is serious or critical, with where it is."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm ci --prefix tests/browser")
    opened.page.evaluate(AXE.read_text(encoding="utf-8") + "; 0")
    found: list[Any] = opened.page.evaluate(
        "axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations)"
    )
    return [
        f"{each['id']}: {node['html'][:200]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "phone"])
def test_axe_finds_nothing_serious(open_page: Opener, tmp_path: Path, dark: bool, width: int) -> None:
    other = DIARY.model_copy(update={"walks": []})
    run = run_of(result(), result(article_id="b", title="B"))
    opened = open_page(
        write_page(tmp_path, run, beside_run(run, run_of(result(other)), {"monday": TEXT}, "b")), dark=dark, width=width
    )
    opened.pressed("j", "c", "r")
    assert serious(opened) == []
    opened.pressed("e")
    assert serious(opened) == []
    opened.pressed("Escape", "?")
    assert serious(opened) == []


def test_landmarks_and_names(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path, run_of(result(), result(article_id="b"))))
    page = opened.page
    for role, name in (
        ("banner", None),
        ("navigation", "Articles"),
        ("main", None),
        ("region", "Article text"),
        ("region", "Records"),
    ):
        found = page.get_by_role(role, name=name, exact=True) if name else page.get_by_role(role)  # type: ignore[arg-type]
        assert found.count() == 1, role
    assert page.get_by_role("button", name="3 ≠ (contradicts its own words, or cannot be)").count() == 1
    opened.pressed("j")
    assert "1 of" in page.get_by_role("status").inner_text()


def test_dark_is_dark(open_page: Opener, tmp_path: Path) -> None:
    file = write_page(tmp_path)
    for dark in (False, True):
        colour = open_page(file, dark=dark).page.locator("body").evaluate(LIGHTNESS)
        assert (max(colour) < 60) == dark


def test_a_phone_has_one_column_and_no_sideways_scrolling(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path, run_of(result(), result(article_id="b"))), width=360, height=740)
    width = opened.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
    text, cards = (opened.page.locator(each).bounding_box() for each in ("#reading", "#records"))
    assert text is not None
    assert cards is not None
    assert cards["y"] >= text["y"] + text["height"] - 1
    opened.pressed("j")
    for each in (opened.page.locator("#cards .current").first, opened.page.locator("#text .current").first):
        box = each.bounding_box()
        assert box is not None
        assert 0 <= box["y"] < 740
    chosen, desk = (opened.page.locator(each).first.bounding_box() for each in ("#cards .current", "#desk"))
    assert chosen is not None
    assert desk is not None
    assert chosen["y"] + chosen["height"] <= desk["y"]


def test_all_of_an_article_is_printed(open_page: Opener, tmp_path: Path) -> None:
    from io import BytesIO

    pdfplumber = pytest.importorskip("pdfplumber", reason="pdfplumber is not installed")
    long = TEXT + "".join(f"Line {number} of the day.\n" for number in range(500))
    opened = open_page(write_page(tmp_path, run_of(result(DIARY, long))))
    with pdfplumber.open(BytesIO(opened.page.pdf(format="A4", print_background=True))) as printed:
        said = "\n".join(page.extract_text() for page in printed.pages)
    assert "Line 499 of the day." in said
    assert "Two herons stood in the reeds" in said
    assert "standing" in said
    assert "Download" not in said


def test_without_scripts_the_page_says_what_it_needs(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path), scripts=False)
    assert "by a script of its own" in opened.page.locator("noscript").inner_text()


def test_the_header_stays(open_page: Opener, tmp_path: Path) -> None:
    bird = DIARY.walks[0].birds[0]
    many = DIARY.model_copy(update={"walks": [DIARY.walks[0].model_copy(update={"birds": [bird] * 200})]})
    opened = open_page(write_page(tmp_path, run_of(result(many))), width=1280, height=900)
    assert opened.page.evaluate("document.documentElement.scrollHeight") == 900
    for _ in range(9):
        opened.pressed("k")
    assert opened.page.evaluate("scrollY") == 0
    opened.seen("#top h1")


def test_the_header_is_one_line(open_page: Opener, tmp_path: Path) -> None:
    run = run_of(result(), result(article_id="b"))
    other = beside_run(run, run, {"monday": TEXT}, "a run with quite a long name, made last week.jsonl")
    opened = open_page(write_page(tmp_path, run.model_copy(update={"path": "a-run-with-a-long-name" * 3}), other))
    box = opened.page.locator("#top").bounding_box()
    assert box is not None
    assert box["height"] < 45
    opened.seen("#help-button")


def test_all_articles_are_printed_when_asked(open_page: Opener, tmp_path: Path) -> None:
    from io import BytesIO

    pdfplumber = pytest.importorskip("pdfplumber", reason="pdfplumber is not installed")

    def printed(opened: Opened) -> str:
        with pdfplumber.open(BytesIO(opened.page.pdf(format="A4"))) as pages:
            return "\n".join(page.extract_text() for page in pages.pages)

    run = run_of(result(), result(article_id="b", title="Tuesday"), result(article_id="c", title="Sunday"))
    opened = open_page(write_page(tmp_path, run))
    opened.page.evaluate("window.print = () => {}")  # the dialog of the browser; the test prints itself
    assert "Tuesday" not in printed(opened)
    opened.pressed("]", "?")
    opened.page.locator("#print-all").click()
    said = printed(opened)
    assert [said.count(title) for title in ("Monday", "Tuesday", "Sunday")] == [1, 1, 1]
    assert said.count("Two herons stood in the reeds") >= 3
    assert opened.texts("#article-head h2") == ["Tuesday"]
    assert "Sunday" not in printed(opened)
