"""Documents read in a process of their own, which is ended when it takes too long or too much memory.

Libraries that read PDF and DOCX can be made to work for hours by a file made for it, and cannot be interrupted.

    python -P -m extract.articles.apart pdf 200000 < file        prints JSON: a `Printed`, or its fault
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from extract.articles.printed import Printed
from extract.errors import ArticleError, ExtractError, install

Form = Literal["pdf", "docx"]

MOST_SECONDS = 120
_MOST_MEMORY = 3_000_000_000
_NAMES: dict[Form, str] = {"pdf": "a PDF", "docx": "a Word document"}
_LIBRARIES: dict[Form, str] = {"pdf": "pdfplumber", "docx": "docx"}


def missing_for(form: Form) -> str | None:
    """What to say where the library for a form is not installed; None if it is."""
    if find_spec(_LIBRARIES[form]):
        return None
    return f"{_NAMES[form]}, which is read with more packages: {install('documents')}"


def read_apart(data: bytes, form: Form, max_chars: int, seconds: float = MOST_SECONDS) -> Printed:
    """The text of a document.

    Raises:
        ArticleError: it has none, takes too long, or the library for it is not installed.
    """
    if missing := missing_for(form):
        raise ArticleError(missing)
    home = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-P", "-m", "extract.articles.apart", form, str(max_chars)]
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=seconds,
            env={**os.environ, "PYTHONPATH": path},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ArticleError(f"{_NAMES[form]} that takes over {seconds:.0f} s to read; save its text as .txt") from error
    if done.returncode:
        raise ArticleError(f"{_NAMES[form]} that cannot be read: it ended the program that reads it")
    told = json.loads(done.stdout)
    if "fault" in told:
        raise ArticleError(told["fault"])
    return Printed(told["text"], told["title"], tuple((number, start) for number, start in told["pages"]))


def main() -> None:
    """Reads the document on standard input."""
    import logging

    form, max_chars = sys.argv[1], int(sys.argv[2])
    logging.disable()
    _limit_memory()
    try:
        told = asdict(_read(sys.stdin.buffer.read(), form, max_chars))
    except ExtractError as error:
        told = {"fault": str(error)}
    except MemoryError:
        told = {"fault": "a document that takes too much memory to read; save its text as .txt"}
    except Exception as error:  # whatever a document does to the library, the other articles go on
        told = {"fault": f"a document that cannot be read: {type(error).__name__}; open it and save it anew"}
    sys.stdout.write(json.dumps(told))


def _read(data: bytes, form: str, max_chars: int) -> Printed:
    from extract.articles.pdf import read_pdf
    from extract.articles.word import read_word

    found = read_pdf(data, max_chars) if form == "pdf" else read_word(data, max_chars)
    text = found.text.encode("utf-8", "replace").decode()  # a broken font may give halves of characters
    return replace(found, text=text.replace("\0", "\ufffd"))


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = _MOST_MEMORY if hard == resource.RLIM_INFINITY else min(_MOST_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


if __name__ == "__main__":
    main()
