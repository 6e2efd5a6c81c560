"""Deadlines: whether a project and its batches will be settled in time, at the pace of the last days.

Answers and reviews are forecast each from their own pace, and what is settled is done when both are. A batch is done
when everything has been worked on that is handed out before its last task: the pace is the whole project's, in the
order of the queue. People who are sent into one batch make it quicker than this says.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldsmith.db.connection import Connection, Row
from goldsmith.quality.forecast import DAY_US, HOUR_US, MINUTE_US, Forecast, Series, burn_up, futures, span_of
from goldsmith.work.data.batches import read_standing
from goldsmith.work.data.urgency import read_deadlines
from goldsmith.work.routing import draining
from goldsmith.work.setup.projects import WORKING, count_tasks

LOOK_BACK_US = 28 * DAY_US  # whose pace counts
BY_DAY_US = 14 * DAY_US  # of work, from which on days are counted: weekends come along
NEAR_US = 33 * HOUR_US  # of work, up to which minutes are counted
PACE_US = 7 * DAY_US  # over which "a day" is averaged
LIKELY, UNLIKELY = 0.8, 0.2  # the chance from which on it is on time, and below which it is late
SEED = 1  # the same events give the same forecast
Standing = Literal["on_time", "at_risk", "late", "done", "unknown"]


class Outlook(Struct, frozen=True, kw_only=True):
    """How a project ("") or a batch stands before its deadline."""

    batch: str
    due_us: int
    zone: str
    priority: int  # that its tasks get because of the date; 0: none
    standing: Standing
    left: int  # items that are not settled
    forecast: Forecast | None
    reason: str  # why there is none
    chance: float | None  # of being settled in time
    late_days: float | None  # how much later than due it is done in the middle of all futures; None: in time
    slow_stage: Literal["label", "review"] | None  # what the rest waits for
    per_day: float | None  # answers, or reviews, of the slow stage now
    more_per_day: int | None  # that are needed beyond these to be done in time
    more_people: int | None  # who work like those of the last days
    people: int = 0  # who did that stage in the last days


class Pace(Struct, frozen=True, kw_only=True):
    """What was done of one stage in the last weeks."""

    series: Series
    per_day: float
    people: int


class Load(Struct, frozen=True, kw_only=True):
    """What is to be done before something counts as settled."""

    left: int  # items
    answers: int
    reviews: int
    is_batch: bool


def read_outlooks(db: Connection, project: Row, *, now_us: int) -> list[Outlook]:
    """The project's outlook and its batches', those that have a deadline; `db` is a snapshot.

    Takes up to a second on a large project: run it in a thread, and keep what it gives.
    """
    rows = read_deadlines(db, project["project_id"])
    if not rows:
        return []
    paces = {stage: _pace(db, project, stage, now_us) for stage in DONE}
    extra = _one_more(db, project, now_us)
    found = []
    for row in rows:
        load = _load(db, project, row["batch"], extra)
        found.append(_outlook(project, row, load, paces, now_us))
    return found


SEQ_AT = "SELECT event_seq, created_us FROM event WHERE event_seq >= :seq ORDER BY event_seq LIMIT 1"
ENDS = "SELECT coalesce(min(event_seq), 0) AS first, coalesce(max(event_seq), 0) AS last FROM event"


def find_event(db: Connection, at_us: int) -> int:
    """The number of about the first event at or after this time: events are numbered as they happen."""
    row = db.one(ENDS)
    low, high = (int(row["first"]), int(row["last"]) + 1) if row is not None else (0, 0)
    while low < high:
        middle = (low + high) // 2
        found = db.one(SEQ_AT, {"seq": middle})
        if found is not None and found["created_us"] < at_us:
            low = found["event_seq"] + 1
        else:
            high = middle
    return low


DONE = {  # stage → the events that are one piece of its work; a review is settled or returned by a person
    "label": "what = 'answer.submitted'",
    "review": "what IN ('task.settled', 'task.returned') AND person_id <> ''",
}
BINS = """
SELECT bin, count(*) AS number FROM (
  SELECT created_us / :width AS bin FROM event
   WHERE workspace_id = :workspace AND project_id = :project AND {done} AND event_seq >= :first) found
 GROUP BY bin ORDER BY bin
