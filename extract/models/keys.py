"""Secrets of the environment: which values are keys, whether a text holds one, and texts with keys masked; and keys
cleaned before they are used.

A text and the keys are brought to one form before they are compared: escapes are undone (of JSON, Python, HTML and
addresses, several times over), letters are plain and small, and what breaks a key is left out. So a key is found
however it is written. Nothing here knows where a text comes from or goes to.
"""

from __future__ import annotations

import base64
import html
import re
import unicodedata
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from extract.errors import ModelUnavailable

MASK = "***"

SECRET_ENDINGS = ("KEY", "TOKEN", "SECRET", "PASSWORD")
"""Environment variables whose names end so hold secrets."""

SHORTEST_KEY = 8
"""Characters of the shortest value of the environment that is taken for a key."""

LONGEST_WORD = 15
"""A value of letters alone is taken for a key if it is longer: "placeholder" is a word that articles hold too. Letters
alone, or no more letters and digits, may be spelled by words and numbers: "October 7" is not the password october7."""

SHORTEST_PIECE = 12
"""This many characters of a key, and no less than half of it, count as the key: servers and limits cut texts."""

MOST_ROUNDS = 6
"""How often escapes are undone: each round takes a text once more through."""

_IN_HEADERS = re.compile(r"[!-~]+")
_FILLERS = "\u115f\u1160"  # letters that nobody sees
_HEX = "[0-9a-fA-F]"
_BYTE = r"(?:%|\\{1,16}x)"
_ESCAPE = re.compile(
    rf"(?P<bytes>{_BYTE}(?:[c-fC-F]{_HEX}(?:{_BYTE}[89abAB]{_HEX}){{1,3}}|{_HEX}{{2}})|\b0[xX]{_HEX}{{2}}\b)"
    rf"|\\{{1,16}}u(?P<high>[dD][89abAB]{_HEX}{{2}})\\{{1,16}}u(?P<low>[dD][c-fC-F]{_HEX}{{2}})"
    rf"|\\{{1,16}}(?:u(?P<short>{_HEX}{{4}})|u\{{(?P<braced>{_HEX}{{1,6}})\}}|U(?P<long>{_HEX}{{8}})|[bfnrtv])"
    rf"|(?P<entity>&(?:#[0-9]{{1,9}}|#[xX]{_HEX}{{1,8}}|[a-zA-Z]{{2,8}});)"
)
"""Every repeat has a bound, so that a search takes time in proportion to the text."""
_TAGS = "br|wbr|hr|p|b|i|u|s|em|strong|span|div|code|tt|pre|font|mark|li|td|tr"
_BREAK = re.compile(rf" {{0,4}}(?:[\t-\r\x85\u2028\u2029]|</?(?:{_TAGS}) {{0,4}}/?>)[ \t]*", re.IGNORECASE)
"""What may stand inside a key that is spread over lines. A tag has no attributes: those could hold a key."""


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
    try:
        return unquote(urlsplit(address or "").password or "")
    except ValueError:  # whoever asks for the address says that it is none
        return ""


def masked(text: str, keys: Collection[str]) -> str:
    """The text with "***" for every key, and for every large piece of one.

    Mask before you cut, and before white space is made one line: a key with a line break inside is masked whole.
    """
    pieces, end = [], 0
    for first, last in sorted(_places(text, frozenset(keys))):
        if first >= end:
            pieces += [text[end:first], MASK]
        end = max(end, last)
    return "".join([*pieces, text[end:]])


def holds_key(text: str, keys: Collection[str]) -> bool:
    """Whether a key, or a large piece of one, stands in a text in any way of writing it."""
    return next(_places(text, frozenset(keys)), None) is not None


