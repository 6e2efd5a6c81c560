"""The registry of models that predict: added, changed, tried, asked how they are; and their keys, which nobody sees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from goldsmith.core.errors import Conflict
from goldsmith.work.routing.predicting.vault import Vault
from tests.work.predicting.desk import Desk, a_desk, saying


@pytest.fixture
def desk(database_place: str, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(database_place, tmp_path) as one:
        yield one


def test_a_key_is_used_and_never_given_back(desk: Desk) -> None:
    made = desk.add()

    checked = desk.ask("POST", f"/api/predictors/{made['predictor_id']}/check")

    assert checked["error"] == "" and checked["latency_ms"] > 0 and checked["says"] == "small-model"
    assert desk.server.keys == ["Bearer sk-hidden"]
    assert made["has_secret"] is True
    listed = desk.call("GET", "/api/predictors").text
    assert "sk-hidden" not in json.dumps(made) + json.dumps(checked) + listed
    rows = desk.app.context.db.read().all("SELECT * FROM predictor")
    assert all(b"sk-hidden" not in bytes(row["secret"]) + bytes(row["settings_json"]) for row in rows)


def test_a_predictor_is_a_model_of_the_table_of_people(desk: Desk) -> None:
    made = desk.add()

    people = desk.ask("GET", "/api/people")["people"]

    assert [one["name"] for one in people if one["person_id"] == made["person_id"]] == ["Small 1"]


def test_how_it_is_says_what_is_wrong(desk: Desk) -> None:
    lost = desk.add(model="another-model")

    checked = desk.ask("POST", f"/api/predictors/{lost['predictor_id']}/check")

    assert "another-model" in checked["error"] and "small-model" in checked["error"]
    assert checked["latency_ms"] is None


def test_a_try_shows_the_answer_and_keeps_nothing(desk: Desk) -> None:
    desk.server.reply = lambda body: saying("good", 0.8)
    made = desk.add(input_minor=1_000_000, output_minor=2_000_000, currency="EUR")

    tried = desk.ask("POST", f"/api/predictors/{made['predictor_id']}/try", {"project_id": desk.project})

    assert [one["label"] for one in tried["value"]["sentiment"]] == ["good"]
    assert list(tried["scores"].values()) == [0.8] and tried["error"] == ""
    assert tried["cost_minor"] == tried["tokens_in"] + 2 * tried["tokens_out"] > 0
    assert desk.app.context.db.read().all("SELECT * FROM suggestion") == []


def test_what_does_not_fit_the_schema_is_told_and_not_shown(desk: Desk) -> None:
    desk.server.reply = lambda body: saying("splendid")
    made = desk.add()

    tried = desk.ask("POST", f"/api/predictors/{made['predictor_id']}/try", {"project_id": desk.project})

    assert tried["value"] == {} and "splendid" in tried["error"]


@pytest.mark.parametrize("modes", [["500", "normal"], ["429", "normal"], ["garbage", "normal"], ["cut", "normal"]])
def test_a_server_that_stumbles_is_asked_again(desk: Desk, modes: list[str]) -> None:
    desk.server.reply, desk.server.modes = lambda body: saying("bad"), list(modes)
    made = desk.add(tries=2)

    tried = desk.ask("POST", f"/api/predictors/{made['predictor_id']}/try", {"project_id": desk.project})

    assert tried["error"] == "" and len(desk.server.calls) == 2


def test_a_wrong_key_is_not_tried_again(desk: Desk) -> None:
    desk.server.modes = ["401"]
    made = desk.add()

    tried = desk.ask("POST", f"/api/predictors/{made['predictor_id']}/try", {"project_id": desk.project})

    assert "401" in tried["error"] and len(desk.server.calls) == 1
    assert "sk-hidden" not in json.dumps(tried)


def test_another_version_is_another_model(desk: Desk) -> None:
    made = desk.add()

    changed = desk.ask("PATCH", f"/api/predictors/{made['predictor_id']}", {"version": "2"})

    assert changed["predictor_id"] == made["predictor_id"] and changed["version"] == "2"
    assert changed["person_id"] != made["person_id"]


def test_the_key_does_not_go_to_another_address_by_itself(desk: Desk) -> None:
    made = desk.add()
    at = f"/api/predictors/{made['predictor_id']}"
    elsewhere = {"settings": {"address": "http://127.0.0.1:9/v1", "model": "small-model"}}

    refused, given = desk.call("PATCH", at, elsewhere), desk.call("PATCH", at, {**elsewhere, "secret": "sk-2"})

    assert refused.status_code == 400 and refused.json()["error"]["where"] == "secret"
    assert given.status_code == 200


def test_settings_that_cannot_be_are_refused_with_their_place(desk: Desk) -> None:
    settings = {"address": "http://169.254.169.254", "model": "m"}
    wrong = {"name": "m", "version": "1", "sort": "openai", "settings": settings}

    refused = desk.call("POST", "/api/predictors", wrong)
    unknown = desk.call("POST", "/api/predictors", {**wrong, "sort": "telepathy"})

    assert refused.status_code == 400 and refused.json()["error"]["where"] == "settings.address"
    assert unknown.status_code == 400 and unknown.json()["error"]["where"] == "sort"


def test_what_is_removed_is_gone_with_its_key(desk: Desk) -> None:
    made = desk.add()

    desk.ask("DELETE", f"/api/predictors/{made['predictor_id']}")

    assert desk.ask("GET", "/api/predictors")["predictors"] == []
    assert [row["secret"] for row in desk.app.context.db.read().all("SELECT secret FROM predictor")] == [None]


def test_a_secret_opens_only_for_its_own_row_and_folder(tmp_path: Path) -> None:
    sealed = Vault(tmp_path / "a.key").seal("hidden", "pred_1")

    assert Vault(tmp_path / "a.key").open(sealed, "pred_1") == "hidden"
    for vault, about in ((Vault(tmp_path / "a.key"), "pred_2"), (Vault(tmp_path / "b.key"), "pred_1")):
        with pytest.raises(Conflict):
            vault.open(sealed, about)
    assert (tmp_path / "a.key").stat().st_mode & 0o077 == 0
