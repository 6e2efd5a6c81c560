"""Kept figures: what is dear to compute on a large project is kept for some seconds.

Lost at a restart and not shared between processes, so each may be a little behind. What is small is never kept: a
caller who has just changed something sees it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 500


class Kept(Generic[T]):
    """Values by key; `keep_seconds(value, seconds it took)` says for how long, 0 for not at all."""

    def __init__(self, keep_seconds: Callable[[T, float], float]) -> None:
        self._keep_seconds = keep_seconds
        self._found: dict[str, tuple[float, T]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def get(self, key: str, compute: Callable[[], Awaitable[T]]) -> T:
        """What was kept, or `compute()`; who asks meanwhile waits, so that nothing is computed twice at once."""
        async with self._locks.setdefault(key, asyncio.Lock()):
            start = time.monotonic()
            until, found = self._found.get(key, (0.0, None))
            if found is not None and start < until:
                return found
            made = await compute()
            self._found.pop(key, None)
            now = time.monotonic()
            seconds = self._keep_seconds(made, now - start)
            if seconds > 0:
                self._found[key] = (now + seconds, made)
            self._forget_oldest()
            return made

    def forget(self, key: str) -> None:
        """Let whoever asks next have it computed anew: it was just changed."""
        self._found.pop(key, None)

    def _forget_oldest(self) -> None:
        if len(self._found) > MOST:
            self._found.pop(next(iter(self._found)))
        if len(self._locks) > 2 * MOST:
            self._locks = {name: lock for name, lock in self._locks.items() if lock.locked()}
