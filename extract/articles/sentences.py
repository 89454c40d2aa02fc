"""Cutting a text into sentences and chunks that know where they stand.

Offsets are Python character offsets. Nothing but white space is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of an article, as character offsets: `text[start:end]`."""

    start: int
    end: int


RANKS = (
    "brig", "lt", "col", "maj", "capt", "sgt", "cpl", "pvt", "pfc", "spc", "cmdr", "insp", "supt", "det", "hon", "fr",
)  # fmt: skip
"""Before a name, with a full stop that ends no sentence; a linguistic model has to be told of these."""
_ABBREVIATION = re.compile(
    f"{'|'.join(RANKS)}|mr|mrs|ms|messrs|mme|dr|prof|rev|gen|lieut|cpt|adm|cdr"
    "|sen|sens|rep|reps|gov|atty|st|ste|mt|ft|vs|etc|inc|corp|co|ltd|jr|sr"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec",
    re.IGNORECASE,
)
_OF_AN_HOUR = re.compile(
    r"\s*(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:GMT|UTC|BST|CES?T|EES?T|IST|JST|MSK|[ECMP][SD]?T)"
    r"|[A-Z][a-z]+\s(?:(?:Standard|Daylight|Summer|Mean)\s)?[Tt]ime)\b"
)
_END = re.compile(
    r"""
    (?<![.!?…]) (?P<mark>[.!?…]++) (?P<close>["'”’)\]»]*+)
    (?: (?=\s) | (?=["“‘]?[A-Z][a-z]) | \Z )   # "began.The" is an end too
    """,
    re.VERBOSE,
)
_OPENER = re.compile(r"""\s*+["'`“‘(\[«]*[A-Z0-9À-ÞЀ-Я]""")


def split_sentences(text: str) -> Iterator[Span]:
    """Cuts a text into sentences: at line ends, and after . ! ? … unless that is an abbreviation.

    Closing quotes belong to the sentence before. Spans carry no outer white space.
    """
    for line in re.finditer(r"[^\n\r]+", text):
        start = line.start()
        for end in _END.finditer(text, line.start(), line.end()):
            if end.start() < start or not _ends_sentence(text, end, line.end()):
                continue
            yield from _trimmed(text, start, end.end())
            start = end.end()
        yield from _trimmed(text, start, line.end())


def _ends_sentence(text: str, end: re.Match[str], limit: int) -> bool:
    if end.end() < limit and not _OPENER.match(text, end.end(), limit):
        return False
    if end["mark"] != "." or end["close"]:
        return True
    word = re.search(r"[\w.]*\Z", text[max(0, end.start() - 20) : end.start()])
    before = word.group() if word else ""
    # "U.S.", "a.m.", "J." and the abbreviations go on; so does "3.5", which has no white space after it.
    initials = re.fullmatch(r"(?:[A-Za-z]\.)*[A-Za-z]", before) and (len(before) == 1 or "." in before)
    if initials:
        following = text[end.end() : end.end() + 40].split()
        # after "a.m." a capital begins a sentence, or is the day or the zone of the hour; after "U.S." it is mostly a name
        hour = before.lower() in ("a.m", "p.m")
        return hour and bool(following) and following[0][:1].isupper() and not _OF_AN_HOUR.match(text, end.end())
    if before.lower() == "no":
        return not text[end.end() : end.end() + 4].lstrip()[:1].isdigit()  # "No. 5", but "He said no."
    return _ABBREVIATION.fullmatch(before) is None


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    stop = start + len(piece.rstrip())
    if stop > start + lead:
        yield Span(start + lead, stop)


def split_chunks(text: str, max_chars: int) -> list[Span]:
    """Cuts a text into chunks of at most `max_chars`, at paragraph borders, else at sentence borders.

    A single sentence longer than the limit is cut hard: nothing is ever dropped.
    """
    chunks: list[Span] = []
    for sentence in split_sentences(text):
        pieces = [
            Span(start, min(start + max_chars, sentence.end))
            for start in range(sentence.start, sentence.end, max_chars)
        ]
        for piece in pieces:
            if chunks and piece.end - chunks[-1].start <= max_chars:
                chunks[-1] = Span(chunks[-1].start, piece.end)
            else:
                chunks.append(piece)
    return chunks


MOST_SENTENCES = 3
LONGEST_PASSAGE = 1_200
"""Characters; a longer sentence is cut hard."""


def split_passages(text: str) -> list[Span]:
    """Cuts a text into passages of one to three sentences of one paragraph: as much as a small model reads well."""
    passages: list[Span] = []
    sentences = 0
    for sentence in split_sentences(text):
        for start in range(sentence.start, sentence.end, LONGEST_PASSAGE):
            piece = Span(start, min(start + LONGEST_PASSAGE, sentence.end))
            last = passages[-1] if passages else piece
            between = text[last.end : piece.start]
            fits = sentences < MOST_SENTENCES and piece.end - last.start <= LONGEST_PASSAGE
            if passages and fits and not any(end in between for end in "\n\r"):
                passages[-1] = Span(last.start, piece.end)
                sentences += 1
            else:
                passages.append(piece)
                sentences = 1
    return passages
