"""`make bench`: the queue against the bare reference server, large imports and exports, the canvas. Ratios in one run.

The comparing harness is not part of this project: GOLDSMITH_HARNESS names its folder (else ../shared/bench beside the
checkout); without it the comparison is left out and said so. `--only queue,large,canvas,text,next_task,crowd` and
`--items N` narrow it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing as mp
import os
import subprocess
import sys
import tempfile
import threading
import time
import venv
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
HARNESS = Path(os.environ.get("GOLDSMITH_HARNESS", HERE.parents[1].parent / "shared" / "bench"))
REFERENCE_NEEDS = ["starlette", "uvicorn", "msgspec", "httptools", "uvloop"]


def queue(work: Path, seconds: float) -> None:
    """Next + submit with 1 and 8 clients, three systems one after the other, twice.

    The reference commits with synchronous=NORMAL: a power cut may take answers that it acknowledged. Ours does not
    allow that, so the reference runs a second time with synchronous=FULL: the difference is the price of the disk.
    """
    python = work / "reference" / "bin" / "python"
    venv.create(work / "reference", with_pip=True)
    subprocess.run([str(python), "-m", "pip", "install", "-q", *REFERENCE_NEEDS], check=True)
    systems = {"reference": ("reference", python), "durable reference": ("durable_reference:Durable", python),
               "goldsmith": ("goldsmith_system:Goldsmith", Path(sys.executable))}
    found: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for turn in range(2):
        for title, (name, py) in systems.items():
            system = _system(name)(str(py), str(work / f"{name.split(':')[0]}{turn}"), 18181 + turn)
            try:
                system.start()
                system.setup()
                project = system.create_project("bench")
                system.import_tasks(project, [f"sentence {i}: the quick brown fox jumps." for i in range(10_000)])
                for clients in (1, 8):
                    found.setdefault((title, clients), []).append(_cycles(name, system, project, clients, seconds))
            finally:
                system.stop()
    for clients in (1, 8):
        rates = {title: _print_queue(title, clients, found[title, clients]) for title in systems}
        print(f"queue, {clients} clients: {rates['goldsmith'] / rates['reference']:.2f} of the reference,"
              f" {rates['goldsmith'] / rates['durable reference']:.2f} of the durable reference", flush=True)


def _print_queue(title: str, clients: int, runs: list[dict[str, Any]]) -> float:
    """One system's line; gives its cycles a second."""
    rate = float(sum(run["cycles_per_s"] for run in runs) / len(runs))
    print(f"queue, {clients} clients, {title}: {rate:.0f} cycles/s, p99 {max(run['p99_ms'] for run in runs):.1f} ms,"
          f" same task twice {sum(run['same_task_twice'] for run in runs)}")
    return rate


def _system(name: str) -> Any:
    import bench  # type: ignore[import-not-found]

    return bench.load(name)


def _cycles(name: str, system: Any, project: str, clients: int, seconds: float) -> dict[str, Any]:
    import bench

    found: dict[str, Any] = bench.cycles(name, system, project, clients, seconds)
    return found


def _annotate(base: str, cred: Any, project: str, stop: Any, out: Any) -> None:
    """One annotator until told to stop; how long each lease and submit took, in ms."""
    system = _system("goldsmith_system:Goldsmith")
    session, took = system.session(base, cred), []
    while not stop.is_set():
        begun = time.perf_counter()
        if system.cycle(session, project, 0) is None:
            break
        took.append((time.perf_counter() - begun) * 1000)
        time.sleep(0.2)
    out.put(took)


def large(work: Path, items: int) -> None:
    """Import `items` texts while four people annotate, then export as many answered tasks; memory on the way."""
    system = _system("goldsmith_system:Goldsmith")(sys.executable, str(work / "large"), 18183)
    system.start()
    try:
        system.setup()
        _grid(system, _import_while_annotating(system, items))
        _export(system, work, items)
    finally:
        system.stop()


def _grid(system: Any, project: str) -> None:
    """Pages of the grid: first, filtered, sorted, found by name, and deep inside."""
    base, took = f"/api/projects/{project}/items?limit=50", {}

    def ask(name: str, query: str) -> Any:
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            page = system.api.call("GET", base + query)
            times.append((time.perf_counter() - begun) * 1000)
        took[name] = sorted(times)[2]
        return page

    page = ask("first page", "")
    for _ in range(20):
        page = system.api.call("GET", base.replace("=50", "=200") + "&after=" + page["next"])
    ask("page 81", "&after=" + page["next"])
    ask("filter open", "&state=open")
    ask("filter settled", "&state=settled")
    ask("newest", "&sort=newest")
    ask("updated", "&sort=updated")
    ask("agreement", "&sort=agreement")
    ask("name contains 77", "&q=77")
    print("grid, median of 5, ms: " + ", ".join(f"{name} {ms:.0f}" for name, ms in took.items()), flush=True)


