"""Routes of pay: a project's price, its budget and forecast, bonuses and corrections, and appeals."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from goldsmith.core.events import Event
from goldsmith.core.money import Money, check_currency
from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.wire import pay as wire
from goldsmith.work.flow import tell
from goldsmith.work.pay import appeals, budgets, forecast, prices
from goldsmith.work.pay.appeals import Extra
from goldsmith.work.pay.banking import find_account
from goldsmith.work.pay.prices import Author, Price, read_price
from goldsmith.work.people import Person, need_role


def author_of(person: Person) -> Author:
    """The caller, as who decides about money."""
    return Author(workspace_id=person.workspace_id, person_id=person.person_id)


def price_shown(price_json: str) -> wire.PriceShown | None:
    """A price as an annotator sees it; None where nothing is paid."""
    price = read_price(price_json)
    if price is None or price.sort == "none":
        return None
    return wire.PriceShown(sort=price.sort, currency=price.currency, amount_minor=price.amount_minor,
                           most_minor=price.most_minor, release_days=price.release_days)


@get("/api/projects/{project_id:str}/price")
async def show_price(context: NamedDependency[Context], person: NamedDependency[Person],
                     project_id: FromPath[str]) -> wire.PriceNow:
    """What the caller would earn in the project now, and whether its budget is used up."""
    project, db = context.project(person, project_id), context.db.read()
    price = read_price(project["price_json"])
    account = find_account(db, person.workspace_id, person.person_id)
    label = wire.PriceNow(
        price=price_shown(prices.stage_json(project["price_json"], "label")), is_budget_out=budgets.is_out(db, project),
        floor_minor=price.floor_for(account.country if account else "") if price is not None else 0)
    if person.role == "annotator":
        return label
    return msgspec.structs.replace(
        label, is_review_out=budgets.is_out(db, project, "review"), is_audit_out=budgets.is_out(db, project, "audit"),
        review=price_shown(prices.stage_json(project["price_json"], "review")),
        audit=price_shown(prices.stage_json(project["price_json"], "audit")))


VERSIONS = """
SELECT v.*, coalesce(p.name, '') AS author FROM price v LEFT JOIN person p ON p.person_id = v.person_id
 WHERE v.project_id = :project ORDER BY v.version DESC LIMIT 20
"""
PEOPLE = """
SELECT e.person_id, p.name, e.currency, sum(CASE WHEN e.stage = 'label' THEN 1 ELSE 0 END) AS answers,
       sum(CASE WHEN e.stage IN ('review', 'audit') THEN 1 ELSE 0 END) AS checks, sum(e.work_seconds) AS seconds,
       sum(e.amount_minor) AS amount
  FROM earning e JOIN person p ON p.person_id = e.person_id
 WHERE e.project_id = :project AND e.workspace_id = :workspace AND e.state <> 'returned'
 GROUP BY e.person_id, p.name, e.currency ORDER BY sum(e.amount_minor) DESC, e.person_id LIMIT 200
