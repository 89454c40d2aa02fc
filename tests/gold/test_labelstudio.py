"""Label Studio's JSON, there and back, and from files of that format (their origin: data/labelstudio/README.md)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from eval.cli.gold import gold
from eval.gold.checking import load_articles
from eval.gold.labelling_config import labelling_config
from eval.gold.labels import Label, load_labels, read_label
from eval.gold.labelstudio_reader import Reader
from eval.gold.labelstudio_writer import to_task, to_tasks
from extract.articles import Article
from extract.errors import GoldError
from extract.tasks.attack.schema import Records
from tests.small_gold import ATTACK, attacks

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "data" / "labelstudio"
TODAY = date(2026, 11, 22)
WHO = "made up for the tests"

Json = dict[str, Any]


@pytest.fixture
def article() -> Article:
    return load_articles(SAMPLE / "marrow_bay.txt")["marrow_bay"]


@pytest.fixture
def label() -> Label:
    return read_label((SAMPLE / "marrow_bay.json").read_text(encoding="utf-8"), Records)


def read(name: str) -> list[Json]:
    tasks: list[Json] = json.loads((SAMPLE / name).read_text(encoding="utf-8"))
    return tasks


@pytest.fixture
def reader(article: Article) -> Reader:
    return Reader(ATTACK, (article,), WHO, TODAY)


def headed(label: Label, **said: object) -> Label:
    return Label(label.head.model_copy(update=said), label.records)


def test_there_and_back_on_the_gold_set() -> None:
    articles, labels = (
        load_articles(ROOT / "gold" / "articles"),
        load_labels(ROOT / "gold" / "attack" / "labels", ATTACK),
    )
    reader = Reader(ATTACK, tuple(articles.values()), "x", TODAY)
    for mine, back in zip(labels.values(), reader.labels(to_tasks(labels, articles), "tasks"), strict=True):
        assert back == headed(mine, annotator="x", labelled_on="2026-11-22")


def test_real_export_is_what_was_given_to_label_studio(reader: Reader, label: Label) -> None:
    annotated, predicted = reader.labels(read("export.json"), "export.json")
    assert annotated == label
    # the second task was a draft; Label Studio kept where it came from
    assert predicted == headed(label, drafted_from="some-model, prompts attack/x 0123, sample 0")


def test_results_as_the_editor_writes_them(reader: Reader, label: Label) -> None:
    assert reader.labels(read("by_hand.json"), "by_hand.json") == [label]


def test_offsets_count_characters(article: Article, label: Label) -> None:
    # the article begins with a character that UTF-16 counts twice
    task = to_task(article, label)
    for result in task["annotations"][0]["result"]:
        if result["type"] == "labels":
            value = result["value"]
            assert article.text[value["start"] : value["end"]] == value["text"]


def test_draft_goes_out_as_a_prediction(article: Article, label: Label) -> None:
    task = to_task(article, headed(label, draft=True, drafted_from="some model"))
    assert "annotations" not in task
    assert task["predictions"][0]["model_version"] == "some model"
    assert task["predictions"][0]["result"] == to_task(article, label)["annotations"][0]["result"]


def altered(label: Label, alter: Callable[[Json], object], *, draft: bool) -> Label:
    data = label.document()
    alter(data)
    head = {"draft": True, "drafted_from": "some model"} if draft else {}
    return read_label(json.dumps({**data, **head}), Records)


@pytest.mark.parametrize(
    ("alter", "gone", "lost"),
    [
        (
            lambda d: d["quotes"][0].update(speaker="Nobody Known"),
            "'Nobody Known' (/quotes/0/speaker)",
            "Quote.speaker",
        ),
        (lambda d: d["quotes"][0].update(evidence="Not said."), "'Not said.' (/quotes/0/evidence)", "Quote"),
    ],
)
def test_what_a_draft_made_up_is_left_out_and_noted(
    article: Article, label: Label, alter: Callable[[Json], object], gone: str, lost: str
) -> None:
    drafted = altered(label, alter, draft=True)
    (prediction,) = to_tasks({article.id: drafted}, {article.id: article})[0]["predictions"]
    whole = to_task(article, label)["annotations"][0]["result"]
    (notes,) = [item["value"]["text"] for item in prediction["result"] if item.get("id") == "notes"]
    assert notes[:-1] == label.head.notes
    assert notes[-1].startswith(f"{gone} does not occur as words of its own in article 'marrow_bay': left out")

    def labels(results: list[Json]) -> list[str]:
        return [item["value"]["labels"][0] for item in results if item["type"] == "labels"]

    left, all_ = labels(prediction["result"]), labels(whole)
    assert left.count(lost) == all_.count(lost) - 1
    assert left.count("Event") == all_.count("Event")
    regions = {item["id"] for item in prediction["result"] if item["type"] == "labels"}
    relations = [item for item in prediction["result"] if item["type"] == "relation"]
    assert all({item["from_id"], item["to_id"]} <= regions for item in relations)
    with pytest.raises(GoldError, match="see `extract gold check`"):
        to_task(article, altered(label, alter, draft=False))


@pytest.mark.parametrize(("padding", "nearest"), [(0, 0), (99, 1)])
def test_a_value_stands_where_it_is_nearest_to_its_evidence(label: Label, padding: int, nearest: int) -> None:
    # the evidence has a word that only looks the same; the very characters stand before and after it
    evidence = "“We stay,” said ANN LEE of the old mill at the river."
    text = f"Ann Lee came. {'So it goes. ' * padding}{evidence} Then, at last, Ann Lee went."
    article = Article("mill", text, "mill")
    quote = {"evidence": evidence, "speaker": "Ann Lee", "text": "We stay,"}
    one = altered(label, lambda data: data.update(article_id="mill", events=[], quotes=[quote]), draft=False)
    results = to_task(article, one)["annotations"][0]["result"]
    (at,) = [item["value"]["start"] for item in results if item.get("value", {}).get("labels") == ["Quote.speaker"]]
    assert at == [text.index("Ann Lee"), text.rindex("Ann Lee")][nearest]


def annotation(tasks: list[Json]) -> Json:
    found: Json = tasks[0]["annotations"][-1]
    return found


def first(tasks: list[Json], kind: str, label: str) -> Json:
    """The first region, or relation, of a label."""
    results = annotation(tasks)["result"]
    if kind == "relation":
        return next(item for item in results if item["type"] == kind and label in item.get("labels", ()))
    return next(item for item in results if item["type"] == kind and item["value"]["labels"] == [label])


BROKEN: list[tuple[str, Callable[[list[Json]], object], str]] = [
    ("other text", lambda t: t[0]["data"].update(text="Another."), "task 41: no article has its text"),
    ("JSON-MIN", lambda t: t[0].pop("annotations"), "not JSON-MIN"),
    ("nobody", lambda t: t[0]["annotations"].clear(), "0 annotations where one is needed"),
    (
        "two",
        lambda t: t[0]["annotations"][0].update(was_cancelled=False),
        "2 annotations .*a@example.org, b@example.org",
    ),
    (
        "loose value",
        lambda t: annotation(t)["result"].remove(first(t, "relation", "object")),
        r"\(Damage\.object\): 'A grain silo' belongs to no record",
    ),
    (
        "loose record",
        lambda t: annotation(t)["result"].remove(first(t, "relation", "casualties")),
        r"region .* \(Casualty\): .*belongs to no record",
    ),
    (
        "strange label",
        lambda t: first(t, "labels", "Event.places")["value"].update(labels=["Town"]),
        r"\(Town\): 'Marrow Bay' belongs to no record",
    ),
    (
        "strange control",
        lambda t: annotation(t)["result"].append({"id": "x", "type": "rating", "value": {"rating": 4}}),
        "Input tag 'rating' found using 'type' does not match",
    ),
    (
        "page offsets",
        lambda t: first(t, "labels", "Event.places")["value"].update(start="/p[1]/text()[1]"),
        r"by_hand.json: task 41: annotation 2: /result/\d+/labels/value/start: Input should be a valid integer",
    ),
    (
        "other words",
        lambda t: first(t, "labels", "Event.places")["value"].update(text="Marrow Town"),
        "the text has 'arrow Bay ', not 'Marrow Town'",
    ),
    (
        "words from elsewhere",
        lambda t: first(t, "labels", "Event.places")["value"].update(text="harbour"),
        "the text has 'arrow Bay ', not 'harbour'; mark it again",
    ),
    ("below zero", lambda t: first(t, "labels", "Event")["value"].update(start=-1), "value/start: Input should be"),
    ("true", lambda t: first(t, "labels", "Event")["value"].update(start=True), "value/start: Input should be"),
    (
        "behind the end",
        lambda t: first(t, "labels", "Event")["value"].update(start=0, end=10**9, text=t[0]["data"]["text"]),
        r"\(Event\): at 0 to 1000000000 the text has ",
    ),
    (
        "two speakers",
        lambda t: annotation(t)["result"].append(
            {**first(t, "relation", "speaker"), "to_id": copied(t, "Quote.speaker", "again")}
        ),
        "2 regions are tied to it as 'speaker', which holds one",
    ),
    (
        "no kind",
        lambda t: annotation(t).update(
            result=[item for item in annotation(t)["result"] if item.get("from_name") != "Event_kind"]
        ),
        r"\(Event\): /kind: Field required",
    ),
]


def copied(tasks: list[Json], label: str, name: str) -> str:
    annotation(tasks)["result"].append({**first(tasks, "labels", label), "id": name})
    return name


@pytest.mark.parametrize(("alter", "message"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_export_that_makes_no_label_is_refused(
    reader: Reader, alter: Callable[[list[Json]], object], message: str
) -> None:
    tasks = read("by_hand.json")
    alter(tasks)
    with pytest.raises(GoldError, match=message):
        reader.labels(tasks, "by_hand.json")


@pytest.mark.parametrize("tasks", [{"task": 1}, [1], "text"])
def test_what_is_no_list_of_tasks_is_refused(reader: Reader, tasks: object) -> None:
    with pytest.raises(GoldError, match="not a list of tasks"):
        reader.labels(tasks, "x.json")


def test_an_export_without_a_task_is_refused(reader: Reader) -> None:
    with pytest.raises(GoldError, match="it holds no task; say in Label Studio which ones are exported"):
        reader.labels([], "x.json")


def test_one_of_several_users_is_picked(article: Article, label: Label) -> None:
    tasks = read("by_hand.json")
    tasks[0]["annotations"][0]["was_cancelled"] = False
    assert Reader(ATTACK, (article,), WHO, TODAY, user="a@example.org").labels(tasks, "x") == [label]
    assert Reader(ATTACK, (article,), WHO, TODAY, user="2").labels(tasks, "x") == [label]


def test_words_over_a_line_end(article: Article) -> None:
    # Label Studio writes the line end as two characters, a backslash and an n
    tasks = read("by_hand.json")
    start = article.text.index("at Pier Four.")
    cut = article.text[start : start + 20]
    region = first(tasks, "labels", "Event")
    region["value"].update(start=start, end=start + 20, text=cut.replace("\n", "\\n"))
    (back,) = Reader(ATTACK, (article,), WHO, TODAY).labels(tasks, "x")
    assert attacks(back).events[0].evidence == cut


def test_configuration_has_every_name_that_the_tasks_use(article: Article, label: Label) -> None:
    view = ElementTree.fromstring(labelling_config(Records))
    named = {element.get("name"): element.tag.lower() for element in view.iter() if element.get("name")}
    labels = {element.get("value") for element in view.iter("Label")}
    relations = {element.get("value") for element in view.iter("Relation")}
    choices = {control.get("name"): {choice.get("value") for choice in control} for control in view.iter("Choices")}
    for result in to_task(article, label)["annotations"][0]["result"]:
        if result["type"] == "relation":
            assert relations.issuperset(result["labels"])
            continue
        assert named[result["from_name"]] == result["type"]
        assert named[result["to_name"]] == "text"
        if result["type"] == "labels":
            assert labels.issuperset(result["value"]["labels"])
        if result["type"] == "choices":
            assert choices[result["from_name"]].issuperset(result["value"]["choices"])


def test_there_and_back_on_the_command_line(tmp_path: Path, label: Label) -> None:
    articles, labels, out = tmp_path / "articles", tmp_path / "labels", tmp_path / "out"
    for folder, name in ((articles, "marrow_bay.txt"), (labels, "marrow_bay.json")):
        folder.mkdir()
        (folder / name).write_bytes((SAMPLE / name).read_bytes())
    runner = CliRunner()
    shown = runner.invoke(gold, ["to-label-studio", str(labels), "--articles", str(articles)])
    arguments = ["from-label-studio", "-", "--annotator", WHO, "--articles", str(articles), "--out", str(out)]
    written = runner.invoke(gold, arguments, input=shown.stdout)
    assert written.stdout.splitlines() == [str(out / "marrow_bay.json")]
    back = load_labels(out, ATTACK)["marrow_bay"]
    assert (back.records, back.head.notes) == (label.records, label.head.notes)
    again = runner.invoke(gold, arguments, input=shown.stdout)
    assert isinstance(again.exception, GoldError)
    assert "exists" in str(again.exception)
    assert isinstance(runner.invoke(gold, arguments, input="<xml/>").exception, GoldError)


def test_configuration_on_the_command_line_asks_for_no_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(gold, ["to-label-studio", "--config"])
    assert (shown.exit_code, shown.stdout) == (0, labelling_config(Records))


def test_what_somebody_else_marked_is_not_read(article: Article, label: Label) -> None:
    tasks = read("by_hand.json")
    odd = {"id": 99, "completed_by": 7, "was_cancelled": False, "result": [{"type": "rectanglelabels", "id": "r"}]}
    tasks[0]["annotations"].append(odd)
    assert Reader(ATTACK, (article,), WHO, TODAY, user="2").labels(tasks, "x") == [label]
    with pytest.raises(GoldError, match="annotation 3: /result/0"):
        Reader(ATTACK, (article,), WHO, TODAY, user="7").labels(tasks, "x")
