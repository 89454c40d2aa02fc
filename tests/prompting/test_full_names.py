"""Full names of persons."""

from extract.prompting.candidates import Mention
from extract.prompting.full_names import full_names


def persons(*names: str) -> dict[str, tuple[Mention, ...]]:
    return {"person": tuple(Mention(0, len(name), name) for name in names)}


def test_the_longest_name_of_one_person() -> None:
    found = full_names([persons("Orm", "Lena Orm"), None, persons("Lena Maria Orm", "Maria Orm", "Pavo Brill")])  # type: ignore[list-item]
    assert found == {"Brill": "Pavo Brill"}
    assert full_names([persons("Maria Orm", "Lena Maria Orm", "Orm")]) == {"Orm": "Lena Maria Orm"}  # type: ignore[list-item]


def test_two_of_one_name_keep_what_they_are_called() -> None:
    assert full_names([persons("Lena Orm"), persons("Jan Orm"), persons("the Orm")]) == {}  # type: ignore[list-item]
