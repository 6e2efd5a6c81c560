"""Models in the browser: added, checked, tried, sent through a project; what they suggest is taken over or dropped."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
from playwright.sync_api import expect

from tests.browser.conftest import Member, add_member, open_context
from tests.conftest import Server
from tests.models.test_label_studio import backend
from tests.openai_server import OpenaiServer, openai_server

SCHEMA = {"fields": [
    {"name": "names", "kind": "span", "asset": "text", "labels": [{"name": "person"}, {"name": "place"}]},
    {"name": "mood", "kind": "choice", "multiple": False, "required": True,
     "labels": [{"name": "good"}, {"name": "bad"}]}]}  # fmt: skip
TEXTS = ("Ann met Bob in Rome.", "Cid left Bern.", "Dot saw Ann.")


def says(body: dict[str, Any]) -> str:
    """Every word with a capital letter is somebody, of which the model is less and less sure."""
    text = str(body["messages"][-1]["content"]).partition("\n\nField")[0].partition("\n")[2]
    names = [{"label": "person", "start": found.start(), "end": found.end(), "quote": found[0],
              "confidence": 0.95 - 0.25 * i} for i, found in enumerate(re.finditer(r"[A-Z]\w+", text))]  # fmt: skip
    return json.dumps({"names": names, "mood": [{"label": "good", "confidence": 0.9}]})


def make_project(owner: Member) -> str:
    body = {"name": "Names", "schema": SCHEMA, "overlap": 1, "review": False}
    project = str(checked(owner.api.post("/api/projects", json=body))["project_id"])
    checked(owner.api.post(f"/api/projects/{project}/items", json=[{"data": {"text": text}} for text in TEXTS]))
    return project


def checked(response: httpx.Response) -> Any:
    assert response.is_success, response.text
    return response.json()


def key_on(place: Any) -> str:
    """The key that a button shows, as it is pressed."""
    return str(place.locator("kbd").inner_text()).replace("⇧", "Shift+").replace(" ", "")


def set_up(owner: Member, server: OpenaiServer, **more: Any) -> tuple[str, str]:
    """A project whose annotators see what a model predicted; its id, and the predictor's."""
    server.reply = says
    project = make_project(owner)
    model = checked(owner.api.post("/api/predictors", json={
        "name": "Small", "version": "1", "sort": "openai",
        "settings": {"address": server.address, "model": "small-model"}}))["predictor_id"]  # fmt: skip
    at = f"/api/projects/{project}"
    run = checked(owner.api.post(f"{at}/prediction-runs", json={"predictor_id": model}))["run_id"]
    while checked(owner.api.get(f"{at}/prediction-runs/{run}"))["state"] == "running":
        pass
    checked(owner.api.put(f"{at}/suggestions", json={"shown": [model], "blind_share": 0.0, **more}))
    return project, model


def test_a_model_is_added_checked_tried_and_sent_through_a_project(chrome: Any, house: Server) -> None:
    owner = add_member(house, "Oda", "owner")
    project = make_project(owner)
    with openai_server() as server:
        server.reply = says
        context, ear = open_context(chrome, house, owner)
        page = context.new_page()
        page.goto("/settings")
        page.get_by_test_id("models").click()
        page.get_by_test_id("add-predictor").click()
        page.get_by_test_id("predictor-name").fill("Small")
        page.get_by_test_id("setting-address").fill(server.address)
        page.get_by_test_id("setting-model").fill("small-model")
        page.get_by_test_id("secret").fill("sk-hidden")
        page.get_by_test_id("save-predictor").click()

        row = page.get_by_test_id("predictor")
        expect(row).to_contain_text("has a key")
        row.get_by_test_id("check").click()
        expect(row).to_contain_text("small-model")
        row.get_by_test_id("try-predictor").click()
        page.get_by_test_id("try-project").select_option(project)
        page.get_by_test_id("try").click()
        expect(page.get_by_test_id("try-answer")).to_contain_text("person")
        assert "sk-hidden" not in page.content()

        page.goto(f"/projects/{project}/settings#suggestions")
        page.get_by_test_id("start-run").click()
        run = page.get_by_test_id("run")
        expect(run).to_have_attribute("data-state", "done")
        expect(run).to_contain_text("3 of 3")
        page.get_by_test_id("shown").check()
        page.get_by_test_id("blind").fill("0")
        page.get_by_test_id("save-suggesting").click()
        expect(page.get_by_test_id("suggestion-figures")).to_contain_text("Small 1")

        assert ear.surprises() == []
        context.close()


