"""Judging: each answer to gold held against the known one, and gold that good annotators contest suspended at once.

Done after the answer was taken, so that handing in gold takes no longer than handing in anything. What is unjudged is
found by its rows, whichever process comes to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from goldsmith.core.events import Event
from goldsmith.core.item import ItemData
from goldsmith.core.schema import LabelSchema
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import KINDS, decode_value, value_problems
from goldsmith.quality.gold import Contest, GoldVote, Tally, pool_share, weigh_gold
from goldsmith.work.consensus.gold import given

JUDGED_MOST = 200  # in one go
DISPUTED_MOST = 50  # gold that one person contests, looked at anew when more is known of them

WAITS = """
SELECT 1 FROM gold_answer a JOIN gold g ON g.task_seq = a.task_seq JOIN project p ON p.project_id = a.project_id
 WHERE a.project_id = :project AND a.is_right IS NULL AND g.schema_version = p.schema_version
UNION ALL
SELECT 1 FROM gold g JOIN project p ON p.project_id = g.project_id
 WHERE g.project_id = :project AND g.state = 'active' AND g.schema_version < p.schema_version LIMIT 1
"""
UNJUDGED = """
SELECT a.task_seq, a.person_id, a.annotation_id, g.revision, g.known_json, n.value_json
  FROM gold_answer a JOIN gold g ON g.task_seq = a.task_seq JOIN annotation n ON n.annotation_id = a.annotation_id
 WHERE a.project_id = :project AND a.is_right IS NULL AND g.schema_version = :version ORDER BY a.answered_us LIMIT :most
"""
PROJECT = "SELECT schema_json, schema_version, gold_tolerance FROM project WHERE project_id = :project"
OLDER = """
SELECT g.task_seq, g.known_json, i.item_json FROM gold g JOIN item i ON i.item_seq = g.task_seq
 WHERE g.project_id = :project AND g.state = 'active' AND g.schema_version < :version ORDER BY g.task_seq LIMIT :most
"""


class Verdict(Struct, frozen=True, kw_only=True):
    """An answer to gold, judged against this revision of what is known."""

    task_seq: int
    person_id: str
    annotation_id: str
    revision: int
    distance: float
    is_right: bool


class Judged(Struct, frozen=True, kw_only=True):
    """What one go has found: verdicts, and which gold fits the schema that is in force, or no longer does."""

    verdicts: tuple[Verdict, ...] = ()
    fits: tuple[int, ...] = ()
    unfit: tuple[int, ...] = ()
    schema_version: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.verdicts or self.fits or self.unfit)


def is_waited_for(db: Connection, project_id: str) -> bool:
    """Whether an answer is to be judged, or gold to be held against a new schema."""
    return db.one(WAITS, {"project": project_id}) is not None


def judge_some(db: Connection, project_id: str) -> Judged:
    """Judge what waits, at most JUDGED_MOST; changes nothing. `db` is a snapshot, and this belongs in a thread."""
    project = db.one(PROJECT, {"project": project_id})
    if project is None:
        return Judged()
    schema = msgspec.json.decode(project["schema_json"], type=LabelSchema)
    args = {"project": project_id, "version": project["schema_version"], "most": JUDGED_MOST}
    older = db.all(OLDER, args)
    fit = {row["task_seq"]: not value_problems(
        decode_value(bytes(row["known_json"])), schema, msgspec.json.decode(row["item_json"], type=ItemData))
        for row in older}
    rows = db.all(UNJUDGED, args)
    return Judged(
        verdicts=tuple(_judge(row, schema, project["gold_tolerance"]) for row in rows),
        fits=tuple(task for task, is_fit in fit.items() if is_fit),
        unfit=tuple(task for task, is_fit in fit.items() if not is_fit), schema_version=project["schema_version"])


def _judge(row: Row, schema: LabelSchema, tolerance: float) -> Verdict:
    from goldsmith.quality.exam import judge  # loads NumPy

    found = judge(decode_value(bytes(row["known_json"])), decode_value(bytes(row["value_json"])), schema, KINDS,
                  tolerance=tolerance)
    return Verdict(task_seq=row["task_seq"], person_id=row["person_id"], annotation_id=row["annotation_id"],
                   revision=row["revision"], distance=found.distance, is_right=found.is_right)


# Not where the answer, or what is known, has become another meanwhile: that is judged in the next go.
SET_VERDICT = """
UPDATE gold_answer SET distance = :distance, is_right = :right
 WHERE task_seq = :task AND person_id = :person AND annotation_id = :annotation
   AND EXISTS (SELECT 1 FROM gold g WHERE g.task_seq = :task AND g.revision = :revision)
