"""What people do in the client, step by step, as the tests tell it."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD
from tests.conftest import Server

Corner = tuple[float, float]


def first_run_link(server: Server) -> str:
    """The one-time link that the server printed at its start."""
    found = re.search(r"Sign in once at (\S+)", server.log_path.read_text())
    assert found
    return found[1]


def join(page: Any, link: str, name: str) -> None:
    """Make an account by a link."""
    page.goto(link)
    page.get_by_test_id("name").fill(name)
    page.get_by_test_id("email").fill(f"{name.lower()}@example.org")
    page.get_by_test_id("password").fill(PASSWORD)
    page.get_by_test_id("sign-in").click()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()


def invite(page: Any, role: str) -> str:
    """A manager's link for one new person."""
    page.goto("/people")
    page.get_by_test_id("invite").click()
    page.get_by_test_id(f"role-{role}").check()
    page.get_by_test_id("invite-go").click()
    return str(page.get_by_test_id("invitation").input_value())


def make_project(page: Any, template: str, name: str) -> str:
    """A project with two answers an item, from a template; the browser is then at its import page."""
    page.goto("/projects")
    page.get_by_test_id("new-project").click()
    page.get_by_test_id(f"template-{template}").click()
    page.get_by_test_id("name").fill(name)
    page.get_by_test_id("overlap").fill("2")
    page.get_by_label("At most").fill("2")
    page.get_by_test_id("create-import").click()
    page.wait_for_url(re.compile(r"/projects/[^/]+/import"))
    return str(page.url.split("/")[-2])


def state_origin(page: Any) -> None:
    """Where the data comes from, asked once."""
    page.get_by_test_id("source").fill("photographs of our own")
    page.get_by_test_id("licence").fill("CC-BY-4.0")
    page.get_by_test_id("basis").fill("own work")


def open_bench(page: Any, project: str, part: str = "label") -> None:
    """A labelling view with its picture painted, or its text laid out."""
    page.goto(f"/projects/{project}/{part}")
    wait_bench(page)


def wait_bench(page: Any) -> None:
    """The task in sight can be worked on."""
    page.locator("[data-testid=canvas][data-ready=true][data-settled=true], .work [data-testid=text]").first.wait_for()


def place(page: Any, x_px: float, y_px: float) -> Corner:
    """Where a point of the picture is on the screen."""
    canvas = page.get_by_test_id("canvas").first
    origin = canvas.bounding_box()
    view = canvas.evaluate("canvas => ({...canvas.dataset})")
    scale = float(view["scale"])
    return origin["x"] + float(view["x"]) + x_px * scale, origin["y"] + float(view["y"]) + y_px * scale


def draw_box(page: Any, start: Corner, end: Corner) -> None:
    """Drag a rectangle between two points of the picture."""
    page.mouse.move(*place(page, *start))
    page.mouse.down()
    page.mouse.move(*place(page, *end), steps=4)
    page.mouse.up()


def task_name(page: Any) -> str:
    """The name of the item in the labelling view."""
    return str(page.locator("header .where .faint").get_attribute("title"))


def saved(page: Any) -> None:
    """All that was done is on the server."""
    expect(page.get_by_test_id("saved")).to_have_text("Saved")


def submit(page: Any) -> None:
    """Submit by the keys, and wait until another task or none is there."""
    before = task_name(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_function("name => document.querySelector('header .where .faint')?.title !== name", arg=before)


def objects(page: Any) -> Any:
    """The rows of the list of objects."""
    return page.get_by_test_id("object")
