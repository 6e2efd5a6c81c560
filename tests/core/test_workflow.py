"""The way of a task through review levels: pure functions, and laws for any workflow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.core.errors import BadInput
from goldsmith.core.task.workflow import ADJUDICATION, ANYBODY, Adjudication, Course, ReviewLevel, Workflow

LEVELS = st.lists(st.tuples(st.integers(0, 40), st.floats(0.01, 1.0)), max_size=5, unique_by=lambda one: one[0]).map(
    lambda pairs: tuple(ReviewLevel(name=f"Level {n}", level=n, share=share) for n, share in pairs)
)
WORKFLOWS = st.builds(
    Workflow, reviews=LEVELS, adjudication=st.none() | st.just(Adjudication()), seed=st.text(max_size=4)
)


def course(workflow: Workflow, task_id: str = "task_1", version: int = 1) -> Course:
    return Course(workflow=workflow, version=version, project_id="proj_1", task_id=task_id)


def looks(*shares: float, adjudication: bool = False) -> Workflow:
    reviews = tuple(ReviewLevel(name=f"Level {i}", level=i, share=share) for i, share in enumerate(shares))
    return Workflow(reviews=reviews, adjudication=Adjudication() if adjudication else None)


def test_a_task_meets_each_level_that_every_task_meets_and_is_settled_after_the_last() -> None:
    way = course(looks(1.0, 1.0))

    assert way.start().level == 0
    assert way.after(0).level == 1
    assert way.after(1).level is None
    assert course(looks()).start().level is None


def test_a_share_draws_that_part_of_many_tasks_and_each_level_draws_on_its_own() -> None:
    workflow = looks(0.3, 0.1)
    tasks = [course(workflow, f"task_{i}") for i in range(4000)]
    first = {way.task_id for way in tasks if way.is_drawn(workflow.reviews[0])}
    second = {way.task_id for way in tasks if way.is_drawn(workflow.reviews[1])}

    assert 0.27 < len(first) / 4000 < 0.33
    assert 0.08 < len(second) / 4000 < 0.12
    assert 0.01 < len(first & second) / 4000 < 0.05  # about 3 % by chance


def test_a_draw_says_its_probability_whether_the_task_meets_the_level_or_not() -> None:
    stops = [course(looks(0.5), f"task_{i}").start() for i in range(50)]

    assert {(draw.share, draw.is_drawn) for stop in stops for draw in stop.draws} == {(0.5, True), (0.5, False)}
    assert all((stop.level == 0) == stop.draws[0].is_drawn for stop in stops)
    assert course(looks(1.0)).start().draws == ()


def test_an_escalated_task_goes_to_the_next_level_although_it_was_not_drawn_and_then_to_adjudication() -> None:
    way = course(looks(1.0, 0.000001, adjudication=True))

    assert way.above(0) == 1
    assert way.above(1) == ADJUDICATION
    assert way.above(ADJUDICATION) is None
    assert course(looks(1.0)).above(0) is None


def test_from_a_level_that_is_no_more_a_task_goes_to_the_first_that_it_has_not_been_at() -> None:
    way = course(looks(1.0, 1.0))

    assert way.after(7).level == 0
    assert way.after(7, been={0}).level == 1
    assert way.after(7, been={0, 1}).level is None


def test_new_levels_have_numbers_that_the_project_never_used() -> None:
    one = Workflow(reviews=(ReviewLevel(name="a"), ReviewLevel(name="b"))).following(Workflow(), seed="s")
    two = Workflow(reviews=(one.reviews[0],)).following(one, seed="t")
    three = Workflow(reviews=(ReviewLevel(name="c"), *two.reviews)).following(two, seed="u")

    assert [level.level for level in one.reviews] == [0, 1]
    assert [(level.name, level.level) for level in three.reviews] == [("c", 2), ("a", 0)]
    assert {one.seed, two.seed, three.seed} == {"s"}  # what was drawn stays drawn


@pytest.mark.parametrize(
    ("reviews", "where"),
    [
        ([ReviewLevel(name=" ")], "reviews.0.name"),
        ([ReviewLevel(name="a"), ReviewLevel(name="b", share=0)], "reviews.1.share"),
        ([ReviewLevel(name="a", share=1.01)], "reviews.0.share"),
        ([ReviewLevel(name="a"), ReviewLevel(name="A ")], "reviews.name"),
        ([ReviewLevel(name="a", level=1), ReviewLevel(name="b", level=1)], "reviews.level"),
        ([ReviewLevel(name=str(i)) for i in range(6)], "reviews"),
    ],
)
def test_a_workflow_that_cannot_work_is_refused_by_the_name_of_its_part(
    reviews: list[ReviewLevel], where: str
) -> None:
    with pytest.raises(BadInput) as error:
        Workflow(reviews=tuple(reviews)).checked()

    assert error.value.where == where


def test_a_level_of_another_project_is_refused() -> None:
    with pytest.raises(BadInput):
        Workflow(reviews=(ReviewLevel(name="a", level=3),)).following(Workflow(levels_made=2), seed="")


@given(WORKFLOWS, st.text(max_size=6))
def test_whatever_the_workflow_a_task_reaches_the_end_and_is_at_no_level_twice(workflow: Workflow, task: str) -> None:
    way = course(workflow, task)
    stop, seen = way.start(), []
    while stop.level is not None:
        assert stop.level not in seen
        assert workflow.has_place("in_review", stop.level)
        seen.append(stop.level)
        stop = way.after(stop.level, frozenset(seen))

    met = [one.level for one in workflow.reviews if way.is_drawn(one)]
    assert seen == met


@given(WORKFLOWS, st.integers(-1, 50), st.frozensets(st.integers(0, 40)))
def test_from_wherever_a_task_is_it_goes_on_to_a_place_that_there_is(
    workflow: Workflow, level: int, been: frozenset[int]
) -> None:
    way = course(workflow)
    following, above = way.after(level, been).level, way.above(level, been)

    assert following is None or workflow.has_place("in_review", following)
    assert above is None or workflow.has_place("undecided" if above == ADJUDICATION else "in_review", above)
    assert workflow.has_place("undecided", workflow.level_of_undecided())


@given(WORKFLOWS, WORKFLOWS)
def test_whatever_a_workflow_is_changed_to_every_level_of_it_can_be_taken_by_somebody(
    before: Workflow, after: Workflow
) -> None:
    for state, level in (("in_review", before.reviews[0].level if before.reviews else 0), ("undecided", ADJUDICATION)):
        if not after.has_place(state, level or 0):  # a stray: it moves on, and where it comes to is in the workflow
            stop = course(after).after(level or 0) if state == "in_review" else None
            home = after.level_of_undecided() if stop is None else stop.level
            assert home is None or home in (*after.levels_for(frozenset()), ADJUDICATION, ANYBODY)
