"""Ratings, preferences, strengths and rankings: what is known is found again, within the errors stated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from goldsmith.quality.orders import preferences, rankings, ratings, strengths


def rated(bias: Any, noise: Any, tasks: int = 300, seed: int = 0) -> tuple[Any, Any, Any, Any]:
    chance = np.random.default_rng(seed)
    truth = chance.choice(5, tasks, p=[0.1, 0.2, 0.4, 0.2, 0.1])
    task, who = np.repeat(np.arange(tasks), len(bias)), np.tile(np.arange(len(bias)), tasks)
    seen = truth[task] + np.array(bias)[who] + chance.normal(0, 1, len(task)) * np.array(noise)[who]
    return task, who, np.clip(np.round(seen), 0, 4).astype(int), truth


def test_bias_and_noise_of_raters_are_recovered_and_the_level_is_nearer_than_the_mean() -> None:
    bias, noise = [-0.5, 0.0, 0.0, 0.4, 0.8, 0.0], [0.4, 0.5, 0.7, 0.7, 1.0, 2.0]
    task, who, level, truth = rated(bias, noise)

    found = ratings.fit(task, who, level)

    assert found.bias - found.bias.mean() == pytest.approx(np.array(bias) - np.mean(bias), abs=0.25)
    assert (np.abs(found.bias - bias) < 3 * found.bias_error + 0.1).all()
    assert found.noise == pytest.approx(noise, rel=0.35)
    assert ((found.noise_low < noise) & (noise < found.noise_high)).sum() >= 5
    means = np.bincount(task, level) / len(bias)
    assert (found.level == truth).mean() > 0.9 > (np.round(means) == truth).mean() + 0.05
    assert np.sqrt(np.mean((found.mean - truth) ** 2)) < 0.65 * np.sqrt(np.mean((means - truth) ** 2))


def test_gold_shows_that_all_raters_are_mild() -> None:
    task, who, level, truth = rated([0.9, 0.9, 0.9], [0.4, 0.4, 0.4], seed=1)
    gold = np.where(np.arange(300) < 60, truth, -1)

    without, known = ratings.fit(task, who, level, 5), ratings.fit(task, who, level, 5, gold)

    assert (known.bias > 0.6).all() and (without.bias < 0.6).all()
    assert (known.level == truth)[60:].mean() > (without.level == truth)[60:].mean() + 0.1


def test_two_raters_two_levels_apart_mean_neither_and_an_unrated_item_is_undecided() -> None:
    found = ratings.fit([0, 0, 2], [0, 1, 0], [0, 2, 1], 3)

    assert found.level[1] == -1 and found.probability.shape == (3, 3)
    assert found.level[0] in (-1, 1) and found.mean[0] == pytest.approx(1, abs=0.1)
    with pytest.raises(ValueError, match="level 3 is not among 3"):
        ratings.fit([0], [0], [3], 3)


def compared(seed: int = 0, rows: int = 6000) -> tuple[Any, ...]:
    chance = np.random.default_rng(seed)
    theta, gamma, beta = chance.normal(0, 1, 12), np.array([1.5, 1, 1, 0.3]), np.array([0, 0.8, -0.4, 0])
    first = chance.integers(0, 12, rows)
    second, who = (first + chance.integers(1, 12, rows)) % 12, chance.integers(0, 4, rows)
    x = gamma[who] * (theta[first] - theta[second]) + beta[who]
    chances = np.stack([np.full(rows, 0.7), np.exp(x / 2), np.exp(-x / 2)], axis=1)
    verdict = (chance.random(rows)[:, None] * chances.sum(axis=1, keepdims=True) > chances.cumsum(axis=1)).sum(axis=1)
    return first, second, who, verdict, theta, gamma, beta


def test_strengths_sharpness_and_pull_of_place_are_recovered_within_their_errors() -> None:
    first, second, who, verdict, theta, gamma, beta = compared()

    found = strengths.fit(first, second, who, verdict)

    assert (np.abs(found.strength - (theta - theta.mean())) < 3 * found.strength_error).all()
    assert (np.abs(found.sharpness - gamma) < 3 * found.sharpness_error).all()
    assert (np.abs(found.pull - beta) < 3 * found.pull_error).all() and found.pull_error.max() < 0.1
    assert found.tie == pytest.approx(0.7, rel=0.1)
    assert found.skill[0] > found.skill[1] > found.skill[3]


def test_swapping_what_stands_first_changes_only_the_pull() -> None:
    first, second, who, verdict, *_ = compared(1, 800)

    found = strengths.fit(first, second, who, verdict)
    swapped = strengths.fit(second, first, who, np.array([0, 2, 1])[verdict])

    assert found.strength == pytest.approx(swapped.strength, abs=1e-4)
    assert found.pull == pytest.approx(-swapped.pull, abs=1e-4) and found.tie == pytest.approx(swapped.tie, abs=1e-4)


def test_parts_that_nothing_connects_are_fitted_together_as_each_alone() -> None:
    first, second, who, verdict, *_ = compared(2, 1500)
    alone = strengths.fit(first, second, who, verdict)

    both = strengths.fit(np.append(first, first + 12), np.append(second, second + 12), np.append(who, who + 4),
                         np.append(verdict, verdict))

    assert both.strength == pytest.approx(np.tile(alone.strength, 2), abs=0.02)
    assert both.part.tolist() == [0] * 12 + [1] * 12 and both.ahead(0, 12) is None
    assert both.ahead(0, 0) == pytest.approx(0.5)


def test_who_wins_all_is_strongest_with_a_finite_strength() -> None:
    found = strengths.fit([0, 0, 1], [1, 2, 2], [0, 0, 0], [1, 1, 1])

    assert found.strength.tolist() == sorted(found.strength, reverse=True) and np.isfinite(found.strength).all()
    assert 0.5 < (found.ahead(0, 2) or 0) < 1
    with pytest.raises(ValueError, match="with itself"):
        strengths.fit([0], [0], [0], [1])
    with pytest.raises(ValueError, match="verdict"):
        strengths.fit([0], [1], [0], [3])


def test_a_judge_who_favours_the_first_is_found_out() -> None:
    chance = np.random.default_rng(3)
    truth = chance.integers(1, 3, 500)
    rows = []
    for task, true in enumerate(truth):
        rows += [(task, a, true if chance.random() < 0.9 else 3 - true) for a in range(3)]
        rows.append((task, 3, 1 if chance.random() < 0.5 else true))

    found = preferences.fit(*np.array(rows).T)

    assert found.pull[3] - 3 * found.pull_error[3] > 1 > np.abs(found.pull[:3]).max()
    assert found.skill[3] == pytest.approx(0.75, abs=0.05) and (found.verdict == truth).mean() > 0.95


def test_rankings_come_to_one_order_and_the_careless_ranker_counts_little() -> None:
    chance = np.random.default_rng(4)
    rows, truth = [], []
    for task in range(20):
        strong = chance.normal(0, 1.5, 6)
        truth.append(np.argsort(-strong))
        for who, noise in enumerate((0.3, 0.5, 1.0, 6.0)):
            rank = np.argsort(np.argsort(-(strong + chance.normal(0, noise, 6))))
            rows += [(task, who, thing, rank[thing]) for thing in range(6)]

    found = rankings.fit(*np.array(rows).T)

    best = [found.thing[found.task == task][0] == order[0] for task, order in enumerate(truth)]
    assert np.mean(best) > 0.7 and found.skill.argmin() == 3
    assert found.rank[:6].tolist() == [1, 2, 3, 4, 5, 6] and (found.strength_error > 0).all()


def test_things_left_out_are_not_below_those_ranked_and_equal_ranks_are_ties() -> None:
    found = rankings.fit([0] * 5, [0, 0, 1, 1, 1], [0, 1, 0, 1, 2], [1, 1, 1, 1, 2])

    assert found.thing.tolist() == [0, 1, 2] and found.rank.tolist() == [1, 1, 3]
    with pytest.raises(ValueError, match="twice"):
        rankings.fit([0, 0], [0, 0], [1, 1], [1, 2])
