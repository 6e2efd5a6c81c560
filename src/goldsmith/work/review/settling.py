"""Settling: the value that stands, and what that says of each answer."""

from __future__ import annotations

from goldsmith.core.schema import LabelSchema
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import KINDS, decode_value
from goldsmith.work.consensus import decode_schema

OF_TASK = """
SELECT * FROM annotation WHERE task_seq = :task AND state = 'submitted' AND origin IN ('answer', 'import')
 ORDER BY annotation_id
"""
AT_LEVEL = """
UPDATE task SET state = :state, level = :level, annotation_id = :annotation, undecided_json = :undecided,
       updated_us = :now WHERE task_seq = :task
"""
SETTLE = """
UPDATE task SET state = 'settled', level = 0, annotation_id = :annotation, updated_us = :now WHERE task_seq = :task
"""
TRUTH = """
SELECT a.origin, a.value_json, p.schema_json FROM annotation a JOIN project p ON p.project_id = a.project_id
 WHERE a.annotation_id = :annotation
"""
JUDGE = "UPDATE annotation SET state = :state WHERE annotation_id = :annotation"
REPLACE_FIXES = """
UPDATE annotation SET state = 'replaced' WHERE task_seq = :task AND origin = 'fix' AND state = 'accepted'
   AND annotation_id <> :annotation
"""


def settle(db: Connection, task: Row, annotation_id: str, *, now_us: int) -> None:
    """Let this annotation be the task's settled value, and say of each answer whether it stood or was put right."""
    truth = db.one(TRUTH, {"annotation": annotation_id})
    given = db.all(OF_TASK, {"task": task["task_seq"]})
    for row in given:
        stood = truth is None or truth["origin"] == "merge" or row["annotation_id"] == annotation_id
        if not stood and truth is not None and truth["origin"] != "fix":
            stood = _is_same(decode_schema(truth["schema_json"]), row["value_json"], truth["value_json"])
        db.execute(JUDGE, {"state": "accepted" if stood else "fixed", "annotation": row["annotation_id"]})
    db.execute(REPLACE_FIXES, {"task": task["task_seq"], "annotation": annotation_id})
    db.execute(SETTLE, {"annotation": annotation_id, "now": now_us, "task": task["task_seq"]})


def _is_same(schema: LabelSchema, one: bytes, other: bytes) -> bool:
    """Whether two answers say the same, whatever the ids of their objects."""
    from goldsmith.quality.agreement import differences  # loads NumPy

    return not list(differences(decode_value(bytes(one)), decode_value(bytes(other)), schema, KINDS))
