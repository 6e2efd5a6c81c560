"""Agreement, matching and intervals give the values of the textbooks."""

from __future__ import annotations

import numpy as np
import pytest

from goldsmith.quality.alpha import alpha, alpha_interval
from goldsmith.quality.interval import wilson
from goldsmith.quality.matching import match

OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
UNITS = [[None if v == "." else v for v in unit] for unit in zip(*OBSERVERS, strict=True)]


def test_alpha_of_krippendorffs_example_is_0_743() -> None:
    assert alpha(UNITS) == pytest.approx(0.743, abs=0.0005)


def test_alpha_is_one_where_all_agree_on_several_values() -> None:
    assert alpha([["a", "a"], ["b", "b"]]) == 1


@pytest.mark.parametrize("units", [[], [["a", None], ["b"]], [["a", "a"], ["a", "a"]]])
def test_alpha_is_none_where_it_is_undefined(units: list[list[str | None]]) -> None:
    assert alpha(units) is None
    assert alpha_interval(units, np.random.default_rng(0), samples=10) is None


def test_the_interval_of_alpha_holds_alpha_and_follows_the_seed() -> None:
    first = alpha_interval(UNITS, np.random.default_rng(7))
    assert first is not None and first[0] < 0.743 < first[1] <= 1
    assert first == alpha_interval(UNITS, np.random.default_rng(7))


def test_wilson_gives_the_known_intervals() -> None:
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(0, 0) == (0, 1)


def test_matching_takes_the_least_total_and_not_the_nearest_first() -> None:
    assert match(np.array([[0.1, 0.2], [0.2, 0.9]]), 1.0) == [(0, 1), (1, 0)]


def test_matching_drops_pairs_beyond_the_limit() -> None:
    assert match(np.array([[0.1, 0.9, 0.8], [0.9, 0.9, 0.9]]), 0.5) == [(0, 0)]
    assert match(np.zeros((0, 3)), 0.5) == []
