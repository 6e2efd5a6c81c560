"""Signals of a project on SQLite and on PostgreSQL: raised, judged, answered, decided; and nothing else changes."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from goldsmith.core.errors import BadInput, Conflict, NotAllowed, NotFound
from goldsmith.db.connection import Row
from goldsmith.db.tables import metadata
from goldsmith.quality.signals.finding import Looked
from goldsmith.work.figures.signals import deciding, keeping, looking
from goldsmith.work.figures.signals.deciding import DAY_US, Judge
from goldsmith.work.people import Person
from goldsmith.work.people.my_data import write_my_data
from tests.work.conftest import NOON, WS, World
from tests.work.test_gold import GoldWorld

Make = Callable[..., World]
LABELS = ("good", "bad", "mixed")
MAY, MAX, ANA = (Judge(workspace_id=WS, person_id=one) for one in ("may", "max", "ana"))


def add_people(world: World) -> None:
    world.do(lambda db: db.many(
        "INSERT INTO person (person_id, workspace_id, email, name, role, state, created_us)"
        " VALUES (:id, :ws, :id, :name, :role, 'active', 0)",
        [{"id": one, "ws": WS, "name": one.title(), "role": "manager" if one in ("may", "max") else "annotator"}
         for one in ("ana", "ben", "cem", "may", "max")]))


def answered(make_world: Make, items: int = 30, *, who_collapses: str = "ana") -> World:
    """Three people answer everything nearly alike; one of them says good to everything."""
    world = make_world(overlap=3, most=3)
    add_people(world)
    world.add(items)
    chance = random.Random(1)
    truth = [LABELS[i % 3] for i in range(items)]
    for right in truth:
        for who in ("ana", "ben", "cem"):
            label = "good" if who == who_collapses else right if chance.random() < 0.95 else "mixed"
            world.answer(who, label)
    return world


def look(world: World) -> looking.Look:
    with world.database.snapshot() as db:
        found = looking.look(db, world.project())
    world.do(lambda db: keeping.keep_look(db, world.project(), found, now_us=world.now_us))
    return found


def signals(world: World, viewer: str = "may", **sought: str) -> list[Row]:
    return keeping.list_signals(world.database.read(), world.project(), viewer, **sought)  # type: ignore[arg-type]


def raised(make_world: Make) -> tuple[World, str]:
    world = answered(make_world)
    look(world)
    return world, signals(world)[0]["signal_id"]


def holding(world: World) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the database holds beside signals and events."""
    db = world.database.read()
    return {name: sorted(tuple(map(str, tuple(row[i] for i in range(len(row.keys()))))) for row in
                          db.all(f'SELECT * FROM "{name}"'))
            for name in metadata.tables if name not in ("signal", "event")}


def test_what_is_odd_is_raised_with_figures_and_items_that_show_it(make_world: Make) -> None:
    world = answered(make_world)

    found = look(world)

    assert found.answers == 90 and [(one.person_id, one.sort, one.field) for one in found.seen] == [
        ("ana", "collapse", "mood")]
    row = signals(world)[0]
    evidence = json.loads(bytes(row["evidence_json"]))
    assert (row["person"], row["state"], row["answers"], row["strength"]) == ("Ana", "new", 30, "strong")
    assert evidence["label"] == "good" and evidence["figures"]["entropy"] == 0 and evidence["q"] < 0.05
    assert {(one["given"], one["other"]) for one in evidence["examples"]} <= {("good", "bad"), ("good", "mixed")}
    assert evidence["examples"][0]["item"].startswith("text ")
    assert signals(world, viewer="ana") == []
    last = keeping.last_look(world.database.read(), world.project())
    assert (last.answers, last.looked_us) == (90, world.now_us)


