"""Every route of the application, walked as a stranger, as each role, and as the owner of another workspace.

The routes come from the application itself: one that stands in no table here fails the first test.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient
from PIL import Image

from goldsmith.db.connection import Connection
from goldsmith.server.app import make_app
from goldsmith.server.context import COOKIE, now_us
from goldsmith.work import people
from goldsmith.work.figures.signals import keeping, looking
from tests.conftest import choice
from tests.flows.routes_by_role import LEAST, NEEDS, OPEN, P
from tests.work.http import PASSWORD, App

SECRET = {"fields": [{"name": "mark", "kind": "choice", "required": True, "labels": [{"name": "hushlabel"}]}]}
HUSH = "hush"  # what every name and text of the first workspace begins with
ECHO = ("POST", "/api/schema/check")  # answers with the schema that was sent
QUERIES = {
    P + "/imports/{import_id}/file": "?name=x.txt",
    P + "/versions/{version}/diff": "?against=1",
    P + "/export": "?version=1",
    P + "/similar": "?text=words",
    "/api/entries": "?vocabulary=hushwords",
}
FENCE = {"fence": 1}
NUMBERS = ("version", "level", "column", "row")  # what is no text in an address
BANK = {"name": "hushname", "iban": "DE89370400440532013000"}
PRICE = {"sort": "answer", "currency": "EUR", "amount_minor": 40, "release_days": 3}
CALL = {"name": "Call", "places": 3, "ends_at": "2999-01-01T00:00:00Z"}
RULES = {"name": "hushexam", "skill": "hushskill"}
EXAM_ITEM = {"item": {"data": {"text": "hushasked"}}, "known": {"mark": [{"id": "k", "kind": "choice", "label": "hushlabel"}]}}  # noqa: E501
ENTRY = {"id": "hushid", "name": "hushentry"}
PREDICTOR = {"name": "hushmodel", "version": "1", "sort": "openai", "secret": "hushkey",
             "settings": {"address": "http://127.0.0.1:9/v1", "model": "hushmodel"}}  # fmt: skip
BODIES: dict[str, Any] = {
    "PUT /api/me/shortcuts": {"shortcuts": {}},
    "PUT /api/me/language": {"language": "ar"},
    "POST /api/keys": {"name": "k"},
    "POST /api/invitations": {"role": "annotator"},
    "PATCH /api/people/{person_id}": {},
    "PUT /api/workspace": {"name": "Place", "licence": "l", "basis": "b"},
    "PUT /api/me/profile": {"profile": {}},
    "PUT /api/people/{person_id}/profile": {"profile": {}},
    "POST /api/people/{person_id}/decision": {"is_approved": True},
    "POST /api/people/list": {"csv": "email\n", "is_trial": True},
    "POST /api/groups": {"name": "hushgroup 2"},
    "PATCH /api/groups/{group_id}": {"name": "hushgroup 3"},
    "PATCH /api/groups/{group_id}/members": {},
    "POST /api/vocabularies": {"name": "hushwords 2"},
    "PUT /api/vocabularies/{vocabulary_id}/entries": ENTRY,
    "POST /api/open-calls": CALL,
    "PATCH /api/open-calls/{call_id}": {},
    "POST /api/calls/{token}/apply": {"email": "a@b.c", "password": PASSWORD},
    "POST /api/exams": {**RULES, "schema": SECRET},
    "PATCH /api/exams/{exam_id}": {"rules": RULES},
    "POST /api/exams/{exam_id}/items": {"items": [EXAM_ITEM]},
    "PATCH /api/exams/{exam_id}/items/{exam_item_id}": {},
    "PUT /api/attempts/{attempt_id}/draft": {"position": 0},
    "POST /api/attempts/{attempt_id}/answers": {"position": 0, "value": {}},
    f"PUT {P}/terms": {"terms": "hushterms"},
    f"POST {P}/terms/accept": {"version": 1},
    "POST /api/projects": {"name": "x", "schema": SECRET},
    "POST /api/blobs/{sha256}/segment": {"segmenter": "hushmodel"},
    "POST /api/schema/check": {"schema": SECRET},
    f"PATCH {P}": {},
    f"POST {P}/schema/check": {"schema": SECRET},
    f"PUT {P}/schema": {"schema": SECRET},
    f"PUT {P}/guideline": {"guideline": "hush"},
    f"PUT {P}/workflow": {"version": 1},
    f"PATCH {P}/items": {"item_ids": []},
    f"PUT {P}/deadlines": {"due_at": "2999-01-01T00:00:00Z"},
    f"PUT {P}/service-levels": {"settled": 48.0},
    f"POST {P}/items/{{item_id}}/comments": {"text": "hushcomment"},
    "POST /api/me/inbox/read": {},
    f"PUT {P}/routing": {},
    f"POST {P}/gold": {"item_ids": []},
    f"PUT {P}/gold/settings": {"share": 0.1, "tolerance": 0.2},
    f"PATCH {P}/gold/items/{{item_id}}": {"action": "keep"},
    f"PUT {P}/auto-accept/{{person_id}}": {"error_rate": 0.1},
    "POST /api/models": {"model": "m", "version": "1"},
    "PUT /api/models/{person_id}/price": {"price_minor": 2, "currency": "EUR"},
    "POST /api/predictors/files": [],
    "POST /api/predictors": {**PREDICTOR, "name": "m", "settings": {"address": "http://127.0.0.1:9/v1", "model": "m"}},
    "PATCH /api/predictors/{predictor_id}": {},
    "POST /api/predictors/{predictor_id}/try": {"project_id": "absent"},
    f"PUT {P}/suggestions": {},
    f"POST {P}/prediction-runs": {"predictor_id": "absent"},
    f"POST {P}/teaching": {"predictor_id": "absent"},
    f"POST {P}/embeddings": {},
    f"PATCH {P}/batches": {"batch": "hushbatch", "priority": 1},
    f"POST {P}/items": [],
    f"POST {P}/imports": {"name": "x"},
    f"POST {P}/imports/seen": {"import_ids": []},
    f"POST {P}/imports/{{import_id}}/file": [],
    f"POST {P}/audits": {"size": 1},
    f"POST {P}/versions": {},
    "POST /api/leases/{lease_id}/heartbeat": FENCE,
    "POST /api/leases/{lease_id}/operations": {**FENCE, "operations": []},
    "POST /api/leases/{lease_id}/submit": {**FENCE, "value": {}},
    "POST /api/leases/{lease_id}/release": FENCE,
    "POST /api/leases/{lease_id}/replies": {
        **FENCE, "field": "hushfield", "parent": "m", "messages": [{"role": "user", "text": "Hello?"}]},
    "POST /api/leases/{lease_id}/replies/stop": FENCE,
    "POST /api/leases/{lease_id}/skip": {**FENCE, "reason": "r"},
    "POST /api/reviews/{lease_id}/decide": {**FENCE, "decision": "accepted"},
    "POST /api/audit-leases/{lease_id}/submit": {**FENCE, "value": {}},
    "POST /api/audit-seats/{audit_seat_id}/verdict": {"errors": []},
    "PUT /api/me/bank-account": {"name": "Somebody"},
    "PUT /api/workspace/bank-account": {"name": "Place"},
    "POST /api/annotations/{annotation_id}/appeal": {"words": "w"},
    "POST /api/appeals/{appeal_id}/decide": {"is_granted": True, "answer": "a"},
    "POST /api/signals/{signal_id}/dismiss": {"reason": "r"},
    "POST /api/signals/{signal_id}/notice": {"words": "w"},
    "POST /api/signals/{signal_id}/close": {"outcome": "agreed", "words": "w"},
    "POST /api/me/notices/{signal_id}/answer": {"words": "w"},
    f"PUT {P}/pay/price": PRICE,
    f"POST {P}/pay/budget": {"amount_minor": 5, "currency": "EUR", "once": "o"},
    "POST /api/training/budget": {"amount_minor": 5, "currency": "EUR", "once": "o"},
    f"POST {P}/pay/extra": {
        "person_id": "absent", "sort": "bonus", "amount_minor": 1, "currency": "EUR", "reason": "r", "once": "o"
    },
    "POST /api/payments/{payment_id}/failed": {"reason": "r"},
    "POST /api/pay-runs": {"currency": "none"},
    "POST /api/sign-in": {"email": "a@b.c", "password": "x"},
    "POST /api/join": {"email": "a@b.c", "password": PASSWORD, "token": "gsi_x"},
    "POST /api/join/check": {"token": "gsi_x"},
}


class House:
    """A workspace where something of every sort exists, its people, and another workspace's owner."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.keys = {role: app.key(role, f"hush-{role}@x.org") for role in people.RANK}
        other = app.context.db.write(lambda db: people.add_workspace(db, "Other", now_us=now_us()))
        self.spy = app.key("owner", "spy@y.org", workspace_id=other)
        self.ids = self._fill()

    def ask(self, role: str, method: str, path: str, body: Any = None) -> Any:
        answer = self.app.call(method, path, self.keys[role], body)
        assert answer.status_code < 300, (method, path, answer.text)
        return answer.json() if answer.content else None

    def _fill(self) -> dict[str, str]:
        project = self.ask(
            "owner",
            "POST",
            "/api/projects",
            {"name": "hushproject", "schema": SECRET, "review": False, "guideline": "hushguide"},
        )["project_id"]
        at = f"/api/projects/{project}"
        self.ask("owner", "PUT", at + "/pay/price", PRICE)
        self.ask("owner", "POST", at + "/pay/budget", {"amount_minor": 900, "currency": "EUR", "once": "hush"})
        made = self.ask("owner", "POST", at + "/items", [{"data": {"text": f"hushtext {i}"}} for i in range(4)])
        answered = self._answer(at, 3)
        self.ask("owner", "POST", at + "/versions", {"name": "hushversion"})
        settled = self.ask("owner", "GET", at + "/items?state=settled")["items"][0]["item_id"]
        self.ask("owner", "POST", at + "/gold", {"item_ids": [settled], "explanation": "hushreason"})
        audit = self.ask("owner", "POST", at + "/audits", {"size": 2})["audit_id"]
        checked = self.ask("reviewer", "POST", f"{at}/audits/{audit}/lease")
        seat = self.ask(
            "reviewer",
            "POST",
            f"/api/audit-leases/{checked['lease_id']}/submit",
            {"fence": checked["fence"], "value": hush_value()},
        )["audit_seat_id"]
        lease = self.ask("annotator", "POST", at + "/lease")
        item = self.ask("owner", "GET", at + "/items")["items"][0]
        everybody = self.ask("owner", "GET", "/api/people")["people"]
        self.ask("owner", "PUT", at + "/terms", {"terms": "hushterms"})
        exam = self.ask("owner", "POST", "/api/exams", {**RULES, "project_id": project, "draw": 2})["exam_id"]
        self.ask("owner", "PATCH", f"/api/exams/{exam}", {"rules": RULES, "state": "open"})
        attempts = [self.ask(role, "POST", f"/api/exams/{exam}/attempts") for role in ("annotator", "reviewer")]
        return {
            "exam_id": exam,
            "exam_item_id": self.ask("owner", "GET", f"/api/exams/{exam}")["items"][0]["exam_item_id"],
            "attempt_id": attempts[1]["attempt_id"],
            "group_id": self.ask("owner", "POST", "/api/groups", {"name": "hushgroup"})["group_id"],
            "vocabulary_id": self._vocabulary(),
            "call_id": self.ask("owner", "POST", "/api/open-calls", CALL)["call_id"],
            "project_id": project,
            "import_id": made["import_id"],
            "item_id": item["item_id"],
            "version": "1",
            **dict.fromkeys(("level", "column", "row"), "0"),
            "lease_id": lease["lease_id"],
            "annotation_id": answered[-1],
            "audit_id": audit,
            "audit_seat_id": seat,
            "sha256": self._picture(at),
            "person_id": everybody[0]["person_id"],
            "credential_id": self.ask("owner", "POST", "/api/invitations", {"role": "annotator"})["credential_id"],
            **self._pay(at),
            "signal_id": self._signal(project),
            **self._predict(at),
        }

    def _vocabulary(self) -> str:
        """A vocabulary of one entry."""
        made: str = self.ask("owner", "POST", "/api/vocabularies", {"name": "hushwords"})["vocabulary_id"]
        self.ask("owner", "PUT", f"/api/vocabularies/{made}/entries", ENTRY)
        return made

    def _predict(self, at: str) -> dict[str, str]:
        """A model that predicts, and its run, which reaches nobody."""
        made = self.ask("owner", "POST", "/api/predictors", PREDICTOR)["predictor_id"]
        run = self.ask("owner", "POST", at + "/prediction-runs", {"predictor_id": made})
        return {"predictor_id": made, "run_id": run["run_id"]}

    def _signal(self, project: str) -> str:
        """Something odd about the annotator."""
        me = self.ask("annotator", "GET", "/api/me")["person_id"]
        example = looking.Example(item_id="hushitem", item="hushtext", given="hushlabel")
        evidence = looking.Evidence(p=0.001, q=0.01, tests=3, figures={"times_faster": 5.0}, examples=[example])
        seen = looking.Seen(person_id=me, other_id="", field="", sort="pace", strength="strong", answers=9,
                            evidence=evidence)  # fmt: skip

        def keep(db: Connection) -> str:
            row = db.one("SELECT * FROM project WHERE project_id = :project", {"project": project})
            assert row is not None
            keeping.keep_look(db, row, looking.Look(answers=9, tests=3, seen=[seen]), now_us=now_us())
            found = db.one("SELECT signal_id FROM signal")
            assert found is not None
            return str(found[0])

        return self.app.context.db.write(keep)

    def _pay(self, at: str) -> dict[str, str]:
        """A bonus for the reviewer, paid in a run, and an appeal by the annotator."""
        me = self.ask("reviewer", "GET", "/api/me")["person_id"]
        bonus = {"sort": "bonus", "amount_minor": 5, "currency": "EUR", "reason": "hushreason", "once": "hushonce"}
        self.ask("owner", "POST", at + "/pay/extra", {**bonus, "person_id": me})
        for where, role in (("/api/me/bank-account", "reviewer"), ("/api/workspace/bank-account", "owner")):
            self.ask(role, "PUT", where, BANK)
        run = self.ask("owner", "POST", "/api/pay-runs", {"currency": "EUR"})
        db = self.app.context.db
        db.write(lambda db: db.execute("UPDATE earning SET state = 'returned' WHERE annotation_id = ("
                                       "SELECT min(annotation_id) FROM earning)"))  # fmt: skip
        row = db.read().one("SELECT annotation_id FROM earning WHERE state = 'returned'")
        assert row is not None
        appeal = self.ask("annotator", "POST", f"/api/annotations/{row[0]}/appeal", {"words": "hushwords"})
        return {
            "pay_run_id": run["pay_run_id"],
            "payment_id": run["payments"][0]["payment_id"],
            "appeal_id": appeal["appeal_id"],
        }

    def _answer(self, at: str, count: int) -> list[str]:
        ids = []
        for _ in range(count):
            lease = self.ask("annotator", "POST", at + "/lease")
            ids.append(
                self.ask(
                    "annotator",
                    "POST",
                    f"/api/leases/{lease['lease_id']}/submit",
                    {"fence": lease["fence"], "value": hush_value()},
                )["annotation_id"]
            )
        return ids

    def _picture(self, at: str) -> str:
        file = io.BytesIO()
        Image.new("RGB", (9, 7), "olive").save(file, "PNG")
        self.app.client.cookies.clear()
        answer = self.app.client.post(
            at + "/items",
            files={"file": ("hush.png", file.getvalue())},
            headers={"authorization": f"Bearer {self.keys['owner']}"},
        )
        assert answer.json()["accepted"] == 1, answer.text
        items = self.ask("owner", "GET", at + "/items")["items"]
        return str(next(one["item"]["assets"]["image"]["sha256"] for one in items if one["item"]["assets"]))

    def walk(self, route: tuple[str, str], key: str = "", ids: dict[str, str] | None = None, **headers: str) -> Any:
        """Call a route with ids of what exists (or with others)."""
        method, path = route
        for name, value in (self.ids if ids is None else ids).items():
            path = path.replace("{" + name + "}", value)
        body = BODIES.get(" ".join(route))
        return self.app.call(method, path + QUERIES.get(route[1], ""), key, body, **headers)


