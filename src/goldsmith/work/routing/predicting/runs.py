"""Runs: a model goes through a project's open items, piece by piece; what is kept of a piece is kept whole or not.

A run is a row: whichever process goes on with it, each piece is stored only where nobody stored one since it was read,
so that two processes, or a cancel in between, count nothing twice. Who goes on with it says so every few seconds; when
nobody did for half a minute, its process is gone, and another takes the run up. What one item lacks is listed and can
be tried again; what stops all of them stops the run, which goes on from there when somebody says so.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from goldsmith.core.errors import Conflict, GoldsmithError, NotFound
from goldsmith.core.ids import make_id
from goldsmith.core.item import ItemData
from goldsmith.core.schema import LabelSchema
from goldsmith.db.connection import Connection, Row
from goldsmith.models import Answer, Refused
from goldsmith.work.routing.predicting import registry, suggestions
from goldsmith.work.routing.predicting.asking import Checked, checked
from goldsmith.work.routing.predicting.spending import check_limit, cost_of

Sort = Literal["suggest", "answer"]
Ending = Literal["done", "failed", "paused"]
LISTED_MOST = 100  # failures that a page shows
LISTED_RUNS = 20

# What is open, and gold with it: an item without a suggestion among others that have one would tell itself apart.
OPEN = """
  FROM task t JOIN item i ON i.item_seq = t.task_seq
 WHERE t.project_id = :project AND t.task_seq > :after AND (:batch = '' OR t.batch = :batch)
   AND (t.state = 'open' OR EXISTS (SELECT 1 FROM gold g WHERE g.task_seq = t.task_seq AND g.state = 'active'))
"""
COUNT_OPEN = f"SELECT count(*) {OPEN}"
ADD = """
INSERT INTO prediction_run (run_id, workspace_id, project_id, predictor_id, person_id, sort, state, batch, total,
                            created_us, updated_us)
VALUES (:run, :workspace, :project, :predictor, :person, :sort, 'running', :batch, :total, :now, :now)
"""
RUNS_NOW = """
SELECT 1 FROM prediction_run WHERE project_id = :project AND predictor_id = :predictor AND state = 'running'
"""


def start(db: Connection, project: Row, predictor_id: str, sort: Sort, batch: str, person_id: str, *, now_us: int
          ) -> Row:
    """Begin a run; Conflict where the model is on its way through the project already, LimitMet where the project's
    models have cost what they may.
    """
    _check_limit(db, project["workspace_id"], project["project_id"], predictor_id, now_us)
    args: dict[str, object] = {"project": project["project_id"], "after": 0, "batch": batch, "predictor": predictor_id}
    if db.one(RUNS_NOW, args) is not None:
        raise Conflict("This model is on its way through the project already.", hint="Cancel that run first.")
    row = db.one(COUNT_OPEN, args)
    run_id = make_id("run", now_us=now_us, random_bits=secrets.randbits(80))
    db.execute(ADD, {**args, "run": run_id, "workspace": project["workspace_id"], "person": person_id, "sort": sort,
                     "total": row[0] if row else 0, "now": now_us})
    return find_run(db, project, run_id)


def _check_limit(db: Connection, workspace_id: str, project_id: str, predictor_id: str, now_us: int) -> None:
    predictor = registry.find_predictor(db, workspace_id, predictor_id)
    check_limit(db, project_id, predictor, now_us=now_us)


FIND = "SELECT * FROM prediction_run WHERE run_id = :run AND project_id = :project AND workspace_id = :workspace"
LIST = """
SELECT * FROM prediction_run WHERE workspace_id = :workspace AND project_id = :project ORDER BY run_id DESC LIMIT :most
"""
RUNNING = "SELECT * FROM prediction_run WHERE project_id = :project AND state = 'running' ORDER BY run_id"


def find_run(db: Connection, project: Row, run_id: str) -> Row:
    """A run of the project, or NotFound."""
    row = db.one(FIND, {"run": run_id, "project": project["project_id"], "workspace": project["workspace_id"]})
    if row is None:
        raise NotFound("The project has no such run.", where="run_id")
    return row


def list_runs(db: Connection, project: Row) -> list[Row]:
    """The newest runs of the project."""
    return db.all(LIST, {"workspace": project["workspace_id"], "project": project["project_id"], "most": LISTED_RUNS})


def running(db: Connection, project_id: str) -> list[Row]:
    """The runs of a project that are to go on."""
    return db.all(RUNNING, {"project": project_id})


class Piece(Struct, frozen=True, kw_only=True):
    """Some items of a run, as they were read."""

    tasks: tuple[int, ...]
    item_ids: tuple[str, ...]
    items: tuple[ItemData, ...]
    is_again: bool = False  # items that had no prediction at first


NEXT = f"SELECT t.task_seq, i.item_id, i.item_json {OPEN} ORDER BY t.task_seq LIMIT :most"
AGAIN = """
SELECT f.task_seq, i.item_id, i.item_json FROM prediction_failure f JOIN item i ON i.item_seq = f.task_seq
 WHERE f.run_id = :run AND f.reason = '' ORDER BY f.task_seq LIMIT :most
