"""Progress: what a project's overview shows, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from goldsmith.server.kept import Kept
from goldsmith.server.renewed import Renewed
from goldsmith.work.figures.agreement import agreement_stamp
from goldsmith.work.figures.progress import Progress, read_progress
from tests.work.conftest import NOON, SECOND, WS, World

Make = Callable[..., World]
HOUR = 3600 * SECOND


def read(world: World) -> Progress:
    world.do(
        lambda db: db.many(
            "INSERT INTO person (person_id, workspace_id, email, name, role, state, created_us)"
            " VALUES (:id, :ws, :id, :name, 'annotator', 'active', 0) ON CONFLICT DO NOTHING",
            [{"id": one, "ws": WS, "name": one.title()} for one in ("ana", "ben", "cem")],
        )
    )
    with world.database.snapshot() as db:
        return read_progress(db, world.project(), now_us=world.now_us)


def test_an_empty_project_has_nothing_to_tell_and_says_why(make_world: Make) -> None:
    progress = read(make_world())

    assert (progress.counts["items"], progress.forecast, progress.forecast_reason) == (
        0,
        None,
        "There are no items yet.",
    )
    assert [one.alpha.value for one in progress.agreement] == [None] and progress.agreement[0].alpha.reason
    assert progress.people == progress.pairs == progress.waiting == []


def test_the_burn_up_ends_at_what_is_settled_now_and_a_steady_pace_gives_a_forecast(make_world: Make) -> None:
    world = make_world()
    world.add(200)
    for _ in range(100):
        world.now_us += HOUR // 2
        world.answer("ana")

    progress = read(world)

    settled = [point.settled for point in progress.series]
    assert settled == sorted(settled) and settled[-1] == 100 == progress.counts["settled"]
    assert [point.answers for point in progress.series] == settled and len(settled) <= 200
    assert progress.series[-1].at_us == world.now_us
    assert progress.forecast is not None and progress.forecast_reason == ""
    assert progress.forecast.low_us <= progress.forecast.mid_us <= progress.forecast.high_us
    assert abs(progress.forecast.mid_us - world.now_us - 50 * HOUR) < 10 * HOUR


def test_too_little_work_gives_no_forecast_and_a_reason(make_world: Make) -> None:
    world = make_world()
    world.add(3)
    world.answer("ana")

    assert read(world).forecast_reason.startswith("Too little")
    world.do(lambda db: db.execute("UPDATE project SET state = 'paused'"))
    assert read(world).forecast_reason == "The project is paused."
    world.answer("ana"), world.answer("ana")
    assert read(world).forecast_reason == "Everything is settled."


def test_agreement_is_told_by_field_by_pair_and_by_person(make_world: Make) -> None:
    world = make_world(overlap=2, most=2)
    world.add(20)
    for i in range(20):
        label = "good" if i % 2 else "bad"
        world.answer("ana", label)
        world.answer("ben", label if i < 15 else "mixed")

    progress = read(world)

    alpha = progress.agreement[0].alpha
    assert alpha.value is not None and alpha.low is not None and alpha.low < alpha.value < 1 and alpha.units == 20
    kappa, guess = progress.coefficients[progress.agreement[0].field]
    assert (kappa.name, guess.name) == ("fleiss", "gwet") and kappa.units == guess.units == 20
    assert kappa.value is not None and guess.value is not None and kappa.value < alpha.value < guess.value < 0.75
    assert [(one.a, one.b, one.agreement, one.items) for one in progress.pairs] == [("ana", "ben", 0.75, 20)]
    assert [(one.name, one.answers, one.agreement) for one in progress.people] == [("Ana", 20, 0.75), ("Ben", 20, 0.75)]
    worker = progress.people[0]
    assert worker.agreement_low is not None and worker.agreement_low < 0.75
    assert worker.speed is not None and worker.speed.median_seconds == 1.5 and worker.speed.answers_per_hour == 2400


def test_what_waits_is_listed_with_its_age(make_world: Make) -> None:
    world = make_world(overlap=1, review=True)
    world.add(3)
    for _ in range(3):
        world.answer("ana")
    seat = world.lease("cem", stage="review")
    assert seat is not None
    world.decide(seat, "returned", comment="look again")
    world.now_us += HOUR
    world.do(
        lambda db: db.execute(
            "INSERT INTO import (import_id, workspace_id, project_id, state, created_us, updated_us)"
            " VALUES ('imp_1', :ws, :project, 'done', 5, 5)",
            {"ws": WS, "project": world.project_id},
        )
    )
    world.do(
        lambda db: db.many(
            "INSERT INTO rejection (workspace_id, import_id, reason, raw) VALUES (:ws, 'imp_1', :why, :raw)",
            [{"ws": WS, "why": why, "raw": b""} for why in ("no text", "no text", "too large")],
        )
    )

    progress = read(world)

    assert [(one.what, one.items, one.oldest_us) for one in progress.waiting] == [
        ("review", 2, NOON),
        ("returned", 1, NOON),
        ("rejected", 2, 5),
        ("rejected", 1, 5),
    ]
    assert [(one.answers, one.returned) for one in progress.people] == [(2, 1)]


def test_a_task_that_is_settled_twice_counts_where_it_settled_last(make_world: Make) -> None:
    world = make_world()
    world.add(2)
    world.answer("ana")
    world.now_us += HOUR
    world.do(
        lambda db: db.execute(
            "INSERT INTO event (workspace_id, project_id, created_us, person_id, what, about)"
            " SELECT workspace_id, project_id, :now, '', what, about FROM event"
            " WHERE what = 'task.settled'",
            {"now": world.now_us},
        )
    )

    series = read(world).series

    assert [point.settled for point in series if point.settled] == [1] and series[-1].settled == 1


def test_large_figures_are_kept_and_small_ones_are_always_new() -> None:
    calls: list[int] = []

    async def make() -> int:
        calls.append(1)
        return len(calls)

    async def run(keep: float) -> list[int]:
        kept: Kept[int] = Kept(lambda value, seconds: keep)
        return [await kept.get("p", make) for _ in range(3)]

    assert asyncio.run(run(0)) == [1, 2, 3]
    assert asyncio.run(run(60)) == [4, 4, 4]


def test_figures_are_computed_again_only_when_what_they_rest_on_has_changed() -> None:
    quick, calls = Renewed[int](), [0]

    async def make() -> int:
        calls[0] += 1
        return calls[0]

    async def run() -> list[int]:
        return [await quick.get("p", stamp, make) for stamp in ("a", "a", "b", "b", "a")]

    assert asyncio.run(run()) == [1, 1, 2, 2, 3]


def test_slow_figures_are_renewed_in_the_background_and_not_all_the_time() -> None:
    slow, patient = (Renewed[int](quick_seconds=-1, rest_seconds=rest) for rest in (0, 60))
    calls = [0]

    async def make() -> int:
        calls[0] += 1
        return calls[0]

    async def run(kept: Renewed[int]) -> list[int]:
        found = []
        for stamp in ("a", "b", "b", "b"):
            found.append(await kept.get("p", stamp, make))
            await asyncio.sleep(0.01)
        return found

    assert asyncio.run(run(slow)) == [1, 1, 2, 2]
    assert asyncio.run(run(patient)) == [3, 3, 3, 3]


def test_after_a_renewal_that_failed_the_next_one_meets_the_error() -> None:
    kept = Renewed[int](quick_seconds=-1, rest_seconds=0)

    async def good() -> int:
        return 1

    async def bad() -> int:
        raise ValueError("no")

    async def run() -> None:
        assert [await kept.get("p", stamp, make) for stamp, make in (("a", good), ("b", bad))] == [1, 1]
        await asyncio.sleep(0.01)
        with pytest.raises(ValueError):
            await kept.get("p", "b", bad)

    asyncio.run(run())


def test_the_agreement_rests_on_the_answers_that_stand(make_world: Make) -> None:
    world = make_world(overlap=2, most=2)
    world.add(2)
    world.answer("ana")
    before = agreement_stamp(world.database.read(), world.project())
    again = agreement_stamp(world.database.read(), world.project())
    world.answer("ben")

    assert before == again != agreement_stamp(world.database.read(), world.project())
