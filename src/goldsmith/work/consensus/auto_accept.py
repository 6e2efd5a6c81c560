"""Auto-accept: a model's answer may stand without a person, where people's checks have shown how seldom it is wrong.

measuring (people answer every task as well; `sample` of the model's answers are held against what people made of them)
  → running (answers as sure as the bar stand at once, but for a share drawn at random, which people answer too)
  → paused (those checks speak against the stated error rate; a manager looks, and measures anew)
  → refused (after the sample: no bar keeps the rate)

In every state but running no answer of the model is the only one to its task: a person is asked as well.
What is measured is read from the rows each time, so nothing is counted twice and nothing is lost with a process.
"""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec
from msgspec import Struct

from goldsmith.core.errors import BadInput, NotFound
from goldsmith.core.events import Event
from goldsmith.core.schema import LabelSchema
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import KINDS, decode_value
from goldsmith.work.routing.models import find_model

RATE_LEAST, RATE_MOST = 0.001, 0.5
CHECK_LEAST, CHECK_MOST = 0.01, 1.0
SAMPLE_MOST = 20_000
CHECKS_MOST = 5_000  # the newest that drift is looked for in


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a manager asks of a model before its answers may stand alone in a project."""

    error_rate: float  # the most of its accepted answers that may be wrong
    check_share: float = 0.05  # of those that could stand, drawn at random for people to answer as well
    sample: int = 0  # answers that are held against people's before it may begin; 0: three times the least

    def checked(self) -> Rule:
        """With its sample; BadInput names the first part that cannot be."""
        from goldsmith.quality.auto_accept import needed  # loads NumPy

        if not RATE_LEAST <= self.error_rate <= RATE_MOST:
            raise BadInput(f"An error rate is {RATE_LEAST:g} to {RATE_MOST:g}.", where="error_rate")
        if not CHECK_LEAST <= self.check_share <= CHECK_MOST:
            raise BadInput(f"The share that is checked is {CHECK_LEAST:g} to {CHECK_MOST:g}.", where="check_share")
        least = needed(self.error_rate)
        sample = self.sample or min(3 * least, SAMPLE_MOST)
        if not least <= sample <= SAMPLE_MOST:
            raise BadInput(f"At this error rate the sample is {least:,} to {SAMPLE_MOST:,} answers.", where="sample")
        return msgspec.structs.replace(self, sample=sample)


SET = """
INSERT INTO auto_accept (workspace_id, project_id, person_id, error_rate, check_share, sample, state, since_us,
                         changed_us)
VALUES (:workspace, :project, :person, :rate, :share, :sample, 'measuring', :now, :now)
ON CONFLICT (project_id, person_id) DO UPDATE SET error_rate = excluded.error_rate, check_share = excluded.check_share,
       sample = excluded.sample, state = 'measuring', since_us = excluded.since_us, changed_us = excluded.changed_us,
       bar = NULL, checked = 0, wrong = 0, error_most = NULL, rechecked = 0, rewrong = 0, evidence = NULL
"""
REMOVE = "DELETE FROM auto_accept WHERE project_id = :project AND person_id = :person AND workspace_id = :workspace"
COUNT = """
UPDATE project SET auto_accepting = (SELECT count(*) FROM auto_accept r WHERE r.project_id = project.project_id)
 WHERE project_id = :project
"""


def set_rule(db: Connection, project: Row, person_id: str, rule: Rule, *, now_us: int) -> None:
    """Begin to measure a model in a project, from now on; what ran stops. NotFound where there is no such model."""
    find_model(db, project["workspace_id"], person_id)
    rule = rule.checked()
    db.execute(SET, {"workspace": project["workspace_id"], "project": project["project_id"], "person": person_id,
                     "rate": rule.error_rate, "share": rule.check_share, "sample": rule.sample, "now": now_us})
    db.execute(COUNT, {"project": project["project_id"]})


def remove_rule(db: Connection, project: Row, person_id: str) -> None:
    """From now on people answer with the model again. NotFound where there is no rule."""
    if not db.execute(REMOVE, {"project": project["project_id"], "person": person_id,
                               "workspace": project["workspace_id"]}):
        raise NotFound("This model has no such rule in the project.", where="person_id")
    db.execute(COUNT, {"project": project["project_id"]})


RULES = """
SELECT r.*, p.name FROM auto_accept r JOIN person p ON p.person_id = r.person_id
 WHERE r.project_id = :project AND r.workspace_id = :workspace ORDER BY p.name, r.person_id
