"""A record as one article gives it, reduced to what tells it from others: the unit that stories are made of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from extract.places.resolution import Place
from extract.records.columns import record_id
from extract.records.folding import fold
from extract.records.results import ArticleResult
from extract.records.totals import totals
from extract.records.tree import (
    Node,
    Trail,
    Value,
    evidence_field,
    evidence_of,
    fields_of,
    nodes,
    path_of,
    plain,
    record_lists,
    value_at,
    walk,
)
from extract.stories.days import When, when
from extract.stories.plan import StoryPlan
from extract.stories.story import Passage
from extract.stories.told import Told, number_trail, told_in
from extract.stories.vocabulary import Vocabulary, Words
from extract.stories.where import Spot, spots

_TOKEN = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}|\d[\d.,]*\d|\w{3,}")
"""Two characters where a script has no spaces between words, a number, or a word of three letters."""
_QUOTED = re.compile(r"(?:[“„«\"]|``)((?:(?!'')[^“”„«»\"\n]){15,600})(?:[”“»\"]|'')")
_RUN = 4
"""Words in a row that two texts quote alike, when they quote the same."""
_LONGEST = 50
"""Characters of a word: longer ones are none, and are shown among the evidence."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_MOST = 20_000
"""Characters of an article whose words are looked at."""
_NEVER = 9_999_999


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of things beside the toll: 598 drones."""

    what: tuple[str, str]
    number: float


@dataclass(frozen=True, slots=True)
class Mention:
    """A record of an article.

    Attributes:
        id: ARTICLE#POINTER.
        article: number of its article, in the order in which they were read.
        is_main: the article is about it.
        when, places: what it says of day and place.
        values: field → value, folded: names and words of vocabularies.
        counted: numbers in lists of records that are no toll.
        told: its tolls.
        vocabulary: of all records that are compared.
        words: of its evidence and of all that was found in the text for it; of the whole article, if it is its main record.
        quoted: runs of words that its article quotes, if it is its main record.
        repeats: number of the article whose text this one repeats.
        title, source, url, run: of its article.
        evidence: the words that support it.
        spans: pointer → where the words of its tolls stand.
    """

    id: str
    article: int
    article_id: str
    pointer: str
    is_main: bool
    when: When
    places: tuple[Spot, ...]
    values: Mapping[str, tuple[str, str]]
    counted: tuple[Counted, ...]
    told: tuple[Told, ...]
    vocabulary: Vocabulary
    words: Words
    quoted: Words
    repeats: int | None
    title: str
    source: str
    url: str | None
    run: str
    evidence: Passage | None
    spans: Mapping[str, tuple[int, int]]

    def passage(self, pointer: str, words: str) -> Passage:
        """Words of the record, and where they stand."""
        start, end = self.spans.get(pointer, (None, None))
        return Passage(text=words, start=start, end=end)


def in_time(mention: Mention) -> tuple[int, str]:
    """What records are put in order by: the day of publication, those without one last."""
    return mention.when.published or _NEVER, mention.id


def mentions_of(
    result: ArticleResult,
    number: int,
    plan: StoryPlan,
    known: Mapping[str, Place],
    vocabulary: Vocabulary,
    repeats: int | None = None,
    run: str = "",
) -> Iterator[Mention]:
    """The records of an article that make stories.

    Args:
        result: of the article.
        number: of the article.
        plan: of its task.
        known: its places by pointer.
        vocabulary: of all records.
        repeats: number of the article whose text it repeats.
        run: the file that holds it.
    """
    if result.records is None:
        return
    marked = frozenset(result.totals or totals(result.records))
    found = [node for node in nodes(result.records) if isinstance(node.record, plan.model)]
    mains = [node for node in found if is_main(node, plan)]
    text = f"{result.title or ''}\n{(result.text or '')[:_MOST]}" if len(mains) == 1 else ""
    words, quoted = tokens(text), quotations(text)
    article = _Article(result, number, run, repeats, known, marked, vocabulary)
    for node in found:
        own = tokens(" ".join(_own_words(node)))
        if mains == [node]:
            yield _mention(node, article, plan, words | own, quoted)
        else:
            yield _mention(node, article, plan, own, set())


def is_main(node: Node, plan: StoryPlan) -> bool:
    """Whether an article is about a record."""
    return all(plain(getattr(node.record, name)) == value for name, value in plan.main.items())


def tokens(text: str) -> set[str]:
    """The words and numbers of a text but its years, folded a little."""
    return {each.strip(".,")[:_LONGEST] for each in _TOKEN.findall(text.casefold()) if not _YEAR.fullmatch(each)}


def quotations(text: str) -> set[str]:
    """Runs of words that a text quotes."""
    said = (fold(each) for each in _QUOTED.findall(text))
    return {" ".join(words[at : at + _RUN]) for words in said for at in range(len(words) - _RUN + 1)}


@dataclass(frozen=True, slots=True)
class _Article:
    """What the records of an article have in common."""

    result: ArticleResult
    number: int
    run: str
    repeats: int | None
    places: Mapping[str, Place]
    totals: Collection[str]
    vocabulary: Vocabulary


def _mention(node: Node, article: _Article, plan: StoryPlan, words: set[str], quoted: set[str]) -> Mention:
    result = article.result
    times: list[str] = []
    day: str | None = None
    places: dict[str, str] = {}
    values: dict[str, tuple[str, str]] = {}
    for role, pointer, value, trail in _valued(node, plan):
        said = str(plain(value))
        if role == "time":
            times.append(said)
        elif role == "day":
            day = said
        elif role == "place":
            places[pointer] = said
        elif role in ("name", "choice") and (folded := " ".join(fold(said))):
            values[".".join(path_of(trail))] = (folded, said)
    told = tuple(told_in(node, plan, article.totals))
    evidence = evidence_of(node.record)
    return Mention(
        id=record_id(result, node.pointer),
        article=article.number,
        article_id=result.article_id,
        pointer=node.pointer,
        is_main=is_main(node, plan),
        when=when(times, day, result),
        places=spots(places, article.places),
        values=values,
        counted=tuple(_counted(node, plan)),
        told=told,
        vocabulary=article.vocabulary,
        words=article.vocabulary.take(words),
        quoted=article.vocabulary.take(quoted),
        repeats=article.repeats,
        title=result.headline or "",
        source=result.source,
        url=result.url,
        run=article.run,
        evidence=_evidence(node, evidence, result) if evidence else None,
        spans={each.pointer: span for each in told if (span := _span(each.pointer, result)) is not None},
    )


def _evidence(node: Node, words: str, result: ArticleResult) -> Passage:
    start, end = _span(f"{node.pointer}/{evidence_field(type(node.record))}", result) or (None, None)
    return Passage(text=words, start=start, end=end)


def _span(pointer: str, result: ArticleResult) -> tuple[int, int] | None:
    found = result.grounding.get(pointer)
    return None if found is None or found.start is None or found.end is None else (found.start, found.end)


def _valued(node: Node, plan: StoryPlan) -> Iterator[tuple[str, str, Any, Trail]]:
    """The values of a record that tell it from others."""
    for role, trail in plan.trails:
        value = value_at(node.record, trail)
        pointer = "/".join((node.pointer, *path_of(trail)))
        if trail[-1].shape == "values":
            for at, item in enumerate(value or ()):
                yield role, f"{pointer}/{at}", item, trail
        elif value is not None:
            yield role, pointer, value, trail


def _counted(node: Node, plan: StoryPlan) -> Iterator[Counted]:
    """Numbers of the records that a record holds, other than its tolls: how many of what."""
    for listed in record_lists(type(node.record)):
        if plan.figures is not None and listed.name == plan.figures.name:
            continue
        held: Sequence[BaseModel] = getattr(node.record, listed.name) or ()
        for record in held:
            trail = number_trail(type(record))
            number = value_at(record, trail) if trail else None
            if number is not None:
                yield Counted((listed.name, _kind_of(record)), float(number))


def _kind_of(record: BaseModel) -> str:
    """What kind of thing a record is: its first word of a vocabulary."""
    chosen = (getattr(record, name) for name, plan in fields_of(type(record)).items() if plan.choices)
    return str(plain(next(chosen, "")))


def _own_words(node: Node) -> Iterator[str]:
    """The words of the text that a record, and all below it, rests on."""
    for each in walk(node):
        if isinstance(each, Node):
            yield evidence_of(each.record) or ""
        elif isinstance(each, Value) and each.field.verbatim:
            yield str(each.value)
