"""Batches: named at the import, sent as a link, labelled to their end, changed by a manager."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import add_member, open_context
from tests.browser.steps import saved, task_name
from tests.conftest import SENTIMENT, Server


def answer_by_keys(page: Any) -> str:
    """Say "good" and submit; gives the name of the task."""
    name = task_name(page)
    page.keyboard.press("1")
    expect(page.locator("[data-form] [aria-pressed=true]").first).to_be_visible()
    steps.submit(page)
    return name


def test_people_are_sent_to_a_batch_and_told_when_it_is_done(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Otto", "owner"), add_member(house, "Dora", "annotator")
    project = owner.api.post("/api/projects", json={"name": "Notes", "schema": SENTIMENT}).json()["project_id"]
    for batch in ("", "tuesday"):
        note = {"data": {"text": f"some other note {batch}"}}
        owner.api.post(f"/api/projects/{project}/items", params={"batch": batch}, json=[note]).raise_for_status()
    theirs, ear = open_context(chrome, house, owner)
    manager = theirs.new_page()
    import_into_batch(manager, project, "monday", ["a first note", "a second note"])
    hers, her_ear = open_context(chrome, house, dora)
    page = hers.new_page()

    page.goto(f"/projects/{project}")
    page.get_by_test_id("batch-row").filter(has_text="monday").get_by_test_id("label-batch").click()
    steps.wait_bench(page)
    assert page.url.endswith(f"/projects/{project}/label?batch=monday")
    expect(page.get_by_test_id("in-batch")).to_contain_text("monday")
    done = [answer_by_keys(page) for _ in range(2)]
    expect(page.get_by_test_id("empty")).to_contain_text("Batch “monday” is done")
    expect(page.get_by_test_id("other-batch")).to_have_text("tuesday")
    page.get_by_test_id("rest").click()
    steps.wait_bench(page)
    expect(page.get_by_test_id("in-batch")).to_have_count(0)
    rest = answer_by_keys(page)
    saved(page)

    assert sorted(done) == ["a first note", "a second note"] and rest.startswith("some other note")
    review_and_rename(manager, project)
    assert (ear.surprises(), her_ear.surprises()) == ([], [])
    theirs.close()
    hers.close()


def import_into_batch(page: Any, project: str, batch: str, texts: list[str]) -> None:
    """Paste texts on the import page, with a batch named."""
    page.goto(f"/projects/{project}/import")
    steps.state_origin(page)
    page.get_by_test_id("import-batch").fill(batch)
    page.get_by_test_id("paste").fill("\n".join(texts))
    page.get_by_test_id("add-text").click()
    expect(page.get_by_text(f"{len(texts)} items added.")).to_be_visible()


def review_and_rename(page: Any, project: str) -> None:
    """A manager goes by the overview into the batch's review, renames it, makes it urgent, and ends the other one."""
    rows = page.get_by_test_id("batch-row")
    monday, tuesday = rows.filter(has_text="monday"), rows.filter(has_text="tuesday")
    page.goto(f"/projects/{project}")
    monday.get_by_test_id("review-batch").click()
    expect(page.get_by_test_id("in-batch")).to_contain_text("monday")
    page.get_by_test_id("leave-batch").click()
    expect(page.get_by_test_id("in-batch")).to_have_count(0)
    page.get_by_role("link", name="Back to the project").first.click()
    monday.get_by_test_id("change-batch").click()
    page.get_by_test_id("batch-name").fill("first week")
    page.get_by_test_id("urgent").check()
    page.get_by_test_id("save-batch").click()
    expect(rows.filter(has_text="first week")).to_contain_text("urgent")
    expect(monday).to_have_count(0)
    tuesday.get_by_test_id("change-batch").click()
    page.get_by_test_id("batch-name").fill("first week")
    expect(page.get_by_role("dialog")).to_contain_text("become one")
    page.get_by_test_id("dissolve").click()
    page.get_by_test_id("dissolve-now").click()
    expect(rows).to_have_count(1)
