"""How reading grows with the length of a text: `python -m eval.benchmarks.growth`; an hour.

Every text is one unit repeated, which is how hostile texts are made: a pattern that tries again from every place, or
from every pair of places, shows at once. Three ways of reading are measured:

- each of `UNITS` behind a headline by the whole pipeline without a model, twice: alone, and with a piece of a sentence of
  attack put in every few hundred characters, so that no step passes the text over; a "~" at the end has every pattern
  that took all of the text fail there, and try less of it; where the time goes, cProfile says;
- each of `PAGE_UNITS` in an HTML page, at every place of `PLACES`; a page that is refused in time is fine;
- each of `SEARCHED` by grounding: values that overlap themselves, fail at their last letter, stand everywhere.

The exponent is the slope of seconds over characters, both as logarithms, from a tenth of the longest text to the
longest: 1 is linear, 2 is quadratic. The command ends with 1 if any is over `BOUND` and takes a noticeable time.
"""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from itertools import count

import click

from extract.articles import Article, Span
from extract.articles.decoding import decode, looks_like_page
from extract.articles.pages import read_page
from extract.engines.pipeline import extract_article
from extract.engines.setup import Setup
from extract.errors import ArticleError
from extract.models.client import Request, Response
from extract.records.grounding import TextIndex
from extract.tasks.loading import load_task

SIZES = (5_000, 10_000, 20_000, 40_000, 80_000, 200_000)
BOUND = 1.2
NOTICEABLE = 0.1
"""Seconds for the longest text; below it, memory and clock say more than what is read."""
PATIENCE = 300.0
"""Seconds after which a text is given up: of a few signs in a row, 200 000 take spaCy more than a minute."""

HEADLINE = "Missile attack on Kyiv kills three people, mayor says on Thursday\n\n"
CUE = " missiles struck and destroyed the school in Kyiv, killed 3 people, said Ann Lee; "
EVERY = 400
"""Characters between two cues."""

