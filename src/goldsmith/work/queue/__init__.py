"""The queue: who may work on which seat, and until when.

A seat is one stage (label, review, audit) of one task that one person can lease; with overlap n a task has n label
seats. One statement finds and takes a seat, so two people never hold the same one. A lease carries a fence, a number
that grows each time the seat is given out: whoever comes back with an old fence finds the work gone, and loses
nothing. Seats stand in the order of their `position`; one that opens again goes to the end. So what a person has
passed stays passed, and a cursor per person, key and priority replaces a search through all of their answers.

What a task asks of people is a key of the queue (`routing.rules`), and a person comes with the keys that they have
(`routing.standing`): no lease ever steps over a seat that its person may not have.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NoReturn

from msgspec import Struct

from goldsmith.core.errors import LeaseLost, NotFound
from goldsmith.core.ids import make_id
from goldsmith.core.task import STAGES, Preference, Stage
from goldsmith.core.task.workflow import ADJUDICATION
from goldsmith.db.connection import Connection, Row, next_numbers
from goldsmith.work.routing import draining, gold, quotas
from goldsmith.work.routing.presence import kept
from goldsmith.work.routing.standing import EVERYBODY, refuse_limit

LEASE_US = 15 * 60 * 1_000_000
TOP = 2**31  # above every priority
HELD_MOST = 48  # leases of one person in one stage of one project: a whole grid, or one task and those fetched ahead


class Place(Struct, frozen=True, kw_only=True):
    """The part of the queue that a person works in."""

    project_id: str
    person_id: str
    stage: Stage = "label"
    audit_id: str = ""
    batch: str = ""  # only tasks of this batch; empty: of any and of none
    is_shared: bool = True  # False where a task asks for one answer, so that little of what a person passed stays open
    keys: tuple[str, ...] = EVERYBODY  # of the requirements that the person meets
    limits: tuple[quotas.Limit, ...] = ()  # that a new lease counts in
    gold_share: float = 0.0  # of the leases, in which a task whose answer is known stands in for the next one
    is_apart: bool = False  # whether a part in any other stage of a task keeps the person from it, not only a label's
    is_adjudication: bool = False  # of stage review: what is undecided, apart from the review levels
    is_draining: bool = False  # only tasks that somebody has answered
    preference: Preference = ""  # who comes first where work is scarce
    is_noted: bool = False  # whether it is written down who asks for work, since answers are kept for some of them

    def args(self, **more: object) -> dict[str, object]:
        """As parameters of the statements below."""
        return {"project": self.project_id, "person": self.person_id, "stage": self.stage, "audit": self.audit_id,
                "batch": self.batch, **more}


# A stage is written into a statement, never bound: SQLite would plan the statement again for each value, because
# partial indexes speak of stages. What is mine already: leases I hold, then seats that a reviewer gave back to me.
MINE = """
SELECT * FROM seat WHERE person_id = :person AND project_id = :project AND stage = '{stage}' AND audit_id = :audit
   AND state = 'leased' AND leased_until_us > :now {of_batch} {of_level}
UNION ALL
SELECT * FROM seat WHERE only_for = :person AND project_id = :project AND stage = '{stage}' AND audit_id = :audit
   AND state = 'open' AND only_for IS NOT NULL {of_batch} {of_level}
"""
TAKE_RESERVED = """
UPDATE seat SET state = 'leased', person_id = :person, lease_id = :lease, fence = fence + 1, leased_until_us = :until
 WHERE state = 'open' AND seat_seq = (
   SELECT seat_seq FROM seat
    WHERE only_for = :person AND project_id = :project AND stage = '{stage}' AND audit_id = :audit
      AND state = 'open' AND only_for IS NOT NULL AND kept_until_us = 0 {of_batch}
    ORDER BY position LIMIT 1 {skip_locked})
