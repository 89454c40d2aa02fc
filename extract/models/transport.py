"""Faults between us and a model's server: which are worth another try, how long to wait, what to tell the user.

No SDK is imported. Every provider's SDK has its own errors; they are told apart by what all of them carry: an
HTTP status, a `retry-after` header, a class name. Answers that do not fit a schema are no business of this file.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from extract.errors import ModelError, ModelUnavailable, RequestRefused, TransportError
from extract.models.keys import masked
from extract.spec import RETRIES

_PASSING = frozenset({408, 409, 425, 429})  # and all of 5xx but "not implemented"
_UNANSWERED = ("Connection", "Timeout", "Transport", "JSONDecode", "NoAnswer")
_LONGEST_WORDS = 200


class NoAnswer(Exception):
    """The server said "fine" and sent nothing that could be an answer."""


class Unacceptable(Exception):
    """What the server sent is never taken, and it would send the same again."""


class NotEnforced(Unacceptable):
    """The server was sent a grammar and answered outside it, as one does that cannot read the grammar."""

    def __str__(self) -> str:
        return "grammar not enforced: the answer is outside the grammar it was to be written under"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to keep trying.

    Attributes:
        tries: how often one question is sent in all, because of faults; however long each of them takes.
        longest_asked: seconds; a server that asks for a longer pause, by `retry-after`, is not asked again.
        first_wait: seconds before the second try; doubled each time.
        longest_wait: seconds; only a pause that the server asks for goes beyond.
        sleep: waits so many seconds.
        clock: seconds, monotonic.
        jitter: 0…1 at random.
    """

    tries: int = RETRIES + 1
    longest_asked: float = 300.0
    first_wait: float = 1.0
    longest_wait: float = 30.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random

    def pause(self, faults: int, asked: float | None) -> float:
        """Seconds to wait after so many faults; half are left to chance, so that threads turned away together do not
        come back together.

        Args:
            asked: what the server asks for.
        """
        backed_off = min(self.longest_wait, self.first_wait * 2.0 ** min(faults - 1, 64))
        return max(backed_off * (0.5 + 0.5 * self.jitter()), asked or 0.0)


PATIENT = Patience()
NO_KEYS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong.

    Attributes:
        words: one line, from the server or the SDK.
        status: HTTP status, if there was an answer at all.
        passing: it may be gone at the next try.
        retry_after: seconds the server asks to wait.
    """

    words: str
    status: int | None = None
    passing: bool = False
    retry_after: float | None = None

    @property
    def answered(self) -> str:
        """What the server did, without its words."""
        return f"answered {self.status}" if self.status else "gave no proper answer"

    @property
    def asks(self) -> str:
        """The pause it asks for, if any, to go on a sentence with."""
        return f", asks to wait {self.retry_after:.0f} s" if self.retry_after else ""


def read_fault(error: BaseException, keys: frozenset[str] = NO_KEYS) -> Fault:
    """Says what an SDK's error means.

    Args:
        keys: cut out of whatever the server repeats, before it is shortened: half a key would not be found.
    """
    if isinstance(error.__cause__, NoAnswer | Unacceptable):
        error = error.__cause__
    if isinstance(error, Unacceptable):
        return Fault(words_of(error, keys))
    words = words_of(error, keys)
    status = status_of(error)
    if status is None:
        kinds = {kind.__name__ for kind in type(error).__mro__}
        unanswered = any(name in kind for kind in kinds for name in _UNANSWERED)
        cause = words_of(error.__cause__, keys) if error.__cause__ and str(error.__cause__) else ""
        told = words if cause in words else f"{words} ({cause})"
        return Fault(told if unanswered else f"{type(error).__name__}: {words}", passing=unanswered)
    # No money left is a 429 too, and no pause mends it.
    passing = (status in _PASSING or (status >= 500 and status != 501)) and "insufficient_quota" not in str(error)
    return Fault(words, status, passing, _retry_after(error))


def words_of(error: BaseException, keys: frozenset[str]) -> str:
    """What an error says, in one line of at most 200 characters that shows no key."""
    return " ".join(masked(str(error), keys).split())[:_LONGEST_WORDS] or type(error).__name__


def status_of(error: BaseException) -> int | None:
    """The HTTP status of an SDK's error, if there was an answer at all."""
    # SDK errors of many providers: most name it status_code, Google's name it code.
    for name in ("status_code", "code"):
        value = getattr(error, name, None)
        if isinstance(value, int):
            return value
    return None


def _retry_after(error: BaseException) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    given = headers.get("retry-after") or ""
    with suppress(ValueError):
        seconds = float(given)
        return max(0.0, seconds) if math.isfinite(seconds) else None
    with suppress(ValueError, TypeError, OverflowError):
        return max(0.0, (parsedate_to_datetime(given) - datetime.now(UTC)).total_seconds())
    return None


def as_model_error(error: BaseException, host: str, model: str, tries: int, keys: frozenset[str]) -> ModelError:
    """The error to raise for a fault that stays: one line, the host named, the key never.

    Args:
        error: the SDK's.
        host: where the model was asked.
        model: its name there.
        tries: how often it was asked.
        keys: the API keys, cut out of whatever the server repeats.
    """
    fault = read_fault(error, keys)
    words = fault.words
    unavailable = {
        401: "does not accept the API key (401): set the right one in the environment;",
        403: f"does not let this key use model {model!r} (403):",
        404: f"has no model {model!r} at that address (404): check --model and --base-url (it mostly ends in /v1);",
    }
    if "insufficient_quota" in str(error):
        return ModelUnavailable(f"{host} has no quota left for this key: {words}")
    if fault.status in unavailable:
        return ModelUnavailable(f"{host} {unavailable[fault.status]} {words}")
    if fault.passing:
        times = "once" if tries == 1 else f"{tries} times"
        return TransportError(f"{host} {fault.answered} {times}{fault.asks}; try again later: {words}")
    refused = f"refused the request ({fault.status})" if fault.status else "gave no answer that can be taken"
    hint = "; ask for less at once" if "context" in words else ""
    return RequestRefused(f"{host} {refused}{hint}: {words}")
