"""Peers take turns on every article, so that a machine whose speed changes changes for all of them; answers are scored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from eval.gold.labels import Label
from eval.harness import GoldSet
from eval.peers.ours import open_ours
from eval.peers.standings import OURS, ArticleStanding, PeerStanding
from eval.peers.with_instructor import MAX_TOKENS, open_instructor
from eval.peers.with_langextract import MAX_TOKENS as CHUNK_TOKENS
from eval.peers.with_langextract import WORKERS, open_langextract
from eval.peers.worker import SETTLE_SECONDS, Endpoint, Opener, Turn, take_turn
from eval.scoring.metrics import score_article
from extract.tasks.task import Task


@dataclass(frozen=True, slots=True)
class Peer:
    """One of those that are compared.

    Attributes:
        setting: how it asks, in a line.
        needs: the package it is made with.
    """

    name: str
    setting: str
    opener: Opener
    needs: str


def peers_of(task: Task[Any]) -> tuple[Peer, ...]:
    """All peers, as they ask for a task."""
    prompts = task.usual_set("embedded")
    whole = f"one request with the whole schema, JSON_SCHEMA mode, no example, at most {MAX_TOKENS} tokens"
    flat = f"worked examples: {len(task.examples)}; {WORKERS} workers, at most {CHUNK_TOKENS} tokens a chunk"
    return (
        Peer(OURS, f"prompt set {prompts!r}, the usual one of the embedded model; no store", open_ours, "instructor"),
        Peer("instructor", whole, open_instructor, "instructor"),
        Peer("langextract", f"{flat}, otherwise as it comes", open_langextract, "langextract"),
    )


Told = Callable[[str, ArticleStanding, str], None]
"""Told of every finished turn: the peer's name, its standing, and a line of detail about a failure."""


def run_peers(
    peers: Sequence[Peer],
    gold: GoldSet,
    server: Endpoint,
    *,
    timeout: float,
    told: Told = lambda name, row, detail: None,
    settle: float = SETTLE_SECONDS,
) -> list[PeerStanding]:
    """Lets every peer extract every article, and scores what comes back.

    Args:
        peers: in the order of their turns.
        gold: the task, what is right, and the articles.
        server: the one that all of them ask; in this process, for its memory to be counted.
        timeout: seconds after which a peer's article is given up and counted as failed.
        told: for progress.
        settle: seconds to wait after giving up, until the server is idle.

    Raises:
        UsageError: the task has no folder, from which a peer could load it.
        GoldError: the demonym table cannot be read.
    """
    rows: dict[str, list[ArticleStanding]] = {peer.name: [] for peer in peers}
    peaks: dict[str, list[tuple[int | None, int | None]]] = {peer.name: [] for peer in peers}
    for name, label in gold.labels.items():
        for peer in peers:
            turn = take_turn(peer.opener, gold.task, server, gold.articles[name], timeout, settle)
            peaks[peer.name].append(turn.peaks)
            rows[peer.name].append(_row(label, turn, gold.articles[name].text))
            told(peer.name, rows[peer.name][-1], turn.detail)
    return [
        PeerStanding(
            name=peer.name,
            setting=peer.setting,
            server_peak=_greatest(server_side for server_side, _ in peaks[peer.name]),
            peer_peak=_greatest(own for _, own in peaks[peer.name]),
            articles=rows[peer.name],
        )
        for peer in peers
    ]


def _greatest(peaks: Iterable[int | None]) -> int | None:
    return max((value for value in peaks if value is not None), default=None)


def _row(label: Label, turn: Turn, text: str) -> ArticleStanding:
    tallies = score_article(label.article_id, label.records, turn.records, text).tallies
    return ArticleStanding(
        article_id=label.article_id,
        problem=turn.problem,
        seconds=round(turn.seconds, 2),
        tallies={name: tally for name, tally in tallies.items() if name == "overall" or name.startswith("type/")},
        **turn.reading.model_dump(),
    )
