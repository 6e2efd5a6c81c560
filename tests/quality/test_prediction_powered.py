"""Prediction-powered shares hold what their intervals say, and are never wider than those of the audit alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from goldsmith.quality.prediction_powered import Powered, Predicted, Seen, powered_share

ITEMS, RUNS = 2000, 250


def error_audits(
    *, checked: int, rate: float, scale: float, strength: float = 1, runs: int = RUNS
) -> Iterator[tuple[Powered, float]]:
    """Audits of items that are wrong with a probability of their own, which is told `scale` times too high.

    The probabilities are drawn from a beta distribution; the larger its `strength`, the more alike they are.
    """
    rng = np.random.default_rng(5)
    for _ in range(runs):
        wrong_with = rng.beta(rate * strength, (1 - rate) * strength, ITEMS)
        told = np.minimum(scale * wrong_with, 1)
        wrong = rng.random(ITEMS) < wrong_with
        drawn = rng.choice(ITEMS, checked, replace=False)
        seen = [one(wrong[i], 1, told[i], 1, checked / ITEMS) for i in drawn]
        yield powered_share(seen, Predicted(items=ITEMS, part=float(told.sum()), whole=ITEMS)), rate


def class_audits(
    *, checked: int, share: float, error: float, objects: int, runs: int = RUNS
) -> Iterator[tuple[Powered, float]]:
    """Audits of labels of which `error` are wrong, in items with about so many objects."""
    rng = np.random.default_rng(6)
    for _ in range(runs):
        whole = np.ones(ITEMS, dtype=int) if objects == 1 else rng.poisson(objects, ITEMS)
        part = rng.binomial(whole, share)
        said = part - rng.binomial(part, error) + rng.binomial(whole - part, error * share)
        drawn = rng.choice(ITEMS, checked, replace=False)
        seen = [one(part[i], whole[i], said[i], whole[i], checked / ITEMS) for i in drawn]
        every = Predicted(items=ITEMS, part=float(said.sum()), whole=float(whole.sum()))
        yield powered_share(seen, every, finite=True), part.sum() / whole.sum()


def one(part: float, whole: float, predicted_part: float, predicted_whole: float, probability: float = 0.1) -> Seen:
    return Seen(
        part=float(part),
        whole=float(whole),
        predicted_part=float(predicted_part),
        predicted_whole=float(predicted_whole),
        probability=probability,
    )


def covered(audits: Iterator[tuple[Powered, float]]) -> tuple[float, float]:
    """How often the interval holds the truth, and how wide it is against that of the audit alone."""
    found = [(r.rate.low <= truth <= r.rate.high, width(r), r.plain.high - r.plain.low) for r, truth in audits]
    inside, powered, plain = np.array(found, dtype=float).mean(axis=0)
    assert all(row[1] <= row[2] for row in found)
    return float(inside), float(powered / plain)


def width(found: Powered) -> float:
    return found.rate.high - found.rate.low


@pytest.mark.parametrize("scale", [1.0, 0.2, 5.0])
def test_the_interval_of_an_error_rate_holds_whether_or_not_the_probabilities_are_right(scale: float) -> None:
    inside, narrower = covered(error_audits(checked=200, rate=0.1, scale=scale))

    assert inside >= 0.93
    assert narrower < (0.85 if scale == 1 else 1.0001)


@pytest.mark.parametrize(
    ("checked", "share", "error", "objects", "at_most"),
    [(30, 0.1, 0.02, 1, 0.95), (100, 0.5, 0.02, 1, 0.45), (200, 0.02, 0.1, 1, 1.0), (100, 0.3, 0.1, 6, 0.6)],
)
def test_the_interval_of_a_class_share_holds_and_is_narrower(
    checked: int, share: float, error: float, objects: int, at_most: float
) -> None:
    inside, narrower = covered(class_audits(checked=checked, share=share, error=error, objects=objects))

    assert inside >= 0.93
    assert narrower < at_most


def test_an_audit_without_a_wrong_label_leaves_room_for_those_it_has_not_seen() -> None:
    seen = [one(i < 30, 1, i < 30, 1) for i in range(100)]

    found = powered_share(seen, Predicted(items=1000, part=310, whole=1000), finite=True)

    assert found.rate.value == pytest.approx(0.31)
    assert found.rate.low < 0.29 and found.rate.high > 0.33


def test_useless_predictions_change_nothing() -> None:
    rng = np.random.default_rng(3)
    seen = [one(rng.random() < 0.3, 1, 0.5, 1) for _ in range(80)]

    found = powered_share(seen, Predicted(items=800, part=400, whole=800))

    assert (found.weight, found.rate) == (0.0, found.plain)


def test_unequal_probabilities_are_weighted() -> None:
    """Of 400 items the 200 that look wrong were audited four times as often."""
    rng = np.random.default_rng(9)
    hits = 0
    for _ in range(200):
        said = np.repeat([0.0, 1.0], 200)
        wrong = rng.random(400) < np.repeat([0.05, 0.6], 200)
        chance = np.repeat([0.2, 0.8], 200)
        drawn = np.flatnonzero(rng.random(400) < chance)
        seen = [one(wrong[i], 1, said[i], 1, chance[i]) for i in drawn]
        found = powered_share(seen, Predicted(items=400, part=200, whole=400)).rate
        hits += found.low <= 0.325 <= found.high

    assert hits >= 0.93 * 200


def test_nothing_audited_is_no_figure() -> None:
    found = powered_share([], Predicted(items=10, part=1, whole=10))

    assert found.rate.value is None and (found.rate.low, found.rate.high) == (0.0, 1.0)
    with pytest.raises(ValueError, match="2 audited items of 1"):
        powered_share([one(1, 1, 1, 1)] * 2, Predicted(items=1, part=1, whole=1))
