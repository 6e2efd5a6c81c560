"""Routes of workflows: a project's review levels and adjudication, by version."""

from __future__ import annotations

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from goldsmith.core.errors import Conflict
from goldsmith.core.events import Event
from goldsmith.core.task.workflow import ADJUDICATION, Workflow, decode_workflow
from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, now_us
from goldsmith.server.routes.documents import document_fields, document_page
from goldsmith.server.wire.projects import DocumentPage, WorkflowThen
from goldsmith.server.wire.work import AdjudicationShown, LevelShown, WorkflowChange, WorkflowPage
from goldsmith.work.flow import tell
from goldsmith.work.people import Person, need_role
from goldsmith.work.review.levels import count_at_levels
from goldsmith.work.review.strays import move_strays
from goldsmith.work.routing.waiting import read_groups
from goldsmith.work.setup import documents
from goldsmith.work.setup.documents import Page
from goldsmith.work.setup.projects import Author
from goldsmith.work.setup.workflows import set_workflow


def _show(context: Context, project: Row) -> WorkflowPage:
    db, workflow = context.db.read(), decode_workflow(project["workflow_json"])
    groups = read_groups(db, project["workspace_id"]) if workflow.groups() else {}
    tasks = count_at_levels(db, project["project_id"])
    reviews = [LevelShown(name=one.name, share=one.share, group_id=one.group_id, level=one.level,
                          group=groups.get(one.group_id, ""), tasks=tasks.pop(one.level or 0, 0))
               for one in workflow.reviews]
    at_adjudication = tasks.pop(ADJUDICATION, 0) if workflow.adjudication is not None else 0
    return WorkflowPage(
        version=project["workflow_version"], overlap=project["overlap"], overlap_most=project["overlap_most"],
        stop_risk=project["stop_risk"], reviews=reviews, elsewhere=sum(tasks.values()),
        adjudication=None if workflow.adjudication is None else AdjudicationShown(
            group_id=workflow.adjudication.group_id, group=groups.get(workflow.adjudication.group_id, ""),
            tasks=at_adjudication))


@get("/api/projects/{project_id:str}/workflow")
async def show_workflow(context: NamedDependency[Context], person: NamedDependency[Person],
                        project_id: FromPath[str]) -> WorkflowPage:
    """What becomes of a project's tasks after labelling, and how many are at each review level."""
    return _show(context, context.project(person, project_id))


@put("/api/projects/{project_id:str}/workflow")
async def set_project_workflow(context: NamedDependency[Context], person: NamedDependency[Person],
                               project_id: FromPath[str], data: JSONBody[WorkflowChange]) -> WorkflowPage:
    """Put review levels and adjudication in force, for each task that moves from then on.

    Tasks at a level that is taken out go on to where they now belong, at once where nobody holds them.
    """
    need_role(person, "manager")
    project = context.project(person, project_id)
    if data.version != project["workflow_version"]:
        raise Conflict("Somebody changed the workflow meanwhile.", where="version", hint="Load the page again.")
    workflow = Workflow(reviews=data.reviews, adjudication=data.adjudication)
    author = Author(workspace_id=person.workspace_id, person_id=person.person_id)

    def write(db: Connection) -> None:
        at = now_us()
        version, is_new = set_workflow(db, author, project, workflow, now_us=at)
        if is_new:
            tell(db, Event(what="project.workflow_changed", about=project_id, workspace_id=person.workspace_id,
                           project_id=project_id, person_id=person.person_id, now_us=at,
                           details={"workflow_version": version}))

    await context.write(write)
    await move_all_strays(context, project_id)
    return _show(context, context.project(person, project_id))


async def move_all_strays(context: Context, project_id: str) -> None:
    """Send on what the workflow now has no place for, some hundreds in one transaction."""
    def move(db: Connection) -> int:
        events = move_strays(db, project_id, now_us=now_us())
        tell(db, *events)
        return len(events)

    while await context.write(move):
        pass


@get("/api/projects/{project_id:str}/workflow/versions")
async def list_workflows(context: NamedDependency[Context], person: NamedDependency[Person],
                         project_id: FromPath[str], after: FromQuery[str] = "",
                         limit: FromQuery[int] = 50) -> DocumentPage:
    """The workflow's versions, newest first; `next` is the `after` of the following page."""
    return document_page(context, context.project(person, project_id), "workflow", Page(after=after, limit=limit))


@get("/api/projects/{project_id:str}/workflow/versions/{version:int}")
async def show_workflow_version(context: NamedDependency[Context], person: NamedDependency[Person],
                                project_id: FromPath[str], version: FromPath[int]) -> WorkflowThen:
    """One version of the workflow; its seed is shown to nobody."""
    row = documents.find_document(context.db.read(), context.project(person, project_id), "workflow", version)
    workflow = decode_workflow(bytes(row["body"]))
    return WorkflowThen(**document_fields(row), reviews=workflow.reviews, adjudication=workflow.adjudication)


ROUTES = [show_workflow, set_project_workflow, list_workflows, show_workflow_version]
