"""One article, read by rule: all its candidates, and the questions about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import get_args

from extract.articles import Article, Span
from extract.attack.events import LEAD, body
from extract.attack.figures import OUTCOMES, Figure, find_figures
from extract.attack.lexicon import Lexicon
from extract.attack.names import Cast
from extract.attack.quotes import Quotation, find_quotations
from extract.attack.things import Thing, find_things
from extract.attack.weapons import WeaponMention, find_weapons
from extract.schema import EventKind, Extent
from extract.tasks import Answer, Unit

NONE = "none"
LEAD_CHARS = 1200


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was answered about a candidate."""

    value: str
    confidence: float | None


@dataclass(frozen=True)
class Judgements:
    """Answers about candidates, by kind and place in the text."""

    by_unit: Mapping[tuple[str, int, int], Judgement]

    @classmethod
    def of(cls, answers: Sequence[Answer]) -> Judgements:
        """Collects the answers that are a choice."""
        found: dict[tuple[str, int, int], Judgement] = {}
        for answer in answers:
            root = getattr(answer.value, "root", None)
            if isinstance(root, str):
                span = answer.unit.span
                found[answer.unit.kind, span.start, span.end] = Judgement(root, answer.confidence.get(""))
        return cls(found)

    def about(self, kind: str, span: Span) -> Judgement | None:
        """The answer about one candidate, if it was asked about."""
        return self.by_unit.get((kind, span.start, span.end))


@dataclass(frozen=True, eq=False)
class Reading:
    """The candidates of one article; each list is computed when first needed."""

    article: Article
    lexicon: Lexicon

    @cached_property
    def cast(self) -> Cast:
        """The people of the article."""
        return Cast(self.article.text, self.lexicon)

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences that are the article."""
        return body(self.article, self.lexicon)

    @cached_property
    def figures(self) -> list[Figure]:
        """Candidates for casualties."""
        found = find_figures(self.article, self.lexicon, self.cast, self.sentences)
        return [self._spoken(figure) for figure in found]

    def _spoken(self, figure: Figure) -> Figure:
        """A figure inside a quotation is reported by the one who is quoted."""
        for quotation in self.quotations:
            if any(part.start <= figure.phrase.start < part.end for part in quotation.parts):
                return replace(figure, source=quotation.speaker)
        return figure

    @cached_property
    def weapons(self) -> list[WeaponMention]:
        """Candidates for weapons."""
        return find_weapons(self.article, self.lexicon, self.sentences)

    @cached_property
    def things(self) -> list[Thing]:
        """Candidates for damage."""
        return find_things(self.article, self.lexicon, self.sentences)

    @cached_property
    def quotations(self) -> list[Quotation]:
        """The quotations, attributed."""
        inside = {sentence.start for sentence in self.sentences}
        outside = tuple(sentence for sentence in self.article.sentences if sentence.start not in inside)
        return find_quotations(self.article, self.lexicon, self.cast, outside)

    @property
    def lead(self) -> Span:
        """Headline and first sentences."""
        if not self.sentences:
            return Span(0, 0)
        start = self.sentences[0].start
        ends = [sentence.end for sentence in self.sentences[: LEAD + 2] if sentence.end - start <= LEAD_CHARS]
        return Span(start, max(ends, default=self.sentences[0].end))

    def text(self, span: Span) -> str:
        """The text of a span."""
        return self.article.text[span.start : span.end]

    def units(self, kind: str, judgements: Judgements) -> list[Unit]:
        """The questions of a kind.

        Raises:
            PromptError: there is no such kind of candidate.
        """
        from extract.errors import PromptError

        makers: dict[str, Callable[[], list[Unit]]] = {
            "lead": self._lead_units,
            "figure": self._figure_units,
            "thing": self._thing_units,
        }
        if kind not in makers:
            raise PromptError(f"no kind of unit {kind!r} in task 'attack'; there are: {', '.join(sorted(makers))}")
        lead = judgements.about("lead", self.lead)
        if kind != "lead" and lead and lead.value == NONE and not self.figures:
            return []
        return makers[kind]()

    def _lead_units(self) -> list[Unit]:
        span = self.lead
        if span.end == span.start:
            return []
        return [Unit("lead", "lead", span, {"text": self.text(span)}, (*get_args(EventKind), NONE))]

    def _figure_units(self) -> list[Unit]:
        return [
            Unit(
                "figure",
                f"figure {self.text(figure.phrase)!r}",
                figure.phrase,
                {"sentence": self.text(figure.sentence), "figure": self.text(figure.phrase)},
                (*OUTCOMES, NONE),
                figure,
            )
            for figure in self.figures
        ]

    def _thing_units(self) -> list[Unit]:
        return [
            Unit(
                "thing",
                f"thing {self.text(thing.phrase)!r}",
                thing.phrase,
                {"sentence": self.text(thing.sentence), "thing": self.text(thing.phrase)},
                (*get_args(Extent), NONE),
                thing,
            )
            for thing in self.things
            if thing.extent
        ]


@lru_cache(maxsize=64)
def read_article(article: Article, lexicon: Lexicon) -> Reading:
    """The reading of an article; the same object while the article is being worked on."""
    return Reading(article, lexicon)
