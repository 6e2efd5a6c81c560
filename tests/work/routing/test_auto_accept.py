"""A model that may stand without a person: measured beside people, then alone and checked, stopped when it drifts."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from goldsmith.server.context import now_us
from goldsmith.work import flow
from goldsmith.work.consensus import auto_accept
from tests.conftest import choice
from tests.work.http import running
from tests.work.routing.test_routing_calls import Site

RULE = {"error_rate": 0.2, "check_share": 0.5, "sample": 30}


class Crowd(Site):
    """A project where a model and a person answer; the text of an item says what is right."""

    def __init__(self, app: Any) -> None:
        super().__init__(app)
        made = self.ask(self.owner, "POST", "/api/models", {"model": "m", "version": "1"})
        self.model, self.model_id, self.count = made["key"], made["person"]["person_id"], 0
        self.ben, self.chance = app.key("annotator", "ben@x.org"), random.Random(4)
        self.reviewer = app.key("reviewer")

    def add_texts(self, count: int) -> None:
        rows = [{"data": {"text": f"{self.chance.choice(['good', 'bad'])} {self.count + i}"}} for i in range(count)]
        self.count += count
        self.ask(self.owner, "POST", f"{self.at}/items", rows)

    def work(self, key: str, *, wrong: float = 0.0, confidence: float | None = None) -> str | None:
        """Answer one task, wrongly with that probability; gives its item."""
        lease = self.ask(key, "POST", f"{self.at}/lease")
        if lease is None:
            return None
        right = lease["item"]["data"]["text"].split()[0]
        label = {"good": "bad", "bad": "good"}[right] if self.chance.random() < wrong else right
        body: dict[str, Any] = {"fence": lease["fence"], "value": choice(label)}
        if confidence is not None:
            body["confidence"] = confidence
        self.ask(key, "POST", f"/api/leases/{lease['lease_id']}/submit", body)
        return str(lease["item"]["data"]["text"])

    def all_work(self, key: str, **more: Any) -> int:
        done = 0
        while self.work(key, **more) is not None:
            done += 1
        return done

    def people_work(self) -> int:
        """Ben answers what there is, Ana what is asked once more, and a reviewer what stays open between them."""
        done = self.all_work(self.ben)
        self.all_work(self.ana)
        self.decide_all()
        return done

    def decide_all(self) -> None:
        while (lease := self.ask(self.reviewer, "POST", f"{self.at}/reviews/lease")) is not None:
            right = lease["item"]["data"]["text"].split()[0]
            self.ask(self.reviewer, "POST", f"/api/reviews/{lease['lease_id']}/decide",
                     {"fence": lease["fence"], "decision": "fixed", "value": choice(right)})

    def measure(self) -> None:
        """What the server does in the background some seconds after an answer."""
        project = self.at.rsplit("/", 1)[1]
        with self.app.context.db.snapshot() as db:
            found = auto_accept.measure(db, self.app.workspace_id, project)
        self.app.context.db.write(lambda db: flow.tell(db, *auto_accept.keep(db, found, now_us=now_us())))

    def rule(self) -> Any:
        return self.ask(self.owner, "GET", f"{self.at}/auto-accept")["models"][0]

    def states(self) -> list[str]:
        return [one["state"] for one in self.ask(self.owner, "GET", f"{self.at}/items?limit=200")["items"]]


def test_a_model_is_measured_then_stands_and_is_stopped_when_it_drifts(database_place: str, tmp_path: Path) -> None:
    with running(database_place, tmp_path) as app:
        site = Crowd(app)
        site.add_texts(30)
        assert site.rule()["has_rule"] is False
        made = site.ask(site.owner, "PUT", f"{site.at}/auto-accept/{site.model_id}", RULE)["models"][0]
        assert (made["state"], made["least_sample"], made["checked"]) == ("measuring", 28, 0)

        assert site.all_work(site.model, confidence=0.9) == 30
        assert set(site.states()) == {"open"}, "until it is measured a person answers as well"
        assert site.people_work() == 30 and set(site.states()) == {"settled"}
        site.measure()
        ran = site.rule()
        assert (ran["state"], ran["bar"], ran["checked"], ran["wrong"]) == ("running", 0.9, 30, 0)
        assert 0 < ran["error_most"] < 0.2 and ran["standing"] == 0

        site.add_texts(40)
        assert site.all_work(site.model, confidence=0.95) == 40
        left = site.states().count("open")
        assert 8 <= left <= 32, "half are drawn for people"
        assert site.rule()["standing"] == 40 - left
        assert site.people_work() == left and set(site.states()) == {"settled"}
        site.measure()
        assert (site.rule()["state"], site.rule()["rechecked"], site.rule()["rewrong"]) == ("running", left, 0)

        site.add_texts(60)
        site.all_work(site.model, confidence=0.95, wrong=1.0)
        site.people_work()
        site.measure()
        stopped = site.rule()
        assert stopped["state"] == "paused" and stopped["rewrong"] >= 5
        waiting = site.ask(site.owner, "GET", f"{site.at}/progress")["waiting"]
        assert [(one["what"], one["level"]) for one in waiting] == [("model", "m 1")]

        site.add_texts(4)
        assert site.all_work(site.model, confidence=0.99) == 4
        assert stopped["standing"] == site.rule()["standing"] and site.states().count("open") == 4


def test_a_model_that_is_wrong_too_often_is_refused_and_low_confidence_never_stands(
    database_place: str, tmp_path: Path,
) -> None:
    with running(database_place, tmp_path) as app:
        site = Crowd(app)
        site.add_texts(30)
        site.ask(site.owner, "PUT", f"{site.at}/auto-accept/{site.model_id}", RULE)
        for i in range(30):
            site.work(site.model, confidence=0.5 + i / 100, wrong=1.0 if i % 2 else 0.0)
        site.people_work()
        site.measure()
        refused = site.rule()
        assert refused["state"] == "refused" and refused["bar"] is None and refused["wrong"] >= 10

        removed = site.ask(site.owner, "DELETE", f"{site.at}/auto-accept/{site.model_id}")["models"][0]
        assert removed["has_rule"] is False


def test_an_answer_less_sure_than_the_bar_or_without_a_word_of_it_waits_for_a_person(
    database_place: str, tmp_path: Path,
) -> None:
    with running(database_place, tmp_path) as app:
        site = Crowd(app)
        site.add_texts(30)
        site.ask(site.owner, "PUT", f"{site.at}/auto-accept/{site.model_id}", {**RULE, "check_share": 0.01})
        site.all_work(site.model, confidence=0.8)
        site.people_work()
        site.measure()
        assert site.rule()["bar"] == 0.8

        site.add_texts(2)
        site.work(site.model, confidence=0.79)
        site.work(site.model)
        assert site.states().count("open") == 2 and site.rule()["standing"] == 0


def test_bad_rules_and_strangers_are_refused(database_place: str, tmp_path: Path) -> None:
    with running(database_place, tmp_path) as app:
        site = Crowd(app)
        for change, where in (({"error_rate": 0.9}, "error_rate"), ({"check_share": 0}, "check_share"),
                              ({"sample": 5}, "sample")):
            answer = app.call("PUT", f"{site.at}/auto-accept/{site.model_id}", site.owner, {**RULE, **change})
            assert (answer.status_code, answer.json()["error"]["where"]) == (400, where)
        me = site.ask(site.ana, "GET", "/api/me")["person_id"]
        assert app.call("PUT", f"{site.at}/auto-accept/{me}", site.owner, RULE).status_code == 404
        assert app.call("DELETE", f"{site.at}/auto-accept/{site.model_id}", site.owner).status_code == 404
        site.add_texts(1)
        lease = site.ask(site.model, "POST", f"{site.at}/lease")
        bad = {"fence": lease["fence"], "value": choice("good"), "confidence": 1.5}
        answer = app.call("POST", f"/api/leases/{lease['lease_id']}/submit", site.model, bad)
        assert (answer.status_code, answer.json()["error"]["where"]) == (400, "confidence")
