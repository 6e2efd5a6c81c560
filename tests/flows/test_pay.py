"""Pay over HTTP, from the price to the file for the bank, as an annotator, a reviewer, a manager and an owner do it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from goldsmith.work.pay import ledger
from tests.conftest import SENTIMENT, choice
from tests.work.http import App, running

BANK = {"name": "Ána Łukasz", "iban": "de89 3704 0044 0532 0130 00"}


@pytest.fixture
def app(database_place: str, tmp_path: Path) -> Iterator[App]:
    with running(database_place, tmp_path) as one:
        yield one


class Staff:
    """People with keys, and one paid project."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.keys = {role: app.key(role) for role in ("owner", "manager", "reviewer", "annotator")}
        self.keys["second reviewer"] = app.key("reviewer", "second@x.org")
        made = self.ask("manager", "POST", "/api/projects", {"name": "Tea", "schema": SENTIMENT, "overlap": 1})
        self.at = f"/api/projects/{made['project_id']}"
        self.ask("manager", "POST", self.at + "/items", [{"data": {"text": f"text {i}"}} for i in range(3)])

    def call(self, role: str, method: str, path: str, body: Any = None) -> Any:
        return self.app.call(method, path, self.keys[role], body)

    def ask(self, role: str, method: str, path: str, body: Any = None) -> Any:
        answer = self.call(role, method, path, body)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json() if answer.content else None

    def price(self, **more: Any) -> Any:
        body = {"sort": "answer", "currency": "EUR", "amount_minor": 40, **more}
        return self.ask("manager", "PUT", self.at + "/pay/price", body)

    def fund(self, amount: int, once: str) -> Any:
        body = {"amount_minor": amount, "currency": "EUR", "once": once}
        return self.ask("manager", "POST", self.at + "/pay/budget", body)

    def answer(self) -> str:
        lease = self.ask("annotator", "POST", self.at + "/lease")
        body = {"fence": lease["fence"], "value": choice("good"), "work_seconds": 1.0}
        return str(self.ask("annotator", "POST", f"/api/leases/{lease['lease_id']}/submit", body)["annotation_id"])

    def review(self, decision: str, comment: str = "") -> None:
        lease = self.ask("reviewer", "POST", self.at + "/reviews/lease")
        body = {"fence": lease["fence"], "decision": decision, "comment": comment}
        self.ask("reviewer", "POST", f"/api/reviews/{lease['lease_id']}/decide", body)


def test_the_price_is_told_before_and_with_the_task_and_a_budget_that_is_out_is_said(app: App) -> None:
    staff = Staff(app)
    assert staff.ask("annotator", "GET", staff.at)["price"] is None
    staff.price()
    staff.fund(50, "first")

    assert staff.ask("annotator", "GET", staff.at)["price"]["amount_minor"] == 40
    assert staff.ask("annotator", "GET", staff.at + "/price")["is_budget_out"] is False
    lease = staff.ask("annotator", "POST", staff.at + "/lease")
    assert lease["price"] == {
        "sort": "answer", "currency": "EUR", "amount_minor": 40, "most_minor": 0, "release_days": 0
    }  # fmt: skip
    again = staff.call("annotator", "POST", staff.at + "/lease", {"besides": [lease["lease_id"]]})

    assert again.status_code == 204
    assert staff.ask("annotator", "GET", staff.at + "/price")["is_budget_out"] is True
    pay = staff.ask("manager", "GET", staff.at + "/pay")
    assert pay["forecast"]["answers"] == 3 and pay["forecast"]["missing_minor"] == 3 * 40 - 50


def test_from_an_answer_to_the_file_for_the_bank(app: App) -> None:
    staff = Staff(app)
    staff.price()
    staff.fund(500, "first")
    staff.fund(500, "first")
    staff.answer()
    staff.review("accepted")
    staff.ask("annotator", "PUT", "/api/me/bank-account", BANK)
    staff.ask("owner", "PUT", "/api/workspace/bank-account", {"name": "Datenhof", "iban": BANK["iban"]})

    run = staff.ask("owner", "POST", "/api/pay-runs", {"currency": "EUR"})
    again = staff.call("owner", "POST", "/api/pay-runs", {"currency": "EUR"})

    assert again.status_code == 409 and run["amount_minor"] == 40 and run["without_account"] == 0
    (payment,) = run["payments"]
    assert staff.ask("annotator", "GET", "/api/me/earnings")["balances"][0]["paying_minor"] == 40
    xml = staff.call("owner", "GET", f"/api/pay-runs/{run['pay_run_id']}/pain.001.xml")
    assert xml.headers["content-type"].startswith("application/xml") and "<InstdAmt Ccy=\"EUR\">0.40<" in xml.text
    path = f"/api/payments/{payment['payment_id']}"
    assert staff.call("annotator", "GET", path + "/statement.pdf").content.startswith(b"%PDF")
    assert staff.call("annotator", "GET", path + "/statement.csv").text.count("\r\n") == 2
    assert staff.call("reviewer", "GET", path).status_code == 404
    assert staff.ask("owner", "GET", path)["account"]["iban"] == "DE89370400440532013000"
    assert staff.ask("owner", "POST", f"/api/pay-runs/{run['pay_run_id']}/paid")["state"] == "paid"
    entries = staff.ask("annotator", "GET", "/api/me/earnings/entries")["entries"]
    assert [one["move"] for one in entries] == ["paid", "collected", "released", "held"]
    assert staff.call("annotator", "GET", "/api/me/earnings.csv").text.count("\r\n") == 5
    assert not any(ledger.prove(app.context.db.read()).values())


def test_an_appeal_is_shown_to_other_reviewers_and_told_to_the_annotator(app: App) -> None:
    staff = Staff(app)
    staff.price()
    staff.fund(40, "first")
    annotation = staff.answer()
    staff.review("returned", "The mood is another one")

    made = staff.ask("annotator", "POST", f"/api/annotations/{annotation}/appeal", {"words": "It says so itself"})

    assert staff.ask("reviewer", "GET", "/api/appeals")["appeals"] == []
    (shown,) = staff.ask("second reviewer", "GET", "/api/appeals")["appeals"]
    assert (shown["reason"], shown["words"]) == ("The mood is another one", "It says so itself")
    decision = {"is_granted": True, "answer": "You are right"}
    assert staff.call("reviewer", "POST", f"/api/appeals/{made['appeal_id']}/decide", decision).status_code == 403
    staff.ask("second reviewer", "POST", f"/api/appeals/{made['appeal_id']}/decide", decision)
    found = staff.ask("annotator", "GET", "/api/me/earnings")
    assert found["balances"][0]["due_minor"] == 40
    assert [(one["appeal_state"], one["answer"]) for one in found["returned"]] == [("granted", "You are right")]


def test_nobody_gives_themselves_a_bonus_and_a_budget_is_not_taken_below_its_promises(app: App) -> None:
    staff = Staff(app)
    staff.price()
    staff.fund(100, "first")
    staff.ask("annotator", "POST", staff.at + "/lease")
    me = staff.ask("manager", "GET", "/api/me")["person_id"]

    bonus = {"person_id": me, "sort": "bonus", "amount_minor": 5, "currency": "EUR", "reason": "me", "once": "a"}
    assert staff.call("manager", "POST", staff.at + "/pay/extra", bonus).status_code == 403
    out = {"amount_minor": -61, "currency": "EUR", "once": "out"}
    assert staff.call("manager", "POST", staff.at + "/pay/budget", out).status_code == 409
    assert staff.fund(-60, "some")["budgets"][0]["free_minor"] == 0
