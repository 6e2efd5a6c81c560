"""Signals: honest crowds raise next to none, what was planted is found, and what explains itself is not told."""

from __future__ import annotations

import numpy as np
import pytest

from goldsmith.quality.signals.collapse import entropy, find_collapse
from goldsmith.quality.signals.copying import find_copying
from goldsmith.quality.signals.finding import Finding, Looked, count_tail, discover, rate_tail
from goldsmith.quality.signals.pace import find_hurry
from goldsmith.quality.signals.twins import Drawn, find_twins
from tests.quality.honest import Made, honest_crowd

HONEST = 20  # made-up projects; docs/quality.md has the figures of more


def everything(made: Made) -> list[Looked]:
    return [find_hurry(made.task, made.annotator, made.seconds),
            find_collapse(made.task, made.annotator, made.label, made.classes),
            find_copying(made.task, made.annotator, made.label, made.classes)]


def told(made: Made) -> list[Finding]:
    return [one for one, _ in discover(everything(made))]


@pytest.mark.parametrize(
    "shape", [{"people": 10, "items": 150}, {"people": 3, "items": 80, "overlap": 3, "classes": 3}])
def test_an_honest_crowd_hardly_ever_raises_a_signal(shape: dict[str, int]) -> None:
    raised, low, tests = 0, 0, 0
    for seed in range(HONEST):
        tested = everything(honest_crowd(np.random.default_rng(1000 + seed), **shape))
        raised += bool(discover(tested))
        low += sum(one.p <= 0.05 for part in tested for one in part.findings)
        tests += sum(part.tests for part in tested)

    assert raised <= 1 + 0.05 * HONEST
    assert low <= 0.05 * tests


def spoilt(seed: int = 3) -> tuple[Made, np.random.Generator]:
    rng = np.random.default_rng(seed)
    return honest_crowd(rng), rng


def test_who_answers_six_times_faster_than_the_others_is_told_of() -> None:
    made, _ = spoilt()
    made.seconds[made.annotator == 4] /= 8

    found = told(made)

    assert [(one.sort, one.person) for one in found] == [("pace", 4)]
    assert found[0].figures["times_faster"] > 4 and set(made.annotator[list(found[0].examples)]) == {4}


