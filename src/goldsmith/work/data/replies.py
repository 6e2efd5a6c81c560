"""Replies: what models said in conversations, kept as it came, so that nothing that was written is lost."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from msgspec import Struct, structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.errors import BadInput, NotFound, TooMuch
from goldsmith.core.ids import make_id
from goldsmith.core.schema import Field
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import settings_of
from goldsmith.kinds.message.kind import Message, Usage
from goldsmith.kinds.message.settings import MessageSettings
from goldsmith.work.consensus import decode_schema
from goldsmith.work.routing.predicting import registry, spending
from goldsmith.work.routing.predicting.spending import Use, tokens_of

RUNNING_MOST = 8  # replies of one person that come at the same time
A_MINUTE_MOST = 40  # replies that one person asks for
TEXT_MOST = 400_000  # code points of a conversation that is sent
STALE_US = 20_000_000  # a reply that nobody wrote on for so long comes no more: its process ended
MINUTE_US = 60_000_000


class Asking(Struct, frozen=True, kw_only=True):
    """One reply that is to be written: by whom, and where it goes."""

    reply_id: str
    predictor_id: str
    text: str  # what it begins with, where it continues another


def chat_field(db: Connection, project_id: str, name: str) -> tuple[Field, MessageSettings]:
    """The field of messages in which models answer, with its settings; BadInput where it is none."""
    row = db.one("SELECT schema_json FROM project WHERE project_id = :project", {"project": project_id})
    fields = decode_schema(row["schema_json"]).fields if row is not None else ()
    for field in fields:
        if field.name == name and field.kind == "message":
            settings = settings_of(field)
            if isinstance(settings, MessageSettings) and settings.models:
                return field, settings
    raise BadInput(f"No models answer in a field {name!r} of this project.", where="field",
                   hint="Its manager chooses them in the field's settings.")


RUNNING = "SELECT count(*) FROM reply WHERE person_id = :person AND state = 'running' AND updated_us > :since"
ASKED = "SELECT count(*) FROM reply WHERE person_id = :person AND created_us > :since"


def check_limits(db: Connection, person_id: str, count: int, texts: Sequence[str], *, now_us: int) -> None:
    """TooMuch where the person asks for more than models are made to write at once, or with too long a conversation."""
    if sum(map(len, texts)) > TEXT_MOST:
        raise TooMuch(f"A conversation that is sent has at most {TEXT_MOST:,} characters.", where="messages")
    row = db.one(RUNNING, {"person": person_id, "since": now_us - STALE_US})
    if row is not None and row[0] + count > RUNNING_MOST:
        raise TooMuch(f"At most {RUNNING_MOST} replies are written for one person at the same time.",
                      hint="Wait until they are here, or stop one.")
    row = db.one(ASKED, {"person": person_id, "since": now_us - MINUTE_US})
    if row is not None and row[0] + count > A_MINUTE_MOST:
        raise TooMuch(f"At most {A_MINUTE_MOST} replies are asked for in a minute.", hint="Go on in a minute.")


ADD = """
INSERT INTO reply (reply_id, workspace_id, project_id, task_seq, person_id, field, predictor_id, model, version, parent,
                   asked, shown, continues, state, body, finish, problem, created_us, updated_us)
VALUES (:reply, :workspace, :project, :task, :person, :field, :predictor, :model, :version, :parent, :asked, :shown,
        :continues, 'running', :body, '', '', :now, :now)
