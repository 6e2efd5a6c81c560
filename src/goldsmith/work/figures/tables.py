"""Tables: the figures of a project as CSV, piece by piece; what a spreadsheet would run as a formula it does not."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from goldsmith.formats.csv import guard

Cell = str | int | float | None
ROWS = 500  # of one piece


def csv_pieces(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The table for a spreadsheet, UTF-8 with a mark at its start; what is not known is an empty cell."""
    mark, left = "\ufeff", iter([columns])
    rest = iter(rows)
    while piece := [*left, *islice(rest, ROWS)]:
        out = io.StringIO()
        csv.writer(out, lineterminator="\r\n").writerows([_cell(one) for one in row] for row in piece)
        yield (mark + out.getvalue()).encode()
        mark = ""


def _cell(value: Cell) -> str | int | float:
    if isinstance(value, str):
        return guard(value)
    if isinstance(value, float):
        return round(value, 6)
    return "" if value is None else value
