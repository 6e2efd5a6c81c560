"""A database of an earlier version keeps what is in it when a newer program opens it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from goldsmith.core.task.workflow import decode_workflow
from goldsmith.db import migrate
from goldsmith.db.connection import Connection, next_numbers, open_database
from goldsmith.db.sqlite import SqliteConnection
from goldsmith.work import queue
from goldsmith.work.pay import ledger
from goldsmith.work.pay.ledger import Because, Place
from goldsmith.work.routing.presence.turns import Turns
from tests.conftest import new_postgres_database

FUNDS = Place(workspace_id="ws", sort="funds", currency="EUR")
BUDGET = Place(workspace_id="ws", sort="budget", currency="EUR", project_id="proj")
DUE = Place(workspace_id="ws", sort="due", currency="EUR", project_id="proj", person_id="person_1")
BECAUSE = Because(once="budget:1", move="funded", cause="budget", about="proj", now_us=9)
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
REGISTERED = """
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
    db.execute(REGISTERED)
    db.execute(CURSOR)


def _make_at(version: str, empty_place: str, fill: Callable[[Connection], None]) -> None:
    """A database as an earlier version left it, with something in it."""
    if empty_place.startswith("postgresql"):
        from goldsmith.db.postgres import PostgresConnection

        migrate.run_migrations(empty_place.replace("postgresql:", "postgresql+psycopg:"), upto=version)
        postgres = PostgresConnection(empty_place, autocommit=True)
        fill(postgres)
        postgres.raw.close()
    else:
        migrate.run_migrations(f"sqlite:///{empty_place}", upto=version)
        sqlite = SqliteConnection(Path(empty_place))
        fill(sqlite)
        sqlite.raw.close()


def test_an_earlier_database_keeps_its_work_and_learns_its_batches(empty_place: str) -> None:
    _make_at("0001", empty_place, _fill)

    database = open_database(empty_place)
    try:
        db = database.read()
        seats = db.all("SELECT seat_seq, batch, state FROM seat ORDER BY seat_seq")
        assert [(row["seat_seq"], row["batch"], row["state"]) for row in seats] == [
            (1, "", "open"), (2, "monday", "open"), (3, "monday", "open")]
        assert [row["probability"] for row in db.all("SELECT probability FROM task")] == [None] * 3
        lease = db.one("SELECT * FROM lease")
        assert lease is not None and (lease["lease_id"], lease["seat_seq"], lease["person_id"]) == (
            "lease_1", 2, "person_1")
        assert db.one("SELECT 1 FROM queue_cursor") is None  # a cursor is only a short cut
        person = db.one("SELECT * FROM person")
        assert person is not None and (person["shortcuts_json"], person["language"]) == ('{"submit": "Ctrl+M"}', "")
    finally:
        database.close()


def test_who_opens_a_new_postgresql_at_the_same_time_as_others_waits_for_its_tables(postgres: str) -> None:
    place, meeting = new_postgres_database(postgres), threading.Barrier(4)

    def start() -> int:
        meeting.wait(20)
        database = open_database(place)
        try:
            return database.write(lambda db: next_numbers(db, "start"))
        finally:
            database.close()

    with ThreadPoolExecutor(4) as pool:
        started = [pool.submit(start) for _ in range(4)]
    assert sorted(one.result() for one in started) == [1, 2, 3, 4]


def test_a_database_without_pay_opens_with_nothing_paid_and_nothing_lost(empty_place: str) -> None:
    _make_at("0001", empty_place, _fill)

    database = open_database(empty_place)
    try:
        db = database.read()
        seats = db.all("SELECT seat_seq, price_json, reserved_minor FROM seat ORDER BY seat_seq")
        assert [tuple(row) for row in seats] == [(1, "", 0), (2, "", 0), (3, "", 0)]
        assert database.write(lambda db: ledger.transfer(db, FUNDS, BUDGET, 5, BECAUSE))
        assert ledger.free_minor(database.read(), BUDGET) == 5
        assert not any(ledger.prove(database.read()).values())
    finally:
        database.close()


PERSON = """
INSERT INTO person (person_id, workspace_id, email, name, role, state, created_us)
VALUES (:person, 'ws', :email, 'Ana', 'annotator', :state, 3)
"""
DOCUMENT = """
INSERT INTO project_document (workspace_id, project_id, sort, version, body, created_us, person_id)
VALUES ('ws', 'proj', :sort, 1, :body, 3, 'person_1')
"""


def _fill_with_people(db: Connection) -> None:
    for person, state in (("person_1", "active"), ("person_2", "removed")):
        db.execute(PERSON, {"person": person, "email": f"{person}@x.org", "state": state})
    db.execute(DOCUMENT, {"sort": "guideline", "body": b"Look twice."})


