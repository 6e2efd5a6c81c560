"""The OpenAPI document: it is whole, and a server holds to it whatever is sent."""

from __future__ import annotations

import string
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from litestar.testing import TestClient
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from goldsmith import Client
from goldsmith.core.errors import BadInput, NotFound
from goldsmith.server.app import make_app
from goldsmith.server.routes.reference import document as document_module
from goldsmith.server.routes.reference.document import complete, operations
from tests.conftest import SENTIMENT, Server, choice, new_postgres_database

EXAMPLES = 8  # of each call
CHECKS: list[CheckFunction] = [not_a_server_error, status_code_conformance, response_schema_conformance]
NOT_SENT = {"sign_out", "sign_in"}  # the first ends nothing for a key, the second shuts its door after ten tries


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    place = new_postgres_database(request.getfixturevalue("postgres")) if request.param == "postgres" else ""
    one = Server(tmp_path_factory.mktemp("openapi") / "data", place)
    one.start()
    yield one
    one.stop()


@pytest.fixture(scope="module")
def document(server: Server) -> Any:
    return httpx.get(server.url + "/api/schema/openapi.json", timeout=60).raise_for_status().json()


def calls(document: Any) -> dict[str, Any]:
    return {one["operationId"]: one for _, _, one in operations(document)}


def test_every_call_has_its_own_name_a_part_and_a_sentence(document: Any) -> None:
    found = [one for _, _, one in operations(document)]

    assert document["openapi"].startswith("3.1")
    assert len(calls(document)) == len(found) >= 55
    assert [one["operationId"] for one in found if not one["summary"][0].isupper() or len(one["tags"]) != 1] == []
    assert {one["tags"][0] for one in found} == {part["name"] for part in document["tags"]}
    assert all(set(one["operationId"]) <= set(string.ascii_lowercase + "_") for one in found)


def test_every_reference_inside_leads_somewhere(document: Any) -> None:
    def references(at: Any) -> Iterator[str]:
        if isinstance(at, dict):
            yield from [at["$ref"]] if isinstance(at.get("$ref"), str) else []
        for one in at.values() if isinstance(at, dict) else at if isinstance(at, list) else ():
            yield from references(one)

    def leads(reference: str) -> bool:
        at = document
        for part in reference.removeprefix("#/").split("/"):
            at = at.get(part, {})
        return bool(at)

    assert [one for one in set(references(document)) if not leads(one)] == []


def test_a_refusal_and_who_may_call_are_described(document: Any) -> None:
    submit, join = calls(document)["submit"], calls(document)["join"]

    assert set(document["components"]["securitySchemes"]) == {"key", "session"}
    assert document["security"] == [{"key": []}, {"session": []}]
    assert join["security"] == [] and "security" not in submit
    assert {"400", "401", "403", "404", "409"} <= submit["responses"].keys()
    error = document["components"]["schemas"]["ErrorBody"]["properties"]
    assert set(error) == {"code", "message", "where", "hint", "again_at"}


def test_what_goes_raw_is_described(document: Any) -> None:
    items, file = calls(document)["add_items"], calls(document)["add_file"]

    assert set(items["requestBody"]["content"]) == {"application/x-ndjson", "application/json", "multipart/form-data"}
    assert set(file["requestBody"]["content"]) == {"application/octet-stream"}
    assert not calls(document)["lease_next"]["requestBody"]["required"]
    assert {"200", "204"} <= calls(document)["lease_next"]["responses"].keys()
    assert "X-Goldsmith-Losses" in calls(document)["export"]["responses"]["200"]["headers"]


def test_nobody_waits_while_the_document_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, made = threading.Event(), threading.Event(), []

    def slowly(*of: Any) -> Any:
        made.append(complete(*of))
        begun.set()
        assert go_on.wait(60)
        return made[-1]

    monkeypatch.setattr(document_module, "complete", slowly)
    with TestClient(make_app(tmp_path / "data")) as client, ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(client.get, "/api/schema/openapi.json") for _ in range(2)]
        assert begun.wait(60)
        meanwhile = client.get("/api/reference")
        were_waiting = [not one.done() for one in asked]
        go_on.set()
        answers = [one.result(60) for one in asked]

        assert meanwhile.status_code == 200 and were_waiting == [True, True]
        assert [one.json()["info"]["title"] for one in answers] == ["Goldsmith"] * 2 and len(made) == 1
        assert answers[0].headers["content-type"].startswith("application/vnd.oai.openapi+json")
        assert client.get("/api/schema/nothing.json").status_code == 404


