"""Uploads: a path on disk as what it holds, a folder, an archive or a file alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from goldsmith.arrivals.arrival import Options
from goldsmith.arrivals.holdings.parts import Alone, Folder, Holding, open_plain
from goldsmith.arrivals.holdings.tars import Tar
from goldsmith.arrivals.holdings.zips import Zip
from goldsmith.arrivals.sorts import HEAD_BYTES, Sort, sort_of


@contextmanager
def opened(path: Path, name: str, room: Path, options: Options) -> Iterator[Holding]:
    """What the path holds; its parts are not listed yet. BadInput where the file is not what its name says."""
    holding: Holding
    if path.is_dir():
        holding = Folder(path, name, room)
    else:
        sort = sort_at(path.resolve(), name)
        if sort == "zip":
            holding = Zip(path, name, room, options.limits)
        elif sort == "tar":
            holding = Tar(path, name, room, options.limits)
        else:
            holding = Alone(path, name, room)
    holding.catalogue.told = options.told
    try:
        yield holding
    finally:
        holding.close()


def sort_at(path: Path, name: str) -> Sort:
    """How the file is to be read; BadInput where its name and content differ or no reader knows it."""
    with open_plain(path) as file:
        return sort_of(name, file.read(HEAD_BYTES))
