"""A database of an earlier version keeps what is in it when a newer program opens it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from goldsmith.db import migrate
from goldsmith.db.connection import Connection, open_database
from goldsmith.db.sqlite import SqliteConnection
from goldsmith.work.queue import Place, lease_next

BEFORE = "0001"
BEFORE_ROUTING = "0002"
TASK = """
INSERT INTO task (task_seq, workspace_id, project_id, task_id, state, batch, updated_us)
VALUES (:task, 'ws', 'proj', :name, 'open', :batch, 5)
"""
SEAT = """
INSERT INTO seat (seat_seq, workspace_id, project_id, task_seq, stage, state, position)
VALUES (:task, 'ws', 'proj', :task, 'label', 'open', :task)
"""
LEASE = """
INSERT INTO lease (lease_id, workspace_id, task_seq, seat_seq, person_id, created_us)
VALUES ('lease_1', 'ws', 2, 2, 'person_1', 7)
"""
CURSOR = """
INSERT INTO queue_cursor (person_id, project_id, stage, audit_id, priority, position)
VALUES ('person_1', 'proj', 'label', '', 0, 2)
"""


def _fill(db: Connection) -> None:
    for task, batch in ((1, ""), (2, "monday"), (3, "monday")):
        db.execute(TASK, {"task": task, "name": f"task_{task}", "batch": batch})
        db.execute(SEAT, {"task": task})
    db.execute(LEASE)
    db.execute(CURSOR)


def _make_at(database_place: str, version: str, fill: Callable[[Connection], None]) -> None:
    """A database as an earlier version left it, with work in it."""
    if database_place.startswith("postgresql"):
        from goldsmith.db.postgres import PostgresConnection

        migrate.run_migrations(database_place.replace("postgresql:", "postgresql+psycopg:"), upto=version)
        postgres = PostgresConnection(database_place, autocommit=True)
        fill(postgres)
        postgres.raw.close()
    else:
        migrate.run_migrations(f"sqlite:///{database_place}", upto=version)
        sqlite = SqliteConnection(Path(database_place))
        fill(sqlite)
        sqlite.raw.close()


def test_an_earlier_database_keeps_its_work_and_learns_its_batches(database_place: str) -> None:
    _make_at(database_place, BEFORE, _fill)

    database = open_database(database_place)
    try:
        db = database.read()
        seats = db.all("SELECT seat_seq, batch, state FROM seat ORDER BY seat_seq")
        assert [(row["seat_seq"], row["batch"], row["state"]) for row in seats] == [
            (1, "", "open"), (2, "monday", "open"), (3, "monday", "open")]
        lease = db.one("SELECT * FROM lease")
        assert lease is not None and (lease["lease_id"], lease["seat_seq"], lease["person_id"]) == (
            "lease_1", 2, "person_1")
        assert db.one("SELECT 1 FROM queue_cursor") is None  # a cursor is only a short cut
    finally:
        database.close()


PROJECT = """
INSERT INTO project (project_id, workspace_id, name, schema_json, overlap, overlap_most, review, state, created_us)
VALUES ('proj', 'ws', 'p', :schema, 2, 2, 0, 'open', 0)
"""
PERSON = """
INSERT INTO person (person_id, workspace_id, email, name, role, state, created_us)
VALUES ('person_1', 'ws', 'a@x.org', 'Ana', 'annotator', 'active', 0)
"""


def _fill_queue(db: Connection) -> None:
    db.execute(PROJECT, {"schema": b"{}"})
    db.execute(PERSON)
    _fill(db)
    db.execute("UPDATE seat SET batch = (SELECT t.batch FROM task t WHERE t.task_seq = seat.task_seq)")


def test_an_earlier_queue_goes_on_for_everybody_and_nobody_begins_anew(database_place: str) -> None:
    _make_at(database_place, BEFORE_ROUTING, _fill_queue)

    database = open_database(database_place)
    try:
        db = database.read()
        cursor = db.one("SELECT * FROM queue_cursor")
        assert cursor is not None and (cursor["queue_key"], cursor["position"]) == ("", 2)
        project = db.one("SELECT * FROM project")
        assert project is not None and (project["routing_epoch"], project["stages_apart"]) == (0, 0)
        person = db.one("SELECT * FROM person")
        assert person is not None and (person["sort"], person["abilities_epoch"]) == ("human", 0)
        for who, batch, task in (("person_1", "", 3), ("person_2", "", 1), ("person_2", "monday", 2)):
            place = Place(project_id="proj", person_id=who, batch=batch)
            seat = database.write(lambda db, place=place: lease_next(db, place, now_us=9))  # type: ignore[misc]
            assert seat is not None and seat["task_seq"] == task
    finally:
        database.close()
