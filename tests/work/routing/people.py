"""People with abilities, and rules, for tests of routing."""

from __future__ import annotations

from typing import Any

from goldsmith.core.events import Event
from goldsmith.core.people.requirement import Requirement
from goldsmith.db.connection import Connection, Row
from goldsmith.work import flow
from goldsmith.work.queue import Place
from goldsmith.work.routing import abilities, rules
from goldsmith.work.routing.presence.turns import Turns
from goldsmith.work.routing.standing import Standings
from tests.work.conftest import WS, World

PERSON = """
INSERT INTO person (person_id, workspace_id, email, name, role, state, created_us, sort)
VALUES (:person, :ws, :person, :person, :role, 'active', 0, :sort)
"""
PROFILE = """
INSERT INTO profile (workspace_id, person_id, country, time_zone, updated_us)
VALUES (:ws, :person, :country, :zone, 0)
"""
LANGUAGE = "INSERT INTO person_language (workspace_id, person_id, language, level) VALUES (:ws, :person, :tag, :level)"
SKILL = """
INSERT INTO qualification (workspace_id, person_id, skill, source, score, granted_us, expires_us)
VALUES (:ws, :person, :skill, :source, :score, 0, :expires)
"""
ADD_GROUP = "INSERT INTO person_group (group_id, workspace_id, name, created_us) VALUES (:group, :ws, :group, 0)"


class Routed:
    """A world in which people can do different things; leases as the server gives them."""

    def __init__(self, world: World) -> None:
        self.world, self.standings, self.turns = world, Standings(), Turns()
        self.waits_us: int | None = None  # until when the last who asked waits for others

    def add_person(
        self,
        name: str,
        *,
        country: str = "",
        zone: str = "",
        role: str = "annotator",
        sort: str = "human",
        **spoken: str,
    ) -> str:
        def add(db: Connection) -> None:
            args: dict[str, Any] = {"person": name, "ws": WS, "role": role, "sort": sort}
            db.execute(PERSON, args)
            db.execute(PROFILE, {"person": name, "ws": WS, "country": country, "zone": zone})
            db.many(LANGUAGE, [{"person": name, "ws": WS, "tag": tag, "level": level} for tag, level in spoken.items()])

        self.world.do(add)
        return name

    def add_skill(
        self, person: str, skill: str, score: int | None = 100, *, source: str = "exam", expires_us: int | None = None
    ) -> None:
        def add(db: Connection) -> None:
            args = {"person": person, "ws": WS, "skill": skill, "score": score, "source": source}
            db.execute(SKILL, {**args, "expires": expires_us})
            abilities.note_change(db, WS, [person])

        self.world.do(add)

    def add_group(self, group: str, *people: str) -> str:
        def add(db: Connection) -> None:
            args = {"group": group, "ws": WS}
            db.execute(ADD_GROUP, args)
            for person in people:
                db.execute(
                    "INSERT INTO group_member (workspace_id, group_id, person_id, created_us)"
                    " VALUES (:ws, :group, :person, 0)",
                    {**args, "person": person},
                )
            abilities.note_change(db, WS, people)

        self.world.do(add)
        return group

    def ask_for(self, requirement: Requirement) -> None:
        """What the whole project asks for."""

        def change(db: Connection) -> None:
            rules.raise_epoch(db, self.world.project_id)
            rules.set_default(db, self.world.project(), requirement, now_us=self.world.now_us)

        self.world.do(change)

    def set_rules(self, *found: rules.WorkRule) -> None:
        def change(db: Connection) -> None:
            rules.raise_epoch(db, self.world.project_id)
            rules.set_rules(db, self.world.project(), found)

        self.world.do(change)

    def prefer(self, preference: str) -> None:
        """As the manager's call does it."""

        def change(db: Connection) -> None:
            rules.raise_epoch(db, self.world.project_id)
            db.execute("UPDATE project SET preference = :preference", {"preference": preference})
            event = {"what": "project.routing_changed", "about": self.world.project_id, "workspace_id": WS}
            flow.tell(db, Event(**event, project_id=self.world.project_id, now_us=self.world.now_us))

        self.world.do(change)
        self.turns = Turns()

    def place(self, person: str, *, stage: Any = "label", batch: str = "") -> Place:
        """As the server makes it of a call."""
        db, project = self.world.database.read(), self.world.project()
        row = db.one("SELECT person_id, workspace_id, abilities_epoch FROM person WHERE person_id = :p", {"p": person})
        assert row is not None
        standing = self.standings.find(db, project, Caller(row), now_us=self.world.now_us)
        return Place(
            project_id=self.world.project_id,
            person_id=person,
            stage=stage,
            batch=batch,
            keys=standing.keys_for(stage),
            is_apart=bool(project["stages_apart"]),
            limits=standing.limits(person, now_us=self.world.now_us) if stage == "label" else (),
            preference=project["preference"] if stage == "label" else "",
            is_noted=stage == "label" and bool(project["preference"]),
        )

    def lease(self, person: str, *, stage: str = "label", batch: str = "", besides: tuple[str, ...] = ()) -> Row | None:
        place = self.place(person, stage=stage, batch=batch)

        def work(db: Connection) -> Row | None:
            flow.sweep(db, now_us=self.world.now_us)
            seat, self.waits_us = self.turns.lease_next(
                db, place, besides=frozenset(besides), now_us=self.world.now_us
            )
            return seat

        return self.world.do(work)  # type: ignore[no-any-return]

    def answer(self, person: str, *, batch: str = "") -> Row | None:
        seat = self.lease(person, batch=batch)
        if seat is not None:
            self.world.submit(seat)
        return seat

    def answers(self, person: str, most: int = 1000) -> list[int]:
        """The tasks that a person answers until nothing is left for them."""
        return [seat["task_seq"] for _ in range(most) if (seat := self.answer(person)) is not None]


class Caller:
    """Who asks, as read from their row."""

    def __init__(self, row: Row) -> None:
        self.person_id, self.workspace_id = str(row["person_id"]), str(row["workspace_id"])
        self.abilities_epoch = int(row["abilities_epoch"])
