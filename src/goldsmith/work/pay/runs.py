"""Pay runs: all that is due in one currency up to a moment, as one payment a person.

A run is collected person by person, some in each transaction; one that was interrupted goes on where it stood. A
posting goes into one payment only, which the primary key of `statement_line` sees to, so that running twice pays once.
Before, whoever earned less than the floor for their active time gets the difference.
"""

from __future__ import annotations

import secrets
from math import ceil

from msgspec import structs

from goldsmith.core.errors import BadInput, Conflict, NotFound
from goldsmith.core.ids import make_id
from goldsmith.core.money import Money, check_currency
from goldsmith.db.connection import Connection, Row
from goldsmith.work.pay import ledger
from goldsmith.work.pay.appeals import check_words
from goldsmith.work.pay.banking import find_account
from goldsmith.work.pay.ledger import Because, NotCovered, Place
from goldsmith.work.pay.prices import Author, budget_of, read_price

PEOPLE_MOST = 100  # in one transaction

BEGIN = """
INSERT INTO pay_run (pay_run_id, workspace_id, currency, state, upto_us, person_id, created_us)
VALUES (:run, :workspace, :currency, 'collecting', :upto, :person, :now)
ON CONFLICT (workspace_id, currency) WHERE state = 'collecting' DO NOTHING
"""
COLLECTING = "SELECT * FROM pay_run WHERE workspace_id = :workspace AND currency = :currency AND state = 'collecting'"


def begin_run(db: Connection, author: Author, currency: str, upto_us: int, *, now_us: int) -> Row:
    """A new run, or the one of this currency that was begun and not finished."""
    check_currency(currency)
    if upto_us > now_us:
        raise BadInput("A run collects up to now or to an earlier moment.", where="upto")
    run_id = make_id("run", now_us=now_us, random_bits=secrets.randbits(80))
    args = {"run": run_id, "workspace": author.workspace_id, "currency": currency, "upto": upto_us,
            "person": author.person_id, "now": now_us}
    db.execute(BEGIN, args)
    run = db.one(COLLECTING, args)
    assert run is not None
    return run


WITH_DUE = """
SELECT person_id FROM (
  SELECT person_id FROM account WHERE workspace_id = :workspace AND sort = 'due' AND currency = :currency
     AND balance_minor > 0
   UNION
  SELECT person_id FROM earning WHERE workspace_id = :workspace AND currency = :currency AND state = 'due'
     AND pay_run_id = '') found
 WHERE person_id > :after ORDER BY person_id LIMIT :most
"""


def collect_some(db: Connection, run: Row, after: str, *, now_us: int) -> str:
    """Make the payments of the next PEOPLE_MOST people after this id; gives the last id, "" when there is nobody."""
    people = db.all(WITH_DUE, {"workspace": run["workspace_id"], "currency": run["currency"], "after": after,
                               "most": PEOPLE_MOST})
    for row in people:
        _top_up(db, run, row["person_id"], now_us=now_us)
        _pay_person(db, run, row["person_id"], now_us=now_us)
    return str(people[-1]["person_id"]) if people else ""


TAKE_WORK = """
UPDATE earning SET pay_run_id = :run
 WHERE workspace_id = :workspace AND currency = :currency AND person_id = :person AND state = 'due'
   AND pay_run_id = '' AND released_us <= :upto RETURNING project_id, amount_minor, work_seconds
"""
PRICE_OF = "SELECT name, price_json FROM project WHERE project_id = :project"


