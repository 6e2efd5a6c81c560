"""Routes of suggestions in a project: which models show what they predict, their runs, and what came of both."""

from __future__ import annotations

import asyncio

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from goldsmith.core.events import Event
from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.routes.routing.predicting import learning, running
from goldsmith.server.wire.routing.predicting import (
    ModelSpending,
    ModelUse,
    NewRun,
    OrderState,
    RunFailure,
    RunList,
    RunRow,
    SuggestingForm,
    SuggestionFigures,
    SuggestionPage,
    UseTaken,
)
from goldsmith.work.data.items import batch_name
from goldsmith.work.flow import tell
from goldsmith.work.people import Person, need_role
from goldsmith.work.routing.predicting import gains, registry, runs, spending, suggestions


def _event(person: Person, project: Row, what: str, about: str, **details: object) -> Event:
    return Event(what=what, about=about, workspace_id=person.workspace_id, project_id=project["project_id"],
                 person_id=person.person_id, now_us=now_us(), details=details)


@get("/api/projects/{project_id:str}/suggestions")
async def show_suggestions(context: NamedDependency[Context], person: NamedDependency[Person],
                           project_id: FromPath[str]) -> SuggestionPage:
    """Which models' predictions annotators see, and what their answers made of them."""
    need_role(person, "manager")
    project = context.project(person, project_id)
    return await asyncio.to_thread(lambda: _page(context.db.read(), project))


def _page(db: Connection, project: Row) -> SuggestionPage:
    counts = suggestions.count_suggestions(db, project)
    used = {row["person_id"]: row for row in suggestions.read_figures(db, project)}
    names = {row["person_id"]: row["name"] for row in registry.list_predictors(db, project["workspace_id"])}
    names |= {person_id: row["name"] for person_id, row in used.items()}
    waiting, updated = gains.read_state(db, project["project_id"])
    return SuggestionPage(
        suggesting=suggestions.read_suggesting(project),
        figures=[_figures(one, name, counts.get(one, 0), used.get(one))
                 for one, name in sorted(names.items(), key=lambda pair: pair[1]) if one in counts or one in used],
        order=OrderState(waiting=waiting, updated_at=rfc3339(updated) if updated else None),
        spending=_spending(db, project))


def _spending(db: Connection, project: Row) -> ModelSpending:
    suggesting, now = suggestions.read_suggesting(project), now_us()
    spent = None
    if suggesting.cost_most_minor is not None:
        spent = spending.spent_minor(db, project["project_id"], suggesting, now_us=now)
    return ModelSpending(counted_minor=spent, uses=[ModelUse(
        predictor_id=row["predictor_id"], name=row["name"], version=row["version"], purpose=row["purpose"],
        currency=row["currency"], month=_taken(row, "month_"), all=_taken(row, "")) for row in spending.list_uses(
            db, project, now_us=now)])


def _taken(row: Row, prefix: str) -> UseTaken:
    calls, failed, sent, written = (row[prefix + name] for name in ("calls", "failed", "tokens_in", "tokens_out"))
    return UseTaken(calls=calls, failed=failed, tokens_in=sent, tokens_out=written,
                    cost_minor=float(row[prefix + "cost_minor"]))


def _figures(person_id: str, name: str, items: int, row: Row | None) -> SuggestionFigures:
    if row is None:
        return SuggestionFigures(person_id=person_id, name=name, items=items)
    return SuggestionFigures(
        person_id=person_id, name=name, items=items, shown=row["shown"], taken=row["taken"], changed=row["changed"],
        dropped=row["dropped"], added=row["added"], blind=row["blind"], alike=row["alike"], distance=row["distance"])


@put("/api/projects/{project_id:str}/suggestions")
async def set_suggestions(context: NamedDependency[Context], person: NamedDependency[Person],
                          project_id: FromPath[str], data: JSONBody[SuggestingForm]) -> SuggestionPage:
    """Choose which models' predictions are shown, on which share of the tasks none is, and what orders the queue."""
    need_role(person, "manager")
    project = context.project(person, project_id)

    def change(db: Connection) -> None:
        suggestions.set_suggesting(db, project, data)
        tell(db, _event(person, project, "suggestions.changed", project_id, shown=list(data.shown), order=data.order))

    await context.write(change)
    changed = context.project(person, project_id)
    learning.learn_soon(context, changed, is_asked=True)
    return await asyncio.to_thread(lambda: _page(context.db.read(), changed))


