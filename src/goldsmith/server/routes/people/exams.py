"""Routes of exams: items with known answers, by which people show that they have a skill."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from goldsmith.core.errors import BadInput, NotFound
from goldsmith.core.events import Event
from goldsmith.core.item import ItemData
from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.wire import exams as wire
from goldsmith.work.consensus import decode_schema
from goldsmith.work.flow import tell
from goldsmith.work.pay.training import TrainingPay
from goldsmith.work.people import Person, exams, need_role
from goldsmith.work.people.exams import NewItem, Rules


def _rules(data: wire.ExamRules) -> Rules:
    plain = {name: getattr(data, name) for name in Rules.__struct_fields__ if name != "pay"}
    return Rules(**plain, pay=None if data.pay is None else TrainingPay(**msgspec.structs.asdict(data.pay)))


def _row(row: Row) -> wire.ExamRow:
    rules = exams.rules_of(row)
    pay = None if rules.pay is None else wire.TrainingTerms(**msgspec.structs.asdict(rules.pay))
    return wire.ExamRow(
        **{**msgspec.structs.asdict(rules), "pay": pay}, exam_id=row["exam_id"], state=row["state"],
        created_at=rfc3339(row["created_us"]), items=row["items"], attempts=row["ended"], passed=row["passed"])


def _event(person: Person, what: str, exam_id: str, **details: Any) -> Event:
    return Event(what=what, about=exam_id, workspace_id=person.workspace_id, person_id=person.person_id,
                 now_us=now_us(), details=details)


@get("/api/exams")
async def list_exams(context: NamedDependency[Context], person: NamedDependency[Person]) -> wire.ExamList:
    """The workspace's exams, newest first."""
    need_role(person, "manager")
    return wire.ExamList(exams=[_row(row) for row in exams.list_exams(context.db.read(), person.workspace_id)])


def _project(context: Context, person: Person, project_id: str) -> Row:
    """The project that the body names."""
    try:
        return context.project(person, project_id)
    except NotFound as error:
        raise BadInput(error.message, where=error.where) from error


def _chosen(context: Context, person: Person, data: wire.NewExam | wire.NewExamItems) -> list[NewItem]:
    """The settled items that are asked for, by id and by lot."""
    if not data.project_id:
        if data.item_ids or data.draw:
            raise BadInput("Say which project the items are from.", where="project_id")
        return []
    project, db = _project(context, person, data.project_id), context.db.read()
    drawn = exams.drawn_items(db, project, min(data.draw, exams.ADDED_MOST)) if data.draw else []
    ids = list(dict.fromkeys([*data.item_ids, *drawn]))
    if len(ids) > exams.ADDED_MOST:
        raise BadInput(f"At most {exams.ADDED_MOST} items at once.", where="item_ids")
    return exams.settled_items(db, project, ids)


@post("/api/exams")
async def make_exam(context: NamedDependency[Context], person: NamedDependency[Person],
                    data: JSONBody[wire.NewExam]) -> wire.ExamMade:
    """Make an exam, from settled items of a project or with a schema of its own; it opens when its manager says so."""
    need_role(person, "manager")
    items = await asyncio.to_thread(_chosen, context, person, data)
    schema, guideline = data.schema, data.guideline
    if data.project_id:
        project = _project(context, person, data.project_id)
        schema, guideline = decode_schema(bytes(project["schema_json"])), project["guideline"]
    if schema is None:
        raise BadInput("An exam needs the schema of a project, or one of its own.", where="schema")
    with_schema, store = schema, context.store(person)

    def make(db: Connection) -> str:
        exam_id = exams.make_exam(db, person, _rules(data), with_schema, guideline, now_us=now_us())
        exam = exams.need_exam(db, person.workspace_id, exam_id)
        exams.add_items(db, exam, items, store, now_us=now_us())
        tell(db, _event(person, "exam.made", exam_id, name=data.name, items=len(items)))
        return exam_id

    return wire.ExamMade(exam_id=await context.write(make), items=len(items))


@get("/api/exams/{exam_id:str}")
async def show_exam(context: NamedDependency[Context], person: NamedDependency[Person],
                    exam_id: FromPath[str]) -> wire.ExamPage:
    """One exam with its items, their known answers, and how people fared with each."""
    need_role(person, "manager")
    return await asyncio.to_thread(_page, context, person, exam_id)


def _page(context: Context, person: Person, exam_id: str) -> wire.ExamPage:
    db = context.db.read()
    exam = exams.need_exam(db, person.workspace_id, exam_id)
    row = next(one for one in exams.list_exams(db, person.workspace_id) if one["exam_id"] == exam_id)
    return wire.ExamPage(
        exam=_row(row), schema=decode_schema(bytes(exam["schema_json"])), guideline=exam["guideline"],
        items=[wire.ExamItemRow(
            exam_item_id=one["exam_item_id"], name=one["name"], explanation=one["explanation"],
            item=msgspec.json.decode(one["item_json"], type=ItemData), known=msgspec.json.decode(one["known_json"]),
            answered=one["answered"], right=one["were_right"]) for one in exams.list_items(db, exam_id)])


