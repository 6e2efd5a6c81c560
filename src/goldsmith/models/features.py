"""Features: an item as numbers without a model from elsewhere: hashed words of a text, a picture's colours and edges.

Weinberger et al., "Feature hashing for large scale multitask learning" (ICML 2009), for texts; for pictures a grid of
mean colours and of histograms of edges' directions, after Dalal and Triggs (CVPR 2005).
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

Floats = NDArray[np.float32]
TEXT_DIMENSIONS = 4096
TEXT_MOST = 20_000  # characters that are read
SIDE, CELLS, DIRECTIONS, COLOURS = 64, 4, 8, 4
WORD = re.compile(r"\w+|[^\w\s]")


def text_features(texts: Sequence[str], dimensions: int = TEXT_DIMENSIONS) -> Floats:
    """(n, dimensions): words, pairs and pieces of words, each counted as log(1 + count); each row has length 1.

    Few dimensions tell texts apart as wholes; to learn which words matter takes more.
    """
    found = np.zeros((len(texts), dimensions), np.float32)
    for i, text in enumerate(texts):
        for piece, count in Counter(_pieces(text[:TEXT_MOST].lower())).items():
            digest = crc32(piece.encode())
            found[i, digest % dimensions] += np.log1p(count) * (1.0 if digest & 0x8000_0000 else -1.0)
    return _unit(found)


def _pieces(text: str) -> list[str]:
    words = WORD.findall(text)
    pairs = [f"{a} {b}" for a, b in zip(words, words[1:], strict=False)]
    parts = [f"#{padded[i : i + 4]}" for word in words if len(word) > 3 for padded in [f"^{word}$"]
             for i in range(len(padded) - 3)]
    return words + pairs + parts


def picture_features(raw: bytes) -> Floats | None:
    """(288,): colours and edges of a picture, of length 1; None where the bytes are no picture."""
    try:
        with Image.open(io.BytesIO(raw)) as image:
            image.draft("RGB", (SIDE * 2, SIDE * 2))
            small = np.asarray(image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX), np.float32) / 255.0
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    cell = SIDE // CELLS
    grid = small.reshape(CELLS, cell, CELLS, cell, 3).swapaxes(1, 2)  # (4, 4, 16, 16, 3)
    means, spreads = grid.mean(axis=(2, 3)), grid.std(axis=(2, 3))
    parts = [means.ravel() - means.mean(), spreads.ravel(), _edges(small), _colours(small)]
    return np.asarray(_unit(np.concatenate([_unit(part[None])[0] for part in parts])[None])[0], np.float32)


def _edges(small: Floats) -> Floats:
    """(128,): how strong the edges of each direction are, in each cell of the grid."""
    grey = small.mean(axis=2)
    down, right = np.gradient(grey)
    strength = np.hypot(down, right)
    sector = ((np.arctan2(down, right) % np.pi) / np.pi * DIRECTIONS).astype(int) % DIRECTIONS
    cell = SIDE // CELLS
    rows, columns = np.indices(grey.shape) // cell
    bins = ((rows * CELLS + columns) * DIRECTIONS + sector).ravel()
    found = np.bincount(bins, strength.ravel(), CELLS * CELLS * DIRECTIONS)
    return np.sqrt(found).astype(np.float32)


def _colours(small: Floats) -> Floats:
    """(64,): how much of the picture each colour covers."""
    steps = np.minimum((small * COLOURS).astype(int), COLOURS - 1).reshape(-1, 3)
    bins = (steps[:, 0] * COLOURS + steps[:, 1]) * COLOURS + steps[:, 2]
    return np.sqrt(np.bincount(bins, minlength=COLOURS**3) / len(bins)).astype(np.float32)


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)