def test_the_reference_page_asks_no_other_host(server: Server) -> None:
    for path, sort in (("", "text/html"), ("/page.js", "text/javascript"), ("/page.css", "text/css")):
        answer = httpx.get(server.url + "/api/reference" + path)

        assert answer.status_code == 200 and answer.headers["content-type"].startswith(sort)
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "http://" not in answer.text and "https://" not in answer.text and "innerHTML" not in answer.text


@pytest.fixture(scope="module")
def ids(server: Server, owners_key: str) -> dict[str, Any]:
    """Ids of what exists, so that what is sent reaches what lies behind the walls."""
    with Client(server.url, owners_key) as client:
        project = client.create_project("Tea", SENTIMENT, review=False).project_id
        added = client.add_items(project, [{"data": {"text": f"text {i}"}} for i in range(40)])
        money = {"sort": "answer", "currency": "EUR", "amount_minor": 5}
        for method, path, body in (
            ("PUT", "price", money),
            ("POST", "budget", {"amount_minor": 900, "currency": "EUR", "once": "first"}),
        ):
            httpx.request(
                method,
                f"{server.url}/api/projects/{project}/pay/{path}",
                json=body,
                headers={"Authorization": f"Bearer {owners_key}"},
            ).raise_for_status()
        for _ in range(5):
            done = client.lease(project)
            assert done is not None
            annotation = client.submit(done, choice("good")).annotation_id
        client.cut_version(project)
        run = httpx.post(
            f"{server.url}/api/pay-runs", json={"currency": "EUR"}, headers={"Authorization": f"Bearer {owners_key}"}
        ).json()
        held, item = client.lease(project), next(client.items(project))
        assert held is not None
        return {
            "project_id": project,
            "import_id": added.import_id,
            "item_id": item.item_id,
            "version": 1,
            "lease_id": held.lease_id,
            "annotation_id": annotation,
            "sha256": "0" * 64,
            "person_id": client.me().person_id,
            "pay_run_id": run["pay_run_id"],
            "payment_id": run["payments"][0]["payment_id"],
        }


@pytest.fixture(scope="module")
def owners_key(server: Server) -> str:
    return server.key("o@x.org", "owner")


def test_a_nul_in_a_text_stops_nothing_and_too_large_a_number_is_said(server: Server, owners_key: str) -> None:
    with Client(server.url, owners_key) as client:
        project = client.create_project("Odd", SENTIMENT).project_id
        added = client.add_items(project, [{"data": {"text": "a\0b"}}, {"data": {"text": "fine"}}])

        assert added.accepted == 2
        assert [one.item.data["text"] for one in client.items(project)] == ["a\0b", "fine"]
        with pytest.raises(NotFound):
            client.certificate(project, 10**30)
        with pytest.raises(BadInput):
            client.cut_version(project, seed=2**60)


@pytest.mark.filterwarnings("ignore")  # of schemathesis about itself
def test_nothing_that_fits_the_document_breaks_the_server(
    server: Server, document: Any, owners_key: str, ids: dict[str, Any]
) -> None:
    schema = schemathesis.openapi.from_dict(document)
    wrong: dict[str, str] = {}
    for found in schema.get_all_operations():
        operation = found.ok()
        name = operation.definition.raw["operationId"]
        if name not in NOT_SENT and (said := broken_by(operation, server.url, owners_key, ids)):
            wrong[name] = said

    assert wrong == {}, "\n\n".join(f"{name}: {said}" for name, said in wrong.items())
    with Client(server.url, owners_key) as client:
        assert client.me().role == "owner"


def broken_by(operation: Any, url: str, key: str, ids: dict[str, Any]) -> str:
    """What a server did wrong when the call was tried, or ""."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def check(case: Any) -> None:
        case.path_parameters |= {name: ids[name] for name in case.path_parameters if name in ids}
        case.call_and_validate(base_url=url, headers={"Authorization": f"Bearer {key}"}, checks=CHECKS)

    try:
        check()
    except (Exception, BaseExceptionGroup) as error:  # all calls are tried before any is told
        return str(error)[:1500]
    return ""
