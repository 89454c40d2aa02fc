"""Who attacks in a sentence: states and groups that strike, own an attack or claim one, by how the sentence is built.

Unnamed gunmen are no side; one who is named is, and those with a cause of their own are ("Tuareg separatists").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from extract.tasks.attack.capitals import is_qualifier, names_belief
from extract.tasks.attack.clauses import Clause
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.names import FULL_NAME
from extract.tasks.attack.nouns import qualified
from extract.tasks.attack.syntax import child
from extract.tasks.attack.tellings import arrests

STRUCK, CLAIMED = 3, 6
"""How strong a sign is: an attack told, an attack claimed."""
_HYPHENS = ("-", "‑")
_ALLIED = re.compile(r"[-‑](?:linked|affiliated|allied|aligned|inspired)\b")
_BODIES = frozenset(("group", "faction", "cell", "organisation", "organization", "network", "militia"))
_LED = re.compile(r"[-‑]led\s(?:[a-z]+\s)?(?:coalition|alliance|forces?)\b")
"""Behind a land: "the US-led coalition" is a side of its own."""
_LED_BY = re.compile(r"[-‑]led(?=\s)")
_OF_A_BODY = re.compile(
    r"(?!(?:Dozens|Hundreds|Thousands|Scores|Waves?|Swarms?)\b)\b[A-Z]\w+\s(?:of|for)\s(?:the\s)?\Z"
)
"""Before a land: "the Revolutionary Armed Forces of Colombia" is not Colombia."""
_OF_A_STATE = re.compile(r"(?<!Revolutionary )\b(?:Armed|Defen[cs]e|Air|Ground|Land)\sForces?\sof\s(?:the\s)?\Z")
"""Before a land whose own forces these are: "the Armed Forces of Norland"."""
_BODY = re.compile(r"(?:\s(?!National\b|Defen[cs]e\b|Armed\b)[A-Z]\w+)+\s(?:Army|Front|Movement|Brigades?|Jihad)\b")
"""Behind the name of a people: "the Irish Republican Army" is not Ireland."""
_NAME = re.compile(
    r"[A-Z][\w’'‑-]*(?: (?:(?:of|for) (?:the )?|(?:bin|ibn|van|von|der|del?) )?(?:[a-z]{2,3}-)?[A-Z][\w’'‑-]*)*"
)


_OF = re.compile(r" (?:of|for) ")
_THEIRS = re.compile(r"(?P<who>[A-Z]\w+) of (?:the )?")


_GUNMAN = r"(?:suspect|attacker|assailant|gunman|shooter|bomber|knifeman|hostage-taker|perpetrator)"
_LONE = rf"(?:{_GUNMAN}|killer|driver)"
_NAME_OF = rf"(?:(?:aged\s)?\d{{1,3}}-year-old\s)?(?P<name>{FULL_NAME})"
_CALLED = r"(?:identified|named)\s(?:by\s[^,.;]{1,40}\s)?"
_WAS = r"(?:(?:was|is|has|have|had|been|who|whom|later|since|also|police|officials|authorities|investigators)\s)*"
_NAMED_ONE = (
    re.compile(
        rf"\b{_CALLED}(?:the\s|a\s)?(?:[\w-]+\s)?{_LONE}(?:,\swho\s[^,.;]{{1,60}},)?\s(?:only\s)?as\s{_NAME_OF}"
    ),
    re.compile(rf"\b{_LONE}(?:,|\s--?|\s[–—])?\s{_WAS}{_CALLED}(?:only\s)?as\s{_NAME_OF}"),
    re.compile(rf"{_NAME_OF}(?:,\s\d{{1,3}})?,?\s{_WAS}{_CALLED}as\s(?:the|a)\s(?:[\w-]+\s){{0,2}}{_LONE}\b"),
    re.compile(rf"\b(?:[Tt]he|suspected|alleged|lone|sole)\s{_GUNMAN},\s{_NAME_OF}(?=,|\s(?:who|was|had|is)\b)"),
    re.compile(
        rf"\b{_GUNMAN}(?:\s(?:in|of|behind)\s[^,.;]{{1,40}}|,\swho\s[^,.;]{{1,60}},)?\s(?:is|was)\s{_NAME_OF}(?=[,.]|\Z)"
    ),
)


def named_one(text: str) -> str | None:
    """The lone attacker whom somebody names: "the gunman, identified as Ivan Tarr"."""
    found = next((match for each in _NAMED_ONE if (match := each.search(text))), None)
    return re.sub(r"(?<=\w\w)\.\Z|\sof\s.*", "", found["name"]) if found else None


def is_state(side: str, lexicon: Lexicon) -> bool:
    """Whether a side is a country, or a league of countries: its name before "soldier" tells of no attack."""
    return side in lexicon.data["countries"]["leagues"] or lexicon.words["countries"].fullmatch(side) is not None


Sign = tuple[int, str, int]
"""Where a side is named in a sentence, the side, and how strong a sign it is that it attacks."""


def strongest(found: Iterable[Sign], clause: Clause | None = None) -> list[tuple[str, int]]:
    """The sides of signs, strongest first; of those in one clause, if it is given."""
    totals: Counter[str] = Counter()
    for start, side, strength in found:
        if clause is None or clause.holds(start):
            totals[side] += strength
    return totals.most_common()


def signs(doc: Any, piece: str, lexicon: Lexicon, *, long_ago: bool = False) -> list[Sign]:
    """Signs that sides attack, in a sentence's parse; none without one.

    Args:
        piece: the sentence as it is written, for a headline that was parsed in small letters.
        long_ago: those who attacked in another year are wanted, too.
    """
    named = _named(doc, piece, lexicon) if doc is not None else ()
    weighed = ((token.idx, side, _Signs(lexicon, long_ago=long_ago).of(token, side)) for side, token in named)
    return [sign for sign in weighed if sign[2]]


def _named(doc: Any, piece: str, lexicon: Lexicon) -> Iterator[tuple[str, Any]]:
    """Sides with the last token of their names: known ones, and unknown names that may be a group's."""
    last = {token.idx + len(token): token for token in doc}
    inside: set[int] = set()
    yield from _known(doc, piece, lexicon, last, inside)
    yield from _unknown(piece, lexicon, last, inside)
    for token in doc:
        fights = token.lower_ in lexicon.sets["causes"] or token.lower_ == "gunmen"
        if fights and (cause := _cause(token, inside, lexicon)):
            yield cause, token
        elif article := _article(token, lexicon):
            yield f"{article} {token.lower_}", token


