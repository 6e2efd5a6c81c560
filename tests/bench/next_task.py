"""How long the next task takes to be on the screen after a submit: a real server, pictures of 12 megapixels, Chromium.

    .venv/bin/python tests/bench/next_task.py [--tasks 20] [--think-ms 1500]

From the key press to the frame in which the next picture is painted. The person looks at each task for `think-ms`,
in which what comes after is fetched and decoded.
"""

from __future__ import annotations

import argparse
import io
import re
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.page import chromium  # noqa: E402
from tests.conftest import Server  # noqa: E402

SCHEMA = {"fields": [{"name": "boxes", "kind": "box", "asset": "image", "labels": [{"name": "Car"}]}]}
WATCH = """() => {
  const now = () => ({ title: document.title, isLoading: document.body.innerText.includes('Loading the image') })
  window.took = []
  addEventListener('keydown', (event) => {
    if (!(event.ctrlKey && event.key === 'Enter')) return
    const begun = performance.now(), before = now().title
    const look = () => {
      const { title, isLoading } = now()
      if (title === before || isLoading) return requestAnimationFrame(look)
      requestAnimationFrame(() => window.took.push(performance.now() - begun)) // that frame is painted
    }
    requestAnimationFrame(look)
  }, true)
}"""


def picture(number: int) -> bytes:
    """A photograph's worth of noise, 4000 × 3000."""
    from PIL import Image

    small = Image.effect_noise((1000, 750), 60 + number).convert("RGB")
    out = io.BytesIO()
    small.resize((4000, 3000), Image.Resampling.BILINEAR).save(out, "JPEG", quality=85)
    return out.getvalue()


def measure(page: Any, tasks: int, think_ms: int) -> list[float]:
    """Milliseconds of each step from a task to the next."""
    page.get_by_test_id("submit").wait_for()
    page.wait_for_timeout(max(4000, think_ms))
    page.evaluate(WATCH)
    for done in range(tasks):
        page.keyboard.press("Control+Enter")
        page.wait_for_function(f"window.took.length > {done}", timeout=30_000)
        page.wait_for_timeout(think_ms)
    found: list[float] = page.evaluate("window.took")
    return found


def main() -> None:
    """Start a server with pictures and go through them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=20)
    parser.add_argument("--think-ms", type=int, default=1500)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        server = Server(Path(work) / "data")
        server.start()
        try:
            boss = server.person("boss@example.org", "owner")
            made = boss.post("/api/projects", json={"name": "bench", "schema": SCHEMA, "review": False}).json()
            for number in range(args.tasks + 5):
                files = {"files": (f"{number:03}.jpg", picture(number), "image/jpeg")}
                boss.post(f"/api/projects/{made['project_id']}/items", files=files).raise_for_status()
            link = re.search(r"Sign in once at (\S+)", server.log_path.read_text())
            assert link is not None
            with chromium() as browser:
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.goto(link[1])
                for name, text in (("name", "Ada"), ("email", "ada@example.org"), ("password", "correct horse 12")):
                    page.get_by_test_id(name).fill(text)
                page.get_by_test_id("sign-in").click()
                page.get_by_role("heading", name="Projects").wait_for()
                page.goto(f"{server.url}/projects/{made['project_id']}/label")
                took = sorted(measure(page, args.tasks, args.think_ms))
            print(f"next task, {len(took)} pictures of 12 MP: p50 {statistics.median(took):.0f} ms,"
                  f" p95 {took[int(len(took) * 0.95) - 1]:.0f} ms, most {took[-1]:.0f} ms")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
