"""Keys of the environment are found in a text however they are written, and nothing else is."""

from __future__ import annotations

import base64
import html
import json
import random
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest

from extract.errors import ModelUnavailable
from extract.models.keys import clean_key, holds_key, known_keys, masked

KEY = "sk-proj-AbC_012/3+4=5.6789xyzXYZ"
ODD = "p\"a's\\s&<w>é d%20;\tx"


def test_keys_are_the_secrets_of_the_environment() -> None:
    environment = {
        "OPENAI_API_KEY": f"{KEY}\r\n",  # a .env file with Windows line ends
        "hf_token": "hf_12345678",
        "DB_PASSWORD": "correct horse",
        "MAIL_SECRET": "abcdefghijklmnop",
        "SHORT_TOKEN": "x1",
        "EMPTY_API_KEY": " ",
        "LOCAL_API_KEY": "placeholder",  # a word, which articles hold too
        "KEYBOARD": "querty-12345",
    }
    assert known_keys(environment) == {KEY, "hf_12345678", "correct horse", "abcdefghijklmnop"}


WRITINGS: list[Callable[[str], str]] = [
    str,
    lambda key: json.dumps(key)[1:-1],
    lambda key: json.dumps(json.dumps(key)),
    lambda key: json.dumps(json.dumps(json.dumps(key))),
    repr,
    lambda key: repr(key.encode()),
    lambda key: repr(repr(f"{key}\r")),
    quote,
    lambda key: quote(key, safe=""),
    lambda key: quote(quote(quote(key))),
    html.escape,
    lambda key: html.escape(html.escape(key)),
    lambda key: "".join(f"%{byte:02X}" for byte in key.encode()),
    lambda key: "".join(f"\\u{ord(char):04x}" for char in key),
    lambda key: "".join(f"\\U{ord(char):08X}" for char in key),
    lambda key: "".join(f"&#{ord(char)};" for char in key),
    lambda key: "".join(f"&#x{ord(char):X};" for char in key),
    lambda key: base64.b64encode(key.encode()).decode(),
    lambda key: base64.urlsafe_b64encode(f"u:{key}".encode()).decode(),
    lambda key: base64.b64encode(f"{key}user".encode()).decode(),
]


