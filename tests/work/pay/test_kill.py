"""Money under kill -9: however many annotators ask while the server is killed, the books balance to the last unit, no
budget is overdrawn, no quota is passed, and each acknowledged answer is held once."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from typing import Any

from goldsmith.db.connection import open_database
from goldsmith.work.pay import ledger
from tests.conftest import Server
from tests.work.test_kill import KILLS, PROCESSES, keys_of_new_people, new_project, start_crowd

ITEMS, PRICE, BUDGET, EACH, OF_GROUP = 600, 10, 9005, 25, 400  # of 1,200 answers asked for, 900 can be paid


def price_and_budget(server: Server, project: str) -> None:
    boss, at = server.person("payer@example.org", "owner"), f"/api/projects/{project}/pay"
    price = {"sort": "answer", "currency": "EUR", "amount_minor": PRICE, "release_days": 3}
    assert boss.put(f"{at}/price", json=price).status_code == 200
    funds = {"amount_minor": BUDGET, "currency": "EUR", "once": "first"}
    assert boss.post(f"{at}/budget", json=funds).status_code == 200


def quotas_for_half(server: Server, project: str) -> str:
    """Quotas for each person, and for a group that every second annotator is in; gives the group."""
    boss = server.person("manager@example.org", "manager")
    group = str(boss.post("/api/groups", json={"name": "night"}).json()["group_id"])
    rules = [{"in_total": EACH}, {"about": group, "in_total": OF_GROUP}]
    assert boss.put(f"/api/projects/{project}/routing", json={"rules": rules}).status_code == 200
    found = read_all(server, "SELECT person_id FROM person WHERE role = 'annotator' ORDER BY person_id")
    members = [person for (person,) in found[::2]]
    assert boss.patch(f"/api/groups/{group}/members", json={"add": members}).status_code == 204
    return group


def read_all(server: Server, sql: str, **args: object) -> list[Any]:
    database = open_database(server.database_place)
    rows = [tuple(row) for row in database.read().all(sql, args)]
    database.close()
    return rows


def test_money_and_quotas_are_right_to_the_last_unit_through_ten_kills(any_server: Server) -> None:
    project, rng = new_project(any_server, ITEMS), random.Random(5)
    price_and_budget(any_server, project)
    keys = keys_of_new_people(any_server, PROCESSES)
    group = quotas_for_half(any_server, project)
    crowd = start_crowd([any_server], project, keys=keys)

    try:
        for _ in range(KILLS):
            time.sleep(0.3 + rng.random())
            any_server.kill()
            any_server.start()
        told = [json.loads(one.communicate(timeout=300)[0]) for one in crowd]
    finally:  # they would call a server that is gone for ever
        for one in crowd:
            one.kill()
            one.wait()

    refused = [one["odd"][0][1]["error"]["code"] for one in told if one["odd"]]
    assert set(refused) <= {"not_now"}
    assert_money(any_server, [annotation for one in told for _, annotation in one["done"]])
    assert_quotas(any_server, group)
    assert "BAD" not in any_server.command("doctor")


def assert_money(server: Server, acknowledged: list[str]) -> None:
    """Each answer is held once, for what it earns, and the budget has the rest."""
    database = open_database(server.database_place)
    broken = {what: count for what, count in ledger.prove(database.read()).items() if count}
    database.close()
    held = read_all(server, "SELECT annotation_id, amount_minor FROM earning WHERE state IN ('held', 'accepted')")
    given = read_all(server, "SELECT annotation_id FROM annotation WHERE origin = 'answer'")
    moved = Counter(about for (about,) in read_all(server, "SELECT about FROM entry WHERE move = 'held'"))
    money = dict(read_all(server, "SELECT sort, sum(balance_minor) FROM account GROUP BY sort"))
    assert broken == {}
    assert {one for one, _ in held} == {one for (one,) in given} == set(moved) >= set(acknowledged)
    assert len(held) == len(given) and set(moved.values()) == {1}
    assert {amount for _, amount in held} == {PRICE}
    assert (money["held"], money["budget"]) == (len(held) * PRICE, BUDGET - len(held) * PRICE)
    assert read_all(server, "SELECT 1 FROM account WHERE sort <> 'funds' AND balance_minor < reserved_minor") == []


def assert_quotas(server: Server, group: str) -> None:
    """Nobody is above a quota, answers and running leases together; and the quotas were of use."""
    taken = Counter(person for (person,) in read_all(server, "SELECT person_id FROM seat WHERE stage = 'label'"
                                                     " AND state IN ('done', 'leased')"))
    members = {person for (person,) in read_all(server, "SELECT person_id FROM group_member WHERE group_id = :group",
                                                group=group)}
    of_group = sum(count for person, count in taken.items() if person in members)
    assert max(taken.values()) <= EACH and of_group <= OF_GROUP
    assert read_all(server, "SELECT 1 FROM quota_use WHERE used > CASE WHEN about = :group THEN :most ELSE :each END",
                    group=group, most=OF_GROUP, each=EACH) == []
    assert len(members) == PROCESSES // 2 and sum(taken.values()) > OF_GROUP
