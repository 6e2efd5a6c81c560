"""The queue with a million tasks waiting and 64 people at once: on SQLite, and on PostgreSQL with one server and three.

    .venv/bin/python tests/bench/crowd.py [--tasks 1000000] [--clients 64] [--seconds 10] [--only sqlite] [--whole]
                                          [--kills 10]

With `--whole` the queue does all that it can at once: each tenth of the tasks asks for a skill of its own, which all
people have but one in ten, each answer is paid out of a budget, and quotas count per person and per group; at the end
the books are proved and the quotas looked at. With `--kills` as well, new people then work under quotas and a budget
that run out, while the servers are killed in turn so many times; the same is proved again.
The first tasks are brought in by the product's own function, the rest are copies of their rows. `--only move` moves the
SQLite file to PostgreSQL by `migrate-store`'s own functions. Every client is a process; a cycle is one lease and one
submit. At the end it is asserted that no task was given twice.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from goldsmith.core.item import ItemData, Origin  # noqa: E402
from goldsmith.core.people.requirement import Requirement  # noqa: E402
from goldsmith.db import moving  # noqa: E402
from goldsmith.db.connection import MOVED, Connection, Row, open_database  # noqa: E402
from goldsmith.work.data import ingest  # noqa: E402
from goldsmith.work.pay import ledger  # noqa: E402
from goldsmith.work.routing import abilities, rules  # noqa: E402
from tests.conftest import SENTIMENT, Server, choice, new_postgres_database  # noqa: E402
from tests.postgres_server import binaries, postgres_server  # noqa: E402
from tests.work.test_kill import ANNOTATOR, keys_of_new_people, start_crowd, stored_answers  # noqa: E402

AT_ONCE = 500  # items in one transaction of the filling
SKILLS, QUOTA, BUDGET, PRICE = 10, 5000, 10_000_000, 3
EACH, COVERED, OF_GROUP = 20, 0.7, 0.8  # under kills: answers of a person; the part of all these that may be


def make_project(server: Server, *, is_whole: bool) -> str:
    """A project where one answer settles a task; with skills, a price and quotas where it `is_whole`."""
    boss = server.person(f"boss{server.port}@example.org", "owner")
    body = {"name": "crowd", "schema": SENTIMENT, "overlap": 1, "review": False}
    project = str(boss.post("/api/projects", json=body).json()["project_id"])
    if is_whole:
        at, price = f"/api/projects/{project}", {"sort": "answer", "currency": "EUR", "amount_minor": PRICE}
        group = boss.post("/api/groups", json={"name": "crowd"}).json()["group_id"]
        rules = [{"per_day": QUOTA, "in_total": 2 * QUOTA}, {"about": group, "in_total": 1000 * QUOTA}]
        for method, path, more in (("PUT", "/pay/price", price), ("PUT", "/routing", {"rules": rules}),
                                   ("POST", "/pay/budget", {"amount_minor": BUDGET, "currency": "EUR", "once": "a"})):
            assert boss.request(method, at + path, json=more).is_success, path
    return project


def fill(place: str, project_id: str, tasks: int, *, is_whole: bool) -> None:
    """Queue that many tasks, without a server; where it `is_whole`, each piece of them asks for one of the skills."""
    database, begun_s = open_database(place), time.perf_counter()
    project = database.read().one("SELECT * FROM project WHERE project_id = :project", {"project": project_id})
    assert project is not None
    if is_whole:
        database.write(lambda db: ask_for_skills(db, project))
    origin = Origin(source="bench", licence="CC0", basis="own")
    made = min(tasks, AT_ONCE * SKILLS)
    for start in range(0, made, AT_ONCE):
        items = [ingest.NewItem(item=ItemData(data={"text": f"sentence {i}: the quick brown fox"}))
                 for i in range(start, min(start + AT_ONCE, made))]
        batch = f"batch {start // AT_ONCE % SKILLS}" if is_whole else ""
        database.write(lambda db, items=items, batch=batch: ingest.add_items(  # type: ignore[misc]
            db, project, items, origin, batch=batch, now_us=time.time_ns() // 1000))
    while made < tasks:
        database.write(lambda db, made=made: copy_rows(db, made, min(tasks, 2 * made)))  # type: ignore[misc]
        made = min(tasks, 2 * made)
    database.write(lambda db: db.execute("ANALYZE"))
    database.close()
    print(f"{tasks:,} tasks queued in {time.perf_counter() - begun_s:.0f} s", flush=True)


NEW = {"item_seq": "item_seq + :had", "task_seq": "task_seq + :had", "seat_seq": "seat_seq + :had",
       "position": "position + :had", "item_id": "item_id || :mark", "task_id": "task_id || :mark",
       "name": "name || :mark"}


def copy_rows(db: Connection, had: int, tasks: int) -> None:
    """The first of the `had` items once more, with their tasks and seats, so that there are `tasks`."""
    as_bytes = "convert_to(item_id || :mark, 'UTF8')" if db.skip_locked else "CAST(item_id || :mark AS BLOB)"
    for table in ("item", "task", "seat"):
        row = db.one(f"SELECT * FROM {table} LIMIT 1")
        assert row is not None
        new = {**NEW, "content_hash": as_bytes}
        values = ", ".join(new.get(column, column) for column in row.keys())
        db.execute(f"INSERT INTO {table} ({', '.join(row.keys())}) SELECT {values} FROM {table}"
                   f" WHERE {table}_seq <= :more", {"had": had, "mark": f" {had}", "more": tasks - had})
    db.execute("UPDATE counter SET value = :tasks WHERE name IN ('item', 'seat')", {"tasks": tasks})


def ask_for_skills(db: Connection, project: Row) -> None:
    """Each of the batches asks for a skill of its own."""
    for number in range(SKILLS):
        asked = Requirement(skills={f"skill {number}": 50})
        key = rules.ensure(db, project, asked, now_us=time.time_ns() // 1000)
        rules.set_batch_key(db, project, f"batch {number}", key)
    rules.raise_epoch(db, project["project_id"])


GIVE_SKILL = """
INSERT INTO qualification (workspace_id, person_id, skill, source, score, granted_us)
SELECT workspace_id, person_id, :skill, 'exam', 90, 0 FROM person
 WHERE role = 'annotator' AND CAST(substr(email, 2, length(email) - 13) AS INTEGER) % :skills <> :number
