"""Parses of sentences, each by itself, at their places in the text."""

from extract.articles.sentences import Span, split_sentences
from extract.tasks.attack.syntax import LONGEST, Syntax

TEXT = "Shells hit Aldane.\nA drone killed two miners\nand a Turkish driver."


def test_offsets_lead_back_to_the_text() -> None:
    sentences = list(split_sentences(TEXT))
    syntax = Syntax(TEXT, sentences)
    for sentence in sentences:
        for token in syntax.of(sentence):
            start = sentence.start + token.idx
            assert TEXT[start : start + len(token)].split() == token.text.split()


def test_a_sentence_is_read_without_the_others() -> None:
    first, *rest = split_sentences(TEXT)
    alone, together = Syntax(TEXT, [first]), Syntax(TEXT, [first, *rest])
    assert [token.dep_ for token in alone.of(first)] == [token.dep_ for token in together.of(first)]


def test_what_is_too_long_or_unknown_has_no_parse() -> None:
    long = "word " * LONGEST
    assert Syntax(long, [Span(0, len(long))]).of(Span(0, len(long))) is None
    assert Syntax(TEXT, []).of(Span(0, 5)) is None


def test_a_headline_in_capitals_is_read_as_a_sentence() -> None:
    text = "Bus Bombing Kills Nine Pilgrims Near Aldane"
    whole = Span(0, len(text))
    syntax = Syntax(text, [whole])
    verb = next(token for token in syntax.of_headline(whole) if token.text == "kills")
    assert [child.text for child in verb.children if child.dep_ == "dobj"] == ["pilgrims"]
    assert syntax.of_headline(whole).text.lower() == syntax.of(whole).text.lower()
