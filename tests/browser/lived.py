"""A workspace that people have worked in: pictures and texts answered by simulated annotators, reviewed, audited, cut.

The annotators start from what is truly there and err at a stated rate, so the figures on the pages are measured.
"""

from __future__ import annotations

import random
from typing import Any

from msgspec import Struct

from goldsmith.demo import reviews, scene
from tests.browser.conftest import Member, add_member
from tests.conftest import Server

Value = dict[str, list[dict[str, Any]]]
BOXED = ("Car", "Bus", "Person")
SCENES = {"fields": [
    {"name": "objects", "kind": "box", "asset": "image", "labels": [{"name": name} for name in BOXED],
     "attributes": [{"name": "occluded", "sort": "flag"},
                    {"name": "pose", "sort": "select", "options": ["standing", "walking"], "labels": ["Person"]}]},
    {"name": "outlines", "kind": "polygon", "asset": "image", "labels": [{"name": "Building"}, {"name": "Tree"}]},
    {"name": "weather", "kind": "choice", "required": True, "multiple": False,
     "labels": [{"name": name} for name in ("clear", "cloudy", "dusk")]}]}
REVIEWS = {"fields": [
    {"name": "mentions", "kind": "span", "asset": "text",
     "labels": [{"name": name} for name in ("Product", "Feature", "Problem")]},
    {"name": "sentiment", "kind": "choice", "required": True, "multiple": False,
     "labels": [{"name": name} for name in ("positive", "mixed", "negative")]}]}
GUIDELINE = ("## What to box\nBox the **visible part** only.\n\n"
             "- A person riding is one box with the bicycle.\n- Skip reflections.")
FIRST_GUIDELINE = GUIDELINE.replace("\n- Skip reflections.", "")
ORIGIN = {"source": "made by Goldsmith", "licence": "CC0-1.0", "basis": "own work"}


class Lived(Struct, frozen=True, kw_only=True):
    """Who is there and what there is."""

    owner: Member
    ana: Member
    rae: Member
    scenes: str
    reviews: str
    audit: str
    empty: str


def live_in(server: Server, *, scenes: int = 8, texts: int = 24, leave: int = 3) -> Lived:
    """Fill a server's workspace; `leave` reviews and answers of each project wait for somebody."""
    owner, ana, rae = (add_member(server, name, role) for name, role in (
        ("Olga", "owner"), ("Amara", "annotator"), ("Rae", "reviewer")))
    crowd = [ana, add_member(server, "Bo", "annotator"), add_member(server, "Chidi", "annotator")]
    rng = random.Random(5)
    streets, streets_truth = _add_scenes(owner, rng, scenes)
    texts_id, texts_truth = _add_texts(owner, rng, texts)
    for project, truth in ((streets, streets_truth), (texts_id, texts_truth)):
        _answer(crowd, project, truth, rng, leave)
        _review(rae, project, truth, leave)
    _cut(owner, streets, name="First light")
    audit = _audit(owner, rae, streets, streets_truth)
    _audit(owner, rae, texts_id, texts_truth)
    _cut(owner, streets, name="Spring", splits={"train": 0.8, "val": 0.2})
    _cut(owner, texts_id, name="First")
    bad = [("files", (f"{name}.jpg", b"%PDF-1.4")) for name in ("one", "two")]
    owner.api.post(f"/api/projects/{streets}/items", params=ORIGIN, files=bad).raise_for_status()
    empty = owner.api.post("/api/projects", json={"name": "Night scenes", "schema": SCENES}).json()["project_id"]
    return Lived(owner=owner, ana=ana, rae=rae, scenes=streets, reviews=texts_id, audit=audit, empty=empty)


def _add_scenes(owner: Member, rng: random.Random, count: int) -> tuple[str, dict[str, Value]]:
    made = owner.api.post("/api/projects", json={
        "name": "Street scenes, spring", "schema": SCENES, "overlap": 2, "overlap_most": 2,
        "guideline": FIRST_GUIDELINE})
    project, truth = made.json()["project_id"], dict[str, Value]()
    owner.api.put(f"/api/projects/{project}/guideline", json={"guideline": GUIDELINE}).raise_for_status()
    for number in range(count):
        street, name = scene.make_scene(rng, 640, 360), f"scene_{number:02}.jpg"
        truth[name] = true_scene(street, rng)
        batch = {"batch": "first week"} if number % 2 else {}
        added = owner.api.post(f"/api/projects/{project}/items", params={**ORIGIN, **batch},
                               files=[("files", (name, scene.render(street)))])
        assert added.json()["accepted"] == 1, added.text
    return project, truth


def true_scene(street: scene.Scene, rng: random.Random) -> Value:
    """What a careful person would draw."""
    value: Value = {"objects": [], "outlines": [], "weather": [{"id": "w", "kind": "choice", "label": rng.choice(
        ("clear", "clear", "cloudy", "dusk"))}]}
    for number, thing in enumerate(scene.truth(street)):
        one: dict[str, Any] = {"id": f"t{number}", "label": thing.label, "asset": "image"}
        x, y, width, height = thing.box
        if thing.label in BOXED:
            pose = {"pose": "walking"} if thing.label == "Person" else {}
            value["objects"].append(one | {"kind": "box", "x_px": x, "y_px": y, "width_px": width, "height_px": height,
                                           "attributes": {"occluded": False} | pose})
        elif width * height > 4000 and len(thing.polygon) >= 3:
            value["outlines"].append(one | {"kind": "polygon", "points": [list(point) for point in thing.polygon]})
    return value


