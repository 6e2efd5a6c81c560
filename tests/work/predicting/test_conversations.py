"""Conversations with models over HTTP: streamed, cut, refused, stopped, killed; nothing that was written is lost."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Server
from tests.openai_server import OpenaiServer, openai_server
from tests.work.http import App, running

LONG = " ".join(f"word{n}" for n in range(40))
CHAT = {"name": "chat", "kind": "message", "labels": [{"name": "user"}, {"name": "assistant"}]}


class Desk:
    """An annotator at a conversation with models behind one server."""

    def __init__(self, app: App, server: OpenaiServer, *, models: int = 1, side_by_side: int = 1, **more: Any) -> None:
        self.app, self.server = app, server
        self.manager, self.annotator = app.key("manager"), app.key("annotator")
        ids = [self.add_model(f"model-{n}") for n in range(models)]
        field = {**CHAT, "settings": {"models": ids, "side_by_side": side_by_side, **more}}
        made = self.ask(self.manager, "POST", "/api/projects",
                        {"name": "p", "schema": {"fields": [field]}, "overlap": 1, "review": False})
        self.project, self.models = made["project_id"], ids
        self.ask(self.manager, "POST", f"/api/projects/{self.project}/items", [{"data": {"text": "t"}}])
        self.lease = self.ask(self.annotator, "POST", f"/api/projects/{self.project}/lease")
        self.at = f"/api/leases/{self.lease['lease_id']}"

    def add_model(self, name: str) -> str:
        settings = {"address": self.server.address, "model": name, "tries": 2, "timeout_seconds": 10,
                    "input_minor": 1_000_000, "output_minor": 2_000_000, "currency": "EUR"}
        return str(self.ask(self.manager, "POST", "/api/predictors", {
            "name": name, "version": "7", "sort": "openai", "secret": "sk-hidden", "settings": settings,
        })["predictor_id"])

    def ask(self, key: str, method: str, path: str, body: Any = None) -> Any:
        answer = self.app.call(method, path, key, body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def call(self, text: str = "Hello?", **more: Any) -> Any:
        body = {"fence": self.lease["fence"], "field": "chat", "parent": "m1",
                "messages": [{"role": "user", "text": text}], **more}
        return self.app.call("POST", f"{self.at}/replies", self.annotator, body)

    def request(self, text: str = "Hello?", **more: Any) -> list[dict[str, Any]]:
        answer = self.call(text, **more)
        assert answer.status_code == 201, answer.text
        return list(answer.json()["replies"])

    def follow(self, replies: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The lines of the stream, until all have ended."""
        ids = ",".join(one["reply_id"] for one in replies)
        text = self.app.call("GET", f"{self.at}/replies/stream?ids={ids}", self.annotator).text
        return [json.loads(line) for line in text.splitlines()]

    def now(self) -> list[dict[str, Any]]:
        return list(self.ask(self.annotator, "GET", f"{self.at}/replies?field=chat")["replies"])

    def submit(self, *messages: dict[str, Any]) -> Any:
        body = {"fence": self.lease["fence"], "value": {"chat": [{"kind": "message", **one} for one in messages]}}
        return self.app.call("POST", f"{self.at}/submit", self.annotator, body)


@pytest.fixture
def house(database_place: str, tmp_path: Path) -> Iterator[tuple[App, OpenaiServer]]:
    with running(database_place, tmp_path) as app, openai_server() as server:
        yield app, server


def whole(lines: list[dict[str, Any]]) -> str:
    return "".join(one["text"] for one in lines)


def test_a_reply_is_streamed_kept_and_taken_into_the_answer_as_the_server_recorded_it(house: Any) -> None:
    desk = Desk(*house)
    desk.server.modes, desk.server.pause_s, desk.server.reply = ["slow"], 0.02, lambda body: LONG

    [reply] = desk.request()
    lines = desk.follow([reply])
    answer = desk.submit({"id": "m1", "label": "user", "text": "Hello?"},
                         {"id": "m2", "label": "assistant", "parent": "m1", "text": "Good.", "reply": reply["reply_id"],
                          "model": "made up", "finish": "length", "original": "made up too"})  # fmt: skip

    assert whole(lines) == LONG and len(lines) > 3
    assert [one["finish"] for one in lines][-1] == "stop"
    assert "model" not in json.dumps([reply, lines])  # which model it is is not told
    assert answer.status_code == 200, answer.text
    found = desk.ask(desk.manager, "GET", f"/api/projects/{desk.project}/items/{desk.lease['item_id']}")
    said = found["history"][0]["value"]["chat"][1]
    assert (said["original"], said["model"], said["version"], said["finish"]) == (LONG, desk.models[0], "7", "stop")
    assert said["usage"] == {"tokens_in": 1, "tokens_out": 40}
    assert desk.server.keys[-1] == "Bearer sk-hidden"
    [spent] = desk.ask(desk.manager, "GET", f"/api/projects/{desk.project}/replies")["models"]
    assert (spent["replies"], spent["tokens_out"], spent["cost_minor"], spent["currency"]) == (1, 40, 81.0, "EUR")


