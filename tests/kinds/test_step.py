"""Steps of a trace: which there are, and what most say of each, remarks left aside."""

from __future__ import annotations

import random

from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import KINDS, value_problems
from goldsmith.kinds.step.kind import Step
from goldsmith.quality.consensus import Settled, settle

SCHEMA = LabelSchema(fields=(Field(name="steps", kind="step", labels=(Label(name="good"), Label(name="bad"))),))
ITEM = ItemData(data={"trace": '[{"role": "user"}, {"role": "assistant"}]'})


def step(number: int, label: str = "good", comment: str = "") -> Step:
    return Step(id=f"s{number}", label=label, asset="trace", step=number, comment=comment)


def test_a_step_that_the_trace_has_not_is_a_problem() -> None:
    assert value_problems({"steps": (step(1), step(2))}, SCHEMA, ITEM) == []
    assert "no step 3" in value_problems({"steps": (step(3),)}, SCHEMA, ITEM)[0]
    assert "counted from 1" in value_problems({"steps": (step(0),)}, SCHEMA, ITEM)[0]


def test_remarks_are_no_doubt_and_nobodys_words_stand_under_another_label() -> None:
    def said(*given: Step) -> tuple[str, str]:
        found = settle([{"steps": (one,)} for one in given], SCHEMA, KINDS)
        assert isinstance(found, Settled)
        [one] = found.value["steps"]
        assert isinstance(one, Step)
        return one.label, one.comment

    assert said(step(1, "bad", "late"), step(1, "bad"), step(1, "bad", "late")) == ("bad", "late")
    assert said(step(1, "bad", "late"), step(1, "bad"), step(1, "good", "fine")) == ("bad", "")


def test_the_true_labels_of_a_long_trace_are_found_behind_disturbed_ones() -> None:
    rng = random.Random(8)
    truth = {n: rng.choice(["good", "bad"]) for n in range(1, 101)}
    other = {"good": "bad", "bad": "good"}
    given = [{"steps": tuple(step(n, label if rng.random() < 0.9 else other[label]) for n, label in truth.items())}
             for _ in range(3)]
    found = settle(given, SCHEMA, KINDS)

    right = sum(isinstance(one, Step) and truth[one.step] == one.label for one in found.value["steps"])
    assert len(found.value["steps"]) == 100 and right >= 93
