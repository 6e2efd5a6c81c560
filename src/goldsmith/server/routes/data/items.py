"""Routes of items: the grid, one item with its history, changes, and the bytes."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import get, patch
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import File
from msgspec import Raw

from goldsmith.core.errors import BadInput, NotFound
from goldsmith.core.item import ItemData
from goldsmith.core.task.workflow import decode_workflow
from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.routes.data.comments import comments_shown
from goldsmith.server.routes.reviewing import skill_shown, step_shown, sure_shown
from goldsmith.server.wire.items import (
    AnswerRow,
    ItemChange,
    ItemDetail,
    ItemPage,
    ItemRow,
    ItemsChanged,
)
from goldsmith.work.consensus import decode_schema
from goldsmith.work.consensus.measured import read_measured
from goldsmith.work.data import grid, items
from goldsmith.work.data.small import small_picture
from goldsmith.work.flow import tell
from goldsmith.work.people import Person, need_role
from goldsmith.work.review.steps import read_path

CHANGED_MOST = 1000
BLOB_HEADERS = {"Cache-Control": "private, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "sandbox; default-src 'none'"}


def row_fields(row: Row) -> dict[str, Any]:
    """What stands of an item in the grid, from a row of `grid.COLUMNS`."""
    return {
        "item_id": row["item_id"], "task_id": row["task_id"], "name": row["name"], "state": row["state"],
        "item": msgspec.json.decode(row["item_json"], type=ItemData), "priority": row["priority"],
        "batch": row["batch"], "answers": row["answers"], "agreement": row["agreement"],
        "updated_at": rfc3339(row["updated_us"]), "value": Raw(bytes(row["value_json"] or b"{}"))}


@get("/api/projects/{project_id:str}/items")
async def list_items(
    context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
    after: FromQuery[str] = "", limit: FromQuery[int] = 50,
    in_state: Annotated[str, QueryParameter(name="state")] = "",
    sort: FromQuery[str] = "oldest", q: FromQuery[str] = "", batch: FromQuery[str] = "",
) -> ItemPage:
    """A page of items; `next` is the `after` of the following page. `q` is a part of the name."""
    need_role(person, "reviewer")
    context.project(person, project_id)
    query = grid.Query(after=after, limit=limit, state=in_state, sort=sort, name=q, batch=batch)
    rows, following = await asyncio.to_thread(
        lambda: grid.find_page(context.db.read(), person.workspace_id, project_id, query))
    return ItemPage(items=[ItemRow(**row_fields(row)) for row in rows], next=following)


HISTORY = """
SELECT a.*, coalesce(p.name, '') AS annotator FROM annotation a LEFT JOIN person p ON p.person_id = a.person_id
 WHERE a.task_seq = :task AND a.workspace_id = :workspace AND a.origin NOT IN ('audit', 'gold') ORDER BY a.annotation_id
"""
WITHOUT_PERSON = {"merge": "consensus", "import": "import"}


def _history(db: Connection, project: Row, args: dict[str, object]) -> list[AnswerRow]:
    rows = db.all(HISTORY, args)
    people = [row["person_id"] for row in rows if row["origin"] == "answer"]
    skills = read_measured(db, project, decode_schema(bytes(project["schema_json"])), people)
    return [AnswerRow(
        annotation_id=r["annotation_id"], person_id=r["person_id"],
        annotator=WITHOUT_PERSON.get(r["origin"], r["annotator"]), state=r["state"],
        value=Raw(bytes(r["value_json"])), schema_version=r["schema_version"],
        guideline_version=r["guideline_version"], work_seconds=r["work_seconds"], created_at=rfc3339(r["created_us"]),
        skill=skill_shown(skills.get(r["person_id"])) if r["origin"] == "answer" else None)
        for r in rows]


@get("/api/projects/{project_id:str}/items/{item_id:str}")
async def show_item(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                    item_id: FromPath[str]) -> ItemDetail:
    """One item: where it comes from, every answer to it, every comment."""
    need_role(person, "reviewer")
    db, project = context.db.read(), context.project(person, project_id)
    row = grid.find_item(db, person.workspace_id, project_id, item_id)
    if row is None:
        raise NotFound("No such item in this project.", where="item_id")
    args = {"task": row["task_seq"], "workspace": person.workspace_id}
    return ItemDetail(
        **row_fields(row), source=row["source"], licence=row["licence"], basis=row["basis"], group=row["group_key"],
        created_at=rfc3339(row["created_us"]), excluded_reason=row["excluded_reason"],
        undecided=msgspec.json.decode(row["undecided_json"]) if row["undecided_json"] else [],
        probability=row["probability"], history=_history(db, project, args), comments=comments_shown(db, person, row),
        level=row["level"], level_name=decode_workflow(project["workflow_json"]).name_of(row["level"]),
        path=[step_shown(one) for one in read_path(db, person.workspace_id, row["task_seq"])], sure=sure_shown(row))


@patch("/api/projects/{project_id:str}/items")
async def change_items(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                       data: JSONBody[ItemChange]) -> ItemsChanged:
    """Set priority, batch or requirement, exclude with a reason, or take back in, of up to 1,000 items at once."""
    need_role(person, "manager")
    project = context.project(person, project_id)
    if len(data.item_ids) > CHANGED_MOST:
        raise BadInput(f"One call changes at most {CHANGED_MOST} items.", where="item_ids")

    def change(db: Connection) -> int:
        tasks = items.find_tasks(db, project, data.item_ids)
        for task in tasks:
            _change(db, task, data, person)
        if data.requirement is not None or data.as_project:
            asked = None if data.as_project else data.requirement
            items.set_requirement(db, project, tasks, asked, now_us=now_us())
        return len(tasks)

    return ItemsChanged(changed=await context.write(change))


def _change(db: Connection, task: Row, change: ItemChange, person: Person) -> None:
    if change.priority is not None:
        items.set_priority(db, task, change.priority)
    if change.batch is not None:
        items.set_batch(db, task, change.batch, now_us=now_us())
    if change.excluded_reason:
        tell(db, items.exclude(db, task, change.excluded_reason, person.person_id, now_us=now_us()))
    elif change.excluded_reason == "":
        event = items.include(db, task, person.person_id, now_us=now_us())
        if event is not None:
            tell(db, event)


@get("/api/blobs/{sha256:str}")
async def blob(context: NamedDependency[Context], person: NamedDependency[Person], sha256: FromPath[str]) -> File:
    """The bytes of an asset of this workspace."""
    path = context.store(person).path(sha256)
    return File(path=path, filename=sha256, content_disposition_type="inline", headers=BLOB_HEADERS,
                media_type=_media_type(path))


def _media_type(path: Any) -> str:
    """From the first bytes; nothing that a browser would run."""
    with path.open("rb") as file:
        start = file.read(16)
    signs = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"GIF8": "image/gif", b"BM": "image/bmp",
             b"II*\0": "image/tiff", b"MM\0*": "image/tiff"}
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    return next((sort for sign, sort in signs.items() if start.startswith(sign)), "application/octet-stream")


@get("/api/blobs/{sha256:str}/thumbnail")
async def thumbnail(context: NamedDependency[Context], person: NamedDependency[Person], sha256: FromPath[str]) -> File:
    """A small JPEG of a picture, made when first asked for."""
    made = await asyncio.to_thread(small_picture, context.store(person), sha256)
    return File(path=made, filename=made.name, content_disposition_type="inline", headers=BLOB_HEADERS,
                media_type="image/jpeg")


ROUTES = [list_items, show_item, change_items, blob, thumbnail]
