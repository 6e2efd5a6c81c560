"""What models cost a project, and the limit: runs pause, chats say so, and nothing is lost between two who count."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from goldsmith.db.connection import open_database
from goldsmith.work.routing.predicting import registry, spending
from goldsmith.work.routing.predicting.spending import LimitMet, Use
from tests.openai_server import openai_server
from tests.work.http import running
from tests.work.predicting import test_conversations
from tests.work.predicting.desk import Desk, a_desk, saying

PRICED = {"input_minor": 1_000_000, "output_minor": 1_000_000, "currency": "EUR"}  # a cent a token
OCTOBER, NOVEMBER = 1_793_000_000_000_000, 1_795_400_000_000_000


@pytest.fixture
def desk(database_place: str, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(database_place, tmp_path) as one:
        one.server.reply = lambda body: saying("good")
        yield one


def limit(desk: Any, minor: int | None, key: str = "", **more: Any) -> Any:
    body = {"cost_most_minor": minor, "cost_currency": "EUR" if minor is not None else "", **more}
    answer = desk.app.call("PUT", f"/api/projects/{desk.project}/suggestions", key or desk.key, body)
    assert answer.status_code == 200, answer.text
    return answer.json()["spending"]


def resume(desk: Desk, run: Any) -> Any:
    return desk.call("POST", f"/api/projects/{desk.project}/prediction-runs/{run['run_id']}/resume")


@pytest.mark.parametrize("sort", ["suggest", "answer"])
def test_a_run_pauses_at_the_limit_and_goes_on_when_it_is_raised(desk: Desk, sort: str) -> None:
    desk.add_texts(*(f"text {n}" for n in range(24)))
    model = desk.add(**PRICED)
    limit(desk, 1)

    paused = desk.run(model["predictor_id"], sort)
    refused = resume(desk, paused)
    held = "SELECT 1 FROM seat WHERE person_id = :model AND annotation_id IS NULL"
    seats = desk.app.context.db.read().all(held, {"model": model["person_id"]})
    limit(desk, 1_000_000)
    going = resume(desk, paused)
    run = desk.wait(paused["run_id"])

    piece = 16 if sort == "suggest" else 4
    assert (paused["state"], paused["done"]) == ("paused", piece)  # one piece was under way
    assert "0.01 EUR a month, is used up" in paused["error"] and "Settings" in paused["error"]
    assert refused.status_code == 409 and refused.json()["error"]["code"] == "spending_limit"
    assert going.status_code == 200 and seats == []
    assert (run["state"], run["done"], run["error"]) == ("done", 25, "")


def test_what_was_spent_is_told_by_model_and_use(desk: Desk) -> None:
    model = desk.add(**PRICED, tries=1)
    desk.run(model["predictor_id"])
    desk.server.reply = lambda body: "nonsense"
    desk.ask("POST", f"/api/predictors/{model['predictor_id']}/try", {"project_id": desk.project})

    shown = limit(desk, 100_000, cost_per="all")

    run, trial = sorted(shown["uses"], key=lambda one: one["purpose"])
    assert (run["purpose"], run["name"], run["currency"], run["month"]) == ("run", "Small 1", "EUR", run["all"])
    assert (run["all"]["calls"], run["all"]["failed"]) == (1, 0)
    assert run["all"]["cost_minor"] == run["all"]["tokens_in"] + run["all"]["tokens_out"] > 0
    assert (trial["purpose"], trial["all"]["calls"], trial["all"]["failed"]) == ("trial", 1, 1)
    assert trial["all"]["cost_minor"] > 0  # nonsense is paid for too
    assert shown["counted_minor"] == run["all"]["cost_minor"] + trial["all"]["cost_minor"]


def test_calls_that_fail_are_counted_and_those_paid_for_before_them_too(desk: Desk) -> None:
    desk.add_texts("two", "three")
    desk.server.modes = ["normal", "normal", "401"]
    model = desk.add(**PRICED, parallel=1)

    run = desk.run(model["predictor_id"])

    (use,) = limit(desk, None)["uses"]
    assert run["state"] == "failed"
    assert (use["all"]["calls"], use["all"]["failed"]) == (3, 3)
    assert use["all"]["tokens_out"] > 0


def test_a_limit_in_another_currency_and_one_that_is_none_are_told(desk: Desk) -> None:
    model, free = desk.add(**{**PRICED, "currency": "USD"}), desk.ask("POST", "/api/predictors", {
        "name": "Free", "version": "1", "sort": "openai",
        "settings": {"address": desk.server.address, "model": "small-model"}})  # fmt: skip
    limit(desk, 0)
    at = f"/api/projects/{desk.project}"

    refused = desk.call("POST", f"{at}/prediction-runs", {"predictor_id": model["predictor_id"]})
    strange = desk.call("PUT", f"{at}/suggestions", {"cost_most_minor": 5, "cost_currency": "EURO"})

    assert refused.status_code == 409 and "prices are in USD" in refused.json()["error"]["message"]
    assert strange.status_code == 400 and strange.json()["error"]["where"] == "cost_currency"
    assert desk.run(free["predictor_id"])["state"] == "done"  # what has no price is never stopped


def test_a_chat_is_told_and_a_reply_that_was_stopped_counts_by_its_length(database_place: str, tmp_path: Path) -> None:
    with running(database_place, tmp_path) as app, openai_server() as server:
        desk = test_conversations.Desk(app, server)
        server.modes, server.pause_s, server.reply = ["slow"], 0.05, lambda body: test_conversations.LONG
        limit(desk, 5, desk.manager)
        (reply,) = desk.request("Hello, hello?")
        while not desk.now()[0]["text"]:
            pass
        desk.ask(desk.annotator, "POST", f"{desk.at}/replies/stop", {"fence": desk.lease["fence"]})
        while not (uses := limit(desk, 5, desk.manager)["uses"]):
            pass
        refused = desk.call()

        (use,) = uses
        kept = desk.now()[0]["text"]
        assert (use["purpose"], use["all"]["calls"], use["all"]["failed"]) == ("reply", 1, 1)
        assert use["all"]["tokens_in"] == 4 and use["all"]["tokens_out"] == -(-len(kept) // 4) > 0
        assert refused.status_code == 409 and refused.json()["error"]["code"] == "spending_limit"
        assert "0.05 EUR a month" in refused.json()["error"]["message"] and len(desk.now()) == 1
        assert reply["reply_id"] == desk.now()[0]["reply_id"]


def test_a_month_is_counted_on_its_own(desk: Desk) -> None:
    db, model = desk.app.context.db, desk.add(**PRICED)
    predictor = registry.find_predictor(db.read(), desk.app.workspace_id, model["predictor_id"])
    limit(desk, 10)
    db.write(lambda c: spending.note(c, desk.project, predictor, "run", Use(calls=1, tokens_in=10), now_us=OCTOBER))

    spending.check_limit(db.read(), desk.project, predictor, now_us=NOVEMBER)
    with pytest.raises(LimitMet):
        spending.check_limit(db.read(), desk.project, predictor, now_us=OCTOBER)
    limit(desk, 10, cost_per="all")
    with pytest.raises(LimitMet):
        spending.check_limit(db.read(), desk.project, predictor, now_us=NOVEMBER)


def test_of_many_who_ask_at_once_only_calls_under_way_go_over_and_none_is_lost(desk: Desk, database_place: str) -> None:
    model, askers, price, most = desk.add(**PRICED), 6, 7, 300
    predictor = registry.find_predictor(desk.app.context.db.read(), desk.app.workspace_id, model["predictor_id"])
    limit(desk, most, cost_per="all")
    calls = [0] * askers
    place = database_place if "://" in database_place else desk.app.context.data / "goldsmith.sqlite"

    def ask(nth: int) -> None:
        db = open_database(place)
        try:
            while True:
                db.write(lambda c: spending.check_limit(c, desk.project, predictor, now_us=NOVEMBER))
                use = Use(calls=1, tokens_in=price)
                db.write(lambda c, use=use: spending.note(  # type: ignore[misc]
                    c, desk.project, predictor, "reply", use, now_us=NOVEMBER))  # fmt: skip
                calls[nth] += 1
        except LimitMet:
            db.close()

    threads = [threading.Thread(target=ask, args=(nth,)) for nth in range(askers)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)

    (use,) = limit(desk, None)["uses"]
    assert use["all"]["calls"] == sum(calls) and use["all"]["cost_minor"] == price * sum(calls)
    assert most <= use["all"]["cost_minor"] < most + askers * price
