"""Running: predictors go through projects in the background, for suggestions or through the queue as annotators do.

What is lost when the process ends is only the piece in hand: the run is a row, and goes on when somebody says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event

import msgspec

from goldsmith.core.errors import GoldsmithError
from goldsmith.db.connection import Connection, Row
from goldsmith.models import SORTS, Backend, Refused, Sample
from goldsmith.server.background import Background
from goldsmith.server.context import Context, now_us
from goldsmith.server.routes import labelling
from goldsmith.server.routes.routing.predicting import learning
from goldsmith.server.wire.work import Answer, Besides, LeaseOut
from goldsmith.work import people
from goldsmith.work.people import Person, terms
from goldsmith.work.routing.predicting import asking, registry, runs
from goldsmith.work.routing.predicting.runs import Outcome, Piece

LOOK_EVERY_S = 1.0  # at whether the run was cancelled
SEATS_AT_ONCE = 4
_runs = Background("a run of %s stopped")


def run_soon(context: Context, run: Row) -> None:
    """Go on with a run in the background, unless this process does."""
    _runs.start(context, run["run_id"], lambda: _run(context, run))


def is_here(context: Context, run_id: str) -> bool:
    """Whether this process goes on with the run."""
    return _runs.find(context, run_id) is not None


async def _watch(context: Context, run_id: str, stopped: Event) -> None:
    """Say so when the run was cancelled, wherever that was."""
    while not stopped.is_set():
        await asyncio.sleep(LOOK_EVERY_S)
        row = context.db.read().one("SELECT state FROM prediction_run WHERE run_id = :run", {"run": run_id})
        if row is None or row[0] != "running":
            stopped.set()


async def _run(context: Context, run: Row) -> None:
    db, workspace_id = context.db.read(), run["workspace_id"]
    project = db.one("SELECT * FROM project WHERE project_id = :project", {"project": run["project_id"]})
    assert project is not None
    stopped = Event()
    watch = asyncio.ensure_future(_watch(context, run["run_id"], stopped))
    try:
        predictor = registry.find_predictor(db, workspace_id, run["predictor_id"])
        predictor = await learning.trained(context, project, predictor)
        backend = await asyncio.to_thread(_open, context, predictor, stopped)
        job = Job(context, project, predictor, backend)
        await (job.answer(run) if run["sort"] == "answer" else job.suggest(run))
    except Exception as error:
        why = f"{error.message} {error.hint}".strip() if isinstance(error, GoldsmithError) else "It broke; see the log."
        newest = db.one("SELECT * FROM prediction_run WHERE run_id = :run", {"run": run["run_id"]})
        if newest is not None:
            await context.write(lambda db: runs.end(db, newest, "failed", why, now_us=now_us()))
        if not isinstance(error, GoldsmithError):
            raise
    finally:
        watch.cancel()


def _open(context: Context, predictor: Row, stopped: Event) -> Backend:
    with context.db.snapshot() as db:
        return registry.open_predictor(db, predictor, context.vault(), learning.store_of(context, predictor),
                                       stopped.is_set)


class Job:
    """One run of one model."""

    def __init__(self, context: Context, project: Row, predictor: Row, backend: Backend) -> None:
        self._context, self._project, self._predictor, self._backend = context, project, predictor, backend
        self._asked = asking.asked_of(project)
        self._at_once = SORTS[predictor["sort"]].at_once

    async def suggest(self, run: Row) -> None:
        """Predict what is open, piece by piece, each kept as suggestions."""
        while (piece := runs.next_piece(self._context.db.read(), run, most=self._at_once)) is not None:
            outcome = await asyncio.to_thread(self._predict, piece)
            going = await self._context.write(self._keeping(run, piece, outcome))
            if going is None:
                return
            run = going
        last = run
        await self._context.write(lambda db: runs.end(db, last, "done", now_us=now_us()))

    def _keeping(self, run: Row, piece: Piece, outcome: Outcome) -> Callable[[Connection], Row | None]:
        return lambda db: runs.keep_piece(db, self._project, self._predictor, run, piece, outcome, now_us=now_us())

    def _predict(self, piece: Piece) -> Outcome:
        samples = [Sample(item_id=item_id, item=item)
                   for item_id, item in zip(piece.item_ids, piece.items, strict=True)]
        answers = self._backend.predict(samples, self._asked)
        return runs.look_at(piece, answers, self._asked.schema, self._predictor["person_id"])

    async def answer(self, run: Row) -> None:
        """Take seats of the queue as any annotator, and hand in what the model says of them."""
        model = self._as_person()
        await self._context.write(lambda db: self._accept_terms(db, model))
        held: list[LeaseOut] = []
        try:
            while (leases := await self._lease(model)) or held:
                held = leases
                going = await self._hand_in(model, run, leases)
                if going is None:
                    return
                run, held = going, []
        finally:
            for lease in held:
                await self._let_go(model, lease, None)
        last = run
        await self._context.write(lambda db: runs.end(db, last, "done", now_us=now_us()))

    def _as_person(self) -> Person:
        row = people.find_row(self._context.db.read(), self._predictor["workspace_id"], self._predictor["person_id"])
        assert row is not None
        return Person(person_id=row["person_id"], workspace_id=row["workspace_id"], email=row["email"],
                      name=row["name"], role=row["role"], abilities_epoch=row["abilities_epoch"])

    def _accept_terms(self, db: Connection, model: Person) -> None:
        """Whoever starts the run answers for the model."""
        if self._project["terms_version"]:
            terms.accept(db, model, self._project["project_id"], self._project["terms_version"], now_us=now_us())

    async def _lease(self, model: Person) -> list[LeaseOut]:
        found: list[LeaseOut] = []
        while len(found) < SEATS_AT_ONCE:
            besides = Besides(besides=tuple(one.lease_id for one in found))
            lease = await labelling.lease_in_project(self._context, model, self._project["project_id"], besides)
            if lease is None:
                break
            found.append(lease)
        return found

    async def _hand_in(self, model: Person, run: Row, leases: list[LeaseOut]) -> Row | None:
        samples = [Sample(item_id=one.item_id, item=one.item) for one in leases]
        answers = await asyncio.to_thread(self._backend.predict, samples, self._asked)
        bad: dict[int, str] = {}
        done = 0
        for lease, answer in zip(leases, answers, strict=True):
            try:
                if isinstance(answer, Refused):
                    raise GoldsmithError(answer.reason)
                good = asking.checked(answer, self._asked.schema, lease.item, prefix="m-")
                await labelling.hand_in(self._context, model, lease.lease_id, Answer(
                    fence=lease.fence, value=msgspec.json.decode(good.value_json), confidence=good.confidence))
                done += 1
            except GoldsmithError as error:
                bad[self._task_of(lease)] = error.message
                await self._let_go(model, lease, error.message)
        tokens = (sum(one.tokens_in for one in answers), sum(one.tokens_out for one in answers))

        def note(db: Connection) -> Row | None:
            going = runs.note_progress(db, self._predictor, run, upto=0, good=done, bad=len(bad), tokens=tokens,
                                       now_us=now_us())
            runs.note_failures(db, run, bad, now_us=now_us())
            return going

        return await self._context.write(note)

    def _task_of(self, lease: LeaseOut) -> int:
        row = self._context.db.read().one("SELECT task_seq FROM lease WHERE lease_id = :lease",
                                          {"lease": lease.lease_id})
        return int(row[0]) if row is not None else 0

    async def _let_go(self, model: Person, lease: LeaseOut, why: str | None) -> None:
        """Give a task back, for good where the model has no answer to it."""
        grip = labelling.grip_of(model, lease.lease_id, lease.fence)
        try:
            await self._context.write(lambda db: labelling.let_go(db, grip, why))
        except GoldsmithError:
            return  # it ran out meanwhile, and is with others again
