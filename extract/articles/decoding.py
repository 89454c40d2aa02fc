"""Bytes → text: every read has a bound, and what is no text is called by its name.

A text is UTF-8, or what its byte-order mark says; a page may declare another encoding. A mark is dropped, nothing else.
"""

from __future__ import annotations

import codecs
import re
import stat
import sys
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO

from extract.articles.article import STDIN
from extract.articles.stored import open_stored
from extract.errors import ArticleError
from extract.files.run_files import is_stored

MAX_BYTES = 20_000_000
"""No file is read further, but JSONL, which is read line by line."""

_OTHERS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "an Office document or a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old or encrypted Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
)
"""Forms that are not read, by their first bytes."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins with that mark
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PAGE = re.compile(
    r"\s*+(?:<\?xml[^>]*+>\s*+)?+(?:<!--.*?-->\s*+)*+<(?:!doctype\s++html|html)[\s>]", re.IGNORECASE | re.DOTALL
)  # possessive: comments can be told apart in 2 to the power of their number ways
_DECLARED = re.compile(
    rb"""<(?:meta\b[^>]{1,300}?charset|\?xml\b[^>]{1,300}?encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE
)
_AS_BROWSERS_READ = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
"""Python's name of a declared encoding → the larger one that browsers take it for."""
_USUAL = re.compile(
    r"utf-16-[lb]e|cp(?:125\d|866|932|949)|iso8859-(?:2|5|6|7|8|9|15)|koi8-[ru]|mac-(?:roman|cyrillic)"
    r"|big5|gb18030|euc_jp"
)
"""Encodings that are guessed; others are rare, and look like these."""
_NEIGHBOURS = frozenset({"cp1250", "cp1254", "cp1257", "iso8859-2", "iso8859-9", "iso8859-15"})
"""Encodings of Latin letters that a text in windows-1252 reads well in too."""
_LEAST_TO_GUESS = 20
"""Bytes; fewer could be anything."""
_GUESSED_FROM = 100_000
_BETTER_KNOWN = {"CP932": "Shift-JIS", "GB18030": "GBK", "CP949": "EUC-KR"}
_MOST_CHAOS = 0.1
"""Share of a decoded text that looks wrong: a short German one was read as Chinese with 0.16."""
_SAFE = re.compile(
    r"utf-(?:8|16|16-le|16-be)|cp(?:125\d|866|874|932|949)|iso8859-\d+|koi8-[ru]|mac-(?:roman|cyrillic)"
    r"|big5hkscs|gb18030|euc_jp|iso2022_jp"
)


def open_input(given: str) -> AbstractContextManager[BinaryIO]:
    """A file here or at an address of a file system, or standard input, as bytes.

    Raises:
        ArticleError: it cannot be opened, or is a device, a pipe or a socket, which may never end.
    """
    if given == STDIN:
        return nullcontext(sys.stdin.buffer)
    if is_stored(given):
        return open_stored(given)
    path = Path(given)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ArticleError("a pipe, socket or device, not a file; give - and pipe it into standard input")
        return path.open("rb")
    except OSError as error:
        raise ArticleError(f"cannot be read: {error.strerror or error}") from error


def read_bytes(stream: BinaryIO, max_bytes: int = MAX_BYTES) -> bytes:
    """All of a file.

    Raises:
        ArticleError: it cannot be read, or is too long.
    """
    try:
        data = stream.read(max_bytes + 1)
    except OSError as error:
        raise ArticleError(f"cannot be read: {error.strerror or error}") from error
    if len(data) > max_bytes:
        raise ArticleError(f"over the limit of {max_bytes // 1_000_000} MB for one file")
    return data


def decode(data: bytes, *, page: bool = False, charset: str | None = None) -> str:
    """Bytes as text.

    Args:
        page: whether they may declare their encoding.
        charset: the encoding that the site gives that they come from; it counts more than what they declare.

    Raises:
        ArticleError: they are no text, or not in the encoding they should be in.
    """
    check_form(data)
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], codec)
    if b"\0" in data:
        guess = _guess(data)
        if not guess.startswith("UTF-"):
            raise ArticleError("a binary file, not text (it holds NUL bytes)")
        raise ArticleError(f"not UTF-8: it holds NUL bytes{_advice(guess)}")
    found = _DECLARED.search(data[:16_384]) if page else None
    label = charset or (found[1].decode("ascii", "replace").lower() if found else "utf-8")
    if label != "iso-2022-jp":  # that looks like ASCII; no other encoding looks like UTF-8, whatever is declared
        if not found and re.search(rb"\x1b\$[@B]", data):
            raise ArticleError(f"not UTF-8: it holds escapes{_advice('ISO-2022-JP')}")
        with suppress(UnicodeDecodeError):
            return data.decode("utf-8")
    return _strictly(data, _codec(label))


def check_form(data: bytes) -> None:
    """Refuses what is known to be no text by its first bytes.

    Raises:
        ArticleError: what it is.
    """
    for start, what in _OTHERS:
        if data.startswith(start):
            raise ArticleError(f"{what}, which is not read; save its text as a .txt file")


def _strictly(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        byte = data[error.start]
        name = codec.upper() if codec.startswith("utf") else codec
        where = f"byte 0x{byte:02x} at offset {error.start}"
        raise ArticleError(f"not {name}: {where}{_advice(_guess(data))}") from error


def _advice(encoding: str) -> str:
    if not encoding:
        return "; save it as UTF-8 with the program that wrote it"
    name = f"{_BETTER_KNOWN[encoding]} ({encoding})" if encoding in _BETTER_KNOWN else encoding
    return f"; perhaps it is {name}: save it as UTF-8, with an editor or iconv -f {encoding} -t UTF-8"


def _guess(data: bytes) -> str:
    """The encoding that a text seems to be in, as iconv calls it; "" where its bytes do not tell."""
    if len(data) < _LEAST_TO_GUESS:
        return ""
    from charset_normalizer import from_bytes  # 0.1 s, and nearly every text is UTF-8

    telling = data if b"\0" in data else b"\n".join(line for line in data.split(b"\n") if not line.isascii())
    for match in from_bytes(telling[:_GUESSED_FROM]):
        names = [codecs.lookup(name).name for name in match.could_be_from_charset]
        found = sorted((name for name in names if _USUAL.fullmatch(name)), key=lambda name: name != "cp1252")
        if (
            found and found[0] in _NEIGHBOURS and _decodes(data, "cp1252")
        ):  # names would come out changed, and look right
            return ""
        if found and match.chaos <= _MOST_CHAOS and _decodes(data, found[0]):
            name = found[0].upper().replace("_", "-").replace("UTF-16-", "UTF-16").replace("MAC-ROMAN", "MACINTOSH")
            return name.replace("CP125", "WINDOWS-125")
    return ""


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _codec(label: str) -> str:
    """Python's name of an encoding that a page declares."""
    try:
        name = codecs.lookup({"x-sjis": "shift_jis", "x-mac-cyrillic": "mac-cyrillic"}.get(label, label)).name
    except LookupError:
        name = ""
    name = _AS_BROWSERS_READ.get(name, name)
    if not _SAFE.fullmatch(name):
        raise ArticleError(f"a page in encoding {label!r}, which is not known; convert it to UTF-8 first")
    return "utf-8" if name.startswith("utf-") else name  # who can read the declaration has no UTF-16


def looks_like_page(text: str) -> bool:
    """Whether a text begins like an HTML page."""
    return _PAGE.match(text[:1024]) is not None