"""


def _read(db: Connection, project: Row) -> wire.ProjectPay:
    args = {"project": project["project_id"], "workspace": project["workspace_id"]}
    standing = budgets.read_standing(db, project["workspace_id"], project["project_id"])
    need, reason = forecast.read_need(db, project)
    price = read_price(project["price_json"])
    have = sum(one.free_minor + one.reserved_minor for one in standing if price and one.currency == price.currency)
    return wire.ProjectPay(
        price=wire.PriceTerms(**_terms(price)) if price is not None else None,
        versions=[_version(row) for row in db.all(VERSIONS, args)],
        budgets=budget_rows(standing),
        forecast=None if need is None else wire.CostForecast(
            **msgspec.structs.asdict(need), missing_minor=max(0, need.mid_minor - have)),
        forecast_reason=reason, people=[_person(row) for row in db.all(PEOPLE, args)])


def budget_rows(standing: list[budgets.Standing]) -> list[wire.BudgetRow]:
    """Where money is, as it goes over the wire."""
    return [wire.BudgetRow(**msgspec.structs.asdict(one)) for one in standing]


def _version(row: Row) -> wire.PriceVersion:
    price = read_price(row["price_json"])
    return wire.PriceVersion(**_terms(price or Price(sort="none", currency="XXX")),
                             version=row["version"], created_at=rfc3339(row["created_us"]), author=row["author"])


def _terms(price: Price) -> dict[str, Any]:
    """A price as the arguments of its wire form."""
    parts = {name: wire.CheckTerms(**msgspec.structs.asdict(part))
             for name, part in (("review", price.review), ("audit", price.audit)) if part is not None}
    return {**msgspec.structs.asdict(price), **parts}


def _person(row: Row) -> wire.PaidPerson:
    seconds, amount = float(row["seconds"]), int(row["amount"])
    return wire.PaidPerson(person_id=row["person_id"], name=row["name"], answers=int(row["answers"]),
                           checks=int(row["checks"]), work_seconds=seconds,
                           amount_minor=amount, currency=row["currency"],
                           hourly_minor=round(amount * 3600 / seconds) if seconds >= 60 else None)


async def _page(context: Context, person: Person, project_id: str) -> wire.ProjectPay:
    project = context.project(person, project_id)
    return await asyncio.to_thread(lambda: _read(context.db.read(), project))


@get("/api/projects/{project_id:str}/pay")
async def show_pay(context: NamedDependency[Context], person: NamedDependency[Person],
                   project_id: FromPath[str]) -> wire.ProjectPay:
    """How a project pays: its price, where its money is, what finishing will cost, and who earned what."""
    need_role(person, "manager")
    return await _page(context, person, project_id)


@put("/api/projects/{project_id:str}/pay/price")
async def set_price(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                    data: JSONBody[wire.PriceTerms]) -> wire.ProjectPay:
    """Put a price in force for leases that begin from now on; those that run keep theirs."""
    need_role(person, "manager")
    context.project(person, project_id)
    price = msgspec.convert(msgspec.to_builtins(data), Price)

    def write(db: Connection) -> None:
        at = now_us()
        prices.set_price(db, author_of(person), project_id, price, now_us=at)
        tell(db, _event(person, "price.set", project_id, at, **msgspec.to_builtins(price)))

    await context.write(write)
    return await _page(context, person, project_id)


def _event(person: Person, what: str, project_id: str, at: int, **details: object) -> Event:
    return Event(what=what, about=project_id, workspace_id=person.workspace_id, project_id=project_id,
                 person_id=person.person_id, now_us=at, details=details)


@post("/api/projects/{project_id:str}/pay/budget", status_code=200)
async def fund(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
               data: JSONBody[wire.Funding]) -> wire.ProjectPay:
    """Put money into a project's budget, or take out what is promised to nobody."""
    need_role(person, "manager")
    context.project(person, project_id)
    check_currency(data.currency)
    money = Money(amount_minor=data.amount_minor, currency=data.currency)
    await context.write(lambda db: budgets.fund(db, author_of(person), project_id, money, once=data.once,
                                                now_us=now_us()))
    return await _page(context, person, project_id)


@post("/api/projects/{project_id:str}/pay/extra", status_code=200)
async def give_extra(context: NamedDependency[Context], person: NamedDependency[Person], project_id: FromPath[str],
                     data: JSONBody[wire.ExtraPay]) -> wire.ProjectPay:
    """Pay somebody a bonus, or correct what is due to them, out of the project's budget."""
    need_role(person, "manager")
    context.project(person, project_id)
    check_currency(data.currency)
    extra = Extra(person_id=data.person_id, sort=data.sort, reason=data.reason, once=data.once,
                  money=Money(amount_minor=data.amount_minor, currency=data.currency))
    await context.write(lambda db: appeals.give_extra(db, author_of(person), project_id, extra, now_us=now_us()))
    return await _page(context, person, project_id)


@get("/api/appeals")
async def list_appeals(context: NamedDependency[Context], person: NamedDependency[Person]) -> wire.AppealList:
    """Appeals that the caller may decide: they did not give the answer, nor return it."""
    need_role(person, "reviewer")
    rows = appeals.list_open(context.db.read(), author_of(person))
    return wire.AppealList(appeals=[wire.AppealRow(
        appeal_id=r["appeal_id"], project_id=r["project_id"], project=r["project"], item_id=r["item_id"],
        item=r["item"], annotation_id=r["annotation_id"], amount_minor=r["amount_minor"], currency=r["currency"],
        reason=r["reason"], words=r["words"], created_at=rfc3339(r["created_us"])) for r in rows])


@post("/api/appeals/{appeal_id:str}/decide", status_code=204)
async def decide_appeal(context: NamedDependency[Context], person: NamedDependency[Person], appeal_id: FromPath[str],
                        data: JSONBody[wire.AppealDecision]) -> None:
    """Grant an appeal, which pays the answer, or deny it."""
    need_role(person, "reviewer")
    await context.write(lambda db: appeals.decide(db, author_of(person), appeal_id, is_granted=data.is_granted,
                                                  answer=data.answer, now_us=now_us()))


ROUTES = [show_price, show_pay, set_price, fund, give_extra, list_appeals, decide_appeal]
