"""Pay, lived: a manager sets a price, an annotator earns and appeals, the owner pays."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import add_member, open_context
from tests.browser.steps import saved
from tests.conftest import SENTIMENT, Server


def set_price(page: Any, project: str) -> None:
    page.goto(f"/projects/{project}/pay")
    page.get_by_test_id("sort-answer").check()
    page.get_by_test_id("amount").fill("0.40")
    page.get_by_test_id("days").fill("0")
    page.get_by_test_id("save-price").click()
    expect(page.get_by_text("In force for tasks taken from now on.")).to_be_visible()
    page.get_by_test_id("fund-amount").fill("0.80")
    page.get_by_test_id("fund").click()
    expect(page.get_by_test_id("budget")).to_contain_text("€0.80")
    expect(page.get_by_test_id("forecast")).to_contain_text("€0.40")  # what is lacking for three answers


def review(member: Any, project: str, decision: str) -> None:
    lease = member.api.post(f"/api/projects/{project}/reviews/lease").json()
    body = {"fence": lease["fence"], "decision": decision, "comment": "Not this mood" if decision == "returned" else ""}
    member.api.post(f"/api/reviews/{lease['lease_id']}/decide", json=body).raise_for_status()


def label_until_the_budget_is_out(page: Any, project: str) -> None:
    page.goto(f"/projects/{project}/label")
    for _ in range(2):
        steps.wait_bench(page)
        expect(page.get_by_test_id("task-price")).to_contain_text("€0.40")
        page.keyboard.press("1")
        expect(page.locator("[data-form] [aria-pressed=true]").first).to_be_visible()
        steps.submit(page)
    expect(page.get_by_test_id("empty")).to_contain_text("The budget is used up")
    saved(page)


def appeal(page: Any) -> None:
    page.goto("/earnings")
    page.get_by_test_id("appeal").click()
    page.get_by_test_id("appeal-words").fill("The second sentence says so")
    page.get_by_test_id("appeal-send").click()
    expect(page.get_by_text("waits for a decision")).to_be_visible()
    page.get_by_test_id("bank-name").fill("Dora Njoroge")
    page.get_by_test_id("bank-iban").fill("DE89 3704 0044 0532 0130 00")
    page.get_by_test_id("bank-save").click()
    expect(page.get_by_test_id("bank").get_by_text("Saved.")).to_be_visible()


def grant(page: Any) -> None:
    page.goto("/appeals")
    page.get_by_test_id("grant").click()
    page.get_by_test_id("appeal-answer").fill("It does")
    page.get_by_test_id("appeal-go").click()
    expect(page.get_by_text("No appeal waits for you")).to_be_visible()


def pay(page: Any) -> None:
    page.goto("/pay-runs")
    page.get_by_test_id("make-EUR").click()
    expect(page.get_by_text("€0.80").first).to_be_visible()
    page.get_by_test_id("paid").click()
    page.get_by_test_id("paid-go").click()
    expect(page.get_by_test_id("paid")).to_have_count(0)
    page.get_by_test_id("failed").click()
    page.get_by_test_id("why").fill("The account is closed")
    page.get_by_test_id("failed-go").click()
    expect(page.get_by_text("✗ came back")).to_be_visible()


def test_a_price_is_seen_earned_appealed_and_paid(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Otto", "owner"), add_member(house, "Dora", "annotator")
    rita = add_member(house, "Rita", "reviewer")
    project = owner.api.post("/api/projects", json={"name": "Paid", "schema": SENTIMENT}).json()["project_id"]
    texts = [{"data": {"text": f"note {i}"}} for i in range(3)]
    owner.api.post(f"/api/projects/{project}/items", json=texts).raise_for_status()
    theirs, ear = open_context(chrome, house, owner)
    hers, her_ear = open_context(chrome, house, dora)
    manager, page = theirs.new_page(), hers.new_page()

    set_price(manager, project)
    label_until_the_budget_is_out(page, project)
    review(rita, project, "accepted")
    review(rita, project, "returned")
    appeal(page)
    grant(manager)
    pay(manager)
    page.goto("/earnings")

    expect(page.get_by_test_id("balance")).to_contain_text("€0.80")
    expect(page.get_by_text("✓ granted")).to_be_visible()
    expect(page.get_by_text("Payment came back")).to_be_visible()
    assert (ear.surprises(), her_ear.surprises()) == ([], [])
    theirs.close()
    hers.close()
