"""Items that are like one another: made comparable in the background, and found by one of them or by a text."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from goldsmith.models.embedding import TEXT_SPACE, Embedded
from goldsmith.server.context import now_us
from goldsmith.work.data.similar import blocks, runs, search
from goldsmith.work.data.similar.search import Asked
from tests.conftest import SENTIMENT
from tests.work.http import App, running

TEXTS = ("The kettle boils water for tea.", "A kettle that boils the water for our tea.", "The train was late again.",
         "Our train came late, as it does.", "12 34 56")  # fmt: skip


class Shelf:
    """A reviewer's view of a project of texts."""

    def __init__(self, app: App, *texts: str) -> None:
        self.app, self.manager, self.reviewer = app, app.key("manager"), app.key("reviewer")
        made = app.call("POST", "/api/projects", self.manager, {"name": "p", "schema": SENTIMENT}).json()
        self.at = f"/api/projects/{made['project_id']}"
        self.project = app.context.db.read().one("SELECT * FROM project WHERE project_id = :p",
                                                 {"p": made["project_id"]})  # fmt: skip
        self.add(*texts)

    def add(self, *texts: str) -> None:
        added = self.app.call("POST", f"{self.at}/items", self.manager, [{"data": {"text": one}} for one in texts])
        assert added.json()["accepted"] == len(texts)

    def ids(self) -> dict[str, str]:
        rows = self.app.call("GET", f"{self.at}/items?sort=oldest&limit=200", self.reviewer).json()["items"]
        return {row["item"]["data"]["text"]: row["item_id"] for row in rows}

    def similar(self, **query: Any) -> Any:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return self.app.call("GET", f"{self.at}/similar?{asked}", self.reviewer)

    def start(self, **body: Any) -> Any:
        return self.app.call("POST", f"{self.at}/embeddings", self.reviewer, body)

    def wait(self) -> Any:
        until = time.monotonic() + 60
        while True:
            state = self.app.call("GET", f"{self.at}/embeddings", self.reviewer).json()
            if state["state"] != "running" or time.monotonic() > until:
                return state
            time.sleep(0.02)


@pytest.fixture
def app(database_place: str, tmp_path: Path) -> Iterator[App]:
    with running(database_place, tmp_path) as one:
        yield one


def texts_of(page: Any) -> list[str]:
    return [row["item"]["data"]["text"] for row in page["items"]]


def test_the_item_that_says_the_same_comes_first_and_the_item_itself_is_left_out(app: App) -> None:
    shelf = Shelf(app, *TEXTS)
    before = shelf.similar(item=shelf.ids()[TEXTS[0]]).json()
    shelf.start()
    state = shelf.wait()

    page = shelf.similar(item=shelf.ids()[TEXTS[0]]).json()

    assert before["items"] == [] and before["embedding"]["state"] == "none"
    assert (state["state"], state["done"], state["total"], state["texts"]) == ("done", 5, 5, 5)
    assert texts_of(page)[0] == TEXTS[1] and len(page["items"]) == 4
    assert page["about"]["item"]["data"]["text"] == TEXTS[0]
    assert page["items"][0]["similarity"] > page["items"][1]["similarity"] + 0.2


def test_a_text_typed_here_finds_items_and_pages_go_on_where_the_last_one_ended(app: App) -> None:
    shelf = Shelf(app, *TEXTS)
    shelf.start()
    shelf.wait()

    first = shelf.similar(text="a late train", limit=2).json()
    second = shelf.similar(text="a late train", limit=2, after=first["next"]).json()
    third = shelf.similar(text="a late train", limit=2, after=second["next"]).json()

    assert set(texts_of(first)) == {TEXTS[2], TEXTS[3]}
    assert sorted(texts_of(first) + texts_of(second) + texts_of(third)) == sorted(TEXTS)
    assert third["next"] is None


def test_items_that_come_in_later_are_seen_to_without_asking(app: App) -> None:
    shelf = Shelf(app, *TEXTS)
    shelf.start()
    shelf.wait()
    shelf.add("Trains that are late, and late again.")

    state = shelf.wait()

    assert (state["done"], state["total"]) == (6, 6)
    assert "Trains that are late, and late again." in texts_of(shelf.similar(item=shelf.ids()[TEXTS[2]]).json())


def test_only_items_in_a_state_are_found_where_one_is_named(app: App) -> None:
    shelf = Shelf(app, *TEXTS)
    shelf.start()
    shelf.wait()
    gone = shelf.ids()[TEXTS[1]]
    app.call("PATCH", f"{shelf.at}/items", shelf.manager, {"item_ids": [gone], "excluded_reason": "twice"})

    page = shelf.similar(item=shelf.ids()[TEXTS[0]], state="open").json()

    assert TEXTS[1] not in texts_of(page) and len(page["items"]) == 3


