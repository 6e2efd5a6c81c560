"""Background: work beside the calls, for one project once at a time in a process.

What is lost when the process ends is only the run: a later call starts it again, in whichever process it comes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from goldsmith.server.context import Context


class Background:
    """One sort of such work; what fails is logged, and is tried again the next time that somebody starts it."""

    def __init__(self, failed: str) -> None:
        """`failed`: what the log says of a project, with %s for its id."""
        self._failed = failed
        self._running: dict[tuple[int, str], asyncio.Task[None]] = {}

    def find(self, context: Context, project_id: str) -> asyncio.Task[None] | None:
        """The run that goes on in the project, if any."""
        return self._running.get((id(context), project_id))

    def start(self, context: Context, project_id: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Begin the work, unless it goes on already."""
        key = (id(context), project_id)
        if key not in self._running:
            task = self._running[key] = asyncio.ensure_future(work())
            task.add_done_callback(lambda ended: self._end(key, ended))

    def _end(self, key: tuple[int, str], task: asyncio.Task[None]) -> None:
        self._running.pop(key, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            logging.getLogger(__name__).error(self._failed, key[1], exc_info=error)
