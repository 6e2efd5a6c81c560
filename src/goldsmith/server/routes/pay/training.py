"""Routes of the budget for training: what the workspace itself pays for training with, beside its projects."""

from __future__ import annotations

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from goldsmith.core.money import Money, check_currency
from goldsmith.server.context import Context, now_us
from goldsmith.server.routes.pay.project import author_of, budget_rows
from goldsmith.server.wire import pay as wire
from goldsmith.work.pay import budgets
from goldsmith.work.people import Person, need_role


def _page(context: Context, person: Person) -> wire.TrainingBudget:
    return wire.TrainingBudget(budgets=budget_rows(budgets.read_standing(context.db.read(), person.workspace_id, "")))


@get("/api/training/budget")
async def show_training_budget(context: NamedDependency[Context],
                               person: NamedDependency[Person]) -> wire.TrainingBudget:
    """Where the workspace's money for training is, by currency."""
    need_role(person, "manager")
    return _page(context, person)


@post("/api/training/budget", status_code=200)
async def fund_training(context: NamedDependency[Context], person: NamedDependency[Person],
                        data: JSONBody[wire.Funding]) -> wire.TrainingBudget:
    """Put money into the workspace's budget for training, or take out what is promised to nobody."""
    need_role(person, "manager")
    check_currency(data.currency)
    money = Money(amount_minor=data.amount_minor, currency=data.currency)
    await context.write(lambda db: budgets.fund(db, author_of(person), "", money, once=data.once, now_us=now_us()))
    return _page(context, person)


ROUTES = [show_training_budget, fund_training]
