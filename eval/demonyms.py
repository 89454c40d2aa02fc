"""The demonym table of the name rule: read from gold/demonyms.json, where its reasons are written down too."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extract.errors import GoldError

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT, _WHEEL = _PACKAGE.parent / "gold" / "demonyms.json", _PACKAGE / "_gold" / "demonyms.json"
TABLE = _WHEEL if _WHEEL.is_file() else _CHECKOUT


@dataclass(frozen=True, slots=True, eq=False)
class Demonyms:
    """A table; compared and hashed by identity, so that folded names can be cached by it.

    Attributes:
        tokens: folded token → the folded tokens it stands for ("british" → "united", "kingdom").
    """

    tokens: dict[str, frozenset[str]]


@cache
def load_demonyms(path: Path = TABLE) -> Demonyms:
    """Reads a table, once per path.

    Args:
        path: a JSON file; by default the one in gold/ beside the package, or its copy in the wheel, wherever the command is run.

    Raises:
        GoldError: there is no such file, or it holds no table.
    """
    try:
        tokens = json.loads(path.read_text(encoding="utf-8"))["tokens"]
        return Demonyms({token: frozenset(meaning.split()) for token, meaning in tokens.items()})
    except OSError as error:
        raise GoldError(f"cannot read the demonym table {str(path)!r}: {error.strerror}; names need it") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise GoldError(f"{str(path)!r} is no demonym table: expected {{'tokens': {{'russian': 'russia'}}}}") from error
