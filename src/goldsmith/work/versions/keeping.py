"""Kept exports: files that could be made again, found by name, held while they are sent, and pruned by last use.

Beside each file lies its report; its time of change is when the export was last asked for. Where the report is, the
file is whole. Whoever sends a file holds a shared lock on it, which ends with the process at the latest; pruning takes
only what nobody holds, also when another server process on the same folder sends it.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

DAY_S = 86_400.0
REPORT = ".report"
LIVE = "live-"  # how the names of exports begin whose state will not come again


class Limits(Struct, frozen=True, kw_only=True):
    """How long and how much is kept. The one place to change it."""

    unused_days: float = 30  # an export that nobody asked for in so long goes
    live_days: float = 1  # the same for one of the settled state at some time, which is kept to be resumed only
    bytes_most: int = 20 * 2**30  # of all workspaces together; beyond, what was asked for longest ago goes first
    bytes_free_least: int = 2 * 2**30  # the same while the disk has less left than this


LIMITS = Limits()


class Built(Struct, frozen=True, kw_only=True):
    """An export on the disk, and what its format could not hold."""

    path: Path
    sha256: str
    records: int
    objects: int
    losses: dict[str, int]


Held = tuple[Built, BinaryIO]  # a kept export, and its file, open: its bytes stay until that is closed


class _Report(Struct, frozen=True, kw_only=True):
    """What stands beside a kept export."""

    file: str
    sha256: str
    records: int
    objects: int
    losses: dict[str, int]


def find_kept(folder: Path, stem: str) -> Held | None:
    """The export of this name, which counts as asked for now; None where it is not kept (any more)."""
    beside = folder / (stem + REPORT)
    try:
        kept = msgspec.json.decode(beside.read_bytes(), type=_Report)
        path = folder / kept.file
        file = _hold(path)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    try:
        os.utime(beside)  # fails where it was pruned before it was held
    except FileNotFoundError:
        file.close()
        return None
    return Built(path=path, sha256=kept.sha256, records=kept.records, objects=kept.objects, losses=kept.losses), file


def find_by_hash(folder: Path, name: str, sha256: str) -> Held | None:
    """The export of these very bytes among those whose names begin so, which counts as asked for now."""
    for beside in folder.glob(f"{name}*{REPORT}"):
        held = find_kept(folder, beside.name.removesuffix(REPORT))
        if held is not None and held[0].sha256 == sha256:
            return held
        if held is not None:
            held[1].close()
    return None


def keep(built: Built, folder: Path, stem: str, limits: Limits = LIMITS) -> Held:
    """Put a new export under its name, then make room where there is too much; `folder` is a workspace's."""
    path = folder / f"{stem}{built.path.suffix}"
    report = _Report(file=path.name, sha256=built.sha256, records=built.records, objects=built.objects,
                     losses=built.losses)
    file = _hold(built.path)
    os.fsync(file.fileno())
    built.path.replace(path)
    part = folder / f"{stem}.{secrets.token_hex(4)}.part"
    part.write_bytes(msgspec.json.encode(report))
    part.replace(folder / (stem + REPORT))
    prune(folder.parent, limits)
    return msgspec.structs.replace(built, path=path), file


def _hold(path: Path) -> BinaryIO:
    """The file, open and held until it is closed."""
    file = path.open("rb")
    with suppress(OSError):  # a file system without locks: there nothing is ever pruned, as no lock can be had
        fcntl.flock(file, fcntl.LOCK_SH)
    return file


class _Entry(Struct, frozen=True, kw_only=True):
    """One kept export: its file, its report (or, where a crash left none, the file again), and its last use."""

    path: Path
    report: Path
    used_at: float
    size_bytes: int


def prune(root: Path, limits: Limits = LIMITS, *, clock: Callable[[], float] = time.time) -> list[Path]:
    """Delete what was not asked for in long, and by last use what is beyond the budget; gives the files that went.

    Never what somebody holds or is just writing. It looks at names and sizes only, one folder a workspace.
    """
    gone: list[Path] = []
    entries = sorted(_entries(root), key=lambda one: one.used_at)
    if not entries:
        return gone
    total, now = sum(one.size_bytes for one in entries), clock()
    too_much = max(total - limits.bytes_most, limits.bytes_free_least - shutil.disk_usage(root).free)
    for one in entries:
        days = limits.live_days if one.path.name.startswith(LIVE) else limits.unused_days
        if (one.used_at < now - days * DAY_S or too_much > 0) and _delete(one, now):
            too_much -= one.size_bytes
            gone.append(one.path)
    return gone


def bytes_kept(root: Path) -> tuple[int, int]:
    """How many exports are kept under `root`, and how large they are together."""
    sizes = [one.size_bytes for one in _entries(root)]
    return len(sizes), sum(sizes)


def _entries(root: Path) -> Iterator[_Entry]:
    """Every kept export; what is being written lies in folders of its own and is not seen."""
    for folder in (one for one in _list(root) if one.is_dir()):
        files = {one.name: one for one in _list(folder) if one.is_file(follow_symlinks=False)}
        reports = {name.removesuffix(REPORT): one for name, one in files.items() if name.endswith(REPORT)}
        for name, one in files.items():
            if not name.endswith(REPORT):
                with suppress(FileNotFoundError):  # pruned by somebody else meanwhile
                    report = reports.get(name.partition(".")[0], one)
                    yield _Entry(path=Path(one.path), report=Path(report.path), used_at=report.stat().st_mtime,
                                 size_bytes=one.stat().st_size)


def _list(folder: os.PathLike[str]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []


def _delete(one: _Entry, now: float) -> bool:
    """Delete the export unless somebody holds it, or asked for it after it was listed."""
    if one.report == one.path and one.used_at > now - DAY_S:
        return False  # its report may just be on its way
    try:
        with one.path.open("rb+") as file:  # NFS locks for itself alone only what is open for writing
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if one.report.stat().st_mtime != one.used_at:
                return False
            one.report.unlink()
            one.path.unlink(missing_ok=True)
    except OSError:  # held, gone already, or not ours to delete: it stays, and the next export tries again
        return False
    return True


class _Turn:
    """A lock and how many wait for it."""

    def __init__(self) -> None:
        self.lock, self.waiting = threading.Lock(), 0


_turns: dict[str, _Turn] = {}
_turns_lock = threading.Lock()


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Whoever comes while somebody is inside under the same name waits; in this process."""
    with _turns_lock:
        turn = _turns.setdefault(name, _Turn())
        turn.waiting += 1
    try:
        with turn.lock:
            yield
    finally:
        with _turns_lock:
            turn.waiting -= 1
            if not turn.waiting:
                del _turns[name]
