"""A run on one machine, from end to end: `python -m eval.benchmarks.local`.

Generated articles of under 200 characters go through `extract run` with the rules, in one process and on all cores, and
with a server on loopback that answers at once, beside plain loops in the same run: the library's `Extractor` and
`json.dumps`, and the openai client with `json.loads`, which keep, check and continue nothing. Then runs are continued:
one that is complete, and one of a million lines whose last articles are missing, which is watched for memory.

Memory is what processes hold (RSS, looked at five times a second): of the first one, and of all together, in which what
they share counts several times. The machine's speed changes from minute to minute: the columns to read are the ratios.
Slow contenders do a tenth of the articles.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import click
from tabulate import tabulate

from extract.articles import Article
from extract.records.index import text_of
from extract.records.lines import lines_of
from extract.tasks.loading import load_task

PLACES = ("Kyiv", "Kharkiv", "Garowe", "Mogadishu", "Odesa", "Aleppo", "Idlib", "Goma", "Kabul", "Herat", "Bamako")
WEAPONS = ("drone", "missile", "car bomb", "roadside bomb", "rocket", "shell")
TARGETS = ("market", "school", "depot", "bus", "hospital", "bridge")
PART = 10
"""Of how many articles a slow contender does one."""
LAST = 20
"""Articles that the run of a million lines lacks."""
LOOK_SECONDS = 0.2
ANSWER = '{"events": [], "quotes": []}'


def text(number: int) -> str:
    """A made-up article of under 200 characters, another one for each number."""
    dice = random.Random(number)
    return (
        f"A {dice.choice(WEAPONS)} struck a {dice.choice(TARGETS)} in {dice.choice(PLACES)} on Monday, killing "
        f"{dice.randint(2, 40)} people and wounding {dice.randint(2, 90)} others, police said in statement {number}."
    )


def row(number: int, said: str | None = None) -> str:
    """An article's line of JSON lines."""
    return json.dumps({"id": f"a{number}", "text": said or text(number), "published": "2026-11-20"}) + "\n"


def write_articles(path: Path, articles: int) -> Path:
    """A file of made-up articles."""
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(map(row, range(articles)))
    return path


@dataclass(frozen=True, slots=True)
class Measured:
    """What a process took.

    Attributes:
        articles: how many it did.
        seconds: from its start to its end.
        own, all: megabytes at most, of itself, and of it and its children together.
        over_time: seconds from the start → megabytes of all.
    """

    articles: int
    seconds: float
    own: float
    all: float
    over_time: list[tuple[float, float]] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Articles per second, the start included."""
        return self.articles / self.seconds


def measured(articles: int, *arguments: str) -> Measured:
    """Runs Python with some arguments and watches it.

    Raises:
        click.ClickException: it fails.
    """
    began = time.monotonic()
    seen: list[tuple[float, float]] = []
    own = 0.0
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=errors)
        while process.poll() is None:
            sizes = [_resident(pid) for pid in _family(process.pid)]
            own = max(own, sizes[0] if sizes else 0.0)
            seen.append((time.monotonic() - began, sum(sizes)))
            time.sleep(LOOK_SECONDS)
        seconds = time.monotonic() - began
        if process.returncode not in (0, 1):
            errors.seek(0)
            raise click.ClickException(errors.read()[-2000:].decode("utf-8", "replace"))
    return Measured(articles, seconds, own, max((size for _, size in seen), default=0.0), seen)


def _family(pid: int) -> list[int]:
    """A process and all that come from it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in _family(int(child)))]


