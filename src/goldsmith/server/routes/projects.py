"""Routes of projects: make, list, show, change; schema, guideline, templates, progress."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import Any

import msgspec
from litestar import get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from goldsmith.core.errors import BadInput, Conflict
from goldsmith.core.events import Event
from goldsmith.core.schema import LabelSchema
from goldsmith.core.task.workflow import decode_workflow
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import check_schema
from goldsmith.quality.coefficients import Coefficient
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.kept import Kept
from goldsmith.server.routes.data.judging import judge_soon
from goldsmith.server.routes.figures.renewal import agreed
from goldsmith.server.routes.pay.project import price_shown
from goldsmith.server.routes.reviewing.workflows import move_all_strays
from goldsmith.server.wire import projects as wire
from goldsmith.work.consensus import decode_schema
from goldsmith.work.figures import agreement, progress
from goldsmith.work.flow import tell
from goldsmith.work.people import Person, need_role
from goldsmith.work.review.levels import is_any_undecided
from goldsmith.work.routing import draining
from goldsmith.work.routing.abilities import read_groups_of
from goldsmith.work.setup import projects, workflows
from goldsmith.work.setup.label_studio import convert
from goldsmith.work.setup.schema_change import Break, check_change, last_annotation
from goldsmith.work.setup.schema_text import parse_schema
from goldsmith.work.setup.templates import load_templates
from goldsmith.work.setup.vocabularies import check_vocabularies

COUNTS_LARGE, ANSWERS_LARGE, SLOW_SECONDS = 50_000, 300, 0.5
HELD_SECONDS = 15 * 60  # annotators of a project with gold see its counts as they were so long ago, at most
COUNTS: Kept[wire.Counts] = Kept(lambda counts, seconds: 10 * seconds if counts.items > COUNTS_LARGE else 0)
HELD_COUNTS: Kept[wire.Counts] = Kept(lambda counts, seconds: HELD_SECONDS)
PROGRESS: Kept[wire.Progress] = Kept(lambda found, seconds: (
    max(10, 10 * seconds) if found.counts.answers > ANSWERS_LARGE and seconds > SLOW_SECONDS else 0))


async def _counts(context: Context, row: Row, person: Person) -> wire.Counts:
    async def count() -> wire.Counts:
        found = await asyncio.to_thread(lambda: projects.count_tasks(context.db.read(), row["project_id"]))
        return wire.Counts(**found)

    if not is_veiled(row, person):
        return await COUNTS.get(row["project_id"], count)
    held = await HELD_COUNTS.get(row["project_id"], count)
    if not held.open:  # who waits for work sees that there is some
        HELD_COUNTS.forget(row["project_id"])
    return held


def is_veiled(project: Row, person: Person) -> bool:
    """Whether counts are held back from this person: seen at once, they would tell which answer settled no task."""
    return person.role == "annotator" and project["gold_share"] is not None


async def _fields(context: Context, row: Row, person: Person) -> dict[str, Any]:
    schema = decode_schema(bytes(row["schema_json"]))
    return {
        "project_id": row["project_id"], "name": row["name"], "state": row["state"], "overlap": row["overlap"],
        "review": bool(row["review"]), "counts": await _counts(context, row, person),
        "kinds": tuple(dict.fromkeys(field.kind for field in schema.fields)), "created_at": rfc3339(row["created_us"])}


def _adjudicates(context: Context, person: Person, row: Row) -> bool:
    workflow = decode_workflow(row["workflow_json"])
    if workflow.adjudication is None or person.role == "annotator":
        return False
    groups = read_groups_of(context.db.read(), person.person_id) if workflow.groups() else frozenset[str]()
    return workflow.may_adjudicate(groups) and is_any_undecided(context.db.read(), row["project_id"])


async def _page(context: Context, person: Person, row: Row) -> wire.ProjectPage:
    left = None
    if row["state"] == "draining":
        left = await asyncio.to_thread(lambda: draining.count_left(context.db.read(), row["project_id"]))
    return wire.ProjectPage(
        **await _fields(context, row, person), overlap_most=row["overlap_most"], stop_risk=row["stop_risk"],
        schema_version=row["schema_version"],
        schema=decode_schema(bytes(row["schema_json"])), guideline=row["guideline"],
        guideline_version=row["guideline_version"], price=price_shown(row["price_json"]),
        terms_version=row["terms_version"], preference=row["preference"],
        adjudicates=_adjudicates(context, person, row), left_to_finish=left)


def _author(person: Person) -> projects.Author:
    return projects.Author(workspace_id=person.workspace_id, person_id=person.person_id)


def _event(person: Person, what: str, project_id: str, now_us: int, **details: object) -> Event:
    return Event(what=what, about=project_id, workspace_id=person.workspace_id, project_id=project_id,
                 person_id=person.person_id, now_us=now_us, details=details)


@post("/api/projects")
async def create_project(context: NamedDependency[Context], person: NamedDependency[Person],
                         data: JSONBody[wire.NewProject]) -> wire.ProjectMade:
    """Make a project."""
    need_role(person, "manager")
    setup = projects.Setup(name=data.name, schema=data.schema, overlap=data.overlap, overlap_most=data.overlap_most,
                           is_reviewed=data.review, stop_risk=data.stop_risk, guideline=data.guideline)

    def make(db: Connection) -> str:
        at = now_us()
        project_id = projects.create_project(db, _author(person), setup, now_us=at)
        tell(db, _event(person, "project.created", project_id, at, name=setup.name))
        return project_id

    return wire.ProjectMade(project_id=await context.write(make))


@get("/api/projects")
async def list_projects(context: NamedDependency[Context], person: NamedDependency[Person]) -> wire.ProjectList:
    """The workspace's projects, newest first."""
    rows = projects.list_projects(context.db.read(), person.workspace_id)
    return wire.ProjectList(projects=[wire.ProjectRow(**await _fields(context, row, person)) for row in rows])


