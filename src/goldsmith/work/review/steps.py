"""Steps: what became of a task at its review levels, one row each, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from goldsmith.core.events import Event
from goldsmith.core.task.workflow import Course, Draw, decode_workflow
from goldsmith.db.connection import Connection, Row

ADD = """
INSERT INTO review_step (workspace_id, project_id, task_seq, level, name, what, share, workflow_version, person_id,
                         words, created_us)
VALUES (:workspace, :project, :task, :level, :name, :what, :share, :version, :person, :words, :now)
"""
WORKFLOW = "SELECT project_id, workflow_json, workflow_version FROM project WHERE project_id = :project"


def course_of(project: Row, task_id: str) -> Course:
    """A task's way through its project's workflow; `project`: a row with the id, the workflow and its version."""
    return Course(workflow=decode_workflow(project["workflow_json"]), version=project["workflow_version"],
                  project_id=project["project_id"], task_id=task_id)


def keep_decision(db: Connection, seat: Row, course: Course, what: str, words: str, person_id: str, *,
                  now_us: int) -> None:
    """Note what somebody decided at the level of their review seat."""
    place = {"workspace": seat["workspace_id"], "project": seat["project_id"], "task": seat["task_seq"]}
    db.execute(ADD, {**place, "level": seat["level"], "name": course.workflow.name_of(seat["level"]), "what": what,
                     "share": None, "version": course.version, "person": person_id, "words": words, "now": now_us})


def draw_rows(task: Mapping[str, object], draws: Iterable[Draw], course: Course, *,
              now_us: int) -> list[dict[str, object]]:
    """The levels that a task was drawn into, as rows of `ADD`; `task`: workspace, project and its number."""
    return [{**task, "level": one.level, "name": course.workflow.name_of(one.level), "what": "drawn",
             "share": one.share, "version": course.version, "person": "", "words": "", "now": now_us}
            for one in draws if one.is_drawn]


def keep_draws(db: Connection, event: Event) -> Iterable[Event]:
    """After a task moved on: note the level that it was drawn into, with the probability of that."""
    draws = [Draw(**one) for one in event.details.get("draws", ())]
    if any(one.is_drawn for one in draws):
        project = db.one(WORKFLOW, {"project": event.project_id})
        assert project is not None
        task = {"workspace": event.workspace_id, "project": event.project_id, "task": event.task_seq}
        db.many(ADD, draw_rows(task, draws, course_of(project, event.about), now_us=event.now_us))
    return ()


# Since the answers that now count came in: what was decided before a return is about others.
SINCE_RETURN = """
 WHERE task_seq = :task AND what IN ('accepted', 'fixed', 'escalated') AND step_seq > coalesce((
   SELECT max(r.step_seq) FROM review_step r WHERE r.task_seq = :task AND r.what = 'returned'), 0)
"""
BEEN = f"SELECT DISTINCT level FROM review_step {SINCE_RETURN}"


def levels_been(db: Connection, task_seq: int) -> frozenset[int]:
    """The levels at which somebody decided on the answers that count now."""
    return frozenset(row["level"] for row in db.all(BEEN, {"task": task_seq}))


PATH = """
SELECT r.*, coalesce(p.name, '') AS author FROM review_step r
  LEFT JOIN person p ON p.person_id = r.person_id AND p.workspace_id = r.workspace_id
 WHERE r.task_seq = :task AND r.workspace_id = :workspace ORDER BY r.step_seq
"""


def read_path(db: Connection, workspace_id: str, task_seq: int) -> list[Row]:
    """All steps of a task, with the name of whoever decided."""
    return db.all(PATH, {"task": task_seq, "workspace": workspace_id})
