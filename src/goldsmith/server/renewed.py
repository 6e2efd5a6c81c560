"""Renewed figures: what is dear to compute is computed again only when what it rests on has changed.

What takes long is renewed in the background, and not all the time; meanwhile the figures of before are handed out.
Lost at a restart and not shared between processes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 100


class Renewed(Generic[T]):
    """Values by key, each with a stamp of what it rests on.

    What takes at most `quick_seconds` is always new; what takes longer is begun anew `rest_seconds` after it was done.
    """

    def __init__(self, *, quick_seconds: float = 0.5, rest_seconds: float = 30) -> None:
        self._quick_seconds, self._rest_seconds = quick_seconds, rest_seconds
        self._found: dict[str, tuple[object, T, float, float]] = {}  # stamp, value, seconds it took, when it was done
        self._running: dict[str, asyncio.Task[T]] = {}

    async def get(self, key: str, stamp: object, compute: Callable[[], Awaitable[T]]) -> T:
        """The value of this stamp, or an older one that is being renewed or was done just now."""
        if key not in self._found:
            return await self._make(key, stamp, compute)
        known, value, took_seconds, done = self._found[key]
        if known == stamp:
            return value
        if took_seconds <= self._quick_seconds:
            return await self._make(key, stamp, compute)
        if key not in self._running and time.monotonic() - done >= self._rest_seconds:
            task = self._running[key] = asyncio.ensure_future(self._make(key, stamp, compute))
            task.add_done_callback(lambda ended: self._end(key, ended))
        return value

    async def _make(self, key: str, stamp: object, compute: Callable[[], Awaitable[T]]) -> T:
        start = time.monotonic()
        value = await compute()
        now = time.monotonic()
        self._found.pop(key, None)
        self._found[key] = stamp, value, now - start, now
        if len(self._found) > MOST:
            self._found.pop(next(iter(self._found)))
        return value

    def _end(self, key: str, task: asyncio.Task[T]) -> None:
        """After a failure nothing is kept, so who asks next computes it and meets the error."""
        self._running.pop(key, None)
        if task.cancelled() or task.exception() is not None:
            self._found.pop(key, None)
