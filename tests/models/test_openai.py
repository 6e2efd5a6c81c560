"""Chat completions: what a model is asked, how its answer is read, and how long a busy server is waited for."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest

from goldsmith.core.errors import BadInput
from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.core.schema import Attribute, Field, Label, LabelSchema
from goldsmith.models import Access, Asked, Closed, Prediction, Refused, Sample
from goldsmith.models.openai.asking import body_of, objects_of, schema_of
from goldsmith.models.openai.calling import told_seconds
from goldsmith.models.openai.model import OpenaiSettings, cost, open_model
from goldsmith.work.routing.predicting.asking import shape_of
from tests.openai_server import OpenaiServer, openai_server


def field(name: str, kind: str, *labels: str, **more: Any) -> Field:
    return Field(name=name, kind=kind, labels=tuple(Label(name=one) for one in labels), **more)


NAMES = field("names", "span", "person", asset="text")
MOOD = field("mood", "choice", "good", "bad", multiple=False, help="How does it sound?",
             attributes=(Attribute(name="sure", sort="flag"),))  # fmt: skip
ASKED = Asked(schema=LabelSchema(fields=(NAMES, MOOD)), guideline="Be kind.",
              shapes={kind: shape_of(kind) for kind in ("span", "choice")})  # fmt: skip
PICTURE = AssetFacts(sha256="a" * 64, media_type="image/png", size_bytes=3, width_px=20, height_px=10)
SAMPLE = Sample(item_id="i", item=ItemData(data={"text": "Ann met Ann."}, assets={"image": PICTURE}))


def settings(**more: Any) -> OpenaiSettings:
    return OpenaiSettings(**{"address": "http://127.0.0.1:9/v1", "model": "small-model", **more})


def model_of(server: OpenaiServer, **more: Any) -> Any:
    access = Access(secret="", read=lambda sha256: b"png", is_stopped=more.pop("is_stopped", lambda: False))
    return open_model(settings(address=server.address, **more), access)


def strict(shape: Any) -> bool:
    """Whether every object names all of its properties as required, and allows none besides."""
    if isinstance(shape, list):
        return all(map(strict, shape))
    if not isinstance(shape, dict):
        return True
    is_whole = shape.get("type") != "object" or (
        shape.get("additionalProperties") is False and shape["required"] == list(shape["properties"]))  # fmt: skip
    return is_whole and all(map(strict, shape.values()))


def test_the_label_schema_is_a_strict_json_schema_of_the_answer() -> None:
    schema = schema_of(ASKED)

    assert strict(schema)
    span = schema["properties"]["names"]["items"]["properties"]
    assert set(span) == {"label", "start", "end", "quote", "confidence"}
    assert span["label"]["enum"] == ["person"]
    mood = schema["properties"]["mood"]["items"]["properties"]
    assert mood["attributes"]["properties"]["sure"] == {"anyOf": [{"type": "boolean"}, {"type": "null"}]}


def test_asked_is_the_guideline_the_item_and_each_field_with_its_own_prompt_where_it_has_one() -> None:
    body = body_of(settings(prompts={"mood": "Of «{{text}}» choose:\n{{labels}}"}), SAMPLE, ASKED, lambda sha256: b"")

    said = body["messages"][1]["content"]
    assert "Be kind." in said and "Of «Ann met Ann.» choose:\n- good\n- bad" in said
    assert "Field names (span)" in said and "How does it sound?" not in said
    assert body["response_format"]["json_schema"]["strict"] is True


@pytest.mark.parametrize(("form", "expected"), [("object", {"type": "json_object"}), ("text", None)])
def test_a_server_without_json_schemas_is_told_the_schema_in_words(form: Any, expected: Any) -> None:
    body = body_of(settings(form=form), SAMPLE, ASKED, lambda sha256: b"")

    assert body.get("response_format") == expected
    assert '"additionalProperties":false' in body["messages"][0]["content"]


def test_pictures_go_along_where_the_model_sees_them() -> None:
    blind, seeing = (body_of(settings(sees_pictures=does), SAMPLE, ASKED, lambda sha256: b"png")
                     for does in (False, True))  # fmt: skip

    assert isinstance(blind["messages"][1]["content"], str)
    url = seeing["messages"][1]["content"][1]["image_url"]["url"]
    assert url == "data:image/png;base64," + base64.b64encode(b"png").decode()


def test_a_place_is_that_of_the_quoted_words_nearest_to_what_the_model_counted() -> None:
    text = json.dumps({"names": [{"label": "person", "start": 9, "end": 11, "quote": "Ann", "confidence": 2}]})

    value, scores = objects_of(f"```json\n{text}\n```", ASKED.schema, SAMPLE)

    (name,) = value["names"]
    assert (name["start"], name["end"], name["asset"]) == (8, 11, "text")
    assert scores[name["id"]] == 1.0


@pytest.mark.parametrize("text", ["", "I cannot", "[]", '{"names": {}}', '{"names": ["Ann"]}', '{"names": [}'])
def test_what_is_no_answer_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        objects_of(text, ASKED.schema, SAMPLE)


def test_a_busy_server_is_waited_for_as_long_as_it_says() -> None:
    with openai_server() as server:
        server.modes, server.retry_after, server.reply = ["429", "normal"], "1", lambda body: '{"mood": []}'
        began = time.monotonic()
        (found,) = model_of(server, tries=2).predict([SAMPLE], ASKED)

    assert isinstance(found, Prediction) and 0.95 <= time.monotonic() - began < 10


def test_whoever_waits_is_let_go_when_the_run_is_cancelled() -> None:
    with openai_server() as server:
        server.modes, server.retry_after = ["429"], "60"
        began = time.monotonic()
        with pytest.raises(Closed, match="Stopped"):
            model_of(server, is_stopped=lambda: time.monotonic() - began > 0.3).predict([SAMPLE], ASKED)

    assert time.monotonic() - began < 5


def test_one_item_that_is_never_answered_does_not_keep_the_others() -> None:
    with openai_server() as server:
        server.reply = lambda body: '{"mood": []}' if "first" in str(body["messages"][-1]) else "nonsense"
        samples = [Sample(item_id=text, item=ItemData(data={"text": text})) for text in ("first", "second")]
        good, bad = model_of(server).predict(samples, ASKED)

    assert isinstance(good, Prediction)
    assert isinstance(bad, Refused) and "JSON" in bad.reason and bad.tokens_in > 0


@pytest.mark.parametrize(("said", "seconds"), [
    ("", None), ("7", 7.0), ("-3", 0.0), ("9999", 120.0), ("soon", None), ("nan", None),
    ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)])  # fmt: skip
def test_what_retry_after_says(said: str, seconds: float | None) -> None:
    assert told_seconds(said) == seconds


def test_tokens_cost_what_the_settings_state() -> None:
    assert cost(settings(input_minor=300, output_minor=1500, currency="EUR"), 10_000, 2_000) == (6.0, "EUR")
    for wrong in ({"input_minor": 3}, {"currency": "EUR"}, {"input_minor": 3, "currency": "euro"}, {"tries": 0},
                  {"temperature": 3.0}, {"model": " "}):  # fmt: skip
        with pytest.raises((ValueError, BadInput)):
            settings(**wrong)
