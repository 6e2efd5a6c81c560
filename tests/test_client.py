"""The Python client, against a real server."""

from __future__ import annotations

import io
import socket
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from goldsmith import Client
from goldsmith.calls import error_of
from goldsmith.core.errors import BadInput, Conflict, GoldsmithError, LeaseLost, NotAllowed, NotFound, SignInNeeded
from goldsmith.core.operation import Operation
from goldsmith.core.task.workflow import Adjudication, ReviewLevel
from goldsmith.folders import to_send
from goldsmith.server.wire.gold import GoldDecision
from tests.conftest import SENTIMENT, Server, choice


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("client") / "data", is_from_nothing=True)
    one.start()
    yield one
    one.stop()


@pytest.fixture(scope="module")
def owners_key(server: Server) -> str:
    return server.key("o@x.org", "owner")


@pytest.fixture
def owner(server: Server, owners_key: str) -> Iterator[Client]:
    with Client(server.url, owners_key) as one:
        yield one


@pytest.fixture
def project(owner: Client) -> str:
    return owner.create_project("Tea", SENTIMENT, review=False).project_id


def texts(count: int) -> Iterator[dict[str, Any]]:
    return ({"data": {"text": f"text {i}"}} for i in range(count))


def answer_all(client: Client, project: str) -> int:
    count = 0
    while (lease := client.lease(project)) is not None:
        client.submit(lease, choice("good"), work_seconds=1.5)
        count += 1
    return count


def test_a_program_goes_from_data_to_a_certified_dataset(owner: Client, project: str, tmp_path: Path) -> None:
    added = owner.add_items(project, texts(5), source="tea house", licence="CC-BY-4.0")

    assert (added.accepted, added.rejected) == (5, [])
    assert answer_all(owner, project) == 5
    assert owner.projects()[0].counts.settled == 5 == owner.progress(project).counts.settled
    version = owner.cut_version(project, splits={"train": 0.8, "test": 0.2})
    assert owner.cut_version(project, splits={"train": 0.8, "test": 0.2}).version == version.version
    assert [one.hash for one in owner.versions(project)] == [version.hash]
    assert owner.certificate(project, 1)["version"]["sha256"] == version.hash
    assert b'"signature":{"algorithm":"ed25519"' in owner.certificate_file(project, 1)
    saved = owner.export(project, "csv", to=tmp_path / "tea.csv", version=1)
    assert saved.records == 5 and saved.path.read_text().count("\n") == 6 and saved.losses == {"object id": 5}
    assert [one.name for one in tmp_path.glob("tea*")] == ["tea.csv"]


