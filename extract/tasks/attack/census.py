"""Everybody in a sentence of whom its parse says what became: counted, described one by one, or named."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from extract.articles.sentences import Span
from extract.records.borders import HYPHENS
from extract.tasks.attack.fates import Fates, is_rank
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.nouns import led_to
from extract.tasks.attack.numerals import NumberMention, find_numbers
from extract.tasks.attack.schema import Bound, CasualtyOutcome
from extract.tasks.attack.syntax import SUBJECTS, child, has_subject, is_verb, subject_of

_COUNTS = ("nummod", "amod", "det", "predet", "quantmod", "compound", "poss", "nmod", "advmod")
_NOUNS = ("NOUN", "PROPN", "ADJ", "VERB")
_BACK = 5
"""Heads back to which a bare number is taken to go on; further back nobody reads on, and the work would grow."""
_LETTERS = 4
"""So many capitals are the letters that a body is called by."""
_REST = ("others", "more", "further")
"""What stands for people of a kind that was named before."""
_RANKS = re.compile(r"(?:\b(?:[A-Z][a-z]{1,4}\.|Lt|Gen|Col|Maj|Capt|Sgt)\s)+\Z")
_NATION = re.compile(r"\w{3,}(?:an|ish|ese)")
_AGED = re.compile(r"(?:,\s|\s\()\d{1,2}(?=[,.;)])")
_POST = re.compile(r"(?:leader|commander|chief|head|member|aide|deput(?:y|ie)|figure|lieutenant|official)s?\Z")
_ORDINAL = re.compile(r"(?:first|second|third|\w+th|\d+(?:st|nd|rd|th)|latest|last|only)\Z")
_PERSONAL = re.compile(r"(?:m[ae]n|women|woman|(?:[eo]r|ist|ian|ant|ee|eer)s?)\Z")
"""Ends of words for people; what was captured may as well be a hill."""


def tokens_in(doc: Any, sentence: Span, span: Span) -> Any:
    """The tokens of a sentence that a span of the text touches."""
    return doc.char_span(span.start - sentence.start, span.end - sentence.start, alignment_mode="expand") or ()


@dataclass(frozen=True, slots=True)
class Head:
    """People as a sentence counts, describes or names them.

    Attributes:
        root: the word by which they hang in the parse of the sentence.
        noun: what they are called; nothing for a bare number.
        after: what they are said to be besides.
        post: what they are in which body: "the leader of the Veld Front, a militant group".
        foe: one whom police or guards shot, as they do attackers.
        recalled: "the killing of Ann Lee": whoever says so does not report it.
    """

    phrase: Span
    text: Span
    value: int | None
    bound: Bound
    outcome: CasualtyOutcome
    root: Any
    noun: str
    after: str
    named: bool = False
    foe: bool = False
    recalled: bool = False
    post: str = ""


@dataclass(frozen=True, slots=True)
class Census:
    """Everybody in one sentence of whom it says what became."""

    text: str
    sentence: Span
    doc: Any
    lexicon: Lexicon
    fates: Fates

    def scope(self, root: Any) -> tuple[Span, ...]:
        """Where a place is theirs: what opens the sentence, and all from their own clause on.

        For the two of "In Lorvik, a boy died and two were hurt in Tamsk": "In Lorvik", and "two were hurt in Tamsk".
        """
        clause = next((each for each in (root, *root.ancestors) if _is_joined_clause(each)), None)
        front = next((token.idx for token in self.doc if token.text == ","), 0) if self.doc[0].pos_ == "ADP" else 0
        at = self.sentence.start
        return Span(at, at + front), Span(at + (clause.left_edge.idx if clause else 0), self.sentence.end)

    def is_told(self, root: Any, said: Span) -> bool:
        """Not by "claimed an attack that killed six", nor by "two died, with police saying that they search on"."""
        verb = next(iter(tokens_in(self.doc, self.sentence, said)), root)
        if verb.dep_ == "pcomp" and root not in verb.subtree:
            return False
        relative = verb.dep_ == "relcl" and any(each.tag_ in ("WDT", "WP") for each in verb.subtree)
        if relative and root not in verb.subtree:
            return False  # "two died in a blast, which police said was a bomb"
        speaker = child(verb, "nsubj")
        inner = [root, *takewhile(lambda each: each != speaker, root.ancestors)]
        if speaker is not None and inner[-1].head == speaker and any(each.dep_ == "relcl" for each in inner):
            return False  # "a witness to a raid that killed two says"
        way = [root, *takewhile(lambda each: each != verb, root.ancestors)]
        if verb.i < root.i and any(each.dep_ == "relcl" and _is_definite(each.head) for each in way):
            return False  # "police know no reason for the attacks that killed six"
        inside = verb.i < root.i and verb in root.ancestors and any(each.dep_ == "relcl" for each in way)
        return way[-1].dep_ == "ccomp" or not inside

    def heads(self) -> list[Head]:
        """Numbers of people, single people and named ones, in order and without overlap."""
        found: list[Head] = []
        taken: set[int] = set()
        for number in find_numbers(self.text, self.lexicon, self.sentence.start, self.sentence.end):
            tokens = tokens_in(self.doc, self.sentence, number.span)
            if not tokens:
                continue
            root, noun = self._counted(tokens)
            taken.update(token.i for token in (*tokens, noun or root))
            if head := self._number(number, root, noun, found):
                head = self._by_name(head, taken)
                found.append(head)
                if head.value is None and (other := self.fates.also(root, head.outcome)):
                    found.append(replace(head, outcome=other))
        for token in self.doc:
            if token.i in taken:
                continue
            if head := self._single(token, found) or self._named(token) or self._shot_back(token):
                found.append(self._by_name(head, taken))
        return sorted(found, key=lambda head: head.phrase.start)

    def _span(self, first: Any, last: Any) -> Span:
        start, doc = self.sentence.start, self.doc
        while (
            last.i + 2 < len(doc)
            and doc[last.i + 1].text in HYPHENS
            and not (last.whitespace_ or doc[last.i + 1].whitespace_)
        ):
            last = doc[last.i + 2]  # "a passer-by" is read as three words
        return Span(start + first.idx, start + last.idx + len(last))

    def _counted(self, tokens: Any) -> tuple[Any, Any | None]:
        """The word by which a number hangs in the parse, and the noun that it counts."""
        inside, end = {token.i for token in tokens}, tokens[-1].i
        root = next((t for t in tokens if t.pos_ != "ADP" and (t.head.i not in inside or t.head == t)), None)
        if root is None:  # "Up to 8-10 people": the parse sees a phrase of place
            noun = next((t for t in self.doc[end + 1 : end + 4] if t.pos_ != "ADJ"), tokens[-1])
            return (noun, noun) if noun.pos_ == "NOUN" else (tokens[-1], None)
        parts = [noun for of in root.children if of.lower_ == "of" and of.i > end for noun in of.children]
        if noun := next((noun for noun in parts if noun.dep_ == "pobj" and noun.pos_ not in ("PRON", "NUM")), None):
            return root, noun
        if root.dep_ == "nummod" and root.head.text.endswith("day"):
            return root.head if root.head.dep_ == "pobj" else root, None  # "rose to nine Friday", "and 19 hurt Friday"
        if root.dep_ == "npadvmod" and root.head.dep_ == "amod" and root.head.i == end + 1:
            return root.head.head, root.head.head  # "thirty armed rebels", of which the parse makes armed by thirty
        if root.dep_ in _COUNTS and root.head.pos_ in _NOUNS and root.head.i > end:
            split = all(t.text != "," for t in tokens) and any(t.text == "," for t in self.doc[end : root.head.i])
            return (root, None) if split else (root.head, root.head)
        return root, None

    def _number(self, number: NumberMention, root: Any, noun: Any | None, before: list[Head]) -> Head | None:
        """A number that counts people of whom it is told what became."""
        some = number.value is None and (self._is_share(noun) or (noun is None and self._is_part(root)))
        # "two women, both of Lorvik"
        again = root.lower_ == "both" and root.dep_ == "appos" and root.head.pos_ == "NOUN"
        again = again or self._is_share(root) or self.fates.is_bare_part(root)
        if some or again or (self._is_age(root) and (noun is None or root.lower_ == "one")):
            return None
        outcome = self.fates.of(root, bare=noun is None or noun.lower_ in _REST)
        if outcome is None or (noun is not None and not self._may_be_people(noun, outcome)):
            return None
        bound: Bound = "at_least" if number.bound == "exact" and self._is_passed(root) else number.bound
        phrase = Span(number.span.start, max(number.span.end, self._span(noun, noun).end if noun else 0))
        inside = tokens_in(self.doc, self.sentence, number.span)[0].i in self.fates.cues  # "beat two men to death"
        told = noun is not None and noun.i in self.fates.cues and not inside
        bare = noun is None or told or noun.lower_ in _REST
        words = self._understood(root, before) if noun is None or bare else _membership(noun)
        post = "" if noun is None else _post(noun)
        return Head(phrase, number.span, number.value, bound, outcome, root, words, self._after(root), post=post)

    def _is_age(self, root: Any) -> bool:
        """ "Ann Lee, 44"; "Ann Lee, one of the leaders"; "the dead man was 44"."""
        who = child(root.head, "nsubj") if root.dep_ == "attr" else None
        if who is not None and who.tag_ in ("NN", "NNP", "PRP"):
            return self.lexicon.words["persons"].fullmatch(who.text) is not None or who.ent_type_ == "PERSON"
        return root.dep_ in ("appos", "npadvmod") and root.head.pos_ == "PROPN"

    def _is_passed(self, root: Any) -> bool:
        """ "The toll has topped 40", "rose above 40"."""
        return root.dep_ in ("dobj", "pobj") and root.head.lower_ in self.lexicon.sets["passing"]

    def _is_share(self, root: Any | None) -> bool:
        """ "none of the 40", "one of the nine": the forty are not the figure; "many of the injured" is a share."""
        if root is None or root.dep_ != "pobj" or root.head.lower_ not in ("of", "among"):
            return False
        whole, definite = root.head.head, any(child.dep_ in ("det", "poss") for child in root.children)
        if whole.lower_ in self.lexicon.sets["negative"]:
            return True
        part = whole.pos_ in ("NUM", "PRON", "DET", "ADJ") and whole.lower_ not in ("all", "both")
        return definite and part and not self.fates.is_bare_part(whole)

    def _is_part(self, root: Any) -> bool:
        """ "many of them"."""
        return root.lower_ in ("many", "some") and any(child.lower_ == "of" for child in root.children)

    def _may_be_people(self, noun: Any, outcome: CasualtyOutcome) -> bool:
        """Whether a noun can be people: a word for them, or one that is none for things and beasts."""
        words = noun.lower_
        if self.lexicon.words["persons"].fullmatch(words) or noun.i in self.fates.cues or words == "old":
            return words not in ("wound", "wounds") and not self.lexicon.words["body_parts"].fullmatch(words)
        if words in self.lexicon.sets["tolls"] or noun.ent_type_ in ("DATE", "TIME") or self._is_thing(noun):
            return False
        if words.endswith("ing") or any(self.lexicon.words[e].fullmatch(words) for e in ("animals", "areas", "attack")):
            return False
        told = {self.doc[place].lower_ for place, what in self.fates.cues.items() if what == outcome}
        vague = all(each in ("captured", "seized", "seizing") or self.lexicon.has("wounding", each) for each in told)
        among = _is_listed(noun) or any(child.lower_ in ("among", "of") for child in noun.head.children)
        loose = noun.dep_ in ("appos", "attr", "npadvmod") and not among  # "it killed two, a level of violence …"
        personal = noun.ent_type_ == "NORP" or any(
            each.search(words) for each in (_PERSONAL, self.lexicon.words["roles"])
        )
        return noun.pos_ in _NOUNS and (personal or not (vague or loose))

    def _is_thing(self, noun: Any) -> bool:
        """Whether the last words of a noun phrase are those of a thing or a weapon."""
        words = self.doc[noun.left_edge.i : noun.i + 1].text
        kinds = (*self.lexicon.kinds("thing"), *self.lexicon.kinds("weapon"))
        return any(found.end() == len(words) for kind in kinds for found in kind.pattern.finditer(words))

    def _understood(self, root: Any, before: list[Head]) -> str:
        """The noun a bare number leaves out: "six soldiers were killed and eight wounded"."""
        last = before[-1] if before and root.dep_ == "npadvmod" else None
        if last and (root.head == last.root.head or any(child.lower_ == "of" for child in root.children)):
            return last.noun  # "two tourists were hurt, one seriously", "three of them seriously"
        if root.dep_ in ("pobj", "npadvmod"):
            return self._measured(root)
        if hit := self._attacked(root):
            return hit
        one = root.lower_ == "another" or _ORDINAL.match(root.lower_) is not None
        if root.lower_ in _REST or self._goes_on(root, before):
            several = (h for h in reversed(before) if one or h.value != 1 or h.text != h.phrase)  # "one nurse"
            wholes = (h for h in several if h.root.head.lower_ != "including")
            last = next(wholes, None)
            told = last and last.noun and (one or self._has_rest(last))
            return self.text[last.phrase.start : last.phrase.end] if last and told else ""
        return ""

    def _goes_on(self, root: Any, before: list[Head]) -> bool:
        """Whether what is said of a number goes on from a verb that one of the last heads hangs from."""
        above = {each.i for each in root.ancestors}
        verbs = {head.root.head.i: head.root.head for head in before[-_BACK:]}.values()
        cues = self.fates.cues
        return any(each.i in above and (is_verb(each) or each.i in cues) for verb in verbs for each in verb.conjuncts)

    def _attacked(self, root: Any) -> str:
        """ "Fired on soldiers, killing one": those attacked, where a verb of outcome goes on from the attack."""
        attack = root.head.head
        if root.dep_ != "dobj" or root.head.dep_ != "advcl" or root.head.tag_ != "VBG" or attack.i in self.fates.cues:
            return ""
        nouns = [child for child in attack.children if child.dep_ == "dobj"]
        nouns += [noun for each in (attack, *nouns) for noun in led_to(each, {"on", "at"})]
        hit = (noun.text for noun in nouns if noun.tag_ == "NNS")
        kinds = ("soldiers", "police", "rescuers", "civilians")  # shots at militants hit others as well
        return next((each for each in hit if self.lexicon.group_of(each) in kinds), "")

    def _has_rest(self, head: Head) -> bool:
        """Whether those counted after a head without a noun are of its kind: "six soldiers died and eight were hurt"."""
        kind = self.lexicon.group_of(self.text[head.phrase.start : head.phrase.end]) if head.noun else None
        return kind in ("soldiers", "police", "militants", "rescuers", "civilians")

    def _measured(self, root: Any) -> str:
        """Who a toll counts: "put the number of dead soldiers at 15"."""
        verb = root.head.head if root.dep_ == "pobj" else root.head
        tolls = (each for each in verb.children if each.lower_ in self.lexicon.sets["tolls"])
        counted = (noun for toll in tolls for of in toll.children if of.lower_ == "of" for noun in of.children)
        return next((noun.text for noun in counted if self.lexicon.words["persons"].fullmatch(noun.text)), "")

    def _after(self, root: Any) -> str:
        """What a number is said to be: "nine of them were women", "two of them children"."""
        if root.dep_ in SUBJECTS and root.head.pos_ == "NOUN":
            return str(root.head.text)
        siblings = [*root.head.children] if root.dep_ in SUBJECTS else []
        owned = child(root, "poss") is not None  # "her son, a nurse"; "a cook, a nurse and a guard" are three
        if owned or any(each.lower_ == "of" for each in root.children):
            siblings += root.children
        return next((each.text for each in siblings if each.dep_ in ("attr", "acomp", "appos") and each.i > root.i), "")

    def _single(self, noun: Any, before: list[Head]) -> Head | None:
        """ "a 40-year-old man", "her baby", "the imam": one person each."""
        leader = next((child for child in noun.children if child.dep_ in ("det", "poss") and child.i < noun.i), None)
        if noun.lower_ == "another":
            return self._another(noun, before)
        leader = leader or (noun if self._in_headline(noun) else None)
        if leader is None or noun.tag_ not in ("NN", "NNP", "JJ") or noun.lower_ == "life":
            return None
        if noun.tag_ == "NNP" and noun.ent_type_ == "GPE" and any(child.text == "," for child in noun.children):
            return None  # "a Springfield, Ohio, guard"
        inside = {leader.i, noun.i + 1} <= self.fates.cues.keys()
        if noun.i in self.fates.cues and (not inside or self._is_thing(noun)):
            return None  # not so "beat a man to death"; "to a hospital" and "shot in the chest" are nobody
        if not self._is_one(noun, leader) or self._is_told_apart(noun) or self._is_share(noun):
            return None
        whole = all(token.text != "," for token in self.doc[noun.i : noun.right_edge.i])
        behind = {noun.i + 1, noun.right_edge.i + 1 if whole else noun.i + 1} - {len(self.doc)}
        if any(self.lexicon.words["said"].fullmatch(self.doc[place].text) for place in behind):
            return None  # "…, killing two, residents and an official said", "…, a nurse at the clinic said"
        outcome = self.fates.of(noun)
        if outcome is None or not self._may_be_people(noun, outcome):
            return None
        first = leader if leader.left_edge.is_punct else leader.left_edge  # "## A guard is shot"
        phrase = self._span(first, noun)
        again = _ORDINAL.match(noun.lower_)  # "killed a soldier and injured a second"
        words = self._understood(noun, before) if again else _membership(noun).removesuffix("old")
        who = noun.head if noun.dep_ == "appos" else noun  # "police shot the attacker, a Norlandic national"
        foe = _is_definite(who) and outcome == "killed" and self._by_police(who)
        return Head(phrase, phrase, 1, "exact", outcome, noun, words, self._after(noun), foe=foe, post=_post(noun))

    def _shot_back(self, word: Any) -> Head | None:
        """ "police shot him dead", "he shot himself": the attacker, by a pronoun."""
        attacked = len(self.fates.cues.keys() - {word.i, word.head.i}) > 0 or self.lexicon.has("gunmen", self.doc.text)
        own = word.lower_ in ("himself", "herself") and attacked
        if not own and (word.lower_ not in ("him", "he", "her", "she") or not self._by_police(word)):
            return None
        outcome, phrase = self.fates.of(word) or (own and self.fates.cues.get(word.i)), self._span(word, word)
        return Head(phrase, phrase, 1, "exact", outcome, word, "", "", foe=True) if outcome == "killed" else None

    def _by_police(self, noun: Any) -> bool:
        """Whether police or guards did it to somebody."""
        verb = noun.head
        if noun.dep_ == "nsubjpass":
            verbs = (verb, *verb.conjuncts)
            agents = [by for each in verbs for by in each.children if by.dep_ == "agent"]
            doers = [doer for by in agents for doer in by.children]
        else:
            shot = verb.i in self.fates.cues or self.lexicon.words["wounding"].match(verb.text)
            doer = subject_of(verb) if noun.dep_ == "dobj" and is_verb(verb) and shot else None
            doers = [] if doer is None else [doer]
        words = (self.doc[doer.left_edge.i : doer.i + 1].text for doer in doers)
        return any(self.lexicon.has("keepers", each) for each in words)

    def _in_headline(self, noun: Any) -> bool:
        """ "Teacher killed in blast": headlines leave the article out."""
        return noun.tag_ in ("NN", "NNP") and noun.dep_ in (*SUBJECTS, "dobj", "conj") and not self.doc[-1].is_punct

    def _is_one(self, noun: Any, leader: Any) -> bool:
        """Any noun after "a"; after "the" and "his" a word for people, or one that stands in a list of them."""
        if any(noun.lower_ in self.lexicon.sets[each] for each in ("no_single", "collections")):
            return False
        if leader.lower_ in ("a", "an", "another") or leader.ent_type_ == "PERSON" or noun.lower_ == "old":
            return True
        known = any(self.lexicon.words[each].fullmatch(noun.lower_) for each in ("persons", "roles"))
        listed = any(self.lexicon.words["persons"].fullmatch(other.lower_) for other in noun.conjuncts)
        return known or listed or noun.dep_ == "conj" or noun.head.lower_ == "including"

    def _another(self, word: Any, before: list[Head]) -> Head | None:
        """ "one man was killed and another wounded"."""
        if word.dep_ not in (*SUBJECTS, "dobj", "conj") and word.head.i not in self.fates.cues:
            return None
        outcome, phrase = self.fates.of(word), self._span(word, word)
        noun = self._understood(word, before)
        return Head(phrase, phrase, 1, "exact", outcome, word, noun, self._after(word)) if outcome else None

    def _is_told_apart(self, noun: Any) -> bool:
        """A noun that only describes somebody: "Ann Lee, a teacher,", "the imam, Omar Said,"; or no noun phrase at all."""
        if noun.dep_ == "appos" and (noun.head.tag_ == "NNP" or (noun.head.tag_ == "NN" and not _is_listed(noun))):
            return not _is_definite(noun.head)
        if noun.dep_ == "attr" and (who := child(noun.head, "nsubj")) is not None and who.tag_ == "NNP":
            return True  # "Ann Lee, who was shot dead, was a teacher"
        return any(
            (
                child.dep_ == "amod"
                and _ORDINAL.match(child.lower_)
                and not any(each.lower_ in ("a", "an") for each in noun.children)
            )
            or (child.dep_ == "appos" and (child.tag_ == "NNP" or (_is_definite(noun) and not _is_listed(child))))
            or (child.dep_ == "amod" and child.tag_ == "VBN" and child.n_lefts)
            for child in noun.children
        )

    def _named(self, name: Any) -> Head | None:
        """A person by name, with the rank before it."""
        if name.tag_ != "NNP" or name.dep_ == "compound" or name.is_punct or name.i in self.fates.cues or is_rank(name):
            return None
        first = self._first_of(name)
        if first.i and self.doc[first.i - 1].text == "(":
            return None  # "Ivo Petrov (L-Veld)"
        words = [token.text for token in self.doc[first.i : name.i + 1]]
        # "wounded reporter Ann Lee, 28", of which a parse makes two
        before = self.doc[first.i - 1] if first.i else name
        called = before.tag_ == "NN" and self.lexicon.words["persons"].fullmatch(before.lower_) and not before.n_lefts
        fate = self.fates.of(name) or (self.fates.of(before) if called else None)
        outcome = fate if self._is_person(words, name) else None
        if outcome is None:
            return None
        phrase = self._with_rank(self._span(first, name))
        rank = self.lexicon.words["roles"].fullmatch(" ".join(words)) is not None  # "General killed in blast"
        of = name.head if name.dep_ == "pobj" and name.head.lower_ == "of" else None
        recalled = of is not None and of.head.pos_ == "NOUN" and of.head.i in self.fates.cues
        role = before.text if called else self._role(name, phrase)
        return Head(phrase, phrase, 1, "exact", outcome, name, "", role, named=not rank, recalled=recalled)

    def _first_of(self, name: Any) -> Any:
        first = name
        while first.i and _belongs(self.doc[first.i - 1], first, name):
            first = self.doc[first.i - 1]
        return first

    def _by_name(self, head: Head, taken: set[int]) -> Head:
        """ "A man, identified as Ivo Petrov, was killed": him by name, and a man."""
        verbs = [each for each in (head.root.head, *head.root.children) if each.lower_ in ("identified", "named")]
        told = [noun for verb in verbs for noun in (*led_to(verb, {"as"}), child(verb, "oprd")) if noun is not None]
        name = next((noun for noun in told if noun.tag_ == "NNP"), None)
        if name is None or head.value != 1 or head.named:
            return head
        first = self._first_of(name)
        if not self._is_person([token.text for token in self.doc[first.i : name.i + 1]], name):
            return head
        taken.add(name.i)
        span, known = self._span(first, name), self.text[head.phrase.start : head.phrase.end]
        return replace(head, phrase=span, text=span, named=True, after=f"{known} {head.after}")

    def _role(self, name: Any, phrase: Span) -> str:
        """What a person is: "Ann Lee, a nurse", "the chief of police, Ann Lee", "reporter Ann Lee", "Colonel Lee"."""
        if after := next((each for each in name.children if each.dep_ == "appos" and each.pos_ == "NOUN"), None):
            return _post(after) or str(after.text)
        if name.dep_ == "nsubjpass" and name.head.lower_ in ("identified", "named"):
            return " ".join(
                each.text for each in led_to(name.head, {"as"})
            )  # "Ivo Petrov was identified as the gunman"
        first = name.head.left_edge if name.dep_ == "appos" else name.left_edge
        return self.text[min(phrase.start, self._span(first, name).start) : phrase.end]

    def _with_rank(self, name: Span) -> Span:
        """A name with the abbreviated ranks before it, of which the parse makes words of their own."""
        found = _RANKS.search(self.text, max(self.sentence.start, name.start - 30), name.start)
        return Span(found.start(), name.end) if found else name

    def _is_person(self, words: list[str], name: Any) -> bool:
        """Whether capitalised words can be somebody's name."""
        text = " ".join(words)
        if self.lexicon.has("countries", text) or self.lexicon.side_of(text) or self._is_thing(name):
            return False
        aged = _AGED.match(self.text, self._span(name, name).end)
        if aged or name.ent_type_ == "PERSON" or self.lexicon.has("roles", text):
            return True
        if len(words) == 1 or name.ent_type_ in ("GPE", "LOC", "FAC", "NORP"):
            return False
        letters = any(2 <= len(word) <= _LETTERS and word.isalpha() and word.isupper() for word in words)  # "Real IRA"
        return not letters and not any(self.lexicon.has(each, text) for each in ("no_persons", "bodies", "areas"))


