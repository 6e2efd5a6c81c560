"""Words of many texts at once, as numbers: the ground under everything that counts or compares words.

A word is a run of letters, marks, digits and underscores, in lower case; in scripts that put no
space between words (Han, Kana, Thai, Lao, Khmer, Burmese) each letter is one. Numbers are polynomial hashes of 64
bits: two different words share one with a chance of about 2**-60.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint64]

BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that it has an inverse modulo 2**64
INVERSE = np.uint64(pow(int(BASE), -1, 2**64))
PORTION = 1 << 16  # characters
UNSPACED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF),
            (0xF900, 0xFAFF), (0x20000, 0x323AF))


class Sets(NamedTuple):
    """Numbers of several rows behind one another: row i has `values[starts[i]:starts[i + 1]]`."""

    values: Numbers
    starts: NDArray[np.int64]  # one more than there are rows

    def row(self, index: int) -> Numbers:
        """The numbers of one row."""
        return self.values[self.starts[index]:self.starts[index + 1]]


def words_of(texts: Sequence[str]) -> Sets:
    """The words of each text in their order."""
    values: list[Numbers] = [np.empty(0, np.uint64)]
    starts: list[NDArray[np.int64]] = [np.zeros(1, np.int64)]
    known = 0
    for some in _portions(texts):
        words, ends = _portion(some)
        values.append(words)
        starts.append(ends + known)
        known += len(words)
    return Sets(np.concatenate(values), np.concatenate(starts))


def _portions(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Texts in portions that a processor's cache holds."""
    begin = size = 0
    for i, text in enumerate(texts):
        size += len(text) + 1
        if size > PORTION:
            if i > begin:
                yield texts[begin:i]
            begin, size = i, len(text) + 1
    if begin < len(texts):
        yield texts[begin:]


def _portion(texts: Sequence[str]) -> tuple[Numbers, NDArray[np.int64]]:
    """All words behind one another, and how many there are up to the end of each text."""
    ends = np.cumsum(np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts)))
    codes = np.frombuffer("\n".join([*texts, ""]).encode("utf-32-le", "surrogatepass"), np.uint32)
    letters = _letters().take(codes)
    is_word = letters != 0
    begins = is_word.copy()
    begins[1:] &= ~is_word[:-1]
    if codes.max() >= UNSPACED[0][0]:
        alone = _is_alone().take(codes)
        begins |= alone
        begins[1:] |= is_word[1:] & alone[:-1]
    first = np.flatnonzero(begins)
    if not len(first):
        return np.empty(0, np.uint64), np.zeros(len(texts), np.int64)
    letters *= _powers(len(letters))
    values = np.add.reduceat(letters, first)
    values *= _inverses(len(letters)).take(first)
    return mixed(values), np.searchsorted(first, ends)


def shingles_of(words: Sets, width: int) -> Sets:
    """Each run of `width` words of a row as one number; a row of fewer words has one, of all of them."""
    values, starts = words
    counts = np.diff(starts)
    if not len(values):
        return words
    padded = np.concatenate((values, np.zeros(width - 1, np.uint64)))
    total = np.zeros(len(values), np.uint64)
    for i in range(width):
        total += padded[i:i + len(values)] * _powers(width)[i]
    is_whole = np.ones(len(values), bool)
    for i in range(1, width):  # a run that would reach into the next row
        late = starts[1:] - i
        is_whole[late[late >= starts[:-1]]] = False
    short = np.flatnonzero((counts > 0) & (counts < width))
    for row in short.tolist():
        some = values[starts[row]:starts[row + 1]]
        total[starts[row]] = np.uint64(len(some)) + (some * _powers(width)[:len(some)]).sum(dtype=np.uint64)
        is_whole[starts[row]] = True
    kept = np.concatenate(([0], np.cumsum(is_whole)))
    return Sets(mixed(total[is_whole]), kept[starts])


def mixed(values: Numbers) -> Numbers:
    """Each number spread over all 64 bits (the finalizer of MurmurHash3, Appleby, public domain algorithm)."""
    values = values ^ (values >> np.uint64(33))
    values *= np.uint64(0xFF51AFD7ED558CCD)
    values ^= values >> np.uint64(33)
    values *= np.uint64(0xC4CEB9FE1A85EC53)
    values ^= values >> np.uint64(33)
    return values


@cache
def _letters() -> Numbers:
    """What each character adds to its word: its lower case, and nothing for what lies between words."""
    found = np.zeros(0x110000, np.uint64)
    for code in range(0x110000):
        if unicodedata.category(chr(code))[0] in "LNM" or code == 0x5F:
            lower = chr(code).lower()
            found[code] = (ord(lower) if len(lower) == 1 else code) + 1
    return found


@cache
def _is_alone() -> NDArray[np.bool_]:
    found = np.zeros(0x110000, np.bool_)
    for low, high in UNSPACED:
        found[low:high + 1] = _letters()[low:high + 1] != 0
    return found


_tables: dict[int, Numbers] = {}


def _powers(count: int) -> Numbers:
    return _table(BASE, count)


def _inverses(count: int) -> Numbers:
    return _table(INVERSE, count)


def _table(base: np.uint64, count: int) -> Numbers:
    """base**0, base**1, … modulo 2**64; made again, larger, where a text needs more of them."""
    known = _tables.get(int(base))
    if known is None or len(known) < count:
        size = 1 << max(16, (count - 1).bit_length())
        known = np.full(size, base, np.uint64)
        known[0] = 1
        known = np.cumprod(known)
        _tables[int(base)] = known
    return known[:count]
