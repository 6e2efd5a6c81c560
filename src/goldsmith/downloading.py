"""Downloads to a file: under a name of its own until it is whole; one that broke off goes on where it did.

An export carries its SHA-256 as its ETag. The unfinished file is named by it, so that a later call finds it, asks for
the rest of that very file only, and checks the whole at the end. Where the server does not have it any more (the state
of now has changed since, a day ago or more), the new one comes from its start.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import time
from contextlib import suppress
from http.client import HTTPResponse
from pathlib import Path

from msgspec import Struct

from goldsmith.calls import FIRST_WAIT_S, PIECE, TRIES, Calls, error_of

SHA256 = re.compile(r'"([0-9a-f]{64})"')


class Download(Struct, frozen=True, kw_only=True):
    """A saved export; `losses` counts what its format could not hold, by sort."""

    path: Path
    records: int
    objects: int
    losses: dict[str, int]


def fetch(calls: Calls, path: str, to: Path) -> Download:
    """Save what lies under `path` as the file `to`; after a lost connection it goes on, in later calls too."""
    fresh = to.with_name(f"{to.name}.{secrets.token_hex(8)}.part")  # for what comes without a hash
    try:
        for again in range(TRIES - 1):
            with suppress(OSError):
                return _fetch_once(calls, path, to, _unfinished(to) or fresh)
            time.sleep(FIRST_WAIT_S * 2**again)
        return _fetch_once(calls, path, to, _unfinished(to) or fresh)
    finally:
        fresh.unlink(missing_ok=True)


def _unfinished(to: Path) -> Path | None:
    """A part that an earlier call left, named by the hash of the whole."""
    parts = [one for one in to.parent.glob(f"{_literal(to.name)}.*.part") if len(one.suffixes[-2]) == 65]
    return max(parts, key=lambda one: one.stat().st_size, default=None)


def _literal(name: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", name)


def _fetch_once(calls: Calls, path: str, to: Path, part: Path) -> Download:
    have = part.stat().st_size if part.exists() else 0
    headers = {"range": f"bytes={have}-", "if_range": f'"{part.suffixes[-2][1:]}"'} if have else {}
    with calls.answer("GET", path, None, **headers) as answer:
        if answer.status == 416:  # the part is whole already
            return _whole(answer, part, to, part.suffixes[-2][1:])
        if answer.status >= 400:
            raise error_of(answer.status, answer.read())
        found = SHA256.fullmatch(answer.headers.get("ETag", ""))
        if answer.status != 206:
            part.unlink(missing_ok=True)
            part = to.with_name(f"{to.name}.{found[1]}.part") if found else part
        _append(answer, part)
        return _whole(answer, part, to, found[1] if found else "")


def _append(answer: HTTPResponse, part: Path) -> None:
    with part.open("ab" if answer.status == 206 else "wb") as file:
        while piece := answer.read(PIECE):
            file.write(piece)
    if answer.length:
        raise ConnectionError(f"The download broke off with {answer.length} bytes to come.")


def _whole(answer: HTTPResponse, part: Path, to: Path, sha256: str) -> Download:
    """Give the finished part its name, once its hash is right."""
    if sha256:
        with part.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != sha256:
            part.unlink()
            raise ConnectionError("The download does not have the hash it should have; it was dropped.")
    part.replace(to)
    given = answer.headers
    return Download(path=to, records=int(given.get("X-Goldsmith-Records", 0)),
                    objects=int(given.get("X-Goldsmith-Objects", 0)),
                    losses=json.loads(given.get("X-Goldsmith-Losses", "{}")))