@get("/api/projects/{project_id:str}")
async def show_project(context: NamedDependency[Context], person: NamedDependency[Person],
                       project_id: FromPath[str]) -> wire.ProjectPage:
    """One project with all that a labelling view needs."""
    return await _page(context, person, context.project(person, project_id))


@patch("/api/projects/{project_id:str}")
async def change_project(context: NamedDependency[Context], person: NamedDependency[Person],
                         project_id: FromPath[str], data: JSONBody[wire.ProjectChange]) -> wire.ProjectPage:
    """Change a project's name, overlap, review or state."""
    need_role(person, "manager")
    project = context.project(person, project_id)
    change = projects.Change(name=data.name, overlap=data.overlap, overlap_most=data.overlap_most,
                             stop_risk=data.stop_risk, state=data.state)
    given = {name: value for name, value in msgspec.structs.asdict(data).items() if value is not None}

    def write(db: Connection) -> None:
        at = now_us()
        projects.change_project(db, _author(person), project_id, change)
        if data.review is not None:
            workflows.set_reviewed(db, _author(person), project, data.review, now_us=at)
        tell(db, _event(person, "project.changed", project_id, at, **given))
        if change.state == "draining":
            tell(db, _event(person, "project.draining", project_id, at))

    await context.write(write)
    if data.review is not None:
        await move_all_strays(context, project_id)
    return await _page(context, person, context.project(person, project_id))


@lru_cache(maxsize=1)
def _templates() -> wire.TemplateList:
    return wire.TemplateList(templates=[wire.Template(**parts) for parts in load_templates()])


@get("/api/templates")
async def list_templates(person: NamedDependency[Person]) -> wire.TemplateList:
    """The label schemas that come along."""
    return await asyncio.to_thread(_templates)


async def _schema_of(draft: wire.SchemaDraft) -> LabelSchema:
    """The draft's schema; BadInput says where its text cannot be read."""
    if draft.schema is not None:
        return draft.schema
    if not draft.text.strip():
        raise BadInput("Send a schema, or its text.", where="schema")
    return await asyncio.to_thread(parse_schema, draft.text)


async def _converted(text: str) -> wire.SchemaCheck:
    """The schema of a Label Studio configuration, with what was not taken over of it."""
    found = await asyncio.to_thread(convert, text)
    remarks = tuple(wire.SchemaRemark(**msgspec.structs.asdict(one)) for one in found.remarks)
    problems = [] if found.schema else ["Nothing of this configuration can be asked here; the remarks say why."]
    return wire.SchemaCheck(schema=found.schema, problems=problems, breaks=[], remarks=remarks)


async def _checked(context: Context, person: Person, draft: wire.SchemaDraft) -> wire.SchemaCheck:
    """What is wrong with the draft, as an answer and not as an error."""
    schema: LabelSchema | None = None
    try:
        if draft.schema is None and draft.text.lstrip().startswith("<"):
            return await _converted(draft.text)
        schema = await _schema_of(draft)
        check_schema(schema)
        check_vocabularies(context.db.read(), person.workspace_id, schema)
    except BadInput as error:
        place = f"{error.where}: " if error.where else ""
        return wire.SchemaCheck(schema=schema, problems=[f"{place}{error.message} {error.hint}".strip()], breaks=[])
    return wire.SchemaCheck(schema=schema, problems=[], breaks=[])


def _shown(breaks: list[Break]) -> list[wire.Break]:
    return [wire.Break(what=one.what, answers=one.answers, item_ids=one.item_ids) for one in breaks]


@post("/api/schema/check", status_code=200)
async def check_draft(context: NamedDependency[Context], person: NamedDependency[Person],
                      data: JSONBody[wire.SchemaDraft]) -> wire.SchemaCheck:
    """Whether a schema can work; there is no project yet."""
    return await _checked(context, person, data)


def _breaks(context: Context, project: Row, schema: LabelSchema) -> tuple[list[Break], str]:
    """What the schema would break, and up to which annotation that was looked at."""
    with context.db.snapshot() as db:
        return check_change(db, project, schema), last_annotation(db, project)


