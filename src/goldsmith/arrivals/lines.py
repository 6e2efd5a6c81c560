"""Lines of a text file, one after another, each with its own fault if it has one.

UTF-8 with or without byte order mark, and UTF-16 with one. A line ends with LF, CR LF or CR.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from msgspec import Struct

from goldsmith.arrivals.arrival import RAW_BYTES
from goldsmith.media.text.media import encoding_of

CHUNK_BYTES = 256 * 1024


class Line(Struct, frozen=True):
    """One line with its end; `text` is as near as possible where there is a problem."""

    number: int  # from 1
    raw: bytes  # UTF-8; its first 64 KiB where the line is too long
    text: str
    problem: str = ""


class Source(Protocol):
    """Bytes that come in pieces."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


class FromUtf16:
    """A UTF-16 file as UTF-8; what is broken comes out as bytes that are not UTF-8, in the line where it stood."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self.file = file
        self.decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")

    def read(self, size: int, /) -> bytes:
        """The next bytes; at least one unless the file is at its end."""
        while raw := self.file.read(size):
            if text := self.decoder.decode(raw):
                return text.encode("utf-8", "surrogatepass")
        return self._end()

    def _end(self) -> bytes:
        left, _ = self.decoder.getstate()
        self.decoder.reset()
        return b"\xff" if left else b""


def read_lines(file: BinaryIO, limit: int) -> Iterator[Line]:
    """Yield every line of the file; memory holds one piece of the file and one line of at most `limit` bytes."""
    encoding, skipped = encoding_of(file.read(3))
    file.seek(skipped)
    offset = skipped
    source: Source = file if encoding == "utf-8" else FromUtf16(file, encoding)
    for number, (raw, size) in enumerate(_split(source, limit), 1):
        if size > limit:
            yield Line(number, raw, "", f"The line is longer than {limit} bytes.")
        else:
            yield _line(number, raw, encoding, offset)
        offset += size


def _line(number: int, raw: bytes, encoding: str, offset: int) -> Line:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        at, reason = error.start, f"is not {encoding.upper()}"
        text = raw.decode(errors="replace")
    else:
        at, reason = raw.find(0), "has a NUL"
        if at < 0:
            return Line(number, raw, text)
    where = f"byte {offset + at} of the file"
    if encoding != "utf-8":
        where = f"byte {len(raw[:at].decode().encode(encoding))} of the line"
    return Line(number, raw, text, f"The text {reason} at {where}. Save the file as UTF-8.")


def _split(source: Source, limit: int) -> Iterator[tuple[bytes, int]]:
    """(line, its size): lines as they stand, of a line over the limit only the start."""
    rest, dropped = b"", 0
    while chunk := source.read(CHUNK_BYTES):
        lines = (rest + chunk).splitlines(keepends=True)
        rest = lines.pop()  # may go on, or be a CR whose LF comes
        for line in lines:
            yield line, len(line) + dropped
            dropped = 0
        if len(rest) + dropped > limit:
            rest, dropped = _shorten(rest, dropped)
    if rest:
        yield rest, len(rest) + dropped


def _shorten(rest: bytes, dropped: int) -> tuple[bytes, int]:
    """Only the start of an endless line is kept; a CR at its end stays, its LF may come."""
    tail = b"\r" if rest.endswith(b"\r") else b""
    kept = rest[:RAW_BYTES].removesuffix(b"\r")
    return kept + tail, dropped + len(rest) - len(kept) - len(tail)
