"""Drafts: prefilled from a run, no gold until accepted, and marked for ever."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.cli.gold import gold
from eval.gold.checking import check_set
from eval.gold.labels import file_name, load_labels, read_label
from extract.articles import Article, read_articles
from extract.errors import ExtractError, GoldError, UsageError
from extract.records.results import ArticleResult, Header, Signature
from extract.tasks.attack.schema import Records
from tests.commands import write_lines
from tests.small_gold import ATTACK, attacks

SAMPLE = Path(__file__).parents[1] / "data" / "labelstudio"
SIGNATURE = Signature(
    task="attack",
    model="some-model",
    prompts="figures",
    prompts_sha256="0123456789abcdef" * 4,
    schema_sha256="f" * 64,
    sampling={"temperature": 0.0},
    sample=2,
)
DRAFTED_FROM = "some-model, prompts figures 0123456789ab, sample 2"


class Project:
    """Folders of a gold set with one article and a run that extracted it."""

    def __init__(self, folder: Path) -> None:
        self.articles, self.labels, self.run = folder / "articles", folder / "labels", folder / "run.jsonl"
        self.articles.mkdir()
        self.text = Path(shutil.copy(SAMPLE / "marrow_bay.txt", self.articles))
        self.file = self.labels / "marrow_bay.json"
        self.label = read_label((SAMPLE / "marrow_bay.json").read_text(encoding="utf-8"), Records)
        (article,) = read_articles([str(self.text)])
        assert isinstance(article, Article)
        self.result = ArticleResult(
            article_id="marrow_bay",
            source=str(self.text),
            text_sha256=article.sha256,
            published="2026-03-05",
            status="complete",
            records=self.label.records,
        )
        self.write(self.result)

    def write(self, *results: ArticleResult) -> None:
        write_lines(self.run, Header(signature=SIGNATURE), *results)

    def draft(self) -> str:
        """Runs the command and returns its standard output; errors come out as they are."""
        arguments = ["draft", str(self.text), "--from", str(self.run), "--out", str(self.labels)]
        done = CliRunner().invoke(gold, arguments)
        if isinstance(done.exception, ExtractError):
            raise done.exception
        assert done.exit_code == 0
        return done.stdout

    def accept(self, annotator: str = "Ada Lund, by reading") -> tuple[int, str]:
        """Runs the command and returns exit code and standard output; errors come out as they are."""
        arguments = ["accept", str(self.file), "--annotator", annotator, "--articles", str(self.articles)]
        done = CliRunner().invoke(gold, arguments)
        if isinstance(done.exception, ExtractError):
            raise done.exception
        return done.exit_code, done.stdout

    def edit(self, old: str, new: str) -> None:
        text = self.file.read_text(encoding="utf-8")
        assert old in text
        self.file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_draft_holds_the_run_s_records_and_says_so(project: Project) -> None:
    assert project.draft() == f"{project.file}\n"
    draft = load_labels(project.labels, ATTACK)["marrow_bay"]
    assert draft.records == project.label.records
    assert (draft.head.draft, draft.head.drafted_from, draft.head.annotator) == (True, DRAFTED_FROM, "nobody yet")
    assert draft.head.published == "2026-03-05"


def test_draft_is_no_gold(project: Project) -> None:
    project.draft()
    (fault,) = check_set(project.labels, project.articles, ATTACK).faults
    assert fault.pointer == "/draft"


def test_accepted_draft_is_gold_and_keeps_where_it_came_from(project: Project) -> None:
    project.draft()
    project.edit('"A grain silo"', '"grain silo"')
    assert project.accept() == (0, "")
    checked = check_set(project.labels, project.articles, ATTACK)
    assert (checked.faults, checked.drafted) == ([], ["marrow_bay"])
    accepted = load_labels(project.labels, ATTACK)["marrow_bay"]
    assert accepted.head.annotator == "Ada Lund, by reading"
    assert accepted.head.drafted_from == DRAFTED_FROM
    assert attacks(accepted).events[0].damage[0].object == "grain silo"
    assert "draft" not in json.loads(project.file.read_text(encoding="utf-8"))


def test_draft_with_a_fault_is_not_accepted(project: Project) -> None:
    project.draft()
    project.edit('"Marrow Bay"', '"Harrow Bay"')
    before = project.file.read_bytes()
    code, out = project.accept()
    assert code == 1
    assert out == f"{project.file}#/events/0/places/0: 'Harrow Bay' is not in the article\n"
    assert project.file.read_bytes() == before


def test_a_draft_of_another_task_is_said_to_be_one(project: Project) -> None:
    project.draft()
    data = json.loads(project.file.read_text(encoding="utf-8"))
    for name in ("events", "quotes"):
        del data[name]
    project.file.write_text(json.dumps({**data, "acts": []}), encoding="utf-8")
    said = f"{project.file}#: a label of task 'diplomacy', not of 'attack': say --task diplomacy\n"
    assert project.accept() == (1, said)
    with pytest.raises(
        GoldError, match=r"marrow_bay\.json' is a label of task 'diplomacy', not of 'attack': say --task"
    ):
        load_labels(project.labels, ATTACK)


def test_nothing_is_accepted_twice_or_by_nobody(project: Project) -> None:
    project.draft()
    with pytest.raises(UsageError, match="annotator"):
        project.accept(" ")
    assert project.accept()[0] == 0
    with pytest.raises(GoldError, match="is not a draft"):
        project.accept()


def test_label_file_is_not_overwritten(project: Project) -> None:
    project.draft()
    with pytest.raises(GoldError, match=r"nothing to draft: every label file is there already; '.*marrow_bay\.json'"):
        project.draft()


def test_run_has_to_have_read_this_very_article(project: Project) -> None:
    project.write()
    with pytest.raises(GoldError, match="has no line for article 'marrow_bay'"):
        project.draft()
    project.write(project.result.model_copy(update={"status": "failed", "records": None}))
    with pytest.raises(GoldError, match="failed on article 'marrow_bay'"):
        project.draft()
    project.write(project.result.model_copy(update={"text_sha256": "0" * 64}))
    with pytest.raises(GoldError, match="read another text"):
        project.draft()
    assert not project.labels.exists()


def test_what_is_no_article_is_named(project: Project) -> None:
    project.text.write_bytes(b"\x00")
    with pytest.raises(UsageError, match=r"marrow_bay\.txt' is not an article"):
        project.draft()


@pytest.mark.parametrize("article_id", ["/nowhere/chosen-by-an-article", "../../chosen", "con", "a b?*"])
def test_an_article_s_id_does_not_choose_where_its_draft_is_written(project: Project, article_id: str) -> None:
    project.text = project.text.parent / "more.jsonl"
    text = (SAMPLE / "marrow_bay.txt").read_text(encoding="utf-8")
    project.text.write_text(json.dumps({"id": article_id, "text": text}) + "\n", encoding="utf-8")
    project.write(project.result.model_copy(update={"article_id": article_id}))
    written = Path(project.draft().strip())
    assert written == project.labels / file_name(article_id)
    assert [path.name for path in project.labels.iterdir()] == [written.name]
    assert list(load_labels(project.labels, ATTACK)) == [article_id]


def test_an_unreadable_draft_is_named(project: Project) -> None:
    project.draft()
    project.file.write_text("[" * 100_000, encoding="utf-8")
    code, out = project.accept()
    assert (code, out) == (1, f"{project.file}#: nested too deeply\n")
