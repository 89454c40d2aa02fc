"""Quotations with their speakers and roles.

Who speaks is the subject of the verb of saying that governs the words in the parse, else of the nearest one; pronouns
and "the agency" go back to who spoke or was named last.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from extract.articles.sentences import Span
from extract.tasks.attack.marks import Marked, is_marked, marked_in
from extract.tasks.attack.names import BARE_RANK, NAME_RUN, Cast
from extract.tasks.attack.speech import (
    WRITTEN,
    Attribution,
    attributed,
    attributions,
    can_speak,
    issuer_told,
    named,
    roles_told,
    speaking_person,
)
from extract.tasks.attack.syntax import child, subject_of

NEAR = 1200
"""Characters before a pronoun in which it is resolved."""
MOST = 12
"""Sentences of these that are looked through, the last ones."""

_PRONOUN = re.compile(r"(?:he|she|they|it|him|her|them)\Z", re.IGNORECASE)
_DEFINITE = re.compile(
    r"[Tt]he\s[a-z][\w-]*(?:\s[a-z][\w-]*)?\Z|[Tt]he\s\d+-year-old\Z|(?:[Aa]|[Tt]he|[Ii]ts)\s(?:[\w-]+\s)?statement\Z"
)
_DOCUMENT = re.compile(rf"(?:[Aa]n?|[Tt]he|[Ii]ts)\s(?:[a-z-]+\s)?({'|'.join(sorted(WRITTEN))})")
_PAPERS = frozenset(("suit", "lawsuit", "complaint", "indictment", "affidavit", "document", "memo", "filing", "ruling"))
"""These speak for themselves where nobody is said to have written them."""
_SOMEBODY = re.compile(r"(?:an?|one|another)\s", re.IGNORECASE)
_FULL_NAME = re.compile(rf"(?!The\s)(?=\S+\s\S){NAME_RUN.pattern}")
_CLAUSE = re.compile(r",\s(?:who|whose|which)\s.*\Z", re.DOTALL)
"""Behind a role: it tells of the speaker and is none."""


_NOTHING = Span(0, 0)
Known = tuple[Span, Span | None]
"""Somebody's name, and role."""


@dataclass(slots=True)
class Quotation:
    """One quotation.

    Attributes:
        parts: the spans between the marks, in order.
        evidence: from the sentence with the first mark to the one with the attribution.
        speaker: span of the speaker's fullest name, or None.
        role: span of the role, or None.
    """

    parts: list[Span]
    evidence: Span
    speaker: Span | None = None
    role: Span | None = None


def find_quotations(cast: Cast, skip: Sequence[Span] = ()) -> list[Quotation]:
    """The article's quotations, attributed by rule; those without a speaker are left out.

    Args:
        skip: stretches that are not the article (menus, related stories), in text order.
    """
    text = cast.text
    starts = [span.start for span in skip]
    found: list[Quotation] = []
    page = _Page(cast)
    memory = _Memory(page, cast)
    previous: Marked | None = None
    for marked in marked_in(text):
        before = bisect_right(starts, marked.span.start) - 1
        if before >= 0 and marked.span.start < skip[before].end:
            continue
        if _is_title(text, marked):
            continue
        if found and previous and page.continues(previous, marked):
            found[-1].parts.append(marked.span)
            found[-1].evidence = Span(found[-1].evidence.start, max(found[-1].evidence.end, marked.outer.end))
            previous = marked
            continue
        quotation = memory.attribute(marked, page.speakers(marked))
        if quotation:
            found.append(quotation)
        previous = marked if quotation else None
    for quotation in found:
        quotation.role = memory.role_of(quotation.speaker)
    return _without_repeats(found, text)


def _is_title(text: str, marked: Marked) -> bool:
    """Whether words are the name of a programme, a book or a person: `on NTV's “Morning Hour”`, `Ann “Foxy” Lee`."""
    if not _CAPITALS.fullmatch(text, marked.span.start, marked.span.end):
        return False
    before = text[max(0, marked.outer.start - 40) : marked.outer.start]
    in_a_name = re.search(r"\b[A-Z][\w.]*\s\Z", before) and re.match(
        r"\s[A-Z][a-z]", text[marked.outer.end : marked.outer.end + 3]
    )
    return bool(in_a_name or _TITLED.search(before))


_CAPITALS = re.compile(r"[A-Z]\S*(?:\s(?:[A-Z]\S*|of|the|and|an?|in|to|for|on|with)){0,7}")
_TITLED = re.compile(
    r"(?:[’']s|\b(?:on|[Kk]nown\sas|nicknamed|(?:en)?titled|author\sof|programme?|show|film|book|song|video|series))[\s,]{1,2}\Z"
)


