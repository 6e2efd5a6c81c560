"""Routes of gold: the list, one item with its answers, what a manager decides, the figures, and one's own share."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, get_args

import msgspec
from litestar import Response, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Raw

from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.db.connection import Connection, Row
from goldsmith.quality.gold import Tally
from goldsmith.quality.interval import wilson
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.routes.data.judging import judge_now, judge_soon
from goldsmith.server.routes.pay.earnings import attached
from goldsmith.server.wire import gold as wire
from goldsmith.work.consensus.gold import health, known
from goldsmith.work.consensus.gold.health import Query
from goldsmith.work.flow import tell
from goldsmith.work.pay.papers.statements import as_csv
from goldsmith.work.people import Person, need_role

REFUSED_SHOWN, LISTED_MOST = 100, 500
EVERY = 10_000_000


def _manager(context: Context, person: Person, project_id: str) -> Row:
    need_role(person, "manager")
    return context.project(person, project_id)


def _share(tally: Tally) -> wire.ShareRight:
    if not tally.answered:
        return wire.ShareRight(answered=0, right=0, share=None, low=None, high=None)
    low, high = wilson(tally.right, tally.answered)
    return wire.ShareRight(answered=tally.answered, right=tally.right, share=tally.right / tally.answered, low=low,
                           high=high)


def _at(at_us: int | None) -> str | None:
    return rfc3339(at_us) if at_us else None


def _fields(row: Row, tally: Tally, last_us: int | None) -> dict[str, Any]:
    return {
        "item_id": row["item_id"], "task_id": row["task_id"], "name": row["name"],
        "item": msgspec.json.decode(row["item_json"], type=ItemData), "known": Raw(bytes(row["known_json"])),
        "known_from": row["known_from"], "explanation": row["explanation"], "state": row["state"],
        "reason": row["reason"], "wrong_probability": row["wrong_probability"], "answers": _share(tally),
        "last_answer_at": _at(last_us), "made_at": rfc3339(row["created_us"]),
        "suspended_at": _at(row["suspended_us"]) if row["state"] == "suspended" else None, "note": row["note"]}


@get("/api/projects/{project_id:str}/gold")
async def list_gold(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                    in_state: Annotated[str, QueryParameter(name="state")] = "",
                    sort: FromQuery[str] = "attention", after: FromQuery[int] = 0,
                    limit: FromQuery[int] = 50) -> wire.GoldPage:
    """A page of the project's gold; `sort`: attention (suspended first), share, answers or newest."""
    project = _manager(context, person, project_id)
    query = _query(in_state, sort, after, limit)
    await judge_now(context, project_id)
    found, total, following = await asyncio.to_thread(
        lambda: health.list_gold(context.db.read(), project, query))
    return wire.GoldPage(gold=[wire.GoldRow(**_fields(one.row, one.tally, one.last_us)) for one in found],
                         total=total, next=following)


def _query(state: str, sort: str, after: int, limit: int) -> Query:
    if state not in ("", *get_args(wire.GoldState)):
        raise BadInput("A state is active, suspended or retired.", where="state")
    if sort not in get_args(health.Sort):
        raise BadInput(f"Gold is sorted by {', '.join(get_args(health.Sort))}.", where="sort")
    return Query(state=state, sort=sort, after=after, limit=min(limit, LISTED_MOST))  # type: ignore[arg-type]  # checked above


@get("/api/projects/{project_id:str}/gold/health")
async def show_gold_health(context: NamedDependency[Context], person: NamedDependency[Person],
                           project_id: FromPath[str]) -> wire.GoldHealth:
    """How the project's gold does: settings, counts, the share right over time and by annotator."""
    project = _manager(context, person, project_id)
    await judge_now(context, project_id)
    return await asyncio.to_thread(lambda: _health(context.db.read(), project))


def _health(db: Connection, project: Row) -> wire.GoldHealth:
    days = health.read_days(db, project)
    total = Tally(right=sum(day.tally.right for day in days), answered=sum(day.tally.answered for day in days))
    return wire.GoldHealth(
        settings=wire.GoldSettings(share=project["gold_share"] or 0.0, tolerance=project["gold_tolerance"]),
        **health.count_states(db, project), answers=_share(total),
        days=[wire.GoldDay(day=rfc3339(day.start_us)[:10], answers=_share(day.tally)) for day in days],
        people=[wire.GoldPerson(
            person_id=row["person_id"], name=row["name"], sort=row["sort"], last_answer_at=rfc3339(row["last_us"]),
            answers=_share(Tally(right=int(row["were_right"]), answered=row["answered"])))
            for row in health.list_people(db, project)])


@put("/api/projects/{project_id:str}/gold/settings")
async def set_gold(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                   data: JSONBody[wire.GoldSettings]) -> wire.GoldSettings:
    """Set how many of the tasks handed out are gold, and the tolerance; another tolerance judges all answers anew."""
    project = _manager(context, person, project_id)

    def write(db: Connection) -> None:
        tell(db, known.set_gold(db, project, share=data.share, tolerance=data.tolerance, person=person,
                                now_us=now_us()))

    await context.write(write)
    judge_soon(context, project_id)
    return data


