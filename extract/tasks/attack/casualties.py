"""Figures → one record each, by the codebook's rulings: what is told of twice, who counts as a foreigner."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from extract.articles.sentences import Span
from extract.tasks.attack.figures import Figure
from extract.tasks.attack.reading import Reading

MOST_ALIKE = 100
"""Figures of the same wording, told apart by place or source, that a further one is compared with."""

_ARTICLES = {"the", "a", "an"}


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure with its outcome, one group and its place."""

    figure: Figure
    outcome: str
    who: str
    place: Span | None


def counted_once(figures: Sequence[Figure], placed: Callable[[Figure], Span | None], reading: Reading) -> list[Counted]:
    """The event's figures; one record where outcome, group and value agree and no two sources are named."""
    kept: list[Counted] = []
    alike: dict[tuple[object, ...], list[int]] = {}
    home = _home(figures, reading)
    for figure in _without_dead(_identified(_told_once(figures, reading), reading), reading):
        place = placed(figure)
        for who in figure.groups:
            who = "people" if who == "other" and _at_home(figure, home, reading) else who
            who = "other" if who == "staff" and _foreign(figure, home, reading) else who
            item = Counted(figure, figure.outcome, who, place)
            same = alike.setdefault(_wording(item, reading), [])
            twin = next((number for number in same[:MOST_ALIKE] if _compatible(kept[number], item, reading)), None)
            if twin is None:
                same.append(len(kept))
                kept.append(item)
                continue
            better = item if _words_better(item, kept[twin], reading) else kept[twin]
            kept[twin] = _one_person(better, kept[twin], item, reading) if figure.named else better
    return kept


def _told_once(figures: Sequence[Figure], reading: Reading) -> list[Figure]:
    """Without numbers of the headline that the body tells again in its own words, and "the four dead" behind four of any kind."""
    body = [figure for figure in figures if figure.value is not None and not reading.is_headline(figure.sentence)]
    told = {(each.outcome, each.value, word) for each in body for word in (_one_of(each, reading), "one")}
    first: dict[tuple[str, int | None], Figure] = {}
    kept: list[Figure] = []
    for figure in figures:
        before = first.setdefault((figure.outcome, figure.value), figure)
        shown = _THOSE.search(reading.plain.text, max(0, figure.phrase.start - 8), figure.phrase.start)
        those = shown is not None and figure.value not in (None, 1) and figure.groups == ("people",)
        those = those and before.sentence != figure.sentence and _one_source(before.source, figure.source, reading)
        headline = reading.is_headline(figure.sentence) and not figure.named
        if not those and not (headline and (figure.outcome, figure.value, _one_of(figure, reading)) in told):
            kept.append(figure)
    return kept


_THOSE = re.compile(r"\b(?:the|all)\s(?:the\s)?\Z", re.IGNORECASE)


def _one_of(figure: Figure, reading: Reading) -> str:
    """What one person without a name is called, "one" of whom nothing is said; nothing for more."""
    return _plain_last(figure, reading) if figure.value == 1 and not figure.named else ""


def _words_better(item: Counted, known: Counted, reading: Reading) -> bool:
    return (known.figure.source is None and item.figure.source is not None) or reading.is_headline(
        known.figure.sentence
    )


def _one_person(better: Counted, first: Counted, second: Counted, reading: Reading) -> Counted:
    """All that is told of a person by name: the fuller name, the first place, the group that says more than "people"."""
    text = max(first.figure, second.figure, key=lambda each: len(_name(each, reading))).text
    who = second.who if first.who == "people" else first.who
    return replace(better, figure=replace(better.figure, text=text), who=who, place=first.place or second.place)


def _identified(figures: Sequence[Figure], reading: Reading) -> list[Figure]:
    """Without those told of twice: "a general" of the headline is Igor Petrov, "the woman" the one told of before."""
    found = _as_attackers(figures, reading)
    single = [figure for figure in figures if _described(figure, reading)][:MOST_ALIKE]
    named = [figure for figure in figures if figure.named][:MOST_ALIKE]
    pointed = [each for each in figures if _is_the(each, reading)][:MOST_ALIKE]
    for figure in single + pointed:
        same = [each for each in named if each.outcome == figure.outcome]
        called = [each for each in same if _last_word(figure, reading) in _role(each, reading)]
        held = called if all(_one_source(figure.source, each.source, reading) for each in called) else []
        later = held if held else [each for each in same if each.sentence.start > figure.sentence.start]
        body = [each for each in single if not reading.is_headline(each.sentence)] or single
        alike = {_last_word(each, reading) for each in body if each.groups == figure.groups}
        if len(_persons(later, reading)) != 1 or (not held and (len(alike) > 1 or figure in pointed)):
            continue
        opening = later[0].groups == ("people",) and figure.sentence in reading.sentences[:2]
        if held or opening or figure.groups == later[0].groups:
            unsaid = later[0].groups in (("people",), ("other",))
            groups = figure.groups if unsaid or not held else later[0].groups
            found = [replace(each, groups=groups) if each in later else each for each in found if each != figure]
    first: dict[tuple[str, bool], Figure] = {}
    for figure in found:
        if figure.value == 1:
            first.setdefault(_side(figure), figure)
    return [
        each
        for each in found
        if not _is_the(each, reading) or first[_side(each)] is each or first[_side(each)].sentence == each.sentence
    ]


