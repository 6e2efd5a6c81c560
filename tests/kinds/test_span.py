"""Spans of several parts: what they cover, and what several people's come to."""

from __future__ import annotations

import pytest

from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import KINDS
from goldsmith.kinds.span.kind import Span, bounds, distance, merge, problems
from goldsmith.quality.consensus import Settled, settle

SCHEMA = LabelSchema(fields=(Field(name="verbs", kind="span", asset="text", labels=(Label(name="verb"),)),))
ITEM = ItemData(data={"text": "She picked the old radio up."})


def span(*parts: tuple[int, int], name: str = "s") -> Span:
    (start, end), *more = parts
    return Span(id=name, label="verb", asset="text", start=start, end=end, more=tuple(more))


def test_overlap_counts_the_code_points_of_all_parts() -> None:
    assert distance(span((0, 4), (10, 14)), span((0, 4))) == pytest.approx(0.5)
    assert distance(span((0, 4), (10, 14)), span((4, 10))) == 1.0
    assert distance(span((0, 14)), span((0, 4), (10, 14))) == pytest.approx(1 - 8 / 14)
    assert bounds(span((2, 4), (10, 14))) == ((2.0, 14.0),)


@pytest.mark.parametrize("parts", [[(4, 10), (25, 40)], [(4, 10), (10, 12)], [(4, 10), (2, 3)], [(4, 10), (12, 12)]])
def test_parts_that_touch_go_back_are_empty_or_leave_the_text_are_problems(parts: list[tuple[int, int]]) -> None:
    assert problems(span((4, 10), (25, 27)), ITEM) == []
    assert problems(span(*parts), ITEM)


def test_borders_are_medians_of_those_with_the_usual_number_of_parts() -> None:
    values = [span((4, 10), (25, 27)), span((4, 11), (24, 27)), span((4, 27)), span((3, 10), (25, 27))]
    assert merge(values, [1.0] * 4).more == ((25, 27),)
    assert (merge(values, [1.0] * 4).start, merge(values, [1.0] * 4).end) == (4, 10)
    assert merge(values, [1.0, 1.0, 9.0, 1.0]).more == ()


def test_spans_of_several_parts_by_three_people_settle() -> None:
    answers = [{"verbs": (span((4, 10), (25, 27), name=f"s{i}"),)} for i in range(2)]
    found = settle([*answers, {"verbs": (span((4, 10), name="s9"),)}], SCHEMA, KINDS)
    assert isinstance(found, Settled)
    assert found.value["verbs"] == (span((4, 10), (25, 27), name="s0"),)