@post("/api/projects/{project_id:str}/gold", status_code=200)
async def make_gold(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                    data: JSONBody[wire.MakeGold]) -> wire.GoldMade:
    """Make settled items gold; what cannot be is refused with the reason, and the others are taken."""
    project = _manager(context, person, project_id)
    if bool(data.item_ids) == bool(data.import_id):
        raise BadInput("Name items, or an import.", where="item_ids")
    following: int | None = None
    item_ids: Sequence[str] = data.item_ids
    if data.import_id:
        item_ids, following = await asyncio.to_thread(
            lambda: known.imported_items(context.db.read(), project, data.import_id, data.after))

    def write(db: Connection) -> known.Made:
        made, events = known.make_gold(db, project, item_ids, data.explanation, person, now_us=now_us())
        tell(db, *events)
        return made

    made = await context.write(write)
    judge_soon(context, project_id)
    return wire.GoldMade(
        made=made.made, refused_count=len(made.refused), next=following,
        refused=[wire.GoldRefused(item_id=item, reason=why) for item, why in made.refused[:REFUSED_SHOWN]])


@get("/api/projects/{project_id:str}/gold/items/{item_id:str}")
async def show_gold(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                    item_id: FromPath[str]) -> wire.GoldDetail:
    """One gold item with every answer to it, side by side."""
    project = _manager(context, person, project_id)
    await judge_now(context, project_id)
    return await asyncio.to_thread(lambda: _detail(context.db.read(), project, item_id))


def _detail(db: Connection, project: Row, item_id: str) -> wire.GoldDetail:
    row = known.need_gold(db, project, item_id)
    given = health.list_answers(db, row)
    judged = [one.row for one in given if one.row["is_right"] is not None]
    tally = Tally(right=sum(int(one["is_right"]) for one in judged), answered=len(judged))
    return wire.GoldDetail(
        **_fields(row, tally, max((one["answered_us"] for one in judged), default=None)),
        given=[_answer(one) for one in given], decided_at=_at(row["decided_us"]))


def _answer(one: health.Judgement) -> wire.GoldAnswerRow:
    row = one.row
    return wire.GoldAnswerRow(
        annotation_id=row["annotation_id"], person_id=row["person_id"], name=row["name"], sort=row["sort"],
        value=Raw(bytes(row["value_json"])), distance=row["distance"],
        is_right=None if row["is_right"] is None else bool(row["is_right"]), elsewhere=_share(one.elsewhere),
        skill=one.skill, work_seconds=row["work_seconds"], answered_at=rfc3339(row["answered_us"]))


@patch("/api/projects/{project_id:str}/gold/items/{item_id:str}")
async def decide_gold(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                      item_id: FromPath[str], data: JSONBody[wire.GoldDecision]) -> wire.GoldDetail:
    """Keep a gold item in, correct its known answer, or retire it; its answers count by that from now on."""
    project = _manager(context, person, project_id)
    decision = known.Decision(action=data.action, value=data.value, explanation=data.explanation, note=data.note)

    def write(db: Connection) -> None:
        tell(db, known.decide(db, project, item_id, decision, person, now_us=now_us()))

    await context.write(write)
    await judge_now(context, project_id)
    return await asyncio.to_thread(lambda: _detail(context.db.read(), project, item_id))


ITEMS = ("item_id", "name", "state", "reason", "answered", "right", "share", "low", "high", "wrong_probability",
         "known_from", "last_answer_at", "made_at", "known", "explanation", "note")
PEOPLE = ("person_id", "name", "sort", "answered", "right", "share", "low", "high", "last_answer_at")


def _figures(share: wire.ShareRight) -> Iterable[object]:
    return (share.answered, share.right, *("" if one is None else f"{one:.4f}"
                                           for one in (share.share, share.low, share.high)))


@get("/api/projects/{project_id:str}/gold.csv")
async def download_gold(context: NamedDependency[Context], person: NamedDependency[Person],
                        project_id: FromPath[str]) -> Response[bytes]:
    """Every gold item with its figures, as CSV."""
    project = _manager(context, person, project_id)
    await judge_now(context, project_id)

    def make() -> bytes:
        with context.db.snapshot() as db:
            found = health.list_gold(db, project, Query(limit=EVERY))[0]
            return as_csv(ITEMS, ((
                row["item_id"], row["name"], row["state"], row["reason"], *_figures(_share(one.tally)),
                "" if row["wrong_probability"] is None else f"{row['wrong_probability']:.4f}", row["known_from"],
                _at(one.last_us) or "", rfc3339(row["created_us"]), bytes(row["known_json"]).decode(),
                row["explanation"], row["note"]) for one in found for row in [one.row]))

    return attached(await asyncio.to_thread(make), "gold.csv", "text/csv")


@get("/api/projects/{project_id:str}/gold/people.csv")
async def download_gold_people(context: NamedDependency[Context], person: NamedDependency[Person],
                               project_id: FromPath[str]) -> Response[bytes]:
    """Every annotator's share right on trusted gold, as CSV."""
    project = _manager(context, person, project_id)
    await judge_now(context, project_id)

    def make() -> bytes:
        rows = health.list_people(context.db.read(), project)
        return as_csv(PEOPLE, ((
            row["person_id"], row["name"], row["sort"],
            *_figures(_share(Tally(right=int(row["were_right"]), answered=row["answered"]))),
            rfc3339(row["last_us"])) for row in rows))

    return attached(await asyncio.to_thread(make), "gold-people.csv", "text/csv")


@get("/api/me/gold")
async def show_my_gold(context: NamedDependency[Context], person: NamedDependency[Person]) -> wire.MyGold:
    """The caller's share right on known items, by project: from ten on, in whole tens, up to the end of yesterday."""
    told = await asyncio.to_thread(
        lambda: health.read_told(context.db.read(), person.workspace_id, person.person_id, now_us=now_us()))
    return wire.MyGold(projects=[wire.MyGoldRow(project_id=one.project_id, project=one.project,
                                                answers=_share(one.tally)) for one in told])


ROUTES = [list_gold, show_gold_health, set_gold, make_gold, show_gold, decide_gold, download_gold,
          download_gold_people, show_my_gold]
