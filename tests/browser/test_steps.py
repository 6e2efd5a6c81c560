"""A trace of 200 steps in the browser: walked and labelled by keys and by mouse, with remarks."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import add_member
from tests.browser.forms import answers, done, make_forms, open_form
from tests.conftest import Server

TRACE = [{"role": "assistant", "content": f"Step {n}"} if n % 2 else {"role": "tool", "content": f"{n} rows"}
         for n in range(1, 201)]
STEPS = {"name": "steps", "kind": "step", "required": True, "labels": [{"name": "good"}, {"name": "wrong"}]}


def test_steps_are_labelled_by_keys_and_by_mouse_and_remarked_on(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Olof", "owner"), add_member(house, "Dunja", "annotator")
    project = make_forms(owner, STEPS, [{"title": "0: a trace", "trace": json.dumps(TRACE)}])
    page, ear = open_form(chrome, house, dora, project)

    for key in ("1", "2", "ArrowUp", "i"):
        page.keyboard.press(key)
    page.keyboard.type("no such table")
    page.keyboard.press("Escape")
    for key in ("ArrowDown", "1", "Control+z"):
        page.keyboard.press(key)
    expect(page.get_by_role("radio", checked=True)).to_have_count(2)
    page.get_by_test_id("step-200").scroll_into_view_if_needed()
    page.get_by_test_id("label-200-good").click()
    page.get_by_test_id("remark-200").fill("done")
    page.keyboard.press("Control+Enter")
    done(page)

    [given] = answers(owner, dora, project).values()
    assert [(one["step"], one["label"], one["comment"]) for one in given] == [
        (1, "good", ""), (2, "wrong", "no such table"), (200, "good", "done")]
    assert ear.surprises() == []
