"""Misses explain themselves: the nearest recording, what differs, and the same afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel, Field

from extract.errors import DamagedRecording, ReplayMiss, RunFileError, UsageError
from extract.models.client import About, Message, Request, Sampling
from extract.records.results import ArticleResult, Header, Problem, Signature
from extract.store import recordings
from extract.store.misses import (
    CLIP,
    DEEPEST,
    MISSED_KEY,
    Explanation,
    Nearest,
    asked_text,
    differences,
    explained,
    text_changes,
)
from extract.store.places import SHARED, Place, Store
from extract.store.stored_client import StoredClient, open_store
from tests.commands import write_lines
from tests.handmade import Counting, request, response


class Memory(Place):
    """Recordings in memory."""

    path = Path("memory")

    def __init__(self, *requests: Request) -> None:
        items = [recordings.written(recordings.recorded(asked, response())) for asked in requests]
        self._lines = {item.key: item.line for item in items}
        self._texts = {SHARED + name: text for item in items for name, text in item.shared.items()}

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def line(self, key: str) -> str | None:
        return {**self._lines, **self._texts}.get(key)


def explained_to(asked: Request, *recorded: Request) -> Explanation:
    return Nearest(Store(None, [Memory(*recorded)])).explain(asked.key, asked.content, asked.about)


def nearest(asked: Request, *recorded: Request) -> tuple[Request | None, str]:
    found = explained_to(asked, *recorded)
    by_key = {item.key: item for item in recorded}
    return (None if found.nearest is None else by_key[found.nearest.key]), found.reason


def test_same_article_prompt_and_unit_come_first() -> None:
    asked = request(4, text="Rewritten altogether: who, and how many?")
    same_unit = request(4)
    closer_text = request(5, text="Rewritten altogether: who, and how many!")
    assert nearest(asked, closer_text, same_unit) == (same_unit, "same article, prompt file and unit")


def test_same_article_and_prompt_come_before_closer_messages() -> None:
    asked = request(4)
    same_file = request(9, text="Nothing in common with it.")
    other_article = request(4, article="a2", text=f"{asked.messages[-1].content} ")
    assert nearest(asked, other_article, same_file) == (same_file, "same article and prompt file")


def test_else_the_closest_messages() -> None:
    asked = request(4, article="new", text="Twelve soldiers were killed near the river.")
    close = request(5, article="a1", text="Twelve soldiers were killed near the town.")
    far = request(6, article="a2", text="The minister of finance resigned.")
    assert nearest(asked, far, close) == (close, "closest messages")


def test_equal_settings_decide_between_equal_messages() -> None:
    asked = replace(request(4), sample=1)
    warm = replace(request(4), sampling=Sampling(temperature=1.0, max_tokens=64, seed=9))
    same = request(4)
    assert nearest(asked, warm, same)[0] == same


def test_requests_without_labels_are_compared_by_messages() -> None:
    asked = replace(request(4), about=About())
    assert nearest(asked, request(4), request(7)) == (request(4), "closest messages")


def test_nothing_recorded_says_so() -> None:
    found = explained_to(request())
    assert found.nearest is None
    assert "nothing is recorded at all" in found.line()
    assert "recorded: nothing" in found.text()


def test_every_field_that_differs_is_named() -> None:
    asked = replace(
        request(),
        model="other",
        sample=2,
        sampling=Sampling(temperature=0.5, seed=3, max_tokens=65, top_logprobs=5),
    )
    assert differences(request().content, asked.content) == {
        "model": ["- hand-made", "+ other"],
        "temperature": ["- 0.0", "+ 0.5"],
        "seed": ["- 0", "+ 3"],
        "max_tokens": ["- 64", "+ 65"],
        "top_logprobs": ["- 0", "+ 5"],
        "sample": ["- 0", "+ 2"],
    }


def test_messages_that_differ_are_named_by_place() -> None:
    messages = request().messages
    asked = replace(request(), messages=(messages[0], replace(messages[1], role="assistant"), *messages[2:]))
    assert list(differences(request().content, asked.content)) == ["messages[1].role"]
    longer = replace(request(), messages=(*messages, Message("user", "More?")))
    assert differences(request().content, longer.content) == {
        "messages[4].role": ["+ user"],
        "messages[4].content": ["+ More?"],
    }
    assert differences(longer.content, request().content)["messages[4].content"] == ["- More?"]


class Answer(BaseModel):
    words: str
    count: int = Field(ge=1)


def test_schemas_that_differ_are_named_by_pointer() -> None:
    asked = replace(request(), answer=Answer)
    fields = differences(request().content, asked.content)
    assert fields["schema/properties/count/minimum"] == ["+ 1"]
    assert fields["schema/properties (order)"] == ["- count, words", "+ words, count"]


def test_a_long_line_is_cut_to_where_it_differs() -> None:
    was, now = text_changes("x" * 500 + "three were killed" + "y" * 500, "x" * 500 + "four were killed" + "y" * 500)
    assert "xthree were" in was
    assert "xfour were" in now
    assert len(was) == len("- …") + CLIP + len("…")


def test_only_lines_that_differ_are_shown() -> None:
    old = "one\ntwo\nthree\nfour\n"
    assert list(text_changes(old, "one\n2\nthree\nfour\nfive\n")) == ["- two\\n", "+ 2\\n", "+ five\\n"]
    assert list(text_changes("a b", "a  b")) == ["- a b", "+ a  b"]
    assert list(text_changes("end", "end\n")) == ["- end", "+ end\\n"]


def test_many_changes_are_counted() -> None:
    asked = request(text="\n".join(f"new {number}" for number in range(30)))
    recorded = request(text="\n".join(f"old {number}" for number in range(30)))
    assert "… and 44 more lines" in explained_to(asked, recorded).text()


def test_a_miss_is_one_line_with_the_key_and_the_way_on() -> None:
    line = explained_to(request(2), request(1)).line()
    assert "\n" not in line
    found = MISSED_KEY.search(line)
    assert found is not None
    assert found[1] == request(2).key[:16]
    assert "article 'a1', prompt 'count/small/figures'" in line
    assert f"extract cache why {request(2).key[:16]}" in line
    assert "--cache auto" in line


def test_a_damaged_recording_is_named_instead_of_a_wrong_comparison(tmp_path: Path) -> None:
    # A flipped bit in a line's key: its request misses, and the search for the nearest finds the damaged line.
    from extract.store.layers import write_layer
    from tests.handmade import written

    path = tmp_path / "r.jsonl"
    write_layer(path, [written(1)])
    key = written(1).key
    other = key[:-1] + ("0" if key[-1] != "0" else "1")
    path.write_text(path.read_text(encoding="utf-8").replace(key, other), encoding="utf-8")
    with pytest.raises(DamagedRecording, match=other):
        StoredClient(None, open_store(None, [path]), "replay").complete(request(1))


def run_file(folder: Path, *details: str) -> Path:
    """A run file whose only article has these problems."""
    signature = Signature(
        task="count", model="hand-made", prompts="small", prompts_sha256="", schema_sha256="", sampling={}
    )
    problems = [Problem(kind="unanswered", detail=detail, unit="sentence 2") for detail in details]
    result = ArticleResult(article_id="a1", source="a1.txt", status="failed", problems=problems)
    return write_lines(folder / "run.jsonl", Header(signature=signature), result)


@pytest.fixture
def missed(tmp_path: Path) -> tuple[Path, str]:
    """A store with one recording, after a replay missed another request; and what the miss said."""
    folder = tmp_path / "store"
    StoredClient(Counting(), open_store(folder)).complete(request(1))
    with pytest.raises(ReplayMiss) as caught:
        StoredClient(None, open_store(folder), "replay").complete(request(2))
    return folder, str(caught.value)


def test_a_run_is_explained_afterwards(tmp_path: Path, missed: tuple[Path, str]) -> None:
    folder, message = missed
    store = open_store(folder)
    path = run_file(tmp_path, message, "something else went wrong", message)
    (text,) = explained(str(path), store)
    assert "+ Sentence 2: nine people came." in text


def test_a_run_from_elsewhere_is_explained_by_its_own_words(tmp_path: Path, missed: tuple[Path, str]) -> None:
    store = open_store(tmp_path / "elsewhere")
    assert list(explained(str(run_file(tmp_path, missed[1])), store)) == [missed[1]]


def test_a_run_without_misses_says_so(tmp_path: Path) -> None:
    store = open_store(None)
    (text,) = explained(str(run_file(tmp_path, "HTTP 503")), store)
    assert "no problem" in text


@pytest.mark.parametrize("line", ['{"article_id": broken\n', '{"a": 1}\n', "[]\n", "[" * 100_000 + "\n"])
def test_a_damaged_run_file_is_not_taken_for_one_without_misses(tmp_path: Path, line: str) -> None:
    path = run_file(tmp_path, "HTTP 503")
    header, result = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for text in (header + line + result, header + result + line, header[: len(header) // 2]):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(RunFileError, match=re.escape(str(path))):
            list(explained(str(path), open_store(None)))


def test_a_line_that_a_killed_run_left_half_written_is_passed_over(tmp_path: Path, missed: tuple[Path, str]) -> None:
    path = run_file(tmp_path, missed[1])
    path.write_text(path.read_text(encoding="utf-8") + '{"article_id": "b', encoding="utf-8")
    assert list(explained(str(path), open_store(None))) == [missed[1]]


def test_a_key_is_explained_by_its_first_digits(missed: tuple[Path, str]) -> None:
    store = open_store(missed[0])
    (text,) = explained(request(2).key[:8], store)
    assert "- Sentence 1: nine people came." in text
    (text,) = explained(request(1).key[:8], store)
    assert text.startswith("recorded: 'sentence 1'")


def test_a_request_in_a_file_is_explained(tmp_path: Path, missed: tuple[Path, str]) -> None:
    store = open_store(missed[0])
    path = tmp_path / "request.json"
    path.write_text(json.dumps(request(3).content), encoding="utf-8")
    (text,) = explained(str(path), store)
    assert "+ Sentence 3: nine people came." in text
    assert request(3).key[:16] in text
    path.write_text(asked_text(request(3).content, request(3).about), encoding="utf-8")
    (text,) = explained(str(path), store)
    assert "asked:    'sentence 3', article 'a1'" in text


@pytest.mark.parametrize("target", ["zz", "abc", "0123456789"])
def test_what_is_neither_file_nor_known_key_is_refused(tmp_path: Path, target: str) -> None:
    store = open_store(tmp_path / "store")
    with pytest.raises(UsageError, match=target):
        list(explained(target, store))


@pytest.mark.parametrize(
    "content", ["no JSON", "[]", "{}", '{"messages": [{"role": 1, "content": "x"}], "schema": {}}']
)
def test_a_file_that_is_no_request_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "request.json"
    path.write_text(content, encoding="utf-8")
    store = open_store(None)
    with pytest.raises(UsageError, match=r"request\.json' is no run file, and not the JSON of a request"):
        list(explained(str(path), store))


@pytest.mark.parametrize("text", ["[" * 100_000, '{"request":' * 5_000, "NaN", "1" * 5_000, "null", '"x"', "[]"])
def test_what_is_no_request_is_one_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "asked.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="not the JSON of a request"):
        list(explained(str(tmp_path / "asked.json"), Store(None)))


def test_a_schema_nested_deeply_is_compared_as_a_whole() -> None:
    deep: dict[str, object] = {}
    for _ in range(400):
        deep = {"items": deep}
    (field,) = differences({"schema": deep}, {"schema": {"items": {"items": deep}}})
    assert field.count("items") == DEEPEST


def test_a_difference_at_the_end_of_a_long_list_is_shown() -> None:
    kinds = [f"kind {number}" for number in range(50)]
    (changes,) = differences({"schema": {"enum": kinds}}, {"schema": {"enum": [*kinds[:-1], "other"]}}).values()
    assert ["kind 49" in changes[0], "other" in changes[1]] == [True, True]


def test_fields_that_only_some_requests_have_are_compared() -> None:
    further = {**request().content, "top_p": 0.5, "reasoning_effort": "low"}
    assert differences(request().content, further) == {"top_p": ["+ 0.5"], "reasoning_effort": ["+ low"]}


def test_grammars_are_compared_line_by_line() -> None:
    recorded = {**request().content, "grammar": '%llguidance {}\nstart: "a"\n'}
    asked = {**recorded, "grammar": '%llguidance {}\nstart: "b"\n'}
    assert differences(recorded, asked) == {"grammar": ['- start: "a"\\n', '+ start: "b"\\n']}
