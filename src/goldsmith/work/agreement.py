"""Agreement of a project: of the newest tasks that several people answered, so that its cost has a bound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.schema import Field, LabelSchema
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import KINDS, decode_value
from goldsmith.quality.agreement import field_alpha
from goldsmith.quality.certificate import FieldAgreement

Value = Mapping[str, tuple[AnnotatedObject, ...]]
TASKS_MOST = 5000
SEED = 1  # of the bootstrap: the same answers give the same interval

ANY = "SELECT 1 FROM task WHERE project_id = :project AND agreement IS NOT NULL LIMIT 1"
SEVERAL = """
SELECT a.task_seq, a.person_id, a.value_json FROM annotation a JOIN (
   SELECT task_seq FROM task WHERE project_id = :project AND workspace_id = :workspace AND agreement IS NOT NULL
    ORDER BY updated_us DESC, task_seq DESC LIMIT :most) t ON t.task_seq = a.task_seq
 WHERE a.origin = 'answer' AND a.state IN ('submitted', 'accepted', 'fixed') ORDER BY a.task_seq, a.annotation_id
"""


def several_answers(db: Connection, project: Row, *, most: int = TASKS_MOST) -> list[dict[str, Value]]:
    """The answers by person_id of the newest tasks that at least two people answered; `db` is a snapshot."""
    args = {"project": project["project_id"], "workspace": project["workspace_id"], "most": most}
    if db.one(ANY, args) is None:
        return []  # the newest are found in the order of time, which would be all there are
    tasks: dict[int, dict[str, Value]] = {}
    for row in db.stream(SEVERAL, args):
        tasks.setdefault(row["task_seq"], {})[row["person_id"]] = decode_value(bytes(row["value_json"]))
    return [task for task in tasks.values() if len(task) > 1]


def field_agreement(schema: LabelSchema, tasks: Sequence[Mapping[str, Value]]) -> list[FieldAgreement]:
    """Krippendorff's alpha of each field, with its interval; the same answers give the same figures."""
    items = [list(task.values()) for task in tasks]
    return [FieldAgreement(
        field=field.name, measure=measure_of(field),
        alpha=field_alpha(items, field, KINDS[field.kind], np.random.default_rng(SEED))) for field in schema.fields]


def measure_of(field: Field) -> str:
    """What the alpha of a field rests on."""
    if KINDS[field.kind].bounds is not None:
        return "overlap (IoU)"
    return "labels in common (Jaccard)" if field.multiple else "label"
