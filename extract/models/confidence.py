"""How sure a model was of a choice, from the logprobs of the tokens that spelled it.

Servers report probabilities before the grammar is applied: a legal answer can have a tiny one because the model
would rather have written prose. What says how sure it was is the share of each legal answer among all legal ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from extract.models.client import TokenLogprob

UNSEEN = math.log(0.5)
"""An alternative that is not among the reported ones is taken to be half as likely as the least of them."""

LEAST = 1e-6
"""What a token that is said to be certain leaves to others."""


def choice_shares(tokens: Sequence[TokenLogprob], chosen: str, legal: Sequence[str]) -> dict[str, float]:
    """Shares of the legal answers, summing to 1.

    Two answers are compared at the token where they part: up to there they share their probability.

    Args:
        tokens: the generated tokens of an answer that is one JSON string.
        chosen: the text inside the quotes.
        legal: every text that could have stood there, `chosen` among them.

    Returns:
        Legal answer → 0…1; empty when there are no logprobs or the tokens do not spell `chosen`.
    """
    steps = _steps(tokens, _quoted(chosen))
    if not steps:
        return {}
    ends = [_quoted(answer) for answer in legal]
    logs = {answer: _log_share(steps, end, _quoted(chosen), ends) for answer, end in zip(legal, ends, strict=True)}
    top = max(logs.values())
    weights = {answer: math.exp(value - top) for answer, value in logs.items()}
    total = math.fsum(weights.values())
    return {answer: weight / total for answer, weight in weights.items()}


def _quoted(answer: str) -> str:
    return f'"{answer}"'


def _steps(tokens: Sequence[TokenLogprob], chosen: str) -> list[tuple[str, str, TokenLogprob]]:
    """Per token that spells the answer in its quotation marks: what was written before it, what it adds, the token.

    A token can hold the opening mark and letters, so that its alternatives hold the mark too.
    """
    steps: list[tuple[str, str, TokenLogprob]] = []
    written = ""
    for token in tokens:
        piece = token.token if written else token.token.lstrip()
        if not written and not piece.startswith('"'):
            continue
        steps.append((written, piece, token))
        written += piece
        if written.startswith(chosen):
            return steps
        if not chosen.startswith(written):
            return []
    return []


def _log_share(steps: Sequence[tuple[str, str, TokenLogprob]], end: str, chosen: str, legal: Sequence[str]) -> float:
    """Log probability of an answer along the generated tokens, up to where it leaves them."""
    total = 0.0
    for written, piece, token in steps:
        if _towards(end, written + piece):
            total += token.logprob
            continue
        ways = [(written + (text if written else text.lstrip()), logprob) for text, logprob in token.top]
        rivals = [
            (logprob, sum(_towards(other, way) for other in legal))
            for way, logprob in ways
            if way != written and _towards(end, way) and not _towards(chosen, way)
        ]
        if rivals:
            logprob, sharing = max(rivals)
            return total + logprob - math.log(max(1, sharing))
        if not token.top:  # a server that tells no alternatives: what the token leaves is for all the others
            return total + math.log(max(LEAST, -math.expm1(token.logprob)) / max(1, len(legal) - 1))
        least = min(logprob for _, logprob in token.top)
        return total + min(least, token.logprob) + UNSEEN
    return total


def _towards(end: str, text: str) -> bool:
    return end.startswith(text) or text.startswith(end)
