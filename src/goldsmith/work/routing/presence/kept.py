"""Kept: a further answer that waits for one person for some minutes, and is anybody's after that.

Its seat is that person's as one that a reviewer gave back is, but with an end (`kept_until_us`): they are given it
before anything else, where they may still have it. It is anybody's again when its time is over, which whoever asks for
work next sees to, and at once when that person leaves or the project drains. It then stands at the end of the queue, so
that no cursor has passed it.
"""

from __future__ import annotations

from collections.abc import Sequence

from goldsmith.db.connection import Connection, Row, next_numbers

KEPT_US = 5 * 60 * 1_000_000

# Looks at everything that NEXT of the queue looks at: since it was kept, its person may have got a part in the task.
TAKE = """
UPDATE seat SET state = 'leased', person_id = :person, lease_id = :lease, fence = fence + 1, leased_until_us = :until,
       counted = :counted, only_for = NULL, kept_until_us = 0
 WHERE state = 'open' AND only_for = :person AND seat_seq = (
   SELECT s.seat_seq FROM seat s
    WHERE s.seat_seq = :seat AND s.state = 'open' AND s.only_for = :person AND s.kept_until_us > 0
      AND NOT EXISTS (SELECT 1 FROM seat o
                       WHERE o.task_seq = s.task_seq AND {with_a_part} o.person_id = :person)
      AND NOT EXISTS (SELECT 1 FROM refusal r WHERE r.task_seq = s.task_seq AND r.person_id = :person) {skip_locked})
RETURNING *
"""


def find_kept(mine: Sequence[Row], keys: Sequence[str], *, now_us: int) -> int | None:
    """The first of a person's open seats that is kept for them, and asks for nothing that they lack; None: none is."""
    found = [seat for seat in mine if seat["state"] == "open" and seat["kept_until_us"] > now_us
             and seat["queue_key"] in keys]
    return min(found, key=lambda seat: seat["position"])["seat_seq"] if found else None


KEEP = """
UPDATE seat SET only_for = :person, kept_until_us = :until WHERE seat_seq = :seat AND state = 'open'
   AND only_for IS NULL
"""


def keep_for(db: Connection, seat_seq: int, person_id: str, *, until_us: int) -> None:
    """Let nobody else have an open seat until then."""
    db.execute(KEEP, {"seat": seat_seq, "person": person_id, "until": until_us})


OTHERS = """
SELECT s.queue_key, s.kept_until_us FROM seat s
 WHERE s.state = 'open' AND s.kept_until_us > 0 AND s.kept_until_us > :now AND s.project_id = :project
   AND s.only_for <> :person
   AND NOT EXISTS (SELECT 1 FROM seat o WHERE o.task_seq = s.task_seq AND o.person_id = :person)
   AND NOT EXISTS (SELECT 1 FROM refusal r WHERE r.task_seq = s.task_seq AND r.person_id = :person)
"""
ALL = """
SELECT s.queue_key, s.only_for AS person_id, p.name, max(s.kept_until_us) AS until_us, count(*) AS number
  FROM seat s JOIN person p ON p.person_id = s.only_for
 WHERE s.state = 'open' AND s.kept_until_us > 0 AND s.kept_until_us > :now AND s.project_id = :project
 GROUP BY s.queue_key, s.only_for, p.name ORDER BY s.queue_key, p.name, s.only_for
"""


def kept_for_others(db: Connection, project_id: str, person_id: str, keys: Sequence[str], *,
                    now_us: int) -> tuple[int, int | None]:
    """How many open answers are kept for others that this person could give, and when the first is anybody's."""
    found = [seat["kept_until_us"] for seat in db.all(
        OTHERS, {"project": project_id, "person": person_id, "now": now_us}) if seat["queue_key"] in keys]
    return len(found), min(found, default=None)


def read_kept(db: Connection, project_id: str, *, now_us: int) -> list[Row]:
    """What a project keeps, by key of the queue and person: how many answers, and until when at the latest."""
    return db.all(ALL, {"project": project_id, "now": now_us})


RIPE = "state = 'open' AND kept_until_us > 0 AND kept_until_us <= :now"
OF_PROJECT = "state = 'open' AND kept_until_us > 0 AND project_id = :project"
OF_PERSON = "only_for = :person AND only_for IS NOT NULL AND workspace_id = :workspace"
FREE = """
UPDATE seat SET only_for = NULL, kept_until_us = 0,
       position = CASE WHEN state = 'open' THEN :position ELSE position END
 WHERE seat_seq = :seat AND {which} RETURNING *
"""


def free_ripe(db: Connection, *, now_us: int) -> None:
    """Let anybody have what was kept long enough."""
    _free(db, RIPE, {"now": now_us})


def free_project(db: Connection, project_id: str) -> None:
    """Let anybody have what a project keeps."""
    _free(db, OF_PROJECT, {"project": project_id})


def free_of(db: Connection, workspace_id: str, person_id: str) -> list[Row]:
    """Let anybody have what is kept for somebody who leaves, or was returned to them; gives the seats."""
    return _free(db, OF_PERSON, {"person": person_id, "workspace": workspace_id}, waits=True)


def _free(db: Connection, which: str, args: dict[str, object], *, waits: bool = False) -> list[Row]:
    """The rows are locked before numbers are asked for; one that somebody takes at this moment is theirs.

    `waits`: for whoever has a seat in hand at this moment, since nobody frees it later.
    """
    lock = db.skip_locked.replace(" SKIP LOCKED", "") if waits else db.skip_locked
    found = db.all(f"SELECT seat_seq FROM seat WHERE {which} ORDER BY seat_seq {lock}", args)
    freed = (db.one(FREE.format(which=which), {**args, "seat": seat["seat_seq"], "position": next_numbers(db, "seat")})
             for seat in found)
    return [seat for seat in freed if seat is not None]