"""


def read_rules(db: Connection, project: Row) -> list[Row]:
    """The rules of a project with their models' names."""
    return db.all(RULES, {"project": project["project_id"], "workspace": project["workspace_id"]})


def read_stopped(db: Connection, project: Row) -> list[tuple[str, str, int]]:
    """Models that a manager should look at: name, state (paused or refused) and since when."""
    return [(row["name"], row["state"], row["changed_us"]) for row in read_rules(db, project)
            if row["state"] in ("paused", "refused")]


STANDING = """
SELECT a.person_id, count(*) AS tasks FROM task t JOIN annotation a ON a.annotation_id = t.annotation_id
 WHERE t.project_id = :project AND t.workspace_id = :workspace AND t.state = 'settled' AND a.origin = 'answer'
   AND a.person_id IN (SELECT person_id FROM auto_accept WHERE project_id = :project) AND NOT EXISTS (
         SELECT 1 FROM seat s WHERE s.task_seq = t.task_seq AND s.state = 'done' AND s.annotation_id <> a.annotation_id)
 GROUP BY a.person_id
"""


def count_standing(db: Connection, project: Row) -> dict[str, int]:
    """How many settled tasks of the project rest on one model's word alone, by model."""
    rows = db.all(STANDING, {"project": project["project_id"], "workspace": project["workspace_id"]})
    return {row["person_id"]: row["tasks"] for row in rows}


# It stands where nobody else has a part in the task: no other answer, and nobody at work on one.
GIVEN = """
SELECT r.check_share, a.confidence >= r.bar AND r.state = 'running'
       AND NOT EXISTS (SELECT 1 FROM annotation o WHERE o.task_seq = a.task_seq AND o.annotation_id <> a.annotation_id
                          AND o.state <> 'replaced' AND o.origin <> 'gold')
       AND NOT EXISTS (SELECT 1 FROM seat s WHERE s.task_seq = a.task_seq AND s.stage = 'label' AND s.is_gold = 0
                          AND (s.state = 'leased' OR (s.only_for IS NOT NULL AND s.kept_until_us = 0))) AS may_stand,
       EXISTS (SELECT 1 FROM annotation o JOIN person p ON p.person_id = o.person_id WHERE o.task_seq = a.task_seq
                  AND o.state = 'submitted' AND o.origin = 'answer' AND p.sort = 'human') AS has_person
  FROM annotation a JOIN auto_accept r ON r.project_id = a.project_id AND r.person_id = a.person_id
 WHERE a.annotation_id = :annotation
"""
CLOSE_SEATS = "UPDATE seat SET state = 'withdrawn' WHERE task_seq = :task AND stage = 'label' AND state = 'open'"
Word = Literal["stands", "ask a person", "as usual"]


def word_on(db: Connection, task: Row, event: Event) -> Word:
    """What follows the answer just given: a model's that stands closes the task to others; one that does not yet
    stand is never the only one.
    """
    row = db.one(GIVEN, {"annotation": event.about})
    if row is None or row["has_person"]:
        return "as usual"
    if not row["may_stand"] or is_drawn(task["project_id"], task["task_id"], row["check_share"]):
        return "as usual" if task["unanswered"] else "ask a person"
    db.execute(CLOSE_SEATS, {"task": task["task_seq"]})
    return "stands"