def test_honest_people_raise_nothing_and_a_look_is_due_when_answers_have_grown(make_world: Make) -> None:
    world = answered(make_world, 33, who_collapses="")
    read = world.database.read()

    assert not keeping.is_due(read, world.project())  # 99 answers
    world.add(2, prefix="more")
    world.answer("ana", "good")
    assert keeping.is_due(read, world.project())
    assert look(world).seen == [] == signals(world)
    assert not keeping.is_due(read, world.project())


def test_another_look_renews_what_is_new_and_drops_what_is_gone(make_world: Make) -> None:
    world, signal_id = raised(make_world)
    world.now_us += 5

    look(world)

    assert [(row["signal_id"], row["updated_us"]) for row in signals(world)] == [(signal_id, world.now_us)]
    nothing = looking.Look(answers=90, tests=3, seen=[])
    world.do(lambda db: keeping.keep_look(db, world.project(), nothing, now_us=world.now_us))
    assert signals(world) == []


def test_a_notice_is_answered_and_somebody_else_decides(make_world: Make) -> None:
    world, signal_id = raised(make_world)
    before = bytes(signals(world)[0]["evidence_json"])
    mine = lambda: deciding.my_notices(world.database.read(), ANA)  # noqa: E731

    assert mine() == [] and deciding.count_waiting(world.database.read(), ANA) == 0
    with pytest.raises(NotFound):
        world.do(lambda db: deciding.answer_notice(db, ANA, signal_id, "What?", now_us=NOON))
    world.do(lambda db: deciding.send_notice(db, MAY, signal_id, " Nearly all are good ", now_us=NOON))
    assert deciding.count_waiting(world.database.read(), ANA) == 1
    assert [(row["words"], row["state"]) for row in mine()] == [("Nearly all are good", "noticed")]
    look(world)
    assert bytes(signals(world)[0]["evidence_json"]) == before and len(signals(world)) == 1
    with pytest.raises(Conflict, match="7 days"):
        world.do(lambda db: deciding.close(db, MAX, signal_id, "agreed", "Fine", now_us=NOON + 6 * DAY_US))
    world.do(lambda db: deciding.answer_notice(db, ANA, signal_id, "They were good", now_us=NOON + 1))
    with pytest.raises(NotAllowed, match="you sent the notice"):
        world.do(lambda db: deciding.close(db, MAY, signal_id, "confirmed", "No", now_us=NOON + 2))
    world.do(lambda db: deciding.close(db, MAX, signal_id, "agreed", "You are right", now_us=NOON + 2))

    row = mine()[0]
    assert (row["state"], row["outcome"], row["reason"], row["answer"], row["decided_by"]) == (
        "closed", "agreed", "You are right", "They were good", "max")
    assert deciding.count_waiting(world.database.read(), ANA) == 0
    told = [one["what"] for one in world.database.read().all(
        "SELECT what FROM event WHERE about = :id ORDER BY event_seq", {"id": signal_id})]
    assert told == ["signal.raised", "signal.noticed", "signal.answered", "signal.closed"]


def test_who_does_not_answer_in_a_week_is_decided_without(make_world: Make) -> None:
    world, signal_id = raised(make_world)
    world.do(lambda db: deciding.send_notice(db, MAY, signal_id, "Look", now_us=NOON))

    world.do(lambda db: deciding.close(db, MAX, signal_id, "nothing_found", "Fine", now_us=NOON + 7 * DAY_US))

    assert signals(world)[0]["state"] == "closed"


def test_what_was_dismissed_comes_again_only_with_twice_the_answers(make_world: Make) -> None:
    world, signal_id = raised(make_world)
    world.do(lambda db: deciding.dismiss(db, MAY, signal_id, "All texts were good", now_us=NOON))
    found = look(world)
    assert [row["state"] for row in signals(world)] == ["dismissed"]
    assert deciding.my_notices(world.database.read(), ANA) == []

    from msgspec import structs

    twice = structs.replace(found, seen=[structs.replace(one, answers=60) for one in found.seen])
    world.do(lambda db: keeping.keep_look(db, world.project(), twice, now_us=world.now_us))

    assert sorted(row["state"] for row in signals(world)) == ["dismissed", "new"]
    assert len(signals(world, state="new")) == 1 and signals(world, sort="pace") == []


