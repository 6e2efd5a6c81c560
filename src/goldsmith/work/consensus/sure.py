"""Sure: how sure each object of a task is, as it is kept with the task where shapes were weighed by skill."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct


class Sure(Struct, frozen=True, kw_only=True):
    """One object; `is_kept`: it is in what the answers come to, else only in answers."""

    object_id: str
    probability: float  # that it is there with its label
    is_kept: bool
    is_in_doubt: bool
    marked_as: dict[str, str]  # annotation_id → the object's id in that answer


def encode_sure(sure: Sequence[Sure]) -> str:
    """As it is kept; empty for none."""
    rounded = [msgspec.structs.replace(one, probability=round(one.probability, 4)) for one in sure]
    return msgspec.json.encode(rounded).decode() if rounded else ""


def decode_sure(text: str) -> list[Sure]:
    """What `encode_sure` made."""
    return msgspec.json.decode(text, type=list[Sure]) if text else []
