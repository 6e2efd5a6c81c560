"""The versions of a guideline and a schema, read through the application, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from goldsmith.server.context import now_us
from goldsmith.work import people
from tests.work.http import App, running


def schema(*labels: str) -> dict[str, Any]:
    return {"fields": [{"name": "mood", "kind": "choice", "labels": [{"name": one} for one in labels]}]}


@pytest.fixture
def app(database_place: str, tmp_path: Path) -> Iterator[App]:
    with running(database_place, tmp_path) as one:
        yield one


def make(app: App, key: str) -> str:
    body = {"name": "Reviews", "schema": schema("good", "bad"), "guideline": "one"}
    return "/api/projects/" + str(app.call("POST", "/api/projects", key, body).json()["project_id"])


def put_guideline(app: App, at: str, key: str, text: str) -> int:
    return int(app.call("PUT", at + "/guideline", key, {"guideline": text}).json()["guideline_version"])


def test_every_guideline_that_was_in_force_can_be_read_by_whoever_sees_the_project(app: App) -> None:
    owner, mia, ana = app.key("owner"), app.key("manager", "mia@x.org"), app.key("annotator")
    at = make(app, owner)
    put_guideline(app, at, mia, "two")
    again = put_guideline(app, at, mia, "one")

    found = app.call("GET", at + "/guideline/versions", ana).json()
    texts = [app.call("GET", f"{at}/guideline/versions/{n}", ana).json()["guideline"] for n in (1, 2, 3)]

    assert again == 3 and found["next"] is None
    assert [(one["version"], one["author"]) for one in found["versions"]] == [(3, "mia"), (2, "mia"), (1, "owner")]
    assert texts == ["one", "two", "one"]
    assert found["versions"][0]["created_at"] > found["versions"][2]["created_at"]


def test_versions_come_in_pages_and_each_once(app: App) -> None:
    owner = app.key("owner")
    at = make(app, owner)
    for n in range(2, 6):
        put_guideline(app, at, owner, f"text {n}")

    seen, after, pages = [], "", 0
    while after is not None:
        page = app.call("GET", f"{at}/guideline/versions?limit=2&after={after}", owner).json()
        seen, after, pages = seen + [one["version"] for one in page["versions"]], page["next"], pages + 1

    assert seen == [5, 4, 3, 2, 1] and pages == 3
    for wrong in ("x", "-1", "99999999999", "٣"):
        answer = app.call("GET", f"{at}/guideline/versions?after={wrong}", owner)
        assert (answer.status_code, answer.json()["error"]["where"]) == (400, "after")


def test_a_schema_is_read_as_it_was_before_it_changed(app: App) -> None:
    owner, ana = app.key("owner"), app.key("annotator")
    at = make(app, owner)
    app.call("PUT", at + "/schema", owner, {"schema": schema("good", "bad", "mixed")})

    listed = app.call("GET", at + "/schema/versions", ana).json()["versions"]
    then = app.call("GET", at + "/schema/versions/1", ana).json()

    assert [one["version"] for one in listed] == [2, 1]
    assert [one["name"] for one in then["schema"]["fields"][0]["labels"]] == ["good", "bad"]


def test_a_version_that_never_was_and_another_workspace_are_the_same_nothing(app: App) -> None:
    owner = app.key("owner")
    at = make(app, owner)
    other = app.context.db.write(lambda db: people.add_workspace(db, "Other", now_us=now_us()))
    spy = app.key("owner", "spy@y.org", workspace_id=other)

    for sort in ("guideline", "schema"):
        for version in (0, 2, 2**40):
            answer = app.call("GET", f"{at}/{sort}/versions/{version}", owner)
            assert (answer.status_code, answer.json()["error"]["where"]) == (404, "version")
        assert app.call("GET", f"{at}/{sort}/versions/1", spy).status_code == 404
        assert app.call("GET", f"{at}/{sort}/versions", spy).status_code == 404
