"""The parts of a certificate that say who answered, how far to trust probabilities, and what it cost."""

from __future__ import annotations

import numpy as np
import pytest

from goldsmith.quality.annotator_pool import GroupCount, make_pool, shown_groups, spread
from goldsmith.quality.audit import AuditedItem, error_rate
from goldsmith.quality.calibration import calibrate
from goldsmith.quality.certified import AuditedTruth, class_shares, cost_of, powered_error, share_from_models
from goldsmith.quality.prediction_powered import Predicted, Seen

from .answers import choice


def test_right_probabilities_are_within_what_chance_does_and_boasts_are_not() -> None:
    rng = np.random.default_rng(4)
    p = rng.uniform(0.5, 1, 600)

    fair, boast = (calibrate(p, rng.random(600) < truth) for truth in (p, p - 0.2))

    assert fair is not None and boast is not None
    assert fair.error <= fair.error_by_chance < 0.1
    assert boast.error > 2 * boast.error_by_chance and boast.overconfidence == pytest.approx(0.2, abs=0.05)
    assert sum(one.items for one in fair.bins) == fair.items == 600
    assert [one.least for one in fair.bins] == [0.5, 0.6, 0.7, 0.8, 0.9]
    assert all(one.low <= one.right <= one.high and one.least <= one.said <= one.most for one in fair.bins)


def test_a_few_items_give_no_calibration() -> None:
    assert calibrate(np.full(19, 0.9), np.ones(19, dtype=bool)) is None


@pytest.mark.parametrize(
    ("people", "shown"),
    [
        ({"ES": 9, "PL": 6, "NO": 1, "FI": 2, "": 3}, {"ES": 9, "PL": 6, "": 6}),
        ({"ES": 9, "PL": 6, "NO": 1}, {"ES": 9, "": 7}),  # Poland's would give Norway's away
        ({"ES": 6, "NO": 2}, {}),
        ({"ES": 6, "PL": 5}, {"ES": 6, "PL": 5}),
        ({"": 40}, {}),
    ],
)
def test_no_group_of_fewer_than_five_can_be_found_by_subtracting(people: dict[str, int], shown: dict[str, int]) -> None:
    assert shown_groups(people) == tuple(GroupCount(name=name, people=n) for name, n in shown.items())


def test_the_pool_names_pseudonyms_and_spreads_over_five_people_at_least() -> None:
    four = make_pool({f"p{i}": i for i in range(4)}, skill=[0.9] * 4, skill_reason="", countries={}, languages={})
    many = make_pool({f"p{i:03}": i for i in range(300)}, skill=[], skill_reason="no target risk", countries={},
                     languages={})  # fmt: skip

    assert (four.answers, four.skill, four.skill_reason) == (None, None, "fewer than 5 people")
    assert [one.pseudonym for one in four.members] == ["p3", "p2", "p1", "p0"]
    assert (len(many.members), many.unlisted, many.skill_reason) == (200, 100, "no target risk")
    assert many.answers is not None and many.answers.half == pytest.approx(149.5)
    found = spread([0.1, 0.2, 0.3, 0.4, 0.5])
    assert found is not None and (found.half, found.people) == (0.3, 5)


def test_class_shares_put_the_datasets_labels_right_by_what_the_audit_found() -> None:
    def value(label: str) -> dict[str, tuple[object, ...]]:
        return {"mood": (choice(label),)}

    audited = [  # every tenth "good" is bad
        AuditedTruth(dataset=value("good"), truth=value("bad" if i % 10 == 0 else "good"), probability=0.2)
        for i in range(70)
    ] + [AuditedTruth(dataset=value("bad"), truth=value("bad"), probability=0.2) for _ in range(30)]

    bad, good = class_shares({("mood", "good"): 340, ("mood", "bad"): 160}, audited, 500)

    assert (good.label, good.in_dataset) == ("good", 0.68)
    assert good.estimate.rate.value == pytest.approx(0.68 - 0.07, abs=0.01)
    assert good.estimate.rate.low < 0.61 < good.estimate.rate.high < 0.68
    assert bad.estimate.rate.value == pytest.approx(1 - (good.estimate.rate.value or 0))
    assert good.estimate.rate.high - good.estimate.rate.low < good.estimate.plain.high - good.estimate.plain.low


def test_an_error_rate_stays_the_audits_own_where_probabilities_do_not_help() -> None:
    found = [AuditedItem(objects=1, wrong=i < 5, probability=0.1) for i in range(100)]
    plain = error_rate(found, of="items")
    seen = [Seen(part=i < 5, whole=1, predicted_part=0.1, predicted_whole=1, probability=0.1) for i in range(100)]

    one = powered_error(seen, Predicted(items=1000, part=100, whole=1000), plain)

    assert (one.rate, one.weight) == (plain, 0.0)


def test_models_and_money_are_shares_of_what_the_version_holds() -> None:
    models = share_from_models({"m 2": 30, "m 1": 10}, all_answers=80, items=50, alone=20, reviewed=5)
    cost = cost_of({"EUR": {"annotation": 900, "bonus": 100, "top_up": 0}, "USD": {"bonus": 0}}, items=50, objects=200)

    assert models is not None and (models.answers, models.alone) == (0.5, 0.4)
    assert [one.model for one in models.models] == ["m 2", "m 1"]
    assert share_from_models({}, all_answers=80, items=50, alone=0, reviewed=0) is None
    assert [(one.currency, one.total_minor, len(one.parts)) for one in cost] == [("EUR", 1000, 2)]
    assert (cost[0].minor_per_item, cost[0].minor_per_label) == (20.0, 5.0)
