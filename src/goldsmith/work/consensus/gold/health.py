"""Health: how gold does, by item, by annotator and over time; and what annotators are told of themselves.

Only gold that is trusted counts for annotators: what was suspended or retired says nothing of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from goldsmith.db.connection import Connection, Row
from goldsmith.quality.gold import Tally, pool_share, skill_of
from goldsmith.work.consensus.gold.judging import tallies_besides
from goldsmith.work.pay.prices import DAY_US

Sort = Literal["attention", "share", "answers", "newest"]
TOLD_STEP = 10  # answers to gold of which annotators are told together
GRADES = {"suspended": 0, "active": 1, "retired": 2}


class Query(Struct, frozen=True, kw_only=True):
    """Which gold, in which order."""

    state: str = ""  # active, suspended or retired; "": all
    sort: Sort = "attention"  # suspended first, then the lowest share right
    after: int = 0  # how many come before
    limit: int = 50


GOLD = "SELECT task_seq, state, created_us FROM gold WHERE project_id = :project AND workspace_id = :workspace"
ANSWERED = """
SELECT task_seq, count(*) AS answered, sum(is_right) AS were_right, max(answered_us) AS last_us
  FROM gold_answer WHERE project_id = :project AND is_right IS NOT NULL GROUP BY task_seq
"""
DETAILS = """
SELECT g.*, i.item_id, i.name, i.item_json, t.task_id FROM gold g JOIN item i ON i.item_seq = g.task_seq
  JOIN task t ON t.task_seq = g.task_seq WHERE g.task_seq = :task
"""


class GoldFigures(Struct, frozen=True, kw_only=True):
    """A gold item with how it was answered."""

    row: Row
    tally: Tally
    last_us: int | None


def list_gold(db: Connection, project: Row, query: Query) -> tuple[list[GoldFigures], int, int | None]:
    """A page of gold, how many fit in all, and where the next page begins."""
    args = {"project": project["project_id"], "workspace": project["workspace_id"]}
    answered = {row["task_seq"]: row for row in db.all(ANSWERED, args)}
    rows = [row for row in db.all(GOLD, args) if query.state in ("", row["state"])]
    rows.sort(key=lambda row: _order(row, _tally(answered.get(row["task_seq"])), query.sort))
    limit = max(1, query.limit)
    shown = rows[max(0, query.after):max(0, query.after) + limit]
    found = []
    for one in shown:
        details, figures = db.one(DETAILS, {"task": one["task_seq"]}), answered.get(one["task_seq"])
        assert details is not None
        found.append(GoldFigures(row=details, tally=_tally(figures),
                                 last_us=None if figures is None else figures["last_us"]))
    following = query.after + len(shown)
    return found, len(rows), following if following < len(rows) else None


def _tally(row: Row | None) -> Tally:
    return Tally() if row is None else Tally(right=int(row["were_right"]), answered=row["answered"])


def _order(row: Row, tally: Tally, sort: Sort) -> tuple[float, ...]:
    share = tally.right / tally.answered if tally.answered else 2.0  # what nobody answered comes last
    by = {"attention": (GRADES[row["state"]], share, -tally.answered), "share": (share, -tally.answered),
          "answers": (-tally.answered,), "newest": (-row["created_us"],)}
    return (*by[sort], row["task_seq"])


STATES = """
SELECT state, count(*) AS number FROM gold WHERE project_id = :project AND workspace_id = :workspace GROUP BY state
"""
DAYS = """
SELECT day, count(*) AS answered, sum(is_right) AS were_right FROM (
  SELECT answered_us / :day AS day, is_right FROM gold_answer
   WHERE project_id = :project AND is_right IS NOT NULL AND task_seq NOT IN (
     SELECT g.task_seq FROM gold g WHERE g.project_id = :project AND g.state IN ('suspended', 'retired'))) given
 GROUP BY day ORDER BY day
