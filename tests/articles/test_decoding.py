"""Bytes → text: encodings, and forms that are no text."""

from __future__ import annotations

import io

import pytest

from extract.articles.decoding import decode, looks_like_page, read_text
from extract.errors import ArticleError

TEXT = "Вибух — «удар» у Києві"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32", "utf-8"])
def test_a_mark_says_the_encoding_and_is_dropped(codec: str) -> None:
    assert decode(TEXT.encode(codec)) == TEXT
    assert decode(TEXT.encode("utf-16-be").join([b"\xfe\xff", b""])) == TEXT


HTTP_EQUIV = '<meta http-equiv="Content-Type" content="text/html; charset={}">'


@pytest.mark.parametrize(
    ("codec", "label", "text"),
    [
        ("cp1251", "windows-1251", "Взрыв — «удар»"),
        ("koi8-r", "KOI8-R", "Взрыв"),
        ("cp866", "IBM866", "Взрыв"),
        ("cp1252", "windows-1252", "café “terror” – €"),
        ("cp1252", "ISO-8859-1", "café “terror” – €"),  # as browsers do
        ("cp1254", "iso-8859-9", "İstanbul’da"),
        ("iso8859-2", "iso-8859-2", "Łódź"),
        ("cp932", "shift_jis", "攻撃①"),
        ("euc_jp", "EUC-JP", "攻撃"),
        ("iso2022_jp", "iso-2022-jp", "攻撃"),
        ("gb18030", "gb2312", "袭击镕"),
        ("big5", "big5", "襲擊"),
        ("cp949", "euc-kr", "공격 똠"),
    ],
)
@pytest.mark.parametrize(
    "head", [HTTP_EQUIV, "<meta charset={}>", "<META CHARSET = '{}' />", '<?xml version="1.0" encoding="{}"?>']
)
def test_a_page_is_read_in_the_encoding_that_it_declares(codec: str, label: str, text: str, head: str) -> None:
    page = head.format(label) + f"<html><p>{text}</p></html>"
    assert decode(page.encode(codec), page=True) == page


@pytest.mark.parametrize("label", ["windows-1251", "utf-16", "zip", "nonsense"])
def test_what_is_utf_8_is_utf_8_whatever_it_declares(label: str) -> None:
    page = f"<meta charset={label}>{TEXT}"
    assert decode(page.encode(), page=True) == page


@pytest.mark.parametrize("label", ["utf-7", "unicode_escape", "hex", "bz2", "rot13", "idna", "undefined", "mbcs"])
def test_only_encodings_of_pages_are_taken(label: str) -> None:
    with pytest.raises(ArticleError, match="which is not known"):
        decode(f"<meta charset={label}>caf".encode() + b"\xe9", page=True)


def test_a_byte_that_the_declared_encoding_does_not_have_is_named() -> None:
    with pytest.raises(ArticleError, match="not cp1252: byte 0x81 at offset 27"):
        decode(b"<meta charset=windows-1252>\x81", page=True)


def test_a_text_declares_nothing() -> None:
    with pytest.raises(ArticleError, match="not UTF-8: byte 0xe9 at offset 3"):
        decode(b"caf\xe9 <meta charset=windows-1252>")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (b"PK\x03\x04", "an Office document or a ZIP archive"),
        (b"\xd0\xcf\x11\xe0", "an Office document"),
        (b"{\\rtf1 text}", "an RTF document"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"\x89PNG\r\n", "an image"),
        (b"\xff\xd8\xff\xe0", "an image"),
    ],
)
def test_other_forms_are_called_by_their_names(data: bytes, what: str) -> None:
    with pytest.raises(ArticleError, match=f"^{what}, which is not read; save its text as a .txt file"):
        decode(data)


def test_no_more_is_read_than_the_bound() -> None:
    class Endless(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert size == 1_000_001
            return b"x" * size

    with pytest.raises(ArticleError, match="over the limit of 1 MB for one file"):
        read_text(Endless(), page=False, max_bytes=1_000_000)


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("<!DOCTYPE html>", True),
        (" \n<html lang=en>", True),
        ('<?xml version="1.0" encoding="utf-8"?>\n<!-- saved\nfrom x --><!DOCTYPE html PUBLIC>', True),
        ("An article on <html>.", False),
        ("<htmlish>", False),
        ("<!--" * 300, False),
        ("<!---->" * 60 + "An article.", False),
        ("<!---->" * 60 + "<html>", True),
    ],
)
def test_a_page_is_known_by_its_beginning(text: str, page: bool) -> None:
    assert looks_like_page(text) is page
