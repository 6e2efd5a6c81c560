"""A model that learns a project's labels here, and the queue that follows what it knows least."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import choice
from tests.work.predicting.desk import Desk, a_desk

GOOD, BAD = ("lovely warm great tea", "great and lovely"), ("cold awful stale tea", "stale and awful")


@pytest.fixture
def desk(database_place: str, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(database_place, tmp_path) as one:
        one.add_texts(*(f"{text} {i}" for i in range(6) for text in (*GOOD, *BAD)))
        yield one


def quick(desk: Desk) -> Any:
    return desk.ask("POST", "/api/predictors", {
        "name": "Quick", "version": "1", "sort": "quick",
        "settings": {"project_id": desk.project, "field": "sentiment"}})  # fmt: skip


def answer(desk: Desk, key: str, count: int) -> list[str]:
    """The texts that were answered, each as it says itself."""
    texts = []
    for _ in range(count):
        lease = desk.app.call("POST", f"/api/projects/{desk.project}/lease", key).json()
        text = str(lease["item"]["data"]["text"])
        label = "bad" if "stale" in text else "good"
        desk.app.call("POST", f"/api/leases/{lease['lease_id']}/submit", key,
                      {"fence": lease["fence"], "value": choice(label)})  # fmt: skip
        texts.append(text)
    return texts


def test_it_learns_from_the_projects_own_answers(desk: Desk) -> None:
    model = quick(desk)
    too_early = desk.run(model["predictor_id"])
    answer(desk, desk.app.key("annotator"), 10)

    desk.ask("POST", f"/api/projects/{desk.project}/prediction-runs/{too_early['run_id']}/resume")
    run = desk.wait(too_early["run_id"])

    assert too_early["state"] == "failed" and "too little" in too_early["error"]
    assert (run["state"], run["done"], run["failed"]) == ("done", 15, 0), run
    rows = desk.app.context.db.read().all(
        "SELECT i.name, s.value_json, s.doubt FROM suggestion s JOIN item i ON i.item_seq = s.task_seq")
    wrong = [row["name"] for row in rows if (b'"bad"' in bytes(row["value_json"])) != ("stale" in row["name"])]
    assert wrong == []
    assert all(0 <= row["doubt"] <= 1 for row in rows)
    checked = desk.ask("POST", f"/api/predictors/{model['predictor_id']}/check")
    assert "2 labels from 10 items" in checked["says"]


def test_the_queue_follows_doubt_a_batch_at_a_time_and_leaves_given_priorities(desk: Desk) -> None:
    model, ana, at = quick(desk), desk.app.key("annotator"), f"/api/projects/{desk.project}"
    urgent = desk.ask("GET", f"{at}/items?limit=100")["items"][0]
    desk.ask("PATCH", f"{at}/items", {"item_ids": [urgent["item_id"]], "priority": 5})
    answer(desk, ana, 8)

    page = desk.show(model["predictor_id"], order="both", order_by=model["predictor_id"], batch_size=5)
    until = time.monotonic() + 30
    while page["order"]["waiting"] < 5 and time.monotonic() < until:
        time.sleep(0.05)
        page = desk.ask("GET", f"{at}/suggestions")

    assert page["order"]["waiting"] == 5
    db = desk.app.context.db.read()
    chosen = {row[0] for row in db.all("SELECT i.name FROM gain g JOIN item i ON i.item_seq = g.task_seq"
                                       " WHERE g.is_next = 1")}  # fmt: skip
    assert [row[0] for row in db.all("SELECT count(*) FROM task WHERE priority = 1")] == [5]
    assert set(answer(desk, ana, 5)) == chosen
    assert db.all("SELECT priority FROM task WHERE priority = 5")  # the manager's word stays


def test_without_an_order_what_was_put_first_goes_back(desk: Desk) -> None:
    model, at = quick(desk), f"/api/projects/{desk.project}"
    answer(desk, desk.app.key("annotator"), 8)
    desk.show(model["predictor_id"], order="spread", batch_size=5)
    db, until = desk.app.context.db.read(), time.monotonic() + 30
    while desk.ask("GET", f"{at}/suggestions")["order"]["waiting"] < 5 and time.monotonic() < until:
        time.sleep(0.05)

    desk.show(model["predictor_id"], order="")
    while desk.ask("GET", f"{at}/suggestions")["order"]["waiting"] and time.monotonic() < until:
        time.sleep(0.05)

    assert db.all("SELECT 1 FROM task WHERE priority <> 0") == []
