"""Packed files as a stream of what they hold: gzip, bzip2 and XZ, piece by piece, with what was read counted."""

from __future__ import annotations

import bz2
import lzma
import os
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol

from goldsmith.arrivals.holdings.tar_headers import BLOCK_BYTES, is_tar_header
from goldsmith.core.errors import BadInput, TooMuch

CHUNK_BYTES = 256 * 1024
PACKED_CHUNK_BYTES = 16 * 1024  # how exactly it is known what a piece took
XZ_MEMORY_BYTES = 128 * 1024 * 1024  # what `xz -9` makes needs 65 MiB


def cut_off() -> BadInput:
    """What is said where a file ends too early."""
    return BadInput("The archive ends before it is whole.", hint="It may be cut off: send it again.")


class Stream(Protocol):
    """Bytes from a file's start to its end."""

    at: int  # how many were given or passed over

    @property
    def packed_bytes(self) -> int:
        """How many of the file's own bytes were read for that."""

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer only at the end; BadInput where they cannot be unpacked."""

    def skip(self, size: int) -> bool:
        """Pass over as many bytes; whether there were so many."""


class Plain:
    """A file as it is."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.at, self.end = file, 0, os.fstat(file.fileno()).st_size

    @property
    def packed_bytes(self) -> int:
        """Nothing is packed."""
        return self.at

    def read(self, size: int) -> bytes:
        """The next bytes."""
        self.file.seek(self.at)
        raw = self.file.read(min(size, self.end - self.at))
        self.at += len(raw)
        return raw

    def skip(self, size: int) -> bool:
        """Pass over bytes without reading them."""
        is_there = self.at + size <= self.end
        self.at = min(self.at + size, self.end)
        return is_there


class Unpacker(Protocol):
    """What unpacks one stream; those of bz2 and lzma are such."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


class Gzip:
    """Unpacks one gzip stream."""

    def __init__(self) -> None:
        self._inflater, self.needs_input = zlib.decompressobj(zlib.MAX_WBITS | 16), True

    @property
    def eof(self) -> bool:
        """Whether the stream is at its end."""
        return self._inflater.eof

    @property
    def unused_data(self) -> bytes:
        """What followed the stream."""
        return self._inflater.unused_data

    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes:
        """The next bytes."""
        out = self._inflater.decompress(self._inflater.unconsumed_tail + data, max_length)
        self.needs_input = not self._inflater.unconsumed_tail and len(out) < max_length
        return out


def _make_xz() -> Unpacker:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY_BYTES)


UNPACKERS: dict[bytes, Callable[[], Unpacker]] = {
    b"\x1f\x8b": Gzip,
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\0": _make_xz,
}


class Unpacked:
    """What a packed file holds; streams that follow one another are read as one, what else follows is left."""

    def __init__(self, file: BinaryIO, make: Callable[[], Unpacker], most_bytes: int) -> None:
        self.file, self.at, self.packed_bytes, self.most_bytes = file, 0, 0, most_bytes
        self._make, self._unpacker = make, make()
        self._is_over = False
        self._problem: BadInput | None = None

    def read(self, size: int) -> bytes:
        """The next bytes; TooMuch where they are more than the most."""
        pieces: list[bytes] = []
        while size and (piece := self._next(size)):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def skip(self, size: int) -> bool:
        """Unpack bytes and forget them."""
        while size and (piece := self._next(min(size, CHUNK_BYTES))):
            size -= len(piece)
        return not size

    def _next(self, size: int) -> bytes:
        out = b""
        while not out and not self._is_over:
            if self._problem:
                raise self._problem
            try:
                out = self._unpacker.decompress(self._packed(), size)
            except (zlib.error, OSError, lzma.LZMAError, EOFError) as error:
                said = f"After {self.at} bytes the archive cannot be unpacked: {error}."
                self._problem = BadInput(said, hint="Send it again, or pack it anew.")
            except BadInput as error:
                self._problem = error
            else:
                self._pass_end()
        self.at += len(out)
        if self.at > self.most_bytes:
            raise TooMuch(f"The archive unpacks to more than {self.most_bytes} bytes.")
        return out

    def _packed(self) -> bytes:
        if not self._unpacker.needs_input:
            return b""
        raw = self.file.read(PACKED_CHUNK_BYTES)
        self.packed_bytes += len(raw)
        if not raw:
            raise cut_off()
        return raw

    def _pass_end(self) -> None:
        if not self._unpacker.eof:
            return
        start = self.file.tell() - len(self._unpacker.unused_data)
        self._is_over = unpacker_of(self.file, start) is not self._make
        self._unpacker, self.packed_bytes = self._make(), start


def unpacker_of(file: BinaryIO, start: int) -> Callable[[], Unpacker] | None:
    """What unpacks the file from `start`, where it then stands; None where it is not packed, or in another way."""
    file.seek(start)
    head = file.read(max(map(len, UNPACKERS)))
    file.seek(start)
    return next((make for magic, make in UNPACKERS.items() if head.startswith(magic)), None)


def open_stream(file: BinaryIO, most_bytes: int) -> Stream:
    """The file's bytes from its start, unpacked where it is packed, and then at most so many.

    A tar begins with the name of a file, which may look like anything.
    """
    make = None if is_tar_header(file.read(BLOCK_BYTES)) else unpacker_of(file, 0)
    return Unpacked(file, make, most_bytes) if make else Plain(file)
