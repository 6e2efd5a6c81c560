"""Vocabularies: filled from files, searched by any word of any name, replaced while people search, asked by schemas."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from goldsmith.core.errors import Conflict
from goldsmith.db.connection import Database
from goldsmith.work.setup import vocabularies
from goldsmith.work.setup.vocabularies.entries import RefusedEntry, VocabularyEntry, fold, read_entries, terms_of
from tests.conftest import Server

PLACES = "id,name,aliases,description\nQ1,New York City,NYC|Big Apple,In the USA\nQ2,York,,In England\nQ3,Orléans,,\n"


def read(tmp_path: Path, text: str | bytes) -> tuple[list[VocabularyEntry], list[RefusedEntry]]:
    path = tmp_path / "entries"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = list(read_entries(path))
    return ([one for one in found if isinstance(one, VocabularyEntry)],
            [one for one in found if isinstance(one, RefusedEntry)])


def test_a_table_is_read_with_its_bad_lines_named(tmp_path: Path) -> None:
    taken, refused = read(tmp_path, PLACES + "Q4,,,\n,Nowhere,,\nQ1,Again,,\nNIL,None,,\n\nQ5,Last,,\n")

    assert [one.id for one in taken] == ["Q1", "Q2", "Q3", "Q5"]
    assert taken[0].aliases == ("NYC", "Big Apple") and taken[0].description == "In the USA"
    assert [one.line for one in refused] == [5, 6, 7, 8]
    assert "further up" in refused[2].reason and "NIL" in refused[3].reason


@pytest.mark.parametrize("text", [PLACES.replace(",", "\t"), "\ufeff" + PLACES, PLACES.replace("\n", "\r\n"),
                                  PLACES.replace(",", ";")])
def test_tables_come_in_several_dialects(tmp_path: Path, text: str) -> None:
    taken, refused = read(tmp_path, text)
    assert [one.name for one in taken] == ["New York City", "York", "Orléans"] and not refused


def test_json_lines_are_read_with_their_bad_lines_named(tmp_path: Path) -> None:
    taken, refused = read(tmp_path, b'{"id":"a","name":"A","aliases":["x"]}\n{"id":7}\n\xff\n{"id":"b","name":"B"}\n')
    assert [one.id for one in taken] == ["a", "b"] and [one.line for one in refused] == [2, 3]


def test_an_entry_is_found_by_each_word_of_each_name_without_case_or_accents() -> None:
    entry = VocabularyEntry(id="x", name="Saint-Étienne  Métropole", aliases=("STE",))
    assert terms_of(entry) == {b"saint-etienne metropole", b"etienne metropole", b"metropole", b"ste"}
    assert fold("  ÉT  ß ") == "et ss"


@pytest.fixture
def places(database: Database, tmp_path: Path) -> Any:
    workspace = "ws"
    made = database.write(lambda db: vocabularies.make_vocabulary(db, workspace, "places", now_us=1))
    fill(database, made, tmp_path, PLACES)
    return made


def fill(database: Database, made: str, tmp_path: Path, text: str) -> vocabularies.VocabularyReplaced:
    path = tmp_path / f"file{time.monotonic_ns()}"
    path.write_text(text)
    row = vocabularies.find_vocabulary(database.read(), "ws", made)
    return vocabularies.replace_entries(database, row, read_entries(path), clock=lambda: time.time_ns() // 1000)


def found(database: Database, made: str, text: str) -> list[str]:
    row = vocabularies.find_vocabulary(database.read(), "ws", made)
    return [one.id for one in vocabularies.search(database.read(), row, text)]


def test_search_gives_what_is_so_called_first(database: Database, places: str) -> None:
    assert found(database, places, "york") == ["Q2", "Q1"]
    assert found(database, places, "ORLEANS") == ["Q3"]
    assert found(database, places, "big a") == ["Q1"]
    assert found(database, places, "ork") == [] and len(found(database, places, "")) == 3


def test_replacing_leaves_nothing_of_what_was(database: Database, places: str, tmp_path: Path) -> None:
    assert fill(database, places, tmp_path, "id,name\nZ,Zagreb\n").entries == 1

    assert found(database, places, "") == ["Z"]
    left = database.read().all("SELECT entry_id FROM vocabulary_entry UNION SELECT entry_id FROM vocabulary_term")
    assert [one[0] for one in left] == ["Z"]


def test_a_file_without_an_entry_changes_nothing(database: Database, places: str, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"no entry.*Line 2"):
        fill(database, places, tmp_path, "id,name\n,nameless\n")
    assert found(database, places, "york") == ["Q2", "Q1"]


def test_a_search_beside_replacements_sees_one_whole_state(database: Database, places: str, tmp_path: Path) -> None:
    states = [{f"{k}-{i}" for i in range(1200)} for k in range(3)]
    texts = ["id,name\n" + "".join(f"{one},Thing {one}\n" for one in sorted(state)) for state in states]
    fill(database, places, tmp_path, texts[0])
    done, seen = threading.Event(), set[int]()

    def look() -> None:
        while not done.is_set():
            row = vocabularies.find_vocabulary(database.read(), "ws", places)
            with database.snapshot() as db:
                ids = {one.id for one in vocabularies.all_entries(db, row)}
            if ids:  # else it was replaced, and swept, between the two looks
                assert ids in states
                seen.add(states.index(ids))

    watcher = threading.Thread(target=look)
    watcher.start()
    for text in texts[1:]:
        fill(database, places, tmp_path, text)
    done.set()
    watcher.join()
    assert seen


def test_of_two_replacements_the_one_that_began_later_stays(database: Database, places: str, tmp_path: Path) -> None:
    row = vocabularies.find_vocabulary(database.read(), "ws", places)

    def early() -> Any:
        yield VocabularyEntry(id="early", name="Early")
        fill(database, places, tmp_path, "id,name\nlate,Late\n")

    with pytest.raises(Conflict):
        vocabularies.replace_entries(database, row, early(), clock=lambda: time.time_ns() // 1000)
    assert found(database, places, "") == ["late"]


LINKED = {"fields": [{
    "name": "entities", "kind": "span", "asset": "text", "labels": [{"name": "place"}],
    "attributes": [{"name": "which", "sort": "entity", "vocabulary": "places"}]}]}


def span(entry: object) -> dict[str, Any]:
    return {"entities": [{"id": "s1", "kind": "span", "label": "place", "start": 0, "end": 4,
                          "attributes": {"which": entry}}]}


def make(boss: httpx.Client, text: str = PLACES) -> str:
    made = boss.post("/api/vocabularies", json={"name": "places"}).raise_for_status().json()["vocabulary_id"]
    reply = boss.put(f"/api/vocabularies/{made}/entries", content=text.encode()).raise_for_status().json()
    assert reply["entries"] == 3
    return str(made)


def test_spans_are_linked_to_entries_through_the_server(any_server: Server) -> None:
    boss, ann = any_server.person("boss@example.org", "owner"), any_server.person("ann@example.org", "annotator")
    setup = {"name": "Places", "schema": LINKED, "review": False}
    early = boss.post("/api/projects", json=setup)
    assert early.status_code == 400 and "no vocabulary 'places'" in early.text
    made = make(boss)
    project = boss.post("/api/projects", json=setup).raise_for_status().json()["project_id"]
    boss.post(f"/api/projects/{project}/items", json=[{"data": {"text": "York is old"}}]).raise_for_status()

    assert ann.get("/api/vocabularies").status_code == 403
    asked = ann.get("/api/entries", params={"vocabulary": "places", "search": "yor"}).raise_for_status().json()
    assert [one["id"] for one in asked["entries"]] == ["Q2", "Q1"]
    names = ann.get("/api/entries", params={"vocabulary": "places", "entry_id": ["Q3", "Q9"]}).json()["entries"]
    assert [one["name"] for one in names] == ["Orléans"]

    lease = ann.post(f"/api/projects/{project}/lease").raise_for_status().json()
    for entry, expected in (("Q9", 400), (3, 400), ("", 400), ("Q2", 200)):
        answer = {"fence": lease["fence"], "value": span(entry), "work_seconds": 1}
        reply = ann.post(f"/api/leases/{lease['lease_id']}/submit", json=answer)
        assert reply.status_code == expected, reply.text

    kept = boss.delete(f"/api/vocabularies/{made}")
    assert kept.status_code == 409 and "Places" in kept.text
    text = boss.get(f"/api/vocabularies/{made}/file").raise_for_status().text
    assert boss.put(f"/api/vocabularies/{made}/entries", content=text.encode()).json()["entries"] == 3


def test_labels_that_come_with_an_import_name_entries_that_there_are(any_server: Server) -> None:
    boss = any_server.person("boss@example.org", "owner")
    make(boss)
    project = boss.post("/api/projects", json={"name": "P", "schema": LINKED}).raise_for_status().json()["project_id"]
    rows = [{"data": {"text": f"York {entry}"}, "value": span(entry)} for entry in ("Q2", "Q9", "NIL")]
    reply = boss.post(f"/api/projects/{project}/items", json=rows).raise_for_status().json()
    assert (reply["accepted"], len(reply["rejected"])) == (2, 1) and "no entry 'Q9'" in str(reply)


def test_a_vocabulary_nobody_asks_from_goes_whole(any_server: Server) -> None:
    boss = any_server.person("boss@example.org", "owner")
    made = make(boss)
    assert boss.delete(f"/api/vocabularies/{made}").status_code == 204
    assert boss.get("/api/vocabularies").json()["vocabularies"] == []
    assert boss.get("/api/entries", params={"vocabulary": "places"}).status_code == 400
