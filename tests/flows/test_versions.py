"""Versions, audits and exports over HTTP, against a real server."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from PIL import Image

from goldsmith.server.files.downloads import asked_range
from tests.conftest import SENTIMENT, choice

BOXES = {"fields": [{"name": "things", "kind": "box", "asset": "image", "labels": [{"name": "nut"}]}]}


def new_project(owner: httpx.Client, **more: Any) -> str:
    answer = owner.post("/api/projects", json={"name": "Münz P", "schema": SENTIMENT, "review": False, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["project_id"])


def labelled(owner: httpx.Client, ana: httpx.Client, count: int = 4) -> str:
    """A project of texts that Ana found good."""
    project = new_project(owner)
    items = [{"data": {"text": f"text {i}"}} for i in range(count)]
    owner.post(f"/api/projects/{project}/items", json=items).raise_for_status()
    answer_all(ana, project)
    return project


def answer_all(who: httpx.Client, project: str, label: str = "good") -> None:
    while (found := who.post(f"/api/projects/{project}/lease")).status_code == 200:
        submit(who, found.json(), choice(label))


def submit(who: httpx.Client, lease: Any, value: Any, part: str = "leases") -> Any:
    answer = who.post(f"/api/{part}/{lease['lease_id']}/submit", json={"fence": lease["fence"], "value": value})
    assert answer.status_code == 200, answer.text
    return answer.json()


def cut(owner: httpx.Client, project: str, **more: Any) -> Any:
    answer = owner.post(f"/api/projects/{project}/versions", json=more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def export(who: httpx.Client, project: str, query: str, **headers: str) -> httpx.Response:
    return who.get(f"/api/projects/{project}/export?{query}", headers=headers)


def test_the_same_state_is_the_same_version_and_its_manifest_has_the_hash(any_server: Any) -> None:
    owner, ana = any_server.person("o@x.org", "owner"), any_server.person("a@x.org", "annotator")
    project = labelled(owner, ana)

    first = cut(owner, project, name="first", splits={"train": 0.5, "val": 0.5})
    again = cut(owner, project, name="again", splits={"train": 0.5, "val": 0.5})
    manifest = owner.get(f"/api/projects/{project}/versions/1/manifest")

    assert first["is_new"] and not again["is_new"]
    assert {**first, "is_new": False} == again
    assert (first["version"], first["items"], first["objects"], sum(first["splits"].values())) == (1, 4, 4, 4)
    assert hashlib.sha256(manifest.content).hexdigest() == first["hash"]
    assert first["error_rate"] is None
    assert [one["version"] for one in owner.get(f"/api/projects/{project}/versions").json()["versions"]] == [1]


def test_two_who_cut_at_once_get_one_version(any_server: Any) -> None:
    owner, ana = any_server.person("o@x.org", "owner"), any_server.person("a@x.org", "annotator")
    project = labelled(owner, ana)

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: cut(owner, project), range(4)))

    assert {one["version"] for one in made} == {1}
    assert sorted(one["is_new"] for one in made) == [False, False, False, True]


def test_a_later_version_is_compared_with_an_earlier_one(any_server: Any) -> None:
    owner, ana = any_server.person("o@x.org", "owner"), any_server.person("a@x.org", "annotator")
    project = labelled(owner, ana)
    cut(owner, project)
    owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": "one more"}}]).raise_for_status()
    answer_all(ana, project, "bad")
    ids = [json.loads(line)["item_id"] for line in export(owner, project, "format=jsonl").text.splitlines()]
    change = {"item_ids": ids[:1], "excluded_reason": "blurred"}
    owner.patch(f"/api/projects/{project}/items", json=change).raise_for_status()
    second = cut(owner, project)

    found = owner.get(f"/api/projects/{project}/versions/2/diff?against=1").json()

    assert second["left_out"] == {"excluded: blurred": 1}
    assert (found["added"], found["removed"], found["changed"], found["moved"]) == (1, 1, 0, 0)
    assert found["added_ids"] == ids[-1:] and found["removed_ids"] == ids[:1]
    assert owner.get(f"/api/projects/{project}/versions/9").status_code == 404


def test_a_version_exports_what_it_had_then_and_the_live_state_what_is_now(any_server: Any) -> None:
    owner, ana = any_server.person("o@x.org", "owner"), any_server.person("a@x.org", "annotator")
    project = labelled(owner, ana, 1)
    cut(owner, project, splits={"test": 1})
    owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": "new"}}]).raise_for_status()
    answer_all(ana, project, "bad")

    then = [json.loads(line) for line in export(owner, project, "format=jsonl&version=1").text.splitlines()]
    now = [json.loads(line) for line in export(owner, project, "format=jsonl").text.splitlines()]

    assert [one["split"] for one in then] == ["test"]
    assert [one["value"]["sentiment"][0]["label"] for one in now] == ["good", "bad"]


def test_a_version_is_exported_once_and_resumed_where_it_broke_off(server: Any) -> None:
    owner, ana = server.person("o@x.org", "owner"), server.person("a@x.org", "annotator")
    project = labelled(owner, ana, 20)
    cut(owner, project)
    query = "format=csv&version=1"
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: export(owner, project, query), range(4)))
    whole, tag = answers[0].content, answers[0].headers["etag"]

    start = export(owner, project, query, Range="bytes=0-99")
    rest = export(owner, project, query, Range="bytes=100-", **{"If-Range": tag})
    other = export(owner, project, query, Range="bytes=100-", **{"If-Range": '"another"'})
    beyond = export(owner, project, query, Range="bytes=999999-")
    known = export(owner, project, query, **{"If-None-Match": tag})

    assert {(one.content, one.headers["etag"]) for one in answers} == {(whole, tag)}
    assert len(list(server.data.glob("exports/*/*.csv"))) == 1 and not list(server.data.glob("exports/*/part-*"))
    assert (start.status_code, rest.status_code) == (206, 206)
    assert rest.headers["content-range"] == f"bytes 100-{len(whole) - 1}/{len(whole)}"
    assert start.content + rest.content == whole
    assert (other.status_code, other.content) == (200, whole)
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(whole)}")
    assert (known.status_code, known.content) == (304, b"")
    assert json.loads(answers[0].headers["x-goldsmith-losses"]) == {"object id": 20}
    assert answers[0].headers["content-disposition"] == 'attachment; filename="m-nz-p-v1-csv.csv"'


def test_a_live_export_is_resumed_as_it_was_begun_although_the_state_has_changed(any_server: Any) -> None:
    owner, ana = any_server.person("o@x.org", "owner"), any_server.person("a@x.org", "annotator")
    project, query = labelled(owner, ana, 20), "format=csv"
    begun = export(owner, project, query)
    whole, tag = begun.content, begun.headers["etag"]
    known = export(owner, project, query, **{"If-None-Match": tag})
    owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": "one more"}}]).raise_for_status()
    answer_all(ana, project, "bad")

    rest = export(owner, project, query, Range="bytes=100-", **{"If-Range": tag})
    now = export(owner, project, query)
    unnamed = export(owner, project, query, Range="bytes=100-")
    other = export(owner, project, query, Range="bytes=100-", **{"If-Range": f'"{"0" * 64}"'})
    for path in any_server.data.glob("exports/*/live-*"):
        path.unlink()
    gone = export(owner, project, query, Range="bytes=100-", **{"If-Range": tag})

    assert tag == f'"{hashlib.sha256(whole).hexdigest()}"' and known.status_code == 304
    assert (rest.status_code, rest.headers["etag"], whole[:100] + rest.content) == (206, tag, whole)
    assert now.headers["etag"] != tag and now.text.count("\n") == whole.decode().count("\n") + 1
    assert [(one.status_code, one.content) for one in (unnamed, other, gone)] == [(200, now.content)] * 3


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", None),
        ("bytes=-", None),
        ("bytes=5-3", None),
        ("bytes=0-1,3-4", None),
        ("bytes=0-0", (0, 1)),
        ("bytes=3-", (3, 10)),
        ("bytes=-4", (6, 10)),
        ("bytes=-40", (0, 10)),
        ("bytes=2-99", (2, 10)),
        ("items=0-1", None),
    ],
)
def test_a_range_is_read_as_the_standard_says(header: str, found: tuple[int, int] | None) -> None:
    assert asked_range(header, 10) == found


def test_pictures_travel_with_yolo_and_with_coco_when_asked(server: Any) -> None:
    owner, ana = server.person("o@x.org", "owner"), server.person("a@x.org", "annotator")
    project, picture = new_project(owner, schema=BOXES), io.BytesIO()
    Image.new("RGB", (80, 60), "olive").save(picture, "PNG")
    owner.post(f"/api/projects/{project}/items", files=[("files", ("a.png", picture.getvalue()))]).raise_for_status()
    place = {"x_px": 10, "y_px": 5, "width_px": 20, "height_px": 30}
    box = {"id": "b1", "kind": "box", "label": "nut", "asset": "image", **place}
    submit(ana, ana.post(f"/api/projects/{project}/lease").json(), {"things": [box]})
    cut(owner, project)

    coco = export(owner, project, "format=coco")
    zips = [export(owner, project, query) for query in ("format=yolo", "format=coco&pictures=true&version=1")]
    yolo, full = (zipfile.ZipFile(io.BytesIO(one.content)) for one in zips)

    assert coco.json()["annotations"][0]["bbox"] == [10, 5, 20, 30]
    assert [one.headers["content-type"] for one in zips] == ["application/zip"] * 2
    assert {"data.yaml", "images/train/a.png", "labels/train/a.txt"} <= set(yolo.namelist())
    assert yolo.getinfo("images/train/a.png").compress_type == zipfile.ZIP_STORED
    stored = owner.get("/api/blobs/" + coco.json()["images"][0]["sha256"]).content
    assert yolo.read("images/train/a.png") == stored == full.read("images/all/a.png")
    assert export(owner, project, "format=nothing").status_code == 400
    assert not list(server.data.glob("exports/*/part-*"))


def test_formats_are_listed(server: Any) -> None:
    formats = server.person("a@x.org", "annotator").get("/api/formats").json()["formats"]

    assert {"jsonl", "csv", "coco", "yolo", "yolo_segment", "conll"} <= {one["name"] for one in formats}


def test_an_audit_is_blind_until_it_is_answered_and_a_verdict_lowers_the_errors(any_server: Any) -> None:
    owner, ana, rae = (any_server.person(f"{role[0]}@x.org", role) for role in ("owner", "annotator", "reviewer"))
    project = labelled(owner, ana, 4)
    made = owner.post(f"/api/projects/{project}/audits", json={"size": 3})
    audit = made.json()
    place = f"/api/projects/{project}/audits/{audit['audit_id']}/lease"

    assert made.status_code == 201 and (audit["size"], audit["checked"], audit["error_rate"]) == (3, 0, None)
    assert ana.post(place).status_code == 403
    leased = rae.post(place)
    assert leased.status_code == 200 and '"good"' not in leased.text and leased.json()["draft"]["value"] == {}
    compared = submit(rae, leased.json(), choice("bad"), "audit-leases")
    shown = [compared[name]["sentiment"][0]["label"] for name in ("dataset_value", "own_value")]
    assert shown == ["good", "bad"]
    assert [d["sort"] for d in compared["differences"]] == ["choice"]
    submit(rae, rae.post(place).json(), choice("good"), "audit-leases")

    listed = rae.get(f"/api/projects/{project}/audits").json()["audits"]
    assert (listed[0]["checked"], listed[0]["wrong"], listed[0]["error_rate"]) == (2, 1, 0.5)
    assert 0 < listed[0]["low"] < 0.5 < listed[0]["high"] < 1
    verdict = f"/api/audit-seats/{compared['audit_seat_id']}/verdict"
    assert owner.post(verdict, json={"errors": []}).status_code == 404
    assert rae.post(verdict, json={"errors": [1]}).status_code == 400
    assert rae.post(verdict, json={"errors": []}).status_code == 204
    assert rae.get(f"/api/projects/{project}/audits").json()["audits"][0]["wrong"] == 0

    version = cut(owner, project)
    page = owner.get(f"/api/projects/{project}/versions/1").json()
    assert version["error_rate"] == 0.0 and 0 < version["high"] < 1
    assert page["certificate"]["audit"]["checked"] == 2 and page["certificate"]["audit"]["is_independent"]
    raw = rae.get(f"/api/projects/{project}/versions/1/certificate.json")
    assert raw.json() == page["certificate"]


def test_who_labelled_an_item_is_not_given_it_in_an_audit(server: Any) -> None:
    owner, rae = server.person("o@x.org", "owner"), server.person("r@x.org", "reviewer")
    project = labelled(owner, rae, 2)
    audit = owner.post(f"/api/projects/{project}/audits", json={"size": 2}).json()
    place = f"/api/projects/{project}/audits/{audit['audit_id']}/lease"

    assert rae.post(place).status_code == 204
    assert owner.post(place).status_code == 200


def test_agreement_and_everybodys_pseudonym_are_in_the_certificate(server: Any) -> None:
    owner, ana, ben = (server.person(f"{n}@x.org", "owner") for n in "oab")
    project = new_project(owner, overlap=2)
    items = [{"data": {"text": f"text {i}"}} for i in range(6)]
    owner.post(f"/api/projects/{project}/items", json=items).raise_for_status()
    for i in range(6):
        for who in (ana, ben):
            submit(who, who.post(f"/api/projects/{project}/lease").json(), choice("good" if i % 2 else "bad"))
    cut(owner, project)

    certificate = owner.get(f"/api/projects/{project}/versions/1").json()["certificate"]

    assert certificate["agreement"][0]["alpha"]["value"] == 1.0 and certificate["agreement"][0]["measure"] == "label"
    assert certificate["annotators"]["people"] == 2 and certificate["answers"] == 12
    assert certificate["audit"] is None and certificate["audit_reason"]
