"""A manager with a project of texts, and a server that speaks OpenAI's protocol."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import SENTIMENT
from tests.openai_server import OpenaiServer, openai_server
from tests.work.http import App, running


class Desk:
    """A manager with a project of texts, and a server that speaks OpenAI's protocol."""

    def __init__(self, app: App, server: OpenaiServer) -> None:
        self.app, self.server, self.key = app, server, app.key("manager")
        self.project = self.ask("POST", "/api/projects", {"name": "p", "schema": SENTIMENT})["project_id"]
        self.ask("POST", f"/api/projects/{self.project}/items", [{"data": {"text": "Great tea."}}])

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return self.app.call(method, path, self.key, body)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.call(method, path, body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def add(self, **settings: Any) -> Any:
        return self.ask("POST", "/api/predictors", {
            "name": "Small", "version": "1", "sort": "openai", "secret": "sk-hidden",
            "settings": {"address": self.server.address, "model": "small-model", **settings}})  # fmt: skip


    def add_texts(self, *texts: str) -> None:
        self.ask("POST", f"/api/projects/{self.project}/items", [{"data": {"text": text}} for text in texts])

    def run(self, predictor_id: str, sort: str = "suggest", *, is_awaited: bool = True) -> Any:
        at = f"/api/projects/{self.project}/prediction-runs"
        made = self.ask("POST", at, {"predictor_id": predictor_id, "sort": sort})
        return self.wait(made["run_id"]) if is_awaited else made

    def wait(self, run_id: str) -> Any:
        """The run when it is over."""
        until = time.monotonic() + 60
        while True:
            row = self.ask("GET", f"/api/projects/{self.project}/prediction-runs/{run_id}")
            if row["state"] != "running" or time.monotonic() > until:
                return row
            time.sleep(0.02)

    def show(self, predictor_id: str, **more: Any) -> Any:
        """From now on annotators see what the model predicted, on every task."""
        body = {"shown": [predictor_id], "blind_share": 0.0, **more}
        return self.ask("PUT", f"/api/projects/{self.project}/suggestions", body)


@contextmanager
def a_desk(database_place: str, tmp_path: Path) -> Iterator[Desk]:
    """The desk, as long as it is needed."""
    with running(database_place, tmp_path) as app, openai_server() as server:
        yield Desk(app, server)


def saying(label: str, confidence: float = 0.9) -> str:
    """What a model writes that gives this label."""
    return json.dumps({"sentiment": [{"label": label, "confidence": confidence}]})
