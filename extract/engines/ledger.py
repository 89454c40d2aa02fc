"""What happens while an article is worked on, put down as it happens, and the line of a run file that comes of it."""

from __future__ import annotations

import os
import time
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pydantic import RootModel

from extract.articles import Article, Duplicate, Unreadable, origin_of, writable
from extract.errors import ExtractError
from extract.models.client import Attempt, Response, Usage
from extract.models.keys import known_keys, masked
from extract.records.beliefs import Calibration, seen_in
from extract.records.checks import contradictions
from extract.records.grounding import ground, not_found
from extract.records.results import Answered, ArticleResult, Problem, ProblemKind, Repeated, Spend
from extract.records.totals import totals
from extract.tasks.task import Answer, Assembled, Rules, Unit

MOST_SAID = 300
"""Characters of an unforeseen exception that are told: it may quote the whole article."""


@dataclass
class Ledger:
    """What has happened in the work on one article.

    Attributes:
        questions: asked, or to be asked.
        open_questions: of these, those without a proper answer.
        answers: those that could be used, at least in part.
        stopped: why no more is asked about the article, or None.
    """

    began: float = field(default_factory=time.monotonic)
    spend: Spend = field(default_factory=Spend)
    problems: list[Problem] = field(default_factory=list)
    questions: int = 0
    open_questions: int = 0
    answers: list[Answered] = field(default_factory=list)
    stopped: str | None = None

    def note(self, kind: ProblemKind, detail: str, unit: Unit | None = None) -> None:
        """Puts down what an analyst should know."""
        self.problems.append(Problem(kind=kind, detail=_one_line(detail), unit=_one_line(unit.name) if unit else ""))

    def heard(self, answer: Answer, key: str) -> None:
        """Puts down an answer that can be used."""
        said = answer.value.root if isinstance(answer.value, RootModel) and isinstance(answer.value.root, str) else ""
        share = answer.shares.get(said)
        unit, span = _one_line(answer.unit.name), answer.unit.span
        self.answers.append(
            Answered(
                prompt=answer.prompt,
                unit=unit,
                start=span.start,
                end=span.end,
                key=key,
                said=said,
                share=share if share is None else round(share, 4),
            )
        )

    def left_open(self, kind: ProblemKind, detail: str, unit: Unit) -> None:
        """Puts down a question without a proper answer."""
        self.open_questions += 1
        self.note(kind, detail, unit)

    def count(self, response: Response) -> None:
        """Counts what a response cost."""
        self.spend += _tokens(response.usage, response.replayed, response.batched)
        self.spend += Spend(requests=1, attempts=len(response.attempts))

    def count_lost(self, attempts: tuple[Attempt, ...]) -> None:
        """Counts answers before a fault, which were paid for."""
        for attempt in attempts:
            self.spend += _tokens(attempt.usage) + Spend(attempts=1)

    def result(
        self, article: Article, assembled: Assembled, rules: Rules, calibration: Calibration | None
    ) -> ArticleResult:
        """The line of an article that yielded records."""
        grounded = ground(assembled.records, article.text, assembled.hints)
        problems = [*self.problems, *assembled.problems, *contradictions(grounded.records, rules)]
        again = article.duplicate_of
        if again:
            problems.insert(0, Problem(kind="duplicate", detail=_one_line(_repeats(again))))
        problems += not_found(grounded.grounding)
        seen = seen_in(grounded.records, assembled.judged, article.text)
        flawed = self.open_questions or any(each.kind in ("dropped", "language") for each in problems)
        return ArticleResult(
            article_id=writable(article.id),
            source=writable(article.source),
            text_sha256=article.sha256,
            published=article.published.isoformat() if article.published else None,
            title=article.title,
            url=article.url,
            origin=origin_of(article.source),
            pages=list(article.pages),
            duplicate_of=Repeated(article_id=writable(again.article_id), share=again.share) if again else None,
            status="partial" if flawed else "complete",
            records=grounded.records,
            grounding=grounded.grounding,
            answers=self.answers,
            judged={pointer: round(share, 4) for pointer, share in assembled.judged.items()},
            confidence={each.pointer: round(calibration.confidence(each), 4) for each in seen} if calibration else {},
            totals=totals(grounded.records),
            problems=problems,
            questions=self.questions,
            unanswered=self.open_questions,
            usage=self.spend,
            seconds=round(time.monotonic() - self.began, 3),
            text=article.text,
        )

    def failed(self, article: Article | Unreadable, error: Exception) -> ArticleResult:
        """The line of an article that came to nothing."""
        said = _one_line(str(error) if isinstance(error, ExtractError) else _internal(error))
        return ArticleResult(
            article_id=writable(article.id),
            source=writable(article.source),
            text_sha256=article.sha256
            if isinstance(article, Article) and writable(article.text) == article.text
            else None,
            origin=origin_of(article.source),
            status="failed",
            problems=[Problem(kind="failed", detail=said), *(each for each in self.problems if each.detail != said)],
            questions=self.questions,
            unanswered=self.open_questions,
            usage=self.spend,
            seconds=round(time.monotonic() - self.began, 3),
        )


def _repeats(again: Duplicate) -> str:
    """What an article repeats, in words."""
    if again.share == 1:
        return f"the same text as {again.article_id}"
    return f"near duplicate of {again.article_id} ({again.share:.2f} of both texts is the same)"


def _internal(error: Exception) -> str:
    """An exception that nobody foresaw, and where in this package it arose."""
    package = Path(__file__).parents[1]
    places = ((Path(frame.f_code.co_filename), line) for frame, line in traceback.walk_tb(error.__traceback__))
    file, line = [(file.relative_to(package), line) for file, line in places if file.is_relative_to(package)][-1]
    said = f"{type(error).__name__}: {error}"
    return f"internal error: {said[:MOST_SAID]} ({file.as_posix()}:{line}); please report it with the article"


def _one_line(text: str) -> str:
    """A text from outside as one line that UTF-8 can write and that shows no key: errors of libraries may hold one."""
    return writable(" ".join(masked(text, known_keys(os.environ)).split()))


def _tokens(usage: Usage, replayed: bool = False, batched: bool = False) -> Spend:
    tokens = asdict(usage)
    if replayed:
        del tokens["reasoning_tokens"]
        kinds = ("recorded", "batched") if batched else ("recorded",)
        tokens = {"replayed": 1} | {f"{kind}_{name}": count for kind in kinds for name, count in tokens.items()}
    return Spend.model_validate(tokens)
