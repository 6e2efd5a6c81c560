"""Embedding: an item as one row of numbers of length 1, so that items can be compared.

By a model that was registered for it; else, without weights from anywhere, texts by their words and pieces of words,
pictures by their colours and edges. Rows of two spaces are never compared: the space is named beside each.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from goldsmith.core.errors import GoldsmithError
from goldsmith.core.item import ItemData
from goldsmith.models import Access
from goldsmith.models.features import Floats, picture_features, text_features

TEXT_SPACE, PICTURE_SPACE = "words-1", "looks-2"  # with another number, other rows
DIMENSIONS = 256  # of a text


class Embedded(Struct, frozen=True, kw_only=True):
    """An item in its space."""

    space: str
    row: Floats  # (d,), of length 1


def embed(items: Sequence[ItemData], access: Access) -> list[Embedded | None]:
    """Each item by its first picture, or by all its texts where it has none; None where it has neither."""
    if access.embedder is not None:
        space = access.embedder.name
        return [None if row is None else Embedded(space=space, row=row) for row in access.embedder.embed(items)]
    found: list[Embedded | None] = [None] * len(items)
    texts: dict[int, str] = {}
    for i, item in enumerate(items):
        sha256, text = picture_of(item, ""), text_of(item, "")
        row = looks(sha256, access) if sha256 else None
        if row is not None:
            found[i] = Embedded(space=PICTURE_SPACE, row=row)
        elif text is not None:
            texts[i] = text
    for i, made in zip(texts, embed_texts(list(texts.values())), strict=True):
        found[i] = made
    return found


def embed_texts(texts: Sequence[str]) -> list[Embedded | None]:
    """The built-in space of texts; None for a text without a word or a sign."""
    return [Embedded(space=TEXT_SPACE, row=row) if row.any() else None for row in text_features(texts, DIMENSIONS)]


def looks(sha256: str, access: Access) -> Floats | None:
    """A picture's features, made once from the picture made small; None where it is none."""
    kept = access.recall(sha256, f"{PICTURE_SPACE}.f16")
    if kept is not None:
        return np.frombuffer(kept, "<f2").astype(np.float32)
    try:
        made = picture_features((access.small or access.read)(sha256))
    except GoldsmithError:  # it is not there, or is no picture
        return None
    if made is not None:
        access.keep(sha256, f"{PICTURE_SPACE}.f16", made.astype("<f2").tobytes())
    return made


def text_of(item: ItemData, key: str) -> str | None:
    """The text that is looked at; None where it is a picture, or nothing."""
    if key:
        named = item.data.get(key)
        return named if isinstance(named, str) else None
    if any(facts.media_type.startswith("image/") for facts in item.assets.values()):
        return None
    found = [value for value in item.data.values() if isinstance(value, str)]
    return "\n".join(found) if found else None


def picture_of(item: ItemData, key: str) -> str:
    """The hash of the picture that is looked at; empty: there is none."""
    return next((facts.sha256 for name, facts in item.assets.items()
                 if facts.media_type.startswith("image/") and (not key or key == name)), "")
