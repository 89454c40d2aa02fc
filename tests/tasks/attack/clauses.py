"""The clauses of made-up texts, for the tests beside this."""

from __future__ import annotations

from extract.articles import Article
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.parts import Part, read_parts
from extract.tasks.attack.subject import body
from extract.tasks.attack.syntax import Syntax


def parts_of(text: str) -> list[list[Part]]:
    """The clauses of each sentence."""
    sentences = body(Article("a", text, "a"), load_lexicon())
    syntax = Syntax(text, sentences)
    return [read_parts(text, number, each, syntax, load_lexicon()) for number, each in enumerate(sentences)]
