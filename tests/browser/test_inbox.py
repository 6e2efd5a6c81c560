"""Mentions, lived: a reviewer asks, a manager finds it in the inbox and answers; then work is drained."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Member, add_member, open_context
from tests.conftest import SENTIMENT, Server, choice


def made(owner: Member, annotator: Member) -> tuple[str, str]:
    """A project of three texts, of which one is answered; its id and that item's."""
    body = {"name": "Tea", "schema": SENTIMENT, "overlap": 2, "review": False}
    project = str(owner.api.post("/api/projects", json=body).json()["project_id"])
    texts = [{"data": {"text": f"tea {i}"}} for i in range(3)]
    owner.api.post(f"/api/projects/{project}/items", json=texts).raise_for_status()
    lease = annotator.api.post(f"/api/projects/{project}/lease").json()
    body = {"fence": lease["fence"], "value": choice("good")}
    annotator.api.post(f"/api/leases/{lease['lease_id']}/submit", json=body).raise_for_status()
    return project, str(lease["item_id"])


def ask(page: Any, project: str, item: str) -> None:
    page.goto(f"/projects/{project}/items/{item}")
    area = page.get_by_test_id("comment")
    area.press_sequentially("Is this tea, @mi")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    area.press_sequentially("?")
    expect(area).to_have_value("Is this tea, @Mia ?")
    page.get_by_test_id("send-comment").click()
    expect(page.get_by_test_id("comments").locator("li b").last).to_have_text("@Mia")


def answer(page: Any, project: str, item: str) -> None:
    page.goto("/projects")
    expect(page.get_by_test_id("bell")).to_contain_text("1")
    page.get_by_test_id("bell").click()
    expect(page.get_by_test_id("notice")).to_contain_text("Rea mentions you on")
    page.get_by_test_id("show-thread").click()
    page.get_by_test_id("answer-comment").click()
    page.get_by_test_id("comment").press_sequentially("It is")
    page.get_by_test_id("send-comment").click()
    expect(page.get_by_test_id("notice")).to_contain_text("@Rea It is")
    expect(page.get_by_test_id("bell")).not_to_contain_text("1")
    page.get_by_test_id("open-notice").click()
    page.wait_for_url(f"**/projects/{project}/items/{item}")
    expect(page.get_by_test_id("comments")).to_contain_text("It is")


def drain(page: Any, project: str) -> None:
    page.goto(f"/projects/{project}")
    page.get_by_test_id("drain").click()
    expect(page.get_by_test_id("project-state")).to_contain_text("Draining: 1 task to finish")
    page.get_by_test_id("undo-state").click()
    expect(page.get_by_test_id("drain")).to_be_visible()
    page.get_by_test_id("set-deadline").click()
    page.get_by_test_id("due").fill("2999-01-01T12:00")
    page.get_by_test_id("save-due").click()
    expect(page.get_by_test_id("deadline")).to_contain_text("Too few answers were given so far to tell.")


def test_a_mention_leads_through_the_inbox_to_the_item_and_work_is_drained(chrome: Any, house: Server) -> None:
    mia, rea, ana = (add_member(house, "Mia", "manager"), add_member(house, "Rea", "reviewer"),
                     add_member(house, "Ana", "annotator"))
    project, item = made(mia, ana)
    reviewer, first = open_context(chrome, house, rea)
    ask(reviewer.new_page(), project, item)
    manager, second = open_context(chrome, house, mia)
    page = manager.new_page()
    answer(page, project, item)
    drain(page, project)

    assert first.surprises() == second.surprises() == []
    for context in (reviewer, manager):
        context.close()
