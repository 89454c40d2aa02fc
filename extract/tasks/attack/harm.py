"""What a word of damage reaches in the parse of a sentence: "damaged a school", "a fire at a mill", "a blast in a market".

Says which nouns are reached and what happened to them; what their phrases and kinds are, things.py says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from extract.records.borders import HYPHENS
from extract.tasks.attack.denials import unreal
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.nouns import counted, led_to, listed_with, whole
from extract.tasks.attack.outages import outages
from extract.tasks.attack.schema import Extent
from extract.tasks.attack.syntax import SUBJECTS, begins, child, subject_of
from extract.tasks.attack.weapons import is_command


@dataclass(frozen=True, slots=True)
class Reach:
    """A noun that a word of damage reaches.

    Attributes:
        noun: the token; its conjuncts are reached by themselves.
        extent: what the word says.
        cause: the word's token.
        sure: the word says so of things only ("damaged"), not of people and records too ("hit").
        service: what failed, where the noun is who is left without it.
    """

    noun: Any
    extent: Extent
    cause: Any
    sure: bool = True
    service: Any | None = None


EXTENTS: tuple[tuple[str, Extent], ...] = (
    ("destroyed", "destroyed"),
    ("on_fire", "on_fire"),
    ("damaged", "damaged"),
    ("disrupted", "disrupted"),
    ("struck", "unspecified"),
)
"""Word lists and what they say, worst first."""
_PLACE = frozenset(("at", "in", "on", "inside", "outside", "into", "onto", "through", "against", "under", "beneath"))
_LISTED = frozenset(("npadvmod", "appos", "dep", "oprd"))
_SUFFERING = frozenset(("suffered", "suffers", "sustained", "sustaining", "suffering", "received", "took"))
_ABLAZE = frozenset(("ablaze", "alight", "aflame"))
_REMAINS = frozenset(("wreckage", "rubble", "ruins", "ashes"))
_TOLD_OF = frozenset(("heard", "reported", "came", "carried", "launched", "felt", "hit"))
"""Verbs behind which a place is that of the explosion or attack that is their subject."""


def reaches(doc: Any, lexicon: Lexicon) -> list[Reach]:
    """Everything that the words of damage of a sentence reach."""
    starts = {token.idx: token for token in doc}
    found: list[Reach] = []
    for words, extent in EXTENTS:
        for match in lexicon.find(words, doc.text):
            cause = _last_noun(starts.get(match.start()), match.end())
            if cause is None or unreal(cause, lexicon) or _does_no_harm(cause, lexicon):
                continue
            for noun in _reached(cause, doc, words, lexicon):
                found.append(Reach(noun, extent, cause, words != "struck"))
    found += _burning(doc, starts, found, lexicon)
    found += [Reach(each.noun, "disrupted", each.cause, service=each.service) for each in outages(doc, lexicon)]
    return [
        Reach(_meant(noun, found), item.extent, item.cause, item.sure, item.service)
        for item in found
        for noun in [*listed_with(_of_those(item.noun)), *listed_with(counted(item.noun)), *_members(item.cause)]
        if noun != item.noun or noun == _of_those(noun)
    ]


def _does_no_harm(cause: Any, lexicon: Lexicon) -> bool:
    """What burns, damages and attacks nothing: "burn it!", "fire at a boat", "cease-fire", "cuts and burns", "seek damages"."""
    word = cause.lower_
    if is_command(cause):
        return True
    if word in ("fire", "fires"):
        return bool(cause.tag_.startswith("VB") or (cause.i and cause.nbor(-1).text in HYPHENS))
    if word in ("burns", "damages"):
        return bool(cause.tag_ == "NNS" and (word == "burns" or cause.dep_ in ("dobj", "pobj")))
    if word not in ("attack", "attacks"):
        return False
    illness = lexicon.words["accident"].fullmatch(cause.doc[max(0, cause.i - 1) : cause.i + 1].text) is not None
    return illness or bool(
        cause.dep_ == "dobj" and cause.head.lower_.startswith("blam")
    )  # "blame the attacks on smugglers"


def _members(cause: Any) -> Iterator[Any]:
    """ "buildings sustained damage, including a mall"."""
    for each in (*cause.children, *(cause.head.children if cause.dep_ == "dobj" else ())):
        if each.lower_ == "including":
            yield from (noun for grand in each.children if grand.dep_ == "pobj" for noun in listed_with(grand))


def _of_those(noun: Any) -> Any:
    """ "a mill was among the damaged buildings"."""
    if noun.dep_ != "pobj" or noun.head.lower_ != "among":
        return noun
    anchor = noun.head.head
    if anchor.pos_ in ("NOUN", "PROPN"):
        return anchor
    return child(anchor, "nsubj", "attr") or noun


def _last_noun(first: Any | None, end: int) -> Any | None:
    """The word of damage: the head where it is several nouns ("power cuts")."""
    while first is not None and first.dep_ == "compound" and first.head.i > first.i and first.head.idx < end:
        first = first.head
    return first


def _meant(noun: Any, found: list[Reach]) -> Any:
    """What "it" and "which" are: the thing hit before it in the sentence, the noun that the clause belongs to."""
    if noun.tag_ in ("WDT", "WP") and noun.head.dep_ == "relcl":
        return noun.head.head
    if noun.lower_ in ("window", "windows"):
        return _owner(noun)
    for word in noun.children:  # "hit a bus carrying pilgrims", read as three nouns
        if word.dep_ == "compound" and word.lower_ in ("carrying", "transporting", "ferrying", "taking"):
            return child(word, "compound") or noun
    if noun.lower_ not in ("it", "them"):
        return noun
    before = [item.noun for item in found if item.noun.i < noun.i and item.noun.pos_ in ("NOUN", "PROPN")]
    named = (token for token in noun.doc[: noun.i] if token.dep_ in SUBJECTS and token.pos_ == "NOUN")
    return max(before, key=lambda other: other.i, default=None) or next(named, noun)


def _owner(part: Any) -> Any:
    """The shops of "shops whose windows were shattered", "the shops' windows"."""
    owner = next((child for child in part.children if child.dep_ == "poss" and child.tag_ != "PRP$"), part)
    if owner.tag_ == "WP$":
        verb = next((each for each in part.ancestors if each.dep_ == "relcl"), None)
        return part if verb is None else verb.head
    return owner


def _reached(cause: Any, doc: Any, words: str, lexicon: Lexicon) -> Iterator[Any]:
    if cause.tag_ == "VBG" and cause.i and cause.nbor(-1).text in HYPHENS:
        return  # "a lab-destroying mission"
    if cause.lower_ == "reduced" and _REMAINS.isdisjoint(word.lower_ for word in cause.subtree):
        return  # prices are; a house is reduced to rubble
    if cause.dep_ in ("amod", "compound") and cause.tag_ in ("VBN", "VBG", "JJ"):
        if words != "struck":
            yield cause.head  # "burning cars"
        return
    if words in ("on_fire", "destroyed", "struck") and (state := _state(cause)) is not None:
        yield from state
    elif cause.pos_ in ("VERB", "AUX") or cause.tag_.startswith("VB"):
        yield from _by_verb(cause, words, lexicon)
    elif cause.dep_ != "compound":
        yield from _by_noun(cause, words, lexicon)
    elif words != "disrupted" and not any(token.tag_.startswith("VB") or token.text == "." for token in doc):
        # short headlines: "Strike damages hospital" is read as one long noun
        after = doc[cause.i + 1 : cause.i + 5]
        yield from (token for token in after if token.dep_ != "compound" and token.pos_ in ("NOUN", "PROPN"))


def _by_verb(verb: Any, words: str, lexicon: Lexicon) -> Iterator[Any]:
    children = list(verb.children)
    passive = [child for child in children if child.dep_ == "nsubjpass"]
    auxiliary = child(verb, "auxpass")
    objects = [child for child in children if child.dep_ == "dobj"]
    if passive:
        yield from passive
    elif words != "struck" and not objects and any(child.dep_ == "nsubj" for child in children):
        yield from (child for child in children if child.dep_ == "nsubj")  # "the roof collapsed"
    elif auxiliary is not None:
        yield from _passive(verb, auxiliary)
    elif objects and words == "struck" and _is_means(verb, lexicon):
        yield from _behind_way(verb, objects[0])  # not so "detonated his vest", "crashed his car into a shop"
    elif objects and lexicon.words["mines"].fullmatch(objects[0].text) and not begins(lexicon.words["launched"], verb):
        yield from (child for child in children if child.dep_ == "nsubj")  # "a cart hit a mine"
    elif objects:
        yield from objects
        yield from (child for child in children if child.dep_ in _LISTED and child.i > objects[0].i)
    elif verb.dep_ in ("acl", "relcl") and verb.tag_ == "VBN":
        arm = lexicon.kind_of("weapon", verb.head.text)
        yield verb.head if arm else whole(verb.head)  # "a school hit by shells", no "fragments of a rocket fired"
    elif verb.dep_ == "conj" and verb.tag_ == "VBN" and verb.head.pos_ == "VERB":
        yield from (child for child in verb.head.children if child.dep_ in SUBJECTS)
    if not objects:
        yield from led_to(verb, {"down"})  # "burned down the market"
        yield from _exploded(verb, words)
    driven = bool(objects) and _is_means(verb, lexicon)
    if words == "struck" and begins(lexicon.words["bursting"], verb) and (driven or _strikes(verb, lexicon)):
        yield from led_to(verb, _PLACE)


def _passive(verb: Any, auxiliary: Any) -> Iterator[Any]:
    """What "was hit", where the parse gives the verb no subject; "cars appear to have been hit"."""
    if verb.dep_ == "xcomp":
        yield from (child for child in verb.head.children if child.dep_ in SUBJECTS)
    elif auxiliary.i:
        yield whole(auxiliary.nbor(-1))


def _is_means(verb: Any, lexicon: Lexicon) -> bool:
    """Whether the object of a verb is what strikes, and no thing struck."""
    aimed = any(child.lower_ in ("into", "through", "onto", "against") for child in verb.children)
    way = any(child.dep_ == "dobj" and child.lower_ == "way" for child in verb.children)
    return way or begins(lexicon.words["exploding"], verb) or (aimed and begins(lexicon.words["bursting"], verb))


def _behind_way(verb: Any, noun: Any) -> Iterator[Any]:
    """ "fought their way into a hotel"."""
    for token in (verb, noun) if noun.lower_ == "way" else ():
        yield from led_to(token, {"into", "inside", "through"})


def _exploded(verb: Any, words: str) -> Iterator[Any]:
    """ "a bus exploded"."""
    if words == "struck" and verb.lower_ in ("exploded", "explodes"):
        yield from (child for child in verb.children if child.dep_ == "nsubj")


def _strikes(verb: Any, lexicon: Lexicon) -> bool:
    """Whether what falls, lands or happens is a weapon or an attack."""
    if begins(lexicon.words["exploding"], verb):
        return True
    nouns = [subject_of(verb), *(child for child in verb.children if child.dep_ == "dobj")]
    words = [verb.doc[noun.left_edge.i : noun.i + 1].text for noun in nouns if noun is not None]
    return any(
        lexicon.has("attack", each) or lexicon.has("debris", each) or lexicon.kind_of("weapon", each) for each in words
    )


def _by_noun(noun: Any, words: str, lexicon: Lexicon) -> Iterator[Any]:
    """ "a strike on a school", "damage to the roof", "a fire broke out at the mill"."""
    if words == "disrupted":
        yield noun
        return
    if words == "struck":
        hitting = noun.lower_.endswith(("ing", "ment")) and noun.lower_ not in ("landing", "falling")
        allowed = _PLACE | {"of"} if hitting else _PLACE
        if noun.lower_ in ("bomb", "bombs"):
            allowed = frozenset(("at", "outside"))  # "a bomb in a bag" hit no bag
    elif noun.lower_ in _REMAINS:
        allowed = frozenset(("of",))  # "pulled from the rubble in a red coat"
    else:
        allowed = _PLACE | {"to", "of", "from", "engulfing"}
    yield from led_to(noun, allowed)
    verb = noun.head
    if noun.dep_ == "dobj" and words == "damaged" and verb.lower_ in _SUFFERING:
        yield from (child for child in verb.children if child.dep_ == "nsubj")
    if (
        noun.dep_ in SUBJECTS
        and verb.pos_ == "VERB"
        and not unreal(verb, lexicon)
        and (words != "struck" or verb.lower_ in _TOLD_OF or begins(lexicon.words["bursting"], verb))
        and not any(child.dep_ in ("dobj", "dative") for child in verb.children)
    ):
        yield from led_to(verb, _PLACE if words == "struck" else allowed)
    elif noun.dep_ == "dobj" and words == "on_fire" and verb.lower_ in ("set", "setting", "sets"):
        yield from led_to(verb, {"to"})


def _state(word: Any) -> Iterator[Any] | None:
    """What is "ablaze", "on fire", "in flames"; None where the word is no state."""
    anchor = word
    if word.pos_ == "ADP" or (
        word.dep_ == "pobj" and word.head.lower_ in ("on", "in", "into", "to", "under") and not list(word.children)
    ):
        anchor = word if word.pos_ == "ADP" else word.head
        if anchor.head.pos_ in ("NOUN", "PROPN"):
            return iter((anchor.head,))
    elif word.tag_ == "NN" and word.dep_ == "dobj" and word.head.lower_ in ("caught", "catching", "catch"):
        anchor = word
    elif word.lower_ not in _ABLAZE:
        return None
    elif read_as_its_noun := [child for child in word.children if child.dep_ in ("compound", "nsubj")]:
        return iter(read_as_its_noun[-1:])
    verb = anchor.head
    children = list(verb.children)
    objects = [child for child in children if child.dep_ == "dobj" and child != word]
    subject = subject_of(verb)
    if objects or (verb.lower_ in ("set", "setting", "sets") and (subject is None or subject.dep_ != "nsubjpass")):
        return iter(objects)
    return iter(() if subject is None else (whole(subject),))


def _burning(doc: Any, starts: dict[int, Any], found: list[Reach], lexicon: Lexicon) -> list[Reach]:
    """ "hit a depot, sparking a blaze": what a verb reaches burns when a fire is what came of it."""
    burning = []
    for match in lexicon.find("on_fire", doc.text):
        fire = starts.get(match.start())
        if fire is None or fire.dep_ != "dobj" or fire.lower_ in _ABLAZE or list(led_to(fire, {"at", "in", "on"})):
            continue
        verb = fire.head
        above = (
            {verb.head, subject_of(verb)} if verb.dep_ in ("advcl", "conj", "xcomp", "relcl") else {subject_of(verb)}
        )
        if lexicon.words["causing"].fullmatch(verb.text):
            burning += [Reach(item.noun, "on_fire", item.cause) for item in found if item.cause in above]
    return burning
