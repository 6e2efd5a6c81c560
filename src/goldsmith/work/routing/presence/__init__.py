"""Presence: when a person was last there. Written with what they do, at most once in NOTED_EVERY_US of a process."""

from __future__ import annotations

from typing import Protocol

from goldsmith.db.connection import Connection

NOTED_EVERY_US = 4 * 60 * 1_000_000
ON_US = 10 * 60 * 1_000_000  # who was seen within this is on
KEPT_MOST = 200_000

SEEN = """
INSERT INTO presence (workspace_id, person_id, seen_us) VALUES (:workspace, :person, :now)
ON CONFLICT (person_id) DO UPDATE SET seen_us = excluded.seen_us
"""


class Somebody(Protocol):
    """Who was seen."""

    @property
    def person_id(self) -> str: ...
    @property
    def workspace_id(self) -> str: ...


class Presence:
    """Who was noted lately by this process; losing it costs one statement each."""

    def __init__(self) -> None:
        self._noted_us: dict[str, int] = {}

    def note(self, db: Connection, person: Somebody, *, now_us: int) -> None:
        """Write down that the person is there, unless that was done a few minutes ago."""
        if self._noted_us.get(person.person_id, 0) + NOTED_EVERY_US > now_us:
            return
        db.execute(SEEN, {"workspace": person.workspace_id, "person": person.person_id, "now": now_us})
        self._noted_us.pop(person.person_id, None)
        self._noted_us[person.person_id] = now_us
        if len(self._noted_us) > KEPT_MOST:
            self._noted_us.pop(next(iter(self._noted_us)))


ALL_SEEN = "SELECT person_id, seen_us FROM presence WHERE workspace_id = :workspace"


def read_seen(db: Connection, workspace_id: str) -> dict[str, int]:
    """When each person of the workspace was last there; who never was is missing."""
    rows = db.all(ALL_SEEN, {"workspace": workspace_id})
    return {row["person_id"]: row["seen_us"] for row in rows}
