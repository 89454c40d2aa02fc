"""Weapon mentions with their kind, quantity and outcome: words of arms, and what the sentence says happened to them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from extract.articles import Article
from extract.articles.sentences import Span
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.nouns import qualified
from extract.tasks.attack.numerals import NumberMention, find_numbers
from extract.tasks.attack.schema import WeaponKind, WeaponOutcome
from extract.tasks.attack.syntax import SUBJECTS, Syntax, child, is_verb, subject_of

MOST_LINKS = 30
"""Steps from a weapon to the verb that tells what became of it; a longer list is cut."""


@dataclass(frozen=True, slots=True)
class WeaponMention:
    """A candidate for a weapon record.

    Attributes:
        phrase: the words that name it, number included.
        quantity: its number, or None.
    """

    phrase: Span
    kind: WeaponKind
    quantity: NumberMention | None
    outcome: WeaponOutcome
    sentence: Span


def find_weapons(
    article: Article, lexicon: Lexicon, sentences: tuple[Span, ...], syntax: Syntax
) -> list[WeaponMention]:
    """Mentions in the given sentences, in text order."""
    text = article.text
    found: list[WeaponMention] = []
    breaks, done = 0, 0  # line ends since the last mention
    for sentence in sentences:
        breaks += text.count("\n", done, sentence.start)
        done = sentence.end
        arms = _Arms(text, sentence, lexicon, syntax.of(sentence))
        mentions = arms.mentions()
        if not mentions and found and breaks <= 2:
            mentions = arms.pointed_back(found[-1])
        if mentions:
            found.extend(mentions)
            breaks = 0
    return found


_ELLIPTIC = re.compile(
    r"\b(?P<kind>ballistic|cruise|hypersonic)(?=\s(?:and|or)\s(?:ballistic|cruise|hypersonic)\smissiles?)",
    re.IGNORECASE,
)
# "twin bombings", "a pair of drones"; "a swarm of", "an unprecedented number of": how many, without a number
_FEW = re.compile(
    r"\b(?P<text>(?P<two>twin|double|an?\spair)|triple|an?\strio)\s(?:of\s)?(?:\w+\s){0,2}\Z", re.IGNORECASE
)
_MANY = re.compile(r"\b(?P<text>an?\s(?:\w+\s)?(?:swarm|number)|swarms)\sof\s(?:[\w-]+\s){0,2}\Z", re.IGNORECASE)
_NO_ARM = re.compile(
    r"(?:gunm[ae]n|snipers?|shots?|shootings?|stabbings?|bullets?|battles?|fights?|outs?)\Z", re.IGNORECASE
)
"""Who bears arms, and what is done with them or comes out of them: their number counts no arms."""
_DEFENDS = re.compile(r"\b(?:anti|air defen[cs]e|surface-to-air|Patriot|nuclear)[\s-]\Z", re.IGNORECASE)
_BY_POLICE = re.compile(r"[^.;,]{0,20}\b(?:by|from)\s(?:\w+\s)?(?:police|officers?|guards?|security\sforces)\b")
_SHAM = re.compile(r"\b(?:fake|hoax|mock|toy|dummy|replica|imitation)[\s-]\Z", re.IGNORECASE)
_FILMED = re.compile(r"\s(?:\w+\s)?(?:videos?|films?|footage|pictures?|photos?|photographs?|documentary)\b")


HELD: tuple[WeaponKind, ...] = ("explosive_device", "firearm", "blade", "vehicle")
"""What attackers carry or drive is used, wherever it strikes."""
_SHOOTS = ("shot", "shoots")
_DRIVES = ("drove", "driven", "drives", "drive", "driving", "rammed", "ran", "crashed")


class _Arms:
    """The weapons of a sentence."""

    def __init__(self, text: str, sentence: Span, lexicon: Lexicon, doc: Any) -> None:
        self._text = text
        self._sentence = sentence
        self._lexicon = lexicon
        self._doc = doc

    def mentions(self) -> list[WeaponMention]:
        """In text order; one that is told in full and in part twice."""
        words = self._words() if self._doc is not None else []
        if not words:
            return []
        numbers = list(find_numbers(self._text, self._lexicon, self._sentence.start, self._sentence.end))
        found: list[WeaponMention] = []
        for span, kind in words:
            last = found[-1] if found else None
            told = self._token(span).tag_[:2] == "VB"  # "two officers shot dead" counts no arms
            other = _NO_ARM.search(self._text, span.start, span.end) is not None
            quantity = None if told or other else _quantity(self._text, span, numbers, self._sentence)
            if quantity is None and last and re.fullmatch(r"\s(?:and|or)\s", self._text[last.phrase.end : span.start]):
                quantity = last.quantity  # "several ballistic and cruise missiles": the number stands on both
            start = min(quantity.span.start, span.start) if quantity else span.start
            mention = WeaponMention(Span(start, span.end), kind, quantity, "used", self._sentence)
            if quantity and (part := _part_of(self._text, quantity, numbers)):
                outcome = self._befell(self._token(part.number))
                whole = replace(mention, phrase=Span(part.span.start, span.end))
                found += [mention, replace(whole, quantity=part, outcome=outcome)]
            else:
                outcomes: list[WeaponOutcome] = ["used"] if kind in HELD else self._outcomes(span, quantity)
                found += [replace(mention, outcome=outcome) for outcome in outcomes]
        found += self.pointed_back(found[-1], found[-1].phrase.end) if found else []
        return sorted([*found, *self._parts(found, numbers)], key=lambda mention: mention.phrase.start)

    def pointed_back(self, last: WeaponMention, behind: int = 0) -> list[WeaponMention]:
        """ "Both were intercepted", "it shot down 70 of them": weapons told of in another sentence, or `behind` here."""
        start = self._sentence.start
        for token in self._doc if self._doc is not None else ():
            counted = token.tag_ == "CD" or token.lower_ in ("both", "all", "most")
            refers = counted or (not behind and token.lower_ in ("it", "they", "them"))
            if not refers or start + token.idx < behind or token.dep_ not in ("nsubjpass", "dobj"):
                continue
            if not self._stops(token.head) or (not counted and token.head.lower_ == "destroyed"):
                continue  # "it was destroyed" is more often a house
            phrase = Span(start + token.left_edge.idx, start + token.right_edge.idx + len(token.right_edge))
            numbers = list(find_numbers(self._text, self._lexicon, phrase.start, phrase.end)) if counted else []
            number = numbers[0] if numbers else None
            return [WeaponMention(phrase, last.kind, number, "intercepted", self._sentence)]
        return []

    def _acts(self) -> Iterator[tuple[Span, WeaponKind]]:
        """Verbs that tell of a weapon by whom they strike: "shot three people", "drove a van into shoppers"."""
        for token in self._doc:
            start = self._sentence.start + token.idx
            span = Span(start, start + len(token))
            if token.lower_ in _SHOOTS and token.tag_[:2] == "VB" and not self._stops(token):
                shot = [child for child in token.children if child.dep_ in ("dobj", "nsubjpass")]
                if any(map(self._people, shot)) and not self._of_police(token, span):
                    yield span, "firearm"
            elif token.lower_ in _DRIVES and token.tag_[:2] == "VB":
                into = [child for child in token.rights if child.lower_ in ("into", "through")]
                if any(self._people(aim) for link in into for aim in link.children):
                    yield span, "vehicle"

    def _people(self, noun: Any) -> bool:
        """A noun for people, a number alone or a person's name."""
        if noun.tag_ == "CD" or noun.ent_type_ == "PERSON" or noun.lower_ in ("crowd", "crowds", "him", "her", "them"):
            return True
        return self._lexicon.words["persons"].fullmatch(noun.text) is not None

    def _parts(self, found: list[WeaponMention], numbers: list[NumberMention]) -> Iterator[WeaponMention]:
        """What a number says about a part: "28 missiles, 15 of which were ballistic"."""
        for number in numbers:
            tail = _OF_WHICH.match(self._text, number.span.end, self._sentence.end)
            owner = next((m for m in reversed(found) if m.phrase.end <= number.span.start), None) if tail else None
            if not tail or not owner:
                continue
            part = replace(owner, phrase=Span(number.span.start, tail.end()), quantity=number, outcome="used")
            named = re.match(r"ballistic|cruise|hypersonic", tail["what"], re.IGNORECASE)
            if named:
                yield replace(part, kind=f"{named.group().lower()}_missile")  # type: ignore[arg-type]
            elif self._lexicon.has("intercepted", tail.group()):
                yield replace(part, outcome="intercepted")

    def _words(self) -> list[tuple[Span, WeaponKind]]:
        """Words that name weapons; where two kinds overlap, the one listed first in the table counts."""
        found: list[tuple[Span, WeaponKind]] = []
        start = self._sentence.start
        piece = self._text[start : self._sentence.end]
        for match in _ELLIPTIC.finditer(piece):
            kind: WeaponKind = f"{match['kind'].lower()}_missile"  # type: ignore[assignment]
            found.append((Span(start + match.start(), start + match.end()), kind))
        for row in self._lexicon.kinds("weapon"):
            for match in row.pattern.finditer(piece):
                span = Span(start + match.start(), start + match.end())
                taken = any(span.start < other.end and other.start < span.end for other, _ in found)
                if not taken and not self._no_weapon(span, row.name):
                    found.append((span, row.name))  # type: ignore[arg-type]
        for span, kind in self._acts():
            if not any(known == kind or (span.start < other.end and other.start < span.end) for other, known in found):
                found.append((span, kind))
        if any(kind != "mixed" for _, kind in found):  # "a rifle, an axe and other weapons"
            found = [item for item in found if not self._text.endswith("other ", 0, item[0].start)]
        if any(kind == "explosive_device" for _, kind in found):
            found = [
                item for item in found if item[1] != "vehicle"
            ]  # a car that is rammed with a bomb in it is the bomb
        return sorted(found, key=lambda item: item[0].start)

    def _token(self, span: Span) -> Any:
        """The word of a mention that the others belong to."""
        start = self._sentence.start
        token = self._doc.char_span(span.start - start, span.end - start, alignment_mode="expand").root
        while token.tag_ == "JJ" and token.dep_ in ("amod", "conj") and token.head.pos_ in ("NOUN", "ADJ"):
            token = token.head  # "ballistic and cruise missiles"
        return token

    def _no_weapon(self, span: Span, kind: str) -> bool:
        """Words that only qualify another noun ("missile warning", "bomb shelter"), are for defence, or are supplied."""
        first = self._first(self._token(span))
        noun = qualified(first)
        if noun != first:
            word = noun.lower_
            arms = self._lexicon.kind_of("weapon", word)
            if arms == kind or not (
                arms or word in self._lexicon.sets["attack_nouns"] or word in self._lexicon.sets["of_arms"]
            ):
                return True
        supplied = noun.dep_ in ("dobj", "nsubjpass") and noun.head.lower_ in self._lexicon.sets["supplies"]
        supplied = supplied or (noun.dep_ == "pobj" and noun.head.head.lower_ in self._lexicon.sets["stores"])
        before = self._text[max(self._sentence.start, span.start - 16) : span.start]
        named = first.ent_type_ == "ORG" and first.is_title and first.i > 0  # the Bureau of Firearms
        filmed = _FILMED.match(self._text, span.end, span.end + 40)  # "shooting the video"
        police = kind == "firearm" and self._of_police(first, span)
        only_said = kind in HELD and _only_said(first)
        return (
            supplied or named or police or only_said or bool(_DEFENDS.search(before) or _SHAM.search(before) or filmed)
        )

    def _of_police(self, word: Any, span: Span) -> bool:
        """Whether the shots or the arms are those of police and guards: they end an attack."""
        if _BY_POLICE.match(self._text, span.end, span.end + 50):
            return True
        verb = word if is_verb(word) else word.head
        verb = verb.head if verb.dep_ == "prep" and verb.head.dep_ == "acl" else verb  # "police armed with"
        doer = subject_of(verb) if is_verb(verb) and (verb == word or word.dep_ in ("dobj", "pobj")) else None
        if doer is not None and doer.lower_ == "they" and verb.dep_ == "ccomp":
            doer = subject_of(verb.head)  # "police said they shot him"
        if doer is None or doer.dep_ == "nsubjpass":
            return False
        return self._lexicon.has("keepers", self._doc[doer.left_edge.i : doer.i + 1].text)

    def _outcomes(self, span: Span, quantity: NumberMention | None) -> list[WeaponOutcome]:
        """Shot down, or struck something, or just used; "all 89 were shot down" is used and shot down."""
        token = self._token(span)
        outcome = self._befell(token)
        later = next((self._befell_by(child, about=True) for child in token.rights if child.dep_ == "relcl"), None)
        if outcome == "used" and later:
            return ["used", "intercepted"] if later == "intercepted" else [later]
        every = quantity and re.search(
            r"\ball\s(?:the\s)?\Z", self._text[max(0, quantity.span.start - 9) : quantity.span.start], re.I
        )
        return ["used", "intercepted"] if outcome == "intercepted" and every else [outcome]

    def _befell(self, token: Any) -> WeaponOutcome:
        """What the verb over a noun says became of it."""
        noun = self._first(token)
        while noun.dep_ == "compound" and noun.head.i > noun.i and noun.head.dep_ in (*SUBJECTS, "compound"):
            noun = noun.head  # what "artillery fire" and "a drone strike" hit
        if self._lexicon.has("intercepted", " ".join(child.text for child in noun.lefts)):
            return "intercepted"  # "a downed drone"
        if clause := next((child for child in noun.rights if child.dep_ == "acl"), None):
            active = any(child.dep_ == "dobj" for child in clause.rights)  # a main verb that was taken for a clause
            if (active and self._hits(clause)) or (not active and self._stops(clause)):
                return "hit" if active else "intercepted"
        if noun.dep_ == "pobj" and noun.head.lower_ == "of" and self._stops(noun.head.head):
            return "intercepted"  # "the interception of"
        if noun.dep_ == "pobj" and noun.head.lower_ in ("by", "with") and self._hits(noun.head.head):
            return "hit"
        verb = noun.head.head if noun.head.lower_ == "down" else noun.head  # "shot down 30"
        if noun.dep_ in ("dobj", "conj", "npadvmod", "pobj") and self._stops(verb):
            return "intercepted"
        if noun.dep_ not in SUBJECTS:
            return "used"
        if verb.i + 1 < len(self._doc) and self._doc[verb.i + 1].dep_ == "auxpass":
            verb = self._doc[verb.i + 1].head  # "all drones fired were shot down"
        return self._befell_by(verb, about=False) or "used"

    def _befell_by(self, verb: Any, about: bool) -> WeaponOutcome | None:
        """What a verb says of its subject, or a clause of the noun that it is about."""
        passive = any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children)
        clauses = [verb, *(child for child in verb.children if child.dep_ == "ccomp")] if about else [verb]
        if any(self._stops(each) for each in clauses) and (passive or about):
            return "intercepted"
        return "hit" if not passive and any(self._hits(each) for each in clauses) else None

    def _stops(self, verb: Any) -> bool:
        particle = next((f" {child.text}" for child in verb.rights if child.lower_ == "down"), "")
        words = self._lexicon.words["intercepted"]
        return bool(words.fullmatch(verb.text) or words.fullmatch(verb.text + particle))

    def _first(self, token: Any) -> Any:
        """What the verb belongs to: the first of a list, the "pair" of "a pair of drones"."""
        for _ in range(MOST_LINKS):
            counted = token.head.head
            if (token.dep_ == "conj" and token.head.pos_ != "VERB") or token.dep_ in ("quantmod", "nummod"):
                token = token.head
            elif token.dep_ == "pobj" and token.head.lower_ == "of" and self._counts(counted):
                token = counted
            else:
                break
        return token

    def _counts(self, noun: Any) -> bool:
        return noun.tag_ == "CD" or noun.lower_ in self._lexicon.sets["counts"]

    def _hits(self, verb: Any) -> bool:
        known = self._lexicon.words["hit"].fullmatch(verb.text) or self._lexicon.words["destroyed"].fullmatch(verb.text)
        fell = verb.lower_ == "fell" and any(child.dep_ == "prep" for child in verb.rights)
        return verb.pos_ == "VERB" and bool(known or fell or verb.lower_ in ("damaged", "damaging"))


