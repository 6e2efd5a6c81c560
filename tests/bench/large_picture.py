"""How a picture of 20,000 x 20,000 px feels: a real server, Chromium without a GPU, tiles.

    .venv/bin/python tests/bench/large_picture.py [--side 20000] [--shot FILE.png]

From the upload to the first view, then frames while it is panned and zoomed, and how long until all that is in view
is sharp again.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.page import chromium  # noqa: E402
from tests.conftest import Server  # noqa: E402

SCHEMA = {"fields": [{"name": "boxes", "kind": "box", "asset": "image", "labels": [{"name": "Car"}]}]}
SETTLED = "() => document.querySelector('[data-testid=canvas][data-ready=true][data-settled=true]') !== null"
FRAMES = """() => {
  const seen = []
  const look = (at) => { seen.push(at); window.looking = requestAnimationFrame(look) }
  window.looking = requestAnimationFrame(look)
  window.frames = () => { cancelAnimationFrame(window.looking); return seen.slice(1).map((at, i) => at - seen[i]) }
}"""


def picture(side: int) -> bytes:
    """Coarse coloured noise made large, with a fine grain, so that it is as hard to decode as a photograph."""
    draw = np.random.default_rng(7)
    coarse = Image.fromarray(draw.integers(0, 255, (side // 100, side // 100, 3), np.uint8))
    whole = coarse.resize((side, side), Image.Resampling.BILINEAR)
    grain = Image.fromarray(draw.integers(0, 24, (512, 512), np.uint8)).convert("RGB")
    for x in range(0, side, 512):
        for y in range(0, side, 512):
            part = whole.crop((x, y, x + 512, y + 512))
            whole.paste(Image.blend(part, grain, 0.1), (x, y))
    out = io.BytesIO()
    whole.save(out, "JPEG", quality=85)
    return out.getvalue()


def measured(page: Any, name: str, act: Callable[[], None]) -> None:
    page.evaluate(FRAMES)
    act()
    frames = sorted(page.evaluate("window.frames()"))
    begun = time.monotonic()
    page.wait_for_function(SETTLED, timeout=60_000)
    at = lambda share: frames[min(len(frames) - 1, int(share * len(frames)))]  # noqa: E731
    print(f"{name}: {len(frames)} frames, p50 {at(0.5):.1f} ms, p95 {at(0.95):.1f} ms, most {frames[-1]:.0f} ms;"
          f" sharp {1000 * (time.monotonic() - begun):.0f} ms after")


def look_around(page: Any) -> None:
    def pan() -> None:
        page.mouse.move(900, 600)
        page.mouse.down(button="middle")
        page.mouse.move(300, 250, steps=60)
        page.mouse.up(button="middle")

    def wheel(delta: int) -> None:
        page.mouse.move(700, 450)
        for _ in range(30):
            page.mouse.wheel(0, delta)

    measured(page, "pan, whole picture in view", pan)
    measured(page, "zoom in by wheel", lambda: wheel(-120))
    page.get_by_test_id("actual-size").click()
    page.wait_for_function(SETTLED, timeout=60_000)
    for _ in range(2):
        measured(page, "pan at 100 %", pan)
    measured(page, "zoom out by wheel", lambda: wheel(120))


def main() -> None:
    """Start a server, give it the picture and look around in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=20_000)
    parser.add_argument("--shot", type=Path)
    args = parser.parse_args()
    content = picture(args.side)
    print(f"{args.side} x {args.side} px, {len(content) / 1e6:.0f} MB")
    with tempfile.TemporaryDirectory() as work:
        server = Server(Path(work) / "data")
        server.start()
        try:
            boss = server.person("boss@example.org", "owner")
            made = boss.post("/api/projects", json={"name": "large", "schema": SCHEMA, "review": False}).json()
            begun = time.monotonic()
            files = {"files": ("large.jpg", content, "image/jpeg")}
            boss.post(f"/api/projects/{made['project_id']}/items", files=files, timeout=600).raise_for_status()
            print(f"uploaded in {time.monotonic() - begun:.1f} s")
            link = re.search(r"Sign in once at (\S+)", server.log_path.read_text())
            assert link is not None
            with chromium() as browser:
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.goto(link[1])
                for name, text in (("name", "Ada"), ("email", "ada@example.org"), ("password", "correct horse 12")):
                    page.get_by_test_id(name).fill(text)
                page.get_by_test_id("sign-in").click()
                page.get_by_role("heading", name="Projects").wait_for()
                begun = time.monotonic()
                page.goto(f"{server.url}/projects/{made['project_id']}/label")
                page.wait_for_function(SETTLED, timeout=300_000)
                print(f"first view after {time.monotonic() - begun:.1f} s")
                look_around(page)
                if args.shot:
                    page.screenshot(path=str(args.shot))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
