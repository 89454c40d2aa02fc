"""Quotations with their speakers and roles.

Marks are paired per line; a quotation that is not closed runs to the end of its line. Who speaks is read from the
verb of saying around the marks; pronouns and "the agency" go back to who spoke or was named last.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile

from extract.articles import Article
from extract.articles.sentences import Span
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.names import Cast
from extract.tasks.attack.speech import Attribution, attributions

_OPEN = re.compile(r"“|(?<!\w)\"(?=\S)|(?<=\.)\"(?=[A-Z])|«")
REACH = 1500
"""Characters around a quotation in which its speaker is looked for."""

NEAR = 600
"""Characters before a pronoun in which it is resolved."""

MOST = 20
"""Attributions that are tried on either side of a quotation; a sentence has one or two."""

_PRONOUN = re.compile(r"(?:he|she|they|it)\Z", re.IGNORECASE)
_DEFINITE = re.compile(r"[Tt]he\s[a-z][\w-]*(?:\s[a-z][\w-]*)?\Z|[Tt]he\s\d+-year-old\Z")


@dataclass(frozen=True, slots=True)
class Marked:
    """Words between quotation marks, marks left out, and the sentence or run of sentences around them."""

    span: Span
    outer: Span


@dataclass(slots=True)
class Quotation:
    """One quotation.

    Attributes:
        parts: the spans between the marks, in order.
        evidence: from the sentence with the first mark to the one with the attribution.
        speaker: span of the speaker's fullest name, or None.
        role: span of the role, or None.
        choices: other possible speakers, nearest first.
    """

    parts: list[Span]
    evidence: Span
    speaker: Span | None = None
    role: Span | None = None
    choices: list[Span] = field(default_factory=list)


def find_marked(text: str) -> Iterator[Marked]:
    """Every stretch between quotation marks, in order."""
    for line in re.finditer(r"[^\n]+", text):
        position = line.start()
        while opened := _OPEN.search(text, position, line.end()):
            close = {"“": "”", '"': '"', "«": "»"}[opened.group()]
            end = text.find(close, opened.end(), line.end())
            inner_end = end if end >= 0 else line.end()
            if text[opened.end() : inner_end].strip():
                yield Marked(Span(opened.end(), inner_end), Span(opened.start(), min(inner_end + 1, line.end())))
            position = inner_end + 1


def find_quotations(
    article: Article, lexicon: Lexicon, cast: Cast, skip: Iterator[Span] | tuple[Span, ...] = ()
) -> list[Quotation]:
    """The article's quotations, attributed by rule; those without a speaker are left out.

    Args:
        skip: stretches that are not the article (menus, related stories).
    """
    text = article.text
    left_out = tuple(skip)
    starts = [span.start for span in left_out]
    found: list[Quotation] = []
    memory = _Memory(text, lexicon, cast)
    previous: Marked | None = None
    for marked in find_marked(text):
        before = bisect_right(starts, marked.span.start) - 1
        if before >= 0 and marked.span.start < left_out[before].end:
            continue
        if found and previous and _continues(text, previous, marked, lexicon):
            found[-1].parts.append(marked.span)
            found[-1].evidence = Span(found[-1].evidence.start, max(found[-1].evidence.end, marked.outer.end))
            previous = marked
            continue
        attribution = _attribution(article, marked, lexicon)
        quotation = memory.attribute(marked, attribution)
        if quotation:
            found.append(quotation)
            previous = marked
        else:
            previous = None
    return _without_repeats(found, text)


def _continues(text: str, before: Marked, now: Marked, lexicon: Lexicon) -> bool:
    """Whether the words between two quotations only carry on the first one."""
    between = text[before.outer.end : now.outer.start]
    if "\n" in between:
        # only a paragraph that is nothing but quotation carries on the one before
        rest = text[now.outer.end : _line(text, now.outer.start).end]
        if rest.strip() or not between.endswith("\n") or len(text[now.span.start : now.span.end].split()) < 4:
            return False
        if not between.strip():
            return True
    sentence_ends = list(re.finditer(r"[.!?]\s+", between))
    verbs = list(lexicon.words["said"].finditer(between))
    if not sentence_ends:
        tail = between.strip()
        if not verbs:
            return len(tail) < 90
        # “…,” he said, “…”: the verb belongs to the first part and nothing new is said
        return (
            len(verbs) == 1
            and bool(re.search(r",\Z|\b(?:that|and)\Z", tail))
            and bool(re.search(r"[,?!]\Z|[,?!][”\"]\Z", text[before.span.start : before.outer.end].rstrip()))
        )
    # “…,” she said. “…”
    tail = between[sentence_ends[-1].end() :].strip()
    return len(sentence_ends) == 1 and bool(verbs) and not tail and len(between) < 200


def _attribution(article: Article, marked: Marked, lexicon: Lexicon) -> list[Attribution]:
    """Who the words around a quotation say is speaking, likeliest first."""
    text = article.text
    line = _line(text, marked.span.start)
    around = _sentences(article, marked.outer, line)
    all_ = attributions(text, around.start, around.end, lexicon)
    first_after = bisect_left(all_, marked.outer.end, key=lambda item: item.verb.start)
    first_not_before = bisect_right(all_, marked.outer.start, key=lambda item: item.verb.end)
    after = all_[first_after : first_after + MOST]
    before = all_[max(0, first_not_before - MOST) : first_not_before]
    next_open = _OPEN.search(text, marked.outer.end, around.end)
    limit = next_open.start() if next_open else around.end
    near_after = [
        item
        for item in after
        if item.verb.start - marked.outer.end < 60
        and item.verb.start < limit
        # "…, while Lee said “…”": that verb belongs to the next quotation
        and not (before and next_open and limit - item.verb.end < 20)
    ]
    closed_by_comma = (
        text[marked.span.end - 1 : marked.span.end] in ",?!" or text[marked.outer.end : marked.outer.end + 1] == ","
    )
    if near_after and (closed_by_comma or not before):
        return [*near_after, *reversed(before)]
    return [*reversed(before), *after]


def _line(text: str, position: int) -> Span:
    breaks = _breaks(text)
    place = bisect_left(breaks, position)
    return Span(breaks[place - 1] + 1 if place else 0, breaks[place] if place < len(breaks) else len(text))


@lru_cache(maxsize=8)
def _breaks(text: str) -> list[int]:
    """Where the lines of a text end."""
    return [found.start() for found in re.finditer("\n", text)]


_REST = re.compile(r"\s*+[a-z][^.!?\n]*+[.!?]?")


def _sentences(article: Article, span: Span, line: Span) -> Span:
    """The sentences a stretch touches, within its line."""
    first = bisect_right(article.sentences, span.start, key=lambda s: s.end)
    from_here = (article.sentences[index] for index in range(first, len(article.sentences)))
    touched = list(takewhile(lambda s: s.start < span.end, from_here))
    start = max(line.start, min([span.start, *(s.start for s in touched)]))
    end = min(line.end, max([span.end, *(s.end for s in touched)]))
    # `"One. Two," she said.` is several sentences; `"One." She said.` one more
    tail = _REST.match(article.text, end, min(line.end, end + REACH))
    stop = tail.end() if tail else end
    # Where no sentence ends, neighbours share one stretch: `attributions` reads each stretch once.
    floor, ceiling = (span.start - REACH) // NEAR * NEAR, -(-(span.end + REACH) // NEAR) * NEAR
    return Span(max(start, floor), min(stop, ceiling))


class _Memory:
    """Who was named and who spoke before, for pronouns and definite descriptions."""

    def __init__(self, text: str, lexicon: Lexicon, cast: Cast) -> None:
        self.text = text
        self.lexicon = lexicon
        self.cast = cast
        self.last: tuple[Span, Span | None] | None = None
        self._named: dict[tuple[int, bool], tuple[Span, Span | None] | None] = {}

    def attribute(self, marked: Marked, attributions_: list[Attribution]) -> Quotation | None:
        evidence = marked.outer
        for item in attributions_:
            resolved = self._resolve(item.subject, marked)
            if resolved:
                self.last = resolved
                evidence = Span(
                    min(evidence.start, item.subject.start, item.verb.start),
                    max(evidence.end, item.subject.end, item.verb.end),
                )
                return Quotation([marked.span], evidence, *resolved)
        if not attributions_ and self._stands_alone(marked) and (near := self._named_before(marked.outer.start)):
            self.last = near
            return Quotation([marked.span], evidence, *near)
        return None

    def _stands_alone(self, marked: Marked) -> bool:
        """A paragraph that is nothing but this quotation, a whole sentence long."""
        line = _line(self.text, marked.span.start)
        outside = self.text[line.start : marked.outer.start] + self.text[marked.outer.end : line.end]
        return not outside.strip() and len(self.text[marked.span.start : marked.span.end].split()) >= 5

    def _resolve(self, subject: Span, marked: Marked) -> tuple[Span, Span | None] | None:
        phrase = self.text[subject.start : subject.end]
        if person := self.cast.person(subject):
            return person.name, person.role
        full = self.cast.full_name(subject)
        if full != subject:
            return full, None
        if _PRONOUN.match(phrase) or _DEFINITE.match(phrase):
            named = self._named_before(subject.start, bodies=not phrase.lower().startswith(("he", "she")))
            if named:
                return named
            if _PRONOUN.match(phrase):
                return None
        return subject, None

    def _named_before(self, position: int, bodies: bool = True) -> tuple[Span, Span | None] | None:
        """The speaker named last in this sentence or the two paragraphs before, else who spoke last."""
        if (position, bodies) not in self._named:
            self._named[position, bodies] = self._named_last(position, bodies)
        return self._named[position, bodies] or self.last

    def _named_last(self, position: int, bodies: bool) -> tuple[Span, Span | None] | None:
        line = _line(self.text, position)
        start = _line(self.text, max(0, line.start - 2)).start if line.start > 1 else 0
        start = max(start, position - NEAR)
        before = attributions(self.text, start, position, self.lexicon)
        for item in reversed(before):
            phrase = self.text[item.subject.start : item.subject.end]
            if person := self.cast.person(item.subject):
                return person.name, person.role
            if bodies and not _PRONOUN.match(phrase) and not _DEFINITE.match(phrase):
                return self.cast.full_name(item.subject), None
        return None


def _without_repeats(found: list[Quotation], text: str) -> list[Quotation]:
    """The first of each quotation; a repeat of the same words is one record."""
    seen: set[str] = set()
    kept = []
    for quotation in found:
        words = " ".join(re.findall(r"\w+", text[quotation.parts[0].start : quotation.parts[0].end].lower()))
        if words not in seen:
            seen.add(words)
            kept.append(quotation)
    return kept
