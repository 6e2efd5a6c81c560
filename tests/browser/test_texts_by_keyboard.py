"""Texts labelled by the keys alone: spans by arrows and digits, questions by J and digits."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from goldsmith.demo import reviews
from tests.browser import steps
from tests.browser.conftest import SHARED, add_member, open_context
from tests.browser.steps import objects, saved, submit
from tests.conftest import Server

PII = SHARED / "pii_synthetic/pii.jsonl"


def write_texts(folder: Path, count: int) -> Path:
    """Real texts where they lie at hand, else reviews that the product writes itself; one JSON object a line."""
    rng = random.Random(3)
    texts = [json.loads(line)["text"] for line in PII.read_text().splitlines()[:count]] if PII.exists() else [
        reviews.make_review(rng)[0] for _ in range(count)]
    path = folder / "texts.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    return path


def test_spans_and_a_question_are_answered_without_a_mouse(chrome: Any, house: Server, tmp_path: Path) -> None:
    owner, dora = add_member(house, "Otto", "owner"), add_member(house, "Dora", "annotator")
    theirs, ear = open_context(chrome, house, owner)
    manager = theirs.new_page()
    project = steps.make_project(manager, "review-aspects", "Aspects")
    steps.state_origin(manager)
    manager.get_by_test_id("files").set_input_files(write_texts(tmp_path, 3))
    expect(manager.get_by_test_id("sums")).to_contain_text("3 items added", timeout=20_000)
    hers, her_ear = open_context(chrome, house, dora)
    page = hers.new_page()
    steps.open_bench(page, project)

    for _ in range(3):
        label_by_keys(page)
    expect(page.get_by_test_id("empty")).to_be_visible()
    saved(page)

    mine = dora.api.get(f"/api/projects/{project}/mine").json()["answers"]
    assert len(mine) == 3
    item = owner.api.get(f"/api/projects/{project}/items/{mine[0]['item_id']}").json()
    value = item["history"][0]["value"]
    spans = [one for field in value.values() for one in field if one["kind"] == "span"]
    words = item["item"]["data"]["text"]
    assert [words[one["start"]:one["end"]] for one in spans] == [" ".join(words.split(" ")[:2])]
    assert [one for field in value.values() for one in field if one["kind"] == "choice"]
    assert (ear.surprises(), her_ear.surprises()) == ([], [])


def label_by_keys(page: Any) -> None:
    """The first two words are a span of label 1; the question gets its first answer."""
    text = page.locator(".work [data-testid=text]")
    text.focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Home")
    page.keyboard.press("Control+Shift+ArrowRight")
    page.keyboard.press("Control+Shift+ArrowRight")
    page.keyboard.press("1")
    expect(objects(page)).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(objects(page)).to_have_count(0)
    page.keyboard.press("Control+Shift+z")
    expect(objects(page)).to_have_count(1)
    objects(page).first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("a")  # its attributes: the first answer to the first
    page.keyboard.press("1")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("1")
    expect(page.locator("[data-form] [aria-pressed=true]").first).to_be_visible()
    submit(page)
