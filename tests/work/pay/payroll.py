"""A small world with a price: acts as people, managers and owners would, each act one transaction."""

from __future__ import annotations

from typing import Any

from goldsmith.core.money import Money
from goldsmith.core.task import Stage
from goldsmith.db.connection import Connection, Database, Row
from goldsmith.work import answers, flow
from goldsmith.work.pay import appeals, banking, budgets, ledger, prices, runs
from goldsmith.work.pay.budgets import BudgetOut
from goldsmith.work.pay.papers import statements
from goldsmith.work.pay.prices import Author, Price
from goldsmith.work.queue import Place
from goldsmith.work.routing.presence.turns import Turns
from goldsmith.work.versions import audit
from tests.work.conftest import SECOND, WS, World, mood

OWNER, DAY = "person_owner", 86_400 * SECOND
PEOPLE = ("ana", "ben", "cem", "dia", OWNER)


class Payroll(World):
    """The world of the queue's tests, where answers are paid."""

    def __init__(self, database: Database, price: Price, *, budget: int = 10_000, **more: Any) -> None:
        super().__init__(database, **more)
        self.price, self.turns = price, Turns()
        self.do(self._people)
        self.set_price(price)
        if budget:
            self.fund(budget)

    def _people(self, db: Connection) -> None:
        sql = (
            "INSERT INTO person (person_id, workspace_id, email, name, role, state, created_us)"
            " VALUES (:id, :ws, :id, :id, 'annotator', 'active', 0)"
        )
        db.many(sql, [{"id": one, "ws": WS} for one in PEOPLE])

    def author(self, person: str = OWNER) -> Author:
        return Author(workspace_id=WS, person_id=person)

    def set_price(self, price: Price) -> None:
        self.price = price
        self.do(lambda db: prices.set_price(db, self.author(), self.project_id, price, now_us=self.now_us))

    def fund(self, amount: int, once: str = "first") -> bool:
        money = Money(amount_minor=amount, currency=self.price.currency)
        return bool(
            self.do(lambda db: budgets.fund(db, self.author(), self.project_id, money, once=once, now_us=self.now_us))
        )

    def take(
        self, person: str, besides: frozenset[str] = frozenset(), *, stage: Stage = "label", audit_id: str = ""
    ) -> Row | None:
        """The next task, review or audited item at the project's price, as the server leases it."""
        place = Place(project_id=self.project_id, person_id=person, stage=stage, audit_id=audit_id)
        return self.take_at(place, besides)

    def take_at(self, place: Place, besides: frozenset[str] = frozenset()) -> Row | None:
        """As `take`, with all that the place says of its person."""

        def work(db: Connection, *, may_claim: bool = True) -> Row | None:
            flow.sweep(db, now_us=self.now_us)
            seat, _ = self.turns.lease_next(db, place, besides=besides, may_claim=may_claim, now_us=self.now_us)
            row = self.project()["price_json"]
            return budgets.take_for(db, seat, row) if seat is not None and may_claim else seat

        try:
            return self.database.write(work)
        except BudgetOut:
            return self.database.write(lambda db: work(db, may_claim=False))

    def hand_in(self, seat: Row, label: str = "good", seconds: float | None = 1.5) -> str:
        def work(db: Connection) -> str:
            annotation_id, events = answers.submit(
                db, self.grip(seat), mood(label), work_seconds=seconds, now_us=self.now_us
            )
            flow.tell(db, *events)
            return annotation_id

        return self.database.write(work)

    def work(self, person: str, label: str = "good", seconds: float | None = 1.5) -> str:
        seat = self.take(person)
        assert seat is not None
        return self.hand_in(seat, label, seconds)

    def judge(self, decision: str, *, by: str = "dia", comment: str = "", seconds: float | None = None) -> None:
        seat = self.take(by, stage="review")
        assert seat is not None
        self.decide(seat, decision, comment=comment, seconds=seconds)

    def audited(self, size: int) -> str:
        """An audit of so many settled items; its id."""
        project = self.project()
        with self.database.snapshot() as db:
            sample = audit.draw(db, project, size, 7)
        return audit.open_audit(self.database, project, sample, OWNER, now_us=self.now_us)

    def check(self, seat: Row, label: str = "good", seconds: float | None = None) -> None:
        """The auditor's own answer to an audited item."""

        def work(db: Connection) -> None:
            errors = audit.errors_against(db, self.grip(seat), mood(label))
            _, events = audit.submit(db, self.grip(seat), mood(label), errors, work_seconds=seconds, now_us=self.now_us)
            flow.tell(db, *events)

        self.do(work)

    def wait(self, days: float) -> None:
        self.now_us += round(days * DAY)
        self.do(lambda db: flow.sweep(db, now_us=self.now_us))

    def money(self, person: str) -> dict[str, int]:
        """What a person has, by where it is; nothing is left out that is not 0."""
        found = statements.read_balances(self.database.read(), WS, person).get(self.price.currency, {})
        return {sort: amount for sort, amount in found.items() if amount and sort != "accepted"}

    def left(self) -> tuple[int, int]:
        """What of the budget is free, and what is set aside."""
        (one,) = budgets.read_standing(self.database.read(), WS, self.project_id)
        return one.free_minor, one.reserved_minor

    def appeal(self, person: str, annotation_id: str) -> str:
        return str(
            self.do(lambda db: appeals.appeal(db, self.author(person), annotation_id, "It is so", now_us=self.now_us))
        )

    def rule(self, appeal_id: str, *, by: str, is_granted: bool) -> None:
        self.do(
            lambda db: appeals.decide(
                db, self.author(by), appeal_id, is_granted=is_granted, answer="Looked again", now_us=self.now_us
            )
        )

    def bank(self, person: str, **more: str) -> None:
        account = banking.BankAccount(name=person, **more)
        self.do(lambda db: banking.keep_account(db, WS, person, account, now_us=self.now_us))

    def pay_run(self, upto_us: int | None = None) -> str | None:
        """Make a run of all that is due; its id, or None when nothing is."""
        upto = self.now_us if upto_us is None else upto_us
        run = self.do(lambda db: runs.begin_run(db, self.author(), self.price.currency, upto, now_us=self.now_us))
        after = ""
        while after := self.do(lambda db, at=after: runs.collect_some(db, run, at, now_us=self.now_us)):
            pass
        return run["pay_run_id"] if self.do(lambda db: runs.finish_run(db, run)) else None

    def payments(self, run: str) -> dict[str, tuple[int, str]]:
        rows = self.database.read().all("SELECT * FROM payment WHERE pay_run_id = :run", {"run": run})
        return {row["person_id"]: (row["amount_minor"], row["state"]) for row in rows}

    def broken(self) -> dict[str, int]:
        """The laws of the ledger that do not hold."""
        return {what: count for what, count in ledger.prove(self.database.read()).items() if count}
