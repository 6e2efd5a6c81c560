"""The queue with a million tasks waiting and 64 people at once: on SQLite, and on PostgreSQL with one server and three.

    .venv/bin/python tests/bench/crowd.py [--tasks 1000000] [--clients 64] [--seconds 10] [--only sqlite] [--whole]

With `--whole` the queue does all that it can at once: each tenth of the tasks asks for a skill of its own, which all
people have but one in ten, each answer is paid out of a budget, and quotas count per person and per group; at the end
the books are proved and the quotas looked at.
The tasks are made in SQLite and moved by `migrate-store`'s own functions, which is measured on the way. Every client is
a process; a cycle is one lease and one submit. At the end it is asserted that no task was given twice.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from goldsmith.core.item import ItemData, Origin  # noqa: E402
from goldsmith.core.people.requirement import Requirement  # noqa: E402
from goldsmith.db import moving  # noqa: E402
from goldsmith.db.connection import Connection, Row, open_database  # noqa: E402
from goldsmith.work.data import ingest  # noqa: E402
from goldsmith.work.pay import ledger  # noqa: E402
from goldsmith.work.routing import abilities, rules  # noqa: E402
from tests.conftest import SENTIMENT, Server, choice, new_postgres_database  # noqa: E402
from tests.postgres_server import binaries, postgres_server  # noqa: E402
from tests.work.test_kill import ANNOTATOR, keys_of_new_people  # noqa: E402

AT_ONCE = 500  # items in one transaction of the filling
SKILLS, QUOTA, BUDGET = 10, 5000, 10_000_000


def make_project(server: Server, *, is_whole: bool) -> str:
    """A project where one answer settles a task; with skills, a price and quotas where it `is_whole`."""
    boss = server.person(f"boss{server.port}@example.org", "owner")
    body = {"name": "crowd", "schema": SENTIMENT, "overlap": 1, "review": False}
    project = str(boss.post("/api/projects", json=body).json()["project_id"])
    if is_whole:
        at, price = f"/api/projects/{project}", {"sort": "answer", "currency": "EUR", "amount_minor": 3}
        group = boss.post("/api/groups", json={"name": "crowd"}).json()["group_id"]
        rules = [{"per_day": QUOTA, "in_total": 2 * QUOTA}, {"about": group, "in_total": 1000 * QUOTA}]
        for method, path, more in (("PUT", "/pay/price", price), ("PUT", "/routing", {"rules": rules}),
                                   ("POST", "/pay/budget", {"amount_minor": BUDGET, "currency": "EUR", "once": "a"})):
            assert boss.request(method, at + path, json=more).is_success, path
    return project


def fill(place: Path, project_id: str, tasks: int, *, is_whole: bool) -> None:
    """Queue that many tasks, without a server; where it `is_whole`, each piece of them asks for one of the skills."""
    database, begun_s = open_database(place), time.perf_counter()
    project = database.read().one("SELECT * FROM project WHERE project_id = :project", {"project": project_id})
    assert project is not None
    if is_whole:
        database.write(lambda db: ask_for_skills(db, project))
    origin = Origin(source="bench", licence="CC0", basis="own")
    for start in range(0, tasks, AT_ONCE):
        items = [ingest.NewItem(item=ItemData(data={"text": f"sentence {i}: the quick brown fox"}))
                 for i in range(start, min(start + AT_ONCE, tasks))]
        batch = f"batch {start // AT_ONCE % SKILLS}" if is_whole else ""
        database.write(lambda db, items=items, batch=batch: ingest.add_items(  # type: ignore[misc]
            db, project, items, origin, batch=batch, now_us=time.time_ns() // 1000))
    database.close()
    print(f"{tasks:,} tasks queued in {time.perf_counter() - begun_s:.0f} s", flush=True)


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
        f"SELECT coalesce(max(used), 0) FROM quota_use WHERE about LIKE 'person_%' AND used > {QUOTA * 2}")]
    database.close()
    earned, answers, above = (int(row[0]) for row in counts if row is not None)
    print(f"  books: {earned:,} answers paid of {answers:,}; laws broken {broken or 'none'}; above a quota {above}",
          flush=True)
    assert not broken and earned == answers and not above


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
    args = parser.parse_args()
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    with tempfile.TemporaryDirectory() as work, ExitStack() as stack:
        one = Server(Path(work) / "data")
        one.start()
        project = make_project(one, is_whole=args.whole)
        one.stop()
        fill(one.data / "goldsmith.sqlite", project, args.tasks, is_whole=args.whole)
        if "sqlite" in args.only:
            work_at("SQLite", [one], project, args)
        folder = binaries()
        if "postgres" in args.only and folder is not None:
            place = new_postgres_database(stack.enter_context(postgres_server(folder)))
            move(one.data / "goldsmith.sqlite", place)
            work_at("PostgreSQL, one server", [Server(one.data, place)], project, args)
            work_at("PostgreSQL, three servers", [Server(one.data, place) for _ in range(3)], project, args)


if __name__ == "__main__":
    main()