def _belongs(word: Any, first: Any, name: Any) -> bool:
    """Whether the word before the first of a name belongs to it: "Ann" in "Ann Lee", "al-" in "al-Amin"."""
    if word.text in ("-", "‑") or (word.text.isalpha() and not word.whitespace_):
        return True
    if word.ent_type_ == "NORP" and _NATION.fullmatch(word.text):
        return False  # "Norwegian Cpl. Ann Lee"
    return bool(word.text[0].isupper() and word.head in (name, first))


def _membership(noun: Any) -> str:
    """What people are, or what they are members of: "members of the security forces"."""
    member = noun.lower_ in ("member", "members", "officer", "officers")
    of = next((child for child in noun.children if member and child.lower_ == "of"), None)
    return str(noun.text if of is None else noun.doc[noun.i : of.right_edge.i + 1].text)


def _post(noun: Any) -> str:
    """ "A top commander of the Veld Front, a militant group": the phrase of a post, with the body that it is held in."""
    if not _POST.match(noun.lower_):
        return ""
    bodies = [body for of in noun.rights if of.lower_ in ("of", "in", "from", "to") for body in of.children]
    last = max((child(body, "appos") or body for body in bodies), key=lambda each: int(each.i), default=noun)
    return str(noun.doc[noun.left_edge.i : last.i + 1].text)


def _is_joined_clause(verb: Any) -> bool:
    return verb.dep_ == "conj" and is_verb(verb) and has_subject(verb)


def _is_definite(noun: Any) -> bool:
    return any(child.lower_ == "the" for child in noun.children)


def _is_listed(noun: Any) -> bool:
    """Whether an apposition is rather a member of a list: "a woman, her son and a guard"."""
    return any(child.dep_ in ("poss", "conj") for child in noun.children)
