"""Every route, walked as a stranger, as each role and as another tenant."""

from __future__ import annotations

from typing import Any

import pytest

from goldsmith.db.connection import Database
from goldsmith.server.app import make_app
from goldsmith.work import people
from tests.conftest import SENTIMENT

OPEN_TO_ALL = {"/api/sign-in", "/api/sign-in/first", "/api/join", "/", "/{path:path}"}
NEEDS = {("POST", "/api/projects"): "manager", ("POST", "/api/invitations"): "manager",
         ("POST", "/api/projects/{project_id:str}/items"): "manager", ("GET", "/api/projects/{project_id:str}/items"): "reviewer",
         ("GET", "/api/projects/{project_id:str}/export"): "manager", ("POST", "/api/projects/{project_id:str}/versions"): "manager",
         ("POST", "/api/projects/{project_id:str}/review/lease"): "reviewer", ("POST", "/api/reviews/{review_id:str}/decide"): "reviewer"}
BODIES: dict[str, Any] = {"/api/invitations": {"role": "annotator"}, "/api/projects": {"name": "x", "schema": SENTIMENT},
                          "submit": {"fence": 1, "value": {}}, "draft": {"fence": 1, "value": {}}, "heartbeat": {"fence": 1},
                          "skip": {"fence": 1, "reason": "x"}, "decide": {"fence": 1, "decision": "accepted"}}


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    app = make_app(tmp_path_factory.mktemp("routes"))
    found = [(str(method), route.path_format.replace("{", "{")) for route in app.routes for method in getattr(route, "methods", [])
             if method in ("GET", "POST", "PUT", "DELETE", "PATCH") and not route.path.startswith("/schema")]
    app.state.context.db.close()
    return [(m, p) for m, p in found if p.startswith("/api")]


def call(client: Any, method: str, path: str, project: str) -> int:
    tail = path.rsplit("/", 1)[-1]
    body = BODIES.get(path, BODIES.get(tail, []))
    for name in ("project_id", "lease_id", "review_id", "sha256"):
        path = path.replace("{" + name + "}", project if name == "project_id" else {"sha256": "0" * 64}.get(name, "lease_absent"))
    answer = client.request(method, path, json=body if method != "GET" else None)
    return int(answer.status_code)


def test_a_stranger_gets_nothing_from_any_route(server: Any, routes: list[tuple[str, str]]) -> None:
    stranger = server.client("gsk_invented")

    answers = {(m, p): call(stranger, m, p, "proj_x") for m, p in routes if p not in OPEN_TO_ALL}

    assert len(answers) >= 15
    assert {status for status in answers.values()} == {401}, answers


def test_each_role_is_refused_what_is_above_it(server: Any, routes: list[tuple[str, str]]) -> None:
    owner = server.person("o@x.org", "owner")
    project = owner.post("/api/projects", json={"name": "P", "schema": SENTIMENT}).json()["project_id"]
    needs = {(m, p.replace(":str", "")): role for (m, p), role in NEEDS.items()}

    for role in people.RANK:
        client = server.person(f"{role}1@x.org", role)
        for method, path in routes:
            if path in OPEN_TO_ALL or path == "/api/sign-out":
                continue
            status = call(client, method, path, project)
            refused = people.RANK[role] < people.RANK[needs.get((method, path), "annotator")]
            assert (status == 403) == refused, (role, method, path, status)
            assert status < 500


def test_another_tenant_finds_nothing_of_ours(server: Any, routes: list[tuple[str, str]]) -> None:
    owner = server.person("o@x.org", "owner")
    project = owner.post("/api/projects", json={"name": "Secret", "schema": SENTIMENT}).json()["project_id"]
    db = Database(server.data / "goldsmith.sqlite")
    other = db.write(lambda c: people.add_workspace(c, "Other", now_us=1))
    person = db.write(lambda c: people.add_person(c, other, "spy@y.org", "owner", now_us=1))
    spy = server.client(db.write(lambda c: people.add_credential(c, "key", other, person_id=person, expires_us=people.FOREVER_US)))
    db.close()

    for method, path in routes:
        if "{project_id}" in path:
            assert call(spy, method, path, project) == 404, (method, path)
    assert spy.get("/api/projects").json() == {"projects": []}
