"""Downloads: files in pieces, so that nothing large lies in memory; one that broke off can be resumed."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

from litestar import Request, Response
from litestar.response import Stream

CHUNK = 1 << 20
ETAG = re.compile(r'"([0-9a-f]{64})"')
RANGE = re.compile(r"bytes=(\d*)-(\d*)")
SAFE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'"}


async def _pieces(file: BinaryIO, start: int, length: int) -> AsyncIterator[bytes]:
    with file:
        file.seek(start)
        while length > 0 and (piece := await asyncio.to_thread(file.read, min(CHUNK, length))):
            length -= len(piece)
            yield piece


def send_kept(request: Request[Any, Any, Any], file: BinaryIO, *, etag: str, name: str, media_type: str,
              headers: dict[str, str], may_change: bool = False) -> Response[Any]:
    """An open file as a download: whole, or the one range asked for; 304 for who has it already.

    It is closed at the end. `may_change`: the same address gives another file tomorrow, so a range is given only to
    who names this one by If-Range; parts of two files would fit nowhere.
    """
    tag, size = f'"{etag}"', file.seek(0, 2)
    every = {**headers, **_named(name), "ETag": tag, "Accept-Ranges": "bytes", "Cache-Control": "private, no-cache"}
    if tag in [one.strip() for one in request.headers.get("if-none-match", "").split(",")]:
        file.close()
        return Response(b"", status_code=304, media_type=media_type, headers=every)
    asked = asked_range(request.headers.get("range", ""), size)
    if asked is None or request.headers.get("if-range", "" if may_change else tag) != tag:
        return _stream(file, 0, size, 200, media_type, every)
    start, end = asked
    if start >= size:
        file.close()
        every["Content-Range"] = f"bytes */{size}"
        return Response(b"", status_code=416, media_type=media_type, headers=every)
    every["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return _stream(file, start, end - start, 206, media_type, every)


def send_once(file: BinaryIO, *, name: str, media_type: str) -> Response[Any]:
    """A file that is made anew for each call, as a download of the whole; it is closed at the end."""
    return _stream(file, 0, file.seek(0, 2), 200, media_type, {**_named(name), "Cache-Control": "no-store"})


async def send_written(folder: Path, pieces: Callable[[], Iterable[bytes]], *, name: str,
                       media_type: str) -> Response[Any]:
    """What `pieces` gives, written in a thread to a file without a name in `folder`, as a download of the whole."""
    def write() -> BinaryIO:
        file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed when it was sent
        try:
            file.writelines(pieces())
        except BaseException:
            file.close()
            raise
        return file

    return send_once(await asyncio.to_thread(write), name=name, media_type=media_type)


def resumed_hash(request: Request[Any, Any, Any]) -> str:
    """The SHA-256 of the file that the caller has begun to fetch and asks the rest of; "" for none."""
    found = ETAG.fullmatch(request.headers.get("if-range", "").strip()) if "range" in request.headers else None
    return found[1] if found else ""


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last; None where no range is asked for, or one we do not give (several)."""
    found = RANGE.fullmatch(header.strip())
    if found is None or found[1] == found[2] == "":
        return None
    if not found[1]:
        return (max(0, size - int(found[2])), size) if int(found[2]) else (size, size)
    start, end = int(found[1]), min(int(found[2]) + 1, size) if found[2] else size
    return None if found[2] and int(found[2]) < start else (start, end)


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', **SAFE}


def _stream(file: BinaryIO, start: int, length: int, status: int, media_type: str, headers: dict[str, str]) -> Stream:
    return Stream(_pieces(file, start, length), status_code=status, media_type=media_type,
                  headers={**headers, "Content-Length": str(length)})
