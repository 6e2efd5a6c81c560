"""Rankings in the browser: ranks by digits and by mouse, rows moved, an answer that lacks ranks held back."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import add_member
from tests.browser.forms import answers, done, make_forms, open_form
from tests.conftest import Server

BEST = {"name": "best", "kind": "ranking", "required": True, "labels": [{"name": "overall"}],
        "settings": {"shuffled": False}}


def orders(found: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {name: given[0]["order"] for name, given in found.items()}


def test_responses_are_put_in_order_by_keys_by_mouse_and_by_moving(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Orla", "owner"), add_member(house, "Doris", "annotator")
    items = [{"prompt": f"{n}: which?", "responses": json.dumps(["one", "two", "three"])} for n in range(3)]
    project = make_forms(owner, BEST, items)
    page, ear = open_form(chrome, house, dora, project)

    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("missing")).to_contain_text("overall: 2 responses have no rank yet")
    for key in ("1", "1", "Enter"):  # two are equal
        page.keyboard.press(key)

    expect(page.locator(".prompt")).to_contain_text("1: which?")
    page.get_by_test_id("rank-C-1").click()
    page.get_by_test_id("rank-A-2").click()
    page.get_by_test_id("rank-B-2").click()
    page.keyboard.press("Control+z")
    page.get_by_test_id("rank-B-3").click()
    page.get_by_test_id("submit").click()

    expect(page.locator(".prompt")).to_contain_text("2: which?")
    page.keyboard.press("Alt+ArrowDown")
    rows = page.get_by_test_id("row-overall")
    expect(rows.first).to_contain_text("B")
    rows.last.locator("[draggable]").drag_to(rows.first)
    expect(rows.first).to_contain_text("C")
    page.get_by_test_id("submit").click()
    done(page)

    assert orders(answers(owner, dora, project)) == {
        "0": [["2", "3"], ["1"]], "1": [["3"], ["1"], ["2"]], "2": [["3"], ["2"], ["1"]]}
    assert ear.surprises() == []
