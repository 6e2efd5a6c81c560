"""Tables: a CSV or TSV file, a row an item, a column a key of its data.

The first row names the columns. `group` becomes the item's group, every other column stays data, as text.
Blank lines are passed over. A broken row costs itself only: an unclosed quote does not swallow what follows.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from msgspec import Struct

from goldsmith.arrivals.arrival import MIB, Arrival, Options, Rejection, reject, text_item
from goldsmith.arrivals.lines import Line, read_lines
from goldsmith.core.errors import BadInput

DELIMITERS = ",;\t|"
SAMPLE_LINES = 50
REREAD_BYTES = 256 * MIB  # broken rows are tried again line by line until this much was read twice


class Row(Struct, frozen=True):
    """One row and the lines it stands on."""

    lines: tuple[Line, ...]
    cells: list[str]
    problem: str = ""

    @property
    def raw(self) -> bytes:
        """The lines as they stood, as UTF-8."""
        return b"".join(line.raw for line in self.lines)


class EndlessRow(Exception):
    """A row grew over the limit: most likely a quote is not closed."""


class Feed:
    """Lines for the csv module; remembers those of the row being read and can take them back."""

    def __init__(self, lines: Iterator[Line], limit: int) -> None:
        self.source, self.limit = lines, limit
        self.again: deque[Line] = deque()
        self.taken: list[Line] = []
        self.taken_bytes = 0

    def __iter__(self) -> Feed:
        return self

    def __next__(self) -> str:
        line = self.again.popleft() if self.again else next(self.source)
        self.taken.append(line)
        self.taken_bytes += len(line.raw)
        if self.taken_bytes > self.limit and len(self.taken) > 1:
            raise EndlessRow(f"The row is longer than {self.limit} bytes")
        return line.text

    def start_row(self) -> None:
        """Forget the lines of the row before."""
        self.taken, self.taken_bytes = [], 0

    def give_back(self) -> None:
        """Keep the row's first line only; the others will be read again."""
        self.again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def read_rows(lines: Iterator[Line], delimiter: str, limit: int) -> Iterator[Row]:
    """Yield every row that is not blank; one that cannot be read carries its problem."""
    csv.field_size_limit(max(csv.field_size_limit(), limit))  # the module's own is 128 KiB
    feed, reread = Feed(lines, limit), 0
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.start_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, EndlessRow) as error:
            reread += feed.taken_bytes
            if reread <= REREAD_BYTES:
                feed.give_back()
            reader = csv.reader(feed, delimiter=delimiter, strict=True)
            yield Row(tuple(feed.taken), [], f"The row cannot be read: {error}. Is a quote not closed or not doubled?")
            continue
        problem = next((line.problem for line in feed.taken if line.problem), "")
        if cells or problem:
            yield Row(tuple(feed.taken), cells, problem)


def delimiter_of(sample: list[str], wish: str) -> str:
    """The delimiter under which most rows are as wide as the first; of equals the `wish`, then the widest."""
    return max(DELIMITERS, key=lambda d: _fit(sample, d, wish))


def _fit(sample: list[str], delimiter: str, wish: str) -> tuple[float, bool, int]:
    try:
        widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
    except csv.Error:
        return 0.0, False, 0
    if not widths or widths[0] < 2:
        return 0.0, delimiter == wish, 0
    return widths.count(widths[0]) / len(widths), delimiter == wish, widths[0]


def sniff(file: BinaryIO, name: str, limit: int) -> str:
    """The delimiter of a table, from its first lines; the file stands at its start again afterwards."""
    sample: list[str] = []
    for line in read_lines(file, limit):
        sample.append(line.text)
        if line.number >= SAMPLE_LINES or sum(map(len, sample)) > limit:
            break
    file.seek(0)
    return delimiter_of(sample, "\t" if name.lower().endswith((".tsv", ".tab")) else ",")


def read_table(file: BinaryIO, place: str, options: Options) -> Iterator[Arrival | Rejection]:
    """Yield every row as an item, and every row that is broken or as wide as no header with its line number."""
    limit = options.limits.line_bytes
    rows = read_rows(read_lines(file, limit), sniff(file, place, limit), limit)
    header = next(rows, None)
    if header is None:
        yield reject(place, "The file is empty.")
        return
    names, problem = _columns(header, options.text_column)
    if problem:
        yield reject(f"{place}:{header.lines[0].number}", problem, header.raw)
        return
    first = next(rows, None)
    for row in chain([first] if first else [], rows):
        yield _item(row, names, f"{place}:{row.lines[0].number}")
    if first is None:
        yield reject(place, "The table has a header but no rows.", header.raw)


def _columns(header: Row, text_column: str) -> tuple[list[str], str]:
    """The columns' names and what is wrong with them; a column without a name is called by its number."""
    names = [name.strip() or f"column {i}" for i, name in enumerate(header.cells, 1)]
    if header.problem:
        return names, header.problem
    if text_column and text_column not in names:
        return names, f"There is no column {text_column!r}; there are: {', '.join(names)}."
    if text_column:
        names = ["text" if name == text_column else name for name in names]
    twice = next((name for name in names if names.count(name) > 1), "")
    return names, f"Two columns are named {twice!r}." if twice else ""


def _item(row: Row, names: list[str], place: str) -> Arrival | Rejection:
    if row.problem:
        return reject(place, row.problem, row.raw)
    if len(row.cells) != len(names):
        return reject(place, f"The row has {len(row.cells)} cells, the header {len(names)}.", row.raw)
    data: dict[str, str | float | bool | None] = dict(zip(names, row.cells, strict=True))
    group = str(data.pop("group", ""))
    try:
        return text_item(place, data, group)
    except BadInput as error:
        return reject(place, error, row.raw)
