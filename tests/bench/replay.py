"""What the stop rule saves in the running product: recorded answers of real crowds, given through a real server.

    .venv/bin/python tests/bench/replay.py [--sets rte,dog] [--risks 0.05,0.03] [--seeds 1] [--plot FILE]

Each recorded annotator is a client with a key of their own. Somebody drawn at random asks for work; what they answered
on record they submit, anything else they skip; when nobody is given anything more, it is over. The project asks for
two answers and then for as many as its `stop_risk` needs. Where nobody on record can give one more, an item stays open,
and its label is what `aggregate.fit` makes of all that was given. Needs the data set crowd_labels (GOLDSMITH_TEST_DATA
names the folder above it). Of fact_eval only the items whose truth is known are asked.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from goldsmith.quality.aggregate import fit  # noqa: E402
from tests.bench.truth import ROOT, SETS, load, plot, right  # noqa: E402
from tests.conftest import Server  # noqa: E402
from tests.work.test_kill import keys_of_new_people  # noqa: E402

Record = dict[tuple[int, int], int]  # annotator, item → label
Given = tuple[int, int, int]  # item, annotator, label


class Caller:
    """One connection that speaks for whoever's key it is given."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def post(self, path: str, key: str, body: Any) -> Any:
        """The answer's JSON; None for 204."""
        self._line.request("POST", path, json.dumps(body), {"authorization": f"Bearer {key}",
                                                            "content-type": "application/json"})
        answer = self._line.getresponse()
        raw = answer.read()
        assert answer.status < 300, (path, answer.status, raw[:500])
        return json.loads(raw) if raw else None


def work_once(caller: Caller, project: str, key: str, annotator: int, record: Record, given: list[Given]) -> bool:
    """Ask for work, and answer it, which is added to `given`, or skip it; False where there was none."""
    lease = caller.post(f"/api/projects/{project}/lease", key, {})
    if lease is None:
        return False
    task = int(lease["item"]["data"]["text"])
    label = record.get((annotator, task))
    place = f"/api/leases/{lease['lease_id']}"
    if label is None:
        caller.post(f"{place}/skip", key, {"fence": lease["fence"], "reason": "not on record"})
        return True
    value = {"truth": [{"id": "o1", "kind": "choice", "label": str(label)}]}
    caller.post(f"{place}/submit", key, {"fence": lease["fence"], "value": value})
    given.append((task, annotator, label))
    return True


def replay(server: Server, owner: Any, name: str, risk: float, seed: int) -> tuple[float, float, int]:
    """Share of the recorded answers used, share of right labels from them, and how many items were not settled."""
    task, annotator, label, truth = known_part(*load(name))
    record = {(int(a), int(t)): int(one) for t, a, one in zip(task, annotator, label, strict=True)}
    items, many = sorted(set(task.tolist())), max(Counter(task.tolist()).values())
    schema = {"fields": [{"name": "truth", "kind": "choice", "multiple": False, "required": True,
                          "labels": [{"name": str(one)} for one in range(int(label.max()) + 1)]}]}
    made = owner.post("/api/projects", json={
        "name": f"{name} {risk:g} {seed}", "schema": schema, "review": False, "overlap": 2,
        "overlap_most": max(many, 2), "stop_risk": risk})
    assert made.status_code == 201, made.text
    project = made.json()["project_id"]
    owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": str(one)}} for one in items]
               ).raise_for_status()
    people = sorted(set(annotator.tolist()))
    given = np.array(crowd_works(server, project, people, record, seed))
    settled = outcome(owner, project)
    fitted = fit(given[:, 0], given[:, 1], given[:, 2], classes=int(label.max()) + 1)
    rest = np.where(fitted.label < 0, fitted.probability.argmax(axis=1), fitted.label)
    hits = [settled.get(int(one), int(rest[one]) if one < len(rest) else -1) == int(known) for one, known in truth]
    return len(given) / len(task), sum(hits) / len(hits), len(items) - len(settled)


def known_part(task: Any, annotator: Any, label: Any, truth: Any) -> tuple[Any, Any, Any, Any]:
    """The answers to items whose truth is known, where there are more than ten times as many others."""
    if task.max() + 1 <= 10 * len(truth):
        return task, annotator, label, truth
    here = np.isin(task, truth[:, 0])
    return task[here], annotator[here], label[here], truth


def crowd_works(server: Server, project: str, people: list[int], record: Record, seed: int) -> list[Given]:
    """Let them all work, in random turns, until nobody is given anything; gives every answer in its turn."""
    caller, chance, given = Caller(server.port), np.random.default_rng(seed), list[Given]()
    keys = dict(zip(people, keys_of_new_people(server, len(people), first=int(time.time() * 1000)), strict=True))
    while True:
        waiting, before = list(people), len(given)
        while waiting:
            here = int(chance.integers(len(waiting)))
            if not work_once(caller, project, keys[waiting[here]], waiting[here], record, given):
                waiting.pop(here)
        if len(given) == before:
            return given


def outcome(owner: Any, project: str) -> dict[int, int]:
    """The label of each item that the product settled."""
    value: dict[int, int] = {}
    after = ""
    while True:
        page = owner.get(f"/api/projects/{project}/items?state=settled&limit=200{after}").json()
        for one in page["items"]:
            value[int(one["item"]["data"]["text"])] = int(one["value"]["truth"][0]["label"])
        if not page["next"]:
            return value
        after = f"&after={page['next']}"


def main() -> None:
    """Replay what is asked for; prints a line each, and the mean over the sets for each risk."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--risks", default="0.05,0.03")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--plot", type=Path, help="where to write the plot, for instance docs/images/replay.svg")
    args = parser.parse_args()
    curves: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as work:
        server = Server(Path(work) / "data")
        server.start()
        try:
            owner = server.person("owner@example.org", "owner")
            owner.timeout = 120
            for name in args.sets.split(","):
                task, annotator, label, truth = known_part(*load(name))
                whole = right(fit(task, annotator, label).label, truth)
                for risk in (float(one) for one in args.risks.split(",")):
                    begun = time.perf_counter()
                    found = np.mean([replay(server, owner, name, risk, seed) for seed in range(args.seeds)], axis=0)
                    curves.setdefault(name, []).append((float(found[0]), float(found[1]) - whole))
                    print(f"| {name} | {risk:g} | {found[0]:.0%} | {found[1]:.4f} | {whole:.4f} | {found[2]:.0f} |"
                          f" {time.perf_counter() - begun:.0f} s |", flush=True)
        finally:
            server.stop()
    for i, risk in enumerate(args.risks.split(",")):
        share, loss = (np.mean([curve[i][part] for curve in curves.values()]) for part in (0, 1))
        print(f"mean at {risk}: {share:.0%} of the answers, {100 * loss:+.1f} points")
    if args.plot:
        (ROOT / args.plot).write_text(plot(curves), encoding="utf-8")


if __name__ == "__main__":
    main()
