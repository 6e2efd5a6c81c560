"""Batches: named parts of a project that people are sent to, how far each is, and changes of a whole one."""

from __future__ import annotations

from msgspec import Struct

from goldsmith.core.errors import BadInput, NotFound
from goldsmith.core.people.requirement import DEFAULT_KEY, Requirement
from goldsmith.db.connection import Connection, Row
from goldsmith.work.data import urgency
from goldsmith.work.data.items import batch_name, check_priority
from goldsmith.work.queue import moving
from goldsmith.work.routing import rules
from goldsmith.work.setup.projects import TASK_STATES

PAGE_MOST = 200
CHANGED_AT_ONCE = 200  # tasks in one transaction: annotators wait for at most one of them

# One step through the index for each name, however many tasks stand under it.
NEXT_NAME = """
SELECT batch FROM task WHERE project_id = :project AND batch > :after AND batch <> '' ORDER BY batch LIMIT 1
"""


def find_names(db: Connection, project_id: str, *, after: str = "", limit: int = 50) -> tuple[list[str], str | None]:
    """The project's batches that come after this name, in order, and where the next page begins, None at the end."""
    limit = max(1, min(limit, PAGE_MOST))
    found: list[str] = []
    while len(found) <= limit:
        row = db.one(NEXT_NAME, {"project": project_id, "after": found[-1] if found else after})
        if row is None:
            return found, None
        found.append(row["batch"])
    return found[:limit], found[limit - 1]


class Standing(Struct, frozen=True, kw_only=True):
    """How far a batch is."""

    by_state: dict[str, int]  # tasks; every state is there
    priority: int  # the highest of its tasks

    @property
    def tasks(self) -> int:
        """All of them."""
        return sum(self.by_state.values())


STANDING = """
SELECT state, count(*) AS number, max(priority) AS priority FROM task
 WHERE project_id = :project AND batch = :batch AND batch <> '' GROUP BY state
"""


def read_standing(db: Connection, project_id: str, name: str) -> Standing:
    """How far a batch is. Reads one index entry for each of its tasks."""
    rows = db.all(STANDING, {"project": project_id, "batch": name})
    return Standing(by_state=dict.fromkeys(TASK_STATES, 0) | {row["state"]: row["number"] for row in rows},
                    priority=max((row["priority"] for row in rows), default=0))


class Change(Struct, frozen=True, kw_only=True):
    """What to change of a whole batch; None keeps it."""

    batch: str
    priority: int | None = None
    name: str | None = None  # another batch's: they become one; "": its tasks are in no batch
    requirement: Requirement | None = None  # what its tasks ask for, those that join it later too
    is_as_project: bool = False  # its tasks ask for what the project does

    def checked(self) -> Change:
        """With its names as they are stored; BadInput names the first part that cannot work."""
        if not self.batch:
            raise BadInput("Name the batch to change.", where="batch")
        is_about_people = self.requirement is not None or self.is_as_project
        if self.priority is None and self.name is None and not is_about_people:
            raise BadInput("Say what to change: the priority, the name or the requirement.", where="name")
        if self.requirement is not None and self.is_as_project:
            raise BadInput("A batch asks for something of its own, or for what the project does.", where="requirement")
        if self.priority is not None:
            check_priority(self.priority)
        return Change(batch=self.batch, priority=self.priority, is_as_project=self.is_as_project,
                      name=None if self.name is None else batch_name(self.name),
                      requirement=None if self.requirement is None else self.requirement.checked())

    @property
    def target(self) -> str:
        """The batch that its tasks are in afterwards."""
        return self.batch if self.name is None else self.name


# Where a piece ends: at the last of the next CHANGED_AT_ONCE tasks of the batch.
PIECE = """
SELECT max(task_seq) AS upto, count(*) AS number FROM (
  SELECT task_seq FROM task WHERE project_id = :project AND batch = :batch AND batch <> '' AND task_seq > :after
   ORDER BY task_seq LIMIT :most) piece
"""
CHANGE_TASKS = """
UPDATE task SET priority = coalesce(:priority, priority), batch = coalesce(:name, batch),
       queue_key = CASE WHEN :is_moved = 0 THEN queue_key ELSE :key END
 WHERE project_id = :project AND batch = :batch AND batch <> '' AND task_seq > :after AND task_seq <= :upto
RETURNING task_seq
"""


def change_piece(db: Connection, project: Row, change: Change, *, after: int = 0,
                 now_us: int = 0) -> tuple[int, int | None]:
    """Change the next tasks of a batch, and their seats: those with numbers after `after`.

    Gives how many, and the last one's number, None when there was none left. Open seats go to the end of their new
    place in the queue, in the order in which they stood. NotFound when the batch has no task at all.
    """
    args: dict[str, object] = {"project": project["project_id"], "batch": change.batch, "after": after,
                               "most": CHANGED_AT_ONCE, "priority": change.priority, "name": change.name}
    row = db.one(PIECE, args)
    if row is None or not row["number"]:
        if after == 0:
            raise NotFound(f"The project has no batch {change.batch!r}.", where="batch")
        _leave_behind(db, project, change, now_us=now_us)
        return 0, None
    if change.priority is not None and after == 0:
        urgency.let_go(db, project["project_id"], change.batch)
    del args["most"]
    args["upto"] = row["upto"]
    args |= _new_key(db, project, change, is_first=after == 0, now_us=now_us)
    moving.requeue_range(db, args)
    del args["is_for_review"]
    changed = [task["task_seq"] for task in db.all(CHANGE_TASKS, args)]
    moving.align(db, changed)
    return len(changed), int(row["upto"])


def _new_key(db: Connection, project: Row, change: Change, *, is_first: bool, now_us: int) -> dict[str, object]:
    """The key that the batch's tasks get, and whether they get one; the batch's own word is noted on the way."""
    key = None
    if change.requirement is not None:
        key = rules.ensure(db, project, change.requirement, now_us=now_us)
    elif change.is_as_project:
        key = DEFAULT_KEY
    elif change.name:
        key = _key_of_joined(db, project, change, is_first=is_first)
    is_new = change.requirement is not None or change.is_as_project
    if is_first and is_new:
        if change.target:
            rules.set_batch_key(db, project, change.target, key or None)
        rules.raise_epoch(db, project["project_id"])
    is_for_review = rules.touch(db, project["project_id"], key, now_us=now_us) if key else False
    return {"is_moved": int(key is not None), "key": key or DEFAULT_KEY, "is_for_review": int(is_for_review)}


HAS_TASKS = "SELECT 1 FROM task WHERE project_id = :project AND batch = :batch AND batch <> '' LIMIT 1"


def _key_of_joined(db: Connection, project: Row, change: Change, *, is_first: bool) -> str | None:
    """What the batch of the new name asks for; a new batch takes over the word of the one that it is made of."""
    project_id, name = project["project_id"], change.target
    key = rules.key_of_batch(db, project_id, name)
    if key is None and is_first and db.one(HAS_TASKS, {"project": project_id, "batch": name}) is None:
        own = rules.key_of_batch(db, project_id, change.batch)
        if own is not None:
            rules.set_batch_key(db, project, name, own)
        return own
    return key


def _leave_behind(db: Connection, project: Row, change: Change, *, now_us: int) -> None:
    """After the last task: nothing of a batch that is no more, nor of a requirement that nothing has."""
    if change.target != change.batch:
        rules.set_batch_key(db, project, change.batch, None)
        urgency.rename_batch(db, project["project_id"], change.batch, change.target)
    rules.drop_unused(db, project["project_id"], now_us=now_us)
