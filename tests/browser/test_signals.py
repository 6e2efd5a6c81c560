"""Signals, lived: a manager looks and tells the annotator, who answers; another manager decides. And the figures."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Member, add_member, open_context
from tests.conftest import SENTIMENT, Server, choice

ITEMS = 40


def answered(owner: Member, people: list[Member]) -> str:
    """Three people answer everything; the first says good whatever it is."""
    body = {"name": "Odd", "schema": SENTIMENT, "review": False, "overlap": 3, "overlap_most": 3}
    project = str(owner.api.post("/api/projects", json=body).json()["project_id"])
    texts = [{"data": {"text": f"note {i}"}} for i in range(ITEMS)]
    owner.api.post(f"/api/projects/{project}/items", json=texts).raise_for_status()
    for place, member in enumerate(people):
        for _ in range(ITEMS):
            lease = member.api.post(f"/api/projects/{project}/lease").json()
            is_good = place == 0 or int(lease["item"]["data"]["text"].split()[1]) % 2
            value = {"fence": lease["fence"], "value": choice("good" if is_good else "bad"), "work_seconds": 5}
            member.api.post(f"/api/leases/{lease['lease_id']}/submit", json=value).raise_for_status()
    return project


def see_the_figures(page: Any, project: str) -> None:
    page.goto(f"/projects/{project}/quality")
    page.get_by_test_id("view-agreement").click()
    cell = page.get_by_role("gridcell").nth(1)
    cell.focus()
    expect(page.get_by_role("status").filter(has_text="on 40 items")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-place='1 1']")).to_be_focused()
    page.get_by_test_id("as-table").click()
    expect(page.get_by_role("cell", name="Dora")).to_have_count(2)
    page.get_by_test_id("view-annotators").click()
    expect(page.locator("svg text", has_text="Dora")).to_be_visible()
    page.get_by_test_id("view-confusion").click()
    page.get_by_test_id("person").select_option(label="Dora · 50.0 % · 40 answers")
    expect(page.get_by_role("gridcell", name="bad is called good: 20 of 20, 100.0 %")).to_be_visible()
    page.get_by_test_id("view-cost").click()
    expect(page.get_by_text("No answer of this project has earned anything")).to_be_visible()
    page.go_back()
    expect(page.get_by_test_id("person")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_test_id("csv").click()
    assert saved.value.suggested_filename == "confusion.csv"


def tell(page: Any, project: str) -> None:
    page.goto(f"/projects/{project}/quality?view=signals")
    page.get_by_test_id("look").click()
    signal = page.get_by_test_id("signal")
    expect(signal).to_contain_text("Dora gives nearly always the same label")
    expect(signal).to_contain_text("20 of the 20 that most others call something else")
    page.get_by_test_id("notice").click()
    page.get_by_test_id("signal-words").fill("All of yours are good. Did you see the others?")
    page.get_by_test_id("signal-go").click()
    expect(signal).to_contain_text("You sent the notice: another manager decides.")


def answer(page: Any) -> None:
    page.goto("/projects")
    expect(page.get_by_test_id("notices")).to_have_text("1")
    page.goto("/me")
    expect(page.get_by_test_id("my-notice")).to_contain_text("Did you see the others?")
    page.get_by_test_id("notice-words").fill("I misread the guideline")
    page.get_by_test_id("notice-send").click()
    expect(page.get_by_test_id("my-notice")).to_contain_text("Waits for a decision")
    expect(page.get_by_test_id("notices")).to_have_count(0)


def decide(page: Any, project: str) -> None:
    page.goto(f"/projects/{project}/quality?view=signals&state=answered")
    expect(page.get_by_test_id("signal")).to_contain_text("I misread the guideline")
    page.get_by_test_id("close").click()
    page.get_by_test_id("outcome-agreed").check()
    page.get_by_test_id("signal-words").fill("We will make it clearer")
    page.get_by_test_id("signal-go").click()
    expect(page.get_by_text("No signals")).to_be_visible()  # none is left that was answered


def test_a_signal_is_told_answered_and_decided_by_another(chrome: Any, house: Server) -> None:
    owner, mona = add_member(house, "Otto", "owner"), add_member(house, "Mona", "manager")
    dora = add_member(house, "Dora", "annotator")
    project = answered(owner, [dora, add_member(house, "Eli", "annotator"), add_member(house, "Fay", "annotator")])
    (his, his_ear), (hers, her_ear), (doras, doras_ear) = (
        open_context(chrome, house, member) for member in (owner, mona, dora))

    page = his.new_page()
    see_the_figures(page, project)
    tell(page, project)
    annotator = doras.new_page()
    answer(annotator)
    decide(hers.new_page(), project)
    annotator.goto("/me")

    expect(annotator.get_by_test_id("my-notice")).to_contain_text("Agreed with the annotator")
    expect(annotator.get_by_test_id("my-notice")).to_contain_text("We will make it clearer")
    assert (his_ear.surprises(), her_ear.surprises(), doras_ear.surprises()) == ([], [], [])
    for context in (his, hers, doras):
        context.close()
