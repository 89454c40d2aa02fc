"""Many articles on the machines of a Ray cluster: this process reads them, workers extract them block by block.

Inputs are read here, as an ordinary run reads them, so that ids, repeats and what is done already are the same. A worker
is an actor of one core, or one per machine that holds an embedded model (`cluster_worker`). Each has a block to work on
and one that waits: what is read ahead is bounded, whatever there is to read.

Actors are not restarted where they were, as Ray would do it (an actor whose machine is gone waits for another, and what it
had waits with it): what a dead worker had goes to the living, and others are begun where there is room, also on machines
that join later. Of a machine that is gone, blocks are done again that were not written. Where only a process died, the
articles of its block are done one by one, and one that ends a process again is a failed article.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from extract.articles import origin_of
from extract.engines.cluster_worker import Done, Finished, Orders, Worker, finished_of
from extract.engines.ledger import Ledger
from extract.engines.machines import Place, head_answers, joined, places
from extract.engines.setup import Setup
from extract.engines.threads import Begun, told_begun
from extract.errors import ArticleError, ExtractError, ModelUnavailable
from extract.records.parts import RunFolder, part_name
from extract.records.results import result_of, to_json
from extract.spec import RULES, RunSpec
from extract.views.sinks import Item

FIRST_PART = 10_000_000
"""Number of the first part that a worker writes; those before it are of the run's own."""

_MOST, _FEWEST = 64, 4
"""Articles of a block."""
_BLOCK_SECONDS = 15.0
"""What a block is to take: so much is done again when a worker dies."""
_GATHER_SECONDS = 1.0
"""Of slow inputs, what comes in this time is a block."""
_LOOK_SECONDS = 2.0
"""How often it is looked whether machines have joined, or a wait is to be told."""
_QUIET_SECONDS = 30.0
_HEADLESS_SECONDS = 20.0
"""How long a head that does not answer may take to come back."""
_MOST_STILLBORN = 3
"""Workers in a row that may end before they can work."""
_MOST_LOST = 3
"""Machines that may die with a block before its articles are suspected."""

Warn = Callable[[str], None]


@dataclass(eq=False)
class _Block:
    """Articles that are worked on together.

    Attributes:
        number: of its part.
        lost: machines that died while it was worked on.
    """

    number: int
    items: list[Item]
    lost: int = 0


@dataclass(eq=False)
class _Hand:
    """A worker, and what it has to do.

    Attributes:
        blocks: reference → block, in the order in which they are done.
        began: reference that says that it is there; None once it is.
    """

    actor: Any
    place: Place
    began: Any
    blocks: dict[Any, _Block] = field(default_factory=dict)


