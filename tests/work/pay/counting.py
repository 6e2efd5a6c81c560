"""The statements that one lease and one answer take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from goldsmith.db.connection import NO_ARGS, Args, Connection, Row
from goldsmith.work import answers, flow, queue
from goldsmith.work.queue import Grip, Place
from tests.work.conftest import WS, World, mood


class Counting:
    """A connection that writes down what is run on it."""

    def __init__(self, db: Connection, said: list[str]) -> None:
        self._db, self._said, self.skip_locked = db, said, db.skip_locked

    def execute(self, sql: str, args: Args = NO_ARGS) -> int:
        self._said.append(sql)
        return self._db.execute(sql, args)

    def one(self, sql: str, args: Args = NO_ARGS) -> Row | None:
        self._said.append(sql)
        return self._db.one(sql, args)

    def all(self, sql: str, args: Args = NO_ARGS) -> list[Row]:
        self._said.append(sql)
        return self._db.all(sql, args)

    def many(self, sql: str, rows: Iterable[Args]) -> None:
        self._said.append(sql)
        self._db.many(sql, rows)

    def stream(self, sql: str, args: Args = NO_ARGS) -> Iterator[Row]:
        self._said.append(sql)
        return self._db.stream(sql, args)

    def at_end(self, sql: str, args: Args) -> None:
        self._said.append(sql)
        self._db.at_end(sql, args)


def counted(world: World, person: str) -> list[str]:
    """Every statement of one lease and its answer, in their order; the sweep of once a second is left out."""
    said: list[str] = []

    def work(db: Any) -> None:
        counting: Any = Counting(db, said)
        place = Place(project_id=world.project_id, person_id=person)
        seat = queue.lease_next(counting, place, now_us=world.now_us)
        assert seat is not None
        grip = Grip(lease_id=seat["lease_id"], fence=seat["fence"], workspace_id=WS, person_id=person)
        _, events = answers.submit(counting, grip, mood("good"), work_seconds=1.0, now_us=world.now_us)
        flow.tell(counting, *events)

    world.do(work)
    return said
