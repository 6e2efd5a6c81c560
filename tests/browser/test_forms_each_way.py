"""Every kind that is a form: answered, changed, taken back and handed in by the mouse, and by the keys alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec import Struct

from tests.browser.conftest import add_member
from tests.browser.forms import answers, done, make_forms, open_form
from tests.conftest import Server


class Way(Struct, frozen=True, kw_only=True):
    """A question, and two answers to it, each by mouse and by keys."""

    kind: str
    labels: tuple[str, ...]
    data: dict[str, str]
    clicks: tuple[str, ...]  # test ids; `id=words` types the words there, in place of what stands there
    other_clicks: tuple[str, ...]
    keys: tuple[str, ...]
    other_keys: tuple[str, ...]
    part: str  # of the object that says what was answered
    first: Any
    other: Any
    settings: dict[str, Any] = {}


TEXT, TWO = {"text": "0: tea"}, json.dumps(["one", "two"])
TRACE = json.dumps([{"role": "user", "content": "Sum them."}, {"role": "assistant", "content": "It is 5."}])
WAYS = [
    Way(kind="choice", labels=("good", "bad"), data=TEXT, clicks=("label-good",), other_clicks=("label-bad",),
        keys=("1",), other_keys=("2",), part="label", first="good", other="bad"),
    Way(kind="number", labels=("cups",), data=TEXT, clicks=("number-cups=7",), other_clicks=("number-cups=8",),
        keys=("7", "Escape"), other_keys=("i", "8", "Escape"), part="number", first=7, other=8),
    Way(kind="text", labels=("note",), data=TEXT, clicks=("write-note=hot",), other_clicks=("write-note=cold",),
        keys=("i", "h", "o", "t", "Escape"), other_keys=("i", "Control+a", "c", "o", "l", "d", "Escape"),
        part="text", first="hot", other="cold"),
    Way(kind="taxonomy", labels=("Hot", "Cold"), data=TEXT, clicks=("node:Hot",), other_clicks=("node:Cold",),
        keys=("Space",), other_keys=("ArrowDown", "Space"), part="label", first="Hot", other="Cold"),
    Way(kind="rating", labels=("taste",), data=TEXT, clicks=("rate-taste-4",), other_clicks=("rate-taste-2",),
        keys=("4",), other_keys=("2",), part="level", first=4, other=2),
    Way(kind="step", labels=("good", "wrong"), data={"title": "0: a trace", "trace": TRACE},
        clicks=("label-2-good",), other_clicks=("label-2-wrong",), keys=("ArrowDown", "1"),
        other_keys=("2",), part="label", first="good", other="wrong"),
    Way(kind="ranking", labels=("overall",), data={"prompt": "0: which?", "responses": TWO},
        clicks=("rank-A-1", "rank-B-2"), other_clicks=("rank-B-1",), keys=("1", "2"), other_keys=("ArrowUp", "2"),
        part="order", first=[["1"], ["2"]], other=None, settings={"shuffled": False}),
    Way(kind="preference", labels=("overall",), data={"prompt": "0: which?", "response_a": "one", "response_b": "two"},
        clicks=("prefer-overall--1",), other_clicks=("prefer-overall-1",), keys=("1",), other_keys=("2",),
        part="chosen", first="response_a", other="response_b", settings={"strengths": 1, "shuffled": False}),
]  # fmt: skip
each_way = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.kind)
STATE = """body => JSON.stringify([...body.querySelectorAll(
    '[data-form] :is([aria-pressed=true], [aria-checked=true], [aria-selected=true], input, textarea),'
    + '[role=radio][aria-checked=true], [data-testid^=step-] [aria-checked=true], [data-testid^=rank-].on')]
    .map(one => [one.dataset.testid, one.value, one.textContent.trim()]))"""


def state(page: Any) -> str:
    """What the form shows as answered."""
    return str(page.locator("body").evaluate(STATE))


def becomes(page: Any, wanted: str) -> None:
    page.wait_for_function(f"wanted => ({STATE})(document.querySelector('body')) === wanted", arg=wanted)


def changes(page: Any, before: str) -> str:
    page.wait_for_function(f"before => ({STATE})(document.querySelector('body')) !== before", arg=before)
    return state(page)


def by_mouse(page: Any, steps: tuple[str, ...]) -> None:
    for step in steps:
        name, _, words = step.partition("=")
        place, _, text = name.partition(":")
        found = page.get_by_test_id(place)
        (found.filter(has_text=text) if text else found).first.click(click_count=3 if words else 1)
        if words:
            page.keyboard.type(words)
            page.locator("header .where").click()


def by_keys(page: Any, steps: tuple[str, ...]) -> None:
    for step in steps:
        page.keyboard.press(step)


def project_of(way: Way, owner: Any) -> str:
    field = {"name": "f", "kind": way.kind, "required": True, "labels": [{"name": one} for one in way.labels],
             **({"multiple": False} if way.kind in ("choice", "taxonomy") else {}),
             **({"settings": way.settings} if way.settings else {})}  # fmt: skip
    return make_forms(owner, field, [way.data])


@each_way
def test_an_answer_is_given_changed_taken_back_and_handed_in_by_mouse(chrome: Any, house: Server, way: Way) -> None:
    owner, ana = add_member(house, f"Mouse{way.kind}Owner", "owner"), add_member(house, f"Mouse{way.kind}", "annotator")
    project = project_of(way, owner)
    page, ear = open_form(chrome, house, ana, project)
    empty = state(page)

    by_mouse(page, way.clicks)
    first = changes(page, empty)
    by_mouse(page, way.other_clicks)
    other = changes(page, first)
    page.get_by_test_id("undo").click()
    becomes(page, first)
    page.get_by_test_id("redo").click()
    becomes(page, other)
    page.get_by_test_id("undo").click()
    becomes(page, first)
    page.get_by_test_id("submit").click()
    done(page)

    assert [one[way.part] for given in answers(owner, ana, project).values() for one in given] == [way.first]
    assert ear.surprises() == []
    page.context.close()


@each_way
def test_an_answer_is_given_changed_taken_back_and_handed_in_by_keys(chrome: Any, house: Server, way: Way) -> None:
    owner, ben = add_member(house, f"Keys{way.kind}Owner", "owner"), add_member(house, f"Keys{way.kind}", "annotator")
    project = project_of(way, owner)
    page, ear = open_form(chrome, house, ben, project)
    empty = state(page)

    by_keys(page, way.keys)
    first = changes(page, empty)
    by_keys(page, way.other_keys)
    other = changes(page, first)
    by_keys(page, ("Control+z",))
    becomes(page, first)
    by_keys(page, ("Control+Shift+z",))
    becomes(page, other)
    by_keys(page, ("Control+Enter",))
    done(page)

    given = [one[way.part] for objects in answers(owner, ben, project).values() for one in objects]
    assert given == [way.other] if way.other is not None else given != [way.first]
    assert ear.surprises() == []
    page.context.close()