"""


def next_piece(db: Connection, run: Row, *, most: int) -> Piece | None:
    """What comes next of a run; None: nothing is left."""
    rows = db.all(NEXT, {"project": run["project_id"], "after": run["upto_seq"], "batch": run["batch"], "most": most})
    is_again = not rows
    if is_again:
        rows = db.all(AGAIN, {"run": run["run_id"], "most": most})
    if not rows:
        return None
    return Piece(tasks=tuple(row["task_seq"] for row in rows), item_ids=tuple(row["item_id"] for row in rows),
                 items=tuple(msgspec.json.decode(row["item_json"], type=ItemData) for row in rows), is_again=is_again)


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of a piece."""

    good: dict[int, Checked]
    bad: dict[int, str]  # reasons
    tokens_in: int
    tokens_out: int


def look_at(piece: Piece, answers: Sequence[Answer], schema: LabelSchema, person_id: str) -> Outcome:
    """Each answer of a model, checked against the schema and its item."""
    good: dict[int, Checked] = {}
    bad: dict[int, str] = {}
    for task, item, answer in zip(piece.tasks, piece.items, answers, strict=True):
        if isinstance(answer, Refused):
            bad[task] = answer.reason or "The model gave no reason."
            continue
        try:
            good[task] = checked(answer, schema, item, prefix=f"sg{person_id[-6:]}-")
        except GoldsmithError as error:
            bad[task] = error.message
    return Outcome(good=good, bad=bad, tokens_in=sum(one.tokens_in for one in answers),
                   tokens_out=sum(one.tokens_out for one in answers))


GO_ON = """
UPDATE prediction_run SET upto_seq = CASE WHEN :upto > upto_seq THEN :upto ELSE upto_seq END, done = done + :good,
       failed = failed + :bad, tokens_in = tokens_in + :tokens_in, tokens_out = tokens_out + :tokens_out,
       cost_minor = cost_minor + :cost, currency = :currency, error = '', updated_us = :now
 WHERE run_id = :run AND state = 'running' AND updated_us = :before RETURNING *
"""
FAIL = """
INSERT INTO prediction_failure (workspace_id, run_id, task_seq, reason, created_us)
VALUES (:workspace, :run, :task, :reason, :now)
ON CONFLICT (run_id, task_seq) DO UPDATE SET reason = excluded.reason, tries = prediction_failure.tries + 1,
       created_us = excluded.created_us
"""
MENDED = "DELETE FROM prediction_failure WHERE run_id = :run AND task_seq = :task"


def keep_piece(db: Connection, project: Row, predictor: Row, run: Row, piece: Piece, outcome: Outcome, *, now_us: int
               ) -> Row | None:
    """Store a piece; gives the run as it is then, or None where it was cancelled, or another process went on with it.
    """
    now_us = max(now_us, run["updated_us"] + 1)
    going = note_progress(db, predictor, run, upto=max(piece.tasks), good=len(outcome.good),
                          bad=0 if piece.is_again else len(outcome.bad), tokens=(outcome.tokens_in, outcome.tokens_out),
                          now_us=now_us)
    if going is None:
        return None
    if piece.is_again and outcome.good:
        db.execute("UPDATE prediction_run SET failed = failed - :good WHERE run_id = :run",
                   {"good": len(outcome.good), "run": run["run_id"]})
        db.many(MENDED, [{"run": run["run_id"], "task": task} for task in outcome.good])
    note_failures(db, run, outcome.bad, now_us=now_us)
    suggestions.keep(db, project, predictor["person_id"], run["run_id"], outcome.good, now_us=now_us)
    return going


def note_progress(db: Connection, predictor: Row, run: Row, *, upto: int, good: int, bad: int, tokens: tuple[int, int],
                  now_us: int) -> Row | None:
    """Count what was done since `run` was read; None where somebody else did."""
    cost, currency = cost_of(predictor, *tokens)
    return db.one(GO_ON, {"run": run["run_id"], "before": run["updated_us"], "now": max(now_us, run["updated_us"] + 1),
                          "upto": upto, "good": good, "bad": bad, "tokens_in": tokens[0], "tokens_out": tokens[1],
                          "cost": cost, "currency": currency})


