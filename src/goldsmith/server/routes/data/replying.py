"""Routes of conversations with models: ask for replies, follow them as they are written, stop them.

A reply is written by this process whether anybody follows it or not, and everything is kept before it is shown: a cut
stream, a closed tab or a restart loses nothing that was seen. Whoever follows reads the database, so any process can be
asked.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Stream

from goldsmith.core.errors import BadInput
from goldsmith.db.connection import Connection, Row
from goldsmith.models import Json, NotReached
from goldsmith.models.openai.model import OpenaiSettings
from goldsmith.models.openai.streaming import Piece, converse
from goldsmith.models.outbound import said
from goldsmith.server.context import Context, now_us
from goldsmith.server.routes.labelling import grip_of
from goldsmith.server.wire.work import (
    Held,
    ModelSpent,
    ModelsSpent,
    Replies,
    ReplyAsked,
    ReplyPart,
    ReplyShown,
    Said,
)
from goldsmith.work import queue
from goldsmith.work.data import replies
from goldsmith.work.data.replies import Asking, Ended
from goldsmith.work.people import Person, need_role
from goldsmith.work.routing.predicting import registry
from goldsmith.work.routing.predicting.spending import cost_of

KEEP_EVERY_S = 0.1  # how often what came is kept, and then shown
TOUCH_EVERY_S = 5.0  # how often a reply of which nothing comes says that somebody still waits for it
LOOK_EVERY_S, FOLLOW_MOST_S = 0.08, 600.0
ROLES = frozenset({"system", "user", "assistant", "tool"})
_writing: set[asyncio.Task[None]] = set()  # kept so that they are not collected while they run


@post("/api/leases/{lease_id:str}/replies")
async def ask_models(context: NamedDependency[Context], person: NamedDependency[Person], lease_id: FromPath[str],
                     data: JSONBody[ReplyAsked]) -> Replies:
    """Let the field's models answer a message. Which of them, and in which order, is drawn by chance and not told."""
    grip = grip_of(person, lease_id, data.fence)
    _check_messages(data.messages)

    def begin(db: Connection) -> tuple[list[Asking], list[Row], tuple[str, float, int]]:
        seat = queue.hold(db, grip, now_us=now_us())
        field, settings = replies.chat_field(db, seat["project_id"], data.field)
        if len(data.messages) > settings.turns_most:
            raise BadInput(f"A conversation has at most {settings.turns_most} messages here.", where="messages")
        replies.check_limits(db, person.person_id, 1 if data.continues else settings.side_by_side,
                             [one.text for one in data.messages], now_us=now_us())
        found = replies.begin(db, seat, field, settings, parent=data.parent, continues=data.continues, now_us=now_us())
        rows = [registry.find_predictor(db, person.workspace_id, one.predictor_id) for one in found]
        return found, rows, (settings.system, settings.temperature, settings.reply_tokens_most)

    found, rows, (system, temperature, tokens_most) = await context.write(begin)
    for one, row in zip(found, rows, strict=True):
        task = asyncio.ensure_future(_write(context, one, row, _messages(system, data.messages, one.text),
                                            tokens_most=tokens_most, temperature=temperature))
        _writing.add(task)
        task.add_done_callback(_writing.discard)
    ids = {one.reply_id for one in found}
    shown = _shown(context, person, lease_id)
    return Replies(replies=[one for one in shown if one.reply_id in ids])


def _check_messages(messages: tuple[Said, ...]) -> None:
    strange = sorted({one.role for one in messages} - ROLES)
    if strange:
        raise BadInput(f"A message's role is {', '.join(sorted(ROLES))}, not {strange[0]!r}.", where="messages")
    if not messages or not messages[-1].text.strip():
        raise BadInput("There is no message to answer.", where="messages")


def _messages(system: str, messages: tuple[Said, ...], begun: str) -> list[Json]:
    """As the model is told them; what it has begun comes last, as its own words."""
    first = [{"role": "system", "content": system}] if system else []
    # what a tool said belongs to a call that only its model knows: others are told it as a user's words
    told = [{"role": "user" if one.role == "tool" else one.role, "content": one.text} for one in messages]
    return [*first, *told, *([{"role": "assistant", "content": begun}] if begun else [])]


async def _write(context: Context, asking: Asking, row: Row, messages: list[Json], *, tokens_most: int,
                 temperature: float) -> None:
    """Write one reply to its end, and keep it as it comes."""
    secret = ""
    ended: Ended | None = None  # it was stopped
    try:
        settings = registry.read_settings(row)
        assert isinstance(settings, OpenaiSettings)
        secret = context.vault().open(row["secret"], row["predictor_id"])
        stream = converse(settings, secret, messages, tokens_most=tokens_most, temperature=temperature)
        last = await _keep(context, asking.reply_id, stream)
        if last is not None:
            minor, currency = cost_of(row, last.tokens_in, last.tokens_out)
            ended = Ended(finish=last.finish, tokens_in=last.tokens_in, tokens_out=last.tokens_out, cost_minor=minor,
                          currency=currency)
    except NotReached as error:
        ended = Ended(finish="interrupted", problem=" ".join(part for part in (error.message, error.hint) if part))
    except Exception as error:  # whatever it is, the reply must not seem to go on
        logging.getLogger(__name__).exception("A reply could not be written.")
        ended = Ended(finish="interrupted", problem=said(error, secret))
    await context.write(lambda db: _end(db, asking, row, ended, messages))


