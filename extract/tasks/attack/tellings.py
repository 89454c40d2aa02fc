"""Words that tell of an attack, and what their sentence says of it: that it happened, might, was foiled, is remembered.

All by the parse of one sentence (`syntax`): what governs a word, who does it, which clause it stands in. Which attack it
is, of several, is `events`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.syntax import STEPS, SUBJECTS, above, begins, child, is_had, is_verb

Standing = Literal["happened", "alleged", "unreal", "remembered"]

EFFECTS = ("killed", "injured", "hospitalised", "captured", "destroyed", "damaged", "on_fire", "disrupted")
_ACTS = ("attack", "fighting", "launched", "intercepted", *EFFECTS)
"""Word lists of an attack and its effects."""


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
            act = not (speaks(word, lexicon) or _comes_after(word, lexicon)) and _is_act(word, lexicon)
            if act or not _bare(word):
                return act
        elif word.pos_ in ("NOUN", "PROPN") and lexicon.has("attack", word.text):
            ended = word.dep_ == "dobj" and word.head.lower_ in lexicon.sets["ends"]
            return not (ended and token.pos_ == "ADP")  # "ended a siege on Saturday", but "ended Friday's siege"
    return True


def _comes_after(verb: Any, lexicon: Lexicon) -> bool:
    """ "Troops fought on Saturday to end a siege", "a boy who was shot in May died on Sunday", "died of his wounds"."""
    if verb.lower_ not in lexicon.sets["dying"]:
        return any(each.dep_ in ("advcl", "xcomp") and each.lower_ in lexicon.sets["ends"] for each in verb.children)
    hurt = (each for subject in verb.children if subject.dep_ in SUBJECTS for each in subject.children)
    before = any(each.dep_ in ("relcl", "acl") and lexicon.has("attack", each.text) for each in hurt)
    return before or lexicon.has("deathbed", verb.doc[verb.i : verb.right_edge.i + 1].text)


def opens_clause(token: Any, lexicon: Lexicon) -> bool:
    """An attack that is only mentioned: "after a deadly strike on Monday", "violence triggered by a raid in May"."""
    named = lexicon.has("attack", token.text)
    if named and token.dep_ == "dobj" and token.head.lower_ in ("follow", "follows", "followed"):
        return True
    if token.dep_ != "pobj" or not named:
        return False
    link = token.head
    if link.lower_ == "including":
        return child(token, "relcl", "acl") is not None  # "blamed for many attacks, including a raid that killed two"
    if link.lower_ == "for" and link.head.lower_ in lexicon.sets["blames"] and link.head.dep_ not in ("acomp", "attr"):
        return True  # "a man responsible for the murder of two"
    answered = link.lower_ in ("for", "to") and link.head.lower_ in lexicon.sets["answers"]
    if not lexicon.has("specific", token.text.removesuffix("s") if answered else token.text):
        return False
    triggered = link.lower_ == "by" and link.head.lower_ in lexicon.sets["triggers"]
    return answered or triggered or link.lower_ in lexicon.sets["asides"]


def _bare(verb: Any) -> bool:
    """An infinitive or participle that says of another verb's subject what it does: "refused to sign the 2018 accord"."""
    return verb.dep_ in ("xcomp", "acl", "pcomp") and child(verb, *SUBJECTS) is None


def _doing(verb: Any) -> bool:
    """ "retaliated, launching a wave of air strikes": what somebody did in that he did something else."""
    return bool(verb.dep_ == "advcl" and verb.tag_ == "VBG" and verb.i > verb.head.i)


def _is_act(verb: Any, lexicon: Lexicon) -> bool:
    """An attack, its effect, or a verb that says little itself and has one as subject or object ("took place")."""
    if lexicon.has("aftermath", verb.text):
        return False
    together = [verb, *(each for each in verb.children if each.dep_ == "conj" or _doing(each))]
    if any(begins(lexicon.words[words], each) for each in together for words in _ACTS):
        return True
    around = [each for each in verb.children if each.dep_ in ("nsubj", "nsubjpass", "dobj", "attr", "agent", "prep")]
    around += [child(each, "prep") for each in verb.children if each.lower_ == "responsible"]
    around = [
        each for each in around if each is not None and each.lower_ not in ("into", "about", "over")
    ]  # "opened an inquiry into a raid"
    around += [each for noun in around for each in noun.children if each.dep_ == "prep" and each.lower_ == "of"]
    # "a wave of fighting"
    around += [child(each, "pobj", "pcomp") for each in around if each.dep_ in ("agent", "prep")]
    if verb.dep_ == "relcl":
        around.append(verb.head)  # "an assault that lasted through the night"
    silent = not child(verb, *SUBJECTS) and not _bare(verb) and verb.pos_ != "AUX"
    nouns = (each.doc[each.left_edge.i : each.i + 1].text for each in around if each is not None)
    return silent or any(lexicon.has(words, noun) for noun in nouns for words in ("attack", "fighting"))


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
        if span is not None and (_whole_war(span.root, lexicon) or _of_a_thing(span.root, lexicon)):
            continue
        says = "happened" if span is None else standing(span.root, lexicon)
        named = arms.search(match.group()) or arms.match(piece, match.start())  # "shot" is arms where "dead" follows
        armed = named is not None and (span is None or not _goods(span.root, lexicon))
        armed |= span is not None and _by_force(span.root, lexicon)
        bandits = lexicon.words["bandits"].fullmatch(match.group()) is not None
        person = bandits or lexicon.group_of(match.group()) == "militants"
        found.append(Telling(match.start(), match.group().lower(), armed, person, says))
    told = {each.start for each in found}
    found += [each for each in _fights(doc, piece, lexicon) if each.start not in told]
    return sorted(found, key=lambda each: each.start)


