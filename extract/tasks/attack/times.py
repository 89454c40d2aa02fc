"""Time expressions that can date an attack; which day they mean is read by `extract.records.days`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from extract.articles.sentences import Span
from extract.records.days import MONTHS
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.syntax import SUBJECTS, above, child, is_verb, verb_above
from extract.tasks.attack.tellings import EFFECTS, dates_attack, speaks


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time expression.

    Attributes:
        rank: how well it dates an attack: 4 part of a named day, 3 day, 2 part of a day or a longer time, 1 hour.
        far: it lies clearly before the days around the article ("last year", "in April").
        spoken: it is the day on which somebody spoke, or on which something else was done than an attack.
    """

    span: Span
    rank: int
    far: bool
    spoken: bool


_COUNT = r"(?:a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|twenty|several|\d{1,3})"

_ABOUT = r"(?:(?:(?:more|less)\sthan|some|almost|nearly|over|about|around|just\sover)\s)"


@lru_cache(maxsize=4)
def _patterns(lexicon: Lexicon) -> tuple[tuple[re.Pattern[str], int, bool], ...]:
    """Patterns with rank and distance, best ranks first."""
    days = "|".join(lexicon.data["times"]["days"])
    months = "|".join(sorted(lexicon.data["times"]["months"], key=len, reverse=True))
    feasts = "|".join(lexicon.data["times"]["feasts"])
    noun = r"(?:morning|afternoon|evening|night)"
    year = r"(?:19|20)\d\d"
    day_date = (
        rf"(?:(?:{months})\s\d{{1,2}}(?:st|nd|rd|th)?(?:,\s{year})?"
        rf"|\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?:{months})(?:,?\s{year})?)(?!\d)"
    )
    before_last = rf"the\sday\sbefore\syesterday|(?:the\s)?(?:{days})\sbefore\slast"
    last = r"(?:(?:last|this\spast)\s)?"
    both = rf"{last}(?:{days}),?\s(?:\({day_date}\)|{day_date})"  # "Sunday, Nov. 8"
    day = rf"(?:{before_last}|{both}|{last}(?:{days})(?:\s(?:of\s)?last\sweek)?|{day_date})"
    weekend = r"(?:over|during|at|on)\s(?:the|this|that)\s(?:past\s)?weekend|(?:this|the|last)\s(?:past\s)?weekend"
    clock = (
        r"(?:\d{1,2}(?:[:.]\d\d)?\s?(?:a\.m\.|p\.m\.|am|pm)|\d{1,2}[:.]?\d\d\s(?:hours\s)?(?:GMT|UTC|local\stime)(?!,\s[A-Z]))"
        r"(?:\slocal\stime|\s\([^()]{3,30}\))?"
    )
    near = r"(?:(?:about|around|approximately|shortly\s(?:after|before)|just\s(?:after|before))\s)"
    part_of_day = (
        rf"{near}?{clock},?\s(?:on\s|of\s)?(?:{day}|yesterday|today)|{day},?\s(?:at\s)?{near}?{clock}|"
        rf"(?:early|late)\s(?:on\s)?{day}(?:\s{noun})?|{last}(?:{days})\s{noun}(?:\s\({day_date}\))?|(?:the\s)?{noun}\s(?:of|on)\s{day}"
        rf"|(?:overnight|(?:(?:at|the)\s)?night)\s(?:from|of|between)\s{day}\s(?:to|and|into)\s{day}"
        rf"|(?:the\s)?(?:early(?:\smorning)?|small|pre-?dawn)\shours\s(?:of|on)\s{day}(?:\s{noun})?"
        rf"|(?:just\s|shortly\s)?(?:before|at|after|around)\s(?:dawn|midnight|noon)\s(?:on\s)?{day}"
        rf"|(?:overnight,?\s(?:(?:on|into|to)\s)?|{noun}\s(?:on|into|to)\s){day}|{day}\s(?:{noun}\s)?into\s{day}"
        rf"|yesterday\s{noun}|earlier\stoday"
    )
    far = (
        r"(?:earlier|late|early|later)\s(?:this|last|in\sthe)\s(?:year|month|week)"
        r"|last\s(?:year|month|week|summer|winter|spring|autumn|fall)|this\syear"
        r"|the\s(?:day|week|month|year)\s(?:before|after)(?=\s*[,.;])"
        rf"|(?:(?:early|late)\s)?(?:summer|winter|spring|autumn)\s(?:of\s)?{year}|(?:{months})\sand\s(?:{months})"
        rf"|(?:(?:early|late|mid)\s?-?\s?|last\s)?(?:{months})(?:\s{year}|\s(?:of\s)?(?:last|this|that|the\ssame)\syear)?(?!\s\d)"
        rf"|(?:(?:early|late|mid)\s?-?\s?)?{year}(?![\d-])|{_COUNT}\sdays?\slater(?=,)"
        rf"|{_ABOUT}?(?:half\sa|a\scouple\sof|a\sfew|{_COUNT})\s(?:weeks?|months?|years?|decades?)\s(?:ago(?:\sthis\s(?:week|month))?|earlier|(?:after|before)\sthat|later(?=,))"
        rf"|{_COUNT}\sdays?\s(?:earlier|before(?:\sthat|(?=\s*[,.;:])))|the\s(?:previous|same|next|following)\s(?:week|month|year)|the\s(?:previous|next|following)\sday|(?:weeks|months|years|decades)\sago"
    )
    part = (
        r"overnight|the\s(?:previous|following)\s(?:night|morning|evening)|the\snight\sbefore(?=\s*[,.;])|(?:at|during\sthe|in\sthe|last|on\s\w+)\snight|this\s(?:morning|afternoon|evening)|tonight"
        r"|in\sthe\s(?:early\s)?(?:hours(?:\sof\sthe\smorning)?|morning|afternoon|evening)|(?:just\s|shortly\s)?(?:before|at)\sdawn|early\smorning"
    )
    hour = rf"(?:at\s)?{near}?{clock}"
    sources = (
        (part_of_day, 4, False),
        (rf"{day}|{_ABOUT}?{_COUNT}\sdays?\sago", 3, False),
        (rf"(?:{feasts})(?:,?\s{year})?", 3, True),
        (far, 2, True),
        (rf"{weekend}|{part}", 2, False),
        (hour, 1, False),
    )
    return tuple(
        (re.compile(rf"(?<![\w-])(?:{source})(?![\w-])", re.IGNORECASE), rank, is_far)
        for source, rank, is_far in sources
    )