def test_what_came_before_a_cut_stays_and_is_continued(house: Any) -> None:
    desk = Desk(*house)
    desk.server.modes, desk.server.reply = ["cut", "normal"], lambda body: "one two three four"

    [cut] = desk.request()
    lines = desk.follow([cut])
    [again] = desk.request(continues=cut["reply_id"])
    desk.follow([again])

    assert (whole(lines), lines[-1]["finish"]) == ("one ", "interrupted")
    assert "broke off" in lines[-1]["problem"]
    assert desk.server.calls[-1]["messages"][-1] == {"role": "assistant", "content": "one "}
    assert [one["text"] for one in desk.now()] == ["one ", "one one two three four"]


def test_a_busy_model_is_tried_again_and_one_that_breaks_says_so(house: Any) -> None:
    desk = Desk(*house)
    outcomes = []
    for modes in (["429", "normal"], ["500", "500"], ["garbage"], ["401"]):
        desk.server.modes = modes
        lines = desk.follow(desk.request())
        outcomes.append((lines[-1]["finish"], lines[-1]["problem"]))

    assert outcomes[0] == ("stop", "")
    assert [finish for finish, _ in outcomes[1:]] == ["interrupted"] * 3
    assert "500: it broke" in outcomes[1][1] and "no chat completion" in outcomes[2][1] and "401" in outcomes[3][1]
    assert "sk-hidden" not in json.dumps(outcomes)


def test_two_models_answer_side_by_side_in_an_order_drawn_by_chance(house: Any) -> None:
    desk = Desk(*house, models=3, side_by_side=2)
    desk.server.reply = lambda body: f"I am {body['model']}"

    orders = []
    for _ in range(6):
        replies = desk.request()
        desk.follow(replies)
        ids = {one["reply_id"] for one in replies}
        orders.append([one["text"] for one in desk.now() if one["reply_id"] in ids])
        assert [one["shown"] for one in replies] == [1, 2] and len({one["asked"] for one in replies}) == 1

    assert len({tuple(order) for order in orders}) > 1
    assert all(a != b for a, b in orders)


def test_a_reply_is_stopped_and_what_came_of_it_stays(house: Any) -> None:
    desk = Desk(*house)
    desk.server.modes, desk.server.pause_s, desk.server.reply = ["slow"], 0.05, lambda body: LONG

    [reply] = desk.request()
    for _ in range(100):
        if desk.now()[0]["text"]:
            break
        time.sleep(0.05)
    desk.ask(desk.annotator, "POST", f"{desk.at}/replies/stop", {"fence": desk.lease["fence"]})
    lines = desk.follow([reply])

    assert lines[-1]["finish"] == "interrupted"
    assert "word0" in whole(lines) and "word39" not in whole(lines)


def test_only_who_holds_the_task_asks_and_only_in_a_field_with_models(house: Any) -> None:
    desk = Desk(*house)
    stranger = desk.app.key("annotator", email="other@x.org")
    [reply] = desk.request()

    refused = desk.app.call("POST", f"{desk.at}/replies", stranger, {
        "fence": desk.lease["fence"], "field": "chat", "parent": "m1", "messages": [{"role": "user", "text": "Hi"}]})

    assert refused.status_code == 404
    assert desk.app.call("GET", f"{desk.at}/replies/stream?ids={reply['reply_id']}", stranger).status_code == 404
    assert desk.app.call("GET", f"{desk.at}/replies", stranger).status_code == 404
    assert desk.call(field="other").status_code == 422 or desk.call(field="other").status_code == 400
    assert desk.call(fence=99).status_code == 409
    assert desk.submit({"id": "m1", "label": "user", "text": "x", "reply": "reply_of_nobody"}).status_code in (400, 422)


