"""Settled answers are sent to a backend that learns where it is; what is not settled stays here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from goldsmith.server.routes.routing.predicting import teaching
from tests.conftest import SENTIMENT
from tests.models.test_label_studio import Backend, backend
from tests.work.predicting.desk import Desk, a_desk
from tests.work.predicting.test_learning import answer


@pytest.fixture
def desk(database_place: str, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(database_place, tmp_path) as one:
        body = {"name": "settles", "schema": SENTIMENT, "overlap": 1, "review": False}
        one.project = one.ask("POST", "/api/projects", body)["project_id"]
        one.add_texts("lovely tea", "stale tea", "warm tea")
        yield one


@pytest.fixture
def server() -> Iterator[Backend]:
    with backend() as one:
        yield one


def add(desk: Desk, server: Backend) -> str:
    made = desk.ask("POST", "/api/predictors", {
        "name": "Backend", "version": "1", "sort": "label_studio", "secret": "key",
        "settings": {"address": f"http://127.0.0.1:{server.port}", "tries": 1}})  # fmt: skip
    return str(made["predictor_id"])


def teach(desk: Desk, predictor_id: str) -> Any:
    return desk.call("POST", f"/api/projects/{desk.project}/teaching", {"predictor_id": predictor_id})


def test_what_is_settled_is_sent_and_counted(desk: Desk, server: Backend) -> None:
    model = add(desk, server)
    too_early = teach(desk, model)
    given = answer(desk, desk.app.key("annotator"), 2)

    taught = teach(desk, model)

    assert too_early.status_code == 400 and "settled" in too_early.json()["error"]["message"]
    assert taught.json() == {"sent": 2, "left_out": 0, "says": '{"job":"j1"}'}
    path, body, key = server.asked[-1]
    assert (path, key) == ("/train", "Token key")
    results = {task["data"]["text"]: task["annotations"][0]["result"] for task in body["annotations"]}
    sent = {text: result[0]["value"]["choices"] for text, result in results.items()}
    assert sent == {text: ["bad" if "stale" in text else "good"] for text in given}
    assert '<Choices name="sentiment"' in body["label_config"]
    spent = desk.ask("GET", f"/api/projects/{desk.project}/suggestions")["spending"]["uses"]
    assert [(one["purpose"], one["all"]["calls"]) for one in spent] == [("training", 1)]
    told = desk.app.context.db.read().all("SELECT what FROM event WHERE what = 'predictor.taught'")
    assert len(told) == 1


def test_pictures_beyond_what_a_call_holds_leave_the_oldest_out(
    desk: Desk, server: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(desk, desk.app.key("annotator"), 3)
    monkeypatch.setattr(teaching, "PICTURES_MOST", -1)
    assert teach(desk, add(desk, server)).status_code == 400
    monkeypatch.setattr(teaching, "PICTURES_MOST", 0)
    assert teach(desk, add(desk, server)).json()["sent"] == 3


def test_a_backend_that_does_not_answer_and_a_model_that_is_not_taught_are_told(desk: Desk, server: Backend) -> None:
    answer(desk, desk.app.key("annotator"), 1)
    server.fails = 9
    broken = teach(desk, add(desk, server))
    other = teach(desk, str(desk.add()["predictor_id"]))

    assert broken.status_code == 502 and "500" in broken.json()["error"]["message"]
    assert other.status_code == 400 and "learns nothing" in other.json()["error"]["message"]
    rows = desk.app.context.db.read().all("SELECT trained_on FROM predictor WHERE trained_on > 0")
    assert rows == []