def _only_said(arm: Any) -> bool:
    """Whether an arm is that of a command or of what may be: "kill them with knives", "it could be rigged with bombs"."""
    verb = next((each for each in islice(arm.ancestors, MOST_LINKS) if is_verb(each)), None)
    if verb is None or verb.tag_ not in ("VB", "VBN"):
        return False
    if is_command(verb):
        return True
    helps = {each.lower_ for each in verb.children if each.dep_ in ("aux", "auxpass")}
    doubted = any(each.dep_ == "mark" and each.lower_ == "whether" for each in verb.children)
    return doubted or (bool(helps & {"could", "would", "might", "should"}) and not helps & {"have"})


def is_command(verb: Any) -> bool:
    """ "Burn their homes and kill them": what somebody calls for."""
    if verb.dep_ == "conj" and verb.head.tag_ == "VB":
        return is_command(verb.head)
    return verb.tag_ == "VB" and verb.dep_ in ("ROOT", "ccomp") and child(verb, "aux", "auxpass", *SUBJECTS) is None


def _quantity(text: str, span: Span, numbers: list[NumberMention], sentence: Span) -> NumberMention | None:
    """The number right before the words, with at most a few adjectives between; else words like "twin"."""
    number = next((number for number in reversed(numbers) if number.span.end <= span.start), None)
    # "one of the largest drone attacks" counts no drones
    if (
        number
        and _BETWEEN.fullmatch(text, number.span.end, span.start)
        and not (number.value == 1 and " of " in text[number.span.end : span.start])
    ):
        return number
    before = max(sentence.start, span.start - 50)
    if few := _FEW.search(text, before, span.start):
        place = Span(*few.span("text"))
        return NumberMention(place, place, 2 if few["two"] else 3, "exact")
    if many := _MANY.search(text, before, span.start):
        place = Span(*many.span("text"))
        return NumberMention(place, place, None, "about")
    return None


