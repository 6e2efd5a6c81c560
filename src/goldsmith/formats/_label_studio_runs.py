"""Label Studio's run lengths of a brush mask: packed bits, as Karsten Schmidt's rle-pack lays them out.

A head: how many words there are (32 bits), bits of a word less 1 (5 bits), and four sizes in bits less 1 (4 bits each).
Then chunks: one bit says whether one word is repeated or words follow, two bits which of the four sizes the length
has, then the length less 1, then the word or the words. Words are the four channels of each pixel, row by row; what is
marked is opaque, in the last channel.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from goldsmith.formats._masks import PIXELS_MOST
from goldsmith.kinds.mask.runs import Bitmap

CHANNELS = 4
WORD_BITS = 8
SIZES = (3, 4, 8, 16)  # bits of a length, of which a chunk names one
LONGEST = 1 << SIZES[-1]
CHUNKS_MOST = 5_000_000


class _Bits:
    """Reads numbers from packed bits; ValueError at their end."""

    def __init__(self, packed: bytes) -> None:
        self._packed, self._at = packed, 0

    def read(self, count: int) -> int:
        """The next `count` bits, at most 32, as a number."""
        first, last = self._at >> 3, (self._at + count + 7) >> 3
        if last > len(self._packed):
            raise ValueError("The run lengths end in the middle.")
        window = int.from_bytes(self._packed[first:last], "big")
        self._at += count
        return window >> ((last << 3) - self._at) & ((1 << count) - 1)


def bitmap_of_runs(packed: Sequence[int], width_px: int, height_px: int) -> Bitmap:
    """(height, width) of the mask; ValueError where the runs are not of a picture of this size."""
    if not 0 < width_px * height_px <= PIXELS_MOST:
        raise ValueError(f"A mask of {width_px} x {height_px} pixels is not read.")
    try:
        bits = _Bits(bytes(packed))
    except (ValueError, TypeError):
        raise ValueError("Run lengths are bytes from 0 to 255.") from None
    count, word_bits = bits.read(32), bits.read(5) + 1
    if count != width_px * height_px * CHANNELS:
        raise ValueError(f"The mask has {count} values, a picture of {width_px} x {height_px} has "
                         f"{width_px * height_px * CHANNELS}.")
    values, lengths = _chunks(bits, count, word_bits)
    ends = np.cumsum(lengths) // CHANNELS  # pixels whose last channel lies before the end of each run
    marked: NDArray[np.bool_] = np.asarray(values) > 0
    return np.repeat(marked, np.diff(ends, prepend=0)).reshape(height_px, width_px)


def _chunks(bits: _Bits, count: int, word_bits: int) -> tuple[list[int], list[int]]:
    """Words and how often each follows itself."""
    sizes = [bits.read(4) + 1 for _ in range(4)]
    values: list[int] = []
    lengths: list[int] = []
    done = 0
    while done < count:
        is_run, length = bits.read(1), bits.read(sizes[bits.read(2)]) + 1
        if done + length > count or len(values) > CHUNKS_MOST:
            raise ValueError("The run lengths mark more than the picture.")
        if is_run:
            values.append(bits.read(word_bits))
            lengths.append(length)
        else:
            values += [bits.read(word_bits) for _ in range(length)]
            lengths += [1] * length
        done += length
    return values, lengths


def runs_of_bitmap(bitmap: Bitmap) -> list[int]:
    """The bytes that say the same of a mask of (height, width)."""
    flat = bitmap.ravel()
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    starts = np.concatenate([[0], edges, [flat.size]])
    head = [f"{flat.size * CHANNELS:032b}", f"{WORD_BITS - 1:05b}", *(f"{size - 1:04b}" for size in SIZES)]
    chunks: list[str] = head
    for start, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        word, left = ("1" if flat[start] else "0") * WORD_BITS, (end - start) * CHANNELS
        while left:
            length = min(left, LONGEST)
            which = next(i for i, size in enumerate(SIZES) if length <= 1 << size)
            chunks.append(f"1{which:02b}{length - 1:0{SIZES[which]}b}{word}")
            left -= length
    text = "".join(chunks)
    text += "0" * (-len(text) % 8)
    return list(int(text, 2).to_bytes(len(text) // 8, "big"))