@get("/api/projects/{project_id:str}/prediction-runs")
async def list_prediction_runs(context: NamedDependency[Context], person: NamedDependency[Person],
                               project_id: FromPath[str]) -> RunList:
    """The newest runs of models through the project's open items."""
    need_role(person, "manager")
    project, db = context.project(person, project_id), context.db.read()
    return RunList(runs=[_row(context, db, row) for row in runs.list_runs(db, project)])


def _row(context: Context, db: Connection, row: Row, *, has_failures: bool = False) -> RunRow:
    model = db.one("SELECT p.name FROM predictor r JOIN person p ON p.person_id = r.person_id"
                   " WHERE r.predictor_id = :predictor", {"predictor": row["predictor_id"]})
    failures = [RunFailure(item_id=one["item_id"], name=one["name"], reason=one["reason"], tries=one["tries"])
                for one in runs.list_failures(db, row)] if has_failures else []
    is_stalled = row["state"] == "running" and row["updated_us"] < now_us() - runs.STALLED_US and not running.is_here(
        context, row["run_id"])
    return RunRow(
        run_id=row["run_id"], predictor_id=row["predictor_id"], name=model["name"] if model else "", sort=row["sort"],
        state=row["state"], is_stalled=is_stalled, batch=row["batch"], total=row["total"], done=row["done"],
        failed=row["failed"], tokens_in=row["tokens_in"], tokens_out=row["tokens_out"], cost_minor=row["cost_minor"],
        currency=row["currency"], error=row["error"], created_at=rfc3339(row["created_us"]),
        updated_at=rfc3339(row["updated_us"]), failures=failures)


@post("/api/projects/{project_id:str}/prediction-runs")
async def start_prediction_run(context: NamedDependency[Context], person: NamedDependency[Person],
                               project_id: FromPath[str], data: JSONBody[NewRun]) -> RunRow:
    """Send a model through the open items, for suggestions or as an annotator; it goes on in the background."""
    need_role(person, "manager")
    project = context.project(person, project_id)
    batch = batch_name(data.batch)

    def make(db: Connection) -> Row:
        run = runs.start(db, project, data.predictor_id, data.sort, batch, person.person_id, now_us=now_us())
        tell(db, _event(person, project, "prediction_run.started", run["run_id"], predictor=data.predictor_id,
                        sort=data.sort))
        return run

    run = await context.write(make)
    running.run_soon(context, run)
    return _row(context, context.db.read(), run)


@get("/api/projects/{project_id:str}/prediction-runs/{run_id:str}")
async def show_prediction_run(context: NamedDependency[Context], person: NamedDependency[Person],
                              project_id: FromPath[str], run_id: FromPath[str]) -> RunRow:
    """How far a run is, and the items without a prediction, with the reason."""
    need_role(person, "manager")
    project, db = context.project(person, project_id), context.db.read()
    return _row(context, db, runs.find_run(db, project, run_id), has_failures=True)


@post("/api/projects/{project_id:str}/prediction-runs/{run_id:str}/cancel", status_code=200)
async def cancel_prediction_run(context: NamedDependency[Context], person: NamedDependency[Person],
                                project_id: FromPath[str], run_id: FromPath[str]) -> RunRow:
    """Stop a run; what it has predicted stays."""
    need_role(person, "manager")
    project = context.project(person, project_id)

    def change(db: Connection) -> Row:
        runs.cancel(db, runs.find_run(db, project, run_id), now_us=now_us())
        tell(db, _event(person, project, "prediction_run.cancelled", run_id))
        return runs.find_run(db, project, run_id)

    row = await context.write(change)
    return _row(context, context.db.read(), row, has_failures=True)


@post("/api/projects/{project_id:str}/prediction-runs/{run_id:str}/resume", status_code=200)
async def resume_prediction_run(context: NamedDependency[Context], person: NamedDependency[Person],
                                project_id: FromPath[str], run_id: FromPath[str]) -> RunRow:
    """Go on with a run that stopped, and try again the items without a prediction."""
    need_role(person, "manager")
    project = context.project(person, project_id)

    def change(db: Connection) -> Row:
        runs.resume(db, runs.find_run(db, project, run_id), now_us=now_us())
        tell(db, _event(person, project, "prediction_run.resumed", run_id))
        return runs.find_run(db, project, run_id)

    row = await context.write(change)
    running.run_soon(context, row)
    return _row(context, context.db.read(), row, has_failures=True)


ROUTES = [show_suggestions, set_suggestions, list_prediction_runs, start_prediction_run, show_prediction_run,
          cancel_prediction_run, resume_prediction_run]
