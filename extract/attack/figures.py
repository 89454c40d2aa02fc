"""Casualty figures: every quantity of people and every single person near a word of death or injury.

The first judgement is by rule: which word of outcome governs the figure, which group it counts, who reports it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from extract.articles import Article, Span
from extract.attack.lexicon import Lexicon
from extract.attack.names import Cast, attributions
from extract.attack.numbers import NumberMention, find_numbers
from extract.schema import Bound, CasualtyOutcome, Group

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


_ADJ = r"(?:(?!and\b|or\b|were\b|was\b|are\b|is\b|have\b|has\b|in\b|on\b|at\b|of\b|to\b|by\b|with\b|from\b|for\b|who\b|as\b|after\b|when\b|killed\b|including\b)[\w’'-]+\s){0,4}?"
_CLAUSE_END = re.compile(r"[;:]|,\s(?:while|but|with|as|when|after|before)\b|\b(?:while|but)\b")


def find_figures(article: Article, lexicon: Lexicon, cast: Cast, sentences: tuple[Span, ...]) -> list[Figure]:
    """Candidates of the given sentences, in text order, judged by rule."""
    found: list[Figure] = []
    for sentence in sentences:
        piece = article.text[sentence.start : sentence.end]
        if any(lexicon.has(outcome, piece) for outcome in OUTCOMES):
            found.extend(_in_sentence(article.text, sentence, lexicon, cast))
    return found


@dataclass(frozen=True, slots=True)
class _Head:
    """A figure with the noun it counts, before anything is judged."""

    phrase: Span
    text: Span
    value: int | None
    bound: Bound
    noun: str
    single: bool = False


def _in_sentence(text: str, sentence: Span, lexicon: Lexicon, cast: Cast) -> Iterator[Figure]:
    heads = _heads(text, sentence, lexicon)
    cues = _cues(text, sentence, lexicon)
    source = _source(text, sentence, lexicon, cast)
    chain: _Head | None = None
    for index, head in enumerate(heads):
        after = heads[index + 1] if index + 1 < len(heads) else None
        outcome = _outcome(text, head, chain, after, cues, sentence)
        chain = head if outcome else None
        if outcome is None and (head.single or not head.noun):
            continue
        groups = _groups(text, head, lexicon, sentence)
        if _denied(text, head, sentence):
            continue
        yield Figure(head.phrase, head.text, head.value, head.bound, sentence, outcome, groups, source)


def _heads(text: str, sentence: Span, lexicon: Lexicon) -> list[_Head]:
    """Numbers that count people, and single people, in order and without overlap."""
    persons = lexicon.words["persons"].pattern
    noun = re.compile(rf"\s(?:of\s(?:the\s|its\s|his\s|her\s|their\s)?)?(?:{_ADJ})(?P<noun>{persons})", re.IGNORECASE)
    plural_name = re.compile(r"\s(?:[a-z]+\s)?(?P<noun>[A-Z][a-z]+(?:s|ese|ish|sh|ch)\b)(?!\s[A-Z])")
    heads: list[_Head] = []
    for number in find_numbers(text, lexicon, sentence.start, sentence.end):
        if number.value is None and re.match(r"\sof\s(?:the|those|its)\b", text[number.span.end :]):
            continue  # "many of the injured" is a share
        counted = noun.match(text, number.span.end, sentence.end) or plural_name.match(text, number.span.end, sentence.end)
        if counted:
            phrase = Span(number.span.start, counted.end("noun"))
            heads.append(_Head(phrase, number.span, number.value, number.bound, counted["noun"]))
        elif _elliptical(text, number, sentence, lexicon):
            heads.append(_Head(number.span, number.span, number.value, number.bound, ""))
    taken = [head.phrase for head in heads]
    for single in _singles(text, sentence, persons):
        if not any(single.phrase.start < span.end and span.start < single.phrase.end for span in taken):
            heads.append(single)
    return sorted(heads, key=lambda head: head.phrase.start)


def _elliptical(text: str, number: NumberMention, sentence: Span, lexicon: Lexicon) -> bool:
    """A bare number that can only count people: "48 were hurt", "killed nine", "dozens more injured"."""
    after = text[number.span.end : sentence.end]
    if re.match(r"\s(?:more\s|further\s|of\sthem\s|of\swhom\s|others?\s)?(?:were|was|are|is|have|has|had|remain\w*|still|people)\b", after):
        return True
    if re.match(r"(?:\s(?:more|further|others?))?\s*(?:[.,;)]|\Z|\sand\b|\sin\b|\sat\b|\son\b|\sacross\b|\snear\b|\sbefore\b|\safter\b)", after):
        # "one" in "one and the same" is no figure; a verb of outcome has to stand before it
        before = text[sentence.start : number.span.start]
        return bool(re.search(r"(?:kill(?:ed|ing|s)|wound(?:ed|ing)|injur(?:ed|ing|es)|dead|hurt(?:ing)?|toll\s(?:\w+\s){0,4}(?:to|at)|captur(?:ed|ing)|kidnapp(?:ed|ing)|and)\s(?:\w+\s){0,1}\Z", before)) and number.value != 1
    return any(re.match(rf"\s(?:more\s|others?\s|further\s)?{lexicon.words[outcome].pattern}", after, re.IGNORECASE) for outcome in OUTCOMES)


def _singles(text: str, sentence: Span, persons: str) -> Iterator[_Head]:
    """ "a 40-year-old man", "her six-month-old baby", "a guard": one person each."""
    pattern = re.compile(
        rf"(?<![\w’'-])(?P<det>an?|another|one|his|her|their)\s(?:(?!and\b|or\b|of\b|in\b|were\b|was\b|who\b|to\b|for\b|by\b)[\w’'-]+,?\s){{0,4}}?(?P<noun>{persons})",
        re.IGNORECASE,
    )
    for found in pattern.finditer(text, sentence.start, sentence.end):
        noun = found["noun"].lower()
        if noun in ("people", "dead", "wounded", "injured", "staff", "police", "troops", "personnel", "members", "couple", "crew") or (
            noun.endswith("s") and noun not in ("boss",) and not noun.endswith("ss")
        ) or noun.endswith(("men", "women")) or noun in ("children", "general", "major", "chief", "leader", "head"):
            continue
        after = text[found.end() : found.end() + 14]
        if re.match(r"[-’']|\s(?:claim|protection|power|toll|said|told)", after):
            continue
        span = Span(found.start(), found.end())
        yield _Head(span, span, 1, "exact", found["noun"], single=True)
    for found in re.finditer(r"(?<![\w’'-])another(?=\s(?:was\s)?(?:injured|wounded|killed|hurt|died|missing))", text[sentence.start : sentence.end], re.IGNORECASE):
        span = Span(sentence.start + found.start(), sentence.start + found.end())
        yield _Head(span, span, 1, "exact", "", single=True)


def _cues(text: str, sentence: Span, lexicon: Lexicon) -> list[tuple[Span, CasualtyOutcome]]:
    """Words of outcome in the sentence; where two overlap the longer one counts."""
    found = [
        (Span(match.start(), match.end()), outcome)
        for outcome in OUTCOMES
        for match in lexicon.find(outcome, text, sentence.start, sentence.end)
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
    right = [cue for cue in cues if cue[0].start >= head.phrase.start and cue[0].end <= stop]
    left = [cue for cue in cues if cue[0].end <= head.phrase.start]
    own_right = [cue for cue in right if not (after and _adjacent(text, cue[0], after))]
    inside = [cue for cue in own_right if cue[0].start < head.phrase.end]
    if inside:
        return inside[-1][1]
    near = [cue for cue in own_right if not _CLAUSE_END.search(text, head.phrase.end, cue[0].start)]
    if left and _adjacent(text, left[-1][0], head):
        wounded = [outcome for _, outcome in near if outcome == "hospitalised"]
        return wounded[0] if wounded else left[-1][1]
    if near:
        outcomes = [outcome for _, outcome in near]
        # a wounded person taken to hospital is hospitalised only
        return "hospitalised" if "hospitalised" in outcomes and outcomes[0] == "injured" else outcomes[0]
    part = bool(re.search(r"(?:including|among (?:them|the \w+)|of (?:them|whom)),?\s(?:(?:were|was|are)\s)?\Z", text[sentence.start : head.phrase.start]))
    if left and (not head.single or _listed(text, left[-1][0], head, before)):
        return left[-1][1]
    if head.single:
        return None
    if after and (part or re.search(r"\bincluding\b|\bamong\b|,\Z|\band\Z|,\sand\Z", text[head.phrase.end : after.phrase.start].strip())):
        later = [cue for cue in cues if cue[0].start >= head.phrase.end]
        return later[0][1] if later else None
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
    return cue.end <= head.phrase.start and bool(re.fullmatch(r"\s(?:(?:another|the|a|further|up|off|all|of|were|was|are)\s)?", between))


def _groups(text: str, head: _Head, lexicon: Lexicon, sentence: Span) -> tuple[Group, ...]:
    phrase = text[head.phrase.start : head.phrase.end]
    age = re.search(r"\b(\d{1,2})-(?:year|month)-old|\b(\w+)-(?:month|week|day)s?-old", phrase)
    if age and (age[2] or "month" in age.group() or int(age[1]) < 18):
        return ("children",)
    both = re.match(rf"{re.escape(head.noun)}\s(?:and|or)\s(?P<other>[\w-]+)", text[head.phrase.end - len(head.noun) :])
    first = _group(head.noun, lexicon, text, head, sentence)
    if both and head.value is None and (other := lexicon.kind_of("group", both["other"])) and other != first:
        return (first, other)  # type: ignore[return-value]
    return (first,)


def _group(noun: str, lexicon: Lexicon, text: str, head: _Head, sentence: Span) -> Group:
    if not noun:
        complement = re.match(r"\s(?:of\s(?:them|whom)\s)?(?:were|was|are)\s(?P<who>[\w-]+)", text[head.phrase.end : sentence.end])
        kind = lexicon.kind_of("group", complement["who"]) if complement else None
        return kind or "people"  # type: ignore[return-value]
    phrase = text[head.phrase.start : head.phrase.end]
    complement = re.match(r"\s(?:\w+\s)?(?:were|was|are)\s(?P<who>children|women|civilians|soldiers|police\w*|militants)\b", text[head.phrase.end : sentence.end])
    if complement and (kind := lexicon.kind_of("group", complement["who"])):
        return kind  # type: ignore[return-value]
    if noun[:1].isupper() and not lexicon.has("persons", noun):
        return "other"
    last = noun.split()[-1]
    kind = lexicon.kind_of("group", last)
    if kind in (None, "people", "staff") and (whole := lexicon.kind_of("group", phrase)) in ("rescuers", "police", "soldiers"):
        return whole  # type: ignore[return-value]
    if last.lower().startswith(("national", "citizen", "tourist", "worshipp", "pilgrim", "student", "journalist", "minister", "official", "migrant", "refugee", "teacher", "priest", "politician")):
        return "other"
    return kind or "people"  # type: ignore[return-value]


def _denied(text: str, head: _Head, sentence: Span) -> bool:
    """ "no one", "not a single person": nothing to record."""
    return bool(re.search(r"\b(?:no|not|without|zero)\s(?:\w+\s)?\Z", text[sentence.start : head.phrase.start], re.IGNORECASE))


def _source(text: str, sentence: Span, lexicon: Lexicon, cast: Cast) -> Span | None:
    """Who reports the figures of a sentence, by the fullest name."""
    for item in attributions(text, sentence.start, sentence.end, lexicon):
        if person := cast.person(item.subject):
            return person.name
        phrase = text[item.subject.start : item.subject.end]
        if re.fullmatch(r"(?:he|she|they|it)", phrase, re.IGNORECASE):
            continue
        return cast.full_name(item.subject)
    return None


def with_place(figure: Figure, place: Span | None) -> Figure:
    """The same figure, tied to a place."""
    return replace(figure, place=place)
