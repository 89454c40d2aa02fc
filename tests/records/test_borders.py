"""Whole words and numbers by script: what is found in text without spaces, and what half of a word stays unfound."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from extract.articles import Span
from extract.records.borders import Units, has_ending, parted
from extract.records.grounding import TextIndex

Form = Literal["NFC", "NFD"]
BOTH_FORMS: tuple[Form, ...] = ("NFC", "NFD")


@pytest.mark.parametrize("form", BOTH_FORMS)
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("路透社基辅11月19日电 - 俄罗斯周四对基辅发动导弹袭击,造成至少14人死亡", "基辅"),
        ("造成至少14人死亡,63人受伤", "至少14人"),
        ("造成至少14人死亡,63人受伤", "14"),
        ("造成十三人死亡", "十三"),
        ("造成十三人死亡", "十三人"),
        ("三人死亡", "三人"),
        ("上周三百货商店遇袭", "三百货商店"),
        ("俄军星期三十二次袭击", "星期三"),
        ("俄军星期三十二次袭击", "十二次"),
        ("约3万5千人逃离", "3万5千人"),
        ("北约发言人BBC记者说", "BBC"),
        ("一枚Kh-101导弹", "Kh-101"),
        ("外交部长谢尔盖·拉夫罗夫说", "拉夫罗夫"),
        ("ロシア軍は木曜日にキーウをミサイルで攻撃し、14人が死亡した。", "キーウ"),
        ("ロシア軍は木曜日にキーウをミサイルで攻撃し、14人が死亡した。", "ロシア"),
        ("ロシア軍は木曜日にキーウをミサイルで攻撃し、14人が死亡した。", "攻撃"),
        ("ロシア軍は木曜日にキーウをミサイルで攻撃し、14人が死亡した。", "14人"),
        ("ロシア軍は木曜日にキーウをミサイルで攻撃し、14人が死亡した。", "木曜日"),
        ("ｳｸﾗｲﾅのｶﾞｽ管", "ガス管"),
        ("รัสเซียโจมตีกรุงเคียฟเมื่อวันพฤหัสบดี มีผู้เสียชีวิต 14 คน", "กรุงเคียฟ"),
        ("รัสเซียโจมตีกรุงเคียฟเมื่อวันพฤหัสบดี มีผู้เสียชีวิต 14 คน", "วันพฤหัสบดี"),
        ("มีผู้เสียชีวิตสิบสามคน", "สิบสามคน"),
        ("มีผู้เสียชีวิต๑๔คน", "๑๔"),
        ("ລັດເຊຍໂຈມຕີກຸງຄຽບໃນວັນພະຫັດ", "ກຸງຄຽບ"),
        ("រុស្ស៊ីវាយប្រហារទីក្រុងកៀវនៅថ្ងៃព្រហស្បតិ៍", "កៀវ"),
        ("ရုရှားက ကိယက်မြို့ကို တိုက်ခိုက်ခဲ့သည်", "ကိယက်"),
        ("རྒྱ་ནག་གི་དམག་མིས་ལྷ་སར་རྒོལ་རྡུང་བྱས།", "དམག"),
        ("བོད་ཀྱི་རྒྱལ་ས་ལྷ་སའི་ནང་", "ལྷ་ས"),
        ("러시아가 목요일 키이우를 미사일로 공격해 14명이 숨졌다.", "키이우"),
        ("러시아가 목요일 키이우를 미사일로 공격해 14명이 숨졌다.", "러시아"),
        ("러시아가 목요일 키이우를 미사일로 공격해 14명이 숨졌다.", "14명"),
        ("러시아가 목요일 키이우를 미사일로 공격해 14명이 숨졌다.", "14"),
        ("키이우에서는 세 명이 숨졌다", "키이우"),
        ("키이우에서는 세 명이 숨졌다", "세 명"),
        ("약 3만명이 대피했다", "3만"),
        ("약 3만명이 대피했다", "3만명"),
        ("오전 3시쯤 100여 명이", "오전 3시"),
        ("約１，２００人が避難", "1,200"),
        ("約１，２００万人が避難", "1,200万人"),
        ("나토는 NATO가 아니다", "NATO"),
        ("قُتل 14 شخصا في هجوم صاروخي على كييف", "كييف"),
        ("В Києві загинули 14 людей", "Києві"),
        ("दिल्ली में १४ लोग मारे गए", "दिल्ली"),
        ("Ít nhất 14 người thiệt mạng ở Kiev", "người thiệt mạng"),
        ("Ελλάδα", "ΕΛΛΆΔΑ"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("Die Straße brennt", "STRASSE"),
        ("İstanbul'da patlama", "i̇stanbul"),
        ("Kiev’deki saldırı, Rusya’nın", "Rusya"),
    ],
)
def test_whole_words_are_found_in_both_forms(text: str, value: str, form: Form) -> None:
    other: Form = "NFD" if form == "NFC" else "NFC"
    text, sought = unicodedata.normalize(form, text), unicodedata.normalize(other, value)
    found = TextIndex(text).find(sought)
    assert found is not None
    own = text[found[0].start : found[0].end]
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", own).casefold())
    assert folded == unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold())


@pytest.mark.parametrize("form", BOTH_FORMS)
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("至少13人死亡", "3"),
        ("至少1,300人死亡", "300"),
        ("至少1,300人死亡", "1"),
        ("约3万人逃离", "3"),
        ("约3.5万人逃离", "3.5"),
        ("造成十三人死亡", "三"),
        ("造成十三人死亡", "十"),
        ("造成三十人死亡", "三"),
        ("数十人死亡", "十人"),
        ("十几人死亡", "十"),
        ("第三次袭击", "三"),
        ("第14次袭击", "14"),
        ("百分之三", "三"),
        ("三点五公里", "三"),
        ("俄军星期三袭击", "三"),
        ("俄军周三袭击", "三"),
        ("約１，２００人が避難", "200"),
        ("約１，２００万人が避難", "1,200"),
        ("BBC记者说", "BC"),
        ("用AK47步枪", "AK"),
        ("用AK47步枪", "47"),
        ("一枚Kh-101导弹", "101"),
        ("シリアルナンバー", "シリア"),
        ("キーウィを食べた", "キーウ"),
        ("ラーメン", "ラ"),
        ("行った", "行"),
        ("มีผู้เสียชีวิตสิบสามคน", "สาม"),
        ("มีผู้เสียชีวิตสิบสามคน", "สิบ"),
        ("เคียฟ", "คียฟ"),
        ("กำลัง", "ก"),
        ("มีผู้เสียชีวิต๑๔คน", "๔"),
        ("ប្រាំមួយនាក់", "មួយ"),
        ("ကိယက်မြို့", "ကိယ"),
        ("བོད་ཀྱི་རྒྱལ", "རྒྱ"),
        ("신키이우를", "키이우"),
        ("러시아군은", "러시아"),
        ("러시아인이", "러시아"),
        ("서울대학교에서", "서울"),
        ("김이 말했다", "김"),
        ("부대통령은", "대통령"),
        ("약 3만명이 대피했다", "3"),
        ("약 3만5천명이 대피했다", "5천"),
        ("제3차", "3"),
        ("한국이", "하"),
        ("كييفية", "كييف"),
        ("Харківська", "Харків"),
        ("दिल्ली में", "दिल"),
        ("người", "ngươi"),
        ("in Sana'a", "Sana"),
        ("O'Brien", "Brien"),
        ("in Sa'da", "Sa"),
        ("fourteen", "four"),
        ("network", "two"),
    ],
)
def test_half_words_are_not_found_in_either_form(text: str, value: str, form: Form) -> None:
    text = unicodedata.normalize(form, text)
    for sought in (value, unicodedata.normalize("NFD", value)):
        assert TextIndex(text).find(sought) is None


# Letters of many scripts, written together; no numerals, since two of them side by side are another number.
SCRIPTS = [
    "基辅袭击导弹市长说死亡伤员",
    "きいうとばくげきにんはし",
    "キウミサイルロシドネ",
    "กขคงจฉชซดตถทธนบปพ",
    "ກຂຄງຈຊຍດຕຖທນບປ",
    "កខគឃងចឆជឈញ",
    "ကခဂဃငစဆဇဈ",
    "키이우러시아미사일공격도시",
    "абвгґдеєжзиіїй",
    "αβγδεζηθικλ",
    "אבגדהוזחט",
    "ابتثجحخدذ",
    "कखगघचछजझ",
    "abcdefghij",
    "éèüñçøåşğ",
]
RUN = st.one_of([st.text(st.sampled_from(letters), min_size=2, max_size=6) for letters in SCRIPTS])
PASSAGE = st.lists(st.one_of(RUN, st.integers(0, 99_999).map(str), st.sampled_from([" ", ", ", "。", "\n", "“", "”"])))


@settings(deadline=None, max_examples=300)
@given(PASSAGE, RUN, PASSAGE, st.sampled_from(BOTH_FORMS), st.sampled_from(BOTH_FORMS))
def test_a_word_planted_among_spaces_is_found_where_it_is(
    before: list[str], planted: str, after: list[str], form: Form, other: Form
) -> None:
    lead, word = unicodedata.normalize(form, "".join(before) + " "), unicodedata.normalize(form, planted)
    text = f"{lead}{word} {unicodedata.normalize(form, ''.join(after))}"
    span = Span(len(lead), len(lead) + len(word))
    found = TextIndex(text).find(unicodedata.normalize(other, planted), span)
    assert found is not None
    assert found[0] == span


@settings(deadline=None, max_examples=300)
@given(PASSAGE, st.sampled_from(["基辅", "きいう", "กรุง", "ကခ"]), PASSAGE)
def test_a_word_planted_without_spaces_is_found_in_scripts_that_have_none(
    before: list[str], planted: str, after: list[str]
) -> None:
    text = f"{''.join(before)}{planted}{''.join(after)}"
    span = Span(len("".join(before)), len("".join(before)) + len(planted))
    found = TextIndex(text).find(planted, span)
    assert found is not None
    assert found[0] == span


@settings(deadline=None, max_examples=400)
@given(PASSAGE, RUN | st.integers(0, 99).map(str), st.sampled_from(BOTH_FORMS))
def test_what_is_found_is_there_and_cuts_no_number_and_no_word_with_borders(
    pieces: list[str], value: str, form: Form
) -> None:
    text = unicodedata.normalize(form, "".join(pieces))
    found = TextIndex(text).find(value)
    if found is None:
        return
    start, end = found[0].start, found[0].end
    assert unicodedata.normalize("NFD", text[start:end]).casefold() == unicodedata.normalize("NFD", value).casefold()
    for left, right in ((text[max(0, start - 1) : start], text[start]), (text[end - 1], text[end : end + 1])):
        assert not (left.isdigit() and right.isdigit())
        assert not unicodedata.combining(right or "a")
        assert not (left in "abcdefghijабвгґдеєжзиіїй" and right in "abcdefghijабвгґдеєжзиіїй" and left and right)


@settings(deadline=None, max_examples=200)
@given(PASSAGE, PASSAGE, RUN)
def test_what_is_not_there_is_not_found(before: list[str], after: list[str], value: str) -> None:
    text = "".join(before) + ".".join(after)
    assume(unicodedata.normalize("NFD", value).casefold() not in unicodedata.normalize("NFD", text).casefold())
    assert TextIndex(text).find(value) is None


@pytest.mark.parametrize("value", ["a", "aa", "a" * 1000 + "b", "a a", "a " * 5000 + "a", "a " * 5000 + "b"])
def test_overlapping_places_are_all_seen(value: str) -> None:
    text = "a" * 20_000 + " a" * 20_000
    at = text.find(f" {value}")
    found = TextIndex(text).find(value)
    assert found == (None if at < 0 else (Span(at + 1, at + 1 + len(value)), "exact"))


def test_the_nearest_of_overlapping_places_is_chosen() -> None:
    text = "no no no no no, they cried"
    assert TextIndex(text).find("no no", Span(3, 8)) == (Span(3, 8), "exact")
    assert TextIndex(text).find("no no no", Span(6, 14)) == (Span(6, 14), "exact")


@pytest.mark.parametrize(
    ("text", "at", "border"),
    [
        ("ab", 0, True),
        ("ab", 1, False),
        ("ab", 2, True),
        ("a b", 1, True),
        ("a1", 1, False),
        ("a基", 1, True),
        ("基b", 1, True),
        ("基辅", 1, True),
        ("1人", 1, True),
        ("人1", 1, True),
        ("キウ", 1, False),
        ("ウを", 1, True),
    ],
)
def test_borders(text: str, at: int, border: bool) -> None:
    assert parted(text, at) is border


def test_endings_and_units() -> None:
    assert has_ending("키이우에서는", 0, 3)
    assert not has_ending("키이우", 0, 3)
    assert not has_ending("키이우군", 0, 3)
    units = Units("约3万5千人, twenty-two, S-300")
    assert units.eastern_ends == {5}
    assert [at for at in range(28) if units.cut_at(at)] == [2, 3, 4, *range(9, 18), *range(21, 25)]
