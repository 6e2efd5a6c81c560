"""Keeping: signals in their table, put in the place of those of the look before; what people have judged stays."""

from __future__ import annotations

import secrets

import msgspec
from msgspec import Struct

from goldsmith.core.events import Event
from goldsmith.core.ids import make_id
from goldsmith.db.connection import Connection, Row
from goldsmith.work.figures.signals.looking import Look, Seen
from goldsmith.work.flow import tell

FIRST, GROWTH = 100, 1.25  # answers before the first look, and how many times more before the next
AGAIN = 2  # times the answers of a signal that was dismissed or closed, before it is raised anew
PAGE_MOST = 100
OPEN = ("new", "noticed", "answered")


class Standing(Struct, frozen=True, kw_only=True):
    """When a project was last looked at, and at how many answers; None where it never was."""

    looked_us: int | None = None
    answers: int = 0
    tests: int = 0


LAST = """
SELECT created_us, details_json FROM event WHERE event_seq = (
  SELECT max(event_seq) FROM event
   WHERE workspace_id = :workspace AND project_id = :project AND what = 'signals.looked')
"""


def last_look(db: Connection, project: Row) -> Standing:
    """The project's last look."""
    row = db.one(LAST, {"workspace": project["workspace_id"], "project": project["project_id"]})
    if row is None:
        return Standing()
    details = msgspec.json.decode(row["details_json"], type=dict[str, int])
    return Standing(looked_us=row["created_us"], answers=details["answers"], tests=details["tests"])


COUNT = """
SELECT count(*) AS number FROM annotation
 WHERE project_id = :project AND origin IN ('answer', 'gold') AND state IN ('submitted', 'accepted', 'fixed')
"""


def is_due(db: Connection, project: Row) -> bool:
    """Whether so many answers came since the last look that a new one pays."""
    row = db.one(COUNT, {"project": project["project_id"]})
    return row is not None and int(row["number"]) >= max(FIRST, GROWTH * last_look(db, project).answers)


KEPT = "SELECT * FROM signal WHERE project_id = :project AND workspace_id = :workspace ORDER BY signal_id"
ADD = """
INSERT INTO signal (signal_id, workspace_id, project_id, person_id, other_id, field, sort, strength, state,
                    evidence_json, answers, created_us, updated_us)
VALUES (:signal, :workspace, :project, :person, :other, :field, :sort, :strength, 'new', :evidence, :answers, :now,
        :now)
ON CONFLICT DO NOTHING
"""
RENEW = """
UPDATE signal SET strength = :strength, evidence_json = :evidence, answers = :answers, updated_us = :now
 WHERE signal_id = :signal AND state = 'new'
"""
DROP = "DELETE FROM signal WHERE signal_id = :signal AND state = 'new'"
Key = tuple[str, str, str, str]


def keep_look(db: Connection, project: Row, found: Look, *, now_us: int) -> None:
    """Raise what is new, renew what nobody has judged yet, and drop of that what is no longer seen.

    What was noticed stays as the annotator was told. What was dismissed or closed comes again only when its person
    has given AGAIN times the answers that it rested on.
    """
    place = {"workspace": project["workspace_id"], "project": project["project_id"]}
    last: dict[Key, Row] = {_key(row): row for row in db.all(KEPT, place)}
    seen = {(one.person_id, one.other_id, one.field, one.sort): one for one in found.seen}
    for key, one in sorted(seen.items()):
        row = last.get(key)
        if row is not None and row["state"] == "new":
            db.execute(RENEW, {"signal": row["signal_id"], **_body(one), "now": now_us})
        elif row is None or (row["state"] not in OPEN and one.answers >= AGAIN * row["answers"]):
            _raise(db, place, one, now_us=now_us)
    for key, row in last.items():
        if row["state"] == "new" and key not in seen:
            db.execute(DROP, {"signal": row["signal_id"]})
            tell(db, _event("signal.dropped", row["signal_id"], place, now_us))
    tell(db, _event("signals.looked", project["project_id"], place, now_us, answers=found.answers, tests=found.tests))


def _key(row: Row) -> Key:
    return row["person_id"], row["other_id"], row["field"], row["sort"]


def _body(one: Seen) -> dict[str, object]:
    return {"strength": one.strength, "evidence": msgspec.json.encode(one.evidence), "answers": one.answers}


def _raise(db: Connection, place: dict[str, str], one: Seen, *, now_us: int) -> None:
    signal_id = make_id("sig", now_us=now_us, random_bits=secrets.randbits(80))
    if db.execute(ADD, {**place, "signal": signal_id, "person": one.person_id, "other": one.other_id,
                        "field": one.field, "sort": one.sort, **_body(one), "now": now_us}):
        tell(db, _event("signal.raised", signal_id, place, now_us))


def _event(what: str, about: str, place: dict[str, str], now_us: int, **details: int) -> Event:
    return Event(what=what, about=about, workspace_id=place["workspace"], project_id=place["project"], now_us=now_us,
                 details=dict(details))


LISTED = """
SELECT s.*, p.name AS person, p.email, o.name AS other, o.email AS other_email, o.sort AS other_sort FROM signal s
  JOIN person p ON p.person_id = s.person_id LEFT JOIN person o ON o.person_id = s.other_id
 WHERE s.project_id = :project AND s.workspace_id = :workspace AND s.person_id <> :viewer
   AND (:before = '' OR s.signal_id < :before) AND (:state = '' OR s.state = :state) AND (:sort = '' OR s.sort = :sort)
 ORDER BY s.signal_id DESC LIMIT :most
"""


def list_signals(db: Connection, project: Row, viewer_id: str, *, state: str = "", sort: str = "", before: str = "",
                 most: int = PAGE_MOST) -> list[Row]:
    """A project's signals with names, newest first, without those about whoever looks."""
    return db.all(LISTED, {
        "project": project["project_id"], "workspace": project["workspace_id"], "viewer": viewer_id, "state": state,
        "sort": sort, "before": before, "most": most})


