"""Reviewers and auditors whose tab closes in the middle of their work find it again, and go on."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from goldsmith.db.connection import open_database
from goldsmith.work import flow
from tests.browser.conftest import PASSWORD, add_member, open_context
from tests.browser.steps import draw_box, objects, open_bench, saved
from tests.browser.test_offline import BOXES, CUT_OFF, end_session, pictures
from tests.conftest import Server

DRAWN = {"id": "a1", "kind": "box", "label": "nut", "asset": "image", "x_px": 10, "y_px": 40, "width_px": 60,
         "height_px": 80}


class Room:
    """A project of one picture that Ana answered, and a reviewer's browser."""

    def __init__(self, chrome: Any, house: Server, name: str, *, is_reviewed: bool) -> None:
        self.owner, ana = add_member(house, f"{name}Owner", "owner"), add_member(house, f"{name}Ana", "annotator")
        body = {"name": name, "schema": BOXES, "review": is_reviewed}
        self.project = str(self.owner.api.post("/api/projects", json=body).json()["project_id"])
        self.owner.api.post(f"/api/projects/{self.project}/items", files=pictures(1)).raise_for_status()
        lease = ana.api.post(f"/api/projects/{self.project}/lease").json()
        answer = {"fence": lease["fence"], "value": {"things": [DRAWN]}}
        ana.api.post(f"/api/leases/{lease['lease_id']}/submit", json=answer).raise_for_status()
        self.rae = add_member(house, name, "reviewer")
        self.context, self.ear = open_context(chrome, house, self.rae, width=1000, height=700)
        self.ear.expect(*CUT_OFF)

    def open(self, part: str) -> Any:
        page = self.context.new_page()
        open_bench(page, self.project, part)
        return page

    def other_takes_it(self, house: Server) -> tuple[httpx.Client, Any]:
        """The reviewer's lease runs out, and somebody else is given the task; gives their calls and their lease."""
        database, now_us = open_database(house.database_place), time.time_ns() // 1000
        try:
            database.write(lambda db: db.execute(
                "UPDATE seat SET leased_until_us = 1 WHERE person_id = :person", {"person": self.rae.person_id}))
            database.write(lambda db: flow.sweep(db, now_us=now_us))
        finally:
            database.close()
        sam = add_member(house, f"{self.rae.name}Sam", "reviewer").api
        return sam, sam.post(f"/api/projects/{self.project}/reviews/lease").json()

    def settled(self) -> list[tuple[str, int]]:
        """The item's truth: each box's label and left edge."""
        item = self.owner.api.get(f"/api/projects/{self.project}/items").json()["items"][0]
        assert item["state"] == "settled"
        return [(box["label"], round(box["x_px"])) for box in item["value"]["things"]]


@pytest.fixture(autouse=True)
def close_what_was_opened(chrome: Any) -> Iterator[None]:
    yield
    for context in chrome.contexts:
        context.close()


def test_a_fix_in_the_middle_of_which_the_tab_closes_is_found_again_and_decided(chrome: Any, house: Server) -> None:
    room = Room(chrome, house, "Rosa", is_reviewed=True)
    page = room.open("review")
    expect(objects(page)).to_have_count(1)
    page.keyboard.press("c")
    page.get_by_test_id("comment-text").fill("Its left edge is off.")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Take over the answer of A").click()
    page.keyboard.press("r")
    page.keyboard.press("2")
    draw_box(page, (120, 40), (180, 120))
    saved(page)
    room.context.set_offline(True)
    draw_box(page, (220, 40), (280, 120))
    expect(page.get_by_test_id("saved")).to_have_text(re.compile(r"Offline: \d+ waiting"))
    page.close()
    room.context.set_offline(False)

    page = room.open("review")

    expect(page.get_by_test_id("restored")).to_contain_text("Your work from before is here again.")
    expect(objects(page)).to_have_count(3)
    expect(page.get_by_text("Its left edge is off.")).to_be_visible()
    page.get_by_test_id("start-over").click()
    expect(objects(page)).to_have_count(1)
    expect(page.get_by_test_id("accept")).to_be_enabled()
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+Shift+z")
    expect(objects(page)).to_have_count(3)
    saved(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("empty")).to_contain_text("Nothing to review now")
    assert room.settled() == [("nut", 10), ("bolt", 120), ("bolt", 220)]
    assert page.evaluate("Object.keys(localStorage).filter(key => key.includes('notes'))") == []
    assert room.ear.surprises() == []


def test_an_ended_session_or_a_lost_lease_costs_a_reviewer_nothing(chrome: Any, house: Server) -> None:
    room = Room(chrome, house, "Tove", is_reviewed=True)
    page = room.open("review")
    end_session(house, room.rae)
    page.keyboard.press("r")
    draw_box(page, (120, 40), (180, 120))
    dialog = page.get_by_role("dialog", name="Sign in again")
    dialog.get_by_test_id("password").fill(PASSWORD)
    dialog.get_by_test_id("sign-in-again").click()
    expect(dialog).to_be_hidden()
    saved(page)
    page.get_by_test_id("return").click()
    page.get_by_test_id("return-comment").fill("Two are missing.")
    page.keyboard.press("Escape")

    sam, lease = room.other_takes_it(house)
    room.ear.expect("409: POST .*/operations")
    draw_box(page, (220, 40), (280, 120))
    expect(page.get_by_role("alert")).to_contain_text("your work is kept as a draft.")
    expect(page.get_by_test_id("empty")).to_contain_text("1 is with another reviewer now.")
    sam.post(f"/api/leases/{lease['lease_id']}/release", json={"fence": lease["fence"]}).raise_for_status()
    page.get_by_role("button", name="Look again").click()

    expect(objects(page)).to_have_count(3)
    page.get_by_test_id("return").click()
    expect(page.get_by_test_id("return-comment")).to_have_value("Two are missing.")
    assert room.ear.surprises() == []


def test_an_audit_goes_on_where_the_tab_was_closed_also_between_answer_and_verdict(chrome: Any, house: Server) -> None:
    room = Room(chrome, house, "Sumi", is_reviewed=False)
    made = room.owner.api.post(f"/api/projects/{room.project}/audits", json={"size": 1}).json()
    page = room.open(f"audits/{made['audit_id']}")
    page.keyboard.press("r")
    page.keyboard.press("2")
    draw_box(page, (120, 40), (180, 120))
    saved(page)
    page.close()

    page = room.open(f"audits/{made['audit_id']}")
    expect(objects(page)).to_have_count(1)
    page.keyboard.press("Control+Enter")
    expect(heading_of(page)).to_have_text("2 differences from the dataset")
    page.keyboard.press("y")
    expect(page.get_by_test_id("verdict")).to_contain_text("1 left to judge")
    page.close()

    page = room.context.new_page()
    page.goto(f"/projects/{room.project}/audits/{made['audit_id']}")
    expect(heading_of(page)).to_have_text("2 differences from the dataset")
    expect(page.get_by_test_id("verdict")).to_contain_text("1 left to judge")
    page.get_by_test_id("right").last.click()
    page.get_by_test_id("verdict").click()
    expect(page.get_by_test_id("empty")).to_contain_text("1 item checked, error rate 100.0 %")
    assert room.ear.surprises() == []


def heading_of(page: Any) -> Any:
    """What stands over the differences of an audit."""
    return page.get_by_role("heading", name=re.compile("from the dataset"))
