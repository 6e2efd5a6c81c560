"""Mask: a set of whole pixels of a picture, held as run lengths inside its bounding rectangle."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from msgspec import structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.kinds.choice.kind import label_by_vote
from goldsmith.kinds.mask.outlines import as_polygons
from goldsmith.kinds.mask.runs import Bitmap, counts_of, decode, encode, fits_closely

PIXELS_MOST = 400_000_000  # of a bounding rectangle: 20,000 x 20,000
KEPT = 64  # bitmaps decoded last; a comparison asks for each several times
KEPT_PIXELS = 4_000_000  # of those, at most so large

tolerance = 0.1  # intersection over union of 0.9: nobody paints one mask twice alike
unit = "px"
becomes = {"polygon": as_polygons}


class Mask(AnnotatedObject, frozen=True, kw_only=True, tag="mask"):
    """The pixels that the runs mark inside a rectangle, which touches them on all four sides."""

    x_px: int
    y_px: int
    width_px: int
    height_px: int
    rle: str  # run lengths over rows in COCO's compressed form; see runs.py


value = Mask


def problems(value: Mask, item: ItemData) -> list[str]:
    """What is wrong with the mask on this item, in words."""
    if value.width_px <= 0 or value.height_px <= 0:
        return [f"The mask has no area ({value.width_px} x {value.height_px} px)."]
    facts = item.assets.get(value.asset)
    if value.asset and facts is None:
        return [f"The item has no asset {value.asset!r}."]
    right, bottom = value.x_px + value.width_px, value.y_px + value.height_px
    width_px, height_px = (facts.width_px, facts.height_px) if facts else (0, 0)
    is_beyond = (width_px and right > width_px) or (height_px and bottom > height_px)
    if value.x_px < 0 or value.y_px < 0 or is_beyond:
        return ["The mask lies partly outside the picture."]
    if value.width_px * value.height_px > PIXELS_MOST:
        return [f"The mask's rectangle has more than {PIXELS_MOST:,} pixels."]
    return _run_problems(value)


def _run_problems(value: Mask) -> list[str]:
    """What is wrong with the runs, found without laying them out."""
    try:
        counts = counts_of(value.rle)
    except ValueError as error:
        return [f"The mask cannot be read: {error}."]
    if int(counts.sum()) != value.width_px * value.height_px:
        return [f"The mask's runs fill {int(counts.sum())} pixels of {value.width_px} x {value.height_px}."]
    if not counts[1::2].any():
        return ["The mask marks no pixel."]
    if not fits_closely(counts, value.width_px):
        return ["The mask's rectangle does not lie close around what it marks."]
    return []


def distance(a: Mask, b: Mask) -> float:
    """1 - intersection over union of the pixels; 1 for another label or asset."""
    if (a.label, a.asset) != (b.label, b.asset):
        return 1.0
    ours, theirs = _on_common_ground((a, b))
    union = int(np.count_nonzero(ours | theirs))
    return 1.0 - int(np.count_nonzero(ours & theirs)) / union if union else 0.0


def bounds(value: Mask) -> tuple[tuple[float, float], ...]:
    """The mask's extent on each axis, in pixels."""
    return ((float(value.x_px), float(value.x_px + value.width_px)),
            (float(value.y_px), float(value.y_px + value.height_px)))


def merge(values: Sequence[Mask], weights: Sequence[float]) -> Mask:
    """The pixels that more than half of the weight marks, label by vote; the rest from the first value.

    Where no pixel has so much, the mask with most weight stands.
    """
    label = label_by_vote(values, weights)
    share = sum(w * one.astype(np.float32) for w, one in zip(weights, _on_common_ground(values), strict=True))
    won = np.asarray(share > sum(weights) / 2)
    left, top = min(v.x_px for v in values), min(v.y_px for v in values)
    placed = mask_of(won, x_px=left, y_px=top)
    if placed is None:
        first = max(zip(weights, values, strict=True), key=lambda pair: (pair[0], pair[1].rle))[1]
        placed = first.x_px, first.y_px, first.width_px, first.height_px, first.rle
    x_px, y_px, width_px, height_px, rle = placed
    return structs.replace(values[0], label=label, x_px=x_px, y_px=y_px, width_px=width_px, height_px=height_px,
                           rle=rle)


def mask_of(bitmap: Bitmap, *, x_px: int = 0, y_px: int = 0) -> tuple[int, int, int, int, str] | None:
    """x, y, width, height and runs of a bitmap of (height, width) whose corner lies at (x_px, y_px).

    The rectangle is drawn close around what is marked; None where nothing is.
    """
    rows, columns = np.flatnonzero(bitmap.any(axis=1)), np.flatnonzero(bitmap.any(axis=0))
    if not len(rows):
        return None
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    return x_px + left, y_px + top, right - left, bottom - top, encode(bitmap[top:bottom, left:right])


def bitmap_of(value: Mask) -> Bitmap:
    """(height, width) of the mask's rectangle. Raises ValueError where the runs do not fit it."""
    if value.width_px * value.height_px > KEPT_PIXELS:
        return decode(value.rle, value.width_px, value.height_px)
    return _decoded(value.rle, value.width_px, value.height_px)


@lru_cache(maxsize=KEPT)
def _decoded(rle: str, width_px: int, height_px: int) -> Bitmap:
    bitmap = decode(rle, width_px, height_px)
    bitmap.flags.writeable = False
    return bitmap


def _on_common_ground(values: Sequence[Mask]) -> list[Bitmap]:
    """Each mask on the rectangle around all of them."""
    left, top = min(v.x_px for v in values), min(v.y_px for v in values)
    width = max(v.x_px + v.width_px for v in values) - left
    height = max(v.y_px + v.height_px for v in values) - top
    found: list[Bitmap] = []
    for v in values:
        ground = np.zeros((height, width), dtype=np.bool_)
        ground[v.y_px - top:v.y_px - top + v.height_px, v.x_px - left:v.x_px - left + v.width_px] = bitmap_of(v)
        found.append(ground)
    return found
