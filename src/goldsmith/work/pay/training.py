"""Paid training: each item of a training earns its price once a person, right or wrong, out of a budget.

The budget is a project's, or the workspace's own for training. An attempt keeps the price it began under and sets all
aside that it can earn; an attempt that nobody goes on with lets that go after some days, and from then on each of its
items is paid as long as the budget has it.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from goldsmith.core.errors import NotFound
from goldsmith.db.connection import Connection, Row, next_numbers
from goldsmith.work.pay import earnings, ledger
from goldsmith.work.pay.budgets import BudgetOut
from goldsmith.work.pay.ledger import Because, Place
from goldsmith.work.pay.prices import DAY_US, Price, budget_of, read_price

IDLE_DAYS, SWEPT_MOST = 7, 100


class TrainingPay(Struct, frozen=True, kw_only=True):
    """What an answered item of a training earns."""

    amount_minor: int
    currency: str
    release_days: int = 0  # from the answer until the money is due
    project_id: str = ""  # whose budget pays; empty: the workspace's for training

    def price(self) -> Price:
        """As a price a task."""
        return Price(sort="task", currency=self.currency, amount_minor=self.amount_minor,
                     release_days=self.release_days)

    def check(self) -> None:
        """Raise BadInput naming the first part that cannot be."""
        self.price().check()


def stored(pay: TrainingPay | None) -> tuple[str, str]:
    """As price_json and payer_id of an exam."""
    return ("", "") if pay is None else (msgspec.json.encode(pay.price()).decode(), pay.project_id)


def read_pay(exam: Row) -> TrainingPay | None:
    """What the exam's items earn; None where it is not paid."""
    price = read_price(exam["price_json"])
    return None if price is None else TrainingPay(
        amount_minor=price.amount_minor, currency=price.currency, release_days=price.release_days,
        project_id=exam["payer_id"])


def check_payer(db: Connection, workspace_id: str, pay: TrainingPay | None) -> None:
    """NotFound where the project that is to pay is not in the workspace; opens the account that pays."""
    if pay is None:
        return
    project = {"project": pay.project_id, "workspace": workspace_id}
    if pay.project_id and db.one("SELECT 1 FROM project WHERE project_id = :project AND workspace_id = :workspace",
                                 project) is None:
        raise NotFound("No such project in this workspace.", where="pay.project_id")
    ledger.open_account(db, budget_of(workspace_id, pay.project_id, pay.currency))


UNPAID = """
SELECT count(*) FROM exam_answer x WHERE x.attempt_id = :attempt AND NOT EXISTS (
  SELECT 1 FROM earning e WHERE e.about = x.exam_item_id AND e.person_id = :person AND e.stage = 'training')
"""
SET_ASIDE = "UPDATE exam_attempt SET reserved_minor = :amount WHERE attempt_id = :attempt"


def _budget(attempt: Row, price: Price) -> Place:
    return budget_of(attempt["workspace_id"], attempt["payer_id"], price.currency)


def set_aside(db: Connection, attempt: Row) -> None:
    """Set aside what a new attempt can earn; BudgetOut where the budget has not so much left."""
    price = read_price(attempt["price_json"])
    if price is None:
        return
    args = {"attempt": attempt["attempt_id"], "person": attempt["person_id"]}
    row = db.one(UNPAID, args)
    amount = price.amount_minor * (int(row[0]) if row is not None else 0)
    if not ledger.reserve(db, _budget(attempt, price), amount):
        raise BudgetOut("The budget of this training is used up.", hint="Ask a manager to put money into it.")
    db.execute(SET_ASIDE, {**args, "amount": amount})


KEEP = """
INSERT INTO earning (seat_seq, person_id, workspace_id, project_id, task_seq, annotation_id, price_json, state,
                     amount_minor, currency, objects, work_seconds, submitted_us, release_us, stage, about)
VALUES (:seat, :person, :workspace, :payer, 0, '', :price, 'accepted', :amount, :currency, 0, :seconds, :now, :release,
        'training', :about)
ON CONFLICT (about, person_id) WHERE stage = 'training' DO NOTHING RETURNING *
"""
TOUCH = """
UPDATE exam_attempt SET reserved_minor = reserved_minor - :used, touched_us = :now WHERE attempt_id = :attempt
"""


