"""Labels for an item that is there: taken where nobody answered, refused with the reason where somebody did."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from goldsmith.arrivals import Arrival
from goldsmith.arrivals.arrival import text_item
from goldsmith.core.errors import LeaseLost
from goldsmith.core.item import Origin
from goldsmith.core.operation import Operation
from goldsmith.kinds import decode_value
from goldsmith.stores.folder import FolderStore
from goldsmith.work import answers
from goldsmith.work.data import items
from goldsmith.work.data.imports import known, storing
from tests.work.conftest import WS, World, mood


def labelled(text: str, label: str = "good") -> Arrival:
    arrival = text_item(f"{text}.json", {"text": text})
    return Arrival(place=arrival.place, item=arrival.item, files={}, name=text, value=decode_value(mood(label)))


def bring(world: World, folder: Path, *arrivals: Arrival) -> storing.Totals:
    origin = Origin(source="test", licence="CC0", basis="own")
    import_id = world.do(lambda db: storing.open_import(db, world.project(), "", "i", origin, now_us=world.now_us))
    row = storing.find_import(world.database.read(), WS, world.project_id, import_id)
    store = FolderStore(folder / "blobs", WS)
    importer = storing.Importer(world.database, store, world.project(), row, clock=lambda: world.now_us)
    importer.take(arrivals)
    importer.flush()
    return importer.totals


def kept_reasons(world: World) -> list[str]:
    return [row["reason"] for row in world.database.read().all("SELECT reason FROM rejection")]


@pytest.mark.parametrize(("review", "state"), [(True, "in_review"), (False, "settled")])
def test_labels_of_a_known_item_are_its_answer(
    make_world: Callable[..., World], tmp_path: Path, review: bool, state: str
) -> None:
    world = make_world(overlap=2, review=review)
    world.add(1, "text")

    totals = bring(world, tmp_path, labelled("text 0", "bad"))

    assert (totals.known, totals.rejected, world.states()) == (1, 0, [state])
    assert totals.listed[0].reason == storing.LABELLED
    assert world.lease("ana") is None
    judged = world.lease("rae", stage="review")
    assert (judged is not None) == review
    if judged:
        world.decide(judged, "accepted")
    truth = world.database.read().one("SELECT a.* FROM task t JOIN annotation a ON a.annotation_id = t.annotation_id")
    assert truth and truth["origin"] == "import" and b'"bad"' in bytes(truth["value_json"])


def test_the_same_content_with_labels_later_in_one_import_gets_them(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    world = make_world()

    totals = bring(world, tmp_path, text_item("a", {"text": "one"}), labelled("one"))

    assert (totals.accepted, totals.known, world.states()) == (1, 1, ["settled"])


def test_an_answer_that_is_there_stays_and_the_refusal_says_so(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    world = make_world()
    world.add(3, "text")
    world.answer("ana", "good")
    world.lease("ben")
    out = items.find_tasks(world.database.read(), world.project(), [last_item(world)])[0]
    world.do(lambda db: items.exclude(db, out, "blurred", "olga", now_us=world.now_us))

    totals = bring(world, tmp_path, *(labelled(f"text {i}", "bad") for i in range(3)))

    assert (totals.known, totals.rejected) == (0, 3)
    assert [one.reason for one in totals.listed] == [known.ANSWERED, known.HELD, known.EXCLUDED]
    assert kept_reasons(world) == [one.reason for one in totals.listed] and b'"bad"' in totals.listed[0].raw
    assert world.states() == ["settled", "open", "excluded"]


def test_the_same_labelled_import_sent_again_refuses_nothing(make_world: Callable[..., World], tmp_path: Path) -> None:
    world = make_world()
    bring(world, tmp_path, labelled("one"))

    again = bring(world, tmp_path, labelled("one"))

    assert (again.known, again.rejected, again.listed[0].reason) == (1, 0, storing.KNOWN)


def test_what_comes_late_to_an_item_that_got_labels_is_kept(make_world: Callable[..., World], tmp_path: Path) -> None:
    world = make_world()
    world.add(1, "text")
    seat = world.lease("ana")
    assert seat
    world.now_us += 3_600_000_000
    assert world.lease("ben", stage="review") is None  # Ana's lease ran out
    bring(world, tmp_path, labelled("text 0"))

    with pytest.raises(LeaseLost):
        world.submit(seat)
    step = Operation(operation_id="op_1", action="replace", value={})
    world.do(lambda db: answers.keep_late(db, world.grip(seat, "ana"), [step], now_us=world.now_us))

    assert world.database.read().one("SELECT person_id FROM operation") is not None


def last_item(world: World) -> str:
    row = world.database.read().one("SELECT item_id FROM item ORDER BY item_seq DESC")
    assert row is not None
    return str(row[0])
