"""Step: what is said of one message, call or result of a trace."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct, structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.kinds.choice.kind import label_by_vote
from goldsmith.kinds.choice.kind import problems as choice_problems

measure = "labels of the same step"


class Step(AnnotatedObject, frozen=True, kw_only=True, tag="step"):
    """The label of step `step`, counted from 1, and a remark on it; remarks do not count in agreement."""

    step: int
    comment: str = ""


class StepSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where an item's trace is."""

    trace: str = "trace"  # data key that holds a JSON list of messages

    def __post_init__(self) -> None:
        """Refuse a trace without a name."""
        if not self.trace:
            raise ValueError("`trace` names the data key of the trace.")


value = Step
settings = StepSettings


def problems(value: Step, item: ItemData) -> list[str]:
    """What is wrong with the step on this item, in words; where it names its trace as its asset, its length counts."""
    found = choice_problems(value, item)
    if value.step < 1:
        return [*found, f"Steps are counted from 1, not {value.step}."]
    held = item.data.get(value.asset)
    count = _count(held) if isinstance(held, str) else None
    if count is not None and value.step > count:
        found.append(f"The trace has {count} steps, there is no step {value.step}.")
    return found


def _count(trace: str) -> int | None:
    """How many steps the trace has; None where it is no JSON list."""
    try:
        return len(msgspec.json.decode(trace, type=list[msgspec.Raw]))
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None


def misfits(value: Step, settings: StepSettings) -> list[str]:
    """What is wrong with the step under these settings, in words."""
    if value.asset not in ("", settings.trace):
        return [f"The step is of {value.asset!r}, the field's trace is {settings.trace!r}."]
    return []


def distance(a: Step, b: Step) -> float:
    """0 for the same step with the same label, 1 for another step or asset, 0.5 for another label."""
    if (a.step, a.asset) != (b.step, b.asset):
        return 1.0
    return 0.0 if a.label == b.label else 0.5


def merge(values: Sequence[Step], weights: Sequence[float]) -> Step:
    """The step and the label with most weight; the rest from the first.

    A remark stays where all who made one made the same: nobody's words stand under a label that they did not give.
    """
    label = label_by_vote(values, weights)
    votes: dict[int, float] = {}
    for one, weight in zip(values, weights, strict=True):
        votes[one.step] = votes.get(one.step, 0.0) + weight
    step = min(votes, key=lambda number: (-votes[number], number))
    remarks = {one.comment for one in values if one.comment}
    comment = remarks.pop() if len(remarks) == 1 else ""
    return structs.replace(values[0], label=label, step=step, comment=comment)
