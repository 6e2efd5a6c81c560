"""Audit: which answers to check again, and what the checks say of all of them, with an interval.

A sample is drawn by hash, so that anyone with the task ids and the seed draws the same one, in any order of the
ids; its sampling probabilities go with it, because without them no figure about the whole follows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Literal

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from goldsmith.core.schema import LabelSchema
from goldsmith.quality.agreement import differences
from goldsmith.quality.interval import normal_quantile, student_quantile, wilson
from goldsmith.quality.pairing import Plug, Value


class Checked(Struct, frozen=True, kw_only=True):
    """Objects of an audited item, and how many of them are wrong; an object that is missing counts in both."""

    objects: int
    wrong: int


class AuditedItem(Struct, frozen=True, kw_only=True):
    """What an audit found in one item. `objects` and `wrong` as in `Checked`, `by_label` the same by `label_key`."""

    objects: int
    wrong: int
    probability: float  # with which the item was drawn, in (0, 1]
    by_label: dict[str, Checked] = field(default_factory=dict)


class Rate(Struct, frozen=True, kw_only=True):
    """A share of the whole as a sample shows it, with its interval."""

    value: float | None  # None: nothing of this sort was in the sample
    low: float
    high: float
    n: int  # how many items or objects were checked
    items: int  # in how many items they lie
    confidence: float
    method: str


def label_key(field_name: str, label: str) -> str:
    """The name of a label in figures over all fields, two of which may have labels of one name."""
    return f"{field_name}/{label}"


def count_errors(
    truth: Value,
    answer: Value,
    schema: LabelSchema,
    plugs: Mapping[str, Plug],
    *,
    probability: float,
    limit: float = 0.5,
    tolerance: float | None = None,
    accepted: Collection[int] = (),
) -> AuditedItem:
    """The errors of `answer` where a reviewer says `truth`; an object with several differences is wrong once.

    An object counts under its true label, an object too many under the one it was given. A place that is off by
    no more than `tolerance` (a distance of the kind; None: what the kind calls the same place) is no error, nor is a
    difference whose place in the list of
    `differences` is in `accepted`: the reviewer let it pass.
    """
    every = differences(truth, answer, schema, plugs, limit=limit, tolerance=tolerance)
    found = [one for place, one in enumerate(every) if place not in accepted]
    labels = [_labels_by_id(value, schema) for value in (truth, answer)]
    wrong = Counter(_key_of(a_id, b_id, labels) for a_id, b_id in {(one.a_id, one.b_id) for one in found})
    surplus = (labels[1][one.b_id] for one in found if one.a_id is None and one.b_id is not None)
    objects = Counter(labels[0].values()) + Counter(surplus)
    by_label = {key: Checked(objects=n, wrong=wrong[key]) for key, n in sorted(objects.items())}
    return AuditedItem(objects=objects.total(), wrong=wrong.total(), probability=probability, by_label=by_label)


def draw_sample(task_ids: Iterable[str], size: int, seed: int) -> list[tuple[str, float]]:
    """A simple random sample without replacement: tasks, and the probability with which each was drawn.

    The `size` tasks with the smallest SHA-256 of seed and id, in that order; all tasks where there are no more.
    """
    if size < 0:
        raise ValueError(f"a sample of {size}")
    ordered = sorted(set(task_ids), key=lambda task_id: sha256(f"{seed}:{task_id}".encode()).digest())
    return [(task_id, min(1.0, size / len(ordered))) for task_id in ordered[:size]]


def error_rate(
    checked: Sequence[AuditedItem],
    *,
    of: Literal["items", "objects"] = "objects",
    label: str | None = None,  # a `label_key`
    finite: bool = False,
    confidence: float = 0.95,
) -> Rate:
    """The share of items with an error, or of objects that are wrong, in everything the sample was drawn from.

    Objects of one item are not independent (one tired minute spoils many), so their rate is a ratio estimator
    over items, as `_object_rate` says. With `label` only objects of that label count. `finite`: the statement is
    about these very items and not about more of their sort, so what was checked is known (finite population
    correction, Cochran, "Sampling Techniques", 3rd edition, 1977, section 2.6).
    """
    counts = [_counted(item, label) for item in checked]
    x = np.array([one.objects for one in counts], dtype=np.float64)
    y = np.array([one.wrong for one in counts], dtype=np.float64)
    p = np.array([item.probability for item in checked], dtype=np.float64)
    if of == "objects":
        return _object_rate(x, y, p, finite, confidence)
    has = x > 0 if label is not None else np.ones(len(x), dtype=bool)
    return _item_rate((y > 0)[has], p[has], finite, confidence)


def error_rates_by_label(
    checked: Sequence[AuditedItem], *, finite: bool = False, confidence: float = 0.95
) -> dict[str, Rate]:
    """`error_rate` of the objects of each label that occurs in the sample, in the labels' order."""
    labels = sorted({label for item in checked for label in item.by_label})
    return {label: error_rate(checked, label=label, finite=finite, confidence=confidence) for label in labels}


