"""Writing and reading take the same memory for many records as for few.

A few heavy records show it quickly; GOLDSMITH_RECORDS=100000 takes that many light ones.
"""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from goldsmith.core.dataset import Record
from goldsmith.formats import FORMATS
from tests.formats.made import SCHEMA, many_photos, many_texts

MANY = int(os.environ.get("GOLDSMITH_RECORDS", "1500"))
WEIGHT_BYTES = 0 if "GOLDSMITH_RECORDS" in os.environ else 10_000
FEW = MANY // 5
PEAK_MOST = 20_000_000  # bytes
GROWTH_MOST = 5_000_000 if WEIGHT_BYTES else PEAK_MOST  # holding the heavy records would take more than twice of it


def _growth(work: Callable[[int], object]) -> tuple[int, int]:
    """The peak of `work` on MANY records, and how much more that is than the peak on FEW.

    Measured once more where it is too much: every path interns its names, and the interpreter's table of interned
    names doubles in one step of up to 8 MB, in whichever call fills it. What a format holds, it holds again.
    """
    few, many = _peak(work, FEW), _peak(work, MANY)
    if many - few >= GROWTH_MOST:
        many = _peak(work, MANY)
    return many, many - few


def _peak(work: Callable[[int], object], count: int) -> int:
    """The most bytes that were taken at once while `work` ran."""
    tracemalloc.start()
    try:
        work(count)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _made(format_name: str, count: int) -> Iterator[Record]:
    return (many_texts if format_name == "conll" else many_photos)(count, WEIGHT_BYTES)


@pytest.mark.parametrize("format_name", sorted(FORMATS))
def test_many_records_take_no_more_memory_than_few(tmp_path: Path, format_name: str) -> None:
    f = FORMATS[format_name]
    f.write(_made(format_name, 10), tmp_path / "first", SCHEMA)  # what is made once is made now
    list(f.read(tmp_path / "first"))

    def write(count: int) -> None:
        rmtree(tmp_path / str(count), ignore_errors=True)
        f.write(_made(format_name, count), tmp_path / str(count), SCHEMA)

    writing, more_writing = _growth(write)
    reading, more_reading = _growth(lambda n: sum(1 for _ in f.read(tmp_path / str(n))))

    print(f"{format_name}: {MANY} records, peak {writing / 1e6:.1f} MB writing, {reading / 1e6:.1f} MB reading")
    assert max(writing, reading) < PEAK_MOST
    assert max(more_writing, more_reading) < GROWTH_MOST
