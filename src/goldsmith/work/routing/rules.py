"""Rules: what a project, its batches and its items ask of people, and how much and when people may work in it.

Every change raises the project's epoch, so that each process reads the rules anew before its next lease.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from goldsmith.core.errors import BadInput
from goldsmith.core.people.hours import Shift, check_shifts, zone_of
from goldsmith.core.people.requirement import DEFAULT_KEY, Requirement, decode, encode
from goldsmith.db.connection import Connection, Row
from goldsmith.work.routing import quotas

EACH_PERSON = ""  # the rule about each person of the project
QUOTA_MOST = 1_000_000_000
STALE_US = 3600 * 1_000_000  # a requirement that nothing uses is dropped when nobody named it for so long


class WorkRule(Struct, frozen=True, kw_only=True):
    """How much, and when, each person or a group may work in a project."""

    about: str = EACH_PERSON  # or a group's id
    per_day: int | None = None  # answers; None: as many as there are
    in_total: int | None = None
    hours: tuple[Shift, ...] = ()  # empty: always
    zone: str = ""  # of hours and days; empty: each person's own hours, and days by UTC

    def check(self) -> None:
        """Raise BadInput at the first part that cannot work."""
        for where, number in (("per_day", self.per_day), ("in_total", self.in_total)):
            if number is not None and not 1 <= number <= QUOTA_MOST:
                raise BadInput("A quota is a number from 1 on; leave it out for none.", where=where)
        zone_of(self.zone)
        check_shifts(self.hours)


RAISE_EPOCH = """
UPDATE project SET routing_epoch = routing_epoch + 1 WHERE project_id = :project RETURNING routing_epoch
"""


def raise_epoch(db: Connection, project_id: str) -> None:
    """Let every process read the project's rules anew; two changes of one project take turns here."""
    db.one(RAISE_EPOCH, {"project": project_id})


ENSURE = """
INSERT INTO requirement (workspace_id, project_id, queue_key, requirement_json, is_for_review, touched_us)
VALUES (:workspace, :project, :key, :json, :review, :now)
ON CONFLICT (project_id, queue_key) DO UPDATE SET requirement_json = excluded.requirement_json,
   is_for_review = excluded.is_for_review, touched_us = excluded.touched_us
"""


def ensure(db: Connection, project: Row, requirement: Requirement, *, now_us: int, key: str | None = None) -> str:
    """Store a requirement of the project; gives its key. Without a key it has the one that its content says."""
    requirement = requirement.checked()
    _check_groups(db, project["workspace_id"], requirement.groups)
    key = requirement.key() if key is None else key
    db.execute(ENSURE, {"workspace": project["workspace_id"], "project": project["project_id"], "key": key,
                        "json": encode(requirement).decode(), "review": int(requirement.reviewers), "now": now_us})
    return key


GROUP = "SELECT 1 FROM person_group WHERE group_id = :group AND workspace_id = :workspace"


def _check_groups(db: Connection, workspace_id: str, group_ids: Sequence[str]) -> None:
    for group_id in group_ids:
        if db.one(GROUP, {"group": group_id, "workspace": workspace_id}) is None:
            raise BadInput(f"The workspace has no group {group_id!r}.", where="groups")


def read_requirements(db: Connection, project_id: str) -> dict[str, Requirement]:
    """What the project asks for, by key; the key '' is missing where the project itself asks for nothing."""
    rows = db.all("SELECT queue_key, requirement_json FROM requirement WHERE project_id = :project ORDER BY queue_key",
                  {"project": project_id})
    return {row["queue_key"]: decode(row["requirement_json"]) for row in rows}


def set_default(db: Connection, project: Row, requirement: Requirement, *, now_us: int) -> None:
    """What tasks ask for where their batch or item has no word of its own: counts from the next lease on.

    Not one seat is touched, however many wait.
    """
    requirement = requirement.checked()
    if requirement == Requirement():
        db.execute("DELETE FROM requirement WHERE project_id = :project AND queue_key = ''",
                   {"project": project["project_id"]})
    else:
        ensure(db, project, requirement, now_us=now_us, key=DEFAULT_KEY)


ADD_RULE = """
INSERT INTO work_rule (workspace_id, project_id, about, per_day, in_total, hours_json, zone)
VALUES (:workspace, :project, :about, :day, :total, :hours, :zone)
"""


