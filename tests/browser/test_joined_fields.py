"""What joins objects, in review and in the schema editor: it goes with what it names."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import add_member, open_context
from tests.browser.steps import objects, open_bench, submit
from tests.browser.test_joins import SAID, make_texts, schema_of
from tests.conftest import Server


def span(name: str, label: str, start: int, end: int) -> dict[str, Any]:
    return {"id": name, "kind": "span", "label": label, "asset": "text", "start": start, "end": end}


def relation(name: str, label: str, source: str, target: str) -> dict[str, Any]:
    return {"id": name, "kind": "relation", "label": label, "source": source, "target": target}


GIVEN = {
    "entities": [span("marie", "Person", 0, 15), span("firm", "Organisation", 20, 29), span("town", "Place", 33, 38)],
    "relations": [relation("led", "works for", "marie", "firm"), relation("there", "based in", "firm", "town")]}


def test_a_reviewer_sees_relations_and_settles_the_answer_without_one(chrome: Any, house: Server) -> None:
    owner, ana = add_member(house, "Ottilie", "owner"), add_member(house, "Anneke", "annotator")
    project = make_texts(owner, "relation-extraction", [SAID])
    owner.api.patch(f"/api/projects/{project}", json={"review": True}).raise_for_status()
    lease = ana.api.post(f"/api/projects/{project}/lease").json()
    answer = {"fence": lease["fence"], "value": GIVEN}
    ana.api.post(f"/api/leases/{lease['lease_id']}/submit", json=answer).raise_for_status()

    context, ear = open_context(chrome, house, add_member(house, "Rasmus", "reviewer"))
    page = context.new_page()
    open_bench(page, project, "review")
    expect(page.get_by_test_id("link")).to_have_count(2)
    expect(objects(page)).to_have_count(5)
    objects(page).filter(has_text="Turku").first.click()
    page.keyboard.press("Delete")
    expect(page.get_by_test_id("link")).to_have_count(1)
    expect(page.get_by_test_id("fix")).to_be_enabled()
    submit(page)
    expect(page.get_by_test_id("empty")).to_be_visible()

    item = owner.api.get(f"/api/projects/{project}/items").json()["items"][0]
    shown = owner.api.get(f"/api/projects/{project}/items/{item['item_id']}").json()
    assert item["state"] == "settled"
    assert [(one["source"], one["target"]) for one in shown["history"][-1]["value"]["relations"]] == [("marie", "firm")]
    assert ear.surprises() == []
    context.close()


def test_the_fields_that_are_joined_are_ticked_and_follow_a_new_name(chrome: Any, house: Server) -> None:
    mia = add_member(house, "Milena", "manager")
    schema = schema_of("relation-extraction")
    entities, relations = schema["fields"]
    dates = {"name": "dates", "kind": "span", "asset": "text", "labels": [{"name": "Date"}]}
    schema = {"fields": [entities, dates, relations]}
    project = mia.api.post("/api/projects", json={"name": "Ticks", "schema": schema}).json()["project_id"]
    context, ear = open_context(chrome, house, mia)
    page = context.new_page()
    page.goto(f"/projects/{project}/schema")

    page.get_by_test_id("field-2").click()
    expect(page.get_by_test_id("joins-entities")).to_be_checked()
    expect(page.get_by_test_id("joins-entities")).to_be_disabled()  # it joins something
    page.get_by_test_id("joins-dates").check()
    page.get_by_test_id("joins-entities").uncheck()
    page.get_by_test_id("joins-entities").check()
    page.get_by_test_id("joins-dates").uncheck()  # named alone, so that what follows renames it
    page.get_by_test_id("field-0").click()
    page.get_by_test_id("field-name").fill("mentions")
    page.get_by_test_id("field-2").click()
    expect(page.get_by_test_id("joins-mentions")).to_be_checked()
    page.keyboard.press("Control+s")
    expect(page.get_by_test_id("saved")).to_have_text("saved")

    kept = mia.api.get(f"/api/projects/{project}").json()["schema"]["fields"][2]["settings"]
    assert kept["fields"] == ["mentions"] and kept["pairs"]["owns"][0] == {"source": "Person", "target": "Organisation"}
    assert ear.surprises() == []
    context.close()
