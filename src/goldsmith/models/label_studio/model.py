"""Backends that speak Label Studio's protocol for machine learning: /health, /setup, /predict, /train or /webhook.

Sent is a labelling configuration made from the label schema, and tasks whose pictures are data in the task itself, so
that the backend needs no way back to Goldsmith.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import httpx
import msgspec
from msgspec import Struct

from goldsmith.core.errors import NotFound
from goldsmith.core.item import ItemData
from goldsmith.models import (
    Access,
    Answer,
    Asked,
    Closed,
    Json,
    Lesson,
    NotReached,
    Prediction,
    Refused,
    Sample,
    Taught,
)
from goldsmith.models.label_studio.regions import config_of, objects_of, regions_of
from goldsmith.models.outbound import check_address, client, said, without

AT_ONCE = 8
ANSWER_MOST = 32 * 2**20
PICTURE_MOST = 20 * 2**20
SAYS_MOST = 300  # letters of an answer that are kept
PROJECT = "goldsmith.1"  # backends keep a model by this


class LabelStudioSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the backend answers, and how patient we are."""

    address: str
    timeout_seconds: float = 60.0
    tries: int = 3

    def __post_init__(self) -> None:
        check_address(self.address)
        if not 1 <= self.timeout_seconds <= 600 or not 1 <= self.tries <= 10:
            raise ValueError("Seconds are 1 to 600, tries 1 to 10.")


settings = LabelStudioSettings


def address(settings: LabelStudioSettings) -> str:
    """Where the key is sent to."""
    return settings.address


def open_model(settings: LabelStudioSettings, access: Access) -> Model:
    """A backend at an address."""
    return Model(settings, access)


class NoSuchCall(Closed):
    """The backend does not know the call."""


class _Calls:
    """Calls to one backend, each tried again where the connection or the backend stumbles."""

    def __init__(self, settings: LabelStudioSettings, access: Access) -> None:
        self._settings, self._access = settings, access
        headers = {"authorization": f"Token {access.secret}"} if access.secret else None
        self._client = client(timeout_s=settings.timeout_seconds, headers=headers)

    def __enter__(self) -> _Calls:
        return self

    def __exit__(self, sort: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
                 ) -> None:
        self._client.close()

    def call(self, method: str, path: str, body: Json | None = None) -> Any:
        why = ""
        for _ in range(self._settings.tries):
            if self._access.is_stopped():
                raise Closed("Stopped.")
            try:
                answer = self._client.request(method, self._settings.address + path, json=body)
            except httpx.TransportError as error:
                why = said(error, self._access.secret)
                continue
            if answer.status_code < 300 and len(answer.content) <= ANSWER_MOST:
                try:
                    return msgspec.json.decode(answer.content)
                except msgspec.DecodeError:
                    why = f"{path} did not answer JSON."
                    continue
            why = f"{path} answered {answer.status_code}: " + without(answer.text[:300], self._access.secret)
            if answer.status_code == 404:
                raise NoSuchCall(why, hint="Is this a Label Studio ML backend?")
            if answer.status_code < 500:
                raise Closed(why)
        raise NotReached(why or "It did not answer.")


def teach(settings: LabelStudioSettings, lessons: Sequence[Lesson], asked: Asked, access: Access) -> Taught:
    """Send answers to the backend, which trains by itself; Closed or NotReached where it takes none."""
    return Model(settings, access).teach(lessons, asked)


def _config(asked: Asked) -> str:
    config = config_of(asked.schema)
    if config is None:
        raise Closed("No field of the schema is of a kind that the protocol knows.",
                     hint="It knows boxes, polygons, points, spans, choices, ratings, numbers and texts.")
    return config


def _setup(config: str) -> Json:
    return {"project": PROJECT, "schema": config, "hostname": "", "access_token": ""}


