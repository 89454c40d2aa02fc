"""A clause of an article with all that tells which attack it is about: its words for one, times and sides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from extract.articles.sentences import Span
from extract.records.days import WEEKDAYS
from extract.tasks.attack.clauses import Clause, clauses
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.sides import SOME, STRUCK, THE, Sign, signs, strongest
from extract.tasks.attack.syntax import Syntax
from extract.tasks.attack.tellings import Telling, tellings
from extract.tasks.attack.times import TimeMention, find_times


@dataclass(frozen=True, slots=True)
class Part:
    """A clause, and what tells which attack it is about.

    Attributes:
        number: of its sentence.
        whole: the sentence.
        piece: the words of the clause.
        told: words for an attack.
        beside: those of the whole sentence.
        times: expressions that can date one.
        sides: who attacks in it.
        recalled: the same, with those who did it in another year.
        pointing: "the rebels", with no word that tells which, where they attack.
        unnamed: "insurgents", the same.
        sequel: what it hangs from came a day or more after it.
        alleged: it only tells "what one side claims was" an attack.
    """

    number: int
    sentence: Span
    clause: Clause
    whole: str
    piece: str
    told: Sequence[Telling]
    beside: Sequence[Telling]
    times: Sequence[TimeMention]
    sides: Sequence[tuple[str, int]]
    recalled: Sequence[tuple[str, int]]
    pointing: Sequence[tuple[str, int]]
    unnamed: str | None
    sequel: bool
    alleged: bool

    @property
    def deeds(self) -> list[Telling]:
        """Words for what was done; "attackers" and "gunmen" alone tell of nothing."""
        return [each for each in self.told if not each.person]

    @property
    def side(self) -> str | None:
        """Who attacks in it, of an attack that may be long past."""
        return next((side for side, _ in (*self.recalled, *self.sides)), None)

    @property
    def happened(self) -> bool:
        """Whether it tells of an attack as one that took place."""
        return any(each.standing != "unreal" for each in self.deeds)


def read_parts(text: str, number: int, sentence: Span, syntax: Syntax, lexicon: Lexicon) -> list[Part]:
    """The clauses of a sentence, each behind the one it hangs from."""
    doc = syntax.of(sentence) if number else syntax.of_headline(sentence)
    piece = text[sentence.start : sentence.end]
    told = tellings(doc, piece, lexicon)
    times = [t for t in find_times(text, lexicon, sentence.start, sentence.end, doc) if not t.spoken]
    all_signs = signs(doc, piece, lexicon)
    past_signs = signs(doc, piece, lexicon, long_ago=True) if any(time.far for time in times) else all_signs
    sides, recalled = ([sign for sign in each if not _nameless(sign)] for each in (all_signs, past_signs))
    claim = _ALLEGED.search(piece)
    parts: list[Part] = []
    for clause in clauses(doc, len(piece), lexicon):
        here = [each for each in told if clause.holds(each.start)]
        mine = [time for time in times if clause.holds(time.span.start - sentence.start)]
        if clause.when is not None and not mine:
            mine = [time for time in times if time.span.start <= sentence.start + clause.when < time.span.end]
        else:
            mine = [time for time in mine if not _SINCE_WHEN.search(text, sentence.start, time.span.start)]
        above = parts[clause.parent] if clause.parent is not None and not clause.coordinate else None
        parts.append(
            Part(
                number,
                sentence,
                clause,
                piece,
                clause.words(piece),
                here,
                told,
                mine or (above.times if above is not None and not above.told else []),
                strongest(sides, clause)
                or _answering(clause, clause.words(piece), lexicon)
                or _its(clause, piece, lexicon),
                strongest(recalled, clause),
                strongest((sign for sign in all_signs if _nameless(sign) == THE), clause),
                next(
                    (sign[1].split()[-1] for sign in past_signs if clause.holds(sign[0]) and _nameless(sign) == SOME),
                    None,
                ),
                _comes_long_before(piece, clause),
                claim is not None and all(each.start >= claim.end() for each in here),
            )
        )
    return parts


def _nameless(sign: Sign) -> str | None:
    """The article before a noun that names no side: "the rebels", "rebels"."""
    article = sign[1].split()[0]
    return article if article in (THE, SOME) else None


ONE = r"(?:attack|(?:air\s?)?strike|bombing|shooting|stabbing|massacre|kidnapping|abduction|blast|explosion|assault|raid|ambush|siege|clash|encounter|gun\s?(?:fight|battle)|incident|killing)"
SEVERAL = (
    r"(?:attacks|strikes|bombings|shootings|blasts|explosions|assaults|raids|ambushes|sieges|clashes|encounters|gun\s?(?:fights|battles)"
    r"|incidents|killings|kidnappings)"
)
"""What attacks are called, where grammar tells which one, or how many, are meant."""


_BACK = re.compile(
    r"\b(?:retaliat(?:ed|es|ing)|respond(?:ed|s|ing)|repl(?:ied|ies|ying)|answer(?:ed|s|ing)|counter(?:ed|s|ing))"
    r"\s(?:with|by)\s((?:(?!to\b|the\b|over\b|after\b)[\w-]+\s?){1,8})",
    re.IGNORECASE,
)


_IN_ANSWER = re.compile(
    r"\bin\s(?:response|retaliation|reprisal|reply)\b(?!\s(?:to|for)\b)|\breturn(?:ed|s|ing)\sfire\b", re.IGNORECASE
)


def strikes_back(piece: str, lexicon: Lexicon) -> bool:
    """Whether a clause tells of an attack as an answer: "retaliated with heavy shelling"."""
    answer = _IN_ANSWER.search(piece) is not None and (lexicon.has("killed", piece) or lexicon.has("launched", piece))
    return answer or any(lexicon.has("attack", found[1]) for found in _BACK.finditer(piece))


def _answering(clause: Clause, piece: str, lexicon: Lexicon) -> list[tuple[str, int]]:
    """The side whose answer is an attack, or that was behind one."""
    does = strikes_back(piece, lexicon) or _BEHIND.search(piece) is not None
    side = lexicon.side_named(clause.subject) if does else None
    return [(side, STRUCK)] if side else []


def _its(clause: Clause, piece: str, lexicon: Lexicon) -> list[tuple[str, int]]:
    """The side of "after Norland's escalation, as it launched air strikes": the one that owns something before."""
    if clause.subject.lower() != "it" or not clause.runs:
        return []
    does = all(lexicon.has(words, clause.words(piece)) for words in ("launched", "attack"))
    before = piece[: clause.runs[0][0]] if does else ""
    owners = {side for _, end, side in lexicon.sides_in(before) if _OWNS.match(before, end)}
    return [(owners.pop(), STRUCK)] if len(owners) == 1 else []


_OWNS = re.compile(r"['’]s?\s")


_SINCE_WHEN = re.compile(r"\bsince\s(?:the\s|last\s|early\s|late\s)?\Z", re.IGNORECASE)
"""Before a time that is only that of the clause behind it: "the worst since 2017, when a gunman killed 58"."""
_BEHIND = re.compile(
    rf"\b(?:is|was|were|been)\s(?:also\s)?(?:responsible\sfor|behind)\s(?:[\w-]+\s){{0,4}}?(?:{ONE}|{SEVERAL})\b",
    re.IGNORECASE,
)
_ALLEGED = re.compile(r"\bwhat\s(?:\w+\s){1,4}(?:claim|alleg)\w*\s(?:was|were)\b", re.IGNORECASE)
_LONG_AFTER = re.compile(
    r"\b(?:days?|weeks?|months?|years?|decades?)\s(?:after|since)\b|\b(?:comes?|came|coming|follow(?:s|ed))\s(?:\w+\s){0,3}?after\b",
    re.IGNORECASE,
)


_ANSWER_TO = re.compile(
    r"\b(?:revenge|retaliation|reprisals?|vengeance|response)\s(?:for|to|against)\s(?!th(?:e|is|at|ese|ose)\b)(?=[^,;]{0,80}?"
    rf"\b(?:air\s?)?(?:{ONE}|{SEVERAL})\b)",
    re.IGNORECASE,
)


def _comes_long_before(piece: str, clause: Clause) -> bool:
    """ "Ten years after a bomb …", "came a week after an ambush", "was in response to a strike"."""
    begin = min((start for start, _ in clause.runs), default=0)
    answered = None if clause.parent is None or clause.coordinate else _ANSWER_TO.search(piece, 0, begin + 40)
    if answered is not None and begin >= answered.end() - 1:
        return True
    return clause.parent is not None and _LONG_AFTER.search(piece, max(0, begin - 30), begin + 30) is not None


def is_none(part: Part, lexicon: Lexicon, *, battle: bool = False) -> bool:
    """Whether a clause is about no event: what did not happen, is only alleged, or is the sum of a war or a week.

    Args:
        battle: the article is about one, so that "in the fighting" is in that.
    """
    if lexicon.has("captives", part.piece) or (part.told and part.alleged):
        return True
    part = _without_sum(part)
    if not part.deeds and not lexicon.has("killed", part.piece):
        return False
    if part.deeds and not part.happened:
        return True
    mine = (time for time in part.times if part.clause.holds(time.span.start - part.sentence.start))
    far = [time.far for time in mine]
    if lexicon.words["wars"].fullmatch(part.clause.subject) and (any(far) or not far):
        return True  # "the fighting on Sunday" is one attack
    if _SHARE.search(part.piece) and lexicon.has("killed", part.piece):
        return True
    if _MANY_OF_A_YEAR.search(part.whole) and all(time.rank <= 2 and time.far for time in part.times):
        return True
    if part.number >= _FAR_ON and part.clause.parent is None and not part.times and is_vague(part, lexicon):
        return True
    perfect = PERFECT.search(part.piece) is not None
    if part.number == 0 or lexicon.has("record", part.piece):
        return False
    if _sums_up(part) or _of_a_year(part, lexicon) or (_of_a_time(part) and not lexicon.has("record", part.whole)):
        return True
    if not perfect and any(time.rank > 2 and not time.far for time in part.times):
        return False  # "killed in the violence on Sunday"
    whole = part.whole if perfect else part.piece
    in_war = lexicon.has("in_war", whole) and not (battle and _GREAT.search(part.piece) is None)
    return in_war or _habit(part, whole, lexicon)


def _without_sum(part: Part) -> Part:
    """A clause without the sum of all that came before, which it ends with."""
    found = SUM_SO_FAR.search(part.piece)
    return (
        part if found is None else replace(part, piece=part.piece[: found.start()], whole=part.piece[: found.start()])
    )


SUM_SO_FAR = re.compile(
    r",?\s(?:bringing|raising|taking|pushing)\s(?:to\s[\w,.-]{1,20}\s(?:[\w-]+\s){0,2}?)?"
    r"(?:the|its|their)\s(?:[\w-]+\s){0,3}?(?:toll|number|total|count|tally)\b"
    r"(?=[^;]{0,120}\b(?:since|so\sfar|(?:this|in\sthe\s(?:past|last))\s(?:\w+\s)?(?:years?|months?|weeks?)|in\s(?:19|20)\d\d)\b)",
    re.IGNORECASE,
)
""" "…, bringing the toll since March to 900": the last words of a sentence about one attack, about all of them."""
_ITSELF = rf"(?:it|he|she|they|th(?:e|is|at)\s(?:\w+\s)?{ONE}s?)\b"
_SINCE = re.compile(
    rf"\b[Ss]ince\s(?!{_ITSELF})(?:[\w’'-]+\s){{1,6}}?(?:\w{{3,}}ed|began|broke|took|rose|came|fell|went|left"
    r"|announcement|ceasefire|truce|elections?|takeover|revolution|withdrawal|independence|collapse|overthrow)\b"
)
_SHARE = re.compile(r"\d\s?(?:%|per\s?cent)\sof\s(?!(?:[\w’']+\s)?(?:body|skin)\b)")
_FROM_TO = re.compile(
    r"\b(?:between|from)\s(?:[A-Z][a-z]{2,8}\.?\s\d{1,2}|\d{1,2}\s[A-Z][a-z]{2,8})\s(?:and|to|until|through)\s"
    r"(?:[A-Z][a-z]{2,8}\.?\s)?\d{1,2}"
)
_MONTH_OF = r"(?:(?:late|early|mid)[\s-])?[A-Z][a-z]{2,8}\.?"
_YEAR_OF = rf"(?:{_MONTH_OF}\s|(?:late|early|mid)[\s-])?(?:19|20)\d\d\b"
_YEARS = re.compile(
    rf"\b(?:[Bb]etween|[Ff]rom)\s(?:{_YEAR_OF}\s(?:and|to|until|through)\s{_YEAR_OF}"
    rf"|(?:late|early|mid)[\s-][A-Z][a-z]{{2,8}}\s(?:and|to|until|through)\s{_MONTH_OF}(?:\s\d{{1,2}})?\b)"
)
_MANY_DEAD = re.compile(r"\b(?:\d{1,3}(?:,\d{3})+|\d{3,}|hundreds|thousands|scores)\b", re.IGNORECASE)
_OFTEN = re.compile(rf"\b(?:air\s?)?{SEVERAL}\b", re.IGNORECASE)
_BY_NOBODY = re.compile(
    r"\b(?:(?:were|been)\s(?:\w+ly\s)?(?:killed|murdered|slain)|died|deaths)\b(?!.{0,80}\bby\b)", re.IGNORECASE
)
_IN_A_YEAR = re.compile(r"\b(?:in|during)\s(?:all\sof\s)?(?:19|20)\d\d\b", re.IGNORECASE)
_SO_MANY_OF = re.compile(
    r"\b(?:number|total|count|tally)\sof\s(?:[\w.-]+\s){1,4}?(?:killed|dead|deaths|lost)\sin\s[^.;]{2,60}?"
    r"\s(?:now|currently)\sstands?\sat\b",
    re.IGNORECASE,
)
_MANY_TIMES = re.compile(
    r"\b(?:has|have)\s(?:also\s|\w+ly\s)?(?:been\s)?(?:claimed|carried\sout|launched|staged|mounted|conducted|suffered|seen|blamed|witnessed)"
    rf"\s(?!(?:two|three|four|five|six)\b)(?:(?!(?:the|these|those|both)\b)[\w-]+\s){{0,3}}?{SEVERAL}\b"
)
_SUCH = re.compile(
    r"\bin\s(?:such|similar|various|numerous|separate|other|previous)\s(?:\w+\s){0,2}?\w{3,}s\b", re.IGNORECASE
)
_YEARS_TOLL = re.compile(
    r"\b(?:19|20)\d\d\s(?:death\s)?toll\b|\b(?:annual|yearly|monthly)\s(?:death\s)?toll\b"
    r"|\btoll\s(?:\w+\s){0,3}?(?:since|for\sthe\s(?:year|month)|this\s(?:year|month))\b",
    re.IGNORECASE,
)
_GREAT = re.compile(r"\bthousands\b|\bmillions?\b|\bhundreds\b|\d,\d{3}\b", re.IGNORECASE)
"""The dead of a war; those of one battle are fewer."""


_MANY_OF_A_YEAR = re.compile(
    r"\A(?=.{0,200}\b(?:in\s(?:19|20)\d\d|last\syear|this\syear)\b)"
    rf".{{0,200}}\b(?:series|string|spate|flurry|wave|rash)\sof\s(?:[\w-]+\s){{0,3}}?{SEVERAL}\b",
    re.IGNORECASE | re.DOTALL,
)


def _of_a_time(part: Part) -> bool:
    """What "has" happened since another thing did, in attacks of a kind, or from one day to another."""
    whole = part.whole
    undated = _YEARS.sub(" ", part.piece)
    if undated != part.piece and (_MANY_DEAD.search(undated) or _OFTEN.search(undated)):
        return True
    if _YEARS_TOLL.search(part.piece) or (_SO_MANY_OF.search(part.piece) and not part.times):
        return True
    many = _MANY_TIMES.search(part.piece) is not None and not part.times
    such = _SINCE.search(whole) or _SUCH.search(whole)
    return many or _FROM_TO.search(whole) is not None or (such is not None and PERFECT.search(whole) is not None)


def _of_a_year(part: Part, lexicon: Lexicon) -> bool:
    """ "More than 3,000 people were killed in the city in 2010", and nothing tells of an attack."""
    piece = _IN_A_YEAR.sub(" ", part.piece)
    told = part.recalled or any(each.person or not lexicon.has("killed", each.word) for each in part.beside)
    great = _GREAT.search(piece) is not None and _BY_NOBODY.search(piece) is not None
    return piece != part.piece and not told and great


def _habit(part: Part, whole: str, lexicon: Lexicon) -> bool:
    """Words for a custom or a sum; not those behind a day: "killed nine on May 3, the worst in the past year"."""
    found = lexicon.words["habit"].search(whole)
    if found is None:
        return False
    begin = part.sentence.start + part.whole.find(found.group())
    return not any(time.rank > 2 and time.span.end <= begin for time in part.times)


_FAR_ON = 6
"""Sentences into an article, from where attacks in the plural are a custom."""


def is_vague(part: Part, lexicon: Lexicon) -> bool:
    """ "Attacks on ships by pirates", "killed in raids by bandits": many, by somebody, and nothing tells which."""
    said = [each for each in part.deeds if not lexicon.has("killed", each.word)]
    plurals = [found for found in lexicon.find("plurals", part.piece) if _BY_WHOM.match(part.piece, found.end())]
    told = lexicon.has("injured", part.piece) or "elsewhere" in part.piece or any(time.rank > 2 for time in part.times)
    words = {found.group().lower() for found in plurals}
    return bool(plurals) and not told and all(each.word in words or each.person for each in said)


_BY_WHOM = re.compile(r"[^.;,]{0,60}\bby\b")
PERFECT = re.compile(r"\b(?:has|have)\s(?:been\s)?(?:\w+ly\s)?(?:\w+ed|lost|taken|slain|shot|hit)\b", re.IGNORECASE)
_PERIOD = re.compile(r"(?<!earlier\s)(?<!later\s)\bthis\s(?:week|month|year)\b", re.IGNORECASE)
_COUNTED = re.compile(r"\d|\b(?:dozens|scores|hundreds|thousands)\b", re.IGNORECASE)
_MANY = re.compile(
    r"(?:drones|missiles|rockets|bombs|bombings|shells|shootings|attacks|strikes|raids|killing|killed)\Z"
)
_ONE = re.compile(
    r"\b(?:attack|strike|bombing|blast|explosion|shooting|raid|assault|ambush|barrage|wave)\b(?!\sdrones)",
    re.IGNORECASE,
)


def _sums_up(part: Part) -> bool:
    """ "800 drones and 40 missiles this week", without a word for one attack."""
    many = any(_MANY.search(each.word) for each in part.told)
    counted = many and _COUNTED.search(part.piece) is not None
    return counted and _PERIOD.search(part.piece) is not None and _ONE.search(part.piece) is None


_DATE = re.compile(r"[A-Z][a-z]{2,8}\.?\s\d{1,2}|\d{1,2}\s[A-Z][a-z]{2}")


@dataclass(frozen=True, slots=True)
class Clock:
    """Times of clauses, and what they say about the day of an attack."""

    text: str
    published: date | None = None

    def words(self, time: TimeMention) -> str:
        """The expression."""
        return self.text[time.span.start : time.span.end]

    def past(self, time: TimeMention) -> bool:
        """Whether it is long past, or has a year of its own: no article tells the year of what has just happened."""
        return time.far or _YEAR.search(self.words(time)) is not None

    def main_time(self, lead: Sequence[Sequence[Part]]) -> TimeMention | None:
        """The best time of the first sentence of the lead that dates an attack."""
        for number, parts in enumerate(lead):
            told = [time for part in parts if part.told and part.happened for time in part.times]
            times = [time for time in told if time.rank > 1 and (number < 2 or not time.far)]
            if times:
                return max(times, key=lambda time: time.rank)
        return None

    def days(self, times: Sequence[TimeMention]) -> set[str]:
        """Weekdays among the expressions."""
        return {name for time in times if time.rank >= 3 and (name := _day_name(self.words(time), self.published))}

    def dates(self, times: Sequence[TimeMention]) -> set[str]:
        """Dates with month and day among the expressions."""
        return {self.words(time) for time in times if time.rank >= 3 and _DATE.search(self.words(time))}

    def _of_one_year(self, main: TimeMention, times: Sequence[TimeMention]) -> bool:
        """Whether both are told by the year alone, and it may be the same: "in 2015" and "last year"."""
        if not all(_YEAR_ALONE.fullmatch(self.words(time)) for time in (main, *times)):
            return False
        years = self.years([main]), self.years(times)
        return not all(years) or bool(years[0] & years[1])

    def years(self, times: Sequence[TimeMention]) -> set[str]:
        """Years among the expressions, in digits."""
        return {found[0] for time in times if (found := _YEAR.search(self.words(time)))}

    def same(self, times: Sequence[TimeMention], main: TimeMention | None) -> bool:
        """Whether a clause names the day of the main event."""
        return main is not None and bool(self.days([main]) & self.days(times))

    def apart(self, times: Sequence[TimeMention], main: TimeMention | None) -> bool:
        """Whether times are clearly earlier than the main event, on another day or in another part of the day."""
        words = {self.words(time).lower() for time in times}
        if main is None or self.words(main).lower() in words:
            return main is None and any(time.far for time in times)
        day, days = self.days([main]), self.days(times)
        if (day | days) & _RELATIVE and not day | days <= _RELATIVE:
            days = set()  # nobody told on what day "today" is
        if any(time.far for time in times):
            return not day & days and not self._of_one_year(main, times)
        by_day = any(time.rank == 4 and not _NIGHT.search(self.words(time)) for time in times)
        if main.rank == 2 and _NIGHT.search(self.words(main)) and by_day:
            return True
        return bool(day and days and day.isdisjoint(days))


_YEAR_ALONE = re.compile(r"(?:19|20)\d\d|(?:last|this)\syear|(?:an?|one)\syear\s(?:ago|earlier)", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_RELATIVE = {"today", "yesterday", "day before yesterday"}
_NIGHT = re.compile(r"\b(?:over)?night|\bearly\b|\blate\b|\bdawn\b|\bhours\b", re.IGNORECASE)


def _day_name(words: str, published: date | None) -> str | None:
    """The weekday; of the night between two, the second. "Today" is one too, where the day of publication is known."""
    found = re.findall(
        r"(?i)(?:mon|tues|wednes|thurs|fri|satur|sun)day(?:\sbefore\slast)?|(?:day\sbefore\s)?yesterday|today", words
    )
    name = found[-1].lower() if found else None
    back = {"today": 0, "yesterday": 1, "day before yesterday": 2}.get(name or "")
    return name if published is None or back is None else WEEKDAYS[(published.weekday() - back) % 7]
