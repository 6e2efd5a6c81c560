"""Spans linked to a vocabulary's entries: the vocabulary uploaded, the links made by keys and by mouse, then undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import add_member, open_context
from tests.browser.steps import objects, saved, submit
from tests.conftest import Server

PLACES = "id,name,aliases,description\nQ1,New York City,NYC,In the USA\nQ2,York,,A city in England\n,nameless,,\n"
LINKED = {"fields": [{
    "name": "entities", "kind": "span", "asset": "text", "labels": [{"name": "place"}],
    "attributes": [{"name": "which", "sort": "entity", "vocabulary": "places"}]}]}


def upload(page: Any, folder: Path) -> None:
    """The vocabulary, under Settings."""
    file = folder / "places.csv"
    file.write_text(PLACES)
    page.goto("/settings#vocabularies")
    page.get_by_test_id("new-vocabulary").click()
    page.get_by_test_id("vocabulary-name").fill("places")
    page.get_by_test_id("vocabulary-file").set_input_files(file)
    page.get_by_test_id("vocabulary-upload").click()
    expect(page.get_by_test_id("vocabulary-report")).to_contain_text("2 entries are in force")
    expect(page.locator("dialog[open]")).to_contain_text("1 line refused")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("vocabularies")).to_contain_text("places")


def first_word(page: Any) -> None:
    """The text's first word as a span, its attributes in hand."""
    page.locator(".work [data-testid=text]").focus()
    for key in ("Control+Home", "Home", "Control+Shift+ArrowRight", "1"):
        page.keyboard.press(key)
    expect(objects(page)).to_have_count(1)
    page.keyboard.press("a")


def test_spans_are_linked_by_keys_and_by_mouse(chrome: Any, house: Server, tmp_path: Path) -> None:
    owner, dora = add_member(house, "Vera", "owner"), add_member(house, "Dilys", "annotator")
    theirs, ear = open_context(chrome, house, owner)
    upload(theirs.new_page(), tmp_path)
    setup = {"name": "Places", "schema": LINKED, "review": False}
    project = owner.api.post("/api/projects", json=setup).raise_for_status().json()["project_id"]
    texts = [{"data": {"text": text}} for text in ("York is old.", "York is cold.")]
    owner.api.post(f"/api/projects/{project}/items", json=texts).raise_for_status()
    hers, her_ear = open_context(chrome, house, dora)
    page = hers.new_page()
    steps.open_bench(page, project)
    field, offered = page.get_by_test_id("entity"), page.get_by_test_id("entities").get_by_role("option")

    first_word(page)
    expect(field).to_be_focused()
    expect(offered).to_have_count(3)  # what the span covers is searched first: York, New York City, none of them
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("New York City")
    page.keyboard.press("Control+z")
    expect(field).to_have_value("")
    field.focus()
    page.keyboard.type("nyc")
    expect(offered).to_have_count(2)
    page.keyboard.press("Enter")
    expect(field).to_have_value("New York City")
    page.keyboard.press("Escape")
    submit(page)

    first_word(page)
    page.keyboard.press("Escape")
    field.click()
    offered.filter(has_text="A city in England").click()
    expect(field).to_have_value("York")
    expect(page.locator(".list .told")).to_have_text("York")
    submit(page)
    expect(page.get_by_test_id("empty")).to_be_visible()
    saved(page)

    mine = dora.api.get(f"/api/projects/{project}/mine").json()["answers"]
    given = [owner.api.get(f"/api/projects/{project}/items/{one['item_id']}").json()["history"][0]["value"]["entities"]
             for one in mine]
    assert sorted(spans[0]["attributes"]["which"] for spans in given) == ["Q1", "Q2"]
    at = theirs.new_page()
    at.goto(f"/projects/{project}/items/{mine[0]['item_id']}")
    expect(at.get_by_text("which: ")).to_contain_text("York")
    assert (ear.surprises(), her_ear.surprises()) == ([], [])


def test_a_project_begins_with_its_vocabulary_in_the_same_step_or_with_an_empty_one(
    chrome: Any, house: Server, tmp_path: Path
) -> None:
    owner = add_member(house, "Vito", "owner")
    context, ear = open_context(chrome, house, owner)
    page = context.new_page()
    file = tmp_path / "towns.csv"
    file.write_text(PLACES)
    page.goto("/projects/new")
    page.get_by_test_id("template-entity-linking").click()
    page.get_by_test_id("name").fill("Towns")
    page.get_by_test_id("vocabulary-name").fill("towns")
    expect(page.get_by_test_id("vocabulary-missing")).to_be_visible()
    page.get_by_test_id("vocabulary-file").set_input_files(file)
    expect(page.get_by_test_id("vocabulary-missing")).to_have_count(0)
    page.get_by_test_id("create").click()

    expect(page.get_by_test_id("entries-refused")).to_contain_text("2 entries are in force. 1 line refused")
    expect(page.get_by_test_id("vocabulary-start")).to_have_value("towns")
    page.get_by_test_id("create").click()
    page.wait_for_url("**/schema")
    page.goto("/projects/new")
    page.get_by_test_id("template-entity-linking").click()
    page.get_by_test_id("name").fill("Nothing yet")
    page.get_by_test_id("vocabulary-name").fill("towns")
    expect(page.get_by_test_id("create")).to_be_disabled()
    page.get_by_test_id("vocabulary-name").fill("later")
    page.get_by_test_id("create-import").click()
    page.wait_for_url("**/import")

    found = owner.api.get("/api/vocabularies").raise_for_status().json()["vocabularies"]
    held = {one["name"]: (one["entries"], one["projects"]) for one in found}
    assert (held["towns"], held["later"]) == ((2, ["Towns"]), (0, ["Nothing yet"]))
    assert ear.surprises() == []
    context.close()
