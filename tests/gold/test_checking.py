"""The committed gold set has no fault, and every kind of fault is found in an altered copy of a sample."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eval.cli.gold import gold
from eval.gold.checking import check_set, label_schema, load_articles
from extract.errors import GoldError, UsageError
from extract.tasks.attack.codebook import BOUND_WORDS
from extract.tasks.attack.schema import Records
from tests.small_gold import ATTACK

ROOT = Path(__file__).parents[2]
GOLD = ROOT / "gold" / "attack"
ARTICLES = ROOT / "gold" / "articles"
SAMPLE = ROOT / "tests" / "data" / "labelstudio"

Json = dict[str, Any]


class SampleSet:
    """A gold set of one made-up article, to be altered."""

    def __init__(self, folder: Path) -> None:
        self.articles, self.labels = folder / "articles", folder / "labels"
        self.articles.mkdir()
        self.labels.mkdir()
        shutil.copy(SAMPLE / "marrow_bay.txt", self.articles)
        self.file = self.labels / "marrow_bay.json"
        self.data: Json = json.loads((SAMPLE / "marrow_bay.json").read_text(encoding="utf-8"))

    def faults(self) -> list[str]:
        """Pointer and message of every fault, as printed after the file's name."""
        self.file.write_text(json.dumps(self.data), encoding="utf-8")
        return [
            str(fault).removeprefix(f"{self.file}#") for fault in check_set(self.labels, self.articles, ATTACK).faults
        ]


@pytest.fixture
def sample(tmp_path: Path) -> SampleSet:
    return SampleSet(tmp_path)


@pytest.mark.parametrize("labels", ["labels", "annotators/a", "annotators/b"])
def test_committed_labels_have_no_fault(labels: str) -> None:
    found = check_set(GOLD / labels, ARTICLES, ATTACK)
    assert [str(fault) for fault in found.faults] == []
    assert found.files == len(load_articles(ARTICLES)) >= 5


def test_committed_schema_is_the_code_s() -> None:
    # after a change: extract gold schema > gold/attack/labels.schema.json
    assert (GOLD / "labels.schema.json").read_text(encoding="utf-8") == label_schema(Records)


def test_sample_has_no_fault(sample: SampleSet) -> None:
    assert sample.faults() == []


def event(data: Json) -> Json:
    found: Json = data["events"][0]
    return found


def casualty(data: Json) -> Json:
    found: Json = event(data)["casualties"][0]
    return found


def quote(data: Json) -> Json:
    found: Json = data["quotes"][0]
    return found


Alteration = Callable[[Json], object]

