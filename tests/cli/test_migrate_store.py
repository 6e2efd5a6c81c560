"""`goldsmith migrate-store` as people use it: stop, move, start on PostgreSQL with the same folder and sign-ins."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from goldsmith.cli.migrate_store import Progress
from goldsmith.db.connection import MOVED
from tests.conftest import SENTIMENT, Server, choice, new_postgres_database

PASSWORD = "correct horse 12"


def command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "goldsmith.cli", *words], capture_output=True, text=True,
                          env={**os.environ, **environment})


def test_a_workspace_moves_and_everybody_goes_on(server: Server, postgres: str) -> None:
    target, data = new_postgres_database(postgres), str(server.data)
    boss = server.person("boss@example.org", "owner")
    made = boss.post("/api/projects", json={"name": "p", "schema": SENTIMENT, "review": False}).json()["project_id"]
    boss.post(f"/api/projects/{made}/items", json=[{"data": {"text": f"t {i}"}} for i in range(3)]).raise_for_status()
    token = boss.post("/api/invitations", json={"role": "annotator"}).json()["token"]
    ana = {"email": "ana@example.org", "password": PASSWORD}
    boss.post("/api/join", json={**ana, "token": token, "name": "Ana"}).raise_for_status()
    lease = boss.post(f"/api/projects/{made}/lease", json={}).json()

    refused = command("migrate-store", "--data", data, "--to", target)
    assert refused.returncode == 1 and refused.stderr.startswith("error: A server or another program has")
    server.stop()
    looked = command("migrate-store", "--data", data, "--to", target, "--check")
    assert looked.returncode == 0 and "empty: this can be moved" in looked.stdout
    moved = command("migrate-store", "--data", data, "--to", target)
    assert moved.returncode == 0, moved.stderr
    assert "Both hold the same" in moved.stdout and "gold@" not in (server.data / MOVED).read_text()

    old = command("user", "add", "new@example.org", "--role", "annotator", "--data", data)
    assert old.returncode == 1 and "was moved to PostgreSQL" in old.stderr
    added = command("user", "add", "new@example.org", "--role", "annotator", "--data", data,
                    GOLDSMITH_DATABASE_URL=target)
    assert added.returncode == 0, added.stderr

    again = Server(server.data, target)
    again.start()
    try:
        key = again.client(str(boss.headers["Authorization"]).removeprefix("Bearer "))
        body = {"fence": lease["fence"], "value": choice("good")}
        assert key.post(f"/api/leases/{lease['lease_id']}/submit", json=body).status_code == 200
        assert httpx.post(f"{again.url}/api/sign-in", json=ana, timeout=60, verify=False).status_code == 200
        assert key.get(f"/api/projects/{made}").json()["counts"]["settled"] == 1
    finally:
        again.stop()
    differ = command("migrate-store", "--data", data, "--to", target, "--check")
    assert differ.returncode == 1 and "They differ." in differ.stdout


@pytest.mark.parametrize(("words", "told"), [
    (("--to", "mysql://x/y"), "no address of a PostgreSQL database"),
    (("--to", "postgresql://nobody@127.0.0.1:9/none"), "PostgreSQL cannot be reached"),
])
def test_a_wrong_address_is_one_line(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    made = command("user", "add", "a@x.org", "--role", "owner", "--data", str(tmp_path))
    assert made.returncode == 0, made.stderr

    found = command("migrate-store", "--data", str(tmp_path), *words)

    assert found.returncode == 1 and found.stderr.startswith("error: ") and told in found.stderr
    assert len(found.stderr.strip().splitlines()) <= 2 and "Traceback" not in found.stderr


def test_a_folder_without_a_database_is_named(tmp_path: Path) -> None:
    found = command("migrate-store", "--data", str(tmp_path), "--to", "postgresql://127.0.0.1:9/none")

    assert found.returncode == 1 and f"There is no SQLite database {tmp_path}" in found.stderr


class Terminal:
    """Keeps what was written."""

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass


def test_progress_tells_rows_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, out = [100.0], Terminal()
    monkeypatch.setattr("goldsmith.cli.migrate_store.time.monotonic", lambda: clock[0])
    progress = Progress(out)  # type: ignore[arg-type]

    progress.tell("copying item", 0, 10_000)
    clock[0] += 2
    progress.tell("copying seat", 4_000, 10_000)
    clock[0] += 1
    progress.tell("checking item", 0, 10_000)
    clock[0] += 1
    progress.tell("checking item", 5_000, 10_000)

    lines = [line.strip() for line in out.text.split("\r")[1:]]
    assert lines[0] == "copying seat: 4,000 of 10,000 rows, 2,000 a second, 3 s left"
    assert lines[-1] == "checking item: 5,000 of 10,000 rows, 5,000 a second, 1 s left"