class Pool:
    """The workers of a run."""

    def __init__(self, ray: Any, orders: Orders, setup: Setup, spec: RunSpec, warn: Warn) -> None:
        """Begins none yet.

        Args:
            ray: connected to a cluster.
            setup: what the spec was opened as, here.
            warn: told, in one line, of what does not stop the run.
        """
        self._ray, self._orders, self._setup, self._spec, self._warn = ray, orders, setup, spec, warn
        self._folder = RunFolder(orders.folder) if orders.folder else None
        self._actor = ray.remote(Worker)
        self._hands: list[_Hand] = []
        self._again: deque[_Block] = deque()
        self._tried: set[str] = set()
        self._said: set[str] = set()
        self._number = FIRST_PART
        self._size, self._stillborn = _FEWEST, 0
        self._looked, self._heard = -_LOOK_SECONDS, time.monotonic()
        self._head_heard, self._is_headless = time.monotonic(), False
        self._input_ended = False
        self._error: ExtractError | None = None

    def run(self, articles: Iterator[Item]) -> Iterator[Finished]:
        """The articles, as they are finished; before an error that ends the run, those that are finished."""
        while not self._error:
            self._look()
            self._give_all(articles)
            if self._input_ended and not self._again and not any(hand.blocks for hand in self._hands):
                return
            yield from self._hear_all(_LOOK_SECONDS)
        while self._refs() and (heard := list(self._hear_all(0.1))):
            yield from heard
        raise self._error

    def close(self) -> None:
        """Ends the workers."""
        if self._is_headless:  # nobody would hear it
            return
        for hand in self._hands:
            with suppress(Exception):  # the cluster may be gone
                self._ray.kill(hand.actor)

    def _look(self) -> None:
        """Begins workers where there is room for them, and tells of a long wait."""
        now = time.monotonic()
        if now - self._looked < _LOOK_SECONDS:
            return
        self._looked = now
        if not head_answers(self._ray):
            if now - self._head_heard > _HEADLESS_SECONDS:
                self._is_headless = True
                self._error = ModelUnavailable(
                    "the head of the cluster is gone: what is finished stays, run the same command again on another one"
                )
            return
        self._head_heard = now
        nodes = self._nodes()
        if self._ray.get_runtime_context().get_node_id() not in nodes:  # nothing reaches this process any more
            self._error = ModelUnavailable(
                "this machine is no longer of the cluster: what is finished stays, run the same command again"
            )
            return
        there = Counter(hand.place.node for hand in self._hands)
        at_once = sum(hand.place.at_once for hand in self._hands)
        for place in places(nodes, self._spec, self._setup.jobs):
            if there[place.node] > 0:
                there[place.node] -= 1
            elif (
                place.at_once + at_once <= self._setup.jobs or self._spec.is_embedded or self._spec.named_model == RULES
            ):
                at_once += place.at_once
                self._hands.append(self._begin(place))
        if not any(hand.began is None for hand in self._hands) and now - self._heard > _QUIET_SECONDS:
            self._heard = now
            self._warn_once("no worker is there yet: the run waits for free cores on the cluster")

    def _nodes(self) -> dict[str, int]:
        return {node["NodeID"]: int(node["Resources"].get("CPU", 0)) for node in self._ray.nodes() if node["Alive"]}

    def _begin(self, place: Place) -> _Hand:
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        where = NodeAffinitySchedulingStrategy(place.node, soft=False)
        options = self._actor.options(num_cpus=place.cores, max_restarts=0, scheduling_strategy=where)
        actor = options.remote(self._orders, place.at_once)
        return _Hand(actor, place, actor.ready.remote())

    def _give_all(self, articles: Iterator[Item]) -> None:
        """Gives those that are there something to do, and something that waits."""
        for ahead in (1, 2):
            for hand in self._hands:
                if hand.began is None and len(hand.blocks) < ahead:
                    block = self._next(articles, max(self._size, hand.place.at_once))
                    if block is None:
                        return
                    items = [(item, origin_of(item.source)) for item in block.items]
                    hand.blocks[hand.actor.work.remote(block.number, items)] = block

    def _next(self, articles: Iterator[Item], size: int) -> _Block | None:
        if self._again:
            return self._again.popleft()
        items: list[Item] = []
        until = time.monotonic() + _GATHER_SECONDS
        while not self._input_ended and len(items) < size and (not items or time.monotonic() < until):
            item = next(articles, None)
            if item is None:
                self._input_ended = True
                break
            items.append(item)
        return self._block(items) if items else None

    def _block(self, items: list[Item], lost: int = 0) -> _Block:
        self._number += 1
        return _Block(self._number, items, lost)

    def _refs(self) -> dict[Any, _Hand]:
        return {ref: hand for hand in self._hands for ref in ([hand.began] if hand.began else hand.blocks)}

    def _hear_all(self, seconds: float) -> Iterator[Finished]:
        """What workers have finished, or finish within some seconds."""
        refs = self._refs()
        if not refs:
            time.sleep(seconds)
            return
        finished, _ = self._ray.wait(list(refs), timeout=seconds)
        for ref in finished:
            yield from self._hear(refs[ref], ref)

    def _hear(self, hand: _Hand, ref: Any) -> Iterator[Finished]:
        """What a worker says of a block, or leaves when it has died."""
        self._heard = time.monotonic()
        try:
            said = self._ray.get(ref)
        except self._ray.exceptions.RayTaskError as error:
            self._error = self._error or ModelUnavailable(f"a worker of the cluster failed: {_last_line(error)}")
        except self._ray.exceptions.RayError as error:
            yield from self._bury(hand, error)
        else:
            if ref is hand.began:
                hand.began, self._stillborn = None, 0
            else:
                block = hand.blocks.pop(ref)
                self._size = round(min(max(_BLOCK_SECONDS * len(block.items) / (said.seconds or 1.0), _FEWEST), _MOST))
                yield from self._take(said)

    def _take(self, done: Done) -> Iterator[Finished]:
        self._error = self._error or done.error
        if self._setup.budget:
            self._setup.budget.spent += done.spent
        for response in done.responses:
            self._setup.told(response)
        for line in done.warnings:
            self._warn_once(line)
        yield from done.finished

    def _bury(self, hand: _Hand, error: Exception) -> Iterator[Finished]:
        """Gives what a dead worker had to others."""
        with suppress(Exception):  # it may only be out of reach
            self._ray.kill(hand.actor)
        self._hands.remove(hand)
        self._looked = -_LOOK_SECONDS
        is_gone = hand.place.node not in self._nodes()
        if is_gone:
            self._warn_once(f"a machine of the cluster is gone ({hand.place.node[:8]}): others do what it had")
        elif hand.began:
            self._stillborn += 1
            if self._stillborn >= _MOST_STILLBORN:
                self._error = ModelUnavailable(
                    f"a worker of the cluster ended before it could work: {_last_line(error)}"
                )
        first, *others = hand.blocks.values() or (None,)
        self._again.extendleft(reversed(others))
        if first is not None:
            yield from self._redo(first, is_gone)

    def _redo(self, block: _Block, is_gone: bool) -> Iterator[Finished]:
        """What is to become of a block whose worker died: it is there, or is done again, or one article after another."""
        lines = self._folder.read_part(part_name(self._orders.generation, block.number)) if self._folder else None
        if lines is not None:
            yield from (finished_of(self._result(line), None) for line in lines)
        elif is_gone and block.lost + 1 < _MOST_LOST:
            self._again.appendleft(self._block(block.items, block.lost + 1))
        else:
            for item in reversed(block.items):
                if len(block.items) == 1 and item.id in self._tried:
                    error = ArticleError("the process that worked on it ended, and so did another one")
                    result = Ledger().failed(item, error)
                    yield finished_of(result, f"{to_json(result)}\n".encode())
                else:
                    self._tried.add(item.id)
                    self._again.appendleft(self._block([item]))

    def _result(self, line: bytes) -> Any:
        return result_of(line, self._setup.task.schema, "a part")

    def _warn_once(self, line: str) -> None:
        if line not in self._said:
            self._said.add(line)
            self._warn(line)


def run_on_cluster(
    articles: Iterable[Item],
    setup: Setup,
    spec: RunSpec,
    orders: Orders,
    *,
    address: str | None = None,
    begun: Begun | None = None,
    warn: Warn = lambda line: None,
) -> Generator[Finished, None, None]:
    """As `threads.run_articles`, on the machines of a Ray cluster.

    Args:
        articles: taken one by one, a few blocks ahead of what is finished.
        setup: what the spec was opened as, here.
        spec: without a limit of costs, which many machines cannot keep together.
        orders: what workers are told (`cluster_worker.orders_of`).
        address: of the cluster; None for one of this machine alone.
        begun: told of every article that is given to a worker.
        warn: told, in one line, of what does not stop the run.

    Raises:
        UsageError: Ray is not installed, or there is no such cluster.
        ModelUnavailable, PromptError, StoreError, RunFileError: as workers meet them, or none can be begun.
    """
    with joined(address) as ray:
        pool = Pool(ray, orders, setup, spec, warn)
        try:
            yield from pool.run(told_begun(articles, setup, begun))
        finally:
            pool.close()


def _last_line(error: Exception) -> str:
    """What an exception of Ray's says in the end; before it stands where."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines or [type(error).__name__])[-1][:300]
