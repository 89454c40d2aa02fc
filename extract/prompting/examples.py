"""Worked examples: a text and the records that a careful reader makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from pydantic import BaseModel

Records = TypeVar("Records", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class WorkedExample(Generic[Records]):
    """What a task asks for, shown once; prompts are made of it.

    Attributes:
        text: a short article.
        records: all that it says, by the task's rules.
        title: its headline, where that is no part of the text.
        published: its day of publication.
    """

    text: str
    records: Records
    title: str | None = None
    published: date | None = None
