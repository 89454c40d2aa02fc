"""Evaluations as text: tables for a terminal, Markdown for a page.

Renders what the document holds; how numbers look is `figures`. The pieces that other reports share are public.
Articles, models and servers are not to be trusted: what they say goes through `shown`, here and in other reports.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from eval.evaluation import (
    ArticleScores,
    Cost,
    Evaluation,
    EvaluationSignature,
    Figures,
    LeafError,
    Noise,
    RecordError,
)
from eval.reports import notation
from eval.scoring.metrics import sum_scores
from eval.stats import Interval
from extract.records.results import Spend
from extract.views.tables import safe

Style = Literal["text", "markdown"]
Row = Sequence[str]

WORST = 8
"""Records listed as worst errors, as fixed, or as broken."""
FEW_CLUSTERS = 10
"""A percentile interval from fewer than about ten draws is too narrow (Davison and Hinkley 1997, 5.6)."""
NO_FLOOR: Mapping[Noise | None, str] = {
    None: "not measured",
    "one repeat": "one repeat; measure it live, with --cache off --repeats 2",
    "no model": "no model was asked, and rules do not vary",
    "equal replays": "replays of equal answers show nothing; measure it live, with --cache off --repeats 2",
    "incomplete": "a repeat is incomplete",
    "one order": "equal repeats in one order of articles show nothing; measure it with --cache off --repeats 2",
}
"""Why there is no noise floor."""
_WIDTH, _LINES = 110, 4
_MARKUP = re.compile(r"[\\`*\[\]|~]|(?<!\w)_|_(?!\w)|(?<=www)\.|(?<=:)//")
"""What could be Markdown in a text that is none; addresses would become links."""


def shown(text: str, style: Style) -> str:
    """A text from outside as one line of a report: it neither steers a terminal nor becomes markup."""
    text = safe(text)
    if style == "text":
        return text
    escaped = html.escape(text, quote=False)
    return _MARKUP.sub(lambda found: "".join(f"&#{ord(char)};" for char in found[0]), escaped)


def table(headers: Row, rows: Sequence[Row], style: Style, left: int = 1) -> str:
    """A table: the first `left` columns left, the others right. Its cells are texts, not markup."""
    from tabulate import tabulate

    text: str = tabulate(
        [[shown(cell, style) for cell in row] for row in rows],
        headers=[shown(cell, style) for cell in headers],
        tablefmt="github" if style == "markdown" else "simple",
        colalign=(*("left",) * left, *("right",) * (len(headers) - left)),
        disable_numparse=True,
    )
    return text


def signature_line(signature: EvaluationSignature, style: Style = "text") -> str:
    """All that is needed to get the same figures again, in one line."""
    run = signature.run
    parts = [
        f"gold {notation.digest(signature.gold_sha256)}",
        f"prompts {run.task}/{run.prompts} {notation.digest(run.prompts_sha256)}",
        f"model {run.model}",
        f"schema {notation.digest(run.schema_sha256)}",
        f"scoring {signature.scoring}",
        f"n {signature.articles} in {signature.clusters} clusters",
        f"repeats {signature.repeats}",
        f"resamples {signature.resamples}",
        f"seed {signature.seed}",
        *(f"{name} {version}" for name, version in sorted(signature.versions.items())),
    ]
    return " | ".join(shown(part, style) for part in parts)


def render_evaluation(evaluation: Evaluation, style: Style = "text") -> str:
    """The whole report of an evaluation."""
    incomplete = [f"Incomplete: {evaluation.gaps}; what is missing counts as missed."] if evaluation.gaps else []
    sections = [
        ("Overall", _overall(evaluation, style)),
        ("Per record type", _by_type(evaluation, style)),
        ("Per field", _by_field(evaluation, style)),
        ("Per article", _by_article(evaluation, style)),
        ("Worst errors", _worst(evaluation, style)),
        ("Confidence", _confidence(evaluation, style)),
        ("Cost", _cost(evaluation)),
    ]
    blocks = [section(title, body, style) for title, body in sections if body]
    return "\n\n".join([*incomplete, *blocks, signature_line(evaluation.signature, style)]) + "\n"


def section(title: str, body: str, style: Style) -> str:
    """A titled part of a report."""
    return f"### {title}\n\n{body}".rstrip() if style == "markdown" else f"{title}\n{body}".rstrip()


def _figure_cells(figure: Figures) -> list[str]:
    tally = figure.tally
    return [
        notation.share(figure.f1),
        notation.interval(figure.interval),
        notation.share(figure.precision),
        notation.share(figure.recall),
        notation.share(figure.lenient_f1),
        *(str(n) for n in (tally.cor, tally.par, tally.inc, tally.mis, tally.spu)),
    ]


def _figure_headers(name: str, level: float) -> list[str]:
    return [
        name,
        "F1",
        f"{notation.whole_percent(level)} interval",
        "P",
        "R",
        "lenient F1",
        "COR",
        "PAR",
        "INC",
        "MIS",
        "SPU",
    ]


def _overall(evaluation: Evaluation, style: Style) -> str:
    headers = _figure_headers("", evaluation.signature.level)
    lines = [table(headers, [["all leaves", *_figure_cells(evaluation.figures["overall"])]], style)]
    if evaluation.noise_floor is not None:
        how = "recorded" if evaluation.noise == "recorded" else "live"
        floor = notation.share(evaluation.noise_floor)
        lines.append(f"Noise floor over {evaluation.signature.repeats} {how} repeats: {floor} F1.")
    elif evaluation.signature.repeats > 1:
        lines.append(f"Noise floor: none: {NO_FLOOR[evaluation.noise]}.")
    lines += _interval_remarks(
        evaluation.signature.clusters, [figure.interval for figure in evaluation.figures.values()]
    )
    labels = {
        "verbatim": "Verbatim fields that stand in the article",
        "overlap": "Overlap of the evidence of paired records",
    }
    lines += [f"{text}: {notation.percent(*evaluation.rates[name])}." for name, text in labels.items()]
    lines += _drafted(evaluation.rows)
    if evaluation.unlabelled:
        lines.append(f"Not scored, no label: {shown(', '.join(evaluation.unlabelled), style)}.")
    return "\n".join(lines) if style == "text" else "\n\n".join(lines)


def flat_remark(intervals: Sequence[Interval | None]) -> list[str]:
    """What a reader has to know about an interval without a width, if there is one."""
    flat = any(interval is not None and interval.low == interval.high for interval in intervals)
    said = "An interval without a width is no certainty: all clusters that count there have the same figure."
    return [said] if flat else []


def _interval_remarks(clusters: int, intervals: Sequence[Interval | None]) -> Iterator[str]:
    if clusters < 2:
        yield "No intervals: one cluster of articles cannot tell how much articles differ."
    elif clusters < FEW_CLUSTERS:
        yield f"Intervals rest on {clusters} clusters of articles and are narrower than they should be."
    yield from flat_remark(intervals)


def _drafted(articles: Sequence[ArticleScores]) -> Iterator[str]:
    """Labels that began as a model's draft are easier for that model: their figure stands apart."""
    drafted = [article for article in articles if article.drafted_from is not None]
    if drafted:
        own, rest = (
            notation.share(sum_scores(part)["overall"].f1() if part else None)
            for part in (drafted, [article for article in articles if article.drafted_from is None])
        )
        yield f"F1 {own} on the labels that began as a model's draft, {rest} on the others."