def _by_force(verb: Any, lexicon: Lexicon) -> bool:
    """ "Killed by the army", "police killed two": those who do it bear arms, whatever they did it with."""
    by = child(verb, "agent") if begins(lexicon.words["killed"], verb) else None
    doer = child(by, "pobj") if by is not None else child(verb, "nsubj") if verb.lower_ == "killed" else None
    words = "" if doer is None else doer.doc[doer.left_edge.i : doer.i + 1].text
    return lexicon.has("fighters", words) or (doer is not None and lexicon.group_of(doer.text) == "police")


def _fights(doc: Any, piece: str, lexicon: Lexicon) -> Iterator[Telling]:
    """Words for fighting and taking, where those who bear arms do it: fires are fought, and police seize drugs."""
    borne = lexicon.has("fighters", piece)
    if doc is None or lexicon.has("peaceable", piece):
        return
    for match in lexicon.find("fighting", piece):
        span = doc.char_span(match.start(), match.end(), alignment_mode="expand")
        if span is None or not (borne or match.group().lower() in _FIGHTS):
            continue
        if arrests(span.root, lexicon) or _figure_of_speech(span, lexicon) or _overruns(span.root, lexicon):
            continue
        armed = borne or lexicon.has("killed", piece)
        yield Telling(match.start(), match.group().lower(), armed, False, standing(span.root, lexicon))


def _is_prize(noun: Any, lexicon: Lexicon) -> bool:
    """A town, ship, building or victim; land is none, for a front that moves is no single attack."""
    if noun.lower_ in lexicon.sets["lands"] or lexicon.has("fighters", noun.text):
        return False
    if noun.ent_type_ in ("GPE", "LOC", "FAC") or lexicon.kind_of("thing", noun.text):
        return True
    words = [noun.text, *(each.text for each in noun.children if each.dep_ == "compound")]  # "the vessel Aurelia"
    return any(lexicon.has(kind, word) for kind in ("areas", "persons", "prizes") for word in words)


def _figure_of_speech(span: Any, lexicon: Lexicon) -> bool:
    """ "A battle over the budget", "fought strong waves", "an election battle"."""
    fought = [span.root, *(each for each in span.root.children if each.dep_ == "dobj")]
    beside = [each for word in fought for each in word.children if each.i >= span.end or each.i < span.start]
    about = [each for each in beside if each.dep_ in ("dobj", "compound", "amod", "nmod")]
    about += [child(each, "pobj") for each in beside if each.dep_ == "prep"]
    return any(each is not None and lexicon.has("unarmed", each.text) for each in about)


def _overruns(verb: Any, lexicon: Lexicon) -> bool:
    """ "Troops invaded Norland": a country is invaded in a war, a village in a raid."""
    taken = child(verb, "dobj", "nsubjpass")
    return verb.lower_.startswith("invad") and (
        taken is None or lexicon.words["countries"].fullmatch(taken.text) is not None or not _is_prize(taken, lexicon)
    )


_FIGHTS = ("clashes", "fighting", "skirmishes")
"""What is only done with arms, whoever is not named."""


def arrests(verb: Any, lexicon: Lexicon) -> bool:
    """Whether arms, those who bear them, or land are what is seized."""
    taken = child(verb, "dobj", "nsubjpass") or (verb.head if verb.dep_ == "acl" else None)
    if taken is not None and taken.tag_ in ("WDT", "WP") and verb.dep_ == "relcl":
        taken = verb.head  # "a ship that was seized"
    if taken is None or not is_verb(verb) or verb.lower_ not in lexicon.sets["seizes"]:
        return False
    if verb.lower_.startswith(("fight", "fought", "battle")):
        return False
    by = child(verb, "nsubj")
    words = taken.doc[taken.left_edge.i : taken.right_edge.i + 1].text
    officers = by is not None and lexicon.group_of(by.text) == "police"
    return officers or lexicon.has("contraband", words) or not _is_prize(taken, lexicon)


