"""Audit: a random sample of settled items that reviewers answer again, blind; how often the dataset is wrong.

The sample is drawn when the audit is made, and with it what the dataset says of each item, so that later changes do
not touch what was checked. The auditor answers without seeing the dataset's answer; then the differences are shown,
and the auditor says which of them are the dataset's errors. Until they do, each counts as one.
"""

from __future__ import annotations

import heapq
import itertools
import secrets
from collections.abc import Collection
from hashlib import sha256

import msgspec
from msgspec import Struct

from goldsmith.core.errors import BadInput, NotFound
from goldsmith.core.events import Event
from goldsmith.core.ids import make_id
from goldsmith.db.connection import Connection, Database, Row, next_numbers
from goldsmith.kinds import KINDS, decode_value
from goldsmith.quality.agreement import Difference, differences
from goldsmith.quality.audit import AuditedItem, Rate, count_errors, error_rate
from goldsmith.work import answers, queue
from goldsmith.work.consensus import decode_schema
from goldsmith.work.queue import Grip

SIZE_MOST = 10_000
BATCH = 250  # items of a new audit in one transaction

SETTLED_IDS = """
SELECT task_id, task_seq, annotation_id FROM task WHERE project_id = :project AND workspace_id = :workspace
   AND state = 'settled'
"""


class Sample(Struct, frozen=True, kw_only=True):
    """Which tasks were drawn, and from how many."""

    drawn: tuple[tuple[int, str], ...]  # (task_seq, what the dataset says: annotation_id)
    population: int
    probability: float
    seed: int


def draw(db: Connection, project: Row, size: int, seed: int) -> Sample:
    """A simple random sample of the settled items, as `quality.audit.draw_sample` draws it; `db` is a snapshot.

    Of the items only the sample is held in memory.
    """
    if not 1 <= size <= SIZE_MOST:
        raise BadInput(f"A sample has 1 to {SIZE_MOST} items.", where="size")
    args, population = {"project": project["project_id"], "workspace": project["workspace_id"]}, itertools.count()
    rows = (row for row, _ in zip(db.stream(SETTLED_IDS, args), population, strict=False))
    drawn = heapq.nsmallest(size, rows, key=lambda row: sha256(f"{seed}:{row['task_id']}".encode()).digest())
    settled = next(population)
    if not drawn:
        raise BadInput("Nothing is settled yet, so there is nothing to check.", where="size")
    return Sample(drawn=tuple((row["task_seq"], row["annotation_id"]) for row in drawn), population=settled, seed=seed,
                  probability=min(1.0, size / settled))


ADD_AUDIT = """
INSERT INTO audit (audit_id, workspace_id, project_id, person_id, size, population, seed, probability, created_us)
VALUES (:audit, :workspace, :project, :person, :size, :population, :seed, :probability, :now)
"""
ADD_ITEM = """
INSERT INTO audited_item (workspace_id, audit_id, task_seq, seat_seq, dataset_annotation_id)
VALUES (:workspace, :audit, :task, :seat, :annotation)
"""


def open_audit(database: Database, project: Row, sample: Sample, person_id: str, *, now_us: int) -> str:
    """Store the sample and open a seat for each of its items; gives the audit's id.

    The audit itself comes last: one that was cut off half-way is no audit, and nobody is given its seats.
    """
    audit_id = make_id("audit", now_us=now_us, random_bits=secrets.randbits(80))
    for start in range(0, len(sample.drawn), BATCH):
        drawn = sample.drawn[start:start + BATCH]
        database.write(lambda db, drawn=drawn: _open_seats(db, project, audit_id, drawn))  # type: ignore[misc]
    database.write(lambda db: db.execute(ADD_AUDIT, {
        "audit": audit_id, "workspace": project["workspace_id"], "project": project["project_id"], "person": person_id,
        "size": len(sample.drawn), "population": sample.population, "seed": sample.seed,
        "probability": sample.probability, "now": now_us}))
    return audit_id


def _open_seats(db: Connection, project: Row, audit_id: str, drawn: tuple[tuple[int, str], ...]) -> None:
    first = next_numbers(db, "seat", len(drawn))
    db.many(queue.OPEN_SEAT, [{"seat": first + i, "position": first + i, "task": task_seq, "stage": "audit",
                               "audit": audit_id} for i, (task_seq, _) in enumerate(drawn)])
    db.many(ADD_ITEM, [{"workspace": project["workspace_id"], "audit": audit_id, "task": task_seq, "seat": first + i,
                        "annotation": annotation_id} for i, (task_seq, annotation_id) in enumerate(drawn)])