RETURNING *
"""
# The label stage asks for a task that the person has not answered, an audit for one they have not labelled, a review
# for one that they neither labelled nor judged at another level.
NEXT = """
   SELECT {columns} FROM seat s
    WHERE s.project_id = :project AND s.stage = '{stage}' AND s.audit_id = :audit AND s.state = 'open'
      AND s.only_for IS NULL AND s.queue_key = :key {of_batch} AND s.priority = ({most_urgent})
      AND s.position > coalesce((SELECT c.position FROM queue_cursor c WHERE c.person_id = :person
            AND c.project_id = :project AND c.stage = :stage AND c.audit_id = :audit AND c.batch = :batch
            AND c.queue_key = :key AND c.priority = ({most_urgent})), 0)
      AND NOT EXISTS (SELECT 1 FROM seat o
                       WHERE o.task_seq = s.task_seq AND {with_a_part} o.person_id = :person)
      AND NOT EXISTS (SELECT 1 FROM refusal r WHERE r.task_seq = s.task_seq AND r.person_id = :person)
    ORDER BY s.position LIMIT 1 """
HEAD = NEXT.replace("{columns}", "s.priority, s.position, s.task_seq")
TAKE = """
UPDATE seat SET state = 'leased', person_id = :person, lease_id = :lease, fence = fence + 1, leased_until_us = :until,
       counted = :counted
 WHERE state = 'open' AND seat_seq = ({next} {skip_locked})
RETURNING *
"""
CLAIM = TAKE.replace("{next}", NEXT.replace("{columns}", "s.seat_seq"))
MOST_URGENT = """
SELECT max(priority) FROM seat WHERE project_id = :project AND stage = '{stage}' AND audit_id = :audit
   AND state = 'open' AND only_for IS NULL AND queue_key = :key {of_batch} AND priority < :below
"""
OF_BATCH = "AND batch = :batch AND batch <> ''"
OF_BEGUN = {  # what is asked in their place while a project drains
    HEAD: draining.NEXT.replace("{columns}", "t.priority, s.position, s.task_seq"), MOST_URGENT: draining.MOST_URGENT,
    CLAIM: TAKE.replace("{next}", draining.NEXT.replace("{columns}", "s.seat_seq"))}
AS_ANNOTATOR = "o.stage = 'label' AND"
AT_ANOTHER_LEVEL = "(o.stage = 'label' OR (o.stage = 'review' AND o.level <> s.level)) AND"
REVIEW_LEVELS, AT_ADJUDICATION = f"AND level <> {ADJUDICATION}", f"AND level = {ADJUDICATION}"
PASS = """
INSERT INTO queue_cursor (person_id, project_id, stage, audit_id, batch, queue_key, priority, position)
VALUES (:person, :project, :stage, :audit, :batch, :key, :priority, :position)
ON CONFLICT (person_id, project_id, stage, audit_id, batch, queue_key, priority)
   DO UPDATE SET position = excluded.position
"""
PASSED_ANY = """
SELECT 1 FROM seat WHERE project_id = :project AND stage = '{stage}' AND audit_id = :audit AND state = 'open'
   AND only_for IS NULL AND queue_key = :key {of_batch} AND priority = :priority AND position < :position LIMIT 1
"""
FORGET_PASSED = """
DELETE FROM queue_cursor WHERE person_id = :person AND project_id = :project AND stage = :stage AND audit_id = :audit
   AND batch = :batch
