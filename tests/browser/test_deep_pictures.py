"""Deep pictures: greys of 16 bits come in tiles, show their values and take a window; what is drawn stays exact."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import add_member, open_context
from tests.browser.steps import draw_box, objects, open_bench, place, saved, submit
from tests.conftest import Server

SCHEMA = {"fields": [{"name": "boxes", "kind": "box", "asset": "image", "labels": [{"name": "cell"}]}]}
WIDTH, HEIGHT = 1300, 900  # six tiles


def values() -> np.ndarray:
    """Each pixel says where it is: from 1,000 on, one more a column and three more a row."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return (1000 + x + 3 * y).astype(np.uint16)


@pytest.mark.parametrize("format", ["TIFF", "PNG"])
def test_each_pixel_says_its_value_and_a_box_lies_where_it_was_drawn(chrome: Any, house: Server, format: str) -> None:
    owner, ana = add_member(house, f"Deep{format}Owner", "owner"), add_member(house, f"Deep{format}", "annotator")
    made = owner.api.post("/api/projects", json={"name": format, "schema": SCHEMA, "review": False}).json()
    out = io.BytesIO()
    Image.fromarray(values()).save(out, format)
    files = [("files", (f"deep.{format.lower()}", out.getvalue()))]
    owner.api.post(f"/api/projects/{made['project_id']}/items", files=files).raise_for_status()
    context, ear = open_context(chrome, house, ana, width=1100, height=760)
    ear.expect(r"failed: POST .*/lease net::ERR_ABORTED")
    page = context.new_page()
    open_bench(page, made["project_id"])

    page.get_by_test_id("actual-size").click()
    page.get_by_test_id("adjust").click()
    page.get_by_test_id("window").select_option("stored")
    expect(page.get_by_test_id("shown-values")).to_have_text(f"1000 – {1000 + WIDTH - 1 + 3 * (HEIGHT - 1)}")
    for column, row in ((500, 400), (700, 530)):  # in two tiles
        expect(page.get_by_test_id("canvas")).to_have_attribute("data-settled", "true")
        page.mouse.move(*place(page, column + 20.5, row + 0.5))
        page.wait_for_timeout(400)
        page.mouse.move(*place(page, column + 0.5, row + 0.5))
        expect(page.get_by_test_id("value")).to_have_text(str(1000 + column + 3 * row))
    page.keyboard.press("r")
    draw_box(page, (480, 380), (560, 450))
    expect(objects(page)).to_have_count(1)
    saved(page)
    submit(page)

    items = owner.api.get(f"/api/projects/{made['project_id']}/items").json()["items"]
    [box] = items[0]["value"]["boxes"]
    assert [box[name] for name in ("x_px", "y_px", "width_px", "height_px")] == pytest.approx([480, 380, 80, 70], abs=1)
    assert ear.surprises() == []
    context.close()
