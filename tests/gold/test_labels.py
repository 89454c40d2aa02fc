"""Label files: read, refused, identified."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.gold.labels import Label, file_name, gold_hash, load_labels
from eval.scoring.demonyms import Demonyms
from extract.articles import Article
from extract.errors import GoldError
from extract.tasks.attack.schema import Records

LABEL: dict[str, Any] = {
    "codebook": 1,
    "article_id": "one",
    "annotator": "Ann",
    "labelled_on": "2026-11-22",
    "published": None,
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
    labels = load_labels(tmp_path)
    assert list(labels) == ["one", "two"]
    assert labels["one"].draft is False
    assert labels["one"].drafted_from is None
    assert labels["two"].drafted_from == "a model"
    assert isinstance(labels["one"].records, Records)
    assert labels["one"].records.events[0].weapons[0].kind == "drone"
    assert labels["one"].records.quotes[0].speaker == "Bob"


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
        load_labels(tmp_path)


def test_a_figure_in_quotation_marks_is_no_number(tmp_path: Path) -> None:
    path = write(tmp_path, "one")
    path.write_text(path.read_text(encoding="utf-8").replace('"value": 598', '"value": "598"'), encoding="utf-8")
    with pytest.raises(GoldError, match=r"/events/0/weapons/0/quantity/value: Input should be a valid integer"):
        load_labels(tmp_path)


def test_a_file_that_is_no_json(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_bytes(b"\xff{")
    with pytest.raises(GoldError, match=r"cannot read label file '.*one\.json': not UTF-8 at byte 0"):
        load_labels(tmp_path)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "one.json").mkdir()
    with pytest.raises(GoldError, match=r"cannot read label file '.*one\.json'"):
        load_labels(tmp_path)


def test_a_folder_without_labels(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="no label files"):
        load_labels(tmp_path / "nowhere")


def label(**changes: Any) -> Label:
    return Label.model_validate({**LABEL, **changes})


def identity(*labels: Label, text: str = ARTICLE.text) -> str:
    articles = {item.article_id: Article(item.article_id, text, "x") for item in labels}
    return gold_hash({item.article_id: item for item in labels}, articles, Demonyms({}))


def test_what_no_figure_depends_on_is_no_part_of_the_gold_hash() -> None:
    first, second = label(), label(article_id="two")
    assert identity(first, second) == identity(second, first)
    assert identity(first) == identity(label(annotator="Bob", labelled_on="2026-01-01", notes=[], drafted_from="m"))
    articles = {"one": ARTICLE, "spare": Article("spare", "another", "x")}
    assert gold_hash({"one": first}, articles, Demonyms({})) == identity(first)


def test_what_figures_depend_on_is_part_of_the_gold_hash() -> None:
    different = {
        identity(label()),
        identity(label(), label(article_id="two")),
        identity(label(quotes=[])),
        identity(label(published="2026-11-01")),
        identity(label(), text="Another text."),
        gold_hash({"one": label()}, {"one": ARTICLE}, Demonyms({"russian": frozenset({"russia"})})),
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
    assert list(load_labels(tmp_path)) == ["Київ"]
    (tmp_path / file_name("Київ")).write_text(text, encoding="utf-8")
    with pytest.raises(GoldError, match=r"two label files .* are of article 'Київ'"):
        load_labels(tmp_path)
