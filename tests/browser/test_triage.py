"""The grid: many items of choices in hand at once, by mouse and by keys; nobody else has what one holds."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import ROOT, Member, add_member, open_context
from tests.browser.forms import make_forms
from tests.browser.steps import saved
from tests.conftest import Server
from tests.openai_server import openai_server

FIELD = {"name": "mood", "kind": "choice", "asset": "text", "multiple": False, "required": True,
         "labels": [{"name": "good"}, {"name": "bad"}, {"name": "mixed"}]}
AXE = ROOT / "node_modules/axe-core/axe.min.js"


def make(owner: Member, count: int) -> str:
    return make_forms(owner, FIELD, [{"text": f"Review {number}: it arrived."} for number in range(count)])


def open_grid(chrome: Any, house: Server, member: Member, project: str, **more: Any) -> tuple[Any, Any]:
    context, ear = open_context(chrome, house, member, **more)
    page = context.new_page()
    page.goto(f"/projects/{project}/triage")
    page.get_by_test_id("tile").first.wait_for()
    return page, ear


def answers(owner: Member, project: str) -> Counter[str]:
    """The labels of the items that are answered."""
    found = owner.api.get(f"/api/projects/{project}/items", params={"limit": 100}).json()["items"]
    return Counter(one["value"]["mood"][0]["label"] for one in found if one["value"] and one["value"].get("mood"))


def test_a_grid_is_decided_by_keys_taken_back_and_handed_in(chrome: Any, house: Server) -> None:
    owner, tara = add_member(house, "Orla", "owner"), add_member(house, "Tara", "annotator")
    project = make(owner, 9)
    page, ear = open_grid(chrome, house, tara, project)
    tiles, decided = page.get_by_test_id("tile"), page.locator("[data-decided=true]")
    expect(tiles).to_have_count(8)

    page.keyboard.press("a")
    page.keyboard.press("x")
    expect(decided).to_have_count(2)
    expect(tiles.nth(2)).to_be_focused()
    page.keyboard.press("Space")
    expect(tiles.nth(3)).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_test_id("selected")).to_contain_text("3")
    page.keyboard.press("3")
    expect(decided).to_have_count(5)
    page.keyboard.press("Control+z")
    expect(decided).to_have_count(2)
    page.keyboard.press("3")
    expect(decided).to_have_count(5)
    page.keyboard.press("Control+Enter")
    saved(page)
    expect(tiles).to_have_count(4)  # the three left, and the ninth
    assert answers(owner, project) == Counter(good=1, bad=1, mixed=3)

    page.keyboard.press("Control+z")
    expect(tiles).to_have_count(9)
    page.keyboard.press("Control+a")
    page.keyboard.press("2")
    expect(decided).to_have_count(9)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("empty")).to_be_visible()

    assert answers(owner, project) == Counter(bad=9)
    assert ear.surprises() == []
    page.context.close()


def test_a_grid_is_decided_by_mouse_and_what_is_decided_survives_a_reload(chrome: Any, house: Server) -> None:
    owner, tess = add_member(house, "Owen", "owner"), add_member(house, "Tess", "annotator")
    project = make(owner, 6)
    page, ear = open_grid(chrome, house, tess, project)
    tiles, decided = page.get_by_test_id("tile"), page.locator("[data-decided=true]")
    expect(tiles).to_have_count(6)

    tiles.nth(1).click()
    tiles.nth(3).click(modifiers=["Shift"])
    tiles.nth(5).click(modifiers=["Control"])
    expect(page.get_by_test_id("selected")).to_contain_text("4")
    page.get_by_test_id("label-bad").click()
    expect(decided).to_have_count(4)
    saved(page)
    names = {one.get_attribute("data-name") for one in decided.all()}
    page.reload()
    expect(decided).to_have_count(4)
    assert {one.get_attribute("data-name") for one in decided.all()} == names
    tiles.first.dblclick()
    expect(page.get_by_test_id("closer")).to_contain_text("it arrived")
    page.keyboard.press("Escape")
    page.get_by_test_id("submit").click()
    saved(page)

    expect(tiles).to_have_count(2)
    assert answers(owner, project) == Counter(bad=4)
    assert ear.surprises() == []
    page.context.close()


def test_two_people_never_hold_the_same_seat_and_leaving_gives_back_what_is_undecided(
    chrome: Any, house: Server
) -> None:
    owner = add_member(house, "Odd", "owner")
    tim, tom = add_member(house, "Tim", "annotator"), add_member(house, "Tom", "annotator")
    project = make(owner, 12)
    (first, _), (second, _) = (open_grid(chrome, house, one, project) for one in (tim, tom))
    here, there = first.get_by_test_id("tile"), second.get_by_test_id("tile")
    expect(here).to_have_count(8)
    expect(there).to_have_count(4)
    seats = [one.get_attribute("data-name") for grid in (here, there) for one in grid.all()]

    assert len(set(seats)) == 12
    first.keyboard.press("a")
    saved(first)
    first.get_by_test_id("one-by-one").click()
    first.wait_for_url("**/label")
    first.goto("/projects")
    second.keyboard.press("Control+a")
    second.keyboard.press("1")
    second.keyboard.press("Control+Enter")
    expect(there).not_to_have_count(0)
    held = {one.get_attribute("data-name") for one in there.all()}
    assert seats[0] not in held
    for page in (first, second):
        page.context.close()


def test_an_answer_that_does_not_get_through_is_named_and_the_others_go_on(chrome: Any, house: Server) -> None:
    owner, tina = add_member(house, "Otto", "owner"), add_member(house, "Tina", "annotator")
    project = make(owner, 4)
    page, ear = open_grid(chrome, house, tina, project)
    tiles = page.get_by_test_id("tile")
    expect(tiles).to_have_count(4)
    lease, name = tiles.nth(1).get_attribute("data-lease"), tiles.nth(1).get_attribute("data-name")
    refusal = {"error": {"code": "bad_input", "message": "No such label.", "where": "value", "hint": ""}}
    page.route(f"**/api/leases/{lease}/submit", lambda route: route.fulfill(status=400, json=refusal))
    ear.expect(r"400: POST .*/submit")

    page.keyboard.press("Control+a")
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("failures")).to_contain_text(str(name))
    expect(tiles).to_have_count(1)
    saved(page)

    assert answers(owner, project) == Counter(good=3)
    assert tiles.first.get_attribute("data-name") == name
    assert ear.surprises() == []
    page.context.close()


def test_one_key_takes_over_what_is_suggested_for_all_that_is_selected(chrome: Any, house: Server) -> None:
    owner, tyra = add_member(house, "Ole", "owner"), add_member(house, "Tyra", "annotator")
    project = make(owner, 3)
    with openai_server() as server:
        server.reply = lambda body: json.dumps({"mood": [{"label": "mixed", "confidence": 0.9}]})
        model = owner.api.post("/api/predictors", json={
            "name": "Small", "version": "1", "sort": "openai",
            "settings": {"address": server.address, "model": "small-model"}}).json()["predictor_id"]  # fmt: skip
        at = f"/api/projects/{project}"
        run = owner.api.post(f"{at}/prediction-runs", json={"predictor_id": model}).json()["run_id"]
        while owner.api.get(f"{at}/prediction-runs/{run}").json()["state"] == "running":
            pass
        owner.api.put(f"{at}/suggestions", json={"shown": [model], "blind_share": 0.0}).raise_for_status()
    page, ear = open_grid(chrome, house, tyra, project)
    expect(page.get_by_test_id("offer")).to_have_count(3)

    page.get_by_test_id("several").click()
    page.get_by_test_id("tile").nth(2).click()
    page.keyboard.press("a")
    expect(page.locator("[data-decided=true]")).to_have_count(2)
    page.get_by_test_id("several").click()
    page.get_by_test_id("tile").nth(1).click()
    page.keyboard.press("x")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("empty")).to_be_visible()

    assert answers(owner, project) == Counter(mixed=2, bad=1)
    assert ear.surprises() == []
    page.context.close()


def test_the_grid_is_readable_on_a_phone_in_the_dark_and_from_right_to_left(
    chrome: Any, house: Server
) -> None:
    owner, tea = add_member(house, "Oli", "owner"), add_member(house, "Tea", "annotator")
    project = make(owner, 3)
    faults = []
    for width, theme, locale in ((1280, "light", "en"), (390, "dark", "ar")):
        page, _ = open_grid(chrome, house, tea, project, width=width, theme=theme, locale=locale)
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        page.keyboard.press("1")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        faults += page.evaluate("""async () => (await axe.run()).violations
            .filter(({ impact }) => ['serious', 'critical'].includes(impact))
            .map(({ id, nodes }) => `${id} ${nodes[0].target}`)""")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.context.close()

    assert faults == []
