"""The catalogue of an upload: which parts it has and how to find one, kept on disk so that a million cost no memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

PAGE_ROWS = 1000
PICTURE_ENDS = (".jpg", ".jpeg", ".jpe", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")

TABLES = """
CREATE TABLE part (is_picture INTEGER, place TEXT, base TEXT, start INTEGER, packed INTEGER, size INTEGER, crc INTEGER,
                   method INTEGER, is_taken INTEGER DEFAULT 0, PRIMARY KEY (place)) WITHOUT ROWID;
CREATE INDEX part_by_base ON part (base);
CREATE INDEX part_in_order ON part (is_picture, place);
"""
ADD = "INSERT OR IGNORE INTO part VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)"
ROW = "SELECT place, start, packed, size, crc, method FROM part"
NEXT = f"{ROW} WHERE is_picture = ? AND place > ? AND is_taken = 0 ORDER BY place LIMIT {PAGE_ROWS}"
BY_PLACE = f"{ROW} WHERE place = ?"
BY_BASE = f"{ROW} WHERE base = ? LIMIT {PAGE_ROWS}"
BY_STEM = f"{ROW} WHERE base >= ? AND base < ? LIMIT 1"
TAKE = "UPDATE part SET is_taken = 1 WHERE place = ?"
OVERLAPS = """
SELECT place FROM (SELECT place, start, packed, LEAD(start) OVER (ORDER BY start) AS next FROM part)
 WHERE next IS NOT NULL AND start + packed > next
"""


class Part(Struct, frozen=True):
    """One file of an upload; all but its place is the archive's business."""

    place: str  # relative, with "/" between folders, without ".." and without the upload's own name
    start: int = 0
    packed: int = 0
    size: int = 0
    crc: int = 0
    method: int = 0


def is_picture_name(name: str) -> bool:
    """Whether the name is that of a picture."""
    return name.lower().endswith(PICTURE_ENDS)


class Catalogue:
    """The parts of one upload by place, in a temporary file of `room`."""

    def __init__(self, room: Path) -> None:
        self.told: Callable[[str, int], None] | None = None  # hears of every part that is added
        self._count = 0
        self._db = sqlite3.connect(room / "catalogue", isolation_level=None, check_same_thread=False)
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-4000;" + TABLES)
        self._db.execute("BEGIN")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def add(self, part: Part) -> bool:
        """Keep a part; False where its place is taken."""
        base = part.place.rpartition("/")[2]
        row = (is_picture_name(base), part.place, base, part.start, part.packed, part.size, part.crc, part.method)
        is_new = self._db.execute(ADD, row).rowcount == 1
        self._count += is_new
        if self.told is not None:
            self.told("listing", self._count)
        return is_new

    def drop_overlaps(self) -> list[str]:
        """Take out parts whose bytes reach into the next part's, and name them."""
        places = [str(place) for (place,) in self._db.execute(OVERLAPS)]
        self._db.executemany("DELETE FROM part WHERE place = ?", [(place,) for place in places])
        return places

    def parts(self, *, pictures: bool) -> Iterator[Part]:
        """Yield the parts not taken, sorted by place: those with a picture's name, or all others."""
        place = ""
        while rows := self._db.execute(NEXT, (pictures, place)).fetchall():
            for row in rows:
                yield Part(*row)
            place = rows[-1][0]

    def take(self, part: Part) -> None:
        """The part was read as a piece of another item; `parts` passes it over from the next page on."""
        self._db.execute(TAKE, (part.place,))

    def find(self, name: str, near: str = "") -> Part | None:
        """The part called `name` in a file of the folder `near`; None where there is none or more than one fits."""
        name = name.replace("\\", "/").removeprefix("./")
        for place in (f"{near}/{name}", f"{near}/images/{name}", name, f"images/{name}"):
            if row := self._db.execute(BY_PLACE, (place.removeprefix("/"),)).fetchone():
                return Part(*row)
        rows = self._db.execute(BY_BASE, (name.rpartition("/")[2],)).fetchall()
        exact = [row for row in rows if row[0].endswith(f"/{name}")] or rows
        return Part(*exact[0]) if len(exact) == 1 else None

    def find_stem(self, stem: str) -> Part | None:
        """The part whose name without its end is `stem`."""
        row = self._db.execute(BY_STEM, (f"{stem}.", f"{stem}/")).fetchone()
        return Part(*row) if row else None