"""
WHO = """
SELECT count(DISTINCT person_id) AS people, count(*) AS number, min(created_us) AS since FROM event
 WHERE workspace_id = :workspace AND project_id = :project AND {done} AND event_seq >= :first
"""
FIRST = """
SELECT min(created_us) FROM event WHERE workspace_id = :workspace AND project_id = :project AND {done}
   AND event_seq >= :first
"""


def _args(project: Row, first: int) -> dict[str, object]:
    return {"workspace": project["workspace_id"], "project": project["project_id"], "first": first}


def _pace(db: Connection, project: Row, stage: str, now_us: int) -> Pace:
    args = _args(project, find_event(db, now_us - LOOK_BACK_US))
    since = db.one(FIRST.format(done=DONE[stage]), args)
    first_us = int(since[0]) if since is not None and since[0] is not None else now_us
    width = MINUTE_US if now_us - first_us < NEAR_US else HOUR_US
    rows = db.all(BINS.format(done=DONE[stage]), {**args, "width": width})
    bins = [(row["bin"] * width, row["number"]) for row in rows]
    recent = db.one(WHO.format(done=DONE[stage]), _args(project, find_event(db, now_us - PACE_US)))
    assert recent is not None
    days = max(1 / 24, (now_us - max(first_us, now_us - PACE_US)) / DAY_US)
    return Pace(series=_series(bins, first_us, now_us), per_day=recent["number"] / days, people=int(recent["people"]))


def _series(bins: Iterable[tuple[int, int]], first_us: int, now_us: int) -> Series:
    """By day where there are two weeks of work, so that a weekend comes as often as it does; else as fine as may be."""
    pairs = list(bins)
    if now_us - first_us < BY_DAY_US:
        times = [first_us, *(max(at, first_us) for at, _ in pairs)]
        return burn_up(times, [0, *(number for _, number in pairs)], now_us=max(now_us, first_us))
    start = first_us // DAY_US
    done = np.zeros(now_us // DAY_US - start + 1, dtype=np.int64)
    for at, number in pairs:
        done[max(0, at // DAY_US - start)] += number
    total = tuple(done.cumsum().tolist())
    return Series(start_us=start * DAY_US, bin_us=DAY_US, done=tuple(done.tolist()), total=total)


COUNT_OF = """
SELECT count(*) FROM event WHERE workspace_id = :workspace AND project_id = :project AND what = :what
   AND event_seq >= :first
"""


def _one_more(db: Connection, project: Row, now_us: int) -> float:
    """How many further answers one answer leads to, because people do not agree; below 0.9."""
    args = _args(project, find_event(db, now_us - LOOK_BACK_US))
    more, given = (db.one(COUNT_OF, {**args, "what": what}) for what in ("answer.one_more", "answer.submitted"))
    return 0.0 if more is None or given is None or not given[0] else min(0.9, more[0] / given[0])


OPEN_SEATS = """
SELECT count(*) FROM seat WHERE project_id = :project AND stage = 'label' AND audit_id = '' AND state = 'open'
   AND only_for IS NULL
"""
LAST_OF_BATCH = """
SELECT priority, position FROM seat WHERE project_id = :project AND stage = '{stage}' AND audit_id = ''
   AND batch = :batch AND batch <> '' AND state = 'open' AND only_for IS NULL
 ORDER BY priority, position DESC LIMIT 1
"""
BEFORE = """
SELECT count(*) FROM seat WHERE project_id = :project AND stage = '{stage}' AND audit_id = '' AND state = 'open'
   AND only_for IS NULL AND (priority > :priority OR (priority = :priority AND position <= :position))