"""


def _sql(db: Connection, statement: str, place: Place) -> str:
    """The statement for a place, as this database writes it."""
    if place.is_draining:
        statement = OF_BEGUN.get(statement, statement)
    skip_locked = db.skip_locked.replace("UPDATE", "UPDATE OF s") if statement is OF_BEGUN[CLAIM] else db.skip_locked
    if place.stage != "review":
        of_level = ""
    else:
        of_level = AT_ADJUDICATION if place.is_adjudication else REVIEW_LEVELS
    return _written(statement, place.stage, bool(place.batch), place.is_apart, of_level, skip_locked)


@lru_cache(maxsize=256)
def _written(statement: str, stage: Stage, is_batch: bool, is_apart: bool, of_level: str, skip_locked: str) -> str:
    part = AT_ANOTHER_LEVEL if stage == "review" else AS_ANNOTATOR
    words = {"stage": stage, "of_batch": OF_BATCH if is_batch else "", "with_a_part": "" if is_apart else part,
             "of_level": of_level, "of_task_batch": draining.OF_TASK_BATCH if is_batch else "",
             "most_urgent_begun": draining.MOST_URGENT.strip()}
    return statement.format(**words, skip_locked=skip_locked, most_urgent=MOST_URGENT.format(**words).strip())


def lease_next(db: Connection, place: Place, *, besides: frozenset[str] = frozenset(), may_claim: bool = True,
               now_us: int) -> Row | None:
    """The most urgent open seat that this person may have, leased to them, or None when there is none.

    A lease that the person holds and does not name in `besides` is given again, and so is a seat that was returned
    to them. Nobody holds more than HELD_MOST leases of a place. Without `may_claim` nothing else is given, also not
    what is kept for them, which comes first otherwise. NotNow where one of the place's limits is reached.
    """
    mine = db.all(_sql(db, MINE, place), place.args(now=now_us))
    held = sorted((seat for seat in mine if seat["state"] == "leased"), key=lambda seat: seat["position"])
    for seat in held:
        if seat["lease_id"] not in besides:
            return seat
    if len(held) >= HELD_MOST:
        return None
    lease = {"lease": make_id("lease", now_us=now_us, random_bits=secrets.randbits(80)), "until": now_us + LEASE_US}
    taken = None
    if any(seat["state"] == "open" and not seat["kept_until_us"] for seat in mine):
        taken = db.one(_sql(db, TAKE_RESERVED, place), place.args(**lease))
    if taken is None and may_claim:
        kept_seat = kept.find_kept(mine, place.keys, now_us=now_us)
        taken = _claim_within_limits(db, place, {**lease, "seat": kept_seat})
    if taken is not None:
        _note(db, taken, now_us=now_us)
    return taken


def _claim_within_limits(db: Connection, place: Place, lease: dict[str, object]) -> Row | None:
    """Claim a seat, then count it in the place's limits; the refusal of one undoes the claim with the transaction.

    In this order, because a group's counter is one row that all its members want: it is held for the shortest time.
    """
    lease = {**lease, "counted": quotas.names_of(place.limits)}
    taken = _claim_gold(db, place, lease) if gold.is_due(place.gold_share) else None
    if taken is None and lease["seat"] is not None:
        taken = db.one(_sql(db, kept.TAKE, place), place.args(**lease))
    taken = taken or _claim(db, place, lease)
    if taken is not None:
        reached = quotas.take(db, place.project_id, place.limits)
    else:
        reached = next((one for one in place.limits if not quotas.left(db, place.project_id, one)), None)
    if reached is not None:
        raise refuse_limit(reached)
    return taken


def _claim_gold(db: Connection, place: Place, lease: dict[str, object]) -> Row | None:
    """A task whose answer is known in place of the next one; None where there is no next one, or no such task."""
    heads = _heads(db, place, place.keys)
    if not heads:
        return None
    _, position, task_seq, key = min(heads)
    spot = gold.InPlaceOf(task_seq=task_seq, position=position, key=key)
    return gold.take_gold(db, spot, {**lease, "project": place.project_id, "person": place.person_id},
                          batch=place.batch)


def is_any_left(db: Connection, place: Place, *, now_us: int) -> bool:
    """Whether `lease_next` would give this person a seat that they may have; changes nothing, and costs as much."""
    if db.all(_sql(db, MINE, place), place.args(now=now_us)):
        return True
    return bool(_heads(db, place, place.keys))


# On PostgreSQL, where each statement is a way there and back, one looks at the heads of all keys. `most_urgent` tells
# a key with nothing open from one whose most urgent seats are not for this person.
HEAD_OF_KEY = """
SELECT {nth} AS nth, ({most_urgent}) AS most_urgent, h.priority, h.position, h.task_seq
  FROM (SELECT 1 AS one) one LEFT JOIN ({head}) h ON 1 = 1 """
KEY_NAMES = tuple("key_" + letter for letter in "abcdefghijklmnopqrstuvwxyz")


@lru_cache(maxsize=256)
def _of_keys(head: str, most_urgent: str, keys: int) -> str:
    return "UNION ALL".join(HEAD_OF_KEY.format(nth=nth, most_urgent=most_urgent, head=head).replace(":key", ":" + name)
                            for nth, name in enumerate(KEY_NAMES[:keys]))


def _heads(db: Connection, place: Place, keys: Sequence[str]) -> list[tuple[int, int, int, str]]:
    """Of each key that has one, the seat that the person would be given: (−priority, position, task, key)."""
    if not db.skip_locked:
        heads = {key: _head(db, place, key) for key in keys}
    else:
        heads = {}
        for start in range(0, len(keys), len(KEY_NAMES)):
            some = keys[start : start + len(KEY_NAMES)]
            sql = _of_keys(_sql(db, HEAD, place), _sql(db, MOST_URGENT, place), len(some))
            for row in db.all(sql, place.args(below=TOP, **dict(zip(KEY_NAMES, some, strict=False)))):
                below = row["most_urgent"] if row["task_seq"] is None else None
                heads[some[row["nth"]]] = row if below is None else _head(db, place, some[row["nth"]], below=below)
    return [(-head["priority"], head["position"], head["task_seq"], key) for key, head in heads.items()
            if head is not None and head["task_seq"] is not None]


def _head(db: Connection, place: Place, key: str, *, below: int = TOP) -> Row | None:
    """Priority, position and task of the seat of this key, below a priority, that the person would be given."""
    found = (db.one(_sql(db, HEAD, place), place.args(below=one, key=key))
             for one in _bounds(db, place, key, below=below))
    return next((head for head in found if head is not None), None)


def _bounds(db: Connection, place: Place, key: str, *, below: int | None = TOP) -> Iterator[int]:
    """That bound first, then each priority under it that has open seats, from the highest: search below it."""
    while below is not None:
        yield below
        row = db.one(_sql(db, MOST_URGENT, place), place.args(below=below, key=key))
        below = row[0] if row is not None else None


NOTE = """
INSERT INTO lease (lease_id, workspace_id, task_seq, seat_seq, person_id, created_us)
VALUES (:lease, :workspace, :task, :seat, :person, :now)
"""


def _note(db: Connection, seat: Row, *, now_us: int) -> None:
    """Remember whose lease it was: an answer that comes too late is theirs to find again."""
    db.execute(NOTE, {"lease": seat["lease_id"], "workspace": seat["workspace_id"], "task": seat["task_seq"],
                      "seat": seat["seat_seq"], "person": seat["person_id"], "now": now_us})


WAS_LEASED = """
SELECT l.*, coalesce(s.stage, 'label') AS stage, t.state AS task_state
  FROM lease l JOIN task t ON t.task_seq = l.task_seq LEFT JOIN seat s ON s.seat_seq = l.seat_seq
 WHERE l.lease_id = :lease AND l.person_id = :person AND l.workspace_id = :workspace
