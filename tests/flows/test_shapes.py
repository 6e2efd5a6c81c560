"""Boxes weighed by measured skill, through a running server on each database: what people are shown of it."""

from __future__ import annotations

import time
from typing import Any

import httpx
import msgspec

from tests.conftest import Server
from tests.quality.drawn import LABELS, draw_items

ITEMS = 20
SCHEMA = {"fields": [{"name": "cars", "kind": "box", "labels": [{"name": one} for one in LABELS]}]}


def work(who: httpx.Client, project: str, number: int, drawn: list[Any]) -> int:
    """Answer everything that there is for one person; gives how much it was."""
    given = 0
    while (lease := who.post(f"/api/projects/{project}/lease", json={})).status_code != 204:
        held = lease.raise_for_status().json()
        boxes = msgspec.to_builtins(drawn[int(held["item"]["data"]["text"])].answers[number])
        body = {"fence": held["fence"], "value": {"cars": boxes} if boxes else {}}
        who.post(f"/api/leases/{held['lease_id']}/submit", json=body).raise_for_status()
        given += 1
    return given


def test_boxes_are_settled_by_skill_and_people_are_told_how_they_draw_and_how_sure_objects_are(
        any_server: Server) -> None:
    owner = any_server.person("o@x.org", "owner")
    crowd = [any_server.person(f"p{i}@x.org", "annotator") for i in range(4)]
    body = {"name": "P", "schema": SCHEMA, "review": False, "stop_risk": 0.1, "overlap": 2, "overlap_most": 4}
    project = owner.post("/api/projects", json=body).raise_for_status().json()["project_id"]
    owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": str(i)}} for i in range(ITEMS)]
               ).raise_for_status()
    drawn = draw_items(ITEMS, 5)[0]

    answers = sum(work(who, project, i, drawn) for i, who in list(enumerate(crowd)) * 3)
    for _ in range(200):
        people = owner.get(f"/api/projects/{project}/figures/annotators").raise_for_status().json()["annotators"]
        if all(one["shapes"] for one in people) and len(people) == 4:
            break
        time.sleep(0.05)

    found = {one["name"] or one["person_id"]: one["shapes"][0] for one in people}
    assert len(found) == 4 and {one["unit"] for one in found.values()} == {"px"}
    mine = crowd[0].get("/api/me/shapes").raise_for_status().json()["projects"]
    assert mine[0]["project_id"] == project and mine[0]["shapes"][0]["found"] > 0.85
    assert mine[0]["shapes"][0]["things"] % 10 == 0
    columns, *rows = owner.get(f"/api/projects/{project}/figures/annotators.csv").text.splitlines()
    assert columns.endswith("cars_found,cars_imagined,cars_border") and len(rows) == 4
    page = owner.get(f"/api/projects/{project}/items?limit=100").json()["items"]
    settled = [one for one in page if one["state"] == "settled"]
    assert settled and answers <= 4 * ITEMS
    detail = owner.get(f"/api/projects/{project}/items/{settled[0]['item_id']}").json()
    kept = {one["object_id"] for one in detail["sure"] if one["is_kept"]}
    assert kept == {one["id"] for one in detail["value"]["cars"]}
    assert not any(one["is_in_doubt"] for one in detail["sure"])
    assert {name for one in detail["sure"] for name in one["marked_as"]} <= {
        one["annotation_id"] for one in detail["history"]}
    review = owner.post(f"/api/projects/{project}/reviews/lease", json={})
    if review.status_code == 200:
        assert any(one["is_in_doubt"] for one in review.json()["sure"])
    assert (review.status_code == 204) == all(one["state"] == "settled" for one in page)
