"""Real parts: a database of each sort, and a server in a process of its own over a real data folder."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from goldsmith.db.connection import Connection, Database, open_database
from goldsmith.work import people
from tests.made_once import postgres_template, put_tables
from tests.postgres_server import binaries, free_port, postgres_server

# Servers and commands start hundreds of times: what Python compiled for one is kept for the next, also where the
# environment says otherwise, or each of them would compile the whole program again (more than a second).
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

SENTIMENT = {
    "fields": [
        {
            "name": "sentiment",
            "kind": "choice",
            "required": True,
            "multiple": False,
            "labels": [{"name": "good"}, {"name": "bad"}],
        }
    ]
}


# The files that take longest, longest first. Several processes take whole files in turn, and one that began a long file
# last would go on alone at the end. A file that is missing here is only later in its turn.
LONGEST = (
    "work/test_whole_workflow", "browser/test_accessibility", "flows/test_openapi", "work/test_kill",
    "work/pay/test_kill", "work/test_processes", "flows/test_main_flow", "browser/test_look",
    "browser/test_offline", "work/predicting/test_restarts", "work/predicting/test_runs",
    "work/predicting/test_registry", "arrivals/test_memory", "flows/test_versions", "browser/test_whole_flow",
    "formats/test_memory", "formats/test_fidelity", "flows/test_walls", "flows/test_certificates", "cli/test_data",
    "browser/test_forms_each_way", "browser/test_languages", "quality/test_auto_accept", "work/test_people",
    "work/test_levels",
)  # fmt: skip
ROOT = Path(__file__).parent


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, each of them whole and in its order."""
    place = {ROOT / f"{name}.py": number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


def choice(label: str) -> dict[str, Any]:
    """A value of SENTIMENT."""
    return {"sentiment": [{"id": "o1", "kind": "choice", "label": label}]}


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL that runs for the whole session."""
    folder = binaries()
    if folder is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    with postgres_server(folder, is_durable=False) as address:
        yield address


def new_postgres_database(address: str, *, has_tables: bool = False) -> str:
    """The address of a new database on that server, empty or as all migrations leave it."""
    import psycopg

    name = f"t{secrets.token_hex(6)}"
    like = f" TEMPLATE {postgres_template(address)}" if has_tables else ""
    with psycopg.connect(address + "/postgres", autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}{like}")  # type: ignore[arg-type]
    return f"{address}/{name}"


@pytest.fixture(params=["sqlite", "postgres"])
def empty_place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a database may be made from nothing, of each sort: for tests of the making itself."""
    if request.param == "sqlite":
        return str(tmp_path / "goldsmith.sqlite")
    return new_postgres_database(request.getfixturevalue("postgres"))


@pytest.fixture(params=["sqlite", "postgres"])
def database_place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new database with its tables lies: each test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        put_tables(tmp_path / "goldsmith.sqlite")
        return str(tmp_path / "goldsmith.sqlite")
    return new_postgres_database(request.getfixturevalue("postgres"), has_tables=True)


@pytest.fixture
def database(database_place: str) -> Iterator[Database]:
    """A new database of each sort."""
    one = open_database(database_place)
    yield one
    one.close()


class Server:
    """Starts, kills and restarts `goldsmith serve`; makes people with keys."""

    def __init__(self, data: Path, database: str = "", *, is_from_nothing: bool = False) -> None:
        """`is_from_nothing`: the server makes its tables itself, as it does at its first start."""
        self.data, self.port = data, free_port()
        self.is_ready_made = not database and not is_from_nothing
        self.url = f"http://127.0.0.1:{self.port}"
        self.place = ["--data", str(data)] + (["--database", database] if database else [])
        self.database_place = database or str(data / "goldsmith.sqlite")
        self.process: subprocess.Popen[bytes] | None = None
        self.clients: list[httpx.Client] = []
        self.log_path = data.parent / "server.log"

    def start(self) -> None:
        self.launch()
        self.wait_until_up()

    def launch(self) -> None:
        if self.is_ready_made:
            put_tables(self.data / "goldsmith.sqlite")
        words = [sys.executable, "-m", "goldsmith.cli", "serve", *self.place, "--port", str(self.port)]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(words, stdout=log, stderr=log)

    def wait_until_up(self) -> None:
        assert self.process
        for _ in range(1200):
            with socket.socket() as knock:
                is_heard = knock.connect_ex(("127.0.0.1", self.port)) == 0
            if self.process.poll() is not None:
                break
            if is_heard:
                return
            time.sleep(0.05)
        raise RuntimeError("the server did not start: " + self.log_path.read_text()[-2000:])

    def kill(self) -> None:
        assert self.process
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        for client in self.clients:
            client.close()
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def command(self, *words: str) -> str:
        run = subprocess.run(
            [sys.executable, "-m", "goldsmith.cli", *words, *self.place], capture_output=True, text=True
        )
        assert run.returncode == 0, run.stderr
        return run.stdout.strip()

    def key(self, email: str, role: str) -> str:
        """A new person's key, made by the program's own functions (the command is tested elsewhere)."""
        database, now_us = open_database(self.database_place), time.time_ns() // 1000

        def make(db: Connection) -> str:
            row = db.one("SELECT workspace_id FROM workspace ORDER BY workspace_id")
            assert row is not None
            person_id = people.add_person(db, row[0], email, role, now_us=now_us)
            return people.add_credential(
                db, "key", row[0], person_id=person_id, expires_us=people.FOREVER_US, now_us=now_us
            ).secret

        try:
            return database.write(make)
        finally:
            database.close()

    def person(self, email: str, role: str) -> httpx.Client:
        return self.client(self.key(email, role))

    def client(self, key: str) -> httpx.Client:
        self.clients.append(
            httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {key}"}, timeout=60, verify=False)
        )  # plain HTTP: no certificates to load
        return self.clients[-1]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A running server over SQLite."""
    one = Server(tmp_path / "data")
    one.start()
    yield one
    one.stop()


@pytest.fixture
def any_server(database_place: str, tmp_path: Path) -> Iterator[Server]:
    """A running server over each sort of database."""
    one = Server(tmp_path / "data", database_place if database_place.startswith("postgres") else "")
    one.start()
    yield one
    one.stop()