def test_a_reviewer_asks_on_in_a_fix_and_goes_on_where_a_reply_to_the_annotator_was_cut(house: Any) -> None:
    desk = Desk(*house)
    desk.ask(desk.manager, "PATCH", f"/api/projects/{desk.project}", {"review": True})
    desk.server.modes, desk.server.reply = ["cut", "normal", "normal"], lambda body: "one two three four"
    [cut] = desk.request()
    desk.follow([cut])
    question = {"id": "m1", "label": "user", "text": "Hello?"}
    begun = {"id": "m2", "label": "assistant", "parent": "m1", "text": "one", "reply": cut["reply_id"]}
    assert desk.submit(question, begun).status_code == 200
    reviewer = desk.app.key("reviewer")
    stranger = desk.app.key("annotator", email="other@x.org")

    judged = desk.ask(reviewer, "POST", f"/api/projects/{desk.project}/reviews/lease")
    at = f"/api/leases/{judged['lease_id']}/replies"
    body = {"fence": judged["fence"], "field": "chat", "parent": "m1", "messages": [{"role": "user", "text": "Hello?"}]}
    ended = desk.ask(reviewer, "POST", at, {**body, "continues": cut["reply_id"]})["replies"][0]["reply_id"]
    [other] = desk.ask(reviewer, "POST", at, body)["replies"]
    desk.app.call("GET", f"{at}/stream?ids={ended},{other['reply_id']}", reviewer)
    fixed = [question, {**begun, "reply": ended, "is_current": True},
             {**begun, "id": "m3", "reply": other["reply_id"], "text": "Better."}]
    value = {"chat": [{"kind": "message", **one} for one in fixed]}
    decided = desk.app.call("POST", f"/api/reviews/{judged['lease_id']}/decide", reviewer,
                            {"fence": judged["fence"], "decision": "fixed", "value": value})

    assert decided.status_code == 200, decided.text
    found = desk.ask(desk.manager, "GET", f"/api/projects/{desk.project}/items/{judged['item_id']}")
    [kept] = [one["value"]["chat"] for one in found["history"] if len(one["value"]["chat"]) == 3]
    assert kept[1]["original"].endswith("one two three four") and kept[1]["finish"] == "stop"
    assert (kept[2]["text"], kept[2]["original"], kept[2]["model"]) == ("Better.", "one two three four", desk.models[0])
    assert desk.app.call("POST", at, stranger, body).status_code == 404


def test_a_person_has_so_many_replies_at_once_and_no_more(house: Any) -> None:
    desk = Desk(*house)
    desk.server.modes, desk.server.pause_s = ["slow"], 2.0

    answers = [desk.call() for _ in range(9)]

    assert [one.status_code for one in answers[:8]] == [201] * 8
    assert answers[8].status_code == 413 and "8 replies" in answers[8].text
    assert desk.call("x" * 400_001).status_code == 413


def test_what_was_shown_outlives_a_killed_server(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    server.start()
    with openai_server() as model:
        model.modes, model.pause_s, model.reply = ["slow"], 0.05, lambda body: LONG
        owner, dora = server.person("o@x.org", "owner"), server.person("d@x.org", "annotator")
        settings = {"address": model.address, "model": "small-model"}
        made = owner.post("/api/predictors", json={"name": "m", "version": "1", "sort": "openai", "settings": settings})
        field = {**CHAT, "settings": {"models": [made.json()["predictor_id"]]}}
        body = {"name": "p", "schema": {"fields": [field]}, "overlap": 1, "review": False}
        project = owner.post("/api/projects", json=body).json()["project_id"]
        owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": "t"}}]).raise_for_status()
        lease = dora.post(f"/api/projects/{project}/lease").json()
        at = f"/api/leases/{lease['lease_id']}/replies"
        asked = {"fence": lease["fence"], "field": "chat", "parent": "m", "messages": [{"role": "user", "text": "Hi"}]}
        [reply] = dora.post(at, json=asked).json()["replies"]
        seen = ""
        with dora.stream("GET", f"{at}/stream?ids={reply['reply_id']}") as lines:
            for line in lines.iter_lines():
                seen += json.loads(line)["text"]
                if "word3" in seen:
                    break
        server.kill()
        server.start()
        [kept] = dora.get(at).json()["replies"]
        server.stop()

    assert kept["text"].startswith(seen) and "word3" in seen
    assert LONG.startswith(kept["text"])
