"""Turns: who asks for work in a project, and who of them comes first where there is less work than people.

A project may prefer the best, by measured reliability, or those who had least work. Then whoever comes later than
others waits for them while fewer seats are open than those others could take: two minutes at most, and not again in the
ten minutes after. So nobody is kept from work by people who do not come. Who asks is written down, at most once a
minute of a process, and only in projects that prefer somebody.
"""

from __future__ import annotations

from collections import defaultdict

import msgspec
from msgspec import Struct

from goldsmith.core.ids import make_id
from goldsmith.core.schema import LabelSchema
from goldsmith.db.connection import Connection, Row
from goldsmith.work.consensus.measured import read_measured
from goldsmith.work.queue import AS_ANNOTATOR, OF_BATCH, Place, lease_next
from goldsmith.work.routing.abilities import count_judged
from goldsmith.work.routing.presence import ON_US

MINUTE_US = 60 * 1_000_000
NOTED_EVERY_US = MINUTE_US
WAIT_US = 2 * MINUTE_US  # the longest that others come first
FREE_US = 10 * MINUTE_US  # after a wait that was too long: then whoever asks is given work
FORGOTTEN_US = 60 * MINUTE_US
RIVALS_MOST = 100  # people who are looked at, those who asked last first
DAY_US = 24 * 60 * MINUTE_US
NOTED_MOST = 200_000
USUAL_RIGHT, USUAL_ANSWERS = 0.8, 8.0  # what is believed of somebody before anything was measured, and how strongly


class Rank(Struct, frozen=True, kw_only=True, order=True):
    """Where somebody stands; the smaller comes first."""

    behind: float  # by how much, in what the project prefers
    answers: int  # in the project, in all: among equals, those who had less work come first
    person_id: str


NOTE = """
INSERT INTO turn (workspace_id, project_id, person_id, seen_us, keys, limits_json, score, answers)
SELECT workspace_id, project_id, :person, :now, :keys, :limits, :score, :answers FROM project
 WHERE project_id = :project
ON CONFLICT (project_id, person_id) DO UPDATE SET seen_us = excluded.seen_us, keys = excluded.keys,
   limits_json = excluded.limits_json, score = excluded.score, answers = excluded.answers
"""
FORGET_OLD = "DELETE FROM turn WHERE project_id = :project AND seen_us < :before"
FORGET_EMPTY = """
DELETE FROM turn WHERE project_id = :project AND person_id = :person AND NOT EXISTS (
   SELECT 1 FROM seat s WHERE s.state = 'leased' AND s.person_id = :person AND s.project_id = :project
      AND s.stage = 'label')
"""


class Turns:
    """Who was written down lately by this process; losing it costs some statements each."""

    def __init__(self) -> None:
        self._noted_us: dict[tuple[str, str], int] = {}

    def lease_next(self, db: Connection, place: Place, *, besides: frozenset[str] = frozenset(),
                   may_claim: bool = True, now_us: int) -> tuple[Row | None, int | None]:
        """`queue.lease_next`, in turn: also until when the person waits for others where that is why they get nothing.

        Where the project prefers nobody it is that call and nothing else.
        """
        if not place.is_noted:
            return lease_next(db, place, besides=besides, may_claim=may_claim, now_us=now_us), None
        self.note(db, place, now_us=now_us)
        until_us = wait_until(db, place, now_us=now_us) if place.preference else None
        seat = lease_next(db, place, besides=besides, may_claim=may_claim and until_us is None, now_us=now_us)
        if seat is not None:
            return seat, None
        if until_us is None:
            self.let_go(db, place)
        return None, until_us

    def note(self, db: Connection, place: Place, *, now_us: int) -> None:
        """Write down that this person asks for work, and where they stand, unless that was done a minute ago."""
        name = place.project_id, place.person_id
        if self._noted_us.get(name, 0) + NOTED_EVERY_US > now_us:
            return
        score, answers = measure(db, place, now_us=now_us)
        db.execute(NOTE, {
            "project": place.project_id, "person": place.person_id, "now": now_us, "score": score, "answers": answers,
            "keys": bars(place.keys), "limits": msgspec.json.encode(place.limits).decode()})
        db.execute(FORGET_OLD, {"project": place.project_id, "before": now_us - FORGOTTEN_US})
        self._noted_us.pop(name, None)
        self._noted_us[name] = now_us
        if len(self._noted_us) > NOTED_MOST:
            self._noted_us.pop(next(iter(self._noted_us)))

    def let_go(self, db: Connection, place: Place) -> None:
        """Nothing was left for this person: nothing is kept for them, and nobody waits for them, until they ask again.

        Whoever holds work is still there.
        """
        if db.execute(FORGET_EMPTY, {"project": place.project_id, "person": place.person_id}):
            self._noted_us.pop((place.project_id, place.person_id), None)


def bars(keys: tuple[str, ...]) -> str:
    """Keys of the queue each between bars, to be looked for as "|key|" in SQL."""
    return "|" + "".join(f"{key}|" for key in keys) if keys else ""


def forget_project(db: Connection, project_id: str) -> None:
    """Begin anew: what the project prefers has changed."""
    db.execute("DELETE FROM turn WHERE project_id = :project", {"project": project_id})


def forget_person(db: Connection, workspace_id: str, person_id: str) -> None:
    """Nobody waits any more for somebody who left."""
    db.execute("DELETE FROM turn WHERE person_id = :person AND workspace_id = :workspace",
               {"person": person_id, "workspace": workspace_id})