"""


def was_leased(db: Connection, grip: Grip) -> Row | None:
    """The lease with the stage of its seat, whether it still runs or not; None when it never was the caller's."""
    return db.one(WAS_LEASED, grip.args())


def _claim(db: Connection, place: Place, lease: dict[str, object]) -> Row | None:
    taken = _claim_in_order(db, place, lease)
    if taken is None and db.skip_locked and not place.is_draining and db.execute(FORGET_PASSED, place.args()):
        # a seat that another's transaction held, and then let go, may lie behind the cursor
        taken = _claim_in_order(db, place, lease)
    return taken


def _claim_in_order(db: Connection, place: Place, lease: dict[str, object]) -> Row | None:
    """Of the person's keys the one whose next seat is the most urgent, and stands first among those."""
    keys = list(place.keys)
    while len(keys) > 1:
        heads = _heads(db, place, keys)
        if not heads:
            return None
        first = min(heads)[3]
        taken = _claim_by_priority(db, place, first, lease)
        if taken is not None:
            return taken
        keys = [key for _, _, _, key in heads if key != first]  # others were quicker
    return _claim_by_priority(db, place, keys[0], lease) if keys else None


def _claim_by_priority(db: Connection, place: Place, key: str, lease: dict[str, object]) -> Row | None:
    for below in _bounds(db, place, key):
        taken = db.one(_sql(db, CLAIM, place), place.args(below=below, key=key, **lease))
        if taken is not None:
            found = {"priority": taken["priority"], "position": taken["position"], "key": key}
            if place.is_draining:
                return taken
            if place.is_shared or db.one(_sql(db, PASSED_ANY, place), place.args(**found)) is not None:
                db.execute(PASS, place.args(**found))
            return taken
    return None


