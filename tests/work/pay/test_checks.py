"""Reviews and audited items are paid when they are decided, out of the same budget as answers."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from goldsmith.core.errors import BadInput
from goldsmith.db.connection import Database
from goldsmith.work import flow
from goldsmith.work.data import items
from goldsmith.work.pay import forecast
from goldsmith.work.pay.papers import statements
from goldsmith.work.pay.prices import CheckPrice, Price
from tests.work.conftest import SECOND, WS, mood
from tests.work.pay.payroll import Payroll

PER_TASK = Price(sort="answer", currency="EUR", amount_minor=10, review=CheckPrice(sort="task", amount_minor=4),
                 audit=CheckPrice(sort="task", amount_minor=6))  # fmt: skip


@dataclass
class Office:
    """Makes a payroll on each sort of database."""

    database: Database

    def open(self, price: Price = PER_TASK, **more: object) -> Payroll:
        world = Payroll(self.database, price, review=True, **more)  # type: ignore[arg-type]
        world.add(3)
        return world


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def test_a_review_is_paid_when_it_is_decided_whatever_it_says(office: Office) -> None:
    world = office.open()
    world.work("ana")
    world.work("ana")

    world.judge("accepted")
    world.judge("returned", comment="Look again")

    assert world.money("dia") == {"due": 8}
    assert world.money("ana") == {"due": 10}
    assert world.broken() == {}


def test_a_lease_of_a_review_sets_its_price_aside_and_gives_it_back(office: Office) -> None:
    world = office.open(budget=14)
    world.work("ana")

    seat = world.take("dia", stage="review")
    assert seat is not None and world.left() == (0, 4)
    world.do(lambda db: flow.put_back(db, seat, now_us=world.now_us))

    assert world.left() == (4, 0) and world.broken() == {}


def test_no_review_is_handed_out_that_the_budget_does_not_cover(office: Office) -> None:
    world = office.open(budget=13)
    world.work("ana")

    assert world.take("dia", stage="review") is None
    world.fund(1, "more")
    assert world.take("dia", stage="review") is not None


def test_a_review_keeps_the_price_it_was_taken_at_and_waits_its_days(office: Office) -> None:
    world = office.open()
    world.work("ana")
    seat = world.take("dia", stage="review")
    assert seat is not None
    world.set_price(Price(sort="none", currency="EUR", release_days=2))
    world.decide(seat, "fixed", value=mood("bad"))
    assert world.money("dia") == {"due": 4}

    world.set_price(Price(sort="none", currency="EUR", release_days=2, review=CheckPrice(sort="task", amount_minor=3)))
    world.work("ben")
    world.judge("accepted", by="cem")
    assert world.money("cem") == {"held": 3} and world.money("ben") == {}
    world.wait(2.1)
    assert world.money("cem") == {"due": 3}


def test_a_minute_of_review_is_believed_as_far_as_the_lease_was_held(office: Office) -> None:
    part = CheckPrice(sort="minute", amount_minor=60, most_minor=300)
    world = office.open(Price(sort="none", currency="EUR", review=part))
    world.work("ana")
    seat = world.take("dia", stage="review")
    assert seat is not None
    world.now_us += 90 * SECOND

    world.decide(seat, "accepted", seconds=5000.0)

    assert world.money("dia") == {"due": 90}
    assert world.broken() == {}


def test_objects_of_a_review_are_those_of_the_largest_answer_before_the_reviewer(office: Office) -> None:
    part = CheckPrice(sort="object", amount_minor=5, most_minor=50)
    world = office.open(Price(sort="none", currency="EUR", review=part))
    world.work("ana")

    world.judge("accepted")

    assert world.money("dia") == {"due": 5}


def test_an_item_left_out_under_review_frees_what_was_set_aside(office: Office) -> None:
    world = office.open(budget=14)
    world.work("ana")
    seat = world.take("dia", stage="review")
    assert seat is not None

    def leave_out(db):  # type: ignore[no-untyped-def]
        task = db.one("SELECT * FROM task WHERE task_seq = :task", {"task": seat["task_seq"]})
        flow.tell(db, items.exclude(db, task, "torn", "boss", now_us=world.now_us))

    world.do(leave_out)

    assert world.left() == (4, 0) and world.money("dia") == {} and world.money("ana") == {"due": 10}
    assert world.broken() == {}


def test_an_audited_item_is_paid_and_named_in_the_books(office: Office) -> None:
    world = office.open()
    for _ in range(2):
        world.work("ana")
        world.judge("accepted")
    audit_id = world.audited(2)

    seat = world.take("cem", stage="audit", audit_id=audit_id)
    assert seat is not None and world.left()[1] == 6
    world.check(seat)
    world.check(seat)  # the same again

    assert world.money("cem") == {"due": 6} and world.broken() == {}
    entries = statements.read_entries(world.database.read(), WS, "cem", before=2**62, most=10)
    assert {(row["cause"], row["item"]) for row in entries} == {("audit", entries[0]["item"])} and entries[0]["item"]
    (day,) = statements.read_days(world.database.read(), WS, "cem", since_us=0)
    assert (day["answers"], day["audits"], int(day["amount"])) == (0, 1, 6)


def test_a_pay_run_pays_reviews_and_their_floor(office: Office) -> None:
    price = Price(sort="none", currency="EUR", floor_minor={"": 3600}, review=CheckPrice(sort="task", amount_minor=4))
    world = office.open(price)
    world.work("ana")
    seat = world.take("dia", stage="review")
    assert seat is not None
    world.now_us += 60 * SECOND
    world.decide(seat, "accepted", seconds=60.0)

    run = world.pay_run()

    assert run is not None and world.payments(run) == {"dia": (60, "made")}
    assert world.broken() == {}


def test_what_finishing_costs_has_the_reviews_in_it(office: Office) -> None:
    world = office.open()
    world.work("ana")

    need, _ = forecast.read_need(world.database.read(), world.project())

    assert need is not None and (need.answers, need.reviews, need.audits) == (2, 3, 0)
    assert (need.low_minor, need.mid_minor, need.high_minor) == (32, 32, 32)


def test_a_price_of_a_review_that_cannot_be_is_named(office: Office) -> None:
    price = Price(sort="none", currency="EUR", review=CheckPrice(sort="minute", amount_minor=5, most_minor=4))

    with pytest.raises(BadInput) as wrong:
        price.check()

    assert wrong.value.where == "review.most_minor"
