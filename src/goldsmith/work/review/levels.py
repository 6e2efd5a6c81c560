"""Levels: how many tasks wait at each review level of a project, and since when."""

from __future__ import annotations

from goldsmith.core.task.workflow import ADJUDICATION
from goldsmith.db.connection import Connection

# One entry of an index is read for each task that waits, and no row.
AT_LEVELS = """
SELECT state, level, count(*) AS number, min(updated_us) AS oldest FROM task
 WHERE project_id = :project AND state IN ('in_review', 'undecided') GROUP BY state, level
"""
ANY_UNDECIDED = f"""
SELECT 1 FROM task WHERE project_id = :project AND state = 'undecided' AND state IN ('in_review', 'undecided')
   AND level = {ADJUDICATION} LIMIT 1
"""
Place = tuple[str, int]  # a state and a level


def read_levels(db: Connection, project_id: str) -> dict[Place, tuple[int, int]]:
    """By state and level: how many tasks, and when the one that waits longest came there."""
    return {(row["state"], row["level"]): (row["number"], row["oldest"])
            for row in db.all(AT_LEVELS, {"project": project_id})}


def count_at_levels(db: Connection, project_id: str) -> dict[int, int]:
    """How many tasks are at each level, whether their answers agree or not."""
    found: dict[int, int] = {}
    for (_, level), (number, _) in read_levels(db, project_id).items():
        found[level] = found.get(level, 0) + number
    return found


def is_any_undecided(db: Connection, project_id: str) -> bool:
    """Whether a task is at adjudication."""
    return db.one(ANY_UNDECIDED, {"project": project_id}) is not None