# A lease names its seat; the seat names the lease that now counts.
HOLD = """
UPDATE seat SET leased_until_us = :until
 WHERE seat_seq = (SELECT l.seat_seq FROM lease l WHERE l.lease_id = :lease) AND lease_id = :lease
   AND person_id = :person AND fence = :fence AND workspace_id = :workspace
   AND state = 'leased' AND leased_until_us > :now RETURNING *
"""


class Grip(Struct, frozen=True, kw_only=True):
    """Proof of a lease: who holds it, and the fence they were given."""

    lease_id: str
    fence: int
    workspace_id: str
    person_id: str

    def args(self, **more: object) -> dict[str, object]:
        """As parameters of the statements below."""
        return {"lease": self.lease_id, "fence": self.fence, "workspace": self.workspace_id, "person": self.person_id,
                **more}


def hold(db: Connection, grip: Grip, *, now_us: int) -> Row:
    """Prolong a lease and give its seat; LeaseLost when it ran out or was given on, NotFound when it never was."""
    return db.one(HOLD, grip.args(now=now_us, until=now_us + LEASE_US)) or _lost(db, grip)


def _lost(db: Connection, grip: Grip) -> NoReturn:
    """Say that the work is no longer the caller's, or never was."""
    lease = was_leased(db, grip)
    if lease is None:
        raise NotFound("You have no such lease.", where="lease_id")
    if lease["task_state"] == "excluded":
        raise LeaseLost("The item was taken out of the project while you worked; your work is kept.",
                        hint="Ask for the next task.")
    raise LeaseLost("The task went back to the queue while you worked; your work is kept as a draft.",
                    hint="Ask for the next task.")


FINISH = {stage: f"""
UPDATE seat SET state = 'done', annotation_id = :annotation, comment = '', only_for = NULL, counted = ''
 WHERE seat_seq = (SELECT l.seat_seq FROM lease l WHERE l.lease_id = :lease) AND lease_id = :lease
   AND person_id = :person AND fence = :fence AND workspace_id = :workspace
   AND state = 'leased' AND leased_until_us > :now AND stage = '{stage}' RETURNING *
""" for stage in STAGES}
FINISHED = {stage: f"""
SELECT * FROM seat WHERE seat_seq = (SELECT l.seat_seq FROM lease l WHERE l.lease_id = :lease) AND lease_id = :lease
   AND person_id = :person AND fence = :fence AND workspace_id = :workspace AND state = 'done' AND stage = '{stage}'
""" for stage in STAGES}


def finish(db: Connection, grip: Grip, stage: Stage, annotation_id: str | None, *, now_us: int) -> tuple[Row, bool]:
    """End the seat's work; gives the seat, and False when it was ended under this lease before."""
    args = grip.args(annotation=annotation_id, now=now_us, stage=stage)
    seat = db.one(FINISH[stage], args)
    if seat is not None:
        return seat, True
    return db.one(FINISHED[stage], args) or _lost(db, grip), False


# A seat whose answer was opened again goes back to that answer; any other goes to the end of the queue.
BACK_TO_ANSWER = """
UPDATE seat SET state = 'done', lease_id = NULL, leased_until_us = 0
 WHERE seat_seq = :seat AND state = 'leased' AND fence = :fence RETURNING task_seq
"""
BACK_TO_QUEUE = """
UPDATE seat SET state = 'open', person_id = NULL, lease_id = NULL, leased_until_us = 0, position = :position,
       counted = ''
 WHERE seat_seq = :seat AND state = 'leased' AND fence = :fence RETURNING task_seq
"""
# A seat of gold is nobody's then, and keeps its person: as other work that was let go, it does not come back soon.
GOLD_AWAY = """
UPDATE seat SET state = 'withdrawn', lease_id = NULL, leased_until_us = 0, counted = ''
 WHERE seat_seq = :seat AND state = 'leased' AND fence = :fence RETURNING task_seq
"""
RAN_OUT = "SELECT * FROM seat WHERE state = 'leased' AND leased_until_us <= :now LIMIT 100"
OF_TASK = "SELECT * FROM seat WHERE state = 'leased' AND task_seq = :task AND stage <> 'audit'"
OF_PERSON = "SELECT * FROM seat WHERE state = 'leased' AND person_id = :person AND workspace_id = :workspace"


