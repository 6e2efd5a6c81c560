"""Label Studio ML backends: regions there and back, against a server of the documented calls, and the real package."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.models import Access, Asked, Closed, Lesson, NotReached, Prediction, Refused, Sample
from goldsmith.models.label_studio.model import LabelStudioSettings, open_model
from goldsmith.models.label_studio.regions import config_of, objects_of, regions_of

OWN = Path(__file__).parents[2] / ".venv/label-studio-ml/bin/python"
ML_PYTHON = Path(os.environ.get("LABEL_STUDIO_ML_PYTHON", OWN))
PICTURE = AssetFacts(sha256="a" * 64, media_type="image/png", size_bytes=3, width_px=200, height_px=100)
ITEM = ItemData(data={"text": "😀 Ann met Bob"}, assets={"image": PICTURE})


def field(name: str, kind: str, *labels: str, **more: Any) -> Field:
    return Field(name=name, kind=kind, labels=tuple(Label(name=one) for one in labels), **more)


SCHEMA = LabelSchema(fields=(
    field("boxes", "box", "cat", asset="image"), field("areas", "polygon", "cat", asset="image"),
    field("names", "span", "person", asset="text"), field("mood", "choice", "good", "bad", multiple=False),
    field("stars", "rating", "stars")))  # fmt: skip
REGIONS: list[Any] = [
    {"from_name": "boxes", "to_name": "image", "type": "rectanglelabels", "score": 0.9,
     "value": {"x": 10, "y": 20, "width": 50, "height": 40, "rotation": 0, "rectanglelabels": ["cat"]}},
    {"from_name": "areas", "to_name": "image", "type": "polygonlabels",
     "value": {"points": [[0, 0], [50, 0], [50, 100]], "polygonlabels": ["cat"]}},
    {"from_name": "names", "to_name": "text", "type": "labels",
     "value": {"start": 3, "end": 6, "text": "Ann", "labels": ["person"]}},
    {"from_name": "mood", "to_name": "text", "type": "choices", "value": {"choices": ["good"]}},
    {"from_name": "stars", "to_name": "text", "type": "rating", "value": {"rating": 4}},
    {"from_name": "unknown", "to_name": "text", "type": "choices", "value": {"choices": ["good"]}}]  # fmt: skip


class Backend:
    """The documented calls, as a server of the test."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any, str]] = []
        self.results: Any = [{"result": REGIONS, "score": 0.5}]
        self.status, self.port, self.fails = "UP", 0, 0
        self.trains: dict[str, Any] = {"/train": {"job": "j1"}}

    def answer(self, path: str, body: Any, key: str) -> tuple[int, Any]:
        self.asked.append((path, body, key))
        if self.fails:
            self.fails -= 1
            return 500, {"error": "it broke"}
        found = {"/health": {"status": self.status}, "/setup": {"model_version": "1"},
                 "/predict": {"results": self.results, "model_version": "1"}, **self.trains}  # fmt: skip
        return (200, found[path]) if path in found else (404, {})


@contextmanager
def backend() -> Iterator[Backend]:
    state = Backend()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            size = int(self.headers.get("content-length", "0"))
            body = json.loads(self.rfile.read(size)) if size else None
            status, found = state.answer(self.path, body, self.headers.get("authorization", ""))
            raw = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_POST = do_GET

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


def model_at(port: int, **more: Any) -> Any:
    settings = LabelStudioSettings(address=f"http://127.0.0.1:{port}", **more)
    return open_model(settings, Access(secret="key", read=lambda sha256: b"png"))


def test_regions_become_objects_in_pixels_and_code_points() -> None:
    value, scores = objects_of(REGIONS, SCHEMA, ITEM, 0.5)

    (box,), (area,), (name,) = value["boxes"], value["areas"], value["names"]
    assert [box[k] for k in ("x_px", "y_px", "width_px", "height_px")] == [20, 20, 100, 40]
    assert area["points"] == [[0, 0], [100, 0], [100, 100]]
    assert (name["start"], name["end"]) == (2, 5)  # the protocol counts the emoji twice
    assert value["mood"][0]["label"] == "good" and value["stars"][0]["level"] == 4
    assert scores[box["id"]] == 0.9 and scores[area["id"]] == 0.5
    assert set(value) == {"boxes", "areas", "names", "mood", "stars"}


def test_a_turned_rectangle_becomes_the_box_around_it() -> None:
    turned = {"from_name": "boxes", "to_name": "image", "value": {
        "x": 50, "y": 0, "width": 10, "height": 40, "rotation": 90, "rectanglelabels": ["cat"]}}  # fmt: skip

    (box,) = objects_of([turned], SCHEMA, ITEM, None)[0]["boxes"]

    assert [round(box[k], 6) for k in ("x_px", "y_px", "width_px", "height_px")] == [60, 0, 40, 20]


def test_the_schema_is_said_as_a_labelling_configuration() -> None:
    config = config_of(SCHEMA)

    assert config is not None
    assert '<Image name="image" value="$image"/>' in config
    assert '<RectangleLabels name="boxes" toName="image">' in config
    assert '<Choices name="mood" toName="text" choice="single"><Choice value="good"/>' in config
    assert config_of(LabelSchema(fields=(field("order", "ranking", "best"),))) is None


def test_a_backend_is_set_up_asked_and_read() -> None:
    with backend() as server:
        says = model_at(server.port).check()
        (found,) = model_at(server.port).predict([Sample(item_id="i", item=ITEM)], Asked(schema=SCHEMA))

    assert says == "UP" and isinstance(found, Prediction)
    assert [path for path, _, _ in server.asked] == ["/health", "/setup", "/predict"]
    assert {key for _, _, key in server.asked} == {"Token key"}
    sent = server.asked[-1][1]["tasks"][0]["data"]
    assert sent["image"] == "data:image/png;base64," + base64.b64encode(b"png").decode()
    assert sent["text"] == ITEM.data["text"]


