"""Several server processes on one PostgreSQL and one data folder: they start at once, and any of them may die."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator

import httpx
import pytest

from goldsmith.db.connection import open_database
from tests.conftest import Server, new_postgres_database
from tests.work.test_kill import assert_exact, new_project, start_crowd

SERVERS, CROWD, KILLS, ITEMS = 3, 24, 6, 500


@pytest.fixture(scope="module")
def servers(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Three, started at the same time on an empty database."""
    place, data = new_postgres_database(postgres), tmp_path_factory.mktemp("processes") / "data"
    found = [Server(data, place) for _ in range(SERVERS)]
    for one in found:
        one.launch()
    for one in found:
        one.wait_until_up()
    yield found
    for one in found:
        one.stop()


def rows(server: Server, sql: str) -> list[tuple[object, ...]]:
    database = open_database(server.database_place)
    found = [tuple(row) for row in database.read().all(sql)]
    database.close()
    return found


def join(server: Server, token: str, email: str) -> int:
    body = {"token": token, "email": email, "password": "correct horse 12", "name": "x"}
    return httpx.post(f"{server.url}/api/join", json=body, timeout=60, verify=False).status_code


def test_they_make_one_schema_one_workspace_and_one_first_owner(servers: list[Server]) -> None:
    links = re.findall(r"join\?token=(\S+)", servers[0].log_path.read_text())

    assert len(rows(servers[0], "SELECT * FROM alembic_version")) == 1
    assert len(rows(servers[0], "SELECT * FROM workspace")) == 1
    assert len(set(links)) == SERVERS
    found = [join(server, link, f"{i}@x.org") for i, (server, link) in enumerate(zip(servers, links, strict=True))]
    assert found == [200, 403, 403]  # the first link that is used ends the others


def test_a_session_begun_at_one_counts_at_all_and_ends_at_all(servers: list[Server]) -> None:
    boss = servers[0].person("keys@example.org", "owner")
    key = boss.post("/api/keys", json={"name": "k", "scopes": ["read"]}).json()
    others = [one.client(key["key"]) for one in servers]
    assert [one.get("/api/me").status_code for one in others] == [200] * SERVERS

    boss.delete(f"/api/keys/{key['credential_id']}").raise_for_status()

    assert [one.get("/api/me").status_code for one in others] == [401] * SERVERS


def test_annotators_of_all_lose_nothing_while_each_is_killed_in_turn(servers: list[Server]) -> None:
    crowd, rng = start_crowd(servers, new_project(servers[0], ITEMS), CROWD), random.Random(5)

    for number in range(KILLS):
        time.sleep(0.2 + 0.5 * rng.random())
        servers[number % SERVERS].kill()
        time.sleep(0.2)
        servers[number % SERVERS].start()

    assert_exact(servers[0], crowd, ITEMS)
