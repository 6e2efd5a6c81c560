"""A tree of 10,000 categories in the browser: searched, walked and clicked, with only the rows in sight drawn."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import add_member
from tests.browser.forms import answers, done, make_forms, open_form
from tests.conftest import Server

PATHS = [f"Group {a} > Shelf {b} > Thing {a}-{b}-{c}" for a in range(10) for b in range(20) for c in range(50)]
WHERE = {"name": "category", "kind": "taxonomy", "required": True, "multiple": False,
         "labels": [{"name": path} for path in PATHS]}


def test_a_category_is_found_by_words_by_walking_and_by_clicking(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Owen", "owner"), add_member(house, "Delia", "annotator")
    project = make_forms(owner, WHERE, [{"text": f"{n}: a thing"} for n in range(3)])
    page, ear = open_form(chrome, house, dora, project)
    nodes = page.get_by_test_id("node")

    expect(nodes).to_have_count(10)
    page.keyboard.press("i")
    page.keyboard.type("shelf 7-19-3")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".chips")).to_contain_text("Group 7 > Shelf 19 > Thing 7-19-30")
    page.keyboard.press("Control+z")
    expect(page.locator(".chips")).to_have_count(0)
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Enter")

    expect(page.locator("header .where")).to_contain_text("1: a thing")
    for chord in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "Space"):
        page.keyboard.press(chord)
    expect(page.locator(".chips")).to_contain_text("Group 1 > Shelf 0 > Thing 1-0-0")
    assert nodes.count() <= 20
    page.keyboard.press("Enter")

    expect(page.locator("header .where")).to_contain_text("2: a thing")
    nodes.filter(has_text="Thing 1-0-1").first.click()
    page.get_by_test_id("submit").click()
    done(page)

    assert {name: given[0]["label"] for name, given in answers(owner, dora, project).items()} == {
        "0": "Group 7 > Shelf 19 > Thing 7-19-30", "1": "Group 1 > Shelf 0 > Thing 1-0-0",
        "2": "Group 1 > Shelf 0 > Thing 1-0-1"}
    assert ear.surprises() == []