class _Page:
    """The text with who says what in it."""

    def __init__(self, cast: Cast) -> None:
        self.text = cast.text
        self.lexicon = cast.lexicon
        self.syntax = cast.syntax

    def said(self, start: int, end: int) -> list[Attribution]:
        return attributions(self.text, start, end, self.lexicon, self.syntax)

    def around(self, span: Span) -> Span:
        """The sentences that a stretch touches, within its line; `“Why?” she asked.` is cut behind the mark."""
        line = _line(self.text, span.start)
        sentences = list(self.syntax.between(span.start, span.end + 2))
        if len(sentences) > 1 and sentences[-1].start >= span.end and not self._goes_on(sentences[-1]):
            sentences.pop()
        start, end = (sentences[0].start, sentences[-1].end) if sentences else (span.start, span.end)
        return Span(max(start, line.start), min(max(end, span.end), line.end))

    def _goes_on(self, sentence: Span) -> bool:
        """`“Why?” she asked.`, `“Why?” Ann Lee, a cook, asked Monday.`: what only says who asks."""
        if self.text[sentence.start].islower():
            return True
        last = next(reversed(self.said(sentence.start, sentence.end)), None)
        if last is None or last.told or not last.reports:
            return False
        rest = self.text[last.verb.end : sentence.end]  # when, or to whom
        begins = min(last.subject.start, last.verb.start) <= sentence.start + len("Col. ")
        return begins and len(rest) < 40 and re.search('[“"‘«]', rest) is None

    def governing(self, marked: Marked) -> Attribution | None:
        """The attribution whose verb the words between the marks depend on."""
        for sentence in self.syntax.between(marked.outer.start, marked.outer.end):
            doc = self.syntax.of(sentence)
            if doc is None:
                continue
            said = {item.verb.start: item for item in self.said(sentence.start, sentence.end)}
            start, end = marked.span.start - sentence.start, marked.span.end - sentence.start
            inside = doc.char_span(max(0, start), min(len(doc.text), end), alignment_mode="expand")
            if inside is None:
                continue
            for above in (inside.root, *inside.root.ancestors):
                if item := said.get(sentence.start + above.idx):
                    # a nearer verb before the words is the one, whatever the parse says
                    between = [other for other in said.values() if item.verb.end < other.verb.start < marked.span.start]
                    return between[-1] if item.verb.end < marked.span.start and between else item
            if (item := self._complement(inside.root, sentence)) is not None:
                return item
        return None

    def _complement(self, root: Any, sentence: Span) -> Attribution | None:
        """ "advising them to “stay alert”": a clause that a verb of another kind has as its object."""
        verb = root.head
        if root.pos_ not in ("VERB", "AUX") or root.dep_ not in ("ccomp", "xcomp") or verb.pos_ != "VERB":
            return None
        noun = subject_of(verb, lambda token: not is_marked(self.text, sentence.start + token.idx))
        if verb.lower_ in ("quoted", "quotes", "cited", "cites"):
            noun = child(verb, "dobj")  # "the agency quoted Ann Lee as saying"
        passive = child(verb, "auxpass") is not None
        if (
            passive
            or noun is None
            or not can_speak(noun, self.lexicon)
            or is_marked(self.text, sentence.start + verb.idx)
        ):
            return None
        start = sentence.start + verb.idx
        return attributed(noun, Span(start, start + len(verb)), sentence.start)

    def speakers(self, marked: Marked) -> list[Attribution]:
        """Who the words around a quotation say is speaking, likeliest first."""
        around = self.around(marked.outer)
        said = self.said(around.start, around.end)
        before = [item for item in said if item.verb.end <= marked.outer.start][::-1]
        after = [item for item in said if item.verb.start >= marked.outer.end]
        near = self._near(marked, after, around.end, bool(before))
        closed = self.text[marked.span.end - 1] in ",?!" or self.text[marked.outer.end : marked.outer.end + 1] == ","
        likely = [*near, *before] if near and (closed or not before) else [*before, *after]
        introduced = self.text[max(0, marked.outer.start - 2) : marked.outer.start].rstrip().endswith(":")
        governing = before[0] if before and introduced else self.governing(marked)
        if governing and before and self._passes_on(governing, marked):
            governing = before[0]  # "Ann Lee said that “…,” the agency reports"
        return [governing, *likely] if governing else likely

    def _passes_on(self, item: Attribution, marked: Marked) -> bool:
        """Whether a verb behind the words only tells which paper had them."""
        verb = self.text[item.verb.start : item.verb.end].lower()
        return item.verb.start >= marked.outer.end and verb in ("reports", "reported")

    def _near(self, marked: Marked, after: list[Attribution], end: int, spoken: bool) -> list[Attribution]:
        """Attributions right behind a quotation; in "…, while Lee said “…”" that verb belongs to the next one."""
        all_marked = marked_in(self.text)
        following = bisect_right(all_marked, marked.outer.start, key=lambda item: item.outer.start)
        limit = all_marked[following].outer.start if following < len(all_marked) else end
        return [
            item
            for item in after
            if item.verb.start < min(limit, marked.outer.end + 60)
            and not (spoken and limit < end and limit - item.verb.end < 20)
        ]

    def continues(self, before: Marked, now: Marked) -> bool:
        """Whether a quotation only carries on the one before it."""
        between = self.text[before.outer.end : now.outer.start]
        if "\n" in between and not self._alone(now, between):
            return False
        if "\n" in between and not between.strip():
            return True
        sentences = self.syntax.between(before.outer.end, now.outer.end)
        first = next((each for each in sentences if each.start > before.outer.end), None)
        return self._same_breath(before, now) if first is None else self._after_a_verb(before, now, first)

    def _alone(self, now: Marked, between: str) -> bool:
        """Whether a paragraph is nothing but a quotation, and no heading."""
        rest = self.text[now.outer.end : _line(self.text, now.outer.start).end]
        words = self.text[now.span.start : now.span.end]
        return not rest.strip() and between.endswith("\n") and len(words.split()) >= 4 and not words[-1].isalnum()

    def _after_a_verb(self, before: Marked, now: Marked, first: Span) -> bool:
        """ "“…,” she said. “…”", unless somebody is said to say that, too."""
        if now.outer.start - before.outer.end >= 200 or self.text[first.start : now.outer.start].strip():
            return False
        if first.start > now.outer.start or self.said(now.outer.end, self.around(now.outer).end):
            return False
        governing = self.governing(now)
        if governing and governing.verb.start >= now.outer.end:
            return False
        start = max(_line(self.text, now.outer.start).start, before.outer.start - NEAR)
        return bool(self.said(before.outer.end, now.outer.start) or self.said(start, before.outer.start))

    def _same_breath(self, before: Marked, now: Marked) -> bool:
        """Whether two quotations of a sentence are parts of one: under one verb, or nothing new is said between them."""
        one, two = self.governing(before), self.governing(now)
        if one and two:
            return one.verb == two.verb
        tail = self.text[before.outer.end : now.outer.start].strip()
        said = self.said(before.outer.end, now.outer.start)
        if not said:
            return len(tail) < 90
        broken = re.search(r"[,.]\Z|\b(?:that|and)\Z", tail) and self.text[before.span.end - 1] in ",?!"
        return len(said) == 1 and bool(broken)


