"""Extreme points, new borders, cuts and joins, one object an item: by mouse and keys, and then on the server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import add_member, open_context
from tests.browser.steps import Corner, draw_box, objects, open_bench, place, saved, submit, task_name
from tests.browser.test_offline import pictures
from tests.conftest import Server

SCHEMA = {"fields": [
    {"name": "boxes", "kind": "box", "asset": "image", "labels": [{"name": "car"}, {"name": "bus"}]},
    {"name": "areas", "kind": "polygon", "asset": "image", "labels": [{"name": "road"}, {"name": "roof"}]},
]}
NUMBERS = count(1)
SQUARE = ((40, 40), (200, 40), (200, 200), (40, 200))


class Room:
    """An annotator's page in a project of blank pictures, 400 x 300."""

    def __init__(self, chrome: Any, house: Server, name: str, items: int = 1,
                 schema: dict[str, Any] = SCHEMA) -> None:
        self.owner, ana = add_member(house, f"{name}Owner", "owner"), add_member(house, name, "annotator")
        made = self.owner.api.post("/api/projects", json={"name": name, "schema": schema, "review": False})
        self.project = str(made.json()["project_id"])
        self.owner.api.post(f"/api/projects/{self.project}/items", files=pictures(items)).raise_for_status()
        self.context, self.ear = open_context(chrome, house, ana, width=1000, height=700)
        self.ear.expect(r"failed: POST .*/lease net::ERR_ABORTED")  # a page that is left asks for no more tasks
        self.page = self.context.new_page()
        open_bench(self.page, self.project)

    def click(self, *points: Corner) -> None:
        for point in points:
            self.page.mouse.click(*place(self.page, *point))

    def polygon(self, *points: Corner) -> None:
        self.click(*points)
        self.page.keyboard.press("Enter")

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def answers(self, items: int = 1) -> list[dict[str, list[dict[str, Any]]]]:
        """What the server settled, once it has that many items, in their order."""
        until = time.monotonic() + 10
        while True:
            found = self.owner.api.get(f"/api/projects/{self.project}/items").json()["items"]
            values = [one["value"] for one in sorted(found, key=lambda item: item["name"]) if one["value"]]
            if len(values) >= items or time.monotonic() > until:
                return values
            time.sleep(0.05)


@pytest.fixture
def room(chrome: Any, house: Server, request: pytest.FixtureRequest) -> Iterator[Room]:
    one = Room(chrome, house, f"Shapes{next(NUMBERS)}", items=getattr(request, "param", 1))
    yield one
    one.context.close()
    assert one.ear.surprises() == []


def rounded(ring: list[list[float]]) -> list[tuple[int, int]]:
    return sorted((round(x), round(y)) for x, y in ring)


def test_a_box_is_its_extreme_points_and_an_unfinished_one_is_found_again(room: Room) -> None:
    room.keys("1", "Shift+X")
    room.click((120, 60), (90, 90))
    room.click((300, 200))
    room.keys("Escape")  # the last point was wrong
    saved(room.page)
    room.page.reload()
    open_bench(room.page, room.project)
    expect(room.page.get_by_test_id("option-box")).to_have_attribute("aria-pressed", "true")

    room.click((130, 180), (220, 100))

    expect(objects(room.page)).to_have_count(1)
    submit(room.page)
    [box] = room.answers()[0]["boxes"]
    edges = [box["x_px"], box["y_px"], box["width_px"], box["height_px"]]
    assert edges == pytest.approx([90, 60, 130, 120], abs=1)