def _goods(token: Any, lexicon: Lexicon) -> bool:
    """Arms that are made, bought or found: the object of a verb that is no attack."""
    while token.dep_ in ("conj", "compound") and token.head != token:
        token = token.head
    if token.dep_ != "dobj" or token.pos_ != "NOUN" or not is_verb(token.head):
        return False
    return arrests(token.head, lexicon) or not _is_act(token.head, lexicon)


def _only_found(token: Any, lexicon: Lexicon) -> bool:
    """Arms that are found or taken away, and hit nobody: "police found a bomb", "the rockets recovered from a shed"."""
    if token.pos_ not in ("NOUN", "PROPN") or not lexicon.kind_of("weapon", token.text) or lexicon.group_of(token.text):
        return False
    token = next((each for each in above(token) if each.dep_ != "conj"), token)
    bare = token.dep_ == "nsubj" and child(token.head, "dobj", "ccomp") is None  # headline: "Bomb found in Lorvik"
    over = [token.head] if bare or token.dep_ in ("dobj", "nsubjpass") else []
    over += [
        each for each in token.children if each.dep_ == "acl" or (each.dep_ == "relcl" and not child(each, "dobj"))
    ]
    return any(each.lower_ in lexicon.sets["finds"] for each in over)


def _only_there(token: Any, lexicon: Lexicon) -> bool:
    """ "A caller said there was a bomb on board": it did not go off."""
    there = token.dep_ == "attr" and child(token.head, "expl") is not None
    return there and lexicon.words["mines"].fullmatch(token.text) is not None


def _of_a_thing(token: Any, lexicon: Lexicon) -> bool:
    """Arms that only tell what kind of thing another is, or what it is called: "a missile destroyer", "Rockets coach"."""
    named = token.ent_type_ == "ORG" and token.is_title and token.i > 0 and lexicon.kind_of("weapon", token.text)
    return bool(named) or (token.dep_ == "compound" and token.head.lower_ in lexicon.sets["armories"])


def _whole_war(token: Any, lexicon: Lexicon) -> bool:
    """ "Its offensive", "the offensive": what goes on for months is no attack; "a fresh offensive" began on a day."""
    return token.lower_ == "offensive" and token.pos_ == "NOUN" and _has_article(token, lexicon)


def standing(token: Any, lexicon: Lexicon) -> Standing:
    """What the words that govern one for an attack say of it."""
    if (
        _figurative(token, lexicon)
        or _only_found(token, lexicon)
        or _only_there(token, lexicon)
        or any(each.lower_ in lexicon.sets["nobody"] for each in token.children)
    ):
        return "unreal"
    if is_verb(token) and any(
        each.dep_ in ("dobj", *SUBJECTS) and each.pos_ == "NOUN" and lexicon.has("animals", each.text)
        for each in (*token.children, token.head)
    ):
        return "unreal"
    harmed = _did_harm(token, lexicon)  # whatever is said beside it
    known, modal = _known(token, lexicon) or harmed, True
    says: Standing = "happened"
    for word in above(token):
        lists = ("staged",) if harmed else ("staged", "stopped") if known else ("staged", "stopped", "feared")
        governors = [word, *_beside(word, token)] if word != token else _beside(word, token)
        if any(lexicon.words[words].fullmatch(each.text) for each in governors for words in lists):
            return "unreal"
        if _punishes(word, lexicon):
            return "unreal"
        if word != token and _look_back(word, lexicon):
            says = "remembered"
        elif says == "happened" and not harmed and lexicon.has("accused", word.text):
            says = "alleged"
        if (
            is_verb(word)
            and modal
            and not (known and word != token)
            and (_hypothetical(word, lexicon) or (_in_time(word, lexicon) and not _harms(word, lexicon)))
        ):
            return "unreal"
        if word.dep_ in ("relcl", "acl"):
            harmed = harmed or _did_harm(word.head, lexicon)
            known = known or harmed
            modal = False
        elif word.dep_ == "ccomp":
            denied = lexicon.words["stopped"].fullmatch(word.head.text)
            return "unreal" if denied else says
        elif (
            word.dep_ in ("advcl", "parataxis")
            or (word.dep_ == "pobj" and word.head.lower_ in ("after", "following"))  # whatever came of it
            or (word.dep_ == "pcomp" and (word.head.lower_ == "after" or child(word, *SUBJECTS)))
            or (word.dep_ == "conj" and child(word, *SUBJECTS))
        ):
            played = (each for each in _beside(word.head, token) if lexicon.words["staged"].fullmatch(each.text))
            return "unreal" if next(played, None) is not None else says
    return says


