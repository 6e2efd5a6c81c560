"""Routes of comments on an item, and of whom they may mention."""

from __future__ import annotations

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.wire.items import CommentRow, Mentionable, MentionableList, NewComment, Thread
from goldsmith.work.data import comments
from goldsmith.work.people import Person


def comments_shown(db: Connection, person: Person, task: Row) -> list[CommentRow]:
    """What was said about the item, as this person may see it."""
    is_annotator = person.role == "annotator"
    return [CommentRow(
        comment_id=r["comment_id"], annotation_id=r["annotation_id"], object_id=r["object_id"], role=r["role"],
        author="" if is_annotator and r["role"] == "annotator" and r["person_id"] != person.person_id else r["author"],
        text=comments.with_names(db, person.workspace_id, r["text"]), created_at=rfc3339(r["created_us"]),
        is_mine=r["person_id"] == person.person_id, person_id="" if is_annotator else r["person_id"])
        for r in comments.list_comments(db, person, task)]


@get("/api/projects/{project_id:str}/items/{item_id:str}/comments")
async def list_comments(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                        item_id: FromPath[str]) -> Thread:
    """What was said about an item; annotators see what is about their own work, and what mentions them."""
    context.project(person, project_id)
    db = context.db.read()
    task = comments.find_task(db, person, project_id, item_id)
    return Thread(item_id=item_id, name=task["name"], comments=comments_shown(db, person, task))


@post("/api/projects/{project_id:str}/items/{item_id:str}/comments")
async def add_comment(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                      item_id: FromPath[str], data: JSONBody[NewComment]) -> Thread:
    """Say something about an item; whoever is mentioned gets a notice. Gives all that was said."""
    context.project(person, project_id)
    said = comments.Said(text=data.text, annotation_id=data.annotation_id, object_id=data.object_id)

    def write(db: Connection) -> Thread:
        task = comments.find_task(db, person, project_id, item_id)
        comments.add_comment(db, person, task, said, now_us=now_us())
        return Thread(item_id=item_id, name=task["name"], comments=comments_shown(db, person, task))

    return await context.write(write)


@get("/api/projects/{project_id:str}/items/{item_id:str}/people")
async def list_mentionable(context: NamedDependency[Context], person: NamedDependency[Person],
                           project_id: FromPath[str], item_id: FromPath[str], q: FromQuery[str] = "",
                           with_authors: FromQuery[bool] = False) -> MentionableList:
    """Who may be mentioned on an item; `with_authors`: those who answered it as well, for reviewers and above."""
    context.project(person, project_id)
    db = context.db.read()
    task = comments.find_task(db, person, project_id, item_id)
    rows = comments.offer(db, person, task, q, has_authors=with_authors)
    return MentionableList(people=[Mentionable(person_id=r["person_id"], name=r["name"], role=r["role"])
                                   for r in rows])


ROUTES = [list_comments, add_comment, list_mentionable]
