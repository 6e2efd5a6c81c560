"""Drafts of reviewers and auditors: kept as annotators' are, and never mixed with one another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from goldsmith.server.context import now_us
from goldsmith.work import flow
from tests.work.http import App, running

SCHEMA = {"fields": [{"name": "mood", "kind": "choice", "required": True, "multiple": False,
                      "labels": [{"name": name} for name in ("good", "bad", "mixed")]}]}
ROLES = {"olga": "owner", "ana": "annotator", "ben": "reviewer", "rae": "reviewer", "sam": "reviewer"}


def mood(label: str, object_id: str = "o1") -> dict[str, Any]:
    return {"mood": [{"id": object_id, "kind": "choice", "label": label}]}


class Bench:
    """One project with one item, and what people do at it over HTTP."""

    def __init__(self, app: App, *, review: bool = True, items: int = 1) -> None:
        self.app, self.keys = app, {name: app.key(role, f"{name}@x.org") for name, role in ROLES.items()}
        body = {"name": "Moods", "schema": SCHEMA, "review": review}
        self.project = f"/api/projects/{self.post('olga', '/api/projects', body).json()['project_id']}"
        rows = [{"data": {"text": f"text {i}"}} for i in range(items)]
        self.post("olga", self.project + "/items?source=s&licence=l&basis=b", rows)

    def post(self, who: str, path: str, body: Any = None) -> Any:
        return self.app.call("POST", path, self.keys[who], {} if body is None else body)

    def lease(self, who: str, part: str = "lease") -> Any:
        found = self.post(who, f"{self.project}/{part}")
        assert found.status_code in (200, 204), found.text
        return found.json() if found.status_code == 200 else None

    def review(self, who: str) -> Any:
        return self.lease(who, "reviews/lease")

    def draw(self, who: str, lease: Any, label: str, object_id: str = "drawn", **more: Any) -> Any:
        """One step of an editor; its id is its content."""
        step = {"operation_id": f"{label}-{object_id}", "action": "replace", "value": mood(label, object_id)} | more
        return self.post(who, f"/api/leases/{lease['lease_id']}/operations",
                         {"fence": lease["fence"], "operations": [step]})

    def answer(self, who: str, label: str = "good") -> None:
        lease = self.lease(who)
        body = {"fence": lease["fence"], "value": mood(label), "work_seconds": 2.0}
        assert self.post(who, f"/api/leases/{lease['lease_id']}/submit", body).status_code == 200

    def decide(self, who: str, lease: Any, decision: str, **more: Any) -> Any:
        return self.post(who, f"/api/reviews/{lease['lease_id']}/decide",
                         {"fence": lease["fence"], "decision": decision, **more})

    def let_go(self, who: str, lease: Any) -> None:
        path = f"/api/leases/{lease['lease_id']}/release"
        assert self.post(who, path, {"fence": lease["fence"]}).status_code == 204

    def run_out(self, lease: Any) -> None:
        """As when a quarter of an hour has passed without a sign."""
        def later(db: Any) -> None:
            db.execute("UPDATE seat SET leased_until_us = 1 WHERE lease_id = :lease", {"lease": lease["lease_id"]})
            flow.sweep(db, now_us=now_us())

        self.app.context.db.write(later)

    def open_audit(self) -> str:
        found = self.post("olga", self.project + "/audits", {"size": 1})
        assert found.status_code == 201, found.text
        return f"audits/{found.json()['audit_id']}/lease"

    def hand_in(self, who: str, lease: Any, label: str) -> Any:
        return self.post(who, f"/api/audit-leases/{lease['lease_id']}/submit",
                         {"fence": lease["fence"], "value": mood(label)})

    def waiting(self, who: str) -> Any:
        return self.app.call("GET", self.project + "/reviews/waiting", self.keys[who]).json()

    def log(self) -> list[str | None]:
        rows = self.app.context.db.read().all("SELECT annotation_id FROM operation ORDER BY operation_seq")
        return [row["annotation_id"] for row in rows]


@pytest.fixture
def app(database_place: str, tmp_path: Path) -> Iterator[App]:
    with running(database_place, tmp_path) as one:
        yield one


def labels(value: Any) -> list[str]:
    return [one["label"] for one in value.get("mood", [])]


def test_a_fix_in_progress_comes_back_with_what_it_began_from(app: App) -> None:
    bench = Bench(app)
    bench.answer("ana")
    held = bench.review("rae")
    assert held["draft"] is None
    bench.draw("rae", held, "bad", "taken-over")
    bench.draw("rae", held, "mixed", action="put", field="mood", object={"id": "taken-over", "label": "mixed"})
    bench.let_go("rae", held)

    again = bench.review("rae")

    assert again["lease_id"] != held["lease_id"] and again["merged"] == bench.review("rae")["merged"]
    assert labels(again["draft"]["value"]) == ["mixed"] and labels(again["draft"]["start"]) == ["bad"]
    assert labels(again["merged"]) == ["good"]


def test_steps_that_lead_back_to_the_merged_answer_are_no_draft(app: App) -> None:
    bench = Bench(app)
    bench.answer("ana")
    held = bench.review("rae")
    bench.draw("rae", held, "bad")

    bench.post("rae", f"/api/leases/{held['lease_id']}/operations", {"fence": held["fence"], "operations": [
        {"operation_id": "back", "action": "replace", "value": held["merged"] | {"gone": []}}]})

    assert bench.review("rae")["draft"] is None


def test_a_fix_in_progress_is_the_reviewers_own(app: App) -> None:
    bench = Bench(app)
    bench.answer("ana")
    held = bench.review("rae")
    bench.draw("rae", held, "bad")
    bench.let_go("rae", held)

    assert bench.review("sam")["draft"] is None


def test_a_decided_fix_ends_its_draft(app: App) -> None:
    bench = Bench(app)
    bench.answer("ana")
    held = bench.review("rae")
    bench.draw("rae", held, "bad")

    assert bench.decide("rae", held, "fixed", value=mood("bad")).status_code == 200

    truth = app.context.db.read().one("SELECT annotation_id FROM task")
    assert truth is not None and bench.log() == [truth["annotation_id"]]


def test_a_stale_decision_is_refused_and_its_fix_kept_as_the_reviewers_draft(app: App) -> None:
    bench = Bench(app)
    bench.answer("ana")
    held = bench.review("rae")
    bench.run_out(held)
    other = bench.review("sam")

    late = bench.decide("rae", held, "fixed", value=mood("bad"))
    bench.let_go("sam", other)

    assert (late.status_code, late.json()["error"]["code"]) == (409, "lease_lost")
    assert labels(bench.review("rae")["draft"]["value"]) == ["bad"]
    assert app.context.db.read().one("SELECT 1 FROM annotation WHERE origin = 'fix'") is None


def test_a_second_round_of_review_begins_without_the_fix_of_the_first(app: App) -> None:
    bench = Bench(app)
    bench.answer("ana")
    held = bench.review("rae")
    bench.draw("rae", held, "bad")
    bench.run_out(held)
    bench.decide("sam", bench.review("sam"), "returned", comment="Again.")
    assert labels(bench.lease("ana")["draft"]["value"]) == ["good"]
    bench.answer("ana", "mixed")

    second = bench.review("rae")

    assert labels(second["merged"]) == ["mixed"] and second["draft"] is None


def test_drafts_of_one_person_on_one_task_never_mix(app: App) -> None:
    bench = Bench(app)
    begun = bench.lease("rae")  # a reviewer who labels, and lets the task go
    bench.draw("rae", begun, "bad", "labelled")
    bench.run_out(begun)
    bench.answer("ana")
    judged = bench.review("rae")
    assert judged["draft"] is None
    bench.draw("rae", judged, "mixed", "reviewed")
    late = bench.draw("rae", begun, "good", "late")
    bench.run_out(judged)
    bench.decide("sam", bench.review("sam"), "accepted")
    audit = bench.open_audit()

    checked = bench.lease("rae", audit)
    assert checked["draft"]["value"] == {} and checked["draft"]["operations"] == 0
    bench.draw("rae", checked, "good", "audited")

    assert late.status_code == 409
    assert bench.lease("rae", audit)["draft"]["value"] == mood("good", "audited")
    assert bench.lease("rae", bench.open_audit())["draft"]["value"] == {}


def test_an_audits_answer_comes_back_and_ends_when_it_is_handed_in(app: App) -> None:
    bench = Bench(app, review=False)
    begun = bench.lease("rae")
    bench.draw("rae", begun, "bad", "labelled")
    bench.run_out(begun)
    bench.answer("ana")
    audit = bench.open_audit()
    held = bench.lease("rae", audit)
    bench.draw("rae", held, "mixed")
    bench.let_go("rae", held)

    again = bench.lease("rae", audit)
    assert labels(again["draft"]["value"]) == ["mixed"]
    assert bench.hand_in("rae", again, "mixed").status_code == 200

    own = app.context.db.read().one("SELECT annotation_id FROM annotation WHERE origin = 'audit'")
    assert own is not None and bench.log() == [None, own["annotation_id"]]


def test_a_stale_answer_of_an_audit_is_kept_as_the_auditors_draft(app: App) -> None:
    bench = Bench(app, review=False)
    bench.answer("ana")
    audit = bench.open_audit()
    held = bench.lease("rae", audit)
    bench.run_out(held)

    assert bench.hand_in("rae", held, "bad").status_code == 409
    assert labels(bench.lease("rae", audit)["draft"]["value"]) == ["bad"]


OTHERS = {"for_others": 0, "judged": 0}  # of groups, and of levels that one has judged already: none here


def test_a_reviewer_learns_why_nothing_is_given_to_them(app: App) -> None:
    bench = Bench(app, items=3)
    for who in ("ben", "ben", "ana"):
        bench.answer(who)
    skipped = bench.review("ben")
    bench.post("ben", f"/api/leases/{skipped['lease_id']}/skip", {"fence": skipped["fence"], "reason": "too dark"})

    assert bench.review("ben") is None
    assert bench.waiting("ben") == {"waiting": 3, "labelled": 2, "skipped": 1, "with_others": 0} | OTHERS
    bench.review("rae")  # the first of those that ben labelled
    assert bench.waiting("ben") == {"waiting": 2, "labelled": 1, "skipped": 1, "with_others": 1} | OTHERS
    assert bench.waiting("rae") == {"waiting": 2, "labelled": 0, "skipped": 0, "with_others": 0} | OTHERS
