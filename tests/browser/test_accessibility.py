"""axe-core on every page, light, dark and from right to left; and every page at 200 % zoom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from goldsmith.work.setup.templates import load_templates
from tests.browser.conftest import ROOT, open_context
from tests.browser.forms import make_forms
from tests.browser.lived import Lived
from tests.browser.test_look import LOOK, PAGES, READY, looked
from tests.browser.test_look import lived as lived
from tests.browser.test_look import places as places
from tests.conftest import Server

AXE = ROOT / "node_modules/axe-core/axe.min.js"
MORE = [("owner", path) for path in (
    "/inbox", "/exams", "/appeals", "/earnings", "/pay-runs", "/me", "/projects/{scenes}/terms",
    "/projects/{scenes}/pay", "/projects/{scenes}/gold", "/projects/{scenes}/adjudicate")] + [
    ("ana", path) for path in ("/inbox", "/earnings", "/me", "/settings")]
EVERY = [*PAGES, *MORE]
RUN = """async (rules) => {
  const found = await axe.run(document, { resultTypes: ['violations'], runOnly: rules })
  return found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ target, failureSummary }) =>
      `${id} ${target.join(' ')}: ${failureSummary.split('\\n').slice(1).join(' ').trim()}`))
}"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ZOOMED = {"width": 640, "height": 400}  # 1280 x 800 at 200 %


@pytest.fixture(scope="module", params=["en", "ar"])
def reading(request: pytest.FixtureRequest, chrome: Any, house: Server,
            lived: Lived) -> Iterator[tuple[str, dict[str, tuple[Any, Any]]]]:
    """A language, and a page in it each for an owner, an annotator, a reviewer and a stranger."""
    if not AXE.exists():
        pytest.skip("needs npm's axe-core")
    opened = {}
    for name, member in (("owner", lived.owner), ("ana", lived.ana), ("rae", lived.rae), ("nobody", None)):
        context, ear = open_context(chrome, house, member, width=1280, height=800, locale=request.param)
        context.add_init_script("try { localStorage.setItem('theme', 'light') } catch { /* a page of no address */ }")
        opened[name] = context.new_page(), ear
    yield request.param, opened
    for page, _ in opened.values():
        page.context.close()


def show(page: Any, path: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(path)
    page.wait_for_function(READY)
    page.wait_for_load_state("networkidle")


def faults(page: Any, *themes: str) -> list[str]:
    """What axe-core finds that is serious or critical in these themes."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = []
    for theme in themes:
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        found += [f"{theme}: {one}" for one in page.evaluate(RUN, RULES)]
    return found


@pytest.mark.parametrize(("who", "path"), EVERY)
def test_axe_finds_nothing_serious_and_at_200_percent_nothing_is_lost(
    reading: tuple[str, dict[str, tuple[Any, Any]]], places: dict[str, str], who: str, path: str
) -> None:
    language, pages = reading
    page, _ = pages[who]
    show(page, path.format(**places))

    found = faults(page, *(("light", "dark") if language == "en" else ("light",)))
    page.set_viewport_size(ZOOMED)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.evaluate(LOOK)

    assert found + looked(page, "widerThanTheScreen", "cutButtons") == []


def test_axe_finds_nothing_serious_where_forms_are_answered(chrome: Any, house: Server, lived: Lived) -> None:
    context, _ = open_context(chrome, house, lived.ana, width=1280, height=800)
    page = context.new_page()
    found: dict[str, list[str]] = {}
    lived.owner.api.post("/api/vocabularies", json={"name": "entities"}).raise_for_status()  # a template asks from it
    for template in load_templates():
        if template["medium"] == "text":
            (field, *_), data = template["schema"].fields, template["sample"].data
            item = {key: str(value) for key, value in data.items()}
            project = make_forms(lived.owner, msgspec.to_builtins(field), [item], name=template["title"])
            show(page, f"/projects/{project}/label")
            page.locator("[data-form], .line").first.wait_for()
            found[template["name"]] = faults(page, "light", "dark")
    context.close()

    assert {name: told for name, told in found.items() if told} == {}
