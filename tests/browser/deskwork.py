"""What a person does at the desk, and the corrections file that comes of it; its spans are held against the text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.records.corrections import Corrections
from tests.pages import GULLS, HERONS, REMARK, TEXT, result

if TYPE_CHECKING:
    from tests.browser.conftest import Opened

Json = dict[str, Any]


def choose(opened: Opened, words: str) -> None:
    """Clicks the first value with these words."""
    opened.page.locator("#cards button.value", has_text=words).first.click()


def field(opened: Opened, name: str) -> Any:
    """The input of a form's field."""
    return opened.page.locator("#desk .entry", has_text=name).locator("input, select, textarea").first


def downloaded(opened: Opened) -> Json:
    """The corrections file, as it is downloaded and read back."""
    with opened.page.expect_download() as told:
        opened.page.locator("#download").click()
    assert told.value.suggested_filename == "diary-corrections.json"
    text = Path(told.value.path()).read_text(encoding="utf-8")
    assert Corrections.model_validate_json(text)
    document: Json = json.loads(text)
    assert document["format"] == "attested-corrections-1"
    assert document["task"] == "diary"
    for each in document["corrections"]:
        assert (each["article_id"], each["text_sha256"]) == ("monday", result().text_sha256)
        if each["anchor"]:
            stands = TEXT[each["anchor"]["start"] : each["anchor"]["end"]]
            assert stands in (HERONS, GULLS, REMARK, "Nobody saw the kite", "Three gulls")
    return document


def corrections(opened: Opened) -> list[Json]:
    """What the file says, without what is the same everywhere."""
    constant = ("article_id", "text_sha256", "at", "by", "note", "anchor")
    return [{key: each[key] for key in each if key not in constant} for each in downloaded(opened)["corrections"]]
