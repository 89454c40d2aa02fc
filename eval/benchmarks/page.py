"""The page of a run in a browser: how fast many articles open and scroll, and the pictures of README and docs.

    python -m eval.benchmarks.page RUN                               # as 500 articles: seconds, frame times
    python -m eval.benchmarks.page RUN --screenshots docs/images     # two pictures of its page
    python -m eval.benchmarks.page STORIES --screenshots docs/images # one of the page of stories

It takes Playwright, Chromium of the machine, and for pictures Pillow.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eval.gold.clone import gold_folder
from eval.harness import load_gold
from eval.reports.beside import beside_gold
from extract.cli.settings import NewPath, RunPath
from extract.files.run_files import is_stories_file
from extract.records.results import ArticleResult, Run, read_header, read_run
from extract.records.texts import find_texts
from extract.stories.story import read_stories
from extract.tasks.loading import task_of_run
from extract.views.page.building import page_of
from extract.views.page.content import Beside, content_of
from extract.views.page.stories import stories_content

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

ARTICLES = 500
SIZE: ViewportSize = {"width": 1200, "height": 720}
FRAMES = """(selector) => new Promise((done) => {
  const pane = document.querySelector(selector), times = [];
  let last = performance.now(), steps = 120;
  const frame = (now) => {
    times.push(now - last); last = now; pane.scrollTop += 160;
    if (steps-- > 0) requestAnimationFrame(frame);
    else done({ median: times.sort((a, b) => a - b)[60], p95: times[114], worst: times.at(-1) });
  };
  requestAnimationFrame(frame);
})"""


def many(run: Run, count: int) -> Run:
    """A run of so many articles: those of another, again and again under other names."""
    results = [_renamed(run.results[number % len(run.results)], number) for number in range(count)]
    return run.model_copy(update={"results": results})


def _renamed(result: ArticleResult, number: int) -> ArticleResult:
    return result.model_copy(update={"article_id": f"{number:03}-{result.article_id}"})


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of the machine."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--headless=new", "--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


def measure(run: Run, browser: Browser, folder: Path) -> Iterator[str]:
    """Lines of figures about a run's page."""
    file = written(run, folder / "many.html")
    page = browser.new_page(viewport=SIZE)
    page.goto(file.as_uri())
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    seen = page.evaluate(
        "[performance.getEntriesByType('navigation')[0].loadEventEnd, performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0]"
    )
    yield f"{len(run.results)} articles, {file.stat().st_size / 1e6:.1f} MB: loaded after {seen[0]:.0f} ms, first seen after {seen[1]:.0f} ms"
    for name, pane in (("index", "#articles"), ("text", "#reading"), ("records", "#cards")):
        times = page.evaluate(FRAMES, pane)
        yield f"scrolling the {name}: a frame takes {times['median']:.1f} ms, 95 % {times['p95']:.1f}, worst {times['worst']:.1f}"
    yield f"opening an article: {_timed(page, ']'):.0f} ms; next value: {_timed(page, 'j'):.0f} ms; correcting it: {_timed(page, 'c'):.0f} ms"
    page.locator("#search").focus()
    yield f"searching all texts: {_timed(page, 'k'):.0f} ms"


def _timed(page: Page, key: str) -> float:
    """Milliseconds from a key to the next frame; the best of five."""
    page.evaluate("document.querySelector('#help').close()")
    times: list[float] = []
    for _ in range(5):
        page.evaluate("""() => document.addEventListener('keydown', () => { window.began = performance.now();
          window.ended = new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now() - window.began)))); },
          { once: true, capture: true })""")
        page.keyboard.press(key)
        times.append(page.evaluate("window.ended"))
    return min(times)


def screenshots(run: Run, gold: Path | None, browser: Browser, folder: Path) -> None:
    """Two small pictures: a run being corrected, and a run beside its labels in the dark."""
    task = task_of_run(run.header.signature.task, None)
    beside = beside_gold(run, load_gold(gold_folder(task, gold), task))
    with tempfile.TemporaryDirectory() as made:
        for name, file, dark in (
            ("page", written(run, Path(made) / "page.html"), False),
            ("page-gold", written(run, Path(made) / "gold.html", beside), True),
        ):
            page = browser.new_page(viewport=SIZE, color_scheme="dark" if dark else "light")
            page.goto(file.as_uri())
            for key in ("]", "j", "c") if not dark else ("j",):
                page.keyboard.press(key)
            if not dark:  # the beginning of the article, with a value of it chosen
                page.locator("#text mark").nth(10).click()
                page.locator("#reading").evaluate("pane => pane.scrollTo(0, 0)")
            page.wait_for_timeout(200)
            _save(page.screenshot(), folder / f"{name}.png")


def picture_of_stories(file: Path, browser: Browser, folder: Path) -> None:
    """The first story of a file."""
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "stories.html"
        path.write_text(page_of(stories_content(read_stories(file), file)), encoding="utf-8")
        page = browser.new_page(viewport=SIZE)
        page.goto(path.as_uri())
        page.wait_for_timeout(200)
        page.locator("#main, main").first.evaluate("pane => pane.scrollBy(0, 96)")
        page.wait_for_timeout(200)
        _save(page.screenshot(), folder / "stories.png")


def _save(picture: bytes, file: Path) -> None:
    """A picture in few colours: a page of text needs no more, and the file is a third as large."""
    from PIL import Image

    Image.open(io.BytesIO(picture)).convert("RGB").quantize(160).save(file, optimize=True)


def written(run: Run, file: Path, *beside: Beside) -> Path:
    """The page of a run, in a file."""
    task = task_of_run(run.header.signature.task, None)
    file.write_text(page_of(content_of(run, task.schema, find_texts(run), beside, reader=task.rules)), encoding="utf-8")
    return file


@click.command()
@click.argument("file", metavar="RUN|STORIES", type=RunPath())
@click.option("--articles", type=click.IntRange(1), default=ARTICLES, show_default=True, help="Of the measured page.")
@click.option("--screenshots", "pictures", type=NewPath("folder"), help="Make pictures in this folder instead.")
@click.option("--gold", type=click.Path(path_type=Path), help="Folder of the gold set, if not the task's own.")
def main(file: Path, articles: int, pictures: Path | None, gold: Path | None) -> None:
    """Measure the page of a run in a browser, or make pictures of it; of a stories file, the picture of its page."""
    if is_stories_file(file):
        with chromium() as browser:
            picture_of_stories(file, browser, pictures or Path())
        return
    run = read_run(file, task_of_run(read_header(file).signature.task, None).schema)
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        if pictures:
            screenshots(run, gold, browser, pictures)
        else:
            for line in measure(many(run, articles), browser, Path(folder)):
                click.echo(line)


if __name__ == "__main__":
    main()
