"""A calibration as a report: what was fitted, and how it does on articles that were left out."""

from __future__ import annotations

from eval.fitting import Fitted
from eval.reports import notation
from eval.reports.evaluation_report import confidence_blocks
from eval.reports.report import Section, Style, Table, render
from eval.stats import reliability


def render_calibration(fitted: Fitted, style: Style = "text") -> str:
    """The whole report of a fit."""
    made = fitted.calibration
    base = float(fitted.right.mean()) * (1 - float(fitted.right.mean()))
    better = ((fitted.confidence - fitted.right) ** 2).mean() < base
    checked = [
        *([] if better else ["It tells no more than that every value is believed alike: do not use it."]),
        f"Share of all wrong values in the least believed fifth: {notation.share(fitted.first_fifth)} (by chance 0.200).",
        f"Brier score where every value is believed alike: {notation.share(base)}.",
        *confidence_blocks(reliability(fitted.confidence, fitted.right)),
    ]
    weights = [*made.signs.items(), *sorted(made.fields.items(), key=lambda item: item[1])]
    return render(
        [
            f"Fitted for {made.prompts} with {made.model} on {made.fitted_on}.",
            Section("On articles left out", checked),
            Section("Parts of the logit", [Table(["", "weight"], [[name, f"{w:+.2f}"] for name, w in weights])]),
        ],
        style,
    )
