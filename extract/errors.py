"""Every error a user can meet, in one tree.

    ExtractError
    ├── UsageError            the command could not start: a wrong option, file, model name
    ├── ArticleError          one input cannot be read as an article; the others go on
    ├── TaskError             a task cannot be used: its folder, its schema, an example
    ├── PromptError           a prompt set is broken: front matter, placeholder, ungrounded example
    ├── ModelError
    │   ├── ModelUnavailable  the model cannot be had or started: no weights, no key, no such provider
    │   │   └── NotThere    a server of batches has no such file or batch
    │   └── TransportError    the server did not answer properly, after all retries
    │       ├── RequestRefused  it does not take this one request; others may fare better
    │       ├── CostCapReached  the request could cost more than is left to spend
    │       └── Unanswered      it is asked in batches, and no answer is here yet
    ├── StoreError
    │   ├── ReplayMiss        replaying, and nothing recorded answers this request
    │   └── DamagedRecording  a recording is not what was written
    ├── RunFileError          a run file cannot be read, continued or written
    └── GoldError             a label file cannot be read, or two evaluations cannot be compared

A message is one line: what, which one (with !r), where, and what to do about it. `counted` is how any says how many.
"""

from __future__ import annotations

from typing import Any


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 article", "2 articles", "0 weaknesses"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}{'es' if noun.endswith('s') else 's'}"


def install(extra: str) -> str:
    """How to install what an extra brings: from a clone, for on PyPI the name `attested` is another project's."""
    return f'pip install -e ".[{extra}]" in your clone'


class ExtractError(Exception):
    """Root of all errors that are the user's to know about; shown as one line, without a traceback.

    Attributes:
        spent: US dollars that a run had cost when the error ended it.
    """

    spent: float = 0.0


class UsageError(ExtractError):
    """The command could not start."""


class ArticleError(ExtractError):
    """One input cannot be read as an article."""


class TaskError(ExtractError):
    """A task cannot be used: its folder, its schema or an example is wrong."""


class PromptError(ExtractError):
    """A prompt set is broken."""


class ModelError(ExtractError):
    """The model could not be asked."""


class ModelUnavailable(ModelError):
    """The model cannot be had or started."""


class NotThere(ModelUnavailable):
    """A server of batches has no such file or batch, or none at all; others may be there."""


class TransportError(ModelError):
    """The server did not answer properly, after all retries.

    Attributes:
        attempts: answers (`client.Attempt`) that came before the fault; they cost what they cost.
    """

    attempts: tuple[Any, ...] = ()


class RequestRefused(TransportError):
    """The server does not take this one request; others may fare better."""


class CostCapReached(TransportError):
    """The request could cost more than is left to spend; it was not sent."""


class Unanswered(TransportError):
    """The request is asked in batches, and no answer is here yet.

    Attributes:
        body: the JSON that is to be sent.
    """

    body: bytes = b""


class StoreError(ExtractError):
    """The request store cannot do what it was asked."""


class ReplayMiss(StoreError):
    """Replaying, and no recording answers this request."""


class DamagedRecording(StoreError):
    """A recording is not what was written; it is never used as an answer."""


OF_ONE_QUESTION = (RequestRefused, DamagedRecording, ReplayMiss)
"""After any other fault of a model or a store the next question would only meet it again."""


class RunFileError(ExtractError):
    """A run file cannot be read, continued or written."""


class GoldError(ExtractError):
    """A label file cannot be read, or two evaluations cannot be compared."""
