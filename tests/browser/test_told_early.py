"""What a person is told before they have done anything in vain, and what they can put away once they know it."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import add_member, open_context
from tests.browser.test_offline import BOXES, pictures
from tests.conftest import Server


def test_a_link_that_was_used_says_so_before_anything_is_filled_in(chrome: Any, house: Server) -> None:
    owner = add_member(house, "Ines", "owner")
    path = owner.api.post("/api/invitations", json={"role": "reviewer"}).json()["path"]
    context, ear = open_context(chrome, house, width=390)
    page = context.new_page()
    page.goto(path)
    expect(page.get_by_text(re.compile("You are invited to .* as Reviewer"))).to_be_visible()
    page.get_by_test_id("email").fill("new@example.org")
    page.get_by_test_id("password").fill("ten letters or more")
    page.get_by_test_id("sign-in").click()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    context.clear_cookies()

    ear.expect("403: POST .*/api/join/check")
    page.goto(path)

    expect(page.get_by_role("alert")).to_contain_text("This link was used or has run out. Ask for a new invitation.")
    expect(page.get_by_test_id("email")).to_have_count(0)
    assert ear.surprises() == []


def test_what_an_import_did_not_take_is_put_away_once_it_was_seen(chrome: Any, house: Server) -> None:
    owner = add_member(house, "Pia", "owner")
    project = owner.api.post("/api/projects", json={"name": "Pia", "schema": BOXES}).json()["project_id"]
    owner.api.post(f"/api/projects/{project}/items", files=pictures(1)).raise_for_status()
    for _ in range(2):
        owner.api.post(f"/api/projects/{project}/items", files=[("files", ("notes.txt", b"not a picture"))])
    context, ear = open_context(chrome, house, owner)
    page = context.new_page()
    page.goto(f"/projects/{project}")
    page.get_by_test_id("waiting-rejected").click()
    table = page.get_by_test_id("past-imports")
    table.get_by_role("button", name="1", exact=True).first.click()
    page.get_by_test_id("seen").click()
    expect(page.get_by_text("seen", exact=True)).to_be_visible()
    expect(page.get_by_test_id("all-seen")).to_have_count(0)  # one is left
    table.get_by_role("button", name="1", exact=True).last.click()
    page.get_by_test_id("seen").click()
    expect(page.get_by_test_id("seen")).to_have_count(0)

    page.goto(f"/projects/{project}")

    expect(page.get_by_text("Nothing waits for a decision.")).to_be_visible()
    assert not ear.surprises()
