"""Paid training: each item once a person, out of a budget that is never overdrawn; through the application."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from goldsmith.server.context import now_us
from goldsmith.work import flow
from goldsmith.work.pay import ledger
from goldsmith.work.pay.prices import DAY_US
from tests.conftest import SENTIMENT, choice
from tests.work.http import App, running

PAY = {"amount_minor": 25, "currency": "EUR"}
RULES = {"name": "Tea", "skill": "tea", "mode": "training", "pass_percent": 50, "attempts_most": None,
         "cool_down_seconds": 0, "pay": PAY}  # fmt: skip


@pytest.fixture
def app(database_place: str, tmp_path: Path) -> Iterator[App]:
    with running(database_place, tmp_path) as one:
        yield one


def open_training(app: App, boss: str, items: int = 2, **rules: Any) -> str:
    exam = str(app.call("POST", "/api/exams", boss, {**RULES, **rules, "schema": SENTIMENT}).json()["exam_id"])
    asked = [{"item": {"data": {"text": f"cup {i}"}}, "known": choice("good")} for i in range(items)]
    app.call("POST", f"/api/exams/{exam}/items", boss, {"items": asked})
    assert app.call("PATCH", f"/api/exams/{exam}", boss, {"rules": {**RULES, **rules}, "state": "open"}).is_success
    return exam


def fund(app: App, boss: str, amount: int, once: str = "a") -> dict[str, Any]:
    found = app.call("POST", "/api/training/budget", boss, {"amount_minor": amount, "currency": "EUR", "once": once})
    row: dict[str, Any] = found.json()["budgets"][0]
    return row


def budget(app: App, boss: str) -> tuple[int, int]:
    (row,) = app.call("GET", "/api/training/budget", boss).json()["budgets"]
    return row["free_minor"], row["reserved_minor"]


def take(app: App, key: str, exam: str, labels: str = "gb") -> dict[str, Any]:
    """Begin, or go on, and answer as many items as there are letters: g for good, b for bad."""
    out: dict[str, Any] = app.call("POST", f"/api/exams/{exam}/attempts", key).json()
    for letter in labels:
        body = {"position": out["position"], "value": choice({"g": "good", "b": "bad"}[letter]), "work_seconds": 0.1}
        answered = app.call("POST", f"/api/attempts/{out['attempt_id']}/answers", key, body)
        assert answered.status_code == 200, answered.text
        out = answered.json()
    return out


def due(app: App, key: str) -> dict[str, int]:
    balances = app.call("GET", "/api/me/earnings", key).json()["balances"]
    return {name: one[name] for one in balances for name in ("held_minor", "due_minor") if one[name]}


def broken(app: App) -> dict[str, int]:
    return {what: count for what, count in ledger.prove(app.context.db.read()).items() if count}


def test_an_item_of_a_training_earns_once_right_or_wrong(app: App) -> None:
    boss, ana = app.key("owner"), app.key("annotator", "ana@x.org")
    fund(app, boss, 200)
    exam = open_training(app, boss)
    (offered,) = app.call("GET", "/api/me/exams", ana).json()["exams"]
    assert offered["price"]["amount_minor"] == 25

    first = take(app, ana, exam, "gb")
    again = take(app, ana, exam, "gg")

    assert (first["state"], first["earned_minor"], again["earned_minor"]) == ("passed", 50, 50)
    assert due(app, ana) == {"due_minor": 50} and budget(app, boss) == (150, 0)
    (day,) = app.call("GET", "/api/me/earnings", ana).json()["days"]
    assert (day["training"], day["answers"], day["amount_minor"]) == (2, 0, 50)
    assert broken(app) == {}


def test_a_training_begins_only_where_the_budget_covers_all_of_it(app: App) -> None:
    boss, ana, ben = app.key("owner"), app.key("annotator", "ana@x.org"), app.key("annotator", "ben@x.org")
    fund(app, boss, 99)
    exam = open_training(app, boss)

    assert take(app, ana, exam, "")["state"] == "running"
    refused = app.call("POST", f"/api/exams/{exam}/attempts", ben)

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "budget_out")
    assert budget(app, boss) == (49, 50)
    fund(app, boss, 1, "b")
    assert take(app, ben, exam, "")["state"] == "running"


def test_what_is_set_aside_for_a_training_that_rests_is_free_again_after_a_week(app: App) -> None:
    boss, ana = app.key("owner"), app.key("annotator", "ana@x.org")
    fund(app, boss, 50)
    exam = open_training(app, boss)
    attempt = take(app, ana, exam, "g")
    assert budget(app, boss) == (0, 25)

    app.context.db.write(lambda db: flow.sweep(db, now_us=now_us() + 8 * DAY_US))
    assert budget(app, boss) == (25, 0)
    fund(app, boss, -25, "out")
    body = {"position": 1, "value": choice("good")}
    refused = app.call("POST", f"/api/attempts/{attempt['attempt_id']}/answers", ana, body)

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "budget_out")
    fund(app, boss, 25, "in")
    assert take(app, ana, exam, "g")["earned_minor"] == 50
    assert broken(app) == {}


def test_a_project_may_pay_for_training_and_an_exam_is_never_paid(app: App) -> None:
    boss, ana = app.key("owner"), app.key("annotator", "ana@x.org")
    made = app.call("POST", "/api/projects", boss, {"name": "Tea", "schema": SENTIMENT})
    at = f"/api/projects/{made.json()['project_id']}/pay"
    pay = {**PAY, "project_id": made.json()["project_id"], "release_days": 3}
    app.call("POST", f"{at}/budget", boss, {"amount_minor": 50, "currency": "EUR", "once": "a"})
    exam = open_training(app, boss, pay=pay)

    take(app, ana, exam)

    assert due(app, ana) == {"held_minor": 50}
    (row,) = app.call("GET", at, boss).json()["budgets"]
    assert (row["free_minor"], row["reserved_minor"], row["held_minor"]) == (0, 0, 50)
    wrong = app.call("POST", "/api/exams", boss, {**RULES, "mode": "exam", "schema": SENTIMENT})
    assert (wrong.status_code, wrong.json()["error"]["where"]) == (400, "pay")
    absent = {**RULES, "pay": {**PAY, "project_id": "proj_none"}, "schema": SENTIMENT}
    assert app.call("POST", "/api/exams", boss, absent).status_code == 404
    assert broken(app) == {}
