"""A million rows take the memory of a few: the peak does not depend on how many there are."""

from __future__ import annotations

import random
import tarfile
import tracemalloc
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from goldsmith.arrivals import Arrival, read_arrivals

COUNTS = {"csv": 200_000, "jsonl": 40_000, "json": 40_000, "txt": 40_000}
MOST_BYTES = {"csv": 20 * 2**20, **dict.fromkeys(("jsonl", "json", "txt"), 6 * 2**20)}
MOST_BYTES |= dict.fromkeys(("zip", "tar", "gz"), 2 * 2**20)


def count_within_memory(path: Path, work: Path) -> int:
    for _ in read_arrivals(path, path.name, work=work):
        break  # modules are loaded before the memory is measured
    tracemalloc.start()
    try:
        count = sum(isinstance(a, Arrival) for a in read_arrivals(path, path.name, work=work))
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES[path.suffix[1:]]
    finally:
        tracemalloc.stop()
    return count


def rows(end: str) -> Iterator[bytes]:
    count = COUNTS[end]
    if end == "csv":
        yield b"id,text,group\n"
        yield from (b"%d,a text of some length,g%d\n" % (n, n // 10) for n in range(count))
    elif end == "jsonl":
        yield from (b'{"id": %d, "text": "a text of some length"}\n' % n for n in range(count))
    elif end == "json":
        yield b"["
        yield from (b'%s{"id": %d, "text": "a text of some length"}' % (b", " if n else b"", n) for n in range(count))
        yield b"]"
    else:
        yield from (b"line %d\n" % n for n in range(count))


@pytest.mark.parametrize("end", ["csv", "jsonl", "json", "txt"])
def test_reading_many_rows_takes_the_memory_of_few(tmp_path: Path, end: str) -> None:
    path = tmp_path / f"many.{end}"
    with path.open("wb") as file:
        file.writelines(rows(end))
    assert count_within_memory(path, tmp_path / "work") == COUNTS[end]


def test_listing_many_members_takes_the_memory_of_few(tmp_path: Path) -> None:
    path, count = tmp_path / "many.zip", 5_000
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(count):
            archive.writestr(f"some/folder/{n}.txt", b"text %d" % n)
    assert count_within_memory(path, tmp_path / "work") == count


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_listing_many_members_of_a_tar_takes_the_memory_of_few(tmp_path: Path, mode: str) -> None:
    path, count = tmp_path / ("many.tar.gz" if mode == "w:gz" else "many.tar"), 5_000
    with tarfile.open(path, mode) as archive:
        for n in range(count):
            entry = tarfile.TarInfo(f"some/folder/{n}.txt")
            entry.size = len(b"text %d" % n)
            archive.addfile(entry, BytesIO(b"text %d" % n))
    assert count_within_memory(path, tmp_path / "work") == count


def test_a_large_member_of_a_packed_tar_takes_the_memory_of_a_piece(tmp_path: Path) -> None:
    path = tmp_path / "large.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        entry = tarfile.TarInfo("large.bin")
        entry.size = 20 * 2**20
        archive.addfile(entry, BytesIO(random.Random(1).randbytes(entry.size)))
    assert count_within_memory(path, tmp_path / "work") == 0


def test_an_endless_line_takes_the_memory_of_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "endless.txt"
    with path.open("wb") as file:
        file.write(b"start\n")
        for _ in range(100):
            file.write(b"x" * 2**20)
    tracemalloc.start()
    try:
        found = list(read_arrivals(path, path.name, work=tmp_path / "work"))
        assert tracemalloc.get_traced_memory()[1] < 4 * 16 * 2**20
    finally:
        tracemalloc.stop()
    assert len(found) == 2 and isinstance(found[0], Arrival)