UNITS = (
    # letters, digits and signs without a space between
    "A", "a", "é", "Ж", "中", "ı", "ſ", "\u0301", "\u0301\u0323", "e\u0301", "1", "9,", "1.", "1:", "1-", "-", "—", "_", ".", "…", "!?", ",", ";", "'", "’", '"',
    "“", "”", "‘", "«", "(", ")", "((", "[", "](", "[a](b)", "*", "#", "\u200b", "\u202e", "\u00a0", " ", "\t", "\n", "\r", "\r\n",
    "A-", "A’", "A.", "a.", "U.S.", "Ab", "aB", "A_", "x-A",
    # words in a row
    "a ", "A ", "I ", "AB ", "ABC ", "Ann ", "ann ", "Ann Lee ", "Ann of ", "de la Ann ", "the ", "The ", "of ", "of the ", "and ", "and Ann ",
    "Ann, ", "Ann Lee, ", "Ann’s ", "Mr. ", "Gen. Lee ", "A. ", "St. ", "No. ", "x-Ann ", "John-Paul ", "Minister ", "minister ",
    "Foreign Minister ", "the mayor ", "The mayor, ", "the ministry ", "mayor Ann Lee, ", "spokesman for the army ", "(ABC) ", "Ann Lee (AB) ",
    "Agency (AB) for ", "Kyiv ", "Kyiv, ", "Kyiv and ", "in Kyiv ", "in Kyiv, ", "in ", "in the ", "Russia ", "Russia’s ", "Russian ", "Kyiv’s ",
    "region ", "Kyiv region ", "the city of Kyiv ",
    # numbers and times
    "1 ", "12 ", "1,000 ", "one ", "ten ", "twenty ", "hundred ", "one hundred ", "two thousand ", "million ", "a couple ", "dozens ", "dozens of ", "at least ",
    "at least 1 ", "more than ", "some ", "between 1 and 2 ", "19 ", "2020 ", "1 people ", "one man ", "a man ", "a young man ", "her son ", "another ",
    "aged 1 ", "a 7-year-old ", "Thursday ", "Thursday, ", "on Thursday ", "late Thursday ", "early on ", "last year ", "May ", "May 1 ", "1 May ",
    "yesterday ", "overnight ", "at 1 p.m. ", "around ",
    # what rules look for
    "killed ", "killed 1 ", "killed and ", "wounded and killed ", "toll ", "no ", "including ", "taken to hospital ", "taken to a big ", "missing ",
    "attack ", "attacks ", "attack on ", "drone attack ", "drone ", "drones ", "drones and missiles ", "drones, ", "1 drone ", "1 of 2 drones ",
    "strike attack kamikaze ", "ballistic ", "ballistic and ", "intercepted ", "shot down ", "it was ", "all of ", "hit ", "struck ", "struck by ",
    "destroyed ", "school ", "the school ", "school, ", "schools and ", "roof of the ", "the roof of a ", "building ", "fire ", "damaged the ",
    "by the ", "claimed ", "claimed by ", "Ann claimed responsibility ", "blamed on ", "since ", "war ", "separate ", "earlier ", "launched ",
    "said ", "said Ann Lee ", "Ann Lee said ", "Ann said, ", "he said ", "he said, ", "said that ", "told ", "according to ", "according to Ann ",
    "citing ", "who said ", "later said ", "has also ", "quickly ", "saying ", "spoke of ", "was in ",
    # quotation marks
    '"a" ', '"A" ', '" ', '"a ', 'a" ', "“a” ", "“a ", "a” ", "“a” said ", "“a,” he said ", "“a,” he said. ", "“A b c d e f,” Ann Lee said. ", '"a," ',
    "«a» ", "‘a’ ", "“a”\n", "“One two three four five.”\n\n", "“a” and ", "“a.” ",
    # sentences and lines
    "a. ", "A. B ", "Ann. ", "a.A", "a.Ab", "a.B. ", "Sgt. ", "A b.\n", "Ann\n", "\n\nAnn", "a\n", "A man died. ", "He died.\n", "Ann Lee said.\n",
    "1. ", "3.5 ", "? ", "[a](b)\n", "[a](b) ", "READ MORE\n", "# a\n", "---\n", "\n \n", "A\u2028", "A\u0085", "Published: 2026-01-01 ",
    "She was killed in Kyiv on May 1. ", "A bomb killed 2 people in Garowe, police said on Friday.\n",
    # never the same twice: {n} is a number, {w} a word with a capital
    "{n} ", "{n},", "{w} ", "{w} {w} ", "{w}, ", "{w}\n", "in {w} ", "in {w} region, ", "in {w} and ", "{w}’s army ", "{w} ({w}) ", "Mr. {w} Lee, ",
    "{n} people killed. ", "killed a {w} man. ", "A bomb killed {n} people in {w}.\n", "A bomb killed 2 people in Garowe, {w} said.\n",
    "A bomb killed two people in {w} on May 1. ", "{w} said an attack on May 1, 19{n} killed {n} people.\n", "Russia launched {n} drones at {w}. ",
    "An earlier attack in {w} in {n} killed nine people.\n", "{w} claimed responsibility for a separate attack last year.\n",
    "A missile destroyed a {w} school in {w}. ", "“No {n} more,” he said. ", "“We stay {n}.” {w} Lee said.\n", '"{w}" ', "“{w},” she said, “{n}.” ",
    "Russia launched 9 drones at Kyiv. ", "Two men were killed and 3 wounded when a drone hit a house in Kyiv. ",
)  # fmt: skip

PAGE_UNITS = (
    "A", "a ", " ", "\n", "1", "2020-01-", "a{n} ", "a{n}=1 ", ">", "<", "</", "{", "[", "(", "‘", "-", "--", "|", " - ", "\\", "&amp;", "&lt;", "&a", "&#", "&#1;",
    "<p>", "<p>a", "</p>", "<p>a</p>", "<b>", "</i>", "<div>", "<a{n}>", "<a href=x>", "<a href=x>a</a>", "<br>", "<h1>a</h1>", "<li>a", "<table><tr><td>",
    "<option>", "<i hidden>", "<i hidden></i>a ", "<i></i>a ", "<time>1 May</time>", "<p class=date>a</p>", "<html a{n}=1>", "<body a{n}=1>", "<title>",
    "<!--", "-->", "<!-- a -->", "<!---->", "<![CDATA[", "<![CDATA[a]]>", "<?a ", "<?a?>", "<!doctype html>", "<script>", "<script></script>",
    "<meta name=author content='{w} Lee'>", '"author":', '"Person"', "https://a/", "READ MORE ", "May 1, 2020 ",
)  # fmt: skip
BODY = "<p>A drone struck a depot in Kyiv late on Tuesday, officials said; two people were hurt and taken away.</p>" * 3
PLACES = {
    "before": ("", f"<html><body>{BODY}"),
    "tag": ("<html><body><p ", f">{BODY}"),
    "after <": ("<html><body><p a='<' ", f">{BODY}"),
    "attribute": ('<html><body><p class="', f'">{BODY}'),
    "author": ('<html><head><meta name="author" content="', f'"></head><body>{BODY}'),
    "title": ("<html><head><title>", f"</title></head><body>{BODY}"),
    "data": ('<html><head><script type="application/ld+json">{"author": "', f'"}}</script></head><body>{BODY}'),
    "comment": ("<html><!--", f"--><body>{BODY}"),
    "text": (f"<html><body><article>{BODY}<p>", "</p></article>"),
    "after": (f"<html><body><article>{BODY}</article>", "</body>"),
}
"""Name → what stands before and after the units."""
FACTOR = 5
"""Pages are longer than the texts in them."""
LOOKED_FOR = 1_000
"""Values that are looked for all over a text, as many in a short one: time is their number times the length."""

