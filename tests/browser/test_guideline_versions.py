"""The versions of a guideline in the browser: read, compared, and an earlier one put in force again."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import add_member, open_context
from tests.browser.lived import REVIEWS
from tests.conftest import Server


def test_an_earlier_guideline_is_found_by_its_link_compared_and_put_in_force_again(chrome: Any, house: Server) -> None:
    mia, ana = add_member(house, "Mia", "manager"), add_member(house, "Ana", "annotator")
    made = mia.api.post("/api/projects", json={"name": "Tea", "schema": REVIEWS, "guideline": "Keep\n\nBe kind."})
    at = f"/projects/{made.json()['project_id']}"
    mia.api.put(f"/api{at}/guideline", json={"guideline": "Keep\n\nBe exact."}).raise_for_status()
    (near, ear), (far, _) = open_context(chrome, house, mia), open_context(chrome, house, ana)
    page, other = near.new_page(), far.new_page()

    page.goto(f"{at}/guideline")
    page.get_by_test_id("view-changes").click()
    expect(page.get_by_test_id("diff-sum")).to_have_text("1 line added, 1 removed")
    page.get_by_test_id("version-before").click()
    expect(page.get_by_text("Be kind.")).to_be_visible()
    link = page.url
    other.goto(link)
    expect(other.get_by_text("Be kind.")).to_be_visible()
    expect(other.get_by_test_id("force-again")).to_have_count(0)
    page.get_by_test_id("force-again").click()
    page.get_by_test_id("force-again-now").click()
    expect(page.get_by_test_id("version-picker")).to_have_value("3")
    expect(page.get_by_text("Version 3 now counts.")).to_be_visible()

    assert "version=1" in link
    assert mia.api.get(f"/api{at}").json()["guideline"] == "Keep\n\nBe kind."
    assert ear.surprises() == []
    for context in (near, far):
        context.close()