def hush_value() -> dict[str, Any]:
    return {"mark": choice("hushlabel")["sentiment"]}


def routes_of(app: Any) -> list[tuple[str, str]]:
    found = {
        (str(method), route.path_format)
        for route in app.routes
        for method in getattr(route, "methods", [])
        if route.path.startswith("/api") and method not in ("OPTIONS", "HEAD")
    }
    return sorted(found)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    app = make_app(tmp_path_factory.mktemp("walls") / "data")
    with TestClient(app) as client:
        yield House(App(client, app.state.context))


@pytest.fixture(scope="module")
def routes(house: House) -> list[tuple[str, str]]:
    return [route for route in routes_of(house.app.client.app) if route not in OPEN]


def test_every_route_stands_in_the_table_and_only_those(routes: list[tuple[str, str]]) -> None:
    assert sorted(NEEDS) == routes


def test_a_stranger_gets_nothing_from_any_route(house: House, routes: list[tuple[str, str]]) -> None:
    for key in ("", "gsk_invented"):
        answers = {route: house.walk(route, key).status_code for route in routes}

        assert set(answers.values()) == {401}, answers


@pytest.mark.parametrize("role", people.RANK)
def test_a_role_is_refused_exactly_what_is_above_it(house: House, routes: list[tuple[str, str]], role: str) -> None:
    wrong = {}
    for route in routes:  # ids that do not exist: nothing changes on the way
        ids = {name: "1" if name in NUMBERS else "absent" for name in house.ids}
        status = house.walk(route, house.keys[role], ids).status_code
        is_refused = people.RANK[role] < people.RANK[NEEDS[route]]
        expected = (403,) if is_refused else (404,) if "{" in route[1] else (200, 201, 204)
        if route == ("POST", "/api/pay-runs") and not is_refused:
            expected = (400,)  # sent without a currency that there is, so that no run is made
        if status not in expected:
            wrong[route] = (status, expected)

    assert wrong == {}


