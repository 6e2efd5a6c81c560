"""Number: an amount that somebody reads off, counts or estimates."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from msgspec import Struct, structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.kinds.choice.kind import label_by_vote
from goldsmith.kinds.choice.kind import problems as choice_problems
from goldsmith.kinds.rating.median import lower_median

per_label = True
alike_within = 0.02
measure = "nearness of numbers"
OFF_STEP = 1e-9  # of a step: what counting in binary may be off


class Number(AnnotatedObject, frozen=True, kw_only=True, tag="number"):
    """The amount for the question `label`, in the field's unit."""

    number: float


class NumberSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which numbers a field takes."""

    minimum: float | None = None  # included
    maximum: float | None = None
    step: float | None = None  # counted from the minimum, else from 0; None: any number
    unit: str = ""

    def __post_init__(self) -> None:
        """Refuse a range without numbers and a step that is none."""
        if any(one is not None and not isfinite(one) for one in (self.minimum, self.maximum, self.step)):
            raise ValueError("Bounds and step are finite numbers.")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"The minimum {self.minimum:g} is above the maximum {self.maximum:g}.")
        if self.step is not None and self.step <= 0:
            raise ValueError(f"The step is above 0, not {self.step:g}.")


value = Number
settings = NumberSettings


def problems(value: Number, item: ItemData) -> list[str]:
    """What is wrong with the number on this item, in words."""
    return choice_problems(value, item) + ([] if isfinite(value.number) else ["The number is not finite."])


def misfits(value: Number, settings: NumberSettings) -> list[str]:
    """What is wrong with the number under these settings, in words."""
    found, unit = [], f" {settings.unit}" if settings.unit else ""
    if settings.minimum is not None and value.number < settings.minimum:
        found.append(f"{value.number:g}{unit} is less than {settings.minimum:g}{unit}.")
    if settings.maximum is not None and value.number > settings.maximum:
        found.append(f"{value.number:g}{unit} is more than {settings.maximum:g}{unit}.")
    if settings.step is not None and isfinite(value.number):
        steps = (value.number - (settings.minimum or 0.0)) / settings.step
        if abs(steps - round(steps)) > OFF_STEP * max(1.0, abs(steps)):
            found.append(f"{value.number:g}{unit} is not a multiple of the step {settings.step:g}.")
    return found


def distance(a: Number, b: Number) -> float:
    """|a − b| / (|a| + |b|), 1 where the signs differ or the question or asset does.

    About half of the relative difference. G. N. Lance and W. T. Williams, "Mixed-data classificatory programs" (1967).
    """
    if (a.label, a.asset) != (b.label, b.asset):
        return 1.0
    x, y = abs(a.number), abs(b.number)
    most = max(x, y)
    if most == 0 or not isfinite(most):
        return float(a.number != b.number)
    return min(1.0, abs(a.number / most - b.number / most) / (x / most + y / most))


def merge(values: Sequence[Number], weights: Sequence[float]) -> Number:
    """The weighted lower median, on the first value; it is a number that somebody gave."""
    middle = lower_median([one.number for one in values], weights)
    return structs.replace(values[0], label=label_by_vote(values, weights), number=middle)