def test_suggestions_are_taken_over_dropped_and_corrected_by_keys_and_mouse(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Oke", "owner"), add_member(house, "Doris", "annotator")
    with openai_server() as server:
        project, _ = set_up(owner, server, threshold=0.6)
    context, ear = open_context(chrome, house, dora)
    page = context.new_page()
    page.goto(f"/projects/{project}/label")
    offers, taken = page.get_by_test_id("suggestion"), page.get_by_test_id("object")

    expect(offers).to_have_count(4)  # Ann, Bob and Rome, and the mood
    take_sure = key_on(page.get_by_test_id("take-sure"))
    page.keyboard.press(take_sure)  # all from 0.6 on
    expect(offers).to_have_count(1)
    expect(taken).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(offers).to_have_count(4)
    page.keyboard.press(key_on(page.get_by_test_id("suggestions")))
    offers.nth(1).get_by_test_id("drop").click()
    expect(offers).to_have_count(2)
    expect(taken).to_have_count(1)
    page.get_by_test_id("bring-back").click()
    expect(offers).to_have_count(3)
    page.get_by_test_id("threshold").fill("40")
    page.get_by_test_id("take-sure").click()
    expect(offers).to_have_count(0)
    page.get_by_test_id("submit").click()

    expect(offers).to_have_count(3)  # the threshold stays with the annotator
    expect(page.get_by_test_id("threshold")).to_have_value("40")
    offers.first.get_by_test_id("take").click()
    offers.first.get_by_test_id("drop").click()
    page.keyboard.press(take_sure)
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("saved")).to_have_text("Saved")

    (figures,) = checked(owner.api.get(f"/api/projects/{project}/suggestions"))["figures"]
    assert (figures["shown"], figures["taken"], figures["changed"], figures["dropped"]) == (2, 6, 0, 1)
    assert ear.surprises() == []
    context.close()


