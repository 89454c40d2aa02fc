"""Words that tell of an attack, and what their sentence says of it: that it happened, might, was foiled, is remembered.

All by the parse of one sentence (`syntax`): what governs a word, who does it, which clause it stands in. Which attack it
is, of several, is `events`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.syntax import SUBJECTS, child, is_verb

Standing = Literal["happened", "alleged", "unreal", "remembered"]

_STEPS = 12
"""Words that one is followed upwards through: more hang above it in no sentence that a reader would understand."""

_EFFECTS = ("killed", "injured", "hospitalised", "captured", "destroyed", "damaged", "on_fire", "disrupted")
_ACTS = ("attack", "launched", "intercepted", *_EFFECTS)
"""Word lists of an attack and its effects."""
_PHRASE = 8
"""Words of the longest verb in them: "drove a van into a crowd"."""


def above(token: Any) -> Iterator[Any]:
    """A word and those it hangs from, nearest first."""
    for _ in range(_STEPS):
        yield token
        if token.head == token:
            return
        token = token.head


def speaks(verb: Any, lexicon: Lexicon) -> bool:
    """Whether a verb tells that somebody speaks: missiles that slam into a house, and explosions that echo, do not."""
    if not is_verb(verb) or lexicon.words["said"].fullmatch(verb.text) is None:
        return False
    if any(each.dep_ == "prep" and each.lower_ in lexicon.sets["directions"] for each in verb.children):
        return False
    subject = child(verb, "nsubj")
    mute = subject is not None and lexicon.has("attack", subject.text) and not lexicon.group_of(subject.text)
    return child(verb, "ccomp") is not None or not mute


def dates_attack(token: Any, lexicon: Lexicon) -> bool:
    """Whether a time that hangs from a word is that of an attack, or of what it did; not of a speech or a visit."""
    for word in above(token):
        if is_verb(word):
            return not speaks(word, lexicon) and _is_act(word, lexicon)
        if word.pos_ in ("NOUN", "PROPN") and lexicon.has("attack", word.text):
            return True
    return True


def _is_act(verb: Any, lexicon: Lexicon) -> bool:
    """An attack, its effect, or a verb that says little itself and has one as subject or object ("took place")."""
    together = [verb, *(each for each in verb.children if each.dep_ == "conj")]
    phrases = [each.doc[each.i : each.i + _PHRASE].text for each in together]
    if any(lexicon.words[words].match(phrase) for phrase in phrases for words in _ACTS):
        return True
    if lexicon.has("aftermath", verb.text):
        return False
    around = [each for each in verb.children if each.dep_ in ("nsubj", "nsubjpass", "dobj", "attr", "agent", "prep")]
    around += [child(each, "pobj", "pcomp") for each in around if each.dep_ in ("agent", "prep")]
    return not child(verb, *SUBJECTS) or any(
        each is not None and lexicon.has("attack", each.doc[each.left_edge.i : each.i + 1].text) for each in around
    )


@dataclass(frozen=True, slots=True)
class Telling:
    """A word for an attack.

    Attributes:
        start: where it stands in the sentence.
        armed: it names arms, or those who bear them.
        person: it names only those.
    """

    start: int
    word: str
    armed: bool
    person: bool
    standing: Standing


def tellings(doc: Any, piece: str, lexicon: Lexicon) -> list[Telling]:
    """The words for an attack in a sentence."""
    found: list[Telling] = []
    arms = lexicon.words["armed"]
    for match in lexicon.find("attack", piece):
        span = None if doc is None else doc.char_span(match.start(), match.end(), alignment_mode="expand")
        if span is not None and _whole_war(span.root, lexicon):
            continue
        says = "happened" if span is None else standing(span.root, lexicon)
        named = arms.search(match.group()) or arms.match(piece, match.start())  # "shot" is arms where "dead" follows
        armed = named is not None and (span is None or not _goods(span.root, lexicon))
        person = lexicon.group_of(match.group()) == "militants"
        found.append(Telling(match.start(), match.group().lower(), armed, person, says))
    return found


def _goods(token: Any, lexicon: Lexicon) -> bool:
    """Arms that are made, bought or found: the object of a verb that is no attack."""
    while token.dep_ == "conj" and token.head != token:
        token = token.head
    return token.dep_ == "dobj" and token.pos_ == "NOUN" and is_verb(token.head) and not _is_act(token.head, lexicon)


def _whole_war(token: Any, lexicon: Lexicon) -> bool:
    """ "Its offensive", "the offensive": what goes on for months is no attack; "a fresh offensive" began on a day."""
    return token.lower_ == "offensive" and token.pos_ == "NOUN" and _has_article(token, lexicon)


def standing(token: Any, lexicon: Lexicon) -> Standing:
    """What the words that govern one for an attack say of it."""
    if _figurative(token) or any(each.lower_ in lexicon.sets["nobody"] for each in token.children):
        return "unreal"
    known, modal = _known(token, lexicon), True
    says: Standing = "happened"
    for word in above(token):
        lists = ("stopped",) if known else ("stopped", "feared")
        governors = [word, *_beside(word, token)] if word != token else _beside(word, token)
        if any(lexicon.words[words].fullmatch(each.text) for each in governors for words in lists):
            return "unreal"
        if word != token and _look_back(word, lexicon):
            says = "remembered"
        elif says == "happened" and lexicon.has("accused", word.text):
            says = "alleged"
        if (
            is_verb(word)
            and modal
            and not (known and word != token)
            and (_hypothetical(word, lexicon) or _in_time(word, lexicon))
        ):
            return "unreal"
        if word.dep_ in ("relcl", "acl"):
            modal = False
        elif word.dep_ == "ccomp":
            denied = lexicon.words["stopped"].fullmatch(word.head.text)
            return "unreal" if denied else says
        elif (
            word.dep_ in ("advcl", "parataxis")
            or (word.dep_ == "pcomp" and word.head.lower_ == "after")
            or (word.dep_ == "conj" and child(word, *SUBJECTS))
        ):
            break
    return says


def _look_back(word: Any, lexicon: Lexicon) -> bool:
    """ "The anniversary of …", "was sentenced for …", "a court convicts …", "goes on trial"."""
    around = [word]
    if is_verb(word) and not lexicon.has("attack", word.text):
        on = child(word, "prep")
        around += [child(word, "nsubj"), child(word, "dobj"), on and child(on, "pobj")]
    return any(each is not None and lexicon.words["remembered"].fullmatch(each.text) for each in around)


def _beside(word: Any, token: Any) -> list[Any]:
    """What qualifies a noun ("missile threat"), and what a verb was done in or to ("in a drill", "the film was shot")."""
    if not is_verb(word):
        near = word == token or token.dep_ == "compound"
        return [each for each in word.children if near and each.dep_ in ("amod", "compound", "nmod")]
    preps = (each for each in word.children if each.dep_ == "prep" and each.lower_ in ("in", "during", "as"))
    nouns = [child(each, "pobj") for each in preps]
    if word == token:
        nouns.append(child(word, "nsubjpass"))
    return [noun for noun in nouns if noun is not None]


def _figurative(token: Any) -> bool:
    """ "The budget is a bomb": said of a thing that is none."""
    if token.dep_ != "attr" or token.head.lower_ not in ("is", "was", "are", "were", "be", "been", "'s", "’s"):
        return False
    subject = child(token.head, "nsubj")
    return subject is not None and subject.pos_ == "NOUN" and child(token, "det") is not None


def _hypothetical(verb: Any, lexicon: Lexicon) -> bool:
    """A verb that says what may be, what was not, or what is meant to be."""
    for each in verb.children:
        if each.dep_ == "aux" and each.lower_ in lexicon.sets["modals"]:
            return True
        if each.dep_ == "neg" or (each.dep_ == "mark" and each.lower_ in lexicon.sets["not_yet"]):
            return True
        if each.dep_ == "aux" and each.lower_ == "to":
            return verb.head == verb or verb.head.lower_ not in lexicon.sets["begins"]
        if each.dep_ in SUBJECTS and each.lower_ in lexicon.sets["nobody"]:
            return True
    return False


def _in_time(verb: Any, lexicon: Lexicon) -> bool:
    """Something was done "before he could"."""
    return any(each.dep_ == "advcl" and child(each, "aux") and _hypothetical(each, lexicon) for each in verb.children)


def _known(token: Any, lexicon: Lexicon) -> bool:
    """ "The attack could …", "Monday's bombing did not …": an attack that happened, whatever is said of its sequels."""
    one = token.text.removesuffix("s")
    if token.pos_ not in ("NOUN", "PROPN") or not lexicon.has("specific", one):
        return False  # "the drones can carry bombs"
    return _has_article(token, lexicon)


def _has_article(token: Any, lexicon: Lexicon) -> bool:
    article = next((each for each in token.children if each.dep_ in ("det", "poss")), None)
    return article is not None and article.lower_ not in lexicon.sets["one_of_many"]
