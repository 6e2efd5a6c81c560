"""Runs whose process ends: another takes them up by itself, and nothing is predicted twice or left out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from goldsmith.db.connection import Connection, open_database
from goldsmith.models import SORTS
from goldsmith.work.routing.predicting import registry, runs
from tests.conftest import SENTIMENT, Server
from tests.openai_server import openai_server
from tests.work.predicting.desk import a_desk, saying

ITEMS = 40


def project_of_texts(manager: httpx.Client) -> str:
    made = manager.post("/api/projects", json={"name": "p", "schema": SENTIMENT}).json()
    texts = [{"data": {"text": f"good {i}"}} for i in range(ITEMS)]
    assert manager.post(f"/api/projects/{made['project_id']}/items", json=texts).status_code < 300
    return str(made["project_id"])


def until(ask: Callable[[], Any], is_so: Callable[[Any], bool], seconds: float = 90) -> Any:
    end = time.monotonic() + seconds
    while not is_so(found := ask()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def half_a_minute_passes(server: Server) -> None:
    database = open_database(server.database_place)

    def age(db: Connection) -> None:
        for table, column in (("prediction_run", "updated_us"), ("annotation", "created_us")):
            db.execute(f"UPDATE {table} SET {column} = {column} - {runs.STALLED_US}")

    database.write(age)
    database.close()


def stored(server: Server, statement: str) -> list[Any]:
    database = open_database(server.database_place)
    found = database.read().all(statement)
    database.close()
    return found


def standing(server: Server, manager: httpx.Client, at: str) -> Any:
    """The run as it is; while the server comes up again it may not be reached, and the run then still goes on."""
    try:
        return manager.get(at, timeout=10).json()
    except httpx.TransportError as error:
        ended = server.process.poll() if server.process else None
        log = server.log_path.read_text()[-300:]
        return {"state": "running", "unreached": repr(error), "ended": ended, "log": log}


@pytest.mark.parametrize("sort", ["suggest", "answer"])
def test_a_run_whose_server_was_killed_goes_on_by_itself_and_is_exact(any_server: Server, sort: str) -> None:
    manager = any_server.person("m@x.org", "manager")
    project = project_of_texts(manager)
    with openai_server() as model:
        model.reply, model.modes, model.pause_s = (lambda body: saying("good")), ["slow"], 0.05
        made = manager.post("/api/predictors", json={
            "name": "Small", "version": "1", "sort": "openai", "secret": "sk",
            "settings": {"address": model.address, "model": "small-model", "parallel": 2}}).json()  # fmt: skip
        if sort == "answer":
            rule = f"/api/projects/{project}/auto-accept/{made['person_id']}"
            assert manager.put(rule, json={"error_rate": 0.2}).status_code < 300
        at = f"/api/projects/{project}/prediction-runs"
        run_id = manager.post(at, json={"predictor_id": made["predictor_id"], "sort": sort}).json()["run_id"]
        until(lambda: manager.get(f"{at}/{run_id}").json()["done"], lambda done: done >= ITEMS * 0.3)
        any_server.kill()
        half_a_minute_passes(any_server)
        any_server.start()
        manager = any_server.client(manager.headers["Authorization"].removeprefix("Bearer "))  # its own was cut off

        run = until(lambda: standing(any_server, manager, f"{at}/{run_id}"), lambda one: one["state"] != "running")

    assert "unreached" not in run, run
    assert (run["state"], run["done"], run["failed"], run["error"]) == ("done", ITEMS, 0, "")
    assert ITEMS <= len(model.calls) <= ITEMS + SORTS["openai"].at_once  # only what was in hand is asked again
    table = "suggestion" if sort == "suggest" else "annotation"
    by_task = Counter(row[0] for row in stored(any_server, f"SELECT task_seq FROM {table}"))
    assert (len(by_task), max(by_task.values())) == (ITEMS, 1)


def test_a_run_at_which_processes_end_twice_is_stopped_and_only_one_takes_up_a_run(
    database_place: str, tmp_path: Path
) -> None:
    with a_desk(database_place, tmp_path) as desk:
        db, model = desk.app.context.db, desk.add()
        project = db.read().one("SELECT * FROM project")
        predictor = registry.find_predictor(db.read(), desk.app.workspace_id, model["predictor_id"])
        start = time.time_ns() // 1000 + 3_600_000_000  # so that the server of this test finds it in nobody's hands
        later = start + runs.STALLED_US + 1
        run = db.write(lambda c: runs.start(c, project, predictor["predictor_id"], "suggest", "", "m", now_us=start))

        early = runs.list_stalled(db.read(), now_us=start + 1000)
        (stalled,) = runs.list_stalled(db.read(), now_us=later)
        first = db.write(lambda c: runs.take_up(c, stalled, now_us=later))
        second = db.write(lambda c: runs.take_up(c, stalled, now_us=later))
        assert first is not None
        again = db.write(lambda c: runs.take_up(c, first, now_us=later + runs.STALLED_US))

        assert (early, second, again) == ([], None, None)
        ended = desk.ask("GET", f"/api/projects/{desk.project}/prediction-runs/{run['run_id']}")
        assert ended["state"] == "failed" and "twice" in ended["error"]
        assert db.write(lambda c: runs.beat(c, run, now_us=later)) is None  # whoever believed to hold it is told
