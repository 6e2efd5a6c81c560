"""What a lost connection, an ended session or a killed server cost a person at work: nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from goldsmith.db.connection import open_database
from tests.browser.conftest import PASSWORD, Ear, Member, add_member, open_context
from tests.browser.steps import draw_box, objects, open_bench, saved, submit, task_name, wait_bench
from tests.conftest import Server

BOXES = {"fields": [{"name": "things", "kind": "box", "asset": "image", "labels": [{"name": "nut"}, {"name": "bolt"}]}]}
CUT_OFF = (r"failed: ", r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION", r"401: ")


class Desk:
    """One annotator's page in a project of pictures."""

    def __init__(self, chrome: Any, house: Server, name: str, count: int) -> None:
        self.house = house
        self.owner, self.ana = add_member(house, f"{name}Owner", "owner"), add_member(house, name, "annotator")
        made = self.owner.api.post("/api/projects", json={"name": name, "schema": BOXES, "review": False})
        self.project = str(made.json()["project_id"])
        self.owner.api.post(f"/api/projects/{self.project}/items", files=pictures(count)).raise_for_status()
        self.context, self.ear = open_context(chrome, house, self.ana, width=1000, height=700)
        self.ear.expect(*CUT_OFF)
        self.page = self.context.new_page()
        open_bench(self.page, self.project)

    def answers(self) -> dict[str, list[tuple[str, float, float]]]:
        """What is on the server: by item, each box's label and corner."""
        found = self.owner.api.get(f"/api/projects/{self.project}/items").json()["items"]
        return {one["name"]: [(box["label"], round(box["x_px"]), round(box["y_px"])) for box in one["value"]["things"]]
                for one in found if one["value"]}


def pictures(count: int) -> list[tuple[str, tuple[str, bytes]]]:
    import io

    from PIL import Image

    def encode(number: int) -> bytes:
        out = io.BytesIO()
        Image.new("RGB", (400, 300), (40 * number % 255, 90, 120)).save(out, "PNG")
        return out.getvalue()

    return [("files", (f"{number}.png", encode(number))) for number in range(count)]


def work(page: Any, x_px: float) -> str:
    """One box at this place; gives the item's name."""
    wait_bench(page)
    draw_box(page, (x_px, 40), (x_px + 60, 120))
    expect(objects(page)).to_have_count(1)
    return task_name(page)


def test_work_goes_on_without_a_connection_and_all_of_it_arrives(chrome: Any, house: Server) -> None:
    desk = Desk(chrome, house, "Anouk", 4)
    page = desk.page
    expect(page.get_by_text("Next 3 ready offline")).to_be_visible()
    first = work(page, 10)
    saved(page)

    desk.context.set_offline(True)
    draw_box(page, (200, 40), (260, 120))
    expect(page.get_by_test_id("saved")).to_have_text(re.compile(r"Offline: \d+ waiting"))
    submit(page)
    second = work(page, 20)
    submit(page)
    third = work(page, 30)
    expect(page.get_by_test_id("saved")).to_have_text(re.compile(r"Offline: \d+ waiting"))
    assert desk.answers() == {}

    desk.context.set_offline(False)
    saved(page)

    assert desk.answers() == {first: [("nut", 10, 40), ("nut", 200, 40)], second: [("nut", 20, 40)]}
    page.reload()
    wait_bench(page)
    assert task_name(page) == third
    expect(objects(page)).to_have_count(1)
    assert desk.ear.surprises() == []


def test_a_tab_closed_without_a_connection_sends_its_work_when_it_is_opened_again(chrome: Any, house: Server) -> None:
    desk = Desk(chrome, house, "Bruno", 3)
    desk.context.set_offline(True)
    name = work(desk.page, 50)
    submit(desk.page)
    desk.page.close()

    desk.context.set_offline(False)
    page = desk.context.new_page()
    open_bench(page, desk.project)
    saved(page)

    assert desk.answers() == {name: [("nut", 50, 40)]}


def test_an_ended_session_asks_for_the_password_and_loses_nothing(chrome: Any, house: Server) -> None:
    desk = Desk(chrome, house, "Clara", 2)
    page = desk.page
    end_session(house, desk.ana)

    name = work(page, 70)

    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    dialog.get_by_test_id("password").fill(PASSWORD)
    dialog.get_by_test_id("sign-in-again").click()
    expect(dialog).to_be_hidden()
    saved(page)
    expect(objects(page)).to_have_count(1)
    submit(page)
    saved(page)
    assert desk.answers() == {name: [("nut", 70, 40)]}
    assert desk.ear.surprises() == []


def end_session(house: Server, member: Member) -> None:
    """As when fourteen days have passed."""
    database = open_database(house.database_place)
    try:
        database.write(lambda db: db.execute(
            "UPDATE credential SET expires_us = 1 WHERE sort = 'session' AND person_id = :person",
            {"person": member.person_id}))
    finally:
        database.close()


def test_a_killed_server_that_comes_back_has_all_that_was_done_meanwhile(chrome: Any, house: Server) -> None:
    desk = Desk(chrome, house, "Dario", 3)
    page = desk.page
    first = work(page, 90)
    house.kill()

    draw_box(page, (200, 40), (260, 120))
    expect(page.get_by_test_id("saved")).to_have_text(re.compile(r"Offline: \d+ waiting"))
    submit(page)
    second = work(page, 110)
    house.start()
    saved_after_restart(desk.ear, page)
    submit(page)
    saved(page)

    assert desk.answers() == {first: [("nut", 90, 40), ("nut", 200, 40)], second: [("nut", 110, 40)]}
    assert desk.ear.surprises() == []


def saved_after_restart(ear: Ear, page: Any) -> None:
    expect(page.get_by_test_id("saved"), "\n".join(ear.heard)).to_have_text("Saved", timeout=30_000)


@pytest.fixture(autouse=True)
def close_what_was_opened(chrome: Any) -> Any:
    """Each test begins with no other page at work."""
    yield
    for context in chrome.contexts:
        context.close()


def test_two_tabs_of_one_person_hold_other_tasks_and_nothing_is_lost(chrome: Any, house: Server) -> None:
    desk = Desk(chrome, house, "Tia", 6)
    other = desk.context.new_page()
    open_bench(other, desk.project)

    named = {work(desk.page, 20): 20, work(other, 120): 120}
    for page in (other, desk.page):
        submit(page)
        saved(page)

    assert len({*named, task_name(other), task_name(desk.page)}) == 4
    assert {name: [round(x) for _, x, _ in boxes] for name, boxes in desk.answers().items()} == {
        name: [x] for name, x in named.items()}
    desk.context.close()
