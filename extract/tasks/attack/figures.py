"""Casualty figures: every quantity of people and every single person near a word of death or injury.

The first judgement is by rule: which word of outcome governs the figure, which group it counts, who reports it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from extract.articles import Article
from extract.articles.sentences import Span
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.names import Cast
from extract.tasks.attack.numerals import NumberMention, find_numbers
from extract.tasks.attack.schema import Bound, CasualtyOutcome, Group
from extract.tasks.attack.speech import Attribution, attributions, is_pronoun

REACH = 200
"""Characters before a figure in which the words that lead to it are looked for."""

OUTCOMES: tuple[CasualtyOutcome, ...] = ("hospitalised", "killed", "injured", "missing", "captured")


@dataclass(frozen=True, slots=True)
class Figure:
    """A candidate for a casualty record.

    Attributes:
        phrase: the expression with its noun ("at least 18 people", "a 40-year-old man").
        text: what becomes the quantity's text.
        sentence: the sentence it stands in.
        outcome: by rule; None when no word of outcome governs it.
        groups: who is counted; two when the figure stands on both ("dozens of women and children").
        source: who reports it, or None.
        place: where, if the words beside it say so; not yet compared with the event's places.
    """

    phrase: Span
    text: Span
    value: int | None
    bound: Bound
    sentence: Span
    outcome: CasualtyOutcome | None
    groups: tuple[Group, ...]
    source: Span | None = None
    place: Span | None = None


# up to four words between a number and its noun, none of which begins another phrase
_ADJ = (
    r"(?:(?!(?:and|or|were|was|are|is|have|has|in|on|at|of|to|by|with|from|for|who|as|after|when|killed|including)\b)"
    r"[\w’'-]+\s){0,4}?"
)
_CLAUSE_END = re.compile(r"[;:]|,\s(?:while|but|with|as|when|after|before)\b|\b(?:while|but)\b")
_NEGATED = re.compile(r"\b(?:no|not|without|zero|never|nobody|none|avoid(?:ed|ing)?)\s(?:\w+\s){0,2}\Z", re.IGNORECASE)
_PART = re.compile(r"(?:including|among (?:them|the \w+)|of (?:them|whom)),?\s(?:(?:were|was|are)\s)?\Z")
_TOLD_AT = re.compile(r"\b(?:number|toll|count|tally)\s(?P<of>(?:[\w-]+\s){0,6})(?:at|to)\s(?:\w+\s)?\Z")
# words after a bare number that make it the subject of an outcome: "48 were hurt", "dozens more remain …"
_SUBJECT = re.compile(
    r"\s(?:more\s|further\s|of\sthem\s|of\swhom\s|others?\s)?"
    r"(?:were|was|are|is|have|has|had|remain\w*|still|people|in\s(?:a\s)?\w+\scondition)\b"
)
_NOTHING_COUNTED = re.compile(
    r"(?:\s(?:more|further|others?))?\s*(?:[.,;)]|\Z|\s(?:and|in|at|on|across|near|before|after)\b)"
)
_OBJECT = re.compile(
    r"(?:kill(?:ed|ing|s)|wound(?:ed|ing)|injur(?:ed|ing|es)|dead|hurt(?:ing)?|toll\s(?:\w+\s){0,4}(?:to|at)"
    r"|captur(?:ed|ing)|kidnapp(?:ed|ing)|and)\s(?:\w+\s)?\Z"
)


def find_figures(article: Article, lexicon: Lexicon, cast: Cast, sentences: tuple[Span, ...]) -> list[Figure]:
    """Candidates of the given sentences, in text order, judged by rule."""
    found: list[Figure] = []
    reporter = _Reporter(article.text, lexicon, cast)
    for sentence in sentences:
        reporter.hear(sentence)
        piece = article.text[sentence.start : sentence.end]
        if any(lexicon.has(outcome, piece) for outcome in OUTCOMES):
            found.extend(_in_sentence(article.text, sentence, lexicon, reporter))
    return found


class _Reporter:
    """Who reports what the sentence at hand says; "he" and "it" are who was named last, at most a paragraph before."""

    def __init__(self, text: str, lexicon: Lexicon, cast: Cast) -> None:
        self._text = text
        self._lexicon = lexicon
        self._cast = cast
        self._last: Span | None = None
        self._at = 0
        self._breaks = 0  # line ends since somebody was named
        self._said: list[tuple[Attribution, Span]] = []

    def hear(self, sentence: Span) -> None:
        """Goes on to the next sentence."""
        self._breaks += self._text.count("\n", self._at, sentence.start)
        self._at = sentence.start
        if self._breaks > 2:
            self._last = None
        self._said = []
        for item in attributions(self._text, sentence.start, sentence.end, self._lexicon):
            source = self._name(item.subject)
            if source:
                self._said.append((item, source))
                self._last, self._breaks = source, 0

    def _name(self, subject: Span) -> Span | None:
        if person := self._cast.person(subject):
            return person.name
        if is_pronoun(self._text[subject.start : subject.end]):
            return self._last
        return self._cast.full_name(subject)

    def source(self, phrase: Span) -> Span | None:
        """Who reports a figure: the origin where it is passed on, else who speaks before it in its clause, or after."""
        origins = [source for item, source in self._said if item.origin]
        if origins:
            return origins[0]
        before = next((said for said in reversed(self._said) if said[0].verb.end <= phrase.start), None)
        if before and not _CLAUSE_END.search(self._text, before[0].verb.end, phrase.start):
            return before[1]
        return next((source for item, source in self._said if item.verb.start >= phrase.end), None)


@dataclass(frozen=True, slots=True)
class _Head:
    """A figure with the noun it counts, before anything is judged."""

    phrase: Span
    text: Span
    value: int | None
    bound: Bound
    noun: str
    single: bool = False


def _in_sentence(text: str, sentence: Span, lexicon: Lexicon, reporter: _Reporter) -> Iterator[Figure]:
    heads = _heads(text, sentence, lexicon)
    cues = _cues(text, sentence, lexicon)
    chain: _Head | None = None
    for index, head in enumerate(heads):
        after = heads[index + 1] if index + 1 < len(heads) else None
        outcome = _outcome(text, head, chain, after, cues, sentence)
        chain = head if outcome else None
        if (outcome is None and (head.single or not head.noun)) or _denied(text, head, sentence):
            continue
        groups = _groups(text, head, lexicon, sentence)
        source = reporter.source(head.phrase)
        yield Figure(head.phrase, head.text, head.value, head.bound, sentence, outcome, groups, source)


@lru_cache(maxsize=4)
def _counted(lexicon: Lexicon) -> tuple[re.Pattern[str], ...]:
    """What a number can count: a word for people, before that for their state; last, a people by name ("Israelis")."""
    lead = rf"\s(?:of\s(?:the\s|its\s|his\s|her\s|their\s)?)?{_ADJ}"
    persons = lexicon.words["persons"].pattern
    return (
        re.compile(rf"{lead}(?:(?:dead|wounded|injured)\s)(?P<noun>{persons})", re.IGNORECASE),
        re.compile(rf"{lead}(?P<noun>{persons})", re.IGNORECASE),
        re.compile(r"\s(?:[a-z]+\s)?(?P<noun>[A-Z][a-z]+(?:s|ese|ish|sh|ch)\b)(?!\s[A-Z])"),
    )


def _heads(text: str, sentence: Span, lexicon: Lexicon) -> list[_Head]:
    """Numbers that count people, and single people, in order and without overlap."""
    heads: list[_Head] = []
    for number in find_numbers(text, lexicon, sentence.start, sentence.end):
        if number.value is None and re.match(
            r"\sof\s(?:the|those|its)\b", text[number.span.end : number.span.end + 10]
        ):
            continue  # "many of the injured" is a share
        counted = (pattern.match(text, number.span.end, sentence.end) for pattern in _counted(lexicon))
        if match := next((match for match in counted if match), None):
            phrase = Span(number.span.start, match.end("noun"))
            noun = match["noun"]
            if noun.lower() in ("dead", "wounded", "injured") and heads:
                noun = _understood(text, number, heads[-1], sentence, lexicon) or noun
            heads.append(_Head(phrase, number.span, number.value, number.bound, noun))
        elif _elliptical(text, number, sentence, lexicon):
            noun = _understood(text, number, heads[-1] if heads else None, sentence, lexicon)
            heads.append(_Head(number.span, number.span, number.value, number.bound, noun))
    taken = [head.phrase for head in heads]
    heads += [
        single
        for single in _singles(text, sentence, lexicon)
        if not any(single.phrase.start < span.end and span.start < single.phrase.end for span in taken)
    ]
    return sorted(heads, key=lambda head: head.phrase.start)


def _lead(text: str, sentence: Span, position: int) -> str:
    """The words of a sentence right before a place in it."""
    return text[max(sentence.start, position - REACH) : position]


def _elliptical(text: str, number: NumberMention, sentence: Span, lexicon: Lexicon) -> bool:
    """A bare number that can only count people: "48 were hurt", "killed nine", "dozens more injured"."""
    after = text[number.span.end : sentence.end]
    before = _lead(text, sentence, number.span.start)
    if _SUBJECT.match(after) or _TOLD_AT.search(before):
        return True
    if _NOTHING_COUNTED.match(after):
        # "one" in "one and the same" is no figure; a verb of outcome has to stand before it
        return bool(_OBJECT.search(before)) and number.value != 1
    follows = re.match(r"\s(?:more\s|others?\s|further\s)?", after)
    return bool(follows) and any(lexicon.words[outcome].match(after, follows.end()) for outcome in OUTCOMES if follows)


def _understood(text: str, number: NumberMention, before: _Head | None, sentence: Span, lexicon: Lexicon) -> str:
    """The noun a bare number leaves out: "six soldiers were killed and eight wounded", "dead soldiers at 15"."""
    told = _TOLD_AT.search(_lead(text, sentence, number.span.start))
    if told and (found := list(lexicon.find("persons", told["of"]))):
        return found[-1].group()
    if before and re.fullmatch(
        r"\s(?:were|was|have\sbeen|had\sbeen)\s\w+,?(?:\sand|\swith)?\s", text[before.phrase.end : number.span.start]
    ):
        return before.noun
    return ""


@lru_cache(maxsize=4)
def _single_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(
        r"(?<![\w’'-])(?:an?|another|one|his|her|their)\s"
        r"(?:(?!(?:and|or|of|in|were|was|who|to|for|by)\b)[\w’'-]+,?\s){0,4}?(?!(?:injured|wounded|dead)\b)"
        rf"(?P<noun>{lexicon.words['persons'].pattern})",
        re.IGNORECASE,
    )


_ANOTHER = re.compile(r"(?<![\w’'-])another(?=\s(?:was\s)?(?:injured|wounded|killed|hurt|died|missing))", re.IGNORECASE)


def _singles(text: str, sentence: Span, lexicon: Lexicon) -> Iterator[_Head]:
    """ "a 40-year-old man", "her six-month-old baby", "a guard": one person each."""
    for found in _single_pattern(lexicon).finditer(text, sentence.start, sentence.end):
        noun = found["noun"].lower()
        if noun in lexicon.sets["no_single"] or re.search(r"(?:[^s]s|men)\Z", noun):
            continue
        after = text[found.end() : found.end() + 14]
        if re.match(r"[-’']|\s(?:claim|protection|power|toll|said|told)", after):
            continue
        span = Span(found.start(), found.end())
        yield _Head(span, span, 1, "exact", found["noun"], single=True)
    for found in _ANOTHER.finditer(text, sentence.start, sentence.end):
        span = Span(found.start(), found.end())
        yield _Head(span, span, 1, "exact", "", single=True)


def _cues(text: str, sentence: Span, lexicon: Lexicon) -> list[tuple[Span, CasualtyOutcome]]:
    """Words of outcome in the sentence; where two overlap the longer one counts."""
    found = [
        (Span(match.start(), match.end()), outcome)
        for outcome in OUTCOMES
        for match in lexicon.find(outcome, text, sentence.start, sentence.end)
        if not _NEGATED.search(text, max(sentence.start, match.start() - 40), match.start())
    ]
    found.sort(key=lambda cue: (cue[0].start, cue[0].start - cue[0].end))
    kept: list[tuple[Span, CasualtyOutcome]] = []
    for span, outcome in found:
        if not kept or span.start >= kept[-1][0].end:
            kept.append((span, outcome))
    return kept


def _outcome(
    text: str,
    head: _Head,
    before: _Head | None,
    after: _Head | None,
    cues: list[tuple[Span, CasualtyOutcome]],
    sentence: Span,
) -> CasualtyOutcome | None:
    """The word of outcome that governs a figure.

    In this order: a verb right before it ("killed at least nine"); a word inside or right after its phrase, up to the
    next figure and not that figure's own verb ("48 others injured"); after "including", what governs the whole; the
    last word before it; the first one after it.
    """
    stop = after.phrase.start if after else sentence.end
    past, upto = (bisect_right(cues, position, key=lambda cue: cue[0].end) for position in (head.phrase.start, stop))
    left = cues[past - 1 : past]
    right = cues[bisect_left(cues, head.phrase.start, key=lambda cue: cue[0].start) : upto]
    own_right = [cue for cue in right if not (after and _adjacent(text, cue[0], after))]
    inside = [cue for cue in own_right if cue[0].start < head.phrase.end]
    near = [cue for cue in own_right if not _CLAUSE_END.search(text, head.phrase.end, cue[0].start)]
    if inside:
        # a wounded person taken to hospital is hospitalised only
        taken = inside[-1][1] == "injured" and any(outcome == "hospitalised" for _, outcome in near)
        return "hospitalised" if taken else inside[-1][1]
    if left and _adjacent(text, left[-1][0], head):
        wounded = [outcome for _, outcome in near if outcome == "hospitalised"]
        return wounded[0] if wounded else left[-1][1]
    if near:
        outcomes = [outcome for _, outcome in near]
        # a wounded person taken to hospital is hospitalised only
        return "hospitalised" if "hospitalised" in outcomes and outcomes[0] == "injured" else outcomes[0]
    part = _PART.search(_lead(text, sentence, head.phrase.start))
    if left and (not head.single or _listed(text, left[-1][0], head, before)):
        return left[-1][1]
    joined = after and re.search(
        r"\bincluding\b|\bamong\b|,\Z|\band\Z", text[head.phrase.end : after.phrase.start].strip()
    )
    if part or (joined and not head.single):
        return next((outcome for span, outcome in cues if span.start >= head.phrase.end), None)
    if head.single or after:
        return None
    return right[0][1] if right else None


def _listed(text: str, cue: Span, head: _Head, before: _Head | None) -> bool:
    """Whether a single person stands in a list that a word of outcome opens: "among the dead were a man, his son"."""
    if before and re.fullmatch(r",?\s(?:and\s)?|,\s(?:and\s)?", text[before.phrase.end : head.phrase.start]):
        return True
    between = text[cue.end : head.phrase.start]
    return len(between) < 60 and bool(re.search(r"\A\s(?:were|was|included?)\s|including\s\Z", between))


def _adjacent(text: str, cue: Span, head: _Head) -> bool:
    """Whether a verb takes the figure as its object: nothing but small words between."""
    between = text[cue.end : head.phrase.start]
    return cue.end <= head.phrase.start and bool(
        re.fullmatch(r"\s(?:(?:another|the|a|further|up|off|all|of|were|was|are)\s)?", between)
    )


def _groups(text: str, head: _Head, lexicon: Lexicon, sentence: Span) -> tuple[Group, ...]:
    phrase = text[head.phrase.start : head.phrase.end]
    age = re.search(r"\b(\d{1,2})-(?:year|month)-old|\b(\w+)-(?:month|week|day)s?-old", phrase)
    if age and (age[2] or "month" in age.group() or int(age[1]) < 18):
        return ("children",)
    both = _SECOND_GROUP.match(text, head.phrase.end) if phrase.endswith(head.noun) else None
    first = _group(head.noun, lexicon, text, head, sentence)
    if both and head.value is None and (other := lexicon.group_of(both["other"])) and other != first:
        return (first, other)
    return (first,)


_SECOND_GROUP = re.compile(r"\s(?:and|or)\s(?P<other>[\w-]+)")
_COMPLEMENT = re.compile(r"\s(?:of\s(?:them|whom)\s|\w+\s)?(?:were|was|are)\s(?P<who>[\w-]+)")


def _group(noun: str, lexicon: Lexicon, text: str, head: _Head, sentence: Span) -> Group:
    """The group by the noun, a more telling adjective ("police officers"), or "… were children"."""
    complement = _COMPLEMENT.match(text, head.phrase.end, sentence.end)
    told = lexicon.group_of(complement["who"]) if complement else None
    if not noun or told in ("children", "women", "civilians", "soldiers", "police", "militants"):
        return told or "people"
    if noun[:1].isupper() and not lexicon.has("persons", noun):
        return "other"
    kind = lexicon.group_of(noun.split()[-1])
    if kind in (None, "people", "staff", "other"):
        whole = lexicon.group_of(text[head.phrase.start : head.phrase.end])
        if whole in ("rescuers", "police", "soldiers"):
            return whole
    return kind or "people"


def _denied(text: str, head: _Head, sentence: Span) -> bool:
    """ "no one", "not a single person": nothing to record."""
    return bool(
        re.search(r"\b(?:no|not|without|zero)\s(?:\w+\s)?\Z", _lead(text, sentence, head.phrase.start), re.IGNORECASE)
    )
