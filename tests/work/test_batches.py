"""Batches: how far each is, what of it is for whom, and changes of a whole one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from goldsmith.core.errors import BadInput, NotFound
from goldsmith.server.kept import Kept
from goldsmith.server.routes.data import batches as routes
from goldsmith.work import queue
from goldsmith.work.data import batches
from goldsmith.work.data.batches import Change
from goldsmith.work.queue import Place
from tests.conftest import SENTIMENT, choice
from tests.work.conftest import World
from tests.work.http import running

Make = Callable[..., World]


def change_all(world: World, change: Change) -> int:
    """Change a batch piece by piece, as the calls do."""
    total, at = 0, 0
    while True:
        count, last = world.do(lambda db, at=at: batches.change_piece(db, world.project(), change.checked(), after=at))
        total += count
        if last is None:
            return total
        at = last


def done_by(world: World, person: str, batch: str = "") -> list[str]:
    """The texts that a person answers until nothing is left, in order."""
    found = []
    while (seat := world.answer(person, batch=batch)) is not None:
        row = world.database.read().one("SELECT name FROM item WHERE item_seq = :t", {"t": seat["task_seq"]})
        assert row is not None
        found.append(row["name"])
    return found


def is_any_left(world: World, person: str, batch: str) -> bool:
    place = Place(project_id=world.project_id, person_id=person, batch=batch)
    return queue.is_any_left(world.database.read(), place, now_us=world.now_us)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "CHANGED_AT_ONCE", 2)


def test_batches_come_in_pages_by_name(make_world: Make) -> None:
    world = make_world()
    for name in ("monday", "friday", "tuesday", ""):
        world.add(2, name, batch=name)
    db = world.database.read()

    assert batches.find_names(db, world.project_id, limit=2) == (["friday", "monday"], "monday")
    assert batches.find_names(db, world.project_id, after="monday", limit=2) == (["tuesday"], None)
    assert batches.find_names(db, "proj_other") == ([], None)


def test_the_figures_of_a_batch_count_its_tasks_only(make_world: Make) -> None:
    world = make_world(review=True)
    world.add(3, "m", batch="monday")
    world.add(4, "rest")
    world.answer("ana", batch="monday")

    found = batches.read_standing(world.database.read(), world.project_id, "monday")

    assert found.by_state == {"open": 2, "in_review": 1, "undecided": 0, "settled": 0, "excluded": 0}
    assert (found.tasks, found.priority) == (3, 0)


def test_items_join_the_batch_that_they_come_in_with_and_known_ones_stay(make_world: Make) -> None:
    world = make_world(overlap=2)
    world.add(2, "m", batch="monday")

    again = world.add(3, "m", batch="tuesday")

    assert tuple(again.known) == (0, 1)
    assert done_by(world, "ana", "monday") == ["m 0", "m 1"]
    assert done_by(world, "ana", "tuesday") == ["m 2"]


def test_whether_a_batch_holds_something_for_a_person(make_world: Make) -> None:
    world = make_world(overlap=2, most=2)
    world.add(2, batch="monday")
    assert is_any_left(world, "ana", "monday") and not is_any_left(world, "ana", "tuesday")

    done_by(world, "ana")  # by the whole project's queue

    assert not is_any_left(world, "ana", "monday")
    assert is_any_left(world, "ben", "monday")
    assert world.lease("ben", batch="monday") and world.lease("ben", batch="monday")
    assert is_any_left(world, "ben", "monday")


def test_a_renamed_batch_is_whole_under_its_new_name_and_in_its_order(make_world: Make) -> None:
    world = make_world(overlap=2, most=2)
    world.add(5, "m", batch="monday")
    world.add(1, "t", batch="tuesday")

    assert change_all(world, Change(batch="monday", name=" early ")) == 5

    assert batches.find_names(world.database.read(), world.project_id)[0] == ["early", "tuesday"]
    assert done_by(world, "ana", "early") == [f"m {i}" for i in range(5)]
    assert world.lease("ana", batch="monday") is None


def test_a_batch_that_joins_another_is_seen_by_those_who_were_through_with_it(make_world: Make) -> None:
    world = make_world(overlap=2, most=2)
    world.add(3, "m", batch="monday")
    world.add(2, "t", batch="tuesday")
    assert len(done_by(world, "ana", "tuesday")) == 2

    change_all(world, Change(batch="monday", name="tuesday"))

    assert done_by(world, "ana", "tuesday") == ["m 0", "m 1", "m 2"]
    assert batches.read_standing(world.database.read(), world.project_id, "tuesday").tasks == 5


def test_an_urgent_batch_comes_first_for_everybody_also_what_they_have_passed(make_world: Make) -> None:
    world = make_world(overlap=2, most=2)
    world.add(2, "old")
    world.add(3, "m", batch="monday")
    world.answer("ana")

    assert change_all(world, Change(batch="monday", priority=100)) == 3

    assert done_by(world, "ana") == ["m 0", "m 1", "m 2", "old 1"]
    assert batches.read_standing(world.database.read(), world.project_id, "monday").priority == 100


def test_a_lease_goes_on_when_its_batch_is_changed_and_what_opens_later_is_in_the_batch(make_world: Make) -> None:
    world = make_world(review=True)
    world.add(1, batch="monday")
    seat = world.lease("ana", batch="monday")
    assert seat is not None

    change_all(world, Change(batch="monday", name="tuesday", priority=7))
    world.submit(seat)

    review = world.lease("rea", stage="review", batch="tuesday")
    assert review is not None and (review["task_seq"], review["priority"]) == (seat["task_seq"], 7)


def test_the_tasks_of_a_dissolved_batch_are_in_none(make_world: Make) -> None:
    world = make_world()
    world.add(3, "m", batch="monday")

    change_all(world, Change(batch="monday", name=""))

    assert batches.find_names(world.database.read(), world.project_id) == ([], None)
    assert world.lease("ana", batch="monday") is None
    assert done_by(world, "ana") == ["m 0", "m 1", "m 2"]


def test_a_change_that_cannot_be_is_refused(make_world: Make) -> None:
    world = make_world()
    world.add(1, batch="monday")

    with pytest.raises(NotFound, match="friday"):
        change_all(world, Change(batch="friday", priority=1))
    for change in (
        Change(batch="", priority=1),
        Change(batch="monday"),
        Change(batch="monday", name="x" * 101),
        Change(batch="monday", priority=1001),
    ):
        with pytest.raises(BadInput):
            change.checked()


def test_who_changed_a_large_batch_sees_it_at_once(
    database_place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "STANDINGS", Kept(lambda found, seconds: 60))
    with running(database_place, tmp_path) as app:
        owner = app.key("owner")
        made = app.call("POST", "/api/projects", owner, {"name": "P", "schema": SENTIMENT}).json()
        at = f"/api/projects/{made['project_id']}"

        def add(text: str) -> None:
            app.call("POST", f"{at}/items?batch=monday", owner, [{"data": {"text": text}}])

        def seen() -> list[tuple[str, int, int]]:
            rows = app.call("GET", f"{at}/batches", owner).json()["batches"]
            return [(row["name"], row["tasks"], row["priority"]) for row in rows]

        add("one")
        assert seen() == [("monday", 1, 0)]
        add("two")
        assert seen() == [("monday", 1, 0)]  # kept
        app.call("PATCH", f"{at}/batches", owner, {"batch": "monday", "priority": 9})
        assert seen() == [("monday", 2, 9)]


def test_over_http_an_import_names_a_batch_and_people_work_in_it(database_place: str, tmp_path: Path) -> None:
    with running(database_place, tmp_path) as app:
        owner, ana = app.key("owner"), app.key("annotator")

        def ask(key: str, method: str, path: str, body: Any = None) -> Any:
            answer = app.call(method, path, key, body)
            assert answer.status_code < 300, answer.text
            return answer.json() if answer.content else None

        at = "/api/projects/" + ask(owner, "POST", "/api/projects", {"name": "P", "schema": SENTIMENT})["project_id"]
        for name in ("monday", "tuesday"):
            ask(owner, "POST", f"{at}/items?batch={name}", [{"data": {"text": f"{name} {i}"}} for i in range(2)])
        while lease := ask(ana, "POST", f"{at}/lease", {"batch": "tuesday"}):
            assert lease["name"].startswith("tuesday")
            ask(ana, "POST", f"/api/leases/{lease['lease_id']}/submit", {"fence": 1, "value": choice("good")})

        rows = ask(ana, "GET", f"{at}/batches")["batches"]
        assert [(row["name"], row["open"], row["in_review"], row["for_me"]) for row in rows] == [
            ("monday", 2, 0, True),
            ("tuesday", 0, 2, False),
        ]
        assert ask(ana, "GET", f"{at}/batches?batch=friday")["batches"] == []
        first = ask(ana, "GET", f"{at}/batches?limit=1")
        assert ask(ana, "GET", f"{at}/batches?limit=1&after={first['next']}")["batches"][0]["name"] == "tuesday"
        changed = ask(owner, "PATCH", f"{at}/batches", {"batch": "monday", "name": "tuesday"})
        assert changed == {"changed": 2, "next": None}
        assert [row["tasks"] for row in ask(ana, "GET", f"{at}/batches")["batches"]] == [4]
        assert app.call("POST", f"{at}/items?batch={'x' * 101}", owner, []).status_code == 400
