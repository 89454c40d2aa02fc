"""Gold labels: the label file of the codebook, read and validated in form.

Whether a label agrees with its article is checked by `gold`; what it is worth as a yardstick is the reader's.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from eval.scoring.demonyms import Demonyms, load_demonyms
from extract.articles import Article
from extract.errors import GoldError
from extract.files.documents import load_document
from extract.tasks.attack.schema import CODEBOOK_VERSION, Event, Quote, Records

_PLAIN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9 _.,()+@=-]*[A-Za-z0-9_)+@=-])?")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
"""Names that Windows gives to devices, whatever their ending."""
_LONGEST = 200


class Label(BaseModel):
    """One article's label file.

    Attributes:
        codebook: version of the codebook it follows.
        article_id: the article; its file is named for it (`file_name`).
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


def file_name(article_id: str) -> str:
    """The name of an article's label file, wherever the id comes from.

    An id that is a plain file name on every system is its own; any other is told apart by a digest. Two ids never
    share a name, but where the file system takes upper and lower case for the same, ids that differ in case alone
    share a file. None leaves its folder.
    """
    if _PLAIN.fullmatch(article_id) and not _RESERVED.match(article_id) and len(article_id.encode()) <= _LONGEST:
        return f"{article_id}.json"
    digest = hashlib.sha256(article_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    readable = re.sub(r"[^A-Za-z0-9]+", "-", article_id).strip("-")[:40]
    return f"{readable}~{digest}.json"


def file_names(article_id: str) -> tuple[str, str]:
    """The names that an article's label file may have: the one it is given, and the plain id, where a system takes it."""
    return file_name(article_id), f"{article_id}.json"


def load_labels(folder: Path) -> dict[str, Label]:
    """Reads every label file (*.json) of a folder.

    Returns:
        Labels by article id, sorted.

    Raises:
        GoldError: there are none, or one is not a label file, follows another codebook version, or is named for
            another article than it labels.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise GoldError(f"no label files (*.json) in {str(folder)!r}")
    found: dict[str, Label] = {}
    for label in sorted(map(_read, files), key=lambda label: label.article_id):
        if label.article_id in found:
            raise GoldError(f"two label files in {str(folder)!r} are of article {label.article_id!r}: keep one")
        found[label.article_id] = label
    return found


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
    # strict: a figure in quotation marks is a slip of the hand, not a number
    label = load_document(path, Label, "label file", GoldError, strict=True)
    if label.codebook != CODEBOOK_VERSION:
        raise GoldError(f"{str(path)!r} follows codebook version {label.codebook!r}, not {CODEBOOK_VERSION!r}")
    if path.name not in file_names(label.article_id):
        raise GoldError(f"{str(path)!r} labels article {label.article_id!r}: a label file is named for its article")
    return label