class _Plain(NamedTuple):
    """A text without escapes and breaks, and where each of its characters begins and ends in the text it comes from."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def without(self, pattern: re.Pattern[str]) -> _Plain:
        """The text with what is meant in the place of everything that fits a pattern."""
        parts: list[str] = []
        starts, ends = array("L"), array("L")
        end = 0
        for found in pattern.finditer(self.text):
            first, last = found.span()
            meant = _meant(found)
            parts += [self.text[end:first], meant]
            starts.extend(self.starts[end:first])
            starts.extend([self.starts[first]] * len(meant))
            ends.extend(self.ends[end:first])
            ends.extend([self.ends[last - 1]] * len(meant))
            end = last
        if not parts:
            return self
        starts.extend(self.starts[end:])
        ends.extend(self.ends[end:])
        return _Plain("".join([*parts, self.text[end:]]), starts, ends)


def _readings(text: str) -> Iterator[_Plain]:
    """The text as it stands, and after each round of reading its escapes: one may begin before a key and end inside."""
    plain = _Plain(text, range(len(text)), range(1, len(text) + 1))
    for _ in range(MOST_ROUNDS):
        yield plain.without(_BREAK)
        if not _ESCAPE.search(plain.text):
            return
        plain = plain.without(_ESCAPE)
    yield plain.without(_BREAK)


def _meant(found: re.Match[str]) -> str:
    """The character that an escape stands for; nothing for a break."""
    if found.re is _BREAK:
        return ""
    if found["bytes"]:
        data = bytes.fromhex("".join(re.findall(f"[%xX]({_HEX}{{2}})", found["bytes"])))
        try:
            return data.decode()
        except UnicodeDecodeError:
            return data.decode("latin-1")
    if found["entity"]:
        return html.unescape(found["entity"])
    if found["high"]:
        return bytes.fromhex(found["high"] + found["low"]).decode("utf-16-be")
    code = int(found["short"] or found["braced"] or found["long"] or "a", 16)
    return chr(code) if code < 0x110000 else ""


class _Form(dict[int, str | None]):
    """What is left of a character, by its code; worked out when it is met."""

    def __init__(self, kept: str) -> None:
        """Takes the first letters of the Unicode categories that are kept."""
        super().__init__()
        self._kept = kept

    def __missing__(self, code: int) -> str | None:
        letters = unicodedata.normalize("NFKD", chr(code)).casefold()
        kept = (each for each in letters if unicodedata.category(each)[0] in self._kept and each not in _FILLERS)
        self[code] = "".join(kept).replace("\\", "") or None
        return self[code]


_LETTERS = _Form("LN")
_SEEN = _Form("LNPSZ")


@lru_cache(maxsize=16)
def _writings(keys: frozenset[str]) -> list[tuple[str, _Form, bool]]:
    """Every way of writing a key: how it looks in a form, and whether it counts only with something between any two
    letters, because a word of that spelling is no key."""
    return [way for key in sorted(keys) for way in _ways(key.strip()) if way[0]]


def _ways(key: str) -> Iterator[tuple[str, _Form, bool]]:
    plain = list(_readings(key))[-1].text
    letters = plain.translate(_LETTERS)
    yield plain.translate(_SEEN), _SEEN, False
    if len(letters) >= SHORTEST_KEY:
        yield letters, _LETTERS, len(letters) <= LONGEST_WORD or letters.isalpha()
    if len(key) >= SHORTEST_KEY:
        data = key.encode(errors="surrogatepass")
        for written in (data.hex(), "".join(map(str, data)), *_in_base64(data)):
            yield written.translate(_LETTERS), _LETTERS, False


def _in_base64(data: bytes) -> Iterator[str]:
    """What base64 makes of a key wherever it begins among others' bytes, without the digits that others share."""
    for before in range(3):
        digits = base64.b64encode(bytes(before) + data).decode()
        yield digits[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]


def _places(text: str, keys: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where keys begin and end in a text; places may overlap."""
    writings = _writings(keys)
    if not writings:
        return
    for plain in _readings(text):
        for form in (_LETTERS, _SEEN):
            written = plain.text.translate(form)
            origin = array("L")
            for key, of_form, apart in writings:
                for first, last in _found(written, key) if of_form is form else ():
                    origin = origin or array(
                        "L", (at for at, char in enumerate(plain.text) for _ in char.translate(form))
                    )
                    if not apart or all(after - before > 1 for before, after in pairwise(origin[first:last])):
                        yield plain.starts[origin[first]], plain.ends[origin[last - 1]]


def _found(text: str, key: str) -> Iterator[tuple[int, int]]:
    """Where a key stands in a text of the same form, or as much of its beginning or of its end as counts."""
    yield from _begun(text, key)
    yield from ((len(text) - last, len(text) - first) for first, last in _begun(text[::-1], key[::-1]))


def _begun(text: str, key: str) -> Iterator[tuple[int, int]]:
    least = key[: min(len(key), max(SHORTEST_PIECE, len(key) // 2))]
    first = text.find(least)
    while first >= 0:
        last = first + len(least)
        while text[last : last + 1] == key[last - first : last - first + 1] != "":
            last += 1
        yield first, last
        first = text.find(least, last)