def is_drawn(project_id: str, task_id: str, share: float) -> bool:
    """Whether people answer this task as well: by the hash of its id, so that anyone can draw it again."""
    digest = hashlib.sha256(f"auto accept {project_id} {task_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


# The model's answers to settled tasks where a person has answered or decided, the newest first.
CHECKED = """
SELECT a.confidence, a.value_json, f.value_json AS truth_json, t.project_id, t.task_id
  FROM annotation a JOIN task t ON t.task_seq = a.task_seq JOIN annotation f ON f.annotation_id = t.annotation_id
 WHERE a.project_id = :project AND a.person_id = :person AND a.origin = 'answer' AND a.state <> 'replaced'
   AND a.confidence IS NOT NULL AND t.state = 'settled' AND a.created_us >= :since
   AND (f.origin = 'fix' OR EXISTS (SELECT 1 FROM annotation o JOIN person p ON p.person_id = o.person_id
            WHERE o.task_seq = a.task_seq AND o.origin = 'answer' AND o.state <> 'replaced' AND p.sort = 'human')
        OR EXISTS (SELECT 1 FROM seat s WHERE s.task_seq = a.task_seq AND s.stage = 'review' AND s.state = 'done'))
 ORDER BY a.annotation_id DESC LIMIT :most
"""
DUE = "SELECT * FROM auto_accept WHERE project_id = :project AND workspace_id = :workspace AND state IN ({states})"
DUE = DUE.format(states="'measuring', 'running'")
SCHEMA = "SELECT schema_json FROM project WHERE project_id = :project"


class Finding(Struct, frozen=True, kw_only=True):
    """What the checks of one model come to now; `state` is what follows."""

    rule: Row
    state: str
    bar: float | None
    checked: int
    wrong: int
    error_most: float | None
    rechecked: int = 0
    rewrong: int = 0
    evidence: float | None = None


def measure(db: Connection, workspace_id: str, project_id: str) -> list[Finding]:
    """Hold the models of a project against what people made of the same tasks; `db` is a snapshot."""
    args = {"project": project_id, "workspace": workspace_id}
    rules, row = db.all(DUE, args), db.one(SCHEMA, {"project": project_id})
    if not rules or row is None:
        return []
    schema = msgspec.json.decode(row["schema_json"], type=LabelSchema)
    return [_measure(db, rule, schema) for rule in rules]


def _measure(db: Connection, rule: Row, schema: LabelSchema) -> Finding:
    from goldsmith.quality.auto_accept import find_bar, watch  # loads NumPy

    is_running = rule["state"] == "running"
    rows = db.all(CHECKED, {"project": rule["project_id"], "person": rule["person_id"],
                            "since": rule["changed_us"] if is_running else rule["since_us"],
                            "most": CHECKS_MOST if is_running else SAMPLE_MOST})[::-1]
    if is_running:
        drawn = [_is_wrong(one, schema) for one in rows if one["confidence"] >= rule["bar"]
                 and is_drawn(one["project_id"], one["task_id"], rule["check_share"])]
        found = watch(drawn, error_rate=rule["error_rate"])
        return Finding(rule=rule, state="paused" if found.is_drifting else "running", bar=rule["bar"],
                       checked=rule["checked"], wrong=rule["wrong"], error_most=rule["error_most"],
                       rechecked=found.checked, rewrong=found.wrong, evidence=found.evidence)
    sample = rows[:rule["sample"]]  # looked at once, when it is whole: looking often would break what is promised
    wrong = [_is_wrong(one, schema) for one in sample]
    if len(sample) < rule["sample"]:
        return Finding(rule=rule, state="measuring", bar=None, checked=len(sample), wrong=sum(wrong), error_most=None)
    bar = find_bar([one["confidence"] for one in sample], wrong, error_rate=rule["error_rate"])
    return Finding(rule=rule, state="refused" if bar.confidence is None else "running", bar=bar.confidence,
                   checked=bar.checked, wrong=bar.wrong, error_most=bar.error_most)


def _is_wrong(row: Row, schema: LabelSchema) -> bool:
    from goldsmith.quality.audit import count_errors  # loads NumPy

    truth, given = decode_value(bytes(row["truth_json"])), decode_value(bytes(row["value_json"]))
    return count_errors(truth, given, schema, KINDS, probability=1.0).wrong > 0


KEEP = """
UPDATE auto_accept SET state = :state, bar = :bar, checked = :checked, wrong = :wrong, error_most = :most,
       rechecked = :rechecked, rewrong = :rewrong, evidence = :evidence,
       changed_us = CASE WHEN state = :state THEN changed_us ELSE :now END
 WHERE project_id = :project AND person_id = :person AND state = :before AND changed_us = :changed
"""


def keep(db: Connection, findings: list[Finding], *, now_us: int) -> list[Event]:
    """Store what was found, unless a manager changed the rule meanwhile; gives an event for each new state."""
    events = []
    for one in findings:
        rule = one.rule
        args = {"state": one.state, "bar": one.bar, "checked": one.checked, "wrong": one.wrong,
                "most": one.error_most, "rechecked": one.rechecked, "rewrong": one.rewrong, "evidence": one.evidence,
                "now": now_us, "project": rule["project_id"], "person": rule["person_id"], "before": rule["state"],
                "changed": rule["changed_us"]}
        if db.execute(KEEP, args) and one.state != rule["state"]:
            events.append(Event(what=f"auto_accept.{one.state}", about=rule["person_id"], now_us=now_us,
                                workspace_id=rule["workspace_id"], project_id=rule["project_id"],
                                details={"bar": one.bar, "checked": one.checked, "wrong": one.wrong,
                                         "rechecked": one.rechecked, "rewrong": one.rewrong}))
    return events