def _resident(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def run(articles: int, source: Path, out: Path, *options: str) -> Measured:
    """`extract run`, measured."""
    return measured(articles, "-m", "extract", "run", str(source), "-o", str(out), *options)


def in_a_loop(what: str, folder: Path, articles: int) -> Measured:
    """A plain loop in a process of its own: over rules, or requests to a server of that address."""
    arguments = ("--plain", what, "--articles", str(articles), "--folder", str(folder))
    return measured(articles, "-m", "eval.benchmarks.local", *arguments)


class _Answering(asyncio.Protocol):
    """As much of OpenAI's chat language as makes an answer, at once."""

    def __init__(self) -> None:
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        while (end := self._got.find(b"\r\n\r\n")) >= 0:
            head, length = self._got[:end], 0
            for line in head.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    length = int(line[15:])
            if len(self._got) < end + 4 + length:
                return
            self._got = self._got[end + 4 + length :]
            assert isinstance(self._transport, asyncio.Transport)
            self._transport.write(_COMPLETION if head.startswith(b"POST") else _MODELS)


def _http(body: object) -> bytes:
    data = json.dumps(body).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(data) + data


_COMPLETION = _http(
    {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "fast",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": ANSWER}}],
        "usage": {"prompt_tokens": 700, "completion_tokens": 12, "total_tokens": 712},
    }
)
_MODELS = _http({"object": "list", "data": [{"id": "fast", "object": "model"}]})


def _serve(port: Connection) -> None:
    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(_Answering, "127.0.0.1", 0)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def fast_server() -> Iterator[str]:
    """A server in a process of its own that answers at once; its address."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}/v1"
    finally:
        process.terminate()
        process.join()


def asking(url: str) -> tuple[str, ...]:
    """The options of a run that asks it."""
    return ("--base-url", url, "--model", "fast", "--model-id", "server/fast")


def _rows(source: Path, articles: int) -> Iterator[dict[str, str]]:
    with source.open(encoding="utf-8") as lines:
        yield from map(json.loads, islice(lines, articles))


def plain_rules(source: Path, out: Path, articles: int) -> None:
    """The library in a loop."""
    from extract import Extractor

    with Extractor(load_task("attack"), "rules") as extractor, out.open("w", encoding="utf-8") as stream:
        for given in _rows(source, articles):
            result = extractor.extract(Article(given["id"], given["text"], given["id"]))
            stream.write(json.dumps(result.records.model_dump(mode="json")) + "\n")


def plain_requests(source: Path, out: Path, articles: int, base_url: str) -> None:
    """The openai client in a loop: one request after the other, its answer parsed and written."""
    from openai import OpenAI

    client = OpenAI(base_url=base_url, api_key="none")
    rules = "Answer with the events and quotes of the article, as JSON. " * 40
    with out.open("w", encoding="utf-8") as stream:
        for given in _rows(source, articles):
            answer = client.chat.completions.create(
                model="fast",
                messages=[{"role": "system", "content": rules}, {"role": "user", "content": given["text"]}],
            )
            records = json.loads(answer.choices[0].message.content or "")
            stream.write(json.dumps({"id": given["id"], "records": records}) + "\n")


def multiply(run_file: Path, source: Path, out: Path, lines: int) -> None:
    """A run file and its articles, made of the first article of another one again and again, the last ones left out."""
    header, first = (line.data.decode() for line, _ in zip(lines_of(run_file), range(2), strict=False))
    was, said = json.loads(first), text_of(first.encode()) or ""
    origin = hashlib.sha256(os.path.abspath(source).encode()).hexdigest()[:16]
    with source.open("w", encoding="utf-8") as articles, out.open("w", encoding="utf-8") as results:
        results.write(header)
        for number in range(lines):
            again = f"{said} Statement {number}."
            articles.write(row(number, again))
            if number < lines - LAST:
                digest = hashlib.sha256(again.encode()).hexdigest()
                line = first.replace(was["text_sha256"], digest).replace(was["origin"], origin)
                line = line.replace(json.dumps(was["source"]), json.dumps(f"{source}:{number + 1}"))
                line = line.replace('"article_id": "a0"', f'"article_id": "a{number}"')
                results.write(line.replace(f'"text": {json.dumps(said)}}}', f'"text": {json.dumps(again)}}}'))


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; `beside` is the name of the one that it is compared with."""

    name: str
    what: Measured
    beside: str


def table(rows: Sequence[Row]) -> str:
    """Rates, and how many times that of another contender."""
    rates = {each.name: each.what.rate for each in rows}
    cells = [
        [
            each.name,
            each.what.articles,
            each.what.seconds,
            each.what.rate,
            f"{each.what.rate / rates[each.beside]:.2f} × {each.beside}" if each.beside in rates else "",
            each.what.own,
            each.what.all,
        ]
        for each in rows
    ]
    headers = ["", "articles", "seconds", "articles/s", "rate", "MB", "MB of all"]
    return tabulate(cells, headers=headers, floatfmt=("", "", ".1f", ".1f", "", ".0f", ".0f"), intfmt=",")


def by_rules(folder: Path, articles: int) -> list[Row]:
    """Rules: in a plain loop, in one process, on all cores; then the complete run again."""
    source, some = folder / "articles.jsonl", max(1, articles // PART)
    plain, one, cores = "rules, plain loop", "rules, one process", "rules, all cores"
    out, rules = folder / "rules.jsonl", ("--model", "rules")
    return [
        Row(plain, in_a_loop("rules", folder, some), ""),
        Row(one, run(some, source, folder / "one.jsonl", *rules, "--jobs", "1", "--limit", str(some)), plain),
        Row(cores, run(articles, source, out, *rules), one),
        Row("rules, complete run again", run(articles, source, out, *rules), cores),
    ]


def by_server(folder: Path, articles: int) -> list[Row]:
    """A server that answers at once: a plain loop of requests, and runs without and with a store."""
    source, some = folder / "articles.jsonl", max(1, articles // PART)
    plain, one = "server, plain loop", "server, one process"
    with fast_server() as url:
        off = (*asking(url), "--cache", "off")
        kept = (*asking(url), "--store", str(folder / "store"))
        return [
            Row(plain, in_a_loop(url, folder, some), ""),
            Row(one, run(some, source, folder / "s1.jsonl", *off, "--jobs", "1", "--limit", str(some)), plain),
            Row("server, all cores", run(articles, source, folder / "s.jsonl", *off), plain),
            Row(
                "server, all cores, recorded", run(some, source, folder / "k.jsonl", *kept, "--limit", str(some)), plain
            ),
        ]


def many_lines(folder: Path, lines: int) -> tuple[Row, str]:
    """A run file of many lines continued, and what memory it took in the course of it."""
    source, out = folder / "many.jsonl", folder / "many-run.jsonl"
    multiply(folder / "rules.jsonl", source, out, lines)
    seen = run(lines, source, out, "--model", "rules")
    at = [seen.over_time[min(len(seen.over_time) - 1, len(seen.over_time) * part // 10)] for part in range(1, 11)]
    told = ", ".join(f"{size:.0f} MB at {second:.0f} s" for second, size in at)
    return Row(f"{lines:,} lines, {LAST} articles missing", seen, ""), told


@click.command()
@click.option("--articles", type=click.IntRange(min=1), default=100_000, show_default=True)
@click.option(
    "--lines", type=click.IntRange(min=LAST), default=1_000_000, show_default=True, help="Of a run continued."
)
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Keep what is written there.")
@click.option("--plain", hidden=True, help="Only the loop over rules, or over requests to this address.")
def main(articles: int, lines: int, folder: Path | None, plain: str | None) -> None:
    """Measure, and print a table."""
    if plain is not None:
        source, out = (folder or Path()) / "articles.jsonl", (folder or Path()) / "plain.jsonl"
        plain_rules(source, out, articles) if plain == "rules" else plain_requests(source, out, articles, plain)
        return
    if not Path("/proc/self/statm").exists():
        raise click.ClickException("memory is read from /proc, which this system has not")
    with tempfile.TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        write_articles(place / "articles.jsonl", articles)
        rows = [*by_rules(place, articles), *by_server(place, articles)]
        last, told = many_lines(place, lines)
        click.echo(f"{os.cpu_count()} cores\n\n{table([*rows, last])}\n\nthe last one over time: {told}")


if __name__ == "__main__":
    main()
