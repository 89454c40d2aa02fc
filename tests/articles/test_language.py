"""Texts in languages that the word lists do not know are told; everything that is English is not."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from extract.articles import language
from extract.articles.language import language_note

OTHERS = {
    "de": "Bei einem Drohnenangriff auf die Stadt Charkiw sind in der Nacht zum Donnerstag mindestens fünf Menschen getötet und zwölf verletzt worden. Das teilte der Gouverneur der Region mit. Mehrere Wohnhäuser wurden beschädigt.",
    "fr": "Une attaque de drones russes contre la ville de Kharkiv a fait au moins cinq morts et douze blessés dans la nuit de mercredi à jeudi, ont annoncé les autorités locales. Plusieurs immeubles ont été endommagés.",
    "es": "Al menos cinco personas murieron y doce resultaron heridas en un ataque con drones contra la ciudad de Járkov durante la madrugada del jueves, informaron las autoridades. Varios edificios quedaron dañados.",
    "it": "Almeno cinque persone sono morte e dodici sono rimaste ferite in un attacco di droni contro la città di Kharkiv nella notte, hanno riferito le autorità locali.",
    "pl": "Co najmniej pięć osób zginęło, a dwanaście zostało rannych w ataku dronów na Charków w nocy ze środy na czwartek, poinformowały władze obwodu.",
    "uk": "Щонайменше п'ять людей загинули й дванадцять поранені внаслідок атаки дронів на Харків у ніч на четвер, повідомила обласна адміністрація. Пошкоджено кілька житлових будинків.",
    "ru": "По меньшей мере пять человек погибли и двенадцать ранены в результате атаки беспилотников на Харьков в ночь на четверг, сообщили местные власти.",
    "tr": "Kharkiv kentine düzenlenen insansız hava aracı saldırısında en az beş kişi öldü, on iki kişi yaralandı. Yerel yetkililer birçok binanın hasar gördüğünü açıkladı.",
    "ar": "قُتل خمسة أشخاص على الأقل وأصيب اثنا عشر آخرون في هجوم بطائرات مسيرة على مدينة خاركيف ليل الأربعاء الخميس، بحسب السلطات المحلية.",
    "he": 'לפחות חמישה בני אדם נהרגו ושנים עשר נפצעו במתקפת כטב"מים על העיר חרקיב בלילה, כך מסרו הרשויות המקומיות.',
    "fa": "دست\u200cکم پنج نفر کشته و دوازده نفر زخمی شدند در حمله پهپادی به شهر خارکیف در شب پنجشنبه، مقامات محلی گفتند.",
    "zh": "当地官员周四表示，无人机夜间袭击哈尔科夫市，造成至少五人死亡、十二人受伤，多栋住宅楼受损。救援人员仍在废墟中搜寻幸存者。",
    "ja": "ハルキウ市で木曜未明、無人機攻撃があり、少なくとも5人が死亡、12人が負傷したと地元当局が発表した。複数の住宅が被害を受けた。",
    "id": "Sedikitnya lima orang tewas dan dua belas terluka dalam serangan drone di kota Kharkiv pada Kamis dini hari, kata pejabat setempat.",
    "sw": "Takriban watu watano waliuawa na kumi na wawili kujeruhiwa katika shambulio la ndege zisizo na rubani katika mji wa Kharkiv, maafisa walisema.",
    "so": "Ugu yaraan shan qof ayaa ku dhintay, laba iyo toban kalena way ku dhaawacmeen weerar diyaaradaha aan duuliyaha lahayn lagu qaaday magaalada.",
    "ha": "Akalla mutane biyar ne suka mutu yayin da goma sha biyu suka jikkata a wani harin jirage marasa matuka da aka kai birnin.",
}
"""The same piece of news: a drone attack on Kharkiv, five dead and twelve hurt."""
ARTICLES = sorted((Path(__file__).parents[2] / "gold" / "articles").glob("*.txt"))
ENGLISH = ARTICLES[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("language", OTHERS)
def test_a_text_in_another_language_is_told(language: str) -> None:
    note = language_note(f"Drone attack on Kharkiv\n\n{OTHERS[language]}\n", ["en"])
    assert note is not None
    assert f"is in another language ({language}) than the word lists of this task (en)" in note


@pytest.mark.parametrize("width", [12, 20, 30, 60])
@pytest.mark.parametrize("language", OTHERS)
def test_a_text_of_narrow_lines_is_told_too(language: str, width: int) -> None:
    lines = textwrap.wrap(OTHERS[language], width)
    assert language_note("\n".join(["Drone attack on Kharkiv", *lines]), ["en"]) is not None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "哈尔科夫遭无人机袭击五人死亡"),
        ("zh", "Attack\n爆炸\n五人死亡\n十二人受伤救援"),
        ("ja", "ハルキウで爆発があり五人死亡"),
        ("ko", "하르키우에서 드론 공격으로 5명 사망"),
        ("ru", "Explosion\n\nВзрыв в Харькове"),
        ("ar", "انفجار في خاركيف"),
        ("he", "פיצוץ בחרקיב הלילה"),
        ("th", "เกิดระเบิดในเมือง"),
        ("hi", "खार्किव में ड्रोन हमला"),
        ("el", "Έκρηξη στο Χάρκοβο"),
    ],
)
def test_a_few_words_of_another_script_are_enough(language: str, text: str) -> None:
    note = language_note(text, ["en"])
    assert note is not None
    assert f"({language})" in note


def test_a_headline_with_little_below_is_judged_with_it() -> None:
    first, _, rest = OTHERS["de"].partition(". ")
    assert language_note(f"{first}.\n{rest.partition('. ')[0]}.", ["en"]) is not None
    assert language_note("无人机夜间袭击哈尔科夫市\n\n路透社", ["en"]) is not None


def test_a_language_that_is_known_is_not_told() -> None:
    assert language_note(OTHERS["uk"], ["en", "uk"]) is None
    assert language_note(OTHERS["uk"], ["de", "en"]) is not None


@pytest.mark.parametrize("file", ARTICLES, ids=lambda file: str(file.stem))
def test_the_gold_articles_are_english_as_a_whole_and_in_parts(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert language_note(text, ["en"]) is None
    assert [line for line in text.split("\n") if language_note(line, ["en"])] == []
    for width in (15, 25, 40, 60):
        assert language_note("\n".join(textwrap.wrap(text, width)), ["en"]) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n",
        "Explosion à Paris",
        "Drone hits Kharkiv",
        "At least five people were killed in a strike on the market of Garowe, police said.",
        "Attentat à Paris\n\nFive people were killed in Paris on Monday, and twelve were hurt, the police said.",
        "Kyiv, Kharkiv, Odesa, Dnipro, Mykolaiv, Sumy, Zaporizhzhia, Kherson, Lviv",
        "Kyiv\nKharkiv\nOdesa\nDnipro\nMykolaiv\nSumy\nZaporizhzhia\nKherson\nLviv",
        "𝐅𝐢𝐯𝐞 𝐤𝐢𝐥𝐥𝐞𝐝 𝐢𝐧 𝐬𝐭𝐫𝐢𝐤𝐞",
        "Explosion\n\nThe ministry (Міністерство) said two people were hurt.",
        "Вибух у Харкові: дрони атакували місто\n\nFive people were killed in Kharkiv.",
        "Слава Україні та героям\n\nDrone hits Kharkiv",
        "12 34 56 78 " * 50,
        "x" * 5000,
        "https://e.org/v2/FBZETAEP2NKULNLWNK44H2EMLY.jpg?auth=dcf9b2f231f5cdbf374f253122d42c5839a596d953683e8f6cfef9&w=1",
        "👍🏽 🇺🇦 ❗️" * 40,
    ],
)
def test_what_is_too_little_to_judge_is_not_told(text: str) -> None:
    assert language_note(text, ["en"]) is None


def test_quotes_in_other_languages_do_not_make_a_text_foreign() -> None:
    paragraphs = ENGLISH.split("\n")
    mixed = "\n".join([*paragraphs[:6], OTHERS["uk"], *paragraphs[6:12], OTHERS["ru"]])
    assert language_note(mixed, ["en"]) is None
    assert language_note("\n".join([paragraphs[0], OTHERS["uk"], OTHERS["ru"], OTHERS["de"]]), ["en"]) is not None


def test_of_a_text_without_words_no_more_than_its_beginning_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Detector:
        def rank(self, piece: str) -> list[tuple[str, float]]:
            asked.append(len(piece))  # it sorts combining marks, in quadratic time
            return [("en", 1.0)]

    monkeypatch.setattr(language, "_detector", Detector)
    language_note("Herons at Harsk\n" + "\u0301\u0323" * 50_000, {"en"})
    assert asked
    assert max(asked) < 10_000