def test_the_owner_of_another_workspace_finds_nothing_of_this_one(house: House, routes: list[tuple[str, str]]) -> None:
    wrong = {}
    for route in routes:
        answer = house.walk(route, house.spy)
        told = [word for word in (HUSH, *house.ids.values()) if len(word) > 1 and word in answer.text]
        if told and route != ECHO:
            wrong[route] = told
        if "{" in route[1] and answer.status_code != 404:
            wrong[route] = answer.status_code

    assert wrong == {}


def test_what_another_workspace_did_in_vain_changed_nothing(house: House) -> None:
    at = f"/api/projects/{house.ids['project_id']}"

    assert house.ask("owner", "GET", at)["name"] == "hushproject"
    assert house.ask("owner", "GET", at + "/versions")["versions"][0]["version"] == 1
    assert house.ask("annotator", "POST", f"/api/leases/{house.ids['lease_id']}/heartbeat", FENCE)


def test_ids_of_another_workspace_lead_nowhere_inside_of_a_body_either(house: House) -> None:
    def ask(method: str, path: str, body: Any) -> Any:
        return house.app.call(method, path, house.spy, body)

    at = "/api/projects/" + ask("POST", "/api/projects", {"name": "Own", "schema": SECRET}).json()["project_id"]
    picture = {"sha256": house.ids["sha256"], "media_type": "image/png", "size_bytes": 1, "width_px": 9, "height_px": 7}

    assert ask("PATCH", at + "/items", {"item_ids": [house.ids["item_id"]], "priority": 9}).status_code == 400
    assert ask("POST", f"{at}/items?import_id={house.ids['import_id']}", []).status_code == 404
    assert ask("POST", at + "/versions", {"audit_id": house.ids["audit_id"]}).status_code == 404
    assert ask("POST", at + "/items", [{"assets": {"image": picture}}]).json()["accepted"] == 0
    assert ask("GET", f"{at}/items/{house.ids['item_id']}", None).status_code == 404
    assert ask("GET", f"{at}/imports/{house.ids['import_id']}", None).status_code == 404
    assert ask("GET", f"{at}/similar?item={house.ids['item_id']}", None).status_code == 404
    assert ask("POST", f"{at}/embeddings", {"predictor_id": house.ids["predictor_id"]}).status_code == 404
    assert ask("POST", f"{at}/audits/{house.ids['audit_id']}/lease", None).status_code == 404
    payer = {"amount_minor": 1, "currency": "EUR", "project_id": house.ids["project_id"]}
    training = {"name": "t", "skill": "t", "mode": "training", "schema": SECRET, "pay": payer}
    assert ask("POST", "/api/exams", training).status_code == 404


