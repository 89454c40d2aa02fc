"""Who is meant by last names and pronouns."""

import pytest

from extract.articles.sentences import Span
from extract.prompting.candidates import Mention
from extract.prompting.persons import Persons, full_names


def persons(*names: str) -> dict[str, tuple[Mention, ...]]:
    return {"person": tuple(Mention(0, len(name), name) for name in names)}


def test_the_longest_name_of_one_person() -> None:
    found = full_names([persons("Orm", "Lena Orm"), None, persons("Lena Maria Orm", "Maria Orm", "Pavo Brill")])  # type: ignore[list-item]
    assert found == {"Brill": "Pavo Brill"}
    assert full_names([persons("Maria Orm", "Lena Maria Orm", "Orm")]) == {"Orm": "Lena Maria Orm"}  # type: ignore[list-item]


def test_two_of_one_name_keep_what_they_are_called() -> None:
    assert full_names([persons("Lena Orm"), persons("Jan Orm"), persons("the Orm")]) == {}  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Lena Orm said the mill of Jan Brill had burned down. “All is lost,” he", "Lena Orm"),
        ("The mayor, Lena Orm, said the mill had burned down. “All is lost,” she", "Lena Orm"),
        ("Lena Orm met the workers. “Jan Brill is wrong,” she added. The mill is closed, she", "Lena Orm"),
        ("Lena Orm met the workers.\n\nTrucks of Jan Brill were stopping, she said.\n\n“All is lost,” she", "Lena Orm"),
        ("Jan Brill, the miller, said he", "Jan Brill"),
        ("Jan Brill’s mill burned down. Jan Brill’s was the oldest. It is lost, he", "Jan Brill"),
        ("“We saw that he ran,” Lena Orm said. Jan Brill shrugged. “No,” he", "Jan Brill"),
        (f"Lena Orm ran. {'It rained for a day and a night, he said. ' * 60}“No,” he", "Lena Orm"),
        ("“Jan Brill is wrong,” he", None),
        ("The mill has burned down. He", None),
    ],
)
def test_a_pronoun_means_who_did_something_last(text: str, meant: str | None) -> None:
    pronoun = text.rsplit(" ", 1)[-1]
    end = Span(len(text), len(text))
    assert Persons(f"{text} said.", ()).in_full(pronoun, Span(0, len(text)), end) == meant


def test_of_several_pronouns_of_a_passage_the_nearest_is_meant() -> None:
    text = "Tom Brill runs the mill.\n\n“It is lost,” he said. Lena Orm disagreed. “It is not,” he said."
    passage = Span(text.index("“It is lost"), len(text))
    found = Persons(text, ())
    for quotation, meant in (("It is lost", "Tom Brill"), ("It is not", "Lena Orm")):
        at = text.index(quotation)
        assert found.in_full("he", passage, Span(at, at + len(quotation))) == meant


def test_last_names_in_full() -> None:
    text = "Lena Orm came to the mill. Orm said it was lost, and she would leave."
    found = Persons(text, [persons("Lena Orm", "Orm")])  # type: ignore[list-item]
    everywhere = Span(0, len(text))
    assert found.in_full("Orm", everywhere, None) == "Lena Orm"
    assert found.in_full("she", everywhere, None) == "Lena Orm"
    assert found.in_full("the mill", everywhere, None) is None


def test_titles_are_of_one_person_whatever_the_name() -> None:
    text = (
        "Minister Lena Orm came. Lena Orm, the minister of mines, left.\n\nMaria Lena Orm slept. Oleks Brill ate.\n\n"
        "“Lena Orm, a liar of the worst kind in all the land, must go,” said Jan Lund."
    )
    found = Persons(text, [persons("Lena Orm", "Orm", "Maria Lena Orm", "Oleks Brill", "Jan Lund")])  # type: ignore[list-item]
    for name in ("Orm", "Lena Orm", "Maria Lena Orm"):
        place = found.title(name)
        assert place
        assert text[place.start : place.end] == "the minister of mines"
    for other in ("a spokesman for Orm", "Jan Orm", "Oleks Brill", "Jan Lund", ""):
        assert found.title(other) is None


def test_half_of_a_name_is_no_title() -> None:
    text = "US President Donald Trump's envoy Steve Witkoff left for Kyiv."
    found = Persons(text, [persons("Donald Trump", "Steve Witkoff")])  # type: ignore[list-item]
    place = found.title("Steve Witkoff")
    assert place
    assert text[place.start : place.end] == "envoy"
