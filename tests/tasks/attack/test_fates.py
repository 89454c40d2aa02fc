"""What became of people, by the parse of made-up sentences."""

from __future__ import annotations

import pytest

from tests.tasks.attack.test_figures import figures

K, J, H, M, C = "killed", "injured", "hospitalised", "missing", "captured"
COUNTED = [
    ("A blast left two soldiers and a civilian dead.", "two", 2, K),
    ("Two hundred and eight passengers were hurt when the ferry was shelled.", "Two hundred and eight", 208, J),
    ("The blast left sixty-four dead.", "sixty-four", 64, K),
    ("A bomb killed two thousand three hundred people.", "two thousand three hundred", 2300, K),
    ("Rockets injured 2 450 people in one night.", "2 450", 2450, J),
    ("Between 10 and 12 people were killed, he said.", "Between 10 and 12", None, K),
    ("Gunmen killed from 30 to 35 people.", "from 30 to 35", None, K),
    ("The blast killed eight, possibly nine, people.", "eight, possibly nine", None, K),
    ("Of the crowd, approx. 20 students were hurt.", "20", 20, J),
    ("Rockets burned a shop and wounded 2 050 more.", "2 050", 2050, J),
    ("Staff put the number of wounded at 20 to 25.", "20 to 25", None, J),
    ("Rebels abducted 12-15 students from a dormitory.", "12-15", None, C),
    ("Hospital officials put the toll at least 20.", "at least 20", 20, K),
    ("The toll has risen to seventeen.", "seventeen", 17, K),
    ("Death toll from hotel siege hits 26", "26", 26, K),
    ("The strike on a wedding has claimed 33 lives.", "33", 33, K),
    ("Several hundred mourners were wounded.", "Several hundred", None, J),
    ("A few dozen nuns were taken hostage by rebels.", "A few dozen", None, C),
    ("Twelve people are feared dead.", "Twelve", 12, K),
    ("Two of the wounded were taken to hospital.", "Two", 2, H),
    ("Some 3-4 people are missing.", "Some 3-4", None, M),
    ("More than 100 police officers were hurt.", "More than 100", 100, J),
    ("Nine referees, killed in the blast, were buried on Sunday.", "Nine", 9, K),
    ("Police have not named the five people killed.", "five", 5, K),
    ("No group has claimed responsibility for killing nine miners.", "nine", 9, K),
    ("Of the guests, three were hurt.", "three", 3, J),
    ("Three Soldiers Die in Roadside Bombing", "Three", 3, K),
    ("Teacher killed in shelling of village", "Teacher", 1, K),
    ("A family of six was killed at home.", "six", 6, K),
    ("The 38-year-old was stabbed to death.", "The 38-year-old", 1, K),
    ("The driver, a 31-year-old man, was wounded.", "a 31-year-old man", 1, J),
    ("The company said 2 of its 143 guests were injured.", "2", 2, J),
    ("The rebels said they had taken 44 soldiers prisoner.", "44", 44, C),
]
TOGETHER = [
    ("At least seven civilians were killed along with ten soldiers.", [(7, K), (10, K)]),
    ("Seven civilians were hurt together with ten soldiers.", [(7, J), (10, J)]),
    (
        "Nine were killed.\nHe gave the names of some of the victims as Bulama Dajiba, John Kent and Shaibu Galva.",
        [(9, K)] + 3 * [(1, K)],
    ),
    ("He gave the names of his friends as Ivo Marlow and Jon Kent.", []),
]


@pytest.mark.parametrize(("text", "words", "value", "outcome"), COUNTED)
def test_one_figure(text: str, words: str, value: int | None, outcome: str) -> None:
    assert [(text[f.text.start : f.text.end], f.value, f.outcome) for f in figures(text)] == [(words, value, outcome)]


@pytest.mark.parametrize(("text", "expected"), TOGETHER)
def test_figures_beside_each_other(text: str, expected: list[tuple[int, str]]) -> None:
    assert [(f.value, f.outcome) for f in figures(text)] == expected


def test_an_abbreviation_before_a_number_makes_it_rough() -> None:
    assert [f.bound for f in figures("Of the crowd, approx. 20 students were hurt.")] == ["about"]
