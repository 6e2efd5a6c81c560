"""Relations, chains and spans of several parts, on texts and pictures: by mouse and by keys alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
from playwright.sync_api import expect

from goldsmith.work.setup.templates import load_templates
from tests.browser.conftest import Member, add_member, open_context, photos
from tests.browser.forms import make_forms
from tests.browser.steps import draw_box, objects, place, saved, submit, wait_bench
from tests.conftest import Server

SAID = "Marie Lindqvist led Nordlicht in Turku. She picked the old radio up."
SHIFT = {"Marie Lindqvist": (0, 15), "Nordlicht": (20, 29), "Turku": (33, 38), "She": (40, 43), "picked": (44, 50),
         "up": (65, 67)}


def schema_of(name: str) -> dict[str, Any]:
    found = next(one for one in load_templates() if one["name"] == name)
    built: dict[str, Any] = msgspec.to_builtins(found["schema"])
    return built


def make_texts(owner: Member, name: str, texts: list[str]) -> str:
    """A project from a template, about these texts."""
    return make_forms(owner, {}, [{"text": text} for text in texts], schema=schema_of(name))


def open_task(chrome: Any, house: Server, member: Member, project: str, **more: Any) -> tuple[Any, Any]:
    context, ear = open_context(chrome, house, member, **more)
    page = context.new_page()
    page.goto(f"/projects/{project}/label")
    wait_bench(page)
    return page, ear


def where(page: Any, words: str, end: bool = False) -> tuple[float, float]:
    """The middle of a word's first or last letter on the screen."""
    box = page.evaluate(
        """([words, end]) => {
          for (const line of document.querySelectorAll('.work [data-at]')) {
            const at = line.textContent.indexOf(words)
            if (at < 0) continue
            const range = document.createRange(), letter = end ? at + words.length - 1 : at
            range.setStart(line.firstChild, letter)
            range.setEnd(line.firstChild, letter + 1)
            const { left, right, top, bottom } = range.getBoundingClientRect()
            return [end ? right - 1 : left + 1, (top + bottom) / 2]
          }
        }""", [words, end])
    return box[0], box[1]


def drag(page: Any, words: str) -> None:
    page.mouse.move(*where(page, words))
    page.mouse.down()
    page.mouse.move(*where(page, words, end=True), steps=4)
    page.mouse.up()


def mark(page: Any, words: str, digit: str) -> None:
    drag(page, words)
    page.keyboard.press(digit)


def given(owner: Member, member: Member, project: str) -> dict[str, list[dict[str, Any]]]:
    """The member's one answer."""
    mine = member.api.get(f"/api/projects/{project}/mine").json()["answers"][0]
    item = owner.api.get(f"/api/projects/{project}/items/{mine['item_id']}").json()
    found: dict[str, list[dict[str, Any]]] = item["history"][0]["value"]
    return found


def test_relations_in_a_text_are_drawn_undone_and_submitted_with_the_mouse(chrome: Any, house: Server) -> None:
    owner, ana = add_member(house, "Olga", "owner"), add_member(house, "Ana", "annotator")
    project = make_texts(owner, "relation-extraction", [SAID])
    page, ear = open_task(chrome, house, ana, project)
    for words, digit in (("Marie Lindqvist", "1"), ("Nordlicht", "2"), ("Turku", "3")):
        mark(page, words, digit)
        page.keyboard.press("Escape")
    expect(objects(page)).to_have_count(3)

    page.get_by_test_id("relate").click()
    page.mouse.click(*where(page, "Marie"))
    expect(page.get_by_test_id("joining")).to_contain_text("Marie Lindqvist")
    page.mouse.click(*where(page, "Turku"))  # nobody works for a place: the label that fits is taken
    expect(page.get_by_test_id("link")).to_have_text("based in")
    page.mouse.click(*where(page, "Marie"))
    expect(page.get_by_test_id("joining")).to_contain_text("Marie Lindqvist")
    page.mouse.click(*where(page, "Nordlicht"))
    page.keyboard.press("5")  # owns
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("link")).to_have_count(2)
    expect(objects(page).last).to_contain_text(re.compile("Marie Lindqvist.* → .*Nordlicht"))

    page.locator(".tags button", has_text="Organisation").click()
    page.keyboard.press("Delete")  # and what refers to it
    expect(page.get_by_test_id("link")).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("link")).to_have_count(2)
    saved(page)
    submit(page)

    value = given(owner, ana, project)
    names = {one["id"]: SAID[one["start"]:one["end"]] for one in value["entities"]}
    assert sorted((one["label"], names[one["source"]], names[one["target"]]) for one in value["relations"]) == [
        ("based in", "Marie Lindqvist", "Turku"), ("owns", "Marie Lindqvist", "Nordlicht")]
    assert ear.surprises() == []


def select_words(page: Any, start: int, end: int) -> None:
    """The caret goes to a place by the arrows, and selects from there."""
    page.locator(".work [data-testid=text]").focus()
    page.keyboard.press("Home")
    for _ in range(start):
        page.keyboard.press("ArrowRight")
    for _ in range(end - start):
        page.keyboard.press("Shift+ArrowRight")


