"""Names of places in made-up sentences."""

from __future__ import annotations

import pytest

from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.names import Cast
from extract.tasks.attack.places import find_places

PLACES = [
    ("A bomb went off in the city of Lorvik.", ["Lorvik"]),
    ("Drones hit Lorvik, Tamsk and Orel overnight.", ["Lorvik", "Tamsk", "Orel"]),
    ("It fell in Lorvik's Zarya district.", ["Zarya district"]),
    ("It burned in Russia's Saratov region.", ["Saratov region"]),
    ("He fired in Marlow, Ohio, at noon.", ["Marlow"]),
    ("A car hit people in the Belgian town of Strevelle.", ["Strevelle"]),
    ("It happened in a Belgian town.", []),
    ("Two died, officials in Lorvik said.", []),
    ("He fired at Lorvik high school.", []),
    ("It came on Monday in March.", []),
]


@pytest.mark.parametrize(("text", "expected"), PLACES)
def test_places(text: str, expected: list[str]) -> None:
    lexicon = load_lexicon()
    found = find_places(text, lexicon, Cast(text, lexicon), 0, len(text))
    assert [text[p.span.start : p.span.end] for p in found] == expected


def test_a_person_of_a_country_is_no_place() -> None:
    text = "The raid came hours after the envoy lashed out at Ruritania's Ivan Petrenko over the plan."
    lexicon = load_lexicon()
    found = [text[m.span.start : m.span.end] for m in find_places(text, lexicon, Cast(text, lexicon), 0, len(text))]
    assert "Ivan Petrenko" not in found
