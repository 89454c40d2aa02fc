"""One article, read by rule: all its candidates, and the questions about them."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from extract.articles import Article
from extract.articles.sentences import Span
from extract.errors import PromptError
from extract.records.days import publication_day
from extract.tasks.attack.calibration import no_attack
from extract.tasks.attack.figures import Figure, find_figures
from extract.tasks.attack.lexicon import Lexicon, plain_letters
from extract.tasks.attack.names import Cast
from extract.tasks.attack.parts import Clock, Part, read_parts
from extract.tasks.attack.places import PlaceMention, find_places
from extract.tasks.attack.quotes import Quotation, find_quotations
from extract.tasks.attack.subject import LEAD, body, kind_belief, rules_out, without_datelines
from extract.tasks.attack.syntax import Syntax
from extract.tasks.attack.things import Thing, find_things
from extract.tasks.attack.weapons import WeaponMention, find_weapons
from extract.tasks.task import Answer, Unit

NONE = "none"
LEAD_UNIT = "lead"
"""The only kind of thing that is asked about: headline and first sentences."""
YES_NO = ("yes", "no")
WORD = 0.96
"""What the bare word of a model counts, where a server gives no logprobs: more than the surest rule, or no answer could
ever change a record. How often such words are right is not measured yet."""
LEAD_CHARS = 700
_OVERRULED = 0.7
"""How sure it has to be that there was no attack where the rules see one: its records are more than what is wrong of none."""


@dataclass(frozen=True, eq=False)
class Reading:
    """The candidates of one article; each list is computed when first needed.

    Attributes:
        article: as loaded; questions and records take their words from it.
    """

    article: Article
    lexicon: Lexicon
    _places: dict[Span, list[PlaceMention]] = field(default_factory=dict)

    @cached_property
    def plain(self) -> Article:
        """What the rules read: the same, character by character, in plain letters and without datelines."""
        text = without_datelines(plain_letters(self.article.text))
        return self.article if text == self.article.text else replace(self.article, text=text)

    @cached_property
    def clock(self) -> Clock:
        """What tells which days are meant; that of publication may stand in a dateline."""
        return Clock(self.plain.text, publication_day(self.article.published, self.article.text))

    @cached_property
    def cast(self) -> Cast:
        """The people of the article."""
        return Cast(self.plain.text, self.lexicon, self.syntax)

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences that are the article."""
        return body(self.plain, self.lexicon)

    @cached_property
    def syntax(self) -> Syntax:
        """How the sentences are built."""
        return Syntax(self.plain.text, self.sentences)

    @cached_property
    def parts(self) -> list[list[Part]]:
        """The clauses of each sentence, with what tells which attack each is about."""
        return [
            read_parts(self.plain.text, number, sentence, self.syntax, self.lexicon)
            for number, sentence in enumerate(self.sentences)
        ]

    @cached_property
    def belief(self) -> Mapping[str, float]:
        """The rules' belief in each kind of main event, and in there being none."""
        return kind_belief(self.plain.text, self.parts, self.lexicon)

    @cached_property
    def figures(self) -> list[Figure]:
        """Candidates for casualties."""
        return [self._spoken(figure) for figure in find_figures(self.cast, self.sentences)]

    @cached_property
    def _spoken_parts(self) -> list[tuple[Span, Quotation]]:
        """What stands between quotation marks, in text order."""
        parts = [(part, quotation) for quotation in self.quotations for part in quotation.parts]
        return sorted(parts, key=lambda item: item[0].start)

    def _spoken(self, figure: Figure) -> Figure:
        """A figure inside a quotation is reported by the one who is quoted."""
        parts = self._spoken_parts
        place = bisect_right(parts, figure.phrase.start, key=lambda item: item[0].start) - 1
        if place >= 0 and figure.phrase.start < parts[place][0].end:
            return replace(figure, source=parts[place][1].speaker)
        return figure

    def places(self, sentence: Span) -> list[PlaceMention]:
        """Names that stand where places stand in a sentence."""
        if sentence not in self._places:
            self._places[sentence] = list(find_places(self.cast, sentence))
        return self._places[sentence]

    @cached_property
    def weapons(self) -> list[WeaponMention]:
        """Candidates for weapons."""
        return find_weapons(self.plain, self.lexicon, self.sentences, self.syntax)

    @cached_property
    def things(self) -> list[Thing]:
        """Candidates for damage."""
        return find_things(self.plain, self.lexicon, self.sentences, self.syntax)

    @cached_property
    def quotations(self) -> list[Quotation]:
        """The quotations, attributed."""
        inside = {sentence.start for sentence in self.sentences}
        outside = tuple(sentence for sentence in self.plain.sentences if sentence.start not in inside)
        return find_quotations(self.cast, outside)

    @property
    def lead(self) -> Span:
        """Headline and first sentences, with a dateline before them: a model reads what stands there."""
        if not self.sentences:
            return Span(0, 0)
        start = self.article.text.rfind("\n", 0, self.sentences[0].start) + 1
        ends = [sentence.end for sentence in self.sentences[: LEAD + 2] if sentence.end - start <= LEAD_CHARS]
        return Span(start, max(ends, default=self.sentences[0].end))

    def is_headline(self, sentence: Span) -> bool:
        """Whether a sentence is the headline, which rounds and shortens: the body words a figure or thing better."""
        first = self.sentences[0]
        if sentence != first or self.text(first).endswith((".", "!", "”", '"')) or len(self.sentences) < 2:
            return False
        alone = "\n" in self.plain.text[first.end : self.sentences[1].start]
        return alone or len(self.sentences) > 3

    def text(self, span: Span) -> str:
        """What the rules read in a span."""
        return self.plain.text[span.start : span.end]

    def words(self, span: Span) -> str:
        """The article's own words in a span."""
        return self.article.text[span.start : span.end]

    def units(self, kind: str) -> list[Unit]:
        """The questions of a kind.

        Raises:
            PromptError: there is no such kind.
        """
        if kind != LEAD_UNIT:
            raise PromptError(f"no kind of unit {kind!r} in task 'attack'; there is: {LEAD_UNIT}")
        span = self.lead
        if span.end == span.start or (self.belief[NONE] > 0.5 and rules_out(self.plain.text, self.parts)):
            return []  # a foiled attack, a threat or an anniversary is none: what a small model says there is no evidence
        return [Unit(LEAD_UNIT, LEAD_UNIT, span, {"text": self.words(span).strip()}, YES_NO)]

    def main_kind(self, answers: Sequence[Answer]) -> tuple[str, float]:
        """Kind of the main event, or none, and how sure that is.

        The kind is the rules'; whether there was an attack at all they and the model say together, where it was asked.
        """
        shares = {name: share for name, share in self.belief.items() if name != NONE}
        kind = max(shares, key=shares.__getitem__)
        ruled = self.belief[NONE] > 0.5
        said = next((share for each in answers if (share := _share_of_no(each)) is not None), None)
        none = self.belief[NONE] if said is None else no_attack().belief(ruled, said)
        if none > (0.5 if ruled else _OVERRULED):
            return NONE, none
        return kind, shares[kind] / math.fsum(shares.values()) * (1 - none)


def _share_of_no(answer: Answer) -> float | None:
    """How sure the model was that the article reports no attack; None for an answer to something else."""
    word = getattr(answer.value, "root", None)
    if answer.unit.kind != LEAD_UNIT or word not in YES_NO:
        return None
    return answer.shares.get("no", WORD if word == "no" else 1 - WORD)


@lru_cache(maxsize=64)
def read_article(article: Article, lexicon: Lexicon) -> Reading:
    """The reading of an article; the same object while the article is being worked on."""
    return Reading(article, lexicon)