def _end(db: Connection, asking: Asking, row: Row, ended: Ended | None, messages: list[Json]) -> None:
    if ended is not None:
        replies.end(db, asking.reply_id, ended, now_us=now_us())
    replies.count(db, asking.reply_id, row, ended, [str(one["content"]) for one in messages], now_us=now_us())


async def _keep(context: Context, reply_id: str, stream: AsyncGenerator[Piece]) -> Piece | None:
    """Keep what comes; gives the last piece, or None where the reply was stopped meanwhile."""
    held: list[str] = []
    loop = asyncio.get_running_loop()
    kept_at = loop.time()
    coming: asyncio.Future[Piece] = asyncio.ensure_future(anext(stream))
    try:
        while True:
            wait_s = kept_at + (KEEP_EVERY_S if held else TOUCH_EVERY_S) - loop.time()
            await asyncio.wait({coming}, timeout=max(0.0, wait_s))
            if loop.time() - kept_at >= (KEEP_EVERY_S if held else TOUCH_EVERY_S):
                if not await _append(context, reply_id, held):
                    return None
                held, kept_at = [], loop.time()
            if not coming.done():
                continue
            piece = coming.result()
            held.append(piece.text)
            if piece.finish:
                return piece if await _append(context, reply_id, held) else None
            coming = asyncio.ensure_future(anext(stream))
    except NotReached:
        await _append(context, reply_id, held)
        raise
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        await stream.aclose()


async def _append(context: Context, reply_id: str, held: list[str]) -> bool:
    text = "".join(held)
    return await context.write_soon(lambda db: replies.append(db, reply_id, text, now_us=now_us()))


def _shown(context: Context, person: Person, lease_id: str) -> list[ReplyShown]:
    return [_reply_shown(row) for row in _rows(context, person, lease_id)]


def _rows(context: Context, person: Person, lease_id: str) -> list[dict[str, object]]:
    return replies.of_task(context.db.read(), lease_id, person.person_id, person.workspace_id, now_us=now_us())


def _reply_shown(row: Mapping[str, object]) -> ReplyShown:
    text = {name: str(row[name]) for name in ("reply_id", "parent", "asked", "continues", "finish", "problem")}
    return ReplyShown(**text, shown=int(str(row["shown"])), text=str(row["body"]))


@get("/api/leases/{lease_id:str}/replies")
async def list_replies(context: NamedDependency[Context], person: NamedDependency[Person], lease_id: FromPath[str],
                       field: FromQuery[str] = "") -> Replies:
    """All replies to the caller in the task of this lease, those too that came while nobody looked."""
    rows = _rows(context, person, lease_id)
    return Replies(replies=[_reply_shown(row) for row in rows if not field or row["field"] == field])


@get("/api/leases/{lease_id:str}/replies/stream")
async def follow_replies(context: NamedDependency[Context], person: NamedDependency[Person], lease_id: FromPath[str],
                         ids: FromQuery[str] = "") -> Stream:
    """Lines of JSON, `ReplyPart` each: first all of each reply so far, then what is added, until all have ended."""
    wanted = frozenset(one for one in ids.split(",") if one)
    _rows(context, person, lease_id)  # a lease of somebody else is refused before anything is sent
    return Stream(_parts(context, person, lease_id, wanted), media_type="application/x-ndjson",
                  headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


async def _parts(context: Context, person: Person, lease_id: str, wanted: frozenset[str]) -> AsyncIterator[bytes]:
    sent: dict[str, int] = {}
    ended: set[str] = set()
    until = asyncio.get_running_loop().time() + FOLLOW_MOST_S
    while asyncio.get_running_loop().time() < until:
        rows = replies.of_task(context.db.read(), lease_id, person.person_id, person.workspace_id, ids=wanted,
                               now_us=now_us())
        for row in rows:
            shown = _reply_shown(row)
            before = sent.get(shown.reply_id)
            if shown.reply_id in ended or (before == len(shown.text) and not shown.finish):
                continue
            part = ReplyPart(reply_id=shown.reply_id, text=shown.text[before or 0:], is_whole=before is None,
                             finish=shown.finish, problem=shown.problem)
            sent[shown.reply_id] = len(shown.text)
            if shown.finish:
                ended.add(shown.reply_id)
            yield msgspec.json.encode(part) + b"\n"
        if len(ended) >= len(rows):
            return
        await asyncio.sleep(LOOK_EVERY_S)


@post("/api/leases/{lease_id:str}/replies/stop", status_code=204)
async def stop_replies(context: NamedDependency[Context], person: NamedDependency[Person], lease_id: FromPath[str],
                       data: JSONBody[Held]) -> None:
    """End all replies that still come in this task; what came of them stays."""
    grip = grip_of(person, lease_id, data.fence)
    await context.write_soon(lambda db: replies.stop(db, queue.hold(db, grip, now_us=now_us()), now_us=now_us()))


@get("/api/projects/{project_id:str}/replies")
async def show_spent(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str]
                     ) -> ModelsSpent:
    """What each model's replies in the project's conversations came to: how many, cut ones, tokens, cost."""
    need_role(person, "manager")
    rows = replies.spent(context.db.read(), context.project(person, project_id))
    whole = ("replies", "interrupted", "tokens_in", "tokens_out")
    return ModelsSpent(models=[ModelSpent(
        predictor_id=row["predictor_id"], model=row["model"], version=row["version"], currency=row["currency"],
        cost_minor=float(row["cost_minor"]), **{name: int(row[name]) for name in whole}) for row in rows])


ROUTES = [show_spent, ask_models, list_replies, follow_replies, stop_replies]