def _without_dead(figures: Sequence[Figure], reading: Reading) -> list[Figure]:
    """Without wounds of people who died: "Petrov was shot four times" where the article tells of his death.

    A last name alone is his only if nobody else of that name is told of.
    """
    single = [each for each in figures if each.value == 1]
    names = {frozenset(_name(each, reading)) for each in single if each.named and each.outcome == "killed"}
    full = {frozenset(_name(each, reading)) for each in single if each.named and _given_name(each, reading)}
    ours, others = ({word for name in each for word in name} for each in (full & names, full - names))
    dead, lone = full & names, ours - others
    kin = {_last_word(each, reading) for each in single if each.outcome == "killed" and not each.named}

    def died(figure: Figure) -> bool:
        if figure.named:
            name = frozenset(_name(figure, reading))
            return name in dead or (len(name) == 1 and name <= lone)
        owned = re.match(r"(?:his|her)\s", reading.text(figure.text), re.IGNORECASE)
        return owned is not None and _last_word(figure, reading) in kin

    hurt = ("injured", "hospitalised")
    return [each for each in figures if each.outcome not in hurt or each.value != 1 or not died(each)]


def _as_attackers(figures: Sequence[Figure], reading: Reading) -> list[Figure]:
    """With "the driver" as an attacker everywhere, where the police shot him once; "the two members" are those of before."""
    attackers = {(each.value, _last_word(each, reading)) for each in figures if each.groups == ("militants",)}

    def again(figure: Figure) -> bool:
        return _is_the(figure, reading) or reading.article.text.endswith("the ", 0, figure.phrase.start)

    return [
        replace(each, groups=("militants",))
        if (each.value, _last_word(each, reading)) in attackers and again(each)
        else each
        for each in figures
    ]


def _side(figure: Figure) -> tuple[str, bool]:
    """What became of somebody, and whether he attacked: the dead attacker is not the victim told of before."""
    return figure.outcome, figure.groups == ("militants",)


def _is_the(figure: Figure, reading: Reading) -> bool:
    """ "the woman", "the victim", "him": where somebody was told of before, it is him or her."""
    pointing = re.match(r"(?:the\s|(?:s?he|him|her)\Z)", reading.text(figure.text), re.IGNORECASE)
    return figure.value == 1 and not figure.named and pointing is not None


def _persons(figures: Sequence[Figure], reading: Reading) -> set[str]:
    """Who is named: once by the last name alone, then in full, is one."""
    names = {(_last_word(each, reading), _given_name(each, reading)) for each in figures}
    in_full = {last for last, given in names if given}
    return {f"{given} {last}" for last, given in names if given or last not in in_full}


_BODY = re.compile(r",|\s(?:of|to|for|in|at|with|who)\s")


def _role(figure: Figure, reading: Reading) -> list[str]:
    """What the article calls somebody anywhere: "a leader" in "a leader of the Veld Front", "general" in "General Lee"."""
    person = reading.cast.person(figure.phrase)
    role = _BODY.split(reading.text(person.role))[0] if person and person.role else ""
    return f"{role} {reading.text(figure.phrase)}".lower().split()


def _described(figure: Figure, reading: Reading) -> bool:
    """Whether a figure is one person without a name: "a general", "Teacher", a headline's "colonel"."""
    bare = reading.is_headline(figure.sentence) or re.match(r"an?\s|[A-Z]", reading.text(figure.text)) is not None
    return figure.value == 1 and not figure.named and bare


def _last_word(figure: Figure, reading: Reading) -> str:
    return re.split(r"[\s-]", reading.text(figure.phrase))[-1].lower() if figure.named else _plain_last(figure, reading)


def _plain_last(figure: Figure, reading: Reading) -> str:
    return reading.text(figure.phrase).split()[-1].lower()


_PARTICLES = frozenset(("al", "el", "bin", "ibn", "abu", "van", "von", "de", "da", "der", ""))