_NOT_DATING = re.compile(
    r"\b(?:since|until|till|by|before|next|coming|war\b.{0,12}|invasion.{0,8}|invaded.{0,12}|founded.{0,6}|emerged.{0,12}"
    r"|elected.{0,8})\s(?:the\s|early\s|late\s|mid-?\s?)?\Z",
    re.IGNORECASE,
)
# "the third bombing this year", "the heaviest raid so far this year": the year counts, it does not date
_COUNTED_BY_YEAR = re.compile(r"\b(?:first|second|third|\w+th|\w+est|worst|time|so\sfar)\b", re.IGNORECASE)
_OTHER_CLOCK = re.compile(r"\d\s?(?:[ap]\.?m\.?\s?)?(?:local\stime\s)?\((?:[\d:]+\sGMT\s(?:on\s)?)?\Z")
"""Before the hour that it was then elsewhere: "00:30 (7:30am Oslo time)", "9 p.m. (01:00 GMT on Sunday)"."""
_WHEN = re.compile(r",?\swhen\s(?![^.]{0,60}\b(?:wars?|conflict|inva\w+|offensive|began|begins|start\w*)\b)")
"""Behind the day of an attack that is told of next: "the second since Sunday, when a bomb killed nine"."""
_YEARS = re.compile(r"\b(?:between|from)\s(?:19|20)\d\d\s(?:and|to|until|through)\s(?:19|20)\d\d\b", re.IGNORECASE)
"""Years in which many things were; a single attack has a day, or a year."""
_NAMED_MONTH = re.compile(r"\b(?:in|last|early|late|of|since|an?|the)\s\Z", re.IGNORECASE)


