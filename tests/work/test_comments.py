"""Comments mention people, who are told; annotators see of an item what is about their own work."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from goldsmith.core.errors import BadInput, NotFound
from goldsmith.db.connection import Connection, Row
from goldsmith.work import people
from goldsmith.work.data import comments
from goldsmith.work.data.comments import Said
from goldsmith.work.people import Person, notices
from tests.work.conftest import WS, World


def person(world: World, name: str, role: str) -> Person:
    def add(db: Connection) -> str:
        return people.add_person(db, WS, f"{name}@x.org", role, name=name, now_us=world.now_us)  # type: ignore[arg-type]

    return Person(person_id=world.do(add), workspace_id=WS, email=f"{name}@x.org", name=name, role=role)  # type: ignore[arg-type]


def say(world: World, who: Person, task: Row, text: str) -> str:
    world.now_us += 1000
    return str(world.do(lambda db: comments.add_comment(db, who, task, Said(text=text), now_us=world.now_us)))


def task_of(world: World, who: Person) -> Row:
    row = world.database.read().one("SELECT item_id FROM item ORDER BY item_seq")
    assert row is not None
    return comments.find_task(world.database.read(), who, world.project_id, row[0])


def inbox(world: World, who: Person) -> list[Row]:
    return notices.list_notices(world.database.read(), WS, who.person_id)[0]


def test_who_is_mentioned_is_told_with_a_link_and_sees_the_name(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.add(1)
    mia, rea = person(world, "Mia", "manager"), person(world, "Rea", "reviewer")
    task = task_of(world, rea)

    say(world, rea, task, f"@[{mia.person_id}] is this a van? I ask @[{rea.person_id}] too")

    (told,) = inbox(world, mia)
    assert (told["sort"], told["by_name"], told["item"]) == ("mention", "Rea", "text 0")
    assert told["link"] == f"/projects/{world.project_id}/items/{task['item_id']}"
    shown = comments.with_names(world.database.read(), WS, told["text"])
    assert shown.startswith(f"@[{mia.person_id} Mia] is this a van?")
    assert inbox(world, rea) == []  # nobody is told of their own words


def test_an_annotator_asks_about_the_work_they_do_and_is_answered(make_world: Callable[..., World]) -> None:
    world = make_world(overlap=2, most=2)
    world.add(1)
    mia, ana, ben = (person(world, "Mia", "manager"), person(world, "Ana", "annotator"),
                     person(world, "Ben", "annotator"))
    with pytest.raises(NotFound):
        task_of(world, ana)
    world.answer(ana.person_id)
    world.answer(ben.person_id)
    task = task_of(world, ana)

    say(world, ana, task, f"Which one do you mean, @[{mia.person_id}]?")
    say(world, mia, task, f"@[{ana.person_id}] the left one")
    say(world, mia, task, "A word among reviewers")

    db = world.database.read()
    assert [row["text"][:5] for row in comments.list_comments(db, ana, task)] == ["Which", "@[per"]
    assert comments.list_comments(db, ben, task) == []
    assert len(comments.list_comments(db, mia, task)) == 3
    assert [row["sort"] for row in inbox(world, ana)] == ["mention"]


def test_whoever_may_not_see_the_item_is_not_mentioned(make_world: Callable[..., World]) -> None:
    world = make_world(overlap=2, most=2)
    world.add(1)
    mia, ana, ben = (person(world, "Mia", "manager"), person(world, "Ana", "annotator"),
                     person(world, "Ben", "annotator"))
    world.answer(ana.person_id)
    task = task_of(world, mia)

    with pytest.raises(BadInput, match="may not see"):
        say(world, mia, task, f"@[{ben.person_id}] look")
    world.answer(ben.person_id)
    with pytest.raises(BadInput, match="apart"):
        say(world, ana, task, f"@[{ben.person_id}] what did you say?")

    assert inbox(world, ben) == []


def test_who_answered_is_offered_only_where_names_are_shown(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.add(1)
    mia, rea, ana = (person(world, "Mia", "manager"), person(world, "Rea", "reviewer"),
                     person(world, "Ana", "annotator"))
    world.answer(ana.person_id)
    task, db = task_of(world, mia), world.database.read()

    def names(who: Person, typed: str = "", *, has_authors: bool = False) -> list[str]:
        return [row["name"] for row in comments.offer(db, who, task, typed, has_authors=has_authors)]

    assert names(mia) == ["Rea"] and names(mia, has_authors=True) == ["Ana", "Rea"]
    assert names(ana, has_authors=True) == ["Mia", "Rea"]
    assert names(rea, "MI") == ["Mia"] and names(rea, "%") == []


def test_returned_work_comes_to_the_inbox_and_is_read_once(make_world: Callable[..., World]) -> None:
    world = make_world(review=True)
    world.add(2)
    ana, rea = person(world, "Ana", "annotator"), person(world, "Rea", "reviewer")
    for _ in range(2):
        world.answer(ana.person_id)
        world.now_us += 1000
        review = world.lease(rea.person_id, stage="review")
        assert review is not None
        world.decide(review, "returned", comment="Look again.")
        world.answer(ana.person_id)
        review = world.lease(rea.person_id, stage="review")
        assert review is not None
        world.decide(review, "accepted")

    first, second = reversed(inbox(world, ana))
    assert (first["sort"], first["text"], first["by_name"]) == ("returned", "Look again.", "")
    assert notices.count_unread(world.database.read(), ana.person_id) == 2
    world.do(lambda db: notices.mark_all(db, ana.person_id, first["notice_id"], now_us=world.now_us))
    assert notices.count_unread(world.database.read(), ana.person_id) == 1
    world.do(lambda db: notices.mark(db, rea.person_id, [second["notice_id"]], now_us=world.now_us))
    assert notices.count_unread(world.database.read(), ana.person_id) == 1  # another person's is left alone


def test_a_long_inbox_comes_in_pages(make_world: Callable[..., World]) -> None:
    world = make_world()
    ana = person(world, "Ana", "annotator")
    for i in range(5):
        world.now_us += 1000
        world.do(lambda db, i=i: notices.notify(db, WS, ana.person_id, "test", str(i), now_us=world.now_us))

    seen, before = [], ""
    while before is not None:
        rows, before = notices.list_notices(  # type: ignore[assignment]
            world.database.read(), WS, ana.person_id, before=before, limit=2)
        seen += [row["about"] for row in rows]

    assert seen == ["4", "3", "2", "1", "0"]


def test_a_long_text_is_cut_but_no_mention_in_it(make_world: Callable[..., World]) -> None:
    world = make_world()
    ana = person(world, "Ana", "annotator")
    text = "x" * 480 + f" @[{ana.person_id}] and more"

    world.do(lambda db: notices.notify(db, WS, ana.person_id, "test", "a", text=text, now_us=world.now_us))

    assert inbox(world, ana)[0]["text"] == "x" * 480 + " …"
