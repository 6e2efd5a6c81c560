"""The grid of items: pages by keyset, filtered and sorted by indexes, never counted and never skipped through."""

from __future__ import annotations

import base64
import binascii

import msgspec
from msgspec import Struct

from goldsmith.core.errors import BadInput
from goldsmith.core.task import TaskState
from goldsmith.db.connection import Connection, Row

STATES = ("open", "in_review", "undecided", "settled", "excluded")
SORTS = {  # name → (column, direction)
    "oldest": ("task_seq", "ASC"), "newest": ("task_seq", "DESC"), "updated": ("updated_us", "DESC"),
    "agreement": ("agreement", "ASC"),
}


class Query(Struct, frozen=True, kw_only=True):
    """Which items, in which order; "" filters nothing."""

    state: TaskState | str = ""
    batch: str = ""
    name: str = ""  # a part of the item's name
    sort: str = "oldest"
    after: str = ""  # the `next` of an earlier page
    limit: int = 50


COLUMNS = """
t.task_seq, t.task_id, t.state, t.priority, t.batch, t.answers, t.agreement, t.updated_us, t.excluded_reason,
t.undecided_json, t.probability, t.sure_json, t.level, t.annotation_id, i.item_id, i.name, i.item_json, i.source,
i.licence, i.basis, i.group_key, i.created_us, a.value_json
"""


def find_page(db: Connection, workspace_id: str, project_id: str, query: Query) -> tuple[list[Row], str | None]:
    """The rows of a page and where the next begins, None at the end."""
    if query.sort not in SORTS:
        raise BadInput(f"Unknown order {query.sort!r}.", where="sort", hint=f"One of {', '.join(SORTS)}.")
    if query.state and query.state not in STATES:
        raise BadInput(f"Unknown state {query.state!r}.", where="state", hint=f"One of {', '.join(STATES)}.")
    column, direction = SORTS[query.sort]
    limit = max(1, min(query.limit, 200))
    args: dict[str, object] = {"workspace": workspace_id, "project": project_id, "limit": limit}
    inner = _inner(query, column, direction, args)
    order = f"t.{column} {direction}, t.task_seq {direction}"
    rows = db.all(f"SELECT {COLUMNS} FROM ({inner}) p JOIN task t ON t.task_seq = p.task_seq"
                  " JOIN item i ON i.item_seq = t.task_seq LEFT JOIN annotation a ON a.annotation_id = t.annotation_id"
                  f" WHERE t.workspace_id = :workspace ORDER BY {order}", args)
    last = rows[-1] if len(rows) == limit else None
    return rows, None if last is None else _key([last[column], last["task_seq"]])


def _inner(query: Query, column: str, direction: str, args: dict[str, object]) -> str:
    """The numbers of the page's tasks, straight from an index."""
    where = ["t.project_id = :project"]
    if query.state:
        where.append("t.state = :state")
        args["state"] = query.state
    if query.batch:
        where.append("t.batch = :batch AND t.batch <> ''")
        args["batch"] = query.batch
    if column == "agreement":
        where.append("t.agreement IS NOT NULL")
    if query.after:
        args["key"], args["seq"] = _read_key(query.after)
        beyond = ">" if direction == "ASC" else "<"
        where.append(f"(t.{column}, t.task_seq) {beyond} (:key, :seq)")
    name = ""
    if query.name:
        args["name"] = "%" + query.name.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"
        name = " JOIN item n ON n.item_seq = t.task_seq AND lower(n.name) LIKE :name ESCAPE '!'"
    order = f"ORDER BY t.{column} {direction}, t.task_seq {direction}"
    if column == "task_seq":
        order = f"ORDER BY t.task_seq {direction}"
    return f"SELECT t.task_seq FROM task t{name} WHERE {' AND '.join(where)} {order} LIMIT :limit"


def _key(values: list[object]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def _read_key(text: str) -> tuple[float, int]:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        key, seq = msgspec.json.decode(raw, type=tuple[int | float, int])
    except (binascii.Error, ValueError) as error:
        raise BadInput("`after` is the `next` of an earlier page.", where="after") from error
    if not -2**63 <= key < 2**63 or not 0 <= seq < 2**63:
        raise BadInput("`after` is the `next` of an earlier page.", where="after")
    return key, seq


def find_item(db: Connection, workspace_id: str, project_id: str, item_id: str) -> Row | None:
    """One item with its task and settled answer."""
    return db.one(f"SELECT {COLUMNS} FROM item i JOIN task t ON t.task_seq = i.item_seq"
                  " LEFT JOIN annotation a ON a.annotation_id = t.annotation_id"
                  " WHERE i.item_id = :item AND i.workspace_id = :workspace AND i.project_id = :project",
                  {"item": item_id, "workspace": workspace_id, "project": project_id})
