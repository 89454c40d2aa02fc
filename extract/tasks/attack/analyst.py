"""The analyst's table: one row per event, with columns that users of ACLED and UCDP know (`extract export`).

The same attack in several articles is several rows. Where day, kind and a place are the same, and the attackers, as far as
they are named, `same_as` names the first of them: rows without it count each attack once. An article that repeats the text
of another tells the same attacks, even where no day is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from extract.records.columns import Cell, Column, ColumnMaker, record_id
from extract.records.day_columns import day_in
from extract.records.folding import fold
from extract.records.results import ArticleResult
from extract.records.totals import totals
from extract.records.tree import Node, nodes
from extract.tasks.attack.schema import CasualtyOutcome, Event, Weapon
from extract.tasks.attack.tolls import Toll, toll

_BOUNDED: tuple[CasualtyOutcome, ...] = ("killed", "injured")
_COUNTED: tuple[CasualtyOutcome, ...] = ("hospitalised", "missing", "captured")


def _toll_columns(outcome: str) -> tuple[Column, ...]:
    return (
        Column(f"{outcome}_low", "integer", "lowest figure for the whole; null where only an upper bound is given"),
        Column(f"{outcome}_best", "integer", "the figure marked as total, or the parts together where there is none"),
        Column(f"{outcome}_high", "integer", "highest figure for the whole; null where that is 'at least'"),
        Column(f"{outcome}_rule", about="the figures, and which was chosen why"),
    )


_COLUMNS = (
    Column("event_id", about="article and pointer: where the event stands in the run file"),
    Column(
        "same_as", about="the first event of the run that looks like the same attack; leave these out to count once"
    ),
    Column("event_date", "day", "the day of the attack, where it follows from the article"),
    Column("date_prec", "integer", "1: the day is known (as in UCDP GED); null: no day"),
    Column("date_text", about="the article's words for when"),
    Column("date_from", about="what the day follows from, or why there is none"),
    Column("context", about="main: the article is about it; other: mentioned beside it"),
    Column("event_type", about="kind of attack"),
    Column("sub_event_type", about="weapons"),
    Column("actor1", about="who attacked (side_a in UCDP GED)"),
    Column("location", about="places as the article names them"),
    *(column for outcome in _BOUNDED for column in _toll_columns(outcome)),
    *(
        Column(outcome, "integer", "the figure marked as total, or the parts together where there is none")
        for outcome in _COUNTED
    ),
    Column("damage", about="things hit"),
    Column("sources", about="who gives the figures"),
    Column("number_of_sources", "integer"),
    Column("number_of_reports", "integer", "articles of this run that report the same attack"),
    Column("notes", about="evidence: the article's sentence"),
    Column("confidence", "number", "the least of the event's own values, where a calibration is there"),
)
_ARTICLE = (
    Column("article_id"),
    Column("source_headline"),
    Column("source_date", "day", "publication day"),
    Column("source_article", about="where it was read from"),
    Column("source_url"),
    Column("article_status", about="complete, partial or failed"),
)


@dataclass(slots=True)
class _Attack:
    """Events that look like one."""

    first: str
    attacker: tuple[str, ...] | None
    day: str | None
    articles: set[str] = field(default_factory=set)

    def takes(self, attacker: tuple[str, ...] | None, day: str | None, article_id: str) -> bool:
        """Whether an event can be this one, too; then what it alone knows is known of all."""
        fits = (
            article_id not in self.articles
            and (None in (attacker, self.attacker) or attacker == self.attacker)
            and (None in (day, self.day) or day == self.day)
        )
        if fits:
            self.attacker, self.day = self.attacker or attacker, self.day or day
            self.articles.add(article_id)
        return fits


class Attacks:
    """Events as a flat table (see `extract.tasks.task.Summary`)."""

    name = "attacks"

    def __init__(self, makers: Sequence[ColumnMaker] = ()) -> None:
        """Begins a table; what adds columns to events adds them here, too."""
        self._makers = makers
        self._added = [column for maker in makers for column in maker.columns(Event)]
        self.columns: Sequence[Column] = (*_COLUMNS, *self._added, *_ARTICLE)
        self._rows: list[tuple[dict[str, Cell], _Attack]] = []
        self._known: dict[tuple[str, str, tuple[str, ...]], list[_Attack]] = {}
        self._texts: dict[str, str] = {}

    def add(self, result: ArticleResult) -> None:
        """Takes the events of an article."""
        if result.records is None:
            return
        twin = result.duplicate_of.article_id if result.duplicate_of else result.article_id
        self._texts[result.article_id] = self._texts.get(twin, twin)
        marked = frozenset(result.totals or totals(result.records))  # older files have none
        for node in nodes(result.records):
            if isinstance(node.record, Event):
                name = record_id(result, node.pointer)
                attack = self._attack(node.record, name, result.article_id)
                self._rows.append((self._cells(node, node.record, name, result, marked), attack))

    def _attack(self, event: Event, name: str, article_id: str) -> _Attack:
        """The attack that an event of another article was, too, or a new one."""
        attacker = fold(event.attacker) if event.attacker else None
        text = f"text of {self._texts[article_id]}"
        keys = [(text, event.kind, fold(words)) for words in (event.evidence, *event.places)]
        keys += [(event.date, event.kind, fold(place)) for place in event.places] if event.date else []
        for key in keys:
            for known in self._known.get(key, ()):
                if known.takes(attacker, event.date, article_id):
                    return known
        attack = _Attack(name, attacker, event.date, {article_id})
        for key in keys:
            self._known.setdefault(key, []).append(attack)
        return attack

    def _cells(
        self, node: Node, event: Event, name: str, result: ArticleResult, marked: frozenset[str]
    ) -> dict[str, Cell]:
        named = dict.fromkeys(casualty.source for casualty in event.casualties if casualty.source)
        sure = [share for pointer, share in result.confidence.items() if pointer.rpartition("/")[0] == node.pointer]
        cells: dict[str, Cell] = {
            "event_id": name,
            "event_date": event.date,
            "date_prec": 1 if event.date else None,
            "date_text": event.date_text,
            "date_from": _date_from(event, result),
            "context": event.context,
            "event_type": event.kind,
            "sub_event_type": _joined(map(_weapon, event.weapons)),
            "actor1": event.attacker,
            "location": _joined(event.places),
            "damage": _joined(each.object for each in event.damage),
            "sources": _joined(named),
            "number_of_sources": len(named),
            "notes": event.evidence,
            "confidence": min(sure, default=None),
            "article_id": result.article_id,
            "source_headline": result.headline,
            "source_date": result.published,
            "source_article": result.source,
            "source_url": result.url,
            "article_status": result.status,
        }
        for outcome in (*_BOUNDED, *_COUNTED):
            cells |= _toll_cells(outcome, toll(event, node.pointer, marked, outcome))
        for maker in self._makers:
            cells |= maker.cells(node, result)
        return cells

    def rows(self) -> Iterator[Sequence[Cell]]:
        """One row per event."""
        names = [column.name for column in self.columns]
        for cells, attack in self._rows:
            told = attack.first if attack.first != cells["event_id"] else None
            whole = {**cells, "same_as": told, "number_of_reports": len(attack.articles)}
            yield [whole.get(name) for name in names]


def _toll_cells(outcome: str, found: Toll) -> dict[str, Cell]:
    if outcome in _COUNTED:
        return {outcome: found.best}
    return {f"{outcome}_{name}": cast(Cell, cell) for name, cell in found._asdict().items()}


def _date_from(event: Event, result: ArticleResult) -> str | None:
    if event.date_text is None:
        return None
    said, reading = f"“{event.date_text}”", day_in(event.date_text, result)
    if event.date is None:
        return f"{said}: no day follows" if reading.day else f"{said}: {reading.rule}"
    as_read = reading.day is not None and reading.day.isoformat() == event.date
    return f"{said}: {reading.rule}" if as_read else f"{said} and days in the text"


def _weapon(weapon: Weapon) -> str:
    number = f"{weapon.quantity.text} " if weapon.quantity else ""
    return f"{number}{weapon.kind} {weapon.outcome}"


def _joined(words: Iterable[str]) -> str | None:
    return "; ".join(words) or None
