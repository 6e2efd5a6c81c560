"""How fluid a megabyte of text with two thousand spans and their relations is, in Chromium without a GPU.

    .venv/bin/python tests/bench/text.py [--json FILE] [--characters 1000000] [--spans 2000] [--relations 500]

`frame` is the time between two frames on the screen while the wheel turns; `add` is the time from adding a span until
it is painted, which holds two frames of about 17 ms that the browser waits in any case.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.page import build, chromium, opened, served  # noqa: E402

Row = dict[str, float | str | int]


def spread(name: str, times_ms: list[float]) -> Row:
    ordered = sorted(times_ms)
    return {
        "case": name,
        "n": len(ordered),
        "p50_ms": statistics.median(ordered),
        "p95_ms": ordered[int(0.95 * (len(ordered) - 1))],
        "max_ms": ordered[-1],
    }


def scrolled(page: Any, notches: int, delta: int) -> list[float]:
    """The times between frames while the wheel turns."""
    page.mouse.move(700, 400)
    page.evaluate("bench.startFrames()")
    for _ in range(notches):
        page.mouse.wheel(0, delta)
        page.wait_for_timeout(16)
    return list(page.evaluate("bench.stopFrames()"))


def measure(page: Any, characters: int, spans: int, relations: int) -> list[Row]:
    first = page.evaluate("([characters, spans, relations]) => bench.load(characters, spans, relations)",
                          [characters, spans, relations])
    page.wait_for_timeout(500)
    rows = [spread("show the text", [first])]
    rows.append(spread("scroll, 120 px a notch", scrolled(page, 120, 120)))
    rows.append(spread("scroll, 1,200 px a notch", scrolled(page, 120, 1200)))
    page.evaluate("document.querySelector('.view').scrollTop = 0")
    page.wait_for_timeout(500)
    rows.append(spread("add a span", [page.evaluate("bench.add()") for _ in range(20)]))
    rows.append(spread("add a relation", [page.evaluate("bench.relate()") for _ in range(20)]))
    rows.append(spread("select a span", [page.evaluate(f"bench.select('new{spans + i}')") for i in range(20)]))
    rows.append(spread("go to a span anywhere", [page.evaluate(f"bench.zoomTo('s{i * 97}')") for i in range(20)]))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--characters", type=int, default=1_000_000)
    parser.add_argument("--spans", type=int, default=2000)
    parser.add_argument("--relations", type=int, default=500)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        with served(Path(folder)) as address, chromium() as browser:
            page = opened(browser, address.replace("canvas.html", "text.html"))
            rows = measure(page, wanted.characters, wanted.spans, wanted.relations)
            size, elements = page.evaluate("bench.bytes()"), page.evaluate("bench.elements()")
    print(f"{size / 1e6:.2f} MB of text, {wanted.spans} spans, {wanted.relations} relations, "
          f"{elements} elements on the page at the end")
    print(f"{'case':28}{'n':>5}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}")
    for row in rows:
        print(f"{row['case']:28}{row['n']:>5}{row['p50_ms']:>9.1f}{row['p95_ms']:>9.1f}{row['max_ms']:>9.1f}")
    if wanted.json:
        wanted.json.write_text(json.dumps({"bytes": size, "spans": wanted.spans,
                                           "relations": wanted.relations, "rows": rows}, indent=2))


if __name__ == "__main__":
    main()