def put_back(db: Connection, seat: Row) -> bool:
    """Let a leased seat go; True when it held an answer, which now counts again. Does nothing to a newer lease."""
    args = {"seat": seat["seat_seq"], "fence": seat["fence"]}
    if seat["annotation_id"] is not None:
        return db.one(BACK_TO_ANSWER, args) is not None
    if seat["is_gold"]:
        is_let_go = db.one(GOLD_AWAY, args) is not None
    else:
        is_let_go = db.one(BACK_TO_QUEUE, {**args, "position": next_numbers(db, "seat")}) is not None
    if is_let_go and seat["counted"]:
        quotas.give_back(db, seat["project_id"], seat["counted"])
    return False


def ran_out(db: Connection, *, now_us: int) -> list[Row]:
    """Seats whose lease has run out, at most 100."""
    return db.all(RAN_OUT, {"now": now_us})


def held_of(db: Connection, task_seq: int) -> list[Row]:
    """All seats of a task that somebody labels or reviews now."""
    return db.all(OF_TASK, {"task": task_seq})


def held_by(db: Connection, workspace_id: str, person_id: str) -> list[Row]:
    """All seats that a person holds now."""
    return db.all(OF_PERSON, {"workspace": workspace_id, "person": person_id})


REFUSE = """
INSERT INTO refusal (task_seq, person_id, workspace_id, reason, created_us)
VALUES (:task, :person, :workspace, :reason, :now)
ON CONFLICT (task_seq, person_id) DO UPDATE SET reason = excluded.reason, created_us = excluded.created_us
"""


def refuse(db: Connection, seat: Row, reason: str, *, now_us: int) -> None:
    """Note that the person who holds this seat does not want its task: they do not see it again."""
    db.execute(REFUSE, {"task": seat["task_seq"], "person": seat["person_id"], "workspace": seat["workspace_id"],
                        "reason": reason, "now": now_us})
    db.execute("UPDATE seat SET only_for = NULL WHERE seat_seq = :seat", {"seat": seat["seat_seq"]})


# A review asks for what its task does where the requirement says so, else for what the project asks of reviewers; its
# level is a part of its key, so that a lease looks only at levels that its person may take.
LEVEL_OF_KEY = "CASE WHEN level = 0 THEN '' ELSE '/' || CAST(level AS TEXT) END"
KEY_OF_SEAT = """
CASE WHEN {task}.queue_key = '' OR {stage} = 'audit' THEN ''
     WHEN {stage} = 'label' OR EXISTS (SELECT 1 FROM requirement r WHERE r.project_id = {task}.project_id
                               AND r.queue_key = {task}.queue_key AND r.is_for_review = 1) THEN {task}.queue_key
     ELSE '' END
"""
OPEN_SEAT = f"""
INSERT INTO seat (seat_seq, workspace_id, project_id, task_seq, stage, state, priority, batch, queue_key, position,
                  audit_id)
SELECT :seat, workspace_id, project_id, task_seq, :stage, 'open', priority, batch,
       {KEY_OF_SEAT.format(task="task", stage=":stage").strip()}, :position, :audit
  FROM task WHERE task_seq = :task
"""
RAISE = "UPDATE seat SET level = :level, queue_key = queue_key || :of_level WHERE seat_seq = :seat"


def key_at_level(key: str, level: int) -> str:
    """The key in the queue of a review at this level whose task asks for `key`."""
    return f"{key}/{level}" if level else key


def open_seat(db: Connection, task_seq: int, stage: str, *, audit_id: str = "", level: int = 0) -> int:
    """A new seat of a task, at the end of the queue; gives its number."""
    number = next_numbers(db, "seat")
    db.execute(OPEN_SEAT, {"seat": number, "task": task_seq, "stage": stage, "audit": audit_id, "position": number})
    if level:
        db.execute(RAISE, {"level": level, "of_level": key_at_level("", level), "seat": number})
    return number


OPEN_REVIEW = """
SELECT seat_seq, level FROM seat WHERE task_seq = :task AND stage = 'review' AND audit_id = '' AND state = 'open'
"""


