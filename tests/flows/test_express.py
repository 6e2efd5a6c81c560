"""The express lane answers as the routes behind it do."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from goldsmith.db.connection import Connection
from goldsmith.server.app import make_app
from goldsmith.server.express import ExpressLane
from goldsmith.server.routes.labelling import BESIDES_MOST
from goldsmith.work import people
from tests.conftest import SENTIMENT, choice


def key_of_owner(app: Any) -> str:
    now_us = time.time_ns() // 1000

    def make(db: Connection) -> str:
        workspace_id = people.add_workspace(db, "W", now_us=now_us)
        person_id = people.add_person(db, workspace_id, "o@x.org", "owner", now_us=now_us)
        return people.add_credential(
            db, "key", workspace_id, person_id=person_id, expires_us=people.FOREVER_US, now_us=now_us
        ).secret

    return str(app.state.context.db.write(make))


def play(client: Any, key: str) -> list[tuple[int, Any]]:
    """The two calls with everything that may be wrong with them; ids and times left out of what is told."""
    good = {"Authorization": f"Bearer {key}"}
    project = client.post("/api/projects", json={"name": "P", "schema": SENTIMENT}, headers=good).json()["project_id"]
    client.post(f"/api/projects/{project}/items", json=[{"data": {"text": "a"}}], headers=good)
    told = []

    def tell(path: str, headers: Any = good, **body: Any) -> Any:
        answer = client.post(path, headers=headers, **body)
        found = answer.json() if answer.content else None
        told.append(
            (
                answer.status_code,
                sorted(found)
                if found and "error" not in found
                else found and (found["error"]["code"], found["error"]["hint"]),
            )
        )
        return found

    lease_path = f"/api/projects/{project}/lease"
    tell(lease_path, {})
    tell(lease_path, {"Authorization": "Bearer nonsense"})
    tell(lease_path, {"Cookie": "goldsmith_session=nonsense", "Sec-Fetch-Site": "cross-site"})
    tell("/api/projects/proj_none/lease")
    tell(lease_path, json={"besides": ["x"] * (BESIDES_MOST + 1)})
    lease = tell(lease_path)
    submit_path = f"/api/leases/{lease['lease_id']}/submit"
    tell(submit_path, json={"fence": lease["fence"], "value": choice("nonsense")})
    tell(submit_path, json={"fence": lease["fence"] + 1, "value": choice("good")})
    tell(submit_path, json={"fence": lease["fence"], "value": choice("good")})
    tell(submit_path, json={"fence": lease["fence"], "value": choice("good")})
    tell("/api/leases/lease_none/submit", json={"fence": 1, "value": choice("good")})
    tell(lease_path, json={})
    return told


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_each_call_gets_the_same_answer_both_ways(tmp_path: Path) -> None:
    slow, fast = make_app(tmp_path / "slow"), make_app(tmp_path / "fast")

    with TestClient(slow) as client:
        by_routes = play(client, key_of_owner(slow))
    with TestClient(ExpressLane(fast)) as client:  # type: ignore[arg-type]
        by_lane = play(client, key_of_owner(fast))

    assert by_lane == by_routes
    assert [status for status, _ in by_lane] == [401, 401, 401, 404, 400, 200, 400, 409, 200, 200, 404, 204]


def test_a_body_that_is_no_json_is_refused(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data")

    with TestClient(ExpressLane(app)) as client:  # type: ignore[arg-type]
        answer = client.post(
            "/api/leases/lease_x/submit", content=b"{", headers={"Authorization": f"Bearer {key_of_owner(app)}"}
        )

    assert answer.status_code == 400 and answer.json()["error"]["where"] == "body"