def _known(
    doc: Any, piece: str, lexicon: Lexicon, last: Mapping[int, Any], inside: set[int]
) -> Iterator[tuple[str, Any]]:
    """States and groups of the lists; adds where they stand to what is inside a name."""
    for start, end, side in lexicon.sides_in(piece):
        of_body = _OF_A_BODY.search(piece, max(0, start - 60), start)
        if (of_body and not _OF_A_STATE.search(piece, max(0, start - 60), start)) or (
            lexicon.words["countries"].fullmatch(side) and _BODY.match(piece, end)
        ):
            continue
        if allied := _ALLIED.match(piece, end):
            inside.update(range(start, end))
            force = next((token for token in doc if token.idx > allied.end()), None)
            if force is not None and (body := _head_of(force)).lower_ in _BODIES:
                yield piece[start : body.idx + len(body)], body  # "a Hamas-linked militant group" is not Hamas
            elif force is not None and not is_state(side, lexicon):
                yield side, force  # "Islamic State-linked militants"
            continue
        if (led := _LED.match(piece, end)) and led.end() in last:
            inside.update(range(start, led.end()))
            yield piece[start : led.end()], last[led.end()]
            continue
        if (led := _LED_BY.match(piece, end)) and led.end() in last:
            inside.update(range(start, led.end()))
            yield side, last[led.end()]  # "a U.S.-led air strike"
            continue
        if piece[end : end + 1] in _HYPHENS or piece[max(0, start - 1) : start] in _HYPHENS:
            continue  # "Rwandan-backed", "pro-Russian"
        inside.update(range(start, end))
        if (head := start + len(piece[start:end].split(" in ")[0])) in last:
            yield side, last[head]