def test_each_role_may_do_what_is_its_own_with_what_exists(house: House) -> None:
    for route in sorted(LEAST["annotator"] | LEAST["reviewer"]):
        if route[0] == "GET":
            holder = "annotator" if "/leases/" in route[1] else "reviewer"  # whose lease it is
            answer = house.walk(route, house.keys[holder], {**house.ids})

            assert answer.status_code == 200, (route, answer.text)


def test_a_removed_person_and_a_revoked_key_get_nothing(house: House, routes: list[tuple[str, str]]) -> None:
    removed, key = house.app.key("annotator", "gone@x.org"), house.app.key("manager", "keyless@x.org")
    person = house.app.call("GET", "/api/me", removed).json()["person_id"]
    house.ask("owner", "PATCH", f"/api/people/{person}", {"state": "removed"})
    credential = house.app.call("GET", "/api/keys", key).json()["keys"][0]["credential_id"]
    assert house.app.call("DELETE", f"/api/keys/{credential}", key).status_code == 204

    for secret in (removed, key):
        assert {house.walk(route, secret).status_code for route in routes} == {401}


def test_a_key_that_may_only_read_changes_nothing(house: House, routes: list[tuple[str, str]]) -> None:
    reader = house.app.key("owner", "reader@x.org", scopes=("read",))
    writer = house.app.key("owner", "writer@x.org", scopes=("write",))

    writes = {route: house.walk(route, reader).status_code for route in routes if route[0] != "GET"}
    reads = {route: house.walk(route, writer).status_code for route in routes if route[0] == "GET"}

    assert set(writes.values()) == {403} == set(reads.values()), (writes, reads)
    assert house.app.call("GET", "/api/projects", reader).status_code == 200