def find_audit(db: Connection, project: Row, audit_id: str) -> Row:
    """The audit, or NotFound."""
    row = db.one("SELECT * FROM audit WHERE audit_id = :audit AND project_id = :project AND workspace_id = :workspace",
                 {"audit": audit_id, "project": project["project_id"], "workspace": project["workspace_id"]})
    if row is None:
        raise NotFound("No such audit in this project.", where="audit_id")
    return row


SEAT_ITEM = """
SELECT u.*, d.value_json AS dataset_json, o.value_json AS own_json, i.item_json, p.schema_json, t.project_id,
       w.probability
  FROM audited_item u JOIN annotation d ON d.annotation_id = u.dataset_annotation_id
  JOIN item i ON i.item_seq = u.task_seq JOIN task t ON t.task_seq = u.task_seq
  JOIN project p ON p.project_id = t.project_id JOIN audit w ON w.audit_id = u.audit_id
  LEFT JOIN annotation o ON o.annotation_id = u.own_annotation_id
 WHERE u.seat_seq = :seat AND u.workspace_id = :workspace
"""
BY_LEASE = """
SELECT d.value_json, p.schema_json, w.probability FROM lease l JOIN audited_item u ON u.seat_seq = l.seat_seq
  JOIN annotation d ON d.annotation_id = u.dataset_annotation_id JOIN audit w ON w.audit_id = u.audit_id
  JOIN project p ON p.project_id = w.project_id
 WHERE l.lease_id = :lease AND l.person_id = :person AND l.workspace_id = :workspace
"""


def errors_against(db: Connection, grip: Grip, value_json: bytes) -> AuditedItem:
    """The dataset's errors under a lease where `value_json` is right; every difference counts until it is judged."""
    row = db.one(BY_LEASE, grip.args())
    if row is None:
        raise NotFound("You have no such lease of an audit.", where="lease_id")
    return count_errors(decode_value(value_json), decode_value(bytes(row["value_json"])),
                        decode_schema(row["schema_json"]), KINDS, probability=row["probability"])


CHECKED = """
UPDATE audited_item SET own_annotation_id = :own, person_id = :person, errors_json = :errors, objects = :objects,
       wrong_objects = :wrong, checked_us = :now
 WHERE seat_seq = :seat
"""


def submit(db: Connection, grip: Grip, value_json: bytes, errors: AuditedItem, *, work_seconds: float | None,
           now_us: int) -> tuple[int, list[Event]]:
    """Store the auditor's answer with what `errors_against` found; gives the seat's number.

    The same submit again changes nothing.
    """
    own_id = make_id("ann", now_us=now_us, random_bits=secrets.randbits(80))
    seat, is_new = queue.finish(db, grip, "audit", own_id, now_us=now_us)
    if not is_new:
        return seat["seat_seq"], []
    answers.add_annotation(db, seat, value_json, origin="audit", person_id=grip.person_id, annotation_id=own_id,
                           seat_seq=seat["seat_seq"], work_seconds=work_seconds, now_us=now_us)
    _store_errors(db, seat["seat_seq"], own_id, grip.person_id, errors, now_us=now_us)
    answers.close_draft(db, seat, own_id)
    return seat["seat_seq"], [Event(
        what="audit.checked", about=own_id, workspace_id=grip.workspace_id, project_id=seat["project_id"],
        person_id=grip.person_id, task_seq=seat["task_seq"], now_us=now_us, is_paid=seat["price_json"] != "",
        details={"work_seconds": work_seconds})]


def _store_errors(db: Connection, seat_seq: int, own_id: str, person_id: str, errors: AuditedItem, *,
                  now_us: int) -> None:
    db.execute(CHECKED, {"seat": seat_seq, "own": own_id, "person": person_id, "objects": errors.objects,
                         "errors": msgspec.json.encode(errors).decode(), "wrong": errors.wrong, "now": now_us})


def find_audited(db: Connection, workspace_id: str, seat_seq: int) -> Row:
    """An item of an audit with both answers, or NotFound."""
    row = db.one(SEAT_ITEM, {"seat": seat_seq, "workspace": workspace_id})
    if row is None:
        raise NotFound("No such item in an audit of this workspace.", where="audit_seat_id")
    return row


