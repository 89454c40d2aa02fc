"""The table of stories: what systems are given, what they are called in gold, baselines, and the document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from eval.scoring.coreference import Agreement, connected
from eval.stats import Resampling
from eval.stories.__main__ import command
from eval.stories.sets import StorySet, called_in_gold, load_set
from eval.stories.systems import (
    Named,
    alone,
    best_threshold,
    ceiling,
    day_and_place,
    ours,
    similar_texts,
)
from eval.stories.table import MARKS, compared, f1_of, render_joins, render_table, save_table, score, update_page
from extract.errors import GoldError, UsageError
from extract.records.results import ArticleResult, Header
from extract.tasks.attack.schema import Records
from tests.commands import write_lines
from tests.small_gold import ATTACK, signature

pytest.importorskip("metametric.metrics.coref", reason="metametric is in the dev extra")

TEXTS = {
    "first": "A drone hit a school in Odesa on Monday and killed three people, police said.",
    "later": "Police said five people were killed when a drone hit a school in Odesa on Monday. In May a bomb fell on Izmail.",
    "other": "Shells fell on a village near Sumy on Monday evening.",
    "drill": "Firemen held a drill in Lviv.",
}
QUICK = Resampling(resamples=200)


def event(place: str, words: str | None, evidence: str, context: str = "main") -> dict[str, Any]:
    return {"kind": "air_strike", "context": context, "date_text": words, "places": [place], "evidence": evidence}


EVENTS: dict[str, list[dict[str, Any]]] = {
    "first": [event("Odesa", "Monday", TEXTS["first"])],
    "later": [
        event("Odesa", "Monday", TEXTS["later"][:81]),
        event("Izmail", "May", "In May a bomb fell on Izmail.", "other"),
    ],
    "other": [event("Sumy", "Monday evening", TEXTS["other"])],
}
STORIES = [["first#/events/0", "later#/events/0"], ["later#/events/1"], ["other#/events/0"]]


def result(article: str, events: Sequence[dict[str, Any]]) -> ArticleResult:
    records = Records.model_validate({"events": events})
    return ArticleResult(article_id=article, source=article, status="complete", records=records, text=TEXTS[article])


def write_run(folder: Path, results: Sequence[ArticleResult]) -> None:
    write_lines(folder / "run.jsonl", Header(signature=signature()), *results)


def write_stories(folder: Path, stories: object) -> None:
    document = {"format": "attested-gold-stories-1", "stories": stories}
    (folder / "stories.json").write_text(json.dumps(document), encoding="utf-8")


def write_set(folder: Path, stories: object = STORIES) -> Path:
    (folder / "labels").mkdir(parents=True)
    lists = ("weapons", "casualties", "damage")
    for article, events in EVENTS.items():
        head = {"codebook": 1, "article_id": article, "annotator": "Ann", "labelled_on": "2026-11-26", "notes": []}
        held = [{**each, **{name: [] for name in lists}} for each in events]
        document = {**head, "events": held, "quotes": []}
        (folder / "labels" / f"{article}.json").write_text(json.dumps(document), encoding="utf-8")
    rows = [json.dumps({"id": article, "text": text, "published": "2026-11-24"}) for article, text in TEXTS.items()]
    (folder / "articles.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    write_stories(folder, stories)
    return folder


@pytest.fixture
def forms(tmp_path: Path) -> dict[str, StorySet]:
    """Both forms of a set whose run finds one event too many, misses one, and lists what it has the other way round."""
    folder = write_set(tmp_path / "small")
    write_run(
        folder,
        [
            result("first", EVENTS["first"]),
            result("later", [{**event("Kyiv", "2022", "Police said", "other"), "kind": "other"}, EVENTS["later"][0]]),
            result("other", []),
            result("drill", [event("Lviv", None, TEXTS["drill"])]),
        ],
    )
    return {form.source: form for form in load_set(folder, ATTACK)}


def test_records_from_labels_are_called_as_in_gold(forms: dict[str, StorySet]) -> None:
    labels = forms["labels"]
    assert [each.article_id for each in labels.results] == ["first", "later", "other"]
    assert all(each.published == "2026-11-24" and each.text for each in labels.results)
    assert labels.in_gold_words(alone(labels.results), "x") == [[report] for story in STORIES for report in story]


def test_reports_of_a_run_are_found_by_what_they_say_and_not_by_their_pointer(forms: dict[str, StorySet]) -> None:
    called = forms["run"].called
    assert called["later#/events/1"] == "later#/events/0"
    # gold has a /events/1 in that article, and this is not it
    assert called["later#/events/0"] not in {report for story in STORIES for report in story}
    assert called["drill#/events/0"] not in {report for story in STORIES for report in story}


def test_an_event_of_the_same_kind_alone_is_taken_for_the_one_that_gold_has() -> None:
    """As lenient as the scorer of extractions: one equal leaf makes a pair where nothing fits better."""
    found = result("later", [EVENTS["later"][0], event("Kyiv", "2022", "Police said", "other")])
    gold = Records.model_validate({"events": EVENTS["later"]})
    assert called_in_gold(found, gold, TEXTS["later"])["later#/events/1"] == "later#/events/1"


def test_a_run_is_charged_for_what_it_misses_and_invents(forms: dict[str, StorySet]) -> None:
    found = compared(Named("alone", "", alone), forms["run"])
    assert found.missed == ("later#/events/1", "other#/events/0")
    assert len(found.invented) == 2
    # of four reports two are the gold's, each a story of one where gold has one of two
    assert found.total("b_cubed").counts == pytest.approx((2, 4, 1, 4))


def test_a_failed_article_has_no_reports(forms: dict[str, StorySet]) -> None:
    failed = ArticleResult(article_id="first", source="first", status="failed", text=TEXTS["first"])
    assert called_in_gold(failed, Records.model_validate({"events": EVENTS["first"]}), TEXTS["first"]) == {}


@pytest.mark.parametrize(
    ("stories", "line"),
    [
        ([["first#/events/0"]], "leaves out report 'later#/events/0'"),
        ([[*STORIES[0], *STORIES[1], *STORIES[2], "ghost#/events/0"]], "makes up report 'ghost#/events/0'"),
    ],
)
def test_a_system_has_to_tell_of_every_report(forms: dict[str, StorySet], stories: list[list[str]], line: str) -> None:
    with pytest.raises(GoldError, match=line):
        compared(Named("ours", "", lambda results: stories), forms["labels"])


def test_without_labels_an_article_is_its_main_report(tmp_path: Path) -> None:
    results = [result(article, EVENTS.get(article, [])) for article in TEXTS]
    write_run(tmp_path, results)
    write_stories(tmp_path, [["first", "later"]])
    (form,) = load_set(tmp_path, ATTACK, "series")
    assert (form.name, form.source) == ("series", "run")
    # the drill reports nothing; what is beside the main reports is not judged
    assert form.gold == (("first", "later"), ("other",))
    together = [["first#/events/0", "later#/events/0", "later#/events/1"], ["other#/events/0"]]
    found = compared(Named("ours", "", lambda results: together), form)
    assert (found.exact, found.false_joins, found.missed_joins) == (2, (), ())


def test_an_article_whose_main_report_was_not_found_is_missed(tmp_path: Path) -> None:
    write_run(tmp_path, [result("first", EVENTS["first"]), result("later", [])])
    write_stories(tmp_path, [["first", "later"]])
    (form,) = load_set(tmp_path, ATTACK)
    assert compared(Named("alone", "", alone), form).missed == ("later",)


def test_the_digest_of_a_set_follows_its_records_and_its_stories(tmp_path: Path) -> None:
    one = next(load_set(write_set(tmp_path / "one"), ATTACK))
    same = next(load_set(write_set(tmp_path / "same"), ATTACK))
    apart = next(load_set(write_set(tmp_path / "apart", [[each] for story in STORIES for each in story]), ATTACK))
    assert one.sha256 == same.sha256 != apart.sha256


def test_day_and_place_joins_reports_of_one_day_that_share_a_place(forms: dict[str, StorySet]) -> None:
    stories = day_and_place(forms["labels"].results)
    assert sorted(map(sorted, stories)) == sorted(STORIES)


@pytest.mark.parametrize(
    ("words", "joined"),
    [
        (("Monday", "early Monday"), True),  # no day of publication: the weekday that is named
        (("Monday", "Tuesday"), False),
        (("overnight", "Overnight"), True),
        ((None, None), False),  # no time is no day in common
    ],
)
def test_day_and_place_without_a_day_of_publication(words: tuple[str | None, str | None], joined: bool) -> None:
    results = [
        result(article, [event("Odesa", said, "A drone")])
        for article, said in zip(("first", "later"), words, strict=True)
    ]
    assert len(day_and_place(results)) == (1 if joined else 2)


def test_names_are_together_that_are_reached_from_key_to_key() -> None:
    keys: dict[str, set[object]] = {"a": {1}, "b": {2}, "c": {3}, "d": {1, 2}, "e": set(), "f": set()}
    assert sorted(map(sorted, connected(keys))) == [["a", "b", "d"], ["c"], ["e"], ["f"]]


def test_similar_texts_are_joined_from_a_threshold_on(forms: dict[str, StorySet]) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is in the dev extra")
    results = forms["labels"].results
    assert ["first#/events/0", "later#/events/0"] in similar_texts(results, 0.4)
    assert len(similar_texts(results, 0.99)) == 4
    assert len(similar_texts(results, -0.01)) == 1
    assert similar_texts(results[:1], 0.5) == [["first#/events/0"]]


def test_the_ceiling_is_never_below_another_threshold(forms: dict[str, StorySet]) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is in the dev extra")
    labels = forms["labels"]
    assert compared(ceiling(labels), labels).total("lea").f1 == pytest.approx(1)
    # many thresholds are as good: the highest joins least
    higher = best_threshold(labels) + 0.02
    assert compared(Named("higher", "", lambda r: similar_texts(r, higher)), labels).total("lea").f1 != pytest.approx(1)


def test_f1_of_sums_is_the_one_of_the_agreement() -> None:
    for counts in ((2.0, 4.0, 1.0, 4.0), (0.0, 0.0, 0.0, 3.0), (0.0, 2.0, 0.0, 3.0), (3.0, 3.0, 3.0, 3.0)):
        assert f1_of(np.array([counts]))[0] == pytest.approx(Agreement(*counts).f1)
    assert np.isnan(f1_of(np.zeros((1, 4)))[0])


def test_the_table_has_a_row_for_each_system_and_form(forms: dict[str, StorySet], tmp_path: Path) -> None:
    systems = [Named("right", "by hand", lambda results: STORIES), Named("alone", "each", alone)]
    table, made = score([(each, forms["labels"]) for each in systems], QUICK, {})
    right, apart = table.rows
    assert (right.measures["lea"].f1, right.exact, right.missed_joins) == (1, 3, 0)
    interval = right.measures["lea"].interval
    assert interval is not None
    assert (interval.low, interval.high) == (1, 1)
    # two of four reports are alone in gold too
    assert apart.measures["lea"].f1 == pytest.approx(0.5)
    wide = apart.measures["lea"].interval
    assert wide is not None
    assert wide.low < 0.5 < wide.high
    assert render_joins(made) == ["small, labels, alone: missed: first#/events/0 + later#/events/0"]
    text = render_table(table)
    assert "3 of 3" in text
    assert "4 reports in 3 stories, 1 of several, from 3 articles" in text
    save_table(table, tmp_path / "out")
    assert type(table).model_validate_json((tmp_path / "out" / "stories.json").read_bytes()) == table
    assert "| small | labels" in (tmp_path / "out" / "STORIES.md").read_text(encoding="utf-8").replace("  ", "")


def test_scoring_twice_gives_the_same_table(forms: dict[str, StorySet]) -> None:
    pairs = [(Named("alone", "each", alone), form) for form in forms.values()]
    assert score(pairs, QUICK, {})[0] == score(pairs, QUICK, {})[0]


def test_a_page_keeps_what_people_wrote(forms: dict[str, StorySet], tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text(f"before\n{MARKS[0]}\nof yesterday\n{MARKS[1]}\nafter\n", encoding="utf-8")
    table, _ = score([(Named("alone", "each", alone), forms["labels"])], QUICK, {})
    assert update_page(page, table)
    said = page.read_text(encoding="utf-8")
    assert said.startswith("before\n")
    assert said.endswith("after\n")
    assert "of yesterday" not in said
    assert not update_page(page, table)
    with pytest.raises(UsageError, match="has no place for the table"):
        update_page(forms_less(tmp_path), table)


def forms_less(folder: Path) -> Path:
    page = folder / "plain.md"
    page.write_text("nothing\n", encoding="utf-8")
    return page


def test_ours_needs_a_task_that_says_what_makes_stories() -> None:
    with pytest.raises(UsageError, match="does not say which records make stories"):
        ours(replace(ATTACK, stories=None))


def test_the_command_scores_a_set_of_somebody_and_writes_only_where_it_is_told(tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is in the dev extra")
    sixty, series = write_set(tmp_path / "sixty"), tmp_path / "series"
    series.mkdir()
    write_run(series, [result(article, EVENTS.get(article, [])) for article in TEXTS])
    write_stories(series, [["first", "later"]])
    words = ["--sixty", str(sixty), "--set", str(series), "--wrong"]
    told = CliRunner().invoke(command, [*words, "--out", str(tmp_path / "out")], catch_exceptions=False)
    assert told.exit_code == 0
    document = json.loads((tmp_path / "out" / "stories.json").read_text(encoding="utf-8"))
    names = ["ours", "ours, places by name", "alone", "day and place", "similar texts", "similar texts, at best"]
    assert [(row["set"], row["name"]) for row in document["rows"]] == [("series", name) for name in names]
    # nobody told when these appeared, and "Monday" is said in both
    assert document["rows"][0]["exact"] == 2
    assert "series, run, alone: missed: first + later" in told.stdout
