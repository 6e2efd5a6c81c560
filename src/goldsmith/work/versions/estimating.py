"""Estimating: what the second form of a certificate rests on, read from the database and handed to `quality`.

Everything reads the snapshot in which the version is cut, so that all figures are of one state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import msgspec
import numpy as np
from msgspec import Struct

from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import decode_value
from goldsmith.quality.annotator_pool import AnnotatorPool, make_pool
from goldsmith.quality.audit import Rate
from goldsmith.quality.calibration import TOO_FEW, Calibration, calibrate
from goldsmith.quality.certificate import NOT_AUDITED, Estimates, Tally
from goldsmith.quality.certified import (
    AuditedTruth,
    ModelShare,
    class_shares,
    cost_of,
    powered_error,
    share_from_models,
)
from goldsmith.quality.prediction_powered import Powered, Predicted, Seen
from goldsmith.work.consensus.skills import Cell
from goldsmith.work.routing.models import Model, read_models
from goldsmith.work.versions.gold_figures import NO_GOLD, calibration_on_gold, gold_facts
from goldsmith.work.versions.release import pseudonym

NO_RISK = "labels have no probability, because the project has no target risk"
NO_SKILL = "no skill was measured, because the project has no target risk"
NOT_HELPED = "the probabilities of the labels did not make the audit's interval narrower"
NONE_LEFT = "no audited item is in the version"
NOT_PAID = "nothing was paid in the project"
SKILL_LEAST = 10  # answers on which the skill of a person rests, to be counted


class Measure(Struct, frozen=True, kw_only=True):
    """What the estimates rest on besides the database."""

    tally: Tally
    audit_id: str = ""  # empty: there is none
    plain: Rate | None = None  # the audit's own share of items with an error
    pseudonym_key: bytes


def estimates(db: Connection, project: Row, given: Measure) -> Estimates:
    """Everything that the second form of a certificate adds to the counts; `db` is the version's snapshot."""
    tally, args = given.tally, {"project": project["project_id"], "workspace": project["workspace_id"]}
    audited = db.all(AUDITED_NOW, {**args, "audit": given.audit_id}) if given.audit_id else []
    why = NONE_LEFT if given.audit_id else NOT_AUDITED
    truths = [_truth(row) for row in audited]
    answered = {row["person_id"]: int(row["answers"]) for row in db.all(ANSWERED, args)}
    error, error_reason = _error(db, args, audited, given.plain, why)
    calibration, calibration_reason = _calibration(audited, why)
    models = read_models(db, project["workspace_id"])
    people = {one: n for one, n in answered.items() if one not in models}
    cost = cost_of(_paid(db, args), items=tally.items, objects=sum(tally.objects.values()))
    gold, (gold_calibration, gold_reason) = gold_facts(db, args), calibration_on_gold(db, args)
    return Estimates(
        error=error, error_reason=error_reason, calibration=calibration, calibration_reason=calibration_reason,
        calibration_gold=gold_calibration, calibration_gold_reason=gold_reason,
        shares=class_shares(tally.objects, truths, tally.items) if truths else (), shares_reason="" if truths else why,
        pool=_pool(db, args, people, given.pseudonym_key), models=_models(db, args, answered, models, tally),
        gold=gold, gold_reason="" if gold else NO_GOLD, cost=cost, cost_reason="" if cost else NOT_PAID)


# An audited item that was left out or opened again since is no part of the version, and says nothing of it.
AUDITED_NOW = """
SELECT u.wrong_objects, o.value_json AS own_json, d.value_json AS dataset_json, n.value_json AS now_json,
       t.probability AS sure, w.probability AS chance
  FROM audited_item u JOIN audit w ON w.audit_id = u.audit_id JOIN task t ON t.task_seq = u.task_seq
  JOIN annotation o ON o.annotation_id = u.own_annotation_id
  JOIN annotation d ON d.annotation_id = u.dataset_annotation_id
  JOIN annotation n ON n.annotation_id = t.annotation_id
 WHERE u.audit_id = :audit AND u.checked_us IS NOT NULL AND t.state = 'settled' AND t.project_id = :project
   AND t.workspace_id = :workspace ORDER BY u.task_seq
"""


def _truth(row: Row) -> AuditedTruth:
    """What the auditor answered; what the dataset said, where the auditor let every difference pass."""
    true = row["own_json"] if row["wrong_objects"] else row["dataset_json"]
    return AuditedTruth(dataset=decode_value(bytes(row["now_json"])), truth=decode_value(bytes(true)),
                        probability=row["chance"])


SURE = """
SELECT count(*) AS items, count(probability) AS sure, coalesce(sum(1 - probability), 0) AS wrong FROM task
 WHERE project_id = :project AND workspace_id = :workspace AND state = 'settled'
"""


def _error(db: Connection, args: Mapping[str, object], audited: Sequence[Row], plain: Rate | None,
           why: str) -> tuple[Powered | None, str]:
    """The share of items with an error, by the probability of every label.

    Any prediction will do, so an item without a probability (an import, say) is predicted at the others' mean; but
    where most have none there is nothing to gain.
    """
    row = db.one(SURE, args)
    assert row is not None
    if plain is None or not audited:
        return None, why
    if row["sure"] * 2 < row["items"]:
        return None, NO_RISK
    mean = float(row["wrong"]) / row["sure"]
    seen = [Seen(part=float(one["wrong_objects"] > 0), whole=1.0, predicted_whole=1.0, probability=one["chance"],
                 predicted_part=mean if one["sure"] is None else 1 - one["sure"]) for one in audited]
    found = powered_error(seen, Predicted(items=row["items"], part=mean * row["items"], whole=row["items"]), plain)
    return found, "" if found.weight else NOT_HELPED


