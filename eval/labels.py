"""Gold labels: the label file of the codebook, read and validated in form.

Whether a label agrees with its article is checked by `gold`; what it is worth as a yardstick is the reader's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from eval.demonyms import Demonyms, load_demonyms
from extract.articles import Article
from extract.errors import GoldError
from extract.schema import CODEBOOK_VERSION, Event, Quote, Records


class Label(BaseModel):
    """One article's label file.

    Attributes:
        codebook: version of the codebook it follows.
        article_id: the article; also the file's stem.
        annotator: who or what read the article.
        labelled_on: day of the reading, YYYY-MM-DD.
        published: the article's day of publication, YYYY-MM-DD, if the reader knew it.
        events: the events the article states.
        quotes: the quotations it attributes.
        notes: hard cases and how they were decided.
        draft: whether a model wrote it and nobody has accepted it.
        drafted_from: the model whose draft it began as.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    codebook: int
    article_id: str
    annotator: str
    labelled_on: str
    published: str | None = None
    events: list[Event]
    quotes: list[Quote]
    notes: list[str] = []
    draft: bool = False
    drafted_from: str | None = None

    @property
    def records(self) -> Records:
        """What is compared with a run's records."""
        return Records(events=self.events, quotes=self.quotes)


def load_labels(folder: Path) -> dict[str, Label]:
    """Reads every `<article id>.json` of a folder.

    Returns:
        Labels by article id, sorted.

    Raises:
        GoldError: there are none, or one is not a label file, follows another codebook version, or is named for
            another article than it labels.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise GoldError(f"no label files (*.json) in {str(folder)!r}")
    return {path.stem: _read(path) for path in files}


def gold_hash(labels: Mapping[str, Label], articles: Mapping[str, Article], demonyms: Demonyms | None = None) -> str:
    """Identity of a gold set: everything in it that a figure depends on.

    Who labelled, when, and the notes are left out: they change no figure. So is the order of articles.

    Args:
        labels: by article id.
        articles: by article id; those without a label do not count.
        demonyms: the table names are compared with; gold/demonyms.json by default.

    Returns:
        SHA-256 of a canonical JSON, as hex digits.

    Raises:
        GoldError: a label has no article.
    """
    missing = sorted(set(labels) - set(articles))
    if missing:
        raise GoldError(f"label {missing[0]!r} has no article: {len(missing)} of {len(labels)} labels have none")
    table = demonyms or load_demonyms()
    content = {
        "demonyms": {token: sorted(meaning) for token, meaning in table.tokens.items()},
        "labels": {
            article_id: {
                "codebook": label.codebook,
                "published": label.published,
                "records": label.records.model_dump(mode="json"),
                "text_sha256": articles[article_id].sha256,
            }
            for article_id, label in labels.items()
        },
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _read(path: Path) -> Label:
    try:
        # strict: a figure in quotation marks is a slip of the hand, not a number
        label = Label.model_validate_json(path.read_bytes(), strict=True)
    except OSError as error:
        raise GoldError(f"cannot read label file {str(path)!r}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = "/".join(str(part) for part in first["loc"])
        raise GoldError(f"{str(path)!r} is not a label file: /{where}: {first['msg']}") from error
    if label.codebook != CODEBOOK_VERSION:
        raise GoldError(f"{str(path)!r} follows codebook version {label.codebook!r}, not {CODEBOOK_VERSION!r}")
    if label.article_id != path.stem:
        raise GoldError(f"{str(path)!r} labels article {label.article_id!r}: a label file is named for its article")
    return label