class Model:
    """One backend."""

    def __init__(self, settings: LabelStudioSettings, access: Access) -> None:
        self._settings, self._access = settings, access

    def check(self) -> str:
        """What /health says."""
        with _Calls(self._settings, self._access) as calls:
            found = calls.call("GET", "/health")
        status = found.get("status") if isinstance(found, dict) else None
        if status != "UP":
            raise NotReached(f"/health does not say that it is up: {str(found)[:200]}")
        return "UP"

    def predict(self, samples: Sequence[Sample], asked: Asked) -> list[Answer]:
        """What the backend says of each item, its regions as objects of the schema's kinds."""
        config = _config(asked)
        tasks = [self._task(i, sample.item_id, sample.item) for i, sample in enumerate(samples)]
        with _Calls(self._settings, self._access) as calls:
            calls.call("POST", "/setup", _setup(config))
            found = calls.call("POST", "/predict", {
                "tasks": tasks, "project": PROJECT, "label_config": config, "params": {"context": None}})
        results = found.get("results") if isinstance(found, dict) else None
        if not isinstance(results, list) or len(results) != len(samples):
            raise NotReached(f"/predict answered {len(results) if isinstance(results, list) else 'no'} results for "
                             f"{len(samples)} tasks.")
        return [self._answer(sample, one, asked) for sample, one in zip(samples, results, strict=True)]

    def teach(self, lessons: Sequence[Lesson], asked: Asked) -> Taught:
        """Send answers: by /train all at once, or, where a newer backend has none, by /webhook one after the other."""
        config = _config(asked)
        tasks = [self._lesson(i, one, asked) for i, one in enumerate(lessons)]
        with _Calls(self._settings, self._access) as calls:
            calls.call("POST", "/setup", _setup(config))
            try:
                found = calls.call("POST", "/train", {
                    "annotations": tasks, "project": PROJECT, "label_config": config, "params": {}})
            except NoSuchCall:
                found = self._tell(calls, tasks, config)
        return Taught(sent=len(tasks), says=msgspec.json.encode(found).decode()[:SAYS_MOST])

    def _tell(self, calls: _Calls, tasks: Sequence[Json], config: str) -> Any:
        project = {"id": PROJECT, "title": PROJECT, "label_config": config}
        for task in tasks:
            (annotation,) = task["annotations"]
            about = {"id": task["id"], "data": task["data"]}
            calls.call("POST", "/webhook", {"action": "ANNOTATION_CREATED", "project": project, "task": about,
                                            "annotation": annotation})
        return calls.call("POST", "/webhook", {"action": "START_TRAINING", "project": project})

    def _lesson(self, number: int, lesson: Lesson, asked: Asked) -> Json:
        result = regions_of(lesson.value, asked.schema, lesson.item)
        annotation = {"id": number + 1, "result": result, "was_cancelled": False, "ground_truth": False,
                      "task": number + 1}
        return {**self._task(number, lesson.item_id, lesson.item), "annotations": [annotation]}

    def _task(self, number: int, item_id: str, item: ItemData) -> Json:
        data: Json = dict(item.data)
        for name, facts in item.assets.items():
            if facts.media_type.startswith("image/") and facts.size_bytes <= PICTURE_MOST:
                try:
                    raw = base64.b64encode(self._access.read(facts.sha256)).decode()
                except NotFound:
                    continue
                data[name] = f"data:{facts.media_type};base64,{raw}"
        return {"id": number + 1, "data": data, "meta": {"item_id": item_id}, "annotations": [], "predictions": []}

    def _answer(self, sample: Sample, found: Any, asked: Asked) -> Answer:
        if isinstance(found, list):  # newer backends list several predictions of one task
            found = found[0] if found else {}
        regions = found.get("result") if isinstance(found, dict) else None
        if not isinstance(regions, list):
            return Refused(reason=f"The backend gave no regions: {str(found)[:200]}")
        score = found.get("score")
        whole = float(score) if isinstance(score, int | float) and not isinstance(score, bool) else None
        try:
            value, scores = objects_of(regions, asked.schema, sample.item, whole)
        except (ValueError, KeyError, TypeError) as error:
            return Refused(reason=f"A region cannot be read: {error}")
        return Prediction(value=value, scores=scores)
