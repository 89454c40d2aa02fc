"""What a run is made of, as one value: the command line fills it, a benchmark varies it, a worker opens it.

Frozen, picklable, without keys or open things. Every field is a setting of that name (`settings`) but for `sample`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, get_args

from extract.errors import UsageError

Mode = Literal["auto", "replay", "refresh", "off"]
"""What a missing recording does: `auto` calls and records · `replay` is an error · `refresh` always calls · `off` no
store."""

AnswerMode = Literal["json_schema", "tools", "json", "md_json"]
"""How a server is asked for the form of an answer: by a schema that it enforces, by a tool to call, by JSON of any form
with the schema in the prompt, or by the prompt alone."""

TIMEOUT = 600.0
"""Seconds for one try, from connecting to the last byte of the answer."""
RETRIES = 5
"""How often a question is sent again because of faults of the server."""

LOCAL = "local"
RULES = "rules"

RANGES: Mapping[str, tuple[float, float | None]] = {
    "temperature": (0, 2),
    "top_p": (0.001, 1),
    "context": (256, None),
    "jobs": (1, None),
    "timeout": (0.001, None),
    "retries": (0, None),
    "max_cost": (0, None),
    "sample": (0, None),
}
"""Least and greatest value of the numbers."""


def option_name(name: str, value: object = True) -> str:
    """What the command line calls an option of a model, and the value that it has."""
    option = f"--{'answer-mode' if name == 'mode' else name.replace('_', '-')}"
    return option if value is True else f"{option} {value!r}"


def unknown_to_embedded(options: Mapping[str, object]) -> list[str]:
    """Those of the options that were chosen which do nothing to the embedded model: it thinks of nothing first, and is
    always held to the schema."""
    known = {"mode": "json_schema", "answer_mode": "json_schema", "reasoning_effort": None, "strict": False}
    return [
        option_name(name, value)
        for name, value in options.items()
        if name in known and value not in (None, False, known[name])
    ]


@dataclass(frozen=True, slots=True)
class RunSpec:
    """Everything a user can choose about a run; None is what is usual for the task or the model.

    Attributes:
        task: what to extract.
        prompts: name of a prompt set, or path of a folder; None for the model's default set.
        model: "local", "local/NAME", a .gguf path, "provider/model", "rules"; a server's own name with `base_url`.
            None is the embedded model, whatever keys lie in the environment.
        base_url: an OpenAI-compatible server.
        model_id: what requests name as their model when a base URL is given; recordings depend on it.
        temperature: 0 is greedy; None is 0 where a server takes it.
        seed: passed on where a server takes one; None is 0.
        top_p: share of the likeliest tokens to draw from; None leaves it to the server.
        reasoning_effort: for models that think first: "minimal", "low", "medium", "high".
        answer_mode: how a server is asked for the form of an answer; None takes what suits the model, and another where a
            server refuses that.
        strict: the schema is sent in OpenAI's strict form, in which every field has to be written.
        context: tokens that the model reads and writes at once.
        jobs: requests under way at once; processes that rules run in.
        timeout: seconds for one try.
        retries: how often a question is sent again because of a fault of the server.
        max_cost: US dollars.
        prices: a price file of the user's own.
        cache: what a missing recording does.
        store: folder of the working store; None for the user's cache folder.
        recordings: recordings files, or folders of them, read under the working store.
        sample: repeat number.
    """

    task: str = "attack"
    prompts: str | None = None
    model: str | None = None
    base_url: str | None = None
    model_id: str | None = None
    temperature: float | None = None
    seed: int | None = None
    top_p: float | None = None
    reasoning_effort: str | None = None
    answer_mode: AnswerMode | None = None
    strict: bool = False
    context: int | None = None
    jobs: int | None = None
    timeout: float = TIMEOUT
    retries: int = RETRIES
    max_cost: float | None = None
    prices: Path | None = None
    cache: Mode = "auto"
    store: Path | None = None
    recordings: tuple[Path, ...] = ()
    sample: int = 0

    def __post_init__(self) -> None:
        """Checks the values.

        Raises:
            UsageError: a number is not finite or out of its range, or two settings exclude each other.
        """
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, float) and not math.isfinite(value):
                raise UsageError(f"{each.name} is {value}: it has to be a finite number")
            low, high = RANGES.get(each.name, (None, None))
            if value is not None and ((low is not None and value < low) or (high is not None and value > high)):
                raise UsageError(
                    f"{each.name} is {value}: it has to be {low:g} or more{f', {high:g} at most' if high else ''}"
                )
        if self.answer_mode not in (None, *get_args(AnswerMode)) or self.cache not in get_args(Mode):
            raise UsageError(f"answer_mode {self.answer_mode!r} or cache {self.cache!r} is none that there is")
        if self.strict and self.answer_mode in ("json", "md_json"):
            raise UsageError(
                f"strict needs a schema that the server enforces, and answer_mode {self.answer_mode!r} sends none"
            )

    @property
    def named_model(self) -> str:
        """The model that is meant: the embedded one unless another is named, or the set that asks none."""
        return self.model or (RULES if self.prompts == RULES else LOCAL)

    @property
    def is_embedded(self) -> bool:
        """Whether the model runs inside this process."""
        name = self.named_model
        return not self.base_url and (name == LOCAL or name.startswith(f"{LOCAL}/") or name.endswith(".gguf"))