"""
PEOPLE = """
SELECT n.person_id, n.name, n.sort, given.answered, given.were_right, given.last_us FROM (
  SELECT person_id, count(*) AS answered, sum(is_right) AS were_right, max(answered_us) AS last_us FROM gold_answer
   WHERE project_id = :project AND is_right IS NOT NULL AND task_seq NOT IN (
     SELECT g.task_seq FROM gold g WHERE g.project_id = :project AND g.state IN ('suspended', 'retired'))
   GROUP BY person_id) given
  JOIN person n ON n.person_id = given.person_id
 WHERE n.workspace_id = :workspace ORDER BY given.answered DESC, n.person_id
"""


class Day(Struct, frozen=True, kw_only=True):
    """A day (UTC) of answers to trusted gold."""

    start_us: int
    tally: Tally


def count_states(db: Connection, project: Row) -> dict[str, int]:
    """How many gold items are active, suspended and retired."""
    rows = db.all(STATES, {"project": project["project_id"], "workspace": project["workspace_id"]})
    return {"active": 0, "suspended": 0, "retired": 0} | {row["state"]: row["number"] for row in rows}


def read_days(db: Connection, project: Row) -> list[Day]:
    """The answers to trusted gold day by day, without days that had none."""
    rows = db.all(DAYS, {"project": project["project_id"], "day": DAY_US})
    return [Day(start_us=row["day"] * DAY_US, tally=_tally(row)) for row in rows]


def list_people(db: Connection, project: Row) -> list[Row]:
    """Everybody who answered trusted gold, whoever answered most first."""
    return db.all(PEOPLE, {"project": project["project_id"], "workspace": project["workspace_id"]})


ANSWERS = """
SELECT a.*, n.name, n.sort, v.value_json, v.work_seconds FROM gold_answer a
  JOIN annotation v ON v.annotation_id = a.annotation_id JOIN person n ON n.person_id = a.person_id
 WHERE a.task_seq = :task AND a.workspace_id = :workspace ORDER BY a.answered_us
"""


class Judgement(Struct, frozen=True, kw_only=True):
    """One answer to a gold item, with its author's record on all other trusted gold."""

    row: Row
    elsewhere: Tally
    skill: float  # the share right elsewhere, shrunk to that of all


def list_answers(db: Connection, gold: Row) -> list[Judgement]:
    """All answers to a gold item, in the order in which they came."""
    tallies = tallies_besides(db, gold["project_id"], gold["task_seq"])
    pool = pool_share(list(tallies.values()))
    rows = db.all(ANSWERS, {"task": gold["task_seq"], "workspace": gold["workspace_id"]})
    return [Judgement(row=row, elsewhere=one, skill=skill_of(one, pool))
            for row in rows for one in [tallies.get(row["person_id"], Tally())]]


TOLD = """
SELECT a.project_id, p.name, a.is_right FROM gold_answer a JOIN gold g ON g.task_seq = a.task_seq
  JOIN project p ON p.project_id = a.project_id
 WHERE a.project_id IN (SELECT project_id FROM project WHERE workspace_id = :workspace AND gold_share IS NOT NULL)
   AND a.person_id = :person AND a.is_right IS NOT NULL AND g.state = 'active' AND a.answered_us < :until
 ORDER BY a.project_id, a.answered_us
"""


class Told(Struct, frozen=True, kw_only=True):
    """What an annotator is told of their answers to gold in one project."""

    project_id: str
    project: str
    tally: Tally


def read_told(db: Connection, workspace_id: str, person_id: str, *, now_us: int) -> list[Told]:
    """Of each project the share right, from ten answers on, in whole tens, up to the end of yesterday (UTC).

    So the figure cannot be watched while one hands in answers, and says of no item that it was gold.
    """
    rows = db.all(TOLD, {"workspace": workspace_id, "person": person_id, "until": now_us // DAY_US * DAY_US})
    names: dict[str, str] = {row["project_id"]: row["name"] for row in rows}
    by_project = {one: [int(row["is_right"]) for row in rows if row["project_id"] == one] for one in names}
    return [Told(project_id=one, project=names[one], tally=Tally(right=sum(shown), answered=len(shown)))
            for one, marks in by_project.items() if (shown := _whole_tens(marks))]


def _whole_tens(marks: Sequence[int]) -> Sequence[int]:
    return marks[:len(marks) // TOLD_STEP * TOLD_STEP]