def _punishes(verb: Any, lexicon: Lexicon) -> bool:
    """ "A man convicted of murder was beheaded", "two were beheaded for smuggling": a sentence that is carried out."""
    if not is_verb(verb) or verb.lower_ not in lexicon.sets["executes"]:
        return False
    by = child(verb, "agent")
    doer = child(verb, "nsubj") if by is None else child(by, "pobj")
    if doer is not None and lexicon.has("fighters", doer.text):
        return False
    reason = next((child(each, "pobj") for each in verb.children if each.dep_ == "prep" and each.lower_ == "for"), None)
    condemned = child(verb, "nsubjpass", "nsubj", "dobj")
    crime = reason is not None and lexicon.words["crimes"].fullmatch(reason.text) is not None
    return crime or (condemned is not None and any(_look_back(each, lexicon) for each in condemned.children))


def _did_harm(noun: Any, lexicon: Lexicon) -> bool:
    """ "They would pay for an attack that killed 12", "a strike that destroyed a school was no crime"."""
    if noun.pos_ not in ("NOUN", "PROPN") or not lexicon.has("specific", noun.text.removesuffix("s")):
        return False
    for verb in noun.doc[noun.i : noun.right_edge.i + 1]:
        if verb.dep_ == "relcl" and verb.tag_ in ("VBD", "VBN") and noun in islice(verb.ancestors, STEPS):
            harm = any(begins(lexicon.words[words], verb) for words in (*EFFECTS, "attack"))
            return harm and not _hypothetical(verb, lexicon)
    return False


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


def _figurative(token: Any, lexicon: Lexicon) -> bool:
    """ "The budget is a bomb": said of a thing that is none; "the explosion was an attack"."""
    if token.dep_ != "attr" or token.head.lower_ not in ("is", "was", "are", "were", "be", "been", "'s", "’s"):
        return False
    subject = child(token.head, "nsubj")
    if (
        subject is None
        or lexicon.has("attack", subject.text)
        or subject.lower_ in ("incident", "act", "killing", "killings")
    ):
        return False
    return subject.pos_ == "NOUN" and child(token, "det") is not None


def _hypothetical(verb: Any, lexicon: Lexicon) -> bool:
    """A verb that says what may be, what was not, or what is meant to be."""
    for each in verb.children:
        if each.dep_ == "aux" and each.lower_ in lexicon.sets["modals"] and not _real(each, verb):
            return True
        dates = each.i and each.nbor(-1).lower_ in lexicon.sets["shortly"]  # "three days before he stabbed two": he did
        if each.dep_ == "neg" or (each.dep_ == "mark" and each.lower_ in lexicon.sets["not_yet"] and not dates):
            return True
        infinitive = each.dep_ == "aux" and each.lower_ == "to" and verb.tag_ != "VBG"  # "he admitted to killing two"
        if infinitive and not any(other.lower_ == "have" for other in verb.children):  # "appear to have been hit"
            return verb.head == verb or verb.head.lower_ not in lexicon.sets["begins"]
        if each.dep_ in SUBJECTS and each.lower_ in lexicon.sets["nobody"]:
            return True
    return False


def _real(modal: Any, verb: Any) -> bool:
    """ "Gunfire could be heard", "he'd killed five": no modal in sense."""
    return is_had(modal, verb) or (modal.lower_ == "could" and verb.lower_ in ("heard", "seen", "felt", "hear", "see"))


def _in_time(verb: Any, lexicon: Lexicon) -> bool:
    """Something was done "before he could"."""
    clauses = (each for each in verb.children if each.dep_ == "advcl" and child(each, "aux"))
    marked = (each for each in clauses if any(mark.lower_ in lexicon.sets["not_yet"] for mark in each.children))
    return any(_hypothetical(each, lexicon) for each in marked)


def _harms(verb: Any, lexicon: Lexicon) -> bool:
    """ "They were killed before they could get in": that happened."""
    return begins(lexicon.words["killed"], verb)


def _known(token: Any, lexicon: Lexicon) -> bool:
    """ "The attack could …", "Monday's bombing did not …": an attack that happened, whatever is said of its sequels."""
    one = token.text.removesuffix("s")
    if token.pos_ not in ("NOUN", "PROPN") or not lexicon.has("specific", one):
        return False  # "the drones can carry bombs"
    return _has_article(token, lexicon)


def _has_article(token: Any, lexicon: Lexicon) -> bool:
    article = child(token, "det", "poss")
    return article is not None and article.lower_ not in lexicon.sets["one_of_many"]