@post("/api/projects/{project_id:str}/schema/check", status_code=200)
async def check_schema_change(context: NamedDependency[Context], person: NamedDependency[Person],
                              project_id: FromPath[str], data: JSONBody[wire.SchemaDraft]) -> wire.SchemaCheck:
    """Whether a schema can work, and what it would break of the project's answers."""
    need_role(person, "manager")
    project, checked = context.project(person, project_id), await _checked(context, person, data)
    if checked.schema is None or checked.problems:
        return checked
    breaks, _ = await asyncio.to_thread(_breaks, context, project, checked.schema)
    return msgspec.structs.replace(checked, breaks=_shown(breaks))


@put("/api/projects/{project_id:str}/schema")
async def set_schema(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                     data: JSONBody[wire.SchemaDraft]) -> wire.SchemaCheck:
    """Put a schema in force. Conflict when answers would no longer fit and `accept_breaks` is not given."""
    need_role(person, "manager")
    project, schema = context.project(person, project_id), await _schema_of(data)
    check_schema(schema)
    breaks, after = await asyncio.to_thread(_breaks, context, project, schema)

    def write(db: Connection) -> int:
        at = now_us()
        found = breaks + check_change(db, project, schema, after=after)  # answers that came in meanwhile
        if found and not data.accept_breaks:
            what = " ".join(one.what for one in found[:5])
            raise Conflict(f"This schema does not fit answers that were given: {what}", where="schema",
                           hint="Send accept_breaks to put it in force all the same.")
        version = projects.set_schema(db, _author(person), project, schema, now_us=at)
        tell(db, _event(person, "project.schema_changed", project_id, at, schema_version=version,
                        breaks={one.what: one.answers for one in found}))
        return version

    version = await context.write(write)
    if project["gold_share"] is not None:
        judge_soon(context, project_id)  # known answers that no longer fit are set aside
    return wire.SchemaCheck(schema=schema, problems=[], breaks=_shown(breaks), schema_version=version)


@put("/api/projects/{project_id:str}/guideline")
async def set_guideline(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                        data: JSONBody[wire.GuidelineText]) -> wire.GuidelineVersion:
    """Put a guideline in force; every version stays readable."""
    need_role(person, "manager")
    context.project(person, project_id)

    def write(db: Connection) -> int:
        at = now_us()
        version, is_new = projects.set_guideline(db, _author(person), project_id, data.guideline, now_us=at)
        if is_new:
            tell(db, _event(person, "project.guideline_changed", project_id, at, guideline_version=version))
        return version

    return wire.GuidelineVersion(guideline_version=await context.write(write))


@get("/api/projects/{project_id:str}/progress")
async def show_progress(context: NamedDependency[Context], person: NamedDependency[Person],
                        project_id: FromPath[str]) -> wire.Progress:
    """How the project has come along; on a large project the figures may be some seconds old."""
    need_role(person, "reviewer")
    project = context.project(person, project_id)

    def read(known: agreement.Agreed) -> progress.Progress:
        with context.db.snapshot() as db:
            return progress.read_progress(db, project, now_us=now_us(), agreed=known)

    async def make() -> wire.Progress:
        return _progress(await asyncio.to_thread(read, await agreed(context, project)))

    return await PROGRESS.get(project_id, make)


def _progress(read: progress.Progress) -> wire.Progress:
    alphas = [(one.field, one.alpha) for one in read.agreement]
    span = read.forecast
    return wire.Progress(
        counts=wire.Counts(**read.counts), pairs=[wire.PairAgreement(**msgspec.structs.asdict(p)) for p in read.pairs],
        series=[wire.BurnUpPoint(at=rfc3339(p.at_us), settled=p.settled, answers=p.answers) for p in read.series],
        forecast=None if span is None else wire.ForecastSpan(
            low_at=rfc3339(span.low_us), mid_at=rfc3339(span.mid_us), high_at=rfc3339(span.high_us)),
        forecast_reason=read.forecast_reason,
        agreement=[wire.AgreementFigure(field=field, alpha=alpha.value, low=alpha.low, high=alpha.high,
                                        items=alpha.units, reason=alpha.reason,
                                        others=[_coefficient(one) for one in read.coefficients.get(field, ())])
                   for field, alpha in alphas],
        people=[_throughput(one) for one in read.people],
        waiting=[wire.Waiting(what=w.what, why=w.why, level=w.level, items=w.items,
                              oldest_at=None if w.oldest_us is None else rfc3339(w.oldest_us)) for w in read.waiting])


def _coefficient(one: Coefficient) -> wire.CoefficientFigure:
    return wire.CoefficientFigure(name=one.name, value=one.value, low=one.low, high=one.high, reason=one.reason)


def _throughput(one: progress.Worker) -> wire.Throughput:
    speed = one.speed
    return wire.Throughput(
        person_id=one.person_id, name=one.name, sort=one.sort, answers=one.answers, returned=one.returned,
        answers_per_hour=speed.answers_per_hour if speed else None,
        answers_per_hour_low=speed.low if speed else None, answers_per_hour_high=speed.high if speed else None,
        median_seconds=speed.median_seconds if speed else None, agreement=one.agreement,
        agreement_low=one.agreement_low, agreement_high=one.agreement_high)


ROUTES = [
    create_project, list_projects, show_project, change_project, list_templates, check_draft, check_schema_change,
    set_schema, set_guideline, show_progress,
]
