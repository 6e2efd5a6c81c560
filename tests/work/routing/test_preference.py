"""Whom the next answer comes from: what is kept for somebody, and who comes first where work is scarce."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from goldsmith.core.errors import LeaseLost, NotNow
from goldsmith.core.events import Event
from goldsmith.core.people.requirement import Requirement
from goldsmith.db.connection import Connection
from goldsmith.work import flow
from goldsmith.work.consensus.skills import Place, keep_counts, keep_crowd, usual_crowd
from goldsmith.work.data import items
from goldsmith.work.routing.presence.kept import KEPT_US
from goldsmith.work.routing.presence.turns import FREE_US, WAIT_US
from goldsmith.work.routing.rules import WorkRule
from tests.work.conftest import SECOND, WS, World
from tests.work.routing.people import Routed

Make = Callable[..., World]
FIELD = Place(workspace_id=WS, project_id="proj_1", field="mood", classes=("good", "bad", "mixed"))
MODEL = '{"model": "m", "version": "1", "price_minor": %d, "currency": "EUR"}'


def site_of(world: World, *people: str, **project: object) -> Routed:
    """A project with these people, each of whom has asked for work."""
    for name, value in project.items():
        world.do(lambda db, name=name, value=value: db.execute(f"UPDATE project SET {name} = :value", {"value": value}))
    site = Routed(world)
    for person in people:
        site.add_person(person)
    return site


def measure(world: World, **skill: float) -> None:
    """Let each of these people be right with this probability, as measured on 200 answers."""

    def keep(db: Connection) -> None:
        for person, right in skill.items():
            counts = np.full((3, 3), 100 * (1 - right)) + np.eye(3) * (200 * right - 100 * (1 - right))
            keep_counts(db, FIELD, person, counts / 3, answers=200, adds=False, now_us=world.now_us)
        keep_crowd(db, FIELD, usual_crowd(3), answers=400, now_us=world.now_us)

    world.do(keep)


def kept(world: World) -> list[tuple[str | None, int]]:
    """Of the open label seats, for whom they are and until how many seconds from now."""
    rows = world.database.read().all("SELECT only_for, kept_until_us FROM seat WHERE state = 'open'"
                                     " AND stage = 'label' ORDER BY seat_seq")
    return [(row[0], (row[1] - world.now_us) // SECOND if row[1] else 0) for row in rows]


def in_doubt(make_world: Make, *others: str, **project: object) -> Routed:
    """One task that ana and ben see differently, while others are there who have a task each in hand."""
    world = make_world(overlap=2, most=5)
    site = site_of(world, "ana", "ben", *others, overlap=2, **project)
    world.add(1)
    first, second = site.lease("ana"), site.lease("ben")
    world.add(3, "more")
    assert all(site.lease(person) is not None for person in others)
    assert first is not None and second is not None
    world.submit(first, "good")
    world.submit(second, "bad")
    return site


def of_task(world: World, task: int = 1) -> tuple[str | None, str]:
    """For whom, and in which state, the task's newest label seat is."""
    row = world.database.read().all("SELECT * FROM seat WHERE task_seq = :task ORDER BY seat_seq", {"task": task})[-1]
    return row["only_for"], row["state"]


@pytest.mark.parametrize(("preference", "expected"), [("", None), ("best", "cem"), ("least_work", "dia")])
def test_one_more_answer_is_kept_for_whom_it_had_best_come_from(
    make_world: Make, preference: str, expected: str | None
) -> None:
    world = make_world(overlap=2, most=5)
    site = site_of(world, "ana", "ben", "cem", "dia", overlap=2, stop_risk=0.05, preference=preference)
    measure(world, cem=0.95, dia=0.6)
    world.add(1)
    first, second = site.lease("ana"), site.lease("ben")
    world.add(4, "more")
    site.answer("cem")
    world.now_us += 61 * SECOND
    assert site.lease("cem") is not None and site.lease("dia") is not None
    assert first is not None and second is not None

    world.submit(first, "good")
    world.submit(second, "bad")

    assert of_task(world) == (expected, "open")


def test_without_a_preference_nothing_is_kept_and_nobody_is_written_down(make_world: Make) -> None:
    site = in_doubt(make_world, "cem", stop_risk=0.05)

    assert {who for who, _ in kept(site.world)} == {None}
    assert site.world.database.read().all("SELECT 1 FROM turn") == []


