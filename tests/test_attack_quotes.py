"""Quotations in made-up paragraphs."""

from __future__ import annotations

import pytest

from extract.articles import Article
from extract.attack.lexicon import load_lexicon
from extract.attack.names import Cast
from extract.attack.quotes import find_quotations

QUOTES = [
    ("“We ran,” said Ann Lee. “It was loud.”", [("Ann Lee", ["We ran,", "It was loud."])]),
    ("Mayor Ann Lee called it “a crime”.", [("Ann Lee", ["a crime"])]),
    ("Ann Lee, a nurse who lives near, said it shook. “I fell,” she said.", [("Ann Lee", ["I fell,"])]),
    ("“No,” Ann Lee said. The wall fell. “Yes,” Bob Ray said.", [("Ann Lee", ["No,"]), ("Bob Ray", ["Yes,"])]),
    ("The sign read “open”.", []),
    ("“never closed", []),
]


@pytest.mark.parametrize(("text", "expected"), QUOTES)
def test_quotations(text: str, expected: list[tuple[str, list[str]]]) -> None:
    lexicon = load_lexicon()
    found = find_quotations(Article("a", text, "a"), lexicon, Cast(text, lexicon))
    named = [
        (text[q.speaker.start : q.speaker.end], [text[p.start : p.end] for p in q.parts]) for q in found if q.speaker
    ]
    assert named == expected
