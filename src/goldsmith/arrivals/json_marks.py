"""The outline of a JSON file of any size: where its outermost elements and members begin and end.

Nothing is decoded here but keys; whoever wants an element reads its bytes. So one broken element costs itself only.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import BinaryIO

import msgspec
from msgspec import Struct

CHUNK_BYTES = 256 * 1024
KEY_BYTES = 64 * 1024
OUTER = re.compile(rb'["\[\]{},:]')  # what counts at the outermost level …
INNER = re.compile(rb'["\[\]{}]')  # … and what inside an element
IN_STRING = re.compile(rb'["\\]')


class Piece(Struct, frozen=True):
    """The bytes from `start` to before `end` of the file, and where it is a member of an object its key."""

    start: int
    end: int
    key: str = ""
    problem: str = ""  # what is wrong with the file here


def first_byte(file: BinaryIO) -> bytes:
    """The first byte that is not white space or a byte order mark; empty where there is none."""
    file.seek(3 if os.pread(file.fileno(), 3, 0) == b"\xef\xbb\xbf" else 0)
    while chunk := file.read(CHUNK_BYTES):
        if text := chunk.lstrip():
            return text[:1]
    return b""


def pieces(file: BinaryIO, start: int = 0) -> Iterator[Piece]:
    """Yield the elements of the array, or the members of the object, that begins at or after `start`.

    A piece may be empty or nonsense: decode it. Of a whole file (`start` 0) what follows its end is a problem.
    """
    descriptor, at, key, opened, has_comma = file.fileno(), start, "", b"", False
    for offset, mark in _marks(descriptor, start):
        if mark in (b"[", b"{"):
            at, opened = offset + 1, mark
        elif mark == b":":
            if opened == b"{" and not key:
                key, at = _key(descriptor, at, offset), offset + 1
        elif mark == b",":
            yield Piece(at, offset, key)
            at, key, has_comma = offset + 1, "", True
        elif not mark:
            yield Piece(at, offset, key, "The file ends before its last bracket is closed.")
        else:
            is_blank = not key and not os.pread(descriptor, min(offset - at, KEY_BYTES), at).strip()
            if not is_blank or has_comma:
                yield Piece(at, offset, key, "Nothing follows the last comma." if is_blank else "")
            if opened + mark not in (b"[]", b"{}"):
                yield Piece(offset, offset + 1, "", f"The bracket {opened.decode()} is closed by {mark.decode()}.")
            elif start == 0 and os.pread(descriptor, KEY_BYTES, offset + 1).strip():
                yield Piece(offset + 1, os.fstat(descriptor).st_size, "", "Something follows the last bracket.")


def _key(descriptor: int, start: int, end: int) -> str:
    raw = os.pread(descriptor, min(end - start, KEY_BYTES), start)
    try:
        return msgspec.json.decode(raw, type=str)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return raw[:100].decode(errors="replace")


def _marks(descriptor: int, start: int) -> Iterator[tuple[int, bytes]]:
    """(offset, byte) of the outermost bracket, the commas and colons right inside it, and its closing bracket.

    Where the closing bracket is missing the last mark is (size, b"").
    """
    offset, depth, in_string, is_escaped = start, 0, False, False
    while chunk := os.pread(descriptor, CHUNK_BYTES, offset):
        i = 0
        while True:
            if is_escaped:
                if i >= len(chunk):
                    break
                i, is_escaped = i + 1, False
            found = (IN_STRING if in_string else OUTER if depth == 1 else INNER).search(chunk, i)
            if found is None:
                break
            i, mark = found.end(), found[0]
            if in_string:
                in_string, is_escaped = mark == b"\\", mark == b"\\"
            elif mark == b'"':
                in_string = True
            elif mark in b"[{":
                depth += 1
                if depth == 1:
                    yield offset + found.start(), mark
            elif mark in b"]}":
                depth -= 1
                if depth <= 0:
                    yield offset + found.start(), mark
                    return
            else:
                yield offset + found.start(), mark
        offset += len(chunk)
    yield offset, b""