def open_review(db: Connection, task_seq: int, level: int) -> None:
    """See that the task's one open review is at this level."""
    found = db.one(OPEN_REVIEW, {"task": task_seq})
    if found is None:
        open_seat(db, task_seq, "review", level=level)
    elif found["level"] != level:
        db.execute("UPDATE seat SET level = :level WHERE seat_seq = :seat AND state = 'open'",
                   {"level": level, "seat": found["seat_seq"]})
        requeue(db, task_seq)


OPEN_AGAIN = """
UPDATE seat SET state = 'open', position = :position, kept_until_us = 0,
       only_for = CASE WHEN kept_until_us > 0 THEN NULL ELSE only_for END
 WHERE seat_seq = :seat AND state = 'withdrawn'
"""


def open_again(db: Connection, seat_seq: int) -> None:
    """Open a withdrawn seat, at the end of the queue: what was kept of the work on it is there."""
    db.execute(OPEN_AGAIN, {"seat": seat_seq, "position": next_numbers(db, "seat")})


OPEN_TO_AUTHOR = """
UPDATE seat SET state = 'open', only_for = person_id, person_id = NULL, lease_id = NULL, leased_until_us = 0,
       annotation_id = NULL, comment = :comment, position = :position
 WHERE seat_seq = :seat AND state = 'done'
"""


def open_to_author(db: Connection, seat_seq: int, comment: str) -> None:
    """Give an answered seat back to whoever answered it, with the reviewer's words."""
    db.execute(OPEN_TO_AUTHOR, {"seat": seat_seq, "comment": comment, "position": next_numbers(db, "seat")})


LOCK_TASK = "SELECT 1 FROM task WHERE task_seq = :task FOR UPDATE"


def lock_task(db: Connection, task_seq: int) -> None:
    """Let nobody else move this task until this transaction ends. One writer alone needs no lock.

    Two people who give the last two answers at the same time would each see the other's seat unanswered, and nobody
    would move the task on.
    """
    if db.skip_locked:
        db.one(LOCK_TASK, {"task": task_seq})


LOCK_LEASED = "SELECT 1 FROM task WHERE task_seq = (SELECT task_seq FROM lease WHERE lease_id = :lease) FOR UPDATE"


def lock_leased(db: Connection, grip: Grip) -> None:
    """The same for the task of a lease: before its seat, so that all take these rows in one order."""
    if db.skip_locked:
        db.one(LOCK_LEASED, {"lease": grip.lease_id})


TAKE_AGAIN = """
UPDATE seat SET state = 'leased', lease_id = :lease, fence = fence + 1, leased_until_us = :until
 WHERE annotation_id = :annotation AND person_id = :person AND workspace_id = :workspace AND task_seq = :task
   AND stage = 'label' AND state = 'done' RETURNING *
"""


def take_again(db: Connection, annotation: Row, *, now_us: int) -> Row | None:
    """Lease an answered seat to its author once more; the answer counts until another is given."""
    seat = db.one(TAKE_AGAIN, {
        "annotation": annotation["annotation_id"], "person": annotation["person_id"], "task": annotation["task_seq"],
        "workspace": annotation["workspace_id"], "until": now_us + LEASE_US,
        "lease": make_id("lease", now_us=now_us, random_bits=secrets.randbits(80))})
    if seat is not None:
        _note(db, seat, now_us=now_us)
    return seat


AS_TASK = f"""
UPDATE seat SET priority = t.priority, batch = t.batch,
       queue_key = {KEY_OF_SEAT.format(task="t", stage="seat.stage").strip()}
          || {LEVEL_OF_KEY.replace("level", "seat.level")}
  FROM task t WHERE t.task_seq = :task AND seat.task_seq = :task
"""


def requeue(db: Connection, task_seq: int) -> None:
    """Give a task's seats its priority, batch and key; open ones go to the end, so that no cursor has passed them."""
    db.execute(AS_TASK, {"task": task_seq})
    for seat in db.all("SELECT seat_seq FROM seat WHERE task_seq = :task AND state = 'open'", {"task": task_seq}):
        db.execute("UPDATE seat SET position = :position WHERE seat_seq = :seat AND state = 'open'",
                   {"position": next_numbers(db, "seat"), "seat": seat["seat_seq"]})
