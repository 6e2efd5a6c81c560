"""What a certificate says of gold: how it was answered, and whether probabilities hold on it, apart from the audit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from goldsmith.quality.calibration import Calibration
from goldsmith.quality.certified import GoldFacts
from goldsmith.work import flow
from goldsmith.work.consensus.gold import known
from goldsmith.work.versions.gold_figures import NONE_CHECKED, calibration_on_gold, gold_facts
from tests.work.conftest import WS, World, mood
from tests.work.test_gold import BOSS, GoldWorld

Make = Callable[..., World]
ARGS = {"project": "proj_1", "workspace": WS}


def calibration(world: World) -> tuple[Calibration | None, str]:
    with world.database.snapshot() as db:
        return calibration_on_gold(db, ARGS)


def facts(world: World) -> GoldFacts | None:
    with world.database.snapshot() as db:
        return gold_facts(db, ARGS)


def gold_with_probabilities(make_world: Make, items: int, *, review: bool) -> World:
    """Gold that a crowd of one said is good, each with a probability; a reviewer finds every fifth bad."""
    world = make_world(review=review)
    world.do(lambda db: db.execute("UPDATE project SET stop_risk = 0.9"))
    world.add(items)
    for i in range(items):
        world.answer("ana", "good")
        seat = world.lease("rev", stage="review")
        if seat is not None:
            world.decide(seat, "fixed" if i % 5 == 0 else "accepted", value=mood("bad") if i % 5 == 0 else None)
    ids = [row[0] for row in world.database.read().all("SELECT item_id FROM item")]

    def make(db: object) -> known.Made:
        made, events = known.make_gold(db, world.project(), ids, "", BOSS, now_us=world.now_us)  # type: ignore[arg-type]
        flow.tell(db, *events)  # type: ignore[arg-type]
        return made

    assert world.do(make).made == items
    return world


def test_gold_is_told_by_state_and_only_answers_to_trusted_gold_count(make_world: Make) -> None:
    gold = GoldWorld(make_world, gold=3, ordinary=9)
    seats = [gold.answer(person, label) for person, label in [("ann", "good"), ("ann", "good"), ("ann", "good"),
                                                              ("ben", "bad"), ("ben", "bad"), ("ben", "good")]]
    assert all(seat is not None and seat["is_gold"] for seat in seats)
    gold.judge()
    found = facts(gold.world)

    assert found is not None and (found.items, found.answers, found.suspended, found.retired) == (3, 6, 0, 0)
    assert (found.right.value, found.right.n, found.right.items) == (pytest.approx(4 / 6), 6, 3)
    assert 0 < found.right.low < 4 / 6 < found.right.high < 1

    (wrong, *_rest) = gold.rows("SELECT i.item_id FROM gold_answer a JOIN item i ON i.item_seq = a.task_seq"
                                " WHERE a.is_right = 0")
    gold.decide(wrong[0], "retire")
    found = facts(gold.world)

    assert found is not None and (found.items, found.answers, found.suspended, found.retired) == (2, 4, 0, 1)
    assert found.right.value == pytest.approx(3 / 4)


def test_a_project_without_gold_has_no_figures_of_it(make_world: Make) -> None:
    assert facts(make_world()) is None


def test_probabilities_are_held_against_gold_that_a_reviewer_saw_to(make_world: Make) -> None:
    found, reason = calibration(gold_with_probabilities(make_world, 25, review=True))

    assert found is not None and reason == "" and found.items == 25
    assert sum(one.right * one.items for one in found.bins) == pytest.approx(20), "five were put right"


def test_gold_that_only_the_crowd_vouches_for_shows_nothing_of_the_crowd(make_world: Make) -> None:
    world = gold_with_probabilities(make_world, 25, review=False)

    assert calibration(world) == (None, NONE_CHECKED)
