"""Peers take turns on every article, so that a machine whose speed changes changes for all of them; answers are scored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import Any

from eval.gold.labels import Label
from eval.peers.memory import forget_peak, peak_bytes
from eval.peers.ours import open_ours
from eval.peers.standings import OURS, ArticleStanding, PeerStanding
from eval.peers.with_instructor import MAX_TOKENS, open_instructor
from eval.peers.with_langextract import MAX_TOKENS as CHUNK_TOKENS
from eval.peers.with_langextract import WORKERS, open_langextract
from eval.peers.worker import SETTLE_SECONDS, Endpoint, Opener, Turn, Worker
from eval.scoring.metrics import ArticleScore, Tally, score_article
from extract.articles import Article
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


@dataclass(slots=True)
class _Lane:
    """A peer at work."""

    peer: Peer
    worker: Worker
    rows: list[ArticleStanding] = field(default_factory=list)
    server_peak: int | None = None
    peer_peak: int | None = None

    def standing(self) -> PeerStanding:
        return PeerStanding(
            name=self.peer.name,
            setting=self.peer.setting,
            server_peak=self.server_peak,
            peer_peak=self.peer_peak,
            articles=self.rows,
        )


def run_peers(
    peers: Sequence[Peer],
    task: Task[Any],
    articles: Sequence[Article],
    labels: Mapping[str, Label],
    server: Endpoint,
    *,
    timeout: float,
    told: Told = lambda name, row, detail: None,
    settle: float = SETTLE_SECONDS,
) -> list[PeerStanding]:
    """Lets every peer extract every article, and scores what comes back.

    Args:
        peers: in the order of their turns.
        task: what to extract.
        articles: those with a label.
        labels: by article id.
        server: the one that all of them ask; in this process, for its memory to be counted.
        timeout: seconds after which a peer's article is given up and counted as failed.
        told: for progress.
        settle: seconds to wait after giving up, until the server is idle.

    Raises:
        UsageError: the task has no folder, from which a peer could load it.
        GoldError: the demonym table cannot be read.
    """
    with ExitStack() as stack:
        workers = [stack.enter_context(closing(Worker(peer.opener, task, server, settle))) for peer in peers]
        lanes = [_Lane(peer, worker) for peer, worker in zip(peers, workers, strict=True)]
        for article in articles:
            for lane in lanes:
                forget_peak()
                turn = lane.worker.extract(article, timeout)
                lane.server_peak = _greater(lane.server_peak, peak_bytes())
                lane.peer_peak = _greater(lane.peer_peak, turn.peak)
                lane.rows.append(_row(article, labels[article.id], turn))
                told(lane.peer.name, lane.rows[-1], turn.detail)
        return [lane.standing() for lane in lanes]


def _greater(one: int | None, other: int | None) -> int | None:
    return max((value for value in (one, other) if value is not None), default=None)


def _row(article: Article, label: Label, turn: Turn) -> ArticleStanding:
    score = score_article(article.id, label.records, turn.records, article.text)
    return ArticleStanding(
        article_id=article.id,
        problem=turn.problem,
        seconds=round(turn.seconds, 2),
        requests=turn.reading.requests,
        input_tokens=turn.reading.input_tokens,
        output_tokens=turn.reading.output_tokens,
        cut=turn.reading.cut,
        tallies=_kept(score),
    )


def _kept(score: ArticleScore) -> dict[str, Tally]:
    return {name: tally for name, tally in score.tallies.items() if name == "overall" or name.startswith("type/")}