def test_objects_become_the_regions_that_say_the_same() -> None:
    value, _ = objects_of(REGIONS, SCHEMA, ITEM, None)

    regions = regions_of(value, SCHEMA, ITEM)

    assert [(one["from_name"], one["type"]) for one in regions] == [
        ("boxes", "rectanglelabels"), ("areas", "polygonlabels"), ("names", "labels"), ("mood", "choices"),
        ("stars", "rating")]  # fmt: skip
    assert regions[2]["value"] == {"start": 3, "end": 6, "text": "Ann", "labels": ["person"]}
    assert (regions[0]["original_width"], regions[0]["original_height"]) == (200, 100)
    again, _ = objects_of(regions, SCHEMA, ITEM, None)
    bare = lambda found: {name: [{k: v for k, v in one.items() if k != "id"} for one in objects]  # noqa: E731
                          for name, objects in found.items()}  # fmt: skip
    assert bare(again) == bare(value)


@pytest.mark.parametrize(("trains", "paths"), [
    ({"/train": {"job": "j1"}}, ["/setup", "/train"]),
    ({"/webhook": {"status": "ok"}}, ["/setup", "/train", "/webhook", "/webhook", "/webhook"])])
def test_answers_are_sent_by_the_call_that_the_backend_has(trains: dict[str, Any], paths: list[str]) -> None:
    value, _ = objects_of(REGIONS, SCHEMA, ITEM, None)
    lessons = [Lesson(item_id="i", item=ITEM, value=value), Lesson(item_id="j", item=ITEM, value={"mood": []})]
    with backend() as server:
        server.trains = trains
        taught = model_at(server.port).teach(lessons, Asked(schema=SCHEMA))

    assert [path for path, _, _ in server.asked] == paths
    assert taught.sent == 2 and taught.says == json.dumps(next(iter(trains.values())), separators=(",", ":"))
    told = [body for path, body, _ in server.asked if path != "/setup"]
    assert [len(one["annotations"][0]["result"]) for one in told[0]["annotations"]] == [5, 0]
    if len(told) > 1:
        assert [one["action"] for one in told[1:]] == ["ANNOTATION_CREATED", "ANNOTATION_CREATED", "START_TRAINING"]
        assert told[1]["task"]["data"]["text"] == ITEM.data["text"]
        assert [one["from_name"] for one in told[1]["annotation"]["result"]][0] == "boxes"


def test_a_backend_that_takes_no_answers_is_told_so() -> None:
    with backend() as server, pytest.raises(Closed, match="404"):
        server.trains = {}
        model_at(server.port).teach([Lesson(item_id="i", item=ITEM, value={})], Asked(schema=SCHEMA))


def test_a_backend_that_stumbles_is_asked_again_and_nonsense_is_told() -> None:
    with backend() as server:
        server.fails = 1
        says = model_at(server.port, tries=2).check()
        server.results = []
        with pytest.raises(NotReached, match="no results|0 results"):
            model_at(server.port).predict([Sample(item_id="i", item=ITEM)], Asked(schema=SCHEMA))
        server.results = [{"result": [{"value": {"start": 1}, "from_name": "names"}]}]
        (bad,) = model_at(server.port).predict([Sample(item_id="i", item=ITEM)], Asked(schema=SCHEMA))

    assert says == "UP"
    assert isinstance(bad, Refused) and "cannot be read" in bad.reason


def test_an_address_without_a_backend_is_told_so() -> None:
    with backend() as server, pytest.raises(Closed, match="404"):
        open_model(LabelStudioSettings(address=f"http://127.0.0.1:{server.port}/elsewhere"),
                   Access(secret="", read=lambda sha256: b"")).check()  # fmt: skip


REAL = """
from label_studio_ml.api import init_app
from label_studio_ml.model import LabelStudioMLBase

class Shouting(LabelStudioMLBase):
    def predict(self, tasks, **kwargs):
        (name, about), = self.parsed_label_config.items()
        def label(task):
            return about["labels"][0] if "!" in task["data"]["text"] else about["labels"][1]
        return [{"score": 0.75, "result": [{"from_name": name, "to_name": about["to_name"][0], "type": "choices",
                 "value": {"choices": [label(task)]}}]} for task in tasks]

init_app(Shouting, model_dir=r"%s").run(host="127.0.0.1", port=%d)
"""


@pytest.mark.skipif(not ML_PYTHON.exists(), reason="needs `make label-studio-ml`")
def test_the_real_package_predicts(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mood = LabelSchema(fields=(field("mood", "choice", "loud", "calm", multiple=False),))
    env = {**os.environ, "PYTHONPATH": ""}
    process = subprocess.Popen([str(ML_PYTHON), "-c", REAL % (tmp_path, port)], cwd=tmp_path, env=env,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                httpx.get(f"http://127.0.0.1:{port}/health", timeout=2).raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        says = model_at(port).check()
        samples = [Sample(item_id=text, item=ItemData(data={"text": text})) for text in ("Hey!", "Well.")]
        found = model_at(port).predict(samples, Asked(schema=mood))
    finally:
        process.terminate()
        process.wait(20)

    assert says == "UP"
    assert [one.value["mood"][0]["label"] for one in found] == ["loud", "calm"]
    assert [list(one.scores.values()) for one in found] == [[0.75], [0.75]]
