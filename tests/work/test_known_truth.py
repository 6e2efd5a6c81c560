"""What is known of a task when skills are measured: what a reviewer saw to, and what an audit found."""

from __future__ import annotations

from collections.abc import Callable

from goldsmith.work.consensus.known_truth import find_known
from goldsmith.work.consensus.refit import measure_skills
from tests.work.conftest import WS, World, mood
from tests.work.test_audit import check, lease, open_audit, settled

Make = Callable[..., World]


def known_labels(world: World) -> dict[int, tuple[str, bool]]:
    with world.database.snapshot() as db:
        found = find_known(db, {"project": world.project_id, "workspace": WS})
    return {task: (one.value["mood"][0].label, one.is_drawn) for task, one in found.items()}


def test_what_a_reviewer_accepts_is_known_as_what_they_put_right_is(make_world: Make) -> None:
    world = make_world(review=True)
    world.add(3)
    seats = [seat for _ in range(3) if (seat := world.answer("ana", "good"))]

    for _ in range(2):
        seat = world.lease("mia", stage="review")
        assert seat is not None
        if seat["task_seq"] == seats[0]["task_seq"]:
            world.decide(seat, "accepted")
        else:
            world.decide(seat, "fixed", value=mood("bad"))

    assert known_labels(world) == {seats[0]["task_seq"]: ("good", False), seats[1]["task_seq"]: ("bad", False)}


def test_an_audit_knows_its_items_by_a_random_draw_whether_the_dataset_was_right_or_not(make_world: Make) -> None:
    world = settled(make_world, 4)
    audit_id = open_audit(world, 2)
    said = {}
    for label in ("good", "bad"):
        seat = lease(world, audit_id, "max")
        assert seat is not None
        check(world, seat, label)
        said[seat["task_seq"]] = (label, True)

    assert known_labels(world) == said
    with world.database.snapshot() as db:
        (fitted,) = measure_skills(db, WS, world.project_id)
    good, bad = fitted.place.classes.index("good"), fitted.place.classes.index("bad")
    assert fitted.counts["ana"][bad, good] > 0.5, "the audited item counts as the error that it is"
    assert fitted.answers == {"ana": 4}
