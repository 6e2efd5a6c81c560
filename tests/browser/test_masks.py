"""Masks: painted, erased, filled, undone and handed in with the mouse; placed, moved and handed in by keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import msgspec
import numpy as np
import pytest
from playwright.sync_api import expect

from goldsmith.kinds.mask.kind import Mask, bitmap_of
from tests.browser.steps import Corner, objects, place, saved, submit
from tests.browser.test_shapes import Room
from tests.conftest import Server

SCHEMA = {"fields": [
    {"name": "masks", "kind": "mask", "asset": "image", "labels": [{"name": "cat"}, {"name": "dog"}]}]}
NUMBERS = count(1)


@pytest.fixture
def room(chrome: Any, house: Server) -> Iterator[Room]:
    one = Room(chrome, house, f"Masks{next(NUMBERS)}", schema=SCHEMA)
    yield one
    one.context.close()
    assert one.ear.surprises() == []


def stroke(page: Any, *points: Corner) -> None:
    first, *rest = (place(page, *point) for point in points)
    page.mouse.move(*first)
    page.mouse.down()
    for point in rest:
        page.mouse.move(*point, steps=4)
    page.mouse.up()


def whole(answer: dict[str, Any]) -> Any:
    """(300, 400) of one mask of the answer."""
    one = msgspec.convert(answer, Mask)
    ground = np.zeros((300, 400), bool)
    ground[one.y_px:one.y_px + one.height_px, one.x_px:one.x_px + one.width_px] = bitmap_of(one)
    return ground


def test_a_mask_is_painted_erased_filled_and_undone(room: Room) -> None:
    page = room.page
    page.keyboard.press("b")
    stroke(page, (100, 150), (200, 150))
    expect(objects(page)).to_have_count(1)
    stroke(page, (200, 150), (200, 220))  # goes on with the same mask
    expect(objects(page)).to_have_count(1)
    page.keyboard.press("e")
    for _ in range(5):
        page.keyboard.press("[")
    stroke(page, (150, 150), (150, 151))  # a hole
    stroke(page, (120, 150), (120, 151))  # another one
    page.keyboard.press("Shift+F")
    page.mouse.click(*place(page, 150, 150))
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("2")  # another label: another mask
    page.keyboard.press("Shift+B")
    stroke(page, (300, 50), (360, 50), (360, 110), (300, 110))
    expect(objects(page)).to_have_count(2)
    saved(page)
    submit(page)

    (answer,) = room.answers()
    cat, dog = answer["masks"]
    assert (cat["label"], dog["label"]) == ("cat", "dog")
    painted, lasso = whole(cat), whole(dog)
    assert painted[150, 200] and painted[215, 200] and painted[150, 150]
    assert not painted[150, 120] and not painted[250, 200]
    assert lasso[80, 330] and not lasso[80, 290]
    assert 55 * 55 < np.count_nonzero(lasso) < 65 * 65


def test_a_mask_that_is_erased_to_nothing_is_gone_and_undo_brings_it_back(room: Room) -> None:
    page = room.page
    page.keyboard.press("b")
    stroke(page, (200, 150), (210, 150))
    page.keyboard.press("e")
    page.keyboard.press("]")
    page.keyboard.press("]")
    stroke(page, (190, 150), (220, 150))
    expect(objects(page)).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(objects(page)).to_have_count(1)


def test_a_mask_is_placed_moved_relabelled_and_handed_in_by_keys_alone(room: Room) -> None:
    page = room.page
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    expect(objects(page)).to_have_count(1)
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Control+2")
    saved(page)
    submit(page)

    (answer,) = room.answers()
    (one,) = answer["masks"]
    assert one["label"] == "dog"
    assert one["x_px"] + one["width_px"] / 2 == pytest.approx(230, abs=2)
