"""Bytes → text: encodings, and forms that are no text."""

from __future__ import annotations

import io
import re

import pytest

from extract.articles.decoding import decode, looks_like_page, read_bytes
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
        (b"\xd0\xcf\x11\xe0", "an old or encrypted Office document"),
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
        read_bytes(Endless(), 1_000_000)


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


RUSSIAN = 3 * "Взрыв прогремел в центре города поздно вечером, сообщили власти. Ещё семеро ранены.\n"
FRENCH = 3 * "Une explosion a frappé l’école mardi soir, ont indiqué les autorités. Deux personnes ont été tuées.\n"
JAPANESE = "火曜日の夜遅く、市の中心部で爆発があったと地元当局が発表した。二人が死亡し、七人が負傷した。"
CHINESE = "当地官员称，周二深夜市中心发生爆炸，造成两人死亡，七人受伤。伤者已被送往医院。"
KOREAN = "화요일 밤 늦게 도심에서 폭발이 발생했다고 현지 당국이 밝혔다. 두 명이 숨지고 일곱 명이 다쳤다."


@pytest.mark.parametrize(
    ("text", "codec", "seen", "name"),
    [
        (RUSSIAN, "cp1251", "byte 0xc2 at offset 0", "WINDOWS-1251"),
        (RUSSIAN, "koi8-r", "byte 0xf7 at offset 0", "KOI8-R"),
        (RUSSIAN, "utf-16-be", "it holds NUL bytes", "UTF-16BE"),
        (FRENCH, "cp1252", "byte 0xe9 at offset 21", "WINDOWS-1252"),
        (FRENCH, "mac-roman", "byte 0x8e at offset 21", "MACINTOSH"),
        (FRENCH, "utf-16-le", "it holds NUL bytes", "UTF-16LE"),
        ("Two died.\n" * 20_000 + FRENCH, "cp1252", "byte 0xe9 at offset 200021", "WINDOWS-1252"),
        (JAPANESE, "shift_jis", "byte 0x89 at offset 0", "CP932"),
        (JAPANESE, "euc_jp", "byte 0xb2 at offset 0", "EUC-JP"),
        (JAPANESE, "iso2022_jp", "it holds escapes", "ISO-2022-JP"),
        (JAPANESE, "utf-16-le", "byte 0xdc at offset 2", "UTF-16LE"),
        (CHINESE, "gbk", "byte 0xb5 at offset 0", "GB18030"),
        (KOREAN, "euc_kr", "byte 0xbf at offset 2", "CP949"),
    ],
)
def test_a_text_in_another_encoding_is_told_which_it_seems_to_be(text: str, codec: str, seen: str, name: str) -> None:
    data = text.encode(codec)
    with pytest.raises(ArticleError) as error:
        decode(data)
    said = re.fullmatch(
        r"not UTF-8: (.*); perhaps it is (.*): save it as UTF-8, .* iconv -f (.*) -t UTF-8", str(error.value)
    )
    assert said is not None
    assert (said[1], said[3]) == (seen, name)
    assert name in said[2]
    assert ("Shift-JIS" in said[2], "GBK" in said[2]) == (codec == "shift_jis", codec == "gbk")
    assert name == "MACINTOSH" or data.decode(name) == text


@pytest.mark.parametrize("data", [b"caf\xe9", bytes(range(1, 256)), b"\x80\x9d" * 30])
def test_where_the_bytes_do_not_tell_no_encoding_is_named(data: bytes) -> None:
    with pytest.raises(ArticleError, match=r"; save it as UTF-8 with the program that wrote it$"):
        decode(data)


def test_a_neighbour_of_windows_1252_is_not_named_where_both_could_be() -> None:
    text = "Mayor José Núñez of Málaga said three people were killed by a car bomb on Monday."
    with pytest.raises(ArticleError, match="save it as UTF-8 with the program that wrote it"):
        decode(text.encode("cp1252"))