@patch("/api/exams/{exam_id:str}")
async def change_exam(context: NamedDependency[Context], person: NamedDependency[Person], exam_id: FromPath[str],
                      data: JSONBody[wire.ExamChange]) -> wire.ExamPage:
    """Other rules for an exam, or open and close it; what counts is what holds when an attempt ends."""
    need_role(person, "manager")

    def change(db: Connection) -> None:
        exam = exams.need_exam(db, person.workspace_id, exam_id)
        exams.change_exam(db, exam, _rules(data.rules), data.state or exam["state"])
        tell(db, _event(person, "exam.changed", exam_id, state=data.state or exam["state"]))

    await context.write(change)
    return await asyncio.to_thread(_page, context, person, exam_id)


@post("/api/exams/{exam_id:str}/items")
async def add_exam_items(context: NamedDependency[Context], person: NamedDependency[Person], exam_id: FromPath[str],
                         data: JSONBody[wire.NewExamItems]) -> wire.ExamItemsAdded:
    """Add settled items of a project, or items that come with their known answers."""
    need_role(person, "manager")
    exams.need_exam(context.db.read(), person.workspace_id, exam_id)
    items = await asyncio.to_thread(_chosen, context, person, data)
    items += [NewItem(item=one.item, known=one.known, name=one.name, explanation=one.explanation)
              for one in data.items]
    if not items:
        raise BadInput("No item was given.", where="items")
    store = context.store(person)

    def add(db: Connection) -> int:
        exam = exams.need_exam(db, person.workspace_id, exam_id)
        added = exams.add_items(db, exam, items, store, now_us=now_us())
        tell(db, _event(person, "exam.items_added", exam_id, items=added))
        return added

    return wire.ExamItemsAdded(added=await context.write(add))


@patch("/api/exams/{exam_id:str}/items/{exam_item_id:str}", status_code=204)
async def change_exam_item(context: NamedDependency[Context], person: NamedDependency[Person], exam_id: FromPath[str],
                           exam_item_id: FromPath[str], data: JSONBody[wire.ExamItemChange]) -> None:
    """Another known answer or explanation for an item, for answers that come from now on."""
    need_role(person, "manager")

    def change(db: Connection) -> None:
        exam = exams.need_exam(db, person.workspace_id, exam_id)
        exams.change_item(db, exam, exam_item_id, known=data.known, explanation=data.explanation)
        tell(db, _event(person, "exam.item_changed", exam_id, item=exam_item_id))

    await context.write(change)


@delete("/api/exams/{exam_id:str}/items/{exam_item_id:str}", status_code=204)
async def remove_exam_item(context: NamedDependency[Context], person: NamedDependency[Person], exam_id: FromPath[str],
                           exam_item_id: FromPath[str]) -> None:
    """Ask an item no more; attempts under way that have it go on with it."""
    need_role(person, "manager")

    def remove(db: Connection) -> None:
        exam = exams.need_exam(db, person.workspace_id, exam_id)
        exams.remove_item(db, exam, exam_item_id, now_us=now_us())
        tell(db, _event(person, "exam.item_removed", exam_id, item=exam_item_id))

    await context.write(remove)


@get("/api/exams/{exam_id:str}/results")
async def list_exam_results(context: NamedDependency[Context], person: NamedDependency[Person],
                            exam_id: FromPath[str], after: FromQuery[str] = "",
                            limit: FromQuery[int] = 50) -> wire.ExamResults:
    """The attempts at an exam, newest first."""
    need_role(person, "manager")
    db = context.db.read()
    exams.need_exam(db, person.workspace_id, exam_id)
    rows = exams.list_results(db, exam_id, after=after, limit=limit)
    return wire.ExamResults(
        next=rows[-1]["attempt_id"] if len(rows) == max(1, min(limit, exams.RESULTS_MOST)) else None,
        results=[wire.ExamResult(
            attempt_id=row["attempt_id"], person_id=row["person_id"], name=row["name"], email=row["email"],
            state=row["state"], answered=row["position"], right_answers=row["right_answers"], total=row["total"],
            started_at=rfc3339(row["started_us"]),
            ended_at=None if row["ended_us"] is None else rfc3339(row["ended_us"])) for row in rows])


ROUTES = [list_exams, make_exam, show_exam, change_exam, add_exam_items, change_exam_item, remove_exam_item,
          list_exam_results]
