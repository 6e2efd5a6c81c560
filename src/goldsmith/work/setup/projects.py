"""Projects: what is labelled under which schema and guideline, and how far it has come.

A project's schema and guideline have versions; every version that was in force stays readable in `project_document`,
and each annotation names those it was made under.
"""

from __future__ import annotations

import secrets
from typing import get_args

import msgspec
from msgspec import Struct

from goldsmith.core.errors import BadInput, Conflict, NotFound
from goldsmith.core.ids import make_id
from goldsmith.core.schema import LabelSchema
from goldsmith.core.task import TaskState
from goldsmith.core.task.workflow import EACH_REVIEWED, NONE_REVIEWED, encode_workflow
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import check_schema
from goldsmith.work.setup.vocabularies import check_vocabularies

OVERLAP_MOST = 100
RISK_LEAST, RISK_MOST = 0.0001, 0.5  # what a project may risk of a label
ONE_MORE = 2  # answers asked beyond the overlap when nothing else is said
GUIDELINE_MOST = 200_000  # characters
STATES = ("open", "draining", "paused", "archived")
WORKING = ("open", "draining")  # states in which tasks are handed out
TASK_STATES: tuple[str, ...] = get_args(TaskState)


class Author(Struct, frozen=True, kw_only=True):
    """Who changes something, and where."""

    workspace_id: str
    person_id: str


class Setup(Struct, frozen=True, kw_only=True):
    """What a new project is made of."""

    name: str
    schema: LabelSchema
    overlap: int = 1
    overlap_most: int | None = None  # None: overlap + 2
    is_reviewed: bool = True
    stop_risk: float | None = None  # ask until a label is wrong with at most this probability; None: majority
    guideline: str = ""

    def check(self) -> None:
        """Raise BadInput naming the first part that cannot work."""
        check_name(self.name)
        check_schema(self.schema)
        check_guideline(self.guideline)
        check_risk(self.stop_risk)
        most = self.answers_most()
        if not 1 <= self.overlap <= OVERLAP_MOST:
            raise BadInput(f"Overlap is 1 to {OVERLAP_MOST}.", where="overlap")
        if not self.overlap <= most <= OVERLAP_MOST:
            raise BadInput(f"The most answers are the overlap to {OVERLAP_MOST}.", where="overlap_most")

    def answers_most(self) -> int:
        """How many answers a task gets at most when they do not agree."""
        return min(self.overlap + ONE_MORE, OVERLAP_MOST) if self.overlap_most is None else self.overlap_most


def check_name(name: str) -> None:
    """Raise BadInput unless the name is one line of 1 to 200 characters."""
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise BadInput("A project needs a name of at most 200 characters.", where="name")


def check_guideline(text: str) -> None:
    """Raise BadInput when the guideline is too long or no text."""
    if len(text) > GUIDELINE_MOST or "\0" in text:
        raise BadInput(f"A guideline is a text of at most {GUIDELINE_MOST:,} characters.", where="guideline")


def check_risk(risk: float | None) -> None:
    """Raise BadInput unless the risk is a probability that can be reached, or None."""
    if risk is not None and not RISK_LEAST <= risk <= RISK_MOST:
        raise BadInput(f"The risk of a wrong label is {RISK_LEAST} to {RISK_MOST}.", where="stop_risk")


ADD_PROJECT = """
INSERT INTO project (project_id, workspace_id, name, schema_json, schema_version, guideline, guideline_version, overlap,
                     overlap_most, review, workflow_json, stop_risk, state, created_us)
VALUES (:project, :workspace, :name, :schema, 1, :guideline, 1, :overlap,
        :most, :review, :workflow, :risk, 'open', :now)
"""
KEEP_DOCUMENT = """
INSERT INTO project_document (workspace_id, project_id, sort, version, body, created_us, person_id)
VALUES (:workspace, :project, :sort, :version, :body, :now, :person)
"""


def create_project(db: Connection, author: Author, setup: Setup, *, now_us: int) -> str:
    """A new, open project with the first version of its schema, guideline and workflow; gives its id."""
    setup.check()
    check_vocabularies(db, author.workspace_id, setup.schema)
    project_id = make_id("proj", now_us=now_us, random_bits=secrets.randbits(80))
    schema_json = msgspec.json.encode(setup.schema)
    workflow_json = encode_workflow(EACH_REVIEWED if setup.is_reviewed else NONE_REVIEWED)
    db.execute(ADD_PROJECT, {
        "project": project_id, "workspace": author.workspace_id, "name": setup.name.strip(), "schema": schema_json,
        "guideline": setup.guideline, "overlap": setup.overlap, "most": setup.answers_most(),
        "review": int(setup.is_reviewed), "risk": setup.stop_risk,
        "workflow": workflow_json.decode(), "now": now_us})
    keep_document(db, author, project_id, "schema", 1, schema_json, now_us=now_us)
    keep_document(db, author, project_id, "guideline", 1, setup.guideline.encode(), now_us=now_us)
    keep_document(db, author, project_id, "workflow", 1, workflow_json, now_us=now_us)
    return project_id


def keep_document(db: Connection, author: Author, project_id: str, sort: str, version: int, body: bytes, *,
                  now_us: int) -> None:
    """Store one version of a project's schema, guideline, terms or workflow for good."""
    db.execute(KEEP_DOCUMENT, {"workspace": author.workspace_id, "project": project_id, "sort": sort,
                               "version": version, "body": body, "now": now_us, "person": author.person_id})


