"""Everything a run is made with, as one value: how a question is asked, and what makes two runs the same run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from extract.articles import Article
from extract.models.budget import Budget
from extract.models.client import About, Client, Request, Response, Sampling
from extract.prompting.prompt_sets import Prompt, PromptSet
from extract.records.beliefs import Calibration
from extract.records.results import Signature
from extract.tasks.task import Task, Unit


@dataclass(frozen=True)
class Setup:
    """Everything a run is made with.

    Attributes:
        model: identity of the model, part of every request.
        context_tokens: what the model can read and write in one request.
        sampling: how answers are drawn; their length is the prompt file's.
        sample: repeat number.
        jobs: requests under way at once.
        articles_at_once: articles under way at once; 1 lets a local server finish one prompt file before the next.
        answer_tokens: most tokens of an answer, where the model should write less than a prompt file allows.
        raise_misses: a missing or damaged recording ends the run instead of failing its article.
        budget: what may be spent; None for whatever it takes.
        told: told of every response, once it is its turn to be read.
    """

    task: Task[Any]
    prompts: PromptSet
    client: Client
    model: str
    context_tokens: int = 128_000
    sampling: Sampling = field(default_factory=Sampling)
    sample: int = 0
    answer_tokens: int = 1_000_000
    jobs: int = 4
    articles_at_once: int = 1
    raise_misses: bool = False
    budget: Budget | None = None
    told: Callable[[Response], None] = lambda response: None

    @property
    def signature(self) -> Signature:
        """What makes two runs the same run."""
        schema = json.dumps(self.task.schema.model_json_schema(), sort_keys=True)
        sampling: dict[str, float | int | str] = {
            "temperature": self.sampling.temperature or 0.0,
            "seed": self.sampling.seed or 0,
            "top_logprobs": self.sampling.top_logprobs,
            **self.sampling.chosen,
        }
        if any(prompt.unit in ("article", "chunk") for prompt in self.prompts.prompts):
            sampling["context_tokens"] = self.context_tokens  # decides where a long article is cut
        return Signature(
            task=self.task.name,
            model=self.model,
            prompts=self.prompts.name,
            prompts_sha256=self.task.identity(self.prompts),
            schema_sha256=hashlib.sha256(schema.encode()).hexdigest(),
            sampling=sampling,
            sample=self.sample,
        )

    @property
    def calibration(self) -> Calibration | None:
        """How far values are to be believed, if that was measured for this prompt set and model."""
        return self.task.calibration(self.prompts.name, self.model)

    def limit(self, prompt: Prompt) -> int:
        """Most tokens of an answer: what the prompt file allows, and the model."""
        return min(prompt.max_tokens, self.answer_tokens)

    def request(self, prompt: Prompt, unit: Unit, article: Article) -> Request:
        """The question a prompt file asks about a unit."""
        form = self.task.answer_form(prompt.answer, unit)
        logprobs = self.sampling.top_logprobs if unit.choices else 0  # only a choice has alternatives to be compared
        return Request(
            model=self.model,
            messages=prompt.messages(unit.slots),
            answer=form,
            grammar=getattr(form, "grammar", None),
            sampling=replace(self.sampling, max_tokens=self.limit(prompt), top_logprobs=logprobs),
            sample=self.sample,
            about=About(article.id, f"{self.task.name}/{self.prompts.name}/{prompt.name}", unit.name),
        )
