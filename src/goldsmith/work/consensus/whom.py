"""Whom: from which of the people and models that are there one more answer to a task had best come.

In a project that prefers the best and weighs answers by skill it is whoever's answer is expected to tell most for its
price (`quality.stop_rule`), of the field that is least sure; else who comes first by what the project prefers. Where it
prefers nobody, nothing is kept: docs/decisions/0009 says what was measured. The new seat is kept for them some minutes,
see `routing.presence.kept`. Nobody is chosen who has a part in the task, lacks what it asks for, is at a quota, or has
as much kept for them as they can do in that time; where nobody is left to choose from, the seat is anybody's at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from goldsmith.core.events import Event
from goldsmith.db.connection import Connection, Row
from goldsmith.work.pay.prices import read_price
from goldsmith.work.routing import quotas
from goldsmith.work.routing.models import Model
from goldsmith.work.routing.presence import ON_US
from goldsmith.work.routing.presence.kept import KEPT_US

LOOKED_AT_MOST = 50  # people, by their place in the project's preference
KEPT_EACH = 2  # answers kept for one person in a project at the same time
FREE_PRICE = 0.01  # of a model that costs nothing, in minor units: the rule divides by the price


class Doubt(Struct, frozen=True, kw_only=True):
    """The least sure field of a task: its classes by name, and how probable each is."""

    field: str
    classes: tuple[str, ...]
    posterior: tuple[float, ...]


# What is kept is answered before what has waited longer. Before skills were measured, that would spend the most answers
# on the first tasks, while nobody knows whose to believe: so a further answer then waits at the end, as it always did.
IS_MEASURED = "SELECT 1 FROM skill WHERE project_id = :project AND field = :field AND person_id = ''"
# Who asked for work in the project lately, was given some, and may take this task.
HERE = """
SELECT t.person_id, t.limits_json, p.sort, p.model_json FROM turn t
  JOIN person p ON p.person_id = t.person_id AND p.state = 'active'
  JOIN task k ON k.task_seq = :task
 WHERE t.project_id = :project AND t.seen_us > :since AND t.keys LIKE '%|' || k.queue_key || '|%'
   AND NOT EXISTS (SELECT 1 FROM seat o WHERE o.task_seq = :task AND o.person_id = t.person_id)
   AND NOT EXISTS (SELECT 1 FROM annotation a WHERE a.task_seq = :task AND a.person_id = t.person_id)
   AND NOT EXISTS (SELECT 1 FROM refusal r WHERE r.task_seq = :task AND r.person_id = t.person_id)
   AND (SELECT count(*) FROM seat w WHERE w.only_for = t.person_id AND w.project_id = :project AND w.stage = 'label'
           AND w.state = 'open' AND w.only_for IS NOT NULL) < :each
 ORDER BY t.score DESC, t.answers, t.person_id LIMIT :most
"""


def choose(db: Connection, task: Row, doubt: Doubt | None, event: Event) -> dict[str, Any]:
    """Whom to keep one more answer for, and until when, as details of an event; empty: for nobody.

    task: with its project's preference, stop_risk, price_json and state.
    """
    if not task["preference"] or task["project_state"] != "open":
        return {}
    by_gain = task["preference"] == "best" and doubt is not None
    if doubt is not None and db.one(IS_MEASURED, {"project": task["project_id"], "field": doubt.field}) is None:
        return {}
    here = db.all(HERE, {"project": task["project_id"], "task": task["task_seq"], "since": event.now_us - ON_US,
                         "each": KEPT_EACH, "most": LOOKED_AT_MOST})
    here = [one for one in here if _has_quota(db, task["project_id"], one["limits_json"])]
    first = _by_gain(db, task, doubt, here) if by_gain and doubt is not None else here[0] if here else None
    if first is None:
        return {}
    return {"kept_for": first["person_id"], "kept_until_us": event.now_us + KEPT_US,
            "because": "gain_for_price" if by_gain else task["preference"]}


def _has_quota(db: Connection, project_id: str, limits_json: str) -> bool:
    limits = msgspec.json.decode(limits_json, type=tuple[quotas.Limit, ...])
    return all(quotas.left(db, project_id, limit) for limit in limits)


def _by_gain(db: Connection, task: Row, doubt: Doubt, here: Sequence[Row]) -> Row | None:
    """Whose answer is expected to tell most for its price; None: nobody's would tell anything."""
    import numpy as np  # with what measures skill

    from goldsmith.quality.em.model import find_confusion
    from goldsmith.quality.stop_rule import Offer, advise
    from goldsmith.work.consensus.skills import Place, read_counts, read_crowd

    place = Place(workspace_id=task["workspace_id"], project_id=task["project_id"], field=doubt.field,
                  classes=doubt.classes)
    if not here:
        return None
    crowd, counts = read_crowd(db, place), read_counts(db, place, [one["person_id"] for one in here])
    matrices = find_confusion(crowd, np.array([counts[one["person_id"]] for one in here]))
    offers = [Offer(confusion=tuple(tuple(map(float, row)) for row in matrix), price=_price(task["price_json"], one))
              for matrix, one in zip(matrices, here, strict=True)]
    advice = advise(np.array(doubt.posterior), offers, risk=task["stop_risk"])
    return None if advice.offer is None else here[advice.offer]


def _price(price_json: str, annotator: Row) -> float:
    """What an answer costs, in minor units of the project's currency; the same for all where that is not known.

    A model has a price of its own; it counts where it is in the currency that the project pays people in.
    """
    price = read_price(price_json)
    usual = 0 if price is None else price.highest_minor()
    if annotator["sort"] != "model" or not usual or price is None:
        return float(usual or 1)
    model = msgspec.json.decode(annotator["model_json"], type=Model)
    is_known = model.price_minor is not None and model.currency == price.currency
    return max(float(model.price_minor or 0), FREE_PRICE) if is_known else float(usual)
