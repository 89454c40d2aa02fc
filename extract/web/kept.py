"""What sites gave before, in the user's cache folder: a site that says it is the same is not asked for it again."""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from pathlib import Path

import platformdirs
from pydantic import Base64Bytes, BaseModel, ValidationError

from extract.errors import ArticleError
from extract.files.documents import save_document

_DAYS = 30
_MOST_BYTES = 200_000_000


class Kept(BaseModel):
    """One answer, as it was."""

    address: str
    etag: str | None = None
    last_modified: str | None = None
    content_type: str = ""
    body: Base64Bytes

    @property
    def conditions(self) -> dict[str, str]:
        """Headers of a request for what is newer."""
        found = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in found.items() if value}


class Shelf:
    """A folder of answers in the user's cache folder. One that cannot be read or written is as good as none."""

    def __init__(self) -> None:
        """Makes nothing."""
        self._folder = platformdirs.user_cache_path("attested") / "web"

    def get(self, address: str) -> Kept | None:
        """What was kept of an address."""
        try:
            kept = Kept.model_validate_json(self._path(address).read_bytes())
        except (OSError, ValidationError):
            return None
        return kept if kept.address == address else None

    def put(self, address: str, headers: dict[str, str], body: bytes) -> None:
        """Keeps an answer that can be asked about again."""
        etag, modified = headers.get("etag"), headers.get("last-modified")
        if not (etag or modified) or "no-store" in headers.get("cache-control", "").lower():
            return
        kept = Kept.model_construct(
            address=address, etag=etag, last_modified=modified, content_type=headers.get("content-type", ""), body=body
        )
        with suppress(ArticleError):
            save_document(self._path(address), kept, ArticleError)

    def tidy(self) -> None:
        """Drops what nobody asked for in a month, and the oldest of too much."""
        left = _MOST_BYTES
        with suppress(OSError):
            found = sorted(
                ((path.stat(), path) for path in self._folder.glob("*.json")), key=lambda each: -each[0].st_mtime
            )
            for stat, path in found:
                left -= stat.st_size
                if left < 0 or stat.st_mtime < time.time() - _DAYS * 86_400:
                    path.unlink()

    def _path(self, address: str) -> Path:
        return self._folder / f"{hashlib.sha256(address.encode()).hexdigest()[:32]}.json"
