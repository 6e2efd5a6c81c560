"""Taxonomy: a category in a tree, for the whole item or one of its assets; labels are paths, "A > B > C"."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.kinds.choice.kind import label_by_vote
from goldsmith.kinds.choice.kind import problems as choice_problems

LABELS_MOST = 20_000
BETWEEN = ">"


class Taxonomy(AnnotatedObject, frozen=True, kw_only=True, tag="taxonomy"):
    """A category chosen, by its whole path."""


value = Taxonomy
problems = choice_problems


def path_of(label: str) -> tuple[str, ...]:
    """The steps of a label's path, from the root."""
    return tuple(step.strip() for step in label.split(BETWEEN))


def distance(a: Taxonomy, b: Taxonomy) -> float:
    """1 less twice the steps in common from the root, over the steps of both; 1 on another asset.

    Z. Wu and M. Palmer, "Verb semantics and lexical selection" (1994).
    """
    if a.asset != b.asset:
        return 1.0
    x, y = path_of(a.label), path_of(b.label)
    shared = 0
    while shared < min(len(x), len(y)) and x[shared] == y[shared]:
        shared += 1
    return 1 - 2 * shared / (len(x) + len(y))


def merge(values: Sequence[Taxonomy], weights: Sequence[float]) -> Taxonomy:
    """The path with most weight, on the first value."""
    return structs.replace(values[0], label=label_by_vote(values, weights))
