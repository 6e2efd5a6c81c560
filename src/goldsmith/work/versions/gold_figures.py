"""Gold figures: what a certificate says of hidden items whose answer was known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from goldsmith.db.connection import Connection
from goldsmith.kinds import decode_value
from goldsmith.quality.audit import Rate
from goldsmith.quality.calibration import TOO_FEW, Calibration, calibrate
from goldsmith.quality.certified import GoldFacts
from goldsmith.quality.interval import wilson
from goldsmith.work.consensus import decode_schema
from goldsmith.work.consensus.ballots import ballots

NO_GOLD = "no gold items"
NONE_CHECKED = "of no gold item with a probability was the answer seen to by a reviewer or manager"

STATES = """
SELECT state, count(*) AS items FROM gold WHERE project_id = :project AND workspace_id = :workspace GROUP BY state
"""
JUDGED = """
SELECT count(*) AS answers, coalesce(sum(a.is_right), 0) AS hits, count(DISTINCT a.task_seq) AS items
  FROM gold_answer a JOIN gold g ON g.task_seq = a.task_seq
 WHERE g.project_id = :project AND g.workspace_id = :workspace AND g.state = 'active' AND a.is_right IS NOT NULL
"""


def gold_facts(db: Connection, args: Mapping[str, object]) -> GoldFacts | None:
    """How the project's hidden items with known answers were answered; None where it has none.

    Only answers to gold that is trusted count, whoever gave them.
    """
    items = {row["state"]: int(row["items"]) for row in db.all(STATES, args)}
    if not items:
        return None
    row = db.one(JUDGED, args)
    assert row is not None
    answers, hits = int(row["answers"]), int(row["hits"])
    low, high = wilson(hits, answers)
    right = Rate(value=hits / answers if answers else None, low=low, high=high, n=answers, items=int(row["items"]),
                 confidence=0.95, method="Wilson, of answers")
    return GoldFacts(items=items.get("active", 0), answers=answers, right=right,
                     suspended=items.get("suspended", 0), retired=items.get("retired", 0))


# What the crowd itself came to says nothing of how right it is: somebody else must have seen to the known answer.
CHECKED = """
SELECT t.probability, g.known_json, m.value_json, p.schema_json FROM gold g JOIN task t ON t.task_seq = g.task_seq
  JOIN project p ON p.project_id = g.project_id JOIN annotation m ON m.annotation_id = (
       SELECT max(a.annotation_id) FROM annotation a WHERE a.task_seq = g.task_seq AND a.origin = 'merge')
 WHERE g.project_id = :project AND g.workspace_id = :workspace AND g.state = 'active' AND t.state = 'settled'
   AND t.probability IS NOT NULL
   AND (g.known_from = 'fix' OR g.decided_us > 0 OR EXISTS (SELECT 1 FROM seat s
           WHERE s.task_seq = g.task_seq AND s.stage = 'review' AND s.audit_id = '' AND s.state = 'done'))
 ORDER BY g.task_seq
"""


def calibration_on_gold(db: Connection, args: Mapping[str, object]) -> tuple[Calibration | None, str]:
    """Whether what the answers came to, with its probability, is what is known of gold; or why that is not said.

    Gold was chosen by a person, so this is told apart from the same figures of a random audit.
    """
    probabilities, were_right = [], []
    for row in db.all(CHECKED, args):
        schema = decode_schema(bytes(row["schema_json"]))
        values = [decode_value(bytes(row["value_json"])), decode_value(bytes(row["known_json"]))]
        said = [ballots(schema, field, values) for field in schema.fields]
        probabilities.append(row["probability"])
        were_right.append(all(found == known for found, known in said))
    found = calibrate(np.array(probabilities), np.array(were_right, dtype=np.bool_))
    return found, "" if found is not None else TOO_FEW if probabilities else NONE_CHECKED
