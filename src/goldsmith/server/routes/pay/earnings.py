"""Routes of earnings: what the caller earned, each move of it, statements, appeals, and where they are paid."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from goldsmith.core.errors import NotFound
from goldsmith.core.money import decimal
from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.routes.pay.project import author_of
from goldsmith.server.wire import pay as wire
from goldsmith.work.pay import appeals, banking
from goldsmith.work.pay.banking import BankAccount
from goldsmith.work.pay.papers import statements
from goldsmith.work.people import Person

PAGE_MOST, DAYS_SHOWN = 100, 90
EVERY = 2**62

PAYMENTS = """
SELECT y.*, n.name AS person, coalesce(b.iban, '') <> '' OR coalesce(b.other, '') <> '' AS has_account
  FROM payment y JOIN person n ON n.person_id = y.person_id
  LEFT JOIN bank_account b ON b.holder_id = y.person_id AND b.workspace_id = y.workspace_id
 WHERE y.workspace_id = :workspace AND {of} ORDER BY y.payment_id {order} LIMIT :most
"""


def payment_row(row: Row) -> wire.PaymentRow:
    """A payment, of a row of PAYMENTS."""
    return wire.PaymentRow(
        payment_id=row["payment_id"], pay_run_id=row["pay_run_id"], person_id=row["person_id"], person=row["person"],
        amount_minor=row["amount_minor"], currency=row["currency"], state=row["state"], reason=row["reason"],
        created_at=rfc3339(row["created_us"]), has_account=bool(row["has_account"]))


def attached(raw: bytes, name: str, media_type: str) -> Response[bytes]:
    """A file to keep."""
    return Response(raw, media_type=media_type, headers={
        "Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store"})


@get("/api/me/earnings")
async def show_earnings(context: NamedDependency[Context], person: NamedDependency[Person]) -> wire.Earnings:
    """What the caller earned: by currency, by day and project over 90 days, what was returned, and the payments."""
    return await asyncio.to_thread(lambda: _earnings(context.db.read(), person, now_us()))


def _earnings(db: Connection, person: Person, at: int) -> wire.Earnings:
    of = (person.workspace_id, person.person_id)
    balances = [_balance(currency, found) for currency, found in statements.read_balances(db, *of).items()]
    days = statements.read_days(db, *of, since_us=at - DAYS_SHOWN * statements.DAY_US)
    payments = db.all(PAYMENTS.format(of="y.person_id = :person", order="DESC"),
                      {"workspace": of[0], "person": of[1], "most": PAGE_MOST})
    return wire.Earnings(balances=balances, days=[_day(row) for row in days],
                         returned=[_returned(row) for row in statements.read_returned(db, *of)],
                         payments=[payment_row(row) for row in payments])


def _balance(currency: str, found: dict[str, int]) -> wire.Balance:
    return wire.Balance(currency=currency, held_minor=found.get("held", 0), accepted_minor=found.get("accepted", 0),
                        due_minor=found.get("due", 0), paying_minor=found.get("paying", 0),
                        paid_minor=found.get("paid", 0))


def _day(row: Row) -> wire.EarnedDay:
    return wire.EarnedDay(
        day=statements.day(row["day"] * statements.DAY_US), project_id=row["project_id"], project=row["project"],
        **{name: int(row[name]) for name in ("answers", "reviews", "audits", "training", "returned")},
        work_seconds=float(row["seconds"]),
        amount_minor=int(row["amount"]), currency=row["currency"])


def _returned(row: Row) -> wire.ReturnedWork:
    return wire.ReturnedWork(
        annotation_id=row["annotation_id"], project_id=row["project_id"], project=row["project"], item=row["item"],
        amount_minor=row["amount_minor"], currency=row["currency"], reason=row["reason"], appeal_id=row["appeal_id"],
        appeal_state=row["appeal_state"], words=row["words"] or "", answer=row["answer"] or "")


@get("/api/me/earnings/entries")
async def list_entries(context: NamedDependency[Context], person: NamedDependency[Person],
                       before: FromQuery[int] = EVERY) -> wire.EntryPage:
    """Each move of the caller's money with its cause, newest first."""
    rows = statements.read_entries(context.db.read(), person.workspace_id, person.person_id, before=before,
                                   most=PAGE_MOST)
    return wire.EntryPage(
        entries=[wire.EntryRow(
            entry_seq=r["entry_seq"], at=rfc3339(r["created_us"]), move=r["move"], cause=r["cause"],
            amount_minor=r["amount_minor"], currency=r["currency"], project=r["project"], item=r["item"],
            note=r["note"]) for r in rows],
        next=rows[-1]["entry_seq"] if len(rows) == PAGE_MOST else None)


CSV = ("at", "move", "cause", "amount", "currency", "project", "item", "note", "about")