def _line(text: str, position: int) -> Span:
    breaks = _breaks(text)
    place = bisect_left(breaks, position)
    return Span(breaks[place - 1] + 1 if place else 0, breaks[place] if place < len(breaks) else len(text))


@lru_cache(maxsize=8)
def _breaks(text: str) -> list[int]:
    """Where the lines of a text end."""
    return [found.start() for found in re.finditer("\n", text)]


class _Memory:
    """Who was named and who spoke before, for pronouns and definite descriptions."""

    def __init__(self, page: _Page, cast: Cast) -> None:
        self.text = page.text
        self.page = page
        self.cast = cast
        self.last: Known | None = None
        self.roles: dict[Span, Span] = {}
        for sentence in page.syntax.between(0, len(page.text)):
            for name, role in roles_told(page.syntax.of(sentence) or (), page.lexicon, sentence.start):
                if person := cast.person(name):
                    self._learn((person.name, person.role), role)
        for item in page.said(0, len(page.text)):
            if item.role and (person := speaking_person(item, self.cast)):
                self._learn((person.name, person.role), item.role)
        self._written: dict[str, Span | None] = {}
        self._named: dict[tuple[int, bool], Known | None] = {}

    def attribute(self, marked: Marked, attributions_: list[Attribution]) -> Quotation | None:
        evidence = marked.outer
        for item in attributions_:
            resolved = self._resolve(item)
            if resolved:
                self._learn(resolved, item.role)
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

    def _learn(self, speaker: tuple[Span, Span | None], told: Span | None) -> None:
        """Keeps the fullest role of a speaker."""
        name, known = speaker
        if known and (verb := self.page.lexicon.words["said"].match(self.text, known.start)) and verb.end() < known.end:
            known = Span(verb.end() + 1, known.end)  # "said shopkeeper Ann Lee"
        if known and told and self.text[told.end : known.start] == ", " and self.text[known.end - 1] != ".":
            known = Span(told.start, known.end)  # "the army's spokesman, Colonel Ann Lee"
        elif known and told and known.start < told.start < known.end:
            known = None  # read twice: the parse knows where it ends
        for role in (known, told):
            own = role is not None and role.start <= name.start < role.end
            if role and not own and self._length(role) > self._length(self.roles.get(name)):
                self.roles[name] = role

    def role_of(self, speaker: Span | None) -> Span | None:
        """The fullest role of a speaker: without words between marks before it, a rank behind it, what he did there."""
        role = self.roles.get(speaker) if speaker else None
        if role is None:
            return None
        words = BARE_RANK.sub("", _CLAUSE.sub("", self.text[role.start : role.end]))
        own = words[max(words.rfind(mark) + 1 for mark in "”»\n") :].lstrip(' ,"')
        end = role.start + len(words)
        none = any(self.page.lexicon.words[each].fullmatch(own) for each in ("demonyms", "forms"))
        return Span(end - len(own), end) if own and not none else None

    def _length(self, role: Span | None) -> int:
        return 0 if role is None else role.end - role.start

    def _stands_alone(self, marked: Marked) -> bool:
        """A paragraph that is nothing but this quotation, a whole sentence long."""
        line = _line(self.text, marked.span.start)
        outside = self.text[line.start : marked.outer.start] + self.text[marked.outer.end : line.end]
        ends = not self.text[marked.span.end - 1].isalnum()  # a heading does not
        return ends and not outside.strip() and len(self.text[marked.span.start : marked.span.end].split()) >= 5

    def _resolve(self, item: Attribution) -> Known | None:
        subject = item.subject
        phrase = self.text[subject.start : subject.end]
        if person := speaking_person(item, self.cast):
            return person.name, person.role
        full = self.cast.full_name(subject)
        if full != subject:
            return full, None
        if written := self._written_out(phrase):
            person = self.cast.person(written)  # "the police chief" is short for "Police Chief Ann Lee"
            return (person.name, person.role) if person else (written, None)
        lexicon = self.page.lexicon
        if (document := _DOCUMENT.fullmatch(phrase)) and (issuer := self._issuer(document[1], subject.start)):
            return issuer
        if phrase.lower().startswith("the ") and phrase.split()[-1] in _PAPERS:
            return subject, None
        pronoun = _PRONOUN.match(phrase) is not None
        points = pronoun or (_DEFINITE.match(phrase) and lexicon.group_of(phrase) != "militants")
        if points and ((named := self._meant(phrase, item)) or pronoun):
            return named
        return (item.name, None) if item.name else self._titled(subject)

    def _meant(self, phrase: str, item: Attribution) -> Known | None:
        """Whom "he", "the mayor" or "the charity" points back to."""
        position, words = item.subject.start, phrase.lower().split()
        he, human = words[0] in ("he", "she", "him"), self._is_human(phrase)
        person = self.page.lexicon.has("roles", phrase) or not self.page.lexicon.has("bodies", phrase)
        named = self._named_before(position, not he and not human, item.told or _NOTHING, he) if person else None
        role = self.roles.get(named[0]) if named else None
        if human and not (role and words[-1] in self.text[role.start : role.end].lower().split()):
            named = self.cast.of_role(words[1:]) or named
        return named

    def _issuer(self, document: str, position: int) -> Known | None:
        """Who is said last before to have made "the statement", or to speak in it."""
        for sentence in reversed([*self.page.syntax.between(max(0, position - NEAR), position)][-MOST:]):
            for token in self.page.syntax.of(sentence) or ():
                place = sentence.start + token.idx
                if token.lower_ != document or place >= position or is_marked(self.text, place):
                    continue
                if (issuer := issuer_told(token)) is not None and can_speak(issuer, self.page.lexicon):
                    known = self._resolve(attributed(issuer, Span(place, place + len(token)), sentence.start))
                    if known and self.text[known[0].start : known[0].end].lower() != "the group":
                        return known
        return None

    def _titled(self, subject: Span) -> tuple[Span, Span | None]:
        """ "Tarr" with his title for "President Tarr", and "TNO" for "TNO's" of its report."""
        name, title = self.cast.split(subject)
        capitals = NAME_RUN.fullmatch(self.text, subject.start, subject.end)
        return (name, title) if capitals and (title or name.start == subject.start) else (subject, None)

    def _written_out(self, phrase: str) -> Span | None:
        """The name that "the harbour authority" is short for."""
        words = re.fullmatch(r"[Tt]he\s((?:[a-z][\w-]*\s)+[a-z][\w-]*)", phrase)
        if words is None:
            return None
        if words[1] not in self._written:
            wanted = set(words[1].split())
            self._written[words[1]] = next((run for run, folded in self._runs if wanted < folded), None)
        return self._written[words[1]]

    @cached_property
    def _runs(self) -> list[tuple[Span, set[str]]]:
        """Names of several words."""
        runs = (
            Span(run.end() - len(run.group().removeprefix("The ")), run.end()) for run in NAME_RUN.finditer(self.text)
        )
        return [(run, set(words)) for run in runs if len(words := self.text[run.start : run.end].lower().split()) > 2]

    def _named_before(
        self, position: int, bodies: bool = True, told: Span = _NOTHING, own: bool = False
    ) -> Known | None:
        """The speaker named last in this sentence or the two paragraphs before, else who spoke last; nobody in what is
        told, but for one who tells of his own: "Ann Lee woke to “a bang,” she said"."""
        if (position, bodies) not in self._named:
            self._named[position, bodies] = self._named_last(position, bodies, told, own)
        return self._named[position, bodies] or self.last

    def _named_last(self, position: int, bodies: bool, told: Span, own: bool) -> Known | None:
        line = _line(self.text, position)
        start = _line(self.text, max(0, line.start - 2)).start if line.start > 1 else 0
        start = _line(self.text, max(0, start - 2)).start if start > 1 else 0
        before = list(self.page.syntax.between(max(start, position - NEAR), position))
        for sentence in reversed(before[-MOST:]):
            for subject, role in self._subjects(sentence, position):
                phrase = self.text[subject.start : subject.end]
                person = self.cast.person(subject)
                if told.start <= subject.start < told.end and not (person and own):
                    continue  # "the Mill Club had bought “many saws,” she said"
                if person:
                    return person.name, person.role
                if not bodies and _SOMEBODY.match(phrase) and self._is_human(phrase):
                    return subject, None
                if not bodies and _FULL_NAME.fullmatch(phrase) and not self.page.lexicon.has("bodies", phrase):
                    return subject, role
                if bodies and not _PRONOUN.match(phrase) and not _DEFINITE.match(phrase):
                    return self.cast.full_name(subject), None
        return None

    def _is_human(self, phrase: str) -> bool:
        return any(self.page.lexicon.has(words, phrase) for words in ("roles", "persons", "bodies"))

    def _subjects(self, sentence: Span, position: int) -> Iterator[tuple[Span, Span | None]]:
        """Who speaks in a sentence, last first; then the people who do something in it."""
        end = min(position, sentence.end)
        said = self.page.said(sentence.start, end)
        outer = max((each.told for each in said if each.told), key=self._length, default=_NOTHING)
        for item in reversed(said):
            if outer.start <= item.subject.start < outer.end:
                continue  # "Ann Lee said the rebels had announced a truce"
            verb = self.text[item.verb.start : item.verb.end]
            if not (verb == "reported" and item.verb.end <= item.subject.start):  # "…, reported the Lorvik Herald"
                yield item.subject, item.role
        for token in self.page.syntax.of(sentence) or ():
            place = sentence.start + token.idx
            if token.dep_ != "nsubj" or place >= position or is_marked(self.text, place):
                continue
            item, name = attributed(token, Span(place, place), sentence.start), named(token)
            if name.tag_ != "NNP":
                continue
            end = sentence.start + name.idx + len(name)  # "Bob Ray's wife Ann Lee", "Ann Lee of the Lorvik Council"
            runs = NAME_RUN.finditer(self.text, item.subject.start, end)
            last = max((run.start() for run in runs), default=end)
            if last < end and (self.cast.person(Span(last, end)) or name.ent_type_ == "PERSON"):
                yield Span(last, end), item.role


def _without_repeats(found: list[Quotation], text: str) -> list[Quotation]:
    """The first of each quotation; a repeat of the same words is one record, and words of the headline stand below."""
    seen: set[str] = set()
    kept = []
    for place, quotation in enumerate(found):
        words = _words_of(quotation, text)
        in_headline = "\n" not in text[: quotation.parts[0].start].lstrip()
        again = in_headline and any(f" {words} " in f" {_words_of(each, text)} " for each in found[place + 1 :])
        if words not in seen and not again:
            seen.add(words)
            kept.append(quotation)
    return kept


def _words_of(quotation: Quotation, text: str) -> str:
    return " ".join(re.findall(r"\w+", text[quotation.parts[0].start : quotation.parts[0].end].lower()))
