"""Secrets of the environment: which values are keys, whether a text holds one, and texts with keys masked; and keys
cleaned before they are used.

A key is found however it is written: as it is, escaped for JSON, Python, HTML or an address (also when only some
characters are, or twice), in hexadecimal or base64, in other case, cut off in the middle, and with line breaks or
characters inside that nobody sees. Nothing here knows where a text comes from or goes to.
"""

from __future__ import annotations

import base64
import re
from bisect import bisect_right
from collections.abc import Collection, Mapping
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from extract.errors import ModelUnavailable

MASK = "***"

SECRET_ENDINGS = ("KEY", "TOKEN", "SECRET", "PASSWORD")
"""Environment variables whose names end so hold secrets."""

SHORTEST_KEY = 8
"""Characters of the shortest value of the environment that is taken for a key."""

LONGEST_WORD = 15
"""A value of letters alone is taken for a key if it is longer: "placeholder" is a word that articles hold too."""

SHORTEST_PIECE = 12
"""This many characters of a key, and no less than half of it, count as the key: servers and limits cut texts."""

_UNSEEN = (
    "\xad\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufeff"
)
"""Marks that are not seen, found in every way of writing; others of their kind as they are and as JSON writes them."""
_MORE_UNSEEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x9f\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u2065-\u206f\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
)

_MORE_WRITTEN = (
    "034f|061c|115f|1160|17b[45]|180[b-f]|206[5-9a-f]|3164|fe0[0-9a-f]|ffa0|fff[0-9ab]|db4[0-3]|dc[0-9a-f]{2}"
)
"""The same as JSON writes them; beyond U+FFFF in two halves."""

_IN_HEADERS = re.compile(r"[!-~]+")
_MORE_BACKSLASHES = r"\\{0,15}"


def clean_key(value: str | None, name: str) -> str | None:
    """A key without the white space around it, which files with CRLF lines leave there; None for an empty one.

    Args:
        name: where it comes from, for the error.

    Raises:
        ModelUnavailable: no header can hold it. The message does not show it.
    """
    key = (value or "").strip()
    if key and not _IN_HEADERS.fullmatch(key):
        raise ModelUnavailable(
            f"{name} is no API key: it holds white space, control characters or letters outside ASCII; set it anew"
        )
    return key or None


def known_keys(environment: Mapping[str, str], *given: str | None) -> frozenset[str]:
    """The secrets among environment variables and those given otherwise, without white space around them.

    Left out is what could be a word of a text that holds no secret.
    """
    named = (value for name, value in environment.items() if name.upper().endswith(SECRET_ENDINGS))
    values = {(value or "").strip() for value in (*named, *given)}
    return frozenset(
        value for value in values if len(value) >= SHORTEST_KEY and (not value.isalpha() or len(value) > LONGEST_WORD)
    )


def password_of(address: str | None) -> str:
    """The password in an address of a server, or an empty text."""
    return unquote(urlsplit(address or "").password or "")


def masked(text: str, keys: Collection[str]) -> str:
    """The text with "***" for every key, and for every large piece of one.

    Mask before you cut, and before white space is made one line: a key with a line break inside is masked whole.
    """
    pattern = _pattern(frozenset(keys))
    return text if pattern is None else pattern.sub(MASK, _masked_across_gaps(text, pattern))


def holds_key(text: str, keys: Collection[str]) -> bool:
    """Whether a key, or a large piece of one, stands in a text in any way of writing it."""
    pattern = _pattern(frozenset(keys))
    return pattern is not None and any(pattern.search(each) for each in (_gaps().sub("", text), text))


