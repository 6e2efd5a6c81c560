"""Holding: a run is one process's as long as that says so every few seconds; otherwise another takes it up.

Whoever writes to the run names the time that it read in it, so of two that believe to hold it one is told otherwise
before it stores anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event
from typing import Protocol

from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, now_us
from goldsmith.work.routing.predicting.runs import Ending

LOOK_EVERY_S = 1.0  # at whether the run was cancelled, or is another process's
BEAT_EVERY_US = 5_000_000
Change = Callable[[Connection, Row], Row | None]  # what is written to a run, and the run then; None: it is not ours


class Runs(Protocol):
    """How a sort of run is kept; both write only where nobody did since the row was read."""

    def newest(self, db: Connection, run: Row) -> Row | None: ...
    def beat(self, db: Connection, run: Row, *, now_us: int) -> Row | None: ...
    def end(self, db: Connection, run: Row, state: Ending, error: str = "", *, now_us: int) -> None: ...


class HeldRun:
    """A run that this process goes on with."""

    def __init__(self, context: Context, runs: Runs, run: Row) -> None:
        self.row, self.lock, self._runs = run, asyncio.Lock(), runs
        self._context, self._stopped, self._is_elsewhere = context, Event(), False

    def is_stopped(self) -> bool:
        """Whether the run is not to go on here; may be asked from any thread."""
        return self._stopped.is_set()

    def is_elsewhere(self) -> bool:
        """Whether another process goes on with it."""
        return self._is_elsewhere

    async def go_on(self, change: Change) -> bool:
        """Write to the run; False where it is not ours any more, and nothing was written."""
        async with self.lock:
            return await self.keep(change)

    async def keep(self, change: Change) -> bool:
        """The same for whoever holds the lock."""
        found = await self._context.write(lambda db: change(db, self.row))
        if found is None:
            self._stop()
            return False
        self.row = found
        return True

    async def beat(self) -> bool:
        """Say that it goes on; for whoever holds the lock."""
        return await self.keep(lambda db, run: self._runs.beat(db, run, now_us=now_us()))

    async def end(self, state: Ending, error: str = "") -> None:
        """The run is through, cannot go on or is to wait; nothing where it is not ours."""
        async with self.lock:
            self._stopped.set()
            await self._context.write(lambda db: self._runs.end(db, self.row, state, error, now_us=now_us()))

    async def watch(self) -> None:
        """Say every few seconds that it goes on, and notice when it was cancelled, wherever that was."""
        while not self.is_stopped():
            await asyncio.sleep(LOOK_EVERY_S)
            async with self.lock:
                newest = self._newest()
                if newest is None or newest["updated_us"] != self.row["updated_us"]:
                    self._stop()
                elif newest["updated_us"] < now_us() - BEAT_EVERY_US and not self.is_stopped():
                    await self.beat()

    def _newest(self) -> Row | None:
        return self._runs.newest(self._context.db.read(), self.row)

    def _stop(self) -> None:
        newest = self._newest()
        self._is_elsewhere = newest is not None and newest["state"] == "running"
        self._stopped.set()
