"""What skill is worth for boxes in the running product: photos drawn on by people of known noise, by a real server.

    .venv/bin/python tests/bench/replay_shapes.py [--rounds 10] [--risks 0.1,0.05] [--seed 1]

The things of images_boxes_masks (GOLDSMITH_TEST_DATA names the folder above it) are disturbed as the five people of
`kinds.PLAYED` would, the fifth of whom is careless; each photo comes as often as there are rounds, drawn anew each
time. Each of the five is a client with a key of their own. The same drawings go into a project where a majority of five
decides, one of three, and one for each risk, which asks for two answers and then for as many as it needs. Where a
project leaves an item to a person, what it proposes to them is measured.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from goldsmith.quality.fusion.boxes import box_iou  # noqa: E402
from tests.bench.kinds import PLAYED, load_things, play_boxes  # noqa: E402
from tests.bench.replay import Caller  # noqa: E402
from tests.bench.truth import DATA  # noqa: E402
from tests.conftest import Server  # noqa: E402
from tests.work.test_kill import keys_of_new_people  # noqa: E402

LABELS = ("date", "fig", "hazelnut")
SCHEMA = {"fields": [{"name": "fruit", "kind": "box", "labels": [{"name": one} for one in LABELS]}]}
Value = list[dict[str, Any]]


def draw(things: list[Any], rounds: int, seed: int) -> dict[tuple[int, int], Value]:
    """What each annotator draws on each item, by item and annotator; an item is a photo in a round."""
    photos = max(thing[0] for thing in things) + 1
    found: dict[tuple[int, int], Value] = {(item, who): [] for item in range(photos * rounds)
                                           for who in range(len(PLAYED))}
    for number in range(rounds):
        for n, (photo, who, label, left, top, right, bottom) in enumerate(play_boxes(things, 1000 * seed + number)):
            item = number * photos + int(photo)
            found[item, int(who)].append(
                {"id": f"o{n}", "kind": "box", "label": LABELS[int(label)], "x_px": max(float(left), 0.0),
                 "y_px": max(float(top), 0.0), "width_px": float(right - max(left, 0.0)),
                 "height_px": float(bottom - max(top, 0.0))})
    return found


def replay(server: Server, owner: Any, drawn: dict[tuple[int, int], Value], seed: int, **setup: Any) -> tuple[Any, ...]:
    """The value of each item, how many answers were given, and how many items were left to a person."""
    made = owner.post("/api/projects", json={"name": str(setup), "schema": SCHEMA, "review": False, **setup})
    assert made.status_code == 201, made.text
    project = made.json()["project_id"]
    items = sorted({item for item, _ in drawn})
    owner.post(f"/api/projects/{project}/items", json=[{"data": {"text": str(one)}} for one in items]
               ).raise_for_status()
    caller, chance, given = Caller(server.port), np.random.default_rng(seed), 0
    keys = keys_of_new_people(server, len(PLAYED), first=int(time.time() * 1000))
    waiting = list(range(len(PLAYED)))
    while waiting:
        who = waiting[int(chance.integers(len(waiting)))]
        lease = caller.post(f"/api/projects/{project}/lease", keys[who], {})
        if lease is None:
            waiting.remove(who)
            continue
        boxes = drawn[int(lease["item"]["data"]["text"]), who]
        caller.post(f"/api/leases/{lease['lease_id']}/submit", keys[who],
                    {"fence": lease["fence"], "value": {"fruit": boxes} if boxes else {}})
        given += 1
        waiting = list(range(len(PLAYED)))
    page = owner.get(f"/api/projects/{project}/items?limit=1000").json()["items"]
    skill = owner.get(f"/api/projects/{project}/figures/annotators").json()["annotators"]
    return ({int(one["item"]["data"]["text"]): one["value"].get("fruit", []) for one in page}, given,
            sum(one["state"] == "undecided" for one in page), skill)


def score(things: list[Any], values: dict[int, Value]) -> tuple[float, float, float]:
    """F1 of the boxes, the mean overlap of those that meet a true one, and the share of these with its label."""
    photos = max(thing[0] for thing in things) + 1
    overlaps, right, boxes, true_ones = [], [], 0, 0
    for item, value in values.items():
        true = [thing for thing in things if thing[0] == item % photos]
        boxes, true_ones = boxes + len(value), true_ones + len(true)
        if not value:
            continue
        corners = np.array([(one["x_px"], one["y_px"], one["x_px"] + one["width_px"], one["y_px"] + one["height_px"])
                            for one in value])
        iou = box_iou(np.array([thing[2] for thing in true]), corners)
        for i, j in enumerate(iou.argmax(axis=1)):
            if iou[i, j] > 0.5:
                overlaps.append(iou[i, j])
                right.append(value[j]["label"] == LABELS[true[i][1]])
    return 2 * len(overlaps) / (boxes + true_ones), float(np.mean(overlaps)), float(np.mean(right))


def main() -> None:
    """Replay each project; prints a line each, and how the five were measured to draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--risks", default="0.1,0.05")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    things = load_things(DATA.parent)
    drawn = draw(things, args.rounds, args.seed)
    setups: list[tuple[str, dict[str, Any]]] = [("majority of 5", {"overlap": 5, "overlap_most": 5}),
                                                ("majority of 3", {"overlap": 3, "overlap_most": 3})]
    setups += [(f"skill, risk {risk}", {"overlap": 2, "overlap_most": 5, "stop_risk": float(risk)})
               for risk in args.risks.split(",")]
    with tempfile.TemporaryDirectory() as work:
        server = Server(Path(work) / "data")
        server.start()
        try:
            owner = server.person("owner@example.org", "owner")
            owner.timeout = 120
            for name, setup in setups:
                begun = time.perf_counter()
                values, given, left, skill = replay(server, owner, drawn, args.seed, **setup)
                f1, overlap, right = score(things, values)
                print(f"| {name} | {given} | {f1:.3f} | {overlap:.3f} | {right:.3f} | {left} |"
                      f" {time.perf_counter() - begun:.0f} s |", flush=True)
                for one in sorted(skill, key=lambda row: row["name"]):
                    print("   ", one["shapes"])
        finally:
            server.stop()


if __name__ == "__main__":
    main()
