"""What an answer earns, from the lease to the day it is due."""

from __future__ import annotations

import pytest

from goldsmith.core.errors import BadInput, Conflict, LeaseLost, NotAllowed
from goldsmith.db.connection import Database
from goldsmith.work import answers, flow
from goldsmith.work.data import items
from goldsmith.work.pay.prices import Price
from tests.work.conftest import SECOND, WS
from tests.work.pay.payroll import Payroll

PER_ANSWER = Price(sort="answer", currency="EUR", amount_minor=40, release_days=3)


def test_money_is_set_aside_at_the_lease_held_at_the_answer_and_due_after_the_days(database: Database) -> None:
    world = Payroll(database, PER_ANSWER, budget=100)
    world.add(2)

    seat = world.take("ana")
    assert seat is not None and world.left() == (60, 40)
    world.hand_in(seat)
    assert world.left() == (60, 0) and world.money("ana") == {"held": 40}
    world.wait(2.9)
    assert world.money("ana") == {"held": 40}
    world.wait(0.2)

    assert world.money("ana") == {"due": 40}
    assert world.broken() == {}


def test_a_budget_that_is_out_gives_nothing_new_and_keeps_what_one_has(database: Database) -> None:
    world = Payroll(database, PER_ANSWER, budget=79)
    world.add(3)

    first = world.take("ana")
    assert first is not None
    assert world.take("ben") is None
    again = world.take("ana")
    world.fund(1, "more")

    assert again is not None and again["lease_id"] == first["lease_id"]
    assert world.take("ben") is not None and world.left() == (0, 80)


def test_a_lease_that_runs_out_or_is_given_back_frees_its_money(database: Database) -> None:
    world = Payroll(database, PER_ANSWER, budget=40)
    world.add(2)

    assert world.take("ana") is not None
    world.now_us += 16 * 60 * SECOND
    seat = world.take("ben")
    assert seat is not None and world.left() == (0, 40)
    world.do(lambda db: flow.put_back(db, seat, now_us=world.now_us))

    assert world.left() == (40, 0) and world.broken() == {}


def test_the_price_is_the_one_at_the_lease(database: Database) -> None:
    world = Payroll(database, PER_ANSWER)
    world.add(2)

    seat = world.take("ana")
    assert seat is not None
    world.set_price(Price(sort="answer", currency="EUR", amount_minor=10))
    world.hand_in(seat)
    world.work("ana")

    assert world.money("ana") == {"held": 40, "due": 10}


def test_a_returned_answer_goes_back_and_is_paid_once_when_mended(database: Database) -> None:
    world = Payroll(database, PER_ANSWER, budget=40, review=True)
    world.add(1)

    world.work("ana")
    world.judge("returned", comment="Look at the corner")
    assert world.money("ana") == {} and world.left() == (0, 40)
    world.work("ana")
    world.judge("accepted")
    world.wait(4)

    assert world.money("ana") == {"due": 40} and world.left() == (0, 0) and world.broken() == {}


def test_the_time_of_an_answer_that_is_mended_counts_along(database: Database) -> None:
    world = Payroll(database, Price(sort="minute", currency="EUR", amount_minor=60, most_minor=120), review=True)
    world.add(1)

    for seconds, decision in ((40, "returned"), (30, "accepted")):
        seat = world.take("ana")
        assert seat is not None
        world.now_us += 60 * SECOND
        world.hand_in(seat, seconds=seconds)
        world.judge(decision, comment="Once more" if decision == "returned" else "")

    assert world.money("ana") == {"due": 70} and world.broken() == {}


def test_a_price_per_task_is_not_lost_by_a_return(database: Database) -> None:
    world = Payroll(database, Price(sort="task", currency="EUR", amount_minor=40), review=True)
    world.add(1)

    world.work("ana")
    world.judge("returned", comment="Once more")
    assert world.money("ana") == {"held": 40}
    world.work("ana")
    world.judge("accepted")

    assert world.money("ana") == {"due": 40} and world.broken() == {}


def test_minutes_are_counted_as_far_as_the_lease_ran_and_up_to_the_most(database: Database) -> None:
    price = Price(sort="minute", currency="EUR", amount_minor=30, most_minor=100)
    world = Payroll(database, price)
    world.add(3)

    for seconds, wait in ((90.0, 95), (600.0, 60), (800.0, 850)):
        seat = world.take("ana")
        assert seat is not None
        world.now_us += wait * SECOND
        world.hand_in(seat, seconds=seconds)

    assert world.money("ana") == {"due": 45 + 30 + 100}


