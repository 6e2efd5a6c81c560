"""Comments on an item: who may read and write them, and whom they mention.

A mention is kept in the text as `@[person_…]`, so that it follows a person whatever they are called; it is shown as
`@[person_… Name]`. Annotators work blind: of an item that they have a part in they see what they wrote, what mentions
them, and what is pinned to their own answers.
"""

from __future__ import annotations

import re
import secrets

from msgspec import Struct

from goldsmith.core.errors import BadInput, NotFound
from goldsmith.core.ids import make_id
from goldsmith.db.connection import Connection, Row
from goldsmith.work.people import RANK, Person
from goldsmith.work.people.notices import notify

TEXT_MOST = 4000
MENTIONED_MOST = 20  # people in one comment
OFFERED_MOST = 20
MENTION = re.compile(r"@\[(person_[0-9a-z]+)(?: [^\]]*)?\]")
STAFF = "('reviewer', 'manager', 'owner')"


class Said(Struct, frozen=True, kw_only=True):
    """A comment to be kept, pinned to an object of an answer where it names one."""

    text: str
    annotation_id: str = ""
    object_id: str = ""


FIND = """
SELECT t.*, i.item_id, i.name FROM item i JOIN task t ON t.task_seq = i.item_seq
 WHERE i.item_id = :item AND i.workspace_id = :workspace AND i.project_id = :project
"""
HAS_PART = """
SELECT 1 FROM seat WHERE task_seq = :task AND stage = 'label'
   AND (person_id = :person OR (only_for = :person AND kept_until_us = 0))
UNION ALL SELECT 1 FROM annotation WHERE task_seq = :task AND person_id = :person AND origin = 'answer'
"""


def find_task(db: Connection, person: Person, project_id: str, item_id: str) -> Row:
    """The item's task, for whoever may see the item; NotFound for everybody else."""
    row = db.one(FIND, {"item": item_id, "workspace": person.workspace_id, "project": project_id})
    if row is None or not _may_see(db, row, person.person_id, person.role):
        raise NotFound("No such item in this project that you work on.", where="item_id")
    return row


def _may_see(db: Connection, task: Row, person_id: str, role: str) -> bool:
    is_staff = role in RANK and role != "annotator"
    return is_staff or db.one(HAS_PART, {"task": task["task_seq"], "person": person_id}) is not None


OF_TASK = """
SELECT c.*, coalesce(p.name, '') AS author, coalesce(p.role, '') AS role
  FROM comment c LEFT JOIN person p ON p.person_id = c.person_id
 WHERE c.task_seq = :task AND c.workspace_id = :workspace {of_mine} ORDER BY c.comment_id
"""
OF_MINE = """
   AND (c.person_id = :person OR c.text LIKE :mention OR c.annotation_id IN (
     SELECT a.annotation_id FROM annotation a
      WHERE a.task_seq = :task AND a.person_id = :person AND a.origin = 'answer'))
"""


def list_comments(db: Connection, person: Person, task: Row) -> list[Row]:
    """What was said about the item, oldest first, as far as this person may see it; mentions are not named yet."""
    is_annotator = person.role == "annotator"
    args: dict[str, object] = {"task": task["task_seq"], "workspace": person.workspace_id}
    if is_annotator:
        args |= {"person": person.person_id, "mention": f"%@[{person.person_id}%"}
    return db.all(OF_TASK.format(of_mine=OF_MINE if is_annotator else ""), args)


COMMENT = """
INSERT INTO comment (comment_id, workspace_id, project_id, task_seq, annotation_id, object_id, person_id, text,
                     created_us)
VALUES (:comment, :workspace, :project, :task, :annotation, :object, :person, :text, :now)
"""
IS_ANSWER = "SELECT 1 FROM annotation WHERE annotation_id = :annotation AND task_seq = :task"


def add_comment(db: Connection, person: Person, task: Row, said: Said, *, now_us: int) -> str:
    """Keep a comment and tell whom it mentions; gives its id. BadInput names a person who may not see the item."""
    text = MENTION.sub(r"@[\1]", said.text.strip())
    if not 1 <= len(text) <= TEXT_MOST or "\0" in text:
        raise BadInput(f"A comment has 1 to {TEXT_MOST:,} characters.", where="text")
    if said.annotation_id and db.one(IS_ANSWER, {"annotation": said.annotation_id, "task": task["task_seq"]}) is None:
        raise BadInput("The item has no such answer.", where="annotation_id")
    known = _mentioned(db, task, text)
    missing = [one for one in mentions(text) if one not in known]
    if missing:
        raise BadInput("Somebody who is mentioned may not see this item.", where="text",
                       hint="Choose from the people who are offered after @.")
    is_annotator = person.role == "annotator"
    if is_annotator and any(role == "annotator" for one, role in known.items() if one != person.person_id):
        raise BadInput("Annotators work apart: mention a reviewer or a manager.", where="text")
    comment_id = make_id("cmt", now_us=now_us, random_bits=secrets.randbits(80))
    db.execute(COMMENT, {
        "comment": comment_id, "workspace": task["workspace_id"], "project": task["project_id"],
        "task": task["task_seq"], "annotation": said.annotation_id, "object": said.object_id,
        "person": person.person_id, "text": text, "now": now_us})
    tell_mentioned(db, task, comment_id, text, by_id=person.person_id, object_id=said.object_id, now_us=now_us)
    return comment_id


