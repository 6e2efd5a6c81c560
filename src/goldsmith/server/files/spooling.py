"""Uploads on our disk: bodies that may be large wait there, so that nothing large lies in memory."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from litestar import Request

from goldsmith.core.errors import TooMuch
from goldsmith.server.context import Context

AnyRequest = Request[Any, Any, Any]


def spool_folder(context: Context) -> Path:
    """Where uploads wait; beside the data, so that nothing large lies in memory."""
    folder = context.data / "arriving"
    folder.mkdir(exist_ok=True)
    return folder


def clear_spool(data: Path, *, older_than_s: float = 86_400.0) -> None:
    """Drop uploads that a crash cut off, once no process can still be reading them."""
    for folder in (data / "arriving").glob("*"):
        if time.time() - folder.stat().st_mtime > older_than_s:
            shutil.rmtree(folder, ignore_errors=True)


async def spool_body(request: AnyRequest, path: Path, *, bytes_most: int | None = None, what: str = "file") -> int:
    """The body as a file on our disk; gives its size. TooMuch, naming `what` it is, where it is larger than allowed."""
    size = 0
    with path.open("wb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            if bytes_most is not None and size > bytes_most:
                raise TooMuch(f"A {what} has at most {bytes_most // 2**20} MiB.", where="body")
            file.write(chunk)
    return size
