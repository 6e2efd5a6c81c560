"""Writing and reading take the same memory for many records as for few.

A few heavy records show it quickly; GOLDSMITH_RECORDS=100000 takes that many light ones.
"""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from goldsmith.core.dataset import Record
from goldsmith.formats import FORMATS
from tests.formats.made import SCHEMA, many_photos, many_texts

MANY = int(os.environ.get("GOLDSMITH_RECORDS", "1500"))
WEIGHT_BYTES = 0 if "GOLDSMITH_RECORDS" in os.environ else 10_000
FEW = MANY // 5
PEAK_MOST = 20_000_000  # bytes
GROWTH_MOST = 5_000_000 if WEIGHT_BYTES else PEAK_MOST  # holding the heavy records would take more than twice of it


def _peak(work: Callable[[], object]) -> int:
    """The most bytes that were taken at once while `work` ran."""
    tracemalloc.start()
    try:
        work()
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

    writing = [_peak(lambda n=n: f.write(_made(format_name, n), tmp_path / str(n), SCHEMA)) for n in (FEW, MANY)]
    reading = [_peak(lambda n=n: sum(1 for _ in f.read(tmp_path / str(n)))) for n in (FEW, MANY)]

    print(f"{format_name}: {MANY} records, peak {writing[1] / 1e6:.1f} MB writing, {reading[1] / 1e6:.1f} MB reading")
    for few, many in (writing, reading):
        assert many < PEAK_MOST
        assert many - few < GROWTH_MOST
