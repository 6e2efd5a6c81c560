"""Gold over HTTP: nothing that an annotator can call tells it from other work; a manager sees it all and decides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from goldsmith.db.connection import Connection, open_database
from goldsmith.work import queue
from goldsmith.work.pay import ledger
from goldsmith.work.queue import Place
from tests.conftest import SENTIMENT, choice
from tests.work.http import App, running

ID = re.compile(r"\b(lease|task|item|ann|op)_[0-9a-z]{20,}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+00:00)")
NUMBERS = re.compile(r'"(task_seq|operation_seq|entry_seq|event_seq|created_us|submitted_us|release_us|released_us'
                     r'|leased_until_us|used_us|work_seconds|paid_seconds)":-?[0-9.e-]+')
TEXT = re.compile(r"\b(known|new) \d+")
STEP = {"operation_id": "op_" + "0" * 26, "action": "replace", "value": choice("good")}


@pytest.fixture
def app(database_place: str, tmp_path: Path) -> Iterator[App]:
    with running(database_place, tmp_path) as one:
        yield one


class Place0:
    """A paid project with three items settled and gold, and many more; gold comes when the test says so."""

    def __init__(self, app: App, monkeypatch: pytest.MonkeyPatch, *, review: bool) -> None:
        self.app, self.is_due, self.review = app, False, review
        monkeypatch.setattr("goldsmith.work.routing.gold.is_due", lambda share: share > 0 and self.is_due)
        self.keys = {"manager": app.key("manager"), "reviewer": app.key("reviewer"), "zoe": app.key("annotator")}
        made = self.ask("manager", "POST", "/api/projects", {"name": "Tea", "schema": SENTIMENT, "review": review})
        self.project_id = made["project_id"]
        self.at = f"/api/projects/{self.project_id}"
        self.ask("manager", "PUT", self.at + "/pay/price", {"sort": "answer", "currency": "EUR", "amount_minor": 40})
        self.ask("manager", "POST", self.at + "/pay/budget", {"amount_minor": 9000, "currency": "EUR", "once": "o"})
        self.add("known", 3)
        for _ in range(3):
            self.answer("zoe")
            self.accept()
        self.add("new", 12)
        self.ask("manager", "PUT", self.at + "/gold/settings", {"share": 0.5, "tolerance": 0.2})
        self.items = [one["item_id"] for one in self.ask("manager", "GET", self.at + "/items?state=settled")["items"]]
        assert self.ask("manager", "POST", self.at + "/gold", {"item_ids": self.items})["made"] == 3

    def join(self, name: str) -> None:
        self.keys[name] = self.app.key("annotator", f"{name}@x.org")

    def call(self, who: str, method: str, path: str, body: Any = None) -> Any:
        return self.app.call(method, path, self.keys[who], body)

    def ask(self, who: str, method: str, path: str, body: Any = None) -> Any:
        answer = self.call(who, method, path, body)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json() if answer.content else None

    def add(self, name: str, count: int) -> None:
        self.ask("manager", "POST", self.at + "/items", [{"data": {"text": f"{name} {i}"}} for i in range(count)])

    def answer(self, who: str, label: str = "good") -> Any:
        lease = self.ask(who, "POST", self.at + "/lease")
        body = {"fence": lease["fence"], "value": choice(label), "work_seconds": 1.0}
        return self.ask(who, "POST", f"/api/leases/{lease['lease_id']}/submit", body)

    def accept(self) -> None:
        if self.review:
            lease = self.ask("reviewer", "POST", self.at + "/reviews/lease")
            self.ask("reviewer", "POST", f"/api/reviews/{lease['lease_id']}/decide",
                     {"fence": lease["fence"], "decision": "accepted"})

    def diary(self, who: str, *, is_gold: bool) -> list[tuple[str, str]]:
        """Everything that an annotator can call about one task, and what each call answers; ids and times left out."""
        told: list[tuple[str, str]] = []
        at = self.at

        def note(method: str, path: str, body: Any = None) -> Any:
            answer = self.call(who, method, path, body)
            text = TEXT.sub("TEXT", NUMBERS.sub(r"\1", TIME.sub("TIME", ID.sub(r"\1", answer.text))))
            text = re.sub(rf"{who}(@x\.org)?|person_\w+|gsk_\w+|cred_\w+", "WHO", text)
            told.append((f"{method} {ID.sub('ID', path)} {answer.status_code}", text))
            return answer.json() if answer.content and answer.headers["content-type"].startswith(
                "application/json") else None

        def look() -> None:
            for path in (at, "/api/projects", at + "/mine", at + "/for-me", at + "/batches", at + "/price",
                         "/api/me", "/api/me/earnings", "/api/me/earnings/entries", "/api/me/earnings.csv",
                         "/api/me/profile", "/api/me/exams", "/api/me/gold", "/api/me/shapes",
                         "/api/me/data"):
                note("GET", path)

        self.is_due = False
        self.answer(who)
        self.is_due = is_gold
        lease = note("POST", at + "/lease")
        note("POST", f"/api/leases/{lease['lease_id']}/heartbeat", {"fence": lease["fence"]})
        note("POST", f"/api/leases/{lease['lease_id']}/release", {"fence": lease["fence"]})
        lease = note("POST", at + "/lease")
        fence = {"fence": lease["fence"]}
        note("POST", at + "/lease")
        self.is_due = False
        ahead = note("POST", at + "/lease", {"besides": [lease["lease_id"]]})
        note("POST", f"/api/leases/{ahead['lease_id']}/skip", {"fence": ahead["fence"], "reason": "r"})
        note("POST", f"/api/leases/{lease['lease_id']}/operations", {**fence, "operations": [STEP]})
        look()
        given = note("POST", f"/api/leases/{lease['lease_id']}/submit", {**fence, "value": choice("bad")})
        note("POST", f"/api/leases/{lease['lease_id']}/submit", {**fence, "value": choice("bad")})
        note("POST", f"/api/annotations/{given['annotation_id']}/appeal", {"words": "w"})
        look()
        again = note("POST", f"/api/annotations/{given['annotation_id']}/reopen")
        note("POST", f"/api/leases/{again['lease_id']}/release", {"fence": again["fence"]})
        again = note("POST", f"/api/annotations/{given['annotation_id']}/reopen")
        look()
        note("POST", f"/api/leases/{again['lease_id']}/submit", {"fence": again["fence"], "value": choice("good")})
        note("POST", f"/api/leases/{again['lease_id']}/heartbeat", {"fence": again["fence"]})
        look()
        return told


@pytest.mark.parametrize("review", [False, True])
def test_no_call_of_an_annotator_tells_gold_from_other_work(app: App, monkeypatch: pytest.MonkeyPatch,
                                                            review: bool) -> None:
    place = Place0(app, monkeypatch, review=review)
    place.join("quinn")
    place.join("rufus")
    place.call("quinn", "GET", place.at)  # its counts are held back from here on

    ordinary, gold = place.diary("quinn", is_gold=False), place.diary("rufus", is_gold=True)

    found = app.context.db.read().all("SELECT person_id FROM gold_answer")
    assert len(found) == 1  # it was gold
    for mine, other in zip(ordinary, gold, strict=True):
        assert mine == other
    assert not any(ledger.prove(app.context.db.read()).values())


def test_a_manager_finds_contested_gold_with_its_answers_and_puts_it_right(app: App,
                                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place0(app, monkeypatch, review=False)
    for _ in range(4):  # three more, so that there is a record elsewhere
        place.answer("zoe")
    settled = [one["item_id"] for one in place.ask("manager", "GET", place.at + "/items?state=settled")["items"]]
    made = place.ask("manager", "POST", place.at + "/gold", {"item_ids": settled})
    place.is_due, wrong = True, place.items[0]
    for name in ("a", "b", "c"):
        place.join(name)
        for _ in range(7):
            lease = place.ask(name, "POST", place.at + "/lease")
            body = {"fence": lease["fence"], "value": choice("bad" if lease["item_id"] == wrong else "good")}
            place.ask(name, "POST", f"/api/leases/{lease['lease_id']}/submit", body)

    page = place.ask("manager", "GET", place.at + "/gold")
    detail = place.ask("manager", "GET", f"{place.at}/gold/items/{wrong}")
    fixed = place.ask("manager", "PATCH", f"{place.at}/gold/items/{wrong}",
                      {"action": "correct", "value": choice("bad"), "note": "They are right."})
    health = place.ask("manager", "GET", place.at + "/gold/health")
    csv = place.call("manager", "GET", place.at + "/gold.csv").text

    assert (made["made"], made["refused_count"]) == (4, 3)
    assert [(one["item_id"], one["state"], one["reason"]) for one in page["gold"]][0] == (
        wrong, "suspended", "contested")
    assert page["total"] == 7 and page["gold"][0]["wrong_probability"] > 0.5
    assert [one["is_right"] for one in detail["given"]] == [False] * 3
    assert [one["elsewhere"]["right"] for one in detail["given"]] == [6] * 3
    assert fixed["state"] == "active" and fixed["answers"]["right"] == 3 and fixed["known_from"] == "fix"
    assert health["answers"] == {"answered": 21, "right": 21, "share": 1.0, "low": pytest.approx(0.845, abs=0.01),
                                 "high": 1.0}
    assert [one["answers"]["answered"] for one in health["people"]] == [7, 7, 7]
    assert csv.count("\r\n") == 8 and "They are right." in csv
    item = place.ask("manager", "GET", f"{place.at}/items/{wrong}")
    assert item["value"]["sentiment"][0]["label"] == "bad"
    assert "gold" not in str([one["annotator"] for one in item["history"]])


def test_items_imported_with_answers_become_gold(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place0(app, monkeypatch, review=False)
    lines = [{"data": {"text": f"sure {i}"}, "value": choice("good")} for i in range(3)]
    added = place.ask("manager", "POST", place.at + "/items", lines)

    made = place.ask("manager", "POST", place.at + "/gold", {"import_id": added["import_id"]})

    assert (made["made"], made["refused_count"], made["next"]) == (3, 0, None)
    rows = place.ask("manager", "GET", place.at + "/gold?sort=newest")["gold"]
    assert [row["known_from"] for row in rows[:3]] == ["import"] * 3


def test_two_processes_that_ask_for_one_person_give_each_gold_item_once(
        app: App, database_place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place0(app, monkeypatch, review=False)
    place.is_due = True
    where = database_place if "://" in database_place else app.context.data / "goldsmith.sqlite"
    others = [open_database(where) for _ in range(2)]

    def lease(database: Any) -> Any:
        def take(db: Connection) -> Any:
            asked = Place(project_id=place.project_id, person_id="ann", gold_share=0.5)
            return queue.lease_next(db, asked, besides=frozenset(held), now_us=2_000_000_000_000_000)

        return database.write(take)

    held: list[str] = []
    try:
        with ThreadPoolExecutor(2) as pool:
            for _ in range(3):
                seats = list(pool.map(lease, others))
                held += [seat["lease_id"] for seat in seats if seat is not None]
    finally:
        for one in others:
            one.close()

    rows = app.context.db.read().all("SELECT task_seq FROM seat WHERE is_gold = 1 AND person_id = 'ann'")
    assert sorted(row[0] for row in rows) == sorted({row[0] for row in rows})
    assert len(rows) == 3