def test_a_reviewer_shows_what_was_suggested_by_key_and_finds_it_on_the_text(chrome: Any, house: Server) -> None:
    owner, ivy = add_member(house, "Ola", "owner"), add_member(house, "Ivy", "reviewer")
    rea = add_member(house, "Rea", "reviewer")
    with openai_server() as server:
        project, _ = set_up(owner, server)
    checked(owner.api.patch(f"/api/projects/{project}", json={"review": True}))
    at = f"/api/projects/{project}"
    work = checked(ivy.api.post(f"{at}/lease"))
    (suggested,) = work["suggestions"]
    ann, bob = suggested["value"]["names"][:2]
    value = {"names": [ann, {**bob, "end": bob["end"] - 1}], "mood": suggested["value"]["mood"]}
    checked(ivy.api.post(f"/api/leases/{work['lease_id']}/submit", json={"fence": work["fence"], "value": value}))
    context, ear = open_context(chrome, house, rea)
    page = context.new_page()
    page.goto(f"/projects/{project}/review")
    rows, button = page.get_by_test_id("suggested-object"), page.get_by_test_id("show-suggestions")

    expect(button).to_have_attribute("aria-pressed", "false")
    expect(rows).to_have_count(0)
    page.keyboard.press("Alt+s")

    expect(rows).to_have_count(4)
    expect(page.get_by_test_id("departure")).to_have_text("2 alike · 1 changed · 1 left out · 0 added")
    standings = [row.get_attribute("data-standing") for row in rows.all()]
    assert standings == ["alike", "changed", "absent", "alike"]
    expect(rows.nth(2)).to_contain_text("Rome")
    rows.nth(2).click()
    expect(rows.nth(2)).to_have_attribute("aria-current", "true")
    expect(page.get_by_test_id("text")).to_contain_text("Small 1: person 45")
    rows.nth(1).click()
    expect(page.get_by_test_id("object").nth(1)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Alt+s")
    expect(rows).to_have_count(0)
    page.get_by_test_id("accept").click()
    expect(page.get_by_test_id("empty")).to_be_visible()

    assert len(checked(owner.api.get(f"{at}/items"))["items"]) == 3
    assert ear.surprises() == []
    context.close()


def test_a_limit_of_cost_pauses_a_run_and_raised_lets_it_go_on(chrome: Any, house: Server) -> None:
    owner = add_member(house, "Olga", "owner")
    project = make_project(owner)
    more = [{"data": {"text": f"Eve met {n}."}} for n in range(20)]
    checked(owner.api.post(f"/api/projects/{project}/items", json=more))
    with openai_server() as server:
        server.reply = says
        checked(owner.api.post("/api/predictors", json={
            "name": "Dear", "version": "1", "sort": "openai", "settings": {
                "address": server.address, "model": "small-model", "input_minor": 10_000, "output_minor": 10_000,
                "currency": "EUR"}}))  # fmt: skip
        context, ear = open_context(chrome, house, owner)
        ear.expect("409")
        page = context.new_page()
        page.goto(f"/projects/{project}/settings#suggestions")
        page.get_by_test_id("limit-amount").fill("a lot")
        expect(page.get_by_role("alert").filter(has_text="no amount")).to_be_visible()
        page.get_by_test_id("limit-amount").fill("0.05")
        page.get_by_test_id("save-suggesting").click()
        expect(page.get_by_test_id("limit-state")).to_contain_text("€0.00 of €0.05")
        page.get_by_test_id("start-run").click()

        run = page.get_by_test_id("run")
        expect(run).to_have_attribute("data-state", "paused")
        expect(run).to_contain_text("0.05 EUR a month, is used up")
        expect(page.get_by_test_id("limit-state")).to_contain_text("no further call begins")
        table = page.get_by_test_id("spending")
        expect(table).to_contain_text("Dear 1")
        expect(table.locator("tbody td").nth(3)).to_have_text("16")
        run.get_by_test_id("resume-run").click()
        expect(page.get_by_text("is used up").first).to_be_visible()
        page.get_by_test_id("limit-amount").fill("50")
        page.get_by_test_id("save-suggesting").click()
        expect(page.get_by_test_id("limit-state")).to_contain_text("of €50.00")
        run.get_by_test_id("resume-run").click()
        expect(run).to_have_attribute("data-state", "done")
        expect(table.locator("tbody td").nth(3)).to_have_text("23")

        assert ear.surprises() == []
        context.close()


def test_settled_answers_are_sent_to_a_backend_that_learns(chrome: Any, house: Server) -> None:
    owner, ida = add_member(house, "Otis", "owner"), add_member(house, "Ida", "annotator")
    project = make_project(owner)
    with backend() as server:
        checked(owner.api.post("/api/predictors", json={
            "name": "Pupil", "version": "1", "sort": "label_studio",
            "settings": {"address": f"http://127.0.0.1:{server.port}"}}))  # fmt: skip
        context, ear = open_context(chrome, house, owner)
        ear.expect("400")
        page = context.new_page()
        page.goto(f"/projects/{project}/settings#suggestions")
        pupil = page.get_by_test_id("teach-model").locator("option").filter(has_text="Pupil").get_attribute("value")
        page.get_by_test_id("teach-model").select_option(pupil)
        page.get_by_test_id("teach").click()
        expect(page.get_by_test_id("teaching").get_by_role("alert")).to_contain_text("settled yet")
        lease = checked(ida.api.post(f"/api/projects/{project}/lease"))
        value = {"mood": [{"kind": "choice", "id": "m", "label": "good"}]}
        checked(ida.api.post(f"/api/leases/{lease['lease_id']}/submit", json={"fence": lease["fence"], "value": value}))
        page.get_by_test_id("teach").click()
        expect(page.get_by_test_id("taught")).to_contain_text("1 answer sent")
        assert server.asked[-1][0] == "/train"
    assert ear.surprises() == []
    context.close()
