"""How long the canvas takes per frame with thousands of objects, in Chromium without a GPU.

    .venv/bin/python tests/bench/canvas.py [--json FILE] [--boxes 5000] [--polygons 1000] [--vertices 100]

`frame` is the time between two frames on the screen, which a busy machine makes longer; `work` is the processor time
that the page's main thread took per step of the pointer.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.page import build, chromium, load, opened, served, settle  # noqa: E402

Row = dict[str, float | str | int]
STEPS = 90


def measured(page: Any, metrics: Any, name: str, act: Callable[[], None]) -> Row:
    """Frames and the main thread's work while `act` runs."""
    settle(page)
    before = work_seconds(metrics)
    page.evaluate("bench.startFrames()")
    act()
    frames = sorted(page.evaluate("bench.stopFrames()"))
    work = work_seconds(metrics) - before
    steps = max(1, int(page.evaluate("bench.steps()")))
    at = lambda share: frames[min(len(frames) - 1, int(share * len(frames)))]  # noqa: E731
    return {
        "case": name,
        "frames": len(frames),
        "frame_mean_ms": statistics.fmean(frames),
        "frame_p50_ms": at(0.5),
        "frame_p95_ms": at(0.95),
        "frame_max_ms": frames[-1],
        "steps": steps,
        "work_mean_ms": 1000 * work / steps,
    }


def work_seconds(metrics: Any) -> float:
    found = {m["name"]: m["value"] for m in metrics.send("Performance.getMetrics")["metrics"]}
    return float(found["TaskDuration"])


def screen(page: Any, object_id: str) -> tuple[float, float]:
    """Where the middle of an object is on the screen."""
    x, y = page.evaluate(
        """id => {
          const g = bench.shapes().find(s => s.id === id).geometry
          const d = document.querySelector('[data-testid=canvas]').dataset
          const xs = g.points ? g.points.map(p => p[0]) : [g.x_px, g.x_px + g.width_px]
          const ys = g.points ? g.points.map(p => p[1]) : [g.y_px, g.y_px + g.height_px]
          const mid = v => (Math.min(...v) + Math.max(...v)) / 2
          return [mid(xs) * d.scale + Number(d.x), mid(ys) * d.scale + Number(d.y)]
        }""",
        object_id,
    )
    return float(x), float(y)


def drag(page: Any, start: tuple[float, float], by: tuple[float, float], button: str = "left") -> None:
    page.mouse.move(*start)
    page.mouse.down(button=button)
    page.mouse.move(start[0] + by[0], start[1] + by[1], steps=STEPS)
    page.mouse.up(button=button)


def drag_object(page: Any, object_id: str) -> Callable[[], None]:
    page.evaluate("id => bench.select(id)", object_id)
    settle(page)
    x, y = screen(page, object_id)
    return lambda: drag(page, (x, y), (240 if x < 700 else -240, 120 if y < 400 else -120))


def wheel(page: Any, delta: float, times: int) -> Callable[[], None]:
    def act() -> None:
        page.mouse.move(720, 450)
        for _ in range(times):
            page.mouse.wheel(0, delta)

    return act


def run(page: Any, crowd: dict[str, int]) -> tuple[list[Row], dict[str, float]]:
    load(page, boxes=10)
    load(page, **crowd)
    opening = float(page.evaluate("performance.now() - bench.givenAt()"))
    metrics = page.context.new_cdp_session(page)
    metrics.send("Performance.enable", {"timeDomain": "threadTicks"})
    rows = [
        measured(page, metrics, "drag a box", drag_object(page, "b42")),
        measured(page, metrics, "drag a polygon", drag_object(page, "p42")),
    ]
    page.evaluate("bench.select(null); bench.use('pan')")
    rows.append(measured(page, metrics, "pan, all in view", lambda: drag(page, (900, 600), (-400, -250))))
    rows.append(measured(page, metrics, "zoom in by wheel", wheel(page, -60, 40)))
    rows.append(measured(page, metrics, "zoom out by wheel", wheel(page, 60, 40)))
    page.evaluate("bench.canvas().actualSize()")
    rows.append(measured(page, metrics, "pan at 100 %", lambda: drag(page, (1300, 800), (-1200, -700))))
    rows.append(measured(page, metrics, "pan back at 100 %", lambda: drag(page, (100, 100), (1200, 700))))
    page.evaluate("bench.use('select')")
    rows.append(measured(page, metrics, "move the pointer", lambda: page.mouse.move(200, 200, steps=STEPS)))
    return rows, {"open_ms": opening, "repaint_all_ms": repaint(page)}


def repaint(page: Any) -> float:
    """From a change of every object to the finished picture."""
    page.evaluate("bench.canvas().fit()")
    settle(page)
    return float(
        page.evaluate(
            """async () => {
          const canvas = document.querySelector('[data-testid=canvas]'), began = performance.now()
          bench.give(bench.shapes().map(s => ({...s, color: '#8d6cd9'})))
          await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
          while (canvas.dataset.settled !== 'true') await new Promise(requestAnimationFrame)
          return performance.now() - began
        }"""
        )
    )


def table(rows: list[Row]) -> str:
    lines = [f"{'':20}{'frames':>7}{'frame ms':>10}{'p50':>7}{'p95':>7}{'max':>7}{'work ms':>9}"]
    for r in rows:
        lines.append(
            f"{r['case']:20}{r['frames']:7}{r['frame_mean_ms']:10.1f}{r['frame_p50_ms']:7.1f}"
            f"{r['frame_p95_ms']:7.1f}{r['frame_max_ms']:7.1f}"
            f"{r['work_mean_ms']:9.1f}"
        )
    return "\n".join(lines)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", type=Path)
    for name, usual in (("boxes", 5000), ("polygons", 1000), ("vertices", 100)):
        options.add_argument(f"--{name}", type=int, default=usual)
    given = options.parse_args()
    crowd = {"boxes": given.boxes, "polygons": given.polygons, "vertices": given.vertices}
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        with served(Path(folder)) as address, chromium() as browser:
            rows, once = run(opened(browser, address), crowd)
    print(
        f"{given.boxes} boxes, {given.polygons} polygons x {given.vertices} points, "
        "image 4000 x 3000, window 1440 x 900, no GPU"
    )
    print(table(rows))
    print("  ".join(f"{name} {value:.3g}" for name, value in once.items()))
    if given.json:
        given.json.write_text(json.dumps({"crowd": crowd, "rows": rows, **once}, indent=1))


if __name__ == "__main__":
    main()
