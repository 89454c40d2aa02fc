"""Documents: what is no JSON to us, what has a bound, and that a file is written whole or not at all."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from extract.errors import GoldError, UsageError
from extract.files.documents import MOST_BYTES, load_document, parsed, read_text, save_document


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    count: int = 0
    names: list[str] = []


def load(path: Path, content: str | bytes, strict: bool = False) -> Form:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_document(path, Form, "answer", GoldError, form="form-1", strict=strict)


def test_json_and_toml_by_their_ending(tmp_path: Path) -> None:
    assert load(tmp_path / "a.json", '{"count": 3}') == load(tmp_path / "a.toml", "count = 3") == Form(count=3)
    assert load(tmp_path / "a.json", b'\xef\xbb\xbf{"count": 3}') == Form(count=3)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "not JSON: Expecting value in line 1, column 1"),
        ('{"count":\n 1,}', "not JSON: .* in line 2, column"),
        ('{"names": ["NaN"],\n"count": NaN}', "NaN is no number in line 2"),
        ('{"count": -Infinity}', "-Infinity is no number in line 1"),
        ('{\n\n"count": 1e999}', "1e999 is a number too large in line 3"),
        ('{"count": %s}' % ("9" * 400), "99999999999999999999 is a number too large in line 1"),
        ('{"count": %s}' % ("9" * 5000), "99999999999999999999 is a number too large in line 1"),
        ('{"count": 1, "count": 2}', "the key 'count' stands twice in one object"),
        ("[" * 100_000, "nested too deeply"),
        ('{"names":' * 100_000, "nested too deeply"),
        ('{"count": "x"}', "/count: Input should be a valid integer"),
        ('{"other": 1}', "/other: Extra inputs are not permitted"),
        ('["count"]', "Input should be an object"),
        ('{"names": ["\\ud800"]}', "Invalid JSON"),
    ],
)
def test_what_is_no_document_is_one_line_that_names_file_and_place(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(GoldError, match=rf"a\.json' is not an answer \(form-1\): {message}") as caught:
        load(tmp_path / "a.json", content)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", ["count = [", "a = " + "[" * 100_000, "a = " + "{a = " * 5_000])
def test_toml_that_is_none(tmp_path: Path, content: str) -> None:
    with pytest.raises(GoldError, match=r"a\.toml' is not an answer"):
        load(tmp_path / "a.toml", content)


def test_strict_takes_no_number_in_quotation_marks(tmp_path: Path) -> None:
    assert load(tmp_path / "a.json", '{"count": "3"}') == Form(count=3)
    with pytest.raises(GoldError, match="/count: Input should be a valid integer"):
        load(tmp_path / "a.json", '{"count": "3"}', strict=True)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read page '.*none': No such file"):
        read_text(tmp_path / "none", "page", UsageError)
    with pytest.raises(UsageError, match="Is a directory"):
        read_text(tmp_path, "page", UsageError)
    with pytest.raises(GoldError, match=r"cannot read answer .*: not UTF-8 at byte 1"):
        load(tmp_path / "a.json", b"{\xff}")


def test_a_file_without_an_end_is_read_up_to_the_bound() -> None:
    with pytest.raises(GoldError, match=rf"cannot read answer '/dev/zero': longer than {MOST_BYTES // 1_000_000} MB"):
        read_text(Path("/dev/zero"), "answer", GoldError)


def test_a_document_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.json"
    save_document(path, Form(count=1), GoldError)
    assert json.loads(path.read_text("utf-8")) == {"count": 1, "names": []}
    path.chmod(0o640)
    with pytest.raises(GoldError, match=r"cannot write '.*a\.json': .*surrogates"):
        save_document(path, Form(count=2, names=["half \ud800"]), GoldError)
    with pytest.raises(GoldError, match="surrogates"):
        save_document(path, "half \ud800", GoldError)
    assert Form.model_validate_json(path.read_bytes()).count == 1
    save_document(path, "whole\n", GoldError)
    assert (path.read_text("utf-8"), path.stat().st_mode & 0o777) == ("whole\n", 0o640)
    assert [child.name for child in path.parent.iterdir()] == ["a.json"]


def test_a_link_stays_a_link_and_a_pipe_a_pipe(tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "a.json")
    save_document(link, "text", GoldError)
    assert link.is_symlink()
    assert (tmp_path / "a.json").read_text("utf-8") == "text"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=save_document, args=(pipe, "through", GoldError))
    writer.start()
    assert read_text(pipe, "answer", GoldError) == "through"
    writer.join()
    assert pipe.is_fifo()


def test_what_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=r"cannot write .*: (Not a directory|File exists)"):
        save_document(tmp_path / "file" / "a.json", "text", UsageError)


def test_numbers_as_they_stand() -> None:
    assert parsed('{"a": [1, -2.5, 1e3, "1e999", "NaN"]}') == {"a": [1, -2.5, 1000.0, "1e999", "NaN"]}
