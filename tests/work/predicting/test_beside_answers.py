"""Suggestions beside answers: whoever judges sees what models predicted, and how far each answer is from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from goldsmith.core.schema import LabelSchema
from goldsmith.kinds import decode_value
from goldsmith.work.consensus import decode_schema
from goldsmith.work.routing.predicting.suggestions import departure
from tests.work.predicting.desk import Desk, a_desk, saying

BOXES = decode_schema(json.dumps({"fields": [
    {"name": "things", "kind": "box", "asset": "image", "labels": [{"name": "nut"}, {"name": "bolt"}]}]}))  # fmt: skip


@pytest.fixture
def desk(database_place: str, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(database_place, tmp_path) as one:
        yield one


def predicted(desk: Desk, label: str, **more: Any) -> str:
    """What a model said of every item, in a project whose answers are reviewed; its id as a person."""
    at = f"/api/projects/{desk.project}"
    desk.ask("PATCH", at, {"review": True})
    desk.server.reply = lambda body: saying(label)
    model = desk.add()
    desk.run(model["predictor_id"])
    desk.show(model["predictor_id"], **more)
    return str(model["person_id"])


def answer(desk: Desk, who: str, label: str) -> None:
    key = desk.app.key("annotator", f"{who}@x.org")
    work = desk.app.call("POST", f"/api/projects/{desk.project}/lease", key).json()
    value = {"sentiment": [{"id": f"{who}1", "kind": "choice", "label": label}]}
    body = {"fence": work["fence"], "value": value}
    assert desk.app.call("POST", f"/api/leases/{work['lease_id']}/submit", key, body).status_code == 200


def review(desk: Desk) -> Any:
    return desk.app.call("POST", f"/api/projects/{desk.project}/reviews/lease", desk.app.key("reviewer")).json()


def test_a_review_shows_what_was_suggested_and_how_far_each_answer_is_from_it(desk: Desk) -> None:
    model = predicted(desk, "good")
    answer(desk, "ana", "good")

    judged = review(desk)

    (shown,) = judged["suggestions"]
    assert (shown["person_id"], shown["name"]) == (model, "Small 1")
    assert shown["value"]["sentiment"][0]["label"] == "good" and list(shown["scores"].values()) == [0.9]
    (far,), (given,) = shown["departures"], judged["answers"]
    assert (far["annotation_id"], far["kept"], far["moved"]) == (given["annotation_id"], 1, 0)


def test_a_review_shows_it_on_tasks_too_where_annotators_saw_none_and_counts_it_as_no_answer(desk: Desk) -> None:
    predicted(desk, "bad", blind_share=1.0)
    answer(desk, "ana", "good")

    judged = review(desk)

    assert len(judged["answers"]) == 1 and judged["merged"]["sentiment"][0]["label"] == "good"
    assert [one["moved"] for one in judged["suggestions"][0]["departures"]] == [1]


def test_a_model_that_is_measured_by_its_answers_is_not_told_by_its_suggestions(desk: Desk) -> None:
    model = predicted(desk, "bad")
    desk.ask("PUT", f"/api/projects/{desk.project}/auto-accept/{model}", {"error_rate": 0.2})
    answer(desk, "ana", "good")

    assert review(desk)["suggestions"] == []


def box(box_id: str, x: float, label: str = "nut") -> dict[str, Any]:
    return {"id": box_id, "kind": "box", "label": label, "asset": "image", "x_px": x, "y_px": 0, "width_px": 10,
            "height_px": 10}  # fmt: skip


def test_a_departure_counts_what_was_kept_moved_removed_and_added_whatever_the_ids() -> None:
    suggested = decode_value({"things": [box("a", 0), box("b", 100), box("c", 200), box("d", 300)]})
    given = decode_value({"things": [box("p", 0), box("q", 103), box("r", 200, "bolt"), box("s", 400)]})
    schema: LabelSchema = BOXES

    far = departure(suggested, given, schema)

    assert (far.kept, far.moved, far.removed, far.added) == (1, 2, 1, 1)
