"""A database of an earlier version keeps what is in it when a newer program opens it."""

from __future__ import annotations

from pathlib import Path

from goldsmith.db import migrate
from goldsmith.db.connection import Connection, open_database
from goldsmith.db.sqlite import SqliteConnection

BEFORE = "0001"
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
PERSON = """
INSERT INTO person (person_id, workspace_id, email, name, role, shortcuts_json, state, created_us)
VALUES ('person_1', 'ws', 'a@x.org', 'Ana', 'annotator', '{"submit": "Ctrl+M"}', 'active', 3)
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
    db.execute(PERSON)
    db.execute(CURSOR)


def _make_at_first_version(database_place: str) -> None:
    """A database as the first version left it, with work in it."""
    if database_place.startswith("postgresql"):
        from goldsmith.db.postgres import PostgresConnection

        migrate.run_migrations(database_place.replace("postgresql:", "postgresql+psycopg:"), upto=BEFORE)
        postgres = PostgresConnection(database_place, autocommit=True)
        _fill(postgres)
        postgres.raw.close()
    else:
        migrate.run_migrations(f"sqlite:///{database_place}", upto=BEFORE)
        sqlite = SqliteConnection(Path(database_place))
        _fill(sqlite)
        sqlite.raw.close()


def test_an_earlier_database_keeps_its_work_and_learns_its_batches(database_place: str) -> None:
    _make_at_first_version(database_place)

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
        person = db.one("SELECT * FROM person")
        assert person is not None and (person["shortcuts_json"], person["language"]) == ('{"submit": "Ctrl+M"}', "")
    finally:
        database.close()
