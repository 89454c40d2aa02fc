"""Label files: read, refused, identified."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from eval.cli.gold import gold
from eval.gold.clone import gold_folder
from eval.gold.labels import Label, file_name, gold_hash, is_nested, load_labels, read_label
from eval.harness import load_gold
from extract.articles import Article
from extract.errors import ExtractError, GoldError
from extract.records.results import ArticleResult, Header
from extract.tasks.attack.schema import Records
from extract.tasks.task import Task
from tests.commands import write_lines
from tests.recalls import (
    HEAD,
    NOTE,
    RECALL_LABEL,
    RECALLED,
    TASTED,
    TASTING_LABEL,
    Note,
    Recalls,
    Tastings,
    begin,
    write_set,
)
from tests.small_gold import ATTACK, attacks, signature

LABEL: dict[str, Any] = {
    **HEAD,
    "events": [
        {
            "kind": "air_strike",
            "context": "main",
            "attacker": "Russia",
            "date_text": "early Thursday",
            "date": None,
            "places": ["Kyiv"],
            "evidence": "Russia struck Kyiv early Thursday.",
            "weapons": [
                {
                    "kind": "drone",
                    "quantity": {"text": "598", "value": 598, "bound": "exact"},
                    "outcome": "used",
                    "evidence": "598 drones",
                }
            ],
            "casualties": [],
            "damage": [],
        }
    ],
    "quotes": [{"speaker": "Bob", "role": None, "text": "Yes", "continued": [], "evidence": "Yes, said Bob"}],
    "notes": ["none"],
}
ARTICLE = Article("one", "Russia struck Kyiv early Thursday.", "one.txt")


def write(folder: Path, name: str, **changes: Any) -> Path:
    path = folder / f"{name}.json"
    path.write_text(json.dumps({**LABEL, "article_id": name, **changes}), encoding="utf-8")
    return path


def test_labels_are_read_by_article_id(tmp_path: Path) -> None:
    write(tmp_path, "two", draft=True, drafted_from="a model")
    write(tmp_path, "one")
    labels = load_labels(tmp_path, ATTACK)
    assert list(labels) == ["one", "two"]
    assert labels["one"].head.draft is False
    assert labels["one"].head.drafted_from is None
    assert labels["two"].head.drafted_from == "a model"
    assert attacks(labels["one"]).events[0].weapons[0].kind == "drone"
    assert attacks(labels["one"]).quotes[0].speaker == "Bob"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"events": [{"kind": "air_strike"}]}, r"one\.json' is not a label file: /events/0/evidence: Field required"),
        ({"surprise": 1}, r"one\.json' is not a label file: /surprise: Extra inputs"),
        ({"codebook": 2}, r"one\.json' follows codebook version 2, not 1"),
        ({"article_id": "two"}, r"one\.json' labels article 'two': a label file is named for its article"),
        (
            {"quotes": [{"speaker": "Bob", "text": "Yes", "evidence": "Yes", "continued": "No"}]},
            r"/quotes/0/continued: Input should be a valid (array|list)",
        ),
    ],
)
def test_a_broken_label_file_is_named(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    write(tmp_path, "one", **changes)
    with pytest.raises(GoldError, match=message):
        load_labels(tmp_path, ATTACK)


def test_a_figure_in_quotation_marks_is_no_number(tmp_path: Path) -> None:
    path = write(tmp_path, "one")
    path.write_text(path.read_text(encoding="utf-8").replace('"value": 598', '"value": "598"'), encoding="utf-8")
    with pytest.raises(GoldError, match=r"/events/0/weapons/0/quantity/value: Input should be a valid integer"):
        load_labels(tmp_path, ATTACK)


def test_a_file_that_is_no_json(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_bytes(b"\xff{")
    with pytest.raises(GoldError, match=r"cannot read label file '.*one\.json': not UTF-8 at byte 0"):
        load_labels(tmp_path, ATTACK)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "one.json").mkdir()
    with pytest.raises(GoldError, match=r"cannot read label file '.*one\.json'"):
        load_labels(tmp_path, ATTACK)


def test_a_folder_without_labels(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="no label files"):
        load_labels(tmp_path / "nowhere", ATTACK)


def label(**changes: Any) -> Label:
    return read_label(json.dumps({**LABEL, **changes}), Records)


def identity(*labels: Label, text: str = ARTICLE.text) -> str:
    articles = {item.article_id: Article(item.article_id, text, "x") for item in labels}
    return gold_hash({item.article_id: item for item in labels}, articles, {})


def test_what_no_figure_depends_on_is_no_part_of_the_gold_hash() -> None:
    first, second = label(), label(article_id="two")
    assert identity(first, second) == identity(second, first)
    assert identity(first) == identity(label(annotator="Bob", labelled_on="2026-01-01", notes=[], drafted_from="m"))
    articles = {"one": ARTICLE, "spare": Article("spare", "another", "x")}
    assert gold_hash({"one": first}, articles, {}) == identity(first)


def test_what_figures_depend_on_is_part_of_the_gold_hash() -> None:
    different = {
        identity(label()),
        identity(label(), label(article_id="two")),
        identity(label(quotes=[])),
        identity(label(published="2026-11-01")),
        identity(label(), text="Another text."),
        gold_hash({"one": label()}, {"one": ARTICLE}, {"russian": frozenset({"russia"})}),
        gold_hash({"one": label()}, {"one": ARTICLE}),
    }
    assert len(different) == 7
    assert all(len(digest) == 64 for digest in different)


def test_a_label_without_article_has_no_hash() -> None:
    with pytest.raises(GoldError, match="label 'one' has no article"):
        gold_hash({"one": label()}, {})


ODD_IDS = [
    "/etc/passwd", "../../x", "..", ".", "", "a/b", "a\\b", "C:x", "con", "CON.txt", "lpt1", "nul.", "a\0b", "a\nb", "x" * 300,
    "Київ", "é", "e\u0301", ".hidden", "-o", "ends.", "ends ", "\ud83d", "a~0123456789abcdef", "a:b", "a?b", "~",
]  # fmt: skip


def test_no_id_leaves_its_folder_and_no_two_share_a_name(tmp_path: Path) -> None:
    names = [file_name(article_id) for article_id in [*ODD_IDS, *map(file_name, ODD_IDS)]]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert name.isascii()
        assert len(name) < 70
        assert re.fullmatch(r"[A-Za-z0-9-]*~[0-9a-f]{16}\.json", name)
        (tmp_path / name).touch()
    assert len(list(tmp_path.iterdir())) == len(names)


@pytest.mark.parametrize("article_id", ["000_4d400bd730e8cd37", "marrow_bay", "2026-11-22 late (2)", "a.b", "x" * 200])
def test_a_plain_id_is_its_file_s_name(article_id: str) -> None:
    assert file_name(article_id) == f"{article_id}.json"


@given(st.text(), st.text())
def test_names_of_different_ids_differ(one: str, other: str) -> None:
    assert (file_name(one) == file_name(other)) == (one == other)


def test_a_label_is_found_by_either_name_and_only_once(tmp_path: Path) -> None:
    content = {"codebook": 1, "article_id": "Київ", "annotator": "a", "labelled_on": "2026-11-22"}
    text = json.dumps({**content, "events": [], "quotes": []})
    (tmp_path / "Київ.json").write_text(text, encoding="utf-8")
    assert list(load_labels(tmp_path, ATTACK)) == ["Київ"]
    (tmp_path / file_name("Київ")).write_text(text, encoding="utf-8")
    with pytest.raises(GoldError, match=r"two label files .* are of article 'Київ'"):
        load_labels(tmp_path, ATTACK)


# Tasks with schemas of their own


@dataclass(frozen=True)
class Own:
    """A task in a folder, with its text, its label file and where the records stand there."""

    task: Task[Any]
    text: str
    label: dict[str, Any]
    records: str

    @property
    def gold(self) -> Path:
        assert self.task.folder is not None
        return self.task.folder / "gold"

    def command(self, *arguments: str) -> Result:
        return CliRunner().invoke(gold, [*arguments, "--task", str(self.task.folder)])


@pytest.fixture(params=["recalls", "tastings"])
def own(request: pytest.FixtureRequest, tmp_path: Path) -> Own:
    if request.param == "recalls":
        return Own(begin(tmp_path / "mine", Recalls), RECALLED, RECALL_LABEL, "/recalls/0")
    return Own(begin(tmp_path / "mine", Tastings), TASTED, TASTING_LABEL, "/records/notes/0")


def test_a_label_of_any_schema_is_written_as_it_was_read(own: Own) -> None:
    read = read_label(json.dumps(own.label), own.task.schema)
    assert isinstance(read.records, own.task.schema)
    assert read.head.notes == ["hard"]
    assert read.document() == own.label
    assert list(read.document()) == list(own.label)


def test_records_whose_field_is_called_like_one_of_the_head_stand_apart() -> None:
    assert not is_nested(Recalls)
    assert is_nested(Tastings)
    read = read_label(json.dumps(TASTING_LABEL), Tastings)
    assert isinstance(read.records, Tastings)
    assert read.records.notes == [Note.model_validate(NOTE)]
    with pytest.raises(ValidationError, match="records\n  Field required"):
        read_label(json.dumps({**HEAD, "notes": [NOTE]}), Tastings)


def test_labels_of_any_schema_are_read_from_the_task_s_own_place(own: Own) -> None:
    write_set(own.gold, own.text, own.label)
    set_ = load_gold(gold_folder(own.task), own.task)
    assert set_.labels["one"] == read_label(json.dumps(own.label), own.task.schema)
    assert set_.texts == own.gold / "articles"
    other = Article("one", own.text, "one.txt")
    changed = read_label(json.dumps({**own.label, "published": "2026-11-21"}), own.task.schema)
    assert gold_hash({"one": changed}, {"one": other}) != set_.sha256


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("evidence", "Not said.", "'Not said.' is not in the article"),
        ("evidence", 7, "Input should be a valid string (found 7)"),
        ("colour", "red", "Extra inputs are not permitted (found 'red')"),
    ],
)
def test_a_fault_of_any_schema_is_found_where_it_is(own: Own, key: str, value: object, message: str) -> None:
    file = write_set(own.gold, own.text, own.label)
    assert own.command("check").output == "1 label file, 0 faults\n"
    data = json.loads(json.dumps(own.label))
    (at(data, own.records))[key] = value
    file.write_text(json.dumps(data), encoding="utf-8")
    found = own.command("check")
    assert found.exit_code == 1
    assert f"{file}#{own.records}/{key}: {message}" in found.stdout.splitlines()


def test_a_record_that_stands_twice_is_named_where_it_stands(own: Own) -> None:
    file = write_set(own.gold, own.text, own.label)
    data = json.loads(json.dumps(own.label))
    place = own.records.rpartition("/")[0]
    at(data, place).append(at(data, own.records))
    file.write_text(json.dumps(data), encoding="utf-8")
    assert own.command("check").stdout == f"{file}#{place}/1: says the same as {place}/0\n"


def test_a_list_that_is_not_written_is_no_empty_one() -> None:
    with pytest.raises(ValidationError, match="recalls\n  Field required"):
        read_label(json.dumps(HEAD), Recalls)


def test_a_draft_of_any_schema_becomes_gold_in_the_task_s_own_place(own: Own, tmp_path: Path) -> None:
    file = write_set(own.gold, own.text, own.label)
    records = load_labels(file.parent, own.task)["one"].records
    file.unlink()
    run = own_run(tmp_path / "run.jsonl", own, records)
    drafted = own.command("draft", str(own.gold / "articles" / "one.txt"), "--from", str(run))
    assert drafted.stdout == f"{file}\n"
    assert own.command("check").stdout.startswith(f"{file}#/draft: a draft, not gold")
    assert own.command("accept", str(file), "--annotator", "Ann").exit_code == 0
    assert own.command("check").exit_code == 0
    accepted = load_labels(file.parent, own.task)["one"]
    assert (accepted.records, accepted.head.annotator, accepted.head.drafted_from is None) == (records, "Ann", False)


def test_a_label_of_any_schema_goes_to_label_studio_and_comes_back(own: Own) -> None:
    file = write_set(own.gold, own.text, own.label)
    before = load_labels(file.parent, own.task)["one"]
    shown = own.command("to-label-studio")
    names = {item.get("from_name") for item in json.loads(shown.stdout)[0]["annotations"][0]["result"]}
    config = own.command("to-label-studio", "--config").stdout
    assert all(f'name="{name}"' in config for name in names - {None})
    file.unlink()
    arguments = ["from-label-studio", "-", "--annotator", "Bob", "--task", str(own.task.folder)]
    written = CliRunner().invoke(gold, arguments, input=shown.stdout)
    assert written.stdout == f"{file}\n"
    after = load_labels(file.parent, own.task)["one"]
    assert (after.records, after.head.notes, after.head.annotator) == (before.records, ["hard"], "Bob")


def test_the_json_schema_of_any_task_s_label_files_names_its_records(own: Own) -> None:
    schema = json.loads(own.command("schema").stdout)
    first = own.records.split("/")[1]
    assert first in schema["required"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["notes"]["items"] == {"type": "string"}


def test_a_draft_begins_a_gold_set(own: Own, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(own.text, encoding="utf-8")
    records = read_label(json.dumps(own.label), own.task.schema).records
    drafted = own.command(
        "draft", str(tmp_path / "one.txt"), "--from", str(own_run(tmp_path / "run.jsonl", own, records))
    )
    assert drafted.stdout == f"{own.gold / 'labels' / 'one.json'}\n"


def test_a_run_of_another_task_is_no_draft(own: Own, tmp_path: Path) -> None:
    write_set(own.gold, own.text, own.label)
    records = read_label(json.dumps(own.label), own.task.schema).records
    run = own_run(tmp_path / "run.jsonl", own, records)
    run.write_text(run.read_text(encoding="utf-8").replace(f'"{own.task.name}"', '"other"', 1), encoding="utf-8")
    drafted = own.command("draft", str(own.gold / "articles" / "one.txt"), "--from", str(run), "--out", str(tmp_path))
    assert isinstance(drafted.exception, ExtractError)
    assert "is a run of task 'other'" in str(drafted.exception)


def at(data: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        data = data[int(part)] if isinstance(data, list) else data[part]
    return data


def own_run(path: Path, own: Own, records: BaseModel) -> Path:
    """A run file of the task, with one article."""
    header = Header(signature=signature().model_copy(update={"task": own.task.name}))
    digest = Article("one", own.text, "one.txt").sha256
    row = ArticleResult(article_id="one", source="one.txt", text_sha256=digest, status="complete", records=records)
    return write_lines(path, header, row)
