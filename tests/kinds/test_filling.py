"""Outlines are filled as pycocotools fills them, pixel by pixel, and what was outlined comes back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.kinds.mask.filling import as_masks, painted
from goldsmith.kinds.mask.kind import Mask, mask_of
from goldsmith.kinds.mask.outlines import as_polygons
from goldsmith.kinds.mask.runs import Bitmap, decode
from goldsmith.kinds.polygon.kind import Polygon
from goldsmith.kinds.polygon.region import Ring

W, H = 23, 17
PHOTO = ItemData(assets={"image": AssetFacts(sha256="0" * 64, media_type="image/png", size_bytes=1, width_px=W,
                                             height_px=H)})
shares = st.floats(-0.3, 1.3).map(lambda n: round(n, 3)) | st.sampled_from([0.0, 0.5, 1.0])
rings = st.lists(st.tuples(shares.map(lambda n: n * W), shares.map(lambda n: n * H)), min_size=3, max_size=8).map(tuple)
bitmaps = st.lists(st.booleans(), min_size=30, max_size=30).map(lambda bits: np.array(bits).reshape(5, 6))


def filled(*parts: tuple[Ring, tuple[Ring, ...]]) -> Bitmap:
    ground = np.zeros((H, W), np.bool_)
    if placed := painted(parts, W, H):
        x, y, width, height, rle = placed
        ground[y:y + height, x:x + width] = decode(rle, width, height)
    return ground


@given(st.lists(rings, min_size=1, max_size=3))
def test_outlines_are_filled_as_pycocotools_does(outer: list[Ring]) -> None:
    coco_masks = pytest.importorskip("pycocotools.mask")
    flat = [[n for point in ring for n in point] for ring in outer]
    wanted = coco_masks.decode(coco_masks.merge(coco_masks.frPyObjects(flat, H, W)))

    assert (filled(*((ring, ()) for ring in outer)) == wanted.astype(np.bool_)).all()


@given(bitmaps.filter(lambda bitmap: bitmap.any()))
def test_a_mask_that_was_outlined_comes_back_with_its_holes(bitmap: Bitmap) -> None:
    x, y, width, height, rle = mask_of(bitmap, x_px=7, y_px=3) or (0, 0, 0, 0, "")
    mask = Mask(id="m", label="a", asset="image", x_px=x, y_px=y, width_px=width, height_px=height, rle=rle)

    outlined = [one for one in as_polygons([mask], PHOTO) if isinstance(one, Polygon)]

    assert as_masks(outlined, PHOTO) == [mask]


@pytest.mark.parametrize(("points", "item", "reason"), [
    (((0, 0), (9, 0), (9, 9)), ItemData(), "size is not known"),
    (((0, 0), (9, 0)), PHOTO, "at least 3 points"),
    (((0, 0), (1e300, 0), (9, 9)), PHOTO, "too long"),
    (((40, 40), (49, 40), (49, 49)), PHOTO, "No pixel"),
    (((2.1, 2.1), (2.2, 2.1), (2.2, 2.2)), PHOTO, "No pixel")])
def test_what_cannot_be_filled_is_told(points: Ring, item: ItemData, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        as_masks([Polygon(id="p", label="a", asset="image", points=points)], item)
