"""Running: predictors go through projects in the background, for suggestions or through the queue as annotators do.

What is lost when the process ends is only the piece in hand: the run is a row, and another process takes it up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from goldsmith.core.errors import GoldsmithError
from goldsmith.db.connection import Connection, Row
from goldsmith.models import SORTS, Backend, NotReached, Refused, Sample
from goldsmith.models import Answer as Predicted
from goldsmith.server.background import Background
from goldsmith.server.context import Context, now_us
from goldsmith.server.routes import labelling
from goldsmith.server.routes.routing.predicting import learning
from goldsmith.server.routes.routing.predicting.holding import HeldRun
from goldsmith.server.wire.work import Answer, Besides, LeaseOut
from goldsmith.work import people
from goldsmith.work.people import Person, terms
from goldsmith.work.routing.predicting import asking, registry, runs, spending
from goldsmith.work.routing.predicting.runs import Outcome, Piece
from goldsmith.work.routing.predicting.spending import LimitMet, Use

SEATS_AT_ONCE = 4
_runs = Background("a run of %s stopped")


def run_soon(context: Context, run: Row) -> None:
    """Go on with a run in the background, unless this process does."""
    _runs.start(context, run["run_id"], lambda: _run(context, run))


def is_here(context: Context, run_id: str) -> bool:
    """Whether this process goes on with the run."""
    return _runs.find(context, run_id) is not None


async def _run(context: Context, run: Row) -> None:
    db, workspace_id = context.db.read(), run["workspace_id"]
    project = db.one("SELECT * FROM project WHERE project_id = :project", {"project": run["project_id"]})
    assert project is not None
    held = HeldRun(context, runs, run)
    watch = asyncio.ensure_future(held.watch())
    try:
        predictor = registry.find_predictor(db, workspace_id, run["predictor_id"])
        predictor = await learning.trained(context, project, predictor)
        backend = await asyncio.to_thread(_open, context, predictor, held.is_stopped)
        job = Job(context, project, predictor, backend, held)
        await (job.answer() if run["sort"] == "answer" else job.suggest())
    except LimitMet as error:
        await held.end("paused", f"{error.message} {error.hint}")
    except Exception as error:
        why = f"{error.message} {error.hint}".strip() if isinstance(error, GoldsmithError) else "It broke; see the log."
        await held.end("failed", why)
        if not isinstance(error, GoldsmithError):
            raise
    finally:
        watch.cancel()


def _open(context: Context, predictor: Row, is_stopped: Callable[[], bool]) -> Backend:
    with context.db.snapshot() as db:
        return registry.open_predictor(db, predictor, context.vault(), learning.store_of(context, predictor),
                                       is_stopped)


class Job:
    """One run of one model."""

    def __init__(self, context: Context, project: Row, predictor: Row, backend: Backend, held: HeldRun) -> None:
        self._context, self._project, self._predictor, self._backend = context, project, predictor, backend
        self._held = held
        self._asked = asking.asked_of(project)
        self._at_once = SORTS[predictor["sort"]].at_once

    async def suggest(self) -> None:
        """Predict what is open, piece by piece, each kept as suggestions."""
        while (piece := runs.next_piece(self._context.db.read(), self._held.row, most=self._at_once)) is not None:
            answers = await self._ask([Sample(item_id=item_id, item=item) for item_id, item
                                       in zip(piece.item_ids, piece.items, strict=True)])
            outcome = runs.look_at(piece, answers, self._asked.schema, self._predictor["person_id"])
            if not await self._held.go_on(self._keeping(piece, outcome)):
                return
        await self._held.end("done")

    def _keeping(self, piece: Piece, outcome: Outcome) -> Callable[[Connection, Row], Row | None]:
        return lambda db, run: runs.keep_piece(db, self._project, self._predictor, run, piece, outcome, now_us=now_us())

    async def _ask(self, samples: list[Sample]) -> Sequence[Predicted]:
        """What the model says of these; what it took is counted whatever becomes of the run. LimitMet where nothing may
        be asked any more.
        """
        self._check_limit()
        try:
            answers = await asyncio.to_thread(self._backend.predict, samples, self._asked)
        except NotReached as error:
            await self._count(Use(calls=len(samples), failed=len(samples), tokens_in=error.tokens_in,
                                  tokens_out=error.tokens_out))
            raise
        await self._count(Use(
            calls=len(samples), failed=sum(isinstance(one, Refused) for one in answers),
            tokens_in=sum(one.tokens_in for one in answers), tokens_out=sum(one.tokens_out for one in answers)))
        return answers

    def _check_limit(self) -> None:
        spending.check_limit(self._context.db.read(), self._project["project_id"], self._predictor, now_us=now_us())

    async def _count(self, use: Use) -> None:
        await self._context.write(lambda db: spending.note(
            db, self._project["project_id"], self._predictor, "run", use, now_us=now_us()))

    async def answer(self) -> None:
        """Take seats of the queue as any annotator, and hand in what the model says of them."""
        model = self._as_person()
        await self._context.write(lambda db: self._accept_terms(db, model))
        leased: list[LeaseOut] = []
        try:
            while leased := await self._lease(model):
                answers = await self._ask([Sample(item_id=one.item_id, item=one.item) for one in leased])
                async with self._held.lock:  # between answer and count nobody else writes to the run
                    if not await self._hand_in(model, leased, answers):
                        return
                leased = []
        finally:
            if not self._held.is_elsewhere():  # there, the same seats are in work
                for lease in leased:
                    await self._let_go(model, lease)
        await self._held.end("done")

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

    async def _hand_in(self, model: Person, leases: list[LeaseOut], answers: Sequence[Predicted]) -> bool:
        """Hand in what fits, and give back, listed, what does not; False where the run is not ours any more."""
        if not await self._held.beat():
            return False
        done = bad = 0
        for lease, answer in zip(leases, answers, strict=True):
            try:
                if isinstance(answer, Refused):
                    raise GoldsmithError(answer.reason or "The model gave no reason.")
                good = asking.checked(answer, self._asked.schema, lease.item, prefix="m-")
                await labelling.hand_in(self._context, model, lease.lease_id, Answer(
                    fence=lease.fence, value=msgspec.json.decode(good.value_json), confidence=good.confidence))
                done += 1
            except GoldsmithError as error:
                bad += await self._let_go(model, lease, error.message)
        tokens = (sum(one.tokens_in for one in answers), sum(one.tokens_out for one in answers))
        return await self._held.keep(lambda db, run: runs.note_progress(
            db, self._predictor, run, upto=0, good=done, bad=bad, tokens=tokens, now_us=now_us()))

    async def _let_go(self, model: Person, lease: LeaseOut, why: str = "") -> bool:
        """Give a task back; for good, and listed, where there is a reason. False: it is with others already."""
        grip, run = labelling.grip_of(model, lease.lease_id, lease.fence), self._held.row

        def give_back(db: Connection) -> None:
            seat = labelling.let_go(db, grip, why or None)
            if why:
                runs.note_failures(db, run, {seat["task_seq"]: why}, now_us=now_us())

        try:
            await self._context.write(give_back)
        except GoldsmithError:
            return False
        return True
