"""Addresses: which are taken, how they are written, and what an article behind one is called."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

from extract.errors import ArticleError
from extract.files.run_files import is_stored

_LONGEST = 4_000
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}
_LONGEST_STEM = 60


def is_address(given: str) -> bool:
    """Whether an input is an address and no file, here or at a file system: it begins with a scheme, whichever else."""
    return _ADDRESS.match(given) is not None and not is_stored(given)


def checked_address(address: str) -> str:
    """An address as it is asked for: host in small letters, no fragment, everything in ASCII.

    Raises:
        ArticleError: it is none that is taken. A password in it is not repeated.
    """
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ArticleError(f"an address that is none: {error}") from error
    if parts.scheme not in _PORTS:
        raise ArticleError(
            f"an address of kind {parts.scheme!r}: only http, https and file systems such as s3 are read"
        )
    if "@" in parts.netloc:
        raise ArticleError("an address with a name or password in it, which is not sent: save the page, give the file")
    if not host:
        raise ArticleError("an address without a host")
    if len(address) > _LONGEST:
        raise ArticleError(f"an address of over {_LONGEST} characters")
    name = _ascii(host)
    netloc = f"[{name}]" if ":" in name else name
    if port not in (None, _PORTS[parts.scheme]):
        netloc += f":{port}"
    try:
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]|")
    except UnicodeEncodeError as error:
        raise ArticleError("an address with a byte that is no UTF-8") from error
    return urlunsplit(SplitResult(parts.scheme, netloc, path, query, ""))


def joined(base: str, target: str) -> str:
    """Where a link leads from an address.

    Raises:
        ArticleError: it is no address.
    """
    try:
        return urljoin(base, target)
    except ValueError as error:
        raise ArticleError(f"an address that is none: {error}") from error


def _ascii(host: str) -> str:
    """A host as DNS has it."""
    if host.isascii():
        return host.lower()
    try:
        return host.encode("idna").decode().lower()
    except UnicodeError as error:
        raise ArticleError(f"an address whose host {host!r} is no name") from error


def name_of(address: str) -> str:
    """What an article behind an address is called: the end of its path, and digits that stand for all of it."""
    try:
        parts = urlsplit(address)
        path, host = parts.path, parts.hostname or ""
    except ValueError:
        path = host = ""
    steps = [step for step in path.split("/") if re.search(r"\w", step)]
    last = unquote(steps[-1], errors="replace") if steps else host
    stem = re.sub(r"\.(?:s?html?|xhtml|php|aspx?|pdf|docx|txt|md)\Z", "", last, flags=re.IGNORECASE)
    stem = re.sub(r"[^\w]+", "-", stem).strip("-")[:_LONGEST_STEM].strip("-")
    digest = hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{stem}-{digest}" if stem else digest
