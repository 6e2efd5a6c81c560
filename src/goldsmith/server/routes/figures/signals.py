"""Routes of signals: look for what is odd, dismiss it or tell the annotator, hear them, decide; as CSV too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.routes.figures.dashboards import send_table
from goldsmith.server.routes.figures.watching import look_once
from goldsmith.server.wire import figures as wire
from goldsmith.work.figures.signals import deciding, keeping
from goldsmith.work.figures.signals.deciding import Judge
from goldsmith.work.figures.tables import Cell
from goldsmith.work.people import Person, need_role


def judge_of(person: Person) -> Judge:
    """The caller, as who judges."""
    return Judge(workspace_id=person.workspace_id, person_id=person.person_id)


def _evidence(row: Row) -> wire.SignalEvidence:
    return msgspec.json.decode(bytes(row["evidence_json"]), type=wire.SignalEvidence)


def _at(us: int) -> str | None:
    return rfc3339(us) if us else None


def _signal(row: Row) -> wire.SignalRow:
    return wire.SignalRow(
        signal_id=row["signal_id"], project_id=row["project_id"], person_id=row["person_id"],
        person=row["person"] or row["email"], other_id=row["other_id"], other=row["other"] or row["other_email"] or "",
        field=row["field"], sort=row["sort"], strength=row["strength"], state=row["state"], answers=row["answers"],
        evidence=_evidence(row), words=row["words"], noticed_by=row["noticed_by"], answer=row["answer"],
        reason=row["reason"], outcome=row["outcome"], decided_by=row["decided_by"],
        created_at=rfc3339(row["created_us"]), noticed_at=_at(row["noticed_us"]), answered_at=_at(row["answered_us"]),
        decided_at=_at(row["decided_us"]))


@get("/api/projects/{project_id:str}/signals")
async def list_signals(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                       in_state: Annotated[str, QueryParameter(name="state")] = "", sort: FromQuery[str] = "",
                       after: FromQuery[str] = "") -> wire.SignalPage:
    """What is odd in the project's answers, newest first, without what is about the caller."""
    need_role(person, "manager")
    project = context.project(person, project_id)

    def read() -> wire.SignalPage:
        db = context.db.read()
        rows = keeping.list_signals(db, project, person.person_id, state=in_state, sort=sort, before=after)
        last = keeping.last_look(db, project)
        return wire.SignalPage(
            signals=[_signal(row) for row in rows], answers=last.answers, tests=last.tests,
            next=rows[-1]["signal_id"] if len(rows) == keeping.PAGE_MOST else None,
            looked_at=None if last.looked_us is None else rfc3339(last.looked_us))

    return await asyncio.to_thread(read)


COLUMNS = ("signal_id", "person_id", "person", "other_id", "other", "field", "sort", "strength", "state", "answers",
           "p", "q", "figures", "words", "answer", "outcome", "reason", "raised_at", "noticed_at", "answered_at",
           "decided_at")


@get("/api/projects/{project_id:str}/signals.csv")
async def download_signals(context: NamedDependency[Context], person: NamedDependency[Person],
                           project_id: FromPath[str]) -> Response[Any]:
    """Every signal of the project with its figures and what became of it, as CSV."""
    need_role(person, "manager")
    project = context.project(person, project_id)

    def rows(db: Connection) -> Iterator[Sequence[Cell]]:
        before = ""
        while page := keeping.list_signals(db, project, person.person_id, before=before):
            yield from map(_cells, page)
            before = page[-1]["signal_id"]

    return await send_table(context, "signals", COLUMNS, rows)


def _cells(row: Row) -> Sequence[Cell]:
    one = _signal(row)
    figures = "; ".join(f"{name} {round(value, 4)}" for name, value in one.evidence.figures.items())
    return (one.signal_id, one.person_id, one.person, one.other_id, one.other, one.field, one.sort, one.strength,
            one.state, one.answers, one.evidence.p, one.evidence.q, figures, one.words, one.answer, one.outcome,
            one.reason, one.created_at, one.noticed_at, one.answered_at, one.decided_at)


