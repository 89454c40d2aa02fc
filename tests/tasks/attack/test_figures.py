"""Casualty figures in made-up sentences."""

from __future__ import annotations

import pytest

from extract.articles import Article
from extract.tasks.attack.figures import find_figures
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.names import Cast

FIGURES = [
    ("The blast killed at least nine people.", [("at least nine", 9, "killed", ("people",), None)]),
    (
        "Six soldiers were killed and eight wounded, the army said.",
        [("Six", 6, "killed", ("soldiers",), "the army"), ("eight", 8, "injured", ("soldiers",), "the army")],
    ),
    ("Two boys died.", [("Two", 2, "killed", ("children",), None)]),
    ("A 12-year-old girl was hurt.", [("A 12-year-old girl", 1, "injured", ("children",), None)]),
    ("A wounded man was rushed to hospital.", [("A wounded man", 1, "hospitalised", ("men",), None)]),
    ("It killed a couple and their three daughters.", [("a couple", 2, "killed", ("people",), None), ("three", 3, "killed", ("children",), None)]),
    ("The group put the number of dead soldiers at 15.", [("15", 15, "killed", ("soldiers",), "The group")]),
    ("There were no injuries.", []),
    ("Both were intercepted and there were no injuries.", []),
    ("Nine women were abducted. He said.", [("Nine", 9, "captured", ("women",), None)]),
    ("Dozens remain missing.", [("Dozens", None, "missing", ("people",), None)]),
    ("Ann Lee said a boy died. She said two men were hurt.", [("a boy", 1, "killed", ("children",), "Ann Lee"), ("two", 2, "injured", ("men",), "Ann Lee")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FIGURES)
def test_figures(text: str, expected: list[tuple[str, int | None, str, tuple[str, ...], str | None]]) -> None:
    lexicon = load_lexicon()
    article = Article("a", text, "a")
    found = find_figures(article, lexicon, Cast(text, lexicon), article.sentences)
    assert [
        (
            text[f.text.start : f.text.end],
            f.value,
            f.outcome,
            f.groups,
            f.source and text[f.source.start : f.source.end],
        )
        for f in found
    ] == expected