@pytest.mark.parametrize("write", WRITINGS)
@pytest.mark.parametrize("key", [KEY, ODD])
def test_a_key_is_found_however_it_is_written(key: str, write: Callable[[str], str]) -> None:
    text = f"the server said: {write(key)}, and no more"
    assert holds_key(text, {key})
    hidden = masked(text, {"another-key-1", key})
    assert "***" in hidden
    assert key[: len(key) // 2] not in hidden
    assert not holds_key(hidden, {key})


def test_made_up_keys_are_found_in_every_writing() -> None:
    chance = random.Random(9)
    for _ in range(60):
        key = "".join(chance.choices("abcXYZ019_-/+=.~\"'\\<&é%", k=chance.randint(8, 60)))
        for write in WRITINGS[:10]:
            assert masked(f"({write(key)})", {key}).count("***") == 1, (key, write(key))


def test_the_words_around_a_key_stay() -> None:
    assert masked(f"Incorrect key {KEY}. Use {KEY!r}, ok?", {f"{KEY}\n"}) == "Incorrect key ***. Use '***', ok?"


def test_a_key_cut_off_in_the_middle_is_masked_too() -> None:
    for length in range(16, len(KEY)):
        assert masked(f"401 {KEY[:length]}", {KEY}) == "401 ***"
        assert holds_key(f"{KEY[-length:]}'", {KEY})
    assert not holds_key(f"401 {KEY[:8]}", {KEY})  # "sk-proj-" is nobody's secret


def test_the_longest_key_is_masked_whole() -> None:
    assert masked("abcdefgh-1-and-2", {"abcdefgh-1", "abcdefgh-1-and-2"}) == "***"


@pytest.mark.parametrize("keys", [set(), {""}, {" \n"}, {KEY}])
def test_other_texts_are_as_they_were(keys: set[str]) -> None:
    text = 'Nine people \\"came\\" to sk-proj-, 100 % of them; R&amp;D &#115; \\u0073'
    assert masked(text, keys) == text
    assert not holds_key(text, keys)


def test_runs_of_escapes_take_no_more_than_their_length() -> None:
    # A search that tries again from every backslash would take hours here.
    for piece in ("\\", "%25", "&amp;", "\\\\u0", "&#0", "s\\", KEY[:11]):
        assert not holds_key(piece * 50_000, {KEY, ODD})


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


def test_a_key_is_found_in_other_case_and_in_hexadecimal() -> None:
    for written in (KEY.lower(), KEY.upper(), KEY.encode().hex(), KEY.encode().hex().upper()):
        assert holds_key(f"to https://{written}.example", {KEY})
        assert masked(f"<{written}>", {KEY}) == "<***>"


GAPS = [
    "\n", "\r\n    ", "  \n\t", "\u200b", "\u200d", "\u2060", "\ufeff", "\xad", "\u202e", "\x00", "\x1b", "\ufe0f", "\U000e0041",
    "\u2028", "\u0085", "\u200b\u200b\n", "\\n", "\\\\n  ", "\\r\\n", "\\\n", "\\u200b", "\\\\u200B", "\\xe2\\x80\\x8b", "%0A", "%0d%0a",
    "%250A", "%E2%80%8B", "&#8203;", "&#x200b;", "&#10;", "\t", "<br>", "<BR />", "&lt;br&gt;",
]  # fmt: skip


@pytest.mark.parametrize("gap", GAPS)
def test_a_key_with_a_line_break_or_what_nobody_sees_inside_is_masked_whole(gap: str) -> None:
    for at in (1, 9, 14, len(KEY) - 1):
        text = f"Incorrect key {KEY[:at]}{gap}{KEY[at:]}. Use another\u200b\nkey"
        assert holds_key(text, {KEY})
        assert masked(text, {KEY}) == "Incorrect key ***. Use another\u200b\nkey"
    assert masked(f"<{gap.join(KEY)}>", {KEY}) == "<***>"
    encoded = base64.b64encode(f"user:{KEY}".encode()).decode()
    assert holds_key(f"{encoded[:24]}{gap}{encoded[24:]}", {KEY})


def test_a_key_that_has_line_breaks_is_found_however_the_lines_end() -> None:
    lines = ["-----BEGIN KEY-----", "MIIEvQIBADANBgkqhkiG9w0BAQ", "EFAASCBKcwggSjAgEAAoIBAQC7", "-----END KEY-----"]
    for key in ("\n".join(lines), "\\n".join(lines)):
        for text in (key, "\r\n".join(lines), "".join(lines), json.dumps(key), repr(key), quote(key)):
            assert masked(f"[{text.strip(chr(34))}]", known_keys({"PEM_KEY": key})) in ("[***]", "['***']")


def test_words_that_spell_a_key_with_spaces_between_are_words() -> None:
    assert not holds_key("this is a secret key\nof nobody", known_keys({"A_SECRET": "thisisasecretkey"}))


SPELLED: list[Callable[[str], str]] = [
    " ".join,
    "\xa0".join,
    "-".join,
    " . ".join,
    "\u3164".join,
    lambda key: json.dumps(list(key)),
    lambda key: json.dumps(json.dumps(list(key))),
    lambda key: str(list(key.encode())),
    lambda key: key.encode().hex(" "),
    lambda key: key.encode().hex(":"),
    lambda key: ", ".join(hex(byte) for byte in key.encode()),
    lambda key: "".join(chr(ord(char) + 0xFEE0) for char in key),  # full width
    lambda key: json.dumps("".join(chr(ord(char) + 0xFEE0) for char in key)),
    lambda key: json.dumps("".join(chr(ord(char) + 0x1D559) if char.islower() else char for char in key)),
]


@pytest.mark.parametrize("spell", SPELLED)
@pytest.mark.parametrize("key", [KEY, "sk-secretABCDEF1234567890", "hf_12345678", "correcthorsebattery"])
def test_a_key_is_found_however_it_is_spelled(key: str, spell: Callable[[str], str]) -> None:
    text = f"the key {spell(key)} is"
    assert holds_key(text, {key})
    hidden = masked(text, {key})
    assert len(re.findall(r"\w", hidden.removeprefix("the key ").removesuffix(" is"))) == 0


@pytest.mark.parametrize("gap", ["-", " ", "\t", "-\n", "<br>", "</b> ", " / ", '", "'])
def test_no_piece_of_a_broken_key_is_shown(gap: str) -> None:
    for at in range(1, len(KEY)):
        assert masked(f"key: {KEY[:at]}{gap}{KEY[at:]}", {KEY}) == "key: ***"


def test_a_key_inside_a_tag_is_found() -> None:
    assert masked(f'<span id="{KEY}">', {KEY}) == '<span id="***">'
    assert masked(f"<b {KEY}>", {KEY}) == "<b ***>"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("the attack of October 7 and", "october7"),
        ("in winter 2024, at", "winter2024"),
        ("a toll of 12,345,678 in", "12345678"),
        ("a correct horse, battery", "correcthorsebattery"),
        ("Covid-19: 2 dead", "covid192x"),
    ],
)
def test_words_and_numbers_that_spell_a_short_key_are_words_and_numbers(text: str, key: str) -> None:
    assert masked(text, {key}) == text
    assert masked(f"<{key}>", {key}) == "<***>"


def test_keys_given_otherwise_are_known_too() -> None:
    assert known_keys({"A_KEY": "abc-12345"}, None, "", "def-12345\n", "x1", "word") == {"abc-12345", "def-12345"}


def test_runs_of_gaps_take_no_more_than_their_length() -> None:
    for piece in (" ", "\n", "\u200b", " \n", "\t", "\\n", "%250", "s\u200b", f"{KEY[:11]}\n", "<b", "<br>", "0x41 "):
        text = piece * 100_000
        assert masked(text, {KEY}) == text


@pytest.mark.parametrize("mark", ["\ufe0f", "\u034f", "\U000e0001"])
def test_marks_that_nobody_sees_are_looked_through_as_json_writes_them(mark: str) -> None:
    key = "sk-secretABCDEF1234567890"
    written = json.dumps({"attacker": mark.join(key)})
    assert holds_key(written, frozenset({key}))
    assert "secret" not in masked(written, frozenset({key})).replace("\\", "")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("pw=%abcdef123456", "abcdef123456"),
        ("pw=%25abcdef123456", "abcdef123456"),
        ("C:\\tok12345678", "tok12345678"),
        ("\\nvapi-12345", "nvapi-12345"),
        ("key=%deadbeef0123456789abcdef01234567", "deadbeef0123456789abcdef01234567"),
    ],
)
def test_an_escape_that_begins_before_a_key_hides_nothing_of_it(text: str, key: str) -> None:
    assert holds_key(text, {key})
    assert masked(text, {key}).endswith("***")
    assert key[:3] not in masked(text, {key})