def _unknown(piece: str, lexicon: Lexicon, last: Mapping[int, Any], inside: set[int]) -> Iterator[tuple[str, Any]]:
    """Other names that may be a group's; adds where they stand to what is inside a name."""
    for name in _NAME.finditer(piece):
        theirs = _THEIRS.match(name.group())  # "Fighters of the Red Army", at the head of a sentence
        start = name.start() + (theirs.end() if theirs and theirs["who"].lower() in lexicon.sets["fighters"] else 0)
        text = piece[start : name.end()]
        token = last.get(start + len(_OF.split(text)[0]))
        if token is None or not inside.isdisjoint(range(start, name.end())) or token.ent_type_ in ("DATE", "TIME"):
            continue
        # "Rwanda-backed M23" is M23, "The Red Army" the Red Army
        words = [word for word in text.split() if not is_qualifier(word)]
        while words and words[0].lower() in lexicon.sets["stop"] | lexicon.sets["hedges"]:
            words = words[1:]
        if piece[max(0, start - 1) : start] in _HYPHENS:
            continue  # "an anti-Semitic gunman"
        if words and lexicon.words["keepers"].fullmatch(words[-1]) and _tells_of_one(token):
            continue
        if token.ent_type_ == "NORP" and (len(words) < 2 or names_belief(token.text)):
            continue
        if words and not lexicon.kind_of("weapon", " ".join(words)) and _may_fight(token, " ".join(words), lexicon):
            inside.update(range(start, name.end()))
            yield " ".join(words), token


def _cause(noun: Any, named: Container[int], lexicon: Lexicon) -> str | None:
    """A group named by nation, people or belief: "Syrian rebels", "Islamist militants"; not one with a name of its own."""
    words = [each for each in noun.lefts if each.dep_ in ("amod", "compound", "nmod") and each.tag_ != "CD"]
    words = [each for each in words if each.lower_ not in lexicon.sets["hedges"] and not is_qualifier(each.text)]
    while words and not words[0].text[0].isupper():
        words = words[1:]
    nation = lexicon.words["demonyms"]
    if any(each.idx in named and not nation.fullmatch(each.text) for each in words):
        return None
    people = noun.lower_ in lexicon.sets["peoples"]
    if not words or any(each.ent_type_ in ("ORG", "PERSON", "PRODUCT", "DATE") for each in words if not people):
        return None
    name = noun.doc[words[0].i : noun.i + 1].text
    sides = {side for _, _, side in lexicon.sides_in(name)}
    countries = lexicon.words["countries"]
    return None if any(not countries.fullmatch(side) for side in sides) else name


_BOMBERS = frozenset(("bomber", "bombers"))
THE, SOME = "the", "some"
"""Before a noun that names no side: "the rebels" points to one that is named elsewhere, "rebels" do not."""


def _article(noun: Any, lexicon: Lexicon) -> str | None:
    """Whether it is "the rebels", or "suspected insurgents", and no word tells which."""
    if noun.lower_ not in lexicon.sets["causes"] - lexicon.sets["peoples"] or noun.dep_ == "poss":
        return None
    said = {each.lower_ for each in noun.children if not each.is_punct and each.dep_ not in ("cc", "conj")}
    said -= {"at", "in", "on", "near"}
    # "separatist rebels" are rebels
    said = {word for word in said if not word.endswith("ist") and f"{word}s" not in lexicon.sets["causes"]}
    if said == {THE}:
        return THE
    return SOME if said <= lexicon.sets["hedges"] else None


def _may_fight(token: Any, words: str, lexicon: Lexicon) -> bool:
    """Whether an unknown name is that of a group: before "fighters", as one who claims, or as a body that attacks."""
    force = _head_of(token)
    if force != token:
        arms = lexicon.kind_of("weapon", force.lower_) and not lexicon.group_of(force.lower_)  # "Lancet drones"
        # "the Lorvik Fair bombers", "Suicide bomber": names and words of what they do
        fights = force.lower_ in lexicon.sets["fighters"] - lexicon.sets["peoples"] - _BOMBERS and not arms
        return fights and (token.i > 0 or token.ent_type_ != "" or words.isupper())
    long = " " in words
    body = (token.ent_type_ == "ORG" and (long or words.isupper())) or (long and token.lower_ in lexicon.sets["bands"])
    if long and token.ent_type_ == "PERSON" and token.dep_ == "nsubj":
        hands_on = token.head.lower_ in lexicon.sets["hands_on"]  # "Ivan Tarr shot dead his wife"
        return hands_on or _claims(token, lexicon)
    return token.dep_ in ("nsubj", "pobj", "conj", "appos", "oprd") and (
        (body and token.dep_ not in ("appos", "oprd")) or _claims(token, lexicon)
    )


