"""Deciding: a manager looks at a signal, dismisses it or tells the annotator, who answers; another manager closes it.

new → dismissed, or new → noticed → answered → closed; a notice without an answer may be closed after some days. No
state of a signal changes anything but the signal.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from goldsmith.core.errors import BadInput, Conflict, NotAllowed, NotFound
from goldsmith.core.events import Event
from goldsmith.db.connection import Connection, Row
from goldsmith.work.flow import tell

Outcome = Literal["nothing_found", "agreed", "confirmed"]
WORDS_MOST = 2000
ANSWER_DAYS = 7  # in which the annotator may answer before the notice is decided without
DAY_US = 86_400 * 1_000_000

ONE = """
SELECT s.*, p.name AS person, p.email, o.name AS other, o.email AS other_email, o.sort AS other_sort,
       j.name AS project FROM signal s
  JOIN person p ON p.person_id = s.person_id LEFT JOIN person o ON o.person_id = s.other_id
  JOIN project j ON j.project_id = s.project_id
 WHERE s.signal_id = :signal AND s.workspace_id = :workspace
"""


class Judge(Struct, frozen=True, kw_only=True):
    """Who acts, in which workspace."""

    workspace_id: str
    person_id: str


def find_signal(db: Connection, judge: Judge, signal_id: str) -> Row:
    """The signal with names; NotFound where there is none, or it is about whoever looks."""
    row = db.one(ONE, {"signal": signal_id, "workspace": judge.workspace_id})
    if row is None or row["person_id"] == judge.person_id:
        raise NotFound("No such signal in this workspace.", where="signal_id")
    return row


def _judged(db: Connection, judge: Judge, signal_id: str) -> Row:
    row = find_signal(db, judge, signal_id)
    if row["other_id"] == judge.person_id:
        raise NotAllowed("Your own answers are part of this signal: somebody else decides.")
    return row


def _said(text: str, where: str) -> str:
    text = text.strip()
    if not 1 <= len(text) <= WORDS_MOST:
        raise BadInput(f"Say why, in at most {WORDS_MOST:,} characters.", where=where)
    return text


DISMISS = """
UPDATE signal SET state = 'dismissed', reason = :words, decided_by = :person, decided_us = :now, updated_us = :now
 WHERE signal_id = :signal AND state = 'new'
"""
NOTICE = """
UPDATE signal SET state = 'noticed', words = :words, noticed_by = :person, noticed_us = :now, updated_us = :now
 WHERE signal_id = :signal AND state = 'new'
"""
ANSWER = """
UPDATE signal SET state = 'answered', answer = :words, answered_us = :now, updated_us = :now
 WHERE signal_id = :signal AND state = 'noticed'
"""
CLOSE = """
UPDATE signal SET state = 'closed', outcome = :outcome, reason = :words, decided_by = :person, decided_us = :now,
       updated_us = :now
 WHERE signal_id = :signal AND state = :state
"""


def dismiss(db: Connection, judge: Judge, signal_id: str, reason: str, *, now_us: int) -> None:
    """Lay a new signal aside, with a reason; the annotator is not told."""
    row = _judged(db, judge, signal_id)
    _step(db, row, DISMISS, {"words": _said(reason, "reason")}, judge, "signal.dismissed", now_us)


def send_notice(db: Connection, judge: Judge, signal_id: str, words: str, *, now_us: int) -> None:
    """Tell the annotator of a new signal, in the manager's own words; the evidence stays as it is from now on."""
    row = _judged(db, judge, signal_id)
    _step(db, row, NOTICE, {"words": _said(words, "words")}, judge, "signal.noticed", now_us)


def answer_notice(db: Connection, judge: Judge, signal_id: str, words: str, *, now_us: int) -> None:
    """The annotator's own words about a notice."""
    row = db.one(ONE, {"signal": signal_id, "workspace": judge.workspace_id})
    if row is None or row["person_id"] != judge.person_id or not row["noticed_us"]:
        raise NotFound("You have no such notice.", where="signal_id")
    _step(db, row, ANSWER, {"words": _said(words, "words")}, judge, "signal.answered", now_us)


def close(db: Connection, judge: Judge, signal_id: str, outcome: Outcome, words: str, *, now_us: int) -> None:
    """Decide an answered notice, with words for the annotator; whoever sent it may not.

    One that was not answered may be decided ANSWER_DAYS after it was sent.
    """
    row = _judged(db, judge, signal_id)
    if row["noticed_by"] == judge.person_id:
        raise NotAllowed("Somebody else decides: you sent the notice.")
    if row["state"] == "noticed" and now_us < row["noticed_us"] + ANSWER_DAYS * DAY_US:
        raise Conflict(f"The annotator has {ANSWER_DAYS} days to answer.", where="signal_id")
    state = row["state"] if row["state"] in ("noticed", "answered") else "answered"
    _step(db, row, CLOSE, {"outcome": outcome, "state": state, "words": _said(words, "words")}, judge, "signal.closed",
          now_us)


def _step(db: Connection, row: Row, sql: str, args: dict[str, str], judge: Judge, what: str, now_us: int) -> None:
    """One step, unless somebody else took one first."""
    given: dict[str, object] = {**args, "signal": row["signal_id"], "now": now_us}
    if ":person" in sql:
        given["person"] = judge.person_id
    if not db.execute(sql, given):
        raise Conflict(f"This signal is {row['state']} already.", where="signal_id",
                       hint="Load it again to see what became of it.")
    details = {"outcome": args["outcome"]} if "outcome" in args else {}
    tell(db, Event(what=what, about=row["signal_id"], workspace_id=row["workspace_id"], project_id=row["project_id"],
                   person_id=judge.person_id, now_us=now_us, details=details))


MINE = """
SELECT s.*, j.name AS project FROM signal s JOIN project j ON j.project_id = s.project_id
 WHERE s.person_id = :person AND s.workspace_id = :workspace AND s.state IN ('noticed', 'answered', 'closed')
   AND s.noticed_us > 0 ORDER BY s.noticed_us DESC LIMIT 200
"""
WAITING = """
SELECT count(*) AS number FROM signal
 WHERE person_id = :person AND workspace_id = :workspace AND state = 'noticed'
"""


def my_notices(db: Connection, judge: Judge) -> list[Row]:
    """The notices that somebody was sent, newest first; at most 200."""
    return db.all(MINE, {"person": judge.person_id, "workspace": judge.workspace_id})


def count_waiting(db: Connection, judge: Judge) -> int:
    """How many notices wait for this person's words."""
    row = db.one(WAITING, {"person": judge.person_id, "workspace": judge.workspace_id})
    return int(row["number"]) if row is not None else 0
