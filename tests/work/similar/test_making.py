"""Pictures made comparable by a model in ONNX, and runs whose process is gone."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from goldsmith.server.context import now_us
from goldsmith.work.data.similar import runs
from tests.conftest import SENTIMENT
from tests.work.http import App, running

SORT = {"fields": [{"name": "sort", "kind": "choice", "asset": "image", "labels": [{"name": "a"}, {"name": "b"}]}]}


@pytest.fixture
def app(database_place: str, tmp_path: Path) -> Iterator[App]:
    with running(database_place, tmp_path) as one:
        yield one


def picture(colour: str, side: int) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(file, "PNG")
    return file.getvalue()


def wait(app: App, at: str, key: str) -> Any:
    until = time.monotonic() + 60
    while (state := app.call("GET", f"{at}/embeddings", key).json())["state"] == "running":
        assert time.monotonic() < until, state
        time.sleep(0.02)
    return state


def test_pictures_are_compared_by_a_model_where_one_is_named_and_by_what_is_built_in_again_afterwards(
    app: App,
) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    from tests.models.test_onnx import classifier

    manager = app.key("manager")
    made = app.call("POST", "/api/projects", manager, {"name": "p", "schema": SORT}).json()
    at = f"/api/projects/{made['project_id']}"
    colours = {"red": 10, "darkred": 12, "blue": 14, "navy": 16}
    sent = app.client.post(f"{at}/items", headers={"authorization": f"Bearer {manager}"}, files=[
        ("files", (f"{name}.png", picture(name, side), "image/png")) for name, side in colours.items()])  # fmt: skip
    assert sent.json()["accepted"] == 4
    raw = classifier()
    app.client.post("/api/predictors/files", headers={"authorization": f"Bearer {manager}"}, content=raw)
    settings = {"file_sha256": hashlib.sha256(raw).hexdigest(), "task": "embed", "width": 8, "height": 8}
    model = app.call("POST", "/api/predictors", manager,
                     {"name": "Eye", "version": "1", "sort": "onnx", "settings": settings}).json()  # fmt: skip

    named = app.call("POST", f"{at}/embeddings", manager, {"predictor_id": model["predictor_id"]}).json()
    state = wait(app, at, manager)
    ids = {row["name"]: row["item_id"] for row in app.call("GET", f"{at}/items", manager).json()["items"]}
    page = app.call("GET", f"{at}/similar?item={ids['navy.png']}", manager).json()
    text = app.call("GET", f"{at}/similar?text=navy", manager)
    app.call("POST", f"{at}/embeddings", manager, {"predictor_id": ""})
    built_in = wait(app, at, manager)

    assert named["state"] == "running" and (state["model"], state["done"]) == ("Eye 1", 4)
    assert page["items"][0]["name"] == "blue.png" and page["items"][0]["similarity"] == pytest.approx(1, abs=0.01)
    assert page["items"][-1]["similarity"] == pytest.approx(0, abs=0.01)
    assert text.status_code == 409
    assert (built_in["model"], built_in["done"], built_in["total"]) == ("", 4, 4)


def test_a_run_whose_process_is_gone_is_taken_up_by_itself(app: App) -> None:
    manager = app.key("manager")
    project_id = app.call("POST", "/api/projects", manager, {"name": "p", "schema": SENTIMENT}).json()["project_id"]
    at, db = f"/api/projects/{project_id}", app.context.db
    app.call("POST", f"{at}/items", manager, [{"data": {"text": f"Tea number {i}."}} for i in range(5)])
    project = db.read().one("SELECT * FROM project WHERE project_id = :p", {"p": project_id})
    assert project is not None

    db.write(lambda db: runs.start(db, project, "", "person_x", now_us=now_us() - 2 * runs.STALLED_US))

    assert wait(app, at, manager)["done"] == 5