_BETWEEN = re.compile(
    r"\s(?:(?:of\s)?(?:the\s|its\s)?(?:(?!(?:and|or|to|in|on|by|with|from|people|others|were|killed|days?|when|while|after|as|an?|at"
    r"|near|for|who|that|which|using|before|since|mm|wounded|injured|hurt|dead|more|wielding|carrying|holding|brandishing|firing"
    r"|(?:gun)?m[ae]n|wom[ae]n|boys?|youths?|soldiers?|attackers?|assailants?|militants?|rebels?|fighters?|insurgents?)(?![\w-]))"
    r"[A-Za-z][\w’'-]*\s){0,3})"
)


_OF_WHICH = re.compile(r"\s(?:of\s(?:which|them|those)\s)(?:were\s|are\s|was\s)?(?P<what>\w+(?:\s\w+)?)")


def _part_of(text: str, whole: NumberMention, numbers: list[NumberMention]) -> NumberMention | None:
    """The "104" of "104 out of the 120": the number before, if nothing but that stands between."""
    place = bisect_left(numbers, whole.span.start, key=lambda number: number.span.start)
    before = numbers[place - 1] if place else None
    between = text[before.span.end : whole.span.start] if before else ""
    return before if re.fullmatch(r"\s(?:out\s)?of\s(?:the\s)?", between) else None
