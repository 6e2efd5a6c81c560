"""Progress: how a project has come along, when it will be done, who works at which pace, and what waits.

Everything is read from one snapshot and its cost has a bound: events are counted in bins by the database, agreement
looks at the newest multiply-answered tasks (5,000 of them, or 500 where shapes have to be matched), a person's pace at
their newest 1,000 answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from statistics import fmean, stdev

import numpy as np
from msgspec import Struct

from goldsmith.core.task.workflow import ADJUDICATION, decode_workflow
from goldsmith.db.connection import Connection, Row
from goldsmith.quality.certificate import FieldAgreement
from goldsmith.quality.coefficients import Coefficient
from goldsmith.quality.forecast import DAY_US, HOUR_US, MINUTE_US, POINTS_MOST, Forecast, Series, burn_up, forecast
from goldsmith.quality.interval import student_quantile
from goldsmith.quality.speed import Speed, TimedAnswer, speeds
from goldsmith.work.answers import newest_given
from goldsmith.work.consensus import auto_accept
from goldsmith.work.figures.agreement import Agreed, Alike, read_agreement
from goldsmith.work.review.levels import read_levels
from goldsmith.work.routing import draining
from goldsmith.work.setup.projects import count_tasks

TIMED_MOST = 1000  # newest answers of a person that their pace rests on
REASONS_MOST = 5  # kinds of rejected rows that are listed
PEOPLE_MOST = 200  # of those with the most answers
SEED = 1  # of the forecast: the same events give the same band


class Point(Struct, frozen=True, kw_only=True):
    """Items settled and answers given until a time."""

    at_us: int
    settled: int
    answers: int


class Pair(Struct, frozen=True, kw_only=True):
    """The mean agreement of two people over the items both answered."""

    a: str
    b: str
    agreement: float
    items: int


class Worker(Struct, frozen=True, kw_only=True):
    """One person's answers, pace, and mean agreement with the others with its 95 % interval."""

    person_id: str
    name: str
    sort: str  # human or model
    answers: int
    returned: int
    speed: Speed | None  # None: no answer that stands
    agreement: float | None = None  # None: no item that another answered too
    agreement_low: float | None = None
    agreement_high: float | None = None


class Wait(Struct, frozen=True, kw_only=True):
    """Work that waits for a decision: what, why, how much, and since when at most."""

    what: str  # review, undecided, adjudication, returned, model or rejected
    why: str
    level: str = ""  # of a review: the level's name, where there are several
    items: int
    oldest_us: int | None


class Progress(Struct, frozen=True, kw_only=True):
    """All of it."""

    counts: dict[str, int]
    series: list[Point]
    forecast: Forecast | None
    forecast_reason: str  # why there is none
    agreement: list[FieldAgreement]
    coefficients: dict[str, list[Coefficient]]  # by field of single choices, beside alpha
    pairs: list[Pair]
    people: list[Worker]
    waiting: list[Wait]


def read_progress(db: Connection, project: Row, *, now_us: int, agreed: Agreed | None = None) -> Progress:
    """How a project stands; `db` is a snapshot. Takes up to seconds on a large project: run it in a thread.

    The agreement is the one that was read before, where one is given.
    """
    counts = count_tasks(db, project["project_id"])
    settled, answered = _series(db, project, now_us)
    found, reason = _forecast(db, project, counts, settled, now_us)
    known = agreed or read_agreement(db, project)
    return Progress(
        counts=counts, series=_points(settled, answered, now_us), forecast=found, forecast_reason=reason,
        agreement=known.fields, coefficients=known.others, pairs=_pairs(known.alike),
        people=_workers(db, project, known.alike),
        waiting=_waiting(db, project))


FIRST = """
SELECT created_us FROM event WHERE event_seq = (
  SELECT min(event_seq) FROM event WHERE workspace_id = :workspace AND project_id = :project AND what = :what)
"""
# An answer that its author gave anew counts each time; a task that settled again counts where it settled last.
ANSWERED = """
SELECT bin, count(*) AS number FROM (
  SELECT created_us / :width AS bin FROM event
   WHERE workspace_id = :workspace AND project_id = :project AND what = 'answer.submitted') given
 GROUP BY bin ORDER BY bin
"""
SETTLED = """
SELECT bin, count(*) AS number FROM (
  SELECT about, max(created_us) / :width AS bin FROM event
   WHERE workspace_id = :workspace AND project_id = :project AND what = 'task.settled' GROUP BY about) last
 GROUP BY bin ORDER BY bin
"""


