"""Whom the next answer comes from, through a running server on each database."""

from __future__ import annotations

from typing import Any

import httpx

from goldsmith import Client
from goldsmith.core.errors import NotYourTurn
from goldsmith.db.connection import open_database
from tests.conftest import Server, choice
from tests.flows.test_stop_risk import answer, new_project, skills


def learn(owner: httpx.Client, project: str, people: list[httpx.Client], wrong: int) -> None:
    """Let everybody answer the same 24 items; the last of them is wrong in so many."""
    texts = {str(i): i % 2 for i in range(24)}
    owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": text}} for text in texts]).raise_for_status()
    for who in people:
        said = {text: 1 - right if who is people[-1] and int(text) < wrong else right for text, right in texts.items()}
        while answer(who, project, said):
            pass


def lease(who: httpx.Client, project: str, *besides: str) -> Any:
    found = who.post(f"/api/projects/{project}/lease", json={"besides": besides})
    return found.json() if found.status_code == 200 else found


def submit(who: httpx.Client, held: Any, label: str) -> None:
    body = {"fence": held["fence"], "value": choice(label)}
    who.post(f"/api/leases/{held['lease_id']}/submit", json=body).raise_for_status()


def test_one_more_answer_comes_from_whom_it_tells_most_and_others_read_when_it_may_be_theirs(
    any_server: Server,
) -> None:
    owner = any_server.person("o@x.org", "owner")
    people = [any_server.person(f"{name}@x.org", "annotator") for name in ("good", "fine", "new", "poor")]
    good, fine, new, poor = people
    project = new_project(owner, overlap=3, overlap_most=5, stop_risk=0.45)
    learn(owner, project, [good, fine, poor], wrong=11)
    assert len([one for one in skills(any_server, project) if one]) == 3
    at = f"/api/projects/{project}"
    change = {"overlap": 2, "stop_risk": 0.001}
    owner.patch(at, json=change).raise_for_status()
    owner.put(f"{at}/routing", json={"preference": "best"}).raise_for_status()
    owner.post(f"{at}/items", json=[{"data": {"text": "in doubt"}}]).raise_for_status()
    first, second = lease(fine, project), lease(new, project)
    owner.post(f"{at}/items", json=[{"data": {"text": f"more {i}"}} for i in range(8)]).raise_for_status()
    held = lease(good, project), lease(poor, project)

    submit(fine, first, "good")
    submit(new, second, "bad")

    row = next(one for one in owner.get(f"{at}/waiting").json()["waiting"] if one["is_kept"])
    assert row["why"].startswith("1 open answer is kept for good until ") and row["open"] == 1
    theirs = [lease(poor, project, held[1]["lease_id"])]
    theirs += [lease(poor, project, held[1]["lease_id"], theirs[0]["lease_id"])]
    assert "in doubt" not in {one["item"]["data"]["text"] for one in theirs}
    mine = poor.get(f"{at}/for-me").json()
    assert (mine["kept_for_others"], mine["comes_first"]) == (1, True) and mine["again_at"]
    assert lease(good, project, held[0]["lease_id"])["item"]["data"]["text"] == "in doubt"
    assert poor.get(f"{at}/for-me").json()["again_at"] is None


def test_who_comes_later_is_told_why_and_when_to_ask_again(any_server: Server) -> None:
    owner = any_server.person("o@x.org", "owner")
    ana, ben = (any_server.person(f"{name}@x.org", "annotator") for name in ("ana", "ben"))
    project = new_project(owner, overlap=1, stop_risk=None)
    at = f"/api/projects/{project}"
    owner.post(f"{at}/items", json=[{"data": {"text": str(i)}} for i in range(3)]).raise_for_status()
    assert answer(ana, project, {str(i): 0 for i in range(3)})
    page = owner.put(f"{at}/routing", json={"preference": "least_work"}).raise_for_status().json()
    assert page["preference"] == ana.get(at).json()["preference"] == "least_work"
    assert owner.put(f"{at}/routing", json={"preference": "cheapest"}).status_code == 400
    held = lease(ben, project)

    with Client(any_server.url, key_of(ana)) as program:
        try:
            program.lease(project)
            raise AssertionError("the one task that is left was given to whom had more work")
        except NotYourTurn as error:
            assert "those who had least work come first" in error.message and error.again_at
            again_at = error.again_at

    mine = ana.get(f"{at}/for-me").json()
    assert (mine["comes_first"], mine["again_at"], mine["preference"]) == (False, again_at, "least_work")
    assert lease(ben, project, held["lease_id"])["item"] != held["item"]
    assert lease(ana, project).status_code == 204
    assert events(any_server, project) == ["least_work"]


def key_of(who: httpx.Client) -> str:
    return who.headers["authorization"].removeprefix("Bearer ")


def events(server: Server, project: str) -> list[str]:
    import json

    database = open_database(server.database_place)
    try:
        rows = database.read().all("SELECT details_json FROM event WHERE project_id = :p AND"
                                   " what = 'project.routing_changed' ORDER BY event_seq", {"p": project})
        return [json.loads(row[0])["preference"] for row in rows]
    finally:
        database.close()
