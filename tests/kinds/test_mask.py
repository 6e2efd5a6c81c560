"""Masks: run lengths there and back, held against COCO's own code; overlap, merging and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from msgspec.structs import replace
from pycocotools import mask as coco

from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import KINDS
from goldsmith.kinds.mask.kind import Mask, bitmap_of, distance, mask_of, merge, problems
from goldsmith.kinds.mask.runs import Bitmap, counts_of, decode, encode
from goldsmith.quality.consensus import Settled, settle

PICTURE = AssetFacts(sha256="0" * 64, media_type="image/png", size_bytes=1, width_px=100, height_px=80)
ITEM = ItemData(assets={"image": PICTURE})
bitmaps = arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=40))


def mask(bitmap: Bitmap, name: str = "m", *, x_px: int = 0, y_px: int = 0) -> Mask:
    placed = mask_of(bitmap, x_px=x_px, y_px=y_px)
    assert placed is not None
    left, top, width, height, rle = placed
    return Mask(id=name, label="car", asset="image", x_px=left, y_px=top, width_px=width, height_px=height, rle=rle)


def disc(x: int, y: int, radius: int) -> Bitmap:
    rows, columns = np.mgrid[:80, :100]
    found: Bitmap = (columns - x) ** 2 + (rows - y) ** 2 <= radius**2
    return found


@given(bitmaps)
@settings(deadline=None)
def test_runs_give_the_bitmap_back(bitmap: Bitmap) -> None:
    height, width = bitmap.shape
    assert np.array_equal(decode(encode(bitmap), width, height), bitmap)


@given(bitmaps)
@settings(deadline=None)
def test_the_text_is_what_coco_writes_for_the_columns_of_the_turned_bitmap(bitmap: Bitmap) -> None:
    theirs = coco.encode(np.asfortranarray(bitmap.T.astype(np.uint8)))["counts"].decode()
    assert encode(bitmap) == theirs


@given(st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        counts = counts_of(text)
    except ValueError:
        return
    assert (counts >= 0).all()


@given(bitmaps.filter(np.any))
@settings(deadline=None)
def test_a_mask_lies_close_around_what_is_marked(bitmap: Bitmap) -> None:
    one = mask(bitmap)
    whole = np.zeros_like(bitmap)
    whole[one.y_px:one.y_px + one.height_px, one.x_px:one.x_px + one.width_px] = bitmap_of(one)
    assert np.array_equal(whole, bitmap)
    assert problems(one, ITEM) == []


def test_overlap_is_counted_in_pixels_wherever_the_rectangles_lie() -> None:
    a, b = disc(40, 40, 20), disc(50, 40, 20)
    expected = 1 - np.count_nonzero(a & b) / np.count_nonzero(a | b)
    assert distance(mask(a), mask(b)) == pytest.approx(expected)
    assert distance(mask(disc(20, 20, 5)), mask(disc(80, 60, 5))) == 1.0


def test_most_of_the_weight_decides_each_pixel() -> None:
    masks = [mask(disc(40 + by, 40, 20), f"m{by}") for by in (-6, 0, 6)]
    merged = merge(masks, [1.0, 1.0, 1.0])
    assert distance(merged, masks[1]) < min(distance(merged, masks[0]), distance(merged, masks[2]))
    assert merge(masks, [0.1, 0.1, 9.0]).rle == masks[2].rle
    assert merge([masks[0], mask(disc(90, 10, 4), "far")], [1.0, 1.0]).rle == masks[0].rle


def test_disturbed_masks_come_closer_to_the_truth_together_than_alone() -> None:
    rng = np.random.default_rng(3)
    truth = mask(disc(50, 40, 25))
    schema = LabelSchema(fields=(Field(name="f", kind="mask", labels=(Label(name="car"),)),))
    alone, together = [], []
    for _ in range(20):
        drawn = [mask(disc(50 + x, 40 + y, 25 + r), f"m{i}") for i, (x, y, r) in enumerate(rng.integers(-4, 5, (5, 3)))]
        settled = settle([{"f": (one,)} for one in drawn], schema, KINDS)
        assert isinstance(settled, Settled)
        together.append(distance(settled.value["f"][0], truth))  # type: ignore[arg-type]
        alone.append(float(np.mean([distance(one, truth) for one in drawn])))
    assert np.mean(together) < 0.75 * np.mean(alone)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"width_px": 0}, "no area"),
        ({"rle": "\u00e9"}, "cannot be read"),
        ({"rle": "0"}, "fill 0 pixels"),
        ({"x_px": 90}, "outside the picture"),
        ({"x_px": -1}, "outside the picture"),
        ({"asset": "other"}, "no asset"),
        ({"x_px": 0, "y_px": 0, "width_px": 3, "height_px": 1, "rle": encode(np.array([[False, True, True]]))},
         "does not lie close"),
        ({"x_px": 0, "y_px": 0, "width_px": 2, "height_px": 2, "rle": encode(np.zeros((2, 2), bool))},
         "marks no pixel"),
    ],
)
def test_what_is_no_mask_is_refused_in_words(change: dict[str, object], says: str) -> None:
    found = problems(replace(mask(disc(40, 40, 20)), **change), ITEM)
    assert len(found) == 1 and says in found[0]


def test_a_small_text_cannot_ask_for_a_large_memory() -> None:
    huge = Mask(id="m", label="car", x_px=0, y_px=0, width_px=10**6, height_px=10**6,
                rle=encode(np.ones((1, 1), bool)))
    assert "more than" in problems(huge, ItemData())[0]
