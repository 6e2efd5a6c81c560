"""The grid's further ways: a person's own keys, steps made again, many at once, questions that hang on others, returned
tasks and skipped ones."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Member, add_member
from tests.browser.forms import make_forms
from tests.browser.steps import saved
from tests.browser.test_triage import FIELD, answers, make, open_grid
from tests.conftest import Server

WHY = {"name": "why", "kind": "choice", "asset": "text", "multiple": False, "required": True,
       "labels": [{"name": "late"}, {"name": "broken"}], "shown_if": {"field": "mood", "any_of": ["bad"]}}
DECIDED = "[data-decided=true]"


def value_of(owner: Member, project: str, name: str) -> dict[str, list[str]]:
    """The labels of an item, by field."""
    rows = owner.api.get(f"/api/projects/{project}/items", params={"q": name}).json()["items"]
    return {field: [one["label"] for one in objects] for field, objects in rows[0]["value"].items() if objects}


def test_the_grid_follows_a_persons_own_keys_and_a_step_taken_back_can_be_made_again(
    chrome: Any, house: Server
) -> None:
    owner, uma = add_member(house, "Ola", "owner"), add_member(house, "Uma", "annotator")
    uma.api.put("/api/me/shortcuts", json={"shortcuts": {"grid_accept": "G", "undo": "U"}}).raise_for_status()
    project = make(owner, 5)
    page, ear = open_grid(chrome, house, uma, project)
    tiles, decided = page.get_by_test_id("tile"), page.locator(DECIDED)
    expect(tiles).to_have_count(5)
    expect(page.locator(".keys kbd").first).to_have_text("G")

    page.keyboard.press("a")
    expect(decided).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("x")
    expect(decided).to_have_count(2)
    page.keyboard.press("u")
    page.keyboard.press("u")
    expect(decided).to_have_count(0)
    page.keyboard.press("Control+Shift+z")
    expect(decided).to_have_count(1)
    page.get_by_test_id("redo").click()
    expect(decided).to_have_count(2)
    expect(page.get_by_test_id("redo")).to_be_disabled()
    page.keyboard.press("Control+Enter")
    expect(tiles).to_have_count(3)
    page.keyboard.press("u")
    expect(tiles).to_have_count(5)
    page.keyboard.press("Control+y")
    expect(tiles).to_have_count(3)
    saved(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog").filter(has_text="look closer")).to_be_visible()

    assert answers(owner, project) == Counter(good=1, bad=1)
    assert ear.surprises() == []
    page.context.close()


def test_a_new_step_forgets_those_that_were_taken_back(chrome: Any, house: Server) -> None:
    owner, una = add_member(house, "Oda", "owner"), add_member(house, "Una", "annotator")
    page, _ = open_grid(chrome, house, una, make(owner, 3))
    page.keyboard.press("a")
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("redo")).to_be_enabled()

    page.keyboard.press("3")

    expect(page.locator(DECIDED)).to_have_count(1)
    expect(page.get_by_test_id("redo")).to_be_disabled()
    page.context.close()


def test_as_many_are_in_hand_as_one_chooses_which_is_remembered_and_the_rest_is_for_others(
    chrome: Any, house: Server
) -> None:
    owner = add_member(house, "Ozz", "owner")
    una, ute = add_member(house, "Ulf", "annotator"), add_member(house, "Ute", "annotator")
    project = make(owner, 26)
    page, ear = open_grid(chrome, house, una, project)
    tiles = page.get_by_test_id("tile")
    expect(tiles).to_have_count(8)

    page.get_by_test_id("size").select_option("24")
    expect(tiles).to_have_count(24)
    page.keyboard.press("a")
    saved(page)
    page.reload()
    expect(tiles).to_have_count(24)
    page.get_by_test_id("size").select_option("16")
    expect(tiles).to_have_count(16)
    other, _ = open_grid(chrome, house, ute, project)
    expect(other.get_by_test_id("tile")).to_have_count(8)
    seats = [one.get_attribute("data-name") for grid in (page, other) for one in grid.get_by_test_id("tile").all()]
    page.get_by_test_id("size").select_option("48")
    expect(tiles).to_have_count(18)  # all that nobody else has
    page.goto("/projects")
    other.get_by_test_id("size").select_option("48")
    other.reload()

    expect(other.get_by_test_id("tile")).to_have_count(25)  # but the one that was decided
    assert len(set(seats)) == 24
    assert ear.surprises() == []
    for one in (page, other):
        one.context.close()


def test_a_question_that_hangs_on_another_is_asked_of_those_tasks_alone(chrome: Any, house: Server) -> None:
    owner, ugo = add_member(house, "Oto", "owner"), add_member(house, "Ugo", "annotator")
    project = make_forms(owner, FIELD, [{"text": f"Review {n}: it arrived."} for n in range(3)],
                         schema={"fields": [FIELD, WHY]})
    page, ear = open_grid(chrome, house, ugo, project)
    tiles, decided = page.get_by_test_id("tile"), page.locator(DECIDED)
    expect(tiles).to_have_count(3)
    names = [str(one.get_attribute("data-name")) for one in tiles.all()]

    page.keyboard.press("1")
    expect(decided).to_have_count(1)
    page.keyboard.press("2")
    expect(decided).to_have_count(1)  # why is still asked
    expect(page.get_by_test_id("label-late")).to_be_visible()
    page.keyboard.press("2")
    expect(decided).to_have_count(2)
    page.keyboard.press("2")
    page.keyboard.press("1")
    expect(decided).to_have_count(3)
    tiles.nth(2).click()
    page.get_by_test_id("label-good").click()  # the question goes, and its answer with it
    expect(page.get_by_test_id("label-late")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("empty")).to_be_visible()

    assert [value_of(owner, project, name) for name in names] == [
        {"mood": ["good"]}, {"mood": ["bad"], "why": ["broken"]}, {"mood": ["good"]}]
    assert ear.surprises() == []
    page.context.close()


def test_a_returned_task_comes_with_what_was_said_and_is_handed_in_again(chrome: Any, house: Server) -> None:
    owner, ula = add_member(house, "Obi", "owner"), add_member(house, "Ula", "annotator")
    project = make_forms(owner, FIELD, [{"text": "It arrived late."}], review=True)
    page, _ = open_grid(chrome, house, ula, project)
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("empty")).to_be_visible()
    page.context.close()
    lease = owner.api.post(f"/api/projects/{project}/reviews/lease").json()
    word = {"fence": lease["fence"], "decision": "returned", "comment": "Late is not good."}
    owner.api.post(f"/api/reviews/{lease['lease_id']}/decide", json=word).raise_for_status()

    page, ear = open_grid(chrome, house, ula, project)
    expect(page.get_by_test_id("tile")).to_contain_text("Late is not good.")
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("empty")).to_be_visible()

    again = owner.api.post(f"/api/projects/{project}/reviews/lease").json()
    assert again["merged"]["mood"][0]["label"] == "bad"
    assert ear.surprises() == []
    page.context.close()


def test_what_is_skipped_goes_to_somebody_else_and_does_not_come_again(chrome: Any, house: Server) -> None:
    owner = add_member(house, "Oxa", "owner")
    uri, ulla = add_member(house, "Uri", "annotator"), add_member(house, "Ulla", "annotator")
    project = make(owner, 3)
    page, ear = open_grid(chrome, house, uri, project)
    tiles = page.get_by_test_id("tile")
    expect(tiles).to_have_count(3)
    skipped = {one.get_attribute("data-name") for one in tiles.all()[:2]}

    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Control+Space")
    page.get_by_role("button", name=re.compile("not sure", re.I)).click()
    expect(tiles).to_have_count(1)
    saved(page)
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("empty")).to_be_visible()
    other, _ = open_grid(chrome, house, ulla, project)

    expect(other.get_by_test_id("tile")).to_have_count(2)
    assert {one.get_attribute("data-name") for one in other.get_by_test_id("tile").all()} == skipped
    assert answers(owner, project) == Counter(good=1)
    assert ear.surprises() == []
    for one in (page, other):
        one.context.close()