def test_a_page_of_another_site_changes_nothing_with_our_cookie(house: House, routes: list[tuple[str, str]]) -> None:
    owner = house.app.context.db.write(
        lambda db: people.start_session(
            db, people.find_person(db, house.keys["owner"], scope="read", now_us=now_us()), now_us=now_us()
        )
    )
    cookie = {"cookie": f"{COOKIE}={owner}"}

    for origin in ("cross-site", "same-site", "none"):
        answers = {
            route: house.walk(route, **cookie, **{"sec-fetch-site": origin}).status_code
            for route in routes
            if route[0] != "GET"
        }
        assert set(answers.values()) == {401}, (origin, answers)
    assert (
        house.app.call(
            "POST", "/api/keys", "", {"name": "k"}, **cookie, **{"sec-fetch-site": "same-origin"}
        ).status_code
        == 201
    )


def test_a_refusal_has_one_form(house: House, routes: list[tuple[str, str]]) -> None:
    for route in routes:
        error = house.walk(route).json()["error"]
        assert set(error) == {"code", "message", "where", "hint"} and error["code"] == "sign_in_needed"
    for method, path in (("GET", "/api/nothing"), ("DELETE", "/api/me"), ("POST", "/api/projects")):
        error = house.app.call(method, path, house.keys["owner"], {"name": 5}).json()["error"]
        assert error["message"] and set(error) == {"code", "message", "where", "hint"}


def test_the_open_pages_tell_nothing_of_anybody(house: House) -> None:
    for method, path in sorted(OPEN):
        if method == "GET":
            text = house.app.call(method, path).text
            assert not [word for word in house.ids.values() if len(word) > 2 and word in text]
            assert json.dumps("hush")[1:-1] not in text