def test_people_and_documents_stay_and_may_now_be_invited_and_terms(empty_place: str) -> None:
    _make_at("0002", empty_place, _fill_with_people)

    database = open_database(empty_place)
    try:
        people = database.read().all("SELECT person_id, email, state, created_us FROM person ORDER BY person_id")
        assert [tuple(row[i] for i in range(4)) for row in people] == [
            ("person_1", "person_1@x.org", "active", 3), ("person_2", "person_2@x.org", "removed", 3)]
        document = database.read().one("SELECT sort, body FROM project_document")
        assert document is not None and (document[0], bytes(document[1])) == ("guideline", b"Look twice.")
        database.write(lambda db: db.execute(PERSON, {"person": "p3", "email": "c@x.org", "state": "invited"}))
        database.write(lambda db: db.execute(DOCUMENT, {"sort": "terms", "body": b"Be fair."}))
        with pytest.raises(Exception, match="person_state"):
            database.write(lambda db: db.execute(PERSON, {"person": "p4", "email": "d@x.org", "state": "odd"}))
        with pytest.raises(Exception, match="(?i)unique|person_email"):
            database.write(lambda db: db.execute(PERSON, {"person": "p5", "email": "c@x.org", "state": "active"}))
    finally:
        database.close()


PROJECT = """
INSERT INTO project (project_id, workspace_id, name, schema_json, overlap, overlap_most, review, state, created_us)
VALUES ('proj', 'ws', 'p', :schema, 2, 2, 0, 'open', 0)
"""


def _fill_queue(db: Connection) -> None:
    db.execute(PROJECT, {"schema": b"{}"})
    _fill(db)
    db.execute("UPDATE seat SET batch = (SELECT t.batch FROM task t WHERE t.task_seq = seat.task_seq)")


def test_an_earlier_queue_goes_on_for_everybody_and_nobody_begins_anew(empty_place: str) -> None:
    _make_at("0003", empty_place, _fill_queue)

    database = open_database(empty_place)
    try:
        db = database.read()
        cursor = db.one("SELECT * FROM queue_cursor")
        assert cursor is not None and (cursor["queue_key"], cursor["position"]) == ("", 2)
        project = db.one("SELECT * FROM project")
        assert project is not None and (project["routing_epoch"], project["stages_apart"]) == (0, 0)
        person = db.one("SELECT * FROM person")
        assert person is not None and (person["sort"], person["abilities_epoch"]) == ("human", 0)
        for who, batch, task in (("person_1", "", 3), ("person_2", "", 1), ("person_2", "monday", 2)):
            place = queue.Place(project_id="proj", person_id=who, batch=batch)
            seat = database.write(lambda db, place=place: queue.lease_next(db, place, now_us=9))  # type: ignore[misc]
            assert seat is not None and seat["task_seq"] == task
    finally:
        database.close()


def test_a_queue_of_before_prefers_nobody_and_keeps_nothing(empty_place: str) -> None:
    _make_at("0013", empty_place, _fill_queue)

    database = open_database(empty_place)
    try:
        db = database.read()
        project = db.one("SELECT * FROM project")
        assert project is not None and (project["preference"], project["overlap"]) == ("", 2)
        assert [row[0] for row in db.all("SELECT kept_until_us FROM seat ORDER BY seat_seq")] == [0, 0, 0]
        place = queue.Place(project_id="proj", person_id="person_2", preference="least_work", is_noted=True)
        seat, until = database.write(lambda db: Turns().lease_next(db, place, now_us=10**15))
        assert (seat is not None and seat["task_seq"], until) == (1, None)
        asked = database.read().one("SELECT person_id, keys, score FROM turn")
        assert asked is not None and (asked["person_id"], asked["keys"], asked["score"]) == ("person_2", "||", 0)
    finally:
        database.close()


SIGNAL = """
INSERT INTO signal (signal_id, workspace_id, project_id, person_id, sort, state, evidence_json, created_us, updated_us)
VALUES (:id, 'ws', 'proj', 'person_1', :sort, :state, :raw, 1, 1)
"""


def test_a_database_without_signals_keeps_its_work_and_learns_of_each_oddity_once(empty_place: str) -> None:
    _make_at("0007", empty_place, _fill_queue)

    database = open_database(empty_place)
    try:
        assert [row["batch"] for row in database.read().all("SELECT batch FROM seat ORDER BY seat_seq")] == [
            "", "monday", "monday"]

        def add(signal: str, sort: str, state: str) -> None:
            args = {"id": signal, "sort": sort, "state": state, "raw": b"{}"}
            database.write(lambda db: db.execute(SIGNAL, args))

        add("s1", "pace", "dismissed"), add("s2", "pace", "new"), add("s3", "twins", "new")
        with pytest.raises(Exception, match="(?i)unique|signal_once"):
            add("s4", "pace", "noticed")
        with pytest.raises(Exception, match="signal_sort"):
            add("s5", "gossip", "new")
    finally:
        database.close()


