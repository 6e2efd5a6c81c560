"""Laws of aggregation that hold for every kind of answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from .crowds import CASES, PEOPLE, Case, play

every_kind = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


def same(a: Any, b: Any) -> bool:
    return a == b if isinstance(a, str) else np.array_equal(a, b, equal_nan=True)


def near(a: Any, b: Any, off: float) -> bool:
    return a == b if isinstance(a, str) else np.shape(a) == np.shape(b) and np.allclose(a, b, atol=off, equal_nan=True)


@every_kind
def test_the_order_of_the_rows_changes_not_a_bit(case: Case) -> None:
    rows = play(case)
    shuffled = [rows[i] for i in np.random.default_rng(2).permutation(len(rows))]

    first, second = case.fuse(rows, None), case.fuse(shuffled, None)

    assert len(first.truth) == len(second.truth)
    assert all(map(same, first.truth, second.truth)) and same(first.skill, second.skill)


@every_kind
def test_other_numbers_of_the_annotators_give_the_same_truth(case: Case) -> None:
    rows, new = play(case), [2, 0, 3, 1]

    first = case.fuse(rows, None)
    second = case.fuse([(task, new[who], said) for task, who, said in rows], None)

    assert all(near(a, b, 1e-6) for a, b in zip(first.truth, second.truth, strict=True))
    assert near(first.skill, second.skill[new], 1e-6)


@every_kind
def test_who_says_the_truth_has_the_most_skill_and_who_strays_most_the_least(case: Case) -> None:
    found = case.fuse(play(case, tasks=24, seed=3), None)

    assert found.skill.argmax() in (0, 1) and found.skill.argmin() == PEOPLE - 1
    assert found.skill[0] > found.skill[PEOPLE - 1]


@every_kind
def test_no_answers_are_no_truth(case: Case) -> None:
    found = case.fuse([], None)

    assert sum(np.size(one) for one in found.truth) == 0 and found.skill.shape == (0,)


@every_kind
def test_one_answer_is_the_truth(case: Case) -> None:
    said = case.say(0, 0.0, np.random.default_rng(4))
    alone, thrice = case.fuse([(0, 0, said)], None), case.fuse([(0, who, said) for who in range(3)], None)

    assert len(alone.truth) == len(thrice.truth) > 0
    for a, b in zip(alone.truth, thrice.truth, strict=True):
        assert np.shape(a) == np.shape(b)
        if not isinstance(a, str) and np.ndim(a) == 1:  # places, and what was chosen; not how sure it is
            assert np.allclose(a, b, atol=0.35, equal_nan=True)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.has_gold])
def test_gold_is_the_truth_whatever_the_others_say(name: str) -> None:
    case = CASES[name]
    rows = play(case, seed=5)
    of_gold = [row for row in rows if row[1] == PEOPLE - 1]

    found, alone = case.fuse(rows, PEOPLE - 1), case.fuse(of_gold, PEOPLE - 1)

    far = len(found.truth) - len(alone.truth)  # marks of others stay as things that are not there
    assert far >= 0
    if not far:
        assert all(near(a, b, case.exact * 1e-2) for a, b in zip(found.truth, alone.truth, strict=True))
