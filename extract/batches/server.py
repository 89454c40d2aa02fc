"""Files and batches of a provider, in OpenAI's language; other providers' words for the same are understood.

Making a batch is what costs money: it is tried once, and where nobody knows whether it was made, the server is asked for
it by our mark. All else is tried again after faults that may pass.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import openai

from extract.batches.lines import ENDPOINT, part
from extract.batches.state import OURS
from extract.errors import ModelError, ModelUnavailable, NotThere
from extract.models.keys import clean_key, known_keys, masked, password_of
from extract.models.parsing import one_line, read_json, whole_characters
from extract.models.transport import PATIENT, NoAnswer, Patience, Unacceptable, as_model_error, read_fault
from extract.models.wire import BoundedClient
from extract.spec import RunSpec

MARK = "attested"
"""The key of our mark in a batch's metadata."""
TRANSFER_SECONDS = 3600.0
"""For a file; 200 MB over a line of half a megabit."""
MOST_BYTES = 8 * 2**30
"""Of a file of answers: 50 000 of 160 kB."""
MOST_PAGES = 100

_WORDS = {
    "succeeded": "completed",
    "success": "completed",
    "error": "failed",
    "canceled": "cancelled",
    "timeout_exceeded": "expired",
}
_NOT_THERE = frozenset({404, 405, 501})
_FULL = "token_limit_exceeded"
"""The code with which a batch fails that is too many tokens beside those under way (openai-python, issue 2084)."""
_LONGEST_WORDS = 300

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Remote:
    """A batch as the server tells of it.

    Attributes:
        status: one of OpenAI's words where it means one of them; never one of ours.
        done, failed, total: requests; 0 where it does not say.
        day: on which it ended, ISO; today where it does not say.
        why: what went wrong, in one line.
        full: nothing is wrong but that the provider's queue had no room.
    """

    batch_id: str
    status: str
    output_id: str = ""
    error_id: str = ""
    file_id: str = ""
    mark: str = ""
    done: int = 0
    failed: int = 0
    total: int = 0
    day: str = ""
    why: str = ""
    full: bool = False


class BatchServer:
    """A provider's files and batches.

    Attributes:
        host: for messages.
    """

    def __init__(self, spec: RunSpec, patience: Patience = PATIENT) -> None:
        """Opens no connection yet; the key is taken from the environment.

        Raises:
            ModelUnavailable: there is no key.
        """
        key, address = _key_and_address(spec)
        self._keys = known_keys(os.environ, key, password_of(address)) | ({key} if key else set())
        self._model = spec.named_model
        self._patience = replace(patience, tries=spec.retries + 1)
        self._sdk = openai.OpenAI(
            base_url=address,
            api_key=key or "no-key",
            timeout=spec.timeout,
            max_retries=0,
            http_client=BoundedClient(spec.timeout),
        )
        seconds = max(spec.timeout, TRANSFER_SECONDS)
        self._files = self._sdk.with_options(timeout=seconds, http_client=_Transfer(seconds)).files
        self.host = str(self._sdk.base_url.host)

    def upload(self, path: Path) -> str:
        """Sends a file of requests; gives the server's name for it."""

        def send() -> str:
            with path.open("rb") as stream:
                raw = self._files.with_raw_response.create(file=(path.name, stream), purpose="batch")
            return _text(_object(raw.content), "id", needed=True)

        return self._tried(send)

    def create(self, file_id: str, mark: str) -> Remote:
        """Makes a batch of an uploaded file."""

        def make() -> Remote:
            raw = self._sdk.batches.with_raw_response.create(
                input_file_id=file_id, endpoint=ENDPOINT, completion_window="24h", metadata={MARK: mark}
            )
            return self._remote(_object(raw.content))

        return self._tried(make, tries=1)

    def get(self, batch_id: str) -> Remote:
        """How a batch stands."""
        return self._tried(
            lambda: self._remote(_object(self._sdk.batches.with_raw_response.retrieve(batch_id).content))
        )

    def find(self, mark: str, file_id: str) -> Remote | None:
        """The batch with our mark, or made of our file, if there is one."""
        for remote in self._listed():
            if remote.mark == mark or (file_id and remote.file_id == file_id):
                return remote
        return None

    def download(self, file_id: str, target: Path) -> None:
        """Fetches a file; what was there is replaced once all of it has come."""

        def fetch() -> None:
            half = target.with_name(f"{target.name}.half")
            size = 0
            with self._files.with_streaming_response.content(file_id) as response, half.open("wb") as out:
                half.chmod(0o600)
                for piece in response.iter_bytes():
                    size += len(piece)
                    if size > MOST_BYTES:
                        raise Unacceptable(f"the file is longer than {MOST_BYTES:,} bytes")
                    out.write(piece)
            half.replace(target)

        self._tried(fetch)

    def close(self) -> None:
        """Closes connections."""
        self._sdk.close()
        self._files._client.close()

    def _listed(self) -> Iterator[Remote]:
        after = ""
        for _ in range(MOST_PAGES):
            page = self._tried(partial(self._page, after))
            found = [each for each in page.get("data") or () if isinstance(each, dict)]
            yield from map(self._remote, found)
            last = _text(found[-1], "id") if found else ""
            if not page.get("has_more") or not last or last == after:
                return
            after = last

    def _page(self, after: str) -> Mapping[str, Any]:
        return _object(self._sdk.batches.with_raw_response.list(limit=100, after=after or openai.omit).content)

    def _remote(self, data: Mapping[str, Any]) -> Remote:
        counts, metadata = part(data, "request_counts"), part(data, "metadata")
        status = _text(data, "status").lower()
        return Remote(
            batch_id=_text(data, "id", needed=True),
            status="unknown" if status in OURS else _WORDS.get(status, status) or "unknown",
            output_id=_text(data, "output_file_id"),
            error_id=_text(data, "error_file_id"),
            file_id=_text(data, "input_file_id"),
            mark=_text(metadata, MARK),
            done=_count(counts, "completed"),
            failed=_count(counts, "failed"),
            total=_count(counts, "total"),
            day=_day(data),
            why=masked(_why(data), self._keys)[:_LONGEST_WORDS],
            full=any(isinstance(each, dict) and each.get("code") == _FULL for each in _errors(data)),
        )

    def _tried(self, do: Callable[[], Result], tries: int | None = None) -> Result:
        tries = tries or self._patience.tries
        for number in range(1, tries + 1):
            try:
                return do()
            except ModelError:
                raise
            except (openai.OpenAIError, NoAnswer, Unacceptable, OSError) as error:
                fault = read_fault(error, self._keys)
                pause = self._patience.pause(number, fault.retry_after)
                if not fault.passing or number == tries or pause > self._patience.longest_asked:
                    raise self._error(error, fault.status, number) from error
            self._patience.sleep(pause)
        raise AssertionError  # the last try returns or raises

    def _error(self, error: BaseException, status: int | None, tries: int) -> ModelError:
        if status in _NOT_THERE:
            words = read_fault(error, self._keys).words
            return NotThere(
                f"{self.host} has no such file or batch, or takes none at that address ({status}): check --base-url; where "
                f"a provider takes files by hand, `extract batch export` writes them; it says: {words}"
            )
        return as_model_error(error, self.host, self._model, tries, self._keys)


