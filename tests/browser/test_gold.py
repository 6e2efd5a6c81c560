"""Gold in the browser: a manager makes it of settled items, and puts right what good annotators contest."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Member, add_member, open_context
from tests.conftest import SENTIMENT, Server, choice


def answer(member: Member, project: str, label: str, *, item_id: str = "", otherwise: str = "") -> str:
    """Answer the next task, the named item otherwise; gives the task's item."""
    lease = member.api.post(f"/api/projects/{project}/lease", json={}).json()
    said = otherwise if otherwise and lease["item_id"] == item_id else label
    body = {"fence": lease["fence"], "value": choice(said), "work_seconds": 2.0}
    member.api.post(f"/api/leases/{lease['lease_id']}/submit", json=body).raise_for_status()
    return str(lease["item_id"])


def test_a_manager_makes_gold_finds_it_contested_and_corrects_it(chrome: Any, house: Server) -> None:
    boss, zoe = add_member(house, "Mina", "manager"), add_member(house, "Zora", "annotator")
    project = boss.api.post("/api/projects", json={"name": "Gilded", "schema": SENTIMENT, "review": False}).json()[
        "project_id"]
    at = f"/api/projects/{project}"
    boss.api.post(at + "/items", json=[{"data": {"text": f"known {i}"}} for i in range(6)]).raise_for_status()
    for _ in range(6):
        answer(zoe, project, "good")
    boss.api.post(at + "/items", json=[{"data": {"text": f"new {i}"}} for i in range(60)]).raise_for_status()
    context, ear = open_context(chrome, house, boss)
    page = context.new_page()

    page.goto(f"/projects/{project}/quality")
    page.get_by_test_id("view-gold").click()
    expect(page.get_by_text("No gold yet")).to_be_visible()
    page.get_by_role("link", name="Choose settled items").click()
    page.locator("input[type=checkbox]").first.wait_for()
    for box in page.locator("input[type=checkbox]").all():
        box.check()
    page.get_by_test_id("make-gold").click()
    page.get_by_test_id("make-gold-go").click()
    expect(page.get_by_test_id("gold-made")).to_have_text("6 items are gold now.")
    page.get_by_role("link", name="To the gold").click()
    page.get_by_test_id("gold-share").fill("50")
    page.get_by_test_id("gold-save").click()
    expect(page.get_by_text("Saved")).to_be_visible()

    gold = [one["item_id"] for one in boss.api.get(at + "/gold").json()["gold"]]
    contested = gold[0]
    for name in ("Una", "Vera", "Wim"):
        member = add_member(house, name, "annotator")
        left = 6
        while left:
            left -= answer(member, project, "good", item_id=contested, otherwise="bad") in gold
    page.goto(f"/projects/{project}/gold?state=suspended")
    page.get_by_test_id("gold-table").get_by_role("link").click()
    expect(page.get_by_test_id("gold-answers").get_by_text("Otherwise")).to_have_count(3)
    page.get_by_test_id("use-as-known").first.click()
    page.get_by_test_id("gold-note").fill("They are right.")
    page.get_by_test_id("gold-decide").click()
    expect(page.get_by_text("Active")).to_be_visible()
    expect(page.get_by_test_id("gold-answers").get_by_text("Right", exact=True)).to_have_count(3)

    page.goto(f"/projects/{project}/quality?view=gold")
    expect(page.get_by_test_id("gold-people").locator("tbody tr")).to_have_count(3)
    page.get_by_test_id("to-gold").click()
    expect(page.get_by_test_id("gold-table").get_by_role("link")).to_have_count(6)

    assert boss.api.get(f"{at}/items/{contested}").json()["value"]["sentiment"][0]["label"] == "bad"
    assert ear.surprises() == []
    context.close()

