"""Routing over HTTP: settings, why tasks wait, what the caller may take, models as annotators."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from goldsmith.db.connection import Connection
from goldsmith.server.context import now_us
from goldsmith.work.routing import abilities
from tests.conftest import SENTIMENT, choice
from tests.work.http import App, running
from tests.work.routing.people import LANGUAGE

GERMAN = {"languages": {"de": "fluent"}}


class Site:
    """A project of an owner, an annotator and a reviewer."""

    def __init__(self, app: App) -> None:
        self.app, self.owner, self.ana = app, app.key("owner"), app.key("annotator")
        made = self.ask(self.owner, "POST", "/api/projects", {"name": "P", "schema": SENTIMENT, "review": False})
        self.at = f"/api/projects/{made['project_id']}"

    def ask(self, key: str, method: str, path: str, body: Any = None) -> Any:
        answer = self.app.call(method, path, key, body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def add(self, count: int, batch: str = "") -> None:
        rows = [{"data": {"text": f"{batch} {i}"}} for i in range(count)]
        self.ask(self.owner, "POST", f"{self.at}/items?batch={batch}", rows)

    def answer(self, key: str) -> Any:
        lease = self.ask(key, "POST", f"{self.at}/lease")
        if lease is not None:
            self.ask(key, "POST", f"/api/leases/{lease['lease_id']}/submit",
                     {"fence": lease["fence"], "value": choice("good")})
        return lease

    def speaks(self, key: str, **spoken: str) -> None:
        me = self.ask(key, "GET", "/api/me")

        def write(db: Connection) -> None:
            args = {"ws": me["workspace_id"], "person": me["person_id"]}
            db.many(LANGUAGE, [{**args, "tag": tag, "level": level} for tag, level in spoken.items()])
            abilities.note_change(db, me["workspace_id"], [me["person_id"]])

        self.app.context.db.write(write)


def test_a_manager_sees_why_tasks_wait_and_an_annotator_why_there_are_none(database_place: str, tmp_path: Path) -> None:
    with running(database_place, tmp_path) as app:
        site = Site(app)
        site.add(3)
        waiting = site.ask(site.owner, "GET", f"{site.at}/waiting")["waiting"]
        assert [(row["open"], row["why"]) for row in waiting] == [
            (3, "No one qualified is on: 3 tasks wait for anybody; 2 people qualify, none was here so far.")]

        page = site.ask(site.owner, "PUT", f"{site.at}/routing", {"requirement": GERMAN})
        assert page["requirement"] == GERMAN
        assert site.ask(site.ana, "POST", f"{site.at}/lease") is None
        mine = site.ask(site.ana, "GET", f"{site.at}/for-me")
        assert (mine["qualifies"], mine["why_not"]) == (False, "This project asks for German (fluent).")
        waiting = site.ask(site.owner, "GET", f"{site.at}/waiting")["waiting"]
        assert waiting[0]["why"] == ("No one qualifies: 3 tasks ask for German (fluent); "
                                     "2 people lack only German (fluent).")
        assert waiting[0]["is_stuck"]

        site.speaks(site.ana, de="native")
        assert site.answer(site.ana) is not None
        row = site.ask(site.owner, "GET", f"{site.at}/waiting")["waiting"][0]
        assert (row["open"], row["qualified"], row["on"], row["is_stuck"]) == (2, 1, 1, False)
        assert row["why"] == "2 tasks ask for German (fluent); 1 of 1 who qualify is on."
        assert row["people"][0]["is_on"]


def test_a_quota_is_told_at_the_lease_and_what_is_held_is_given_again(database_place: str, tmp_path: Path) -> None:
    with running(database_place, tmp_path) as app:
        site = Site(app)
        site.add(5)
        site.ask(site.owner, "PUT", f"{site.at}/routing", {"rules": [{"per_day": 2}]})
        site.answer(site.ana)
        held = site.ask(site.ana, "POST", f"{site.at}/lease")

        refused = app.call("POST", f"{site.at}/lease", site.ana, {"besides": [held["lease_id"]]})
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_now")
        assert refused.json()["error"]["message"] == (
            "Today's quota is reached: this project takes 2 answers a day from one person.")
        assert site.ask(site.ana, "POST", f"{site.at}/lease")["lease_id"] == held["lease_id"]
        mine = site.ask(site.ana, "GET", f"{site.at}/for-me")
        assert mine["quotas"] == [{"about": "you", "is_daily": True, "most": 2, "left": 0}]


def test_a_batch_and_a_selection_get_requirements_by_their_calls(database_place: str, tmp_path: Path) -> None:
    with running(database_place, tmp_path) as app:
        site = Site(app)
        site.add(2, "monday")
        site.add(2)
        site.ask(site.owner, "PATCH", f"{site.at}/batches", {"batch": "monday", "requirement": GERMAN})
        items = site.ask(site.owner, "GET", f"{site.at}/items")["items"]
        last = [one["item_id"] for one in items if not one["batch"]][-1:]
        site.ask(site.owner, "PATCH", f"{site.at}/items", {"item_ids": last, "requirement": {"countries": ["KE"]}})

        row = site.ask(site.ana, "GET", f"{site.at}/batches")["batches"][0]
        assert (row["asks"], row["for_me"], row["requirement"]) == ("German (fluent)", False, GERMAN)
        assert site.answer(site.ana) is not None and site.answer(site.ana) is None
        waiting = site.ask(site.owner, "GET", f"{site.at}/waiting")["waiting"]
        assert {(one["asks"], one["open"]) for one in waiting} == {("German (fluent)", 2), ("people in KE", 1)}
        site.ask(site.owner, "PATCH", f"{site.at}/batches", {"batch": "monday", "as_project": True})
        site.ask(site.owner, "PATCH", f"{site.at}/items", {"item_ids": last, "as_project": True})
        assert all(site.answer(site.ana) is not None for _ in range(3))


def test_a_wrong_rule_is_refused_with_its_place_and_changes_nothing(database_place: str, tmp_path: Path) -> None:
    with running(database_place, tmp_path) as app:
        site = Site(app)
        for body, where in (
            ({"requirement": {"groups": ["group_absent"]}}, "groups"),
            ({"rules": [{"per_day": 0}]}, "per_day"),
            ({"rules": [{"zone": "Mars/Base"}]}, "zone"),
            ({"rules": [{"about": "group_absent", "per_day": 1}]}, "groups"),
            ({"rules": [{"hours": [{"days": [0], "begins": "9", "ends": "10:00"}]}]}, "hours"),
        ):
            answer = app.call("PUT", f"{site.at}/routing", site.owner, body)
            assert (answer.status_code, answer.json()["error"]["where"]) == (400, where), answer.text
        assert site.ask(site.owner, "GET", f"{site.at}/routing")["rules"] == []


def test_a_model_answers_by_its_key_and_is_counted_apart(database_place: str, tmp_path: Path) -> None:
    with running(database_place, tmp_path) as app:
        site = Site(app)
        site.add(3)
        made = site.ask(site.owner, "POST", "/api/models",
                        {"model": "labeller", "version": "2.1", "price_minor": 3, "currency": "EUR"})
        assert site.answer(made["key"]) is not None and site.answer(site.ana) is not None

        site.ask(site.owner, "PUT", f"{site.at}/routing", {"requirement": {"annotators": "people"}})
        assert site.answer(made["key"]) is None
        people = site.ask(site.owner, "GET", "/api/people")["people"]
        facts = {"model": "labeller", "version": "2.1", "price_minor": 3, "currency": "EUR"}
        assert [(one["name"], one["email"], one["model"], one["answers"]) for one in people if one["model"]] == [
            ("labeller 2.1", "", facts, 1)]
        pace = site.ask(site.owner, "GET", f"{site.at}/progress")["people"]
        assert {one["name"]: one["sort"] for one in pace} == {"labeller 2.1": "model", "annotator": "human"}
        site.ask(site.owner, "POST", f"{site.at}/versions", {})
        pool = site.ask(site.owner, "GET", f"{site.at}/versions/1/certificate.json")["annotators"]
        assert pool == {"people": 1, "models": 1, "answers_by_people": 1, "answers_by_models": 1}

        other = site.ask(site.owner, "POST", f"/api/models/{made['person']['person_id']}/key")["key"]
        assert app.call("GET", "/api/me", made["key"]).status_code == 401
        assert site.ask(other, "GET", "/api/me")["name"] == "labeller 2.1"
        priced = site.ask(site.owner, "PUT", f"/api/models/{made['person']['person_id']}/price",
                          {"price_minor": 4, "currency": "EUR"})
        assert priced["model"]["price_minor"] == 4


def test_presence_is_written_with_the_work_and_not_every_time(database_place: str, tmp_path: Path) -> None:
    with running(database_place, tmp_path) as app:
        site = Site(app)
        site.add(3)
        before = now_us()
        for _ in range(3):
            site.answer(site.ana)

        rows = app.context.db.read().all("SELECT * FROM presence")
        assert len(rows) == 1 and before <= rows[0]["seen_us"] <= now_us()