def _series(db: Connection, project: Row, now_us: int) -> tuple[Series, Series]:
    """Tasks settled and answers given, on one axis of time that begins with the first of either."""
    args = {"workspace": project["workspace_id"], "project": project["project_id"]}
    firsts = [db.one(FIRST, {**args, "what": what}) for what in ("task.settled", "answer.submitted")]
    first_us = min([row["created_us"] for row in firsts if row is not None], default=now_us)
    width = _width(now_us - first_us)

    def read(sql: str) -> Series:
        rows = db.all(sql, {**args, "width": width})
        times = [first_us, *(max(row["bin"] * width, first_us) for row in rows)]
        return burn_up(times, [0, *(row["number"] for row in rows)], now_us=max(now_us, first_us))

    return read(SETTLED), read(ANSWERED)


def _width(span_us: int) -> int:
    """The widest of minute, hour and day that divides the bins that a burn-up over this span will have."""
    if span_us < (POINTS_MOST - 1) * 10 * MINUTE_US:
        return MINUTE_US
    return HOUR_US if span_us < (POINTS_MOST - 1) * DAY_US else DAY_US


def _points(settled: Series, answered: Series, now_us: int) -> list[Point]:
    """One at the end of each bin, the last of them now."""
    ends = [min(settled.start_us + (i + 1) * settled.bin_us, now_us) for i in range(len(settled.total))]
    return [Point(at_us=at, settled=done, answers=given)
            for at, done, given in zip(ends, settled.total, answered.total, strict=True)]


def _forecast(db: Connection, project: Row, counts: Mapping[str, int], settled: Series,
              now_us: int) -> tuple[Forecast | None, str]:
    remaining = sum(counts.get(state, 0) for state in ("open", "in_review", "undecided"))
    if not counts["items"]:
        return None, "There are no items yet."
    if not remaining:
        return None, "Everything is settled."
    if project["state"] == "draining":
        remaining = min(remaining, draining.count_left(db, project["project_id"]))
    elif project["state"] != "open":
        return None, f"The project is {project['state']}."
    found = forecast(settled, remaining, now_us, np.random.default_rng(SEED))
    return found, "" if found else "Too little has been settled so far to tell."


def _pairs(alike: Alike) -> list[Pair]:
    return [Pair(a=a, b=b, agreement=fmean(scores), items=len(scores)) for (a, b), scores in sorted(alike.items())]


PER_PERSON = """
SELECT person_id, count(*) AS number, sum(CASE WHEN state = 'returned' THEN 1 ELSE 0 END) AS returned
  FROM annotation WHERE project_id = :project AND origin IN ('answer', 'gold') AND state <> 'replaced'
 GROUP BY person_id
"""
NEWEST = f"""
SELECT work_seconds, created_us FROM ({newest_given("state NOT IN ('replaced', 'returned')", most=":most")}) given
 ORDER BY annotation_id DESC LIMIT :most
"""
NAMES = "SELECT person_id, name, sort FROM person WHERE workspace_id = :workspace"


def _workers(db: Connection, project: Row, alike: Alike) -> list[Worker]:
    """Everybody who answered, whoever answered most first."""
    names = {row[0]: row for row in db.all(NAMES, {"workspace": project["workspace_id"]})}
    rows = sorted(db.all(PER_PERSON, {"project": project["project_id"]}), key=lambda row: (-row[1], row[0]))
    scores: dict[str, list[float]] = {}
    for pair, found in alike.items():
        for person in pair:
            scores.setdefault(person, []).extend(found)
    return [_worker(db, project, row, names, scores.get(row["person_id"], [])) for row in rows[:PEOPLE_MOST]]