ON CONFLICT DO NOTHING
"""
JOIN = """
INSERT INTO group_member (workspace_id, group_id, person_id, created_us)
SELECT p.workspace_id, g.group_id, p.person_id, 0 FROM person p JOIN person_group g ON g.workspace_id = p.workspace_id
 WHERE p.role = 'annotator' ON CONFLICT DO NOTHING
"""


def make_able(server: Server) -> None:
    """Everybody is in the group and has all skills but one."""
    def work(db: Connection) -> None:
        for number in range(SKILLS):
            db.execute(GIVE_SKILL, {"skill": f"skill {number}", "number": number, "skills": SKILLS})
        db.execute(JOIN)
        people = db.all("SELECT workspace_id, person_id FROM person WHERE role = 'annotator'")
        abilities.note_change(db, people[0]["workspace_id"], [row["person_id"] for row in people])

    database = open_database(server.database_place)
    database.write(work)
    database.close()


def look_at_books(server: Server) -> None:
    """That the ledger balances, nothing is overdrawn, each answer is paid once and no quota is passed."""
    database = open_database(server.database_place)
    db = database.read()
    broken = {what: count for what, count in ledger.prove(db).items() if count}
    counts = [db.one(sql) for sql in (
        "SELECT count(*) FROM earning", "SELECT count(*) FROM annotation WHERE origin = 'answer'",
        f"SELECT coalesce(max(used), 0) FROM quota_use WHERE about LIKE 'person_%' AND used > {QUOTA * 2}",
        "SELECT count(*) FROM account WHERE sort = 'budget' AND balance_minor < reserved_minor",
        "SELECT coalesce(sum(balance_minor - reserved_minor), 0) FROM account WHERE sort = 'budget'")]
    database.close()
    earned, answers, above, overdrawn, left = (int(row[0]) for row in counts if row is not None)
    print(f"  books: {earned:,} answers paid of {answers:,}; laws broken {broken or 'none'}; above a quota {above};"
          f" budgets overdrawn {overdrawn}, left {left:,}", flush=True)
    assert not broken and earned == answers and not above and not overdrawn


def run_crowd(title: str, servers: list[Server], project: str, clients: int, seconds: float, *,
              is_whole: bool) -> None:
    """Let the clients work, and print what they reached."""
    keys = new_keys(servers[0], clients)
    if is_whole:
        make_able(servers[0])
    ports = ",".join(str(one.port) for one in servers)
    words = [sys.executable, "-I", str(ANNOTATOR), ports]
    value = json.dumps(choice("good"))
    crowd = [subprocess.Popen([*words, key, project, value, str(seconds)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) for key in keys]
    time.sleep(2)  # until all have started
    for one in crowd:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    told = [json.loads(one.communicate(timeout=seconds + 120)[0]) for one in crowd]
    took = sorted(ms for one in told for ms in one["took_ms"])
    tasks = [task for one in told for task, _ in one["done"]]
    odd = [one for person in told for one in person["odd"]]
    twice = len(tasks) - len(set(tasks)) + stored_twice(servers[0])
    print(f"{title}, {clients} clients: {len(took) / seconds:,.0f} cycles/s, p50 {took[len(took) // 2]:.0f} ms,"
          f" p99 {took[int(len(took) * 0.99)]:.0f} ms, same task twice {twice}, odd answers {len(odd)}", flush=True)
    assert twice == 0 and not odd, odd[:3]
    if is_whole:
        look_at_books(servers[0])


def run_through_kills(title: str, servers: list[Server], project: str, clients: int, kills: int) -> None:
    """New people work until quotas and budget are used up, while the servers are killed in turn; then all is proved."""
    keys = new_keys(servers[0], clients)
    make_able(servers[0])
    before = Counter(person for _, _, person in stored_answers(servers[0]))
    of_group = before.total() + int(clients * EACH * OF_GROUP)
    set_limits(servers[0], project, EACH, of_group, int(clients * EACH * COVERED) * PRICE)
    begun_s, crowd = time.monotonic(), start_crowd(servers, project, keys=keys)
    for turn in range(kills):
        time.sleep(0.5 + random.random())
        servers[turn % len(servers)].kill()
        servers[turn % len(servers)].start()
    told = [json.loads(one.communicate(timeout=600)[0]) for one in crowd]
    odd = [one for person in told for one in person["odd"] if one[1]["error"]["code"] != "not_now"]
    stored = stored_answers(servers[0])
    lost = {done for person in told for _, done in person["done"]} - {one for one, _, _ in stored}
    given = Counter(person for _, _, person in stored) - before
    most = max(given.values())
    twice = stored_twice(servers[0])
    print(f"{title}, {kills} kills in {time.monotonic() - begun_s:.0f} s: {given.total()} answers,"
          f" lost {len(lost)}, same task twice {twice}, odd answers {len(odd)}; most of a person {most} of {EACH},"
          f" of the group {len(stored)} of {of_group}", flush=True)
    assert not lost and not twice and not odd and most <= EACH and len(stored) <= of_group, odd[:3]
    look_at_books(servers[0])
    set_limits(servers[0], project, QUOTA, 1000 * QUOTA, BUDGET)  # as they were, for who comes next


def set_limits(server: Server, project: str, each: int, of_group: int, budget_minor: int) -> None:
    """Quotas for each person and for all, and so much left in the budget."""
    now_us = time.time_ns() // 1000
    boss, at = server.person(f"chief{now_us}@example.org", "owner"), f"/api/projects/{project}"
    database = open_database(server.database_place)
    group = database.read().one("SELECT group_id FROM person_group")
    budget = database.read().one("SELECT balance_minor - reserved_minor FROM account WHERE sort = 'budget'")
    database.close()
    assert group is not None and budget is not None
    rules = [{"in_total": each}, {"about": group[0], "in_total": of_group}]
    money = {"amount_minor": budget_minor - budget[0], "currency": "EUR", "once": f"rest{now_us}"}
    for method, path, body in (("PUT", "/routing", {"rules": rules}), ("POST", "/pay/budget", money)):
        assert boss.request(method, at + path, json=body).is_success, path


def new_keys(server: Server, count: int) -> list[str]:
    """Keys of new annotators, whose addresses nobody has yet."""
    database = open_database(server.database_place)
    row = database.read().one("SELECT count(*) FROM person")
    database.close()
    assert row is not None
    return keys_of_new_people(server, count, first=row[0])


def stored_twice(server: Server) -> int:
    """Tasks with more than one answer."""
    database = open_database(server.database_place)
    row = database.read().one("SELECT count(*) FROM (SELECT 1 AS one FROM annotation WHERE origin = 'answer'"
                              " GROUP BY task_seq HAVING count(*) > 1) found")
    database.close()
    assert row is not None
    return int(row[0])


def move(path: Path, place: str) -> None:
    """Move the tasks to PostgreSQL, and print how long it took."""
    begun_s = time.perf_counter()
    found = moving.move(path, place, lambda what, done, total: None)
    took_s, rows = time.perf_counter() - begun_s, sum(one.source.rows for one in found.tables)
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"moved to PostgreSQL: {rows:,} rows in {took_s:.0f} s, checked; {rows / took_s:,.0f} a second,"
          f" memory {peak_mib:.0f} MiB at most", flush=True)


def work_at(title: str, servers: list[Server], project: str, args: Any) -> None:
    """Start the servers, run the crowd, stop them."""
    for one in servers:
        one.start()
    try:
        run_crowd(title, servers, project, args.clients, args.seconds, is_whole=args.whole)
        if args.whole and args.kills:
            run_through_kills(title, servers, project, args.clients, args.kills)
    finally:
        for one in servers:
            one.stop()


def main() -> None:
    """Fill, and measure where it was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=1_000_000)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--only", default="sqlite,postgres")
    parser.add_argument("--whole", action="store_true", help="with skills, quotas and a price")
    parser.add_argument("--kills", type=int, default=0, help="with --whole: how often servers are killed in the end")
    args = parser.parse_args()
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    with tempfile.TemporaryDirectory() as work, ExitStack() as stack:
        folder = binaries()
        address = stack.enter_context(postgres_server(folder)) if folder is not None else None
        if "sqlite" in args.only or "move" in args.only:
            one, project = made_ready(Path(work) / "one", "", args)
            if "move" in args.only and address is not None:
                move(one.data / "goldsmith.sqlite", new_postgres_database(address))
                (one.data / MOVED).unlink()
            if "sqlite" in args.only:
                work_at("SQLite", [one], project, args)
        if "postgres" in args.only and address is not None:
            one, project = made_ready(Path(work) / "many", new_postgres_database(address), args)
            work_at("PostgreSQL, one server", [one], project, args)
            three = [one, *(Server(one.data, one.database_place) for _ in range(2))]
            work_at("PostgreSQL, three servers", three, project, args)


def made_ready(data: Path, place: str, args: Any) -> tuple[Server, str]:
    """A server that is stopped, and its project with the tasks."""
    one = Server(data, place)
    one.start()
    project = make_project(one, is_whole=args.whole)
    one.stop()
    fill(one.database_place, project, args.tasks, is_whole=args.whole)
    return one, project


if __name__ == "__main__":
    main()
