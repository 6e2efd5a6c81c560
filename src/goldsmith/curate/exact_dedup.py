"""Rows whose text is the same, but for Unicode form and white space: the first by its id is kept."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence

import msgspec
import numpy as np

from goldsmith.curate._words import Numbers, Sets

name = "exact_dedup"
version = "1"
title = "The same text twice"
PARTS = 4  # of a SHA-256, as numbers of 64 bits


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How texts are compared."""

    ignore_case: bool = False


def features(texts: Sequence[str], settings: Settings) -> Sets:
    """The SHA-256 of each text in NFC, with runs of white space as one space; none for a text of white space."""
    digests: list[bytes] = []
    ends = [0]
    for text in texts:
        plain = " ".join(unicodedata.normalize("NFC", text).split())
        if plain:
            said = plain.casefold() if settings.ignore_case else plain
            digests.append(hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest())
        ends.append(PARTS * len(digests))
    return Sets(np.frombuffer(b"".join(digests), ">u8").astype(np.uint64), np.array(ends, np.int64))


def keys(features: Sets, settings: Settings) -> Numbers:
    """The first part of the digest."""
    found = np.zeros((len(features.starts) - 1, 1), np.uint64)
    has_some = np.diff(features.starts) > 0
    found[has_some, 0] = features.values[features.starts[:-1][has_some]]
    return found


def similarity(a: Numbers, b: Numbers, settings: Settings) -> float:
    """1 where the whole digest is the same."""
    return float(np.array_equal(a, b))


def least(settings: Settings) -> float:
    """Only the same."""
    return 1.0