@pytest.mark.parametrize(("price_minor", "expected"), [(1, "bot"), (90, "cem")])
def test_a_model_is_asked_before_a_better_person_only_where_it_is_cheaper(
    make_world: Make, price_minor: int, expected: str
) -> None:
    world = make_world(overlap=2, most=5)
    paid = '{"sort": "answer", "currency": "EUR", "amount_minor": 30}'
    site = site_of(world, "ana", "ben", "cem", stop_risk=0.05, preference="best", price_json=paid)
    site.add_person("bot", sort="model")
    world.do(lambda db: db.execute("UPDATE person SET model_json = :json WHERE person_id = 'bot'",
                                   {"json": MODEL % price_minor}))
    measure(world, cem=0.95, bot=0.9)
    world.add(1)
    first, second = site.lease("ana"), site.lease("ben")
    world.add(4, "more")
    assert site.lease("cem") and site.lease("bot") and first and second

    world.submit(first, "good")
    world.submit(second, "bad")

    assert of_task(world) == (expected, "open")


def leases(world: World, person: str) -> tuple[str, ...]:
    rows = world.database.read().all("SELECT lease_id FROM seat WHERE person_id = :p AND state = 'leased'",
                                     {"p": person})
    return tuple(row[0] for row in rows)


def test_what_is_kept_comes_first_to_its_person_and_to_nobody_else(make_world: Make) -> None:
    site = in_doubt(make_world, "cem", "dia", preference="best")
    world = site.world
    whom, _ = of_task(world)
    other = {"cem": "dia", "dia": "cem"}[str(whom)]

    for _ in range(6):
        seat = site.lease(other, besides=leases(world, other))
        assert seat is None or seat["task_seq"] != 1
    seat = site.lease(str(whom), besides=leases(world, str(whom)))

    assert seat is not None and (seat["task_seq"], seat["only_for"], seat["kept_until_us"]) == (1, None, 0)


def test_what_was_kept_too_long_is_anybodys_and_no_cursor_has_passed_it(make_world: Make) -> None:
    site = in_doubt(make_world, "cem", "dia", preference="best")
    world = site.world
    whom, _ = of_task(world)
    other = {"cem": "dia", "dia": "cem"}[str(whom)]
    world.submit(site.lease(other))
    given = site.answers(other, 8)
    assert 1 not in given

    world.now_us += KEPT_US + SECOND

    assert 1 in site.answers(other, 8)


def leave(world: World) -> None:
    world.do(lambda db: flow.release_all(db, WS, "cem", now_us=world.now_us))


def drain(world: World) -> None:
    event = Event(what="project.draining", about="proj_1", workspace_id=WS, project_id="proj_1", now_us=world.now_us)
    world.do(lambda db: flow.tell(db, event))


def take_out_and_in(world: World) -> None:
    for change in (lambda db, task: items.exclude(db, task, "blurred", "boss", now_us=world.now_us),
                   lambda db, task: items.include(db, task, "boss", now_us=world.now_us)):
        task = world.database.read().one("SELECT * FROM task WHERE task_seq = 1")
        world.do(lambda db, change=change, task=task: change(db, task))


def prefer_others(world: World) -> None:
    Routed(world).prefer("")


@pytest.mark.parametrize("end", [leave, drain, take_out_and_in, prefer_others])
def test_what_is_kept_is_anybodys_at_once_where_its_reason_is_gone(
    make_world: Make, end: Callable[[World], None]
) -> None:
    site = in_doubt(make_world, "cem", "dia", preference="best")
    assert of_task(site.world) == ("cem", "open")

    end(site.world)

    assert of_task(site.world) == (None, "open")
    site.world.do(lambda db: db.execute("UPDATE project SET preference = ''"))  # so that dia does not wait for cem
    assert 1 in [seat["task_seq"] for _ in range(6)
                 if (seat := site.lease("dia", besides=leases(site.world, "dia"))) is not None]


def test_nobody_gets_what_is_kept_for_them_when_they_lack_what_it_asks_for(make_world: Make) -> None:
    site = in_doubt(make_world, "cem", preference="best")
    assert of_task(site.world) == ("cem", "open")

    site.ask_for(Requirement(skills={"tea": 50}))

    assert site.lease("cem", besides=leases(site.world, "cem")) is None


@pytest.mark.parametrize("quota", [1, 2])
def test_nothing_is_kept_for_who_is_at_a_quota_and_what_is_kept_counts_in_it(make_world: Make, quota: int) -> None:
    world = make_world(overlap=2, most=5)
    site = site_of(world, "ana", "ben", "cem", preference="best")
    site.set_rules(WorkRule(in_total=quota))
    world.add(1)
    first, second = site.lease("ana"), site.lease("ben")
    world.add(3, "more")
    assert first and second and site.lease("cem") is not None

    world.submit(first, "good")
    world.submit(second, "bad")

    if quota == 1:
        assert of_task(world) == (None, "open")
        return
    seat = site.lease("cem", besides=leases(world, "cem"))
    assert seat is not None and (seat["task_seq"], seat["counted"]) == (1, "cem@")
    with pytest.raises(NotNow, match="quota is reached"):
        site.lease("cem", besides=leases(world, "cem"))