class _Transfer(BoundedClient):
    """Within the same limit of time, but an answer that is asked for as a stream is read by who asked."""

    def send(self, request: Any, *, stream: bool = False, **_: Any) -> Any:
        """Sends one request; raises as `BoundedClient.send`."""
        if not stream:
            return super().send(request)
        return self.begun(request)


def _key_and_address(spec: RunSpec) -> tuple[str | None, str | None]:
    """The key, and the address where it is not OpenAI's own: of other providers no job is begun (`jobs`)."""
    if spec.base_url:
        return clean_key(os.environ.get("ATTESTED_API_KEY"), "the API key of this server"), spec.base_url
    key = clean_key(os.environ.get("OPENAI_API_KEY"), "OPENAI_API_KEY")
    if key is None:
        raise ModelUnavailable("there is no OPENAI_API_KEY in the environment")
    return key, None


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        data = read_json(whole_characters(content.decode("utf-8-sig", "replace")))
    except ValueError as error:
        raise NoAnswer("the answer is no JSON") from error
    if not isinstance(data, dict):
        raise NoAnswer("the answer is no object")
    return data


def _text(data: Mapping[str, Any], name: str, *, needed: bool = False) -> str:
    value = data.get(name)
    if isinstance(value, str) and value:
        return value
    if needed:
        raise NoAnswer(f"the answer has no {name!r}")
    return ""


def _count(data: Mapping[str, Any], name: str) -> int:
    value = data.get(name)
    return value if isinstance(value, int) and value > 0 else 0


def _day(data: Mapping[str, Any]) -> str:
    for name in ("completed_at", "expired_at", "cancelled_at", "failed_at"):
        value = data.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            with suppress(ValueError, OverflowError, OSError):
                return datetime.fromtimestamp(value, UTC).date().isoformat()
    return datetime.now(UTC).date().isoformat()


def _why(data: Mapping[str, Any]) -> str:
    """What the server says about a batch that failed; one that it takes for fine says nothing."""
    said = [
        _text(each, "message") or _text(each, "code") if isinstance(each, dict) else str(each) for each in _errors(data)
    ]
    more = f"; and {len(said) - 3} more" if len(said) > 3 else ""
    return one_line("; ".join(filter(None, said[:3]))) + more


def _errors(data: Mapping[str, Any]) -> Sequence[object]:
    errors: Any = data.get("errors")
    listed = errors.get("data") if isinstance(errors, dict) else errors
    return listed if isinstance(listed, list) else ()