def find_times(text: str, lexicon: Lexicon, start: int, end: int, doc: Any = None) -> Iterator[TimeMention]:
    """Time expressions in `text[start:end]`, best ranks first, none inside another.

    Args:
        doc: the parse of that piece; without one only the words right before a time tell whose day it is.
    """
    taken = bytearray(max(0, end - start))  # one for every character inside an expression
    for pattern, rank, far in _patterns(lexicon):
        for found in pattern.finditer(text, start, end):
            span = Span(found.start(), found.end())
            inside = slice(span.start - start, span.end - start)
            if any(taken[inside]):
                continue
            before = text[max(start, span.start - 90) : span.start]
            if _OTHER_CLOCK.search(text, max(start, span.start - 40), span.start):
                continue
            dates_nothing = bool(
                (_NOT_DATING.search(before[-40:]) and not ((rank > 2 or far) and _WHEN.match(text, span.end)))
                or _YEARS.search(text, max(start, span.start - 24), min(end, span.end + 14))
                or (found.group().lower() == "this year" and _COUNTED_BY_YEAR.search(before))
            )
            if not dates_nothing and _another_word(found.group(), before):
                continue
            taken[inside] = b"\1" * (span.end - span.start)
            if not dates_nothing:
                yield TimeMention(span, rank, far, _spoken(Span(inside.start, inside.stop), before, doc, lexicon, far))


def names_its_day(text: str, span: Span) -> bool:
    """Whether the words of a time name its day; not where those beside it say another: "two weeks ago on Friday"."""
    before, behind = text[max(0, span.start - 40) : span.start], text[span.end : span.end + 20]
    return _OTHER_DAY_BEFORE.search(before) is None and _OTHER_DAY_BEHIND.match(behind) is None


_OTHER_DAY_BEFORE = re.compile(
    r"\b(?:days?|weeks?|months?|years?)\s(?:ago|earlier|before|after)\s(?:on\s)?\Z|\b(?:previous|next|coming|following|every|each|good|between|than|over|nearly|almost)\s\Z",
    re.IGNORECASE,
)
_OTHER_DAY_BEHIND = re.compile(
    r"\s(?:of\s)?(?:last|the\s(?:previous|following|same)|this|next)\syear|,?\s1[0-8]\d\d\b"
    r"|\s(?:the\s13th|before\b|after\snext)",
    re.IGNORECASE,
)


def _another_word(words: str, before: str) -> bool:
    """ "march" and "may" as verbs, "Sun", "May" and "Jan" as names."""
    if words[:1].islower() and words.startswith(MONTHS):
        return True
    return re.fullmatch(r"May|March|Mar\.?|Jan\.?|Sat|Sun", words) is not None and not _NAMED_MONTH.search(before[-8:])


def _spoken(span: Span, before: str, doc: Any, lexicon: Lexicon, far: bool) -> bool:
    """Whether a time is the day of something else than an attack: of what was said, or done afterwards."""
    verb = _saying(lexicon).search(before)
    if doc is None:
        return verb is not None
    piece = doc.char_span(span.start, span.end, alignment_mode="expand")
    if piece is None:
        return verb is not None
    # "police said Friday two people …": the parser likes to hang the day on what follows
    left = piece.start - 1 - len(verb[1].split()) if verb else -1
    if left >= 0 and speaks(doc[left], lexicon):
        return True
    if piece.root.dep_ in SUBJECTS and piece.root.head.pos_ == "AUX":
        return True  # "Today is a day of mourning"
    head = piece.root.head
    if far and (noun := _BEHIND_NOUN.search(before)) and lexicon.has("attack", noun[1]):
        return False  # "blamed them for two bombings in February", which the parser hangs on "blamed"
    if far and piece.start <= 1 and speaks(head.head, lexicon):
        return False  # "In April, officials said 14 people had been killed": no day on which they spoke
    if head == piece.root or _to_come(head, lexicon) or _told_in(head, lexicon):
        return bool(head != piece.root)
    if piece.root.dep_ in _ATTRIBUTES and lexicon.has("killed", head.text.removesuffix("s")):
        return False  # "the May 5 killings"
    if piece.root.dep_ in _ATTRIBUTES and head.lower_ in lexicon.sets["civil"] and head.head.lower_ not in _THEN:
        return True  # "Sunday's election"
    if not far and _goes_on(doc, piece.end, lexicon):
        return False
    return not any(dates_attack(each, lexicon) for each in (_whole(head, lexicon), *_whose_victims_do(head)))


