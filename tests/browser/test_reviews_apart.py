"""A reviewer without a connection, with two tabs, or with an item that is taken out under their hands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import add_member, open_context
from tests.browser.steps import objects, open_bench, saved, submit, task_name
from tests.browser.test_drafts import DRAWN
from tests.browser.test_offline import BOXES, CUT_OFF, pictures, work
from tests.conftest import Server


class Hall:
    """A project of some answered pictures, and a reviewer's browser."""

    def __init__(self, chrome: Any, house: Server, name: str, count: int) -> None:
        self.owner, ana = add_member(house, f"{name}Owner", "owner"), add_member(house, f"{name}Ana", "annotator")
        self.at = "/api/projects/" + self.owner.api.post(
            "/api/projects", json={"name": name, "schema": BOXES, "review": True}).json()["project_id"]
        self.project = self.at.rpartition("/")[2]
        self.owner.api.post(f"{self.at}/items", files=pictures(count)).raise_for_status()
        for _ in range(count):
            lease = ana.api.post(f"{self.at}/lease").json()
            answer = {"fence": lease["fence"], "value": {"things": [DRAWN]}}
            ana.api.post(f"/api/leases/{lease['lease_id']}/submit", json=answer).raise_for_status()
        rae = add_member(house, name, "reviewer")
        self.context, self.ear = open_context(chrome, house, rae, width=1000, height=700)
        self.ear.expect(*CUT_OFF)

    def open(self, part: str = "review") -> Any:
        page = self.context.new_page()
        open_bench(page, self.project, part)
        expect(objects(page)).to_have_count(1)
        return page

    def items(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.owner.api.get(f"{self.at}/items").json()["items"]
        return found

    def states(self) -> list[str]:
        return sorted(one["state"] for one in self.items())

    def take_out(self, name: str) -> None:
        ids = [one["item_id"] for one in self.items() if one["name"] == name]
        change = {"item_ids": ids, "excluded_reason": "blurred"}
        self.owner.api.patch(f"{self.at}/items", json=change).raise_for_status()


@pytest.fixture(autouse=True)
def close_what_was_opened(chrome: Any) -> Iterator[None]:
    yield
    for context in chrome.contexts:
        context.close()


def accept(page: Any) -> None:
    page.keyboard.press("Control+Enter")


def test_decisions_made_without_a_connection_arrive_when_it_is_back(chrome: Any, house: Server) -> None:
    hall = Hall(chrome, house, "Odile", 3)
    page = hall.open()
    first = task_name(page)
    page.wait_for_load_state("networkidle")  # the next review is here

    hall.context.set_offline(True)
    page.get_by_test_id("return").click()
    page.get_by_test_id("return-comment").fill("One is missing.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("saved")).to_have_text("Offline: 1 waiting")
    assert task_name(page) != first
    accept(page)
    expect(page.get_by_test_id("saved")).to_have_text("Offline: 2 waiting")
    expect(page.get_by_role("alert")).to_be_visible()
    assert hall.states() == ["in_review"] * 3

    hall.context.set_offline(False)
    saved(page)
    expect(objects(page)).to_have_count(1)
    assert hall.states() == ["in_review", "open", "settled"]
    assert page.evaluate("Object.keys(localStorage).filter(key => key.includes('notes'))") == []
    accept(page)
    expect(page.get_by_test_id("empty")).to_be_visible()
    assert hall.states() == ["open", "settled", "settled"] and hall.ear.surprises() == []


def test_a_decision_that_waited_while_the_tab_was_closed_is_sent_by_the_next_visit(chrome: Any, house: Server) -> None:
    hall = Hall(chrome, house, "Runa", 1)
    page = hall.open()
    page.wait_for_load_state("networkidle")
    hall.context.set_offline(True)
    accept(page)
    expect(page.get_by_test_id("saved")).to_have_text("Offline: 1 waiting")
    page.close()
    hall.context.set_offline(False)

    page = hall.context.new_page()
    page.goto(f"/projects/{hall.project}/review")

    expect(page.get_by_test_id("empty")).to_be_visible()
    assert hall.states() == ["settled"] and hall.ear.surprises() == []


def test_two_tabs_of_a_reviewer_show_two_reviews(chrome: Any, house: Server) -> None:
    hall = Hall(chrome, house, "Teo", 3)
    first = hall.open()
    first.wait_for_load_state("networkidle")
    second = hall.open()
    second.wait_for_load_state("networkidle")
    assert task_name(first) != task_name(second)

    third = hall.context.new_page()
    third.goto(f"/projects/{hall.project}/review")
    expect(third.get_by_test_id("empty")).to_contain_text("Your other tabs hold the tasks")
    done = task_name(first)
    accept(first)  # it has fetched the third ahead
    expect(first.locator("header .where .faint")).not_to_have_attribute("title", done)
    accept(first)
    accept(second)
    expect(first.get_by_test_id("empty")).to_be_visible()
    expect(second.get_by_test_id("empty")).to_be_visible()
    assert hall.states() == ["settled"] * 3 and hall.ear.surprises() == []


def test_who_works_on_an_item_that_is_taken_out_is_told_so(chrome: Any, house: Server) -> None:
    hall = Hall(chrome, house, "Nils", 2)
    page = hall.open()
    name = task_name(page)
    hall.take_out(name)
    hall.ear.expect("409: POST .*/decide")
    accept(page)
    taken_out = "The item was taken out of the project while you worked; your work is kept."
    expect(page.get_by_role("alert")).to_contain_text(f"{name}: {taken_out}")
    assert task_name(page) != name

    hall.owner.api.post(f"{hall.at}/items", files=pictures(4)[2:]).raise_for_status()
    hall.ear.expect("409: POST .*/(operations|submit)")
    bench = hall.context.new_page()
    open_bench(bench, hall.project)
    name = work(bench, 30)
    saved(bench)
    hall.take_out(name)
    submit(bench)
    expect(bench.get_by_role("alert")).to_contain_text(re.compile(re.escape(f"{name}: {taken_out}")))
    assert hall.ear.surprises() == []
