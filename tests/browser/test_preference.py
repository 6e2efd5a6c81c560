"""Who comes first: set on the settings page, read by annotators; whoever waits is told why, and served by and by."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import expect

from goldsmith.db.connection import open_database
from goldsmith.work.routing.presence.turns import WAIT_US
from tests.browser.conftest import Member, add_member, open_context
from tests.conftest import SENTIMENT, Server, choice

SOON_US = 4_000_000
HASTEN = "UPDATE turn SET waits_since_us = :since WHERE person_id = :person AND waits_since_us > 0"


def answer(member: Member, project: str) -> None:
    lease = member.api.post(f"/api/projects/{project}/lease").json()
    body = {"fence": lease["fence"], "value": choice("good")}
    member.api.post(f"/api/leases/{lease['lease_id']}/submit", json=body).raise_for_status()


def hasten(server: Server, member: Member) -> None:
    """Let the wait that this person has begun end in some seconds."""
    database = open_database(server.database_place)
    try:
        since = time.time_ns() // 1000 - WAIT_US + SOON_US
        assert database.write(lambda db: db.execute(HASTEN, {"since": since, "person": member.person_id}))
    finally:
        database.close()


def test_who_had_most_work_waits_while_little_is_left_and_is_then_served(chrome: Any, house: Server) -> None:
    owner, eda, fay = (add_member(house, name, role) for name, role in (
        ("Ottilie", "owner"), ("Eda", "annotator"), ("Fay", "annotator")))
    made = owner.api.post("/api/projects", json={"name": "Fair", "schema": SENTIMENT, "overlap_most": 1}).json()
    project, notes = made["project_id"], [{"data": {"text": f"note {i}"}} for i in range(4)]
    owner.api.post(f"/api/projects/{project}/items", json=notes).raise_for_status()
    answer(eda, project)
    answer(eda, project)
    theirs, ear = open_context(chrome, house, owner)
    manager = theirs.new_page()

    manager.goto(f"/projects/{project}/settings")
    manager.get_by_test_id("preference").select_option("least_work")
    expect(manager.get_by_test_id("who-may-work")).to_contain_text("Others wait two minutes at most")
    manager.get_by_test_id("save-routing").click()
    expect(manager.get_by_test_id("who-may-work")).to_contain_text("Saved.")
    fay.api.post(f"/api/projects/{project}/lease").raise_for_status()
    refused = eda.api.post(f"/api/projects/{project}/lease")  # one is left, and who has answered none comes first
    assert refused.json()["error"]["code"] == "not_your_turn"
    hasten(house, eda)

    hers, her_ear = open_context(chrome, house, eda)
    page = hers.new_page()
    page.goto(f"/projects/{project}")
    expect(page.get_by_test_id("preference")).to_contain_text("fewest answers in the last 24 hours")
    hasten(house, eda)
    page.goto(f"/projects/{project}/label")
    expect(page.get_by_test_id("empty")).to_contain_text("Others come first for a moment")
    expect(page.get_by_test_id("submit")).to_be_enabled(timeout=20_000)  # nobody has touched the page
    her_ear.expect("409: POST .*/lease")
    assert (ear.surprises(), her_ear.surprises()) == ([], [])
    theirs.close()
    hers.close()
