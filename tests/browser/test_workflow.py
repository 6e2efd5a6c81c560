"""The workflow: levels made, moved and saved by mouse and keyboard, and an undecided task settled by one person."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Member, add_member, open_context
from tests.browser.steps import saved, wait_bench
from tests.conftest import SENTIMENT, Server, choice


def test_a_manager_draws_the_workflow_and_somebody_adjudicates(chrome: Any, house: Server) -> None:
    owner, rae = add_member(house, "Oona", "owner"), add_member(house, "Ruth", "reviewer")
    made = owner.api.post("/api/projects", json={"name": "Teas", "schema": SENTIMENT, "overlap": 2, "overlap_most": 2})
    project = made.json()["project_id"]
    theirs, ear = open_context(chrome, house, owner)
    hers, her_ear = open_context(chrome, house, rae)

    draw_workflow(theirs.new_page(), project)
    workflow = owner.api.get(f"/api/projects/{project}/workflow").json()
    assert [(one["name"], one["share"], one["level"]) for one in workflow["reviews"]] == [
        ("Second look", 0.1, 1), ("Review", 1.0, 0)]  # fmt: skip
    assert workflow["adjudication"]["group_id"] == ""

    disagree(house, owner, project)
    adjudicate(hers.new_page(), project)
    see_the_path(theirs.new_page(), owner, project)
    assert (ear.surprises(), her_ear.surprises()) == ([], [])
    theirs.close()
    hers.close()


def draw_workflow(page: Any, project: str) -> None:
    page.goto(f"/projects/{project}/settings")
    sentence = page.get_by_test_id("workflow-sentence")
    expect(sentence).to_contain_text("Of 100 labelled tasks 100 meet Review.")
    page.get_by_test_id("add-level").click()
    page.get_by_test_id("level-name").fill("Second look")
    page.get_by_test_id("level-percent").fill("10")
    expect(sentence).to_contain_text("10 meet Second look")
    box = page.get_by_test_id("step-level").filter(has_text="Second look")
    box.focus()
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.get_by_test_id("step-level").first).to_contain_text("Second look")
    expect(box).to_be_focused()
    page.get_by_test_id("step-adjudication").click()
    page.get_by_test_id("adjudication-on").check()
    expect(sentence).to_contain_text("What is undecided goes to adjudication.")
    page.get_by_test_id("workflow-save").click()
    expect(page.get_by_test_id("workflow")).to_contain_text("version 2")
    expect(page.get_by_test_id("workflow")).to_contain_text("Saved.")


def disagree(house: Server, owner: Member, project: str) -> None:
    """One text, answered by two who do not agree."""
    owner.api.post(f"/api/projects/{project}/items", json=[{"data": {"text": "Well, tea."}}]).raise_for_status()
    for name, label in (("Anouk", "good"), ("Bea", "bad")):
        api = add_member(house, name, "annotator").api
        lease = api.post(f"/api/projects/{project}/lease").json()
        body = {"fence": lease["fence"], "value": choice(label)}
        api.post(f"/api/leases/{lease['lease_id']}/submit", json=body).raise_for_status()


def adjudicate(page: Any, project: str) -> None:
    page.goto(f"/projects/{project}")
    page.get_by_test_id("tab-adjudicate").click()
    wait_bench(page)
    expect(page.get_by_test_id("skill").first).to_have_text("skill not measured")
    page.keyboard.press("2")
    expect(page.get_by_test_id("accept")).to_contain_text("Take B’s answer")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("empty")).to_contain_text("Nothing to adjudicate now")
    saved(page)


def see_the_path(page: Any, owner: Member, project: str) -> None:
    (item,) = owner.api.get(f"/api/projects/{project}/items").json()["items"]
    assert (item["state"], item["value"]["sentiment"][0]["label"]) == ("settled", "bad")
    page.goto(f"/projects/{project}/items/{item['item_id']}")
    expect(page.get_by_test_id("path")).to_contain_text("Adjudication accepted Ruth")
