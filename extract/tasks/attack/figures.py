"""Casualty figures: who was killed, hurt or taken, how many, of which group, and who says so.

Who a sentence tells of is found in `census`, what became of them in `fates`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from extract.articles.sentences import Span
from extract.tasks.attack.census import Census, Head, tokens_in
from extract.tasks.attack.fates import Fates
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.names import NAME_RUN, Cast
from extract.tasks.attack.nouns import led_to
from extract.tasks.attack.schema import Bound, CasualtyOutcome, Group
from extract.tasks.attack.sides import is_state
from extract.tasks.attack.speech import Attribution, attributions, is_pronoun, speaking_person
from extract.tasks.attack.syntax import SUBJECTS, child, is_verb

OUTCOMES: tuple[CasualtyOutcome, ...] = ("hospitalised", "killed", "injured", "missing", "captured")


@dataclass(frozen=True, slots=True)
class Figure:
    """A candidate for a casualty record.

    Attributes:
        phrase: the expression with its noun ("at least 18 people", "a 40-year-old man").
        text: what becomes the quantity's text.
        sentence: the sentence it stands in.
        groups: who is counted; two when the figure stands on both ("dozens of women and children").
        source: who reports it, or None.
        named: a person by name.
        scope: the parts of the sentence in which a place is theirs.
    """

    phrase: Span
    text: Span
    value: int | None
    bound: Bound
    sentence: Span
    outcome: CasualtyOutcome
    groups: tuple[Group, ...]
    source: Span | None = None
    named: bool = False
    scope: tuple[Span, ...] = ()


_JOINED = re.compile(r"(?:\A|[,”\"]\s)(?P<name>(?:[Tt]he\s)?(?:[A-ZÀ-Þ][\w.’'-]*\s){1,5})and\s(?=(?:the\s)?[A-ZÀ-Þ])")
_THE = re.compile(r"[Tt]he\s[a-z]+")
_MEDIUM = re.compile(
    r"(?:[Tt]he\s)?(?:(?:(?:state|government)-(?:run|owned|controlled|funded)|semi-?official|pro-\S+)\s)*"
    rf"(?P<name>{NAME_RUN.pattern})"
    r"(?:\s(?:(?:daily\s|weekly\s)?newspaper|magazine|broadcaster|daily|(?:news|state|television|TV)\s(?:agency|network|channel|website)))?"
)
"""A paper or a broadcaster, with what it is around its name: "the Daily Tern newspaper", "state-run Tern Agency"."""
_RANKED = re.compile(r"(?:(?!St|Mt|Ft)[A-Z][a-z]{1,4}\.[-\s])+(?=[A-Z])")
"""Short titles before a name; not those of saints, mountains and forts."""
_THE_OFFICE = re.compile(r"[Tt]he(?:\s[\w-]+){2,4}")
_TITLES = re.compile(r"(?:[A-ZÀ-Þ][\w.’'-]*\s)*")
_CLAUSE_END = re.compile(
    r"[;:]|,\s(?:(?:just\s)?\w+\s\w+\s(?:after|before)|while|but|with|as|when|after|before)\b|\b(?:while|but)\b"
)


def find_figures(cast: Cast, sentences: Sequence[Span]) -> list[Figure]:
    """The figures of the given sentences, in text order."""
    text, lexicon = cast.text, cast.lexicon
    found: list[Figure] = []
    reporter = _Reporter(cast)
    earlier: CasualtyOutcome | None = None
    for sentence in sentences:
        reporter.hear(sentence)
        here: list[Figure] = []
        cues = _cues(text, sentence, lexicon)
        doc = cast.syntax.of_headline(sentence) if cues or earlier else None
        if doc is not None:
            words = {token.i: outcome for span, outcome in cues for token in tokens_in(doc, sentence, span)}
            words |= _hurt_besides(doc, words, lexicon)
            census = Census(text, sentence, doc, lexicon, Fates(doc, words, lexicon, earlier))
            here = [figure for head in census.heads() for figure in _figures(census, head, reporter)]
        found.extend(here)
        earlier = here[0].outcome if here else None
    return found


def _figures(census: Census, head: Head, reporter: _Reporter) -> Iterator[Figure]:
    """The candidates for records: one for each who reports a figure."""
    if head.value == 1 and reporter.speaks(head.phrase) and not census.fates.cues.keys() & _places(head.root):
        return  # "…, said his father, Omar Said"
    counted = (head.phrase, head.text, head.value, head.bound, census.sentence, head.outcome)
    known = census.lexicon.group_of(head.after) not in (None, "soldiers")
    if head.named and not known and (role := reporter.role(head.phrase)):
        head = replace(head, after=role)
    groups = _groups(census, head)
    sources = () if head.recalled else reporter.sources(head.phrase, lambda verb: census.is_told(head.root, verb))
    for source in sources or (None,):
        yield Figure(*counted, groups, source, head.named, census.scope(head.root))


def _places(root: Any) -> set[int]:
    return {token.i for token in root.subtree}


def _cues(text: str, sentence: Span, lexicon: Lexicon) -> list[tuple[Span, CasualtyOutcome]]:
    """Words of outcome in the sentence; where two overlap the longer one counts.

    "shot" and "stabbed" tell of the hurt where the sentence tells nothing else: "stabbed five, two of them fatally".
    """
    found = [
        (Span(match.start(), match.end()), outcome)
        for outcome in OUTCOMES
        for match in lexicon.find(outcome, text, sentence.start, sentence.end)
    ]
    if all(lexicon.words["mortally"].fullmatch(text, span.start, span.end) for span, _ in found):
        hurt = lexicon.find("wounding", text, sentence.start, sentence.end)
        found += [(Span(match.start(), match.end()), "injured") for match in hurt]
    found.sort(key=lambda cue: (cue[0].start, cue[0].start - cue[0].end))
    kept: list[tuple[Span, CasualtyOutcome]] = []
    for span, outcome in found:
        if not kept or span.start >= kept[-1][0].end:
            kept.append((span, outcome))
    return kept


def _hurt_besides(doc: Any, cues: Mapping[int, CasualtyOutcome], lexicon: Lexicon) -> dict[int, CasualtyOutcome]:
    """Verbs like "stabbed" whose own clause tells nothing worse: "stabbed two before police shot him dead"."""
    clauses = {_clause(doc[place]) for place in cues}
    wounding = lexicon.words["wounding"]
    hurt = (token for token in doc if is_verb(token) and wounding.match(doc[token.i : token.i + 2].text))
    return {token.i: "injured" for token in hurt if _clause(token) not in clauses}


def _clause(word: Any) -> int:
    """The verb of the clause that a word is in; one of its own joins on, or tells when, and has a subject."""
    for each in (word, *word.ancestors):
        subject = child(each, *SUBJECTS) if each.dep_ in ("advcl", "conj") and is_verb(each) else None
        if subject is not None and subject.tag_ not in ("WP", "WDT"):
            return int(each.i)
    return -1


class _Reporter:
    """Who reports what the sentence at hand says; "he" and "it" are who was named last, at most a paragraph before."""

    def __init__(self, cast: Cast) -> None:
        self._text = cast.text
        self._lexicon = cast.lexicon
        self._cast = cast
        self._last: Span | None = None
        self._at = 0
        self._breaks = 0  # line ends since somebody was named
        self._said: list[tuple[Attribution, tuple[Span, ...]]] = []
        self._bodies: dict[str, Span] = {}  # what "the officials" are, by the last word

    def hear(self, sentence: Span) -> None:
        """Goes on to the next sentence."""
        self._breaks += self._text.count("\n", self._at, sentence.start)
        self._at = sentence.start
        if self._breaks > 2:
            self._last = None
        self._said = []
        for item in attributions(self._text, sentence.start, sentence.end, self._lexicon, self._cast.syntax):
            joined = tuple(self._joined(sentence, item.subject))
            last = self._cast.person(item.subject) if joined else None
            source = last.name if last else self._name(item)
            if source:
                if item.reports:
                    self._said.append((item, (*joined, source)))
                self._last, self._breaks = source, 0

    def _joined(self, sentence: Span, subject: Span) -> Iterator[Span]:
        """A named body before "and": "the Red Cross and Governor Lee said" are two who say it."""
        start = max(sentence.start, subject.start - 80)
        for found in _JOINED.finditer(self._text[start : subject.end]):
            if self._lexicon.words["demonyms"].fullmatch(found["name"].strip()):
                continue  # "Kenyan and Norwegian police said"
            if _TITLES.fullmatch(self._text, found.end() + start, max(found.end() + start, subject.start)):
                yield Span(start + found.start("name"), start + found.end("name") - 1)

    def _name(self, item: Attribution) -> Span | None:
        subject = item.name or item.subject
        if person := speaking_person(item, self._cast):
            return person.name
        words = self._text[subject.start : subject.end]
        if is_pronoun(words):
            return self._last
        if _THE.fullmatch(words):
            return self._in_full(subject, words.split()[1])
        if _THE_OFFICE.fullmatch(words) and (named := self._cast.of_role(words.lower().split()[1:])):
            return named[0]
        head = item.head or subject
        self._bodies[self._text[head.start : head.end].split()[-1]] = subject
        if (full := self._cast.full_name(subject)) != subject:
            return full
        ranked, medium = _RANKED.match(words), _MEDIUM.fullmatch(words)
        # what is its name alone, article or not, stays as it is
        if medium and len(medium["name"]) < len(words.removeprefix("the ").removeprefix("The ")):
            return Span(subject.start + medium.start("name"), subject.start + medium.end("name"))
        return Span(subject.start + ranked.end(), subject.end) if ranked else subject

    def _in_full(self, subject: Span, noun: str) -> Span:
        """ "The officials" are the security officials of before, "the sheriff" is the one who is named."""
        if (full := self._cast.full_name(subject)) != subject:
            return full
        if noun in self._bodies:
            return self._bodies[noun]
        named = self._cast.of_role([noun])
        return named[0] if named else subject

    def role(self, name: Span) -> str:
        """What the article says anywhere of somebody whom it names; nothing if it does not."""
        person = self._cast.person(name)
        return self._text[person.role.start : person.role.end] if person and person.role else ""

    def speaks(self, phrase: Span) -> bool:
        """Whether somebody is told of only as who says something, behind the verb."""
        return any(
            item.verb.end <= phrase.start and item.subject.start <= phrase.end and phrase.start < item.subject.end + 3
            for item, _ in self._said
            if not item.origin and phrase.start - item.verb.end < 60 and item.subject.start >= item.verb.end
        )

    def sources(self, phrase: Span, told: Callable[[Span], bool]) -> tuple[Span, ...]:
        """Who reports a figure: the origin where it is passed on, else who speaks before it in its clause, or after.

        Args:
            told: whether the figure can be what a verb of saying tells.
        """
        said = [
            (item, names)
            for item, names in self._said
            if (item.origin or told(item.verb))
            and not (item.subject.start < phrase.end and phrase.start < item.subject.end)
        ]
        origins = [names for item, names in said if item.origin]
        if origins:
            return origins[0]
        inside = [names for item, names in said if item.told and item.told.start <= phrase.start < item.told.end]
        if inside:
            return inside[-1]
        before = next((each for each in reversed(said) if each[0].verb.end <= phrase.start), None)
        if before and not _CLAUSE_END.search(self._text, before[0].verb.end, phrase.start):
            return before[1]
        return next((names for item, names in said if item.verb.start >= phrase.end), ())


_AGED = re.compile(r"(?:,\s|\s\()(\d{1,2})(?=[,.;)])")
_OFFICER = re.compile(r"\bofficer\b", re.IGNORECASE)
_THE_GROUP = re.compile(r"\b(?:[Tt]he|terror|armed)\sgroup\b")


def _groups(census: Census, head: Head) -> tuple[Group, ...]:
    text, lexicon = census.text, census.lexicon
    phrase = text[head.phrase.start : head.phrase.end]
    if head.foe:
        return ("militants",)
    age = re.search(r"\b(?:(\d{1,2})|(\w+))-(year|month|week|day)s?-old", phrase)
    if age and (
        age[3] != "year" or (int(age[1]) < 18 if age[1] else age[2].lower() in lexicon.data["numbers"]["units"][:18])
    ):
        return ("children",)
    if (told := _AGED.match(text, head.phrase.end)) and head.value == 1:
        return ("children",) if int(told[1]) < 18 else (_group(head, phrase, census),)
    first = _group(head, phrase, census)
    counted = next(led_to(head.root, {"of"}), head.root)
    listed = [noun.text for noun in counted.conjuncts if noun.tag_ == counted.tag_ == "NNS" and not any(noun.lefts)]
    others = {group for each in listed if (group := lexicon.group_of(each)) is not None} - {first}
    if len(others) == 1 and head.value is None:
        return (first, *others)  # "dozens of women and children"
    return ("people",) if others else (first,)  # "70 soldiers and civilians"


def _group(head: Head, phrase: str, census: Census) -> Group:
    """The group by the noun, a more telling adjective ("police officers"), or "… were children"."""
    lexicon = census.lexicon
    told = lexicon.group_of(head.after)
    if (post := _of_body(head.after if head.named else head.post, lexicon)) is not None:
        return post
    if head.named or (not head.noun and head.value == 1):
        officer = told is None and _OFFICER.search(head.after)
        return "police" if officer else told or ("other" if lexicon.has("roles", head.after) else "people")
    if not head.noun or told in ("children", "women", "civilians", "soldiers", "police", "militants"):
        return told or "people"
    kind = lexicon.group_of(head.noun)
    if kind in (None, "people", "men", "staff", "other", "soldiers"):
        whole = lexicon.group_of(phrase)
        if whole in ("rescuers", "police", "soldiers", "staff"):
            return whole
        if kind is None and _of_body(phrase, lexicon):
            return "militants"  # "five Houthis"
        if kind is None and head.noun.lower() in ("officer", "officers"):
            beside = {
                lexicon.group_of(word) for word in census.text[census.sentence.start : census.sentence.end].split()
            }
            return "soldiers" if "soldiers" in beside and "police" not in beside else "police"
    return kind or ("people" if lexicon.words["persons"].fullmatch(head.noun) else "other")


def _of_body(post: str, lexicon: Lexicon) -> Group | None:
    """Leaders, members and aides are what the body is: a Taliban commander is a militant, one of the police an officer."""
    group = lexicon.group_of(post)
    if group in ("police", "militants"):
        return group
    armed = any(not is_state(side, lexicon) for _, _, side in lexicon.sides_in(post))
    return "militants" if armed or _THE_GROUP.search(post) else None