ANSWER = """
INSERT INTO annotation (annotation_id, workspace_id, project_id, task_seq, seat_seq, person_id, origin, state,
                        value_json, schema_version, guideline_version, work_seconds, created_us)
VALUES (:annotation, 'ws', 'proj', 1, 1, 'person_1', :origin, 'accepted', :value, 1, 1, 2.5, 9)
"""


def _fill_answered(db: Connection) -> None:
    _fill_queue(db)
    db.execute(ANSWER, {"annotation": "ann_1", "origin": "answer", "value": b"{}"})


def test_answers_and_seats_stay_and_answers_to_gold_may_be_kept(empty_place: str) -> None:
    _make_at("0007", empty_place, _fill_answered)

    database = open_database(empty_place)
    try:
        db = database.read()
        answer = db.one("SELECT * FROM annotation")
        assert answer is not None
        assert (answer["annotation_id"], answer["work_seconds"], bytes(answer["value_json"])) == ("ann_1", 2.5, b"{}")
        assert [row[0] for row in db.all("SELECT is_gold FROM seat")] == [0, 0, 0]
        project = db.one("SELECT gold_share, gold_tolerance FROM project")
        assert project is not None and tuple(project[i] for i in range(2)) == (None, 0.2)
        database.write(lambda db: db.execute(ANSWER, {"annotation": "ann_2", "origin": "gold", "value": b"{}"}))
        with pytest.raises(Exception, match="annotation_origin"):
            database.write(lambda db: db.execute(ANSWER, {"annotation": "ann_3", "origin": "odd", "value": b"{}"}))
    finally:
        database.close()


REVIEWED_PROJECT = """
INSERT INTO project (project_id, workspace_id, name, schema_json, overlap, overlap_most, review, state, created_us)
VALUES (:project, 'ws', 'p', :schema, 1, 1, :review, 'open', 7)
"""
WAITING_TASK = """
INSERT INTO task (task_seq, workspace_id, project_id, task_id, state, annotation_id, updated_us)
VALUES (1, 'ws', 'reviewed', 'task_1', 'in_review', 'ann_1', 5)
"""
REVIEW_SEAT = """
INSERT INTO seat (seat_seq, workspace_id, project_id, task_seq, stage, state, position)
VALUES (1, 'ws', 'reviewed', 1, 'review', 'open', 1)
"""


def _fill_reviews(db: Connection) -> None:
    for project, is_reviewed in (("reviewed", 1), ("plain", 0)):
        db.execute(REVIEWED_PROJECT, {"project": project, "review": is_reviewed, "schema": b"{}"})
    db.execute(WAITING_TASK)
    db.execute(REVIEW_SEAT)


def test_a_project_with_reviews_has_one_level_and_its_reviewers_go_on(empty_place: str) -> None:
    _make_at("0007", empty_place, _fill_reviews)

    database = open_database(empty_place)
    try:
        db = database.read()
        found = {row["project_id"]: decode_workflow(row["workflow_json"]) for row in db.all("SELECT * FROM project")}
        assert found["plain"].reviews == ()
        assert [(one.level, one.share) for one in found["reviewed"].reviews] == [(0, 1.0)]
        kept = db.all("SELECT project_id, version, created_us, body FROM project_document WHERE sort = 'workflow'")
        assert {(row["project_id"], row["version"], row["created_us"]) for row in kept} == {
            ("reviewed", 1, 7), ("plain", 1, 7)}
        assert all(decode_workflow(bytes(row["body"])) == found[row["project_id"]] for row in kept)
        place = queue.Place(project_id="reviewed", person_id="rea", stage="review")
        seat = database.write(lambda db: queue.lease_next(db, place, now_us=9))
        assert seat is not None and (seat["task_seq"], seat["level"]) == (1, 0)
    finally:
        database.close()


def _fill_before_draining(db: Connection) -> None:
    db.execute(PROJECT, {"schema": b"{}"})
    _fill(db)
    db.execute("UPDATE task SET answers = 1 WHERE task_seq = 2")


def test_a_project_of_before_may_be_drained_and_keeps_what_is_in_it(empty_place: str) -> None:
    _make_at("0007", empty_place, _fill_before_draining)

    database = open_database(empty_place)
    try:
        project = database.read().one("SELECT * FROM project")
        assert project is not None and (project["name"], project["overlap"], project["state"]) == ("p", 2, "open")
        database.write(lambda db: db.execute("UPDATE project SET state = 'draining'"))
        place = queue.Place(project_id="proj", person_id="person_2", is_draining=True)
        seat = database.write(lambda db: queue.lease_next(db, place, now_us=9))
        assert seat is not None and seat["task_seq"] == 2  # of the three the one that somebody has answered
        assert database.read().all("SELECT 1 FROM deadline UNION ALL SELECT 1 FROM notice") == []
        with pytest.raises(Exception, match="project_state"):
            database.write(lambda db: db.execute("UPDATE project SET state = 'odd'"))
    finally:
        database.close()