def set_rules(db: Connection, project: Row, rules: Sequence[WorkRule]) -> None:
    """Put these rules in place of the project's; quotas count what was answered before as well."""
    if len({rule.about for rule in rules}) < len(rules):
        raise BadInput("There is one rule for each person, and one for each group.", where="rules")
    for rule in rules:
        rule.check()
    _check_groups(db, project["workspace_id"], [rule.about for rule in rules if rule.about != EACH_PERSON])
    db.execute("DELETE FROM work_rule WHERE project_id = :project", {"project": project["project_id"]})
    for rule in rules:
        db.execute(ADD_RULE, {
            "workspace": project["workspace_id"], "project": project["project_id"], "about": rule.about,
            "day": rule.per_day, "total": rule.in_total, "hours": msgspec.json.encode(rule.hours).decode(),
            "zone": rule.zone})
    quotas.forget(db, project["project_id"])


def read_rules(db: Connection, project_id: str) -> list[WorkRule]:
    """The project's rules, that about each person first."""
    rows = db.all("SELECT * FROM work_rule WHERE project_id = :project ORDER BY about", {"project": project_id})
    return [WorkRule(about=row["about"], per_day=row["per_day"], in_total=row["in_total"], zone=row["zone"],
                 hours=msgspec.json.decode(row["hours_json"], type=tuple[Shift, ...])) for row in rows]


BATCH_KEY = "SELECT queue_key FROM batch_rule WHERE project_id = :project AND batch = :batch"
TOUCH = """
UPDATE requirement SET touched_us = :now WHERE project_id = :project AND queue_key = :key RETURNING is_for_review
"""


def key_of_batch(db: Connection, project_id: str, batch: str) -> str | None:
    """The key that tasks of the batch have; None: the batch has no word of its own."""
    row = db.one(BATCH_KEY, {"project": project_id, "batch": batch}) if batch else None
    return None if row is None else str(row["queue_key"])


def touch(db: Connection, project_id: str, key: str, *, now_us: int) -> bool:
    """Keep a requirement from being dropped while tasks get its key; says whether reviewers must meet it too."""
    row = db.one(TOUCH, {"project": project_id, "key": key, "now": now_us})
    return row is not None and bool(row["is_for_review"])


SET_BATCH = """
INSERT INTO batch_rule (workspace_id, project_id, batch, queue_key) VALUES (:workspace, :project, :batch, :key)
ON CONFLICT (project_id, batch) DO UPDATE SET queue_key = excluded.queue_key
"""


def set_batch_key(db: Connection, project: Row, batch: str, key: str | None) -> None:
    """What tasks that join the batch from now on ask for; None: what the project asks for."""
    args = {"workspace": project["workspace_id"], "project": project["project_id"], "batch": batch, "key": key}
    if key is None:
        db.execute("DELETE FROM batch_rule WHERE project_id = :project AND batch = :batch", args)
    else:
        db.execute(SET_BATCH, args)


BATCH_RULES = """
SELECT b.batch, r.requirement_json FROM batch_rule b
  JOIN requirement r ON r.project_id = b.project_id AND r.queue_key = b.queue_key
 WHERE b.project_id = :project ORDER BY b.batch
"""


def read_batch_requirements(db: Connection, project_id: str) -> dict[str, Requirement]:
    """By batch, for those that have a word of their own."""
    return {row["batch"]: decode(row["requirement_json"]) for row in db.all(BATCH_RULES, {"project": project_id})}


# Every key costs its people a look at each lease. One named within the hour may be on its way to tasks that another
# transaction brings in.
DROP_UNUSED = """
DELETE FROM requirement WHERE project_id = :project AND queue_key <> '' AND touched_us < :before
   AND NOT EXISTS (SELECT 1 FROM task t WHERE t.project_id = requirement.project_id AND t.queue_key <> ''
                      AND t.queue_key = requirement.queue_key)
   AND NOT EXISTS (SELECT 1 FROM batch_rule b WHERE b.project_id = requirement.project_id
                      AND b.queue_key = requirement.queue_key)
"""


def drop_unused(db: Connection, project_id: str, *, now_us: int) -> int:
    """Forget requirements that no task and no batch has any more; gives how many."""
    return db.execute(DROP_UNUSED, {"project": project_id, "before": now_us - STALE_US})
