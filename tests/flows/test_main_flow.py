"""The whole flow over HTTP: import, lease, submit, review, version, export."""

from __future__ import annotations

import io
import json
from typing import Any

import httpx
from PIL import Image

from tests.conftest import SENTIMENT, choice

BOXES = {"fields": [{"name": "things", "kind": "box", "asset": "image", "labels": [{"name": "nut"}]}]}


def new_project(owner: httpx.Client, **more: Any) -> str:
    answer = owner.post("/api/projects", json={"name": "P", "schema": SENTIMENT, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["project_id"])


def lease(who: httpx.Client, project: str, path: str = "lease") -> Any:
    answer = who.post(f"/api/projects/{project}/{path}")
    assert answer.status_code in (200, 204), answer.text
    return answer.json() if answer.status_code == 200 else None


def test_an_answer_goes_from_import_through_review_to_a_version_and_an_export(server: Any) -> None:
    owner, ana, rae = (server.person(f"{n}@x.org", r) for n, r in (("o", "owner"), ("a", "annotator"), ("r", "reviewer")))
    project = new_project(owner)
    body = b'{"data":{"text":"fine"}}\nbroken\n{"data":{"text":"fine"}}\n'
    added = owner.post(f"/api/projects/{project}/items", content=body).json()
    assert added["accepted"] == 1 and [r["index"] for r in added["rejected"]] == [1, 2]

    work = lease(ana, project)
    assert lease(rae, project) is None
    wrong = ana.post(f"/api/leases/{work['lease_id']}/submit", json={"fence": work["fence"], "value": choice("nonsense")})
    assert wrong.status_code == 400 and "nonsense" in wrong.json()["error"]["message"]
    ana.post(f"/api/leases/{work['lease_id']}/submit", json={"fence": work["fence"], "value": choice("good")}).raise_for_status()

    judged = lease(rae, project, "review/lease")
    returned = {"fence": judged["fence"], "decision": "returned", "comment": "Look again."}
    rae.post(f"/api/reviews/{judged['review_id']}/decide", json=returned).raise_for_status()
    again = lease(ana, project)
    assert again["comment"] == "Look again." and again["draft"] == choice("good")
    ana.post(f"/api/leases/{again['lease_id']}/submit", json={"fence": again["fence"], "value": choice("bad")}).raise_for_status()
    judged = lease(rae, project, "review/lease")
    rae.post(f"/api/reviews/{judged['review_id']}/decide", json={"fence": judged["fence"], "decision": "accepted"}).raise_for_status()

    first, second = (owner.post(f"/api/projects/{project}/versions").json() for _ in range(2))
    assert first["items"] == 1 and first == second
    line = json.loads(owner.get(f"/api/projects/{project}/export?format=jsonl").text)
    assert line["value"]["sentiment"][0]["label"] == "bad"


def test_an_image_is_stored_once_and_labelled_and_exported_as_coco(server: Any) -> None:
    owner, ana = server.person("o@x.org", "owner"), server.person("a@x.org", "annotator")
    project = new_project(owner, schema=BOXES, review=False)
    picture = io.BytesIO()
    Image.new("RGB", (80, 60), "olive").save(picture, "PNG")
    files = [("files", ("a.png", picture.getvalue())), ("files", ("b.png", picture.getvalue())), ("files", ("c.jpg", b"no image"))]

    added = owner.post(f"/api/projects/{project}/items", files=files).json()
    assert added["accepted"] == 1 and [r["index"] for r in added["rejected"]] == [2, 1]
    work = lease(ana, project)
    assert ana.get("/api/blobs/" + work["item"]["assets"]["image"]["sha256"]).content == picture.getvalue()
    box = {"id": "b1", "kind": "box", "label": "nut", "asset": "image", "x_px": 10, "y_px": 5, "width_px": 20, "height_px": 30}
    ana.post(f"/api/leases/{work['lease_id']}/submit", json={"fence": work["fence"], "value": {"things": [box]}}).raise_for_status()

    coco = owner.get(f"/api/projects/{project}/export?format=coco").json()
    assert coco["annotations"][0]["bbox"] == [10, 5, 20, 30]


def test_a_person_skips_with_a_reason_and_never_sees_the_task_again(server: Any) -> None:
    owner, ana, ben = (server.person(f"{n}@x.org", "owner") for n in "oab")
    project = new_project(owner)
    owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": "one"}}]).raise_for_status()

    work = lease(ana, project)
    ana.post(f"/api/leases/{work['lease_id']}/skip", json={"fence": work["fence"], "reason": "blurred"}).raise_for_status()

    assert lease(ana, project) is None
    assert lease(ben, project)["task_id"] == work["task_id"]


def test_nobody_answers_the_same_task_twice_nor_reviews_their_own_work(server: Any) -> None:
    owner, ana = server.person("o@x.org", "owner"), server.person("a@x.org", "reviewer")
    project = new_project(owner, overlap=2)
    owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": "one"}}]).raise_for_status()

    work = lease(ana, project)
    ana.post(f"/api/leases/{work['lease_id']}/submit", json={"fence": work["fence"], "value": choice("good")}).raise_for_status()

    assert lease(ana, project) is None and lease(ana, project, "review/lease") is None
    assert lease(owner, project)["task_id"] == work["task_id"]


def test_the_first_link_makes_the_owner_once_and_a_password_signs_in(server: Any) -> None:
    owner = server.person("o@x.org", "owner")
    token = owner.post("/api/invitations", json={"role": "annotator"}).json()["url"].split("token=")[1]
    account = {"email": "new@x.org", "password": "a long password"}

    with httpx.Client(base_url=server.url) as browser:
        assert browser.post("/api/join", json={**account, "token": token}).status_code == 200
        assert browser.post("/api/join", json={**account, "token": token}).status_code == 403
        assert browser.post("/api/sign-in", json={**account, "password": "wrong password"}).status_code == 401
        assert browser.post("/api/sign-in", json=account).status_code == 200
        assert browser.get("/api/me").json()["role"] == "annotator"