def list_projects(db: Connection, workspace_id: str) -> list[Row]:
    """The workspace's projects, newest first."""
    return db.all("SELECT * FROM project WHERE workspace_id = :workspace ORDER BY project_id DESC",
                  {"workspace": workspace_id})


# Two indexes are read and no row of a table; one range at a time is twice as fast as grouping.
IN_STATE = "SELECT count(*) FROM task WHERE project_id = :project AND state = :state"
STANDING_ANSWERS = """
SELECT count(*) FROM annotation WHERE project_id = :project AND origin IN ('answer', 'gold')
   AND state NOT IN ('replaced', 'returned')
"""


def count_tasks(db: Connection, project_id: str) -> dict[str, int]:
    """Tasks by state, `items` of all states, and `answers`: those that stand, given by people or models; to gold too.

    An answer to gold is work as any other. Were it not counted, the count would tell an annotator which task was gold.
    """

    def count(sql: str, **more: object) -> int:
        row = db.one(sql, {"project": project_id, **more})
        return int(row[0]) if row is not None else 0

    by_state = {state: count(IN_STATE, state=state) for state in TASK_STATES}
    return {**by_state, "items": sum(by_state.values()), "answers": count(STANDING_ANSWERS)}


KEEP_RISK = -1.0
# What is not given stays. The most answers follow an overlap that grows past them, and are never below it.
CHANGE = """
UPDATE project SET name = coalesce(:name, name), overlap = coalesce(:overlap, overlap),
       state = coalesce(:state, state),
       stop_risk = CASE WHEN :risk < 0 THEN stop_risk WHEN :risk = 0 THEN NULL ELSE :risk END, overlap_most = CASE
         WHEN coalesce(:most, overlap_most) < coalesce(:overlap, overlap) THEN coalesce(:overlap, overlap)
         ELSE coalesce(:most, overlap_most) END
 WHERE project_id = :project AND workspace_id = :workspace
   AND coalesce(:most, 1000000) >= coalesce(:overlap, overlap)
"""


class Change(Struct, frozen=True, kw_only=True):
    """What to change of a project; None keeps it."""

    name: str | None = None
    overlap: int | None = None
    overlap_most: int | None = None
    stop_risk: float | None = None  # 0: none any more, a majority decides
    state: str | None = None

    def check(self) -> None:
        """Raise BadInput naming the first part that cannot work."""
        if self.name is not None:
            check_name(self.name)
        if self.state is not None and self.state not in STATES:
            raise BadInput(f"Unknown state {self.state!r}.", where="state", hint=f"One of {', '.join(STATES)}.")
        check_risk(self.stop_risk or None)
        for where, number in (("overlap", self.overlap), ("overlap_most", self.overlap_most)):
            if number is not None and not 1 <= number <= OVERLAP_MOST:
                raise BadInput(f"This is 1 to {OVERLAP_MOST}.", where=where)


def change_project(db: Connection, author: Author, project_id: str, change: Change) -> None:
    """Change a project of the author's workspace; a new overlap counts for items that come after."""
    change.check()
    args = {"project": project_id, "workspace": author.workspace_id, "overlap": change.overlap,
            "most": change.overlap_most, "state": change.state,
            "risk": KEEP_RISK if change.stop_risk is None else float(change.stop_risk),
            "name": None if change.name is None else change.name.strip()}
    if not db.execute(CHANGE, args):
        raise BadInput("The most answers are not fewer than the overlap.", where="overlap_most")


SET_GUIDELINE = """
UPDATE project SET guideline = :text, guideline_version = guideline_version + 1
 WHERE project_id = :project AND workspace_id = :workspace AND guideline <> :text RETURNING guideline_version
"""


def set_guideline(db: Connection, author: Author, project_id: str, text: str, *, now_us: int) -> tuple[int, bool]:
    """Put a guideline in force; gives the version that now counts, and False when the text was the same already."""
    check_guideline(text)
    args = {"text": text, "project": project_id, "workspace": author.workspace_id}
    row = db.one(SET_GUIDELINE, args)
    if row is not None:
        keep_document(db, author, project_id, "guideline", row[0], text.encode(), now_us=now_us)
        return int(row[0]), True
    row = db.one("SELECT guideline_version FROM project WHERE project_id = :project AND workspace_id = :workspace",
                 {"project": project_id, "workspace": author.workspace_id})
    if row is None:
        raise NotFound("No such project in this workspace.", where="project_id")
    return int(row[0]), False


SET_SCHEMA = """
UPDATE project SET schema_json = :schema, schema_version = schema_version + 1
 WHERE project_id = :project AND workspace_id = :workspace AND schema_version = :version RETURNING schema_version
"""


def set_schema(db: Connection, author: Author, project: Row, schema: LabelSchema, *, now_us: int) -> int:
    """Put a schema in force in place of the one in `project`; gives its version.

    Conflict when another schema came into force since `project` was read.
    """
    check_schema(schema)
    check_vocabularies(db, author.workspace_id, schema)
    raw = msgspec.json.encode(schema)
    row = db.one(SET_SCHEMA, {"schema": raw, "project": project["project_id"], "workspace": author.workspace_id,
                              "version": project["schema_version"]})
    if row is None:
        raise Conflict("Somebody changed the schema meanwhile.", hint="Load the page again; your text is kept.")
    keep_document(db, author, project["project_id"], "schema", row[0], raw, now_us=now_us)
    return int(row[0])
