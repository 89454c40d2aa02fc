"""Results as text for a terminal: tables of an article, the summary of a run, the values most in need of a look.

Every function returns a string; printing is the command line's. Whatever comes from an article or a model is
untrusted and made harmless (`terminal`). No schema is known here; columns are its fields.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pydantic import BaseModel

from extract.errors import counted
from extract.records.results import ArticleResult, GroundingStatus, Header, Run
from extract.records.tree import (
    FieldPlan,
    Node,
    Value,
    evidence_field,
    fields_of,
    holds_records,
    nodes,
    own_values,
    plain,
    values,
)
from extract.views.doubts import ABSENT_MARK, CORRECTED_MARK, DENIED_MARK, TOTAL_MARK, adding_up, denials, doubts
from extract.views.export import Form
from extract.views.grids import MOST_LINES, NULL, Grid, quoted_lines, table_lines
from extract.views.terminal import columns, cut, cut_before, few, filled, safe, wrapped

LEGEND = {
    ABSENT_MARK: f"{ABSENT_MARK} not found in the article",
    DENIED_MARK: f"{DENIED_MARK} contradicts its own words, or cannot be",
    TOTAL_MARK: f"{TOTAL_MARK} adds up; the others of its list are parts of it, or told again",
    CORRECTED_MARK: f"{CORRECTED_MARK} a person corrected it",
}
MOST_PROBLEMS = 20
"""Problems listed per run; the run file has them all."""
_MOST_NAMES = 3


def tables_form(header: Header, width: int) -> Form:
    """A run as tables for a person; the totals last."""
    results: list[ArticleResult] = []

    def article(result: ArticleResult) -> str:
        results.append(result)
        return article_view(result, width=width) + "\n\n"

    return Form("", article, lambda: summary_view(Run(header=header, results=results), width=width) + "\n")


def run_view(run: Run, *, width: int = 100, evidence: bool = False) -> str:
    """All articles of a run, and its summary."""
    articles = (article_view(result, width=width, evidence=evidence) for result in run.results)
    return "\n\n".join([*articles, summary_view(run, width=width)])


def article_view(result: ArticleResult, *, width: int = 100, evidence: bool = False) -> str:
    """One article's records: a table per list; records that hold lists have theirs below them.

    Args:
        result: the article.
        width: columns of the terminal; no line is longer, provided there are 40.
        evidence: with each record's evidence, in lines of its own.
    """
    marked = _marks(result)
    lines = wrapped(f"{result.article_id}: {result.status}", width)
    lines += wrapped(" · ".join(text for text in (result.headline, result.published, result.source) if text), width, 2)
    if result.records is not None:
        lines += _record_lines(result.records, marked, width, evidence)
    lines += ["", *wrapped(attested_line([result]), width)]
    lines += _problem_lines([result], width)
    lines += [LEGEND[mark] for mark in dict.fromkeys(marked.values())]
    return "\n".join(lines)


def type_view(run: Run, name: str, *, width: int = 100, evidence: bool = False) -> str:
    """All records of one type in one table, with their articles where there are several.

    Args:
        name: of the type, as the schema has it.
    """
    marks = {result.article_id: _marks(result) for result in run.results}
    found = [
        (result, node)
        for result in run.results
        if result.records is not None
        for node in nodes(result.records)
        if node.type == name and not node.is_part
    ]
    grids = [_grid([node], marks[result.article_id]) for result, node in found]
    order = ["", *(field for _, node in found[:1] for field in fields_of(type(node.record)))]  # first the mark
    heads = sorted({head for grid in grids for head in grid.heads}, key=order.index)
    rows = [[dict(zip(grid.heads, grid.rows[0], strict=True)).get(head, NULL) for head in heads] for grid in grids]
    quoted = [grid.evidence[0] for grid in grids]
    if len(run.results) > 1:
        heads, rows = (
            ["article", *heads],
            [[safe(result.article_id), *row] for (result, _), row in zip(found, rows, strict=True)],
        )
    lines = [f"{name} ({len(found)})"]
    if found:
        lines += table_lines(Grid(heads, rows, [MOST_LINES] * len(heads), quoted if evidence else ()), width)
    told = (
        mark for result, node in found for pointer, mark in marks[result.article_id].items() if _within(pointer, node)
    )
    return "\n".join([*lines, *(LEGEND[mark] for mark in dict.fromkeys(told))])


def _within(pointer: str, node: Node) -> bool:
    return pointer == node.pointer or pointer.startswith(f"{node.pointer}/")


def _marks(result: ArticleResult) -> dict[str, str]:
    """JSON pointer of a value to be doubted, or of a record that adds up while others beside it do not → its mark."""
    absent = {pointer: ABSENT_MARK for pointer, place in result.grounding.items() if place.status == "absent"}
    adding = dict.fromkeys(adding_up(result), TOTAL_MARK)
    said = {each.now: CORRECTED_MARK for each in result.corrections if each.now and each.action != "confirm"}
    return said | {problem.pointer: DENIED_MARK for problem in denials(result)} | absent | adding


def summary_view(run: Run, *, width: int = 100) -> str:
    """A line per article, totals, how the values are grounded, and the problems."""
    made = run.header.signature
    lines = wrapped(f"model {made.model} · task {made.task} · prompts {made.prompts}", width)
    names = list(dict.fromkeys(name for result in run.results for name in result.counts))
    rows = [_summary_row(result, names) for result in run.results]
    heads = ["article", "status", *names, "verbatim", "absent", "problems", "seconds"]
    sums = [str(sum(int(row[column]) for row in rows)) for column in range(2, len(heads) - 1)]
    total = ["total", str(len(rows)), *sums, f"{sum(result.seconds for result in run.results):.1f}"]
    lines += table_lines(Grid(heads, [*rows, total], [1] * len(heads)), width)
    lines += ["", *_total_lines(run, width), *_problem_lines(run.results, width)]
    return "\n".join(lines)


def _summary_row(result: ArticleResult, names: Sequence[str]) -> list[str]:
    counts, places = result.counts, result.attested
    figures = [*(counts.get(name, 0) for name in names), places.total(), places["absent"], len(result.problems)]
    return [safe(result.article_id), result.status, *map(str, figures), f"{result.seconds:.1f}"]


def _total_lines(run: Run, width: int) -> list[str]:
    statuses = Counter(result.status for result in run.results)
    usage = [result.usage for result in run.results]
    sentences = [
        "articles: " + ", ".join(f"{statuses[status]} {status}" for status in ("complete", "partial", "failed")),
        attested_line(run.results),
        f"requests: {sum(spend.requests for spend in usage)}, {sum(spend.replayed for spend in usage)} replayed",
        f"tokens: {sum(spend.input_tokens for spend in usage)} in, {sum(spend.output_tokens for spend in usage)} out",
    ]
    return [line for sentence in sentences for line in wrapped(sentence, width)]


def attested_line(results: Sequence[ArticleResult]) -> str:
    """How the values that have to be words of the articles were found, and how many others there are."""
    places = sum((result.attested for result in results), Counter[GroundingStatus]())
    said = [f"{places[status]} {status}" for status in ("exact", "normalised", "absent")]
    if denied := sum(len(denials(result)) for result in results):
        said.append(f"{denied} in contradiction to their own words")
    line = f"values: {', '.join(said)}"
    if named := _others(results, found=True):
        line += f"; {named.total()} more, which need not be there, too ({_listed(named)})"
    if named := _others(results, found=False):
        are, have = "are judgements", "have no words of their own"
        if named.total() == 1:
            are, have = "is a judgement", "has no words of its own"
        line += f"; {named.total()} more {are} ({_listed(named)}), which {have} in the text"
    return line


def _others(results: Iterable[ArticleResult], *, found: bool) -> Counter[str]:
    """Names of fields whose values need not be words of an article → how many are found there, or are not."""
    return Counter(
        value.field.name
        for result in results
        if result.records is not None
        for value in values(result.records)
        if not value.field.verbatim and (value.pointer in result.grounding) == found
    )


def _listed(named: Counter[str]) -> str:
    return few([name for name, _ in named.most_common()], _MOST_NAMES)


def _problem_lines(results: Sequence[ArticleResult], width: int) -> list[str]:
    found = [(result.article_id, problem) for result in results for problem in result.problems]
    if not found:
        return []
    found.sort(key=lambda item: item[1].kind not in ("failed", "contradiction"))
    lines = ["", "problems"]
    for article_id, problem in found[:MOST_PROBLEMS]:
        where = [article_id] if len(results) > 1 else []
        said = ": ".join([*where, *filter(None, (problem.unit, problem.kind, problem.detail))])
        lines += [f"  {line}" for line in filled(said, width - 2, MOST_LINES).split("\n")]
    if len(found) > MOST_PROBLEMS:
        lines.append(f"  and {len(found) - MOST_PROBLEMS} more")
    return lines


def _record_lines(records: BaseModel, marked: Mapping[str, str], width: int, evidence: bool) -> list[str]:
    """A table for each list of records; those that hold lists are written one by one, each with its own below it."""
    lines: list[str] = []
    for node in nodes(records):
        if node.field is None or node.parent is None:  # values of the whole article
            lines += _labelled(node, "", marked, width, 0, evidence)
        elif not node.is_part:
            number, indent = int(node.pointer.rpartition("/")[2]), 2 * _depth(node)
            alone = any(map(holds_records, node.field.types))
            siblings = _siblings(node.parent, node.field) if number == 0 else []
            if siblings:
                name = ".".join((*node.parent.path, node.field.name))
                lines += ["", " " * (indent - 2) + f"{name} ({len(siblings)})"]
            if alone:
                lines += _labelled(node, f"{number + 1}. ", marked, width, indent, evidence)
            elif siblings:
                grid = _grid(siblings, marked)
                grid = grid if evidence else replace(grid, evidence=())
                lines += [" " * indent + line for line in table_lines(grid, width - indent)]
    return lines


def _depth(node: Node) -> int:
    return 1 + _depth(node.parent.owner) if node.parent is not None else 0


def _siblings(holder: Node, field: FieldPlan) -> list[Node]:
    here = f"{holder.pointer}/{field.name}"
    return [
        Node(f"{here}/{number}", record, holder, field)
        for number, record in enumerate(getattr(holder.record, field.name))
    ]


def _labelled(node: Node, number: str, marked: Mapping[str, str], width: int, indent: int, evidence: bool) -> list[str]:
    """One record in lines: "1. kind fire · place Aldane"; none for one without values."""
    grid = _grid([node], marked)
    cells = zip(grid.heads, *grid.rows, strict=True)
    said = " · ".join(f"{head} {cut(cell, MOST_LINES * width)}" for head, cell in cells)
    quoted = quoted_lines(grid.evidence[0], width - indent) if evidence and grid.evidence else []
    lines = wrapped(number + said, width, indent) if number + said else []
    return [*lines, *(" " * indent + line for line in quoted)]


def _grid(records: Sequence[Node], marked: Mapping[str, str]) -> Grid:
    """The cells of records of one list; fields that none of them states are left out, and evidence stands apart.

    Evidence that is absent from the article stays a column, with its mark; so does evidence that is all there is.
    """
    rows = [_cells(node, marked) for node in records]
    evidence = [evidence_field(type(node.record)) or "" for node in records]
    quoted = [row.get(name, "") for row, name in zip(rows, evidence, strict=True)]
    doubted = any(f"{node.pointer}/{name}" in marked for node, name in zip(records, evidence, strict=True))
    named = list(dict.fromkeys(name for row in rows for name in row))
    stated = [name for name in named if any(row.get(name, NULL) != NULL for row in rows)]
    shown = [name for name in stated if name not in evidence]
    if doubted or not shown:
        shown = [*shown, *(name for name in stated if name in evidence)]
    cells = [[row.get(name, NULL) for name in shown] for row in rows]
    return Grid(shown, cells, [1 if name in evidence else MOST_LINES for name in shown], quoted)


def _cells(node: Node, marked: Mapping[str, str]) -> dict[str, str]:
    """A record's values as texts by field; first its type, where its list holds several, and its own mark."""
    fields = fields_of(type(node.record))
    texts: dict[str, list[str]] = {name: [] for name, field in fields.items() if field.shape != "records"}
    for value in own_values(node):
        mark = f"{marked[value.pointer]} " if value.pointer in marked else ""
        said = mark + (NULL if value.value is None else safe(str(plain(value.value))))
        texts[(*value.node.path, value.field.name)[0]].append(said)
    cells = {name: _cell(said, fields[name].shape == "part") for name, said in texts.items()}
    lead = [node.type] if node.field and len(node.field.types) > 1 else []
    lead += [marked[node.pointer]] if node.pointer in marked else []
    return {"": " ".join(lead), **cells} if lead else cells