def test_each_step_needs_words_the_right_state_and_the_right_person(make_world: Make) -> None:
    world, signal_id = raised(make_world)
    stranger = Judge(workspace_id="ws_other", person_id="may")

    with pytest.raises(BadInput):
        world.do(lambda db: deciding.dismiss(db, MAY, signal_id, "  ", now_us=NOON))
    with pytest.raises(NotFound):
        world.do(lambda db: deciding.dismiss(db, stranger, signal_id, "r", now_us=NOON))
    with pytest.raises(NotFound):  # nobody judges what is about them
        world.do(lambda db: deciding.dismiss(db, ANA, signal_id, "r", now_us=NOON))
    with pytest.raises(Conflict):
        world.do(lambda db: deciding.close(db, MAX, signal_id, "agreed", "w", now_us=NOON))
    world.do(lambda db: db.execute("UPDATE signal SET other_id = 'max'"))
    with pytest.raises(NotAllowed):
        world.do(lambda db: deciding.dismiss(db, MAX, signal_id, "r", now_us=NOON))
    world.do(lambda db: deciding.dismiss(db, MAY, signal_id, "r", now_us=NOON))
    with pytest.raises(Conflict, match="dismissed already"):
        world.do(lambda db: deciding.send_notice(db, MAY, signal_id, "w", now_us=NOON))


def test_a_signal_from_first_to_last_changes_nothing_but_itself(make_world: Make) -> None:
    world = answered(make_world)
    before = holding(world)

    look(world)
    signal_id = signals(world)[0]["signal_id"]
    world.do(lambda db: deciding.send_notice(db, MAY, signal_id, "Look", now_us=NOON))
    world.do(lambda db: deciding.answer_notice(db, ANA, signal_id, "Why", now_us=NOON))
    world.do(lambda db: deciding.close(db, MAX, signal_id, "confirmed", "So it is", now_us=NOON))

    after = holding(world)
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}
    assert before["seat"] and before["annotation"] and before["person"]


def test_all_my_data_has_what_was_judged_about_me_and_no_other_person(make_world: Make) -> None:
    world, signal_id = raised(make_world)
    ana = Person(person_id="ana", workspace_id=WS, email="ana", name="Ana", role="annotator")

    def mine() -> list[dict[str, object]]:
        with world.database.snapshot() as db:
            return list(json.loads(b"".join(write_my_data(db, ana)))["signals"])

    assert mine() == []
    world.do(lambda db: deciding.send_notice(db, MAY, signal_id, "Look", now_us=NOON))
    assert [(one["words"], one["sort"]) for one in mine()] == [("Look", "collapse")]
    assert "noticed_by" not in mine()[0] and "other_id" not in mine()[0]


def test_answers_to_gold_are_looked_at_with_what_is_known_of_it_while_it_is_trusted(
        make_world: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    gold = GoldWorld(make_world, gold=2, ordinary=5)
    for who in ("ana", "ben"):
        for _ in range(3):  # both gold items, and another
            gold.answer(who, "bad")
    seen: list[tuple[list[str], list[int]]] = []

    def record(task: Any, annotator: Any, label: Any, classes: int, *, known: Any, **_: Any) -> Looked:
        seen.append((sorted(task.tolist()), known.tolist()))
        return Looked(tests=0, findings=[])

    monkeypatch.setattr(looking, "find_copying", record)
    look(gold.world)
    gold.world.do(lambda db: db.execute("UPDATE gold SET state = 'suspended' WHERE task_seq = 1"))
    look(gold.world)

    good = LABELS.index("good")
    assert [tasks.count(0) + tasks.count(1) for tasks, _ in seen] == [6, 6], "zoe's, ana's and ben's of each"
    assert [known[:2] for _, known in seen] == [[good, good], [-1, good]]
    assert all(one == -1 for _, known in seen for one in known[2:])