"""


def _load(db: Connection, project: Row, batch: str, extra: float) -> Load:
    project_id = project["project_id"]
    counts = read_standing(db, project_id, batch).by_state if batch else count_tasks(db, project_id)
    waiting = sum(counts.get(state, 0) for state in draining.BETWEEN)
    left = counts["open"] + waiting
    seats = _before(db, project_id, batch, "label") if batch else _count(db, OPEN_SEATS, project_id)
    if project["state"] == "draining" and not batch:
        left = draining.count_left(db, project_id)
        seats = min(seats, max(0, left - waiting) * project["overlap"])
    answers = ceil(max(seats, min(counts["open"], left)) / (1 - extra)) if left else 0
    reviews = waiting + (counts["open"] if project["review"] else 0)
    if batch and reviews:
        ahead = answers // project["overlap"] if project["review"] else 0
        reviews = max(reviews, ahead + _before(db, project_id, batch, "review"))
    return Load(left=left, answers=answers if counts["open"] else 0, is_batch=batch != "",
                reviews=reviews if batch else min(reviews, left))


def _count(db: Connection, sql: str, project_id: str) -> int:
    row = db.one(sql, {"project": project_id})
    return int(row[0]) if row is not None else 0


def _before(db: Connection, project_id: str, batch: str, stage: str) -> int:
    """Open seats that are handed out up to the batch's last one, its own among them."""
    args: dict[str, object] = {"project": project_id, "batch": batch}
    last = db.one(LAST_OF_BATCH.format(stage=stage), args)
    if last is None:
        return 0
    row = db.one(BEFORE.format(stage=stage), {**args, "priority": last["priority"], "position": last["position"]})
    return int(row[0]) if row is not None else 0


def _outlook(project: Row, row: Row, load: Load, paces: dict[str, Pace], now_us: int) -> Outlook:
    due_us = row["due_us"]
    ends, slow, reason = _simulate(project, load, paces, now_us)
    chance = None if ends is None else float(np.mean(ends <= due_us))
    span = None if ends is None else span_of(ends)
    late = None if span is None or span.mid_us <= due_us else (span.mid_us - due_us) / DAY_US
    pace = paces[slow] if slow is not None else None
    more, people = _needed(load, pace, slow, due_us, now_us) if chance is None or chance < LIKELY else (None, None)
    return Outlook(
        batch=row["batch"], due_us=due_us, zone=row["zone"], priority=row["priority"], left=load.left, forecast=span,
        standing=_standing(load, chance, due_us, now_us), reason=reason, chance=chance if load.left else None,
        late_days=late if load.left else None, slow_stage=slow, per_day=None if pace is None else pace.per_day,
        more_per_day=more, more_people=people, people=0 if pace is None else pace.people)


def _simulate(project: Row, load: Load, paces: dict[str, Pace],
              now_us: int) -> tuple[NDArray[np.float64] | None, Literal["label", "review"] | None, str]:
    """When all is settled, in many futures, and the stage that takes longest; or why that cannot be told."""
    if not load.left:
        return None, None, "Everything is settled."
    if project["state"] not in WORKING:
        return None, None, f"The project is {project['state']}."
    if project["state"] == "draining" and load.is_batch:
        return None, None, "The project is draining: of the batch only what was begun will be settled."
    rng = np.random.default_rng(SEED)
    labels = futures(paces["label"].series, load.answers, now_us, rng)
    reviews = futures(paces["review"].series, load.reviews, now_us, rng)
    if labels is None:
        return None, "label", "Too few answers were given so far to tell."
    if reviews is None:
        return None, "review", "Too few reviews were done so far to tell."
    slow: Literal["label", "review"] = "label" if np.median(labels) >= np.median(reviews) else "review"
    return np.maximum(labels, reviews), slow, ""


def _standing(load: Load, chance: float | None, due_us: int, now_us: int) -> Standing:
    if not load.left:
        return "done"
    if due_us <= now_us:
        return "late"
    if chance is None:
        return "unknown"
    return "on_time" if chance >= LIKELY else "at_risk" if chance >= UNLIKELY else "late"


def _needed(load: Load, pace: Pace | None, slow: str | None, due_us: int, now_us: int) -> tuple[int | None, int | None]:
    """How much more a day, and how many more people of the usual pace, would do it; None where nothing would help."""
    days = (due_us - now_us) / DAY_US
    if pace is None or days <= 0 or not load.left:
        return None, None
    rest = load.answers if slow == "label" else load.reviews
    more = ceil(rest / days - pace.per_day)
    if more <= 0:
        return None, None
    return more, ceil(more * pace.people / pace.per_day) if pace.people and pace.per_day else None
