"""Answers weighed by measured skill, through a running server on each database: fewer are asked for, and as right."""

from __future__ import annotations

import random
import time
from typing import Any

import httpx

from goldsmith.db.connection import open_database
from tests.conftest import SENTIMENT, Server, choice

LABELS = ("bad", "good")
SKILLS = (0.97, 0.97, 0.97, 0.5, 0.5)
ITEMS = 80


def new_project(owner: httpx.Client, **more: Any) -> str:
    body = {"name": "P", "schema": SENTIMENT, "review": False, "stop_risk": 0.05, **more}
    made = owner.post("/api/projects", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["project_id"])


def answer(who: httpx.Client, project: str, said: dict[str, int]) -> bool:
    """Lease one item and give the answer that is foreseen; False when there is none."""
    work = who.post(f"/api/projects/{project}/lease", json={})
    if work.status_code == 204:
        return False
    lease = work.raise_for_status().json()
    label = LABELS[said[lease["item"]["data"]["text"]]]
    body = {"fence": lease["fence"], "value": choice(label)}
    who.post(f"/api/leases/{lease['lease_id']}/submit", json=body).raise_for_status()
    return True


def skills(server: Server, project: str) -> dict[str, int]:
    database = open_database(server.database_place)
    try:
        rows = database.read().all("SELECT person_id, answers FROM skill WHERE project_id = :p", {"p": project})
        return {row["person_id"]: row["answers"] for row in rows}
    finally:
        database.close()


def test_careless_people_are_outvoted_and_fewer_answers_are_asked_for(any_server: Server) -> None:
    chance = random.Random(5)
    owner = any_server.person("o@x.org", "owner")
    crowd = [any_server.person(f"p{i}@x.org", "annotator") for i in range(len(SKILLS))]
    project = new_project(owner, overlap=2, overlap_most=5)
    truth = {str(i): chance.randrange(2) for i in range(ITEMS)}
    said = [{text: right if chance.random() < skill else 1 - right for text, right in truth.items()}
            for skill in SKILLS]
    owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": text}} for text in truth]).raise_for_status()

    answers, waiting = 0, list(range(len(SKILLS)))
    while waiting:
        here = chance.choice(waiting)
        if answer(crowd[here], project, said[here]):
            answers += 1
        else:
            waiting.remove(here)
    page = owner.get(f"/api/projects/{project}/items?limit=200").json()["items"]
    settled = [one for one in page if one["state"] == "settled"]

    def right(rows: list[Any]) -> float:
        hits = [one["value"]["sentiment"][0]["label"] == LABELS[truth[one["item"]["data"]["text"]]] for one in rows]
        return sum(hits) / len(hits)

    all_five = sum(sum(one[text] == truth[text] for one in said) >= 3 for text in truth) / ITEMS
    assert answers <= 0.85 * ITEMS * len(SKILLS)
    assert right(settled) >= 0.95 and right(page) >= all_five - 0.05
    assert {one["state"] for one in page} <= {"settled", "undecided"} and len(settled) >= ITEMS / 2
    detail = owner.get(f"/api/projects/{project}/items/{settled[0]['item_id']}").json()
    assert detail["probability"] >= 0.95


def test_skills_are_measured_anew_in_the_background_and_kept_in_the_database(any_server: Server) -> None:
    owner = any_server.person("o@x.org", "owner")
    crowd = [any_server.person(f"p{i}@x.org", "annotator") for i in range(2)]
    project = new_project(owner, overlap=2, overlap_most=2)
    said = {str(i): i % 2 for i in range(22)}
    owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": text}} for text in said]).raise_for_status()

    for who in crowd:
        while answer(who, project, said):
            pass
    for _ in range(100):
        if "" in (found := skills(any_server, project)):
            break
        time.sleep(0.05)

    assert len(found) == 3 and found[""] >= 40


def test_one_answer_of_an_unknown_person_is_not_enough_and_a_reviewer_gets_what_stays_in_doubt(
    server: Server,
) -> None:
    owner, ana, ben = (server.person(f"{name}@x.org", role) for name, role in (
        ("o", "owner"), ("a", "annotator"), ("b", "annotator")))
    project = new_project(owner, overlap=1, overlap_most=2)
    owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": "one"}}]).raise_for_status()

    assert answer(ana, project, {"one": 0})
    assert owner.get(f"/api/projects/{project}/items").json()["items"][0]["state"] == "open"
    assert answer(ben, project, {"one": 1})

    row = owner.get(f"/api/projects/{project}/items").json()["items"][0]
    detail = owner.get(f"/api/projects/{project}/items/{row['item_id']}").json()
    assert row["state"] == "undecided" and "5.0% is allowed" in detail["undecided"][0]
    assert 0.4 < detail["probability"] < 0.6


def test_the_risk_is_changed_and_taken_away_and_must_be_a_probability(server: Server) -> None:
    owner = server.person("o@x.org", "owner")
    project = new_project(owner)

    def change(risk: float) -> httpx.Response:
        return owner.patch(f"/api/projects/{project}", json={"stop_risk": risk})

    assert change(0.1).json()["stop_risk"] == 0.1
    assert owner.patch(f"/api/projects/{project}", json={"name": "Q"}).json()["stop_risk"] == 0.1
    assert change(0.9).json()["error"]["where"] == "stop_risk"
    assert change(0).json()["stop_risk"] is None


def test_what_waited_in_doubt_is_settled_when_skills_are_known(any_server: Server) -> None:
    chance = random.Random(3)
    owner = any_server.person("o@x.org", "owner")
    ana, ben, guesser = (any_server.person(f"p{i}@x.org", "annotator") for i in range(3))
    project = new_project(owner, overlap=2, overlap_most=2, stop_risk=0.1)
    truth = {str(i): chance.randrange(2) for i in range(60)}
    guessed = {text: chance.randrange(2) for text in truth}

    for part, second in ((range(20), guesser), (range(20, 60), ben)):
        body = [{"data": {"text": str(i)}} for i in part]
        owner.post(f"/api/projects/{project}/items", json=body).raise_for_status()
        for who in (ana, second):
            while answer(who, project, guessed if who is guesser else truth):
                pass
    for _ in range(100):
        if moved := events(any_server, project, "task.weighed_anew"):
            break
        time.sleep(0.05)

    settled = events(any_server, project, "task.settled")
    assert moved and len(moved) == len(set(moved)) and set(moved) <= set(settled)
    assert len(settled) == len(set(settled))


def events(server: Server, project: str, what: str) -> list[str]:
    database = open_database(server.database_place)
    try:
        rows = database.read().all("SELECT about FROM event WHERE project_id = :p AND what = :w ORDER BY event_seq",
                                   {"p": project, "w": what})
        return [row["about"] for row in rows]
    finally:
        database.close()
