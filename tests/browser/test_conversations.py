"""Conversations in the browser: judged, gone on with, branched; by mouse and by keys alone."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Member, add_member, open_context
from tests.browser.forms import answers, done, make_forms, open_form
from tests.conftest import Server
from tests.openai_server import OpenaiServer, openai_server

TALK = json.dumps([{"role": "user", "content": "What is $\\sqrt 2$?"},
                   {"role": "assistant", "content": "About **1.5**, for $3 more or less."}])
CHAT = {"name": "chat", "kind": "message", "required": True, "labels": [{"name": "user"}, {"name": "assistant"}],
        "settings": {"prompt": "talk", "writes": ["user", "assistant"]}}


def in_order(messages: list[dict[str, Any]]) -> list[str]:
    return [one["text"] for one in messages]


def test_a_conversation_is_judged_corrected_and_gone_on_with_by_keys(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Ola", "owner"), add_member(house, "Dara", "annotator")
    project = make_forms(owner, CHAT, [{"title": "0: a talk", "talk": TALK}])
    page, ear = open_form(chrome, house, dora, project)

    expect(page.locator(".markdown .set math")).to_have_count(1)  # the price is no formula
    for key in ("4", "4", "2", "e"):
        page.keyboard.press(key)
    page.keyboard.press("Control+a")
    page.keyboard.type("About 1.414.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("words")).to_be_visible()
    page.keyboard.press("i")
    page.keyboard.type("And $\\pi$?")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.press("Control+a")
    page.keyboard.type("And e?")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("turn").last).to_contain_text("2/2")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_test_id("turn").last).to_contain_text("1/2")
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("turn").last).to_contain_text("And e?")
    page.keyboard.press("Control+Enter")
    done(page)

    [given] = answers(owner, dora, project).values()
    assert in_order(given) == ["What is $\\sqrt 2$?", "About 1.414.", "And $\\pi$?", "And e?"]
    assert (given[1]["rating"], given[1]["original"]) == (2, "About **1.5**, for $3 more or less.")
    assert [one["parent"] for one in given[2:]] == [given[1]["id"]] * 2
    assert [one["is_current"] for one in given[2:]] == [False, True]
    assert ear.surprises() == []


def test_both_sides_are_written_by_mouse_and_what_is_not_sent_outlives_a_reload(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Oda", "owner"), add_member(house, "Dina", "annotator")
    project = make_forms(owner, CHAT, [{"title": "0: a talk", "talk": TALK}])
    page, ear = open_form(chrome, house, dora, project, width=390, height=800)

    page.get_by_test_id("rate-5").click()
    page.get_by_test_id("compose").fill("Thank you.")
    page.get_by_test_id("send").click()
    page.get_by_test_id("role-assistant").click()
    page.get_by_test_id("compose").fill("You are welcome.")
    expect(page.get_by_test_id("saved")).to_have_text("Saved")
    page.reload()
    expect(page.get_by_test_id("compose")).to_have_value("You are welcome.")
    page.get_by_test_id("role-assistant").click()
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("turn")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_test_id("submit").click()
    done(page)

    [given] = answers(owner, dora, project).values()
    assert [one["label"] for one in given[2:]] == ["user", "assistant"]
    assert in_order(given)[2:] == ["Thank you.", "You are welcome."]
    assert ear.surprises() == []


def add_model(owner: Member, server: OpenaiServer, name: str, **more: Any) -> str:
    settings = {"address": server.address, "model": name, "tries": 1, **more}
    body = {"name": name, "version": "1", "sort": "openai", "settings": settings}
    return str(owner.api.post("/api/predictors", json=body).raise_for_status().json()["predictor_id"])


def chat_with(models: list[str], **settings: Any) -> dict[str, Any]:
    return {**CHAT, "settings": {"models": models, "instruction": "scenario", "scale": 5, **settings}}


def test_a_cut_reply_is_continued_and_one_that_came_while_nobody_looked_is_there(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Otto", "owner"), add_member(house, "Dino", "annotator")
    with openai_server() as model:
        model.modes, model.reply = ["cut", "normal", "slow"], lambda body: "one two three four five six"
        model.pause_s = 0.25
        field = chat_with([add_model(owner, model, "small")])
        project = make_forms(owner, field, [{"title": "0: x", "scenario": "Count."}])
        page, ear = open_form(chrome, house, dora, project)

        page.keyboard.press("i")
        page.keyboard.type("Count, please.")
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("turn").last).to_contain_text("interrupted")
        page.keyboard.press("g")
        expect(page.get_by_test_id("turn").last).to_contain_text("one one two three four five six")
        page.keyboard.press("4")
        page.get_by_test_id("compose").fill("Once more.")
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("side-A")).to_contain_text("one two")
        page.reload()
        expect(page.get_by_test_id("turn").nth(3)).to_contain_text("one two three four five six")
        page.keyboard.press("5")
        expect(page.get_by_test_id("saved")).to_have_text("Saved")
        page.keyboard.press("Control+Enter")
        done(page)

    [given] = answers(owner, dora, project).values()
    assert [(one["label"], one["finish"], one["rating"]) for one in given] == [
        ("user", "", None), ("assistant", "stop", 4), ("user", "", None), ("assistant", "stop", 5)]
    assert given[3]["usage"]["tokens_out"] == 6
    assert ear.surprises() == []


def test_a_chat_says_that_the_limit_of_cost_is_met_and_goes_on_once_it_is_raised(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Oskar", "owner"), add_member(house, "Dirk", "annotator")
    with openai_server() as model:
        model.reply = lambda body: "Good day."
        field = chat_with([add_model(owner, model, "dear", input_minor=1000, output_minor=1000, currency="EUR")])
        project = make_forms(owner, field, [{"title": "0: x", "scenario": "Greet."}])
        limit = {"cost_most_minor": 0, "cost_currency": "EUR"}
        owner.api.put(f"/api/projects/{project}/suggestions", json=limit).raise_for_status()
        page, ear = open_form(chrome, house, dora, project)
        ear.expect("409")

        page.get_by_test_id("compose").fill("Hello.")
        page.keyboard.press("Enter")
        said = page.get_by_role("alert").filter(has_text="0.00 EUR a month, is used up. A manager can raise it")
        expect(said).to_be_visible()
        expect(page.get_by_test_id("turn").last).to_contain_text("Hello.")
        owner.api.put(f"/api/projects/{project}/suggestions", json={}).raise_for_status()
        page.get_by_test_id("ask").click()
        expect(page.get_by_test_id("turn").last).to_contain_text("Good day.")
        expect(said).to_have_count(0)

    assert len(model.calls) == 1
    assert ear.surprises() == []


def test_the_better_of_two_blind_replies_is_picked_by_its_letter(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Olga", "owner"), add_member(house, "Dana", "annotator")
    with openai_server() as model:
        model.reply = lambda body: f"The **answer** of {body['model']}: $x^2$"
        ids = [add_model(owner, model, name) for name in ("red", "blue")]
        field = chat_with(ids, side_by_side=2, scale=0)
        project = make_forms(owner, field, [{"title": "0: x", "scenario": "Ask."}])
        page, ear = open_form(chrome, house, dora, project)

        page.get_by_test_id("compose").fill("Who are you?")
        page.keyboard.press("Enter")
        page.get_by_test_id("pick-B").wait_for()
        best = page.get_by_test_id("side-B").inner_text()
        page.keyboard.press("Escape")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("Prefer one of the replies").first).to_be_visible()
        page.keyboard.press("b")
        page.get_by_test_id("compose").fill("Go on.")
        page.keyboard.press("Enter")
        page.get_by_test_id("pick-A").click()
        expect(page.get_by_test_id("turn")).to_have_count(4)
        page.keyboard.press("Control+Enter")
        done(page)

    [given] = answers(owner, dora, project).values()
    first = [one for one in given if one["parent"] == given[0]["id"]]
    [picked] = [one for one in first if one["is_preferred"]]
    assert picked["shown"] == 2 and ("red" in best) == ("red" in picked["text"])
    assert {one["model"] for one in first} == set(ids)
    assert [one["label"] for one in given] == ["user", "assistant", "assistant"] * 2
    assert ear.surprises() == []


def test_none_of_two_replies_is_better_by_key_and_by_mouse(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Ossi", "owner"), add_member(house, "Delia", "annotator")
    with openai_server() as model:
        model.reply = lambda body: f"The answer of {body['model']}."
        ids = [add_model(owner, model, name) for name in ("pink", "grey")]
        project = make_forms(owner, chat_with(ids, side_by_side=2, scale=0), [{"title": "0: x", "scenario": "Ask."}])
        page, ear = open_form(chrome, house, dora, project)

        page.get_by_test_id("compose").fill("Who are you?")
        page.keyboard.press("Enter")
        page.get_by_test_id("tie-good").wait_for()
        first = page.get_by_test_id("side-A").locator(".text").inner_text()
        page.keyboard.press("Escape")
        page.keyboard.press("0")
        expect(page.get_by_test_id("turn")).to_have_count(2)
        expect(page.get_by_test_id("turn").last).to_contain_text(first)
        expect(page.get_by_test_id("tie")).to_have_text("Equally good")
        page.get_by_test_id("compose").fill("Go on.")
        page.keyboard.press("Enter")
        page.get_by_test_id("tie-bad").click()
        expect(page.get_by_test_id("tie").last).to_have_text("Both bad")
        page.keyboard.press("Control+z")
        page.get_by_test_id("tie-bad").wait_for()
        page.keyboard.press("x")
        page.keyboard.press("Control+Enter")
        done(page)

    [given] = answers(owner, dora, project).values()
    assert [one["tie"] for one in given] == ["", "good", "good", "", "bad", "bad"]
    assert not any(one["is_preferred"] for one in given)
    assert ear.surprises() == []


def test_a_reviewer_looks_at_the_branches_of_an_answer_and_asks_the_models_on(chrome: Any, house: Server) -> None:
    owner, dora = add_member(house, "Orla", "owner"), add_member(house, "Dilys", "annotator")
    rosa = add_member(house, "Rosa", "reviewer")
    with openai_server() as model:
        model.reply = lambda body: f"The answer of {body['model']}."
        ids = [add_model(owner, model, "violet")]
        project = make_forms(owner, chat_with(ids, scale=0), [{"title": "0: x", "scenario": "Ask."}])
        owner.api.patch(f"/api/projects/{project}", json={"review": True}).raise_for_status()
        work = dora.api.post(f"/api/projects/{project}/lease").json()
        said = {"kind": "message", "label": "user", "parent": ""}
        value = {"chat": [{**said, "id": "m1", "text": "First way."}, {**said, "id": "m2", "text": "Second way."}]}
        body = {"fence": work["fence"], "value": value}
        dora.api.post(f"/api/leases/{work['lease_id']}/submit", json=body).raise_for_status()
        context, ear = open_context(chrome, house, rosa)
        page = context.new_page()
        page.goto(f"/projects/{project}/review")
        page.get_by_test_id("view-split").click()
        beside = page.get_by_role("group", name="Answer of A")

        expect(beside.get_by_test_id("turn")).to_contain_text("Second way.")
        beside.get_by_test_id("way-before").click()
        expect(beside.get_by_test_id("turn")).to_contain_text("First way.")
        expect(page.get_by_test_id("turn").first).to_contain_text("First way.")
        expect(beside.get_by_test_id("compose")).to_have_count(0)
        page.get_by_test_id("view-merged").click()
        expect(page.get_by_test_id("turn")).to_contain_text("Second way.")
        expect(page.get_by_test_id("saved")).to_have_text("Saved")
        page.get_by_test_id("ask").click()
        expect(page.get_by_test_id("turn").last).to_contain_text("The answer of violet.")
        page.get_by_test_id("fix").click()
        expect(page.get_by_test_id("empty")).to_be_visible()

    item = owner.api.get(f"/api/projects/{project}/items/{work['item_id']}").json()
    assert item["history"][-1]["value"]["chat"][-1]["model"] == ids[0]
    assert ear.surprises() == []
    context.close()


def test_of_a_long_conversation_only_what_comes_near_is_drawn_whole_and_all_of_it_is_there(
    chrome: Any, house: Server
) -> None:
    owner, dora = add_member(house, "Osla", "owner"), add_member(house, "Dunja", "annotator")
    talk = [{"role": "assistant" if n % 2 else "user", "content": f"Turn **{n}** of many.\n\n" * 3} for n in range(200)]
    project = make_forms(owner, CHAT, [{"title": "0: a talk", "talk": json.dumps(talk)}])
    page, ear = open_form(chrome, house, dora, project)
    turns, rated = page.get_by_test_id("turn"), page.get_by_test_id("rate-1")

    expect(turns).to_have_count(200)
    assert rated.count() < 60
    expect(turns.nth(100)).to_contain_text("Turn **100**")
    turns.nth(101).scroll_into_view_if_needed()
    expect(turns.nth(101).get_by_test_id("rate-1")).to_be_visible()
    expect(turns.nth(101).locator("strong").first).to_have_text("101")
    turns.nth(101).get_by_test_id("rate-4").click()
    expect(turns.nth(101).get_by_test_id("rate-4")).to_have_attribute("aria-checked", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("2")
    expect(turns.nth(99).get_by_test_id("rate-2")).to_have_attribute("aria-checked", "true")
    assert ear.surprises() == []
    page.context.close()
