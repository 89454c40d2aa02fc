"""The demonym table of the name rule: read from gold/demonyms.json, where its reasons are written down too."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from extract.errors import GoldError
from extract.files.documents import load_document

_PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT, _WHEEL = _PACKAGE.parent / "gold" / "demonyms.json", _PACKAGE / "_gold" / "demonyms.json"
TABLE = _WHEEL if _WHEEL.is_file() else _CHECKOUT


Demonyms = Mapping[str, frozenset[str]]
"""Folded token → the folded tokens it stands for ("british" → "united", "kingdom")."""


class _Table(BaseModel):
    """The file; what else it holds is for its readers."""

    tokens: dict[str, str]


@cache
def load_demonyms(path: Path = TABLE) -> Demonyms:
    """Reads a table, once per path.

    Args:
        path: a JSON file; by default the one in gold/ beside the package, or its copy in the wheel, wherever the command is run.

    Raises:
        GoldError: there is no such file, or it holds no table.
    """
    table = load_document(path, _Table, "demonym table", GoldError)
    return {token: frozenset(meaning.split()) for token, meaning in table.tokens.items()}
