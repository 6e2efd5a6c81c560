"""Every page in light, dark and on a phone: nothing too pale, too wide, without a name or without a visible focus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import open_context
from tests.browser.lived import Lived, live_in
from tests.conftest import Server

LOOK = (Path(__file__).parent / "look.js").read_text()
READY = "() => document.querySelector('#app > *') && !document.querySelector('[aria-busy=true], .loading')"
NAMED = {"button", "link", "textbox", "combobox", "checkbox", "radio", "searchbox", "spinbutton", "slider", "ColorWell",
         "image", "switch", "tab", "dialog", "application"}
PAGES: list[tuple[str, str]] = [
    ("owner", path) for path in (
        "/projects", "/projects/new", "/people", "/settings", "/nothing/here",
        "/projects/{scenes}", "/projects/{scenes}/items", "/projects/{scenes}/items?look=table",
        "/projects/{scenes}/quality", "/projects/{scenes}/guideline", "/projects/{scenes}/guideline?version=1",
        "/projects/{scenes}/guideline?version=2&view=changes",
        "/projects/{scenes}/schema", "/projects/{scenes}/schema?version=1",
        "/projects/{scenes}/import", "/projects/{scenes}/versions", "/projects/{scenes}/versions/2",
        "/projects/{scenes}/settings", "/projects/{reviews}", "/projects/{reviews}/items", "/projects/{reviews}/schema",
        "/projects/{scenes}/items/{scene}", "/projects/{reviews}/items/{text}",
        "/projects/{empty}", "/projects/{empty}/items", "/projects/{empty}/quality", "/projects/{empty}/versions",
        "/projects/{empty}/review")] + [
    ("ana", "/projects"), ("ana", "/projects/{scenes}"), ("ana", "/projects/{scenes}/label"),
    ("ana", "/projects/{reviews}/label"), ("ana", "/projects/{reviews}/triage"), ("ana", "/projects/{empty}/label"),
    ("ana", "/projects/{scenes}/label?batch=first+week"), ("rae", "/projects/{scenes}/review?batch=first+week"),
    ("rae", "/projects/{scenes}/review"), ("rae", "/projects/{reviews}/review"),
    ("rae", "/projects/{scenes}/audits/{audit}"),
    ("nobody", "/sign-in"), ("nobody", "/join?token=gsi_none")]


@pytest.fixture(scope="module")
def lived(house: Server) -> Lived:
    return live_in(house, scenes=6, texts=12, leave=2)


@pytest.fixture(scope="module")
def places(lived: Lived) -> dict[str, str]:
    """What stands for the names in PAGES."""
    def first_item(project: str) -> str:
        found = lived.owner.api.get(f"/api/projects/{project}/items", params={"state": "settled"})
        return str(found.json()["items"][0]["item_id"])

    return {"scenes": lived.scenes, "reviews": lived.reviews, "audit": lived.audit, "empty": lived.empty,
            "scene": first_item(lived.scenes), "text": first_item(lived.reviews)}


@pytest.fixture(scope="module")
def pages(chrome: Any, house: Server, lived: Lived) -> Iterator[dict[str, tuple[Any, Any]]]:
    """One browser each for an owner, an annotator, a reviewer and a stranger."""
    opened = {}
    for name, member in (("owner", lived.owner), ("ana", lived.ana), ("rae", lived.rae), ("nobody", None)):
        context, ear = open_context(chrome, house, member)
        ear.expect(r"401: GET .*/api/me")  # a stranger
        ear.expect(r"403: POST .*/api/join/check")  # with an invitation that is none
        context.add_init_script("try { localStorage.setItem('theme', 'light') } catch { /* a page of no address */ }")
        opened[name] = context.new_page(), ear
    yield opened
    for page, _ in opened.values():
        page.context.close()


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_page_is_readable_and_reachable(pages: dict[str, tuple[Any, Any]], places: dict[str, str], who: str,
                                          path: str) -> None:
    page, ear = pages[who]
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(path.format(**places))
    page.wait_for_function(READY)
    page.wait_for_load_state("networkidle")
    page.evaluate(LOOK)

    found = {"light": looked(page, "paleTexts", "widerThanTheScreen", "cutButtons"), "nameless": nameless(page)}
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    found["dark"] = looked(page, "paleTexts")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found["phone"] = looked(page, "paleTexts", "widerThanTheScreen", "cutButtons")
    page.keyboard.press("Shift")
    found["focus"] = looked(page, "unseenFocus")

    assert {look: faults for look, faults in found.items() if faults} == {}
    assert ear.surprises() == []


def looked(page: Any, *questions: str) -> list[str]:
    return [f"{question}: {one}" for question in questions for one in page.evaluate(f"look.{question}()")]


def nameless(page: Any) -> list[str]:
    """What the browser tells a screen reader of controls and pictures without a name."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [f"{node['role']['value']} {node.get('description', {}).get('value', '')}" for node in nodes
            if not node.get("ignored") and node["role"]["value"] in NAMED
            and not node.get("name", {}).get("value", "").strip()]
