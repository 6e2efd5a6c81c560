"""Known truth: the tasks of a project whose answer somebody has seen to.

What a reviewer accepted or put right is known, and gold; so is what an audit found, of items drawn at random.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from goldsmith.db.connection import Connection
from goldsmith.kinds import decode_value
from goldsmith.work.consensus.ballots import Value

REVIEWED = """
SELECT t.task_seq, a.value_json, 0 AS is_drawn FROM task t JOIN annotation a ON a.annotation_id = t.annotation_id
 WHERE t.project_id = :project AND t.workspace_id = :workspace AND t.state = 'settled'
   AND (a.origin = 'fix' OR EXISTS (SELECT 1 FROM annotation g WHERE g.task_seq = t.task_seq AND g.origin = 'answer'
                                       AND g.state IN ('accepted', 'fixed')))
"""
AUDITED = """
SELECT t.task_seq, coalesce(o.value_json, d.value_json) AS value_json, 1 AS is_drawn FROM audit w
  JOIN audited_item t ON t.audit_id = w.audit_id
  JOIN annotation d ON d.annotation_id = t.dataset_annotation_id
  LEFT JOIN annotation o ON o.annotation_id = t.own_annotation_id AND t.wrong_objects > 0
 WHERE w.project_id = :project AND w.workspace_id = :workspace AND t.checked_us IS NOT NULL
"""
GOLD = """
SELECT t.task_seq, t.known_json AS value_json, 0 AS is_drawn FROM gold t
 WHERE t.project_id = :project AND t.workspace_id = :workspace AND t.state = 'active'
"""


class Known(Struct, frozen=True, kw_only=True):
    """What a task is known to be, and whether it was drawn at random to be looked at."""

    value: Value
    is_drawn: bool = False


NOT_KNOWN = Known(value={})


def find_known(db: Connection, args: Mapping[str, object], *, tasks: Sequence[int] | None = None) -> dict[int, Known]:
    """The tasks of a project whose truth somebody has seen to; what an audit says comes first.

    tasks: only of these (None: of all).
    """
    some = "" if tasks is None else f" AND t.task_seq IN ({', '.join(str(int(one)) for one in tasks)})"
    return {row["task_seq"]: Known(value=decode_value(bytes(row["value_json"])), is_drawn=bool(row["is_drawn"]))
            for statement in (REVIEWED, GOLD, AUDITED) for row in db.stream(statement + some, args)}