EARNED = """
INSERT INTO earning (seat_seq, person_id, workspace_id, project_id, task_seq, annotation_id, price_json, state,
                     amount_minor, currency, objects, work_seconds, submitted_us)
VALUES (1, 'person_1', 'ws', 'proj', 1, 'ann_1', '{}', 'due', 7, 'EUR', 1, 2.5, 4)
"""
EXAM = """
INSERT INTO exam (exam_id, workspace_id, name, skill, mode, state, schema_json, guideline, pass_percent, tolerance,
                  created_us)
VALUES ('exam_1', 'ws', 'Tea', 'tea', 'training', 'open', :schema, '', 80, 0.2, 1)
"""
ATTEMPT = """
INSERT INTO exam_attempt (attempt_id, workspace_id, exam_id, person_id, state, position, total, right_answers,
                          started_us)
VALUES ('attempt_1', 'ws', 'exam_1', 'person_1', 'running', 0, 2, 0, 3)
"""


def _fill_with_pay(db: Connection) -> None:
    ledger.transfer(db, FUNDS, BUDGET, 50, BECAUSE)
    ledger.transfer(db, BUDGET, DUE, 7, msgspec.structs.replace(BECAUSE, once="accepted:ann_1", cause="annotation"))
    db.execute(EARNED)
    db.execute(EXAM, {"schema": b"{}"})
    db.execute(ATTEMPT)


def test_what_was_earned_before_was_earned_by_answers_and_reviews_may_be_paid_from_now_on(empty_place: str) -> None:
    _make_at("0007", empty_place, _fill_with_pay)

    database = open_database(empty_place)
    try:
        earned = database.read().one("SELECT stage, about, amount_minor FROM earning")
        assert earned is not None and tuple(earned) == ("label", "", 7)
        attempt = database.read().one("SELECT price_json, payer_id, reserved_minor FROM exam_attempt")
        assert attempt is not None and tuple(attempt) == ("", "", 0)
        assert not any(ledger.prove(database.read()).values())
        for cause in ("audit", "training"):
            because = msgspec.structs.replace(BECAUSE, once=cause, cause=cause)
            assert database.write(lambda db, because=because: ledger.transfer(db, BUDGET, DUE, 1, because))  # type: ignore[misc]
        assert [row[0] for row in database.read().all("SELECT cause FROM entry ORDER BY entry_seq")] == [
            "budget", "annotation", "audit", "training"]
        with pytest.raises(Exception, match="entry_cause"):
            database.write(lambda db: db.execute("UPDATE entry SET cause = 'odd'"))
    finally:
        database.close()


RUN = """
INSERT INTO prediction_run (run_id, workspace_id, project_id, predictor_id, sort, state, done, failed, tokens_in,
                            tokens_out, cost_minor, currency, created_us, updated_us)
VALUES (:run, 'ws', 'proj', 'pred_1', 'suggest', 'done', 3, 1, 10, 20, 1.5, 'EUR', :at, :at)
"""
REPLY = """
INSERT INTO reply (reply_id, workspace_id, project_id, person_id, predictor_id, version, state, body, finish, tokens_in,
                   tokens_out, cost_minor, currency, created_us, updated_us)
VALUES ('reply_1', 'ws', 'proj', 'person_1', 'pred_1', '7', 'ended', 'Hi.', 'interrupted', 2, 4, 0.25, 'EUR', :at, :at)
"""
OCTOBER, NOVEMBER = 1_793_000_000_000_000, 1_795_400_000_000_000


def _fill_with_runs(db: Connection) -> None:
    for n, at in enumerate((OCTOBER, OCTOBER + 1, NOVEMBER)):
        db.execute(RUN, {"run": f"run_{n}", "at": at})
    db.execute(REPLY, {"at": NOVEMBER})


def test_what_models_cost_before_it_was_counted_is_counted_by_month(empty_place: str) -> None:
    _make_at("0019", empty_place, _fill_with_runs)

    db = open_database(empty_place)
    rows = db.read().all("SELECT * FROM model_use ORDER BY purpose, month")
    found = [(row["purpose"], row["month"], row["version"], row["calls"], row["failed"], row["tokens_out"],
              row["cost_minor"]) for row in rows]  # fmt: skip
    db.write(lambda c: c.execute("UPDATE prediction_run SET state = 'paused'"))
    db.close()

    assert found == [("reply", "2026-11", "7", 1, 1, 4, 0.25), ("run", "2026-10", "", 8, 2, 40, 3.0),
                     ("run", "2026-11", "", 4, 1, 20, 1.5)]  # fmt: skip
