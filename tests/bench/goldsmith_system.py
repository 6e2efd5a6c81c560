"""Goldsmith as a system of the comparing harness: `bench.py --system goldsmith_system:Goldsmith`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from systems.base import Http, System  # type: ignore[import-not-found]

ROOT = Path(__file__).parents[2]
SCHEMA = {
    "fields": [
        {
            "name": "letter",
            "kind": "choice",
            "required": True,
            "multiple": False,
            "labels": [{"name": name} for name in "abc"],
        }
    ]
}


def value(letter: str) -> dict[str, Any]:
    """An answer with one choice."""
    return {"letter": [{"id": "o", "kind": "choice", "label": letter}]}


class Goldsmith(System):  # type: ignore[misc]
    """`goldsmith serve` on SQLite, as the README starts it."""

    name, version = "goldsmith", "0.1.0"

    def pip_requirements(self) -> list[str]:
        return [str(ROOT)]

    def command(self) -> tuple[list[str], dict[str, str]]:
        return [self.python, "-m", "goldsmith.cli", "serve", "--data", self.data_dir, "--port", str(self.port)], {}

    def _run(self, *words: str) -> str:
        return subprocess.run(
            [self.python, "-m", "goldsmith.cli", *words, "--data", self.data_dir],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    def _key(self, email: str, role: str) -> dict[str, str]:
        self._run("user", "add", email, "--role", role)
        return {"Authorization": "Bearer " + self._run("key", "create", email)}

    def setup(self) -> None:
        self.api = Http(self.base, self._key("boss@example.org", "owner"))

    def create_project(self, title: str) -> str:
        made = self.api.call("POST", "/api/projects", {"name": title, "schema": SCHEMA, "review": False})
        return str(made["project_id"])

    def import_tasks(self, project: str, texts: list[str], labels: list[str] | None = None) -> int:
        self.batch = getattr(self, "batch", 0) + 1
        rows = [{"data": {"text": text, "batch": self.batch}} for text in texts]
        if labels is not None:
            rows = [{**row, "value": value(label)} for row, label in zip(rows, labels, strict=True)]
        body = "\n".join(json.dumps(row) for row in rows)
        return int(
            self.api.call("POST", f"/api/projects/{project}/items", body, {"Content-Type": "application/x-ndjson"})[
                "accepted"
            ]
        )

    def worker(self, project: str, i: int) -> dict[str, Any]:
        self.people = getattr(self, "people", 0) + 1
        return {"headers": self._key(f"worker{self.people}@example.org", "annotator")}

    @staticmethod
    def cycle(session: Any, project: str, i: int) -> str | None:
        lease = session.call("POST", f"/api/projects/{project}/lease", {})
        if lease is None:
            return None
        session.call(
            "POST", f"/api/leases/{lease['lease_id']}/submit", {"fence": lease["fence"], "value": value("abc"[i % 3])}
        )
        return str(lease["task_id"])

    def export(self, project: str) -> list[Any]:
        _, raw = self.api.call("GET", f"/api/projects/{project}/export?format=jsonl", raw=True)
        return [json.loads(line) for line in raw.splitlines()]
