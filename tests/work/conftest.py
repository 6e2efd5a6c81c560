"""A small world: one project, some people, some texts, on a real database."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from goldsmith.core.item import ItemData, Origin
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.core.task.workflow import EACH_REVIEWED, NONE_REVIEWED, encode_workflow
from goldsmith.db.connection import Connection, Database, Row
from goldsmith.work import answers, flow, queue, review
from goldsmith.work.data import ingest
from goldsmith.work.queue import Grip, Place

NOON = 1_800_000_000_000_000
SECOND = 1_000_000
WS = "ws_test"
SCHEMA = LabelSchema(
    fields=(
        Field(
            name="mood",
            kind="choice",
            multiple=False,
            required=True,
            labels=(Label(name="good"), Label(name="bad"), Label(name="mixed")),
        ),
    )
)


def mood(label: str) -> bytes:
    return json.dumps({"mood": [{"id": "o1", "kind": "choice", "label": label}]}).encode()


class World:
    """Acts as people would, each act one transaction."""

    def __init__(self, database: Database, *, overlap: int = 1, most: int = 1, review: bool = False) -> None:
        self.database, self.project_id, self.now_us = database, "proj_1", NOON
        database.write(
            lambda db: db.execute(
                "INSERT INTO workspace (workspace_id, name, sort, created_us) VALUES (:ws, 'w', 'live', 0)", {"ws": WS}
            )
        )
        database.write(
            lambda db: db.execute(
                "INSERT INTO project (project_id, workspace_id, name, schema_json, overlap, overlap_most, review, state,"  # noqa: E501
                " created_us, workflow_json) VALUES (:project, :ws, 'p', :schema, :overlap, :most, :review, 'open', 0,"
                " :workflow)",
                {
                    "project": self.project_id,
                    "ws": WS,
                    "schema": msgspec.json.encode(SCHEMA),
                    "overlap": overlap,
                    "most": max(most, overlap),
                    "review": int(review),
                    "workflow": encode_workflow(EACH_REVIEWED if review else NONE_REVIEWED).decode(),
                },
            )
        )

    def project(self) -> Row:
        row = self.database.read().one("SELECT * FROM project")
        assert row is not None
        return row

    def add(self, count: int, prefix: str = "text", *, batch: str = "") -> ingest.Added:
        items = [ingest.NewItem(item=ItemData(data={"text": f"{prefix} {i}"})) for i in range(count)]
        origin, project = Origin(source="test", licence="CC0", basis="own"), self.project()
        return self.database.write(
            lambda db: ingest.add_items(db, project, items, origin, batch=batch, now_us=self.now_us)
        )

    def lease(
        self,
        person: str,
        *,
        stage: str = "label",
        batch: str = "",
        besides: frozenset[str] = frozenset(),
        is_shared: bool = True,
    ) -> Row | None:
        place = Place(project_id=self.project_id, person_id=person, stage=stage, batch=batch, is_shared=is_shared)

        def work(db: Connection) -> Row | None:
            flow.sweep(db, now_us=self.now_us)
            return queue.lease_next(db, place, besides=besides, now_us=self.now_us)

        return self.database.write(work)

    def grip(self, seat: Row, person: str | None = None) -> Grip:
        return Grip(
            lease_id=seat["lease_id"], fence=seat["fence"], workspace_id=WS, person_id=person or seat["person_id"]
        )

    def submit(self, seat: Row, label: str = "good", person: str | None = None) -> str:
        def work(db: Connection) -> str:
            annotation_id, events = answers.submit(
                db, self.grip(seat, person), mood(label), work_seconds=1.5, now_us=self.now_us
            )
            flow.tell(db, *events)
            return annotation_id

        return self.database.write(work)

    def answer(self, person: str, label: str = "good", *, batch: str = "", is_shared: bool = True) -> Row | None:
        seat = self.lease(person, batch=batch, is_shared=is_shared)
        if seat is not None:
            self.submit(seat, label)
        return seat

    def decide(
        self, seat: Row, decision: str, *, value: bytes | None = None, comment: str = "", seconds: float | None = None
    ) -> None:
        verdict = review.Verdict(decision=decision, value_json=value, comment=comment, work_seconds=seconds)
        self.database.write(lambda db: flow.tell(db, *review.decide(db, self.grip(seat), verdict, now_us=self.now_us)))

    def do(self, work: Callable[[Connection], Any]) -> Any:
        return self.database.write(work)

    def states(self) -> list[str]:
        return [row["state"] for row in self.database.read().all("SELECT state FROM task ORDER BY task_seq")]


@pytest.fixture
def make_world(database: Database) -> Callable[..., World]:
    """Makes the world on each sort of database."""
    return lambda **more: World(database, **more)
