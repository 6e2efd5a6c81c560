"""A Label Studio configuration in the schema editor: pasted, read with what is left out, used and saved."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import add_member, open_context
from tests.browser.lived import REVIEWS
from tests.conftest import Server

CONFIG = """<View>
  <Image name="img" value="$photo"/>
  <RectangleLabels name="cars" toName="img"><Label value="Car" background="red"/><Label value="Bus"/></RectangleLabels>
  <Choices name="light" toName="img"><Choice value="Day"/><Choice value="Night"/></Choices>
  <Audio name="noise" value="$noise"/>
</View>"""
PASTE = """(text) => {
  const data = new DataTransfer()
  data.setData('text', text)
  const init = { clipboardData: data, bubbles: true, cancelable: true }
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', init))
}"""


def test_a_pasted_configuration_becomes_the_schema_once_its_remarks_were_read(chrome: Any, house: Server) -> None:
    mia = add_member(house, "Mila", "manager")
    project = mia.api.post("/api/projects", json={"name": "Cars", "schema": REVIEWS}).json()["project_id"]
    context, ear = open_context(chrome, house, mia)
    page = context.new_page()
    page.goto(f"/projects/{project}/schema")
    page.get_by_test_id("as-code").click()
    page.get_by_test_id("code").focus()

    page.evaluate(PASTE, CONFIG)
    expect(page.get_by_test_id("config-fields")).to_contain_text("cars")
    remarks = page.get_by_test_id("config-remarks")
    expect(remarks).to_contain_text("Sound is not shown.")
    expect(remarks.locator("tbody tr").first.locator("td").first).to_have_text("5")
    page.get_by_test_id("config-use").click()
    expect(page.get_by_test_id("code")).to_have_value(
        "fields:\n  - name: cars\n    kind: box\n    labels:\n      - name: Car\n        color: \"#ff0000\"\n"
        "      - name: Bus\n    asset: photo\n  - name: light\n    kind: choice\n    labels:\n      - name: Day\n"
        "      - name: Night\n    asset: photo\n    multiple: false\n")
    page.keyboard.press("Control+s")
    expect(page.get_by_test_id("saved")).to_have_text("saved")

    schema = mia.api.get(f"/api/projects/{project}").json()["schema"]
    assert [(field["name"], field["kind"]) for field in schema["fields"]] == [("cars", "box"), ("light", "choice")]
    assert ear.surprises() == []
    context.close()


def test_what_is_no_xml_is_told_with_its_line_and_cannot_be_used(chrome: Any, house: Server) -> None:
    mia = add_member(house, "Mona", "manager")
    project = mia.api.post("/api/projects", json={"name": "None", "schema": REVIEWS}).json()["project_id"]
    context, ear = open_context(chrome, house, mia)
    page = context.new_page()
    page.goto(f"/projects/{project}/schema")
    page.get_by_test_id("as-code").click()
    page.get_by_test_id("open-config").click()
    page.get_by_test_id("config-text").fill("<View>\n<Text name='a'\n</View>")

    expect(page.get_by_test_id("config-problems")).to_contain_text("line 3")
    expect(page.get_by_test_id("config-use")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("config-text")).to_have_count(0)

    assert ear.surprises() == []
    context.close()


def test_predictions_of_an_export_are_shown_as_suggestions_of_a_model_that_cannot_be_asked(
    chrome: Any, house: Server
) -> None:
    mia = add_member(house, "Mara", "manager")
    labels = [{"name": "good"}, {"name": "bad"}]
    schema = {"fields": [{"name": "mood", "kind": "choice", "labels": labels, "multiple": False}]}
    project = mia.api.post("/api/projects", json={"name": "Guessed", "schema": schema}).json()["project_id"]
    said = {"id": "r", "from_name": "mood", "to_name": "text", "type": "choices", "value": {"choices": ["bad"]}}
    tasks = [{"data": {"text": "Cold tea."}, "predictions": [{"model_version": "v7", "score": 0.9, "result": [said]}]}]
    at = f"/api/projects/{project}"
    sent = mia.api.post(f"{at}/items?format=label_studio", files={"file": ("export.json", json.dumps(tasks))})
    shown = mia.api.get(f"{at}/suggestions").json()["suggesting"]["shown"]
    mia.api.put(f"{at}/suggestions", json={"shown": shown, "blind_share": 0.0})
    context, ear = open_context(chrome, house, mia)
    page = context.new_page()

    page.goto("/settings/models")
    row = page.get_by_test_id("predictor").filter(has_text="v7")
    expect(row).to_contain_text("Came with an import")
    expect(row.get_by_test_id("check")).to_have_count(0)
    page.goto(f"/projects/{project}/label")
    expect(page.get_by_test_id("suggestion")).to_contain_text("bad")
    page.goto(f"/projects/{project}/settings#suggestions")
    expect(page.get_by_test_id("suggesting").get_by_role("checkbox", name="v7 imported")).to_be_checked()
    expect(page.get_by_test_id("run-sort")).to_have_count(0)  # there is no model that could be asked

    assert sent.json()["rejected_count"] == 0 and len(shown) == 1
    assert ear.surprises() == []
    context.close()