def _top_up(db: Connection, run: Row, person_id: str, *, now_us: int) -> None:
    """Raise what somebody earned in each project to the floor of where they live, for the time they worked."""
    worked: dict[str, list[Row]] = {}
    for row in db.all(TAKE_WORK, {"run": run["pay_run_id"], "workspace": run["workspace_id"], "person": person_id,
                                  "currency": run["currency"], "upto": run["upto_us"]}):
        worked.setdefault(row["project_id"], []).append(row)
    account = find_account(db, run["workspace_id"], person_id) if worked else None
    for project_id, rows in sorted(worked.items()):
        project = db.one(PRICE_OF, {"project": project_id})
        price = read_price(project["price_json"]) if project is not None else None
        if project is None or price is None or price.currency != run["currency"]:
            continue
        least = ceil(price.floor_for(account.country if account else "") * sum(r["work_seconds"] for r in rows) / 3600)
        missing = least - sum(int(r["amount_minor"]) for r in rows)
        if missing > 0:
            _pay_floor(db, run, project_id, person_id, missing, str(project["name"]), now_us=now_us)


def _pay_floor(db: Connection, run: Row, project_id: str, person_id: str, missing: int, name: str, *,
               now_us: int) -> None:
    budget = budget_of(run["workspace_id"], project_id, run["currency"])
    due = structs.replace(budget, sort="due", person_id=person_id)
    because = Because(once=f"top_up:{run['pay_run_id']}:{project_id}:{person_id}", move="extra", cause="top_up",
                      about=run["pay_run_id"], author_id=run["person_id"], now_us=now_us)
    try:
        ledger.transfer(db, budget, due, missing, because)
    except NotCovered:
        money = Money(amount_minor=missing, currency=run["currency"])
        raise Conflict(f"The budget of “{name}” lacks money for the floor: {money.text()} for one person.",
                       hint="Put money into it, then make the run again: it goes on where it stood.") from None


# What moved out in a run is the negative posting of that run's own entry; everything else waits to be paid.
UNPAID = """
SELECT p.posting_seq, p.account_seq, p.amount_minor, a.project_id FROM account a
  JOIN posting p ON p.account_seq = a.account_seq JOIN entry e ON e.entry_seq = p.entry_seq
 WHERE a.workspace_id = :workspace AND a.sort = 'due' AND a.person_id = :person AND a.currency = :currency
   AND (e.created_us <= :upto OR p.amount_minor < 0 OR (e.cause = 'top_up' AND e.about = :run))
   AND e.move <> 'collected'
   AND NOT EXISTS (SELECT 1 FROM statement_line l WHERE l.posting_seq = p.posting_seq)
 ORDER BY p.posting_seq
"""
ADD_PAYMENT = """
INSERT INTO payment (payment_id, workspace_id, pay_run_id, person_id, state, amount_minor, currency, created_us)
VALUES (:payment, :workspace, :run, :person, 'made', :amount, :currency, :now)
"""
ADD_LINE = "INSERT INTO statement_line (posting_seq, workspace_id, payment_id) VALUES (:posting, :workspace, :payment)"


def _pay_person(db: Connection, run: Row, person_id: str, *, now_us: int) -> None:
    """One payment of all that waits; none where it comes to nothing, then it waits for the next run."""
    args = {"workspace": run["workspace_id"], "person": person_id, "currency": run["currency"],
            "upto": run["upto_us"], "run": run["pay_run_id"]}
    lines = db.all(UNPAID, args)
    amount = sum(int(line["amount_minor"]) for line in lines)
    by_project: dict[str, int] = {}
    for line in lines:
        by_project[line["project_id"]] = by_project.get(line["project_id"], 0) + int(line["amount_minor"])
    if amount <= 0 or min(by_project.values()) < 0:
        return
    payment_id = make_id("pay", now_us=now_us, random_bits=secrets.randbits(80))
    db.execute(ADD_PAYMENT, {**args, "payment": payment_id, "amount": amount, "now": now_us})
    db.many(ADD_LINE, [{"posting": line["posting_seq"], "workspace": run["workspace_id"], "payment": payment_id}
                       for line in lines])
    paying = Place(workspace_id=run["workspace_id"], sort="paying", currency=run["currency"], person_id=person_id)
    for project_id, part in sorted(by_project.items()):
        if part:
            due = structs.replace(paying, sort="due", project_id=project_id)
            ledger.transfer(db, due, paying, part, Because(
                once=f"collected:{payment_id}:{project_id}", move="collected", cause="pay_run", about=payment_id,
                author_id=run["person_id"], now_us=now_us))


