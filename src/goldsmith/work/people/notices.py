"""Notices: what somebody should know of, until they have read it. Any part of the product may give one."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

from goldsmith.core.errors import BadInput
from goldsmith.core.events import Event
from goldsmith.core.ids import make_id
from goldsmith.db.connection import Connection, Row

TEXT_MOST = 500  # characters of a notice; the rest is where its link leads
COUNTED_MOST = 100
PAGE_MOST = 100
READ_MOST = 1000  # notices named in one call

ADD = """
INSERT INTO notice (notice_id, workspace_id, person_id, sort, about, project_id, link, text, by_id, created_us)
VALUES (:notice, :workspace, :person, :sort, :about, :project, :link, :text, :by, :now)
"""


def notify(db: Connection, workspace_id: str, person_id: str, sort: str, about: str, *, now_us: int,
           project_id: str = "", link: str = "", text: str = "", by_id: str = "") -> None:
    """Tell a person of something, in the transaction that did it; nobody is told of what they did themselves.

    `sort` says what happened and `about` the id of the row it happened to; `link` is the path of a page of the client,
    "" where there is none to go to; `text` are the words that were said, in whatever language.
    """
    if not person_id or person_id == by_id:
        return
    db.execute(ADD, {
        "notice": make_id("notice", now_us=now_us, random_bits=secrets.randbits(80)), "workspace": workspace_id,
        "person": person_id, "sort": sort, "about": about, "project": project_id, "link": link, "by": by_id,
        "text": _shortened(text), "now": now_us})


def _shortened(text: str) -> str:
    """The start of the text, without half a mention at its end."""
    if len(text) <= TEXT_MOST:
        return text
    start = text[:TEXT_MOST - 1]
    mention = start.rfind("@[")
    return (start[:mention] if mention > start.rfind("]") else start) + "…"


RETURNED = """
SELECT s.only_for, s.comment, s.seat_seq FROM seat s WHERE s.task_seq = :task AND s.stage = 'label'
   AND s.state = 'open' AND s.only_for IS NOT NULL AND s.kept_until_us = 0 ORDER BY s.seat_seq
"""


def tell_returned(db: Connection, event: Event) -> Iterable[Event]:
    """Tell those whose work came back, with the reviewer's words but not who said them: work is judged blind."""
    for row in db.all(RETURNED, {"task": event.task_seq}):
        notify(db, event.workspace_id, row["only_for"], "returned", event.about, now_us=event.now_us,
               project_id=event.project_id, link=f"/projects/{event.project_id}/label", text=row["comment"])
    return ()


NEWEST = "notice_" + 27 * "z"  # after every id
COUNT = "SELECT count(*) FROM (SELECT 1 AS one FROM notice WHERE person_id = :person AND read_us = 0 LIMIT :most) n"


def count_unread(db: Connection, person_id: str) -> int:
    """How many notices the person has not read, up to COUNTED_MOST."""
    row = db.one(COUNT, {"person": person_id, "most": COUNTED_MOST})
    return int(row[0]) if row is not None else 0


PAGE = """
SELECT n.*, coalesce(a.name, '') AS by_name, coalesce(a.role, '') AS by_role, coalesce(p.name, '') AS project,
       coalesce(i.item_id, '') AS item_id, coalesce(i.name, '') AS item
  FROM notice n LEFT JOIN person a ON a.person_id = n.by_id LEFT JOIN project p ON p.project_id = n.project_id
  LEFT JOIN comment c ON c.comment_id = n.about LEFT JOIN item i ON i.item_seq = c.task_seq
 WHERE n.person_id = :person AND n.workspace_id = :workspace AND n.notice_id < :before AND (:all = 1 OR n.read_us = 0)
 ORDER BY n.notice_id DESC LIMIT :limit
"""


def list_notices(db: Connection, workspace_id: str, person_id: str, *, before: str = "", is_unread: bool = False,
                 limit: int = 50) -> tuple[list[Row], str | None]:
    """The person's notices, newest first, and where the next page begins, None at the end."""
    limit = max(1, min(limit, PAGE_MOST))
    rows = db.all(PAGE, {"person": person_id, "workspace": workspace_id, "before": before or NEWEST,
                         "all": int(not is_unread), "limit": limit + 1})
    return rows[:limit], rows[limit - 1]["notice_id"] if len(rows) > limit else None


READ_ALL = "UPDATE notice SET read_us = :now WHERE person_id = :person AND read_us = 0 AND notice_id <= :upto"
READ_ONE = "UPDATE notice SET read_us = :now WHERE person_id = :person AND read_us = 0 AND notice_id = :notice"
UNREAD_ONE = "UPDATE notice SET read_us = 0 WHERE person_id = :person AND notice_id = :notice"


def mark(db: Connection, person_id: str, notice_ids: Sequence[str], *, is_read: bool = True, now_us: int) -> None:
    """Note that the person has read these, or wants to keep them as unread; what is not theirs is left alone."""
    if len(notice_ids) > READ_MOST:
        raise BadInput(f"One call marks at most {READ_MOST:,} notices.", where="notice_ids")
    for notice_id in notice_ids:
        if is_read:
            db.execute(READ_ONE, {"person": person_id, "notice": notice_id, "now": now_us})
        else:
            db.execute(UNREAD_ONE, {"person": person_id, "notice": notice_id})


def mark_all(db: Connection, person_id: str, upto: str, *, now_us: int) -> None:
    """Note that the person has read all up to this notice, the newest that they have seen."""
    db.execute(READ_ALL, {"person": person_id, "now": now_us, "upto": upto})
