"""Schema changes: which answers would no longer fit, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from goldsmith.core.schema import Attribute, Condition, Field, Label, LabelSchema
from goldsmith.work.setup.schema_change import Break, check_change, differences, last_annotation
from tests.work.conftest import WS, World

Make = Callable[..., World]

MOOD = Field(name="mood", kind="choice", multiple=False, required=True, labels=(Label(name="good"), Label(name="bad")))
THINGS = Field(
    name="things",
    kind="box",
    asset="image",
    labels=(Label(name="car"), Label(name="bus")),
    attributes=(
        Attribute(name="side", sort="select", options=("left", "right")),
        Attribute(name="count", sort="number", maximum=9),
    ),
)
OLD = LabelSchema(fields=(MOOD, THINGS))


def box(label: str = "car", **attributes: Any) -> dict[str, Any]:
    return {
        "id": "b1",
        "kind": "box",
        "label": label,
        "attributes": attributes,
        "x_px": 0,
        "y_px": 0,
        "width_px": 2,
        "height_px": 2,
    }


def mood(label: str) -> dict[str, Any]:
    return {"id": "o1", "kind": "choice", "label": label}


ANSWERS = [
    {"mood": [mood("good")]},
    {"mood": [mood("bad")], "things": [box(side="left"), box("bus", count=4)]},
    {"mood": [mood("good")], "things": [box("bus")]},
]


def things(**change: Any) -> LabelSchema:
    return LabelSchema(fields=(MOOD, replace(THINGS, **change)))


def attribute(index: int, **change: Any) -> LabelSchema:
    attributes = list(THINGS.attributes)
    attributes[index] = replace(attributes[index], **change)
    return things(attributes=tuple(attributes))


def found(world: World, new: LabelSchema, answers: list[dict[str, Any]] = ANSWERS, **more: Any) -> list[Break]:
    if not world.states():
        world.do(
            lambda db: db.execute("UPDATE project SET schema_json = :schema", {"schema": msgspec.json.encode(OLD)})
        )
        world.add(len(answers))
        tasks = [row["task_seq"] for row in world.database.read().all("SELECT task_seq FROM task ORDER BY task_seq")]
        world.do(
            lambda db: db.many(
                "INSERT INTO annotation (annotation_id, workspace_id, project_id, task_seq, origin, state, value_json, created_us)"  # noqa: E501
                " VALUES (:id, :ws, :project, :task, 'answer', 'submitted', :value, 0)",
                [
                    {
                        "id": f"ann_{i}",
                        "ws": WS,
                        "project": world.project_id,
                        "task": task,
                        "value": json.dumps(answer).encode(),
                    }
                    for i, (task, answer) in enumerate(zip(tasks, answers, strict=True))
                ],
            )
        )
    with world.database.snapshot() as db:
        return check_change(db, world.project(), new, **more)


GONE_LABEL = things(labels=(Label(name="car"),))
WITH_NEW = LabelSchema(fields=(*OLD.fields, replace(MOOD, name="tone")))
SHOWN_IF_BAD = Condition(field="mood", any_of=("bad",))


@pytest.mark.parametrize(
    ("new", "words", "answers"),
    [
        (LabelSchema(fields=(MOOD,)), "“things” is gone", 2),
        (GONE_LABEL, "no label “bus”", 2),
        (things(kind="polygon"), "of the kind box, and is polygon", 2),
        (things(asset="left"), "was about “image”", 2),
        (things(multiple=False), "one object only", 1),
        (things(required=True), "“things” is required", 1),
        (things(required=True, shown_if=Condition(field="mood", any_of=("good", "bad"))), "“things” is required", 1),
        (things(shown_if=SHOWN_IF_BAD), "under another condition", 1),
        (WITH_NEW, "new field “tone” is required", 3),
        (things(attributes=THINGS.attributes[1:]), "“side” is gone", 1),
        (attribute(0, options=("right",)), "no option “left”", 1),
        (attribute(0, required=True), "“side” is required", 2),
        (attribute(0, required=True, labels=("car",)), "", 0),
        (attribute(0, sort="flag", options=()), "of the sort select, and is flag", 1),
        (attribute(1, maximum=3), "another range", 1),
        (attribute(1, maximum=30), "", 0),
        (
            things(attributes=(*THINGS.attributes, Attribute(name="seen", sort="flag", required=True))),
            "new attribute",
            2,
        ),
    ],
)
def test_what_takes_less_or_asks_more_breaks_the_answers_that_show_it(
    make_world: Make, new: LabelSchema, words: str, answers: int
) -> None:
    breaks = found(make_world(), new)

    assert [one.answers for one in breaks if words in one.what] == ([answers] if answers else [])
    assert sum(one.answers for one in breaks if words not in one.what) == 0 and len(breaks) == bool(answers)


@pytest.mark.parametrize(
    "new",
    [
        OLD,
        things(labels=(*THINGS.labels, Label(name="van"))),
        things(help="look twice"),
        LabelSchema(fields=(*OLD.fields, Field(name="note", kind="span", labels=(Label(name="x"),)))),
        LabelSchema(fields=(THINGS, MOOD)),
        LabelSchema(fields=(replace(MOOD, required=False, multiple=True), THINGS)),
        attribute(0, options=("left", "right", "top")),
    ],
)
def test_what_only_adds_breaks_nothing_and_reads_no_answer(new: LabelSchema) -> None:
    assert list(differences(OLD, new)) == []


def test_only_answers_that_stand_count_and_merged_ones_do_not(make_world: Make) -> None:
    world = make_world()
    assert [one.answers for one in found(world, GONE_LABEL)] == [2]

    world.do(lambda db: db.execute("UPDATE annotation SET state = 'returned' WHERE annotation_id = 'ann_1'"))
    world.do(lambda db: db.execute("UPDATE annotation SET origin = 'merge' WHERE annotation_id = 'ann_2'"))

    assert found(world, GONE_LABEL) == []


def test_of_many_items_five_are_named(make_world: Make) -> None:
    breaks = found(make_world(), GONE_LABEL, [{"mood": [mood("good")], "things": [box("bus")]}] * 8)

    assert [(one.answers, len(one.item_ids)) for one in breaks] == [(8, 5)]


def test_answers_that_came_since_the_snapshot_can_be_checked_alone(make_world: Make) -> None:
    world = make_world()

    assert [one.answers for one in found(world, GONE_LABEL)] == [2]
    assert [one.answers for one in found(world, GONE_LABEL, after="ann_1")] == [1]
    assert last_annotation(world.database.read(), world.project()) == "ann_2"
