"""Quotations in made-up paragraphs."""

from __future__ import annotations

import pytest

from extract.articles import Article
from extract.articles.sentences import Span
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.names import Cast
from extract.tasks.attack.quotes import find_quotations
from extract.tasks.attack.speech import attributions

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


def stretches_read(quotations: int) -> int:
    """How many stretches of a line of quotations are read for who speaks; no sentence in it ends."""
    lexicon = load_lexicon()
    text = (
        "Ann Lee said “a” and "
        + "“a and b c d e f g” and so on and so forth until the end of it all, which is far away, or so it seemed to all of them; "
        * quotations
    )
    attributions.cache_clear()
    find_quotations(Article("a", text, "a"), lexicon, Cast(text, lexicon))
    return attributions.cache_info().misses


def test_neighbours_without_a_sentence_between_share_the_stretch_that_is_read() -> None:
    assert 10 < stretches_read(100) < 50


def test_stretches_that_are_not_the_article_are_passed_over() -> None:
    text = "“We ran,” said Ann Lee.\n“Read this,” said Bob Ray.\n“We hid,” said Eve Fox."
    lexicon = load_lexicon()
    second = Span(text.index("\n") + 1, text.rindex("\n"))
    found = find_quotations(Article("a", text, "a"), lexicon, Cast(text, lexicon), (Span(0, 0), second))
    assert [text[q.parts[0].start : q.parts[0].end] for q in found] == ["We ran,", "We hid,"]
