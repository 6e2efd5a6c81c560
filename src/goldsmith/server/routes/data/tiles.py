"""Routes of tiles: large and deep pictures in squares, cut when somebody first looks."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import File

from goldsmith.core.errors import NotFound
from goldsmith.media.image import tiles
from goldsmith.server.context import Context
from goldsmith.server.routes.data.items import BLOB_HEADERS
from goldsmith.server.wire.items import PictureTiles
from goldsmith.work.people import Person

PATIENCE_SECONDS = 2.0  # that a call waits for the cut; a smaller picture is done by then

_cutting: dict[Path, asyncio.Task[tiles.Tiles]] = {}


@get("/api/blobs/{sha256:str}/tiles")
async def tiles_of(context: NamedDependency[Context], person: NamedDependency[Person],
                   sha256: FromPath[str]) -> PictureTiles:
    """How a picture of this workspace is cut into tiles; the first call begins that."""
    store = context.store(person)
    source, folder = store.path(sha256), store.derived(sha256, tiles.folder_name(sha256))
    made = tiles.read_tiles(folder)
    if made is None:
        made = await _cut_soon(context, source, folder)
    return PictureTiles(is_ready=False) if made is None else PictureTiles(is_ready=True, **msgspec.structs.asdict(made))


async def _cut_soon(context: Context, source: Path, folder: Path) -> tiles.Tiles | None:
    """What was cut, where that takes no longer than a call may; it goes on beside. What fails is tried again."""
    task = _cutting.get(folder)
    if task is None:
        lock = context.data / "tiles.lock"
        task = _cutting[folder] = asyncio.create_task(asyncio.to_thread(tiles.make_tiles, source, folder, lock))
    done, _ = await asyncio.wait([task], timeout=PATIENCE_SECONDS)
    if not done:
        return None
    _cutting.pop(folder, None)
    return task.result()


@get("/api/blobs/{sha256:str}/tiles/{level:int}/{column:int}/{row:int}")
async def tile(context: NamedDependency[Context], person: NamedDependency[Person], sha256: FromPath[str],
               level: FromPath[int], column: FromPath[int], row: FromPath[int]) -> File:
    """One tile; they are cut already when it is asked for."""
    folder = context.store(person).derived(sha256, tiles.folder_name(sha256))
    made, path = tiles.read_tiles(folder), tiles.tile_path(folder, level, column, row)
    if made is None or not path.is_file():
        raise NotFound("There is no such tile.", hint="Ask for the picture's tiles first: they are cut then.")
    return File(path=path, filename=path.name, content_disposition_type="inline", headers=BLOB_HEADERS,
                media_type=made.media_type)


ROUTES = [tiles_of, tile]
