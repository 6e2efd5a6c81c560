"""Undecided: the items that wait for a reviewer because their answers settle nothing, with why and how far off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import log2

import msgspec
from msgspec import Struct

from goldsmith.core.schema import LabelSchema
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import decode_value
from goldsmith.work.consensus import decode_schema
from goldsmith.work.consensus.ballots import NOTHING, ballots, classes_of

PAGE_MOST = 100


class Vote(Struct, frozen=True, kw_only=True):
    """How many chose a label; "" is leaving the field empty."""

    label: str
    votes: int


class UndecidedItem(Struct, frozen=True, kw_only=True):
    """One undecided item."""

    task_seq: int
    item_id: str
    name: str
    batch: str
    reasons: list[str]  # each begins with its field
    answers: int
    agreement: float | None
    probability: float | None  # that the most probable value is right; None where skill was not weighed
    field: str  # the single choice that is most in doubt; "" where there is none
    votes: list[Vote]  # in it, most first
    entropy: float | None  # of these votes, in bits
    updated_us: int


class Sought(Struct, frozen=True, kw_only=True):
    """Which undecided items are asked for; empty means every."""

    field: str = ""
    q: str = ""  # a part of the item's name
    batch: str = ""


LISTED = """
SELECT t.task_seq, t.batch, t.answers, t.agreement, t.probability, t.undecided_json, t.updated_us, i.item_id, i.name
  FROM task t JOIN item i ON i.item_seq = t.task_seq
 WHERE t.project_id = :project AND t.workspace_id = :workspace AND t.state = 'undecided' AND t.task_seq > :after
   AND (:field = '' OR t.undecided_json LIKE :field ESCAPE '!') AND (:q = '' OR lower(i.name) LIKE :q ESCAPE '!')
   AND (:batch = '' OR t.batch = :batch)
 ORDER BY t.task_seq LIMIT :most
"""
ANSWERS = """
SELECT task_seq, value_json FROM annotation WHERE task_seq IN ({numbers}) AND workspace_id = :workspace
   AND origin IN ('answer', 'import') AND state = 'submitted' ORDER BY task_seq, annotation_id
"""


def list_undecided(db: Connection, project: Row, sought: Sought, *, after: int = 0,
                   most: int = PAGE_MOST) -> list[UndecidedItem]:
    """Undecided items in the order of their numbers, those after `after`."""
    # The reasons are kept as JSON, where each one's field stands between a quote and a colon.
    inside = msgspec.json.encode(sought.field).decode()[1:-1]
    rows = db.all(LISTED, {
        "project": project["project_id"], "workspace": project["workspace_id"], "after": after, "most": most,
        "field": f'%"{_plain(inside)}: %' if sought.field else "", "batch": sought.batch,
        "q": f"%{_plain(sought.q.lower())}%" if sought.q else ""})
    if not rows:
        return []
    schema, given = decode_schema(bytes(project["schema_json"])), _answers(db, project, rows)
    return [_item(schema, row, given.get(row["task_seq"], [])) for row in rows]


def every_undecided(db: Connection, project: Row, sought: Sought) -> Iterator[UndecidedItem]:
    """All of them, page by page."""
    after = 0
    while page := list_undecided(db, project, sought, after=after):
        yield from page
        after = page[-1].task_seq


def _plain(text: str) -> str:
    """The text inside a LIKE, where nothing of it stands for anything else."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _answers(db: Connection, project: Row, rows: Sequence[Row]) -> dict[int, list[bytes]]:
    found: dict[int, list[bytes]] = {}
    sql = ANSWERS.format(numbers=", ".join(str(int(row["task_seq"])) for row in rows))
    for row in db.all(sql, {"workspace": project["workspace_id"]}):
        found.setdefault(row["task_seq"], []).append(bytes(row["value_json"]))
    return found


def _item(schema: LabelSchema, row: Row, given: Sequence[bytes]) -> UndecidedItem:
    field, votes, entropy = _doubt(schema, given)
    return UndecidedItem(
        task_seq=row["task_seq"], item_id=row["item_id"], name=row["name"], batch=row["batch"],
        reasons=msgspec.json.decode(row["undecided_json"] or "[]", type=list[str]), answers=row["answers"],
        agreement=row["agreement"], probability=row["probability"], field=field, votes=votes, entropy=entropy,
        updated_us=row["updated_us"])


def _doubt(schema: LabelSchema, given: Sequence[bytes]) -> tuple[str, list[Vote], float | None]:
    """The single choice whose votes have the most entropy, its votes, and that entropy in bits."""
    values = [decode_value(raw) for raw in given]
    best: tuple[str, list[Vote], float | None] = ("", [], None)
    for field in schema.fields:
        if field.kind != "choice" or field.multiple:
            continue
        names = (*classes_of(field), NOTHING)
        counted = Counter(names[vote] for vote in ballots(schema, field, values) if vote is not None)
        if not counted:
            continue
        bits = sum(n / counted.total() * log2(counted.total() / n) for n in counted.values())
        if best[2] is None or bits > best[2]:
            best = field.name, [Vote(label=label, votes=n) for label, n in
                                sorted(counted.items(), key=lambda one: (-one[1], one[0]))], bits
    return best
