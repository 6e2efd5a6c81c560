"""A mask's outline is exact: filling it again gives the mask, and pycocotools agrees with what was decoded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldsmith.formats._masks import Mask, bitmap_of_column_runs
from goldsmith.kinds.mask.outlines import outlines
from goldsmith.kinds.mask.runs import counts_of
from goldsmith.kinds.polygon.region import Ring

masks = st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(
    lambda size: st.lists(st.booleans(), min_size=size[0] * size[1], max_size=size[0] * size[1]).map(
        lambda bits: np.array(bits).reshape(size)
    )
)


def filled(shapes: list[tuple[Ring, tuple[Ring, ...]]], size: tuple[int, ...]) -> Mask:
    """Every pixel whose centre an odd number of the rings' sides lies right of."""
    mask = np.zeros(size, dtype=bool)
    for outer, holes in shapes:
        for ring in (outer, *holes):
            for (x, y), (u, v) in zip(ring, ring[1:] + ring[:1], strict=True):
                if x == u:
                    mask[int(min(y, v)) : int(max(y, v)), : int(x)] ^= True
    return mask


def decoded(compressed: bytes, height_px: int, width_px: int) -> Mask:
    """The whole picture's mask; the columns that hold something are what is kept of it."""
    ground = np.zeros((height_px, width_px), dtype=bool)
    left, bitmap = bitmap_of_column_runs(counts_of(compressed.decode()), height_px, width_px)
    ground[:, left:left + bitmap.shape[1]] = bitmap
    return ground


def area(ring: Ring) -> float:
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


@settings(max_examples=400, deadline=None)
@given(masks)
def test_filling_the_outlines_gives_the_mask(mask: Mask) -> None:
    assert (filled(outlines(mask), mask.shape) == mask).all()


@settings(max_examples=400, deadline=None)
@given(masks)
def test_each_shape_is_one_piece_with_its_own_holes(mask: Mask) -> None:
    shapes = outlines(mask)

    pieces = [filled([shape], mask.shape) for shape in shapes]
    assert sum(int(p.sum()) for p in pieces) == mask.sum()
    for piece, (outer, holes) in zip(pieces, shapes, strict=True):
        assert area(outer) - sum(map(area, holes)) == piece.sum()
        assert len(outlines(piece)) == 1


@settings(max_examples=200, deadline=None)
@given(masks.filter(lambda mask: mask.any()))
def test_run_lengths_are_decoded_as_pycocotools_does(mask: Mask) -> None:
    coco_masks = pytest.importorskip("pycocotools.mask")
    encoded = coco_masks.encode(np.asfortranarray(mask.astype(np.uint8)))

    assert (decoded(encoded["counts"], *mask.shape) == mask).all()


def test_a_large_mask_of_long_runs_is_decoded_as_pycocotools_does() -> None:
    coco_masks = pytest.importorskip("pycocotools.mask")
    y, x = np.mgrid[:700, :900]
    mask = ((x - 400) ** 2 + (y - 300) ** 2 < 250**2) & ~((x - 420) ** 2 + (y - 310) ** 2 < 60**2)
    encoded = coco_masks.encode(np.asfortranarray(mask.astype(np.uint8)))

    found = decoded(encoded["counts"], 700, 900)
    [(outer, [hole])] = outlines(found)

    assert (found == mask).all()
    assert area(outer) - area(hole) == coco_masks.area(encoded)


@pytest.mark.parametrize("runs", [[], [-1, 10], [3, 3], [10**12]])
def test_runs_that_do_not_fill_the_mask_are_refused(runs: list[int]) -> None:
    with pytest.raises(ValueError):
        bitmap_of_column_runs(runs, 3, 3)


def test_a_mask_too_large_or_too_ragged_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(ValueError):
        bitmap_of_column_runs([10**12], 10**6, 10**6)
    with pytest.raises(ValueError):
        outlines(np.indices((400, 400)).sum(0) % 2 == 0)