@get("/api/me/earnings.csv")
async def download_earnings(context: NamedDependency[Context], person: NamedDependency[Person]) -> Response[bytes]:
    """Every move of the caller's money, as CSV."""
    def make() -> bytes:
        with context.db.snapshot() as db:
            rows = statements.read_entries(db, person.workspace_id, person.person_id, before=EVERY, most=EVERY)
            return statements.as_csv(CSV, ((
                rfc3339(r["created_us"]), r["move"], r["cause"], decimal(r["amount_minor"], r["currency"]),
                r["currency"], r["project"], r["item"], r["note"], r["about"]) for r in rows))

    return attached(await asyncio.to_thread(make), "earnings.csv", "text/csv")


def bank_details(account: BankAccount | None) -> wire.BankDetails:
    """A bank account as it goes over the wire; empty where nothing was said."""
    return wire.BankDetails(**msgspec.structs.asdict(account)) if account is not None else wire.BankDetails()


async def keep_details(context: Context, person: Person, holder_id: str, data: wire.BankDetails) -> wire.BankDetails:
    """Keep where somebody is paid, or pays from."""
    account = BankAccount(**msgspec.structs.asdict(data)).checked()
    await context.write(lambda db: banking.keep_account(db, person.workspace_id, holder_id, account, now_us=now_us()))
    return bank_details(account)


@get("/api/me/bank-account")
async def show_bank_account(context: NamedDependency[Context], person: NamedDependency[Person]) -> wire.BankDetails:
    """Where the caller is paid; only they and the owner see it."""
    return bank_details(banking.find_account(context.db.read(), person.workspace_id, person.person_id))


@put("/api/me/bank-account")
async def set_bank_account(context: NamedDependency[Context], person: NamedDependency[Person],
                           data: JSONBody[wire.BankDetails]) -> wire.BankDetails:
    """Say where the caller is paid."""
    return await keep_details(context, person, person.person_id, data)


@post("/api/annotations/{annotation_id:str}/appeal", status_code=201)
async def appeal(context: NamedDependency[Context], person: NamedDependency[Person], annotation_id: FromPath[str],
                 data: JSONBody[wire.Objection]) -> wire.AppealMade:
    """Object to the return of one's own paid answer; somebody else than who returned it decides."""
    made = await context.write(lambda db: appeals.appeal(db, author_of(person), annotation_id, data.words,
                                                         now_us=now_us()))
    return wire.AppealMade(appeal_id=made)


def _find(db: Connection, person: Person, payment_id: str) -> tuple[Row, list[Row], BankAccount | None]:
    """A payment to the caller, or for the owner any, with its lines."""
    row = db.one(statements.PAYMENT, {"payment": payment_id, "workspace": person.workspace_id})
    if row is None or (row["person_id"] != person.person_id and person.role != "owner"):
        raise NotFound("No such payment of yours.", where="payment_id")
    account = banking.find_account(db, person.workspace_id, row["person_id"])
    return row, statements.read_lines(db, payment_id), account


@get("/api/payments/{payment_id:str}")
async def show_statement(context: NamedDependency[Context], person: NamedDependency[Person],
                         payment_id: FromPath[str]) -> wire.Statement:
    """One payment with all that it is made of; seen by whom it pays, and by the owner."""
    row, lines, account = await asyncio.to_thread(lambda: _find(context.db.read(), person, payment_id))
    return wire.Statement(
        payment=wire.PaymentRow(
            payment_id=row["payment_id"], pay_run_id=row["pay_run_id"], person_id=row["person_id"],
            person=row["person"], amount_minor=row["amount_minor"], currency=row["currency"], state=row["state"],
            reason=row["reason"], created_at=rfc3339(row["created_us"]),
            has_account=account is not None and bool(account.number())),
        upto=rfc3339(row["upto_us"]), workspace=row["workspace"],
        account=None if account is None else bank_details(account),
        lines=[wire.StatementRow(at=rfc3339(r["created_us"]), cause=r["cause"], amount_minor=r["amount_minor"],
                                 project=r["project"], item=r["item"], note=r["note"]) for r in lines])


@get("/api/payments/{payment_id:str}/statement.csv")
async def download_statement(context: NamedDependency[Context], person: NamedDependency[Person],
                             payment_id: FromPath[str]) -> Response[Any]:
    """A statement as CSV."""
    _, lines, _ = await asyncio.to_thread(lambda: _find(context.db.read(), person, payment_id))
    return attached(statements.lines_csv(lines), f"{payment_id}.csv", "text/csv")


@get("/api/payments/{payment_id:str}/statement.pdf")
async def print_statement(context: NamedDependency[Context], person: NamedDependency[Person],
                          payment_id: FromPath[str]) -> Response[Any]:
    """A statement as PDF, in Latin letters; the page in the browser prints every script."""
    row, lines, account = await asyncio.to_thread(lambda: _find(context.db.read(), person, payment_id))
    raw = await asyncio.to_thread(statements.lines_pdf, row, lines, account)
    return attached(raw, f"{payment_id}.pdf", "application/pdf")


ROUTES = [show_earnings, list_entries, download_earnings, show_bank_account, set_bank_account, appeal, show_statement,
          download_statement, print_statement]
