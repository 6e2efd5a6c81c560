"""Points, lines, turned shapes, skeletons and cuboids: drawn, mended and submitted by mouse, and by keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.steps import draw_box, objects, place, saved, submit
from tests.browser.test_shapes import Room
from tests.conftest import Server

KINDS = ("point", "rotated_box", "polyline", "ellipse", "skeleton", "cuboid2d")
TEMPLATE = {"points": [{"name": "head", "x_share": 0.5, "y_share": 0}, {"name": "left", "x_share": 1, "y_share": 1},
                       {"name": "right", "x_share": 0, "y_share": 1}],
            "edges": [["head", "left"], ["head", "right"]], "swaps": [["left", "right"]]}
SCHEMA = {"fields": [{"name": kind, "kind": kind, "asset": "image", "labels": [{"name": f"a {kind}"}],
                      **({"settings": TEMPLATE} if kind == "skeleton" else {})} for kind in KINDS]}
NUMBERS = count(1)


@pytest.fixture
def room(chrome: Any, house: Server) -> Iterator[Room]:
    one = Room(chrome, house, f"Drawn{next(NUMBERS)}", schema=SCHEMA)
    yield one
    one.context.close()
    assert one.ear.surprises() == []


def answered(room: Room) -> dict[str, dict[str, Any]]:
    """The one object of each field, as the server has it."""
    submit(room.page)
    value = room.answers()[0]
    assert {name: len(found) for name, found in value.items()} == dict.fromkeys(KINDS, 1)
    return {name: found[0] for name, found in value.items()}


def test_each_kind_is_drawn_mended_and_taken_back_by_mouse(room: Room) -> None:
    page = room.page
    room.keys("1")
    room.click((40, 40))
    room.keys("2")
    room.click((60, 80), (160, 80), (120, 120))
    room.keys("3")
    room.click((20, 200), (80, 160), (140, 220), (140, 260))
    room.keys("Control+z", "Enter")  # the last point was wrong
    room.keys("4")
    draw_box(page, (200, 30), (280, 70))
    room.keys("5")
    room.click((240, 120), (270, 180))
    expect(page.get_by_test_id("asked")).to_contain_text("3 of 3: right")
    page.keyboard.down("Shift")
    room.click((210, 180))
    page.keyboard.up("Shift")
    room.keys("6")
    draw_box(page, (180, 220), (260, 280))
    room.click((200, 205))
    expect(objects(page)).to_have_count(6)

    room.keys("v")
    room.click((240, 50))
    draw_box(page, (280, 50), (300, 50))  # an end of an axis
    room.keys("Control+z", "Control+Shift+z")
    room.keys("Delete")
    expect(objects(page)).to_have_count(5)
    room.keys("Control+z")
    expect(objects(page)).to_have_count(6)
    saved(page)

    found = answered(room)
    assert (found["point"]["x_px"], found["point"]["y_px"]) == pytest.approx((40, 40), abs=1)
    box = found["rotated_box"]
    assert [box[key] for key in ("centre_x_px", "centre_y_px", "width_px", "height_px")] == pytest.approx(
        [110, 100, 100, 40], abs=1)
    assert [n for point in found["polyline"]["points"] for n in point] == pytest.approx(
        [20, 200, 80, 160, 140, 220], abs=1)
    assert (found["ellipse"]["width_px"], found["ellipse"]["height_px"]) == pytest.approx((100, 40), abs=1.5)
    assert [seen for _, _, seen in found["skeleton"]["points"]] == [2, 2, 1]
    assert found["cuboid2d"]["back"][0] == pytest.approx([200, 205], abs=1)


def test_each_kind_is_placed_changed_and_submitted_by_keys_alone(room: Room) -> None:
    page = room.page
    room.keys("o", "Enter", "ArrowLeft", "Shift+R", "Enter", "<", "<", "Alt+>")
    room.keys("n", "Enter", ".", ".", "Shift+ArrowDown")
    room.keys("i", "Enter", ">", "Alt+ArrowRight")
    room.keys("s", "Enter", ".", "x", ".", "x", "x", "Escape", "Alt+x")
    room.keys("c", "Enter", ".", "ArrowUp")
    expect(objects(page)).to_have_count(6)
    room.keys("Control+z", "Control+z")
    expect(objects(page)).to_have_count(5)
    room.keys("Control+Shift+z", "Control+Shift+z")
    expect(objects(page)).to_have_count(6)
    saved(page)

    found = answered(room)
    assert found["rotated_box"]["angle_deg"] == 351
    assert found["ellipse"]["angle_deg"] == 5
    assert found["ellipse"]["width_px"] == pytest.approx(found["ellipse"]["height_px"] + 1)
    (_, y), (_, lower), _ = found["polyline"]["points"]
    assert lower - y == pytest.approx(10, abs=0.2)
    assert [seen for _, _, seen in found["skeleton"]["points"]] == [1, 2, 0]
    assert found["cuboid2d"]["front"][0][1] == pytest.approx(found["cuboid2d"]["front"][1][1] - 1, abs=0.2)


def test_an_unfinished_skeleton_is_found_again_where_it_stopped(room: Room) -> None:
    room.keys("5")
    room.click((240, 120))
    saved(room.page)
    room.page.reload()
    room.page.locator("[data-testid=canvas][data-ready=true]").wait_for()

    room.page.mouse.move(*place(room.page, 250, 160))
    expect(room.page.get_by_test_id("asked")).to_contain_text("2 of 3: left")
    room.keys("x")
    room.click((210, 180))

    expect(objects(room.page)).to_have_count(1)
