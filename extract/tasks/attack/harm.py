"""What a word of damage reaches in the parse of a sentence: "damaged a school", "a fire at a mill", "a blast in a market".

Says which nouns are reached and what happened to them; what their phrases and kinds are, things.py says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.schema import Extent
from extract.tasks.attack.syntax import SUBJECTS, subject_of


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
_PLACE = frozenset(
    (
        "at",
        "in",
        "on",
        "inside",
        "into",
        "onto",
        "through",
        "against",
        "under",
        "beneath",
    )
)
_LISTED = frozenset(("npadvmod", "appos", "dep", "oprd"))
_LOSING = frozenset(("lost", "lose", "loses", "losing", "lack", "lacked", "lacking"))
_SUFFERING = frozenset(("suffered", "suffers", "sustained", "sustaining", "suffering", "received", "took"))
_ABLAZE = frozenset(("ablaze", "alight", "aflame"))
_TOLD_OF = frozenset(("heard", "reported", "came", "carried", "launched", "felt", "hit"))
"""Verbs behind which a place is that of the explosion or attack that is their subject."""
_COUNTS = frozenset(("half", "most", "number", "dozens", "scores", "hundreds", "thousands", "handful", "inside"))
_HAVING = frozenset(("have", "has", "had", "having"))
_NOT_REAL = frozenset(
    ("could", "would", "might", "may", "should", "can", "will", "shall", "must", "ca", "wo", "'ll", "’ll", "'d")
)


def reaches(doc: Any, lexicon: Lexicon) -> list[Reach]:
    """Everything that the words of damage of a sentence reach."""
    starts = {token.idx: token for token in doc}
    found: list[Reach] = []
    for words, extent in EXTENTS:
        for match in lexicon.find(words, doc.text):
            cause = _last_noun(starts.get(match.start()), match.end())
            if cause is None or unreal(cause, lexicon):
                continue
            for noun in _reached(cause, doc, words, lexicon):
                found.append(Reach(noun, extent, cause, words != "struck"))
    found += _burning(doc, starts, found, lexicon)
    found += _outages(doc, lexicon)
    return [
        Reach(_meant(noun, found), item.extent, item.cause, item.sure, item.service)
        for item in found
        for noun in [*_conjuncts(_of_those(item.noun)), *_conjuncts(counted(item.noun)), *_members(item.cause)]
        if noun != item.noun or noun == _of_those(noun)
    ]


def _members(cause: Any) -> Iterator[Any]:
    """ "buildings sustained damage, including a mall"."""
    for child in (*cause.children, *(cause.head.children if cause.dep_ == "dobj" else ())):
        if child.lower_ == "including":
            yield from (noun for grand in child.children if grand.dep_ == "pobj" for noun in _conjuncts(grand))


def _of_those(noun: Any) -> Any:
    """ "a mill was among the damaged buildings"."""
    if noun.dep_ != "pobj" or noun.head.lower_ != "among":
        return noun
    anchor = noun.head.head
    if anchor.pos_ in ("NOUN", "PROPN"):
        return anchor
    return next((child for child in anchor.children if child.dep_ in ("nsubj", "attr")), noun)


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


def unreal(token: Any, lexicon: Lexicon) -> bool:
    """Whether what a word says is denied, only possible, planned or prevented."""
    for _ in range(6):
        for child in token.children:
            if child.tag_ == "JJS" and token.tag_ == "NNS":
                return True  # "one of the deadliest attacks on a school"
            if child.dep_ == "neg" or (child.dep_ == "det" and child.lower_ in ("no", "neither")):
                return True
            if child.dep_ == "aux" and child.lower_ in _NOT_REAL:
                return True
            if (
                child.lower_ == "to"
                and child.dep_ == "aux"
                and not lexicon.words["realised"].fullmatch(token.head.text)
            ):
                return True
        head = token.head
        if head == token:
            return False
        if lexicon.words["unreal"].fullmatch(head.text) and token.dep_ != "nsubj":
            return True
        if token.pos_ == "VERB" and token.dep_ not in ("conj", "xcomp", "pcomp", "advcl"):
            return False
        if token.pos_ in ("NOUN", "PROPN") and token.dep_ in SUBJECTS:
            return head.pos_ == "VERB" and any(child.dep_ == "neg" for child in head.children)
        token = head
    return False


def _reached(cause: Any, doc: Any, words: str, lexicon: Lexicon) -> Iterator[Any]:
    if cause.dep_ in ("amod", "compound") and cause.tag_ in ("VBN", "VBG", "JJ"):
        if words != "struck":
            yield cause.head  # "burning cars"
        return
    if words in ("on_fire", "destroyed", "struck") and (state := _state(cause)) is not None:
        yield from state
    elif cause.pos_ in ("VERB", "AUX") or cause.tag_.startswith("VB"):
        yield from _by_verb(cause, doc, words, lexicon)
    elif cause.dep_ != "compound":
        yield from _by_noun(cause, words, lexicon)
    elif words != "disrupted" and not any(token.tag_.startswith("VB") or token.text == "." for token in doc):
        # short headlines: "Strike damages hospital" is read as one long noun
        after = doc[cause.i + 1 : cause.i + 5]
        yield from (token for token in after if token.dep_ != "compound" and token.pos_ in ("NOUN", "PROPN"))


def _by_verb(verb: Any, doc: Any, words: str, lexicon: Lexicon) -> Iterator[Any]:
    children = list(verb.children)
    passive = [child for child in children if child.dep_ == "nsubjpass"]
    auxiliary = next((child for child in children if child.dep_ == "auxpass"), None)
    objects = [child for child in children if child.dep_ == "dobj"]
    if passive:
        yield from passive
        yield from _listed_before(passive[0])
    elif words != "struck" and not objects and any(child.dep_ == "nsubj" for child in children):
        yield from (child for child in children if child.dep_ == "nsubj")  # "the roof collapsed"
    elif auxiliary is not None:
        if auxiliary.i:
            yield _whole(doc[auxiliary.i - 1])
    elif objects and words == "struck" and _is_means(verb, lexicon):
        yield from _behind_way(verb, objects[0])  # not so "detonated his vest", "crashed his car into a shop"
    elif objects and lexicon.words["mines"].fullmatch(objects[0].text):
        yield from (child for child in children if child.dep_ == "nsubj")  # "a cart hit a mine"
    elif objects:
        yield from objects
        yield from (child for child in children if child.dep_ in _LISTED and child.i > objects[0].i)
    elif verb.dep_ in ("acl", "relcl") and verb.tag_ == "VBN":
        yield _whole(verb.head)  # "a school hit by shells"
    elif verb.dep_ == "conj" and verb.tag_ == "VBN" and verb.head.pos_ == "VERB":
        yield from (child for child in verb.head.children if child.dep_ in SUBJECTS)
    if not objects:
        yield from _located(verb, {"down"})  # "burned down the market"
        yield from _exploded(verb, words)
    driven = bool(objects) and _is_means(verb, lexicon)
    if words == "struck" and _begins("bursting", verb, lexicon) and (driven or _strikes(verb, lexicon)):
        yield from _located(verb, _PLACE)


def _is_means(verb: Any, lexicon: Lexicon) -> bool:
    """Whether the object of a verb is what strikes, and no thing struck."""
    aimed = any(child.lower_ in ("into", "through", "onto", "against") for child in verb.children)
    way = any(child.dep_ == "dobj" and child.lower_ == "way" for child in verb.children)
    return way or _begins("exploding", verb, lexicon) or (aimed and _begins("bursting", verb, lexicon))


def _behind_way(verb: Any, noun: Any) -> Iterator[Any]:
    """ "fought their way into a hotel"."""
    for token in (verb, noun) if noun.lower_ == "way" else ():
        yield from _located(token, {"into", "inside", "through"})


def _exploded(verb: Any, words: str) -> Iterator[Any]:
    """ "a bus exploded"."""
    if words == "struck" and verb.lower_ in ("exploded", "explodes"):
        yield from (child for child in verb.children if child.dep_ == "nsubj")


def _listed_before(noun: Any) -> Iterator[Any]:
    """The first of a long list, which the parse ties to something else: "after the raid, doors, the wing and a shed were hit"."""
    doc = noun.doc
    while noun.left_edge.i > 1 and doc[noun.left_edge.i - 1].lower_ in (",", "and"):
        noun = doc[noun.left_edge.i - 2]
        if noun.left_edge.i > 1 and doc[noun.left_edge.i - 1].lower_ == "of":
            noun = doc[noun.left_edge.i - 2]
        if noun.dep_ not in ("conj", "appos") or noun.pos_ != "NOUN":
            return
        yield noun


def _begins(words: str, verb: Any, lexicon: Lexicon) -> bool:
    """Whether a verb is one of a list; some go on behind it ("blew himself up")."""
    return lexicon.words[words].match(verb.doc[verb.i : verb.i + 4].text) is not None


def _strikes(verb: Any, lexicon: Lexicon) -> bool:
    """Whether what falls, lands or happens is a weapon or an attack."""
    if _begins("exploding", verb, lexicon):
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
            allowed = frozenset(("at",))  # "a bomb in a bag" hit no bag
    else:
        allowed = _PLACE | {"to", "of", "from", "engulfing"}
    yield from _located(noun, allowed)
    verb = noun.head
    if noun.dep_ == "dobj" and words == "damaged" and verb.lower_ in _SUFFERING:
        yield from (child for child in verb.children if child.dep_ == "nsubj")
    if (
        noun.dep_ in SUBJECTS
        and verb.pos_ == "VERB"
        and not unreal(verb, lexicon)
        and (words != "struck" or verb.lower_ in _TOLD_OF or _begins("bursting", verb, lexicon))
        and not any(child.dep_ in ("dobj", "dative") for child in verb.children)
    ):
        yield from _located(verb, _PLACE if words == "struck" else allowed)
    elif noun.dep_ == "dobj" and words == "on_fire" and verb.lower_ in ("set", "setting", "sets"):
        yield from _located(verb, {"to"})


def _located(token: Any, prepositions: frozenset[str] | set[str]) -> Iterator[Any]:
    """The nouns that the prepositions behind a token lead to."""
    follows = token.nbor() if token.i + 1 < len(token.doc) else None
    seen = list(token.children)
    if follows is not None and follows.dep_ == "prep" and follows not in seen:
        seen.append(follows)
    for child in seen:
        if child.dep_ == "prep" and child.i > token.i and child.lower_ in prepositions:
            yield from (grand for grand in child.children if grand.dep_ == "pobj")


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
    return iter(() if subject is None else (_whole(subject),))


def _burning(doc: Any, starts: dict[int, Any], found: list[Reach], lexicon: Lexicon) -> list[Reach]:
    """ "hit a depot, sparking a blaze": what a verb reaches burns when a fire is what came of it."""
    burning = []
    for match in lexicon.find("on_fire", doc.text):
        fire = starts.get(match.start())
        if fire is None or fire.dep_ != "dobj" or fire.lower_ in _ABLAZE or list(_located(fire, {"at", "in", "on"})):
            continue
        verb = fire.head
        above = (
            {verb.head, subject_of(verb)} if verb.dep_ in ("advcl", "conj", "xcomp", "relcl") else {subject_of(verb)}
        )
        if lexicon.words["causing"].fullmatch(verb.text):
            burning += [Reach(item.noun, "on_fire", item.cause) for item in found if item.cause in above]
    return burning


def _outages(doc: Any, lexicon: Lexicon) -> Iterator[Reach]:
    """Who or what is left without a service ("homes lost power"), or the service that fails ("power was cut")."""
    for service in doc:
        if service.pos_ not in ("NOUN", "PROPN") or not lexicon.words["services"].fullmatch(service.text):
            continue
        while service.dep_ == "compound" and lexicon.words["supply"].fullmatch(service.head.text):
            service = service.head
        first = service
        while first.dep_ == "conj":
            first = first.head
        cause = first.head
        if cause.lower_ == "without" and first.dep_ == "pobj":
            yield from _left_without(service, _bereft(cause), cause, lexicon)
        elif first.dep_ == "dobj" and (
            cause.lower_ in _LOSING or (cause.lower_ in _HAVING and any(c.lower_ == "no" for c in first.children))
        ):
            yield from _left_without(service, subject_of(cause), cause, lexicon)
        elif (
            first.dep_ in ("dobj", "nsubjpass", "nsubj")
            and _begins("cutting", cause, lexicon)
            and not unreal(cause, lexicon)
        ):
            customers = next(_located(cause, {"to", "for"}), None) or next(_located(service, {"to", "for"}), None)
            yield from _left_without(service, customers, cause, lexicon)


def _behind_place(preposition: Any) -> list[Any]:
    """The clinic of "a school in Marlow and a clinic", which the parse lists with Marlow."""
    places = [child for child in preposition.children if child.dep_ == "pobj"]
    named = [place for place in places if any(token.tag_ == "NNP" for token in (place, *place.lefts))]
    return [
        child for place in named for child in place.children if child.dep_ == "conj" and child.tag_ in ("NN", "NNS")
    ]


def _left_without(service: Any, owner: Any | None, cause: Any, lexicon: Lexicon) -> Iterator[Reach]:
    """The homes or people left without a service; the service itself where they are a bare number or a place."""
    owner = service if owner is None else counted(owner)
    named = (
        owner.tag_ in ("NN", "NNS")
        and owner.ent_type_ not in ("GPE", "LOC", "CARDINAL")
        and not lexicon.words["area"].fullmatch(owner.text)
        and not any(child.lower_ == "of" for child in owner.children)  # "parts of the city"
    )
    yield Reach(owner if named else service, "disrupted", cause, True, service)


def is_count(token: Any) -> bool:
    """Whether a word only counts: "dozens", "two", "half"."""
    return token.ent_type_ == "CARDINAL" or token.tag_ == "CD" or token.lower_ in _COUNTS


def counted(noun: Any) -> Any:
    """The houses of "dozens of houses"."""
    for _ in range(3):
        inner = [c for child in noun.children if child.lower_ == "of" for c in child.children if c.dep_ == "pobj"]
        if not inner or not is_count(noun):
            break
        noun = inner[0]
    return noun


def _bereft(without: Any) -> Any | None:
    head = without.head
    if head.pos_ in ("NOUN", "PROPN"):
        return head
    return next((child for child in head.children if child.dep_ == "dobj"), None) or subject_of(head)


def _whole(noun: Any) -> Any:
    """ "the floors of a house" for its last word."""
    while noun.dep_ == "pobj" and noun.head.lower_ == "of" and noun.head.head.pos_ == "NOUN":
        noun = noun.head.head
    return noun


def _conjuncts(noun: Any) -> Iterator[Any]:
    """A noun and those listed with it."""
    waiting = [noun]
    seen = set()
    while waiting:
        noun = waiting.pop(0)
        if noun.i in seen:
            continue
        seen.add(noun.i)
        yield noun
        for child in noun.children:
            if child.dep_ in ("conj", "appos") or (
                child.dep_ == "nmod" and any(c.dep_ == "cc" for c in child.children)
            ):
                waiting.append(child)
            elif child.lower_ in ("including", "like", "as"):
                waiting += [grand for grand in child.children if grand.dep_ == "pobj"]
            elif child.dep_ == "prep":
                waiting += _behind_place(child)
