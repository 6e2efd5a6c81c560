"""Suggestions: what models predicted of an item, shown to whoever labels it, and what their answers made of it.

Shown are the predictions of the models that a manager chose, under the schema that is in force. A share of the tasks,
drawn by the hash of their ids, shows none: only answers that were given without a suggestion tell how good suggestions
are. A model that is being measured as an annotator (`consensus.auto_accept`) shows none either, for the same reason.
"""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec
from msgspec import Struct

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.errors import BadInput
from goldsmith.core.events import Event
from goldsmith.core.money import AMOUNT_MOST, check_currency
from goldsmith.core.schema import LabelSchema
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import KINDS, decode_value
from goldsmith.work.consensus import decode_schema
from goldsmith.work.routing.predicting import registry
from goldsmith.work.routing.predicting.asking import Checked

SHOWN_MOST = 3
BATCH_LEAST, BATCH_MOST = 5, 500
COMPARED_MOST = 60  # objects of an answer that was given without seeing the suggestion
Order = Literal["", "doubt", "spread", "both"]
Objects = tuple[AnnotatedObject, ...]


class Suggesting(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which models' predictions annotators of a project see, and whether these order the queue."""

    shown: tuple[str, ...] = ()  # predictors, by id
    blind_share: float = 0.1  # of the tasks, on which nobody sees any
    threshold: float = 0.8  # from which score on one key takes all over, until the annotator moves it
    order: Order = ""  # what comes first: what the model doubts, what is unlike the rest, or both; "": as they came
    order_by: str = ""  # the predictor whose doubt counts
    batch_size: int = 40  # tasks that are put before the others at a time
    cost_most_minor: int | None = None  # what models' calls may cost in the project; None: no limit
    cost_currency: str = ""  # of the limit
    cost_per: Literal["month", "all"] = "month"  # in a month of UTC, or in all

    def checked(self, db: Connection, workspace_id: str) -> Suggesting:
        """The same; BadInput names the first part that cannot be."""
        if len(self.shown) > SHOWN_MOST or len(set(self.shown)) < len(self.shown):
            raise BadInput(f"At most {SHOWN_MOST} models show what they predict, each once.", where="shown")
        for name, share in (("blind_share", self.blind_share), ("threshold", self.threshold)):
            if not 0 <= share <= 1:
                raise BadInput("A share is 0 to 1.", where=name)
        if not BATCH_LEAST <= self.batch_size <= BATCH_MOST:
            raise BadInput(f"{BATCH_LEAST} to {BATCH_MOST} tasks at a time.", where="batch_size")
        if self.order in ("doubt", "both") and not self.order_by:
            raise BadInput("Say which model's doubt counts.", where="order_by")
        if self.cost_most_minor is not None:
            if not 0 <= self.cost_most_minor <= AMOUNT_MOST:
                raise BadInput(f"A limit is 0 to {AMOUNT_MOST:,} of the smallest unit.", where="cost_most_minor")
            check_currency(self.cost_currency, where="cost_currency")
        for predictor_id in {*self.shown, self.order_by} - {""}:
            registry.find_predictor(db, workspace_id, predictor_id)
        return self


def read_suggesting(project: Row) -> Suggesting:
    """What the project says of suggestions."""
    text = project["suggest_json"]
    return msgspec.json.decode(text, type=Suggesting) if text else Suggesting()


SET = "UPDATE project SET suggest_json = :json WHERE project_id = :project AND workspace_id = :workspace"


def set_suggesting(db: Connection, project: Row, suggesting: Suggesting) -> None:
    """Put it in force, from the next lease on."""
    suggesting = suggesting.checked(db, project["workspace_id"])
    db.execute(SET, {"json": msgspec.json.encode(suggesting).decode(), "project": project["project_id"],
                     "workspace": project["workspace_id"]})


def show(db: Connection, project: Row, predictor_id: str) -> None:
    """Show annotators what a model predicts, where fewer than SHOWN_MOST are shown."""
    row = db.one("SELECT suggest_json FROM project WHERE project_id = :project", {"project": project["project_id"]})
    assert row is not None
    suggesting = read_suggesting(row)
    if predictor_id not in suggesting.shown and len(suggesting.shown) < SHOWN_MOST:
        set_suggesting(db, project, msgspec.structs.replace(suggesting, shown=(*suggesting.shown, predictor_id)))


KEEP = """
INSERT INTO suggestion (task_seq, person_id, workspace_id, project_id, run_id, value_json, scores_json, confidence,
                        doubt, schema_version, created_us)
VALUES (:task, :person, :workspace, :project, :run, :value, :scores, :confidence, :doubt, :version, :now)
ON CONFLICT (task_seq, person_id) DO UPDATE SET run_id = excluded.run_id, value_json = excluded.value_json,
       scores_json = excluded.scores_json, confidence = excluded.confidence, doubt = excluded.doubt,
       schema_version = excluded.schema_version, created_us = excluded.created_us
"""


def keep(db: Connection, project: Row, person_id: str, run_id: str, found: dict[int, Checked], *, now_us: int) -> None:
    """Store what a model predicted, by task; what it predicted before of them is gone."""
    db.many(KEEP, [{"task": task, "person": person_id, "workspace": project["workspace_id"],
                    "project": project["project_id"], "run": run_id, "value": one.value_json,
                    "scores": msgspec.json.encode(one.scores).decode(), "confidence": one.confidence,
                    "doubt": one.doubt, "version": project["schema_version"], "now": now_us}
                   for task, one in found.items()])


class Shown(Struct, frozen=True, kw_only=True):
    """What one model suggests of a task."""

    person_id: str
    name: str
    value_json: bytes
    scores: dict[str, float]


OF_TASK = """
SELECT s.person_id, p.name, s.value_json, s.scores_json, r.predictor_id
  FROM suggestion s JOIN person p ON p.person_id = s.person_id JOIN predictor r ON r.person_id = s.person_id
 WHERE s.task_seq = :task AND s.schema_version = :version AND r.state = 'active'
   AND NOT EXISTS (SELECT 1 FROM auto_accept a WHERE a.project_id = s.project_id AND a.person_id = s.person_id)
   AND EXISTS (SELECT 1 FROM person h WHERE h.person_id = :whom AND h.sort = 'human')
"""


def shown_on(db: Connection, seat: Row, *, task_id: str, suggest_json: str, schema_version: int) -> list[Shown]:
    """What whoever holds the label seat sees of models' predictions; nothing on a task that was drawn to show none."""
    suggesting = msgspec.json.decode(suggest_json, type=Suggesting)
    if not suggesting.shown or is_blind(task_id, suggesting.blind_share):
        return []
    rows = db.all(OF_TASK, {"task": seat["task_seq"], "version": schema_version, "whom": seat["person_id"]})
    found = {row["predictor_id"]: row for row in rows}
    return [Shown(person_id=row["person_id"], name=row["name"], value_json=bytes(row["value_json"]),
                  scores=msgspec.json.decode(row["scores_json"]))
            for one in suggesting.shown if (row := found.get(one)) is not None]


# A model that answered the task, or is measured by its answers, is told to nobody by what it suggests.
BESIDE_ANSWERS = """
SELECT s.person_id, p.name, s.value_json, s.scores_json
  FROM suggestion s JOIN person p ON p.person_id = s.person_id JOIN project o ON o.project_id = s.project_id
 WHERE s.task_seq = :task AND s.schema_version = o.schema_version
   AND NOT EXISTS (SELECT 1 FROM auto_accept a WHERE a.project_id = s.project_id AND a.person_id = s.person_id)
   AND NOT EXISTS (SELECT 1 FROM annotation g WHERE g.task_seq = s.task_seq AND g.person_id = s.person_id)
 ORDER BY p.name, s.person_id
"""


def beside_answers(db: Connection, task_seq: int) -> list[Shown]:
    """What models predicted of a task, for whoever judges its answers: all models, and blind tasks too.

    Drawing tasks that show none is for the answers' sake, and these are given.
    """
    return [Shown(person_id=row["person_id"], name=row["name"], value_json=bytes(row["value_json"]),
                  scores=msgspec.json.decode(row["scores_json"]))
            for row in db.all(BESIDE_ANSWERS, {"task": task_seq})]


class Departure(Struct, frozen=True, kw_only=True):
    """How far an answer is from a suggestion, whether its author saw it or not: objects matched by what they say."""

    kept: int  # of the suggestion, that the answer has alike
    moved: int  # that it has in another place, with another label or another attribute
    removed: int  # that it does not have
    added: int  # of the answer, that were not suggested


def departure(suggested: dict[str, Objects], given: dict[str, Objects], schema: LabelSchema) -> Departure:
    """Hold an answer against what a model suggested, as two answers are held against each other."""
    from goldsmith.quality.agreement import differences  # loads NumPy

    found = differences(suggested, given, schema, KINDS)
    removed = {(one.field, one.a_id) for one in found if one.b_id is None}
    added = {(one.field, one.b_id) for one in found if one.a_id is None}
    moved = {(one.field, one.a_id) for one in found if one.a_id is not None and one.b_id is not None}
    whole = sum(len(suggested.get(field.name, ())) for field in schema.fields)
    return Departure(kept=max(0, whole - len(removed) - len(moved)), moved=len(moved), removed=len(removed),
                     added=len(added))


def is_blind(task_id: str, share: float) -> bool:
    """Whether a task shows no suggestion: by the hash of its id, so that anyone can draw it again."""
    digest = hashlib.sha256(f"blind {task_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


# All models' suggestions of an answered task, whether its author saw them or not.
OF_ANSWER = """
SELECT s.person_id, s.value_json, a.value_json AS given_json, t.task_id, o.suggest_json, o.schema_json,
       o.gold_tolerance, coalesce(r.predictor_id, '') AS predictor_id
  FROM suggestion s JOIN annotation a ON a.annotation_id = :annotation JOIN task t ON t.task_seq = s.task_seq
  JOIN project o ON o.project_id = s.project_id JOIN person h ON h.person_id = a.person_id
  LEFT JOIN predictor r ON r.person_id = s.person_id
 WHERE s.task_seq = :task AND s.schema_version = o.schema_version AND h.sort = 'human' AND o.suggest_json <> ''
"""
NOTE = """
INSERT INTO suggestion_use (annotation_id, person_id, workspace_id, project_id, task_seq, was_shown, taken, changed,
                            dropped, added, distance, created_us)
VALUES (:annotation, :person, :workspace, :project, :task, :shown, :taken, :changed, :dropped, :added, :distance, :now)
ON CONFLICT (annotation_id, person_id) DO NOTHING
"""


def note_use(db: Connection, event: Event) -> tuple[Event, ...]:
    """Keep what an answer made of each model's suggestion of its item: objects keep the id that they came with."""
    rows = db.all(OF_ANSWER, {"annotation": event.about, "task": event.task_seq})
    for row in rows:
        suggesting = msgspec.json.decode(row["suggest_json"], type=Suggesting)
        used = compare(bytes(row["value_json"]), bytes(row["given_json"]))
        is_shown = used.taken + used.changed > 0 or (
            row["predictor_id"] in suggesting.shown and not is_blind(row["task_id"], suggesting.blind_share))
        db.execute(NOTE, {
            "annotation": event.about, "person": row["person_id"], "workspace": event.workspace_id,
            "project": event.project_id, "task": event.task_seq, "shown": int(is_shown), "taken": used.taken,
            "changed": used.changed, "dropped": used.dropped, "added": used.added, "now": event.now_us,
            "distance": None if is_shown else _distance(row)})
    return ()


class Used(Struct, frozen=True, kw_only=True):
    """What became of the objects of a suggestion."""

    taken: int
    changed: int
    dropped: int
    added: int


def compare(suggested_json: bytes, given_json: bytes) -> Used:
    """Objects taken over as they were, changed, dropped, and those that were added besides."""
    suggested = {one.id: (name, one) for name, objects in decode_value(suggested_json).items() for one in objects}
    given = {one.id: (name, one) for name, objects in decode_value(given_json).items() for one in objects}
    both = suggested.keys() & given.keys()
    taken = sum(suggested[one] == given[one] for one in both)
    return Used(taken=taken, changed=len(both) - taken, dropped=len(suggested) - len(both),
                added=len(given) - len(both))


def _distance(row: Row) -> float | None:
    """How far an independent answer lies from the suggestion; None where that is too much work for a submit."""
    from goldsmith.quality.exam import judge  # loads NumPy

    suggested, given = decode_value(bytes(row["value_json"])), decode_value(bytes(row["given_json"]))
    if max(sum(map(len, suggested.values())), sum(map(len, given.values()))) > COMPARED_MOST:
        return None
    return judge(given, suggested, decode_schema(row["schema_json"]), KINDS, tolerance=row["gold_tolerance"]).distance


FIGURES = """
SELECT u.person_id, p.name, CAST(sum(u.was_shown) AS BIGINT) AS shown,
       CAST(sum(u.was_shown * u.taken) AS BIGINT) AS taken, CAST(sum(u.was_shown * u.changed) AS BIGINT) AS changed,
       CAST(sum(u.was_shown * u.dropped) AS BIGINT) AS dropped, CAST(sum(u.was_shown * u.added) AS BIGINT) AS added,
       count(u.distance) AS blind, avg(u.distance) AS distance,
       CAST(sum(CASE WHEN u.distance <= :tolerance THEN 1 ELSE 0 END) AS BIGINT) AS alike
  FROM suggestion_use u JOIN annotation a ON a.annotation_id = u.annotation_id
  JOIN person p ON p.person_id = u.person_id
 WHERE u.project_id = :project AND u.workspace_id = :workspace AND a.state <> 'replaced'
 GROUP BY u.person_id, p.name ORDER BY p.name, u.person_id
"""
COUNT = """
SELECT s.person_id, count(*) AS items FROM suggestion s
 WHERE s.project_id = :project AND s.workspace_id = :workspace GROUP BY s.person_id
"""


def read_figures(db: Connection, project: Row) -> list[Row]:
    """What answers made of each model's suggestions, and of how many it was right where nobody saw them."""
    return db.all(FIGURES, {"project": project["project_id"], "workspace": project["workspace_id"],
                            "tolerance": project["gold_tolerance"] + 1e-9})


def count_suggestions(db: Connection, project: Row) -> dict[str, int]:
    """How many items have a suggestion of each model."""
    rows = db.all(COUNT, {"project": project["project_id"], "workspace": project["workspace_id"]})
    return {row["person_id"]: row["items"] for row in rows}
