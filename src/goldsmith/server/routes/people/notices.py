"""Routes of notices: the caller's inbox."""

from __future__ import annotations

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from goldsmith.db.connection import Connection
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.wire.people import NoticePage, NoticeRow, NoticesRead, Unread
from goldsmith.work.data.comments import with_names
from goldsmith.work.people import Person, notices


@get("/api/me/inbox")
async def list_inbox(context: NamedDependency[Context], person: NamedDependency[Person], after: FromQuery[str] = "",
                       unread: FromQuery[bool] = False, limit: FromQuery[int] = 50) -> NoticePage:
    """The caller's notices, newest first; `unread`: only those that were not read."""
    db = context.db.read()
    rows, following = notices.list_notices(db, person.workspace_id, person.person_id, before=after, is_unread=unread,
                                           limit=limit)
    is_blind = person.role == "annotator"
    found = [NoticeRow(
        notice_id=r["notice_id"], sort=r["sort"], about=r["about"], project_id=r["project_id"], project=r["project"],
        item_id=r["item_id"], item=r["item"], link=r["link"], text=with_names(db, person.workspace_id, r["text"]),
        by="" if is_blind and r["by_role"] == "annotator" else r["by_name"], created_at=rfc3339(r["created_us"]),
        is_read=bool(r["read_us"])) for r in rows]
    return NoticePage(notices=found, next=following, unread=notices.count_unread(db, person.person_id))


@get("/api/me/inbox/count")
async def count_inbox(context: NamedDependency[Context], person: NamedDependency[Person]) -> Unread:
    """How many notices the caller has not read; cheap enough to ask every minute."""
    return Unread(unread=notices.count_unread(context.db.read(), person.person_id))


@post("/api/me/inbox/read", status_code=200)
async def mark_inbox(context: NamedDependency[Context], person: NamedDependency[Person],
                       data: JSONBody[NoticesRead]) -> Unread:
    """Note what the caller has read; gives how many are left."""
    def write(db: Connection) -> int:
        if data.upto:
            notices.mark_all(db, person.person_id, data.upto, now_us=now_us())
        notices.mark(db, person.person_id, data.notice_ids, is_read=data.is_read, now_us=now_us())
        return notices.count_unread(db, person.person_id)

    return Unread(unread=await context.write(write))


ROUTES = [list_inbox, count_inbox, mark_inbox]
