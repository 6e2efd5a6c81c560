"""The whole flow over HTTP, on SQLite and PostgreSQL: import, lease, draw, submit, review, audit, version, export."""

from __future__ import annotations

import io
import json
import tarfile
from typing import Any

import httpx
from PIL import Image

from tests.conftest import SENTIMENT, Server, choice

BOXES = {"fields": [{"name": "things", "kind": "box", "asset": "image", "labels": [{"name": "nut"}]}]}


def new_project(owner: httpx.Client, **more: Any) -> str:
    answer = owner.post("/api/projects", json={"name": "P", "schema": SENTIMENT, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["project_id"])


def lease(who: httpx.Client, project: str, path: str = "lease", **body: Any) -> Any:
    answer = who.post(f"/api/projects/{project}/{path}", json=body)
    assert answer.status_code in (200, 204), answer.text
    return answer.json() if answer.status_code == 200 else None


def submit(who: httpx.Client, work: Any, value: Any, path: str = "leases") -> httpx.Response:
    return who.post(f"/api/{path}/{work['lease_id']}/submit", json={"fence": work["fence"], "value": value})


def decide(who: httpx.Client, judged: Any, **word: Any) -> httpx.Response:
    return who.post(f"/api/reviews/{judged['lease_id']}/decide", json={"fence": judged["fence"], **word})


def crowd(server: Server, *names_and_roles: tuple[str, str]) -> list[httpx.Client]:
    return [server.person(f"{name}@x.org", role) for name, role in names_and_roles]


def test_an_answer_goes_from_import_through_review_to_a_version_and_an_export(any_server: Server) -> None:
    owner, ana, rae = crowd(any_server, ("o", "owner"), ("a", "annotator"), ("r", "reviewer"))
    project = new_project(owner)
    body = b'{"data":{"text":"fine"}}\nbroken\n{"data":{"text":"fine"}}\n'
    added = owner.post(f"/api/projects/{project}/items", content=body).json()
    assert added["accepted"] == 1 and [r["index"] for r in added["rejected"]] == [1, 2]

    work = lease(ana, project)
    assert lease(rae, project) is None
    wrong = submit(ana, work, choice("nonsense"))
    assert wrong.status_code == 400 and "nonsense" in wrong.json()["error"]["message"]
    first_id = submit(ana, work, choice("good")).raise_for_status().json()["annotation_id"]

    judged = lease(rae, project, "reviews/lease")
    assert judged["answers"][0]["annotator"] == "A" and judged["merged"] == choice("good") | judged["merged"]
    pinned = [{"text": "This one.", "annotation_id": first_id, "object_id": "o1"}]
    decide(rae, judged, decision="returned", comment="Look again.", comments=pinned).raise_for_status()
    again = lease(ana, project)
    assert again["returned"]["comment"] == "Look again."
    assert {"text": "This one.", "annotation_id": first_id, "object_id": "o1"} in again["returned"]["comments"]
    assert again["draft"]["value"]["sentiment"][0]["label"] == "good"
    submit(ana, again, choice("bad")).raise_for_status()
    decide(rae, lease(rae, project, "reviews/lease"), decision="accepted").raise_for_status()

    first, second = (owner.post(f"/api/projects/{project}/versions", json={}).json() for _ in range(2))
    assert first["items"] == 1 and first["hash"] == second["hash"]
    assert [first["is_new"], second["is_new"]] == [True, False]
    line = json.loads(owner.get(f"/api/projects/{project}/export?format=jsonl").text)
    assert line["value"]["sentiment"][0]["label"] == "bad"


def test_an_image_is_stored_once_and_labelled_and_exported_as_coco(server: Server) -> None:
    owner, ana = crowd(server, ("o", "owner"), ("a", "annotator"))
    project = new_project(owner, schema=BOXES, review=False)
    picture = io.BytesIO()
    Image.new("RGB", (80, 60), "olive").save(picture, "PNG")
    files = [
        ("files", ("a.png", picture.getvalue())),
        ("files", ("b.png", picture.getvalue())),
        ("files", ("c.jpg", b"no image")),
    ]

    added = owner.post(f"/api/projects/{project}/items", files=files).json()
    assert added["accepted"] == 1 and [r["index"] for r in added["rejected"]] == [1, 2]
    work = lease(ana, project)
    blob = ana.get("/api/blobs/" + work["item"]["assets"]["image"]["sha256"])
    assert blob.content == picture.getvalue() and blob.headers["content-type"] == "image/png"
    box = {"id": "b1", "kind": "box", "label": "nut", "x_px": 10, "y_px": 5, "width_px": 20, "height_px": 30}
    submit(ana, work, {"things": [box]}).raise_for_status()

    coco = owner.get(f"/api/projects/{project}/export?format=coco").json()
    assert coco["annotations"][0]["bbox"] == [10, 5, 20, 30]


def test_a_packed_tar_comes_in_as_one_file_and_as_a_part_of_a_form(server: Server) -> None:
    (owner,) = crowd(server, ("o", "owner"))
    project = new_project(owner)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in (("a.txt", b"one"), ("../b.txt", b"two"), ("c.txt", b"three")):
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
    raw, opened = packed.getvalue(), owner.post(f"/api/projects/{project}/imports", json={"name": "tar"}).json()

    path = f"/api/projects/{project}/imports/{opened['import_id']}/file"
    sent = owner.post(path, params={"name": "set/t.tar.gz"}, content=raw).json()
    again = owner.post(f"/api/projects/{project}/items", files=[("files", ("t.tgz", raw))]).json()

    assert sent["accepted"] == 2 and [r["place"] for r in sent["rejected"]] == ["set/t.tar.gz/../b.txt"]
    assert again["accepted"] == 0 and again["rejected_count"] == 3


def test_labels_that_two_fields_could_take_go_where_the_call_says(server: Server) -> None:
    (owner,) = crowd(server, ("o", "owner"))
    kind = {"kind": "choice", "labels": [{"name": "good"}]}
    project = new_project(owner, schema={"fields": [{"name": "mood", **kind}, {"name": "tone", **kind}]})
    rows = [{"data": {"text": "a"}, "value": {"x": [{"id": "o", "kind": "choice", "label": "good"}]}}]
    path = f"/api/projects/{project}/items"

    asked = owner.post(path, json=rows).json()
    wrong = owner.post(path, params={"field": ["tone", "colour"]}, json=rows)
    said = owner.post(path, params={"field": ["tone"]}, json=rows).json()

    assert asked["accepted"] == 0 and "could go to the fields mood and tone" in asked["rejected"][0]["reason"]
    assert wrong.status_code == 400 and wrong.json()["error"]["where"] == "field"
    assert said["accepted"] == 1


def test_operations_are_acknowledged_and_come_back_as_the_draft(any_server: Server) -> None:
    owner, ana = crowd(any_server, ("o", "owner"), ("a", "annotator"))
    project = new_project(owner)
    owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": "one"}}]).raise_for_status()
    work = lease(ana, project)
    steps = [
        {"operation_id": "s1", "action": "put", "field": "sentiment", "object": choice("bad")["sentiment"][0]},
        {"operation_id": "s2", "action": "sketch", "object": {"kind": "polygon", "points": [[1, 2]]}},
    ]

    body = {"fence": work["fence"], "operations": steps}
    answers = [ana.post(f"/api/leases/{work['lease_id']}/operations", json=body).json() for _ in range(2)]

    assert [answer["acknowledged"] for answer in answers] == [["s1", "s2"]] * 2
    draft = lease(ana, project)["draft"]
    assert draft["value"] == choice("bad") and draft["sketch"]["points"] == [[1, 2]] and draft["operations"] == 2


def test_tasks_are_fetched_ahead_and_given_back(any_server: Server) -> None:
    owner, ana, ben = crowd(any_server, ("o", "owner"), ("a", "annotator"), ("b", "annotator"))
    project = new_project(owner)
    owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": str(i)}} for i in range(2)])
    first = lease(ana, project)
    second = lease(ana, project, besides=[first["lease_id"]])
    assert second["task_id"] != first["task_id"] and lease(ben, project) is None

    gone = ana.post(f"/api/leases/{second['lease_id']}/release", json={"fence": second["fence"]})

    assert gone.status_code == 204
    assert lease(ben, project)["task_id"] == second["task_id"]


def test_a_person_skips_with_a_reason_and_never_sees_the_task_again(any_server: Server) -> None:
    owner, ana, ben = crowd(any_server, ("o", "owner"), ("a", "annotator"), ("b", "annotator"))
    project = new_project(owner)
    owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": "one"}}]).raise_for_status()
    work = lease(ana, project)

    ana.post(
        f"/api/leases/{work['lease_id']}/skip", json={"fence": work["fence"], "reason": "blurred"}
    ).raise_for_status()

    assert lease(ana, project) is None
    assert lease(ben, project)["task_id"] == work["task_id"]


def test_one_undoes_a_submit_by_opening_it_again(any_server: Server) -> None:
    owner, ana = crowd(any_server, ("o", "owner"), ("a", "annotator"))
    project = new_project(owner)
    owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": "one"}}]).raise_for_status()
    submit(ana, lease(ana, project), choice("good")).raise_for_status()
    last = ana.get(f"/api/projects/{project}/mine").json()["answers"][0]

    again = ana.post(f"/api/annotations/{last['annotation_id']}/reopen").raise_for_status().json()
    assert again["draft"]["value"]["sentiment"][0]["label"] == "good"
    submit(ana, again, choice("bad")).raise_for_status()

    page = owner.get(f"/api/projects/{project}/items").json()["items"][0]
    assert page["value"]["sentiment"][0]["label"] == "bad" and page["state"] == "in_review"


def test_two_agree_and_an_audit_by_a_third_gives_the_certificate_its_error_rate(any_server: Server) -> None:
    owner, ana, ben, rae = crowd(any_server, ("o", "owner"), ("a", "annotator"), ("b", "annotator"), ("r", "reviewer"))
    project = new_project(owner, overlap=2, review=False)
    owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": str(i)}} for i in range(4)])
    for who in (ana, ben):
        for _ in range(4):
            submit(who, lease(who, project), choice("good")).raise_for_status()

    audit = owner.post(f"/api/projects/{project}/audits", json={"size": 4}).raise_for_status().json()
    path = f"audits/{audit['audit_id']}/lease"
    blind = lease(rae, project, path)
    assert "good" not in json.dumps(blind)
    compared = submit(rae, blind, choice("bad"), "audit-leases").raise_for_status().json()
    assert len(compared["differences"]) == 1
    for _ in range(3):
        submit(rae, lease(rae, project, path), choice("good"), "audit-leases").raise_for_status()

    version = owner.post(f"/api/projects/{project}/versions", json={}).raise_for_status().json()
    certificate = owner.get(f"/api/projects/{project}/versions/{version['version']}").json()["certificate"]
    assert certificate["audit"]["items_wrong"]["value"] == 0.25 and certificate["audit"]["is_independent"]
    assert certificate["annotators"]["people"] == 2 and certificate["answers"] == 8


def test_the_first_link_makes_the_owner_once_and_a_password_signs_in(server: Server) -> None:
    owner = server.person("o@x.org", "owner")
    token = owner.post("/api/invitations", json={"role": "annotator"}).json()["token"]
    account = {"email": "new@x.org", "password": "a long password"}

    with httpx.Client(base_url=server.url) as browser:
        assert browser.post("/api/join", json={**account, "token": token}).status_code == 200
        assert browser.post("/api/join", json={**account, "token": token}).status_code == 403
        assert browser.post("/api/sign-in", json={**account, "password": "wrong password"}).status_code == 401
        assert browser.post("/api/sign-in", json=account).status_code == 200
        assert browser.get("/api/me").json()["role"] == "annotator"


def test_an_audit_made_after_the_cut_is_in_the_certificate_of_the_same_version(server: Server) -> None:
    owner, ana, rae = crowd(server, ("o", "owner"), ("a", "annotator"), ("r", "reviewer"))
    project = new_project(owner, review=False)
    owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": "one"}}])
    submit(ana, lease(ana, project), choice("good")).raise_for_status()
    first = owner.post(f"/api/projects/{project}/versions", json={}).json()
    audit = owner.post(f"/api/projects/{project}/audits", json={"size": 1}).json()
    blind = lease(rae, project, f"audits/{audit['audit_id']}/lease")
    submit(rae, blind, choice("good"), "audit-leases").raise_for_status()

    again = owner.post(f"/api/projects/{project}/versions", json={}).json()

    assert (again["version"], again["hash"], again["is_new"]) == (first["version"], first["hash"], False)
    assert first["error_rate"] is None and again["error_rate"] == 0


def test_a_row_that_is_no_item_is_refused_whatever_the_content_type(server: Server) -> None:
    (owner,) = crowd(server, ("o", "owner"))
    project = new_project(owner)
    rows = b'[{"data": {"text": "a"}}, {"text": "b"}, {"data": 5}, "c", {"data": {"text": "d"}, "id": 7}]'

    for number, content_type in enumerate(("application/json", "application/x-www-form-urlencoded")):
        body = rows.replace(b'"text": "', b'"text": "%d' % number)
        headers = {"Content-Type": content_type}
        added = owner.post(f"/api/projects/{project}/items", content=body, headers=headers).json()
        assert added["accepted"] == 2 and [row["index"] for row in added["rejected"]] == [1, 2, 3]


def test_labels_of_two_fields_of_one_kind_come_back_where_they_were(server: Server) -> None:
    (owner,) = crowd(server, ("o", "owner"))
    fields = [{"name": name, "kind": "choice", "labels": [{"name": "yes"}]} for name in ("first", "second")]
    project = new_project(owner, schema={"fields": fields}, review=False)
    value = {"second": [{"id": "o1", "kind": "choice", "label": "yes"}]}

    added = owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": "a"}, "value": value}]).json()

    assert added["accepted"] == 1
    assert list(owner.get(f"/api/projects/{project}/items").json()["items"][0]["value"]) == ["second"]
