"""Runs: a project's items become rows of numbers, piece by piece; a piece is kept whole or not at all.

There is one run a project. Whichever process goes on with it, each piece is stored only where nobody stored one since
it was read; who goes on with it says so every few seconds, and when nobody did for half a minute another takes it up.
Items that come in later are seen to by the same run, which then goes on from where it ended.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from goldsmith.core.item import ItemData
from goldsmith.db.connection import Connection, Row
from goldsmith.models.embedding import Embedded
from goldsmith.work.data.similar import blocks

PIXELS_MOST = 64_000_000  # of a piece's pictures, where it has more than one
AT_ONCE = 128

FIND = "SELECT * FROM embedding_run WHERE project_id = :project AND workspace_id = :workspace"
COUNT = "SELECT count(*) FROM task WHERE project_id = :project"
START = """
INSERT INTO embedding_run (project_id, workspace_id, predictor_id, person_id, state, total, created_us, updated_us)
VALUES (:project, :workspace, :predictor, :person, 'running', :total, :now, :now)
ON CONFLICT (project_id) DO UPDATE SET predictor_id = excluded.predictor_id, person_id = excluded.person_id,
       state = 'running', total = excluded.total, done = 0, lacking = 0, upto_seq = 0, error = '',
       created_us = excluded.created_us,
       updated_us = CASE WHEN embedding_run.updated_us < excluded.updated_us THEN excluded.updated_us
                         ELSE embedding_run.updated_us + 1 END
"""
GO_ON = """
UPDATE embedding_run SET state = 'running', total = :total, error = '',
       updated_us = CASE WHEN updated_us < :now THEN :now ELSE updated_us + 1 END
 WHERE project_id = :project AND state <> 'running'
"""


def find_run(db: Connection, project: Row) -> Row | None:
    """The run of a project; None where nobody has asked yet."""
    return db.one(FIND, {"project": project["project_id"], "workspace": project["workspace_id"]})


def start(db: Connection, project: Row, predictor_id: str, person_id: str, *, now_us: int) -> None:
    """Begin, or go on where the run stopped; by another model everything is made anew."""
    run, row = find_run(db, project), db.one(COUNT, {"project": project["project_id"]})
    args: dict[str, object] = {"project": project["project_id"], "total": row[0] if row else 0, "now": now_us}
    if run is not None and run["predictor_id"] == predictor_id:
        db.execute(GO_ON, args)
        return
    blocks.drop(db, project["project_id"])
    db.execute(START, {**args, "workspace": project["workspace_id"], "predictor": predictor_id, "person": person_id})


BEHIND = "SELECT 1 FROM task WHERE project_id = :project AND task_seq > :upto LIMIT 1"


def is_behind(db: Connection, run: Row) -> bool:
    """Whether there are items that the run has not come to, and it is not on its way."""
    return run["state"] == "done" and db.one(
        BEHIND, {"project": run["project_id"], "upto": run["upto_seq"]}) is not None


class Piece(Struct, frozen=True, kw_only=True):
    """Some items, as they were read."""

    seqs: tuple[int, ...]
    items: tuple[ItemData, ...]


NEXT = """
SELECT i.item_seq, i.item_json FROM task t JOIN item i ON i.item_seq = t.task_seq
 WHERE t.project_id = :project AND t.task_seq > :upto ORDER BY t.task_seq LIMIT :most
"""


def next_piece(db: Connection, run: Row) -> Piece | None:
    """What comes next, fewer items where their pictures are large; None: nothing is left."""
    seqs: list[int] = []
    items: list[ItemData] = []
    pixels = 0
    for row in db.all(NEXT, {"project": run["project_id"], "upto": run["upto_seq"], "most": AT_ONCE}):
        item = msgspec.json.decode(row["item_json"], type=ItemData)
        pixels += sum(facts.width_px * facts.height_px for facts in item.assets.values())
        if items and pixels > PIXELS_MOST:
            break
        seqs.append(row["item_seq"])
        items.append(item)
    return Piece(seqs=tuple(seqs), items=tuple(items)) if items else None


KEPT = """
UPDATE embedding_run SET upto_seq = :upto, done = done + :done, lacking = lacking + :lacking, error = '',
       total = CASE WHEN total < done + lacking + :done + :lacking THEN done + lacking + :done + :lacking
                    ELSE total END, updated_us = :now
 WHERE project_id = :project AND state = 'running' AND updated_us = :before RETURNING *
