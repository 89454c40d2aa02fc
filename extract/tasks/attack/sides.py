"""Who attacks in a sentence: states and groups that strike, own an attack or claim one, by how the sentence is built.

A named person, an unnamed gunman and people told of by their nation alone ("Palestinian gunmen") are no side.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from extract.tasks.attack.clauses import Clause
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.places import is_qualifier

STRUCK, CLAIMED = 3, 6
"""How strong a sign is: an attack told, an attack claimed."""
MOST_LINKS = 30
"""Steps from a name to the noun it qualifies."""
_HYPHENS = ("-", "‑")
_NAME = re.compile(r"[A-Z][\w’'‑-]*(?: (?:[a-z]{2,3}-)?[A-Z][\w’'‑-]*)*")


Sign = tuple[int, str, int]
"""Where a side is named in a sentence, the side, and how strong a sign it is that it attacks."""


def strongest(found: Iterable[Sign], clause: Clause | None = None) -> list[tuple[str, int]]:
    """The sides of signs, strongest first; of those in one clause, if it is given."""
    totals: Counter[str] = Counter()
    for start, side, strength in found:
        if clause is None or clause.holds(start):
            totals[side] += strength
    return totals.most_common()


def signs(doc: Any, lexicon: Lexicon) -> list[Sign]:
    """Signs that sides attack, in a sentence's parse; none without one."""
    named = _named(doc, lexicon) if doc is not None else ()
    weighed = ((token.idx, side, _Signs(lexicon).of(token, side)) for side, token in named)
    return [sign for sign in weighed if sign[2]]


def _named(doc: Any, lexicon: Lexicon) -> Iterator[tuple[str, Any]]:
    """Sides with the last token of their names: known ones, and unknown names that may be a group's."""
    piece = doc.text
    last = {token.idx + len(token): token for token in doc}
    inside: set[int] = set()
    for start, end, side in lexicon.sides_in(piece):
        if piece[end : end + 1] in _HYPHENS or piece[max(0, start - 1) : start] in _HYPHENS:
            continue  # "Rwandan-backed", "pro-Russian"
        inside.update(range(start, end))
        if end in last:
            yield side, last[end]
    for name in _NAME.finditer(piece):
        token = last.get(name.end())
        known = not inside.isdisjoint(range(*name.span()))
        if token is None or known or token.ent_type_ in ("NORP", "DATE", "TIME"):
            continue
        # "Rwanda-backed M23" is M23, "The Red Army" the Red Army
        words = [word for word in name.group().split() if not is_qualifier(word)]
        if words and words[0].lower() in lexicon.sets["stop"]:
            words = words[1:]
        if words and _may_fight(token, " ".join(words), lexicon):
            yield " ".join(words), token


def _may_fight(token: Any, words: str, lexicon: Lexicon) -> bool:
    """Whether an unknown name is that of a group: before "fighters", as one who claims, or as a body that attacks."""
    force = _head_of(token)
    if force != token:
        return force.lower_ in lexicon.sets["fighters"] and (token.i > 0 or token.ent_type_ != "" or words.isupper())
    body = (token.ent_type_ == "ORG" and (" " in words or words.isupper())) or token.lower_ in lexicon.sets["bands"]
    return token.dep_ in ("nsubj", "pobj", "conj") and (body or _claims(token, lexicon))


def _head_of(token: Any) -> Any:
    """The noun that a name qualifies, or itself: "drones" for "Russian" in "Russian attack drones"."""
    for _ in range(MOST_LINKS):
        if token.dep_ not in ("compound", "amod", "nmod", "poss") or token.head.i < token.i:
            break
        token = token.head
    return token


def _claims(token: Any, lexicon: Lexicon) -> bool:
    """Whether a noun is one who claims an attack, or by whom one is claimed."""
    verb = token.head
    if token.dep_ == "pobj":
        return bool(verb.lower_ == "by" and verb.head.lower_ == "claimed")
    if token.dep_ != "nsubj" or any(child.dep_ == "neg" for child in verb.children):
        return False
    if any(child.dep_ == "det" and child.lower_ == "no" for child in token.children):
        return False
    objects = {child.lower_ for child in verb.children if child.dep_ == "dobj"}
    if verb.lower_ in ("claimed", "claims", "claiming", "took", "takes", "taken", "claim"):
        return bool(objects & {"responsibility", "credit"} or objects & lexicon.sets["attack_nouns"])
    if token.ent_type_ == "PERSON":  # "It hit while I was asleep," said Ann Lee
        return False
    clause = [child for child in verb.children if child.dep_ == "ccomp"]
    return verb.lower_ in ("said", "says", "announced", "confirmed") and any(_own(each, lexicon) for each in clause)


