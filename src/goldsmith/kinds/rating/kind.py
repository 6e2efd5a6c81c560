"""Rating: a level of an ordered scale for one criterion, about the whole item or one of its assets.

A rubric is a field of ratings whose criteria carry weights: its `score` is what they come to together.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.kinds.choice.kind import label_by_vote
from goldsmith.kinds.choice.kind import problems as choice_problems
from goldsmith.kinds.rating.median import lower_median

LEVELS_MOST = 101  # 0 to 100
per_label = True
alike_within = 0.25  # neighbours on a scale of five
measure = "nearness of levels"


class Rating(AnnotatedObject, frozen=True, kw_only=True, tag="rating"):
    """Level 1 … `levels` for the criterion `label`; the highest is best."""

    level: int
    levels: int


class RatingSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The scale of a field of ratings."""

    levels: int = 5  # 2 … 101
    low: str = ""  # what the lowest level means
    high: str = ""
    weights: dict[str, float] = {}  # by criterion, > 0; 1 where it is not named

    def __post_init__(self) -> None:
        """Refuse a scale without steps and weights that are none."""
        if not 2 <= self.levels <= LEVELS_MOST:
            raise ValueError(f"A scale has 2 to {LEVELS_MOST} levels, not {self.levels}.")
        wrong = sorted(name for name, weight in self.weights.items() if not 0 < weight < float("inf"))
        if wrong:
            raise ValueError(f"The weight of {wrong[0]!r} is not a number above 0.")


value = Rating
settings = RatingSettings
problems = choice_problems


def misfits(value: Rating, settings: RatingSettings) -> list[str]:
    """What is wrong with the rating on this scale, in words."""
    if value.levels != settings.levels:
        return [f"The rating is on a scale of {value.levels} levels, the field's has {settings.levels}."]
    if not 1 <= value.level <= settings.levels:
        return [f"The level is 1 to {settings.levels}, not {value.level}."]
    return []


def distance(a: Rating, b: Rating) -> float:
    """How far the levels lie apart, as a share of the scale; 1 for another criterion or asset."""
    if (a.label, a.asset) != (b.label, b.asset):
        return 1.0
    return min(1.0, abs(_share(a) - _share(b)))


def merge(values: Sequence[Rating], weights: Sequence[float]) -> Rating:
    """The weighted lower median of the levels on the first one's scale; the rest from the first value."""
    levels = values[0].levels
    middle = lower_median([_share(one) for one in values], weights)
    level = 1 + round(middle * (levels - 1))
    return structs.replace(values[0], label=label_by_vote(values, weights), level=level)


def score(values: Sequence[Rating], settings: RatingSettings) -> float | None:
    """The weighted mean of the ratings as shares of the scale, in [0, 1]; None without ratings."""
    weights = [settings.weights.get(one.label, 1.0) for one in values]
    total = sum(weights)
    return sum(w * _share(one) for w, one in zip(weights, values, strict=True)) / total if total else None


def _share(one: Rating) -> float:
    """Where the level lies on its scale, in [0, 1]."""
    return min(1.0, max(0.0, (one.level - 1) / (one.levels - 1))) if one.levels > 1 else 0.0
