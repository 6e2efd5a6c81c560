"""Budgets: what a project may spend. A lease takes the most that its answer can earn, so none is ever overdrawn."""

from __future__ import annotations

from msgspec import Struct

from goldsmith.core.errors import BadInput, Conflict, GoldsmithError
from goldsmith.core.money import AMOUNT_MOST, Money
from goldsmith.core.task import Stage
from goldsmith.db.connection import Connection, Row
from goldsmith.work.pay import ledger
from goldsmith.work.pay.ledger import Because, NotCovered, Place
from goldsmith.work.pay.prices import Author, budget_of, read_price, stage_json


class BudgetOut(GoldsmithError):
    """The project's budget does not cover another lease."""

    code, status = "budget_out", 409


TAG_SEAT = "UPDATE seat SET price_json = :price, reserved_minor = :amount WHERE seat_seq = :seat RETURNING *"


def take_for(db: Connection, seat: Row, price_json: str) -> Row:
    """Fix the project's price for a seat that was just leased and set its money aside; gives the seat.

    One statement both looks whether the budget covers it and takes it. BudgetOut where it does not: the transaction,
    and with it the lease, is undone. A seat that has its price already keeps it.
    """
    price_json = stage_json(price_json, seat["stage"])
    price = read_price(price_json)
    if seat["price_json"] or seat["annotation_id"] is not None or price is None:
        return seat
    amount = price.highest_minor()
    if not ledger.reserve(db, budget_of(seat["workspace_id"], seat["project_id"], price.currency), amount):
        raise BudgetOut("The project's budget is used up.", hint="Ask its manager.")
    tagged = db.one(TAG_SEAT, {"price": price_json, "amount": amount, "seat": seat["seat_seq"]})
    assert tagged is not None
    return tagged


# A seat that was given back to its author keeps its price and its money; any other seat loses both.
UNTAG = """
UPDATE seat SET price_json = '', reserved_minor = 0
 WHERE seat_seq = :seat AND price_json = :price AND reserved_minor = :amount
   AND (state = 'withdrawn' OR (state = 'open' AND only_for IS NULL))
"""


def give_up(db: Connection, seat: Row) -> None:
    """Give a seat's money back to the budget when nobody works on it any more; `seat` as it was before."""
    price = read_price(seat["price_json"])
    args = {"seat": seat["seat_seq"], "price": seat["price_json"], "amount": seat["reserved_minor"]}
    if price is not None and db.execute(UNTAG, args):
        ledger.reserve(db, budget_of(seat["workspace_id"], seat["project_id"], price.currency), -args["amount"])


def is_out(db: Connection, project: Row, stage: Stage = "label") -> bool:
    """Whether the budget does not cover another lease of this stage at the price in force."""
    price = read_price(stage_json(project["price_json"], stage))
    if price is None:
        return False
    place = budget_of(project["workspace_id"], project["project_id"], price.currency)
    return ledger.free_minor(db, place) < price.highest_minor()


def fund(db: Connection, author: Author, project_id: str, money: Money, *, once: str, now_us: int) -> bool:
    """Put money into a project's budget, or take out (below 0) what is promised to nobody; False when done before.

    Without a project it is the workspace's budget for training.
    """
    if not 1 <= abs(money.amount_minor) <= AMOUNT_MOST:
        raise BadInput(f"An amount is 1 to {AMOUNT_MOST:,} minor units, or as much below 0.", where="amount_minor")
    budget = budget_of(author.workspace_id, project_id, money.currency)
    funds = Place(workspace_id=author.workspace_id, sort="funds", currency=money.currency)
    ledger.open_account(db, budget)
    source, target = (funds, budget) if money.amount_minor > 0 else (budget, funds)
    whose = project_id or author.workspace_id
    because = Because(once=f"budget:{whose}:{once}", move="funded", cause="budget", about=whose,
                      author_id=author.person_id, now_us=now_us)
    try:
        return ledger.transfer(db, source, target, abs(money.amount_minor), because)
    except NotCovered:
        raise Conflict("The budget has less than that left.", where="amount_minor",
                       hint="What running leases may need stays set aside.") from None


class Standing(Struct, frozen=True, kw_only=True):
    """Where a project's money of one currency is."""

    currency: str
    free_minor: int
    reserved_minor: int
    held_minor: int
    due_minor: int  # released, and in no pay run yet
    collected_minor: int  # in pay runs, paid or not


STANDING = """
SELECT a.currency, a.balance_minor - a.reserved_minor AS free, a.reserved_minor AS reserved,
       (SELECT coalesce(sum(h.balance_minor), 0) FROM account h WHERE h.workspace_id = a.workspace_id
           AND h.sort = 'held' AND h.project_id = a.project_id AND h.currency = a.currency) AS held,
       (SELECT coalesce(sum(d.balance_minor), 0) FROM account d WHERE d.workspace_id = a.workspace_id
           AND d.sort = 'due' AND d.project_id = a.project_id AND d.currency = a.currency) AS due,
       (SELECT coalesce(sum(-p.amount_minor), 0) FROM entry e
          JOIN posting p ON p.entry_seq = e.entry_seq JOIN account d ON d.account_seq = p.account_seq
         WHERE d.workspace_id = a.workspace_id AND d.sort = 'due' AND d.project_id = a.project_id
           AND d.currency = a.currency AND e.cause = 'pay_run') AS collected
  FROM account a WHERE a.workspace_id = :workspace AND a.sort = 'budget' AND a.project_id = :project
 ORDER BY a.currency
"""


def read_standing(db: Connection, workspace_id: str, project_id: str) -> list[Standing]:
    """Where the project's money is, by currency; without a project, the workspace's for training."""
    args = {"workspace": workspace_id, "project": project_id}
    return [Standing(currency=r["currency"], free_minor=r["free"], reserved_minor=r["reserved"],
                     held_minor=int(r["held"]), due_minor=int(r["due"]), collected_minor=int(r["collected"]))
            for r in db.all(STANDING, args)]
