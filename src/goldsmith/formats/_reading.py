"""Reading what others wrote: each bad place is told with its reason, and the rest goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from goldsmith.core.errors import BadInput, GoldsmithError

Problems = Callable[[str, str], None]
"""Takes a place ("items.csv:17") and the reason."""

LINE_MOST = 64 * 2**20  # bytes of one line, so that a file without line ends cannot fill the memory

UNNAMED_FIELDS = {"box": "boxes", "polygon": "polygons", "rotated_box": "rotated boxes", "skeleton": "skeletons",
                  "mask": "masks"}
"""By kind, what the field is called where the files name none."""

PARENTS, PARENT = "parents", "parent"
"""The field, and the label, of relations from regions to those that they lie under, where a file nests regions."""

UNREADABLE = (msgspec.DecodeError, GoldsmithError, UnicodeError, RecursionError, ValueError, KeyError, IndexError)
"""What decoding one bad row may raise."""


def teller(problems: Problems | None) -> Problems:
    """Where bad places go: to `problems`, or up as BadInput."""
    return problems or _raise


def noter(problems: Problems | None) -> Problems:
    """Where changes made while reading go, such as a shape split in two: to `problems`, or nowhere."""
    return problems or (lambda place, reason: None)


def _raise(place: str, reason: str) -> None:
    raise BadInput(reason, where=place)


def reason_of(error: BaseException) -> str:
    """The error in words for the person who has to mend the row."""
    if isinstance(error, RecursionError):
        return "The row is nested too deeply."
    if isinstance(error, GoldsmithError):
        return f"{error.message} ({error.where})" if error.where else error.message
    return str(error) or type(error).__name__


def file_in(folder: Path, name: str, tell: Problems) -> Path | None:
    """The file `name` of the folder, or `folder` itself where it is a file; an absent one is told."""
    path = folder if folder.is_file() else folder / name
    if path.is_file():
        return path
    tell(name, f"The folder has no {name}.")
    return None


def stays_inside(path: str) -> bool:
    """Whether a relative path, as a file tells it, stays in the folder it starts from."""
    return not path.startswith(("/", "\\")) and ":" not in path[:2] and ".." not in re.split(r"[/\\]", path)


def lines_of(path: Path, tell: Problems) -> Iterator[tuple[int, bytes]]:
    """Each line that is not blank with its number; one that is too long is told and skipped."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LINE_MOST):
            number += 1
            if not line.endswith(b"\n") and len(line) == LINE_MOST:
                _skip_line(file)
                tell(f"{path.name}:{number}", f"The line is longer than {LINE_MOST} bytes.")
            elif line.strip():
                yield number, line


def _skip_line(file: BinaryIO) -> None:
    while (rest := file.readline(LINE_MOST)) and not rest.endswith(b"\n"):
        pass