def test_items_go_in_pieces_and_the_rejected_keep_their_place(
    owner: Client, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("goldsmith.client.LINES_MOST", 3)
    items = [*texts(7), {"data": {}}, *texts(1)]

    added = owner.add_items(project, items)

    assert (added.accepted, added.rejected_count) == (7, 2)
    assert [(one.index, one.place) for one in added.rejected] == [(7, ""), (8, "")]
    assert [one.name for one in owner.items(project, page=3)] == [f"text {i}" for i in range(7)]
    assert [one.name for one in owner.items(project, q="text 3")] == ["text 3"]


def test_an_import_that_breaks_off_is_cancelled_and_what_came_in_stays(
    owner: Client, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("goldsmith.client.LINES_MOST", 2)

    def broken() -> Iterator[dict[str, Any]]:
        yield from texts(3)
        raise RuntimeError("the source ended")

    with pytest.raises(RuntimeError, match="the source ended"):
        owner.add_items(project, broken())

    assert len(list(owner.items(project))) == 2


def test_a_folder_is_sent_with_the_names_of_its_files(owner: Client, project: str, tmp_path: Path) -> None:
    folder = tmp_path / "shop" / "teas"
    folder.mkdir(parents=True)
    Image.new("RGB", (8, 6), "olive").save(folder / "green.png")
    (folder / "notes.jsonl").write_text('{"data":{"text":"dark"}}\n')

    added = owner.upload(project, tmp_path / "shop")

    assert (added.accepted, added.rejected) == (2, [])
    assert {one.name for one in owner.items(project)} == {"green.png", "dark"} or {
        one.name for one in owner.items(project)
    } == {"teas/green.png", "dark"}
    with pytest.raises(BadInput):
        owner.upload(project)


NUTS = {"fields": [{"name": "things", "kind": "box", "asset": "image", "labels": [{"name": "nut"}]}]}


@pytest.mark.parametrize("format", ["", "yolo"])
def test_a_folder_of_pictures_and_labels_comes_in_labelled(owner: Client, tmp_path: Path, format: str) -> None:
    project, folder = owner.create_project("Nuts", NUTS).project_id, tmp_path / "set"
    for name in ("images", "labels"):
        (folder / name).mkdir(parents=True)
    picture = f"images/{'a long näme ' * 12}.png"
    Image.new("RGB", (60, 40), "red").save(folder / picture)
    (folder / picture.replace("images", "labels")).with_suffix(".txt").write_text("0 0.5 0.5 0.2 0.2\n")
    (folder / "data.yaml").write_text("train: images\nnames: [nut]\n")
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.write(folder / picture, "again.png")

    added = owner.upload(project, folder, format=format)

    (item,) = owner.items(project)
    assert item.state == "in_review" and added.accepted == 1
    assert any(one.known and one.place == "more.zip/again.png" for one in added.rejected)


def test_a_folder_that_is_labelled_goes_as_one_tar_of_the_length_that_was_said(tmp_path: Path) -> None:
    Image.new("RGB", (8, 6), "olive").save(tmp_path / "a.png")
    (tmp_path / "labels.json").write_text('{"info": {}, "images": [], "annotations": []}')
    (tmp_path / ".hidden").write_text("x")

    (sent,) = to_send(tmp_path)

    body = b"".join(sent.body())
    assert len(body) == sent.size_bytes()
    with tarfile.open(fileobj=io.BytesIO(body)) as tar:
        assert tar.getnames() == ["a.png", "labels.json"]
    (tmp_path / "labels.json").write_text('{"images": 1}')
    assert [one.is_tar for one in to_send(tmp_path)] == [False, False]


def test_versions_of_schema_and_guideline_are_listed_read_and_put_in_force_again(owner: Client, project: str) -> None:
    more = {"fields": [{**SENTIMENT["fields"][0], "labels": [{"name": "good"}, {"name": "bad"}, {"name": "mixed"}]}]}
    assert owner.set_schema(project, more).schema_version == 2
    first = owner.schema_version(project, 1)
    assert [label.name for label in first.schema.fields[0].labels] == ["good", "bad"]
    assert owner.set_schema(project, first.schema).schema_version == 3
    assert [one.version for one in owner.schema_versions(project)] == [3, 2, 1]
    assert owner.project(project).schema == first.schema

    assert [owner.set_guideline(project, text) for text in ("Be fair.", "Be kind.")] == [2, 3]
    assert owner.guideline_version(project, 2).guideline == "Be fair."
    assert [one.version for one in owner.guideline_versions(project)] == [3, 2, 1]
    owner.add_items(project, texts(1))
    answer_all(owner, project)
    with pytest.raises(Conflict):
        owner.set_schema(project, {"fields": [{**SENTIMENT["fields"][0], "labels": [{"name": "bad"}]}]})


def test_a_program_makes_gold_sees_how_it_does_and_retires_it(owner: Client, project: str) -> None:
    owner.add_items(project, [{"data": {"text": "sure"}, "value": {
        "sentiment": [{"id": "o1", "kind": "choice", "label": "good"}]}}])
    item_id = next(row.item_id for row in owner.items(project, state="settled"))

    made = owner.make_gold(project, [item_id, "item_absent"], explanation="It says so.")
    owner.set_gold(project, share=0.1)
    listed = [(row.item_id, row.state) for row in owner.gold(project)]
    retired = owner.decide_gold(project, item_id, GoldDecision(action="retire"))

    assert (made.made, [one.item_id for one in made.refused]) == (1, ["item_absent"])
    assert listed == [(item_id, "active")]
    assert retired.state == "retired" and owner.gold_item(project, item_id).given == []
    assert (owner.gold_health(project).settings.share, owner.gold_health(project).retired) == (0.1, 1)


def test_steps_of_an_editor_are_kept_and_come_again_with_the_lease(owner: Client, project: str) -> None:
    owner.add_items(project, texts(1))
    lease = owner.lease(project)
    assert lease is not None
    step = Operation(operation_id="op1", action="put", field="sentiment", object=choice("bad")["sentiment"][0])

    assert owner.operations(lease, [step]).acknowledged == ("op1",)
    owner.heartbeat(lease)
    again = owner.lease(project)

    assert again is not None and again.lease_id == lease.lease_id and again.draft.value == choice("bad")
    assert owner.submit(again, choice("bad")) == owner.submit(lease, choice("bad"))
    assert owner.item(project, lease.item_id).history[0].annotator == "o"


def test_a_skipped_task_does_not_come_again_and_a_released_one_does(owner: Client, project: str) -> None:
    owner.add_items(project, texts(1))
    first = owner.lease(project)
    assert first is not None
    owner.release(first)
    second = owner.lease(project)
    assert second is not None and second.fence > first.fence

    owner.skip(second, "blurred")

    assert owner.lease(project) is None
    with pytest.raises(LeaseLost):
        owner.heartbeat(second)


def test_a_refusal_is_the_error_that_the_server_named(server: Server, owner: Client, project: str) -> None:
    with pytest.raises(NotFound) as missing:
        owner.project("proj_absent")
    with pytest.raises(BadInput) as bad:
        owner.create_project("x", {"fields": []})
    with Client(server.url, "gsk_invented") as stranger, pytest.raises(SignInNeeded):
        stranger.me()
    with Client(server.url, server.key("a@x.org", "annotator")) as ana, pytest.raises(NotAllowed):
        next(ana.items(project))

    assert (missing.value.where, missing.value.status) == ("project_id", 404)
    assert bad.value.where == "schema.fields"
    assert owner.me().email == "o@x.org"  # the connection still serves


def test_a_page_of_a_proxy_is_an_error_too() -> None:
    error = error_of(502, b"<h1>Bad gateway</h1>")

    assert type(error) is GoldsmithError and "502" in str(error) and error.status == 502


def pour(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)


class Cutting:
    """A wire to the server that is cut after so many bytes of the first answers."""

    def __init__(self, port: int, cuts: list[int]) -> None:
        self._port, self._cuts = port, cuts
        self.sent: list[int] = []  # bytes of each answer, its head included
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            near, _ = self._door.accept()
            with near, socket.create_connection(("127.0.0.1", self._port)) as far:
                start = near.recv(65536)
                if not start:
                    return
                far.sendall(start.replace(b"Accept:", b"Connection: close\r\nAccept:"))
                rest = threading.Thread(target=pour, args=(near, far))  # a body may come after its headers
                rest.start()
                left = self._cuts.pop(0) if self._cuts else 2**40
                self.sent.append(0)
                while left > 0 and (piece := far.recv(min(left, 65536))):
                    near.sendall(piece)
                    left -= len(piece)
                    self.sent[-1] += len(piece)
                with suppress(OSError):  # the other side may be gone already
                    near.shutdown(socket.SHUT_RDWR)
                rest.join()

    def close(self) -> None:
        socket.create_connection(self._door.getsockname()).close()
        self._thread.join()
        self._door.close()


@pytest.mark.parametrize("version", [1, None])
def test_a_download_goes_on_where_it_broke_off(
    server: Server, owner: Client, owners_key: str, project: str, tmp_path: Path, version: int | None
) -> None:
    owner.add_items(project, texts(300))
    answer_all(owner, project)
    owner.cut_version(project)
    whole = owner.export(project, "jsonl", to=tmp_path / "whole.jsonl", version=version).path.read_bytes()
    wire = Cutting(server.port, [4000, 9000])

    with Client(wire.url, owners_key, timeout_seconds=20) as far:
        saved = far.export(project, "jsonl", to=tmp_path / "resumed.jsonl", version=version)
    wire.close()

    assert saved.path.read_bytes() == whole and saved.records == 300
    assert wire.sent[2] < len(whole)  # the third answer was the rest only
    assert not list(tmp_path.glob("*.part"))


def test_a_live_download_that_broke_off_ends_as_it_began_in_a_later_call(
    server: Server, owner: Client, owners_key: str, project: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("goldsmith.downloading.TRIES", 1)
    owner.add_items(project, texts(100))
    answer_all(owner, project)
    before = owner.export(project, "csv", to=tmp_path / "before.csv").path.read_bytes()
    wire = Cutting(server.port, [3000])
    with Client(wire.url, owners_key, timeout_seconds=20) as far, pytest.raises(ConnectionError):
        far.export(project, "csv", to=tmp_path / "tea.csv")
    wire.close()
    owner.add_items(project, [{"data": {"text": "came later"}}])
    answer_all(owner, project)

    resumed = owner.export(project, "csv", to=tmp_path / "tea.csv").path.read_bytes()
    fresh = owner.export(project, "csv", to=tmp_path / "tea.csv")

    assert resumed == before
    assert fresh.records == 101 and b"came later" in fresh.path.read_bytes()
    assert not list(tmp_path.glob("*.part"))


def test_only_what_does_no_more_twice_is_sent_twice(
    server: Server, owner: Client, owners_key: str, project: str
) -> None:
    owner.add_items(project, texts(1))
    wire = Cutting(server.port, [0, 10, 2**40, 0])

    with Client(wire.url, owners_key, timeout_seconds=20) as far:
        assert far.lease(project) is not None  # the first two answers were lost
        with pytest.raises(ConnectionError):
            far.create_project("Twice", SENTIMENT)
    wire.close()

    assert sum(one.name == "Twice" for one in owner.projects()) <= 1


def test_a_program_drains_a_project_sets_dates_and_talks_about_an_item(
    server: Server, owner: Client, project: str
) -> None:
    owner.add_items(project, texts(4), batch="monday")
    with Client(server.url, server.key("drainer@x.org", "manager")) as other:
        due = datetime.now(UTC) + timedelta(days=3)
        (row,) = owner.set_deadline(project, due, batch="monday", zone="Europe/Rome", urgent_first=True)
        assert (row.batch, row.left, row.standing, row.urgent_first) == ("monday", 4, "unknown", True)
        assert {one.priority for one in owner.items(project)} == {450}
        item = next(owner.items(project))
        owner.comment(project, item.item_id, f"@[{other.me().person_id}] look at this")
        (notice,) = other.inbox(unread=True)
        assert (notice.sort, notice.item_id, notice.by) == ("mention", item.item_id, owner.me().name)
        other.comment(project, item.item_id, "I did")
        assert [one.text[-2:] for one in owner.comments(project, item.item_id)] == ["is", "id"]
        assert other.mark_read([notice]) == 0 and other.me().unread == 0
    lease = owner.lease(project)
    assert lease is not None and owner.set_state(project, "draining").left_to_finish == 1
    owner.submit(lease, choice("good"))
    assert owner.project(project).state == "paused"
    with pytest.raises(Conflict):
        owner.lease(project)


def test_a_program_sends_a_batch_and_works_in_it(owner: Client, project: str, tmp_path: Path) -> None:
    (tmp_path / "late.txt").write_text("a late text")
    owner.add_items(project, texts(3), batch="monday")
    owner.upload(project, tmp_path / "late.txt", batch="tuesday")

    lease = owner.lease(project, batch="tuesday")

    assert lease is not None and lease.item.data["text"] == "a late text"
    assert [(row.name, row.tasks, row.for_me) for row in owner.batches(project)] == [
        ("monday", 3, True),
        ("tuesday", 1, True),
    ]
    assert owner.change_batch(project, "monday", priority=5, name="tuesday") == 3
    assert [(row.name, row.tasks, row.priority) for row in owner.batches(project)] == [("tuesday", 4, 5)]
    assert owner.lease_review(project, batch="tuesday") is None


def test_a_program_reads_figures_and_judges_signals(server: Server, owner: Client) -> None:
    body = owner.create_project("Odd", SENTIMENT, overlap=3, overlap_most=3, review=False)
    owner.add_items(body.project_id, texts(24))
    people = [Client(server.url, server.key(f"{name}@y.org", "annotator")) for name in ("dora", "eli", "fay")]
    for place, person in enumerate(people):
        while (lease := person.lease(body.project_id)) is not None:
            is_good = place == 0 or int(lease.item.data["text"].split()[1]) % 2
            person.submit(lease, choice("good" if is_good else "bad"))

    owner.look_for_signals(body.project_id)
    signal = next(owner.signals(body.project_id))
    told = owner.send_notice(signal.signal_id, "Did you see the others?")
    people[0].answer_notice(signal.signal_id, "I did not")

    assert (signal.sort, signal.person, told.state) == ("collapse", "dora", "noticed")
    assert [(one.answer, one.words) for one in people[0].notices()] == [("I did not", "Did you see the others?")]
    assert people[0].me().notices == 0
    with pytest.raises(NotAllowed):
        owner.close_signal(signal.signal_id, "agreed", "So it is")
    assert len(owner.agreement(body.project_id).pairs) == 3
    assert {one.name: one.accuracy.share for one in owner.annotators(body.project_id) if one.accuracy} == {
        "dora": 0.5, "eli": 1.0, "fay": 1.0}
    assert owner.confusion(body.project_id).fields[0].is_measured
    assert owner.cost(body.project_id).rows == [] == list(owner.undecided(body.project_id))
    assert owner.figures_csv(body.project_id, "annotators").decode("utf-8-sig").count("\r\n") == 4
    for person in people:
        person.close()


def test_a_workflow_is_put_in_force_and_its_versions_stay(owner: Client, project: str) -> None:
    half = ReviewLevel(name="Second look", share=0.5)
    page = owner.set_workflow(project, [half], adjudication=Adjudication())
    again = owner.set_workflow(project, [*page.reviews, ReviewLevel(name="Last look")])

    assert [(one.name, one.share, one.level) for one in again.reviews] == [("Second look", 0.5, 0), ("Last look", 1, 1)]
    assert [one.version for one in owner.workflow_versions(project)] == [3, 2, 1]
    assert owner.workflow_version(project, 2).adjudication == Adjudication()
    assert owner.lease_review(project, is_adjudication=True) is None
    with pytest.raises(BadInput):
        owner.set_workflow(project, [ReviewLevel(name="Nothing", share=0)])
