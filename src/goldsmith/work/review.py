"""Review: a second person accepts, fixes or returns an answer; never their own."""

from __future__ import annotations

import sqlite3

from goldsmith.core.errors import BadInput
from goldsmith.work import queue


def decide(db: sqlite3.Connection, lease_id: str, fence: int, decision: str, *, comment: str, value_json: bytes | None,
           workspace_id: str, person_id: str, now_us: int) -> None:
    """Settle one review seat. A returned answer goes back to its author with the comment and as a draft."""
    if decision not in ("accepted", "fixed", "returned"):
        raise BadInput("A decision is accepted, fixed or returned.", where="decision")
    if decision == "returned" and not comment.strip():
        raise BadInput("Say why, so that the annotator can mend it.", where="comment")
    if (decision == "fixed") != (value_json is not None):
        raise BadInput("A fix needs a value; the other decisions take none.", where="value")
    seat = queue.hold(db, lease_id, fence, workspace_id=workspace_id, person_id=person_id, now_us=now_us)
    if seat["stage"] != "review":
        raise BadInput("This lease is not a review.", where="lease_id")
    db.execute("UPDATE seat SET state = 'done', comment = ? WHERE seat_seq = ?", (comment, seat["seat_seq"]))
    db.execute("UPDATE annotation SET state = ? WHERE annotation_id = ?", (decision, seat["annotation_id"]))
    if decision == "fixed":
        _store_fix(db, seat, value_json or b"", person_id=person_id, now_us=now_us)
    if decision == "returned":
        _give_back(db, seat, comment, now_us=now_us)


def _store_fix(db: sqlite3.Connection, seat: sqlite3.Row, value_json: bytes, *, person_id: str, now_us: int) -> None:
    fixed_id = "fix_" + seat["annotation_id"]
    db.execute("UPDATE annotation SET state = 'replaced' WHERE annotation_id = ?", (seat["annotation_id"],))
    db.execute("INSERT INTO annotation (annotation_id, workspace_id, project_id, item_seq, seat_seq, person_id, value_json, state, created_us)"
               " SELECT ?, workspace_id, project_id, item_seq, seat_seq, ?, ?, 'fixed', ? FROM annotation WHERE annotation_id = ?",
               (fixed_id, person_id, value_json, now_us, seat["annotation_id"]))


def _give_back(db: sqlite3.Connection, seat: sqlite3.Row, comment: str, *, now_us: int) -> None:
    judged = db.execute("SELECT * FROM annotation WHERE annotation_id = ?", (seat["annotation_id"],)).fetchone()
    queue.keep_draft(db, seat["task_id"], judged["value_json"], workspace_id=seat["workspace_id"],
                     person_id=judged["person_id"], now_us=now_us)
    db.execute("UPDATE seat SET state = 'open', person_id = NULL, lease_id = NULL, only_for = ?, comment = ?, priority = 1000"
               " WHERE seat_seq = ?", (judged["person_id"], comment, judged["seat_seq"]))
