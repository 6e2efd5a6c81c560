"""Writing in the browser: from a source, saved as one types, submitted from inside, held to its length."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import add_member
from tests.browser.forms import answers, done, make_forms, open_form
from tests.conftest import Server

CORRECT = {"name": "corrected", "kind": "text", "required": True, "labels": [{"name": "text"}],
           "settings": {"source": "text", "minimum": 5, "maximum": 60}}


def test_a_text_is_corrected_saved_while_one_types_and_submitted_from_inside(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Ophelia", "owner"), add_member(house, "Daisy", "annotator")
    project = make_forms(owner, CORRECT, [{"text": f"{n}: It do not rust."} for n in range(3)])
    page, ear = open_form(chrome, house, dora, project)
    area = page.get_by_test_id("write-text")

    expect(area).to_have_value("0: It do not rust.")
    page.keyboard.press("i")
    page.keyboard.press("Control+a")
    page.keyboard.type("0: It does not rust.", delay=5)
    expect(page.get_by_test_id("saved")).to_have_text("Saved")
    expect(page.locator(".toolbar [data-testid=undo], [data-testid=undo]").first).to_be_enabled()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.locator(".compared ins")).to_have_text("does")
    page.keyboard.press("Control+z")
    expect(area).to_have_value("0: It do not rust.")
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("i")
    page.keyboard.type(" Ever.")
    page.keyboard.press("Control+Enter")  # within the second in which it would be saved

    expect(area).to_have_value("1: It do not rust.")
    page.get_by_test_id("keep-text").click()
    page.get_by_test_id("submit").click()

    expect(area).to_have_value("2: It do not rust.")
    area.fill("No.")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("missing")).to_contain_text("text: 3 characters, at least 5 are needed")
    area.fill("2: It never rusts.")
    page.reload()
    expect(area).to_have_value("2: It never rusts.")
    area.focus()
    page.keyboard.press("Control+Enter")
    done(page)

    assert {name: given[0]["text"] for name, given in answers(owner, dora, project).items()} == {
        "0": "0: It does not rust. Ever.", "1": "1: It do not rust.", "2": "2: It never rusts."}
    assert ear.surprises() == []
