"""API keys: cleaned, masked in every form, and found in what comes back."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.errors import ModelUnavailable
from extract.secret import Secrets, clean_key, is_secret

ODD = "sk-'a\"b\\c/d&e+f%g=h"


def forms(key: str) -> list[str]:
    return [
        key,
        json.dumps(key),
        json.dumps(json.dumps(key)),
        repr(key),
        repr({"message": json.dumps({"authorization": f"Bearer {key}"})}),
        quote(key),
        quote(key, safe=""),
        quote(key, safe="").lower() if key == key.lower() else key,
        html.escape(key),
        base64.b64encode(key.encode()).decode(),
        base64.b64encode(f"Bearer {key}".encode()).decode(),
        "".join(f"\\u{ord(letter):04x}" for letter in key),
        "".join(f"\\x{ord(letter):02x}" for letter in key),
    ]


@pytest.mark.parametrize("form", forms(ODD) + forms("sk-0123456789abcdef"))
def test_a_key_is_found_and_masked_in_every_form(form: str) -> None:
    secrets = Secrets([ODD, "sk-0123456789abcdef"])
    assert secrets.occur_in(f"before {form} after")
    masked = secrets.masked(f"before {form} after")
    assert "***" in masked
    assert "0123456789" not in masked
    assert not secrets.occur_in(masked)


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40), st.integers(0, 12))
@settings(max_examples=200, deadline=None)
def test_whatever_the_key_its_forms_are_found(key: str, which: int) -> None:
    if is_secret(key):
        secrets = Secrets([key])
        assert secrets.occur_in(forms(key)[which])
        assert key not in secrets.masked(forms(key)[which])


@pytest.mark.parametrize("word", ["none", "EMPTY", "ollama", "president", "President", ""])
def test_words_that_serve_as_keys_of_local_servers_are_not_searched_for(word: str) -> None:
    assert not Secrets([word]).occur_in(f"The {word} said nothing.")
    assert Secrets(["sk-12"]).masked("key sk-12") == "key ***"  # but they are masked


def test_keys_of_the_environment_are_searched_for_too() -> None:
    environment = {"OPENAI_API_KEY": "sk-openai-12345\r\n", "MONKEY": "bananas-12345", "X_API_KEY": "president"}
    secrets = Secrets.of(environment, None, "mine-123456")
    assert (
        secrets.masked("sk-openai-12345, bananas-12345, mine-123456, president") == "***, bananas-12345, ***, president"
    )


@pytest.mark.parametrize("key", ["sk-1\r", "sk-1\n", " sk-1 ", "sk-1\r\n", "\tsk-1"])
def test_white_space_around_a_key_is_no_part_of_it(key: str) -> None:
    assert clean_key(key, "X") == "sk-1"


@pytest.mark.parametrize("key", [None, "", " \r\n"])
def test_an_empty_key_is_none(key: str | None) -> None:
    assert clean_key(key, "X") is None


@pytest.mark.parametrize(
    "key", ["sk-se cret", "sk-se\ncret", "sk-se\x00cret", "sk-“secret”", "sk-sécret", "sk-\x7fcret"]
)
def test_a_key_that_no_header_can_hold_is_one_line_that_does_not_show_it(key: str) -> None:
    with pytest.raises(ModelUnavailable, match="OPENAI_API_KEY is no API key") as caught:
        clean_key(key, "OPENAI_API_KEY")
    assert "cret" not in str(caught.value)
    assert "\n" not in str(caught.value)
