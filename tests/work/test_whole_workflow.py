"""Whatever people do in whatever order: no task is above its overlap, nobody reviews themselves, every piece of
accepted work is paid once, the books balance, no budget is overdrawn, no quota is passed."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from goldsmith.core.errors import GoldsmithError
from goldsmith.core.money import Money
from goldsmith.db.connection import Row, open_database
from goldsmith.work import answers, flow, queue
from goldsmith.work.data import items
from goldsmith.work.pay import appeals, runs
from goldsmith.work.pay.prices import CheckPrice, Price
from goldsmith.work.routing.presence.kept import KEPT_US
from goldsmith.work.routing.rules import WorkRule
from tests.made_once import put_tables
from tests.work.conftest import SECOND, WS, mood
from tests.work.pay.payroll import DAY, OWNER, Payroll
from tests.work.routing.people import Routed

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # where a commit waits for no disk
EXAMPLES = int(os.environ.get("WORKFLOW_EXAMPLES", "40"))
TASKS, FUNDED, PER_DAY, IN_ALL, OF_GROUP = 4, 80, 4, 7, 6
WORKERS, REVIEWERS = st.sampled_from(["ana", "ben", "cem", "eva", "fay"]), st.sampled_from(["dia", OWNER, "ana"])
LABELS = st.sampled_from(["good", "good", "bad", "mixed"])
DECISIONS = st.sampled_from(["accepted", "fixed", "returned"])
SECONDS = st.sampled_from([None, 1.0, 200.0])
PER_REVIEW = CheckPrice(sort="task", amount_minor=2)
PER_MINUTE = CheckPrice(sort="minute", amount_minor=3, most_minor=6)
PRICES = st.sampled_from(
    [
        Price(sort="answer", currency="EUR", amount_minor=7, release_days=1, review=PER_REVIEW),
        Price(sort="answer", currency="EUR", amount_minor=5, audit=PER_MINUTE),
        Price(sort="task", currency="EUR", amount_minor=3, release_days=2),
        Price(sort="minute", currency="EUR", amount_minor=6, most_minor=20, floor_minor={"": 100}, review=PER_MINUTE),
        Price(sort="object", currency="EUR", amount_minor=4, most_minor=9, release_days=1),
        Price(sort="none", currency="EUR", review=PER_REVIEW, audit=PER_REVIEW),
        Price(sort="none", currency="EUR"),
    ]
)


class Workflow(RuleBasedStateMachine):
    """Annotators, reviewers, auditors, a manager and the bank, in any order; money enters only through `fund`."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(dir=MEMORY)
        place = Path(self.folder.name) / "goldsmith.sqlite"
        put_tables(place)
        self.database = open_database(place)
        self.funded, self.moves = FUNDED, 0
        self.leases: list[Row] = []  # of labels, some of them lost since
        self.reviews: list[Row] = []
        self.audits: list[Row] = []
        self.given: list[tuple[str, str]] = []
        self.claims: list[tuple[Row, str]] = []  # new leases and the day of each
        self.answered: set[str] = set()  # leases under which an answer was handed in
        self.appealed: list[str] = []

    @initialize(
        price=PRICES, labels=st.lists(LABELS, min_size=6, max_size=6),
        decisions=st.one_of(st.none(), st.lists(DECISIONS, min_size=2, max_size=2)),
    )  # fmt: skip
    def begin(self, price: Price, labels: list[str], decisions: list[str] | None) -> None:
        self.world = Payroll(self.database, price, budget=FUNDED, review=decisions is not None, overlap=2, most=3)
        self.routed = Routed(self.world)
        for name in ("eva", "fay"):
            self.routed.add_person(name)
        self.routed.add_group("night", "eva", "fay")
        self.routed.set_rules(WorkRule(per_day=PER_DAY, in_total=IN_ALL), WorkRule(about="night", in_total=OF_GROUP))
        self.world.add(TASKS)
        for person, label in zip(("ana", "ben", "cem") * 2, labels, strict=True):  # else most runs would see no answer
            self.work_on(person, label, 60.0)
        for decision in decisions or ():
            self.review_next("dia", decision)

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    def attempt(self, act: Callable[[], Any]) -> Any:
        """An act that may be refused: the product says no, and nothing is changed."""
        try:
            return act()
        except GoldsmithError:
            return None

    def now(self) -> int:
        return self.world.now_us

    # ---- annotators ----

    @rule(person=WORKERS, label=LABELS, seconds=SECONDS)
    def work_on(self, person: str, label: str, seconds: float | None) -> None:
        seat = self.lease(person, is_ahead=False)
        if seat is not None:
            self.world.now_us += 20 * SECOND
            self.answer(seat, label, seconds)

    @rule(person=WORKERS)
    def fetch_ahead(self, person: str) -> None:
        self.lease(person, is_ahead=True)

    def lease(self, person: str, *, is_ahead: bool) -> Row | None:
        if self.world.project()["state"] != "open":  # the routes of labelling give out nothing then
            return None
        held = frozenset(seat["lease_id"] for seat in self.leases if is_ahead and seat["person_id"] == person)
        known = {seat["lease_id"] for seat in self.leases}
        seat = self.attempt(lambda: self.world.take_at(self.routed.place(person), held))
        if seat is not None and seat["lease_id"] not in known:
            self.leases.append(seat)
            if seat["counted"]:
                self.claims.append((seat, str(self.now() // DAY)))
        return seat

    @precondition(lambda self: self.leases)
    @rule(seconds=SECONDS, label=LABELS, data=st.data())
    def hand_in(self, seconds: float | None, label: str, data: st.DataObject) -> None:
        self.answer(data.draw(st.sampled_from(self.leases)), label, seconds)

    def answer(self, seat: Row, label: str, seconds: float | None) -> None:
        annotation = self.attempt(lambda: self.world.hand_in(seat, label, seconds))
        if annotation is not None:
            self.given.append((seat["person_id"], annotation))
            self.answered.add(seat["lease_id"])

    @precondition(lambda self: self.leases)
    @rule(is_skipped=st.booleans(), data=st.data())
    def let_go(self, is_skipped: bool, data: st.DataObject) -> None:
        self.put_back(self.leases, is_skipped, data)

    def put_back(self, held: list[Row], is_skipped: bool, data: st.DataObject) -> None:
        grip = self.world.grip(held.pop(data.draw(st.integers(0, len(held) - 1))))

        def work(db: Any) -> None:
            seat = queue.hold(db, grip, now_us=self.now())
            if is_skipped:
                queue.refuse(db, seat, "too blurred", now_us=self.now())
            flow.put_back(db, seat, now_us=self.now())

        self.attempt(lambda: self.world.do(work))

    @rule(person=WORKERS)
    def leave(self, person: str) -> None:
        self.world.do(lambda db: flow.release_all(db, WS, person, now_us=self.now()))

    @precondition(lambda self: self.given)
    @rule(data=st.data())
    def open_again(self, data: st.DataObject) -> None:
        person, annotation = data.draw(st.sampled_from(self.given))
        again = {"workspace_id": WS, "person_id": person, "now_us": self.now()}
        seat = self.attempt(lambda: self.world.do(lambda db: answers.reopen(db, annotation, **again)))
        if seat is not None:
            self.leases.append(seat)

    @precondition(lambda self: self.given)
    @rule(data=st.data())
    def appeal(self, data: st.DataObject) -> None:
        person, annotation = data.draw(st.sampled_from(self.given))
        appeal = self.attempt(lambda: self.world.appeal(person, annotation))
        if appeal is not None:
            self.appealed.append(appeal)

    # ---- reviewers ----

    @rule(person=REVIEWERS)
    def lease_review(self, person: str) -> None:
        seat = self.attempt(lambda: self.world.take(person, stage="review"))
        if seat is not None:
            self.reviews.append(seat)

    @rule(person=REVIEWERS, decision=DECISIONS)
    def review_next(self, person: str, decision: str) -> None:
        seat = self.attempt(lambda: self.world.take(person, stage="review"))
        if seat is not None:
            self.world.now_us += 30 * SECOND
            self.decide(seat, decision)

    @precondition(lambda self: self.reviews)
    @rule(decision=DECISIONS, data=st.data())
    def review_held(self, decision: str, data: st.DataObject) -> None:
        self.decide(data.draw(st.sampled_from(self.reviews)), decision)

    def decide(self, seat: Row, decision: str) -> None:
        value, comment = (mood("good"), "") if decision == "fixed" else (None, "Look again")
        own = self.database.read().all(
            "SELECT annotation_id FROM annotation WHERE task_seq = :task AND person_id = :person AND origin = 'answer'",
            {"task": seat["task_seq"], "person": seat["person_id"]})  # fmt: skip
        self.attempt(lambda: self.world.decide(seat, decision, value=value, comment=comment, seconds=30.0))
        done = self.database.read().one("SELECT 1 FROM seat WHERE lease_id = :lease AND state = 'done'",
                                        {"lease": seat["lease_id"]})  # fmt: skip
        assert done is None or own == [], "somebody reviewed what they had labelled"

    @precondition(lambda self: self.reviews)
    @rule(is_skipped=st.booleans(), data=st.data())
    def let_review_go(self, is_skipped: bool, data: st.DataObject) -> None:
        self.put_back(self.reviews, is_skipped, data)

    @precondition(lambda self: self.appealed)
    @rule(is_granted=st.booleans(), by=REVIEWERS, data=st.data())
    def decide_appeal(self, is_granted: bool, by: str, data: st.DataObject) -> None:
        appeal = data.draw(st.sampled_from(self.appealed))
        self.attempt(lambda: self.world.rule(appeal, by=by, is_granted=is_granted))

    @rule(person=REVIEWERS, is_done=st.booleans())
    def audit(self, person: str, is_done: bool) -> None:
        audit_id = self.attempt(lambda: self.world.audited(2))
        seat = self.attempt(lambda: self.world.take(person, stage="audit", audit_id=audit_id)) if audit_id else None
        if seat is not None and is_done:
            self.world.check(seat, "bad", 40.0)

    # ---- a manager ----

    @rule(price=PRICES)
    def set_price(self, price: Price) -> None:
        self.world.set_price(price)

    @rule(amount=st.integers(-20, 40).filter(bool))
    def fund(self, amount: int) -> None:
        self.moves += 1
        if self.attempt(lambda: self.world.fund(amount, f"more {self.moves}")):
            self.funded += amount

    @rule(amount=st.integers(-5, 5).filter(bool), person=WORKERS)
    def give_extra(self, amount: int, person: str) -> None:
        self.moves += 1
        extra = appeals.Extra(person_id=person, sort="bonus" if amount > 0 else "correction", reason="Well done",
                              once=str(self.moves), money=Money(amount_minor=amount, currency="EUR"))  # fmt: skip
        self.attempt(lambda: self.world.do(lambda db: appeals.give_extra(
            db, self.world.author(), self.world.project_id, extra, now_us=self.now())))  # fmt: skip

    @rule(state=st.sampled_from(["open", "open", "open", "paused"]))
    def pause_or_resume(self, state: str) -> None:
        self.world.do(lambda db: db.execute("UPDATE project SET state = :state", {"state": state}))

    @rule(preference=st.sampled_from(["", "best", "best", "least_work", "least_work"]))
    def prefer(self, preference: str) -> None:
        self.routed.prefer(preference)
        self.world.turns = self.routed.turns

    @rule(place=st.integers(0, TASKS - 1))
    def leave_out_or_take_in(self, place: int) -> None:
        def work(db: Any) -> None:
            task = db.all("SELECT * FROM task ORDER BY task_seq")[place]
            if task["state"] == "excluded":
                event = items.include(db, task, "boss", now_us=self.now())
            else:
                event = items.exclude(db, task, "boss's reason", "boss", now_us=self.now())
            flow.tell(db, event)

        self.world.do(work)

    @rule(days=st.sampled_from([0.002, 0.02, 1.1]))
    def wait(self, days: float) -> None:
        self.world.wait(days)
        self.world.do(lambda db: flow.sweep(db, now_us=self.now()))
        self.none("SELECT seat_seq FROM seat WHERE state = 'open' AND kept_until_us > 0 AND kept_until_us <= :now",
                  now=self.now())

    # ---- the bank ----

    @rule(fate=st.sampled_from(["paid", "failed", "sent back", "waits"]))
    def pay(self, fate: str) -> None:
        run = self.attempt(self.world.pay_run)
        if run is None:
            return
        row, author = self.world.do(lambda db: runs.find_run(db, WS, run)), self.world.author()
        while fate in ("paid", "sent back") and self.world.do(
            lambda db: runs.mark_some_paid(db, author, row, now_us=self.now())
        ):
            pass
        if fate in ("failed", "sent back"):
            made = self.database.read().all("SELECT payment_id FROM payment WHERE pay_run_id = :run", {"run": run})
            for (one,) in made:
                self.world.do(lambda db, one=one: runs.fail_payment(db, author, one, "no account", now_us=self.now()))

    # ---- what holds after every step ----

    def none(self, sql: str, **args: object) -> None:
        found = [dict(zip(row.keys(), tuple(row), strict=True)) for row in self.database.read().all(sql, args)]
        assert found == []

    @invariant()
    def no_task_is_above_its_overlap_and_nobody_answers_twice(self) -> None:
        seats = "SELECT s.task_seq, count(*) AS n FROM seat s WHERE s.stage = 'label' GROUP BY s.task_seq"
        self.none(f"SELECT * FROM ({seats}) x WHERE n > (SELECT overlap_most FROM project)")
        self.none("SELECT task_seq, count(*) AS n FROM annotation WHERE origin = 'answer'"
                  " AND state NOT IN ('replaced', 'returned') GROUP BY task_seq"
                  " HAVING count(*) > (SELECT overlap_most FROM project) OR count(*) > count(DISTINCT person_id)")

    @invariant()
    def nothing_is_kept_for_longer_than_it_may_or_from_the_one_it_is_for(self) -> None:
        until = self.now() + KEPT_US
        self.none("SELECT seat_seq, state, only_for FROM seat WHERE kept_until_us > 0 AND state IN ('open', 'leased')"
                  " AND (state = 'leased' OR only_for IS NULL OR stage <> 'label' OR kept_until_us > :until)",
                  until=until)

    @invariant()
    def nobody_holds_a_review_of_what_they_labelled(self) -> None:
        self.none("SELECT s.seat_seq FROM seat s WHERE s.stage <> 'label' AND s.state = 'leased' AND EXISTS ("
                  " SELECT 1 FROM seat o WHERE o.task_seq = s.task_seq AND o.stage = 'label'"
                  "    AND o.person_id = s.person_id)")

    @invariant()
    def the_books_are_right(self) -> None:
        assert self.world.broken() == {}
        row = self.database.read().one("SELECT sum(balance_minor) FROM account WHERE sort <> 'funds'")
        assert row is not None and row[0] == self.funded
        self.none("SELECT * FROM account WHERE sort <> 'funds'"
                  " AND (reserved_minor < 0 OR balance_minor < reserved_minor)")

    @invariant()
    def what_is_due_was_released_once_and_to_the_last_unit(self) -> None:
        self.none("SELECT e.seat_seq FROM earning e WHERE e.amount_minor > 0 AND ("
                  " SELECT count(*) FROM entry n LEFT JOIN appeal a ON a.appeal_id = n.about"
                  "  WHERE n.move = 'released' AND n.person_id = e.person_id"
                  "    AND (n.about = e.about OR a.seat_seq = e.seat_seq OR (e.stage = 'label' AND n.about IN (SELECT"
                  "      annotation_id FROM annotation WHERE seat_seq = e.seat_seq AND person_id = e.person_id)))"
                  " ) <> CASE WHEN e.state = 'due' THEN 1 ELSE 0 END")
        self.none("SELECT released, due FROM (SELECT"
                  " (SELECT coalesce(sum(p.amount_minor), 0) FROM entry e JOIN posting p ON p.entry_seq = e.entry_seq"
                  "   WHERE e.move = 'released' AND p.amount_minor > 0) AS released,"
                  " (SELECT coalesce(sum(amount_minor), 0) FROM earning WHERE state = 'due') AS due) x"
                  " WHERE released <> due")

    @invariant()
    def what_was_handed_in_at_a_price_has_its_earning(self) -> None:
        self.none("SELECT s.seat_seq FROM seat s WHERE s.state = 'done' AND s.price_json <> '' AND NOT EXISTS ("
                  " SELECT 1 FROM earning e WHERE e.seat_seq = s.seat_seq AND e.person_id = s.person_id"
                  "    AND e.stage = s.stage AND (e.annotation_id = s.annotation_id OR e.about = s.lease_id))")
        self.none("SELECT e.seat_seq FROM earning e JOIN task t ON t.task_seq = e.task_seq"
                  "  JOIN annotation a ON a.annotation_id = e.annotation_id"
                  " WHERE t.state IN ('settled', 'excluded') AND e.state = 'held'"
                  "   AND a.state IN ('submitted', 'accepted', 'fixed')")

    @invariant()
    def no_quota_is_passed(self) -> None:
        held = {row[0] for row in self.database.read().all("SELECT lease_id FROM seat WHERE state = 'leased'")}
        counts: Counter[tuple[str, str]] = Counter()
        for seat, day in self.claims:
            if seat["lease_id"] in self.answered or seat["lease_id"] in held:
                group = "night" if seat["person_id"] in ("eva", "fay") else "nobody"
                counts.update([(seat["person_id"], day), (seat["person_id"], ""), (group, "")])
        most = {(about, day): PER_DAY if day else OF_GROUP if about == "night" else IN_ALL for about, day in counts}
        assert {one: n for one, n in counts.items() if one[0] != "nobody" and n > most[one]} == {}


TestWorkflow = Workflow.TestCase
TestWorkflow.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=50,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
