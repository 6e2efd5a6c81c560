"""Routes of segmenters: models that are shown where a thing is, and give its pixels."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from io import BytesIO
from pathlib import Path
from threading import Lock

import numpy as np
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from goldsmith.core.errors import BadInput, NotFound
from goldsmith.kinds.mask.kind import mask_of
from goldsmith.media.image import media
from goldsmith.media.image.segmenter import Floats, Segmenter, list_segmenters
from goldsmith.server.context import Context
from goldsmith.server.wire.items import SegmentAsked, SegmenterRow, SegmentOut
from goldsmith.stores.folder import FolderStore
from goldsmith.work.people import Person

KEPT = 16  # embeddings in memory, of 4 MB each where the model is SAM
HINTS_MOST = 200

_loading, _making = Lock(), Lock()
_loaded: dict[tuple[Path, int], Segmenter] = {}
_embeddings: OrderedDict[Path, tuple[Floats, tuple[int, int]]] = OrderedDict()


def folder_of(context: Context) -> Path:
    """Where the operator puts models, each into a folder of its own."""
    return context.data / "segmenters"


@get("/api/segmenters")
async def segmenters(context: NamedDependency[Context], person: NamedDependency[Person]) -> list[SegmenterRow]:
    """The models of this installation that can be shown where a thing is."""
    found = await asyncio.to_thread(list_segmenters, folder_of(context))
    return [SegmenterRow(name=name, title=one.title or name, version=one.version) for name, one in found.items()]


@post("/api/blobs/{sha256:str}/segment", status_code=HTTP_200_OK)
async def segment(context: NamedDependency[Context], person: NamedDependency[Person], sha256: FromPath[str],
                  data: JSONBody[SegmentAsked]) -> SegmentOut:
    """The pixels of a thing on a picture of this workspace; no width where the model finds none.

    Without hints and box the picture is only made ready. What a model says is nobody's answer: it comes into the
    editor of whoever asked, and is theirs when they take it.
    """
    store = context.store(person)
    store.path(sha256)
    if len(data.hints) > HINTS_MOST:
        raise BadInput(f"A model is shown at most {HINTS_MOST} places.", where="hints")
    return await asyncio.to_thread(_segment, folder_of(context) / data.segmenter, store, sha256, data)


def _segment(folder: Path, store: FolderStore, sha256: str, asked: SegmentAsked) -> SegmentOut:
    model = _load(folder)
    embedding, size = _embedding(model, store, sha256)
    if not asked.hints and asked.box is None:
        return SegmentOut()
    hints = [(one.x_px, one.y_px, one.is_beside) for one in asked.hints]
    found = model.segment(embedding, size, hints, asked.box)
    placed = None if found is None else mask_of(found.bitmap, x_px=found.x_px, y_px=found.y_px)
    if found is None or placed is None:
        return SegmentOut()
    x_px, y_px, width_px, height_px, rle = placed
    return SegmentOut(x_px=x_px, y_px=y_px, width_px=width_px, height_px=height_px, rle=rle, score=found.score)


def _load(folder: Path) -> Segmenter:
    """The model of a folder; read again when its settings were changed."""
    if folder.name not in list_segmenters(folder.parent):
        raise NotFound("There is no such segmenter.", where="segmenter", hint="GET /api/segmenters lists them.")
    key = (folder, (folder / "segmenter.json").stat().st_mtime_ns)
    with _loading:
        if key not in _loaded:
            for old in [one for one in _loaded if one[0] == folder]:
                del _loaded[old]
            _loaded[key] = Segmenter(folder)
        return _loaded[key]


def _embedding(model: Segmenter, store: FolderStore, sha256: str) -> tuple[Floats, tuple[int, int]]:
    """Of the picture, and its (width, height): from memory, else from the disk, else made and kept on both."""
    path = store.derived(sha256, f"{sha256}.embedding-{model.fingerprint}.npz")
    if path in _embeddings:
        return _embeddings[path]
    with _making:  # who asks for the same picture meanwhile finds it made
        if not path.exists():
            image = media.as_rgb(media.upright_image(store.path(sha256)))
            out = BytesIO()
            np.savez(out, embedding=model.embed(image), size=np.array(image.size))
            store.write_derived(path, out.getvalue())
    with np.load(path) as kept:
        width, height = (int(n) for n in kept["size"])
        found = kept["embedding"], (width, height)
    _embeddings[path] = found
    while len(_embeddings) > KEPT:
        _embeddings.popitem(last=False)
    return found


ROUTES = [segmenters, segment]