def _name(figure: Figure, reading: Reading) -> list[str]:
    """The words of a name, without ranks and the small words that are written in several ways ("al-Amin", "Al Amin")."""
    words = re.split(r"[\s-]", reading.text(figure.text).lower())
    roles = reading.lexicon.words["roles"]
    return [word for word in words if not (word.endswith(".") or word in _PARTICLES or roles.fullmatch(word))]


def _given_name(figure: Figure, reading: Reading) -> str:
    """The first name; nothing for a lone name."""
    name = _name(figure, reading)
    return name[0] if len(name) > 1 else ""


def _home(figures: Sequence[Figure], reading: Reading) -> frozenset[str]:
    """The countries in which the sentences of figures place something, else the article's first; or whose people alone are told of."""
    named = _lands((figure.sentence for figure in figures), reading)
    named = named or _lands(reading.sentences[:MOST_ALIKE], reading)
    words = {word for figure in figures for word in reading.text(figure.phrase).split() if word[0].isupper()}
    nations = {_land(word, reading) for word in words if reading.lexicon.words["demonyms"].fullmatch(word)}
    return frozenset(named or (nations if len(nations) == 1 else ()))


def _lands(sentences: Iterable[Span], reading: Reading) -> set[str]:
    mentions = (mention for sentence in sentences for mention in reading.places(sentence))
    return {
        _land(reading.text(mention.span), reading)
        for mention in mentions
        if mention.country and mention.preposition == "in"
    }


def _land(words: str, reading: Reading) -> str:
    """The country of a name or a nationality; the Palestinians' is no state but has two names."""
    return reading.lexicon.side_of(words) or _PALESTINE.sub("Palestine", words)


_PALESTINE = re.compile(r".*\b(?:Gaza|West Bank|Palestin).*")


def _foreign(figure: Figure, home: frozenset[str], reading: Reading) -> bool:
    """Whether people are singled out by another nationality than the attacked country's: "two Indian sailors"."""
    words = reading.text(figure.phrase).split()
    sides = {reading.lexicon.side_of(word) for word in words if word[0].isupper()} - {None}
    return bool(sides) and not sides & home


def _at_home(figure: Figure, home: frozenset[str], reading: Reading) -> bool:
    """Whether a nationality is the attacked country's own: "six Afghans" in Afghanistan."""
    return not figure.named and _land(reading.text(figure.phrase).split()[-1], reading) in home


def _wording(item: Counted, reading: Reading) -> tuple[object, ...]:
    """What two figures share if they may be one: vague ones their words too, single people their description."""
    value = item.figure.value
    words = reading.text(item.figure.text if value is None else item.figure.phrase).lower()
    if value == 1:
        words = _last_word(item.figure, reading) if item.figure.named else re.sub(r"\A(?:the|an?|one)\s", "", words)
        words = re.sub(r"\A(?:his|her|whose)\s(?:\w+\s)?(?=\w+\Z)", "", words)  # "whose wife", "his beloved wife"
    return item.outcome, "" if item.figure.named else item.who, value, words if value in (None, 1) else ""


def _compatible(a: Counted, b: Counted, reading: Reading) -> bool:
    """Whether neither place nor source tells two figures apart."""
    if a.figure.named and b.figure.named:  # nobody dies in two places
        if len({_given_name(each.figure, reading) for each in (a, b)} - {""}) > 1:
            return False
        if a.figure.sentence != b.figure.sentence:
            return True  # who mourns somebody is no second source
    elif (
        a.figure.sentence == b.figure.sentence
        and a.who != "people"
        and _last_word(a.figure, reading) != _last_word(b.figure, reading)
    ):
        return False  # "two Poles and two Danes"
    elif a.place and b.place and reading.text(a.place).lower() != reading.text(b.place).lower():
        return False
    return _one_source(a.figure.source, b.figure.source, reading)


def _one_source(one: Span | None, two: Span | None, reading: Reading) -> bool:
    """Whether no two name a figure."""
    if one is None or two is None or _same_name(reading.text(one), reading.text(two)):
        return True
    return _speaks_for(one, two, reading) or _speaks_for(two, one, reading)


def _speaks_for(one: Span, body: Span, reading: Reading) -> bool:
    """Whether a source is a person whose role names the other: "Ann Lee, a police spokesman" and "the police"."""
    person = reading.cast.person(one)
    role = reading.text(person.role).lower().split() if person and person.role else []
    return reading.cast.person(body) is None and reading.text(body).lower().split()[-1] in role


def _same_name(one: str, two: str) -> bool:
    """Whether one name is the other, or a shorter form of it: "Houthis", "Houthi rebels"."""
    a, b = ({word.removesuffix("s") for word in name.lower().split()} - _ARTICLES for name in (one, two))
    return a <= b or b <= a