def found_differences(item: Row) -> list[Difference]:
    """How the auditor's answer differs from the dataset's."""
    return differences(decode_value(bytes(item["own_json"])), decode_value(bytes(item["dataset_json"])),
                       decode_schema(item["schema_json"]), KINDS)


def found_errors(item: Row, accepted: Collection[int]) -> AuditedItem:
    """The dataset's errors in an item, without the differences that the auditor lets pass (by index)."""
    return count_errors(
        decode_value(bytes(item["own_json"])), decode_value(bytes(item["dataset_json"])),
        decode_schema(item["schema_json"]), KINDS, probability=item["probability"], accepted=accepted)


def judged_errors(item: Row, person_id: str, errors: Collection[int]) -> AuditedItem:
    """What is wrong in an item when only these differences are errors; only whoever checked it may say so."""
    if item["own_annotation_id"] is None or item["person_id"] != person_id:
        raise NotFound("You have not checked this item.", where="audit_seat_id")
    count = len(found_differences(item))
    if any(not 0 <= index < count for index in errors):
        raise BadInput(f"There are {count} differences, counted from 0.", where="errors")
    return found_errors(item, frozenset(range(count)) - frozenset(errors))


def judge(db: Connection, item: Row, errors: AuditedItem, *, now_us: int) -> Event:
    """Store what `judged_errors` gave."""
    _store_errors(db, item["seat_seq"], item["own_annotation_id"], item["person_id"], errors, now_us=now_us)
    return Event(what="audit.judged", about=item["own_annotation_id"], workspace_id=item["workspace_id"],
                 project_id=item["project_id"], person_id=item["person_id"], task_seq=item["task_seq"], now_us=now_us,
                 details={"wrong": errors.wrong, "objects": errors.objects})


LISTED_MOST = 100
LISTED = """
SELECT w.*, coalesce(c.checked, 0) AS checked, coalesce(c.wrong, 0) AS wrong
  FROM audit w LEFT JOIN (
    SELECT audit_id, count(*) AS checked, sum(CASE WHEN wrong_objects > 0 THEN 1 ELSE 0 END) AS wrong FROM audited_item
     WHERE checked_us IS NOT NULL AND audit_id IN (
       SELECT audit_id FROM audit WHERE project_id = :project AND workspace_id = :workspace)
     GROUP BY audit_id) c ON c.audit_id = w.audit_id
 WHERE w.project_id = :project AND w.workspace_id = :workspace ORDER BY w.audit_id DESC LIMIT :most
"""


def list_audits(db: Connection, project: Row) -> list[Row]:
    """The newest LISTED_MOST audits, newest first, each with how many items are `checked` and how many `wrong`."""
    return db.all(LISTED, {"project": project["project_id"], "workspace": project["workspace_id"], "most": LISTED_MOST})


def item_rate(checked: int, wrong: int, probability: float) -> Rate:
    """The share of items with an error, when `wrong` of `checked` items of a simple random sample have one."""
    one = {is_wrong: AuditedItem(objects=1, wrong=is_wrong, probability=probability) for is_wrong in (0, 1)}
    return error_rate([one[1]] * wrong + [one[0]] * (checked - wrong), of="items")


CHECKED_ITEMS = "SELECT errors_json, person_id FROM audited_item WHERE audit_id = :audit AND checked_us IS NOT NULL"


def checked_items(db: Connection, audit_id: str) -> tuple[list[AuditedItem], set[str]]:
    """What was found in each item checked so far, and who checked."""
    rows = db.all(CHECKED_ITEMS, {"audit": audit_id})
    return ([msgspec.json.decode(row["errors_json"], type=AuditedItem) for row in rows],
            {row["person_id"] for row in rows})


HAD_A_PART = """
SELECT 1 FROM audited_item u JOIN seat s ON s.task_seq = u.task_seq AND s.person_id = u.person_id
 WHERE u.audit_id = :audit AND u.checked_us IS NOT NULL AND s.stage IN ('label', 'review') AND s.state = 'done' LIMIT 1
"""


def is_independent(db: Connection, audit_id: str) -> bool:
    """Whether nobody checked what they had labelled or reviewed before."""
    return db.one(HAD_A_PART, {"audit": audit_id}) is None
