"""What became of the people in a sentence, by its parse: who was killed, hurt, taken; and what is denied or only feared.

A head is the word that stands for the people counted: the noun behind a number, or the number where it stands alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from extract.tasks.attack.denials import Denials
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.nouns import is_count, led_to
from extract.tasks.attack.schema import CasualtyOutcome
from extract.tasks.attack.syntax import STEPS, SUBJECTS, has_subject, is_verb

_SAME = frozenset({"conj", "appos", "nmod", "dep"})
"""Relations to a word that shares the fate."""
_COMPLEMENTS = frozenset({"acomp", "attr", "oprd", "xcomp", "ccomp", "advcl", "prep"})


@dataclass(frozen=True, slots=True)
class Fates:
    """What one sentence says became of people.

    Attributes:
        doc: its parse.
        cues: number of a word that tells what became of somebody ("killed") → outcome.
        earlier: what "them" met, by the sentence before.
    """

    doc: Any
    cues: Mapping[int, CasualtyOutcome]
    lexicon: Lexicon
    earlier: CasualtyOutcome | None = None

    def of(self, head: Any, bare: bool = False) -> CasualtyOutcome | None:
        """What became of those who a head stands for; None if nothing did, or if it is denied or did not happen.

        Args:
            bare: it is a number that no noun follows.
        """
        cue = self._predicate(head)
        if cue and cue[0] == "injured" and head.head.lower_ == "including" and (own := self._own(head)):
            cue = own  # "20 were hurt, including a boy who was taken to hospital"
        if bare and (beside := self._beside(head)) and (cue is None or cue[0] != "hospitalised"):
            cue = beside
        cue = cue or self._own(head) or self._next(head)
        if cue is None:
            return None
        outcome, word = cue
        if outcome == "hospitalised" and (own := self._own(head)) and own[0] == "killed":
            return "killed"  # "two dead bodies were brought to hospital"
        told_of = word in (head, *head.children) or (not is_verb(word) and head in word.subtree)
        if told_of and (_is_definite(head) or _is_definite(word)):
            return outcome  # "her wounded son" is wounded, "the deaths of two" happened, whatever is said of them
        denials = Denials(self.cues, self.lexicon)
        return None if denials.of(head) or (word != head and denials.of(word)) else outcome

    def _predicate(self, head: Any) -> tuple[CasualtyOutcome, Any] | None:
        """By the verb or noun that governs the head, or what the head belongs to."""
        node = head
        for _ in range(STEPS):
            if found := self._governor(node):
                return found
            if node != head and self.is_bare_part(node):
                return None
            if (node != head or node.dep_ in _SAME) and (found := self._own(node)):
                return found
            above = self._above(node)
            if above is None:
                return None
            node = above
        return None

    def is_bare_part(self, part: Any) -> bool:
        """ "Five of the nine killed were buried", "two of the men snatched are free": of five and two nothing else is told."""
        told = part.dep_ in SUBJECTS and any(child.dep_ in ("attr", "acomp") for child in part.head.children)
        wholes = [] if told or part.dep_ in _SAME else [noun for noun in led_to(part, {"of"}) if _is_definite(noun)]
        fates = {found[0] for noun in wholes if (found := self._own(noun) or self._cue(noun))}
        counted = any(is_count(noun) or _is_numbered(noun) for noun in wholes)
        return bool(fates) and (counted or "captured" in fates) and self._governor(part) is None

    def _governor(self, node: Any) -> tuple[CasualtyOutcome, Any] | None:
        dep, verb = node.dep_, node.head
        if dep == "nsubjpass":
            return self._met(verb)
        if dep in SUBJECTS and self.doc[0].lower_ in ("among", "of") and (found := self._opening(node)):
            return found
        if dep == "nsubj":
            if verb.dep_ in ("ccomp", "advcl") and node in objects(verb.head) and self._cue(verb.head):
                return self._met(verb.head)
            return None if self._is_agent(verb) else self._met(verb)
        if dep == "det" and verb.tag_ == "VBN":  # "and another injured"
            return self._cue(verb)
        if dep == "conj" and is_verb(verb) and not is_verb(node):  # "were killed and 20 hurt", read as an object
            return self._own(node) or self._object(node, verb)
        if dep == "npadvmod" and verb.lower_ == "more":  # "wounded 2 050 more"
            return self._object(node, verb.head)
        if dep in ("dobj", "npadvmod", "oprd", "attr", "acomp", "dative"):
            return self._object(node, verb)
        if dep == "nummod" and verb.i < node.i:  # "the wounded now number 57"
            return self._counted(verb)
        if dep == "ROOT":
            return self._before_another(node)
        return self._behind(node, verb) if dep == "pobj" else None

    def _before_another(self, node: Any) -> tuple[CasualtyOutcome, Any] | None:
        """ "A girl, 7, and her aunt were hurt", of which the parse makes a girl, and an aunt who was hurt."""
        for verb in node.children if not is_verb(node) else ():
            owned = [child for noun in verb.children if noun.dep_ in SUBJECTS for child in noun.children]
            if verb.dep_ == "conj" and any(child.dep_ == "poss" for child in owned) and not self._is_agent(verb):
                return self._met(verb)
        return None

    def _opening(self, subject: Any) -> tuple[CasualtyOutcome, Any] | None:
        """ "Among the 42 people hospitalised, six were …": the outcome that a sentence opens with."""
        place = next((place for place in self.cues if place < subject.i), None)
        return None if place is None else self._cue(self.doc[place])

    def _met(self, verb: Any) -> tuple[CasualtyOutcome, Any] | None:
        """What a verb says of its subject: "were killed", "died", "remain missing", "were hit and died"."""
        found = self._cue(verb) or self._complement(verb)
        for more in verb.conjuncts if found is None or found[0] == "injured" else ():
            if not has_subject(more) and not self._is_agent(more):
                other = self._cue(more) or self._complement(more)
                died = other is not None and other[0] == "killed" and not any(objects(verb))
                found = other if other and (found is None or died or other[0] == "hospitalised") else found
        if found and found[0] == "injured":
            # a wounded person taken to hospital is hospitalised only
            taken = self._complement(verb)
            found = taken if taken and taken[0] == "hospitalised" else found
        return self._later(verb) or found if found and found[0] in ("injured", "hospitalised") else found

    def _later(self, verb: Any) -> tuple[CasualtyOutcome, Any] | None:
        """ "… was taken to a hospital, where he died": what became of the same in a clause that goes on from the verb."""
        place = next((place for place, what in self.cues.items() if what == "killed" and place > verb.i), verb.i)
        dead = self.doc[place] if is_verb(self.doc[place]) else self.doc[place].head
        he = next((each for each in dead.children if each.dep_ in SUBJECTS), None)
        same = he is not None and he.lower_ in ("he", "she", "they") and not self._is_agent(dead)
        return self._cue(self.doc[place]) if same and verb in dead.ancestors else None

    def also(self, head: Any, outcome: CasualtyOutcome) -> CasualtyOutcome | None:
        """The other outcome of "killed and wounded dozens", "hundreds were killed and injured", "left scores dead and hurt"."""
        verb = head.head
        words = [word for word in (verb, *verb.conjuncts) if is_verb(word)]
        words = [*(each for each in verb.children if each.dep_ == "oprd"), *words]  # "left scores dead and wounded"
        cues = sorted((word for word in words if word.i in self.cues), key=_place)
        if head.dep_ not in ("dobj", "nsubjpass") or len(cues) != 2 or cues[0].nbor().lower_ != "and":
            return None
        told = {self.cues[word.i] for word in cues} - {outcome}
        alone = cues[1].i == cues[0].i + 2 and not any(
            child.dep_ == "dobj" and child != head for each in (verb, cues[1]) for child in each.children
        )
        return told.pop() if alone and told else None

    def _beside(self, number: Any) -> tuple[CasualtyOutcome, Any] | None:
        """ "43 wounded", "dozens more injured"."""
        after = [
            word for word in self.doc[number.i + 1 : number.i + 3] if word.lower_ not in ("more", "others", "further")
        ]
        return self._cue(after[0]) if after and not self._is_agent(after[0]) else None

    def _next(self, head: Any) -> tuple[CasualtyOutcome, Any] | None:
        """By the word right after or before a head, where the parse is at a loss: "71 dead", "a man was killed"."""
        after, before = head.right_edge.i + 1, head.left_edge.i - 1
        word = self.doc[after] if after < len(self.doc) else head
        verb = word.head if word.dep_ in ("aux", "auxpass") else word
        if (
            is_verb(verb)
            and head.dep_ != "pobj"
            and not has_subject(verb)
            and verb != head.head
            and (found := self._met(verb))
        ):
            return found
        if not self._is_agent(word) and word.tag_ in ("JJ", "VBN", "NN", "IN") and (found := self._cue(word)):
            return found
        return self._cue(self.doc[before]) if before >= 0 and self.doc[before].tag_ in ("NNS", "VBZ", "VBG") else None

    def _object(self, node: Any, verb: Any) -> tuple[CasualtyOutcome, Any] | None:
        """ "killed two", "left two dead", "the dead are two girls", "the toll reached 20"."""
        if self._cue(verb):
            lost = self.cues[verb.i] == "injured" and any(self._listed("own", each) for each in objects(verb))
            return None if lost or self._listed("dying", verb) else self._met(verb)
        if self._listed("taken", verb) and self.cues.get(node.i) == "captured":
            return "captured", node
        if node.dep_ in ("attr", "acomp") or self._listed("amounts", verb):
            return self._of_subject(verb)
        if moved := next(filter(None, (self._counted(noun) for noun in self._measured(verb) if noun != node)), None):
            return moved
        found = self._complement(verb) if self._listed("leaves", verb) else None
        if found is None and self._listed("leaves", verb):
            return self._behind_list(node)
        between = () if found is None else self.doc[min(node.i, found[1].i) + 1 : max(node.i, found[1].i)]
        return found if not any(token.pos_ == "NUM" for token in between) else None

    def _behind_list(self, noun: Any) -> tuple[CasualtyOutcome, Any] | None:
        """ "Shot nine pupils and a teacher dead": all of them are dead; "dead" may be read as the last of them."""
        after = (
            word for each in noun.conjuncts for word in (each, *each.rights) if word == each or word.dep_ == "amod"
        )
        return next(filter(None, map(self._cue, after)), None)

    def _of_subject(self, verb: Any) -> tuple[CasualtyOutcome, Any] | None:
        """What became of the subject: "the dead include", "among those killed was", "the toll is"."""
        for child in verb.children:
            if child.dep_ in SUBJECTS and self._is_deed(child):
                return None
            if child.dep_ in SUBJECTS and (found := self._cue(child) or self._own(child) or self._counted(child)):
                return found
            if child.dep_ in SUBJECTS and self._victims(child):
                return self._said_before(child)
        return self._cue(verb.head) if verb.dep_ == "auxpass" else self._complement(verb)  # "also killed were"

    def _of_those(self, verb: Any) -> tuple[CasualtyOutcome, Any] | None:
        """ "identified the dead as", "named the victims as"."""
        for noun in verb.children:
            if noun.dep_ == "dobj":
                return self._cue(noun) or self._own(noun) or (self._said_before(noun) if self._victims(noun) else None)
        return None

    def _behind(self, node: Any, preposition: Any) -> tuple[CasualtyOutcome, Any] | None:
        """ "the deaths of two", "a toll of 20", "put the number of wounded at 20", "fell from 94 down to 92"."""
        above = preposition.head
        for _ in range(STEPS):
            if above.dep_ not in ("prep", "advmod", "prt", "pcomp", "pobj") or above.head == above:
                break
            if above.dep_ == "pobj" and above.pos_ == "NOUN" and not self._listed("tolls", above):
                break
            if self._listed("tolls", above):
                break
            above = above.head
        if preposition.lower_ == "as" and above.dep_ == "acl" and self._listed("amounts", above.head.head):
            return self._cue(above)  # "named the two killed as"
        if preposition.lower_ == "as" and any(each.lower_ in ("name", "names") for each in islice(above.ancestors, 4)):
            return self._cue(above) or (self._said_before(above) if self._victims(above) else None)
        if preposition.lower_ == "as" and self._listed("amounts", above):
            return self._of_subject(above) or self._of_those(above)
        if preposition.lower_ == "from" and any(
            child.tag_ == "TO" for each in node.children for child in each.children
        ):
            return self._object(node, above)  # "killed from 30 to 35 people"
        if self._is_revised(node, preposition):
            return self._said_before(node)
        if preposition.lower_ == "of":
            return self._cue(preposition.head) or (self._counted(above) if self._listed("tolls", above) else None)
        one = node.tag_ in ("NN", "NNP") and not is_count(node) and not _is_numbered(node)  # "the blast at a school"
        if preposition.lower_ in ("to", "at", "from", "as", "above", "over", "past", "beyond") and not one:
            nouns = (above, *self._measured(above), *islice(above.ancestors, 3))
            return next(filter(None, map(self._counted, nouns)), None)
        return None

    def _is_revised(self, number: Any, preposition: Any) -> bool:
        """Whether a number is another one for what was told last: "up from 14", "put it at 33", "gave a figure of 18"."""
        above = preposition.head
        if number.pos_ != "NUM":
            return False
        if preposition.lower_ == "from":
            return above.lower_ in ("up", "down") and above.dep_ == "advmod"
        if preposition.lower_ == "at":
            return self._listed("puts", above) and any(child.lower_ == "it" for child in above.children)
        told = preposition.lower_ == "of" and self._listed("estimates", above)
        return told and self._counted(above) is None

    def _measured(self, verb: Any) -> Iterator[Any]:
        """What a verb moves: its subject and object, and those of the verb that it is joined to."""
        yield verb.head
        for each in (verb, verb.head):
            yield from (child for child in each.children if child.dep_ in (*SUBJECTS, "dobj"))

    def _counted(self, noun: Any) -> tuple[CasualtyOutcome, Any] | None:
        """The outcome that a toll counts: "death toll", "the number of people hurt", "its figure for the injured"."""
        if not self._listed("tolls", noun) or (is_verb(noun) and noun.dep_ not in ("pobj", "dobj", *SUBJECTS)):
            return None
        inside = [token for token in noun.subtree if token.i in self.cues]
        inside.sort(key=lambda token: (token.lower_ == "toll", token.i))
        return (self.cues[inside[0].i], inside[0]) if inside else None

    def _complement(self, verb: Any, depth: int = 2) -> tuple[CasualtyOutcome, Any] | None:
        """ "were dead", "were taken hostage", "are in hospital", "were said to have died", "was among the wounded"."""
        for child in verb.children:
            if child.dep_ not in _COMPLEMENTS and not (child.dep_ == "dobj" and self._listed("suffered", verb)):
                continue
            if child.dep_ in ("ccomp", "advcl") and has_subject(child):
                continue
            if (child.dep_ == "advcl" and self._is_agent(child)) or (child.dep_ == "attr" and self._is_deed(child)):
                continue
            found = self._cue(child) or self._group(child)
            if not found and child.dep_ == "dobj":  # "light to moderate injuries"
                found = next(filter(None, map(self._cue, led_to(child, {"to"}))), None)
            if not found and depth and child.dep_ == "xcomp":
                found = self._complement(child, depth - 1)
            if found:
                return found
        return None

    def _group(self, preposition: Any) -> tuple[CasualtyOutcome, Any] | None:
        """ "among the dead", "among those killed", "one of the wounded"; "among them" are those of before."""
        if preposition.lower_ not in ("among", "of", "with"):
            return None
        beside = preposition.lower_ == "with"
        for noun in preposition.children:
            if beside and self.cues.get(noun.i) != "injured":
                continue  # one is hurt "with injuries", and charged "with murder"
            if noun.dep_ == "pobj":
                if noun.lower_ in ("them", "these", "those", "whom"):
                    among = preposition.lower_ == "among"
                    unsaid = among or preposition.head.dep_ not in SUBJECTS  # not "two of them were unhurt"
                    return self._own(noun) or (self._said_before(noun, among) if unsaid else None)
                victims = self._victims(noun) and preposition.head.dep_ in SUBJECTS
                return self._cue(noun) or self._own(noun) or (self._said_before(noun) if victims else None)
        return None

    def _victims(self, noun: Any) -> bool:
        """Whether a noun is for those of the sentence before: "five of the victims were women"."""
        return noun.lower_ in ("victims", "victim") and not self.cues

    def _said_before(self, pronoun: Any, earlier: bool = True) -> tuple[CasualtyOutcome, Any] | None:
        """What was told last, in this sentence or at the beginning of the one before."""
        places = [place for place in self.cues if place < pronoun.i]
        if places:
            return self.cues[max(places)], pronoun
        return (self.earlier, pronoun) if self.earlier and earlier else None

    def _own(self, node: Any) -> tuple[CasualtyOutcome, Any] | None:
        """ "dead soldiers", "people killed in …", "a man who died", "ten wounded"."""
        for child in node.children:
            if child.dep_ == "advmod" and child.i in self.cues:  # "stabbed five, two of them fatally"
                return self._cue(child)
        for child in node.children:
            if child.i in self.cues and child.dep_ in ("amod", "acomp", "advcl", "nmod", "acl", "relcl", "prep"):
                if child.dep_ in ("acl", "relcl") and (self._is_agent(child) or _of_others(child)):
                    continue
                if child.dep_ == "amod" and child.tag_ == "VBG":
                    continue
                after = node.nbor() if child.dep_ == "acl" and child.i > node.i else node
                if after.lower_ == "that" and after.tag_ == "IN":
                    continue  # "a claim that a boy died"
                return self._cue(child)
            joined = child.lower_ in ("with", "among") or (child.lower_ == "of" and node.pos_ == "NUM")
            if child.dep_ == "prep" and joined and (found := self._group(child)):
                return found
        outcome = self.cues.get(node.i)
        counted = node.pos_ != "VERB" or _is_numbered(node)
        wound = node.dep_ == "pobj" and node.head.i in self.cues  # the chest of "shot in the chest"
        return (outcome, node) if outcome and counted and outcome != "captured" and not wound else None

    def _cue(self, token: Any) -> tuple[CasualtyOutcome, Any] | None:
        found = self.cues.get(token.i)
        return (found, token) if found else None

    def _is_agent(self, verb: Any) -> bool:
        """Whether the subject of a verb did it to somebody else: "a bomb killed nine"."""
        if self._shares_object(verb):
            return True
        return any(objects(verb)) and not (
            any(child.dep_ == "auxpass" for child in verb.children)
            or self._listed("suffered", verb)
            or any(child.dep_ == "dobj" and self._listed("own", child) for child in verb.children)
        )

    def _shares_object(self, verb: Any) -> bool:
        """ "a shell killed and wounded dozens": the object stands behind the second verb."""
        after = self.doc[verb.i + 1 : verb.i + 3]
        joined = len(after) == 2 and after[0].dep_ == "cc" and after[1].head == verb and after[1].dep_ == "conj"
        passive = any(child.dep_ == "auxpass" for child in verb.children)
        fatal = joined and not passive and is_verb(verb) and not self._listed("dying", verb)
        return fatal and after[1].i in self.cues and any(child.dep_ == "dobj" for child in after[1].children)

    def _above(self, node: Any) -> Any | None:
        """The word whose fate a head shares: the first of a list, what it is a part or an apposition of."""
        if node.dep_ in _SAME and _is_spared(node):
            return None
        if node.dep_ in _SAME and node.head != node and not (is_verb(node.head) and not is_verb(node)):
            return node.head
        if node.dep_ == "ROOT" and node.left_edge.i > 1 and is_rank(self.doc[node.left_edge.i - 2]):
            return self.doc[node.left_edge.i - 2]  # "killing Sgt. Ali Omar", of which the parse makes two sentences
        if node.dep_ in ("quantmod", "nummod") and node.head.pos_ == "NUM":
            return node.head  # "from 12 to 19"
        if node.dep_ == "nsubj" and not is_verb(node.head) and is_verb(node.head.head):
            return self._objects(node.head.head, node)  # "…, nine of them children"
        if node.dep_ != "pobj":
            return None
        preposition, above = node.head, node.head.head
        if preposition.lower_ == "with" and above.lower_ in ("along", "together"):
            preposition, above = above, above.head
        if preposition.lower_ == "with" and preposition.i and preposition.nbor(-1).lower_ in ("along", "together"):
            preposition = preposition.nbor(-1)  # read as two words that hang from the verb
        if preposition.lower_ in ("including", "among", "like", "alongside", "along", "together"):
            further = islice(above.ancestors, 3) if preposition.lower_ == "including" and not is_count(node) else ()
            wholes = [self._objects(each, preposition) if is_verb(each) else each for each in (above, *further)]
            met = (each for each in wholes if each is not None and (self._governor(each) or self._own(each)))
            return next(met, wholes[0])  # "were hurt in a raid, including two clerks", read as two of the raid
        return above if preposition.lower_ == "of" and self._listed("collections", above) else None

    def _objects(self, verb: Any, preposition: Any) -> Any | None:
        """The noun that "including" goes on with, where it hangs on the verb."""
        nouns = [child for child in verb.children if child.dep_ in (*SUBJECTS, "dobj") and child.i < preposition.i]
        return nouns[-1] if nouns else None

    def _is_deed(self, word: Any) -> bool:
        """ "His murder was an act …", "… is the worst injury": a word of outcome that stands for what was done, for nobody."""
        if word.i not in self.cues or self._listed("tolls", word) or word.lower_.startswith("fatalit"):
            return False
        deed = word.dep_ == "csubj" or word.tag_ in ("NN", "NNS", "VBG")
        return deed and self.lexicon.words["persons"].fullmatch(word.text) is None

    def _listed(self, words: str, token: Any) -> bool:
        return token.lower_ in self.lexicon.sets[words]


def objects(verb: Any) -> Iterator[Any]:
    """To whom a verb does something; in "killed nine men queuing", of which the parse makes a clause, nine men."""
    for child in verb.children:
        if child.dep_ == "dobj":
            yield child
        elif child.dep_ in ("ccomp", "advcl") and child.tag_ == "VBG":
            yield from (each for each in child.children if each.dep_ == "nsubj" and each.left_edge.i == verb.i + 1)


def _is_spared(word: Any) -> bool:
    """The mayor of "wounded two guards but the mayor was unhurt", which the parse lists with the guards."""
    but = next((child for child in word.head.children if child.dep_ == "cc" and child.lower_ == "but"), None)
    return but is not None and but.i < word.i and but.nbor().lower_ not in ("also", "even")


def _of_others(clause: Any) -> bool:
    """ "A church in Brod, where six were killed": what the clause says is not said of the noun before it."""
    return any(each.dep_ in SUBJECTS and each.tag_ not in ("WP", "WDT", "WP$") for each in clause.children)


def _is_numbered(word: Any) -> bool:
    """ "Nine wounded", "several wounded", "nine Friday"."""
    return any(each.dep_ == "nummod" or each.lower_ == "several" for each in word.children)


def _place(word: Any) -> int:
    return int(word.i)


def is_rank(word: Any) -> bool:
    """Whether a word is an abbreviated rank before a name: "Sgt" in "Sgt. Ali Omar"."""
    after = word.doc[word.i + 1 : word.i + 3]
    short = 1 < len(word) < 6 and word.text.istitle() and not word.whitespace_
    return short and len(after) == 2 and after[0].text == "." and after[1].tag_ == "NNP"


def _is_definite(noun: Any) -> bool:
    return any(child.lower_ == "the" or child.dep_ == "poss" for child in noun.children)
