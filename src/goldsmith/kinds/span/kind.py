"""Span: a range of a text, in Unicode code points."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.kinds.choice.kind import label_by_vote


class Span(AnnotatedObject, frozen=True, kw_only=True, tag="span"):
    """Code points start to end of a text, end not included; an emoji may be several."""

    start: int
    end: int


value = Span
unit = "characters"


def problems(value: Span, item: ItemData) -> list[str]:
    """What is wrong with the span on this item, in words."""
    found: list[str] = []
    if value.start < 0:
        found.append(f"The span starts at {value.start}, before the text.")
    if value.end <= value.start:
        found.append(f"The span is empty ({value.start} to {value.end}).")
    text = item.data.get(value.asset)
    if isinstance(text, str):
        if value.end > len(text):
            found.append(f"The span ends at {value.end}, but the text has {len(text)} code points.")
    elif value.asset and value.asset not in item.assets:
        found.append(f"The item has no text {value.asset!r}.")
    return found


def distance(a: Span, b: Span) -> float:
    """1 - intersection over union of the ranges; 1 for another label or asset."""
    if (a.label, a.asset) != (b.label, b.asset):
        return 1.0
    if (a.start, a.end) == (b.start, b.end):
        return 0.0
    common = max(0, min(a.end, b.end) - max(a.start, b.start))
    union = (a.end - a.start) + (b.end - b.start) - common
    return 1.0 - common / union if union > 0 else 1.0


def bounds(value: Span) -> tuple[tuple[float, float], ...]:
    """The span's range, in code points."""
    return ((float(value.start), float(value.end)),)


def merge(values: Sequence[Span], weights: Sequence[float]) -> Span:
    """Weighted lower median of each border, label by vote; the rest from the first value."""
    start = _median([v.start for v in values], weights)
    end = _median([v.end for v in values], weights)
    return structs.replace(values[0], label=label_by_vote(values, weights), start=start, end=end)


def _median(numbers: Sequence[int], weights: Sequence[float]) -> int:
    """The smallest number that, with those below it, holds at least half of the weight."""
    half, held = sum(weights) / 2, 0.0
    ordered = sorted(zip(numbers, weights, strict=True))
    for number, weight in ordered:
        held += weight
        if held >= half:
            return number
    return ordered[-1][0]
