"""Manifests: the same state, the same hash; splits that stay; what differs between two; all in little memory."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData, Origin
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.work import flow
from goldsmith.work.data import ingest
from goldsmith.work.figures import agreement
from goldsmith.work.versions import certify, release
from goldsmith.work.versions.certify import Order
from goldsmith.work.versions.release import Plan
from goldsmith.work.versions.sealing.keys import SigningKeys
from tests.work.conftest import NOON, SCHEMA, World, mood

Make = Callable[..., World]
KEY = b"k" * 32


def write(world: World, path: Path, **plan: Any) -> str:
    with world.database.snapshot() as db:
        return release.write_manifest(db, world.project(), Plan(**plan), path, pseudonym_key=KEY)[0]


def answer_all(world: World, *people: str) -> None:
    for person in people:
        while world.answer(person):
            pass


def add_labelled(world: World, count: int, *, group: Callable[[int], str] = lambda i: "", prefix: str = "t") -> None:
    items = [
        ingest.NewItem(item=ItemData(data={"text": f"{prefix} {i}"}), group=group(i), value_json=mood("good"))
        for i in range(count)
    ]
    origin, project = Origin(source="s", licence="CC0", basis="own"), world.project()
    world.do(lambda db: ingest.add_items(db, project, items, origin, now_us=NOON))


def test_the_same_state_gives_the_same_bytes(make_world: Make, tmp_path: Path) -> None:
    world = make_world(overlap=2)
    world.add(6)
    answer_all(world, "ana", "ben")

    first, second = (write(world, tmp_path / name, seed=3, splits={"val": 0.5, "train": 0.5}) for name in "ab")
    other_order = write(world, tmp_path / "c", seed=3, splits={"train": 0.5, "val": 0.5})

    assert first == second == other_order
    assert (tmp_path / "a").read_bytes() == (tmp_path / "c").read_bytes()


def test_a_changed_answer_gives_another_hash_and_is_told(make_world: Make, tmp_path: Path) -> None:
    world = make_world()
    world.add(5)
    answer_all(world, "ana")
    before = write(world, tmp_path / "old")
    world.add(1, "new")
    answer_all(world, "ana")
    changed = world.database.read().one("SELECT annotation_id, task_id FROM task ORDER BY task_seq LIMIT 1")
    assert changed
    world.do(
        lambda db: db.execute(
            "UPDATE annotation SET value_json = :value WHERE annotation_id = :id",
            {"value": mood("bad"), "id": changed["annotation_id"]},
        )
    )
    world.do(
        lambda db: db.execute(
            "UPDATE task SET state = 'excluded' WHERE task_seq = (SELECT max(task_seq) - 1 FROM task)"
        )
    )

    after = write(world, tmp_path / "new")
    found = release.compare_manifests(tmp_path / "new", tmp_path / "old")

    assert before != after
    assert (found.added, found.removed, found.changed, found.moved) == (1, 1, 1, 0)
    assert len(found.added_ids) == len(found.removed_ids) == len(found.changed_ids) == 1


def test_annotators_are_pseudonyms_and_everybody_who_answered_is_named(make_world: Make, tmp_path: Path) -> None:
    world = make_world(overlap=2)
    world.add(3)
    answer_all(world, "ana", "ben")
    add_labelled(world, 1)

    write(world, tmp_path / "m")
    lines = list(release.read_lines(tmp_path / "m"))

    assert [len(line.annotators) for line in lines] == [2, 2, 2, 0]
    assert lines[0].annotators == tuple(sorted(release.pseudonym(KEY, name) for name in ("ana", "ben")))
    assert b"ana" not in (tmp_path / "m").read_bytes()


def test_what_is_not_settled_is_counted_by_reason(make_world: Make, tmp_path: Path) -> None:
    world = make_world(review=True)
    world.add(4)
    world.answer("ana")
    seat = world.answer("ana")
    review = world.lease("rae", stage="review")
    assert seat and review
    world.decide(review, "accepted")
    world.do(
        lambda db: db.execute(
            "UPDATE task SET state = 'excluded', excluded_reason = 'blurred' WHERE task_seq ="
            " (SELECT max(task_seq) FROM task)"
        )
    )

    write(world, tmp_path / "m")

    head = release.read_head(tmp_path / "m")
    assert head.left_out == {"excluded: blurred": 1, "not answered often enough": 1, "waiting for review": 1}
    assert len(list(release.read_lines(tmp_path / "m"))) == 1


def test_splits_keep_groups_whole_and_do_not_move_when_items_come(make_world: Make, tmp_path: Path) -> None:
    world = make_world()
    add_labelled(world, 400, group=lambda i: f"g{i // 10}" if i < 200 else "")
    splits = {"train": 80, "val": 20}
    write(world, tmp_path / "a", splits=splits, seed=1)
    add_labelled(world, 100, prefix="more")
    write(world, tmp_path / "b", splits=splits, seed=1)

    lines = list(release.read_lines(tmp_path / "b"))
    by_group = {(line.group, line.split) for line in lines if line.group}
    shares = Counter(line.split for line in lines)

    assert len(by_group) == 20
    assert release.compare_manifests(tmp_path / "b", tmp_path / "a").moved == 0
    assert 0.1 < shares["val"] / 500 < 0.3


@pytest.mark.parametrize("splits", [{"train": 0.5}, {"train": 1.5, "val": -0.5}, {"": 1.0}, {"a": 0.0, "b": 1.0}])
def test_splits_that_do_not_come_to_the_whole_are_refused(splits: dict[str, float]) -> None:
    with pytest.raises(BadInput):
        release.check_splits(splits)


def test_a_version_names_the_values_that_it_had_when_it_was_cut(make_world: Make, tmp_path: Path) -> None:
    world = make_world(review=True)
    world.add(1)
    world.answer("ana", "good")
    seat = world.lease("rae", stage="review")
    assert seat
    world.decide(seat, "accepted")
    write(world, tmp_path / "m")
    world.do(lambda db: db.execute("UPDATE task SET state = 'open', annotation_id = NULL"))

    with world.database.snapshot() as db:
        records = list(release.version_records(db, "ws_test", tmp_path / "m"))
        live = list(release.live_records(db, world.project()))

    assert [r.value["mood"][0].label for r in records] == ["good"]
    assert live == []


def test_cutting_the_same_state_twice_gives_the_same_version(make_world: Make, tmp_path: Path) -> None:
    world = make_world(overlap=2)
    world.add(3)
    answer_all(world, "ana", "ben")

    signer = SigningKeys(tmp_path, "ws_test").in_force(now_us=NOON)

    def cut() -> int:
        with world.database.snapshot() as db:
            measured = certify.measure(db, world.project(), Order(plan=Plan()), tmp_path / "m", pseudonym_key=KEY)

        def record(db: Any) -> int:
            version, events = certify.record(db, measured, Order(plan=Plan()), key=signer, now_us=NOON)
            flow.tell(db, *events)
            return version

        return int(world.do(record))

    numbers = [cut(), cut()]
    add_labelled(world, 1)
    numbers.append(cut())

    assert numbers == [1, 1, 2]
    rows = certify.list_versions(world.database.read(), world.project())
    assert [row["version"] for row in rows] == [2, 1]
    told = world.database.read().all("SELECT details_json FROM event WHERE what = 'version.cut'")
    assert len(told) == 2


def test_a_cut_holds_no_items_in_memory(make_world: Make, tmp_path: Path) -> None:
    world = make_world()
    peaks = []
    for count in (200, 2000):
        add_labelled(world, count, prefix=f"of {count}")
        with world.database.snapshot() as db:
            certify.measure(db, world.project(), Order(plan=Plan()), tmp_path / "m", pseudonym_key=KEY)
            tracemalloc.start()
            certify.measure(db, world.project(), Order(plan=Plan()), tmp_path / "m", pseudonym_key=KEY)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()

    assert peaks[1] < 3 * peaks[0] + 1_000_000


def test_verifying_finds_a_value_that_was_changed_behind_the_product(make_world: Make, tmp_path: Path) -> None:
    world = make_world()
    add_labelled(world, 3)
    sha256 = write(world, tmp_path / "m")
    version: Any = {"hash": sha256, "workspace_id": "ws_test"}

    with world.database.snapshot() as db:
        sound = certify.verify(db, version, tmp_path / "m")
    world.do(
        lambda db: db.execute("UPDATE annotation SET value_json = :value WHERE task_seq = 1", {"value": mood("bad")})
    )
    with world.database.snapshot() as db:
        spoiled = certify.verify(db, version, tmp_path / "m")

    assert sound.is_sound and sound.items == 3
    assert not spoiled.is_sound and spoiled.changed == 1


def test_the_agreement_of_a_certificate_rests_on_a_sample_that_the_manifest_draws(
    make_world: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreement, "DRAWN_MOST", 6)
    monkeypatch.setattr(agreement, "PAGE", 4)
    world = make_world(overlap=2, most=2)
    world.add(12)
    for n in range(12):
        world.answer("ana", "good" if n % 2 else "bad")
        world.answer("ben", "good" if n % 3 else "bad")

    with world.database.snapshot() as db:
        first, again, other = (agreement.drawn_agreement(db, world.project(), seed=seed) for seed in "aab")
        samples = [agreement._draw(db, world.project(), seed, 6) for seed in "aab"]
        measured = certify.measure(db, world.project(), Order(plan=Plan()), tmp_path / "m", pseudonym_key=KEY)
        by_manifest = agreement.drawn_agreement(db, world.project(), seed=measured.sha256)

    assert first == again and measured.agreement == by_manifest
    assert samples[0] == samples[1] != samples[2] and {len(set(numbers)) for numbers, _ in samples} == {6}
    assert [(one.alpha.units, one.population) for one in (*first, *other)] == [(6, 12)] * 2


def test_a_field_with_shapes_rests_on_the_first_of_the_sample(
    make_world: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreement, "SHAPED_DRAWN_MOST", 2)
    world = make_world(overlap=2, most=2)
    world.add(5)
    answer_all(world, "ana", "ben")
    boxes = Field(name="nuts", kind="box", labels=(Label(name="nut"),))
    both = msgspec.json.encode(LabelSchema(fields=(*SCHEMA.fields, boxes)))
    world.do(lambda db: db.execute("UPDATE project SET schema_json = :schema", {"schema": both}))

    with world.database.snapshot() as db:
        found = agreement.drawn_agreement(db, world.project(), seed="s")

    assert {one.field: (one.alpha.units, one.population) for one in found} == {"mood": (5, 5), "nuts": (2, 5)}
