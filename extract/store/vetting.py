"""What must hold of a recording before it is taken in from a file or handed out in one.

Form: exactly what `recordings` writes, nothing more, every value of its type. Privacy: no request header, key,
user name or path of a machine. The form has no place for headers; these checks look for what could come in
through free text: labels, error messages, the prompts and the answers themselves. A hit pays for none of this.
"""

from __future__ import annotations

import getpass
import re
from collections.abc import Callable, Collection, Iterator, Mapping

from extract.models.keys import holds_key, known_keys
from extract.store import recordings
from extract.store.recordings import MAX_TOP_LOGPROBS, Recording, Shared

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def vetted(line: str, key: str, where: str, shared: Shared) -> Recording:
    """Reads a recording and checks that it is exactly what would be written.

    Args:
        line: as written.
        key: the key it stands under.
        where: file or file:line, for the error.
        shared: finds the texts it refers to.

    Raises:
        DamagedRecording: it is not.
    """
    recording = recordings.read(line, key, where, shared)
    if fault := _fault(recording):
        raise recordings.damaged(key, where, fault)
    if recordings.written(recording).line != line:
        raise recordings.damaged(key, where, "it is not written in the canonical form")
    return recording


def _fault(recording: Recording) -> str | None:
    """What reading does not see, and writing does not change."""
    content, response = recording.content, recording.response
    if not _DAY.fullmatch(response.recorded_on):
        return f"it was recorded on {response.recorded_on!r}, which is no day"
    if recordings.trimmed(response) is not response:
        return f"a token has more than {MAX_TOP_LOGPROBS} alternatives"
    texts = [content["model"], *(value for message in content["messages"] for value in message.values())]
    if not all(isinstance(text, str) for text in texts):
        return "its model or a message is no text"
    if any(message.keys() != {"role", "content"} for message in content["messages"]):
        return "a message is more than a role and a text"
    return None


_SECRETS: Mapping[str, re.Pattern[str]] = {
    "an API key": re.compile(
        r"\b(?:sk|pk|rk)-[\w-]{16,}|\b(?:hf|gsk|ghp|gho|xai)_\w{16,}|\bgithub_pat_\w{16,}|\bAIza[\w-]{30,}|\bAKIA[A-Z0-9]{12,}"
    ),
    "a request header": re.compile(
        r"\b(?:authorization\W{1,4}(?:bearer|basic|token)\b|(?:x-)?api[-_]key[\"']?\s*[:=]|set-cookie[\"']?\s*:)",
        re.IGNORECASE,
    ),
    "a bearer token": re.compile(r"\bbearer\s+[\w.~+/-]{16,}", re.IGNORECASE),
    "a home folder": re.compile(r"(?<![\w.])/(?:home|Users)/\w|(?<![\w.])/root/\w|\b[A-Za-z]:\\+Users\\|file:///"),
}
_WORDED = ("schema", "grammar")
"""Parts of a request that hold words of the article or of a task, where a name or an address is nobody's secret."""
# A label never needs a path or an address; an article may well mention one.
_PLACES: Mapping[str, re.Pattern[str]] = {
    "an absolute path": re.compile(r"(?:^|[\s'\"=(:,\[])(?:/[\w.@~-]+){2,}|\b[A-Za-z]:\\"),
    "an address": re.compile(r"\b\w+://|\blocalhost\b"),
}
# An error message holds JSON pointers, which look like paths: only the usual roots count there.
_ROOTS: Mapping[str, re.Pattern[str]] = {
    "an absolute path": re.compile(
        r"(?<![\w.])/(?:home|Users|root|tmp|var|usr|opt|etc|mnt|srv|private|work|workspace|builds?)/|\b[A-Za-z]:\\"
    ),
}


class Privacy:
    """Looks for what in a recording should not leave this machine."""

    def __init__(self, names: Collection[str] = (), secrets: Collection[str] = ()) -> None:
        """Prepares the search.

        Args:
            names: user names, looked for as whole words in labels and errors.
            secrets: values that must not occur anywhere.
        """
        words = "|".join(rf"\b{re.escape(name)}\b" for name in sorted(names))
        self._named = {"a user name": re.compile(words)} if names else {}
        self._secrets = frozenset(secrets)

    @classmethod
    def of(cls, environment: Mapping[str, str], login: Callable[[], str] = getpass.getuser) -> Privacy:
        """The search for the login name and for the secrets among environment variables.

        Args:
            environment: `keys.known_keys` says which of them hold secrets.
            login: gives the login name.
        """
        try:
            name = login()
        except (OSError, KeyError, ImportError):  # a container's user without a name
            name = ""
        # "root" names nobody, and a name of one or two letters is a word.
        names = [name] if len(name) > 2 and name != "root" else []
        return cls(names, known_keys(environment))

    def traces(self, recording: Recording) -> list[str]:
        """One line per finding, without the thing itself ("about.article holds an absolute path")."""
        found: list[str] = []
        for place, text in _labels(recording):
            found += self._findings(place, text, {**_SECRETS, **_PLACES, **self._named})
        for number, attempt in enumerate(recording.response.attempts):
            place = f"response.attempts.{number}"
            found += self._findings(f"{place}.error", attempt.error or "", {**_SECRETS, **_ROOTS, **self._named})
            found += self._findings(f"{place}.text", attempt.text, _SECRETS)
            found += self._findings(f"{place}.logprobs", "".join(token.token for token in attempt.logprobs), _SECRETS)
        for number, message in enumerate(recording.content["messages"]):
            found += self._findings(f"request.messages.{number}", message["content"], _SECRETS)
        for name, value in recording.content.items():
            if name not in ("messages", "model"):
                kinds = _SECRETS if name in _WORDED else {**_SECRETS, **_ROOTS, **self._named}
                found += self._findings(f"request.{name}", recordings.json_text(value), kinds)
        return found

    def _findings(self, place: str, text: str, patterns: Mapping[str, re.Pattern[str]]) -> Iterator[str]:
        yield from (f"{place} holds {kind}" for kind, pattern in patterns.items() if pattern.search(text))
        if holds_key(text, self._secrets):
            yield f"{place} holds a secret of this environment"


def _labels(recording: Recording) -> Iterator[tuple[str, str]]:
    yield "request.model", recording.content["model"]
    yield "about.article", recording.about.article
    yield "about.prompt", recording.about.prompt
    yield "about.unit", recording.about.unit
    for name, version in recording.response.versions.items():
        yield "response.versions", f"{name} {version}"
    for number, attempt in enumerate(recording.response.attempts):
        yield f"response.attempts.{number}.finish_reason", attempt.finish_reason