def test_who_rushes_through_a_third_of_their_items_is_told_of() -> None:
    made, rng = spoilt()
    mine = np.flatnonzero(made.annotator == 7)
    made.seconds[rng.choice(mine, len(mine) // 3, replace=False)] = 0.4

    found = told(made)

    assert [(one.sort, one.person) for one in found] == [("pace", 7)]
    assert found[0].figures["hurried"] >= len(mine) // 4 > 0.1 * found[0].figures["hurried_usual"]


def test_who_presses_one_key_is_told_of_and_not_whose_items_are_all_alike() -> None:
    made, _ = spoilt()
    made.label[made.annotator == 2] = 1
    alike = honest_crowd(np.random.default_rng(9))
    alike.label[np.isin(alike.task, alike.task[alike.annotator == 5]) & (np.arange(len(alike.task)) % 20 > 0)] = 1

    found = told(made)

    assert [(one.sort, one.person) for one in found] == [("collapse", 2)]
    assert found[0].figures["entropy"] == 0 and found[0].figures["against"] == found[0].figures["against_asked"]
    assert [one for one in told(alike) if one.sort == "collapse"] == []


def copied(made: Made, rng: np.random.Generator, *, person: int, source: int, share: float) -> None:
    """The person gives what the source gave, on this share of the items that both have."""
    theirs = {made.task[row]: made.label[row] for row in np.flatnonzero(made.annotator == source)}
    for row in np.flatnonzero(made.annotator == person):
        if made.task[row] in theirs and rng.random() < share:
            made.label[row] = theirs[made.task[row]]


def test_a_pair_that_is_wrong_alike_is_told_of_with_who_came_later() -> None:
    rng = np.random.default_rng(3)
    made = honest_crowd(rng, people=10, items=600)
    copied(made, rng, person=8, source=1, share=0.8)
    at = np.where(made.annotator == 8, 9, made.annotator)

    tested = find_copying(made.task, made.annotator, made.label, made.classes, at=at)
    found = [one for one, _ in discover([tested])]

    assert [(one.sort, one.person, one.other) for one in found] == [("copying", 8, 1)]
    assert found[0].figures["later"] == 1.0 and found[0].figures["same_wrong"] > 2 * found[0].figures["expected"]
    assert set(made.annotator[list(found[0].examples)]) == {8}


def test_who_repeats_a_model_is_told_of_and_the_model_is_not() -> None:
    rng = np.random.default_rng(3)
    made = honest_crowd(rng, people=10, items=600)
    copied(made, rng, person=8, source=1, share=0.8)
    is_model = np.arange(10) == 1

    tested = find_copying(made.task, made.annotator, made.label, made.classes, is_model=is_model)

    assert [(one.sort, one.person, one.other) for one, _ in discover([tested])] == [("model", 8, 1)]


def test_two_of_three_who_agree_are_only_told_of_where_labels_are_known() -> None:
    rng = np.random.default_rng(4)
    made = honest_crowd(rng, people=6, items=500, overlap=3)
    copied(made, rng, person=3, source=0, share=0.9)

    without = find_copying(made.task, made.annotator, made.label, made.classes)
    known = find_copying(made.task, made.annotator, made.label, made.classes, known=made.truth)

    assert discover([without]) == []
    assert [(one.person, one.other) for one, _ in discover([known])] in ([(3, 0)], [(0, 3)])


def drawings(rng: np.random.Generator, *, proposed: float = 0.0) -> list[Drawn]:
    """Sixty items, each drawn by three of six people; 5 is a twin of 4 where both have an item."""
    items: list[Drawn] = []
    for row in range(60):
        who = {*map(int, rng.choice(6, 3, replace=False))}
        fixed = [("proposed", row, i) for i in range(4) if rng.random() < proposed]
        one: dict[int, tuple[int, frozenset[object]]] = {}
        for person in sorted(who):
            own = frozenset([*fixed, *[(person, row, i) for i in range(4)]])
            one[person] = (10 * row + person, one[4][1] if person == 5 and 4 in one and not proposed else own)
        items.append(one)
    return items


def test_shapes_with_the_same_coordinates_are_told_of_unless_everybody_has_them() -> None:
    rng = np.random.default_rng(1)

    found = [one for one, _ in discover([find_twins(drawings(rng))])]

    assert [(one.sort, one.person, one.other) for one in found] == [("twins", 5, 4)]
    assert found[0].figures["same"] == found[0].figures["shapes"] and found[0].figures["later"] == 1
    assert discover([find_twins(drawings(rng, proposed=0.6))]) == []


def test_nothing_is_told_of_nobody() -> None:
    empty = np.zeros(0, dtype=np.intp)

    assert find_hurry(empty, empty, np.zeros(0)) == Looked(tests=0, findings=[])
    assert find_collapse(empty, empty, empty, 2).tests == find_copying(empty, empty, empty, 2).tests == 0
    assert find_twins([]).tests == 0 and discover([]) == []


def test_the_tails_are_those_of_their_distributions() -> None:
    rng = np.random.default_rng(0)
    rates = rng.beta(0.1 * 9, 0.9 * 9, 200_000)  # of mean 0.1 and spread 0.1
    means = rng.gamma(2, 3, 200_000)  # of mean 6 and spread 0.5

    assert rate_tail(6, 20, 0.1, 0.1) == pytest.approx((rng.binomial(20, rates) >= 6).mean(), abs=0.003)
    assert count_tail(15, 6.0, 0.5) == pytest.approx((rng.poisson(means) >= 15).mean(), abs=0.003)
    assert count_tail(3, 6.0, 0.5) == pytest.approx((rng.poisson(means) >= 3).mean(), abs=0.003)
    assert rate_tail(0, 5, 0.2, 0.1) == count_tail(0, 1.0, 0.1) == 1.0
    assert entropy(np.array([2, 2, 0])) == 1.0


def test_of_many_findings_those_stay_that_keep_the_rate_of_false_ones() -> None:
    found = [Finding(sort="pace", person=i, p=p, figures={}) for i, p in enumerate((0.04, 0.001, 0.012))]

    kept = discover([Looked(tests=10, findings=found)])

    assert [(one.person, round(q, 3)) for one, q in kept] == [(1, 0.01)]
    assert [one.person for one, _ in discover([Looked(tests=4, findings=found)])] == [1, 2]