"""


def keep_piece(db: Connection, run: Row, piece: Piece, found: Sequence[Embedded | None], *, now_us: int) -> Row | None:
    """Store a piece; gives the run as it is then, or None where it was cancelled or is another process's."""
    kept = [(seq, one) for seq, one in zip(piece.seqs, found, strict=True) if one is not None]
    going = db.one(KEPT, {**_grip(run, now_us), "upto": max(piece.seqs), "done": len(kept),
                          "lacking": len(found) - len(kept)})
    if going is not None:
        blocks.append(db, run, kept)
    return going


def _grip(run: Row, now_us: int) -> dict[str, object]:
    """What finds the run as it was read, and marks it as written since."""
    return {"project": run["project_id"], "before": run["updated_us"], "now": max(now_us, run["updated_us"] + 1)}


BEAT = """
UPDATE embedding_run SET updated_us = :now WHERE project_id = :project AND state = 'running' AND updated_us = :before
RETURNING *
"""
END = """
UPDATE embedding_run SET state = :state, error = :error, updated_us = :now
 WHERE project_id = :project AND state = 'running' AND updated_us = :before
"""
CANCEL = """
UPDATE embedding_run SET state = 'cancelled', updated_us = :now WHERE project_id = :project AND state = 'running'
"""
NEWEST = "SELECT * FROM embedding_run WHERE project_id = :project"


def newest(db: Connection, run: Row) -> Row | None:
    """The run as it is now."""
    return newest_of(db, run["project_id"])


def newest_of(db: Connection, project_id: str) -> Row | None:
    """The run of a project that is known to be the caller's."""
    return db.one(NEWEST, {"project": project_id})


def beat(db: Connection, run: Row, *, now_us: int) -> Row | None:
    """Say that somebody goes on with the run; None where it was cancelled, or another process took it up."""
    return db.one(BEAT, _grip(run, now_us))


def end(db: Connection, run: Row, state: str, error: str = "", *, now_us: int) -> None:
    """The run is `done`, or `failed` where it cannot go on."""
    db.execute(END, {**_grip(run, now_us), "state": state, "error": error[:500]})


def cancel(db: Connection, run: Row, *, now_us: int) -> bool:
    """Stop a run; what it has made stays. False where it does not run."""
    return db.execute(CANCEL, {"project": run["project_id"], "now": max(now_us, run["updated_us"] + 1)}) > 0


STALLED_US = 30_000_000  # of a run on which nobody went on for so long the process is gone
STALLED = "SELECT * FROM embedding_run WHERE state = 'running' AND updated_us < :since ORDER BY project_id"
TAKE_UP = """
UPDATE embedding_run SET updated_us = :now, error = :taken_up
 WHERE project_id = :project AND state = 'running' AND updated_us = :before RETURNING *
"""
TAKEN_UP = "Its process ended; another goes on from there."
ENDED_TWICE = "The process ended twice at the same items: see the server's log, then go on."


def list_stalled(db: Connection, *, now_us: int) -> list[Row]:
    """Runs of all workspaces that nobody goes on with."""
    return db.all(STALLED, {"since": now_us - STALLED_US})


def take_up(db: Connection, run: Row, *, now_us: int) -> Row | None:
    """Make a stalled run the caller's; None where another process was first.

    A run that was taken up already and came no further since ends as failed: what it does may be what ends processes.
    """
    if run["error"] == TAKEN_UP:
        end(db, run, "failed", ENDED_TWICE, now_us=now_us)
        return None
    return db.one(TAKE_UP, {**_grip(run, now_us), "taken_up": TAKEN_UP})