def _goes_on(doc: Any, end: int, lexicon: Lexicon) -> bool:
    """ "Police sought a man over a spree on Sunday that left one dead", "… in which one died": the harm is of that day."""
    behind = next((word for word in doc[end : end + 3] if not word.is_punct), None)
    if behind is None or (behind.tag_ != "WDT" and not any(each.tag_ == "WDT" for each in behind.children)):
        return False
    words = " ".join(each.text for each in (behind.head, *behind.head.children))
    return any(lexicon.has(each, words) for each in EFFECTS)


def _whose_victims_do(head: Any) -> Iterator[Any]:
    """ "Killed people queuing at a clinic on Thursday", "was driving home on Thursday when a bomb went off": the attack's verb."""
    doing = verb_above(head) or head
    later = (each for each in doing.children if each.dep_ == "advcl" and each.i > doing.i)
    yield from (each for each in later if any(mark.lower_ == "when" for mark in each.lefts))
    who = child(doing, "nsubj")
    clause = doing.tag_ == "VBG" and doing.dep_ in ("ccomp", "advcl") and child(doing, "aux") is None
    if clause and who is not None and doing.head.i < who.i:
        yield doing.head


_ATTRIBUTES = ("poss", "nmod", "compound", "nummod")
_THEN = ("during", "at", "on", "amid")


def _whole(head: Any, lexicon: Lexicon) -> Any:
    """The clause that dates what a time hangs from: "speaking on Monday, he said", "it was at five that they came"."""
    verb = verb_above(head) or head
    subject = child(verb, *SUBJECTS)
    if verb.dep_ == "advcl" and subject is None and verb.tag_ in ("VBG", "VBN"):
        words = verb.doc[verb.left_edge.i : verb.right_edge.i + 1].text
        return head if any(lexicon.has(each, words) for each in ("attack", *EFFECTS)) else verb.head
    if verb.pos_ != "AUX" or subject is None or subject.lower_ != "it":
        return head
    clause = child(child(verb, "attr") or verb, "relcl") or child(verb, "advcl", "ccomp")
    return clause if clause is not None and clause.left_edge.lower_ in ("when", "that") else head


def _told_in(head: Any, lexicon: Lexicon) -> bool:
    """Whether a time is that of a toll ("rose to nine on Friday"), or of a report ("according to a notice of Friday")."""
    for word in above(head):
        if word.lower_ == "according":
            return True
        if is_verb(word) and (subject := child(word, *SUBJECTS)) is not None:
            return subject.lower_ in ("toll", "number", "count", "total", "tally")
        if word.tag_ == "VBG" or any(lexicon.has(words, word.text) for words in ("attack", "fighting", *EFFECTS)):
            return False
    return False


def _to_come(head: Any, lexicon: Lexicon) -> bool:
    """Whether a time is that of what is to come, or of an office that somebody takes."""
    for word in above(head):
        if lexicon.has("attack", word.text):
            # "discussed the Tarr killing Monday", which the parser takes for what somebody did
            deed = word.tag_ == "VBG" and word.dep_ in ("xcomp", "advcl") and child(word, "dobj") is None
            talk = deed and lexicon.has("aftermath", word.head.text)
            return talk or any(each.lower_ == "attempted" for each in word.children)
        if is_verb(word) and word.dep_ != "prep":  # "to be paid beginning Monday"
            helps = {each.lower_ for each in word.children if each.dep_ == "aux"}
            if "to" in helps:
                over = word.head.head if word.dep_ == "conj" else word.head
                return over.lower_ in lexicon.sets["planned"] or word.dep_ in ("acl", "relcl")
            taken = child(word, "dobj") if word.lower_.startswith(("tak", "took")) else None
            office = taken is not None and taken.lower_ in lexicon.sets["offices"]
            return office or bool(helps & {"will", "'ll", "’ll", "shall"})
    return False


@lru_cache(maxsize=4)
def _saying(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?:{lexicon.words['said'].pattern})\s((?:late\s|early\s)?(?:on\s)?)\Z", re.IGNORECASE)


_BEHIND_NOUN = re.compile(r"([\w-]+)\s(?:in|of|from)\s(?:early\s|late\s|mid-?\s?)?\Z")
