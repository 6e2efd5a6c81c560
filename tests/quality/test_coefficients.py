"""Coefficients of agreement: worked examples from the literature, laws, and where they are undefined."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from goldsmith.quality.coefficients import ONE_LABEL, cohen, fleiss, gwet, ordered_weights
from goldsmith.quality.distance_alpha import ALL_ALIKE, NOTHING_SHARED


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def table(units: list[list[int]], classes: int) -> Any:
    return np.array([np.bincount(unit, minlength=classes) for unit in units])


# Four observers, twelve units, some values missing: Krippendorff (2011); "cac.raw4raters" of Gwet's R package irrCAC.
FOUR = [[0, 0, 0], [1, 1, 2, 1], [2, 2, 2, 2], [2, 2, 2, 2], [1, 1, 1, 1], [0, 1, 2, 3], [3, 3, 3, 3], [0, 0, 1, 0],
        [1, 1, 1, 1], [4, 4, 4], [0, 0], [2]]
# Fleiss (1971) as Wikipedia's "Fleiss' kappa" works it out: 14 raters, 10 subjects, 5 categories.
FOURTEEN = [[0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1], [7, 7, 0, 0, 0],
            [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]]


def test_the_worked_examples_of_the_literature_come_out() -> None:
    first, second = np.repeat([0, 0, 1, 1], [20, 5, 10, 15]), np.repeat([0, 1, 0, 1], [20, 5, 10, 15])

    assert cohen(first, second, 2, rng()).value == pytest.approx(0.4)
    assert fleiss(FOURTEEN, rng()).value == pytest.approx(0.210, abs=5e-4)
    assert fleiss(table(FOUR, 5), rng()).value == pytest.approx(0.76117, abs=1e-5)
    assert gwet(table(FOUR, 5), rng()).value == pytest.approx(0.77544, abs=1e-5)


def test_weights_forgive_what_is_near() -> None:
    first, second = np.arange(60) % 4, np.minimum(np.arange(60) % 4 + (np.arange(60) < 20), 3)
    counts = table(np.stack([first, second], axis=1).tolist(), 4)
    near = ordered_weights(4)

    assert near[0].tolist() == pytest.approx([1, 8 / 9, 5 / 9, 0])
    for plain, forgiving in (
        (cohen(first, second, 4, rng()), cohen(first, second, 4, rng(), weights=near)),
        (fleiss(counts, rng()), fleiss(counts, rng(), weights=near)),
        (gwet(counts, rng()), gwet(counts, rng(), weights=near)),
    ):
        assert plain.value is not None and forgiving.value is not None and plain.value < forgiving.value < 1


def test_intervals_hold_the_value_and_come_back_with_the_seed() -> None:
    chance = np.random.default_rng(3)
    truth = chance.integers(0, 3, 200)
    said = np.where(chance.random((3, 200)) < 0.8, truth, chance.integers(0, 3, (3, 200)))
    counts = table(said.T.tolist(), 3)

    for found, again in ((fleiss(counts, rng()), fleiss(counts, rng())), (gwet(counts, rng()), gwet(counts, rng())),
                         (cohen(said[0], said[1], 3, rng()), cohen(said[0], said[1], 3, rng()))):
        assert found == again and found.low is not None and found.high is not None and found.value is not None
        assert found.low < found.value < found.high and 0.1 < found.high - found.low < 0.3


def test_guessing_is_worth_nothing_and_full_agreement_all() -> None:
    chance = np.random.default_rng(4)
    guesses = chance.integers(0, 4, (3000, 2))
    same = np.stack([guesses[:, 0]] * 2, axis=1)

    for counts, value in ((table(guesses.tolist(), 4), 0.0), (table(same.tolist(), 4), 1.0)):
        assert fleiss(counts, rng()).value == pytest.approx(value, abs=0.03)
        assert gwet(counts, rng()).value == pytest.approx(value, abs=0.03)
    assert cohen(guesses[:, 0], guesses[:, 1], 4, rng()).value == pytest.approx(0, abs=0.03)


def test_one_label_nearly_everywhere_lowers_kappa_and_not_ac1() -> None:
    counts = table([[0, 0]] * 96 + [[0, 1]] * 4, 2)

    assert fleiss(counts, rng()).value == pytest.approx(-0.02, abs=0.01)
    assert gwet(counts, rng()).value == pytest.approx(0.96, abs=0.01)


def test_where_they_are_undefined_they_say_why() -> None:
    alike = table([[1, 1]] * 20, 3)

    assert (fleiss(alike, rng()).value, fleiss(alike, rng()).reason) == (None, ALL_ALIKE)
    assert cohen([1] * 20, [1] * 20, 3, rng()).reason == ALL_ALIKE
    assert gwet(alike, rng()).value == 1
    assert gwet(table([[0, 0]], 1), rng()).reason == ONE_LABEL
    assert [one.reason for one in (fleiss(table([[0], [1]], 2), rng()), gwet(np.zeros((0, 2)), rng()),
                                   cohen([0, -1], [-1, 1], 2, rng()))] == [NOTHING_SHARED] * 3
    assert fleiss(table([[0, 1], [1, 1]], 2), rng()).low is None
    with pytest.raises(ValueError, match="symmetric"):
        cohen([0], [0], 2, rng(), weights=[[1, 0], [1, 1]])
