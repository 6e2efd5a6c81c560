"""Projects of forms for the tests: made by the API, answered in a browser."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import httpx
from playwright.sync_api import expect

from tests.browser.conftest import Member, open_context
from tests.conftest import Server


def make_forms(owner: Member, field: dict[str, Any], items: Sequence[dict[str, str]], **more: Any) -> str:
    """A project with one field and these items, an answer each; its id."""
    body = {"name": "Forms", "schema": {"fields": [field]}, "overlap": 1, "review": False, **more}
    project = str(_checked(owner.api.post("/api/projects", json=body)).json()["project_id"])
    lines = "".join(json.dumps({"data": data}) + "\n" for data in items)
    origin = {"source": "our own", "licence": "CC0-1.0", "basis": "own work"}
    _checked(owner.api.post(f"/api/projects/{project}/items", params=origin, content=lines,
                            headers={"content-type": "application/x-ndjson"}))
    return project


def _checked(response: httpx.Response) -> httpx.Response:
    assert response.is_success, response.text
    return response


def open_form(chrome: Any, server: Server, member: Member, project: str, **more: Any) -> tuple[Any, Any]:
    """The labelling page with its first task."""
    context, ear = open_context(chrome, server, member, **more)
    page = context.new_page()
    page.goto(f"/projects/{project}/label")
    page.locator("[data-form]").first.wait_for()
    return page, ear


def done(page: Any) -> None:
    """Nothing is left, and all of it is saved."""
    expect(page.get_by_test_id("empty")).to_be_visible()
    expect(page.get_by_test_id("saved")).to_have_text("Saved")


def answers(owner: Member, member: Member, project: str) -> dict[str, list[dict[str, Any]]]:
    """What the member answered, the objects of all fields by the item's name up to a colon."""
    found = {}
    for mine in member.api.get(f"/api/projects/{project}/mine").json()["answers"]:
        item = owner.api.get(f"/api/projects/{project}/items/{mine['item_id']}").json()
        value = item["history"][0]["value"]
        found[mine["name"].split(":")[0]] = [one for objects in value.values() for one in objects]
    return found
