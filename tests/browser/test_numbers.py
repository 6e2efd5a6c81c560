"""Numbers in the browser: typed at once, held to their range, submitted by Enter."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import add_member
from tests.browser.forms import answers, done, make_forms, open_form
from tests.conftest import Server

COUNT = {"name": "count", "kind": "number", "required": True, "labels": [{"name": "people"}, {"name": "dogs"}],
         "settings": {"minimum": 0, "maximum": 50, "step": 1, "unit": "heads"}}


def test_numbers_are_typed_by_keys_alone_and_with_a_mouse(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Ove", "owner"), add_member(house, "Dagny", "annotator")
    project = make_forms(owner, COUNT, [{"text": "0: a street"}, {"text": "1: a street"}])
    page, ear = open_form(chrome, house, dora, project, width=390, height=844)

    for key in ("1", "2", "Enter", "6", "0", "Enter", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_test_id("missing")).to_contain_text("dogs is at most 50")
    page.get_by_test_id("number-dogs").fill("3")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("number-dogs")).to_have_value("60")
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Enter")

    expect(page.get_by_test_id("number-people")).to_have_value("")
    page.get_by_test_id("number-people").fill("7")
    page.get_by_test_id("number-dogs").fill("0")
    page.keyboard.press("Control+Enter")
    done(page)

    found = answers(owner, dora, project)
    assert {name: {one["label"]: one["number"] for one in given} for name, given in found.items()} == {
        "0": {"people": 12, "dogs": 3}, "1": {"people": 7, "dogs": 0}}
    assert ear.surprises() == []