def test_a_chain_and_a_span_of_two_parts_are_made_by_keys_alone(chrome: Any, house: Server) -> None:
    owner, ben = add_member(house, "Omar", "owner"), add_member(house, "Ben", "annotator")
    project = make_texts(owner, "coreference", [SAID])
    page, ear = open_task(chrome, house, ben, project)
    for words, digit in (("Marie Lindqvist", "1"), ("She", "2"), ("picked", "3")):
        select_words(page, *SHIFT[words])
        page.keyboard.press(digit)
        page.keyboard.press("Escape")
    expect(objects(page)).to_have_count(3)

    for _ in range(3):
        page.keyboard.press("Tab")
    expect(objects(page).nth(2)).to_have_attribute("aria-pressed", "true")
    select_words(page, *SHIFT["up"])
    page.keyboard.press("e")
    expect(objects(page).nth(2)).to_contain_text("44–50 + 65–67")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    page.keyboard.press("g")
    for key in ("Tab", "Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_test_id("joining")).to_contain_text("2 members")
    page.keyboard.press("g")
    expect(page.get_by_test_id("badge")).to_have_text(["1", "1"])
    expect(objects(page).nth(3)).to_contain_text(re.compile("Marie Lindqvist.*, .*She"))
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("badge")).to_have_count(0)
    page.keyboard.press("Control+Shift+z")
    expect(page.get_by_test_id("badge")).to_have_count(2)
    saved(page)
    submit(page)

    value = given(owner, ben, project)
    ids = [one["id"] for one in value["mentions"]]
    assert [one["members"] for one in value["chains"]] == [ids[:2]]
    assert (value["mentions"][2]["start"], value["mentions"][2]["more"]) == (44, [[65, 67]])
    assert ear.surprises() == []


def test_things_of_a_picture_are_joined_by_mouse_and_by_keys(chrome: Any, house: Server, tmp_path: Path) -> None:
    owner, cleo = add_member(house, "Oda", "owner"), add_member(house, "Cleo", "annotator")
    project = make_forms(owner, {}, [], schema=schema_of("scene-graph"))
    origin = {"source": "our own", "licence": "CC0-1.0", "basis": "own work"}
    [photo] = photos(tmp_path / "photos", 1)
    owner.api.post(f"/api/projects/{project}/items", params=origin,
                   files={"file": (photo.name, photo.read_bytes(), "image/jpeg")}).raise_for_status()
    page, ear = open_task(chrome, house, cleo, project)
    for digit, left in (("1", 40), ("5", 150), ("4", 260)):
        page.keyboard.press(digit)
        draw_box(page, (left, 40), (left + 60, 110))
    expect(objects(page)).to_have_count(3)

    page.keyboard.press("Escape")
    page.keyboard.press("v")
    page.get_by_test_id("relate").click()
    page.mouse.click(*place(page, 70, 75))
    page.mouse.click(*place(page, 180, 75))
    expect(page.get_by_test_id("link")).to_have_text("holds")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    page.keyboard.press("u")
    for key in ("Tab", "Enter", "Tab", "Tab", "Enter"):  # from the first to the third
        page.keyboard.press(key)
    expect(page.get_by_test_id("link")).to_have_text(["holds", "sits on"])
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("link")).to_have_text("holds")
    page.keyboard.press("Control+Shift+z")
    expect(page.get_by_test_id("link")).to_have_text(["holds", "sits on"])
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    for key in ("Tab", "Enter", "Tab", "Enter", "g"):
        page.keyboard.press(key)
    expect(page.get_by_test_id("badge")).to_have_count(2)
    expect(objects(page).nth(3)).to_contain_text(re.compile("Person.* → .*Object"))
    saved(page)
    submit(page)

    value = given(owner, cleo, project)
    ids = [one["id"] for one in value["things"]]
    assert [(one["source"], one["target"]) for one in value["relations"]] == [(ids[0], ids[1]), (ids[0], ids[2])]
    assert [one["members"] for one in value["groups"]] == [ids[:2]]
    assert ear.surprises() == []


def test_parts_characters_and_badges_work_with_the_mouse(chrome: Any, house: Server) -> None:
    owner, dina = add_member(house, "Oma", "owner"), add_member(house, "Dina", "annotator")
    text = "שלום 世界 👍🏽 end.\nShe picked the old radio up."
    project = make_texts(owner, "coreference", [text])
    page, ear = open_task(chrome, house, dina, project)
    mark(page, "picked", "3")
    expect(objects(page)).to_have_count(1)
    page.keyboard.down("Control")
    drag(page, "up")
    page.keyboard.up("Control")
    first, last = text.index("picked"), text.index("up")  # in code points
    expect(objects(page).first).to_contain_text(f"{first}–{first + 6} + {last}–{last + 2}")
    page.keyboard.press("Escape")

    page.get_by_test_id("characters").click()
    expect(page.get_by_test_id("characters")).to_have_attribute("aria-pressed", "true")
    mark(page, "he", "2")  # of "She"
    page.keyboard.press("Escape")
    mark(page, "👍🏽", "1")
    expect(objects(page)).to_have_count(3)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    page.get_by_test_id("group").click()
    page.mouse.click(*where(page, "picked"))
    page.mouse.click(*where(page, "👍🏽"))
    page.get_by_test_id("group-done").click()
    page.keyboard.press("Escape")
    expect(page.locator(".tags .lit")).to_have_count(0)
    page.get_by_test_id("badge").first.click()
    expect(page.locator(".tags .lit")).to_have_count(2)
    expect(objects(page).last).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Delete")
    expect(page.get_by_test_id("badge")).to_have_count(0)
    assert ear.surprises() == []
