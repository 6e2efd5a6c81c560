"""Segmenters of a workspace: brought as two files, tried before they are kept, and told what they found before."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from goldsmith.server.routes.data import segmenting
from tests.onnx_segmenter import files
from tests.work.http import App, running

pytest.importorskip("onnxruntime")


@pytest.fixture
def app(database_place: str, tmp_path: Path) -> Iterator[App]:
    with running(database_place, tmp_path) as one:
        yield one


def send(app: App, key: str, raw: bytes) -> str:
    answer = app.client.post("/api/predictors/files", content=raw, headers={"authorization": f"Bearer {key}"})
    return str(answer.json()["sha256"])


def bring(app: App, key: str, encoder: bytes, decoder: bytes) -> Any:
    settings = {"encoder_sha256": send(app, key, encoder), "decoder_sha256": send(app, key, decoder)}
    return app.call("POST", "/api/predictors", key, {
        "name": "By colour", "version": "2", "sort": "segmenter", "settings": settings})  # fmt: skip


def picture(app: App, key: str) -> str:
    """Three bands of colour, 100 pixels each; its hash."""
    image = Image.new("RGB", (300, 100), (40, 70, 90))
    image.paste((200, 80, 40), (0, 0, 100, 100))
    image.paste((30, 220, 30), (200, 0, 300, 100))
    out = io.BytesIO()
    image.save(out, "PNG")
    schema = {"fields": [{"name": "m", "kind": "mask", "asset": "image", "labels": [{"name": "cat"}]}]}
    project = app.call("POST", "/api/projects", key, {"name": "p", "schema": schema}).json()["project_id"]
    headers = {"authorization": f"Bearer {key}"}
    app.client.post(f"/api/projects/{project}/items", files=[("files", ("a.png", out.getvalue()))], headers=headers)
    row = app.context.db.read().one("SELECT item_json FROM item")
    assert row is not None
    return str(row[0]).split('"sha256":"')[1][:64]


def test_a_segmenter_is_brought_tried_listed_and_asked_click_by_click(app: App) -> None:
    manager, ana = app.key("manager"), app.key("annotator")
    made = bring(app, manager, *files())
    sha256 = picture(app, manager)
    (listed,) = app.call("GET", "/api/segmenters", ana).json()

    def ask(*places: float) -> Any:
        body = {"segmenter": listed["predictor_id"], "hints": [{"x_px": x, "y_px": 50} for x in places]}
        return app.call("POST", f"/api/blobs/{sha256}/segment", ana, body).json()

    left = ask(50)
    both = ask(50, 250)  # told what it found, it adds to it
    segmenting._coarse.clear()  # as another process would be asked
    again = ask(50, 250)

    assert made.status_code == 201 and "knows what it found before" in made.json()["says"], made.text
    assert (listed["name"], made.json()["error"], made.json()["latency_ms"] > 0) == ("By colour 2", "", True)
    assert (left["x_px"], left["width_px"]) == (0, pytest.approx(100, abs=6))
    assert both["width_px"] == 300 and both == again


def test_what_is_no_segmenter_is_refused_and_nothing_of_it_is_kept(app: App) -> None:
    manager = app.key("manager")
    encoder, decoder = files()

    mixed, broken = bring(app, manager, decoder, encoder), bring(app, manager, encoder, decoder[:500])
    lost = app.call("POST", "/api/predictors", manager, {
        "name": "x", "version": "1", "sort": "segmenter",
        "settings": {"encoder_sha256": "a" * 64, "decoder_sha256": "b" * 64}})  # fmt: skip

    assert mixed.status_code == 400 and "mixed up" in mixed.json()["error"]["hint"] + mixed.text
    assert broken.status_code == 400 and "decoder's file is no model" in broken.text
    assert lost.status_code == 400 and "not there" in lost.text
    assert app.call("GET", "/api/predictors", manager).json()["predictors"] == []
    settings = {"encoder_sha256": send(app, manager, encoder), "decoder_sha256": send(app, manager, decoder)}
    body = {"name": "x", "version": "1", "sort": "segmenter", "settings": settings}
    assert app.call("POST", "/api/predictors", app.key("annotator"), body).status_code == 403


def test_settings_that_do_not_fit_the_files_change_nothing(app: App) -> None:
    manager = app.key("manager")
    row = bring(app, manager, *files()).json()

    changed = app.call("PATCH", f"/api/predictors/{row['predictor_id']}", manager,
                       {"settings": {**row["settings"], "longest_px": 512}, "version": "3"})  # fmt: skip
    now = app.call("GET", f"/api/predictors/{row['predictor_id']}", manager).json()

    assert changed.status_code == 400 and "1024" in changed.text
    assert (now["version"], now["settings"]["longest_px"]) == ("2", 1024)


def test_a_segmenter_of_another_workspace_or_one_that_is_not_well_is_not_there(app: App) -> None:
    manager, sha256 = app.key("manager"), ""
    row = bring(app, manager, *files()).json()
    sha256 = picture(app, manager)
    from goldsmith.server.context import now_us
    from goldsmith.work import people

    elsewhere = app.context.db.write(lambda db: people.add_workspace(db, "Other", now_us=now_us()))
    stranger = app.key("manager", "s@x.org", elsewhere)
    app.context.db.write(lambda db: db.execute("UPDATE predictor SET error = 'it is not well'"))

    unwell = app.call("POST", f"/api/blobs/{sha256}/segment", manager, {"segmenter": row["predictor_id"]})

    assert app.call("GET", "/api/segmenters", stranger).json() == []
    assert app.call("GET", "/api/segmenters", manager).json() == []
    assert unwell.status_code == 404
