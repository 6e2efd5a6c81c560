"""Ratings in the browser: by mouse and by the keys alone, taken back, asked for, and compared in a review."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import add_member, open_context
from tests.browser.forms import answers, done, make_forms, open_form
from tests.conftest import Server

RUBRIC = {"name": "quality", "kind": "rating", "required": True,
          "labels": [{"name": "helpful"}, {"name": "honest"}],
          "settings": {"levels": 5, "low": "poor", "high": "excellent", "weights": {"helpful": 3}}}


def levels(objects: list[dict[str, Any]]) -> dict[str, int]:
    return {one["label"]: one["level"] for one in objects}


def test_criteria_are_rated_by_mouse_and_by_the_keys_alone(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Olaf", "owner"), add_member(house, "Dana", "annotator")
    project = make_forms(owner, RUBRIC, [{"text": "one: a letter"}, {"text": "two: a letter"}])
    page, ear = open_form(chrome, house, dora, project)

    page.get_by_test_id("rate-helpful-4").click()
    page.get_by_test_id("rate-honest-2").click()
    expect(page.get_by_test_id("score")).to_contain_text("0.63")
    page.keyboard.press("Control+z")
    expect(page.get_by_role("radio", checked=True)).to_have_count(1)
    page.keyboard.press("Control+Shift+z")
    page.get_by_test_id("submit").click()

    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    page.keyboard.press("9")  # the scale ends at 5
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("missing")).to_contain_text("honest needs an answer")
    page.keyboard.press("5")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    done(page)

    assert {name: levels(given) for name, given in answers(owner, dora, project).items()} == {
        "one": {"helpful": 4, "honest": 2}, "two": {"helpful": 2, "honest": 5}}
    assert ear.surprises() == []


def test_a_reviewer_reads_in_words_where_ratings_differ(chrome: Any, house: Server) -> None:
    owner = add_member(house, "Odin", "owner")
    project = make_forms(owner, RUBRIC, [{"text": "one: a letter"}], overlap=2, overlap_most=2)
    for name, keys in (("Dido", "51"), ("Dirk", "11")):
        page, _ = open_form(chrome, house, add_member(house, name, "annotator"), project)
        for key in [*keys, "Enter"]:
            page.keyboard.press(key)
        done(page)
    context, ear = open_context(chrome, house, owner)
    page = context.new_page()
    page.goto(f"/projects/{project}/review")

    expect(page.get_by_text("helpful: at most 1 of 2 say the same")).to_be_visible()
    expect(page.get_by_text("A says helpful: 5/5, the merged answer says 1/5")).to_be_visible()
    page.get_by_test_id("use-answer").first.click()
    expect(page.get_by_test_id("rate-helpful-5")).to_be_checked()
    assert ear.surprises() == []