def _calibration(audited: Sequence[Row], why: str) -> tuple[Calibration | None, str]:
    """On audited items alone: they were drawn at random."""
    known = [(row["sure"], row["wrong_objects"] == 0) for row in audited if row["sure"] is not None]
    found = calibrate(np.array([p for p, _ in known]), np.array([right for _, right in known], dtype=np.bool_))
    if found is not None:
        return found, ""
    return None, why if not audited else TOO_FEW if known else NO_RISK


ANSWERED = """
SELECT a.person_id, count(DISTINCT t.task_seq) AS answers FROM task t JOIN annotation a ON a.task_seq = t.task_seq
 WHERE t.project_id = :project AND t.workspace_id = :workspace AND t.state = 'settled' AND a.origin = 'answer'
   AND a.state IN ('submitted', 'accepted', 'fixed') GROUP BY a.person_id
"""
COUNTRIES = "SELECT person_id, country AS name FROM profile WHERE workspace_id = :workspace"
LANGUAGES = "SELECT person_id, language AS name FROM person_language WHERE workspace_id = :workspace"
SKILLS = """
SELECT person_id, body_json FROM skill WHERE project_id = :project AND workspace_id = :workspace AND person_id <> ''
"""
# Labels that models settled: no person answered the item, whether or not a reviewer then decided.
REVIEWED_ALONE = """
SELECT count(*) FROM task t WHERE t.project_id = :project AND t.workspace_id = :workspace AND t.state = 'settled'
   AND EXISTS (SELECT 1 FROM seat s WHERE s.task_seq = t.task_seq AND s.stage = 'review' AND s.state = 'done')
   AND EXISTS (SELECT 1 FROM annotation a JOIN person p ON p.person_id = a.person_id
                WHERE a.task_seq = t.task_seq AND a.origin = 'answer' AND a.state IN ('submitted', 'accepted', 'fixed')
                  AND p.sort = 'model')
   AND NOT EXISTS (SELECT 1 FROM annotation a LEFT JOIN person p ON p.person_id = a.person_id
                    WHERE a.task_seq = t.task_seq AND a.origin = 'answer'
                      AND a.state IN ('submitted', 'accepted', 'fixed') AND coalesce(p.sort, 'human') <> 'model')
"""


def _pool(db: Connection, args: Mapping[str, object], people: Mapping[str, int], key: bytes) -> AnnotatorPool:
    countries = {row["person_id"]: row["name"] for row in db.stream(COUNTRIES, args) if row["person_id"] in people}
    languages = Counter(row["name"] for row in db.stream(LANGUAGES, args) if row["person_id"] in people)
    skill = _skills(db, args, people)
    return make_pool(
        {pseudonym(key, one): n for one, n in people.items()}, skill=skill, skill_reason="" if skill else NO_SKILL,
        countries=Counter(countries.get(one, "") for one in people), languages=languages)


def _skills(db: Connection, args: Mapping[str, object], people: Collection[str]) -> list[float]:
    """The share of right answers of each person with SKILL_LEAST of them, as their counts have it, over all fields."""
    right: dict[str, float] = {}
    every: dict[str, float] = {}
    for row in db.stream(SKILLS, args):
        if row["person_id"] in people:
            for true, given, many in msgspec.json.decode(row["body_json"], type=list[Cell]):
                every[row["person_id"]] = every.get(row["person_id"], 0.0) + many
                right[row["person_id"]] = right.get(row["person_id"], 0.0) + (many if true == given else 0.0)
    return [right[one] / n for one, n in sorted(every.items()) if n >= SKILL_LEAST]


def _models(db: Connection, args: Mapping[str, object], answered: Mapping[str, int], models: Mapping[str, Model],
            tally: Tally) -> ModelShare | None:
    answers: Counter[str] = Counter()
    for person_id, n in answered.items():
        if person_id in models:
            answers[models[person_id].full_name] += n
    row = db.one(REVIEWED_ALONE, args) if tally.by_models_alone else None
    return share_from_models(answers, all_answers=tally.answers, items=tally.items, alone=tally.by_models_alone,
                             reviewed=int(row[0]) if row is not None else 0)


PAID = """
SELECT e.currency, e.cause, sum(p.amount_minor) AS amount FROM account a JOIN posting p ON p.account_seq = a.account_seq
  JOIN entry e ON e.entry_seq = p.entry_seq
 WHERE a.workspace_id = :workspace AND a.project_id = :project AND a.sort = 'budget' AND e.cause <> 'budget'
 GROUP BY e.currency, e.cause
"""


def _paid(db: Connection, args: Mapping[str, object]) -> dict[str, dict[str, int]]:
    """What left the project's budget and did not come back, by currency and cause."""
    found: dict[str, dict[str, int]] = {}
    for row in db.all(PAID, args):
        found.setdefault(row["currency"], {})[row["cause"]] = -int(row["amount"])
    return found
