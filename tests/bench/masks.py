"""How long a frame takes while masks of 4K are painted, and a skeleton of 133 points is edited, without a GPU.

    .venv/bin/python tests/bench/masks.py [--json FILE]

Five ragged masks lie over a picture of 3840 x 2160; one of them is painted on. `its end` begins when the
button is let go: the stroke becomes a part of the mask, which is written down as run lengths; `undo` is when the mask
as it was before is shown again. The `work` of both is all that the main thread does in 300 ms from then on.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.canvas import Row, drag, measured, table  # noqa: E402
from tests.bench.page import build, chromium, load, opened, served, settle  # noqa: E402

CROWD = {"width_px": 3840, "height_px": 2160, "masks": 5, "points": 133}
MOST_MS = 33.0


def paint(page: Any, metrics: Any, name: str, way: str = "") -> tuple[Row, Row, Row]:
    """Frames of one stroke on the first mask, those of its end, and those of taking it back."""
    page.evaluate("window.before = bench.shapes()")
    page.evaluate("way => { bench.setOptions(way ? [`mask:${way}`] : []); bench.use('mask'); bench.select('m0') }", way)
    settle(page)
    page.mouse.move(300, 300)
    page.mouse.down()
    row = measured(page, metrics, name, lambda: page.mouse.move(1100, 620, steps=90))

    def let_go() -> None:
        page.mouse.up()
        page.wait_for_timeout(300)

    def undo() -> None:
        page.evaluate("bench.give(before)")
        page.wait_for_timeout(300)

    end = measured(page, metrics, f"its end ({name})", let_go)
    return row, end, measured(page, metrics, f"undo ({name})", undo)


def run(page: Any) -> list[Row]:
    load(page, **CROWD)
    metrics = page.context.new_cdp_session(page)
    metrics.send("Performance.enable", {"timeDomain": "threadTicks"})
    rows: list[Row] = []
    for name, way in (("paint, fitted", ""), ("erase, fitted", "erase")):
        rows += paint(page, metrics, name, way)
    page.evaluate("bench.canvas().actualSize()")
    rows += paint(page, metrics, "paint at 100 %")
    page.evaluate("bench.canvas().fit(); bench.use('select'); bench.select('s0')")
    settle(page)
    x, y = page.evaluate(
        """() => {
          const [x, y] = bench.shapes().find(s => s.id === 's0').geometry.points[40]
          const d = document.querySelector('[data-testid=canvas]').dataset
          return [x * d.scale + Number(d.x), y * d.scale + Number(d.y)]
        }"""
    )
    rows.append(measured(page, metrics, "drag one of 133 points", lambda: drag(page, (x, y), (180, 120))))
    return rows


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        with served(Path(folder)) as address, chromium() as browser:
            rows = run(opened(browser, address))
    print("5 masks on 3840 x 2160, window 1440 x 900, no GPU")
    print(table(rows))
    print(f"asked: at most {MOST_MS:.0f} ms a frame")
    if given.json:
        given.json.write_text(json.dumps({"rows": rows}, indent=1))


if __name__ == "__main__":
    main()