def _head_of(token: Any) -> Any:
    """The noun that a name qualifies or owns, or itself: "drones" for "Russian" in "Russian attack drones"."""
    return qualified(token, "poss")


def _claims(token: Any, lexicon: Lexicon) -> bool:
    """Whether a noun is one who claims an attack, or by whom one is claimed."""
    if token.dep_ == "appos":
        token = token.head  # "a splinter group, the Red Front, claimed responsibility"
    if token.dep_ == "oprd" and token.head.dep_ == "acl":
        token = token.head.head  # "a group called the Red Front claimed responsibility"
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


def _tells_of_one(speaker: Any) -> bool:
    """ "Police said they shot him": that ends an attack."""
    told = [each for each in speaker.head.children if each.dep_ == "ccomp"]
    done_to = (each.lower_ for verb in told for each in verb.children if each.dep_ == "dobj")
    return any(each in ("him", "her") or _ATTACKERS.match(each) for each in done_to)


def _own(verb: Any, lexicon: Lexicon) -> bool:
    """ "it was behind the blast", "its fighters attacked the town": what a side says that it did itself."""
    subject = child(verb, "nsubj")
    own = subject is not None and (
        subject.lower_ in ("it", "they", "we")
        or any(child.lower_ in ("its", "their", "our") for child in subject.subtree)
        or any(child.dep_ == "poss" and child.lower_ in (*_BODIES, "movement") for child in subject.subtree)
    )
    behind = any(child.lower_ == "behind" for child in verb.children)
    down = any(child.lower_ == "down" for child in verb.children)
    attacks = verb.lower_ in lexicon.sets["attacks"] and verb.lower_ not in ("sending", "sent", "send", "sends")
    attacks = attacks and not arrests(verb, lexicon)  # "police said they had seized three rifles"
    return own and not down and (behind or attacks)


_BEGUN = frozenset(
    (
        "launched",
        "launch",
        "launches",
        "launching",
        "opened",
        "carried",
        "conducted",
        "mounted",
        "sent",
        "sends",
        "sending",
        "set",
    )
)
"""Verbs that say of an attack only that it was begun, as they do of anything else."""
_YEARS_AGO = re.compile(r"\b(?:last\syear|years?\s(?:ago|earlier)|(?:19|20)\d\d)\b", re.IGNORECASE)


_TOLD = frozenset(("dobj", "ccomp", "xcomp", "dative", "nummod", "aux"))
"""What a verb has that tells of what its subject did."""
_ATTACKERS = re.compile(
    r"(?:attacker|assailant|gunm[ae]n|bomber|shooter|suspect|hijacker|intruder|raider|knifem[ae]n|perpetrator)s?\Z"
)


def _ends_attack(verb: Any) -> bool:
    """ "The two attackers were shot dead by soldiers": whoever does that ends an attack that was told of."""
    done_to = (each for one in (verb, *verb.conjuncts) for each in one.children if each.dep_ in ("dobj", "nsubjpass"))
    return any(
        _ATTACKERS.match(each.lower_) and any(word.lower_ in ("the", "both", "these") for word in each.children)
        for each in done_to
    )


def _long_ago(verb: Any) -> bool:
    """What was done in another year, or since when something is counted, is no sign of who attacked now."""
    since = any(child.dep_ == "mark" and child.lower_ == "since" for child in verb.children)
    return since or _YEARS_AGO.search(verb.doc[verb.left_edge.i : verb.right_edge.i + 1].text) is not None


_NO_ARMY_DOES = frozenset(("suicide", "car", "truck", "roadside", "mass", "style"))
"""Before a word for an attack these say that no state is behind it."""
_NO_ARMYS = frozenset(("blast", "blasts", "explosion", "explosions", "shooting", "shootings", "stabbing", "stabbings"))
"""An attack that is called so is told by where it was, not by whose it was."""


