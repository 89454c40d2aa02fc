"""The clauses of a sentence: which of its words say one thing, and what each clause hangs from.

Only those are kept apart that can be about another attack than the rest: "…, a day after rebels shelled the town".
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.syntax import SUBJECTS, child, is_verb
from extract.tasks.attack.tellings import opens_clause, speaks

_NOUNS = (SUBJECTS - {"csubj"}) | {"expl"}
"""Subjects that make a clause one of its own; a clause as subject does not: "what Norland claimed was a strike"."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Words of a sentence that say one thing.

    Attributes:
        parent: number of the clause that it hangs from; None for the main one.
        coordinate: it stands beside the one it hangs from ("and elsewhere three were hurt").
        subject: who or what its verb tells of; for "which …", the word that this stands for.
        when: offset of the time that it says something of ("in 2017, when a gunman killed 58"); None for others.
        runs: its stretches, as offsets in the sentence.
    """

    parent: int | None
    coordinate: bool
    subject: str
    runs: tuple[tuple[int, int], ...]
    when: int | None = None

    def words(self, piece: str) -> str:
        """What it says, of the words of the sentence; its stretches kept apart, so that none reads on into the next."""
        return " ; ".join(piece[start:end] for start, end in self.runs)

    def holds(self, place: int) -> bool:
        """Whether an offset of the sentence lies in it."""
        return any(start <= place < end for start, end in self.runs)


def clauses(doc: Any, length: int, lexicon: Lexicon) -> list[Clause]:
    """The clauses of a sentence, each behind the one it hangs from; one for all of it where there is no parse."""
    if doc is None or not len(doc):
        return [Clause(None, False, "", ((0, length),))]
    heads = {token.i for token in doc if token.head == token or _is_clause(token, lexicon)}
    first = min(token.i for token in doc if token.head == token)
    # several roots are one sentence that the parser cut: what is no clause of its own goes with the first
    of = [_clause_of(token, heads, first) for token in doc]
    hung = list(of)  # before nouns go to the clauses that say something of them
    for head in sorted(heads):
        noun = _spoken_of(doc[head])
        of[noun] = [head] * len(of[noun])
    runs: dict[int, list[tuple[int, int]]] = {head: [] for head in sorted(heads)}
    ends = [token.idx for token in islice(doc, 1, None)] + [length]
    for token, end in zip(doc, ends, strict=True):
        mine = runs[of[token.i]]
        if mine and mine[-1][1] == token.idx:
            mine[-1] = (mine[-1][0], end)
        else:
            mine.append((token.idx, end))
    order = sorted(heads, key=lambda head: (_depth(doc[head]), head))
    number = {head: place for place, head in enumerate(order)}
    return [
        Clause(
            None if doc[head].head == doc[head] else number[hung[doc[head].head.i]],
            doc[head].dep_ == "conj",
            _subject(doc[head], lexicon),
            tuple(runs[head]),
            _time_of(doc[head]),
        )
        for head in order
    ]


def _spoken_of(verb: Any) -> slice:
    """The noun that a clause says something of, where this tells what happened to it: "the city where …"."""
    subject = child(verb, *SUBJECTS)
    where = any(each.lower_ == "where" for each in verb.children)
    if (
        verb.dep_ != "relcl"
        or verb.head.ent_type_ == "DATE"
        or not (where or (subject is not None and subject.pos_ != "PRON"))
    ):
        return slice(0, 0)
    noun = verb.head
    while noun.dep_ == "conj" and noun.head != noun:
        noun = noun.head
    return slice(noun.left_edge.i, verb.left_edge.i)


def _time_of(verb: Any) -> int | None:
    dated = verb.dep_ == "relcl" and any(each.lower_ == "when" for each in verb.children)
    return int(verb.head.idx) if dated else None


def _subject(verb: Any, lexicon: Lexicon) -> str:
    found = child(verb, *SUBJECTS)
    if verb.dep_ == "relcl" and (found is None or found.pos_ == "PRON"):
        found = verb.head
        of = child(found, "prep") if found.lower_ in lexicon.sets["long_times"] else None
        found = (of and child(of, "pobj")) or found  # "20 years of war that killed thousands"
    return found.text if found is not None else ""


def _depth(token: Any) -> int:
    depth = 0
    while token.head != token:
        token, depth = token.head, depth + 1
    return depth


def _clause_of(token: Any, heads: set[int], first: int) -> int:
    while token.i not in heads:
        if token.head == token:
            return first
        token = token.head
    return int(token.i)


def _since(mark: Any, lexicon: Lexicon) -> bool:
    """ "No one has come since it was hit"; "ten years since it was hit" looks back at another attack."""
    counted = mark.i > 0 and mark.nbor(-1).lower_ in lexicon.sets["long_times"]
    return mark.dep_ == "mark" and mark.lower_ == "since" and not counted


def _after_days(verb: Any) -> bool:
    """ "A day after an attack on a bar led to ten deaths", in which the parse finds no subject."""
    days = (each for each in verb.children if each.dep_ == "npadvmod" and each.i < verb.i)
    return any(link.lower_ == "after" and child(link, "pobj") for day in days for link in day.children)


def _is_clause(token: Any, lexicon: Lexicon) -> bool:
    """Whether a word begins something that can be about another attack than what it hangs from."""
    if is_verb(token):
        if token.dep_ == "relcl":
            return True
        own = child(token, *_NOUNS) is not None or _after_days(token)
        if token.dep_ in ("advcl", "conj", "parataxis") or (token.dep_ == "pcomp" and own):
            return own and not any(_since(each, lexicon) for each in token.children)
        if token.dep_ == "acl" and token.tag_ == "VBG" and token.head.dep_ == "pobj":
            return bool(token.head.head.lower_ == "with")  # "with officials saying at the time that 150 had died"
        return token.dep_ == "ccomp" and own and not speaks(token.head, lexicon)
    return opens_clause(token, lexicon)
