"""The stop rule: enough, one more and from whom, or an adjudicator."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec import structs

from goldsmith.quality.em.model import Crowd
from goldsmith.quality.em.temperature import usual_dependence
from goldsmith.quality.stop_rule import Advice, Offer, advise, for_asking, information


def coin(skill: float, price: float = 1.0) -> Offer:
    return Offer(confusion=((skill, 1 - skill), (1 - skill, skill)), price=price)


def test_it_is_enough_when_the_risk_is_low_enough() -> None:
    assert advise(np.array([0.97, 0.03]), [coin(0.9)], risk=0.05) == Advice(step="stop", risk=pytest.approx(0.03))


def test_the_better_annotator_is_asked_unless_the_other_tells_more_for_the_price() -> None:
    posterior = np.array([0.6, 0.4])

    assert advise(posterior, [coin(0.7), coin(0.9)], risk=0.05).offer == 1
    assert advise(posterior, [coin(0.7), coin(0.9, price=20)], risk=0.05).offer == 0


def test_an_adjudicator_decides_where_nobody_else_can_tell_or_the_answers_would_cost_more() -> None:
    posterior = np.array([0.5, 0.5])

    assert advise(posterior, [], risk=0.05).step == "adjudicate"
    assert advise(posterior, [coin(0.5)], risk=0.05).step == "adjudicate"
    assert advise(posterior, [coin(0.6)], risk=0.05, adjudicator_price=5).step == "adjudicate"
    assert advise(posterior, [coin(0.95)], risk=0.05, adjudicator_price=5).step == "ask"


def test_an_answer_of_a_certain_annotator_tells_all_and_of_a_guessing_one_nothing() -> None:
    even = np.array([0.5, 0.5])

    assert information(even, np.eye(2)) == pytest.approx(np.log(2))
    assert information(even, np.full((2, 2), 0.5)) == pytest.approx(0)
    assert information(even, np.array([[0.0, 1.0], [1.0, 0.0]])) == pytest.approx(np.log(2))


def test_nothing_is_asked_against_what_people_who_choose_among_many_err_in_together() -> None:
    even, errors = (0.25,) * 4, tuple(tuple(0.0 if k == j else 1 / 3 for j in range(4)) for k in range(4))
    crowd = Crowd(classes=4, class_share=even, label_share=even, level_share=(1.0, 0.0, 0.0), right=0.8, errors=errors,
                  skill_strength=8.0, confusion_strength=2.0, dependence=usual_dependence(4))

    assert for_asking(crowd).dependence == usual_dependence(2) < crowd.dependence
    assert for_asking(structs.replace(crowd, dependence=0.8)).dependence == 0.8  # told by gold