def note_failures(db: Connection, run: Row, bad: dict[int, str], *, now_us: int) -> None:
    """List items without a prediction."""
    db.many(FAIL, [{"workspace": run["workspace_id"], "run": run["run_id"], "task": task, "reason": reason[:500],
                    "now": now_us} for task, reason in bad.items()])


NEWEST = "SELECT * FROM prediction_run WHERE run_id = :run"


def newest(db: Connection, run: Row) -> Row | None:
    """The run as it is now."""
    return db.one(NEWEST, {"run": run["run_id"]})


STALLED_US = 30_000_000  # of a run on which nobody went on for so long the process is gone
BEAT = """
UPDATE prediction_run SET updated_us = :now WHERE run_id = :run AND state = 'running' AND updated_us = :before
RETURNING *
"""


def beat(db: Connection, run: Row, *, now_us: int) -> Row | None:
    """Say that somebody goes on with the run; None where it was cancelled, or another process took it up."""
    return db.one(BEAT, {"run": run["run_id"], "before": run["updated_us"], "now": max(now_us, run["updated_us"] + 1)})


STALLED = "SELECT * FROM prediction_run WHERE state = 'running' AND updated_us < :since ORDER BY run_id"
# An answer is stored before it is counted: those since the last count were given by the process that is gone.
TAKE_UP = """
UPDATE prediction_run SET updated_us = :now, error = :taken_up,
       failed = (SELECT count(*) FROM prediction_failure f WHERE f.run_id = prediction_run.run_id),
       done = done + CASE WHEN sort = 'answer' THEN (
           SELECT count(*) FROM annotation a JOIN predictor r ON r.person_id = a.person_id
            WHERE r.predictor_id = prediction_run.predictor_id AND a.project_id = prediction_run.project_id
              AND a.origin IN ('answer', 'gold') AND a.created_us > prediction_run.updated_us) ELSE 0 END
 WHERE run_id = :run AND state = 'running' AND updated_us = :before RETURNING *
"""
TAKEN_UP = "Its process ended; another goes on from there."
ENDED_TWICE = "The process ended twice at the same items: see the server's log, then go on with the run."


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
    return db.one(TAKE_UP, {"run": run["run_id"], "before": run["updated_us"], "taken_up": TAKEN_UP, "now": now_us})


END = """
UPDATE prediction_run SET state = :state, error = :error, updated_us = :now
 WHERE run_id = :run AND state = 'running' AND updated_us = :before
"""


def end(db: Connection, run: Row, state: Ending, error: str = "", *, now_us: int) -> None:
    """A run is through, cannot go on, or waits until somebody goes on with it."""
    db.execute(END, {"run": run["run_id"], "before": run["updated_us"], "state": state, "error": error[:500],
                     "now": max(now_us, run["updated_us"] + 1)})


CANCEL = "UPDATE prediction_run SET state = 'cancelled', updated_us = :now WHERE run_id = :run AND state = 'running'"
GO_ON_AGAIN = """
UPDATE prediction_run SET state = 'running', error = '', updated_us = :now WHERE run_id = :run
"""
TRY_AGAIN = "UPDATE prediction_failure SET reason = '' WHERE run_id = :run"


def cancel(db: Connection, run: Row, *, now_us: int) -> None:
    """Stop a run; what it has predicted stays. Conflict where it does not run."""
    if not db.execute(CANCEL, {"run": run["run_id"], "now": max(now_us, run["updated_us"] + 1)}):
        raise Conflict("This run is over.", where="run_id")


def resume(db: Connection, run: Row, *, now_us: int) -> None:
    """Go on from where a run stopped, and try again what had no prediction; LimitMet as for one that begins."""
    _check_limit(db, run["workspace_id"], run["project_id"], run["predictor_id"], now_us)
    args = {"run": run["run_id"], "project": run["project_id"], "predictor": run["predictor_id"],
            "now": max(now_us, run["updated_us"] + 1)}
    if run["state"] != "running" and db.one(RUNS_NOW, args) is not None:
        raise Conflict("This model is on its way through the project already.", hint="Cancel that run first.")
    if run["state"] != "running":
        db.execute(GO_ON_AGAIN, args)
        db.execute(TRY_AGAIN, args)


FAILURES = """
SELECT f.task_seq, f.reason, f.tries, i.item_id, i.name FROM prediction_failure f
  JOIN item i ON i.item_seq = f.task_seq WHERE f.run_id = :run ORDER BY f.task_seq LIMIT :most
"""


def list_failures(db: Connection, run: Row) -> list[Row]:
    """Items without a prediction, with the reason."""
    return db.all(FAILURES, {"run": run["run_id"], "most": LISTED_MOST})