def _by_type(evaluation: Evaluation, style: Style) -> str:
    rows = []
    for name, figure in _named(evaluation, "type/"):
        exact, flat = evaluation.figures.get(f"exact/{name}"), evaluation.figures.get(f"flat/{name}")
        further = [notation.share(exact.f1 if exact else None), notation.share(flat.f1 if flat else None)]
        rows.append([name, *_figure_cells(figure), *further])
    headers = [*_figure_headers("type", evaluation.signature.level), "exact F1", "flat F1"]
    return table(headers, rows, style)


def _by_field(evaluation: Evaluation, style: Style) -> str:
    rows = [[name, *_figure_cells(figure)] for name, figure in _named(evaluation, "field/")]
    rows += [[f"{name} (apart)", *_figure_cells(figure)] for name, figure in _named(evaluation, "apart/")]
    return table(_figure_headers("field", evaluation.signature.level), rows, style)


def _named(evaluation: Evaluation, prefix: str) -> Iterator[tuple[str, Figures]]:
    for name, figure in evaluation.figures.items():
        if name.startswith(prefix):
            yield name.removeprefix(prefix), figure


def _by_article(evaluation: Evaluation, style: Style) -> str:
    rows = []
    for article in evaluation.repeats[0].articles:
        rows.append(_article_row(article, evaluation.rows))
    headers = ["article", "status", "F1", "P", "R", "COR", "PAR", "INC", "MIS", "SPU", "seconds"]
    return table(headers, rows, style)


