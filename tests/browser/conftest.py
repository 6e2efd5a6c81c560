"""A browser of the machine's own, people who are signed in, and an ear for everything that goes wrong in a page."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec import Struct

from goldsmith.db.connection import Connection, open_database
from goldsmith.work import people
from tests.bench.page import ARGUMENTS, CHROMIUM, ROOT
from tests.conftest import Server

PASSWORD = "ten letters and more"
COOKIE = "goldsmith_session"
DIST = ROOT / "web/dist/index.html"
SHARED = ROOT.parent / "shared/data"


def why_not() -> str:
    """Why the client cannot be opened here; empty when it can."""
    missing = [str(path) for path in (CHROMIUM, DIST) if not path.exists()]
    return f"needs {' and '.join(missing)}" if missing else ""


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    """Chromium, for all tests of a module."""
    if why_not():
        pytest.skip(why_not())
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=10_000)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One running server for all tests of a module."""
    if why_not():
        pytest.skip(why_not())
    one = Server(tmp_path_factory.mktemp("house") / "data")
    one.start()
    yield one
    one.stop()


class Member(Struct, frozen=True, kw_only=True):
    """Somebody of the workspace, with a key for the API and a session for the browser."""

    name: str
    email: str
    person_id: str
    session: str
    api: httpx.Client


@cache
def _password_hash() -> str:
    return people.hash_password(PASSWORD)


def add_member(server: Server, name: str, role: str) -> Member:
    """A new person who signs in with PASSWORD."""
    database, now_us = open_database(server.database_place), time.time_ns() // 1000
    email = f"{name.lower()}@example.org"

    def make(db: Connection) -> tuple[str, str, str]:
        row = db.one("SELECT workspace_id FROM workspace ORDER BY workspace_id")
        assert row is not None
        person_id = people.add_person(db, row[0], email, role, name=name, password_hash=_password_hash(), now_us=now_us)
        key, session = (
            people.add_credential(db, sort, row[0], person_id=person_id, expires_us=people.FOREVER_US, now_us=now_us)
            for sort in ("key", "session"))
        return person_id, key.secret, session.secret

    try:
        person_id, key, session = database.write(make)
    finally:
        database.close()
    return Member(name=name, email=email, person_id=person_id, session=session, api=server.client(key))


class Ear:
    """Hears the errors of a browser context: the console's, the scripts', the server's refusals, dead requests."""

    def __init__(self, context: Any) -> None:
        self.heard: list[str] = []
        self.expected: list[str] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.heard.append(f"script: {error.error}"))
        context.on("requestfailed", lambda one: self.heard.append(f"failed: {one.method} {one.url} {one.failure}"))
        context.on("response", self._response)

    def _console(self, message: Any) -> None:
        # what the server refuses is heard as a response
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.heard.append(f"{message.type}: {message.text}")

    def _response(self, response: Any) -> None:
        if response.status >= 400:
            self.heard.append(f"{response.status}: {response.request.method} {response.url}")

    def expect(self, *patterns: str) -> None:
        """From now on these are no surprise."""
        self.expected += patterns

    def surprises(self) -> list[str]:
        """All that nobody expected."""
        return [one for one in self.heard if not any(re.search(pattern, one) for pattern in self.expected)]


#: A page that is left gives up what it was still asking for.
LEFT = r"failed: GET .*(net::)?ERR_ABORTED"


def open_context(chrome: Any, server: Server, member: Member | None = None, *, width: int = 1440, height: int = 900,
                 theme: str = "light", **more: Any) -> tuple[Any, Ear]:
    """A browser of one person's own, signed in when there is a member."""
    context = chrome.new_context(viewport={"width": width, "height": height}, color_scheme=theme, base_url=server.url,
                                 reduced_motion="reduce", **more)
    context.set_default_timeout(10_000)
    if member:
        context.add_cookies([{"name": COOKIE, "value": member.session, "url": server.url}])
    ear = Ear(context)
    ear.expect(LEFT)
    return context, ear


def photos(folder: Path, count: int) -> list[Path]:
    """Real photographs where they lie at hand, else scenes that the product draws itself; copied into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    found = [*sorted((SHARED / "images_boxes_masks").glob("*.jpg")),
             *sorted((SHARED / "images_coco_panoptic/input_images").glob("*.jpg"))]
    for source in found[:count]:
        (folder / source.name).write_bytes(source.read_bytes())
    _draw_scenes(folder, count - len(found[:count]))
    return sorted(folder.iterdir())


def _draw_scenes(folder: Path, count: int) -> None:
    import random

    from goldsmith.demo import scene

    rng = random.Random(11)
    for number in range(count):
        (folder / f"scene_{number:02}.jpg").write_bytes(scene.render(scene.make_scene(rng, 640, 360)))