def mentions(text: str) -> list[str]:
    """Whom a text mentions, each once, in order; BadInput when it is a crowd."""
    found = list(dict.fromkeys(MENTION.findall(text)))
    if len(found) > MENTIONED_MOST:
        raise BadInput(f"A comment mentions at most {MENTIONED_MOST} people.", where="text")
    return found


ROLE = "SELECT role FROM person WHERE person_id = :person AND workspace_id = :workspace AND state = 'active'"


def _mentioned(db: Connection, task: Row, text: str) -> dict[str, str]:
    """Of those whom a text mentions, who may see the item: person → role."""
    found = {}
    for person_id in mentions(text):
        row = db.one(ROLE, {"person": person_id, "workspace": task["workspace_id"]})
        if row is not None and _may_see(db, task, person_id, row["role"]):
            found[person_id] = str(row["role"])
    return found


ITEM_OF = "SELECT item_id FROM item WHERE item_seq = :task"


def tell_mentioned(db: Connection, task: Row, comment_id: str, text: str, *, by_id: str, object_id: str = "",
                   now_us: int) -> None:
    """Give a notice to everybody whom a comment mentions and who may see the item."""
    if "@[" not in text:
        return
    row = db.one(ITEM_OF, {"task": task["task_seq"]})
    assert row is not None
    place = f"/projects/{task['project_id']}/items/{row['item_id']}" + (f"#{object_id}" if object_id else "")
    for person_id, role in _mentioned(db, task, text).items():
        notify(db, task["workspace_id"], person_id, "mention", comment_id, now_us=now_us, text=text, by_id=by_id,
               project_id=task["project_id"], link="" if role == "annotator" else place)


NAME = "SELECT name, email FROM person WHERE person_id = :person AND workspace_id = :workspace"


def with_names(db: Connection, workspace_id: str, text: str) -> str:
    """The text with each mention as `@[person_… Name]`, for whoever reads it."""
    if "@[" not in text:
        return text

    def named(found: re.Match[str]) -> str:
        row = db.one(NAME, {"person": found[1], "workspace": workspace_id})
        name = "" if row is None else (row["name"] or row["email"].partition("@")[0])
        return f"@[{found[1]} {name.replace(']', '')}]"

    return MENTION.sub(named, text)


OFFER_STAFF = f"""
SELECT person_id, name, role FROM person WHERE workspace_id = :workspace AND state = 'active' AND role IN {STAFF}
   AND person_id <> :person AND (lower(name) LIKE :name ESCAPE '!' OR lower(email) LIKE :name ESCAPE '!')
 ORDER BY name, person_id LIMIT :most
"""
OFFER_AUTHORS = """
SELECT DISTINCT p.person_id, p.name, p.role FROM seat s JOIN person p ON p.person_id = s.person_id
 WHERE s.task_seq = :task AND s.stage = 'label' AND p.state = 'active' AND p.role = 'annotator' AND p.sort = 'human'
   AND p.person_id <> :person AND (lower(p.name) LIKE :name ESCAPE '!' OR lower(p.email) LIKE :name ESCAPE '!')
 ORDER BY p.name, p.person_id LIMIT :most
"""


def offer(db: Connection, person: Person, task: Row, typed: str, *, has_authors: bool) -> list[Row]:
    """Who may be mentioned on the item and has `typed` in their name or address.

    `has_authors`: with the annotators who answered it, which a reviewer who judges it blind must not be shown.
    """
    start = typed.strip().lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    args = {"workspace": person.workspace_id, "person": person.person_id, "task": task["task_seq"],
            "name": f"%{start}%", "most": OFFERED_MOST}
    staff = db.all(OFFER_STAFF, args)
    authors = db.all(OFFER_AUTHORS, args) if has_authors and person.role != "annotator" else []
    return [*authors, *staff][:OFFERED_MOST]
