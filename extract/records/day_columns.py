"""Columns for the days that words for a time mean, for any task (see `extract.records.columns.ColumnMaker`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from pydantic import BaseModel

from extract.articles.language import likely_language
from extract.records.columns import Cell, Column, free_names
from extract.records.days import DayReading, publication_day, read_day
from extract.records.results import ArticleResult
from extract.records.tree import Node, Trail, slots_of, value_at

_COLUMNS = (
    Column("day", "day", "the day that the words mean; null where they name none"),
    Column("from", "day", "first day of what they name"),
    Column("to", "day", "last day of it"),
    Column("precision", about="day, month or year; null where they name none of these"),
    Column("rule", about="how it was found, or why it was not"),
)


class DayColumns:
    """For each time of a record: its day, the days between which it lies, precision, and the rule in words."""

    def columns(self, model: type[BaseModel]) -> Sequence[Column]:
        """Five for each field that is a time."""
        return [column for trail in _times(model) for column in free_names(model, trail, _COLUMNS)]

    def cells(self, node: Node, result: ArticleResult) -> Mapping[str, Cell]:
        """What the times of a record mean; nothing for a time that is null."""
        cells: dict[str, Cell] = {}
        for trail in _times(type(node.record)):
            words = value_at(node.record, trail)
            if words is not None:
                names = (column.name for column in free_names(type(node.record), trail, _COLUMNS))
                cells |= zip(names, _cells(day_in(str(words), result)), strict=True)
        return cells


def day_in(words: str, result: ArticleResult) -> DayReading:
    """What words for a time mean in an article, whatever its language."""
    text = result.text or ""
    published = publication_day(date.fromisoformat(result.published) if result.published else None, text)
    reading = read_day(words, published)
    if reading.precision is None and any(map(str.isdigit, words)) and (language := likely_language(text)) != "en":
        reading = read_day(words, published, language)
    return reading if result.published else reading.told_from_text()


def _cells(reading: DayReading) -> tuple[Cell, ...]:
    days = (day.isoformat() if day else None for day in (reading.day, reading.first, reading.last))
    return (*days, reading.precision, reading.rule)


def _times(model: type[BaseModel]) -> list[Trail]:
    """Fields whose words are a time and nothing else."""
    trails = (trail for trail in slots_of(model) if trail[-1].shape == "value")
    return [trail for trail in trails if trail[-1].what == ("time",)]
