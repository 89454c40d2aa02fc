"""How much a word or a place tells."""

from __future__ import annotations

import math

import pytest

from extract.stories.rarity import Rarity, common_words
from extract.stories.vocabulary import Vocabulary
from tests.many_reports import article, event, mentions

COMMON = "police people said government after two officials city country president news week"
RARE = "zhivotov quillback marzipan trombone narwhal obelisk kumquat xylophone"


def share(one: str, other: str) -> float | None:
    found = mentions(article("a", event(), text=one), article("b", event(), text=other))
    return Rarity(found).share(*found)


def test_rare_words_in_common_tell_more_than_common_ones() -> None:
    other = "anvil bassoon cuttlefish dirigible eggplant flamingo gargoyle harpsichord"
    rare = share(f"{RARE} {COMMON}", f"{RARE} attack bomb town")
    common = share(f"{RARE} {COMMON}", f"{other} {COMMON}")
    assert rare is not None
    assert common is not None
    assert rare > 2 * common


def test_a_record_of_few_words_says_nothing_of_words() -> None:
    found = mentions(article("a", event(), text=""), article("b", event(), text=RARE))
    assert Rarity(found).share(*found) is None


def test_what_two_have_in_common_is_told_the_rarest_first() -> None:
    texts = [f"{RARE} bomb", f"{RARE} bomb", *["a bomb and a narwhal"] * 40]
    found = mentions(*(article(str(n), event(), text=text) for n, text in enumerate(texts)))
    words = Rarity(found).in_common(found[0], found[1], most=20)
    assert set(RARE.split()) <= set(words)
    assert words.index("narwhal") > words.index("kumquat")
    assert Rarity(found).rare_words(found[0], 3, 4.0) == sorted(set(RARE.split()) - {"narwhal"})[:3]


def test_a_place_with_many_records_tells_less() -> None:
    towns = [*["Kyiv"] * 200, "Tolva"]
    found = mentions(*(article(str(n), event(places=[town])) for n, town in enumerate(towns)))
    rarity = Rarity(found)
    assert rarity.of_place(["tolva"]) > rarity.of_place(["kyiv"]) + 7
    alone = Rarity(found[-1:])
    assert alone.of_place(["tolva"]) == pytest.approx(6.64, abs=0.01)  # as of a hundred records


def test_words_that_most_texts_have_say_nothing() -> None:
    found = mentions(*(article(name, event(), text=f"{RARE} and the for that with was") for name in "ab"))
    told = Rarity(found).rare_words(found[0], most=100, least=0.0)
    assert set(RARE.split()) <= set(told)
    assert {"and", "the", "that"}.isdisjoint(told)


def test_the_order_of_articles_changes_nothing_even_of_long_ones() -> None:
    one, two, three = (" ".join(f"{name}{number:03}" for number in range(200)) for name in ("ax", "by", "cz"))
    results = [
        article(n, event(), text=text)
        for n, text in (("a", f"{one} {two}"), ("b", f"{one} {three}"), ("c", f"{two} {three}"))
    ]
    shares = []
    for order in (results, results[::-1]):
        found = {each.article_id: each for each in mentions(*order)}
        shares.append(Rarity(list(found.values())).share(found["a"], found["b"]))
    assert shares[0] == pytest.approx(shares[1], abs=1e-9)


def test_without_records_there_is_nothing_to_count() -> None:
    assert Rarity([]).of_place(["kyiv"]) > 0


def test_the_table_of_common_words_has_counts_of_ten_thousand_texts() -> None:
    table = common_words()
    assert table["police"] > table["gunman"] > 0
    assert max(table.values()) <= 10_000


def test_words_are_kept_as_numbers_and_come_back_as_words() -> None:
    vocabulary = Vocabulary()
    one, other = vocabulary.take(["bomb", "town", "bomb"]), vocabulary.take(["night", "town"])
    assert (len(one), set(one), one & other) == (2, {"bomb", "town"}, ["town"])
    assert "town" in other
    assert "bomb" not in other
    assert "unknown" not in other
    assert None not in other


NAMES = ["zhivotov", "gornyak", "bakhmach", "vilnyansk", "ichnya", "semenivka", "kobeliaky", "pyriatyn"]
PLAIN = "officials said people were killed and the police came to the city later"


def test_equally_rare_words_come_by_the_alphabet_and_rarer_ones_first() -> None:
    everywhere = [f"{PLAIN} {' '.join(NAMES)}", f"{PLAIN} {' '.join(NAMES)}"]
    more = [f"{PLAIN} {NAMES[0]} {number}" for number in range(40)]
    found = mentions(*(article(str(n), event(evidence=text), text=text) for n, text in enumerate(everywhere + more)))
    rarity = Rarity(found)
    rare = [name for name in sorted(NAMES) if name != NAMES[0]]
    assert rarity.in_common(found[0], found[1], 4) == rare[:4]
    assert rarity.in_common(found[0], found[1], 7) == rare
    assert rarity.rare_words(found[0], 8, 4.0)[:7] == rare
    assert rarity.in_common(found[0], found[1], 0) == []


def test_texts_of_the_same_words_are_one_and_of_others_are_none() -> None:
    texts = [" ".join(NAMES), " ".join(reversed(NAMES)), PLAIN.replace("police", "zavodske"), " ".join(NAMES[:4])]
    texts = [f"{text} {PLAIN}" for text in texts]
    found = mentions(*(article(str(n), event(evidence=text), text=text) for n, text in enumerate(texts)))
    rarity = Rarity(found)
    same, half, other = (rarity.share(found[0], found[at]) for at in (1, 3, 2))
    assert same == pytest.approx(1)
    assert half is not None
    assert other is not None
    assert other < half < 1
    assert half == pytest.approx(rarity.share(found[3], found[0]))
    assert not math.isnan(half)
