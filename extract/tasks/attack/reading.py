"""One article, read by rule: all its candidates, and the questions about them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from extract.articles import Article
from extract.articles.sentences import Span
from extract.models.confidence import combined
from extract.tasks.attack.calibration import no_attack
from extract.tasks.attack.figures import Figure, find_figures
from extract.tasks.attack.lexicon import Lexicon, plain_letters
from extract.tasks.attack.names import Cast
from extract.tasks.attack.parts import Part, read_parts
from extract.tasks.attack.places import PlaceMention, find_places
from extract.tasks.attack.quotes import Quotation, find_quotations
from extract.tasks.attack.subject import LEAD, body, kind_belief, rules_out
from extract.tasks.attack.syntax import Syntax
from extract.tasks.attack.things import Thing, find_things
from extract.tasks.attack.weapons import WeaponMention, find_weapons
from extract.tasks.task import Answer, Unit

NONE = "none"
YES_NO = ("yes", "no")
WORD = 0.96
"""What the bare word of a model counts, where a server gives no logprobs: more than the surest rule, or no answer could
ever change a record. How often such words are right is not measured yet."""
LEAD_CHARS = 700


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was answered about a candidate: the choice, and how sure the model was of each alternative."""

    value: str
    shares: Mapping[str, float]

    def weighed(self, prior: Mapping[str, float]) -> tuple[str, float]:
        """The choice when the rule's belief is taken into account, and its confidence.

        Without logprobs the model's word counts as a share of `WORD`.
        """
        return combined(prior, self.shares or spread(self.value, tuple(prior), WORD))

    def share(self, answer: str) -> float:
        """The model's share of one of two answers; without logprobs `WORD` of the one it gave."""
        return self.shares.get(answer, WORD if answer == self.value else 1 - WORD)


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
                found[answer.unit.kind, span.start, span.end] = Judgement(root, answer.shares)
        return cls(found)

    def about(self, kind: str, span: Span) -> Judgement | None:
        """The answer about one candidate, if it was asked about."""
        return self.by_unit.get((kind, span.start, span.end))


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
        """What the rules read: the same, character by character, in plain letters."""
        text = plain_letters(self.article.text)
        return self.article if text == self.article.text else replace(self.article, text=text)

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
        found = find_figures(self.plain, self.lexicon, self.cast, self.sentences, self.syntax)
        return [self._spoken(figure) for figure in found]

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
            found = find_places(self.plain.text, self.lexicon, self.cast, sentence.start, sentence.end)
            self._places[sentence] = list(found)
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
        return find_quotations(self.plain, self.lexicon, self.cast, self.syntax, outside)

    @property
    def lead(self) -> Span:
        """Headline and first sentences."""
        if not self.sentences:
            return Span(0, 0)
        start = self.sentences[0].start
        ends = [sentence.end for sentence in self.sentences[: LEAD + 2] if sentence.end - start <= LEAD_CHARS]
        return Span(start, max(ends, default=self.sentences[0].end))

    def is_headline(self, sentence: Span) -> bool:
        """Whether a sentence is the headline, which rounds and shortens: the body words a figure or thing better."""
        first = self.sentences[0]
        return sentence == first and not self.text(first).endswith((".", "!", "”", '"')) and len(self.sentences) > 3

    def text(self, span: Span) -> str:
        """What the rules read in a span."""
        return self.plain.text[span.start : span.end]

    def words(self, span: Span) -> str:
        """The article's own words in a span."""
        return self.article.text[span.start : span.end]

    def units(self, kind: str, judgements: Judgements) -> list[Unit]:
        """The questions of a kind.

        Raises:
            PromptError: there is no such kind of candidate.
        """
        from extract.errors import PromptError

        makers: dict[str, Callable[[], list[Unit]]] = {
            "lead": self._lead_units,
            "thing": self._thing_units,
        }
        if kind not in makers:
            raise PromptError(f"no kind of unit {kind!r} in task 'attack'; there are: {', '.join(sorted(makers))}")
        if kind != "lead" and self.main_kind(judgements)[0] == NONE and not self.figures:
            return []
        return makers[kind]()

    def main_kind(self, judgements: Judgements) -> tuple[str, float]:
        """Kind of the main event, or none, and how sure that is.

        The kind is the rules'; whether there was an attack at all they and the model say together, where it was asked.
        """
        belief = self.belief
        kind, sure = combined({name: share for name, share in belief.items() if name != NONE}, {})
        none = belief[NONE]
        judged = judgements.about("lead", self.lead)
        if judged is not None:
            none = no_attack().belief(none > 0.5, judged.share("no"))
        return (NONE, none) if none > 0.5 else (kind, sure * (1 - none))

    def extent(self, thing: Thing, judgements: Judgements) -> tuple[str, float]:
        """What happened to a thing, or none."""
        judged = judgements.about("thing", thing.phrase)
        if judged is None:
            return thing.extent, RULE_EXTENT
        said, sure = judged.weighed({"yes": RULE_HIT, "no": 1 - RULE_HIT})
        return (thing.extent if said == "yes" else NONE), sure

    def _lead_units(self) -> list[Unit]:
        span = self.lead
        if span.end == span.start or (self.belief[NONE] > 0.5 and rules_out(self.plain.text, self.parts)):
            return []  # a foiled attack, a threat or an anniversary is none: what a small model says there is no evidence
        return [Unit("lead", "lead", span, {"text": self.words(span)}, YES_NO)]

    def _thing_units(self) -> list[Unit]:
        return [
            Unit(
                "thing",
                f"thing {self.words(thing.phrase)!r}",
                thing.phrase,
                {"sentence": self.words(thing.sentence), "thing": self.words(thing.phrase)},
                YES_NO,
                thing,
            )
            for thing in self.things
            if thing.extent == "unspecified"
        ]


RULE_EXTENT = 0.8
"""How far the rules' judgement of an extent is to be believed: about how often they were right on articles that are not
in the gold set."""
RULE_HIT = 0.35
"""Belief that a thing was hit when only a verb like "struck" stands near it. Small models say yes too readily: on four
development articles the embedded one gave things that were hit 0.81 to 0.96, others mostly less than 0.8."""


def spread(answer: str, answers: Sequence[str], belief: float) -> dict[str, float]:
    """A belief in one answer, the rest spread evenly over the others."""
    rest = (1 - belief) / (len(answers) - 1)
    return {other: belief if other == answer else rest for other in answers}


@lru_cache(maxsize=64)
def read_article(article: Article, lexicon: Lexicon) -> Reading:
    """The reading of an article; the same object while the article is being worked on."""
    return Reading(article, lexicon)
