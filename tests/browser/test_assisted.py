"""Drawing with help: wand, scissors and a model, by mouse and by keys alone; an object made of another kind."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import count
from typing import Any

import msgspec
import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from goldsmith.kinds.mask.kind import Mask, bitmap_of
from goldsmith.kinds.polygon.kind import Polygon
from goldsmith.kinds.polygon.region import region_of
from tests.browser.conftest import add_member, open_context
from tests.browser.steps import objects, open_bench, place, saved, submit
from tests.browser.test_shapes import Room
from tests.conftest import Server
from tests.onnx_segmenter import files, send_segmenter

SCHEMA = {"fields": [
    {"name": "masks", "kind": "mask", "asset": "image", "labels": [{"name": "cat"}, {"name": "dog"}]},
    {"name": "areas", "kind": "polygon", "asset": "image", "labels": [{"name": "cat"}, {"name": "roof"}]},
    {"name": "lines", "kind": "polyline", "asset": "image", "labels": [{"name": "lane"}]}]}
NUMBERS = count(1)
MIDDLE, RADIUS = (200, 150), 60  # of a ball on a picture of 400 x 300


def ball() -> bytes:
    image = Image.new("RGB", (400, 300), (52, 66, 80))
    x, y = MIDDLE
    ImageDraw.Draw(image).ellipse((x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS), fill=(208, 120, 60))
    noise = np.random.default_rng(2).integers(-4, 5, (300, 400, 3))
    out = io.BytesIO()
    Image.fromarray((np.asarray(image).astype(int) + noise).clip(0, 255).astype(np.uint8)).save(out, "PNG")
    return out.getvalue()


TRUE = np.hypot(*(np.mgrid[0:300, 0:400] + 0.5 - np.array(MIDDLE[::-1])[:, None, None])) <= RADIUS


class Ball(Room):
    """An annotator's page with a picture of one ball."""

    def __init__(self, chrome: Any, house: Server, name: str, **more: Any) -> None:
        owner, ana = add_member(house, f"{name}Owner", "owner"), add_member(house, name, "annotator")
        made = owner.api.post("/api/projects", json={"name": name, "schema": SCHEMA, "review": False})
        self.owner, self.project = owner, str(made.json()["project_id"])
        files = [("files", ("ball.png", ball()))]
        owner.api.post(f"/api/projects/{self.project}/items", files=files).raise_for_status()
        self.context, self.ear = open_context(chrome, house, ana, width=1100, height=760, **more)
        self.ear.expect(r"failed: POST .*/lease net::ERR_ABORTED")
        self.page = self.context.new_page()
        open_bench(self.page, self.project)

    def answer(self) -> dict[str, list[dict[str, Any]]]:
        saved(self.page)
        submit(self.page)
        (found,) = self.answers()
        return found


@pytest.fixture(scope="module", autouse=True)
def model(house: Server) -> None:
    assert send_segmenter(add_member(house, "Sam", "manager").api).is_success


@pytest.fixture
def room(chrome: Any, house: Server) -> Iterator[Ball]:
    one = Ball(chrome, house, f"Ball{next(NUMBERS)}")
    yield one
    one.context.close()
    assert one.ear.surprises() == []


def overlap(mask: dict[str, Any]) -> float:
    """With the ball, as intersection over union."""
    one = msgspec.convert(mask, Mask)
    ground = np.zeros((300, 400), bool)
    ground[one.y_px:one.y_px + one.height_px, one.x_px:one.x_px + one.width_px] = bitmap_of(one)
    return float((ground & TRUE).sum() / (ground | TRUE).sum())


def outline_overlap(polygon: dict[str, Any]) -> float:
    one = msgspec.convert(polygon, Polygon)
    ring = tuple((MIDDLE[0] + RADIUS * np.cos(a), MIDDLE[1] + RADIUS * np.sin(a)) for a in np.arange(0, 6.28, 0.05))
    return region_of(one.points, one.holes).overlap(region_of(ring, ()))


def test_the_wand_takes_a_thing_and_another_press_takes_some_away(room: Ball) -> None:
    page = room.page
    room.keys("b", "w")
    expect(page.get_by_test_id("assist-wand")).to_have_attribute("aria-pressed", "true")
    room.click(MIDDLE)
    expect(objects(page)).to_have_count(1)
    room.keys("Control+z")
    expect(objects(page)).to_have_count(0)
    room.keys("Control+Shift+z")
    page.keyboard.down("Alt")
    room.click((20, 20))  # the ground: nothing of the ball goes
    page.keyboard.up("Alt")

    assert overlap(room.answer()["masks"][0]) > 0.97


