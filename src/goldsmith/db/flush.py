"""Bring what was written to a file onto the disk in small portions, so that no commit waits behind a large one.

A checkpoint hands pages to the operating system, which keeps them until somebody asks for the disk. A commit that asks
then waits for all of them: some hundred milliseconds for the scattered pages of an import.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

_lock = threading.Lock()
_open: dict[str, tuple[int, int]] = {}  # by path: the descriptor and how many use it

_sync = getattr(os, "fdatasync", os.fsync)  # macOS has only the second


class Flusher:
    """A file's own descriptor for flushing; shared by all in this process that flush the same file.

    POSIX drops every lock that a process has on a file when the process closes any descriptor of it, and SQLite keeps
    such locks. So the descriptor stays open until the last user is done: close SQLite's connections before.
    """

    def __init__(self, path: Path) -> None:
        """The file must be there."""
        self._key = os.path.realpath(path)
        with _lock:
            descriptor, users = _open.get(self._key) or (os.open(self._key, os.O_RDONLY), 0)
            _open[self._key] = (descriptor, users + 1)
        self._descriptor = descriptor

    def flush(self) -> None:
        """Return when all that was written to the file so far is on the disk."""
        _sync(self._descriptor)

    def close(self) -> None:
        """No more flushing through this one."""
        with _lock:
            descriptor, users = _open[self._key]
            if users > 1:
                _open[self._key] = (descriptor, users - 1)
            else:
                del _open[self._key]
                os.close(descriptor)
