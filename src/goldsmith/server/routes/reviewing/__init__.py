"""Routes of review and adjudication: lease a task with all its answers, and decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from goldsmith.core.item import ItemData
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import KINDS, decode_value
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.routes.labelling import checked_value, grip_of, lease_as, whole, write_or_keep_late
from goldsmith.server.routes.pay.project import price_shown
from goldsmith.server.wire.work import (
    AnswerShown,
    Besides,
    Decided,
    Decision,
    DepartureShown,
    DifferenceShown,
    PinnedComment,
    ReviewOut,
    ReviewsWaiting,
    ShapeSkillShown,
    SkillShown,
    StepShown,
    SuggestionBeside,
    SureShown,
)
from goldsmith.work import answers, flow, queue, review
from goldsmith.work.consensus import decode_schema
from goldsmith.work.consensus.measured import Measured, ShapeSkill, read_measured
from goldsmith.work.consensus.sure import decode_sure
from goldsmith.work.data.comments import with_names
from goldsmith.work.data.remarks import Remark
from goldsmith.work.people import Person, need_role
from goldsmith.work.review import Verdict, steps, strays, waiting
from goldsmith.work.review.settling import OF_TASK
from goldsmith.work.routing.predicting import suggestions

TASK = """
SELECT t.*, i.item_id, i.name, i.item_json, p.schema_json, p.workflow_json, p.workflow_version
  FROM task t JOIN item i ON i.item_seq = t.task_seq JOIN project p ON p.project_id = t.project_id
 WHERE t.task_seq = :task