def _own(verb: Any, lexicon: Lexicon) -> bool:
    """ "it was behind the blast", "its fighters attacked the town": what a side says that it did itself."""
    subject = next((child for child in verb.children if child.dep_ == "nsubj"), None)
    own = subject is not None and (
        subject.lower_ in ("it", "they", "we")
        or any(child.lower_ in ("its", "their", "our") for child in subject.subtree)
    )
    behind = any(child.lower_ == "behind" for child in verb.children)
    down = any(child.lower_ == "down" for child in verb.children)
    return own and not down and (behind or verb.lower_ in lexicon.sets["attacks"])


class _Signs:
    """Signs that a side attacks."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._attacks = lexicon.sets["attacks"]
        self._fighters = lexicon.sets["fighters"]
        self._nouns = lexicon.sets["attack_nouns"]

    def of(self, token: Any, side: str) -> int:
        """The strength of the sign that the noun phrase of a side gives; 0 for none."""
        head = _head_of(token)
        if self._others(token, head, side):
            return 0
        if head != token and self._land(token, side) and token.dep_ != "poss" and not self._in_arms(token, head):
            return STRUCK if self._headline_verb(token) else 0
        if _claims(head, self._lexicon):
            return CLAIMED
        if self._strikes(head) or self._by(head) or self._from(head):
            return STRUCK
        if head != token and head.lower_ in self._nouns:
            return STRUCK
        return STRUCK if self._headline_verb(token) else 0

    def _others(self, token: Any, head: Any, side: str) -> bool:
        """Whether a phrase only begins with a side: "Al Qaeda affiliate JNIM", and of a state "Colombian rebels"."""
        if head == token:
            return False
        if self._lexicon.words["countries"].fullmatch(side):
            return not self._armed(head)
        return head.tag_ == "NNP" and not self._armed(head)

    def _armed(self, noun: Any) -> bool:
        """A noun for an attack, for arms or for those who bear them in the name of a state."""
        word = noun.lower_
        return bool(
            word in self._nouns
            or word in self._lexicon.sets["arms"]
            or self._lexicon.kind_of("weapon", word)
            or self._lexicon.group_of(word) == "soldiers"
        )

    def _land(self, token: Any, side: str) -> bool:
        """A country by its name: before a word for an attack it may be the target, "massive Ukraine attack"."""
        return bool(token.text == side.rsplit(" ", 1)[-1] and self._lexicon.words["countries"].fullmatch(side))

    def _in_arms(self, token: Any, head: Any) -> bool:
        """Whether words behind a land say that it attacks: "Myanmar army shelling", "Ukraine drones"."""
        arms = self._lexicon.sets["arms"] | self._fighters
        return any(word.lower_ in arms for word in token.doc[token.i + 1 : head.i + 1])

    def _strikes(self, noun: Any) -> bool:
        """Whether a noun is the subject of a verb of attack that is told as a fact."""
        verb = noun.head
        for _ in range(2):  # "the army and its allies struck"
            if noun.dep_ == "conj":
                noun, verb = verb, verb.head
        if noun.dep_ != "nsubj" or verb.lower_ not in self._attacks:
            return False
        if verb.tag_ == "VBN" and not any(child.dep_ in ("aux", "dobj") for child in verb.children):
            return False  # "third leader killed this year"
        return not any(
            child.dep_ == "neg"
            or child.lower_ in ("down", "by")  # "shot down"; "killed by" in a headline
            or (child.dep_ == "aux" and child.tag_ == "MD" and child.lower_ != "will")
            for child in verb.children
        )

    def _by(self, noun: Any) -> bool:
        """Whether something was attacked, or an attack made, "by" a noun."""
        by = noun.head
        if noun.dep_ != "pobj" or by.lower_ != "by":
            return False
        made = by.head
        if made.lower_ in ("used", "deployed"):  # "drones used by"
            used = next((child for child in made.children if child.dep_ == "nsubjpass"), made.head)
            return self._lexicon.kind_of("weapon", used.lower_) is not None
        return made.lower_ in self._attacks or made.lower_ in self._nouns or made.lower_ == "claimed"

    def _from(self, noun: Any) -> bool:
        """Whether those who attack are of a group: "gunmen from the Red Army"."""
        link = noun.head
        fighters = link.head.lower_ in self._fighters
        return noun.dep_ == "pobj" and link.lower_ in ("from", "of") and fighters and self._strikes(link.head)

    def _headline_verb(self, token: Any) -> bool:
        """Whether the word behind a side is a verb that was taken for a noun: "Israel strikes a school"."""
        doc, place = token.doc, token.i + 1
        if place + 1 >= len(doc):
            return False
        verb, follows = doc[place], doc[place + 1]
        inflected = verb.lower_ in self._attacks and verb.tag_ in ("NNS", "VBZ", "VBD", "VBN")
        aim = follows.tag_[:2] in ("NN", "DT", "JJ", "CD", "PR") and follows.dep_ not in ("pobj", "npadvmod", "cc")
        return inflected and aim
