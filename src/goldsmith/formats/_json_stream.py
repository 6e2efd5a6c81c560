"""Elements of the arrays of one big JSON object, found without reading the file whole.

Only brackets and strings are looked at; what an element says is decoded by the caller, so that one bad element
(a NaN, a wrong type) spoils nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from goldsmith.core.errors import BadInput
from goldsmith.formats._reading import LINE_MOST

_CHUNK = 2**20
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+'  # without its closing quote
_TOKEN = re.compile(_STRING + rb'(")?|[{}\[\]]', re.DOTALL)
_FLAT = rb'[^{}"]++|' + _STRING + rb'"'
_ELEMENT = re.compile(rb"\{(?:" + _FLAT + rb"|\{(?:" + _FLAT + rb")*+\})*+\}", re.DOTALL)
"""A whole object with at most one level of objects inside: nearly all are, and this is the fast way."""


def elements(file: BinaryIO) -> Iterator[tuple[str, int, bytes]]:
    """(key, number from 1, bytes) of each object in the arrays directly under the top object's keys.

    An array announces itself by number 0 and no bytes, so that an empty one is told from none.
    """
    buffer, at = b"", 0  # what lies before `at` has been looked at
    depth, key, section, start, count = 0, "", "", -1, 0  # start: where the open element begins, -1: none is open
    while chunk := file.read(_CHUNK):
        kept = start if start >= 0 else at
        buffer, at, start = buffer[kept:] + chunk, at - kept, min(start, 0)
        if len(buffer) > LINE_MOST + _CHUNK:
            raise BadInput(f"An element is longer than {LINE_MOST} bytes.", where=f"{section}[{count}]")
        while token := _TOKEN.search(buffer, at):
            sign, end = token[0][:1], token.end()
            if sign == b'"':
                if token[1] is None:  # the string goes on in the next chunk
                    at = token.start()
                    break
                key = token[0][1:-1].decode(errors="replace") if depth == 1 else key
            elif sign in b"{[":
                if depth == 2 and section:
                    if whole := _ELEMENT.match(buffer, token.start()):
                        count, at = count + 1, whole.end()
                        yield section, count, whole[0]
                        continue
                    start = token.start()
                if depth == 1 and sign == b"[":
                    section, count = key, 0
                    yield section, 0, b""
                depth += 1
            else:
                depth -= 1
                if depth == 2 and start >= 0:
                    count += 1
                    yield section, count, buffer[start:end]
                    start = -1
                section = "" if depth <= 1 else section
            at = end
        else:
            at = len(buffer)
    if depth != 0 or not buffer:
        raise BadInput("The file is empty or ends in the middle: it is no whole JSON object.")
