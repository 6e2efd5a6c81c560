"""Holdings: what has parts. A file alone, a folder; an archive is a module of its own.

Passed over without a word: names that begin with a dot, `__MACOSX`, `Thumbs.db` and `desktop.ini`.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from goldsmith.arrivals.arrival import Rejection, reject
from goldsmith.arrivals.holdings.catalogue import Catalogue, Part
from goldsmith.core.errors import BadInput

LITTER = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
DRIVE = re.compile(r"[A-Za-z]:")


class Holding(Protocol):
    """An upload that has parts."""

    name: str  # what its owner calls it
    catalogue: Catalogue

    def list_parts(self) -> Iterator[Rejection]:
        """Fill the catalogue; yield what has no place in it."""

    def path_of(self, part: Part, unpack_to: Path) -> Path:
        """A file with the part's bytes: its own, or `unpack_to`. BadInput where they cannot be had."""

    def close(self) -> None:
        """Let go of what is open."""


def is_litter(name: str) -> bool:
    """Whether a file or folder of this name is passed over."""
    return name.startswith(".") or name.lower() in LITTER


def place_in_archive(name: str) -> tuple[str, str]:
    """(the place that a member's name says, with "/" between folders and after a folder; why the name is refused)."""
    shown = "".join(c if c.isprintable() else "\ufffd" for c in name)
    if "\0" in name:
        return shown, "The name holds a NUL."
    if shown != name:
        return shown, "The name holds a character that cannot be shown."
    place = name.replace("\\", "/")
    if not place or place.startswith("/") or DRIVE.match(place):
        return name, "The name is an absolute path."
    steps = place.split("/")
    if ".." in steps:
        return name, "The name leads out of the archive."
    return "/".join([*(step for step in steps[:-1] if step not in ("", ".")), steps[-1]]) or "./", ""


def full_place(holding: Holding, part: Part) -> str:
    """How people are told where a part is: the upload's name, then the part's place."""
    is_whole = isinstance(holding, Alone) or not part.place
    return holding.name if is_whole else f"{holding.name}/{part.place}".removeprefix("/")


def open_plain(path: Path) -> BinaryIO:
    """Open a plain file to read; BadInput where it is a link, a device, a pipe, or cannot be opened."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise BadInput(f"The file cannot be opened: {error.strerror}.") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise BadInput("This is not a plain file.")
    return os.fdopen(descriptor, "rb")


def read_whole(file: BinaryIO, limit: int) -> bytes:
    """All bytes of the file, or more than `limit` of them where it has more."""
    return file.read(min(os.fstat(file.fileno()).st_size, limit) + 1)  # a buffer of the limit would be made each time


class Alone:
    """One file without neighbours."""

    def __init__(self, path: Path, name: str, room: Path) -> None:
        self.path, self.name, self.catalogue = path.resolve(), name, Catalogue(room)

    def list_parts(self) -> Iterator[Rejection]:
        """There is one part, called as the file is."""
        self.catalogue.add(Part(PurePosixPath(self.name.replace("\\", "/")).name or "file"))
        yield from ()

    def path_of(self, part: Part, unpack_to: Path) -> Path:
        """The file itself."""
        return self.path

    def close(self) -> None:
        """Let go of the catalogue."""
        self.catalogue.close()


class Folder:
    """A folder on disk; links are not followed."""

    def __init__(self, path: Path, name: str, room: Path) -> None:
        self.root, self.name, self.catalogue = path.resolve(), name, Catalogue(room)

    def list_parts(self) -> Iterator[Rejection]:
        """Walk the folder; links, devices and names that are not UTF-8 are refused."""
        failed: list[OSError] = []
        for folder, folders, files in os.walk(self.root, onerror=failed.append):
            yield from (reject(f"{self.name}/{e.filename}", f"The folder is closed: {e.strerror}.") for e in failed)
            failed.clear()
            folders[:] = sorted(f for f in folders if not is_litter(f))
            for name in folders + files:
                path = Path(folder, name)
                if not is_litter(name) and (reason := self._take(path, is_folder=name in folders)):
                    place = os.fsencode(path.relative_to(self.root)).decode(errors="replace")
                    yield reject(f"{self.name}/{place}", reason)

    def _take(self, path: Path, *, is_folder: bool) -> str:
        if path.is_symlink():
            return "This is a link; links are not followed."
        if is_folder:
            return ""
        if not path.is_file():
            return "This is not a plain file."
        try:
            place = path.relative_to(self.root).as_posix()
            place.encode()
        except UnicodeEncodeError:
            return "The name is not UTF-8."
        self.catalogue.add(Part(place))
        return ""

    def path_of(self, part: Part, unpack_to: Path) -> Path:
        """The file where it lies."""
        return self.root / part.place

    def close(self) -> None:
        """Let go of the catalogue."""
        self.catalogue.close()