def scarce(make_world: Make, preference: str, tasks: int) -> Routed:
    """Three people who answered 3, 2 and 1 tasks, rightly in 60, 80 and 95 of 100 cases; so many tasks are left."""
    world = make_world()
    site = site_of(world, "ana", "ben", "cem")
    measure(world, ana=0.6, ben=0.8, cem=0.95)
    world.add(6)
    for person, many in (("ana", 3), ("ben", 2), ("cem", 1)):
        for _ in range(many):
            seat = site.lease(person)
            assert seat is not None
            world.submit(seat)
    site.prefer(preference)
    world.add(40, "later")
    held = {person: site.lease(person) for person in ("ana", "ben", "cem")}
    assert all(held.values())
    world.do(lambda db: db.execute("UPDATE seat SET state = 'withdrawn' WHERE state = 'open' AND task_seq > :task",
                                   {"task": max(seat["task_seq"] for seat in held.values() if seat) + tasks}))
    return site


@pytest.mark.parametrize("preference", ["best", "least_work"])
def test_where_work_is_scarce_the_first_are_served_first_and_the_last_wait_two_minutes(
    make_world: Make, preference: str
) -> None:
    site = scarce(make_world, preference, tasks=2)

    def ask(person: str) -> bool:
        return site.lease(person, besides=leases(site.world, person)) is not None

    assert not ask("ana") and site.waits_us == site.world.now_us + WAIT_US
    assert ask("ben") and site.waits_us is None
    assert not ask("ana")
    site.world.now_us += WAIT_US
    assert ask("ana") and not ask("cem") and site.waits_us is None  # nothing is left


def test_who_waited_once_is_served_for_ten_minutes(make_world: Make) -> None:
    site = scarce(make_world, "best", tasks=1)
    world = site.world
    assert site.lease("ana", besides=leases(world, "ana")) is None and site.waits_us is not None

    world.now_us += WAIT_US
    assert site.lease("ana", besides=leases(world, "ana")) is not None
    world.add(1, "another")
    assert site.lease("ana", besides=leases(world, "ana")) is not None
    world.now_us += FREE_US
    for person in ("ben", "cem"):
        site.lease(person)
    world.add(1, "one more")
    assert site.lease("ana", besides=leases(world, "ana")) is None and site.waits_us is not None


def test_nobody_waits_where_there_is_enough_or_where_those_before_them_can_take_nothing(make_world: Make) -> None:
    site = scarce(make_world, "best", tasks=3)
    world = site.world
    assert site.lease("ana", besides=leases(world, "ana")) is not None

    world.do(lambda db: db.execute(
        "INSERT INTO refusal (task_seq, person_id, workspace_id, reason, created_us)"
        " SELECT t.task_seq, p.person_id, :ws, 'x', 0 FROM task t JOIN person p ON p.person_id IN ('ben', 'cem')",
        {"ws": WS}))
    assert site.lease("ana", besides=leases(world, "ana")) is not None


def test_what_many_take_while_it_is_kept_and_freed_is_given_once_and_nothing_is_lost(make_world: Make) -> None:
    world = make_world(overlap=2, most=4)
    names = [f"p{i}" for i in range(6)]
    site = site_of(world, *names, overlap=2, stop_risk=0.02, preference="best")
    measure(world, p0=0.9)
    world.add(6)
    world.now_us += SECOND
    chance = random.Random(3)

    def work(name: str) -> list[int]:
        mine = Routed(world)
        done = []
        for _ in range(24):
            seat = mine.lease(name)
            if seat is None:
                world.now_us += 20 * SECOND
                continue
            try:
                world.submit(seat, chance.choice(["good", "bad"]), name)
                done.append(seat["task_seq"])
            except LeaseLost:  # the clock went on too far
                pass
        return done

    with ThreadPoolExecutor(len(names)) as pool:
        given = dict(zip(names, pool.map(work, names), strict=True))
    world.now_us += KEPT_US + SECOND
    for name in names:
        given[name] += site.answers(name, 8)

    assert all(len(tasks) == len(set(tasks)) for tasks in given.values())
    rows = world.database.read().all("SELECT state, answers FROM task")
    assert {row["state"] for row in rows} <= {"settled", "undecided"}
    assert sum(row["answers"] for row in rows) == sum(len(tasks) for tasks in given.values())
    assert world.database.read().all("SELECT 1 FROM seat WHERE kept_until_us > 0 OR only_for IS NOT NULL") == []
    assert world.database.read().one("SELECT 1 FROM event WHERE details_json LIKE '%kept_for%'") is not None
