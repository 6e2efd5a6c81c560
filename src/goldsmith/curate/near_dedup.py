"""Rows that share most of their words in the same order: the first by its id is kept.

Candidates come from MinHash with bands (Broder 1997; see `_minhash`); each is then compared exactly, by the sets of all
its runs of `shingle` words, so that what is called alike is alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np

from goldsmith.core.errors import BadInput
from goldsmith.curate._minhash import bands_of, rows_per_band, signatures
from goldsmith.curate._words import Numbers, Sets, shingles_of, words_of

name = "near_dedup"
version = "1"
title = "Nearly the same text"
SHINGLE_MOST = 50


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What counts as alike.

    `jaccard` is the share of all runs of words that both have; `containment` the share of the smaller one's that the
    other has too, which finds texts that were cut off or that stand within another.
    """

    threshold: float = 0.8
    measure: Literal["jaccard", "containment"] = "jaccard"
    shingle: int = 5  # words
    length_least: float = 0.5  # containment only: how long the shorter one is at least, as a share of the longer

    def __post_init__(self) -> None:
        for where, value in (("threshold", self.threshold), ("length_least", self.length_least)):
            if not 0.05 <= value <= 1:
                raise BadInput(f"{where} is {value}.", where=where, hint="It lies between 0.05 and 1.")
        if not 1 <= self.shingle <= SHINGLE_MOST:
            raise BadInput(f"shingle is {self.shingle}.", where="shingle", hint=f"From 1 to {SHINGLE_MOST} words.")


def features(texts: Sequence[str], settings: Settings) -> Sets:
    """The runs of words of each text, as numbers of 64 bits."""
    return shingles_of(words_of(texts), settings.shingle)


def keys(features: Sets, settings: Settings) -> Numbers:
    """The bands of its MinHash; so many that a pair just as alike as asked is hardly ever missed."""
    return bands_of(signatures(features), rows_per_band(_jaccard_least(settings)))


def similarity(a: Numbers, b: Numbers, settings: Settings) -> float:
    """By the measure asked for; 0 where one is shorter than `length_least` allows."""
    if not len(a) or not len(b):
        return 0.0
    short, long = sorted((a, b), key=len)
    at = np.searchsorted(long, short)
    at[at == len(long)] = 0
    shared = int((long[at] == short).sum())
    if settings.measure == "jaccard":
        return shared / (len(a) + len(b) - shared)
    return shared / len(short) if len(short) >= settings.length_least * len(long) else 0.0


def least(settings: Settings) -> float:
    """The threshold."""
    return settings.threshold


def _jaccard_least(settings: Settings) -> float:
    """The Jaccard similarity that a pair just as alike as asked has at least."""
    if settings.measure == "jaccard":
        return settings.threshold
    c = settings.threshold
    return c / (1 + 1 / settings.length_least - c)
