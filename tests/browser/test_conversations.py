"""Conversations in the browser: judged, gone on with, branched; by mouse and by keys alone."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import add_member
from tests.browser.forms import answers, done, make_forms, open_form
from tests.conftest import Server

TALK = json.dumps([{"role": "user", "content": "What is $\\sqrt 2$?"},
                   {"role": "assistant", "content": "About **1.5**, for $3 more or less."}])
CHAT = {"name": "chat", "kind": "message", "required": True, "labels": [{"name": "user"}, {"name": "assistant"}],
        "settings": {"prompt": "talk", "writes": ["user", "assistant"]}}


def in_order(messages: list[dict[str, Any]]) -> list[str]:
    return [one["text"] for one in messages]


def test_a_conversation_is_judged_corrected_and_gone_on_with_by_keys(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Ola", "owner"), add_member(house, "Dara", "annotator")
    project = make_forms(owner, CHAT, [{"title": "0: a talk", "talk": TALK}])
    page, ear = open_form(chrome, house, dora, project)

    expect(page.locator(".markdown .set math")).to_have_count(1)  # the price is no formula
    for key in ("4", "4", "2", "e"):
        page.keyboard.press(key)
    page.keyboard.press("Control+a")
    page.keyboard.type("About 1.414.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("words")).to_be_visible()
    page.keyboard.press("i")
    page.keyboard.type("And $\\pi$?")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.press("Control+a")
    page.keyboard.type("And e?")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("turn").last).to_contain_text("2/2")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_test_id("turn").last).to_contain_text("1/2")
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("turn").last).to_contain_text("And e?")
    page.keyboard.press("Control+Enter")
    done(page)

    [given] = answers(owner, dora, project).values()
    assert in_order(given) == ["What is $\\sqrt 2$?", "About 1.414.", "And $\\pi$?", "And e?"]
    assert (given[1]["rating"], given[1]["original"]) == (2, "About **1.5**, for $3 more or less.")
    assert [one["parent"] for one in given[2:]] == [given[1]["id"]] * 2
    assert [one["is_current"] for one in given[2:]] == [False, True]
    assert ear.surprises() == []


def test_both_sides_are_written_by_mouse_and_what_is_not_sent_outlives_a_reload(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Oda", "owner"), add_member(house, "Dina", "annotator")
    project = make_forms(owner, CHAT, [{"title": "0: a talk", "talk": TALK}])
    page, ear = open_form(chrome, house, dora, project, width=390, height=800)

    page.get_by_test_id("rate-5").click()
    page.get_by_test_id("compose").fill("Thank you.")
    page.get_by_test_id("send").click()
    page.get_by_test_id("role-assistant").click()
    page.get_by_test_id("compose").fill("You are welcome.")
    expect(page.get_by_test_id("saved")).to_have_text("Saved")
    page.reload()
    expect(page.get_by_test_id("compose")).to_have_value("You are welcome.")
    page.get_by_test_id("role-assistant").click()
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("turn")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_test_id("submit").click()
    done(page)

    [given] = answers(owner, dora, project).values()
    assert [(one["label"], one["text"]) for one in given[2:]] == [("user", "Thank you."), ("assistant", "You are welcome.")]
    assert ear.surprises() == []