def _article_row(article: ArticleScores, everything: Sequence[ArticleScores]) -> list[str]:
    same = [row for row in everything if row.article_id == article.article_id]
    tally = sum_scores(same)["overall"]
    statuses = sorted({row.status for row in same})
    return [
        article.article_id,
        "/".join(statuses),
        *(notation.share(value) for value in (tally.f1(), tally.precision(), tally.recall())),
        *(str(n) for n in (tally.cor, tally.par, tally.inc, tally.mis, tally.spu)),
        notation.seconds(sum(row.seconds for row in same)),
    ]


def _worst(evaluation: Evaluation, style: Style) -> str:
    """The records with most wrong leaves, each with the text it stands on."""
    found = [(article.article_id, record) for article in evaluation.repeats[0].articles for record in article.errors]
    found.sort(key=lambda item: (-len(item[1].leaves), item[0], item[1].gold or "", item[1].predicted or ""))
    return error_list(found, style)


def error_list(found: Sequence[tuple[str, RecordError]], style: Style) -> str:
    """The first records of a list of (article, record), what is wrong with each, and the text it stands on."""
    lines = [line for article_id, record in found[:WORST] for line in _error_lines(article_id, record)]
    if len(found) > WORST:
        lines.append(f"- and {len(found) - WORST} more")
    text = "\n".join(map(safe, lines))
    if style == "text" or not lines:
        return text
    # nothing in a fence is markup, as long as no line of it is a longer fence
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{fence}text\n{text}\n{fence}"


def _error_lines(article_id: str, record: RecordError) -> Iterator[str]:
    what = "missed" if record.predicted is None else "invented" if record.gold is None else "in part"
    where = record.gold if record.gold is not None else record.predicted
    yield f"- {record.type} {what}, {article_id} {where}"
    for text in ("; ".join(map(_leaf_text, record.leaves)), f"in: {record.text}"):
        yield from textwrap.wrap(
            text, _WIDTH, max_lines=_LINES, placeholder=" …", initial_indent="    ", subsequent_indent="    "
        )


def _leaf_text(leaf: LeafError) -> str:
    match leaf.state:
        case "MIS":
            return f"{leaf.field}: missed {leaf.gold!r}"
        case "SPU":
            return f"{leaf.field}: invented {leaf.predicted!r}"
        case "PAR":
            return f"{leaf.field}: {leaf.predicted!r} is near {leaf.gold!r}"
        case "INC":
            return f"{leaf.field}: {leaf.predicted!r} for {leaf.gold!r}"


def _confidence(evaluation: Evaluation, style: Style) -> str:
    found = evaluation.calibration
    if found is None:
        return ""
    bars = [
        [f"{bar.low:.1f} to {bar.high:.1f}", str(bar.n), notation.share(bar.confidence), notation.share(bar.correct)]
        for bar in found.bins
    ]
    risks = [[notation.whole_percent(point.coverage), notation.share(point.risk)] for point in found.risk]
    gap = "\n\n"
    return gap.join(
        [
            f"{found.n} leaves with a confidence, Brier score {notation.share(found.brier)} (0 is best).",
            table(["confidence", "leaves", "mean", "right"], bars, style),
            table(["most certain", "errors"], risks, style),
        ]
    )


def _cost(evaluation: Evaluation) -> str:
    return "\n".join(
        [
            f"Answers: {_SOURCES[evaluation.source]}.",
            f"Now: {_tokens(evaluation.spend.input_tokens, evaluation.spend.output_tokens)},"
            f" {notation.seconds(evaluation.seconds)}, {notation.dollars(evaluation.cost.spent)}.",
            f"Live: {live_tokens(evaluation.spend)}, {notation.dollars(evaluation.cost.live)}{_dated(evaluation.cost)};"
            f" {evaluation.spend.attempts} attempts at {evaluation.spend.requests} requests, failed ones included.",
        ]
    )


_SOURCES = {
    "live": "live",
    "replay": "replay of recordings, so the seconds are not the model's",
    "no model": "no model was asked",
}


def _tokens(read: int, written: int) -> str:
    return f"{notation.count(read)} tokens in, {notation.count(written)} out"


def live_tokens(spend: Spend) -> str:
    """The tokens that all of it takes when nothing is replayed."""
    return _tokens(spend.input_tokens + spend.recorded_input_tokens, spend.output_tokens + spend.recorded_output_tokens)


def _dated(cost: Cost) -> str:
    return "" if cost.price is None else f" at the prices of {cost.price.as_of}"
