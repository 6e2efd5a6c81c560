"""A training in the browser, over a closed tab; and a project's terms, accepted in place."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import add_member, open_context
from tests.conftest import SENTIMENT, Server, choice

RULES = {"name": "Tea training", "skill": "tea", "mode": "training", "pass_percent": 100}


def make_training(api: Any) -> str:
    exam = str(api.post("/api/exams", json={**RULES, "schema": SENTIMENT}).json()["exam_id"])
    items = [
        {"item": {"data": {"text": f"A good cup, number {i}."}}, "known": choice("good"), "explanation": "It says so."}
        for i in range(2)
    ]
    api.post(f"/api/exams/{exam}/items", json={"items": items}).raise_for_status()
    api.patch(f"/api/exams/{exam}", json={"rules": RULES, "state": "open"}).raise_for_status()
    return exam


def test_a_training_goes_on_in_another_tab_and_ends_with_the_skill_on_the_profile(chrome: Any, house: Server) -> None:
    mia, ana = add_member(house, "Mia", "manager"), add_member(house, "Ana", "annotator")
    make_training(mia.api)
    context, ear = open_context(chrome, house, ana)
    page = context.new_page()
    page.goto("/me")
    page.get_by_test_id("take").click()
    page.get_by_test_id("begin").click()
    with page.expect_response("**/draft"):
        page.get_by_role("button", name="good").click()
    page.close()

    page = context.new_page()
    page.goto("/me")
    page.get_by_test_id("go-on").click()
    for is_chosen in (True, False):
        expect(page.get_by_test_id("submit")).to_be_visible()
        if not is_chosen:
            page.get_by_role("button", name="good").click()
        page.get_by_test_id("submit").click()
        expect(page.get_by_test_id("feedback").get_by_text("It says so.")).to_be_visible()
        page.keyboard.press("Enter")
    expect(page.get_by_test_id("result")).to_contain_text("You have passed: tea is yours")
    page.get_by_role("link", name="To your profile").click()

    expect(page.get_by_text("Tea training: 2 of 2 right")).to_be_visible()
    assert ear.surprises() == []
    context.close()


def test_terms_are_read_and_accepted_before_the_first_task_comes(chrome: Any, house: Server) -> None:
    mia, ben = add_member(house, "Mia2", "manager"), add_member(house, "Ben", "annotator")
    at = "/projects/" + mia.api.post("/api/projects", json={"name": "Terms", "schema": SENTIMENT}).json()["project_id"]
    mia.api.post(f"/api{at}/items", json=[{"data": {"text": "One cup."}}]).raise_for_status()
    mia.api.put(f"/api{at}/terms", json={"terms": "Keep it to yourself."}).raise_for_status()
    context, ear = open_context(chrome, house, ben)
    ear.expect(r"403")
    page = context.new_page()

    page.goto(f"{at}/label")
    expect(page.get_by_text("Keep it to yourself.")).to_be_visible()
    expect(page.get_by_text("One cup.")).to_have_count(0)
    page.get_by_test_id("accept-terms").click()

    expect(page.get_by_text("One cup.").first).to_be_visible()
    assert ben.api.get(f"/api{at}/terms").json()["accepted_version"] == 1
    assert ear.surprises() == []
    context.close()
