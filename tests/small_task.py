"""A task about birds, prompt sets for it and a client that answers by a function: the pipeline knows no attacks."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, RootModel

from extract.articles import Article, Span, Unreadable
from extract.engines.setup import Setup
from extract.engines.threads import extract_all
from extract.errors import PromptError
from extract.models.client import Attempt, Request, Response, Usage
from extract.models.prices import Price, Prices
from extract.prompting.prompt_sets import load_set
from extract.records.checks import Stated
from extract.records.marks import Evidence, Verbatim
from extract.records.results import ArticleResult
from extract.tasks.task import Answer, Assembled, Task, Unit


class Sighting(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    evidence: Annotated[str, Evidence()]
    bird: Annotated[str, Verbatim()]
    count: int | None = None


class Sightings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    sightings: list[Sighting] = []


class Mood(RootModel[Literal["singing", "silent"]]):
    """A choice."""


class BirdRules:
    """`sightings` are asked for as records, `mood` of every capitalised bird as a choice."""

    fingerprint = "feather"
    languages = frozenset({"en"})

    def units(self, kind: str, article: Article, answers: Sequence[Answer]) -> list[Unit]:
        if kind != "bird":
            raise PromptError(f"no kind of unit {kind!r}")
        known = {
            item.bird for answer in answers if isinstance(answer.value, Sightings) for item in answer.value.sightings
        }
        return [
            Unit("bird", f"bird {match.group()!r}", Span(*match.span()), {"bird": match.group()}, ("singing", "silent"))
            for match in re.finditer(r"Wren|Owl|Kite", article.text)
            if match.group() not in known
        ]

    def answer_form(self, name: str, unit: Unit) -> type[BaseModel]:
        forms: dict[str, type[BaseModel]] = {"sightings": Sightings, "mood": Mood}
        return forms[name]

    def assemble(self, article: Article, answers: Sequence[Answer]) -> Assembled:
        found = [item for answer in answers if isinstance(answer.value, Sightings) for item in answer.value.sightings]
        moods = [answer for answer in answers if isinstance(answer.value, Mood)]
        found += [Sighting(evidence=answer.unit.slots["bird"], bird=answer.unit.slots["bird"]) for answer in moods]
        return Assembled(Sightings(sightings=found))

    def stated_number(self, words: str) -> Stated | None:
        return None

    def denies_day(self, words: str, day: date) -> bool:
        return False

    def record_faults(self, record: BaseModel) -> list[tuple[str, str]]:
        return []

    def reasons(self, article: Article, record: BaseModel, evidence: str) -> list[str]:
        return []


BIRDS = Task(name="birds", schema=Sightings, rules=BirdRules())


def front(unit: str, answer: str, more: str = "") -> str:
    """A prompt file about a unit, whose question is the unit's text or name."""
    slot = "bird" if unit == "bird" else "text"
    return f'+++\nunit = "{unit}"\nanswer = "{answer}"\n{more}\n+++\n# System\nYou watch birds.\n# Ask\nSay: ${slot}\n'


ARTICLES = front("article", "sightings", "max_tokens = 100")
SENTENCES = front("sentence", "sightings")
MOODS = front("bird", "mood")


def write_set(folder: Path, files: Mapping[str, str], about: str = "for tests") -> Path:
    """Writes a prompt set; returns its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "set.toml").write_text(f'about = "{about}"\n', encoding="utf-8")
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@dataclass
class FakeClient:
    """Answers by a function of the last message, and keeps what was asked.

    Attributes:
        say: gives the answer's text, a whole response, or an error to raise.
        asked: requests in the order in which they came.
    """

    say: Callable[[str], str | Response | Exception]
    asked: list[Request] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def complete(self, request: Request) -> Response:
        with self.lock:
            self.asked.append(request)
        said = self.say(request.messages[-1].content)
        if isinstance(said, Exception):
            raise said
        return said if isinstance(said, Response) else answered(said)

    @property
    def questions(self) -> list[str]:
        """The last messages, in order."""
        return [request.messages[-1].content for request in self.asked]


def answered(
    text: str, *earlier: Attempt, outcome: Literal["ok", "invalid", "cut"] = "ok", error: str = ""
) -> Response:
    """A response whose last attempt has this text; 10 tokens read and 2 written by each."""
    last = Attempt(text, usage=Usage(10, 2), error=error or None)
    return Response((*earlier, last), outcome, 0.5, "2026-11-22")


def sighted(*birds: str) -> str:
    """The answer that names these birds."""
    return Sightings(sightings=[Sighting(evidence=bird, bird=bird) for bird in birds]).model_dump_json()


def bird_setup(folder: Path, files: Mapping[str, str], client: FakeClient, context_tokens: int = 2000) -> Setup:
    """A setup of the bird task with a prompt set of these files."""
    prompts = load_set("birds", write_set(folder, files))
    return Setup(BIRDS, prompts, client, "a-model", context_tokens=context_tokens, jobs=2)


TEXT = "A Wren sang. An Owl slept. Nobody saw a Kite."


def article(text: str = TEXT, name: str = "a") -> Article:
    """An article about birds."""
    return Article(name, text, f"{name}.txt")


def extracted(setup: Setup, *articles: Article | Unreadable) -> list[ArticleResult]:
    """What becomes of articles, or of the one above."""
    return list(extract_all(articles or [article()], setup))


def birds(result: ArticleResult) -> list[str]:
    """The birds that were found."""
    assert isinstance(result.records, Sightings)
    return [item.bird for item in result.records.sightings]


PRICES = Prices(
    format="attested-prices-1",
    free=["local"],
    models={"openai/m": Price(input=1.0, output=4.0, as_of="2026-01-01")},
)


def wrens(*names: str) -> list[Article]:
    """Short articles of these ids."""
    return [article("A Wren.", name) for name in names]


def dear_setup(folder: Path, model: str = "openai/m", files: dict[str, str] | None = None) -> tuple[Setup, FakeClient]:
    """A setup whose answers read a million tokens and write half a million: 1 + 2 dollars an article."""
    dear = Response((Attempt(sighted("Wren"), usage=Usage(1_000_000, 500_000)),), "ok", 0.1, "2026-11-22")
    client = FakeClient(lambda question: dear)
    return replace(bird_setup(folder, files or {"ask.md": ARTICLES}, client), model=model), client