"""
LOOK_EVERY_US = 10_000_000
_looked_us: dict[str, int] = {}  # when this process last looked for strays of a project; losing it costs nothing
COMMENTS = "SELECT text, annotation_id, object_id FROM comment WHERE task_seq = :task ORDER BY comment_id"


@post("/api/projects/{project_id:str}/reviews/lease", status_code=200)
async def lease_review(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                       data: JSONBody[Besides | None] = None) -> Response[ReviewOut | None]:
    """The next task to judge, with every answer; never one that the caller answered. 204 when none waits."""
    return await _lease(context, person, project_id, data, is_adjudication=False)


@post("/api/projects/{project_id:str}/adjudications/lease", status_code=200)
async def lease_adjudication(context: NamedDependency[Context], person: NamedDependency[Person],
                             project_id: FromPath[str],
                             data: JSONBody[Besides | None] = None) -> Response[ReviewOut | None]:
    """The next undecided task, for somebody who has no part in it; it is decided as a review. 204 when none waits."""
    return await _lease(context, person, project_id, data, is_adjudication=True)


async def _lease(context: Context, person: Person, project_id: str, asked: Besides | None, *,
                 is_adjudication: bool) -> Response[ReviewOut | None]:
    need_role(person, "reviewer")
    project = context.project(person, project_id)
    place = context.place(person, project, stage="review", batch=asked.batch if asked is not None else "",
                          is_adjudication=is_adjudication)
    besides = frozenset(asked.besides[:queue.HELD_MOST]) if asked is not None else frozenset()
    if now_us() - _looked_us.get(project_id, 0) >= LOOK_EVERY_US:
        await context.write(lambda db: _move_strays(db, project_id))
    seat = await lease_as(context, person, place, besides, project["price_json"], lambda _, seat: seat)
    if seat is None:
        return Response(None, status_code=204)
    return Response(review_out(context.db.read(), seat), status_code=200)


def _move_strays(db: Connection, project_id: str) -> None:
    """Move on what a change of the workflow left behind."""
    at = _looked_us[project_id] = now_us()
    flow.tell(db, *strays.move_strays(db, project_id, now_us=at))


def review_out(db: Connection, seat: Row) -> ReviewOut:
    """A leased review as the reviewer sees it."""
    task = db.one(TASK, {"task": seat["task_seq"]})
    assert task is not None
    given = db.all(OF_TASK, {"task": seat["task_seq"]})
    course = steps.course_of(task, task["task_id"])
    skills = read_measured(db, task, decode_schema(task["schema_json"]), [row["person_id"] for row in given])
    comments = [PinnedComment(text=with_names(db, task["workspace_id"], r["text"]), annotation_id=r["annotation_id"],
                              object_id=r["object_id"])
                for r in db.all(COMMENTS, {"task": seat["task_seq"]})]
    shown = [AnswerShown(annotation_id=row["annotation_id"], annotator=chr(ord("A") + i % 26),
                         value=msgspec.json.decode(row["value_json"]), skill=skill_shown(skills.get(row["person_id"])))
             for i, row in enumerate(given)]
    merged = _merged(db, task)
    draft = answers.find_draft(db, seat, start=merged)
    return ReviewOut(
        lease_id=seat["lease_id"], task_id=task["task_id"], item_id=task["item_id"], name=task["name"],
        item=msgspec.json.decode(task["item_json"], type=ItemData), fence=seat["fence"],
        leased_until=rfc3339(seat["leased_until_us"]), leased_until_us=seat["leased_until_us"],
        why="undecided" if review.is_undecided(task) else "escalated" if task["state"] == "undecided" else "review",
        reasons=msgspec.json.decode(task["undecided_json"]) if review.is_undecided(task) else [],
        level=seat["level"], level_name=course.workflow.name_of(seat["level"]), probability=task["probability"],
        sure=sure_shown(task),
        may_escalate=course.above(seat["level"], steps.levels_been(db, seat["task_seq"])) is not None,
        path=[step_shown(row, is_named=False) for row in steps.read_path(db, task["workspace_id"], task["task_seq"])],
        answers=shown, merged=merged, agreement=task["agreement"],
        differences=_differences(task, shown, merged) if len(shown) > 1 else [], comments=comments,
        price=price_shown(seat["price_json"]),
        suggestions=suggested_beside(db, seat["task_seq"], task["schema_json"],
                                     {one.annotation_id: one.value for one in shown}),
        draft=draft if draft.sketch or _filled(draft.value) != _filled(merged) else None)


def suggested_beside(db: Connection, task_seq: int, schema_json: bytes, given: dict[str, dict[str, Any]]
                     ) -> list[SuggestionBeside]:
    """What models predicted of a task, and how far each of its answers, by annotation id, is from that."""
    found = suggestions.beside_answers(db, task_seq)
    if not found:
        return []
    schema = decode_schema(schema_json)
    decoded = {annotation_id: decode_value(value) for annotation_id, value in given.items()}
    shown = []
    for one in found:
        suggested = decode_value(one.value_json)
        apart = {answer: suggestions.departure(suggested, value, schema) for answer, value in decoded.items()}
        shown.append(SuggestionBeside(
            person_id=one.person_id, name=one.name, value=msgspec.json.decode(one.value_json), scores=one.scores,
            departures=[DepartureShown(annotation_id=answer, **msgspec.structs.asdict(far))
                        for answer, far in apart.items()]))
    return shown


def skill_shown(skill: Measured | None) -> SkillShown | None:
    """A measured skill as it goes over the wire."""
    if skill is None:
        return None
    return SkillShown(share=skill.share, answers=skill.answers, shapes=shapes_shown(skill.shapes))


def shapes_shown(shapes: Sequence[ShapeSkill]) -> list[ShapeSkillShown]:
    """How somebody draws, as it goes over the wire."""
    return [ShapeSkillShown(**msgspec.structs.asdict(one)) for one in shapes]


def sure_shown(task: Row) -> list[SureShown]:
    """How sure each object of a task is, as it goes over the wire."""
    return [SureShown(**msgspec.structs.asdict(one)) for one in decode_sure(task["sure_json"])]


def step_shown(row: Row, *, is_named: bool = True) -> StepShown:
    """One step of a task's path; in a review nobody is named."""
    return StepShown(
        what=row["what"], level=row["level"], name=row["name"], share=row["share"],
        author=row["author"] if is_named else "", words=row["words"], created_at=rfc3339(row["created_us"]),
        workflow_version=row["workflow_version"])


