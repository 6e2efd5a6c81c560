"""A folder that holds pictures and their labels, given to the import page as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import add_member, open_context
from tests.browser.steps import state_origin
from tests.conftest import Server

NUTS = {"fields": [{"name": "things", "kind": "box", "asset": "image", "labels": [{"name": "nut"}]}]}


def test_a_folder_of_pictures_and_labels_comes_in_labelled(chrome: Any, house: Server, tmp_path: Path) -> None:
    owner = add_member(house, "Folke", "owner")
    project = owner.api.post("/api/projects", json={"name": "Nuts", "schema": NUTS}).json()["project_id"]
    folder = tmp_path / f"{'a long name ' * 9}ü"
    for name in ("images", "labels"):
        (folder / name).mkdir(parents=True)
    Image.new("RGB", (60, 40), "red").save(folder / "images/a.png")
    (folder / "labels/a.txt").write_text("0 0.5 0.5 0.2 0.2\n0 nonsense\n")
    (folder / "data.yaml").write_text("train: images\nnames: [nut]\n")

    context, ear = open_context(chrome, house, owner)
    page = context.new_page()
    page.goto(f"/projects/{project}/import")
    state_origin(page)
    page.get_by_test_id("folder").set_input_files(folder)

    expect(page.get_by_test_id("progress")).to_contain_text("Import done")
    expect(page.get_by_test_id("sums")).to_contain_text("1 item added · 1 not taken")
    (item,) = owner.api.get(f"/api/projects/{project}/items").json()["items"]
    assert item["state"] == "in_review" and item["value"]["things"][0]["label"] == "nut"
    assert not ear.surprises()
    context.close()
