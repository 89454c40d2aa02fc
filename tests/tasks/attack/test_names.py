"""People and their roles, in made-up sentences."""

from __future__ import annotations

import pytest

from extract.articles import Span
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.names import Cast

ROLES = [
    ("Interior Minister Nina Falk came.", "Nina Falk", "Interior Minister"),
    ("Nina Falk, a baker, came. Falk left.", "Nina Falk", "a baker"),
    ("The city's mayor, Nina Falk, came.", "Nina Falk", "city's mayor"),
    ("Lieutenant General Nina Falk came.", "Nina Falk", None),
    ("Chief Superintendent Nina Falk came.", "Nina Falk", None),
    ("Rear Admiral Nina Falk came.", "Nina Falk", None),
    ("Police Chief Nina Falk came.", "Nina Falk", "Police Chief"),
    ("Major General Nina Falk, the army chief, came.", "Nina Falk", "the army chief"),
    ("It was army spokesman Colonel Nina Falk.", "Nina Falk", "army spokesman"),
    ("Mr. Jon Falk came.", "Jon Falk", None),
    ("They met FBI Special Agent in Charge Nina Falk.", "Nina Falk", "FBI Special Agent in Charge"),
    ("Nina Falk in Lorvik came.", "Nina Falk", None),
    ("Rosa Falk, a baker, met the mayor, Nina Falk.", "Rosa Falk", "a baker"),
    ("It was Deputy Constable Nina Falk.", "Nina Falk", "Deputy Constable"),
    ("It was Acting Administrator Nina B. Falk.", "Nina B. Falk", "Acting Administrator"),
    ("On Monday Helen Falk came.", "Helen Falk", None),
    ("ASP Nina Falk came.", "Nina Falk", None),
    ("SP Party Leader Nina Falk came.", "Nina Falk", "SP Party Leader"),
    ("It was Secretary of State for Defence Nina Falk.", "Nina Falk", "Secretary of State for Defence"),
    ("UN High Commissioner for Human Rights Nina Falk came.", "Nina Falk", "UN High Commissioner for Human Rights"),
    ("The spokesman, DSP Nina Falk, came.", "Nina Falk", "spokesman"),
    ("“It burned,” said Brod Mayor Nina Falk.", "Nina Falk", "Brod Mayor"),
    ("Hassan Sheikh Falk, a baker, came.", "Hassan Sheikh Falk", "a baker"),
]


@pytest.mark.parametrize(("text", "name", "role"), ROLES)
def test_people_and_roles(text: str, name: str, role: str | None) -> None:
    person = Cast(text, load_lexicon()).people["falk"]
    assert text[person.name.start : person.name.end] == name
    assert (person.role and text[person.role.start : person.role.end]) == role


def test_a_generic_body_is_the_one_named_before() -> None:
    text = "The Health Ministry opened. Later the ministry said more."
    start = text.index("the ministry")
    full = Cast(text, load_lexicon()).full_name(Span(start, start + len("the ministry")))
    assert text[full.start : full.end] == "Health Ministry"


@pytest.mark.parametrize(
    ("text", "short", "full"),
    [
        ("The Israel Defense Forces (IDF) left.", "IDF", "Israel Defense Forces"),
        ("It met the Ministry of Health and Sport (MHS).", "MHS", "Ministry of Health and Sport"),
        ("a man of the McDonald (MD) clan", "MD", "McDonald"),
        ("They left Kyiv (KY) at dawn.", "KY", None),
        ("the army (AR) left", "AR", None),
        ("The End (TE) came", "TE", None),
    ],
)
def test_short_forms_that_an_article_introduces(text: str, short: str, full: str | None) -> None:
    found = Cast(text, load_lexicon()).aliases.get(short)
    assert (found and text[found.start : found.end]) == full


def test_the_last_body_named_before_counts_and_not_one_far_away() -> None:
    text = f"The Health Ministry met the Ministry of Defense. Then the ministry left. {'It rained. ' * 400}the ministry"
    cast = Cast(text, load_lexicon())
    near, far = text.index("the ministry"), text.rindex("the ministry")
    full = cast.full_name(Span(near, near + 12))
    assert text[full.start : full.end] == "Ministry of Defense"
    assert cast.full_name(Span(far, far + 12)) == Span(far, far + 12)


@pytest.mark.parametrize(
    ("phrase", "known"), [("Charge Nina Falk", True), ("Nina Falk", True), ("Falk", True), ("Rosa Falk", False)]
)
def test_a_person_is_known_by_the_last_name_and_by_no_other_first_name(phrase: str, known: bool) -> None:
    text = f"Nina Falk came. She saw {phrase} there."
    start = text.rindex(phrase)
    assert (Cast(text, load_lexicon()).person(Span(start, start + len(phrase))) is not None) == known
