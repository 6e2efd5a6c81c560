"""Span: a range of a text, in Unicode code points; where something stands between its parts, several ranges."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msgspec import structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.kinds.choice.kind import label_by_vote

Part = tuple[int, int]


class Span(AnnotatedObject, frozen=True, kw_only=True, tag="span"):
    """Code points start to end of a text, end not included, and those of each further part; an emoji may be several.

    `more` holds (start, end) of the parts after the first, in the order of the text, something between each two.
    """

    start: int
    end: int
    more: tuple[Part, ...] = ()


value = Span
unit = "characters"


def parts_of(value: Span) -> tuple[Part, ...]:
    """All its ranges, in the order of the text."""
    return ((value.start, value.end), *value.more)


def problems(value: Span, item: ItemData) -> list[str]:
    """What is wrong with the span on this item, in words."""
    found: list[str] = []
    if value.start < 0:
        found.append(f"The span starts at {value.start}, before the text.")
    parts = parts_of(value)
    found += [f"The span is empty ({start} to {end})." for start, end in parts if end <= start]
    found += [f"The part {b[0]} to {b[1]} does not come after {a[0]} to {a[1]}, with something between them."
              for a, b in pairwise(parts) if b[0] <= a[1]]
    text = item.data.get(value.asset)
    if isinstance(text, str):
        last = parts[-1][1]
        if last > len(text):
            found.append(f"The span ends at {last}, but the text has {len(text)} code points.")
    elif value.asset and value.asset not in item.assets:
        found.append(f"The item has no text {value.asset!r}.")
    return found


def distance(a: Span, b: Span) -> float:
    """1 - intersection over union of the code points covered; 1 for another label or asset."""
    if (a.label, a.asset) != (b.label, b.asset):
        return 1.0
    ours, theirs = parts_of(a), parts_of(b)
    if ours == theirs:
        return 0.0
    common = sum(max(0, min(end, last) - max(start, first)) for start, end in ours for first, last in theirs)
    union = sum(end - start for start, end in (*ours, *theirs)) - common
    return 1.0 - common / union if union > 0 else 1.0


def bounds(value: Span) -> tuple[tuple[float, float], ...]:
    """From the span's first code point to the end of its last part."""
    return ((float(value.start), float(parts_of(value)[-1][1])),)


def merge(values: Sequence[Span], weights: Sequence[float]) -> Span:
    """Weighted lower median of each border of those with the usual number of parts; label by vote, rest from the first.

    Borders that are in order in each value are so in the medians. Of numbers of parts with equal weight the least.
    """
    counts: dict[int, float] = {}
    for one, weight in zip(values, weights, strict=True):
        counts[len(one.more)] = counts.get(len(one.more), 0.0) + weight
    usual = min(counts, key=lambda count: (-counts[count], count))
    alike = [(parts_of(one), weight) for one, weight in zip(values, weights, strict=True) if len(one.more) == usual]
    own = [weight for _, weight in alike]
    (start, end), *more = (
        (_median([parts[i][0] for parts, _ in alike], own), _median([parts[i][1] for parts, _ in alike], own))
        for i in range(usual + 1))
    return structs.replace(values[0], label=label_by_vote(values, weights), start=start, end=end, more=tuple(more))


def _median(numbers: Sequence[int], weights: Sequence[float]) -> int:
    """The smallest number that, with those below it, holds at least half of the weight."""
    half, held = sum(weights) / 2, 0.0
    ordered = sorted(zip(numbers, weights, strict=True))
    for number, weight in ordered:
        held += weight
        if held >= half:
            return number
    return ordered[-1][0]
