"""Exams: what is told, what is judged, what is granted; through the application, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.schema import Attribute, Field, Label, LabelSchema
from goldsmith.kinds import KINDS
from goldsmith.kinds.box.kind import Box
from goldsmith.quality.exam import judge
from tests.conftest import SENTIMENT, choice
from tests.work.http import App, running

RULES = {"name": "Tea exam", "skill": "tea", "pass_percent": 75, "attempts_most": 2, "cool_down_seconds": 0}
SCHEMA = LabelSchema(fields=(
    Field(name="cups", kind="box", labels=(Label(name="cup"), Label(name="pot")),
          attributes=(Attribute(name="full", sort="flag"), Attribute(name="note", sort="text"))),
))


def box(x: float, label: str = "cup", **attributes: Any) -> dict[str, tuple[AnnotatedObject, ...]]:
    return {"cups": (Box(id="b", label=label, x_px=x, y_px=0, width_px=100, height_px=100, attributes=attributes),)}


def test_an_answer_is_right_within_the_tolerance_and_wrong_beyond_it() -> None:
    def distance(answer: dict[str, tuple[AnnotatedObject, ...]]) -> tuple[float, bool]:
        found = judge(box(0, full=True), answer, SCHEMA, KINDS, tolerance=0.2)
        return round(found.distance, 2), found.is_right

    assert distance(box(0, full=True, note="mine")) == (0.0, True)
    assert distance(box(10, full=True)) == (0.18, True)
    assert distance(box(20, full=True)) == (0.33, False)
    assert distance(box(0, "pot", full=True)) == (1.0, False)
    assert distance(box(0, full=False)) == (1.0, False)
    assert distance({}) == (1.0, False)


@pytest.fixture
def app(database_place: str, tmp_path: Path) -> Iterator[App]:
    with running(database_place, tmp_path) as one:
        yield one


def items(count: int = 4) -> list[dict[str, Any]]:
    return [{"item": {"data": {"text": f"cup {i}"}}, "known": choice("good" if i % 2 else "bad"),
             "explanation": "as one tastes"} for i in range(count)]  # fmt: skip


def make(app: App, key: str, **rules: Any) -> str:
    exam = app.call("POST", "/api/exams", key, {**RULES, **rules, "schema": SENTIMENT}).json()["exam_id"]
    early = app.call("PATCH", f"/api/exams/{exam}", key, {"rules": {**RULES, **rules}, "state": "open"})
    assert early.status_code == 409
    assert app.call("POST", f"/api/exams/{exam}/items", key, {"items": items()}).json() == {"added": 4}
    opened = app.call("PATCH", f"/api/exams/{exam}", key, {"rules": {**RULES, **rules}, "state": "open"})
    assert opened.json()["exam"]["state"] == "open"
    return str(exam)


def known_of(attempt: dict[str, Any]) -> dict[str, Any]:
    return choice("good" if int(attempt["asked"]["item"]["data"]["text"].split()[1]) % 2 else "bad")


def label(value: dict[str, Any]) -> str:
    return str(value["sentiment"][0]["label"])


def turned(value: dict[str, Any]) -> dict[str, Any]:
    return choice("bad" if label(value) == "good" else "good")


def take(app: App, exam: str, key: str, wrong: int = 0) -> dict[str, Any]:
    attempt = app.call("POST", f"/api/exams/{exam}/attempts", key).json()
    for i in range(attempt["total"]):
        value = turned(known_of(attempt)) if i < wrong else known_of(attempt)
        attempt = app.call("POST", f"/api/attempts/{attempt['attempt_id']}/answers", key,
                           {"position": i, "value": value}).json()
    return dict(attempt)


def test_passing_grants_the_skill_and_failing_does_not(app: App) -> None:
    owner, ana, ben = app.key("owner"), app.key("annotator", "a@x.org"), app.key("annotator", "b@x.org")
    exam = make(app, owner, valid_days=30)

    passed, failed = take(app, exam, ana, wrong=1), take(app, exam, ben, wrong=2)

    assert (passed["state"], passed["right_answers"], failed["state"], failed["right_answers"]) == (
        "passed", 3, "failed", 2)  # fmt: skip
    given = app.call("GET", "/api/me/profile", ana).json()["qualifications"][0]
    assert (given["skill"], given["source"], given["score"], given["exam"]) == ("tea", "exam", 75, "Tea exam")
    assert given["is_valid"] and given["expires_at"] == passed["expires_at"]
    assert app.call("GET", "/api/me/profile", ben).json()["qualifications"] == []
    results = app.call("GET", f"/api/exams/{exam}/results", owner).json()["results"]
    assert sorted((one["email"], one["state"]) for one in results) == [("a@x.org", "passed"), ("b@x.org", "failed")]


def test_an_exam_tells_nothing_that_is_known_and_training_only_what_was_answered(app: App) -> None:
    owner, ana = app.key("owner"), app.key("annotator")
    silent, telling = make(app, owner), make(app, owner, mode="training", name="Tea training")

    for exam, is_training in ((silent, False), (telling, True)):
        attempt = app.call("POST", f"/api/exams/{exam}/attempts", ana).json()
        seen = [attempt]
        for i in range(4):
            value = turned(known_of(attempt))
            attempt = app.call("POST", f"/api/attempts/{attempt['attempt_id']}/answers", ana,
                               {"position": i, "value": value}).json()
            seen.append(attempt)
            told = attempt["feedback"]
            assert (told is not None) == is_training
            if told:
                assert (told["position"], label(told["own"]), label(told["known"])) == (
                    i, label(value), label(turned(value)))  # fmt: skip
                assert told["explanation"] == "as one tastes" and told["differences"][0]["sort"] == "choice"
        if not is_training:
            assert all(one["right_answers"] is None for one in seen[:-1]) and seen[-1]["right_answers"] == 0
            assert all("as one tastes" not in str(one) and "known" not in one for one in seen)
    assert "as one tastes" not in app.call("GET", "/api/me/data", ana).text


def test_an_attempt_outlives_the_page_with_its_draft(app: App) -> None:
    owner, ana, ben = app.key("owner"), app.key("annotator", "a@x.org"), app.key("annotator", "b@x.org")
    exam = make(app, owner)
    first = app.call("POST", f"/api/exams/{exam}/attempts", ana).json()
    at = f"/api/attempts/{first['attempt_id']}"
    app.call("POST", at + "/answers", ana, {"position": 0, "value": known_of(first)})

    kept = app.call("PUT", at + "/draft", ana, {"position": 1, "value": choice("good"), "operations": 1})
    stale = app.call("PUT", at + "/draft", ana, {"position": 0, "value": choice("bad")})
    again = app.call("POST", f"/api/exams/{exam}/attempts", ana).json()
    twice = app.call("POST", at + "/answers", ana, {"position": 0, "value": turned(known_of(first))}).json()
    ahead = app.call("POST", at + "/answers", ana, {"position": 3, "value": choice("bad")})

    assert kept.status_code == 204 and stale.status_code == 409 and ahead.status_code == 409
    assert again["attempt_id"] == first["attempt_id"] and again["position"] == 1
    assert again["asked"]["draft"]["value"] == choice("good")
    assert twice["position"] == 1
    for method, path in (("GET", at), ("PUT", at + "/draft"), ("POST", at + "/answers")):
        body = {"position": 1, "value": {}} if method != "GET" else None
        assert app.call(method, path, ben, body).status_code == 404


def test_attempts_end_and_a_pause_lies_between_them(app: App) -> None:
    owner, ana, ben = app.key("owner"), app.key("annotator", "a@x.org"), app.key("annotator", "b@x.org")
    exam, slow = make(app, owner), make(app, owner, cool_down_seconds=3600)
    take(app, exam, ana, wrong=4)
    take(app, exam, ana, wrong=4)
    take(app, slow, ben, wrong=4)
    take(app, exam, ben)

    used = app.call("POST", f"/api/exams/{exam}/attempts", ana)
    paused = app.call("POST", f"/api/exams/{slow}/attempts", ben)
    held = app.call("POST", f"/api/exams/{exam}/attempts", ben)

    assert [one.status_code for one in (used, paused, held)] == [409, 409, 409]
    mine = {one["exam_id"]: one for one in app.call("GET", "/api/me/exams", ben).json()["exams"]}
    assert mine[slow]["next_at"] and mine[slow]["attempts_used"] == 1 and mine[slow]["last_state"] == "failed"
    person = app.call("GET", "/api/me/profile", ben).json()["person_id"]
    app.call("DELETE", f"/api/people/{person}/qualifications?skill=tea&source=exam", owner)
    assert app.call("POST", f"/api/exams/{exam}/attempts", ben).status_code == 200


def test_an_exam_is_made_from_settled_items_and_stays_when_the_project_changes(app: App) -> None:
    owner, ana = app.key("owner"), app.key("annotator")
    project = app.call("POST", "/api/projects", owner, {"name": "Tea", "schema": SENTIMENT, "review": False}).json()
    at = f"/api/projects/{project['project_id']}"
    app.call("POST", at + "/items", owner, [{"data": {"text": f"cup {i}"}} for i in range(3)])
    for _ in range(2):
        lease = app.call("POST", at + "/lease", ana).json()
        app.call("POST", f"/api/leases/{lease['lease_id']}/submit", ana,
                 {"fence": lease["fence"], "value": choice("good")})
    listed = app.call("GET", at + "/items", owner).json()["items"]
    open_item = next(one["item_id"] for one in listed if one["state"] == "open")
    settled = [one["item_id"] for one in listed if one["state"] == "settled"]

    refused = app.call("POST", "/api/exams", owner, {**RULES, **project, "item_ids": [open_item]})
    made = app.call("POST", "/api/exams", owner, {**RULES, **project, "item_ids": settled[:1], "draw": 9}).json()
    page = app.call("GET", f"/api/exams/{made['exam_id']}", owner).json()

    assert (refused.status_code, refused.json()["error"]["where"]) == (400, "item_ids[0]")
    assert made["items"] == 2 and [label(one["known"]) for one in page["items"]] == ["good", "good"]
    wrong = app.call("POST", f"/api/exams/{made['exam_id']}/items", owner,
                     {"items": [{"item": {"data": {"text": "x"}}, "known": choice("no such")}]})
    assert (wrong.status_code, wrong.json()["error"]["where"]) == (400, "items[0]")


def test_a_project_that_asks_for_an_exams_skill_gives_its_tasks_to_whoever_passed(app: App) -> None:
    owner, ana, ben = app.key("owner"), app.key("annotator", "a@x.org"), app.key("annotator", "b@x.org")
    exam = make(app, owner, valid_days=30)
    made = app.call("POST", "/api/projects", owner, {"name": "Tea", "schema": SENTIMENT, "review": False})
    at = f"/api/projects/{made.json()['project_id']}"
    app.call("POST", at + "/items", owner, [{"data": {"text": f"cup {i}"}} for i in range(3)])
    asked = {"requirement": {"skills": {"tea": 75}}, "rules": []}
    assert app.call("PUT", at + "/routing", owner, asked).status_code == 200
    assert app.call("POST", at + "/lease", ana).status_code == 204
    assert app.call("GET", at + "/for-me", ana).json()["lacking"] != []

    take(app, exam, ana)
    take(app, exam, ben, wrong=3)

    assert app.call("GET", at + "/for-me", ana).json()["qualifies"]
    assert app.call("POST", at + "/lease", ana).status_code == 200
    assert app.call("POST", at + "/lease", ben).status_code == 204
