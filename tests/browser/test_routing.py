"""Who may work on it: rules set on the settings page, a batch that asks for a language, why tasks wait, a model."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import add_member, open_context
from tests.browser.steps import saved
from tests.conftest import SENTIMENT, Server


def test_a_manager_sets_who_may_work_and_sees_why_tasks_wait(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Olga", "owner"), add_member(house, "Dina", "annotator")
    made = owner.api.post("/api/projects", json={"name": "Notes", "schema": SENTIMENT, "overlap_most": 1}).json()
    project = made["project_id"]
    for batch, count in (("", 3), ("german", 2)):
        notes = [{"data": {"text": f"note {batch} {i}"}} for i in range(count)]
        owner.api.post(f"/api/projects/{project}/items", params={"batch": batch}, json=notes).raise_for_status()
    theirs, ear = open_context(chrome, house, owner)
    manager = theirs.new_page()
    hers, her_ear = open_context(chrome, house, dora)
    page = hers.new_page()

    set_quota(manager, project)
    ask_for_german(manager, project)
    answer_one(page, project)

    expect(page.get_by_test_id("empty")).to_contain_text("this project takes 1 answer a day from one person")
    manager.goto(f"/projects/{project}")
    rows = manager.get_by_test_id("waiting-row")
    expect(rows.filter(has_text="2 tasks ask for German (fluent)")).to_contain_text("No one qualifies")
    expect(rows.filter(has_text="wait for anybody")).to_contain_text("at their quota")
    register_model(manager)
    her_ear.expect("409: POST .*/lease")
    assert (ear.surprises(), her_ear.surprises()) == ([], [])
    theirs.close()
    hers.close()


def set_quota(page: Any, project: str) -> None:
    page.goto(f"/projects/{project}/settings")
    page.get_by_test_id("per-day").fill("1")
    page.get_by_test_id("save-routing").click()
    expect(page.get_by_test_id("who-may-work")).to_contain_text("Saved.")


def ask_for_german(page: Any, project: str) -> None:
    page.goto(f"/projects/{project}")
    page.get_by_test_id("batch-row").filter(has_text="german").get_by_test_id("change-batch").click()
    page.get_by_test_id("own-requirement").check()
    page.get_by_test_id("add-language").click()
    page.get_by_test_id("language-tag").fill("de")
    page.get_by_test_id("save-batch").click()
    expect(page.get_by_test_id("batch-row").filter(has_text="German (fluent)")).to_have_count(1)


def answer_one(page: Any, project: str) -> None:
    page.goto(f"/projects/{project}/label")
    steps.wait_bench(page)
    page.keyboard.press("1")
    expect(page.locator("[data-form] [aria-pressed=true]").first).to_be_visible()
    steps.submit(page)
    saved(page)


def register_model(page: Any) -> None:
    page.goto("/people")
    page.get_by_test_id("new-model").click()
    page.get_by_test_id("model-name").fill("labeller")
    page.get_by_test_id("model-version").fill("2.1")
    page.get_by_test_id("register-model").click()
    assert page.get_by_test_id("model-key").input_value().startswith("gsk_")
    page.keyboard.press("Escape")
    expect(page.get_by_role("row").filter(has_text="labeller 2.1")).to_contain_text("model")
