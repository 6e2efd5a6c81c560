"""Two short texts of one item are read beside one another."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import add_member, open_context
from tests.browser.forms import answers, make_forms
from tests.browser.steps import open_bench, submit
from tests.browser.test_joins import schema_of
from tests.conftest import Server

PAIR = {"premise": "pair: The ferry was cancelled because of the storm.", "hypothesis": "The ferry sailed."}


def test_a_pair_of_sentences_is_judged_with_both_in_sight(chrome: Any, house: Server) -> None:
    owner, ana = add_member(house, "Olivia", "owner"), add_member(house, "Ayla", "annotator")
    project = make_forms(owner, {}, [PAIR], schema=schema_of("sentence-pairs"))
    context, ear = open_context(chrome, house, ana, width=390, height=844)
    page = context.new_page()
    open_bench(page, project)

    expect(page.locator(".work [data-testid=text]")).to_contain_text("The ferry was cancelled")
    expect(page.get_by_test_id("beside")).to_contain_text("The ferry sailed.")
    page.get_by_role("button", name="Contradiction").click()
    page.get_by_role("tab", name="hypothesis").click()
    expect(page.get_by_test_id("beside")).to_contain_text("The ferry was cancelled")
    submit(page)

    assert [one["label"] for found in answers(owner, ana, project).values() for one in found] == ["Contradiction"]
    assert ear.surprises() == []
    context.close()