def _merged(db: Connection, task: Row) -> dict[str, Any]:
    row = db.one("SELECT value_json FROM annotation WHERE annotation_id = :annotation",
                 {"annotation": task["annotation_id"]})
    return msgspec.json.decode(row["value_json"], type=dict[str, Any]) if row else {}


def _filled(value: dict[str, Any]) -> dict[str, Any]:
    """The value without fields that hold nothing: an editor sends them, an answer may not have them."""
    return {name: objects for name, objects in value.items() if objects}


def _differences(task: Row, shown: list[AnswerShown], merged: dict[str, Any]) -> list[DifferenceShown]:
    """Where each answer differs from the merged one."""
    found: list[DifferenceShown] = []
    for answer in shown:
        found += compare(task["schema_json"], answer.value, merged, a=answer.annotation_id, b="")
    return found


def compare(schema_json: bytes, one: dict[str, Any], other: dict[str, Any], *, a: str, b: str) -> list[DifferenceShown]:
    """How the value `one` (of annotation `a`) differs from `other` (of annotation `b`)."""
    from goldsmith.quality.agreement import differences

    return [DifferenceShown(a=a, b=b, field=d.field, sort=d.sort, a_id=d.a_id, b_id=d.b_id)
            for d in differences(decode_value(one), decode_value(other), decode_schema(schema_json), KINDS)]


@post("/api/reviews/{lease_id:str}/decide", status_code=200)
async def decide(context: NamedDependency[Context], person: NamedDependency[Person], lease_id: FromPath[str],
                 data: JSONBody[Decision]) -> Decided:
    """Accept, fix (with a value), return or escalate (with a comment), or exclude (with one, at adjudication).

    A stale fix is kept as a draft and answered 409.
    """
    need_role(person, "reviewer")
    grip = grip_of(person, lease_id, data.fence)
    value_json = None if data.value is None else checked_value(context.db.read(), person, lease_id, data.value).json
    remarks = tuple(Remark(text=c.text, annotation_id=c.annotation_id, object_id=c.object_id) for c in data.comments)
    verdict = Verdict(decision=data.decision, comment=data.comment, remarks=remarks, value_json=value_json,
                      annotation_ids=data.annotation_ids, annotation_id=data.annotation_id,
                      work_seconds=data.work_seconds)

    def settle(db: Connection) -> None:
        flow.tell(db, *review.decide(db, grip, verdict, now_us=now_us()))

    await write_or_keep_late(context, grip, settle, lambda: whole(data.value))
    return Decided(decision=data.decision)


@get("/api/projects/{project_id:str}/reviews/waiting")
async def reviews_waiting(context: NamedDependency[Context], person: NamedDependency[Person],
                          project_id: FromPath[str]) -> ReviewsWaiting:
    """How many reviews wait, and why the caller is not given them: they have a part in the task, or skipped it."""
    return _waiting(context, person, project_id, is_adjudication=False)


@get("/api/projects/{project_id:str}/adjudications/waiting")
async def adjudications_waiting(context: NamedDependency[Context], person: NamedDependency[Person],
                                project_id: FromPath[str]) -> ReviewsWaiting:
    """The same of undecided tasks that wait for adjudication."""
    return _waiting(context, person, project_id, is_adjudication=True)


def _waiting(context: Context, person: Person, project_id: str, *, is_adjudication: bool) -> ReviewsWaiting:
    need_role(person, "reviewer")
    place = context.place(person, context.project(person, project_id), stage="review", is_asked=False,
                          is_adjudication=is_adjudication)
    return ReviewsWaiting(**msgspec.structs.asdict(waiting.count_waiting(context.db.read(), place)))


ROUTES = [lease_review, lease_adjudication, decide, reviews_waiting, adjudications_waiting]
