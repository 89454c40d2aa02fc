"""A form as browsers send it → its parts. The whole body is here already, and no longer than it may be."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from extract.serving.refusing import Refused

MOST_PARTS = 20

# Without a handler Python prints what it says about a broken form, and with it bytes of the form.
logging.getLogger("python_multipart").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Part:
    """A field, or a file.

    Attributes:
        filename: of a file; "" where none was chosen, None for a field.
    """

    name: str
    filename: str | None
    data: bytes

    @property
    def text(self) -> str:
        """The value of a field.

        Raises:
            Refused: it is no UTF-8.
        """
        return _decoded(self.data, f"field {self.name[:80]!r}")


def parts_of(data: bytes, content_type: str) -> list[Part]:
    """The parts of a form.

    Raises:
        Refused: it is broken, or has too many.
    """
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        raise Refused(400, "a form that cannot be read: its Content-Type gives no boundary")
    taker = _Taker()
    try:
        parser = MultipartParser(boundary, taker.callbacks())  # type: ignore[arg-type]  # a TypedDict of these
        parser.write(data)
        parser.finalize()
    except FormParserError as error:
        raise Refused(400, f"a form that cannot be read: {str(error)[:200]}") from error
    if not taker.ended:
        raise Refused(400, "a form that cannot be read: it was cut off")
    return taker.parts


class _Taker:
    """Takes what the parser finds."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.ended = False
        self._headers: dict[bytes, bytes] = {}
        self._name = self._value = b""
        self._data = bytearray()

    def callbacks(self) -> dict[str, object]:
        """What the parser calls, under the names by which it does."""
        names = ("part_begin", "part_data", "part_end", "header_field", "header_value", "header_end", "end")
        return {f"on_{name}": getattr(self, f"_{name}") for name in names}

    def _part_begin(self) -> None:
        if len(self.parts) == MOST_PARTS:
            raise Refused(422, f"a form of over {MOST_PARTS} fields")
        self._headers, self._data = {}, bytearray()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        self._data += data[start:end]

    def _part_end(self) -> None:
        _, said = parse_options_header(self._headers.get(b"content-disposition", b""))
        if b"name" not in said:
            raise Refused(400, "a form that cannot be read: a part has no name")
        filename = _decoded(said[b"filename"], "a file's name") if b"filename" in said else None
        self.parts.append(Part(_decoded(said[b"name"], "a field's name"), filename, bytes(self._data)))

    def _end(self) -> None:
        self.ended = True


def _decoded(data: bytes, what: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Refused(422, f"{what} is not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}") from error