SEARCHED = (
    *UNITS, "aaaa ", "a-", "a'", "a\u200b", "e\u0323\u0301", "S-3 ", "two \n", "俄", "一", "1万", "周", "第", "กรุงเคียฟ", "키이우를", "\u1112\u1161\u11ab",
)  # fmt: skip


def _numbered(unit: str, number: int) -> str:
    """A unit with its placeholders filled: a number, and a word with a capital, another one for every number."""
    word = "".join(chr(ord("a") + int(digit)) for digit in str(number)).capitalize()
    return unit.replace("{n}", str(number)).replace("{w}", word)


class NoModel:
    """Stands where a model would: the rules ask nothing."""

    def complete(self, request: Request) -> Response:
        """Is never called."""
        raise AssertionError(request)


@cache
def rules_setup() -> Setup:
    """A run without a model."""
    task = load_task("attack")
    return Setup(task=task, prompts=task.prompt_set("rules"), client=NoModel(), model="rules")


@dataclass(frozen=True, slots=True)
class Hostile:
    """One unit again and again, and where it stands: a way to be read."""

    unit: str
    place: str

    @property
    def name(self) -> str:
        """The unit as a Python literal, and where it stands."""
        return f"{self.unit!a} {self.place}"

    def text(self, size: int) -> str:
        """A text of `size` characters."""
        raise NotImplementedError

    def read(self, text: str) -> None:
        """Reads it, whatever comes of that."""
        raise NotImplementedError


_READ = count()
"""Numbers of readings: what an article with the same id said is remembered, and a second reading would cost nothing."""


