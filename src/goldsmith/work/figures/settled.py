"""Settled: people's answers held against what their items came to, at a bounded cost: of the newest settled items.

An item tells something where a reviewer decided it or several people answered it; a lone answer that nobody looked at
is only compared with itself, and is left out. With a majority, a person's own vote has its part in what an item came
to, so these figures flatter a little where few answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.schema import Field, LabelSchema, asked_fields
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import KINDS, decode_value
from goldsmith.quality.agreement import agreement_of
from goldsmith.quality.pairing import group
from goldsmith.quality.references import alike
from goldsmith.work.consensus import decode_schema

Value = Mapping[str, tuple[AnnotatedObject, ...]]
Cells = Counter[tuple[str, str]]  # true label, label given; "" for no object
ITEMS_MOST, SHAPED_ITEMS_MOST = 5000, 500  # newest settled items that the figures rest on
LIMIT = 0.5  # how far apart two shapes may be that mean the same object
NOTHING = ""


class Against(Struct, kw_only=True):
    """One person's answers in one field against what their items settled to."""

    items: int = 0
    alike: float = 0.0  # the sum of their agreements, each in [0, 1]
    cells: Cells = field(default_factory=Counter)


Compared = dict[tuple[str, str], Against]  # by person_id and field

NEWEST = """
SELECT t.task_seq, d.origin, d.value_json AS settled_json, a.person_id, a.state, a.value_json
  FROM (SELECT task_seq, annotation_id FROM task
         WHERE project_id = :project AND workspace_id = :workspace AND state = 'settled' AND annotation_id IS NOT NULL
         ORDER BY updated_us DESC, task_seq DESC LIMIT :most) t
  JOIN annotation d ON d.annotation_id = t.annotation_id JOIN annotation a ON a.task_seq = t.task_seq
 WHERE a.origin = 'answer' AND a.state IN ('submitted', 'accepted', 'fixed') ORDER BY t.task_seq, a.annotation_id
"""


def compare_with_settled(db: Connection, project: Row) -> Compared:
    """Everybody's answers to the newest settled items, by person and field; `db` is a snapshot."""
    schema = decode_schema(bytes(project["schema_json"]))
    found: Compared = {}
    for rows in _items(db, project, schema):
        if len(rows) < 2 and rows[0]["state"] == "submitted" and rows[0]["origin"] != "fix":
            continue
        settled = decode_value(bytes(rows[0]["settled_json"]))
        asked = asked_fields(schema, settled)
        for row in rows:
            _compare(found, row["person_id"], decode_value(bytes(row["value_json"])), settled, schema, asked)
    return found


def has_shapes(schema: LabelSchema) -> bool:
    """Whether a field's objects have a place, so that comparing answers is dear."""
    return any(KINDS[one.kind].bounds is not None for one in schema.fields)


def _items(db: Connection, project: Row, schema: LabelSchema) -> Iterator[list[Row]]:
    """The answers to one item after the other."""
    most = SHAPED_ITEMS_MOST if has_shapes(schema) else ITEMS_MOST
    rows: list[Row] = []
    for row in db.stream(NEWEST, {"project": project["project_id"], "workspace": project["workspace_id"],
                                  "most": most}):
        if rows and rows[0]["task_seq"] != row["task_seq"]:
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows


def _compare(found: Compared, person_id: str, given: Value, settled: Value, schema: LabelSchema,
             asked: frozenset[str] | set[str]) -> None:
    own = asked_fields(schema, given)
    truth, said = alike([settled, given], schema, KINDS, limit=LIMIT)
    for one in schema.fields:
        if one.name not in asked or one.name not in own:
            continue
        against = found.setdefault((person_id, one.name), Against())
        against.items += 1
        against.alike += agreement_of(truth, said, one, KINDS[one.kind], limit=LIMIT)
        against.cells.update(_labels(one, tuple(truth.get(one.name, ())), tuple(said.get(one.name, ()))))


def _labels(one: Field, true: Sequence[AnnotatedObject],
            given: Sequence[AnnotatedObject]) -> Iterator[tuple[str, str]]:
    """True label and label given, object by object; an object that only one side has stands against NOTHING."""
    if KINDS[one.kind].bounds is None and not one.multiple:
        yield true[0].label if true else NOTHING, given[0].label if given else NOTHING
        return
    for same in group([true, given], KINDS[one.kind], limit=LIMIT, asset=one.asset):
        yield (same[0].label if 0 in same else NOTHING), (same[1].label if 1 in same else NOTHING)


LAST_EVENT = """
SELECT max(event_seq) AS newest FROM event WHERE workspace_id = :workspace AND project_id = :project AND what = :what
"""
MOVING = ("answer.submitted", "task.settled", "task.returned", "task.excluded", "audit.checked", "audit.judged")


def standing_stamp(db: Connection, project: Row) -> tuple[object, ...]:
    """What figures about answers and settled items rest on: while it is the same, so are they."""
    args = {"workspace": project["workspace_id"], "project": project["project_id"]}
    newest = [row["newest"] if (row := db.one(LAST_EVENT, {**args, "what": what})) is not None else None
              for what in MOVING]
    skill = db.one("SELECT max(updated_us) AS newest FROM skill WHERE project_id = :project", args)
    return project["schema_version"], skill["newest"] if skill is not None else None, *newest