def test_a_digit_takes_the_tool_and_a_polygon_is_cut_joined_and_given_a_new_border(room: Room) -> None:
    room.keys("r", "4")  # the second label of the second field
    room.polygon(*SQUARE)
    expect(room.page.get_by_test_id("tool-polygon")).to_have_attribute("aria-pressed", "true")
    asked = room.page.get_by_test_id("asked")

    room.keys("k")
    room.click((100, 100), (120, 120))
    room.keys("Enter")
    expect(asked).to_contain_text("does not divide")
    room.keys("Escape", "k")
    room.click((100, 20), (100, 220))
    room.keys("Enter")
    expect(objects(room.page)).to_have_count(2)
    expect(asked).to_be_empty()

    room.keys("m")
    room.click((60, 100))
    expect(objects(room.page)).to_have_count(1)

    room.page.keyboard.down("Shift")
    room.click((200, 40))
    room.page.keyboard.up("Shift")
    room.click((260, 120), (200, 200))

    room.keys("k")
    room.click((30, 30), (80, 30), (80, 80), (30, 80), (30, 30))
    expect(asked).to_be_empty()
    saved(room.page)
    submit(room.page)
    [area] = room.answers()[0]["areas"]
    assert area["label"] == "roof"
    assert rounded(area["points"]) == sorted(
        [(40, 80), (80, 80), (80, 40), (200, 40), (260, 120), (200, 200), (40, 200)])


def test_each_of_these_is_one_step_back(room: Room) -> None:
    room.keys("3")
    room.polygon(*SQUARE)
    room.keys("k")
    room.click((120, 20), (120, 220))
    room.keys("Enter")
    expect(objects(room.page)).to_have_count(2)

    room.keys("m", "Tab", "Tab", "Control+z")  # Ctrl+Z leaves the join, which took nothing yet
    expect(objects(room.page)).to_have_count(2)
    room.keys("Control+z")

    expect(objects(room.page)).to_have_count(1)
    room.keys("Control+z")
    expect(objects(room.page)).to_have_count(0)


@pytest.mark.parametrize("room", [2], indirect=True)
def test_one_object_an_item_brings_the_next_task_and_undo_the_last_one(room: Room) -> None:
    page = room.page
    first = task_name(page)
    room.keys("1", "Shift+S")

    draw_box(page, (40, 40), (100, 100))
    page.wait_for_function("name => document.querySelector('header .where .faint')?.title !== name", arg=first)
    expect(objects(page)).to_have_count(0)
    room.keys("Control+z")
    expect(page.locator("header .where .faint")).to_have_attribute("title", first)
    expect(objects(page)).to_have_count(1)
    submit(page)
    page.locator("[data-testid=canvas][data-settled=true]").wait_for()
    draw_box(page, (60, 60), (160, 100))

    expect(page.get_by_test_id("canvas")).to_have_count(0)
    assert [len(value["boxes"]) for value in room.answers(2)] == [1, 1]


def test_one_label_alone_is_left_in_sight(room: Room) -> None:
    room.keys("1")
    draw_box(room.page, (40, 40), (100, 100))
    room.keys("2")
    draw_box(room.page, (140, 40), (200, 100))

    room.keys("Shift+H")
    expect(room.page.get_by_role("button", name="Show car")).to_have_count(1)
    room.page.get_by_test_id("show-all").click()

    expect(room.page.get_by_role("button", name="Show car")).to_have_count(0)


@pytest.mark.parametrize("room", [2], indirect=True)
def test_the_last_answer_is_copied_onto_the_next_picture_by_one_key(room: Room) -> None:
    room.keys("Shift+V")  # there is none yet
    room.keys("2")
    draw_box(room.page, (40, 40), (120, 100))
    draw_box(room.page, (200, 40), (280, 100))
    expect(objects(room.page)).to_have_count(2)
    first = task_name(room.page)
    submit(room.page)
    expect(room.page.locator("header .where")).not_to_contain_text(first)
    room.page.locator("[data-testid=canvas][data-ready=true]").wait_for()

    room.keys("Shift+V")
    expect(objects(room.page)).to_have_count(2)
    room.keys("Control+z")
    expect(objects(room.page)).to_have_count(0)
    room.keys("Control+Shift+z")
    submit(room.page)

    one, other = room.answers(2)
    assert [{**box, "id": ""} for box in one["boxes"]] == [{**box, "id": ""} for box in other["boxes"]]
    assert {box["id"] for box in one["boxes"]}.isdisjoint(box["id"] for box in other["boxes"])
