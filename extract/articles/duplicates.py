"""Texts that were published before: an article that repeats an earlier one of its run, word for word or nearly.

The same words are found however long ago they came: what is kept of them is a digest and the article's id. Near
duplicates are found among the last `WINDOW` texts that are long enough for it, by their runs of three words. MinHash
finds those that may be alike without comparing each with each; how alike they are is then counted, not estimated. An
article that repeats another is not compared with later ones itself: all that repeat one text are called duplicates of
the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING
from zlib import crc32

from extract.articles.article import Article, Duplicate, Unreadable
from extract.articles.remembered import Remembered

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from rensa import RMinHash, RMinHashLSH

LEAST_SHARE = 0.7
"""Of the runs of words of both texts; what agencies spread and papers edit shares this much, two reports do not."""
WINDOW = 10_000
"""Texts that near duplicates are looked for among, at least; twice as many at most. 8 KB each, of 400 words."""
_LEAST_RUNS = 30
"""A text of fewer could be like another by chance, and is a duplicate only of the same words."""
_RUN = 3
_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")
"""A word, or a character of a script that does not part words."""
_BANDS, _ROWS = 32, 4
"""Texts that share 0.7 are found in 9 998 of 10 000 cases; 0.2 in 5 of 100, and compared in vain."""
_MORE_BANDS, _FEWER_ROWS = 43, 3
"""Where less than 0.7 is enough: those that share 0.55 are found in 9 996 of 10 000 cases; 0.2 in 29 of 100, in vain."""
_SEED = 1
_LENGTH = 4
"""Bytes that say how long an id is."""


def mark_duplicates(
    articles: Iterable[Article | Unreadable], earlier: Iterable[Article] = ()
) -> Iterator[Article | Unreadable]:
    """The articles, those that repeat an earlier one marked as such; in the order in which they come.

    Args:
        earlier: articles that the run has already, with what they were found to repeat.
    """
    index: Repeats | None = None
    for item in articles:
        if not isinstance(item, Article):
            yield item
            continue
        if index is None:
            index = Repeats(window=WINDOW)
            for each in earlier:
                index.add_known(each)
        found = index.add(item.id, item.text)
        yield replace(item, duplicate_of=found) if found else item


class Repeats:
    """The texts that came so far."""

    def __init__(self, least: float = LEAST_SHARE, window: int | None = None) -> None:
        """Begins with none.

        Args:
            least: texts that share so much are one.
            window: see `WINDOW`; None for all texts.
        """
        self._least, self._window = least, window
        self._same, self._names = Remembered(), bytearray()
        self._late, self._early = _Window(least), _Window(least)

    def add_known(self, article: Article) -> None:
        """Takes in a text of which it is known already what it repeats."""
        again = article.duplicate_of
        if again is None:
            self.add(article.id, article.text)
        else:
            # The first one may not be finished yet, and does not repeat itself.
            self._first(again.article_id if again.share == 1 else article.id, _words(article.text))

    def add(self, name: str, text: str) -> Duplicate | None:
        """Takes in a text; says which earlier one it repeats. A text is no duplicate of itself."""
        words = _words(text)
        if (first := self._first(name, words)) != name:
            return Duplicate(first, 1.0)
        if len(words) < _LEAST_RUNS + _RUN:
            return None
        return self._compared(name, words)

    def _first(self, name: str, words: tuple[str, ...]) -> str:
        """The article that said these words first: now this one, if none did."""
        said = " ".join(words)
        at = self._same.get(said)
        if at is not None:
            start = at + _LENGTH
            length = int.from_bytes(self._names[at:start], "little")
            return self._names[start : start + length].decode("utf-8", "surrogatepass")
        self._same.put(said, len(self._names))
        data = name.encode("utf-8", "surrogatepass")
        self._names += len(data).to_bytes(_LENGTH, "little") + data
        return name

    def _compared(self, name: str, words: tuple[str, ...]) -> Duplicate | None:
        """The earlier text that this one is most like; one that is like none can be found later."""
        from rensa import RMinHash

        runs = _runs(words)
        sketch = RMinHash(self._late.permutations, _SEED)
        sketch.update([f"{run:x}" for run in runs.tolist()])
        found = max(self._early.like(sketch, runs), self._late.like(sketch, runs), key=lambda each: each[0])
        if found[0] >= self._least and found[1] != name:
            return Duplicate(found[1], round(found[0], 2))
        if len(self._late.texts) == self._window:
            self._early, self._late = self._late, _Window(self._least)
        self._late.insert(name, sketch, runs)
        return None


class _Window:
    """Texts that came one after the other."""

    def __init__(self, least: float) -> None:
        from rensa import RMinHashLSH

        bands, rows = (_BANDS, _ROWS) if least >= LEAST_SHARE else (_MORE_BANDS, _FEWER_ROWS)
        self.permutations = bands * rows
        self.texts: list[tuple[str, NDArray[np.uint64]]] = []
        self._near: RMinHashLSH = RMinHashLSH(least, self.permutations, bands)

    def insert(self, name: str, sketch: RMinHash, runs: NDArray[np.uint64]) -> None:
        self._near.insert(len(self.texts), sketch)
        self.texts.append((name, runs))

    def like(self, sketch: RMinHash, runs: NDArray[np.uint64]) -> tuple[float, str]:
        """How much is shared with the text that shares most, and its name; of equals the first."""
        likely = [(_share(runs, self.texts[key][1]), -key) for key in self._near.query(sketch)]
        share, key = max(likely, default=(0.0, 0))
        return share, self.texts[-key][0] if likely else ""


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


def _runs(words: tuple[str, ...]) -> NDArray[np.uint64]:
    """Runs of words as numbers, the same ones in every process: hashes of strings are not, those of numbers are."""
    import numpy as np

    numbers = [crc32(word.encode(errors="surrogatepass")) for word in words]
    runs = zip(*(numbers[start:] for start in range(_RUN)), strict=False)
    found = {hash(run) & 0xFFFF_FFFF_FFFF_FFFF for run in runs}
    return np.array(sorted(found), dtype=np.uint64)


def _share(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> float:
    """What two texts have in common, of all that they have (Jaccard)."""
    import numpy as np

    both = len(np.intersect1d(one, other, assume_unique=True))
    return both / (len(one) + len(other) - both)