def test_what_cannot_be_compared_is_said_and_why(app: App) -> None:
    shelf = Shelf(app, *TEXTS)
    app.call("POST", f"{shelf.at}/items", shelf.manager, [{"data": {"text": " "}}])
    shelf.start()
    state = shelf.wait()
    empty = shelf.similar(item=shelf.ids()[" "])

    assert (state["done"], state["lacking"], state["total"]) == (5, 1, 6)
    assert empty.status_code == 409 and empty.json()["error"]["code"] == "nothing_to_compare"
    assert shelf.similar(item="item_absent").status_code == 404
    assert shelf.similar().status_code == 400
    assert shelf.similar(text="tea", after="nonsense").status_code == 400
    assert shelf.start(predictor_id="pred_absent").status_code == 403  # another model is a manager's choice


def test_a_cancelled_run_keeps_what_it_has_and_goes_on_from_there(app: App) -> None:
    shelf = Shelf(app, *TEXTS)
    db = app.context.db
    db.write(lambda db: runs.start(db, shelf.project, "", "person_x", now_us=now_us()))

    cancelled = app.call("POST", f"{shelf.at}/embeddings/cancel", shelf.reviewer).json()
    again = app.call("POST", f"{shelf.at}/embeddings/cancel", shelf.reviewer)
    shelf.start()

    assert cancelled["state"] == "cancelled" and again.status_code == 409
    assert shelf.wait()["done"] == 5


def test_a_piece_of_a_run_that_another_process_took_up_is_not_stored_twice(app: App) -> None:
    shelf = Shelf(app, *TEXTS)
    db = app.context.db
    db.write(lambda db: runs.start(db, shelf.project, "", "person_x", now_us=now_us() - 2 * runs.STALLED_US))
    stalled = runs.list_stalled(db.read(), now_us=now_us())[0]
    piece = runs.next_piece(db.read(), stalled)
    assert piece is not None
    found = [Embedded(space=TEXT_SPACE, row=np.ones(4, np.float32) / 2)] * len(piece.seqs)

    taken = db.write(lambda db: runs.take_up(db, stalled, now_us=now_us()))
    late = db.write(lambda db: runs.keep_piece(db, stalled, piece, found, now_us=now_us()))
    assert taken is not None
    kept = db.write(lambda db: runs.keep_piece(db, taken, piece, found, now_us=now_us()))

    assert late is None and kept is not None
    assert blocks.read_spaces(db.read(), shelf.project["project_id"]) == {TEXT_SPACE: 5}


def test_a_run_at_whose_items_two_processes_ended_stops(app: App) -> None:
    shelf = Shelf(app, *TEXTS)
    db, long_ago = app.context.db, now_us() - 3 * runs.STALLED_US
    db.write(lambda db: runs.start(db, shelf.project, "", "person_x", now_us=long_ago))
    taken = db.write(lambda db: runs.take_up(db, runs.list_stalled(db, now_us=now_us())[0], now_us=long_ago + 1))
    assert taken is not None

    again = db.write(lambda db: runs.take_up(db, taken, now_us=now_us()))

    state = app.call("GET", f"{shelf.at}/embeddings", shelf.reviewer).json()
    assert again is None and state["state"] == "failed" and "twice" in state["error"]


def test_the_search_finds_what_a_look_at_all_pairs_finds_over_several_blocks(app: App) -> None:
    shelf = Shelf(app)
    db, project_id = app.context.db, shelf.project["project_id"]
    rng = np.random.default_rng(7)
    rows = rng.standard_normal((2500, 16)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    run = {"workspace_id": shelf.project["workspace_id"], "project_id": project_id}
    for start in range(0, 2500, 300):
        found = [(i + 1, Embedded(space=TEXT_SPACE, row=rows[i])) for i in range(start, min(start + 300, 2500))]
        db.write(lambda db, found=found: blocks.append(db, run, found))  # type: ignore[misc, arg-type]

    wanted = blocks.find_row(db.read(), project_id, 1500)
    assert wanted is not None
    first = search.find_nearest(db.read(), project_id, wanted, Asked(limit=10, without=1500))
    second = search.find_nearest(db.read(), project_id, wanted, Asked(limit=10, without=1500, after=first[-1]))

    alike = rows @ rows[1499]
    best = sorted((float(one) for i, one in enumerate(alike) if i != 1499), reverse=True)[:20]
    assert len({one.seq for one in first + second}) == 20 and first + second == sorted(
        first + second, key=lambda one: -one.likeness)
    assert [one.likeness / search.SCALE for one in first + second] == pytest.approx(best, abs=0.01)
    assert all(one.likeness / search.SCALE == pytest.approx(alike[one.seq - 1], abs=0.01) for one in first + second)
    assert len(db.read().all("SELECT 1 FROM embedding_block")) == 3