def test_an_answer_opened_again_is_paid_for_what_it_now_is(database: Database) -> None:
    world = Payroll(database, Price(sort="minute", currency="EUR", amount_minor=60, most_minor=120, release_days=1))
    world.add(1)
    seat = world.take("ana")
    assert seat is not None
    world.now_us += 60 * SECOND
    annotation = world.hand_in(seat, seconds=20)

    again = world.do(
        lambda db: answers.reopen(db, annotation, workspace_id=WS, person_id="ana", now_us=world.now_us)
    )
    world.now_us += 60 * SECOND
    world.hand_in(again, seconds=50)
    world.wait(2)

    assert world.money("ana") == {"due": 70} and world.broken() == {}


def test_an_answer_changed_after_it_was_due_pays_nothing_more(database: Database) -> None:
    world = Payroll(database, Price(sort="answer", currency="EUR", amount_minor=40))
    world.add(1)
    annotation = world.work("ana")

    again = world.do(
        lambda db: answers.reopen(db, annotation, workspace_id=WS, person_id="ana", now_us=world.now_us)
    )
    world.hand_in(again, "bad")

    assert world.money("ana") == {"due": 40} and world.broken() == {}


def test_work_on_an_item_that_is_left_out_is_paid(database: Database) -> None:
    world = Payroll(database, PER_ANSWER, overlap=2, most=2)
    world.add(1)
    world.work("ana")
    seat = world.take("ben")
    assert seat is not None

    def exclude(db):  # type: ignore[no-untyped-def]
        task = db.one("SELECT * FROM task")
        flow.tell(db, items.exclude(db, task, "a test picture", "boss", now_us=world.now_us))

    world.do(exclude)
    with pytest.raises(LeaseLost):  # what is handed in later is kept as a draft
        world.hand_in(seat)
    world.wait(4)

    assert world.money("ana") == {"due": 40} and world.money("ben") == {} and world.broken() == {}


def test_somebody_else_decides_an_appeal_and_it_pays_once(database: Database) -> None:
    world = Payroll(database, PER_ANSWER, budget=40, review=True)
    world.add(1)
    annotation = world.work("ana")
    world.judge("returned", by="dia", comment="Wrong mood")

    appeal = world.appeal("ana", annotation)
    with pytest.raises(Conflict):
        world.appeal("ana", annotation)
    for one in ("dia", "ana"):
        with pytest.raises(NotAllowed):
            world.rule(appeal, by=one, is_granted=True)
    for _ in range(2):
        world.rule(appeal, by="cem", is_granted=True)
    with pytest.raises(Conflict):
        world.rule(appeal, by="cem", is_granted=False)
    world.work("ana")
    world.judge("accepted")
    world.wait(4)

    assert world.money("ana") == {"due": 40} and world.left() == (0, 0) and world.broken() == {}


def test_a_mended_answer_withdraws_its_appeal(database: Database) -> None:
    world = Payroll(database, PER_ANSWER, review=True)
    world.add(1)
    annotation = world.work("ana")
    world.judge("returned", comment="No")
    appeal = world.appeal("ana", annotation)

    world.work("ana")

    with pytest.raises(Conflict):
        world.rule(appeal, by="cem", is_granted=True)
    assert world.money("ana") == {"held": 40}


@pytest.mark.parametrize(
    "price",
    [
        Price(sort="answer", currency="EUX", amount_minor=1),
        Price(sort="answer", currency="EUR"),
        Price(sort="minute", currency="EUR", amount_minor=5, most_minor=4),
        Price(sort="answer", currency="EUR", amount_minor=5, release_days=-1),
        Price(sort="answer", currency="EUR", amount_minor=5, floor_minor={"Kenya": 3}),
    ],
)
def test_a_price_that_cannot_work_is_refused(price: Price) -> None:
    with pytest.raises(BadInput):
        price.check()


def test_a_project_without_a_price_costs_no_statement_more(database: Database) -> None:
    from tests.work.conftest import World
    from tests.work.pay.counting import counted

    world = World(database)
    world.add(3)
    world.answer("ana")

    statements = counted(world, "ana")

    assert not [one for one in statements if "account" in one or "earning" in one or "entry" in one], statements
