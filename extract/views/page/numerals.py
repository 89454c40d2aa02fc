"""What words of the articles state as numbers, so that the page can hold a corrected number against its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from extract.records.checks import Reader
from extract.records.marks import NumberOf
from extract.records.results import Run
from extract.records.tree import fields_of, nodes

_WORD = re.compile(r"[^\W\d_]{1,20}(?:-[^\W\d_]{1,20})?")


def numerals(run: Run, texts: Mapping[str, str], reader: Reader) -> dict[str, int | None]:
    """Words → the number that they state for sure, None where they state none ("dozens").

    They are the words of all numbers of the run, and every single word of the texts.
    """
    if not any(_number_words(run)):
        return {}
    words = {word for text in texts.values() for word in _WORD.findall(text)}
    read = {each: reader.stated_number(each) for each in sorted(words.union(_number_words(run)))}
    return {each: said.number for each, said in read.items() if said is not None}


def _number_words(run: Run) -> Iterator[str]:
    for result in run.results:
        for node in nodes(result.records) if result.records else ():
            for field in fields_of(type(node.record)).values():
                mark = field.mark(NumberOf)
                if mark and isinstance(words := getattr(node.record, mark.words), str):
                    yield words