FAULTS: list[tuple[str, Alteration, str]] = [
    ("version", lambda d: d.update(codebook=2), "/codebook: codebook version 2, where this task has 1"),
    (
        "wrong name",
        lambda d: d.update(article_id="other"),
        "/article_id: 'other' in a file named 'marrow_bay.json', not 'other.json'",
    ),
    ("no annotator", lambda d: d.update(annotator=" "), "/annotator: empty"),
    ("no day", lambda d: d.update(labelled_on="22 November"), "/labelled_on: '22 November' is not a day"),
    ("impossible day", lambda d: d.update(published="2026-02-30"), "/published: '2026-02-30' is not a day"),
    ("draft", lambda d: d.update(draft=True), "/draft: a draft, not gold"),
    ("unknown key", lambda d: event(d).update(target="port"), "/events/0/target: Extra inputs"),
    ("missing key", lambda d: event(d).pop("context"), "/events/0/context: Field required"),
    ("vocabulary", lambda d: event(d).update(kind="airstrike"), "/events/0/kind: Input should be 'air_strike'"),
    (
        "number in quotes",
        lambda d: casualty(d)["quantity"].update(value="3"),
        "/events/0/casualties/0/quantity/value: Input should be a valid integer",
    ),
    (
        "invented",
        lambda d: casualty(d).update(source="the mayor"),
        "/events/0/casualties/0/source: 'the mayor' is not in the article",
    ),
    (
        "straight quotes",
        lambda d: quote(d).update(evidence=quote(d)["evidence"].replace("“", '"')),
        "/quotes/0/evidence: '\"We heard it coming,”",
    ),
    ("cut word", lambda d: event(d).update(places=["Marrow Ba"]), "/events/0/places/0: 'Marrow Ba' cuts a word"),
    (
        "other case",
        lambda d: event(d).update(places=["marrow bay"]),
        "/events/0/places/0: 'marrow bay' is not in the article, which has 'Marrow Bay'",
    ),
    ("loose space", lambda d: event(d).update(places=["Bay "]), "/events/0/places/0: 'Bay ' begins or ends"),
    ("empty", lambda d: casualty(d).update(source=""), "/events/0/casualties/0/source: empty"),
    ("place twice", lambda d: event(d)["places"].append("Marrow Bay"), "/events/0/places/1: 'Marrow Bay' stands twice"),
    (
        "figure elsewhere",
        lambda d: casualty(d)["quantity"].update(text="nine", value=9, bound="exact"),
        "/events/0/casualties/0/quantity/text: 'nine' is not in the record's evidence",
    ),
    (
        "object elsewhere",
        lambda d: event(d)["damage"][0].update(object="the port"),
        "/events/0/damage/0/object: 'the port' is not in the record's evidence",
    ),
    (
        "words elsewhere",
        lambda d: quote(d)["continued"].append("a night watchman"),
        "/quotes/0/continued/1: 'a night watchman' is not in the record's evidence",
    ),
    (
        "half quote",
        lambda d: quote(d).update(text="We heard it"),
        "/quotes/0/text: 'We heard it' does not begin and end",
    ),
    (
        "record twice",
        lambda d: event(d)["casualties"].append(casualty(d)),
        "/events/0/casualties/3: says the same as /events/0/casualties/0",
    ),
    (
        "weapon twice",
        lambda d: event(d)["weapons"][1].update(outcome="used"),
        "/events/0/weapons/1: drone used is weapons/0 already",
    ),
    (
        "another number",
        lambda d: casualty(d)["quantity"].update(value=33),
        "/events/0/casualties/0/quantity/value: 'at least three' states 3, the value is 33",
    ),
    ("zero", lambda d: casualty(d)["quantity"].update(value=0), "/events/0/casualties/0/quantity/value: 0: zeros"),
    (
        "no number",
        lambda d: event(d)["casualties"][1]["quantity"].update(bound="exact"),
        "/events/0/casualties/1/quantity/bound: 'exact' for words without a number",
    ),
    (
        "bound",
        lambda d: casualty(d)["quantity"].update(bound="exact"),
        "/events/0/casualties/0/quantity/bound: 'exact', but 'at least three' is 'at_least'",
    ),
    ("date alone", lambda d: event(d).update(date_text=None), "/events/0/date: '2026-03-03' follows from no"),
    ("no such date", lambda d: event(d).update(date="2026-02-30"), "/events/0/date: '2026-02-30' is not a day"),
]


