"""Anew: which tasks wait in doubt, and would be sure enough by the skills as they are measured now."""

from __future__ import annotations

import msgspec

from goldsmith.core.schema import LabelSchema
from goldsmith.db.connection import Connection
from goldsmith.kinds import decode_value
from goldsmith.work.consensus.ballots import can_be_weighed
from goldsmith.work.consensus.skills import Place

# In doubt are a task that is undecided, and one open for an answer more than were asked for at first. What a person
# holds, decided on or gave back is left to people.
IN_DOUBT = """
  FROM task t JOIN project p ON p.project_id = t.project_id
 WHERE t.state IN ('open', 'undecided') AND t.probability IS NOT NULL AND p.stop_risk IS NOT NULL
   AND p.state <> 'archived'
   AND (t.state = 'undecided' OR (SELECT count(*) FROM annotation a WHERE a.task_seq = t.task_seq
           AND a.state = 'submitted' AND a.origin IN ('answer', 'import')) >= p.overlap)
   AND NOT EXISTS (SELECT 1 FROM seat s WHERE s.task_seq = t.task_seq AND s.stage IN ('label', 'review')
           AND (s.state = 'leased' OR (s.state = 'open' AND s.only_for IS NOT NULL AND s.kept_until_us = 0)))
   AND NOT EXISTS (SELECT 1 FROM annotation r WHERE r.task_seq = t.task_seq AND r.state = 'returned')
   AND NOT EXISTS (SELECT 1 FROM review_step w WHERE w.task_seq = t.task_seq
           AND w.what IN ('accepted', 'fixed', 'returned', 'escalated'))
"""
MAY_BE_WEIGHED_ANEW = f"SELECT 1 {IN_DOUBT} AND t.task_seq = :task"
LOCK_SEATS = "SELECT seat_seq FROM seat WHERE task_seq = :task AND stage IN ('label', 'review') ORDER BY seat_seq "
WAITING = f"""
SELECT t.task_seq {IN_DOUBT} AND t.project_id = :project AND t.workspace_id = :workspace AND t.task_seq > :after
 ORDER BY t.task_seq LIMIT :most
"""
MOST = 500  # tasks looked at in one snapshot
PROJECT = "SELECT schema_json, stop_risk FROM project WHERE project_id = :project AND workspace_id = :workspace"
ANSWERS = """
SELECT person_id, value_json FROM annotation WHERE task_seq = :task AND state = 'submitted'
   AND origin IN ('answer', 'import') ORDER BY annotation_id
"""


def find_surer(db: Connection, workspace_id: str, project_id: str, *, after: int = 0) -> tuple[list[int], int | None]:
    """Tasks in doubt that are sure enough by now, of the next MOST that wait; and after which to go on, or None.

    Changes nothing: `weigh_anew` looks again at each.
    """
    from goldsmith.work.consensus.probable import Given, weigh_answers  # loads NumPy

    args = {"project": project_id, "workspace": workspace_id}
    project = db.one(PROJECT, args)
    if project is None or project["stop_risk"] is None:
        return [], None
    schema = msgspec.json.decode(project["schema_json"], type=LabelSchema)
    if not can_be_weighed(schema):
        return [], None
    place = Place(workspace_id=workspace_id, project_id=project_id, field="", classes=())
    waiting = [row[0] for row in db.all(WAITING, {**args, "after": after, "most": MOST})]
    surer = []
    for task_seq in waiting:
        rows = db.all(ANSWERS, {"task": task_seq})
        given = Given(people=tuple(row["person_id"] for row in rows),
                      values=tuple(decode_value(bytes(row["value_json"])) for row in rows))
        if rows and not weigh_answers(db, place, schema, given, risk=project["stop_risk"]).reasons:
            surer.append(task_seq)
    return surer, waiting[-1] if len(waiting) == MOST else None