def test_the_wand_is_pulled_to_another_tolerance_and_keys_change_it_while_it_is_held(room: Ball) -> None:
    page = room.page
    room.keys("p", "w")
    tolerance = page.get_by_test_id("tolerance")
    expect(tolerance).to_have_value("24")
    page.mouse.move(*place(page, *MIDDLE))
    page.mouse.down()
    x, y = place(page, *MIDDLE)
    page.mouse.move(x + 60, y, steps=4)
    expect(tolerance).to_have_value("44")
    room.keys("[")
    expect(tolerance).to_have_value("40")
    page.mouse.up()
    expect(objects(page)).to_have_count(1)

    assert outline_overlap(room.answer()["areas"][0]) > 0.96


def test_scissors_follow_the_edge_of_a_thing_and_close_where_they_began(room: Ball) -> None:
    page = room.page
    room.keys("p", "d")
    x, y = MIDDLE
    for point in ((x, y - RADIUS + 3), (x + RADIUS - 2, y), (x, y + RADIUS + 2), (x - RADIUS, y)):
        room.click(point)
    expect(page.get_by_test_id("asked")).to_contain_text("Click further")
    room.keys("Backspace")
    room.click((x - RADIUS, y + 2))
    room.keys("Enter")
    expect(objects(page)).to_have_count(1)

    (area,) = room.answer()["areas"]
    assert outline_overlap(area) > 0.96
    assert 8 < len(area["points"]) < 200


def test_a_model_is_shown_the_thing_by_a_box_and_by_places(room: Ball) -> None:
    page = room.page
    room.keys("b", "Shift+W")
    room.click((198, 150))
    asked = page.get_by_test_id("asked")
    expect(asked).to_contain_text("Is this it?")
    page.keyboard.down("Alt")
    room.click((30, 30))
    page.keyboard.up("Alt")
    expect(asked).to_contain_text("Is this it?")
    room.keys("Backspace", "Enter")
    expect(objects(page)).to_have_count(1)
    expect(asked).to_be_empty()

    assert overlap(room.answer()["masks"][0]) > 0.9


def test_all_of_it_by_keys_alone(room: Ball) -> None:
    page = room.page
    room.keys("b", "w", "Enter")  # what lies in the middle of the view
    expect(objects(page)).to_have_count(1)
    room.keys("Shift+M")  # the mask becomes a polygon of the same label
    expect(page.get_by_test_id("tool-polygon")).to_have_attribute("aria-pressed", "true")
    room.keys("Shift+W", "x", "Enter")
    expect(objects(page)).to_have_count(2)
    room.keys("Shift+M")
    expect(objects(page)).to_have_count(2)

    answer = room.answer()
    (mask,), (area,) = answer["masks"], answer["areas"]
    assert (mask["label"], area["label"]) == ("cat", "cat")
    assert overlap(mask) > 0.9 and outline_overlap(area) > 0.96


def test_a_segmenter_is_brought_in_the_settings_and_a_second_click_adds_to_the_first(
    chrome: Any, house: Server, tmp_path: Any
) -> None:
    rita = add_member(house, "Rita", "owner")
    context, ear = open_context(chrome, house, rita, width=1100, height=760)
    ear.expect("400")
    page = context.new_page()
    paths = {}
    for what, raw in zip(("encoder", "decoder"), files(), strict=True):
        paths[what] = tmp_path / f"{what}.onnx"
        paths[what].write_bytes(raw)
    page.goto("/settings/models")
    page.get_by_test_id("add-predictor").click()
    page.get_by_test_id("sort").select_option("segmenter")
    page.get_by_test_id("predictor-name").fill("Colours")
    for slot, what in (("encoder", "decoder"), ("decoder", "encoder")):  # mixed up
        page.get_by_test_id(f"file-{slot}_sha256").set_input_files(paths[what])
        expect(page.get_by_test_id(f"file-{slot}_sha256")).to_be_enabled()
    page.get_by_test_id("save-predictor").click()
    expect(page.get_by_text("mixed up")).to_be_visible(timeout=60_000)
    for what in ("encoder", "decoder"):
        page.get_by_test_id(f"file-{what}_sha256").set_input_files(paths[what])
        expect(page.get_by_test_id(f"file-{what}_sha256")).to_be_enabled()
    page.get_by_test_id("save-predictor").click()
    row = page.get_by_test_id("predictor").filter(has_text="Colours")
    expect(row).to_contain_text("1024 px → 1×3×64×64", timeout=60_000)
    expect(row.get_by_test_id("try-predictor")).to_have_count(0)
    assert ear.surprises() == []
    context.close()

    room = Ball(chrome, house, f"Ball{next(NUMBERS)}")
    room.keys("b", "Shift+W")
    room.click(MIDDLE)
    asked = room.page.get_by_test_id("asked")
    expect(asked).to_contain_text("Is this it?")
    with room.page.expect_response("**/segment"):
        room.click((20, 20))  # the ground as well: the model is told that it had the ball
    expect(asked).to_contain_text("Is this it?")
    room.keys("Enter")
    expect(objects(room.page)).to_have_count(1)
    (mask,) = room.answer()["masks"]
    assert mask["width_px"] == 400 and mask["height_px"] == 300
    assert room.ear.surprises() == []
    room.context.close()