@pytest.mark.parametrize(("alter", "fault"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_fault_is_found_where_it_is(sample: SampleSet, alter: Alteration, fault: str) -> None:
    alter(sample.data)
    found = sample.faults()
    assert [line for line in found if line.startswith(fault)], found


def test_one_fault_is_reported_once(sample: SampleSet) -> None:
    casualty(sample.data)["source"] = "the mayor"
    assert sample.faults() == ["/events/0/casualties/0/source: 'the mayor' is not in the article"]


def test_two_people_described_one_by_one_are_no_repeat(sample: SampleSet) -> None:
    other = json.loads(json.dumps(event(sample.data)["casualties"][2]))
    other["quantity"]["text"] = "watchman"
    event(sample.data)["casualties"].append(other)
    assert sample.faults() == []


def test_quote_may_run_on_into_the_next_paragraph(sample: SampleSet, tmp_path: Path) -> None:
    article = tmp_path / "articles" / "marrow_bay.txt"
    article.write_text(article.read_text(encoding="utf-8") + "“It went on,” she said. “All night\n“long.”\n", "utf-8")
    quote(sample.data).update(text="It went on,", continued=["All night"])
    quote(sample.data)["evidence"] = "“It went on,” she said. “All night"
    assert sample.faults() == []


def test_a_quote_may_stand_behind_a_mark_and_a_space(sample: SampleSet, tmp_path: Path) -> None:
    article = tmp_path / "articles" / "marrow_bay.txt"
    said = 'She called it " cruel and bad", and left.'
    article.write_text(f"{article.read_text(encoding='utf-8')}{said}\n", "utf-8")
    quote(sample.data).update(text="cruel and bad", continued=[], evidence=said)
    assert sample.faults() == []


def test_words_stand_in_the_evidence_whole(sample: SampleSet, tmp_path: Path) -> None:
    article = tmp_path / "articles" / "marrow_bay.txt"
    article.write_text(f"{article.read_text(encoding='utf-8')}Nineteen sailors were killed.\n", "utf-8")
    casualty(sample.data).update(
        evidence="Nineteen sailors were killed.", quantity={"text": "nine", "value": 9, "bound": "exact"}
    )
    assert "/events/0/casualties/0/quantity/text: 'nine' is not in the record's evidence" in sample.faults()


def test_file_that_is_no_json(sample: SampleSet) -> None:
    sample.file.write_text('{"codebook": 1,', encoding="utf-8")
    (fault,) = check_set(sample.labels, sample.articles, ATTACK).faults
    assert fault.pointer == ""
    assert "\n" not in fault.message


def test_article_without_a_label_and_label_without_an_article(sample: SampleSet) -> None:
    (sample.articles / "marrow_bay.txt").rename(sample.articles / "new.txt")
    label, article = check_set_after_writing(sample)
    assert "no article 'marrow_bay'" in label
    assert "new.txt#: has no label file" in article


def check_set_after_writing(sample: SampleSet) -> list[str]:
    sample.file.write_text(json.dumps(sample.data), encoding="utf-8")
    return [str(fault) for fault in check_set(sample.labels, sample.articles, ATTACK).faults]


def test_accepted_drafts_are_named_apart(sample: SampleSet) -> None:
    sample.data["drafted_from"] = "some model"
    assert sample.faults() == []
    assert check_set(sample.labels, sample.articles, ATTACK).drafted == ["marrow_bay"]


def test_bound_words_are_the_codebook_s() -> None:
    text = (GOLD / "CODEBOOK.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("| `bound` |"))
    quoted = {word for bound in ("at_least", "at_most", "about") for word in BOUND_WORDS[bound] if f'"{word}"' in row}
    assert quoted == {"at least", "more than", "over", "up to", "fewer than", "about", "nearly", "almost", "around"}


def test_folders_that_hold_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no label files"):
        check_set(tmp_path, tmp_path, ATTACK)
    (tmp_path / "scan.txt").write_bytes(b"\x00\x01")
    with pytest.raises(GoldError, match=r"scan\.txt"):
        load_articles(tmp_path)


def test_check_on_the_command_line(sample: SampleSet) -> None:
    arguments = ["check", str(sample.labels), "--articles", str(sample.articles)]
    assert sample.faults() == []
    fine = CliRunner().invoke(gold, arguments)
    assert (fine.exit_code, fine.stdout, fine.stderr) == (0, "", "1 label file, 0 faults\n")
    event(sample.data)["kind"] = "raid"
    lines = sample.faults()
    bad = CliRunner().invoke(gold, arguments)
    assert bad.exit_code == 1
    assert bad.stdout.splitlines() == [f"{sample.file}#{line}" for line in lines]


def test_only_the_usual_folder_is_looked_for_in_a_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"no gold set of task 'attack' at 'gold.attack': the project's own lies in"):
        CliRunner().invoke(gold, ["check"], catch_exceptions=False)
    for arguments in (["check", "nowhere"], ["agree", "nowhere", "nowhere"]):
        mistyped = CliRunner().invoke(gold, arguments)
        assert mistyped.exit_code == 2
        assert "'nowhere' does not exist" in mistyped.stderr
        assert "clone" not in mistyped.output


def test_labels_without_articles_ask_for_the_articles(
    sample: SampleSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sample.articles.rename(tmp_path / "texts")
    done = CliRunner().invoke(gold, ["to-label-studio", "labels"])
    assert isinstance(done.exception, UsageError)
    assert "--articles" in str(done.exception)


def test_schema_on_the_command_line() -> None:
    shown = CliRunner().invoke(gold, ["schema"])
    assert shown.stdout == label_schema(Records)
    schema = json.loads(shown.stdout)
    assert schema["additionalProperties"] is False
    assert "ground_assault" in schema["$defs"]["Event"]["properties"]["kind"]["enum"]


def test_faults_do_not_steer_a_terminal(sample: SampleSet) -> None:
    sample.data["\x1b]0;title\x07\u202e"] = "\x1b[2J"
    sample.data["article_id"] = "\x9b31m"
    sample.file.write_text(json.dumps(sample.data), encoding="utf-8")
    done = CliRunner().invoke(gold, ["check", str(sample.labels), "--articles", str(sample.articles)])
    assert done.exit_code == 1
    assert all(line.isprintable() for line in done.output.splitlines())
    assert "title" in done.stdout


@pytest.mark.parametrize("content", ["[" * 100_000, '{"codebook": NaN}', '{"codebook": 1, "codebook": 1}', "", "\x00"])
def test_a_file_that_is_no_json_is_one_fault(sample: SampleSet, content: str) -> None:
    sample.file.write_text(content, encoding="utf-8")
    (fault,) = check_set(sample.labels, sample.articles, ATTACK).faults
    assert (fault.pointer, "\n" in fault.message) == ("", False)
