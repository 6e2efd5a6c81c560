"""What others said of an item, as a row of JSON holds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from goldsmith.core.dataset import Opinion
from goldsmith.core.errors import BadInput
from goldsmith.kinds import decode_value


class Said(msgspec.Struct, omit_defaults=True):
    """One of them: who, what, and how sure of each object by its id."""

    by: str = ""
    value: dict[str, Any] = {}
    scores: dict[str, float] = {}


def plain_opinions(opinions: Sequence[Opinion]) -> list[Said]:
    """Opinions as a row holds them."""
    return [Said(by=one.by, value=dict(one.value), scores=one.scores) for one in opinions]


def read_opinions(given: Any, where: str) -> tuple[Opinion, ...]:
    """The opinions of a row; BadInput says where they do not fit."""
    try:
        said = msgspec.convert(given or [], list[Said])
    except msgspec.ValidationError as error:
        raise BadInput(f"The {where} cannot be read: {error}", where=where) from error
    scores = [{name: min(1.0, max(0.0, score)) for name, score in one.scores.items()} for one in said]
    return tuple(Opinion(by=one.by, value=decode_value(one.value), scores=kept)
                 for one, kept in zip(said, scores, strict=True))
