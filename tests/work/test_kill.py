"""What is acknowledged is on the disk: annotators work while the server is killed and started again, ten times."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from goldsmith.db.connection import Connection, open_database
from goldsmith.work import people
from tests.conftest import SENTIMENT, Server, choice

PROCESSES, KILLS, OVERLAP, ITEMS = 64, 10, 2, 2000
ANNOTATOR = Path(__file__).with_name("annotator.py")


def keys_of_new_people(server: Server, count: int, *, first: int = 0) -> list[str]:
    """Keys of that many annotators, numbered from `first`, made by the program's own functions in one transaction."""
    database, now_us = open_database(server.database_place), time.time_ns() // 1000

    def make(db: Connection) -> list[str]:
        row = db.one("SELECT workspace_id FROM workspace")
        assert row is not None
        ids = [people.add_person(db, row[0], f"p{first + i}@example.org", "annotator", now_us=now_us)
               for i in range(count)]
        return [
            people.add_credential(db, "key", row[0], person_id=one, expires_us=people.FOREVER_US, now_us=now_us).secret
            for one in ids
        ]

    keys = database.write(make)
    database.close()
    return keys


def new_project(server: Server, items: int = ITEMS) -> str:
    boss = server.person("boss@example.org", "owner")
    body = {"name": "k", "schema": SENTIMENT, "overlap": OVERLAP, "review": False}
    project = str(boss.post("/api/projects", json=body).json()["project_id"])
    texts = [{"data": {"text": f"text {i}"}} for i in range(items)]
    assert boss.post(f"/api/projects/{project}/items", json=texts).json()["accepted"] == items
    return project


def start_crowd(
    servers: list[Server], project: str, count: int = PROCESSES, *, keys: list[str] | None = None
) -> list[subprocess.Popen[str]]:
    """Annotators as processes, new ones where no keys are given, each calling all of these servers of one database."""
    ports = ",".join(str(server.port) for server in servers)
    return [
        subprocess.Popen(
            [sys.executable, "-I", str(ANNOTATOR), ports, key, project, json.dumps(choice("good"))],
            stdout=subprocess.PIPE,
            text=True,
        )
        for key in keys or keys_of_new_people(servers[0], count)
    ]


def stored_answers(server: Server) -> list[Any]:
    database = open_database(server.database_place)
    rows = database.read().all(
        "SELECT a.annotation_id, t.task_id, a.person_id FROM annotation a"
        " JOIN task t ON t.task_seq = a.task_seq WHERE a.origin = 'answer'"
    )
    found = [(row["annotation_id"], row["task_id"], row["person_id"]) for row in rows]
    database.close()
    return found


def assert_exact(server: Server, crowd: list[subprocess.Popen[str]], items: int) -> None:
    """When the crowd is done: all that was told is stored, nothing was given twice, every task is settled."""
    told = [json.loads(one.communicate(timeout=300)[0]) for one in crowd]
    stored = stored_answers(server)
    task_of = {annotation: task for annotation, task, _ in stored}
    assert [one["odd"] for one in told if one["odd"]] == []
    assert all(task_of.get(annotation) == task for one in told for task, annotation in one["done"])
    assert max(Counter(task for _, task, _ in stored).values()) <= OVERLAP
    assert max(Counter((task, person) for _, task, person in stored).values()) == 1
    assert len(stored) == items * OVERLAP
    assert task_states(server) == {"settled": items}


def task_states(server: Server) -> dict[str, int]:
    database = open_database(server.database_place)
    found = {row[0]: row[1] for row in database.read().all("SELECT state, count(*) FROM task GROUP BY state")}
    database.close()
    return found


def test_nothing_acknowledged_is_lost_and_nothing_is_given_twice_through_ten_kills(any_server: Server) -> None:
    crowd, rng = start_crowd([any_server], new_project(any_server)), random.Random(3)

    for _ in range(KILLS):
        time.sleep(0.3 + rng.random())
        any_server.kill()
        any_server.start()

    assert_exact(any_server, crowd, ITEMS)
