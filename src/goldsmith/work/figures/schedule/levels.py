"""Service levels: how often a project keeps what it has promised, and what waits longest.

Three times can be promised: from an item's arrival until it is settled; from the last answer until a reviewer has
settled it; and from an appeal or a question until it is answered. A question is a comment that mentions somebody, and
is not itself an answer to one; the next comment of anybody else on the item answers it. All is read from the times that
are there. What ended late, and what still waits beyond its time, was not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, get_args

from msgspec import Struct

from goldsmith.core.errors import BadInput
from goldsmith.db.connection import Connection, Row
from goldsmith.work.data.comments import mentions
from goldsmith.work.routing.draining import IN_PROGRESS

Sort = Literal["settled", "review", "answer"]
SORTS: tuple[Sort, ...] = get_args(Sort)
HOUR_US, DAY_US = 3_600_000_000, 86_400_000_000
WEEK_US, MONTH_US = 7 * DAY_US, 30 * DAY_US
HOURS_MOST = 10_000.0
OLDEST_MOST = 20  # waiting items that are named


class Case(Struct, frozen=True, kw_only=True):
    """One thing that has to happen in time."""

    item_id: str
    name: str
    since_us: int
    until_us: int | None  # None: it still waits
    about: str = ""  # the appeal or comment; empty: the item


class Level(Struct, frozen=True, kw_only=True):
    """How one promise is kept."""

    sort: Sort
    hours: float
    kept_in_week: int
    missed_in_week: int  # what still waits beyond its time among it
    kept_in_month: int
    missed_in_month: int
    waiting: int
    overdue: int  # of those: beyond their time
    oldest: tuple[Case, ...]  # that wait longest


READ = "SELECT sort, hours FROM service_level WHERE project_id = :project"
SET = """
INSERT INTO service_level (workspace_id, project_id, sort, hours) VALUES (:workspace, :project, :sort, :hours)
ON CONFLICT (project_id, sort) DO UPDATE SET hours = excluded.hours
"""
DROP = "DELETE FROM service_level WHERE project_id = :project AND sort = :sort"


def read_hours(db: Connection, project_id: str) -> dict[Sort, float]:
    """What the project promises, in the order of `SORTS`."""
    rows = {row["sort"]: float(row["hours"]) for row in db.all(READ, {"project": project_id})}
    return {sort: rows[sort] for sort in SORTS if sort in rows}


def set_hours(db: Connection, project: Row, hours: Mapping[Sort, float | None]) -> None:
    """Promise these times; None promises nothing. BadInput for a time that is none."""
    for sort, value in hours.items():
        args = {"workspace": project["workspace_id"], "project": project["project_id"], "sort": sort, "hours": value}
        if value is None:
            db.execute(DROP, args)
        elif not 0 < value <= HOURS_MOST:
            raise BadInput(f"A service level is above 0 and at most {HOURS_MOST:,.0f} hours.", where=sort)
        else:
            db.execute(SET, args)


# Each gives task_seq, since_us and, of what has ended, until_us.
ENDED = {
    "settled": """
SELECT t.task_seq, i.created_us AS since_us, t.updated_us AS until_us FROM task t JOIN item i ON i.item_seq = t.task_seq
 WHERE t.project_id = :project AND t.state = 'settled' AND t.updated_us >= :since
""",
    "review": """
SELECT t.task_seq, t.updated_us AS until_us, (
   SELECT max(a.created_us) FROM annotation a WHERE a.task_seq = t.task_seq AND a.origin IN ('answer', 'import')
      AND a.created_us <= t.updated_us) AS since_us
  FROM task t WHERE t.project_id = :project AND t.state = 'settled' AND t.updated_us >= :since
   AND EXISTS (SELECT 1 FROM seat s WHERE s.task_seq = t.task_seq AND s.stage = 'review' AND s.state = 'done')
""",
}
WAITING = {
    "settled": f"""