def _worker(db: Connection, project: Row, row: Row, names: Mapping[str, Row], scores: list[float]) -> Worker:
    person_id = row["person_id"]
    timed = [TimedAnswer(person=person_id, work_seconds=one["work_seconds"], at_us=one["created_us"]) for one in db.all(
        NEWEST, {"project": project["project_id"], "person": person_id, "most": TIMED_MOST})]
    mean, low, high = _mean_interval(scores)
    known = names.get(person_id)
    return Worker(
        person_id=person_id, name=known["name"] if known else "", sort=known["sort"] if known else "human",
        answers=int(row["number"] - row["returned"]),
        returned=int(row["returned"]), speed=speeds(timed)[0] if timed else None,
        agreement=mean, agreement_low=low, agreement_high=high)


def _mean_interval(scores: Sequence[float]) -> tuple[float | None, float | None, float | None]:
    """The mean of scores in [0, 1] and Student's 95 % interval of it, from ten scores on, cut to [0, 1].

    The scores of one item with several others are taken as independent, which makes the interval a little narrow.
    """
    if not scores:
        return None, None, None
    mean = fmean(scores)
    if len(scores) < 10:
        return mean, None, None
    half = student_quantile(0.95, len(scores) - 1) * stdev(scores) / sqrt(len(scores))
    return mean, max(0.0, mean - half), min(1.0, mean + half)


WAITS = {  # by state, and whether it is at adjudication
    ("in_review", False): ("review", "answered, and not reviewed yet"),
    ("undecided", False): ("undecided", "the answers have no majority"),
    ("undecided", True): ("adjudication", "the answers have no majority, or a reviewer is in doubt")}
WHY_STOPPED = {"paused": "the model is wrong more often than was stated",
               "refused": "the model is wrong too often to answer alone"}
GIVEN_BACK = """
SELECT count(DISTINCT s.task_seq) AS number, min(t.updated_us) AS oldest
  FROM seat s JOIN task t ON t.task_seq = s.task_seq
 WHERE s.project_id = :project AND s.stage = 'label' AND s.state = 'open' AND s.only_for IS NOT NULL
   AND s.kept_until_us = 0
"""
REJECTED = """
SELECT r.reason, count(*) AS number, min(i.created_us) AS oldest
  FROM rejection r JOIN import i ON i.import_id = r.import_id
 WHERE i.workspace_id = :workspace AND i.project_id = :project AND i.import_id NOT IN (
   SELECT e.about FROM event e
    WHERE e.workspace_id = :workspace AND e.project_id = :project AND e.what = 'import.seen')
 GROUP BY r.reason ORDER BY 2 DESC, 1 LIMIT :most
"""


def _at_levels(db: Connection, project: Row) -> list[Wait]:
    """What is at each review level, in the order of the workflow, then what is undecided."""
    workflow = decode_workflow(project["workflow_json"])
    order = [one.level for one in workflow.reviews]
    counted = sorted(read_levels(db, project["project_id"]).items(), key=lambda one: (
        one[0][0], order.index(one[0][1]) if one[0][1] in order else len(order)))
    found = []
    for (state, level), (number, oldest) in counted:
        what, why = WAITS[(state, level == ADJUDICATION)]
        name = workflow.name_of(level) if len(order) > 1 else ""
        found.append(Wait(what=what, why=why, level=name, items=number, oldest_us=oldest))
    return found


def _waiting(db: Connection, project: Row) -> list[Wait]:
    """What people have to decide, what was given back, and the commonest reasons why rows did not come in."""
    args = {"workspace": project["workspace_id"], "project": project["project_id"]}
    found = _at_levels(db, project)
    row = db.one(GIVEN_BACK, args)
    if row is not None and row["number"]:
        found.append(Wait(what="returned", why="given back to who answered", items=row["number"],
                          oldest_us=row["oldest"]))
    stopped = auto_accept.read_stopped(db, project) if project["auto_accepting"] else []
    found += [Wait(what="model", why=WHY_STOPPED[state], level=name, items=1, oldest_us=changed_us)
              for name, state, changed_us in stopped]
    rows = db.all(REJECTED, {**args, "most": REASONS_MOST})
    return found + [Wait(what="rejected", why=row["reason"], items=row["number"], oldest_us=row["oldest"])
                    for row in rows]