def _add_texts(owner: Member, rng: random.Random, count: int) -> tuple[str, dict[str, Value]]:
    made = owner.api.post("/api/projects", json={"name": "Product reviews", "schema": REVIEWS, "overlap": 2,
                                                    "overlap_most": 2})
    project, truth = made.json()["project_id"], dict[str, Value]()
    for _ in range(count):
        text, spans, sentiment = reviews.make_review(rng)
        truth[text] = {
            "mentions": [{"id": f"s{i}", "kind": "span", "label": label, "asset": "text", "start": start, "end": end}
                         for i, (start, end, label) in enumerate(spans)],
            "sentiment": [{"id": "c", "kind": "choice", "label": sentiment}]}
    owner.api.post(f"/api/projects/{project}/items", params=ORIGIN,
                   json=[{"data": {"text": text}} for text in truth]).raise_for_status()
    return project, truth


def _answer(crowd: list[Member], project: str, truth: dict[str, Value], rng: random.Random, leave: int) -> None:
    budget = len(truth) * 2 - leave
    skill = {one.name: rate for one, rate in zip(crowd, (0.03, 0.06, 0.12), strict=True)}
    is_going = True
    while is_going and budget > 0:
        is_going = False
        for one in crowd:
            found = one.api.post(f"/api/projects/{project}/lease")
            if found.status_code != 200 or budget <= 0:
                continue
            is_going, budget = True, budget - 1
            lease = found.json()
            answer = err(_truth_of(lease, truth), skill[one.name], rng)
            _submit(one, f"leases/{lease['lease_id']}/submit", lease, answer, rng)


def _truth_of(lease: Any, truth: dict[str, Value]) -> Value:
    return truth.get(lease["name"]) or truth[lease["item"]["data"]["text"]]


def _submit(one: Member, path: str, lease: Any, value: Value, rng: random.Random) -> Any:
    body = {"fence": lease["fence"], "value": value, "work_seconds": round(rng.uniform(12, 48), 1)}
    answer = one.api.post(f"/api/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def err(value: Value, rate: float, rng: random.Random) -> Value:
    """The value as somebody gives it who misses or mislabels an object at this rate and draws a little beside it."""
    labels = {"objects": BOXED, "mentions": ("Product", "Feature", "Problem"), "weather": ("clear", "cloudy", "dusk"),
              "sentiment": ("positive", "mixed", "negative"), "outlines": ("Building", "Tree")}
    found: Value = {}
    for field, objects in value.items():
        kept = [one for one in objects if one["kind"] == "choice" or rng.random() > rate]
        found[field] = [_beside(one, rng) | ({"label": rng.choice(labels[field])} if rng.random() < rate else {})
                        for one in kept]
        if field == "objects":
            for one in found[field]:
                if one["label"] != "Person":
                    one["attributes"] = {"occluded": False}
    return found


def _beside(one: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    if one["kind"] != "box":
        return one
    dx, dy = (rng.uniform(0, 0.03) * one[side] for side in ("width_px", "height_px"))
    return one | {"x_px": round(one["x_px"] + dx, 1), "y_px": round(one["y_px"] + dy, 1),
                  "width_px": round(one["width_px"] - dx, 1), "height_px": round(one["height_px"] - dy, 1)}


def _review(rae: Member, project: str, truth: dict[str, Value], leave: int) -> None:
    """Accept what waits and settle what is undecided, all but `leave`."""
    held: list[Any] = []
    while len(held) < 40:
        besides = [one["lease_id"] for one in held]
        found = rae.api.post(f"/api/projects/{project}/reviews/lease", json={"besides": besides})
        if found.status_code != 200:
            break
        held.append(found.json())
        if len(held) > leave:
            judged = held.pop(0)
            word = {"decision": "accepted"} if judged["why"] == "review" else {
                "decision": "fixed", "value": _truth_of(judged, truth)}
            rae.api.post(f"/api/reviews/{judged['lease_id']}/decide", json={
                "fence": judged["fence"], **word}).raise_for_status()
    for one in held:
        rae.api.post(f"/api/leases/{one['lease_id']}/release", json={"fence": one["fence"]}).raise_for_status()


def _audit(owner: Member, rae: Member, project: str, truth: dict[str, Value], *, leave: int = 1) -> str:
    """Draw a sample of the settled items and check all but `leave` of it against what is true."""
    settled = owner.api.get(f"/api/projects/{project}").json()["counts"]["settled"]
    size = max(2, settled - 1)
    made = owner.api.post(f"/api/projects/{project}/audits", json={"size": size})
    assert made.status_code == 201, made.text
    audit = made.json()
    for _ in range(size - leave):
        lease = rae.api.post(f"/api/projects/{project}/audits/{audit['audit_id']}/lease").json()
        compared = _submit(rae, f"audit-leases/{lease['lease_id']}/submit", lease, _truth_of(lease, truth),
                           random.Random(1))
        wrong = [i for i, one in enumerate(compared["differences"]) if one["sort"] in ("missing", "label", "choice")]
        rae.api.post(f"/api/audit-seats/{compared['audit_seat_id']}/verdict", json={"errors": wrong}).raise_for_status()
    return str(audit["audit_id"])


def _cut(owner: Member, project: str, **more: Any) -> None:
    made = owner.api.post(f"/api/projects/{project}/versions", json=more)
    assert made.status_code == 201, made.text
