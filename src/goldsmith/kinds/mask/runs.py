"""Run lengths of a mask as a short text: COCO's compressed form, over rows.

The runs alternate between pixels outside and inside, beginning outside; from the third on each is written as what it is
more than the one before the last, in groups of five bits as printable characters (T.-Y. Lin et al., COCO API,
`maskApi.c`, `rleToString`). COCO itself runs over columns; here rows follow one another, as they lie in memory.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FIRST = 48  # "0": the character of nothing
MORE, SIGN, BITS = 0x20, 0x10, 5
LONGEST = 13  # characters of one number of 64 bits

Bitmap = NDArray[np.bool_]


def counts_of(text: str) -> NDArray[np.int64]:
    """The run lengths that the text says. Raises ValueError where it says none."""
    found: list[int] = []
    number = shift = 0
    for character in text:
        group = ord(character) - FIRST
        if not 0 <= group < 2 * MORE or shift > BITS * LONGEST:
            raise ValueError(f"{character!r} is no part of run lengths")
        number |= (group & (MORE - 1)) << shift
        shift += BITS
        if group & MORE:
            continue
        if group & SIGN:
            number -= 1 << shift
        found.append(number + (found[-2] if len(found) > 2 else 0))
        if found[-1] < 0:
            raise ValueError("a run is shorter than nothing")
        number = shift = 0
    if shift:
        raise ValueError("the last number is cut off")
    return np.array(found, dtype=np.int64)


def text_of(counts: NDArray[np.int64]) -> str:
    """The text of run lengths."""
    characters: list[str] = []
    numbers = counts.tolist()
    for i, count in enumerate(numbers):
        left = count - numbers[i - 2] if i > 2 else count
        is_open = True
        while is_open:
            group = left & (MORE - 1)
            left >>= BITS
            is_open = left != (-1 if group & SIGN else 0)
            characters.append(chr((group | MORE if is_open else group) + FIRST))
    return "".join(characters)


def decode(text: str, width_px: int, height_px: int) -> Bitmap:
    """(height, width) of the mask. Raises ValueError where the runs do not fill it exactly."""
    counts = counts_of(text)
    if int(counts.sum()) != width_px * height_px:
        raise ValueError(f"the runs fill {int(counts.sum())} pixels of {width_px} x {height_px}")
    inside = np.arange(len(counts)) % 2 == 1
    bitmap: Bitmap = np.repeat(inside, counts).reshape(height_px, width_px)
    return bitmap


def fits_closely(counts: NDArray[np.int64], width_px: int) -> bool:
    """Whether what the runs mark reaches all four sides of a rectangle of this width."""
    ends = np.cumsum(counts)
    starts, ends = (ends - counts)[1::2], ends[1::2]
    is_real = ends > starts
    starts, ends = starts[is_real], ends[is_real]
    if not len(starts):
        return False
    rows = int(counts.sum()) // width_px
    first, last = starts // width_px, (ends - 1) // width_px
    is_wide = bool((last > first).any())  # it goes on in the next row: both edges are marked
    reaches_left = is_wide or bool((starts % width_px == 0).any())
    reaches_right = is_wide or bool((ends % width_px == 0).any())
    return reaches_left and reaches_right and int(first[0]) == 0 and int(last[-1]) == rows - 1


def encode(bitmap: Bitmap) -> str:
    """The text of a mask of (height, width)."""
    flat = bitmap.ravel()
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    counts = np.diff(np.concatenate([[0], edges, [flat.size]])).astype(np.int64)
    if flat.size and flat[0]:
        counts = np.concatenate([[0], counts])
    return text_of(counts)
