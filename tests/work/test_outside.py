"""What models of other tools predicted comes in with a file, as suggestions of a model of that name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from goldsmith.arrivals import Arrival, Rejection, read_arrivals
from goldsmith.server.routes.data.imports import options_of
from goldsmith.work.data.imports import outside, storing
from goldsmith.work.routing.predicting import registry, suggestions
from tests.work.conftest import WS, World
from tests.work.test_known import bring


def task(text: str, *guesses: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"data": {"text": text}, "predictions": list(guesses), **more}


def mood(label: str, by: Any = "small v2", score: Any = 0.75) -> dict[str, Any]:
    said = {"id": "r1", "from_name": "mood", "to_name": "text", "type": "choices", "value": {"choices": [label]}}
    return {"model_version": by, "score": score, "result": [said]}


def arrive(world: World, folder: Path, *tasks: dict[str, Any]) -> Iterator[Arrival | Rejection]:
    path = folder / "export.json"
    path.write_text(json.dumps(tasks))
    return read_arrivals(path, path.name, work=folder / "work",
                         options=options_of(world.project(), format="label_studio"))


def kept(world: World) -> list[tuple[str, str, float | None]]:
    """Who said which label of which text, and how sure they were."""
    rows = world.database.read().all(
        "SELECT p.name, s.value_json, s.confidence FROM suggestion s JOIN person p ON p.person_id = s.person_id "
        "ORDER BY s.task_seq, p.name")
    return [(row["name"], json.loads(row["value_json"])["mood"][0]["label"], row["confidence"]) for row in rows]


def test_predictions_of_a_file_are_suggestions_of_a_model(make_world: Callable[..., World], tmp_path: Path) -> None:
    world = make_world()

    totals = bring(world, tmp_path, *arrive(
        world, tmp_path, task("one", mood("good")), task("two", mood("bad", None, None), mood("mixed"))))

    assert (totals.accepted, totals.rejected, world.states()) == (2, 0, ["open", "open"])
    assert kept(world) == [("small v2 imported", "good", 0.75), ("Model without a name imported", "bad", None),
                           ("small v2 imported", "mixed", 0.75)]
    predictors = registry.list_predictors(world.database.read(), WS)
    shown = suggestions.read_suggesting(world.project()).shown
    assert {row["sort"] for row in predictors} == {"imported"} and len(shown) == 2


def test_another_file_adds_to_the_same_model_and_its_newer_predictions_count(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    world = make_world()
    bring(world, tmp_path, *arrive(world, tmp_path, task("one", mood("good"))))
    world.do(lambda db: suggestions.set_suggesting(db, world.project(), suggestions.Suggesting()))

    totals = bring(world, tmp_path, *arrive(world, tmp_path, task("one", mood("bad")), task("two", mood("mixed"))))

    assert [one.reason for one in totals.listed] == [storing.PREDICTED]
    assert kept(world) == [("small v2 imported", "bad", 0.75), ("small v2 imported", "mixed", 0.75)]
    assert suggestions.read_suggesting(world.project()).shown == ()  # who took it away is not overruled


def test_predictions_that_do_not_fit_are_told_and_their_item_comes_without_them(
    make_world: Callable[..., World], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "MODELS_MOST", 1)
    world = make_world()

    totals = bring(world, tmp_path, *arrive(
        world, tmp_path, task("one", mood("angry", "other")), task("two", mood("good"), mood("bad", "third"))))

    assert (totals.accepted, totals.rejected) == (2, 2)
    assert [one.reason.partition(":")[0] for one in totals.listed] == [
        "The prediction of other does not fit", "The prediction of third was left out"]
    assert kept(world) == [("small v2 imported", "good", 0.75)]


def test_rows_of_an_api_call_bring_predictions_too(make_world: Callable[..., World], tmp_path: Path) -> None:
    world = make_world()
    said = {"by": "mine", "value": {"mood": [{"kind": "choice", "id": "x", "label": "good"}]}, "scores": {"x": 0.5}}
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"data": {"text": "one"}, "predictions": [said]}) + "\n"
                    + json.dumps({"data": {"text": "two"}, "predictions": [{"by": 3}]}))

    found = list(read_arrivals(path, path.name, work=tmp_path / "work", options=options_of(world.project())))
    totals = bring(world, tmp_path, *found)

    assert kept(world) == [("mine imported", "good", 0.5)]
    assert (totals.accepted, totals.rejected) == (1, 1) and "predictions" in totals.listed[0].reason