class _Signs:
    """Signs that a side attacks."""

    def __init__(self, lexicon: Lexicon, *, long_ago: bool = False) -> None:
        self._lexicon = lexicon
        self._now = not long_ago
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
        if token.dep_ == "poss" and self._land(token, side) and any(each.tag_ == "JJS" for each in head.children):
            return 0  # "Norland's worst mass shooting"
        if head != token and is_state(side, self._lexicon) and self._is_where(token, head):
            return 0
        if _claims(head, self._lexicon) or self._voiced(head):
            return CLAIMED
        if self._strikes(head) or self._by(head) or self._from(head, side):
            return STRUCK
        if head != token and head.lower_ in self._nouns:
            return STRUCK
        return STRUCK if self._headline_verb(token) else 0

    def _voiced(self, noun: Any) -> bool:
        """ "A commander of the Red Army claimed responsibility"."""
        of = noun.head
        voice = (
            noun.dep_ == "pobj"
            and of.lower_ in ("of", "for", "from")
            and of.head.lower_ in self._lexicon.sets["voices"]
            and of.head.dep_ != "appos"  # "the Red Front, the armed wing of the Union, claimed it"
        )
        return bool(voice) and _claims(of.head, self._lexicon)

    def _others(self, token: Any, head: Any, side: str) -> bool:
        """Whether a phrase only begins with a side: "Al Qaeda affiliate JNIM", and of a state "Colombian rebels"."""
        if head == token:
            return False
        if is_state(side, self._lexicon):
            return not self._armed(head)
        return head.tag_ == "NNP" and not self._armed(head)

    def _armed(self, noun: Any) -> bool:
        """A noun for an attack, for arms or for those who bear them in the name of a state."""
        word = noun.lower_
        if word.startswith("bomber") and any(each.lower_ == "suicide" for each in noun.lefts):
            return False  # "three Norlandic suicide bombers" are sent by no state
        return bool(
            word in self._nouns
            or word in self._lexicon.sets["arms"]
            or self._lexicon.kind_of("weapon", word)
            or self._lexicon.group_of(word) == "soldiers"
        )

    def _land(self, token: Any, side: str) -> bool:
        """A country by its name: before a word for an attack it may be the target, "massive Ukraine attack"."""
        return bool(
            token.lower_ == side.rsplit(" ", 1)[-1].lower() and self._lexicon.words["countries"].fullmatch(side)
        )

    def _is_where(self, token: Any, head: Any) -> bool:
        """Whether a land before a word for an attack tells where, or on what, it was, or in what manner.

        "The Norland embassy bombing", "Norland's suicide attacks", "the Norlandic blasts", "the NATO Norland raid".
        """
        if head.lower_ not in self._nouns:
            return False
        between = token.doc[token.i + 1 : head.i]
        things = (each for each in between if each.pos_ in ("NOUN", "PROPN") and not self._armed(each))
        if any(
            each.lower_ in _NO_ARMY_DOES
            or (self._lexicon.kind_of("thing", each.lower_) and each.dep_ != "poss")
            or (each.dep_ == "poss" and each.lower_ in self._fighters)
            for each in things
        ):
            return True
        before = [each for each in head.lefts if each.i < token.i and each.dep_ in ("nmod", "compound")]
        if token.dep_ == "amod" and any(each.ent_type_ in ("ORG", "GPE") for each in before):
            return True
        aimed = any(each.lower_ in ("of", "on", "at", "against") for each in head.children)
        return head.lower_ in _NO_ARMYS and not aimed

    def _in_arms(self, token: Any, head: Any) -> bool:
        """Whether words behind a land say that it attacks: "Myanmar army shelling", "Ukraine drones"."""
        arms = self._lexicon.sets["arms"] | self._fighters
        return any(word.lower_ in arms for word in token.doc[token.i + 1 : head.i + 1])

    def _strikes(self, noun: Any) -> bool:
        """Whether a noun is the subject of a verb of attack that is told as a fact."""
        if noun.dep_ == "pobj" and noun.head.lower_ == "of" and noun.head.head.lower_ in self._lexicon.sets["counts"]:
            noun = noun.head.head  # "dozens of rebels struck"
        verb = noun.head
        for _ in range(2):  # "the army and its allies struck"
            if noun.dep_ == "conj":
                noun, verb = verb, verb.head
        if noun.dep_ == "nsubj" and verb.lower_ in ("retaliated", "responded", "replied", "answered"):
            verb = next((each for each in verb.children if each.dep_ == "advcl" and each.tag_ == "VBG"), verb)
        if noun.dep_ != "nsubj" or verb.lower_ not in self._attacks or arrests(verb, self._lexicon):
            return False
        if verb.tag_ == "VBN" and not any(child.dep_ in ("aux", "dobj") for child in verb.children):
            return False  # "third leader killed this year"
        beside = (child for one in (verb, *verb.conjuncts) for child in one.children)
        told = any(child.dep_ in _TOLD and child.text[0].isalnum() for child in beside)
        if not told and verb.tag_ in ("NN", "VBG") and verb.dep_ in ("ROOT", "ccomp"):
            return False  # headlines: "Norland shooting: nine dead"
        if not told and verb.tag_ == "VBD" and self._harms(verb):
            return False  # "Norland soldier killed in blast"
        if _ends_attack(verb):
            return False
        if self._begins_another_thing(verb) or (self._now and _long_ago(verb)):
            return False
        return not any(
            child.dep_ == "neg"
            or (child.lower_ == "back" and verb.lower_ == "fired")
            or (child.lower_ in ("down", "by") and verb.lower_ not in ("gunned", "mowed"))  # "killed by" in a headline
            or (child.dep_ == "aux" and child.tag_ == "MD" and child.lower_ != "will")
            for child in verb.children
        )

    def _harms(self, verb: Any) -> bool:
        """A verb that says what is done to people, and nothing without whom it is done to."""
        outcomes = ("killed", "injured", "captured", "wounding")
        return any(self._lexicon.words[each].fullmatch(verb.text) for each in outcomes)

    def _begins_another_thing(self, verb: Any) -> bool:
        """ "Norland launched an investigation", "opened a school"."""
        objects = [child for child in verb.children if child.dep_ == "dobj"]
        return verb.lower_ in _BEGUN and bool(objects) and not any(map(self._armed, objects))

    def _by(self, noun: Any) -> bool:
        """Whether something was attacked, or an attack made, "by" a noun."""
        by = noun.head
        if noun.dep_ != "pobj" or by.lower_ != "by":
            return False
        made = by.head
        if any(child.dep_ == "neg" for child in by.children) or _ends_attack(made):
            return False  # "and not by rebels"
        if made.lower_ in ("used", "deployed"):  # "drones used by"
            used = child(made, "nsubjpass") or made.head
            return self._lexicon.kind_of("weapon", used.lower_) is not None
        return made.lower_ in self._attacks or made.lower_ in self._nouns or made.lower_ == "claimed"

    def _from(self, noun: Any, side: str) -> bool:
        """Whether those who attack, or their arms, are of a group: "gunmen from the Red Army"."""
        link = noun.head
        arms = link.head
        if noun.dep_ != "pobj":
            return False
        if link.lower_ == "to" and arms.lower_ == "belonging":
            return self._armed(arms.head) and (self._by(arms.head) or self._strikes(arms.head))
        fights = arms.lower_ in self._fighters or (link.lower_ == "from" and self._armed(arms))
        named = link.lower_ in ("from", "of") or (link.lower_ == "with" and not is_state(side, self._lexicon))
        return named and fights and (self._strikes(arms) or self._by(arms))

    def _headline_verb(self, token: Any) -> bool:
        """Whether the word behind a side is a verb that was taken for a noun: "Israel strikes a school"."""
        doc, place = token.doc, token.i + 1
        if place + 1 >= len(doc) or token.dep_ == "pobj" or (token.i and doc[token.i - 1].tag_ == "IN"):
            return False  # "a blast in Pakistan kills nine"
        verb, follows = doc[place], doc[place + 1]
        inflected = verb.lower_ in self._attacks and verb.tag_ in ("NNS", "VBZ", "VBD", "VBN")
        inflected = inflected and not arrests(verb, self._lexicon)  # "the Taliban seized power"
        inflected = inflected and not self._begins_another_thing(verb) and not (self._now and _long_ago(verb))
        aim = follows.tag_[:2] in ("NN", "DT", "JJ", "CD", "PR") and follows.dep_ not in ("pobj", "npadvmod", "cc")
        return inflected and aim
