"""A workflow over HTTP: who is given a group's level, why its tasks wait, and what is told of a task's way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from goldsmith.server.app import make_app
from goldsmith.server.routes.routing.settings import WAITING
from tests.conftest import SENTIMENT, choice
from tests.work.http import App

TEXTS = [{"data": {"text": f"text {i}"}} for i in range(2)]


class Place:
    """A project with an expert's level, and its people."""

    def __init__(self, app: App) -> None:
        self.app = app
        roles = {"owner": "owner", "ana": "annotator", "ben": "annotator", "rae": "reviewer", "eve": "reviewer"}
        self.keys = {name: app.key(role, f"{name}@x.org") for name, role in roles.items()}
        made = self.ask("owner", "POST", "/api/projects", {"name": "p", "schema": SENTIMENT, "overlap": 2,
                                                           "overlap_most": 2})  # fmt: skip
        self.at = f"/api/projects/{made['project_id']}"
        self.group = self.ask("owner", "POST", "/api/groups", {"name": "Experts"})["group_id"]

    def call(self, who: str, method: str, path: str, body: Any = None) -> Any:
        return self.app.call(method, path, self.keys[who], body)

    def ask(self, who: str, method: str, path: str, body: Any = None) -> Any:
        answer = self.call(who, method, path, body)
        assert answer.status_code < 300, (method, path, answer.text)
        return answer.json() if answer.content else None

    def join(self, who: str) -> None:
        me = self.ask(who, "GET", "/api/me")["person_id"]
        self.ask("owner", "PATCH", f"/api/groups/{self.group}/members", {"add": [me]})

    def answer(self, who: str, label: str) -> None:
        lease = self.ask(who, "POST", self.at + "/lease")
        path = f"/api/leases/{lease['lease_id']}/submit"
        self.ask(who, "POST", path, {"fence": lease["fence"], "value": choice(label)})

    def decide(self, who: str, review: Any, decision: str, **more: Any) -> None:
        body = {"fence": review["fence"], "decision": decision, **more}
        self.ask(who, "POST", f"/api/reviews/{review['lease_id']}/decide", body)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    app = make_app(tmp_path / "data")
    with TestClient(app) as client:
        yield Place(App(client, app.state.context))


def test_a_groups_level_and_adjudication_from_the_first_answer_to_the_settled_item(place: Place) -> None:
    at, levels = place.at, [{"name": "Review", "level": 0}, {"name": "Experts' look", "group_id": place.group}]
    changed = place.ask("owner", "PUT", at + "/workflow", {"version": 1, "reviews": levels, "adjudication": {}})
    assert [(one["level"], one["group"]) for one in changed["reviews"]] == [(0, ""), (1, "Experts")]
    assert place.call("owner", "PUT", at + "/workflow", {"version": 1}).status_code == 409
    place.ask("owner", "POST", at + "/items", TEXTS)
    for who, label in (("ana", "good"), ("ben", "good"), ("ana", "good"), ("ben", "bad")):
        place.answer(who, label)

    # the one that they agree on: two levels, the second for experts only
    place.decide("rae", place.ask("rae", "POST", at + "/reviews/lease"), "accepted")
    assert place.call("eve", "POST", at + "/reviews/lease").status_code == 204
    assert place.ask("eve", "GET", at + "/reviews/waiting")["for_others"] == 1
    waits = place.ask("owner", "GET", at + "/waiting")["waiting"]
    assert any("No one qualifies: 1 review at the level Experts' look asks for members of Experts" in one["why"]
               for one in waits)  # fmt: skip
    place.join("eve")
    second = place.ask("eve", "POST", at + "/reviews/lease")
    assert (second["level_name"], second["may_escalate"]) == ("Experts' look", True)
    assert second["answers"][0]["skill"] is None  # nobody has measured it
    assert [(step["what"], step["author"]) for step in second["path"]] == [("accepted", "")]  # blind
    place.decide("eve", second, "escalated", comment="Is it irony?")

    # both wait for somebody who had no part in them: rae for the tie, the owner for the doubt
    assert place.ask("rae", "GET", at)["adjudicates"] is True
    assert place.ask("ana", "GET", at)["adjudicates"] is False
    levels_now = place.ask("ana", "GET", at + "/workflow")
    assert ([one["tasks"] for one in levels_now["reviews"]], levels_now["adjudication"]["tasks"]) == ([0, 0], 2)
    tie = place.ask("rae", "POST", at + "/adjudications/lease")
    assert (tie["why"], tie["level"], len(tie["answers"])) == ("undecided", -1, 2)
    place.decide("rae", tie, "accepted", annotation_id=tie["answers"][1]["annotation_id"])
    doubt = place.ask("owner", "POST", at + "/adjudications/lease")
    assert (doubt["why"], doubt["may_escalate"], doubt["comments"][0]["text"]) == ("escalated", False, "Is it irony?")
    place.decide("owner", doubt, "accepted")

    items = place.ask("owner", "GET", at + "/items")["items"]
    assert sorted((one["state"], one["value"]["sentiment"][0]["label"]) for one in items) == [
        ("settled", "bad"), ("settled", "good")]  # fmt: skip
    paths = [place.ask("owner", "GET", f"{at}/items/{one['item_id']}")["path"] for one in items]
    assert sorted([[step["what"] for step in path] for path in paths], key=len) == [
        ["accepted"], ["accepted", "escalated", "accepted"]]  # fmt: skip


def test_the_seed_of_the_draws_is_shown_to_nobody_and_progress_names_the_levels(place: Place) -> None:
    at = place.at
    looks = [{"name": "Review", "level": 0}, {"name": "Rare", "share": 0.01}]
    told = [place.call("owner", "PUT", at + "/workflow", {"version": 1, "reviews": looks})]
    told += [place.call("owner", "GET", at + path) for path in ("/workflow", "/workflow/versions/2", "")]
    row = place.app.context.db.read().one("SELECT workflow_json FROM project")
    assert row is not None
    seed = row[0].split('"seed":"')[1].split('"')[0]
    assert len(seed) == 32 and not any(seed in one.text for one in told)
    assert told[2].json()["reviews"][1] == {"name": "Rare", "share": 0.01, "group_id": "", "level": 1}

    place.ask("owner", "POST", at + "/items", TEXTS[:1])
    for who in ("ana", "ben"):
        place.answer(who, "good")
    WAITING.forget(at.rsplit("/", 1)[1])
    waiting = place.ask("owner", "GET", at + "/progress")["waiting"]
    assert [(one["what"], one["level"], one["items"]) for one in waiting] == [("review", "Review", 1)]

    # taking reviews out by the project's old switch settles what waited
    place.ask("owner", "PATCH", at, {"review": False})
    assert place.ask("owner", "GET", at + "/workflow")["reviews"] == []
    assert place.ask("owner", "GET", at)["counts"]["settled"] == 1
