"""Routes of pay runs: collect what is due, files for the bank, what was paid and what came back; for the owner."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from goldsmith.core.errors import BadInput, Conflict
from goldsmith.core.events import Event
from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.routes.pay.earnings import PAYMENTS, attached, bank_details, keep_details, payment_row
from goldsmith.server.routes.pay.project import author_of
from goldsmith.server.wire import pay as wire
from goldsmith.work.flow import tell
from goldsmith.work.pay import banking, earnings, runs
from goldsmith.work.pay.banking import BankAccount
from goldsmith.work.pay.papers import iso20022, statements
from goldsmith.work.people import Person, need_role

EVERY = 2**62

RUNS = """
SELECT r.*, coalesce(n.name, '') AS author, count(y.payment_id) AS people, coalesce(sum(y.amount_minor), 0) AS amount,
       coalesce(sum(CASE WHEN y.state = 'failed' THEN y.amount_minor ELSE 0 END), 0) AS failed,
       coalesce(sum(CASE WHEN y.payment_id IS NOT NULL AND coalesce(b.iban, '') = '' AND coalesce(b.other, '') = ''
                         THEN 1 ELSE 0 END), 0) AS accountless
  FROM pay_run r LEFT JOIN payment y ON y.pay_run_id = r.pay_run_id
  LEFT JOIN person n ON n.person_id = r.person_id
  LEFT JOIN bank_account b ON b.holder_id = y.person_id AND b.workspace_id = r.workspace_id
 WHERE r.workspace_id = :workspace AND (:run = '' OR r.pay_run_id = :run)
 GROUP BY r.pay_run_id, n.name ORDER BY r.pay_run_id DESC LIMIT 200
"""
DUE = """
SELECT currency, sum(balance_minor) AS amount, count(DISTINCT person_id) AS people FROM account
 WHERE workspace_id = :workspace AND sort = 'due' AND balance_minor > 0 GROUP BY currency ORDER BY currency
