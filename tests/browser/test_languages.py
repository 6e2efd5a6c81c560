"""The client in Arabic: chosen before sign-in, kept with the account, mirrored, and true to what is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, Ear, Member, add_member, open_context
from tests.conftest import Server

SCHEMA = {"fields": [{"name": "الذكر", "kind": "span", "asset": "text",
                      "labels": [{"name": "منتج"}, {"name": "مشكلة"}]}]}
TEXT = "اشتريت سماعة Nimbus الشهر الماضي، والصوت ممتاز لكن البطارية ضعيفة."
WORD = "البطارية"
CENTRE = """word => {
  const line = document.querySelector('.line').firstChild, at = line.data.indexOf(word), range = document.createRange()
  range.setStart(line, at); range.setEnd(line, at + word.length)
  const box = range.getBoundingClientRect()
  return [box.x + box.width / 2, box.y + box.height / 2]
}"""


@pytest.fixture(scope="module")
def owner(house: Server) -> Member:
    return add_member(house, "Olga", "owner")


@pytest.fixture()
def arabic(chrome: Any, house: Server, owner: Member) -> Iterator[tuple[Any, Ear]]:
    """A phone of somebody whose browser asks for Arabic."""
    context, ear = open_context(chrome, house, owner, width=390, height=844, locale="ar")
    yield context.new_page(), ear
    context.close()


def add_text(owner: Member) -> str:
    project = str(owner.api.post("/api/projects", json={"name": "مراجعات", "schema": SCHEMA}).json()["project_id"])
    line = msgspec.json.encode({"data": {"text": TEXT}})
    owner.api.post(f"/api/projects/{project}/items", params={"source": "x", "licence": "CC0-1.0", "basis": "own work"},
                   content=line, headers={"content-type": "application/x-ndjson"}).raise_for_status()
    return project


def test_the_language_is_chosen_before_sign_in_and_goes_with_the_account(chrome: Any, house: Server) -> None:
    rim = add_member(house, "Rim", "annotator")
    context, ear = open_context(chrome, house, locale="en")
    ear.expect("401: GET .*/api/me")
    page = context.new_page()

    page.goto("/sign-in")
    page.get_by_test_id("email").fill(rim.email)
    page.get_by_test_id("language").select_option("ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.get_by_test_id("password").fill(PASSWORD)
    page.get_by_test_id("sign-in").click()
    expect(page.get_by_role("heading", name="المشاريع")).to_be_visible()
    page.goto("/settings")
    page.get_by_test_id("language").select_option("en")
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    expect(page.get_by_test_id("language")).to_be_focused()
    page.get_by_test_id("language").select_option("ar")
    expect(page.get_by_role("heading", name="الإعدادات")).to_be_visible()
    elsewhere, _ = open_context(chrome, house, rim, locale="en")
    other = elsewhere.new_page()
    other.goto("/projects")

    expect(other.get_by_role("heading", name="المشاريع")).to_be_visible()
    expect(other.locator("html")).to_have_attribute("lang", "ar")
    assert ear.surprises() == []
    elsewhere.close()
    context.close()


@pytest.mark.parametrize("path", ["/projects", "/projects/new", "/people", "/settings", "/projects/{0}",
                                  "/projects/{0}/items", "/projects/{0}/quality", "/projects/{0}/import",
                                  "/projects/{0}/schema", "/projects/{0}/versions", "/projects/{0}/label"])
def test_no_page_is_too_wide_from_right_to_left(arabic: tuple[Any, Ear], owner: Member, path: str) -> None:
    page, ear = arabic

    page.goto(path.format(add_text(owner)))
    page.locator("h1, header").first.wait_for()
    page.wait_for_load_state("networkidle")

    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert ear.surprises() == []


def test_a_word_between_two_scripts_is_labelled_as_it_is_read(arabic: tuple[Any, Ear], owner: Member) -> None:
    page, ear = arabic
    project = add_text(owner)

    page.goto(f"/projects/{project}/label")
    page.locator(".line").first.wait_for()
    page.mouse.dblclick(*page.evaluate(CENTRE, WORD))
    page.wait_for_function("word => getSelection().toString() === word", arg=WORD)
    page.keyboard.press("2")
    expect(page.get_by_test_id("label-مشكلة")).to_contain_text("1")
    with page.expect_response("**/submit"):
        page.keyboard.press("Control+Enter")

    item = owner.api.get(f"/api/projects/{project}/items").json()["items"][0]["item_id"]
    found = owner.api.get(f"/api/projects/{project}/items/{item}").json()
    (span,) = found["history"][-1]["value"]["الذكر"]
    assert (TEXT[span["start"]:span["end"]], span["label"]) == (WORD, "مشكلة")
    assert ear.surprises() == []
