"""Boxes and polygons: drawn, mended, taken back and submitted by the mouse, and by the keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.steps import draw_box, objects, saved, submit
from tests.browser.test_shapes import SQUARE, Room
from tests.conftest import Server

NUMBERS = count(1)


@pytest.fixture
def room(chrome: Any, house: Server) -> Iterator[Room]:
    one = Room(chrome, house, f"Plain{next(NUMBERS)}")
    yield one
    one.context.close()
    assert one.ear.surprises() == []


def edges(box: dict[str, Any]) -> list[float]:
    return [box[name] for name in ("x_px", "y_px", "width_px", "height_px")]


def test_both_are_drawn_mended_taken_back_and_submitted_by_mouse(room: Room) -> None:
    page = room.page
    page.get_by_test_id("tool-box").click()
    draw_box(page, (220, 40), (300, 100))
    page.get_by_test_id("tool-polygon").click()
    room.click(*SQUARE, SQUARE[0])
    expect(objects(page)).to_have_count(2)

    page.get_by_test_id("tool-select").click()
    room.click((260, 70))
    draw_box(page, (300, 100), (320, 140))  # its corner
    room.click((120, 120))
    draw_box(page, (200, 200), (180, 220))  # a vertex
    draw_box(page, (120, 120), (120, 150))  # all of it
    page.get_by_test_id("undo").click()
    page.get_by_test_id("undo").click()
    page.get_by_test_id("redo").click()
    saved(page)
    page.get_by_test_id("submit").click()

    [value] = room.answers()
    assert [edges(box) for box in value["boxes"]] == [pytest.approx([220, 40, 100, 100], abs=1)]
    [area] = value["areas"]
    assert sorted(area["points"]) == [
        pytest.approx(point, abs=1) for point in sorted([(40, 40), (200, 40), (180, 220), (40, 200)])]


def test_both_are_placed_changed_taken_back_and_submitted_by_keys(room: Room) -> None:
    page = room.page
    room.keys("r", "Enter", "Delete")
    expect(objects(page)).to_have_count(0)
    room.keys("Control+z")
    expect(objects(page)).to_have_count(1)
    room.keys("Control+z")
    expect(objects(page)).to_have_count(0)

    room.keys("r", "Enter", "ArrowLeft", "Alt+ArrowRight", "Shift+ArrowDown")
    expect(objects(page)).to_have_count(1)
    room.keys("p", "Enter", ".", "Shift+ArrowUp", "Delete", "Control+z")  # the corner goes and comes back
    expect(objects(page)).to_have_count(2)
    saved(page)
    submit(page)

    [value] = room.answers()
    [box], [area] = value["boxes"], value["areas"]
    x, y, width, height = edges(box)
    assert (x + (width - 1) / 2, y + height / 2) == pytest.approx((199, 160), abs=1)  # from the middle of the picture
    assert width == pytest.approx(height + 1, abs=0.2)
    corners = area["points"]
    assert len(corners) == 6 and {round(y, 1) for _, y in corners[1:3]} == {max(round(y, 1) for _, y in corners)}
    assert corners[0][1] == pytest.approx((corners[1][1] + corners[4][1]) / 2 - 10, abs=0.3)
