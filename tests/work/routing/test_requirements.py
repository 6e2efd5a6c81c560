"""Who is given what: requirements as keys of the queue, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from goldsmith.core.errors import BadInput
from goldsmith.core.people.requirement import Requirement, encode
from goldsmith.db.connection import Connection
from goldsmith.work import queue
from goldsmith.work.data import batches, items
from goldsmith.work.data.batches import Change
from goldsmith.work.routing import rules
from goldsmith.work.routing.abilities import Abilities, read_reliability, unmet
from tests.work.conftest import SECOND, WS, World
from tests.work.routing.people import Routed

Make = Callable[..., World]
GERMAN = Requirement(languages={"de": "fluent"})
HOUR = 3600 * SECOND


def change_all(world: World, change: Change) -> None:
    """Change a batch piece by piece, as the calls do."""
    at: int | None = 0
    while at is not None:
        _, at = world.do(
            lambda db, at=at: batches.change_piece(db, world.project(), change.checked(), after=at, now_us=world.now_us)
        )


def change_items(world: World, tasks: list[int], requirement: Requirement | None) -> None:
    def change(db: Connection) -> None:
        rows = [row for row in db.all("SELECT * FROM task ORDER BY task_seq") if row["task_seq"] in tasks]
        items.set_requirement(db, world.project(), rows, requirement, now_us=world.now_us)

    world.do(change)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "CHANGED_AT_ONCE", 2)


@pytest.mark.parametrize(
    ("asked", "able", "missing"),
    [
        (Requirement(languages={"de": "fluent"}), Abilities(languages={"de-at": "native"}), ()),
        (Requirement(languages={"de-at": "basic"}), Abilities(languages={"de": "native"}), ("languages",)),
        (Requirement(languages={"de": "fluent"}), Abilities(languages={"de": "basic"}), ("languages",)),
        (Requirement(languages={"de": "basic"}), Abilities(languages={"den": "native"}), ("languages",)),
        (Requirement(skills={"cars": 80}), Abilities(skills={"cars": 80}), ()),
        (Requirement(skills={"cars": 80}), Abilities(skills={"cars": 79}), ("skills",)),
        (Requirement(skills={"cars": 0}), Abilities(claimed={"cars": 100}), ("skills",)),
        (Requirement(skills={"cars": 9}, claimed=True), Abilities(claimed={"cars": 9}, skills={"cars": 1}), ()),
        (Requirement(countries=("KE", "UG")), Abilities(country="UG"), ()),
        (Requirement(countries=("KE",)), Abilities(), ("countries",)),
        (Requirement(groups=("g1", "g2")), Abilities(groups=frozenset({"g2"})), ()),
        (Requirement(groups=("g1",)), Abilities(groups=frozenset({"g2"})), ("groups",)),
        (Requirement(reliability=0.9), Abilities(reliability=0.9), ()),
        (Requirement(reliability=0.9), Abilities(), ("reliability",)),
        (Requirement(annotators="people"), Abilities(sort="model"), ("annotators",)),
        (Requirement(annotators="models"), Abilities(sort="model"), ()),
    ],
)
def test_a_requirement_is_met_part_by_part(asked: Requirement, able: Abilities, missing: tuple[str, ...]) -> None:
    assert unmet(asked, able) == missing


def test_the_same_requirement_has_one_form_and_one_key() -> None:
    one = Requirement(languages={"de-AT": "basic", "EN": "native"}, countries=("ug", "KE"), claimed=True).checked()
    other = Requirement(languages={"en": "native", "de-at": "basic"}, countries=("KE", "UG")).checked()

    assert one == other and encode(one) == encode(other) and one.key() == other.key() != ""
    assert one.key() != msgspec.structs.replace(one, countries=("KE",)).key()


@pytest.mark.parametrize(
    "wrong",
    [
        Requirement(languages={"d!": "basic"}),
        Requirement(countries=("Kenya",)),
        Requirement(skills={"": 5}),
        Requirement(skills={"cars": 101}),
        Requirement(reliability=1.5),
    ],
)
def test_a_requirement_that_cannot_be_is_refused(wrong: Requirement) -> None:
    with pytest.raises(BadInput):
        wrong.checked()


def test_only_who_meets_the_projects_requirement_is_given_its_tasks_and_it_counts_at_once(make_world: Make) -> None:
    world = make_world(overlap=2, most=2)
    routed = Routed(world)
    ana, ben = routed.add_person("ana", de="native"), routed.add_person("ben", de="basic")
    world.add(4)
    assert routed.answer(ben) is not None

    routed.ask_for(GERMAN)

    assert routed.answers(ben) == [] and len(routed.answers(ana)) == 4
    routed.ask_for(Requirement())
    assert len(routed.answers(ben)) == 3  # those behind the cursor too, each once


def test_a_batch_asks_for_something_of_its_own_and_what_joins_it_too(make_world: Make) -> None:
    world = make_world()
    routed = Routed(world)
    ana, ben = routed.add_person("ana", de="native"), routed.add_person("ben")
    world.add(3, "m", batch="monday")
    world.add(2, "rest")

    change_all(world, Change(batch="monday", requirement=GERMAN))
    world.add(2, "later", batch="monday")

    assert len(routed.answers(ben)) == 2
    assert len(routed.answers(ana)) == 5


def test_a_batch_that_is_renamed_keeps_what_it_asks_for_and_one_that_joins_another_takes_over_its_word(
    make_world: Make,
) -> None:
    world = make_world()
    routed = Routed(world)
    ben = routed.add_person("ben")
    world.add(3, "m", batch="monday")
    world.add(3, "t", batch="tuesday")
    change_all(world, Change(batch="monday", requirement=GERMAN))

    change_all(world, Change(batch="monday", name="friday"))
    assert set(rules.read_batch_requirements(world.database.read(), world.project_id)) == {"friday"}
    assert len(routed.answers(ben)) == 3
    world.add(2, "u", batch="tuesday")
    change_all(world, Change(batch="tuesday", name="friday"))
    assert routed.answers(ben) == []
    change_all(world, Change(batch="friday", is_as_project=True))
    assert len(routed.answers(ben)) == 5


def test_a_selection_of_items_asks_for_its_own_and_leaves_a_batchs_word_behind_with_the_batch(make_world: Make) -> None:
    world = make_world()
    routed = Routed(world)
    ben = routed.add_person("ben")
    world.add(4, "m", batch="monday")
    change_all(world, Change(batch="monday", requirement=GERMAN))
    tasks = [row["task_seq"] for row in world.database.read().all("SELECT task_seq FROM task ORDER BY task_seq")]

    change_items(world, tasks[:1], Requirement(countries=("KE",)))
    move = [row for row in world.database.read().all("SELECT * FROM task ORDER BY task_seq")][:2]
    world.do(lambda db: [items.set_batch(db, task, "", now_us=world.now_us) for task in move])

    assert routed.answers(ben) == tasks[1:2]  # the first keeps what was said of itself


def test_urgent_tasks_come_first_whichever_of_a_persons_keys_they_have(make_world: Make) -> None:
    world = make_world()
    routed = Routed(world)
    ana = routed.add_person("ana", country="KE", de="native")
    for name, asked in (("a", None), ("b", GERMAN), ("c", Requirement(countries=("KE",)))):
        world.add(3, name, batch=name)
        if asked is not None:
            change_all(world, Change(batch=name, requirement=asked))
    change_all(world, Change(batch="b", priority=5))

    names = {row["item_seq"]: row["name"] for row in world.database.read().all("SELECT item_seq, name FROM item")}
    done = [names[task] for task in routed.answers(ana)]

    assert done == ["b 0", "b 1", "b 2", "a 0", "a 1", "a 2", "c 0", "c 1", "c 2"]  # then by position over all keys


def test_seats_that_move_to_another_key_are_passed_by_no_cursor(make_world: Make) -> None:
    world = make_world(overlap=3, most=3)
    routed = Routed(world)
    ana, ben = routed.add_person("ana", de="native"), routed.add_person("ben")
    world.add(6, batch="monday")
    change_all(world, Change(batch="monday", requirement=GERMAN))
    first = [routed.answer(ana) for _ in range(3)]

    change_all(world, Change(batch="monday", is_as_project=True))
    mine = routed.answers(ana)
    change_all(world, Change(batch="monday", requirement=GERMAN))
    assert routed.answers(ben) == []
    change_all(world, Change(batch="monday", is_as_project=True))

    assert len({seat["task_seq"] for seat in first if seat} | set(mine)) == 6 == 3 + len(mine)
    assert len(routed.answers(ben)) == 6


def test_a_skill_that_ran_out_or_was_only_claimed_does_not_count_and_a_new_one_does_at_once(make_world: Make) -> None:
    world = make_world()
    routed = Routed(world)
    ana = routed.add_person("ana")
    world.add(3)
    routed.ask_for(Requirement(skills={"cars": 60}))
    routed.add_skill(ana, "cars", 90, source="claimed")
    assert routed.answer(ana) is None

    routed.add_skill(ana, "cars", 70, expires_us=world.now_us + 10 * SECOND)
    assert routed.answer(ana) is not None
    world.now_us += 11 * SECOND
    assert routed.answer(ana) is None


def test_reliability_is_the_share_of_judged_answers_that_stood(make_world: Make) -> None:
    world = make_world(review=True)
    world.add(11)
    for decision in ["accepted"] * 8 + ["returned"] * 2:
        assert world.answer("ana") is not None
        review = world.lease("rea", stage="review")
        assert review is not None
        world.decide(review, decision, comment="Look again.")
    db = world.database.read()

    assert read_reliability(db, WS, "ana") == 0.8
    assert read_reliability(db, WS, "ben") is None


def test_reviewers_are_asked_only_where_the_requirement_says_so(make_world: Make) -> None:
    world = make_world(review=True)
    routed = Routed(world)
    ana, rea = routed.add_person("ana", de="native"), routed.add_person("rea", role="reviewer")
    world.add(2, "m", batch="monday")
    change_all(world, Change(batch="monday", requirement=GERMAN))
    routed.answers(ana)
    assert routed.lease(rea, stage="review") is not None

    strict = Requirement(languages={"de": "fluent"}, reviewers=True)
    change_all(world, Change(batch="monday", requirement=strict))
    world.now_us += queue.LEASE_US + SECOND

    assert routed.lease(rea, stage="review") is None
    gea = routed.add_person("gea", role="reviewer", de="fluent")
    assert routed.lease(gea, stage="review") is not None


def test_nobody_gets_two_stages_of_a_task_where_they_are_kept_apart(make_world: Make) -> None:
    world = make_world(overlap=1, most=2)
    routed = Routed(world)
    rea = routed.add_person("rea", role="reviewer")
    world.add(1)
    task = world.database.read().one("SELECT task_seq FROM task")
    assert task is not None
    world.do(lambda db: queue.open_seat(db, task["task_seq"], "review"))
    assert routed.lease(rea, stage="review") is not None
    assert queue.is_any_left(world.database.read(), routed.place(rea), now_us=world.now_us)

    world.do(lambda db: db.execute("UPDATE project SET stages_apart = 1"))

    assert not queue.is_any_left(world.database.read(), routed.place(rea), now_us=world.now_us)
    assert routed.lease(rea) is None


def test_a_requirement_that_nothing_asks_for_any_more_is_dropped_after_an_hour(make_world: Make) -> None:
    world = make_world()
    Routed(world)
    world.add(2, batch="monday")
    change_all(world, Change(batch="monday", requirement=GERMAN))
    change_all(world, Change(batch="monday", is_as_project=True))
    assert len(rules.read_requirements(world.database.read(), world.project_id)) == 1

    dropped = world.do(lambda db: rules.drop_unused(db, world.project_id, now_us=world.now_us + 2 * HOUR))

    assert dropped == 1 and rules.read_requirements(world.database.read(), world.project_id) == {}


def test_many_at_once_with_different_keys_get_what_is_theirs_and_each_task_once_while_rules_change(
    make_world: Make,
) -> None:
    world = make_world()
    routed = Routed(world)
    germans = [routed.add_person(f"g{i}", de="native") for i in range(5)]
    others = [routed.add_person(f"o{i}") for i in range(5)]
    world.add(60, "m", batch="monday")
    world.add(60, "rest")
    change_all(world, Change(batch="monday", requirement=GERMAN))

    def work(person: str) -> list[int]:
        return routed.answers(person, most=130)

    def stir(name: str) -> list[int]:
        for _ in range(3):
            change_all(world, Change(batch="monday", requirement=Requirement(languages={"de": "basic"})))
            change_all(world, Change(batch="monday", requirement=GERMAN))
        return []

    with ThreadPoolExecutor(11) as pool:
        done = list(pool.map(lambda one: (stir if one == "stir" else work)(one), [*germans, "stir", *others]))
    rest = work(germans[0])

    counts = Counter(task for tasks in [*done, rest] for task in tasks)
    monday = {row[0] for row in world.database.read().all("SELECT task_seq FROM task WHERE batch = 'monday'")}
    assert set(counts.values()) == {1} and len(counts) == 120
    assert not monday & {task for tasks in done[6:] for task in tasks}


def test_a_project_without_rules_leases_with_the_statements_that_it_always_took(make_world: Make) -> None:
    world = make_world(overlap=2, most=2)
    routed = Routed(world)
    ana = routed.add_person("ana")
    world.add(3)
    seen: list[str] = []

    def lease(db: Connection) -> None:
        place = routed.place(ana)
        counted = Counting(db, seen)
        seat = queue.lease_next(counted, place, now_us=world.now_us)
        assert seat is not None

    world.do(lease)

    assert [sql.split()[0] for sql in seen] == ["SELECT", "UPDATE", "INSERT", "INSERT"]  # mine, claim, cursor, lease


class Counting:
    """A connection that writes down what is run on it."""

    def __init__(self, db: Connection, seen: list[str]) -> None:
        self._db, self._seen, self.skip_locked = db, seen, db.skip_locked

    def __getattr__(self, name: str) -> Callable[..., object]:
        run: Callable[..., object] = getattr(self._db, name)

        def noted(sql: str, *more: object) -> object:
            self._seen.append(sql)
            return run(sql, *more)

        return noted


def test_a_claim_reads_the_index_by_its_key_and_no_more(make_world: Make) -> None:
    world = make_world()
    routed = Routed(world)
    ana = routed.add_person("ana")
    world.add(1)
    db = world.database.read()
    if db.skip_locked:
        pytest.skip("PostgreSQL plans by what the tables hold")
    place = routed.place(ana)

    plan = db.all("EXPLAIN QUERY PLAN " + queue._sql(db, queue.HEAD, place), place.args(below=9, key=""))

    said = [row["detail"] for row in plan]
    key = "seat_open (project_id=? AND stage=? AND audit_id=? AND queue_key=? AND priority=? AND position>?)"
    assert any(key in one for one in said), said
    assert not any("SCAN" in one and "seat" in one for one in said), said
