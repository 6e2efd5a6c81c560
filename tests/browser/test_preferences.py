"""Preferences in the browser: sides by mouse and by key, one act a task, and what is written down of it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import add_member
from tests.browser.forms import answers, done, make_forms, open_form
from tests.conftest import Server

BETTER = {"name": "better", "kind": "preference", "required": True, "labels": [{"name": "overall"}],
          "settings": {"strengths": 1}}
MARKDOWN = "Gold is **heavy**.\n\n| metal | density |\n|---|---|\n| gold | 19.3 |\n\n<script>alert(1)</script>"


def items(count: int) -> list[dict[str, str]]:
    return [{"prompt": f"{n}: what is gold?", "response_a": f"{MARKDOWN} {n}", "response_b": f"A colour. {n}"}
            for n in range(count)]


def side_of(page: Any, text: str) -> int:
    """The side on which a response stands."""
    return 1 if text in page.get_by_test_id("response-1").inner_text() else 2


def test_a_pair_is_judged_by_mouse_and_by_keys_and_the_next_one_comes(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Ossi", "owner"), add_member(house, "Dolly", "annotator")
    project = make_forms(owner, BETTER, items(3))
    page, ear = open_form(chrome, house, dora, project)
    first = page.get_by_test_id(f"response-{side_of(page, '19.3')}")

    expect(first.locator("table td").first).to_have_text("gold")
    expect(page.locator(".page script")).to_have_count(0)
    page.keyboard.press("d")
    expect(page.get_by_test_id("words")).to_have_count(2)
    page.keyboard.press("d")
    page.keyboard.press(str(side_of(page, "A colour")))
    expect(page.get_by_test_id(f"response-{side_of(page, 'A colour')}")).to_contain_text("preferred")
    page.keyboard.press("Control+z")
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    page.get_by_test_id(f"prefer-overall-{-1 if side_of(page, 'A colour') == 1 else 1}").click()
    page.get_by_test_id("submit").click()

    page.locator(".triage input").check()
    expect(page.locator(".prompt")).to_contain_text("1: what is gold?")
    page.keyboard.press(str(side_of(page, "19.3")))
    expect(page.locator(".prompt")).to_contain_text("2: what is gold?")
    page.keyboard.press("0")
    done(page)

    found = {name: given[0] for name, given in answers(owner, dora, project).items()}
    assert {name: one["chosen"] for name, one in found.items()} == {"0": "response_b", "1": "response_a", "2": ""}
    assert all(sorted(one["shown"]) == ["response_a", "response_b"] for one in found.values())
    assert ear.surprises() == []


def test_degrees_and_criteria_are_answered_without_a_mouse(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Oskar", "owner"), add_member(house, "Dotty", "annotator")
    field = {**BETTER, "labels": [{"name": "overall"}, {"name": "safe"}],
             "settings": {"strengths": 3, "shuffled": False, "responses": ["all"], "tie": False}}
    project = make_forms(owner, field, [{"prompt": "0: which?", "all": '["one", "two"]'}])
    page, ear = open_form(chrome, house, dora, project, width=390, height=844)

    for key in ("1", "1", "ArrowDown", "2", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    page.keyboard.press("0")  # neither is not allowed here
    page.keyboard.press("Enter")
    done(page)

    [given] = answers(owner, dora, project).values()
    assert {one["label"]: (one["chosen"], one["strength"]) for one in given} == {"overall": ("1", 2), "safe": ("2", 3)}
    assert ear.surprises() == []
