"""Every kind found keeps the laws that the rest of the program relies on."""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import product
from typing import Any

import msgspec
import pytest

from goldsmith.core.errors import BadInput
from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import KINDS, AnyObject, decode_value, value_problems

PICTURE = AssetFacts(sha256="0" * 64, media_type="image/jpeg", size_bytes=1, width_px=4000, height_px=3000)
ITEM = ItemData(data={"text": "x" * 10_000}, assets={"image": PICTURE})
every_kind = pytest.mark.parametrize("name", sorted(KINDS))


def examples(name: str) -> tuple[AnyObject, ...]:
    package = KINDS[name].value.__module__.rpartition(".")[0]
    raw = json.loads((files(package) / "examples.json").read_text("utf-8"))
    return decode_value({"field": raw})["field"]


def schema(**changes: Any) -> LabelSchema:
    return LabelSchema(fields=(Field(**{"name": "f", "kind": "span", "labels": (Label(name="person"),), **changes}),))


def spans(*ranges: tuple[int, int]) -> tuple[AnyObject, ...]:
    raw = [{"kind": "span", "id": f"s{i}", "label": "person", "start": a, "end": b} for i, (a, b) in enumerate(ranges)]
    return decode_value({"f": raw})["f"]


def test_the_built_in_kinds_are_found() -> None:
    assert {"box", "polygon", "span", "choice"} <= set(KINDS)


@every_kind
def test_examples_survive_a_round_trip_through_json(name: str) -> None:
    objects = examples(name)
    assert len(objects) >= 3
    assert decode_value(msgspec.json.encode({"field": objects})) == {"field": objects}
    assert all(type(one) is KINDS[name].value for one in objects)


@every_kind
def test_examples_have_no_problems(name: str) -> None:
    assert [KINDS[name].problems(one, ITEM) for one in examples(name)] == [[]] * len(examples(name))


@every_kind
def test_distance_is_symmetric_within_0_and_1_and_0_to_itself(name: str) -> None:
    distance = KINDS[name].distance
    for a, b in product(examples(name), repeat=2):
        assert 0.0 <= distance(a, b) <= 1.0
        assert distance(a, b) == distance(b, a)
        assert distance(a, a) == 0.0


@every_kind
def test_merging_equal_values_changes_nothing(name: str) -> None:
    for one in examples(name):
        assert KINDS[name].merge([one, one], [1.0, 1.0]) == one
        assert KINDS[name].merge([one, one, one], [0.3, 0.9, 0.1]) == one


@every_kind
def test_merge_keeps_the_first_id_and_the_label_with_most_weight(name: str) -> None:
    values = examples(name)
    merged = KINDS[name].merge(values, [0.1] * (len(values) - 1) + [9.0])
    assert (merged.id, merged.label) == (values[0].id, values[-1].label)


def test_a_hole_is_cut_out_before_polygons_are_compared() -> None:
    whole, holed, *_ = examples("polygon")
    assert KINDS["polygon"].distance(whole, holed) == pytest.approx(0.16, abs=0.01)


def test_boxes_merge_to_the_weighted_mean_of_their_edges() -> None:
    a, b, _ = examples("box")
    assert KINDS["box"].merge([a, b], [3.0, 1.0]).x_px == pytest.approx(17.625)


def test_spans_merge_to_the_weighted_median_of_their_borders() -> None:
    merged = KINDS["span"].merge(spans((0, 5), (1, 9), (7, 20)), [1.0, 1.0, 1.0])
    assert (merged.start, merged.end) == (1, 9)


def test_equal_votes_go_to_the_first_label_in_sorted_order() -> None:
    good, bad, _ = examples("choice")
    assert KINDS["choice"].merge([good, bad], [1.0, 1.0]).label == "bad"


def test_a_value_that_does_not_fit_names_its_place() -> None:
    with pytest.raises(BadInput) as caught:
        decode_value({"f": [{"kind": "span", "id": "s", "label": "person", "start": "x", "end": 2}]})
    assert caught.value.where.endswith(".start")
    with pytest.raises(BadInput):
        decode_value(b"{")
    with pytest.raises(BadInput):
        decode_value({"f": [{"kind": "no such kind"}]})


def test_a_box_outside_the_picture_or_not_finite_is_a_problem() -> None:
    box = examples("box")[0]
    for changes in ({"x_px": 3950}, {"y_px": -1}, {"width_px": 0}, {"x_px": float("nan")}, {"asset": "other"}):
        assert KINDS["box"].problems(msgspec.structs.replace(box, **changes), ITEM)


def test_a_span_is_measured_in_code_points() -> None:
    item = ItemData(data={"text": "\N{GRINNING FACE}b"})
    assert value_problems({"f": spans((0, 2))}, schema(asset="text"), item) == []
    assert value_problems({"f": spans((0, 3))}, schema(asset="text"), item)


@pytest.mark.parametrize(
    ("changes", "field", "count", "says"),
    [
        ({}, "g", 1, "no such field"),
        ({"kind": "choice"}, "f", 1, "the field takes 'choice'"),
        ({"labels": (Label(name="other"),)}, "f", 1, "Unknown label"),
        ({"multiple": False}, "f", 2, "takes one object"),
        ({"required": True}, "f", 0, "required"),
    ],
)
def test_a_value_against_its_schema_is_a_problem(changes: dict[str, Any], field: str, count: int, says: str) -> None:
    found = value_problems({field: spans(*[(0, 5)] * count)}, schema(**changes), ITEM)
    assert found
    assert all(says in text for text in found)


def test_an_id_used_twice_is_a_problem() -> None:
    found = value_problems({"f": spans((0, 5)) * 2}, schema(), ITEM)
    assert found == ["f[1]: The id 's0' is used twice."]
