"""Projects through the application, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from goldsmith.core.errors import Conflict
from goldsmith.work import people
from goldsmith.work.setup import projects
from goldsmith.work.setup.projects import Author
from tests.work.http import App, running

MOOD = {
    "name": "mood",
    "kind": "choice",
    "required": True,
    "multiple": False,
    "labels": [{"name": "good"}, {"name": "bad"}],
}
SCHEMA = {"fields": [MOOD]}
TEXT = "fields:\n  - name: mood\n    kind: choice\n    labels: [{name: good}, {name: yes}]\n"


@pytest.fixture
def app(database_place: str, tmp_path: Path) -> Iterator[App]:
    with running(database_place, tmp_path) as one:
        yield one


def make(app: App, key: str, **more: Any) -> str:
    answer = app.call("POST", "/api/projects", key, {"name": "Reviews", "schema": SCHEMA, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["project_id"])


def answer_one(app: App, project: str, key: str, label: str = "good") -> None:
    lease = app.call("POST", f"/api/projects/{project}/lease", key).json()
    value = {"mood": [{"id": "o1", "kind": "choice", "label": label}]}
    sent = app.call(
        "POST",
        f"/api/leases/{lease['lease_id']}/submit",
        key,
        {"fence": lease["fence"], "value": value, "work_seconds": 2.0},
    )
    assert sent.status_code == 200, sent.text


def add(app: App, project: str, key: str, count: int = 3) -> None:
    rows = [{"data": {"text": f"text {i}"}} for i in range(count)]
    assert app.call("POST", f"/api/projects/{project}/items?source=s&licence=l&basis=b", key, rows).status_code == 200


def documents(app: App, project: str, sort: str) -> list[tuple[int, bytes]]:
    rows = app.context.db.read().all(
        "SELECT version, body FROM project_document WHERE project_id = :project AND sort = :sort ORDER BY version",
        {"project": project, "sort": sort},
    )
    return [(row["version"], bytes(row["body"])) for row in rows]


def test_a_project_is_made_listed_newest_first_and_shown_with_its_counts(app: App) -> None:
    manager, ana = app.key("manager"), app.key("annotator")
    first, second = make(app, manager, name="First"), make(app, manager, name="Second", guideline="# How")
    add(app, second, manager)
    answer_one(app, second, ana)

    rows = app.call("GET", "/api/projects", ana).json()["projects"]
    page = app.call("GET", f"/api/projects/{second}", ana).json()

    assert [row["project_id"] for row in rows] == [second, first]
    assert rows[0]["kinds"] == ["choice"]
    assert page["counts"] == {
        "items": 3,
        "open": 2,
        "in_review": 1,
        "undecided": 0,
        "settled": 0,
        "excluded": 0,
        "answers": 1,
    }
    assert (page["overlap"], page["overlap_most"], page["review"], page["guideline"]) == (1, 3, True, "# How")
    assert (page["schema_version"], page["guideline_version"]) == (1, 1)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"name": " "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"overlap": 0}, "overlap"),
        ({"overlap": 101}, "overlap"),
        ({"overlap": 3, "overlap_most": 2}, "overlap_most"),
        ({"guideline": "x" * 200_001}, "guideline"),
        ({"guideline": "\0"}, "guideline"),
        ({"schema": {"fields": []}}, "schema.fields"),
        ({"schema": {"fields": [{**MOOD, "kind": "smell"}]}}, "schema.fields[0].kind"),
    ],
)
def test_a_project_that_cannot_work_is_refused_with_the_place(app: App, change: dict[str, Any], where: str) -> None:
    answer = app.call("POST", "/api/projects", app.key("manager"), {"name": "p", "schema": SCHEMA, **change})

    assert (answer.status_code, answer.json()["error"]["where"]) == (400, where)


def test_a_change_keeps_what_is_not_named_and_the_most_answers_follow_the_overlap(app: App) -> None:
    manager = app.key("manager")
    project = make(app, manager)

    page = app.call("PATCH", f"/api/projects/{project}", manager, {"overlap": 5, "name": "New"}).json()
    paused = app.call("PATCH", f"/api/projects/{project}", manager, {"state": "paused", "review": False}).json()
    below = app.call("PATCH", f"/api/projects/{project}", manager, {"overlap_most": 4})
    unknown = app.call("PATCH", f"/api/projects/{project}", manager, {"state": "gone"})

    assert (page["name"], page["overlap"], page["overlap_most"], page["review"]) == ("New", 5, 5, True)
    assert (paused["name"], paused["state"], paused["review"], paused["overlap"]) == ("New", "paused", False, 5)
    assert (below.json()["error"]["where"], unknown.json()["error"]["where"]) == ("overlap_most", "state")


def test_projects_of_another_workspace_are_not_there(app: App) -> None:
    manager = app.key("manager")
    project = make(app, manager)
    other = app.context.db.write(lambda db: people.add_workspace(db, "Other", now_us=1))
    spy = app.key("owner", "spy@y.org", workspace_id=other)

    calls = [
        ("GET", "", None),
        ("PATCH", "", {"name": "mine"}),
        ("GET", "/progress", None),
        ("PUT", "/schema", {"schema": SCHEMA}),
        ("POST", "/schema/check", {"schema": SCHEMA}),
        ("PUT", "/guideline", {"guideline": "mine"}),
    ]
    codes = [app.call(method, f"/api/projects/{project}{tail}", spy, body).status_code for method, tail, body in calls]

    assert codes == [404] * len(calls)
    assert app.call("GET", "/api/projects", spy).json() == {"projects": []}


def test_roles_guard_what_changes_a_project(app: App) -> None:
    project, reviewer, ana = make(app, app.key("manager")), app.key("reviewer"), app.key("annotator")
    calls = [
        ("POST", "/api/projects", {"name": "p", "schema": SCHEMA}),
        ("PATCH", f"/api/projects/{project}", {"name": "p"}),
        ("PUT", f"/api/projects/{project}/schema", {"schema": SCHEMA}),
        ("POST", f"/api/projects/{project}/schema/check", {"schema": SCHEMA}),
        ("PUT", f"/api/projects/{project}/guideline", {"guideline": "x"}),
    ]

    assert [app.call(method, path, reviewer, body).status_code for method, path, body in calls] == [403] * 5
    assert app.call("GET", f"/api/projects/{project}/progress", ana).status_code == 403
    assert app.call("GET", f"/api/projects/{project}/progress", reviewer).status_code == 200


def test_every_guideline_that_was_in_force_is_kept_and_the_same_text_is_no_new_version(app: App) -> None:
    manager = app.key("manager")
    project = make(app, manager, guideline="one")

    versions = [
        app.call("PUT", f"/api/projects/{project}/guideline", manager, {"guideline": text}).json()["guideline_version"]
        for text in ("two", "two", "one")
    ]

    assert versions == [2, 2, 3]
    assert documents(app, project, "guideline") == [(1, b"one"), (2, b"two"), (3, b"one")]


def test_a_schema_comes_into_force_from_text_and_its_versions_are_kept(app: App) -> None:
    manager = app.key("manager")
    project = make(app, manager)

    checked = app.call("PUT", f"/api/projects/{project}/schema", manager, {"text": TEXT}).json()
    page = app.call("GET", f"/api/projects/{project}", manager).json()
    event = app.context.db.read().one("SELECT * FROM event WHERE what = 'project.schema_changed'")

    assert (checked["schema_version"], page["schema_version"], len(documents(app, project, "schema"))) == (2, 2, 2)
    assert [label["name"] for label in page["schema"]["fields"][0]["labels"]] == ["good", "yes"]
    assert event is not None and event["about"] == project


def test_a_schema_that_breaks_answers_needs_a_yes(app: App) -> None:
    manager, ana = app.key("manager"), app.key("annotator")
    project = make(app, manager)
    add(app, project, manager)
    answer_one(app, project, ana, "bad")
    draft = {"schema": {"fields": [{**MOOD, "labels": [{"name": "good"}]}]}}

    check = app.call("POST", f"/api/projects/{project}/schema/check", manager, draft).json()
    refused = app.call("PUT", f"/api/projects/{project}/schema", manager, draft)
    taken = app.call("PUT", f"/api/projects/{project}/schema", manager, {**draft, "accept_breaks": True}).json()

    assert [(one["answers"], len(one["item_ids"])) for one in check["breaks"]] == [(1, 1)] and "“bad”" in check[
        "breaks"
    ][0]["what"]
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
    assert taken["schema_version"] == 2 and taken["breaks"] == check["breaks"]


def test_two_changes_of_one_schema_do_not_overwrite_each_other(app: App) -> None:
    project_id = make(app, app.key("manager"))
    project = app.context.db.read().one("SELECT * FROM project WHERE project_id = :project", {"project": project_id})
    author = Author(workspace_id=app.workspace_id, person_id="person_1")
    from goldsmith.work.setup.schema_text import parse_schema

    assert project is not None
    app.context.db.write(lambda db: projects.set_schema(db, author, project, parse_schema(TEXT), now_us=1))
    with pytest.raises(Conflict):
        app.context.db.write(lambda db: projects.set_schema(db, author, project, parse_schema(TEXT), now_us=1))


@pytest.mark.parametrize(
    ("draft", "problem"),
    [
        ({"text": "fields: ["}, "line 1"),
        ({"text": "fields:\n  - kind: box\n"}, "line 2"),
        ({}, "schema"),
        ({"schema": {"fields": [{**MOOD, "kind": "smell"}]}}, "schema.fields[0].kind"),
        ({"text": TEXT.replace("labels", "lables")}, "line 2"),
    ],
)
def test_a_check_says_what_is_wrong_and_is_no_error(app: App, draft: dict[str, Any], problem: str) -> None:
    answer = app.call("POST", "/api/schema/check", app.key("annotator"), draft)

    assert answer.status_code == 200 and answer.json()["problems"][0].startswith(problem)


def test_a_label_studio_configuration_is_checked_as_what_it_becomes(app: App) -> None:
    asked = '<Choices name="mood" toName="t"><Choice value="good"/></Choices>'
    config = f'<View>\n<Text name="t" value="$text"/>\n{asked}\n<Video name="v" value="$v"/></View>'

    key = app.key("annotator")
    answer = app.call("POST", "/api/schema/check", key, {"text": config}).json()
    empty = app.call("POST", "/api/schema/check", key, {"text": "<View/>"}).json()

    assert [field["kind"] for field in answer["schema"]["fields"]] == ["choice"] and answer["problems"] == []
    assert answer["remarks"] == [{"line": 4, "tag": "Video", "sort": "lost", "text": "Video is not shown."}]
    assert empty["schema"] is None and len(empty["problems"]) == 1


def test_templates_are_listed_and_each_makes_a_project(app: App) -> None:
    manager = app.key("manager")

    templates = app.call("GET", "/api/templates", manager).json()["templates"]

    assert len(templates) >= 3
    assert app.call("POST", "/api/vocabularies", manager, {"name": "entities"}).status_code == 201  # one asks from it
    for template in templates:
        assert make(app, manager, name=template["title"], schema=template["schema"], guideline=template["guideline"])
