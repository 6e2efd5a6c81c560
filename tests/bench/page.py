"""The bench page: built once into a folder, served from it, opened in the machine's Chromium."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
VITE = ROOT / "node_modules/.bin/vite"
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def why_not() -> str:
    """Why the page cannot be opened here; empty when it can."""
    missing = [str(path) for path in (CHROMIUM, VITE) if not path.exists()]
    return f"needs {' and '.join(missing)}" if missing else ""


def build(folder: Path) -> None:
    """Builds the bench page into the folder."""
    command = [
        str(VITE),
        "build",
        "--config",
        "web/src/bench/vite.config.ts",
        "--outDir",
        str(folder),
        "--logLevel",
        "error",
    ]
    subprocess.run([*command, "--emptyOutDir"], cwd=ROOT, check=True, capture_output=True, text=True)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The page's address while the folder is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/src/bench/canvas.html"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser that paints without a GPU."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


def opened(browser: Any, address: str, width: int = 1440, height: int = 900, **context: Any) -> Any:
    """A page of this size with the bench in it."""
    page = browser.new_page(viewport={"width": width, "height": height}, **context)
    page.goto(address)
    page.wait_for_function("window.bench")
    return page


def load(page: Any, **crowd: int) -> None:
    """Shows a picture with this crowd of objects and waits until all of it is painted."""
    page.evaluate(
        "crowd => bench.load(crowd)",
        {"width_px": 4000, "height_px": 3000, "boxes": 0, "polygons": 0, "vertices": 0} | crowd,
    )
    settle(page)


def settle(page: Any) -> None:
    """Waits until the picture is there and nothing is left to paint."""
    page.wait_for_function(
        "() => document.querySelector('[data-testid=canvas][data-ready=true][data-settled=true]') !== null"
    )
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
