"""Standings: the document that a comparison with peers leaves, and its tables. Nothing is run here."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from eval.peers.meter import Reading
from eval.reports import notation
from eval.reports.page import update_table
from eval.reports.report import Block, Parts, Points, Style, Table, render
from eval.scoring.metrics import Tally
from extract.errors import GoldError
from extract.files.documents import load_document
from extract.records.results import Strict

STANDINGS_FORMAT: Final = "attested-peers-1"
OURS: Final = "ours"


class ArticleStanding(Reading):
    """What a peer made of one article, and what it asked of the server.

    Attributes:
        problem: why there are no records ("timeout", "crash", the name of an exception); everything is missed then.
        seconds: until the answer, or until it was given up.
        tallies: "overall", and "type/…" for every record type.
    """

    article_id: str
    problem: str | None = None
    seconds: float
    tallies: dict[str, Tally]


class PeerStanding(Strict):
    """One peer.

    Attributes:
        setting: how it was asked, in a line.
        server_peak: bytes of the server's process at most, during this peer's articles.
        peer_peak: bytes of the peer's own process at most.
        articles: in the order in which they were extracted.
    """

    name: str
    setting: str
    server_peak: int | None = None
    peer_peak: int | None = None
    articles: list[ArticleStanding]

    def tally(self, name: str) -> Tally:
        """A tally, summed over the articles."""
        return sum((article.tallies[name] for article in self.articles), Tally())

    def expenses(self) -> tuple[float, float, float, int | None]:
        """Seconds, tokens read and written per article, those given up included; bytes of both processes."""
        n, rows = len(self.articles), self.articles
        return (
            sum(row.seconds for row in rows) / n,
            sum(row.input_tokens for row in rows) / n,
            sum(row.output_tokens for row in rows) / n,
            None if self.server_peak is None or self.peer_peak is None else self.server_peak + self.peer_peak,
        )


class Standings(Strict):
    """All peers of one run, with what makes them comparable.

    Attributes:
        task: what was extracted.
        model: its identity: digest of the weights, template mode, grammar mode.
        context_tokens: of one request.
        slots: requests the server answered at the same time.
        timeout: seconds after which an article was given up.
        cores: of the machine.
    """

    format: Literal["attested-peers-1"] = STANDINGS_FORMAT
    task: str = "attack"
    measured_on: str
    model: str
    context_tokens: int
    slots: int
    timeout: float
    cores: int
    machine: str
    gold_sha256: str
    scoring: int
    versions: dict[str, str]
    peers: list[PeerStanding]


def load_standings(path: Path) -> Standings:
    """Reads a saved document.

    Raises:
        GoldError: the file cannot be read, or is none of this version.
    """
    return load_document(path, Standings, "comparison of peers", GoldError, form=STANDINGS_FORMAT)


def render_standings(standings: Standings, style: Style = "text") -> str:
    """Two tables, what is right and what it costs, with what makes them comparable below."""
    ours = next((peer for peer in standings.peers if peer.name == OURS), None)
    types = sorted(
        {name.removeprefix("type/") for peer in standings.peers for row in peer.articles for name in row.tallies}
        - {"overall"}
    )
    scores = Table(
        ["peer", "strict F1", "P", "R", *types],
        [_scores(peer, types) for peer in standings.peers],
    )
    costs = Table(
        ["peer", "s/article", "tokens read", "tokens written", "peak memory", "failed", "cut"],
        [_costs(peer, ours) for peer in standings.peers],
    )
    settings = Points([f"{peer.name}: {peer.setting}" for peer in standings.peers])
    how = "In brackets: times ours. Memory: the server's process and the peer's own."
    blocks: list[Block] = [scores, costs, settings, how, _signature(standings)]
    return render(blocks, style)


def _scores(peer: PeerStanding, types: list[str]) -> list[str]:
    overall = peer.tally("overall")
    figures = overall.f1(), overall.precision(), overall.recall(), *(peer.tally(f"type/{name}").f1() for name in types)
    return [peer.name, *map(notation.share, figures)]


def _costs(peer: PeerStanding, ours: PeerStanding | None) -> list[str]:
    expenses = peer.expenses()
    seconds, read, wrote, peak = expenses
    memory = notation.NOTHING if peak is None else f"{peak / 1e9:.2f} GB"
    written = [notation.seconds(seconds), notation.count(read), notation.count(wrote), memory]
    if ours is not None and ours is not peer:
        times = zip(written, expenses, ours.expenses(), strict=True)
        written = [f"{said} ({mine / base:.1f}×)" if mine is not None and base else said for said, mine, base in times]
    failed = sum(article.problem is not None for article in peer.articles)
    cut = sum(article.cut > 0 for article in peer.articles)
    return [peer.name, *written, *(f"{part} of {len(peer.articles)}" for part in (failed, cut))]


def _signature(standings: Standings) -> Parts:
    parts = [
        f"n {max(len(peer.articles) for peer in standings.peers)}",
        f"gold {notation.digest(standings.gold_sha256)}",
        f"scoring {standings.scoring}",
        f"model {standings.model}",
        f"context {standings.context_tokens} × {standings.slots} slots",
        f"given up after {notation.seconds(standings.timeout)}",
        f"{standings.machine}, {standings.cores} cores",
        standings.measured_on,
        *(f"{name} {version}" for name, version in sorted(standings.versions.items())),
    ]
    return Parts(parts)


def results_file(task: str) -> Path:
    """Where the comparison over the whole gold set of a task is kept."""
    return Path("eval/results") / task / "peers.json"


def marks_of(task: str) -> tuple[str, str]:
    """The marks around the tables of a task in a page."""
    command = f"python -m eval.peers --render {results_file(task).as_posix()} --update docs/evaluation.md"
    return f"<!-- peers {task}: written by {command} -->", f"<!-- /peers {task} -->"


def update_page(path: Path, standings: Standings) -> bool:
    """Replaces what stands between the two marks of the task with the tables; whether that changed the page.

    Raises:
        UsageError: the page cannot be read or written, or has no such marks.
    """
    return update_table(path, marks_of(standings.task), render_standings(standings, "markdown"))