def _cell(texts: Sequence[str], is_part: bool) -> str:
    """Values of one field; a part is its first with the others in brackets: "at least 18 (18, at_least)"."""
    if is_part and len(texts) > 1:
        more = [text for text in texts[1:] if text != texts[0]]  # "48" is not told again by its number
        return f"{texts[0]} ({', '.join(more)})" if more else texts[0]
    return ", ".join(texts) or NULL


def review_view(run: Run, texts: Mapping[str, str], *, width: int = 100, limit: int = 20) -> str:
    """The most doubtful values first, each with the words around it.

    The order is that of `doubts`.

    Args:
        run: the run.
        texts: article id → text; see `texts.find_texts`. Without one there is no context.
        width: columns of the terminal.
        limit: how many values to show.
    """
    found = sorted((doubt for result in run.results for doubt in doubts(result)), key=lambda doubt: doubt.order)
    if not found:
        return "nothing to review: every verbatim value is in the article as it is, and none has a confidence"
    shown = f"{min(limit, len(found))} of {counted(len(found), 'value')} to review, least certain first"
    if settled := sum(len(result.corrections) for result in run.results):
        shown += f"; what {counted(settled, 'correction')} settled is left out"
    lines = wrapped(shown, width)
    for number, doubt in enumerate(found[:limit], 1):
        value = NULL if doubt.found.value is None else plain(doubt.found.value)
        name = f"{doubt.label}  {doubt.found.owner.type}.{doubt.found.name}: {value}"
        lines += [
            "",
            cut(f"{number}. {name}", width),
            cut(f"   {doubt.result.article_id} {doubt.found.pointer}", width),
        ]
        context = context_line(doubt.result, doubt.found, texts.get(doubt.result.article_id), width - 3)
        lines += [f"   {line}" for line in (cut(doubt.denial, width - 3), context) if line]
    return "\n".join(lines)


def context_line(result: ArticleResult, found: Value, text: str | None, width: int) -> str:
    """One line of the article around a value, or around its record's evidence; the value is in [[ ]]."""
    owner = found.owner
    pointers = (found.pointer, f"{owner.pointer}/{evidence_field(type(owner.record))}")
    places = filter(None, map(result.grounding.get, pointers))
    place = next(filter(None, (place.span for place in places)), None)
    if text is None or place is None:
        return ""
    middle = f"[[{cut(text[place.start : place.end], max(width * 2 // 3 - 4, 1))}]]"
    room = max((width - columns(middle)) // 2, 0)
    before = cut_before(text[max(0, place.start - room) : place.start], room)
    after = cut(text[place.end : place.end + room], room) if room else ""
    return before + middle + after.removesuffix("…")
