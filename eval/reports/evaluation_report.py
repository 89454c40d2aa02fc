"""Evaluations as reports; how numbers look is `notation`. The pieces that other reports share are public."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from eval.evaluation import (
    ArticleScores,
    Evaluation,
    EvaluationSignature,
    Figures,
    LeafError,
    Noise,
    RecordError,
    batched_tokens,
    live_tokens,
    overall,
)
from eval.reports import notation
from eval.reports.report import Block, Listing, Parts, Section, Style, Table, render
from eval.scoring.metrics import named
from eval.stats import Interval, Reliability

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


def signature_line(signature: EvaluationSignature, name: str = "") -> Parts:
    """All that is needed to get the same figures again, in one line, perhaps with a name in front."""
    run = signature.run
    parts = [
        f"{name}gold {notation.digest(signature.gold_sha256)}",
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
    return Parts(parts)


def render_evaluation(evaluation: Evaluation, style: Style = "text") -> str:
    """The whole report of an evaluation."""
    incomplete = [f"Incomplete: {evaluation.gaps}; what is missing counts as missed."] if evaluation.gaps else []
    sections = [
        Section("Overall", [*_overall(evaluation)]),
        Section("Per record type", [_by_type(evaluation)]),
        Section("Per field", [_by_field(evaluation)]),
        Section("Per article", [_by_article(evaluation)]),
        Section("Worst errors", _worst(evaluation)),
        Section("Confidence", confidence_blocks(evaluation.calibration)),
        Section("Cost", _cost(evaluation)),
    ]
    filled = [section for section in sections if section.blocks]
    return render([*incomplete, *filled, signature_line(evaluation.signature)], style)


_COUNTS = ("COR", "PAR", "INC", "MIS", "SPU")


def _figure_cells(figure: Figures) -> list[str]:
    return [
        notation.share(figure.f1),
        notation.interval(figure.interval),
        notation.share(figure.precision),
        notation.share(figure.recall),
        notation.share(figure.lenient_f1),
        *map(str, figure.tally.counts),
    ]


def _figure_headers(name: str, level: float) -> list[str]:
    return [name, "F1", f"{notation.whole_percent(level)} interval", "P", "R", "lenient F1", *_COUNTS]


def _overall(evaluation: Evaluation) -> Iterator[Block]:
    headers = _figure_headers("", evaluation.signature.level)
    yield Table(headers, [["all leaves", *_figure_cells(evaluation.figures["overall"])]])
    if evaluation.noise_floor is not None:
        how = "recorded" if evaluation.noise == "recorded" else "live"
        floor = notation.share(evaluation.noise_floor)
        yield f"Noise floor over {evaluation.signature.repeats} {how} repeats: {floor} F1."
    elif evaluation.signature.repeats > 1:
        yield f"Noise floor: none: {NO_FLOOR[evaluation.noise]}."
    yield from _interval_remarks(
        evaluation.signature.clusters, [figure.interval for figure in evaluation.figures.values()]
    )
    yield f"Verbatim fields that stand in the article: {notation.percent(*evaluation.rates['verbatim'])}."
    yield f"Overlap of the evidence of paired records: {notation.percent(*evaluation.rates['overlap'])}."
    yield from _drafted(evaluation.rows)
    if evaluation.unlabelled:
        yield f"Not scored, no label: {', '.join(evaluation.unlabelled)}."


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
        own, rest = overall(drafted), overall([article for article in articles if article.drafted_from is None])
        yield (
            f"F1 {notation.share(own.f1())} on the labels that began as a model's draft,"
            f" {notation.share(rest.f1())} on the others."
        )


def _by_type(evaluation: Evaluation) -> Table:
    rows = []
    for name, figure in named(evaluation.figures, "type/").items():
        exact, flat = evaluation.figures.get(f"exact/{name}"), evaluation.figures.get(f"flat/{name}")
        further = [notation.share(each.f1 if each else None) for each in (exact, flat)]
        rows.append([name, *_figure_cells(figure), *further])
    headers = [*_figure_headers("type", evaluation.signature.level), "exact F1", "flat F1"]
    return Table(headers, rows)


def _by_field(evaluation: Evaluation) -> Table:
    fields, apart = (named(evaluation.figures, prefix) for prefix in ("field/", "apart/"))
    rows = [[name, *_figure_cells(figure)] for name, figure in fields.items()]
    rows += [[f"{name} (apart)", *_figure_cells(figure)] for name, figure in apart.items()]
    return Table(_figure_headers("field", evaluation.signature.level), rows)


def _by_article(evaluation: Evaluation) -> Table:
    rows = [_article_row(article.article_id, evaluation.rows) for article in evaluation.repeats[0].articles]
    return Table(["article", "status", "F1", "P", "R", *_COUNTS, "seconds"], rows)


def _article_row(article_id: str, everything: Sequence[ArticleScores]) -> list[str]:
    same = [row for row in everything if row.article_id == article_id]
    tally = overall(same)
    return [
        article_id,
        "/".join(sorted({row.status for row in same})),
        *(notation.share(value) for value in (tally.f1(), tally.precision(), tally.recall())),
        *map(str, tally.counts),
        notation.seconds(sum(row.seconds for row in same)),
    ]


def _worst(evaluation: Evaluation) -> list[Block]:
    """The records with most wrong leaves, each with the text it stands on."""
    found = [(article.article_id, record) for article in evaluation.repeats[0].articles for record in article.errors]
    found.sort(key=lambda item: (-len(item[1].leaves), item[0], item[1].gold or "", item[1].predicted or ""))
    return error_list(found)


def error_list(found: Sequence[tuple[str, RecordError]]) -> list[Block]:
    """The first records of a list of (article, record), what is wrong with each, and the text it stands on."""
    lines = [line for article_id, record in found[:WORST] for line in _error_lines(article_id, record)]
    if len(found) > WORST:
        lines.append(f"- and {len(found) - WORST} more")
    return [Listing(lines)] if lines else []


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


def confidence_blocks(found: Reliability | None) -> list[Block]:
    """How far confidences can be believed, and what is wrong among the most certain ones."""
    if found is None:
        return []
    bars = [
        [f"{bar.low:.1f} to {bar.high:.1f}", str(bar.n), notation.share(bar.confidence), notation.share(bar.correct)]
        for bar in found.bins
    ]
    risks = [[notation.whole_percent(point.coverage), notation.share(point.risk)] for point in found.risk]
    return [
        f"{found.n} leaves with a confidence, Brier score {notation.share(found.brier)} (0 is best).",
        Table(["confidence", "leaves", "mean", "right"], bars),
        Table(["most certain", "errors"], risks),
    ]


def _cost(evaluation: Evaluation) -> list[Block]:
    spend, cost = evaluation.spend, evaluation.cost
    dated = f" at the prices of {cost.price.as_of}" if cost.price else ""
    batched = batched_tokens(spend)[:2]
    cheaper = f", {tokens(*batched)} of it in batches at their price" if any(batched) else ""
    return [
        f"Answers: {_SOURCES[evaluation.source]}.",
        f"Now: {tokens(spend.input_tokens, spend.output_tokens)}, {notation.seconds(evaluation.seconds)},"
        f" {notation.dollars(cost.spent)}.",
        f"Live: {tokens(*live_tokens(spend)[:2])}, {notation.dollars(cost.live)}{dated}{cheaper};"
        f" {spend.attempts} attempts at {spend.requests} requests, failed ones included.",
    ]


_SOURCES = {
    "live": "live",
    "replay": "replay of recordings, so the seconds are not the model's",
    "no model": "no model was asked",
}


def tokens(read: int, written: int) -> str:
    """What a model reads and writes."""
    return f"{notation.count(read)} tokens in, {notation.count(written)} out"