"""


def _fields(row: Row) -> dict[str, Any]:
    return {"pay_run_id": row["pay_run_id"], "currency": row["currency"], "state": row["state"],
            "upto": rfc3339(row["upto_us"]), "created_at": rfc3339(row["created_us"]),
            "paid_at": rfc3339(row["paid_us"]) if row["paid_us"] else None, "author": row["author"],
            "people": int(row["people"]), "amount_minor": int(row["amount"]), "failed_minor": int(row["failed"]),
            "without_account": int(row["accountless"])}


@get("/api/pay-runs")
async def list_pay_runs(context: NamedDependency[Context], person: NamedDependency[Person]) -> wire.PayRunList:
    """What is due and in no run yet, and the runs, newest first."""
    need_role(person, "owner")
    args = {"workspace": person.workspace_id, "run": ""}
    due, rows = await asyncio.to_thread(lambda: (context.db.read().all(DUE, args), context.db.read().all(RUNS, args)))
    return wire.PayRunList(
        due=[wire.DueSum(currency=r["currency"], amount_minor=int(r["amount"]), people=r["people"]) for r in due],
        runs=[wire.PayRunRow(**_fields(row)) for row in rows])


def _payments(db: Connection, person: Person, pay_run_id: str) -> list[Row]:
    return db.all(PAYMENTS.format(of="y.pay_run_id = :run", order=""),
                  {"workspace": person.workspace_id, "run": pay_run_id, "most": EVERY})


def _page(db: Connection, person: Person, pay_run_id: str) -> wire.PayRunPage:
    runs.find_run(db, person.workspace_id, pay_run_id)
    row = db.one(RUNS, {"workspace": person.workspace_id, "run": pay_run_id})
    assert row is not None
    return wire.PayRunPage(**_fields(row), payments=[payment_row(one) for one in _payments(db, person, pay_run_id)])


async def _shown(context: Context, person: Person, pay_run_id: str) -> wire.PayRunPage:
    return await asyncio.to_thread(lambda: _page(context.db.read(), person, pay_run_id))


@post("/api/pay-runs", status_code=200)
async def make_pay_run(context: NamedDependency[Context], person: NamedDependency[Person],
                       data: JSONBody[wire.NewPayRun]) -> wire.PayRunPage:
    """Collect all that is due in a currency into one payment a person; a run that was interrupted goes on.

    409 when nothing is due.
    """
    need_role(person, "owner")
    at = now_us()
    upto_us = at if data.upto is None else _time(data.upto)
    while await context.write(lambda db: earnings.release_ripe(db, now_us=at)) == earnings.RELEASED_MOST:
        pass
    run = await context.write(lambda db: runs.begin_run(db, author_of(person), data.currency, upto_us, now_us=at))
    after = ""
    while True:
        after = await context.write(lambda db, last=after: runs.collect_some(  # type: ignore[misc]
            db, run, last, now_us=at))
        if not after:
            break
    if not await context.write(lambda db: _finish(db, person, run, at)):
        raise Conflict(f"Nothing is due in {data.currency} up to then.", where="currency")
    return await _shown(context, person, run["pay_run_id"])


def _finish(db: Connection, person: Person, run: Row, at: int) -> bool:
    is_made = runs.finish_run(db, run)
    if is_made:
        tell(db, _event(person, "pay_run.made", run["pay_run_id"], at))
    return is_made


def _event(person: Person, what: str, about: str, at: int) -> Event:
    return Event(what=what, about=about, workspace_id=person.workspace_id, person_id=person.person_id, now_us=at)


def _time(text: str) -> int:
    try:
        found = datetime.fromisoformat(text)
        return round((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1_000_000)
    except (ValueError, OverflowError):
        raise BadInput("This is no time of RFC 3339.", where="upto", hint="Such as 2026-11-30T00:00:00Z.") from None


@get("/api/pay-runs/{pay_run_id:str}")
async def show_pay_run(context: NamedDependency[Context], person: NamedDependency[Person],
                       pay_run_id: FromPath[str]) -> wire.PayRunPage:
    """A run with its payments."""
    need_role(person, "owner")
    return await _shown(context, person, pay_run_id)


@post("/api/pay-runs/{pay_run_id:str}/paid", status_code=200)
async def mark_paid(context: NamedDependency[Context], person: NamedDependency[Person],
                    pay_run_id: FromPath[str]) -> wire.PayRunPage:
    """The bank has carried the run out: all its payments that did not fail are paid."""
    need_role(person, "owner")
    run, at = runs.find_run(context.db.read(), person.workspace_id, pay_run_id), now_us()
    while await context.write(lambda db: runs.mark_some_paid(db, author_of(person), run, now_us=at)):
        pass
    await context.write(lambda db: tell(db, _event(person, "pay_run.paid", pay_run_id, at)))
    return await _shown(context, person, pay_run_id)


@post("/api/payments/{payment_id:str}/failed", status_code=200)
async def mark_failed(context: NamedDependency[Context], person: NamedDependency[Person], payment_id: FromPath[str],
                      data: JSONBody[wire.PaymentFailed]) -> wire.PayRunPage:
    """The bank refused a payment or sent it back: its money is due again, for the next run."""
    need_role(person, "owner")
    payment = runs.find_payment(context.db.read(), person.workspace_id, payment_id)
    await context.write(lambda db: runs.fail_payment(db, author_of(person), payment_id, data.reason, now_us=now_us()))
    return await _shown(context, person, payment["pay_run_id"])


def _batch(context: Context, person: Person, pay_run_id: str) -> iso20022.Batch:
    db = context.db.read()
    run = runs.find_run(db, person.workspace_id, pay_run_id)
    orders = tuple(iso20022.Order(
        payment_id=r["payment_id"], person=r["person"], amount_minor=r["amount_minor"],
        account=banking.find_account(db, person.workspace_id, r["person_id"]))
        for r in _payments(db, person, pay_run_id) if r["state"] != "failed")
    payer = banking.find_account(db, person.workspace_id, person.workspace_id) or BankAccount(name="")
    return iso20022.Batch(pay_run_id=pay_run_id, currency=run["currency"], created_us=run["created_us"], payer=payer,
                          orders=orders, text=f"Work up to {statements.day(run['upto_us'])}, {payer.name}")


@get("/api/pay-runs/{pay_run_id:str}/payments.csv")
async def download_payments(context: NamedDependency[Context], person: NamedDependency[Person],
                            pay_run_id: FromPath[str]) -> Response[Any]:
    """The run's payments as CSV, without those that failed."""
    need_role(person, "owner")
    batch = await asyncio.to_thread(lambda: _batch(context, person, pay_run_id))
    return attached(iso20022.payments_csv(batch.orders, batch.currency), f"{pay_run_id}.csv", "text/csv")


@get("/api/pay-runs/{pay_run_id:str}/pain.001.xml")
async def download_order(context: NamedDependency[Context], person: NamedDependency[Person],
                         pay_run_id: FromPath[str]) -> Response[Any]:
    """The run as an order to the bank, ISO 20022 pain.001.001.09; people without an account are not in it.

    409 where nobody has an account, or the workspace has none to pay from.
    """
    need_role(person, "owner")
    batch = await asyncio.to_thread(lambda: _batch(context, person, pay_run_id))
    return attached(iso20022.pain_001(batch), f"{pay_run_id}.xml", "application/xml")


@get("/api/workspace/bank-account")
async def show_payer(context: NamedDependency[Context], person: NamedDependency[Person]) -> wire.BankDetails:
    """The account that the workspace pays from."""
    need_role(person, "owner")
    return bank_details(banking.find_account(context.db.read(), person.workspace_id, person.workspace_id))


@put("/api/workspace/bank-account")
async def set_payer(context: NamedDependency[Context], person: NamedDependency[Person],
                    data: JSONBody[wire.BankDetails]) -> wire.BankDetails:
    """Say which account the workspace pays from."""
    need_role(person, "owner")
    return await keep_details(context, person, person.workspace_id, data)


ROUTES = [list_pay_runs, make_pay_run, show_pay_run, mark_paid, mark_failed, download_payments, download_order,
          show_payer, set_payer]
