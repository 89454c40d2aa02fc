"""How sure a model was of a choice, from the logprobs of the tokens that spelled it.

Servers report probabilities before the grammar is applied: a legal answer can have a tiny one because the model
would rather have written prose. What says how sure it was is the share of the chosen answer among the legal
ones, so that is what is computed, token by token.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from extract.client import TokenLogprob


def choice_confidence(tokens: Sequence[TokenLogprob], chosen: str, legal: Sequence[str]) -> float | None:
    """Share of the chosen answer among the legal ones.

    Args:
        tokens: the generated tokens of an answer that is one JSON string.
        chosen: the text inside the quotes.
        legal: every text that could have stood there, `chosen` among them.

    Returns:
        0…1, or None when there are no logprobs or the tokens do not spell `chosen`.
    """
    confidence = 1.0
    written = ""
    started = False
    for token in tokens:
        piece = token.token if started else token.token.lstrip().removeprefix('"')
        if not started and not token.token.lstrip().startswith('"'):
            continue
        started = True
        if piece:
            confidence *= _share(token, written, legal, len(token.token) - len(piece))
        written += piece
        if written.startswith(chosen + '"') or written == chosen:
            return confidence
        if not chosen.startswith(written):
            return None
    return None


def _share(token: TokenLogprob, written: str, legal: Sequence[str], skipped: int) -> float:
    """Probability of this token among those that continue towards a legal answer."""
    ends = [f'{text}"' for text in legal]
    mine = token.token[skipped:]
    rivals: dict[str, float] = {}
    for text, logprob in token.top:
        piece = text[skipped:] if skipped and text.startswith(token.token[:skipped]) else text
        if skipped and piece is text and text != token.token:
            continue
        if piece and piece != mine and any(_towards(end, written + piece) for end in ends):
            rivals[piece] = max(rivals.get(piece, -math.inf), logprob)
    own = math.exp(token.logprob)
    others = sum(math.exp(logprob) for logprob in rivals.values())
    return own / (own + others) if own + others > 0 else 0.0


def _towards(end: str, text: str) -> bool:
    return end.startswith(text) or text.startswith(end)
