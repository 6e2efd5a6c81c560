"""Items that are like one another: found from an item or by a text, and put to work together; by keys alone too."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import ROOT, Member, add_member, open_context
from tests.browser.forms import make_forms
from tests.conftest import Server

FIELD = {"name": "mood", "kind": "choice", "asset": "text", "multiple": False, "required": True,
         "labels": [{"name": "good"}, {"name": "bad"}]}
TEXTS = ("The kettle boils water for tea.", "A kettle that boils water for our tea.", "The train was late again.",
         "Our train came late, as it always does.", "Late trains, and late again.")
AXE = ROOT / "node_modules/axe-core/axe.min.js"


def make(owner: Member) -> tuple[str, dict[str, str]]:
    """A project of these texts; its items' ids by text."""
    project = make_forms(owner, FIELD, [{"text": one} for one in TEXTS])
    rows = owner.api.get(f"/api/projects/{project}/items").json()["items"]
    return project, {row["item"]["data"]["text"]: row["item_id"] for row in rows}


def names(page: Any) -> list[str]:
    return [str(one.text_content()) for one in page.get_by_test_id("items").locator(".excerpt").all()]


def test_the_items_like_one_are_found_by_a_key_and_answered_together_in_the_grid(chrome: Any, house: Server) -> None:
    owner = add_member(house, "Sia", "owner")
    project, ids = make(owner)
    context, ear = open_context(chrome, house, owner)
    page = context.new_page()
    page.goto(f"/projects/{project}/items/{ids[TEXTS[2]]}")
    page.get_by_test_id("find-similar").wait_for()

    page.keyboard.press("s")
    page.wait_for_url(f"**/similar?item={ids[TEXTS[2]]}")
    expect(page.get_by_test_id("similarity")).to_have_count(4)
    assert set(names(page)[:2]) == {TEXTS[3], TEXTS[4]}
    page.get_by_test_id("items").focus()
    page.keyboard.press("x")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_test_id("answer-together")).to_be_visible()
    page.get_by_test_id("first-in-queue").click()
    expect(page.locator("main [role=status]").filter(has_text="2 items changed").first).to_be_visible()
    page.get_by_test_id("answer-together").click()
    page.get_by_test_id("together-batch").fill("late trains")
    page.get_by_test_id("go-together").click()
    page.wait_for_url(f"**/projects/{project}/triage?batch=late+trains")
    expect(page.get_by_test_id("tile")).to_have_count(2)

    rows = owner.api.get(f"/api/projects/{project}/items", params={"batch": "late trains"}).json()["items"]
    assert {(row["item"]["data"]["text"], row["priority"]) for row in rows} == {(TEXTS[3], 100), (TEXTS[4], 100)}
    assert ear.surprises() == []
    context.close()


def test_a_text_typed_here_finds_items_and_a_state_leaves_the_others_out(chrome: Any, house: Server) -> None:
    owner = add_member(house, "Sol", "owner")
    project, ids = make(owner)
    owner.api.patch(f"/api/projects/{project}/items", json={"item_ids": [ids[TEXTS[0]]], "excluded_reason": "old"})
    context, ear = open_context(chrome, house, owner)
    page = context.new_page()
    page.goto(f"/projects/{project}/similar")

    page.get_by_test_id("start").click()
    page.get_by_test_id("text").fill("boiling water for tea")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("similarity")).to_have_count(5)
    assert set(names(page)[:2]) == {TEXTS[0], TEXTS[1]}
    page.get_by_test_id("filter-state").select_option("open")
    expect(page.get_by_test_id("similarity")).to_have_count(4)
    assert names(page)[0] == TEXTS[1]
    page.get_by_test_id("near").first.click()
    expect(page.get_by_test_id("about")).to_contain_text("kettle")

    assert ear.surprises() == []
    context.close()


def test_an_item_with_nothing_to_compare_says_so(chrome: Any, house: Server) -> None:
    owner = add_member(house, "Sam", "owner")
    project = make_forms(owner, FIELD, [{"text": "Tea."}, {"text": " "}])
    rows = owner.api.get(f"/api/projects/{project}/items").json()["items"]
    empty = next(row["item_id"] for row in rows if row["item"]["data"]["text"] == " ")
    context, ear = open_context(chrome, house, owner)
    ear.expect(r"409: GET .*/similar")
    page = context.new_page()
    page.goto(f"/projects/{project}/similar?item={empty}")

    expect(page.get_by_role("alert").filter(has_text="no picture and no text")).to_be_visible()
    assert ear.surprises() == []
    context.close()


def test_what_is_alike_is_readable_on_a_phone_in_the_dark_and_from_right_to_left(chrome: Any, house: Server) -> None:
    owner = add_member(house, "Sue", "owner")
    project, ids = make(owner)
    faults = []
    for width, theme, locale in ((1280, "light", "en"), (390, "dark", "ar")):
        context, _ = open_context(chrome, house, owner, width=width, theme=theme, locale=locale)
        page = context.new_page()
        page.goto(f"/projects/{project}/similar?item={ids[TEXTS[0]]}")
        expect(page.get_by_test_id("similarity")).to_have_count(4)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        faults += page.evaluate("""async () => (await axe.run()).violations
            .filter(({ impact }) => ['serious', 'critical'].includes(impact))
            .map(({ id, nodes }) => `${id} ${nodes[0].target}`)""")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        context.close()

    assert faults == []