@post("/api/projects/{project_id:str}/signals/look", status_code=204)
async def look_for_signals(context: NamedDependency[Context], person: NamedDependency[Person],
                           project_id: FromPath[str]) -> None:
    """Look at the project's answers now; without this call it happens as they grow."""
    need_role(person, "manager")
    await look_once(context, person, project_id)


@get("/api/signals/{signal_id:str}")
async def show_signal(context: NamedDependency[Context], person: NamedDependency[Person],
                      signal_id: FromPath[str]) -> wire.SignalRow:
    """One signal with its evidence."""
    need_role(person, "manager")
    return _signal(deciding.find_signal(context.db.read(), judge_of(person), signal_id))


async def _decided(context: Context, person: Person, signal_id: str,
                   step: Callable[[Connection, Judge], None]) -> wire.SignalRow:
    judge = judge_of(person)

    def work(db: Connection) -> wire.SignalRow:
        step(db, judge)
        return _signal(deciding.find_signal(db, judge, signal_id))

    return await context.write(work)


@post("/api/signals/{signal_id:str}/dismiss", status_code=200)
async def dismiss_signal(context: NamedDependency[Context], person: NamedDependency[Person], signal_id: FromPath[str],
                         data: JSONBody[wire.Dismissal]) -> wire.SignalRow:
    """Lay a signal aside, with a reason; the annotator is not told."""
    need_role(person, "manager")
    return await _decided(context, person, signal_id, lambda db, judge: deciding.dismiss(
        db, judge, signal_id, data.reason, now_us=now_us()))


@post("/api/signals/{signal_id:str}/notice", status_code=200)
async def send_notice(context: NamedDependency[Context], person: NamedDependency[Person], signal_id: FromPath[str],
                      data: JSONBody[wire.NoticeWords]) -> wire.SignalRow:
    """Tell the annotator, in one's own words; they see the evidence and may answer."""
    need_role(person, "manager")
    return await _decided(context, person, signal_id, lambda db, judge: deciding.send_notice(
        db, judge, signal_id, data.words, now_us=now_us()))


@post("/api/signals/{signal_id:str}/close", status_code=200)
async def close_signal(context: NamedDependency[Context], person: NamedDependency[Person], signal_id: FromPath[str],
                       data: JSONBody[wire.Closing]) -> wire.SignalRow:
    """Decide what a notice comes to; whoever sent it may not."""
    need_role(person, "manager")
    return await _decided(context, person, signal_id, lambda db, judge: deciding.close(
        db, judge, signal_id, data.outcome, data.words, now_us=now_us()))


def _notice(row: Row) -> wire.Notice:
    return wire.Notice(
        signal_id=row["signal_id"], project_id=row["project_id"], project=row["project"], field=row["field"],
        sort=row["sort"], state=row["state"], evidence=_evidence(row), words=row["words"], answer=row["answer"],
        reason=row["reason"], outcome=row["outcome"], noticed_at=rfc3339(row["noticed_us"]),
        answered_at=_at(row["answered_us"]), decided_at=_at(row["decided_us"]))


@get("/api/me/notices")
async def list_notices(context: NamedDependency[Context], person: NamedDependency[Person]) -> wire.NoticeList:
    """The notices that the caller was sent about their own answers, newest first."""
    rows = deciding.my_notices(context.db.read(), judge_of(person))
    return wire.NoticeList(notices=[_notice(row) for row in rows])


@post("/api/me/notices/{signal_id:str}/answer", status_code=204)
async def answer_notice(context: NamedDependency[Context], person: NamedDependency[Person], signal_id: FromPath[str],
                        data: JSONBody[wire.NoticeWords]) -> None:
    """Say something about a notice: agree, explain, or object; somebody other than its sender decides."""
    await context.write(lambda db: deciding.answer_notice(
        db, judge_of(person), signal_id, data.words, now_us=now_us()))


ROUTES = [list_signals, download_signals, look_for_signals, show_signal, dismiss_signal, send_notice, close_signal,
          list_notices, answer_notice]