class HostileText(Hostile):
    """A text for the rules: the unit "alone", or "cued", with sentences of attack between."""

    def text(self, size: int) -> str:
        """The text, of exactly `size` characters."""
        runs = [HEADLINE]
        left = size - len(HEADLINE)
        for number in count(1):
            runs.append(_numbered(self.unit, number))
            left -= len(runs[-1])
            if self.place == "cued" and len(runs) % (EVERY // len(runs[-1]) + 1) == 0:
                runs.append(CUE)
                left -= len(CUE)
            if left < 0:
                break
        return "".join(runs)[: size - 1] + "~"

    def read(self, text: str) -> None:
        """Reads it by rule."""
        with ThreadPoolExecutor(1) as pool:
            result = extract_article(Article(f"hostile {next(_READ)}", text, "hostile"), rules_setup(), pool)
        if result.status == "failed":
            raise AssertionError(f"{self.name}: {result.problems}")


class HostilePage(Hostile):
    """A page in which the unit stands at one of `PLACES`."""

    def text(self, size: int) -> str:
        """A page of `FACTOR` times as many characters, or somewhat more."""
        before, after = PLACES[self.place]
        units = (_numbered(self.unit, number) for number in range(FACTOR * size // len(self.unit)))
        return f"{before}{''.join(units)}{after}"

    def read(self, text: str) -> None:
        """Reads the article in it, if there is one."""
        with suppress(ArticleError):
            read_page(decode(text.encode(), page=looks_like_page(text)), "hostile", "hostile", None)


class HostileSource(Hostile):
    """A text in which searching is slow."""

    def text(self, size: int) -> str:
        """The unit, to the character."""
        return (self.unit * (size // len(self.unit) + 1))[:size]

    def read(self, text: str) -> None:
        """Looks for a few values in the middle, and all over it for some that stand everywhere and some that do nowhere."""
        index, bare = TextIndex(text), self.unit.strip()
        few = (bare, bare[:1], bare[:-1], f"{bare}b", self.unit * 50, self.unit * 1_000 + "b", "two hundred", "三")
        for value in few:
            index.find(value or "a", Span(len(text) // 2, len(text) // 2 + 50))
        for number in range(LOOKED_FOR):
            place = len(text) * number // LOOKED_FOR
            index.find("a" if number % 2 else f"{number} fell", Span(place, place + 5))


HOSTILE: tuple[Hostile, ...] = (
    *(HostileText(unit, place) for unit in UNITS for place in ("alone", "cued")),
    *(HostilePage(unit, place) for unit in PAGE_UNITS for place in PLACES),
    *(HostileSource(unit, "searched") for unit in SEARCHED),
)

FIRST = (HostileText("He died. ", "cued"), HostilePage("a", "text"))
"""Read before what counts: they have compiled what is compiled once."""


class GivenUp(BaseException):
    """Not an Exception: what an article raises is that article's row."""


@contextmanager
def within(seconds: float, *, computing: bool = False) -> Iterator[None]:
    """Ends the block after some seconds, by an alarm; main thread only.

    Args:
        computing: seconds in which this process computes, not those of the clock on the wall, which others take.
    """
    timer, alarm = (signal.ITIMER_PROF, signal.SIGPROF) if computing else (signal.ITIMER_REAL, signal.SIGALRM)

    def give_up(*_: object) -> None:
        raise GivenUp

    before = signal.signal(alarm, give_up)
    signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(alarm, before)


def timed(read: Callable[[str], object], text: str, patience: float = PATIENCE) -> float:
    """Seconds of computing to read a text, without what other programs took; infinite where patience ended."""
    began = time.thread_time()
    try:
        with within(patience, computing=True):
            read(text)
    except GivenUp:
        return math.inf
    return time.thread_time() - began


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """Slope from the first size that is at least a tenth of the last one, to the last; infinite if it was given up."""
    first = next(number for number, size in enumerate(sizes) if size * 10 >= sizes[-1])
    if math.inf in seconds or len(seconds) < len(sizes):
        return math.inf
    return math.log(seconds[-1] / seconds[first]) / math.log(sizes[-1] / sizes[first])


def measured(hostile: Hostile, sizes: Sequence[int]) -> list[float]:
    """Seconds by size; ends at the first that is given up."""
    found: list[float] = []
    for size in sizes:
        found.append(timed(hostile.read, hostile.text(size)))
        if found[-1] == math.inf:
            break
    return found


def is_over(sizes: Sequence[int], seconds: Sequence[float]) -> bool:
    """Whether growth is over the bound, and the longest text takes a noticeable time."""
    return exponent(sizes, seconds) > BOUND and seconds[-1] > NOTICEABLE


@click.command()
@click.option("--size", "sizes", multiple=True, type=int, default=SIZES, help="Characters of a text; again for more.")
@click.option("--unit", "units", multiple=True, help="Only this unit; again for more.")
def main(sizes: tuple[int, ...], units: tuple[str, ...]) -> None:
    """How reading grows with the length of a text; ends with 1 if growth is over the bound."""
    ordered = sorted(set(sizes))
    chosen = [each for each in HOSTILE if not units or each.unit in units]
    if ordered[0] < 1 or sum(size * 10 >= ordered[-1] for size in ordered) < 2:
        raise click.UsageError("growth takes two sizes, each of one --size: no more than tenfold apart, and above 0")
    if unknown := set(units) - {each.unit for each in HOSTILE}:
        raise click.UsageError(f"no unit {min(unknown)!r}")
    for first in FIRST:
        measured(first, ordered[:1])
    click.echo(f"{'text':36}{''.join(f'{size:9}' for size in ordered)} exponent")
    over = 0
    for each in chosen:
        seconds = measured(each, ordered)
        slope = exponent(ordered, seconds)
        over += is_over(ordered, seconds)
        cells = "".join(f"{second:9.3f}" for second in [*seconds, *[math.inf] * (len(ordered) - len(seconds))])
        click.echo(f"{each.name:36}{cells}{slope:9.2f}")
    click.echo(f"{len(chosen)} texts, {over} grow faster than the power {BOUND}")
    click.get_current_context().exit(1 if over else 0)


if __name__ == "__main__":
    main()
