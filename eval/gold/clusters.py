"""Which articles report one and the same attack.

Their errors are not independent, so resampling draws them together. The table is data beside the labels
(gold/attack/clusters.json); an article that it does not name is a cluster of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from extract.errors import GoldError
from extract.files.documents import load_document

CLUSTER_FILE = "clusters.json"


class Clusters(BaseModel):
    """The cluster file: name of an attack → ids of the articles that report it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["attested-clusters-1"]
    clusters: dict[str, list[str]] = {}


def load_clusters(gold: Path, articles: Iterable[str]) -> dict[str, str]:
    """The cluster of every article.

    Args:
        gold: the gold folder; without a cluster file every article stands alone.
        articles: ids.

    Raises:
        GoldError: the file is broken, or names an article twice.
    """
    path = gold / CLUSTER_FILE
    held = load_document(path, Clusters, "cluster file", GoldError).clusters if path.exists() else {}
    named: dict[str, str] = {}
    for name, members in held.items():
        for article in members:
            if article in named:
                raise GoldError(f"{path}: article {article!r} is in two clusters, {named[article]!r} and {name!r}")
            named[article] = name
    return {article: named.get(article, article) for article in articles}
