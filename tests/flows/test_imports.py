"""Imports over HTTP: the format that labels are in, what is there already, and what nobody could answer."""

from __future__ import annotations

import io
import tarfile

import httpx
from PIL import Image

from tests.conftest import Server
from tests.flows.test_main_flow import BOXES, crowd, new_project


def yolo_tar() -> bytes:
    """One picture with a box, laid out as YOLO's tools do."""
    picture, archive = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(picture, "PNG")
    members = {"set/data.yaml": b"train: images\nnames: [nut]\n", "set/images/a.png": picture.getvalue(),
               "set/labels/a.txt": b"0 0.5 0.5 0.2 0.2\n"}
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name, raw in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(raw)
            tar.addfile(header, io.BytesIO(raw))
    return archive.getvalue()


def send(who: httpx.Client, project: str, raw: bytes, **query: str) -> httpx.Response:
    opened = who.post(f"/api/projects/{project}/imports", json={"name": "set"}).json()
    return who.post(f"/api/projects/{project}/imports/{opened['import_id']}/file", content=raw,
                    params={"name": "set.tar", **query})


def test_labels_are_read_in_the_format_that_is_named(server: Server) -> None:
    (owner,) = crowd(server, ("o", "owner"))
    project, other = new_project(owner, schema=BOXES), new_project(owner, schema=BOXES)

    added = send(owner, project, yolo_tar(), format="yolo").json()
    as_coco = send(owner, other, yolo_tar(), format="coco").json()
    unknown = send(owner, project, yolo_tar(), format="yola")

    assert (added["accepted"], added["rejected"]) == (1, [])
    assert owner.get(f"/api/projects/{project}/items").json()["items"][0]["state"] == "in_review"
    assert "no COCO file" in as_coco["rejected"][0]["reason"]
    assert unknown.status_code == 400 and "yolo_segment" in unknown.json()["error"]["hint"]


def test_what_was_there_already_is_told_apart_from_what_is_wrong(server: Server) -> None:
    (owner,) = crowd(server, ("o", "owner"))
    project = new_project(owner)
    rows = [{"data": {"text": "a"}}, {"data": {"text": "a"}}, {"data": {"text": ""}}]

    added = owner.post(f"/api/projects/{project}/items", json=rows).json()

    assert (added["accepted"], added["known"], added["rejected_count"]) == (1, 1, 2)
    assert sorted((row["index"], row["known"]) for row in added["rejected"]) == [(1, True), (2, False)]


def test_an_item_about_which_nothing_is_asked_does_not_come_in(server: Server) -> None:
    (owner,) = crowd(server, ("o", "owner"))
    project = new_project(owner, schema=BOXES)

    added = owner.post(f"/api/projects/{project}/items", files=[("files", ("notes.txt", b"not a picture"))]).json()

    assert added["accepted"] == 0
    assert added["rejected"][0]["reason"] == "The schema asks about image; here is only text."


def test_what_an_import_rejected_waits_until_somebody_has_seen_it(any_server: Server) -> None:
    (owner,) = crowd(any_server, ("o", "owner"))
    project = new_project(owner)
    for text in ("one", "two"):
        owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": ""}}, {"data": {"text": text}}])
    second, first = owner.get(f"/api/projects/{project}/imports").json()["imports"]
    running = owner.post(f"/api/projects/{project}/imports", json={"name": "more"}).json()["import_id"]

    def waiting() -> list[int]:
        return [one["items"] for one in owner.get(f"/api/projects/{project}/progress").json()["waiting"]]

    def see(*import_ids: str) -> int:
        return owner.post(f"/api/projects/{project}/imports/seen", json={"import_ids": import_ids}).status_code

    assert waiting() == [2]
    assert see(first["import_id"]) == 204 == see(first["import_id"]) and waiting() == [1]
    assert see(second["import_id"], running) == 409 and waiting() == [1]
    assert see("imp_nowhere") == 404
    assert see(second["import_id"]) == 204 and waiting() == []
    assert owner.get(f"/api/projects/{project}/imports/{first['import_id']}").json()["is_seen"] is True