PROJECT = "SELECT project_id, workspace_id, schema_json FROM project WHERE project_id = :project"
GIVEN = """
SELECT count(*) FROM annotation WHERE project_id = :project AND person_id = :person AND origin IN ('answer', 'gold')
   AND annotation_id >= :since AND state <> 'replaced'
"""


def measure(db: Connection, place: Place, *, now_us: int) -> tuple[float, int]:
    """How far in front somebody is by what the project prefers, and how many answers they gave there in all.

    best: the share of right answers, as measured in the project, else as reviewers judged them, drawn towards what is
    usual while there are few. least_work: the answers of the last 24 hours, below zero.
    """
    answers = _count(db, place, since="")
    if place.preference == "least_work":
        return -float(_count(db, place, since=make_id("ann", now_us=now_us - DAY_US, random_bits=0))), answers
    if place.preference == "best":
        return reliability(db, place), answers
    return 0.0, answers


def _count(db: Connection, place: Place, *, since: str) -> int:
    row = db.one(GIVEN, {"project": place.project_id, "person": place.person_id, "since": since})
    return int(row[0]) if row is not None else 0


def reliability(db: Connection, place: Place) -> float:
    """The share of right answers to be expected of somebody, in (0, 1)."""
    project = db.one(PROJECT, {"project": place.project_id})
    assert project is not None
    schema = msgspec.json.decode(project["schema_json"], type=LabelSchema)
    measured = read_measured(db, project, schema, [place.person_id]).get(place.person_id)
    if measured is not None:
        right, judged = measured.share * measured.answers, float(measured.answers)
    else:
        right, judged = count_judged(db, project["workspace_id"], place.person_id)
    return (right + USUAL_RIGHT * USUAL_ANSWERS) / (judged + USUAL_ANSWERS)


RIVALS = """
SELECT person_id, keys, score, answers, waits_since_us FROM turn WHERE project_id = :project AND seen_us > :since
 ORDER BY seen_us DESC LIMIT :most
"""
IS_KEPT_FOR = """
SELECT 1 FROM seat WHERE only_for = :person AND project_id = :project AND stage = 'label' AND state = 'open'
   AND only_for IS NOT NULL LIMIT 1
"""
OPEN = f"""
SELECT seat_seq, task_seq FROM seat WHERE project_id = :project AND stage = 'label' AND audit_id = '' AND state = 'open'
   AND only_for IS NULL AND queue_key = :key {{of_batch}} LIMIT {RIVALS_MOST}
"""
TAKEN_PART = """
SELECT s.seat_seq, o.person_id FROM ({open}) s
  LEFT JOIN seat o ON o.task_seq = s.task_seq AND {with_a_part} o.person_id IS NOT NULL
UNION ALL
SELECT s.seat_seq, r.person_id FROM ({open}) s JOIN refusal r ON r.task_seq = s.task_seq
"""
WAITS = """
UPDATE turn SET waits_since_us = :since WHERE project_id = :project AND person_id = :person
"""


def wait_until(db: Connection, place: Place, *, now_us: int) -> int | None:
    """Until when this person waits because others come first; None: they need not wait.

    They wait while there are as many people who come before them, and could take one of the open seats that they could
    take, as there are such seats. Begins the wait where it has not begun.
    """
    rivals = {row["person_id"]: row for row in db.all(RIVALS, {
        "project": place.project_id, "since": now_us - ON_US, "most": RIVALS_MOST})}
    me = rivals.get(place.person_id)
    before = [] if me is None else [one for one in rivals.values() if rank(one) < rank(me)]
    if me is None or not before or not _is_too_little(db, place, before):
        return None
    mine = {"project": place.project_id, "person": place.person_id}
    if db.one(IS_KEPT_FOR, mine) is not None:
        return None
    since: int = me["waits_since_us"]
    if now_us >= since + WAIT_US + FREE_US:
        since = now_us
        db.execute(WAITS, {**mine, "since": since})
    return since + WAIT_US if now_us < since + WAIT_US else None


WAITING_SINCE = "SELECT waits_since_us FROM turn WHERE project_id = :project AND person_id = :person"


def waits_now(db: Connection, project_id: str, person_id: str, *, now_us: int) -> int | None:
    """Until when somebody waits who was told so when they asked; None: they do not. Changes nothing."""
    row = db.one(WAITING_SINCE, {"project": project_id, "person": person_id})
    until = 0 if row is None else row["waits_since_us"] + WAIT_US
    return until if until > now_us else None


def rank(turn: Row) -> Rank:
    """Where somebody stands who asks for work."""
    return Rank(behind=-turn["score"], answers=turn["answers"], person_id=turn["person_id"])


def _is_too_little(db: Connection, place: Place, before: list[Row]) -> bool:
    """Whether those before could take every open seat that this person could take; False where there is none."""
    of_batch = OF_BATCH if place.batch else ""
    args = {"project": place.project_id, "batch": place.batch}
    takers: set[str] = set()
    free = 0
    for key in place.keys:
        row = db.one(f"SELECT count(*) FROM ({OPEN.format(of_batch=of_batch)}) found", {**args, "key": key})
        if row is None or row[0] > len(before):
            return False
        sql = TAKEN_PART.format(open=OPEN.format(of_batch=of_batch), with_a_part="" if place.is_apart else AS_ANNOTATOR)
        parts: dict[int, set[str]] = defaultdict(set)
        for seat in db.all(sql, {**args, "key": key}) if row[0] else ():
            parts[seat["seat_seq"]].add(seat["person_id"] or "")
        able = {one["person_id"] for one in before if f"|{key}|" in one["keys"]}
        for people in parts.values():
            if place.person_id not in people:
                free += 1
                takers |= able - people
    return 0 < free <= len(takers)
