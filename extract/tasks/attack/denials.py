"""What a sentence says did not happen: it denies it, or tells what may, would or was meant to happen. By its parse."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.syntax import STEPS, SUBJECTS, has_subject, is_had, is_verb

_NOT_REAL = frozenset(
    ("could", "would", "might", "may", "should", "can", "will", "shall", "must", "ca", "wo", "'ll", "’ll", "'d", "’d")
)
_NEGATING = frozenset({"neg", "preconj", "det", "mark", "advmod", "cc"}) | SUBJECTS


@dataclass(frozen=True, slots=True)
class Denials:
    """What one sentence says did not happen.

    Attributes:
        cues: numbers of its words that tell what became of somebody ("killed").
    """

    cues: Container[int]
    lexicon: Lexicon

    def of(self, start: Any) -> bool:
        """Whether the clause of a word is denied, by itself or by a clause around it."""
        node = start
        shared = True  # whether what stands at a word holds for the one below it
        joined = False  # "denied it and put the toll at ten": the word itself does not
        for _ in range(STEPS):
            above = node.head
            if shared and self._negated(node, joined):
                return True
            if above == node or node.dep_ == "relcl" or _is_apart(node, above):
                return False
            if node.dep_ in ("ccomp", *SUBJECTS) and self._doubted(above, clause=node.dep_ == "ccomp"):
                return True
            shared, joined = self._shares(node, above), node.dep_ == "conj"
            if not shared and not joined and self._listed("denied", above):
                return True
            if joined and not shared and above.dep_ == "ccomp" and not has_subject(node):
                above = above.head  # read as joined to the clause that is denied: "denied that two had died and put …"
            node = above
        return False

    def _shares(self, node: Any, above: Any) -> bool:
        """Whether a "not" or "could" above holds below: "did not kill two", and not "has not named the two killed"."""
        if node.dep_ == "conj" and is_verb(node):
            return node.tag_ == above.tag_ and not has_subject(node) and not _but(above)
        if node.dep_ == "advcl":
            return _modal(above)
        if is_verb(above) and not is_verb(node) and node.dep_ not in ("acomp", "prep"):
            return above.i in self.cues or self._listed("existence", above)
        return node.dep_ not in ("ccomp", "pcomp")

    def _negated(self, node: Any, joined: bool) -> bool:
        if self._listed("negative", node) or _modal(node) or self._intended(node):
            return True
        if not joined and self._listed("denied", node):
            return True
        before = node.nbor(-1) if node.i and is_verb(node) else node
        if before.head == node and self._listed("missed", before):
            return True
        children = [child for child in node.children if child.dep_ in _NEGATING and self._listed("negative", child)]
        return any(child.nbor().lower_ not in ("only", "just") for child in children if child.i + 1 < len(child.doc))

    def _doubted(self, verb: Any, clause: bool) -> bool:
        """ "denied that", "feared that", "it is not true that", "the reports are false"."""
        if clause and (
            self._listed("denied", verb)
            or self._listed("feared", verb)
            or any(child.dep_ == "neg" for child in verb.children)
        ):
            return True
        said = [f"{verb.lower_} {child.lower_}" for child in verb.children if child.dep_ == "prt"]  # "ruled out"
        said += [child.lower_ for child in verb.children if child.dep_ in ("acomp", "attr")]
        return not self.lexicon.sets["denied"].isdisjoint(said)

    def _intended(self, node: Any) -> bool:
        """ "threatened to kill"; not "managed to kill", "are known to have died", "admitted to gunning down"."""
        if node.tag_ == "VBG" or node.dep_ not in ("xcomp", "advcl", "acl", "ccomp", "relcl"):
            return False
        auxes = {child.lower_ for child in node.children if child.dep_ in ("aux", "auxpass")}
        return "to" in auxes and not auxes & {"have", "be"} and not self._listed("managed", node.head)

    def _listed(self, words: str, token: Any) -> bool:
        return token.lower_ in self.lexicon.sets[words]


def _is_apart(node: Any, above: Any) -> bool:
    """Whether what is said above tells nothing about a clause: "he resigned after two died", "those killed"."""
    marks = [child.lower_ for child in node.children if child.dep_ == "mark"]
    if node.dep_ == "advcl":
        return node.tag_ != "VBG" and "if" not in marks
    return node.dep_ == "acl" and not marks and not is_verb(above)


def _modal(node: Any) -> bool:
    """ "could kill", "would have died"; what may have happened is told as a figure."""
    auxes = [child for child in node.children if child.dep_ in ("aux", "auxpass")]
    if not any(child.tag_ == "MD" and not is_had(child, node) for child in auxes):
        return False
    words = {child.lower_ for child in auxes}
    return not words & {"may", "must"} or not words & {"have", "be"}


def _but(verb: Any) -> bool:
    return any(child.dep_ == "cc" and child.lower_ in ("but", "yet") for child in verb.children)


def unreal(token: Any, lexicon: Lexicon) -> bool:
    """Whether what a word says is denied, only possible, planned or prevented."""
    for _ in range(6):
        for child in token.children:
            if child.tag_ == "JJS" and token.tag_ == "NNS":
                return True  # "one of the deadliest attacks on a school"
            if child.dep_ == "neg" or child.lower_ in ("no", "neither"):
                return True
            if child.dep_ == "aux" and child.lower_ in _NOT_REAL and not is_had(child, token):
                return True
            if child.dep_ == "mark" and child.lower_ in ("whether", "if"):
                return True
            if (
                child.lower_ == "to"
                and child.dep_ == "aux"
                and not any(aux.lower_ == "have" for aux in token.children)  # "appears to have been hit"
                and not lexicon.words["realised"].fullmatch(token.head.text)
            ):
                return True
        head = token.head
        if head == token:
            return False
        if lexicon.words["unreal"].fullmatch(head.text) and token.dep_ != "nsubj":
            return True
        if token.pos_ == "VERB" and token.dep_ not in ("conj", "xcomp", "pcomp", "advcl", "acl"):
            return False
        if token.pos_ in ("NOUN", "PROPN") and token.dep_ in SUBJECTS:
            return head.pos_ == "VERB" and any(child.dep_ == "neg" for child in head.children)
        token = head
    return False
