"""Gold: known items among the others; nobody sees which, and what is contested by good annotators is set aside."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from goldsmith.core.errors import BadInput, Conflict
from goldsmith.db.connection import Connection, Row
from goldsmith.work import answers, flow, queue
from goldsmith.work.consensus.gold import given, health, judging, known
from goldsmith.work.consensus.refit import measure_skills
from goldsmith.work.data import items
from goldsmith.work.people import Person
from goldsmith.work.queue import Place
from tests.work.conftest import NOON, SECOND, WS, World

BOSS = Person(person_id="boss", workspace_id=WS, name="", email="", role="manager")


class GoldWorld:
    """A world some of whose items are settled and gold; the answer to them is `good`."""

    def __init__(self, make_world: Callable[..., World], *, gold: int = 3, ordinary: int = 30, **more: Any) -> None:
        self.world = make_world(**more)
        self.world.add(gold, "known")
        for _ in range(gold):
            self.settle()
        self.world.add(ordinary, "new")
        self.make(self.item_ids()[:gold])

    def settle(self) -> None:
        """One more item settled as `good`, by one annotator of its own each."""
        seat = self.world.answer("zoe")
        assert seat is not None
        for other in ("yan", "xia"):
            if self.world.states()[seat["task_seq"] - 1] == "open":
                self.world.answer(other)
        review = self.world.lease("rev", stage="review")
        if review is not None:
            self.world.decide(review, "accepted")

    def item_ids(self) -> list[str]:
        return [row[0] for row in self.world.database.read().all("SELECT item_id FROM item ORDER BY item_seq")]

    def make(self, item_ids: list[str]) -> known.Made:
        def work(db: Connection) -> known.Made:
            made, events = known.make_gold(db, self.world.project(), item_ids, "", BOSS, now_us=self.world.now_us)
            flow.tell(db, *events)
            return made

        return self.world.do(work)

    def lease(self, person: str, *, share: float = 1.0, **more: Any) -> Row | None:
        place = Place(project_id="proj_1", person_id=person, gold_share=share, **more)
        self.world.now_us += SECOND
        return self.world.do(lambda db: queue.lease_next(db, place, now_us=self.world.now_us))

    def answer(self, person: str, label: str = "good", *, share: float = 1.0) -> Row | None:
        seat = self.lease(person, share=share)
        if seat is not None:
            self.world.submit(seat, label)
        return seat

    def judge(self) -> None:
        judged = judging.judge_some(self.world.database.read(), "proj_1")
        self.world.do(lambda db: flow.tell(
            db, *judging.keep_judged(db, "proj_1", judged, now_us=self.world.now_us)))

    def decide(self, item_id: str, action: Any, **more: Any) -> None:
        decision = known.Decision(action=action, **more)
        self.world.now_us += SECOND
        self.world.do(lambda db: flow.tell(db, known.decide(
            db, self.world.project(), item_id, decision, BOSS, now_us=self.world.now_us)))

    def states(self) -> list[str]:
        return [row[0] for row in self.world.database.read().all("SELECT state FROM gold ORDER BY task_seq")]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row[i] for i in range(len(row.keys()))) for row in self.world.database.read().all(sql)]


def test_each_gets_each_gold_item_once_and_their_own_work_never(make_world: Callable[..., World]) -> None:
    gold = GoldWorld(make_world, gold=3, ordinary=10)

    seats = [gold.answer("ann") for _ in range(13)]
    own = [gold.answer("zoe") for _ in range(10)]

    assert [seat["is_gold"] for seat in seats if seat] == [1, 1, 1] + [0] * 10
    assert {seat["task_seq"] for seat in seats[:3] if seat} == {1, 2, 3}
    assert own == [None] * 10  # she settled the gold; all other items were answered by ann


def test_gold_comes_at_its_share_and_only_while_other_work_is_left(make_world: Callable[..., World],
                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("goldsmith.work.routing.gold._chance", random.Random(7))
    gold = GoldWorld(make_world, gold=40, ordinary=200)

    seats = [gold.answer("ann", share=0.1) for _ in range(260)]
    given_out = [seat for seat in seats if seat is not None]

    assert len(given_out) == 200 + sum(seat["is_gold"] for seat in given_out)
    assert 8 <= sum(seat["is_gold"] for seat in given_out) <= 36
    assert gold.lease("ann") is None  # more gold is there, and nothing else


def test_a_lease_takes_no_more_statements_where_there_is_no_gold(make_world: Callable[..., World]) -> None:
    gold = GoldWorld(make_world, gold=1, ordinary=10)
    asked: list[str] = []

    def counted(person: str, share: float) -> int:
        def work(db: Connection) -> None:
            plain = db.one
            db.one = lambda sql, *more: (asked.append(sql), plain(sql, *more))[1]  # type: ignore[method-assign]
            queue.lease_next(db, Place(project_id="proj_1", person_id=person, gold_share=share), now_us=NOON)
            del db.one

        before = len(asked)
        gold.world.do(work)
        return len(asked) - before

    without, not_due = counted("a", 0.0), counted("b", 1e-12)

    assert without == not_due
    assert not any("gold" in sql.lower().replace("is_gold", "") for sql in asked)


def test_an_answer_to_gold_moves_no_task_and_is_judged(make_world: Callable[..., World]) -> None:
    gold = GoldWorld(make_world)
    before = gold.rows("SELECT task_seq, state, answers, annotation_id, updated_us FROM task")

    right, wrong = gold.answer("ann"), gold.answer("ben", "bad")
    gold.judge()

    assert right is not None and wrong is not None
    assert gold.rows("SELECT task_seq, state, answers, annotation_id, updated_us FROM task") == before
    assert gold.rows("SELECT person_id, is_right, distance FROM gold_answer ORDER BY person_id") == [
        ("ann", 1, 0.0), ("ben", 0, 1.0)]
    assert gold.rows("SELECT count(*) FROM annotation WHERE origin = 'gold'") == [(2,)]


def test_gold_that_is_let_go_is_in_no_queue_and_goes_to_others_as_gold(make_world: Callable[..., World]) -> None:
    gold = GoldWorld(make_world, gold=1)
    seat = gold.lease("ann")
    assert seat is not None and seat["is_gold"] == 1

    gold.world.do(lambda db: flow.put_back(db, seat, now_us=gold.world.now_us))
    again, other, third = gold.lease("ann"), gold.lease("ben"), gold.lease("cat", share=0.0)

    assert again is not None and again["is_gold"] == 0
    assert other is not None and (other["is_gold"], other["task_seq"], other["fence"]) == (1, seat["task_seq"], 2)
    assert third is not None and third["is_gold"] == 0
    assert gold.world.states()[0] == "settled"


def test_what_is_skipped_does_not_come_again(make_world: Callable[..., World]) -> None:
    gold = GoldWorld(make_world, gold=1)
    seat = gold.lease("ann")
    assert seat is not None

    def skip(db: Connection) -> None:
        queue.refuse(db, seat, "too hard", now_us=NOON)
        flow.put_back(db, seat, now_us=NOON)

    gold.world.do(skip)
    again = gold.lease("ann")

    assert again is not None and again["is_gold"] == 0


def test_gold_is_opened_again_and_judged_by_the_last_answer(make_world: Callable[..., World]) -> None:
    gold = GoldWorld(make_world, gold=1)
    seat = gold.lease("ann")
    assert seat is not None
    first = gold.world.submit(seat, "bad")
    gold.judge()

    opened = gold.world.do(lambda db: answers.reopen(
        db, first, workspace_id=WS, person_id="ann", now_us=gold.world.now_us))
    gold.world.now_us += SECOND
    gold.world.submit(opened, "good")
    gold.judge()

    assert gold.world.states()[0] == "settled"
    assert gold.rows("SELECT is_right FROM gold_answer") == [(1,)]
    assert gold.rows("SELECT state FROM annotation WHERE origin = 'gold' ORDER BY annotation_id") == [
        ("replaced",), ("submitted",)]


def test_an_item_that_was_gold_and_left_out_comes_back_settled(make_world: Callable[..., World]) -> None:
    gold = GoldWorld(make_world, gold=1, review=True)
    seat = gold.lease("ann")
    task = gold.world.database.read().one("SELECT * FROM task WHERE task_seq = 1")
    assert seat is not None and task is not None

    gold.world.do(lambda db: flow.tell(db, items.exclude(db, task, "blurred", "boss", now_us=NOON)))
    left_out = gold.lease("ben")
    again = gold.world.database.read().one("SELECT * FROM task WHERE task_seq = 1")
    gold.world.do(lambda db: flow.tell(db, *filter(None, [items.include(db, again, "boss", now_us=NOON)])))

    assert left_out is not None and left_out["is_gold"] == 0
    assert gold.world.states()[0] == "settled"
    assert gold.rows("SELECT count(*) FROM seat WHERE task_seq = 1 AND state = 'open'") == [(0,)]


def _contest(gold: GoldWorld) -> str:
    """Three good annotators agree with five gold items and not with the first; gives that item."""
    first = gold.item_ids()[0]
    for person in ("a1", "a2", "a3"):
        for _ in range(6):
            seat = gold.lease(person)
            assert seat is not None and seat["is_gold"]
            gold.world.submit(seat, "bad" if seat["task_seq"] == 1 else "good")
        gold.judge()
    return first


def test_gold_that_good_annotators_contest_is_suspended_at_once(make_world: Callable[..., World]) -> None:
    gold = GoldWorld(make_world, gold=6)

    _contest(gold)
    met = [gold.lease("new") for _ in range(1)]

    assert gold.states() == ["suspended"] + ["active"] * 5
    row = gold.world.database.read().one("SELECT * FROM gold WHERE task_seq = 1")
    assert row is not None and row["reason"] == "contested" and row["wrong_probability"] > 0.5
    assert gold.rows("SELECT count(*) FROM event WHERE what = 'gold.suspended' AND person_id = ''") == [(1,)]
    assert met[0] is not None and met[0]["task_seq"] != 1


def test_those_who_err_elsewhere_suspend_nothing(make_world: Callable[..., World]) -> None:
    gold = GoldWorld(make_world, gold=6)

    for person in ("a1", "a2", "a3", "a4", "a5"):
        for _ in range(6):
            gold.answer(person, "bad")
        gold.judge()

    assert gold.states() == ["active"] * 6


def test_a_corrected_answer_is_the_dataset_s_and_counts_for_who_gave_it(make_world: Callable[..., World]) -> None:
    gold = GoldWorld(make_world, gold=6)
    first = _contest(gold)

    gold.decide(first, "correct", value={"mood": [{"id": "o1", "kind": "choice", "label": "bad"}]}, note="seen")
    gold.judge()

    assert gold.states() == ["active"] * 6
    assert gold.rows("SELECT is_right FROM gold_answer WHERE task_seq = 1") == [(1,)] * 3
    assert gold.rows("SELECT a.origin FROM task t JOIN annotation a ON a.annotation_id = t.annotation_id"
                     " WHERE t.task_seq = 1") == [("fix",)]


def test_gold_that_was_kept_is_contested_by_new_answers_only(make_world: Callable[..., World]) -> None:
    gold = GoldWorld(make_world, gold=6)
    first = _contest(gold)

    gold.decide(first, "keep")
    gold.answer("a5", "bad")
    gold.judge()
    kept = gold.states()
    gold.decide(first, "retire")

    assert kept == ["active"] * 6
    assert gold.states()[0] == "retired"
    people = {row["person_id"]: (row["were_right"], row["answered"])
              for row in health.list_people(gold.world.database.read(), gold.world.project())}
    assert people.get("a1", (5, 5)) == (5, 5)  # what was retired says nothing of them


def test_a_new_schema_suspends_gold_that_does_not_fit_it(make_world: Callable[..., World]) -> None:
    gold = GoldWorld(make_world, gold=2)
    narrow = b'{"fields":[{"name":"mood","kind":"choice","required":true,"multiple":false,"labels":[{"name":"bad"}]}]}'
    gold.world.do(lambda db: db.execute(
        "UPDATE project SET schema_json = :schema, schema_version = 2", {"schema": narrow}))

    gold.judge()

    assert gold.states() == ["suspended"] * 2
    assert gold.rows("SELECT DISTINCT reason FROM gold") == [("schema",)]
    assert not judging.is_waited_for(gold.world.database.read(), "proj_1")
    with pytest.raises(Conflict):
        gold.decide(gold.item_ids()[0], "keep")


def test_what_is_no_gold_is_refused_with_the_reason(make_world: Callable[..., World]) -> None:
    gold = GoldWorld(make_world, gold=1, ordinary=1)
    ids = gold.item_ids()

    made = gold.make([*ids, "item_nowhere"])

    assert made.made == 0
    assert [reason for _, reason in made.refused] == [
        "It is gold already.", "It is not settled, so its answer is not known.", "The project has no such item."]
    with pytest.raises(BadInput):
        gold.decide(ids[0], "correct")


def test_a_reviewed_answer_to_gold_is_decided_on_some_minutes_after_another(make_world: Callable[..., World]) -> None:
    gold = GoldWorld(make_world, gold=2, review=True)
    gold.answer("ann", share=0.0)
    gold.answer("ann")
    gold.answer("ann", "bad")
    gold.judge()
    waiting = gold.rows("SELECT accept_us FROM gold_answer")
    review = gold.world.lease("rev", stage="review")
    assert review is not None

    gold.world.decide(review, "accepted")
    gold.world.do(lambda db: given.accept_ripe(db, now_us=gold.world.now_us + SECOND))
    too_soon = gold.rows("SELECT is_accepted FROM gold_answer")
    gold.world.do(lambda db: given.accept_ripe(db, now_us=gold.world.now_us + 301 * SECOND))

    assert waiting == [(None,), (None,)]
    assert too_soon == [(0,), (0,)]
    assert gold.rows("SELECT state FROM annotation WHERE origin = 'gold' ORDER BY annotation_id") == [
        ("accepted",), ("fixed",)]


def test_skills_are_measured_on_gold_too(make_world: Callable[..., World]) -> None:
    gold = GoldWorld(make_world, gold=5)
    for _ in range(5):
        gold.answer("ann")
        gold.answer("bob", "bad")

    with gold.world.database.snapshot() as db:
        fitted = measure_skills(db, WS, "proj_1")

    counts = {name: one for field in fitted for name, one in field.counts.items()}
    assert counts["ann"][0, 0] > 4 > counts["bob"][0, 0]
    assert counts["bob"][0, 1] > 4


def test_annotators_are_told_of_whole_tens_of_yesterday(make_world: Callable[..., World]) -> None:
    gold = GoldWorld(make_world, gold=14)
    for i in range(14):
        gold.answer("ann", "good" if i % 5 else "bad")
    gold.judge()

    today = health.read_told(gold.world.database.read(), WS, "ann", now_us=gold.world.now_us)
    tomorrow = health.read_told(gold.world.database.read(), WS, "ann",
                                now_us=gold.world.now_us + 86_400 * SECOND)

    assert today == []
    assert [(one.tally.right, one.tally.answered) for one in tomorrow] == [(8, 10)]
