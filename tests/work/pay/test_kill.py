"""No budget is overdrawn and the books balance, however many annotators ask while the server is killed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from goldsmith.db.connection import Connection, open_database
from goldsmith.work import people
from goldsmith.work.pay import ledger
from tests.conftest import SENTIMENT, Server, choice

ANNOTATOR = Path(__file__).parents[1] / "annotator.py"
PEOPLE, ITEMS, KILLS, PRICE, BUDGET = 12, 400, 3, 10, 2005


def new_keys(server: Server) -> list[str]:
    database, now_us = open_database(server.database_place), time.time_ns() // 1000

    def make(db: Connection) -> list[str]:
        row = db.one("SELECT workspace_id FROM workspace")
        assert row is not None
        ids = [people.add_person(db, row[0], f"p{i}@x.org", "annotator", now_us=now_us) for i in range(PEOPLE)]
        return [
            people.add_credential(db, "key", row[0], person_id=one, expires_us=people.FOREVER_US, now_us=now_us).secret
            for one in ids
        ]

    try:
        return database.write(make)
    finally:
        database.close()


def test_a_budget_is_used_up_to_the_last_answer_and_never_overdrawn(any_server: Server) -> None:
    boss = any_server.person("boss@example.org", "owner")
    made = boss.post("/api/projects", json={"name": "k", "schema": SENTIMENT, "overlap": 1, "review": False})
    at = f"/api/projects/{made.json()['project_id']}"
    boss.post(at + "/items", json=[{"data": {"text": f"text {i}"}} for i in range(ITEMS)])
    price = {"sort": "answer", "currency": "EUR", "amount_minor": PRICE}
    assert boss.put(at + "/pay/price", json=price).status_code == 200
    funds = {"amount_minor": BUDGET, "currency": "EUR", "once": "first"}
    assert boss.post(at + "/pay/budget", json=funds).status_code == 200
    words = [sys.executable, "-I", str(ANNOTATOR), str(any_server.port)]
    crowd = [
        subprocess.Popen([*words, key, made.json()["project_id"], json.dumps(choice("good"))],
                         stdout=subprocess.PIPE, text=True)
        for key in new_keys(any_server)
    ]  # fmt: skip

    for _ in range(KILLS):
        time.sleep(0.25)
        any_server.kill()
        any_server.start()
    told = [json.loads(one.communicate(timeout=120)[0]) for one in crowd]

    assert [one["odd"] for one in told if one["odd"]] == []
    answers = {annotation for one in told for _, annotation in one["done"]}
    database = open_database(any_server.database_place)
    db = database.read()
    earned = db.one("SELECT count(*), sum(amount_minor) FROM earning WHERE state = 'due'")
    stored = db.one("SELECT count(*) FROM annotation WHERE origin = 'answer'")
    broken = ledger.prove(db)
    database.close()
    assert earned is not None and stored is not None
    assert earned[0] == stored[0] >= len(answers) and earned[1] == earned[0] * PRICE <= BUDGET
    assert BUDGET // PRICE - PEOPLE <= earned[0] <= BUDGET // PRICE
    assert {what: count for what, count in broken.items() if count} == {}