"""


def begin(db: Connection, seat: Row, field: Field, settings: MessageSettings, *, parent: str, continues: str,
          now_us: int) -> list[Asking]:
    """Rows for the replies that are to be written: by models drawn by chance, in an order drawn by chance.

    `continues`: by the model of that reply, which begins with what it has said. LimitMet where the project's models
    have cost what they may.
    """
    asked = make_id("asked", now_us=now_us, random_bits=secrets.randbits(80))
    if continues:
        before = find(db, seat, continues)
        drawn, shown, body = [str(before["predictor_id"])], before["shown"], str(before["body"])
    else:
        drawn, shown, body = secrets.SystemRandom().sample(settings.models, settings.side_by_side), 1, ""
    found = []
    for place, predictor_id in enumerate(drawn, shown):
        predictor = registry.find_predictor(db, seat["workspace_id"], predictor_id)
        if predictor["sort"] != "openai":
            raise BadInput(f"The model {predictor['name']!r} holds no conversations.", where="field",
                           hint="A field of messages names models of the sort openai.")
        spending.check_limit(db, seat["project_id"], predictor, now_us=now_us)
        model = registry.model_of(predictor)
        reply_id = make_id("reply", now_us=now_us, random_bits=secrets.randbits(80))
        db.execute(ADD, {"reply": reply_id, "workspace": seat["workspace_id"], "project": seat["project_id"],
                         "task": seat["task_seq"], "person": seat["person_id"], "field": field.name,
                         "predictor": predictor_id, "model": model.model, "version": model.version, "parent": parent,
                         "asked": asked, "shown": place, "continues": continues, "body": body, "now": now_us})
        found.append(Asking(reply_id=reply_id, predictor_id=predictor_id, text=body))
    return found


FIND = "SELECT * FROM reply WHERE reply_id = :reply AND task_seq = :task AND workspace_id = :workspace"


def find(db: Connection, seat: Row, reply_id: str) -> Row:
    """One reply to the holder of the seat, or NotFound; a reviewer, who sees all answers, finds all of the task."""
    row = db.one(FIND, {"reply": reply_id, "task": seat["task_seq"], "workspace": seat["workspace_id"]})
    if row is None or (seat["stage"] != "review" and row["person_id"] != seat["person_id"]):
        raise NotFound("There is no such reply in this task.", where="reply_id")
    return row


APPEND = """
UPDATE reply SET body = body || :text, updated_us = :now WHERE reply_id = :reply AND state = 'running'
RETURNING reply_id
"""


def append(db: Connection, reply_id: str, text: str, *, now_us: int) -> bool:
    """Keep what came; False where nobody wants more of it: it was stopped."""
    return db.one(APPEND, {"reply": reply_id, "text": text, "now": now_us}) is not None


END = """
UPDATE reply SET state = 'ended', finish = :finish, problem = :problem, tokens_in = :sent, tokens_out = :written,
       cost_minor = :cost, currency = :currency, updated_us = :now WHERE reply_id = :reply AND state = 'running'
"""


class Ended(Struct, frozen=True, kw_only=True):
    """How a reply ended, and what it took."""

    finish: str
    problem: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    cost_minor: float = 0.0
    currency: str = ""


def end(db: Connection, reply_id: str, ended: Ended, *, now_us: int) -> None:
    """Keep how a reply ended; one that ended already stays as it is."""
    db.execute(END, {"reply": reply_id, "finish": ended.finish, "problem": ended.problem, "sent": ended.tokens_in,
                     "written": ended.tokens_out, "cost": ended.cost_minor, "currency": ended.currency, "now": now_us})


def count(db: Connection, reply_id: str, predictor: Row, ended: Ended | None, sent: Sequence[str], *, now_us: int
          ) -> None:
    """Count a reply among what models cost the project; `ended` is None for one that was stopped.

    One that did not come to its end tells no tokens: they are counted by the length of what was sent and came, unless
    the model refused it before a word.
    """
    row = db.one("SELECT project_id, body FROM reply WHERE reply_id = :reply", {"reply": reply_id})
    assert row is not None
    is_whole = ended is not None and ended.finish != "interrupted"
    tokens = (0, 0)
    if is_whole and ended is not None and (ended.tokens_in or ended.tokens_out):
        tokens = ended.tokens_in, ended.tokens_out
    elif ended is None or row["body"]:
        tokens = tokens_of(*sent), tokens_of(row["body"])
    use = Use(calls=1, failed=int(not is_whole), tokens_in=tokens[0], tokens_out=tokens[1])
    spending.note(db, row["project_id"], predictor, "reply", use, now_us=now_us)


STOP = """
UPDATE reply SET state = 'ended', finish = 'interrupted', updated_us = :now
 WHERE task_seq = :task AND person_id = :person AND state = 'running'
