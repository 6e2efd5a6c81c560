"""Review levels on a real database: who is given what, what each decision leads to, and that nothing is ever stuck."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goldsmith.core.errors import BadInput, Conflict
from goldsmith.core.people.requirement import Requirement
from goldsmith.core.task.workflow import ADJUDICATION, Adjudication, ReviewLevel, Workflow, decode_workflow
from goldsmith.db.connection import Connection, Row, open_database
from goldsmith.work import answers, flow, queue, review
from goldsmith.work.consensus.measured import read_measured
from goldsmith.work.data import batches, items
from goldsmith.work.queue import Place, key_at_level
from goldsmith.work.review import steps, strays
from goldsmith.work.review.waiting import count_waiting
from goldsmith.work.setup import workflows
from goldsmith.work.setup.documents import Page, list_documents
from goldsmith.work.setup.projects import Author
from tests.made_once import put_tables
from tests.work.conftest import SCHEMA, WS, World, mood

MANAGER = Author(workspace_id=WS, person_id="mia")


def level(name: str, share: float = 1.0, number: int | None = None) -> ReviewLevel:
    return ReviewLevel(name=name, share=share, level=number)


def put(world: World, *reviews: ReviewLevel, adjudication: bool = False) -> Workflow:
    """Put a workflow in force and move strays on, as the route does."""
    workflow = Workflow(reviews=reviews, adjudication=Adjudication() if adjudication else None)
    world.do(lambda db: workflows.set_workflow(db, MANAGER, world.project(), workflow, now_us=world.now_us))
    while world.do(lambda db: move(db, world)):
        pass
    return decode_workflow(world.project()["workflow_json"])


def move(db: Connection, world: World) -> int:
    events = strays.move_strays(db, world.project_id, now_us=world.now_us)
    flow.tell(db, *events)
    return len(events)


def take(world: World, person: str, *, is_adjudication: bool = False) -> Row | None:
    """The next review of any level that the workflow has, for somebody in no group."""
    workflow = decode_workflow(world.project()["workflow_json"])
    levels = (ADJUDICATION,) if is_adjudication else workflow.levels_for(frozenset())
    keys = tuple(key_at_level("", one) for one in levels)
    place = Place(
        project_id=world.project_id, person_id=person, stage="review", keys=keys, is_adjudication=is_adjudication
    )
    return world.do(lambda db: queue.lease_next(db, place, now_us=world.now_us))


def judge(world: World, person: str, decision: str = "accepted", *, is_adjudication: bool = False, **more: str) -> Row:
    seat = take(world, person, is_adjudication=is_adjudication)
    assert seat is not None
    verdict = review.Verdict(
        decision=decision,
        comment=more.get("comment", ""),
        annotation_id=more.get("annotation_id", ""),
        value_json=mood(more["label"]) if "label" in more else None,
    )
    world.do(lambda db: flow.tell(db, *review.decide(db, world.grip(seat), verdict, now_us=world.now_us)))
    return seat


def only(world: World) -> Row:
    task = world.database.read().one("SELECT * FROM task")
    assert task is not None
    return task


def path(world: World) -> list[tuple[str, int]]:
    task = only(world)
    return [(row["what"], row["level"]) for row in steps.read_path(world.database.read(), WS, task["task_seq"])]


def label_of(world: World) -> str:
    row = world.database.read().one(
        "SELECT a.value_json FROM task t JOIN annotation a ON a.annotation_id = t.annotation_id"
    )
    assert row is not None
    return str(answers.msgspec.json.decode(row["value_json"])["mood"][0]["label"])


def test_a_task_goes_through_its_levels_and_the_fix_of_one_is_what_the_next_judges(make_world: Callable[..., World]) -> None:  # noqa: E501
    world = make_world()
    put(world, level("First"), level("Second"))
    world.add(1)
    world.answer("ana", "good")

    judge(world, "ben", "fixed", label="bad")
    assert (only(world)["state"], only(world)["level"], label_of(world)) == ("in_review", 1, "bad")
    assert take(world, "ben") is None and take(world, "ana") is None  # nobody judges twice, nor their own

    judge(world, "cat")
    assert (only(world)["state"], label_of(world)) == ("settled", "bad")
    assert path(world) == [("fixed", 0), ("accepted", 1)]
    states = [row["state"] for row in world.database.read().all("SELECT state FROM annotation ORDER BY origin")]
    assert states == ["fixed", "accepted"]


def test_a_returned_task_starts_at_its_first_level_again(make_world: Callable[..., World]) -> None:
    world = make_world()
    put(world, level("First"), level("Second"))
    world.add(1)
    world.answer("ana", "good")
    judge(world, "ben")
    judge(world, "cat", "returned", comment="Look again.")

    assert only(world)["state"] == "open"
    again = world.lease("ana")
    assert again is not None and again["comment"] == "Look again."
    world.submit(again, "bad")

    assert (only(world)["state"], only(world)["level"]) == ("in_review", 0)
    judge(world, "ben")
    judge(world, "cat")
    assert (only(world)["state"], label_of(world)) == ("settled", "bad")


def test_an_author_cannot_change_an_answer_that_a_level_has_decided_on(make_world: Callable[..., World]) -> None:
    world = make_world()
    put(world, level("First"), level("Second"))
    world.add(1)
    seat = world.lease("ana")
    assert seat is not None
    annotation_id = world.submit(seat)

    def reopen(db: Connection) -> None:
        flow.put_back(
            db, answers.reopen(db, annotation_id, workspace_id=WS, person_id="ana", now_us=world.now_us),
            now_us=world.now_us,
        )  # fmt: skip

    world.do(reopen)
    judge(world, "ben")
    with pytest.raises(Conflict):
        world.do(reopen)
    assert (only(world)["state"], only(world)["level"]) == ("in_review", 1)


def test_escalation_passes_the_draw_and_ends_at_adjudication(make_world: Callable[..., World]) -> None:
    world = make_world()
    put(world, level("First"), level("Rare", share=1e-9), adjudication=True)
    world.add(1)
    world.answer("ana", "good")

    with pytest.raises(BadInput):
        judge(world, "ben", "escalated")  # without a word
    judge(world, "ben", "escalated", comment="Irony?")
    assert (only(world)["state"], only(world)["level"]) == ("in_review", 1)
    judge(world, "cat", "escalated", comment="I do not know either.")
    assert (only(world)["state"], only(world)["level"]) == ("undecided", ADJUDICATION)
    assert take(world, "dan") is None  # adjudication is not among the reviews
    for person in ("ana", "ben", "cat"):
        assert take(world, person, is_adjudication=True) is None

    judge(world, "dan", is_adjudication=True)  # what the answers come to is there, and may be accepted
    assert only(world)["state"] == "settled"
    assert path(world) == [("escalated", 0), ("escalated", 1), ("accepted", ADJUDICATION)]


def test_there_must_be_somebody_above_to_escalate(make_world: Callable[..., World]) -> None:
    world = make_world(review=True)
    world.add(1)
    world.answer("ana")

    with pytest.raises(BadInput, match="no level above"):
        judge(world, "ben", "escalated", comment="?")
    assert only(world)["state"] == "in_review"


def test_an_adjudicator_takes_one_answer_as_it_is(make_world: Callable[..., World]) -> None:
    world = make_world(overlap=2)
    put(world, level("First"), adjudication=True)
    world.add(1)
    world.answer("ana", "good")
    world.answer("ben", "bad")
    assert (only(world)["state"], only(world)["level"]) == ("undecided", ADJUDICATION)
    given = world.database.read().all("SELECT * FROM annotation WHERE origin = 'answer' ORDER BY person_id")

    with pytest.raises(BadInput, match="do not agree"):
        judge(world, "dan", is_adjudication=True)
    judge(world, "dan", is_adjudication=True, annotation_id=given[1]["annotation_id"])

    assert (only(world)["state"], only(world)["annotation_id"]) == ("settled", given[1]["annotation_id"])
    states = world.database.read().all("SELECT state FROM annotation WHERE origin = 'answer' ORDER BY person_id")
    assert [row["state"] for row in states] == ["fixed", "accepted"]


def test_an_adjudicator_excludes_what_cannot_be_answered_and_a_reviewer_does_not(
    make_world: Callable[..., World],
) -> None:
    world = make_world(overlap=2)
    put(world, level("First"), adjudication=True)
    world.add(2)
    for label in ("good", "bad"):
        world.answer("ana" if label == "good" else "ben", label)
    for person in ("ana", "ben"):
        world.answer(person)

    with pytest.raises(BadInput, match="adjudicates"):
        judge(world, "dan", "excluded", comment="Nothing to see.")
    judge(world, "dan", "excluded", comment="Nothing to see.", is_adjudication=True)

    assert world.states() == ["excluded", "in_review"]
    task = items.find_tasks(world.database.read(), world.project(), [_first_item(world)])[0]
    assert task["excluded_reason"] == "Nothing to see."
    event = world.do(lambda db: items.include(db, task, "mia", now_us=world.now_us))
    assert event is not None
    world.do(lambda db: flow.tell(db, event))
    assert world.states() == ["undecided", "in_review"]
    assert take(world, "eve", is_adjudication=True) is not None


def _first_item(world: World) -> str:
    row = world.database.read().one("SELECT item_id FROM item ORDER BY item_seq")
    assert row is not None
    return str(row["item_id"])


def test_a_task_excluded_between_two_levels_comes_back_to_review_and_is_not_settled(
    make_world: Callable[..., World],
) -> None:
    world = make_world()
    put(world, level("First"), level("Second"))
    world.add(1)
    world.answer("ana")
    judge(world, "ben")
    task = items.find_tasks(world.database.read(), world.project(), [_first_item(world)])[0]
    world.do(lambda db: flow.tell(db, items.exclude(db, task, "Why not.", "mia", now_us=world.now_us)))
    out = items.find_tasks(world.database.read(), world.project(), [_first_item(world)])[0]
    world.do(lambda db: flow.tell(db, items.include(db, out, "mia", now_us=world.now_us)))

    assert (only(world)["state"], only(world)["level"]) == ("in_review", 0)
    judge(world, "ben")
    judge(world, "cat")
    assert only(world)["state"] == "settled"


def test_a_level_that_is_taken_out_sends_its_tasks_on_and_what_somebody_holds_when_they_decide(
    make_world: Callable[..., World],
) -> None:
    world = make_world()
    first, second, third = put(world, level("First"), level("Second"), level("Third")).reviews
    world.add(3)
    for _ in range(3):
        world.answer("ana")
        judge(world, "ben")
    held = take(world, "cat")
    assert held is not None and held["level"] == 1

    put(world, first, third)

    at = [row["level"] for row in world.database.read().all("SELECT level FROM task ORDER BY task_seq")]
    assert at == [1, 2, 2]  # the one that is held stays
    world.decide(held, "accepted")
    assert {row["level"] for row in world.database.read().all("SELECT level FROM task")} == {2}
    put(world, first)
    assert world.states() == ["settled"] * 3  # they had been at the first level
    assert not world.database.read().all("SELECT 1 FROM seat WHERE stage = 'review' AND state <> 'done'"
                                         " AND state <> 'withdrawn'")  # fmt: skip


def test_what_was_held_at_a_level_that_is_no_more_moves_on_when_it_is_let_go(make_world: Callable[..., World]) -> None:
    world = make_world(review=True)
    world.add(1)
    world.answer("ana")
    held = take(world, "ben")
    assert held is not None
    put(world)
    assert world.states() == ["in_review"]

    world.do(lambda db: flow.put_back(db, held, now_us=world.now_us))
    assert world.do(lambda db: move(db, world)) == 1
    assert world.states() == ["settled"]


def test_undecided_tasks_wait_at_the_first_level_where_adjudication_is_taken_out(
    make_world: Callable[..., World],
) -> None:
    world = make_world(overlap=2)
    (first,) = put(world, level("First"), adjudication=True).reviews
    world.add(1)
    world.answer("ana", "good")
    world.answer("ben", "bad")

    put(world, first)
    assert (only(world)["state"], only(world)["level"]) == ("undecided", 0)
    judge(world, "dan", "fixed", label="mixed")
    assert (only(world)["state"], label_of(world)) == ("settled", "mixed")


def test_labels_that_come_along_are_drawn_like_answers(make_world: Callable[..., World]) -> None:
    world = make_world()
    put(world, level("Half", share=0.5))
    from goldsmith.core.item import ItemData, Origin
    from goldsmith.work.data import ingest

    new = [ingest.NewItem(item=ItemData(data={"text": f"t {i}"}), value_json=mood("good")) for i in range(60)]
    origin = Origin(source="test", licence="CC0", basis="own")
    world.do(lambda db: ingest.add_items(db, world.project(), new, origin, now_us=world.now_us))

    states = world.states()
    drawn = world.database.read().all("SELECT share FROM review_step WHERE what = 'drawn'")
    assert 10 < states.count("in_review") < 50 and states.count("settled") == 60 - states.count("in_review")
    assert [row["share"] for row in drawn] == [0.5] * states.count("in_review")


def test_every_draw_is_in_the_event_with_its_probability(make_world: Callable[..., World]) -> None:
    world = make_world()
    put(world, level("Half", share=0.5))
    world.add(12)
    for _ in range(12):
        world.answer("ana")

    rows = world.database.read().all(
        "SELECT what, details_json FROM event WHERE what IN ('task.in_review', 'task.settled')"
    )
    draws = [(row["what"], answers.msgspec.json.decode(row["details_json"])["draws"][0]) for row in rows]
    assert len(draws) == 12
    assert all(one["share"] == 0.5 and one["is_drawn"] == (what == "task.in_review") for what, one in draws)


def test_a_workflow_has_versions_and_a_change_made_on_an_old_one_is_refused(make_world: Callable[..., World]) -> None:
    world = make_world(review=True)
    before = world.project()
    workflow = put(world, level("Review", number=0), level("Second", share=0.25))

    assert [one.level for one in workflow.reviews] == [0, 1] and workflow.seed
    rows, _ = list_documents(world.database.read(), world.project(), "workflow", Page())
    assert [row["version"] for row in rows] == [2]
    with pytest.raises(Conflict):
        world.do(lambda db: workflows.set_workflow(db, MANAGER, before, Workflow(), now_us=1))
    same = world.do(lambda db: workflows.set_workflow(db, MANAGER, world.project(), workflow, now_us=1))
    assert same == (2, False)
    with pytest.raises(BadInput, match="no group"):
        put(world, ReviewLevel(name="x", group_id="group_nowhere"))


def test_why_a_reviewer_is_given_nothing_is_counted_once_each(make_world: Callable[..., World]) -> None:
    world = make_world()
    first, second = put(world, level("First"), level("Second")).reviews
    world.add(3)
    for person in ("ana", "ana", "ben"):
        world.answer(person)
    judge(world, "ben")
    place = Place(project_id=world.project_id, person_id="ben", stage="review", keys=("", "/1"))

    found = count_waiting(world.database.read(), place)
    assert (found.waiting, found.judged, found.labelled, found.for_others) == (3, 1, 1, 0)
    alone = count_waiting(world.database.read(), answers.msgspec.structs.replace(place, keys=("",)))
    assert (alone.waiting, alone.judged, alone.for_others) == (3, 0, 1)


def test_two_reviewers_at_two_levels_race_and_nobody_gets_a_task_twice(database_place: str) -> None:
    database = open_database(database_place)
    try:
        world = World(database)
        put(world, level("First"), level("Second", share=0.5))
        world.add(24)
        for _ in range(24):
            world.answer("ana")
        judged: dict[str, list[tuple[int, int]]] = {name: [] for name in ("ben", "cat", "dan")}

        def work(person: str) -> None:
            while (seat := take(world, person)) is not None:
                judged[person].append((seat["task_seq"], seat["level"]))
                world.decide(seat, "accepted")

        threads = [threading.Thread(target=work, args=(name,)) for name in judged]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        for name in judged:  # what was left to those who had a part in it
            work(name)

        assert world.states() == ["settled"] * 24
        everything = [one for mine in judged.values() for one in mine]
        assert len(everything) == len(set(everything)) and {task for task, _ in everything} == set(range(1, 25))
        for mine in judged.values():
            assert len({task for task, _ in mine}) == len(mine)
    finally:
        database.close()


SHARES = st.sampled_from([1.0, 0.5, 1e-9])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.lists(st.tuples(st.integers(0, 4), SHARES), max_size=4), st.booleans()),
        st.tuples(st.just("label"), st.sampled_from(["ana", "bob"]), st.sampled_from(["good", "bad"])),
        st.tuples(st.just("judge"), st.sampled_from(["cat", "dan", "eve"]),
                  st.sampled_from(["accepted", "fixed", "returned", "escalated", "let go"])),
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS)
def test_whatever_is_decided_and_however_the_workflow_is_changed_every_task_can_be_finished(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple]  # type: ignore[type-arg]
) -> None:
    place = tmp_path_factory.mktemp("levels") / "goldsmith.sqlite"
    put_tables(place)
    database = open_database(place)
    try:
        world = World(database, overlap=2)
        world.add(2)
        for act, one, other in acts:
            if act == "put":
                there = decode_workflow(world.project()["workflow_json"]).reviews
                kept = {there[i].level: share for i, share in one if i < len(there)}
                old = [level(f"L{number}", share, number) for number, share in kept.items()]
                new = [level(f"N{n}{world.now_us}", share) for n, (i, share) in enumerate(one) if i >= len(there)]
                put(world, *old, *new, adjudication=other)
            elif act == "label":
                world.answer(one, other)
            else:
                _judge_any(world, one, other)
            world.now_us += 1
        _finish(world)

        assert world.states() == ["settled"] * 2
        assert not database.read().all("SELECT 1 FROM seat WHERE state IN ('open', 'leased')")
        for row in database.read().all("SELECT DISTINCT task_seq, person_id FROM seat WHERE stage = 'review'"
                                       " AND state = 'done'"):  # fmt: skip
            assert not database.read().all(
                "SELECT 1 FROM seat WHERE stage = 'label' AND task_seq = :task AND person_id = :person",
                {"task": row["task_seq"], "person": row["person_id"]})  # fmt: skip
    finally:
        database.close()


def _judge_any(world: World, person: str, decision: str) -> None:
    """One decision of this person, where there is something for them; what is not allowed changes nothing."""
    for is_adjudication in (False, True):
        seat = take(world, person, is_adjudication=is_adjudication)
        if seat is None:
            continue
        if decision == "let go":
            world.do(lambda db, seat=seat: flow.put_back(db, seat, now_us=world.now_us))
            return
        value = mood("mixed") if decision == "fixed" else None
        try:
            world.decide(seat, decision, value=value, comment="why")
        except BadInput:
            world.do(lambda db, seat=seat: flow.put_back(db, seat, now_us=world.now_us))
        return


def _finish(world: World) -> None:
    """Fresh people do whatever there is, until nothing is left."""
    for turn in range(60):
        world.do(lambda db: move(db, world))
        is_idle = True
        for person in ("ana", "bob"):
            is_idle &= world.answer(person) is None
        for is_adjudication in (False, True):
            seat = take(world, f"fresh {turn}", is_adjudication=is_adjudication)
            if seat is not None:
                is_idle = False
                world.decide(seat, "fixed", value=mood("mixed"))
        if is_idle and not world.database.read().all("SELECT 1 FROM seat WHERE state = 'leased'"):
            return


def test_a_measured_skill_is_read_as_a_share_of_right_answers(make_world: Callable[..., World]) -> None:
    world = make_world()
    cells = b'[["good","good",8.0],["bad","good",2.0]]'
    world.do(lambda db: db.execute(
        "INSERT INTO skill (workspace_id, project_id, field, person_id, body_json, answers, updated_us)"
        " VALUES (:ws, 'proj_1', 'mood', 'ana', :body, 10, 0)", {"ws": WS, "body": cells}))  # fmt: skip

    found = read_measured(world.database.read(), world.project(), SCHEMA, ["ana", "ben", ""])
    assert set(found) == {"ana"} and (found["ana"].share, found["ana"].answers) == (0.8, 10)


def test_a_level_stays_in_the_key_when_its_task_asks_for_something_of_reviewers(
    make_world: Callable[..., World],
) -> None:
    world = make_world()
    put(world, level("First"), level("Second"))
    world.add(1, batch="monday")
    world.answer("ana")
    judge(world, "ben")
    asked = Requirement(skills={"tea": 50}, reviewers=True)

    def key() -> str:
        row = world.database.read().one("SELECT queue_key FROM seat WHERE stage = 'review' AND state = 'open'")
        assert row is not None
        return str(row["queue_key"])

    assert key() == "/1"
    world.do(lambda db: items.set_requirement(db, world.project(), [only(world)], asked, now_us=world.now_us))
    assert key() == f"{asked.key()}/1"
    change = batches.Change(batch="monday", is_as_project=True)
    world.do(lambda db: batches.change_piece(db, world.project(), change, now_us=world.now_us))
    assert key() == "/1"
    change = batches.Change(batch="monday", requirement=asked)
    world.do(lambda db: batches.change_piece(db, world.project(), change, now_us=world.now_us))
    assert key() == f"{asked.key()}/1"