FINISH = "UPDATE pay_run SET state = 'made' WHERE pay_run_id = :run AND state = 'collecting'"
IS_EMPTY = "SELECT 1 FROM payment WHERE pay_run_id = :run"


def finish_run(db: Connection, run: Row) -> bool:
    """End the collecting; False when nothing was due, and there is no run."""
    if db.one(IS_EMPTY, {"run": run["pay_run_id"]}) is None:
        db.execute("DELETE FROM pay_run WHERE pay_run_id = :run AND state = 'collecting'", {"run": run["pay_run_id"]})
        return False
    db.execute(FINISH, {"run": run["pay_run_id"]})
    return True


def find_run(db: Connection, workspace_id: str, pay_run_id: str) -> Row:
    """The run, or NotFound when it is absent or another workspace's."""
    run = db.one("SELECT * FROM pay_run WHERE pay_run_id = :run AND workspace_id = :workspace",
                 {"run": pay_run_id, "workspace": workspace_id})
    if run is None:
        raise NotFound("No such pay run in this workspace.", where="pay_run_id")
    return run


STILL_MADE = "SELECT * FROM payment WHERE pay_run_id = :run AND state = 'made' ORDER BY payment_id LIMIT :most"
TO_STATE = "UPDATE payment SET state = :state, reason = :reason WHERE payment_id = :payment AND state = :before"
RUN_PAID = "UPDATE pay_run SET state = 'paid', paid_us = :now WHERE pay_run_id = :run AND state = 'made'"


def mark_some_paid(db: Connection, author: Author, run: Row, *, now_us: int) -> bool:
    """The bank has carried the run out: its next payments are paid; False when all were, and the run is."""
    if run["state"] == "collecting":
        raise Conflict("This run is still being collected.", hint="Make the run again: it goes on where it stood.")
    rows = db.all(STILL_MADE, {"run": run["pay_run_id"], "most": PEOPLE_MOST})
    for row in rows:
        _move_payment(db, author, row, "paid", "", now_us=now_us)
    if not rows:
        db.execute(RUN_PAID, {"now": now_us, "run": run["pay_run_id"]})
    return bool(rows)


def find_payment(db: Connection, workspace_id: str, payment_id: str) -> Row:
    """The payment, or NotFound when it is absent or another workspace's."""
    row = db.one("SELECT * FROM payment WHERE payment_id = :payment AND workspace_id = :workspace",
                 {"payment": payment_id, "workspace": workspace_id})
    if row is None:
        raise NotFound("No such payment in this workspace.", where="payment_id")
    return row


def fail_payment(db: Connection, author: Author, payment_id: str, reason: str, *, now_us: int) -> None:
    """The bank refused a payment or sent it back: its money is due again, and goes into the next run."""
    row = find_payment(db, author.workspace_id, payment_id)
    if row["state"] != "failed":
        _move_payment(db, author, row, "failed", check_words(reason, "reason"), now_us=now_us)


def _move_payment(db: Connection, author: Author, row: Row, state: str, reason: str, *, now_us: int) -> None:
    before = row["state"]
    if not db.execute(TO_STATE, {"state": state, "reason": reason, "payment": row["payment_id"], "before": before}):
        return
    here = Place(workspace_id=row["workspace_id"], sort="paid" if before == "paid" else "paying",
                 currency=row["currency"], person_id=row["person_id"])
    target = structs.replace(here, sort="paid" if state == "paid" else "due")
    ledger.transfer(db, here, target, row["amount_minor"], Because(
        once=f"{state}:{row['payment_id']}", move=state, cause="pay_run", about=row["payment_id"],
        author_id=author.person_id, note=reason, now_us=now_us))