def _import_while_annotating(system: Any, items: int) -> str:
    busy = system.create_project("busy")
    system.import_tasks(busy, [f"a text {i}" for i in range(20_000)])
    target = system.create_project("large")
    context = mp.get_context("spawn")
    stop, out = context.Event(), context.Queue()
    people = [
        context.Process(target=_annotate, args=(system.base, system.worker(busy, i), busy, stop, out)) for i in range(4)
    ]
    for one in people:
        one.start()
    time.sleep(2)
    before, peak = system.rss_mib(), _Peak(system)
    begun = time.perf_counter()
    accepted = _post_lines(
        system, target, ({"data": {"text": f"sentence {i}: the quick brown fox"}} for i in range(items))
    )
    took = time.perf_counter() - begun
    stop.set()
    waits = sorted(ms for _ in people for ms in out.get(timeout=60))
    p99 = waits[int(len(waits) * 0.99)] if waits else float("nan")
    print(
        f"import of {accepted:,} texts while 4 annotate: {took:.0f} s, {accepted / took:,.0f} a second; memory"
        f" {before:.0f} MiB before, {peak.stop():.0f} MiB at most; annotators' p99 {p99:.0f} ms of {len(waits)} cycles",
        flush=True,
    )
    return str(target)


def _export(system: Any, work: Path, items: int) -> None:
    project = system.create_project("answered")
    value = {"letter": [{"id": "o", "kind": "choice", "label": "a"}]}
    _post_lines(system, project, ({"data": {"text": f"answered {i}"}, "value": value} for i in range(items)))
    peak, begun, size = _Peak(system), time.perf_counter(), 0
    before = system.rss_mib()
    system.api.conn = None
    import http.client

    connection = http.client.HTTPConnection(system.api.host, system.api.port, timeout=1800)
    connection.request("GET", f"/api/projects/{project}/export?format=jsonl", headers=system.api.headers)
    answer, lines = connection.getresponse(), 0
    while chunk := answer.read(1 << 20):
        size, lines = size + len(chunk), lines + chunk.count(b"\n")
    took = time.perf_counter() - begun
    print(
        f"export of {lines:,} answered tasks: {took:.0f} s, {size / 1e6:.0f} MB; memory {before:.0f} MiB before,"
        f" {peak.stop():.0f} MiB at most"
    )


def _post_lines(system: Any, project: str, rows: Any) -> int:
    """Stream rows as NDJSON in one call, chunked; gives how many were taken."""
    import http.client

    def body() -> Any:
        batch: list[bytes] = []
        for row in rows:
            batch.append(json.dumps(row).encode())
            if len(batch) == 1000:
                yield b"\n".join(batch) + b"\n"
                batch = []
        yield b"\n".join(batch)

    connection = http.client.HTTPConnection(system.api.host, system.api.port, timeout=3600)
    connection.request(
        "POST",
        f"/api/projects/{project}/items",
        body=body(),
        encode_chunked=True,
        headers={**system.api.headers, "Content-Type": "application/x-ndjson", "Transfer-Encoding": "chunked"},
    )
    return int(json.loads(connection.getresponse().read())["accepted"])


class _Peak:
    """The most memory that a system took, looked at ten times a second."""

    def __init__(self, system: Any) -> None:
        self._system, self._most, self._ended = system, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            self._most = max(self._most, self._system.rss_mib())

    def stop(self) -> float:
        """End, and give the most in MiB."""
        self._ended.set()
        self._thread.join()
        return self._most


def main() -> None:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="queue,large,canvas,text,next_task,crowd")
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=10)
    args = parser.parse_args()
    parts = args.only.split(",")
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    sys.path[:0] = [str(HERE), str(HARNESS)]
    os.environ["PYTHONPATH"] = os.pathsep.join([str(HERE), str(HARNESS)])
    with tempfile.TemporaryDirectory() as work:
        if not (HARNESS / "bench.py").exists():
            print(
                f"no comparing harness at {HARNESS}: queue and large are left out (GOLDSMITH_HARNESS names its folder)"
            )
        else:
            if "queue" in parts:
                queue(Path(work), args.seconds)
            if "large" in parts:
                large(Path(work), args.items)
    for part in ("canvas", "text", "next_task", "crowd"):
        if part in parts:
            more = ["--tasks", str(args.items), "--seconds", str(args.seconds)] if part == "crowd" else []
            subprocess.run([sys.executable, str(HERE / f"{part}.py"), *more], check=True)


if __name__ == "__main__":
    main()
