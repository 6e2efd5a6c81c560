"""Choice: one label for the whole item or one of its assets."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData


class Choice(AnnotatedObject, frozen=True, kw_only=True, tag="choice"):
    """A label chosen; it has no place."""


value = Choice


def problems(value: AnnotatedObject, item: ItemData) -> list[str]:
    """What is wrong on this item with something that is said of all of it or of an asset, in words."""
    if value.asset and value.asset not in item.assets and value.asset not in item.data:
        return [f"The item has no asset {value.asset!r}."]
    return []


def distance(a: Choice, b: Choice) -> float:
    """0 for the same label, else 1."""
    return 0.0 if a.label == b.label else 1.0


def merge(values: Sequence[Choice], weights: Sequence[float]) -> Choice:
    """The label with most weight, on the first value."""
    return structs.replace(values[0], label=label_by_vote(values, weights))


def label_by_vote(values: Sequence[AnnotatedObject], weights: Sequence[float]) -> str:
    """The label with most weight; of equals, the first in sorted order."""
    votes: dict[str, float] = {}
    for v, w in zip(values, weights, strict=True):
        votes[v.label] = votes.get(v.label, 0.0) + w
    return min(votes, key=lambda label: (-votes[label], label))