def _masked_across_gaps(text: str, pattern: re.Pattern[str]) -> str:
    """The text with keys masked that stand in it once its gaps are left out; the gaps inside them go too."""
    begins, gone, removed = [0], [0], 0  # where a piece between gaps begins without them, and how much went before it
    for gap in _gaps().finditer(text):
        removed += len(gap[0])
        begins.append(gap.end() - removed)
        gone.append(removed)
    pieces, end = [], 0
    for found in pattern.finditer(_gaps().sub("", text)):
        first, last = (at + gone[bisect_right(begins, at) - 1] for at in (found.start(), found.end() - 1))
        pieces += [text[end:first], MASK]
        end = last + 1
    return "".join([*pieces, text[end:]])


@lru_cache(maxsize=1)
def _gaps() -> re.Pattern[str]:
    """What may stand inside a key that is spread over lines, or marked by characters that nobody sees."""
    line_end = "|".join([r"[\n\v\f\r]", rf"\\{_MORE_BACKSLASHES}[nr]", _char("\n"), _char("\r")])
    written = rf"\\{_MORE_BACKSLASHES}u(?i:{_MORE_WRITTEN})"
    further = "|".join([f"[{_MORE_UNSEEN}]", *map(_char, _UNSEEN)])
    # written ones first: "\\ud" alone could be the end of a line
    return re.compile(rf"{written}|[ \t]{{0,4}}(?:{line_end})[ \t]*|{further}")


@lru_cache(maxsize=16)
def _pattern(keys: frozenset[str]) -> re.Pattern[str] | None:
    stripped = {each.strip() for key in keys for each in (key, _gaps().sub("", key))} - {""}
    ways = [way for key in sorted(stripped, key=lambda key: (-len(key), key)) for way in _ways(key)]
    return re.compile("|".join(ways), re.IGNORECASE) if ways else None  # parts of an address come back in lower case


def _ways(key: str) -> list[str]:
    chars = [_char(char) for char in key]
    least = min(len(key), max(SHORTEST_PIECE, (len(key) + 1) // 2))
    # After the least that counts, as much more as there is; each optional, because nothing follows that could fail.
    ways = ["".join(chars[:least]) + "".join(f"{char}?" for char in chars[least:]), "".join(chars[-least:])]
    return [*ways[: 1 if least == len(key) else 2], key.encode(errors="surrogatepass").hex(), *_in_base64(key)]


def _char(char: str) -> str:
    """A character in any way of writing it, escaped up to four times.

    Every way begins with a fixed character, so that a search skips to those; every repeat has a bound, so that it
    takes time in proportion to the text.
    """
    code, data = ord(char), char.encode(errors="surrogatepass")
    raw = re.escape(char) + (_MORE_BACKSLASHES if char == "\\" else "")
    percent = "".join(rf"%(?:25){{0,4}}{_hex(byte, 2)}" for byte in data)
    escaped = "".join(rf"\\{_MORE_BACKSLASHES}x{_hex(byte, 2)}" for byte in data)
    names = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
    numbers = rf"#0{{0,6}}{code}|#[xX]0{{0,6}}{_hex(code)}" + (f"|{names[char]}" if char in names else "")
    backslashed = rf"\\{_MORE_BACKSLASHES}(?:[uU]0{{0,7}}{_hex(code)}|x{_hex(code, 2)}|{raw})"
    return rf"(?:{percent}|{escaped}|{backslashed}|&(?:amp;){{0,4}}(?:{numbers});|{raw})"


def _hex(code: int, digits: int = 1) -> str:
    return re.sub("[a-f]", lambda found: f"[{found[0]}{found[0].upper()}]", f"{code:0{digits}x}")


def _in_base64(key: str) -> list[str]:
    """What base64 makes of a key wherever it begins among others' bytes, without the digits that others share."""
    if len(key) < SHORTEST_KEY:
        return []
    data = key.encode(errors="surrogatepass")
    ways = []
    for before in range(3):
        digits = base64.b64encode(bytes(before) + data).decode().rstrip("=")
        inside = digits[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
        ways.append(re.escape(inside).replace(r"\+", "[+-]").replace("/", "[/_]"))
    return ways
