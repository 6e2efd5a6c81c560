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
from goldsmith.db.connection import Row
from goldsmith.kinds.mask.kind import mask_of
from goldsmith.media.image import media
from goldsmith.models import SORTS, Access
from goldsmith.models.segmenter.model import Model
from goldsmith.models.segmenter.sam import Floats, Found, Segmenter, SegmenterSettings
from goldsmith.server.context import Context
from goldsmith.server.wire.items import SegmentAsked, SegmenterRow, SegmentOut
from goldsmith.stores.folder import FolderStore
from goldsmith.work.people import Person
from goldsmith.work.routing.predicting import registry

KEPT = 16  # embeddings in memory, of 4 MB each where the model is SAM
FOUND_KEPT = 256  # what was found at so many places, of which a model takes 256 KB with the next one
MODELS_KEPT = 2
HINTS_MOST = 200
Hint = tuple[float, float, bool]
Box = tuple[float, float, float, float]
Asked = tuple[str, tuple[Hint, ...], Box | None]  # of which picture by which model, and what that was shown

_loading, _making, _finding = Lock(), Lock(), Lock()
_loaded: OrderedDict[tuple[str, SegmenterSettings], Segmenter] = OrderedDict()
_embeddings: OrderedDict[Path, tuple[Floats, tuple[int, int]]] = OrderedDict()
_coarse: OrderedDict[Asked, Floats | None] = OrderedDict()


def _usable(context: Context, person: Person) -> list[Row]:
    """The workspace's segmenters whose files were tried and found well, the newest first."""
    rows = registry.list_predictors(context.db.read(), person.workspace_id)
    return [row for row in rows if row["sort"] == "segmenter" and row["checked_us"] and not row["error"]]


@get("/api/segmenters")
async def segmenters(context: NamedDependency[Context], person: NamedDependency[Person]) -> list[SegmenterRow]:
    """The models of this workspace that can be shown where a thing is; the first one is asked by who draws."""
    return [SegmenterRow(predictor_id=row["predictor_id"], name=row["name"]) for row in _usable(context, person)]


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
    row = next((one for one in _usable(context, person) if one["predictor_id"] == data.segmenter), None)
    if row is None:
        raise NotFound("There is no such segmenter.", where="segmenter", hint="GET /api/segmenters lists them.")
    settings = registry.read_settings(row)
    assert isinstance(settings, SegmenterSettings)
    return await asyncio.to_thread(_segment, settings, store, sha256, data)


def _segment(settings: SegmenterSettings, store: FolderStore, sha256: str, asked: SegmentAsked) -> SegmentOut:
    model = _load(settings, store)
    path = store.derived(sha256, f"{sha256}.embedding-{model.fingerprint}.npz")
    embedding, size = _embedding(model, store, sha256, path)
    if not asked.hints and asked.box is None:
        return SegmentOut()
    hints = tuple((one.x_px, one.y_px, one.is_beside) for one in asked.hints)
    found = _find(model, embedding, size, (f"{path} {settings.decoder_sha256}", hints, asked.box))
    placed = None if found is None else mask_of(found.bitmap, x_px=found.x_px, y_px=found.y_px)
    if found is None or placed is None:
        return SegmentOut()
    x_px, y_px, width_px, height_px, rle = placed
    return SegmentOut(x_px=x_px, y_px=y_px, width_px=width_px, height_px=height_px, rle=rle, score=found.score)


def _find(model: Segmenter, embedding: Floats, size: tuple[int, int], asked: Asked) -> Found | None:
    """What the model finds; one that takes masks is told with each further place what it found without it.

    What it found before is kept, and else found again place by place: so the answer does not depend on which process
    is asked, or on what it remembers.
    """
    of, hints, box = asked
    if not model.takes_masks:
        return model.segment(embedding, size, list(hints), box)
    begins = 0 if box is not None else 1
    with _finding:
        known = next((n for n in range(len(hints) - 1, begins - 1, -1) if (of, hints[:n], box) in _coarse), begins - 1)
        before = _coarse[of, hints[:known], box] if known >= begins else None
    for n in range(known + 1, len(hints) + 1):
        found = model.segment(embedding, size, list(hints[:n]), box, before)
        before = None if found is None else found.coarse
        with _finding:
            _coarse[of, hints[:n], box] = before
            while len(_coarse) > FOUND_KEPT:
                _coarse.popitem(last=False)
    return found


def _load(settings: SegmenterSettings, store: FolderStore) -> Segmenter:
    """The model of these files, from memory where it was loaded before."""
    key = (str(store.root), settings)
    with _loading:
        if key not in _loaded:
            model = SORTS["segmenter"].open(settings, Access(secret="", read=store.read))
            assert isinstance(model, Model)
            while len(_loaded) >= MODELS_KEPT:
                _loaded.popitem(last=False)
            _loaded[key] = model.load()
        _loaded.move_to_end(key)
        return _loaded[key]


def _embedding(model: Segmenter, store: FolderStore, sha256: str, path: Path) -> tuple[Floats, tuple[int, int]]:
    """Of the picture, and its (width, height): from memory, else from the disk, else made and kept on both."""
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
