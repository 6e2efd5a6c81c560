"""Runs of a model through a project: suggestions, failures tried again, cancelled, as an annotator, and never twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from goldsmith.work.routing.predicting import registry, runs
from goldsmith.work.routing.predicting.runs import Outcome
from tests.conftest import choice
from tests.work.predicting.desk import Desk, a_desk, saying


@pytest.fixture
def desk(database_place: str, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(database_place, tmp_path) as one:
        yield one


def by_text(body: dict[str, Any]) -> str:
    """Good where the text says so; nonsense where it is nonsense."""
    text = str(body["messages"][-1]["content"]).partition("\n\nField")[0]
    return "no JSON at all" if "nonsense" in text else saying("good" if "good" in text else "bad", 0.75)


def rows(desk: Desk, table: str) -> list[Any]:
    return desk.app.context.db.read().all(f"SELECT * FROM {table} ORDER BY task_seq")


def test_a_run_predicts_what_is_open_and_lists_what_it_could_not(desk: Desk) -> None:
    desk.add_texts("good 1", "bad 2", "nonsense 3")
    desk.server.reply = by_text
    model = desk.add(tries=1, input_minor=1000, currency="EUR")

    run = desk.run(model["predictor_id"])

    assert (run["state"], run["total"], run["done"], run["failed"]) == ("done", 4, 3, 1)
    assert run["failures"][0]["name"] == "nonsense 3" and "JSON" in run["failures"][0]["reason"]
    assert run["tokens_in"] > 0 and run["cost_minor"] == pytest.approx(run["tokens_in"] / 1000)
    labels = [json.loads(row["value_json"])["sentiment"][0]["label"] for row in rows(desk, "suggestion")]
    assert labels == ["bad", "good", "bad"]


def test_what_failed_is_tried_again_and_alone(desk: Desk) -> None:
    desk.add_texts("good 1", "nonsense 2")
    desk.server.reply = by_text
    model = desk.add(tries=1)
    run = desk.run(model["predictor_id"])
    asked = len(desk.server.calls)
    desk.server.reply = lambda body: saying("bad")

    desk.ask("POST", f"/api/projects/{desk.project}/prediction-runs/{run['run_id']}/resume")
    again = desk.wait(run["run_id"])

    assert (again["state"], again["done"], again["failed"], again["failures"]) == ("done", 3, 0, [])
    assert len(desk.server.calls) == asked + 1


def test_a_run_that_no_item_can_pass_stops_and_goes_on_from_there(desk: Desk) -> None:
    desk.server.modes = ["401"]
    model = desk.add()
    stopped = desk.run(model["predictor_id"])
    desk.server.modes, desk.server.reply = ["normal"], lambda body: saying("good")

    desk.ask("POST", f"/api/projects/{desk.project}/prediction-runs/{stopped['run_id']}/resume")
    run = desk.wait(stopped["run_id"])

    assert stopped["state"] == "failed" and "401" in stopped["error"] and stopped["done"] == 0
    assert (run["state"], run["done"], run["error"]) == ("done", 1, "")


def test_a_cancelled_run_stops_and_keeps_what_it_has(desk: Desk) -> None:
    desk.add_texts(*(f"good {i}" for i in range(40)))
    desk.server.reply, desk.server.modes, desk.server.pause_s = by_text, ["slow"], 0.05
    model = desk.add(parallel=1)
    run = desk.run(model["predictor_id"], is_awaited=False)
    at = f"/api/projects/{desk.project}/prediction-runs/{run['run_id']}"

    second = desk.call("POST", f"/api/projects/{desk.project}/prediction-runs", {"predictor_id": model["predictor_id"]})
    cancelled = desk.ask("POST", f"{at}/cancel")

    assert second.status_code == 409
    assert cancelled["state"] == "cancelled" and cancelled["done"] < 41
    assert desk.call("POST", f"{at}/cancel").status_code == 409


def test_two_processes_that_go_on_with_one_run_count_nothing_twice(desk: Desk) -> None:
    db, model = desk.app.context.db, desk.add()
    project = db.read().one("SELECT * FROM project")
    predictor = registry.find_predictor(db.read(), desk.app.workspace_id, model["predictor_id"])
    run = db.write(lambda c: runs.start(c, project, model["predictor_id"], "suggest", "", "person_1", now_us=5))
    piece = runs.next_piece(db.read(), run, most=8)
    assert piece is not None
    nothing = Outcome(good={}, bad=dict.fromkeys(piece.tasks, "why"), tokens_in=0, tokens_out=0)

    first = db.write(lambda c: runs.keep_piece(c, project, predictor, run, piece, nothing, now_us=6))
    second = db.write(lambda c: runs.keep_piece(c, project, predictor, run, piece, nothing, now_us=6))

    assert first is not None and first["failed"] == 1
    assert second is None


def test_as_an_annotator_its_answers_are_annotations_of_a_model(desk: Desk) -> None:
    desk.add_texts("good 1", "nonsense 2")
    desk.server.reply = by_text
    model = desk.add(tries=1)
    rule = f"/api/projects/{desk.project}/auto-accept/{model['person_id']}"
    desk.ask("PUT", rule, {"error_rate": 0.2})

    run = desk.run(model["predictor_id"], "answer")

    assert (run["state"], run["done"], run["failed"]) == ("done", 2, 1), run
    given = desk.app.context.db.read().all("SELECT * FROM annotation ORDER BY task_seq")
    assert {(row["person_id"], row["origin"], row["confidence"]) for row in given} == {
        (model["person_id"], "answer", 0.75)}  # fmt: skip
    assert {row["state"] for row in rows(desk, "task")} == {"open"}  # being measured, it is never the only answer


def test_suggestions_are_shown_taken_over_and_counted(desk: Desk) -> None:
    desk.server.reply = lambda body: saying("good", 0.8)
    model = desk.add()
    desk.run(model["predictor_id"])
    ana, at = desk.app.key("annotator"), f"/api/projects/{desk.project}"
    before = desk.app.call("POST", f"{at}/lease", ana).json()
    desk.app.call("POST", f"/api/leases/{before['lease_id']}/release", ana, {"fence": before["fence"]})
    desk.show(model["predictor_id"])

    lease = desk.app.call("POST", f"{at}/lease", ana).json()
    (suggested,) = lease["suggestions"]
    desk.app.call("POST", f"/api/leases/{lease['lease_id']}/submit", ana,
                  {"fence": lease["fence"], "value": suggested["value"]})  # fmt: skip

    assert before["suggestions"] == []
    assert suggested["name"] == "Small 1" and list(suggested["scores"].values()) == [0.8]
    (figures,) = desk.ask("GET", f"{at}/suggestions")["figures"]
    assert (figures["shown"], figures["taken"], figures["changed"], figures["dropped"]) == (1, 1, 0, 0)
    (given,) = desk.app.context.db.read().all("SELECT * FROM annotation")
    assert given["person_id"] != model["person_id"]  # it is the person's answer now


@pytest.mark.parametrize(("label", "expected"), [("bad", (0, 1, 0)), (None, (0, 0, 1))])
def test_what_was_changed_or_dropped_is_counted(desk: Desk, label: str | None, expected: tuple[int, int, int]) -> None:
    desk.server.reply = lambda body: saying("good")
    model = desk.add()
    desk.run(model["predictor_id"])
    desk.show(model["predictor_id"])
    ana, at = desk.app.key("annotator"), f"/api/projects/{desk.project}"
    lease = desk.app.call("POST", f"{at}/lease", ana).json()
    value = lease["suggestions"][0]["value"]
    value["sentiment"][0] |= {"label": label} if label else {"id": "mine"}

    desk.app.call("POST", f"/api/leases/{lease['lease_id']}/submit", ana, {"fence": lease["fence"], "value": value})

    (figures,) = desk.ask("GET", f"{at}/suggestions")["figures"]
    assert (figures["taken"], figures["changed"], figures["dropped"]) == expected


def test_where_nobody_sees_a_suggestion_it_is_held_against_the_answer(desk: Desk) -> None:
    desk.add_texts("good 1")
    desk.server.reply = by_text
    model = desk.add()
    desk.run(model["predictor_id"])
    desk.show(model["predictor_id"], blind_share=1.0)
    ana, at = desk.app.key("annotator"), f"/api/projects/{desk.project}"

    for _ in range(2):
        lease = desk.app.call("POST", f"{at}/lease", ana).json()
        assert lease["suggestions"] == []
        desk.app.call("POST", f"/api/leases/{lease['lease_id']}/submit", ana,
                      {"fence": lease["fence"], "value": choice("good")})  # fmt: skip

    (figures,) = desk.ask("GET", f"{at}/suggestions")["figures"]
    assert (figures["shown"], figures["blind"], figures["alike"]) == (0, 2, 1)
    assert figures["distance"] == 0.5


def test_a_model_that_is_measured_as_an_annotator_shows_nothing(desk: Desk) -> None:
    desk.server.reply = lambda body: saying("good")
    model = desk.add()
    desk.run(model["predictor_id"])
    desk.show(model["predictor_id"])
    desk.ask("PUT", f"/api/projects/{desk.project}/auto-accept/{model['person_id']}", {"error_rate": 0.2})

    lease = desk.app.call("POST", f"/api/projects/{desk.project}/lease", desk.app.key("annotator")).json()

    assert lease["suggestions"] == []


def test_a_model_does_not_see_what_others_suggest(desk: Desk) -> None:
    desk.server.reply = lambda body: saying("good")
    model = desk.add()
    desk.run(model["predictor_id"])
    desk.show(model["predictor_id"])
    other = desk.ask("POST", "/api/models", {"model": "Other", "version": "1"})

    lease = desk.app.call("POST", f"/api/projects/{desk.project}/lease", other["key"]).json()

    assert lease["suggestions"] == []
