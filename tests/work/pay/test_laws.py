"""Whatever people do in whatever order: the books balance, no budget is overdrawn, an accepted answer is paid once."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from goldsmith.core.errors import GoldsmithError
from goldsmith.db.connection import Row, open_database
from goldsmith.work import answers, flow
from goldsmith.work.data import items
from goldsmith.work.pay import runs
from goldsmith.work.pay.prices import Price
from tests.work.conftest import WS
from tests.work.pay.payroll import Payroll

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # where a commit waits for no disk
WORKERS = st.sampled_from(["ana", "ben", "cem"])
PRICES = st.sampled_from(
    [
        Price(sort="answer", currency="EUR", amount_minor=7, release_days=1),
        Price(sort="answer", currency="EUR", amount_minor=5),
        Price(sort="task", currency="EUR", amount_minor=3, release_days=2),
        Price(sort="minute", currency="EUR", amount_minor=6, most_minor=20, floor_minor={"": 100}),
        Price(sort="object", currency="EUR", amount_minor=4, most_minor=9, release_days=1),
        Price(sort="none", currency="EUR"),
    ]
)


class Office(RuleBasedStateMachine):
    """Annotators, reviewers, a manager and the bank, in any order; money enters only through `fund`."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(dir=MEMORY)
        self.database = open_database(Path(self.folder.name) / "goldsmith.sqlite")
        first = Price(sort="answer", currency="EUR", amount_minor=7, release_days=1)
        self.world = Payroll(self.database, first, budget=60, review=True, overlap=2, most=3)
        self.world.add(4)
        self.leases: list[Row] = []
        self.given: list[tuple[str, str]] = []
        self.funded, self.moves = 60, 0

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    def attempt(self, act: object) -> object:
        """An act that may be refused: the product says no, and nothing is changed."""
        try:
            return act()  # type: ignore[operator]
        except GoldsmithError:
            return None

    @rule(person=WORKERS)
    def lease(self, person: str) -> None:
        held = frozenset(seat["lease_id"] for seat in self.leases if seat["person_id"] == person)
        seat = self.world.take(person, held)
        if seat is not None:
            self.leases.append(seat)

    @precondition(lambda self: self.leases)
    @rule(seconds=st.sampled_from([None, 1.0, 200.0]), label=st.sampled_from(["good", "bad"]), data=st.data())
    def hand_in(self, seconds: float | None, label: str, data: st.DataObject) -> None:
        seat = data.draw(st.sampled_from(self.leases))
        annotation = self.attempt(lambda: self.world.hand_in(seat, label, seconds))
        if isinstance(annotation, str):
            self.given.append((seat["person_id"], annotation))

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def let_go(self, data: st.DataObject) -> None:
        seat = self.leases.pop(data.draw(st.integers(0, len(self.leases) - 1)))
        self.world.do(lambda db: flow.put_back(db, seat, now_us=self.world.now_us))

    @rule(person=WORKERS)
    def leave(self, person: str) -> None:
        self.world.do(lambda db: flow.release_all(db, WS, person, now_us=self.world.now_us))

    @rule(decision=st.sampled_from(["accepted", "returned"]), by=st.sampled_from(["dia", "ana"]))
    def review(self, decision: str, by: str) -> None:
        seat = self.world.lease(by, stage="review")
        if seat is not None:
            self.attempt(lambda: self.world.decide(seat, decision, comment="said so" if decision == "returned" else ""))

    @precondition(lambda self: self.given)
    @rule(data=st.data())
    def open_again(self, data: st.DataObject) -> None:
        person, annotation = data.draw(st.sampled_from(self.given))
        seat = self.attempt(
            lambda: self.world.do(
                lambda db: answers.reopen(
                    db, annotation, workspace_id=WS, person_id=person, now_us=self.world.now_us
                )
            )
        )
        if seat is not None:
            self.leases.append(seat)  # type: ignore[arg-type]

    @precondition(lambda self: self.given)
    @rule(is_granted=st.booleans(), by=st.sampled_from(["dia", "cem"]), data=st.data())
    def appeal(self, is_granted: bool, by: str, data: st.DataObject) -> None:
        person, annotation = data.draw(st.sampled_from(self.given))
        appeal = self.attempt(lambda: self.world.appeal(person, annotation))
        if isinstance(appeal, str):
            self.attempt(lambda: self.world.rule(appeal, by=by, is_granted=is_granted))

    @rule(price=PRICES)
    def set_price(self, price: Price) -> None:
        self.world.set_price(price)

    @rule(amount=st.integers(-20, 40).filter(bool))
    def fund(self, amount: int) -> None:
        self.moves += 1
        if self.attempt(lambda: self.world.fund(amount, f"more {self.moves}")):
            self.funded += amount

    @rule(days=st.sampled_from([0.02, 1.1]))
    def wait(self, days: float) -> None:
        self.world.wait(days)

    @rule()
    def leave_out_or_take_in(self) -> None:
        def work(db):  # type: ignore[no-untyped-def]
            task = db.one("SELECT * FROM task ORDER BY task_seq DESC")
            if task["state"] == "excluded":
                event = items.include(db, task, "boss", now_us=self.world.now_us)
            else:
                event = items.exclude(db, task, "boss's reason", "boss", now_us=self.world.now_us)
            flow.tell(db, event)

        self.world.do(work)

    @rule(is_carried_out=st.booleans())
    def pay(self, is_carried_out: bool) -> None:
        run = self.attempt(self.world.pay_run)
        if not isinstance(run, str):
            return
        row = self.world.do(lambda db: runs.find_run(db, WS, run))
        if is_carried_out:
            while self.world.do(
                lambda db: runs.mark_some_paid(db, self.world.author(), row, now_us=self.world.now_us)
            ):
                pass
        else:
            for one in self.database.read().all("SELECT payment_id FROM payment WHERE pay_run_id = :run", {"run": run}):
                self.world.do(
                    lambda db, one=one: runs.fail_payment(
                        db, self.world.author(), one["payment_id"], "refused", now_us=self.world.now_us
                    )
                )

    @invariant()
    def the_books_are_right(self) -> None:
        assert self.world.broken() == {}
        row = self.database.read().one("SELECT sum(balance_minor) FROM account WHERE sort <> 'funds'")
        assert row is not None and row[0] == self.funded

    @invariant()
    def an_earning_that_is_due_was_released_once(self) -> None:
        db = self.database.read()
        wrong = db.all(
            "SELECT e.seat_seq FROM earning e WHERE e.amount_minor > 0 AND ("
            " SELECT count(*) FROM entry n LEFT JOIN appeal a ON a.appeal_id = n.about"
            "  WHERE n.move = 'released' AND n.person_id = e.person_id"
            "    AND (n.about IN (SELECT annotation_id FROM annotation WHERE seat_seq = e.seat_seq"
            "                       AND person_id = e.person_id) OR a.seat_seq = e.seat_seq)"
            " ) <> CASE WHEN e.state = 'due' THEN 1 ELSE 0 END"
        )
        assert wrong == []


TestOffice = Office.TestCase
TestOffice.settings = settings(
    max_examples=20,
    stateful_step_count=30,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