SELECT t.task_seq, i.created_us AS since_us FROM task t JOIN item i ON i.item_seq = t.task_seq
 WHERE t.project_id = :project AND t.state IN ('open', {IN_PROGRESS})
""",
    "review": f"""
SELECT t.task_seq, t.updated_us AS since_us FROM task t WHERE t.project_id = :project AND t.state IN ({IN_PROGRESS})
""",
}
COUNT_ENDED = """
SELECT coalesce(sum(CASE WHEN until_us - since_us <= :most THEN 1 ELSE 0 END), 0) AS kept, count(*) AS number,
       coalesce(sum(CASE WHEN until_us >= :week AND until_us - since_us <= :most THEN 1 ELSE 0 END), 0) AS kept_week,
       coalesce(sum(CASE WHEN until_us >= :week THEN 1 ELSE 0 END), 0) AS number_week FROM ({cases}) c
"""
COUNT_WAITING = """
SELECT count(*) AS number, coalesce(sum(CASE WHEN since_us < :before THEN 1 ELSE 0 END), 0) AS overdue FROM ({cases}) c
"""
OLDEST = """
SELECT i.item_id, i.name, c.since_us FROM ({cases}) c JOIN item i ON i.item_seq = c.task_seq
 ORDER BY c.since_us, c.task_seq LIMIT :limit
"""


def read_levels(db: Connection, project: Row, *, now_us: int) -> list[Level]:
    """How the project keeps each of its promises; `db` is a snapshot. Takes long on a large project: use a thread."""
    return [_of_answers(db, project, hours, now_us) if sort == "answer" else _of_tasks(db, project, sort, hours, now_us)
            for sort, hours in read_hours(db, project["project_id"]).items()]


def _of_tasks(db: Connection, project: Row, sort: Sort, hours: float, now_us: int) -> Level:
    most = round(hours * HOUR_US)
    args: dict[str, object] = {"project": project["project_id"], "since": now_us - MONTH_US, "week": now_us - WEEK_US,
                               "most": most, "before": now_us - most, "limit": OLDEST_MOST}
    ended = db.one(COUNT_ENDED.format(cases=ENDED[sort]), args)
    waiting = db.one(COUNT_WAITING.format(cases=WAITING[sort]), args)
    assert ended is not None and waiting is not None
    overdue = int(waiting["overdue"])
    oldest = tuple(Case(item_id=row["item_id"], name=row["name"], since_us=row["since_us"], until_us=None)
                   for row in db.all(OLDEST.format(cases=WAITING[sort]), args))
    return Level(
        sort=sort, hours=hours, kept_in_week=int(ended["kept_week"]), kept_in_month=int(ended["kept"]),
        missed_in_week=int(ended["number_week"] - ended["kept_week"]) + overdue,
        missed_in_month=int(ended["number"] - ended["kept"]) + overdue, waiting=int(waiting["number"]),
        overdue=overdue, oldest=oldest)


APPEALS = """
SELECT a.appeal_id AS about, a.created_us, a.decided_us, i.item_id, i.name FROM appeal a
  JOIN annotation n ON n.annotation_id = a.annotation_id JOIN item i ON i.item_seq = n.task_seq
 WHERE a.workspace_id = :workspace AND a.project_id = :project AND a.state <> 'withdrawn' ORDER BY a.appeal_id
"""
COMMENTS = """
SELECT c.comment_id, c.task_seq, c.person_id, c.text, c.created_us, i.item_id, i.name FROM comment c
  JOIN item i ON i.item_seq = c.task_seq WHERE c.project_id = :project ORDER BY c.task_seq, c.comment_id