"""
FITS = "UPDATE gold SET schema_version = :version WHERE task_seq = :task AND schema_version < :version"
SUSPEND = """
UPDATE gold SET state = 'suspended', reason = :reason, wrong_probability = :wrong, suspended_us = :now
 WHERE task_seq = :task AND state = 'active' RETURNING workspace_id, project_id, task_seq
"""
DISPUTED = """
SELECT a.task_seq FROM gold_answer a JOIN gold g ON g.task_seq = a.task_seq
 WHERE a.project_id = :project AND a.person_id = :person AND a.is_right = 0 AND g.state = 'active'
 ORDER BY a.answered_us DESC LIMIT :most
"""


def keep_judged(db: Connection, project_id: str, judged: Judged, *, now_us: int) -> list[Event]:
    """Write what was found, and suspend what is contested or no longer fits; gives what happened."""
    events: list[Event] = []
    for task_seq in judged.fits:
        db.execute(FITS, {"task": task_seq, "version": judged.schema_version})
    for task_seq in judged.unfit:
        events += _suspend(db, task_seq, "schema", None, now_us)
    to_weigh: dict[int, None] = {}
    for one in sorted(judged.verdicts, key=lambda one: (one.task_seq, one.person_id)):
        db.execute(SET_VERDICT, {"distance": one.distance, "right": int(one.is_right), "task": one.task_seq,
                                 "person": one.person_id, "annotation": one.annotation_id, "revision": one.revision})
        given.decide_anew(db, one.task_seq)
        disputed = db.all(DISPUTED, {"project": project_id, "person": one.person_id, "most": DISPUTED_MOST})
        to_weigh |= dict.fromkeys([one.task_seq, *(row[0] for row in disputed)])
    for task_seq in to_weigh:
        contest = weigh_task(db, project_id, task_seq)
        if contest.is_contested:
            events += _suspend(db, task_seq, "contested", contest.wrong_probability, now_us)
    return events


def _suspend(db: Connection, task_seq: int, reason: str, wrong: float | None, now_us: int) -> list[Event]:
    row = db.one(SUSPEND, {"task": task_seq, "reason": reason, "wrong": wrong, "now": now_us})
    if row is None:
        return []
    given.decide_anew(db, task_seq)
    return [Event(what="gold.suspended", about=str(task_seq), workspace_id=row["workspace_id"],
                  project_id=row["project_id"], task_seq=task_seq, now_us=now_us, details={"reason": reason})]


# Answers since a manager last looked at the gold; with no name: of all gold that is trusted.
VOTES = """
SELECT a.person_id, a.is_right FROM gold_answer a JOIN gold g ON g.task_seq = a.task_seq
 WHERE a.task_seq = :task AND a.is_right IS NOT NULL AND a.answered_us > g.decided_us
"""
TALLIES = """
SELECT a.person_id, count(*) AS answered, sum(a.is_right) AS were_right
  FROM gold_answer a JOIN gold g ON g.task_seq = a.task_seq
 WHERE a.project_id = :project AND g.state = 'active' AND a.is_right IS NOT NULL AND a.task_seq <> :besides
   AND a.person_id IN (SELECT o.person_id FROM gold_answer o WHERE o.task_seq = :task)
 GROUP BY a.person_id
"""


def tallies_besides(db: Connection, project_id: str, task_seq: int) -> dict[str, Tally]:
    """Of everybody who answered this gold: their record on all other gold that is trusted."""
    rows = db.all(TALLIES, {"project": project_id, "task": task_seq, "besides": task_seq})
    return {row["person_id"]: Tally(right=int(row["were_right"]), answered=row["answered"]) for row in rows}


def weigh_task(db: Connection, project_id: str, task_seq: int) -> Contest:
    """What the answers to this gold say of it."""
    return weigh_votes(db.all(VOTES, {"task": task_seq}), tallies_besides(db, project_id, task_seq))


def weigh_votes(votes: Sequence[Row], tallies: Mapping[str, Tally]) -> Contest:
    """What these answers say of the gold, by what their authors did elsewhere."""
    pool = pool_share(list(tallies.values()))
    return weigh_gold([GoldVote(is_right=bool(row["is_right"]), elsewhere=tallies.get(row["person_id"], Tally()))
                       for row in votes], pool)