def pay_item(db: Connection, attempt: Row, exam_item_id: str, name: str, work_seconds: float | None, *,
             now_us: int) -> None:
    """Pay an item that was just answered, where it was not paid to this person before; `attempt` as it is now.

    BudgetOut where nothing is set aside any more and the budget is used up: the answer is not taken then.
    """
    price = read_price(attempt["price_json"])
    assert price is not None
    seconds = earnings.believed_seconds(work_seconds, attempt["touched_us"], now_us)
    row = db.one(KEEP, {
        "seat": -next_numbers(db, "training"), "person": attempt["person_id"], "workspace": attempt["workspace_id"],
        "payer": attempt["payer_id"], "price": attempt["price_json"], "amount": price.amount_minor,
        "currency": price.currency, "seconds": seconds, "now": now_us, "about": exam_item_id,
        "release": now_us + price.release_days * DAY_US})
    amount = price.amount_minor if row is not None else 0
    used = min(amount, attempt["reserved_minor"])
    db.execute(TOUCH, {"used": used, "now": now_us, "attempt": attempt["attempt_id"]})
    if row is None:
        return
    budget, held = earnings.accounts_of(row, price)
    if not ledger.reserve(db, budget, amount - used):  # what was let go meanwhile is asked for again
        raise BudgetOut("The budget of this training is used up, and this answer would earn nothing.",
                        hint="Your work is kept. Ask a manager to put money into it.")
    ledger.reserve(db, budget, -amount)
    ledger.transfer(db, budget, held, amount, Because(
        once=f"held:{exam_item_id}:{attempt['person_id']}", move="held", cause="training", about=exam_item_id,
        author_id=attempt["person_id"], note=name, now_us=now_us))
    if not price.release_days:
        earnings.release(db, row, now_us=now_us)


LET_GO = """
UPDATE exam_attempt SET reserved_minor = 0 WHERE attempt_id = :attempt AND reserved_minor = :amount
"""
ONE = "SELECT * FROM exam_attempt WHERE attempt_id = :attempt AND reserved_minor > 0"
IDLE = "SELECT * FROM exam_attempt WHERE reserved_minor > 0 AND touched_us <= :before LIMIT :most"


def let_go(db: Connection, attempt_id: str) -> None:
    """Give back to the budget what is still set aside for an attempt."""
    row = db.one(ONE, {"attempt": attempt_id})
    if row is not None:
        _let_go(db, row)


def let_go_idle(db: Connection, *, now_us: int) -> None:
    """Give back what is set aside for attempts that nobody has gone on with for IDLE_DAYS."""
    for row in db.all(IDLE, {"before": now_us - IDLE_DAYS * DAY_US, "most": SWEPT_MOST}):
        _let_go(db, row)


def _let_go(db: Connection, attempt: Row) -> None:
    price = read_price(attempt["price_json"])
    if price is not None and db.execute(LET_GO, {"attempt": attempt["attempt_id"],
                                                 "amount": attempt["reserved_minor"]}):
        ledger.reserve(db, _budget(attempt, price), -attempt["reserved_minor"])


EARNED = """
SELECT coalesce(sum(e.amount_minor), 0) FROM exam_answer x JOIN earning e ON e.about = x.exam_item_id
   AND e.person_id = :person AND e.stage = 'training'
 WHERE x.attempt_id = :attempt
"""


def earned_minor(db: Connection, attempt: Row) -> int:
    """What the items of an attempt have earned its person, whenever they were answered first."""
    if not attempt["price_json"]:
        return 0
    row = db.one(EARNED, {"attempt": attempt["attempt_id"], "person": attempt["person_id"]})
    return int(row[0]) if row is not None else 0
