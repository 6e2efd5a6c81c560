"""The queue's laws, on the real database, with a clock of our own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from goldsmith.core.errors import LeaseLost
from goldsmith.core.item import ItemData
from goldsmith.db.connection import Database
from goldsmith.work import ingest, queue

NOON = 1_700_000_000_000_000
SECOND = 1_000_000


@pytest.fixture
def db(tmp_path: Path) -> Any:
    one = Database(tmp_path / "q.sqlite")
    one.write(lambda c: c.execute("INSERT INTO project VALUES ('proj_1', 'ws_1', 'P', '{}', 1, 0, 0)").rowcount)
    project = one.read().execute("SELECT * FROM project").fetchone()
    origin = ingest.Origin(source="test", licence="CC0-1.0", basis="own")
    one.write(lambda c: ingest.add_items(c, project, [ItemData(data={"text": str(i)}) for i in range(3)], origin, now_us=NOON))
    yield one
    one.close()


def take(db: Database, person: str, *, at: int = NOON) -> queue.Lease | None:
    return db.write(lambda c: queue.lease_next(c, "proj_1", person, now_us=at))


def send(db: Database, lease: queue.Lease, person: str, *, at: int = NOON) -> str:
    return db.write(lambda c: queue.submit(c, lease.lease_id, lease.fence, b"{}", workspace_id="ws_1", person_id=person, now_us=at))


def test_two_people_get_different_tasks_and_one_person_gets_the_same_again(db: Database) -> None:
    first, second, again = take(db, "ana"), take(db, "ben"), take(db, "ana")

    assert first and second and again
    assert first.task_id != second.task_id and again.lease_id == first.lease_id


def test_a_lease_that_ran_out_goes_to_the_next_person_and_the_late_answer_is_refused(db: Database) -> None:
    late = NOON + queue.LEASE_US + SECOND
    first = take(db, "ana")
    second = take(db, "ben", at=late)

    assert first and second and first.task_id == second.task_id and second.fence > first.fence
    with pytest.raises(LeaseLost):
        send(db, first, "ana", at=late)
    assert send(db, second, "ben", at=late)


def test_the_same_submit_sent_twice_is_one_answer(db: Database) -> None:
    lease = take(db, "ana")
    assert lease

    assert send(db, lease, "ana") == send(db, lease, "ana")
    assert db.read().execute("SELECT count(*) FROM annotation").fetchone()[0] == 1


def test_a_task_that_fell_back_behind_the_cursor_is_found_again(db: Database) -> None:
    ben = take(db, "ben")
    for _ in range(2):
        lease = take(db, "ana")
        assert lease
        send(db, lease, "ana")
    assert take(db, "ana") is None

    found = take(db, "ana", at=NOON + queue.LEASE_US + SECOND)

    assert ben and found and found.task_id == ben.task_id


def test_a_failed_write_leaves_nothing_and_does_not_touch_its_neighbours(db: Database) -> None:
    def broken(c: Any) -> None:
        c.execute("INSERT INTO workspace VALUES ('ws_x', 'X', '', '')")
        raise ValueError("no")

    futures = [db.submit(broken), db.submit(lambda c: c.execute("INSERT INTO workspace VALUES ('ws_y', 'Y', '', '')").rowcount)]

    assert isinstance(futures[0].exception(), ValueError) and futures[1].result() == 1
    assert [r[0] for r in db.read().execute("SELECT workspace_id FROM workspace")] == ["ws_y"]
