"""Auto-accept: the bar keeps what it states in nineteen of twenty samples, and drift is found and seldom imagined."""

from __future__ import annotations

import numpy as np
import pytest

from goldsmith.quality.auto_accept import error_most, find_bar, needed, watch


def test_the_upper_bound_is_the_one_of_the_tables() -> None:
    assert error_most(0, 59) == pytest.approx(1 - 0.05 ** (1 / 59), abs=1e-9)  # the rule of three, exactly
    assert error_most(2, 100) == pytest.approx(0.06162, abs=1e-4)  # Clopper and Pearson, one-sided 95 %
    assert error_most(0, 0) == 1.0 and error_most(5, 5) == 1.0
    assert needed(0.05) == 2 * 59


def model(count: int, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A model that is wrong with probability (1 - confidence)²."""
    sure = chance.uniform(0.5, 1.0, count)
    return sure, chance.random(count) < (1 - sure) ** 2


def test_above_the_bar_the_model_errs_as_seldom_as_was_stated_in_nineteen_of_twenty_samples() -> None:
    chance, broken, accepted = np.random.default_rng(7), 0, []
    for _ in range(300):
        bar = find_bar(*model(1000, chance), error_rate=0.05)
        accepted.append(bar.share)
        if bar.confidence is not None:
            broken += (1 - bar.confidence) ** 2 / 3 > 0.05  # the mean of (1 - c)² from the bar to 1
    assert broken <= 300 * 0.05 + 3 * np.sqrt(300 * 0.05 * 0.95)
    assert np.mean(accepted) > 0.55, "78 % could be accepted if the model were known"


def test_nothing_is_accepted_of_a_model_that_errs_too_often_or_was_hardly_checked() -> None:
    chance = np.random.default_rng(1)
    assert find_bar(chance.random(500), chance.random(500) < 0.3, error_rate=0.05).confidence is None
    few = find_bar(np.ones(117), np.zeros(117, dtype=bool), error_rate=0.05)
    assert few.confidence is None and few.checked == 117 and few.wrong == 0
    assert find_bar([], [], error_rate=0.05).error_most == 1.0


def test_answers_of_one_confidence_are_accepted_together_or_not_at_all() -> None:
    bar = find_bar(np.ones(200), np.arange(200) < 2, error_rate=0.05)
    assert bar.confidence == 1.0 and (bar.share, bar.checked, bar.wrong) == (1.0, 200, 2)
    assert find_bar(np.ones(200), np.arange(200) < 9, error_rate=0.05).confidence is None


def test_the_order_of_the_sample_changes_nothing() -> None:
    chance = np.random.default_rng(3)
    sure, wrong = model(300, chance)
    sure = np.round(sure, 2)
    order = chance.permutation(300)
    assert find_bar(sure, wrong, error_rate=0.1) == find_bar(sure[order], wrong[order], error_rate=0.1)


def test_an_honest_model_is_seldom_called_drifting_however_often_one_looks() -> None:
    chance = np.random.default_rng(5)
    alarms = sum(watch(chance.random(500) < 0.05, error_rate=0.05).is_drifting for _ in range(500))
    assert alarms <= 500 * 0.01 + 3 * np.sqrt(500 * 0.01)


@pytest.mark.parametrize(("rate", "within"), [(0.15, 150), (0.3, 50)])
def test_a_model_that_became_worse_is_found_soon(rate: float, within: int) -> None:
    chance = np.random.default_rng(6)
    found = sum(watch(chance.random(within) < rate, error_rate=0.05).is_drifting for _ in range(100))
    assert found >= 80


def test_rates_and_lengths_are_checked() -> None:
    for bad in (0.0, 1.0, -1.0):
        with pytest.raises(ValueError):
            find_bar([1.0], [False], error_rate=bad)
        with pytest.raises(ValueError):
            watch([True], error_rate=bad)
    with pytest.raises(ValueError):
        find_bar([1.0, 0.5], [False], error_rate=0.1)
