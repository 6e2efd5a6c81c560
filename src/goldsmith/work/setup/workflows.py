"""Workflows: a project's review levels and adjudication put in force; every version stays readable.

A new version counts for each task that moves from then on. Tasks at a level that is no more are strays, see
`review.strays`.
"""

from __future__ import annotations

import secrets

from goldsmith.core.errors import BadInput, Conflict
from goldsmith.core.task.workflow import EACH_REVIEWED, ReviewLevel, Workflow, decode_workflow, encode_workflow
from goldsmith.db.connection import Connection, Row
from goldsmith.work.setup.projects import Author, keep_document

GROUP = "SELECT 1 FROM person_group WHERE group_id = :group AND workspace_id = :workspace"
SET = """
UPDATE project SET workflow_json = :workflow, workflow_version = workflow_version + 1, review = :review
 WHERE project_id = :project AND workspace_id = :workspace AND workflow_version = :version RETURNING workflow_version
"""


def set_workflow(db: Connection, author: Author, project: Row, workflow: Workflow, *, now_us: int) -> tuple[int, bool]:
    """Put a workflow in force in place of the one in `project`; gives the version, and False when it was the same.

    Conflict when another came into force since `project` was read.
    """
    before = decode_workflow(project["workflow_json"])
    new = workflow.checked().following(before, seed=secrets.token_hex(16))
    for group_id in sorted(new.groups()):
        if db.one(GROUP, {"group": group_id, "workspace": author.workspace_id}) is None:
            raise BadInput(f"The workspace has no group {group_id!r}.", where="group_id")
    if (new.reviews, new.adjudication) == (before.reviews, before.adjudication):
        return int(project["workflow_version"]), False
    raw = encode_workflow(new)
    row = db.one(SET, {"workflow": raw.decode(), "review": int(bool(new.reviews)), "project": project["project_id"],
                       "workspace": author.workspace_id, "version": project["workflow_version"]})
    if row is None:
        raise Conflict("Somebody changed the workflow meanwhile.", hint="Load the page again.")
    keep_document(db, author, project["project_id"], "workflow", row[0], raw, now_us=now_us)
    return int(row[0]), True


def set_reviewed(db: Connection, author: Author, project: Row, is_reviewed: bool, *, now_us: int) -> bool:
    """Have each task reviewed, by the levels that there are or by one; or none. False when it was so already."""
    if bool(project["review"]) == is_reviewed:
        return False
    before = decode_workflow(project["workflow_json"])
    reviews = (ReviewLevel(name=EACH_REVIEWED.reviews[0].name),) if is_reviewed else ()
    wanted = Workflow(reviews=reviews, adjudication=before.adjudication)
    return set_workflow(db, author, project, wanted, now_us=now_us)[1]