def _labels_by_id(value: Value, schema: LabelSchema) -> dict[str, str]:
    return {one.id: label_key(f.name, one.label) for f in schema.fields for one in value.get(f.name, ())}


def _key_of(a_id: str | None, b_id: str | None, labels: Sequence[Mapping[str, str]]) -> str:
    return labels[0][a_id] if a_id is not None else labels[1][b_id or ""]


def _counted(item: AuditedItem, label: str | None) -> Checked:
    if label is None:
        return Checked(objects=item.objects, wrong=item.wrong)
    return item.by_label.get(label, Checked(objects=0, wrong=0))


def _item_rate(wrong: NDArray[np.bool_], p: NDArray[np.float64], finite: bool, confidence: float) -> Rate:
    """Wilson's interval; where probabilities are unequal, on Kish's effective size (sum w)² / sum w².

    Leslie Kish, "Survey Sampling" (1965). What stratification gains is not claimed.
    """
    if not len(p):
        return _nothing(confidence)
    w = 1 / p
    share = float(w @ wrong / w.sum())
    effective = float(w.sum() ** 2 / (w @ w))
    method = "Wilson" if np.ptp(p) == 0 else "Wilson on Kish's effective size"
    low, high = _wilson(share, effective, _unseen(p) if finite else 1.0, confidence)
    n = len(p)
    return Rate(value=share, low=low, high=high, n=n, items=n, confidence=confidence, method=_named(method, finite))


def _object_rate(
    x: NDArray[np.float64], y: NDArray[np.float64], p: NDArray[np.float64], finite: bool, confidence: float
) -> Rate:
    """The ratio estimator R = sum(w y) / sum(w x), item by item, with a Wilson interval on its effective size.

    The variance is linearised, var(R) = n / (n - 1) * sum((w e)²) / sum(w x)² with e = y - R x (Cochran 1977,
    section 6.3; Särndal, Swensson and Wretman, "Model Assisted Survey Sampling", 1992, section 5.6). Wilson's
    interval is taken on the number of independent objects that has this variance, lowered for the few items
    it rests on by Student's t (Korn and Graubard, "Survey Methodology" 24, 1998), because the usual interval has no
    width where no error was found. There every item counts as one independent observation, the cautious end.
    """
    n, items = int(x.sum()), int((x > 0).sum())
    if n == 0:
        return _nothing(confidence)
    w = 1 / p
    share = float(w @ y / (w @ x))
    effective = _effective_objects(w * (y - share * x), float(w @ x), share, n, items, confidence)
    low, high = _wilson(share, effective, _unseen(p) if finite else 1.0, confidence)
    method = _named("ratio over items, Wilson on the effective size", finite)
    return Rate(value=share, low=low, high=high, n=n, items=items, confidence=confidence, method=method)


def _effective_objects(
    residuals: NDArray[np.float64], total: float, share: float, objects: int, items: int, confidence: float
) -> float:
    """How many independent objects would tell as much; never more than were checked."""
    n = len(residuals)
    variance = n / (n - 1) * float(residuals @ residuals) / total**2 if n > 1 else 0.0
    if variance == 0 or items < 2:
        return float(items)
    few = (normal_quantile(confidence) / student_quantile(confidence, items - 1)) ** 2
    return min(share * (1 - share) / variance, objects) * few


def _unseen(p: NDArray[np.float64]) -> float:
    """The share of the whole that was not checked; the probabilities tell how large the whole is."""
    return max(0.0, 1 - len(p) / float((1 / p).sum()))


def _wilson(share: float, effective: float, unseen: float, confidence: float) -> tuple[float, float]:
    """Wilson's interval on the effective size, which grows without end as nothing is left unseen."""
    if unseen <= 1e-12:
        return share, share
    n = effective / unseen
    return wilson(min(share * n, n), n, confidence)


def _named(method: str, finite: bool) -> str:
    return f"{method}, finite population" if finite else method


def _nothing(confidence: float) -> Rate:
    return Rate(value=None, low=0.0, high=1.0, n=0, items=0, confidence=confidence, method="nothing was checked")