"""


def _asked(db: Connection, project: Row) -> Iterator[Case]:
    """Every appeal and every question, with when it was answered."""
    args = {"workspace": project["workspace_id"], "project": project["project_id"]}
    for row in db.stream(APPEALS, args):
        yield Case(item_id=row["item_id"], name=row["name"], since_us=row["created_us"],
                   until_us=row["decided_us"] or None, about=row["about"])
    said: list[Row] = []
    for row in db.stream(COMMENTS, args):
        if said and said[0]["task_seq"] != row["task_seq"]:
            yield from _questions(said)
            said = []
        said.append(row)
    yield from _questions(said)


def _questions(said: list[Row]) -> Iterator[Case]:
    """The questions of one item's comments; somebody who was mentioned answers, and does not ask back."""
    mentioned: set[str] = set()
    for i, row in enumerate(said):
        named = set(mentions(row["text"])) - {row["person_id"]}
        if named and row["person_id"] not in mentioned:
            answer = next((one["created_us"] for one in said[i + 1:] if one["person_id"] != row["person_id"]), None)
            yield Case(item_id=row["item_id"], name=row["name"], since_us=row["created_us"], until_us=answer,
                       about=row["comment_id"])
        mentioned |= named


def _of_answers(db: Connection, project: Row, hours: float, now_us: int) -> Level:
    most = round(hours * HOUR_US)
    cases = list(_asked(db, project))
    waiting = sorted((one for one in cases if one.until_us is None), key=lambda one: one.since_us)
    overdue = sum(now_us - one.since_us > most for one in waiting)

    def kept(since_us: int) -> tuple[int, int]:
        spans = [one.until_us - one.since_us for one in cases if one.until_us is not None and one.until_us >= since_us]
        in_time = sum(span <= most for span in spans)
        return in_time, len(spans) - in_time + overdue

    (week, missed_week), (month, missed_month) = kept(now_us - WEEK_US), kept(now_us - MONTH_US)
    return Level(sort="answer", hours=hours, kept_in_week=week, missed_in_week=missed_week, kept_in_month=month,
                 missed_in_month=missed_month, waiting=len(waiting), overdue=overdue,
                 oldest=tuple(waiting[:OLDEST_MOST]))


LATE = """
SELECT i.item_id, i.name, c.since_us, c.until_us FROM ({cases}) c JOIN item i ON i.item_seq = c.task_seq
 WHERE c.until_us - c.since_us > :most ORDER BY c.until_us, c.task_seq
"""
OVERDUE = """
SELECT i.item_id, i.name, c.since_us FROM ({cases}) c JOIN item i ON i.item_seq = c.task_seq
 WHERE c.since_us < :before ORDER BY c.since_us, c.task_seq
"""


def read_breaches(db: Connection, project: Row, *, now_us: int) -> Iterator[tuple[Sort, float, Case]]:
    """Everything of the last 30 days that was late, then all that waits beyond its time: sort, hours promised, case."""
    for sort, hours in read_hours(db, project["project_id"]).items():
        most = round(hours * HOUR_US)
        found: Iterable[Case]
        if sort == "answer":
            found = (one for one in _asked(db, project) if _is_late(one, most, now_us))
        else:
            found = _late_tasks(db, project, sort, most, now_us)
        for case in found:
            yield sort, hours, case


def _is_late(case: Case, most: int, now_us: int) -> bool:
    if case.until_us is None:
        return now_us - case.since_us > most
    return case.until_us >= now_us - MONTH_US and case.until_us - case.since_us > most


def _late_tasks(db: Connection, project: Row, sort: Sort, most: int, now_us: int) -> Iterator[Case]:
    args: dict[str, object] = {"project": project["project_id"], "since": now_us - MONTH_US, "most": most,
                               "before": now_us - most}
    for row in db.stream(LATE.format(cases=ENDED[sort]), args):
        yield Case(item_id=row["item_id"], name=row["name"], since_us=row["since_us"], until_us=row["until_us"])
    for row in db.stream(OVERDUE.format(cases=WAITING[sort]), args):
        yield Case(item_id=row["item_id"], name=row["name"], since_us=row["since_us"], until_us=None)