"""


def stop(db: Connection, seat: Row, *, now_us: int) -> None:
    """End all replies that still come to the holder of the seat; what came of them stays."""
    db.execute(STOP, {"task": seat["task_seq"], "person": seat["person_id"], "now": now_us})


OF_TASK = """
SELECT r.* FROM reply r JOIN lease l ON l.task_seq = r.task_seq
 WHERE l.lease_id = :lease AND l.person_id = :person AND l.workspace_id = :workspace AND r.person_id = :person {which}
 ORDER BY r.asked, r.shown
"""
IS_LEASE = "SELECT 1 FROM lease WHERE lease_id = :lease AND person_id = :person AND workspace_id = :workspace"
STALE = "Nothing came any more: the server was restarted, or the model fell silent."


def of_task(db: Connection, lease_id: str, person_id: str, workspace_id: str, *, now_us: int,
            ids: frozenset[str] | None = None) -> list[dict[str, object]]:
    """Replies to this person in the task of a lease of theirs, all or those with these ids, as they are now.

    NotFound for a lease that is not theirs. One that nobody writes on any more is told as interrupted.
    """
    args = {"lease": lease_id, "person": person_id, "workspace": workspace_id}
    if db.one(IS_LEASE, args) is None:
        raise NotFound("You have no such lease.", where="lease_id")
    if ids is None:
        rows = [_plain(row) for row in db.all(OF_TASK.format(which=""), args)]
    else:
        one = OF_TASK.format(which="AND r.reply_id = :reply")
        rows = [_plain(row) for reply_id in sorted(ids) for row in db.all(one, {**args, "reply": reply_id})]
    for row in rows:
        if row["state"] == "running" and int(str(row["updated_us"])) < now_us - STALE_US:
            row |= {"state": "ended", "finish": "interrupted", "problem": STALE}
    return rows


def _plain(row: Row) -> dict[str, object]:
    return {name: row[name] for name in row.keys()}  # noqa: SIM118 - a row is no mapping


SPENT = """
SELECT predictor_id, max(model) AS model, version, currency, count(*) AS replies, sum(tokens_in) AS tokens_in,
       sum(tokens_out) AS tokens_out, sum(cost_minor) AS cost_minor,
       sum(CASE WHEN finish = 'interrupted' THEN 1 ELSE 0 END) AS interrupted
  FROM reply WHERE project_id = :project AND workspace_id = :workspace AND state = 'ended'
 GROUP BY predictor_id, version, currency ORDER BY predictor_id, version, currency
"""


def spent(db: Connection, project: Row) -> list[Row]:
    """What each model's replies in a project's conversations came to, by version and currency."""
    return db.all(SPENT, {"project": project["project_id"], "workspace": project["workspace_id"]})


RECORDED = "SELECT * FROM reply WHERE task_seq = :task"


def told(db: Connection, task_seq: int, value: Mapping[str, tuple[AnnotatedObject, ...]]
         ) -> dict[str, tuple[AnnotatedObject, ...]]:
    """The value with what models said as the server recorded it; BadInput for a reply that it knows nothing of."""
    if not any(isinstance(one, Message) and one.reply for objects in value.values() for one in objects):
        return dict(value)
    records = {row["reply_id"]: row for row in db.all(RECORDED, {"task": task_seq})}
    return {name: tuple(_told(one, records) for one in objects) for name, objects in value.items()}


def _told(one: AnnotatedObject, records: Mapping[str, Row]) -> AnnotatedObject:
    if not isinstance(one, Message) or not one.reply:
        return one
    row = records.get(one.reply)
    if row is None:
        raise BadInput(f"The server has no reply {one.reply!r} in this task.", where="value")
    text = str(row["body"])
    return structs.replace(
        one, original=None if one.text.strip() == text.strip() else text, model=row["predictor_id"],
        version=row["version"], asked=row["asked"] if not row["continues"] else one.asked, shown=row["shown"],
        finish=row["finish"] or "interrupted",
        usage=Usage(tokens_in=row["tokens_in"], tokens_out=row["tokens_out"]) if row["tokens_out"] else None)
