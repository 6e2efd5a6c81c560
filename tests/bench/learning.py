"""Learning curves on real texts: how right a quick model is after so many answers, by what was answered first.

`python -m tests.bench.learning DATA` where DATA holds analyst_attack (techniques of ATT&CK by their first tactic) and
analyst_nist (controls of NIST SP 800-53 by their family). Each order begins with the same items drawn at random; then
each batch is chosen with what was learnt so far, by the functions that the server uses. Printed are means over seeds of
the share that is right among items that are never answered.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from goldsmith.models.choosing import choose
from goldsmith.models.doubt import entropy
from goldsmith.models.features import Floats, text_features
from goldsmith.models.quick import regression

FIRST, BATCH, ROUNDS, SEEDS = 20, 20, 9, 10
ORDERS = ("random", "doubt", "spread", "both")
Labelled = list[tuple[str, str]]


def attack(data: Path) -> Labelled:
    """Techniques by their first tactic."""
    lines = (data / "analyst_attack/entities.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [(row["text"], row["tactics"][0]) for row in rows if row["kind"] == "attack-pattern" and row["tactics"]]


def nist(data: Path) -> Labelled:
    """Controls by their family; the text names it nowhere but in what it asks for."""
    lines = (data / "analyst_nist/controls.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [(row["statement"] + " " + (row["guidance"] or ""), row["family"]) for row in rows]


def usual(labelled: Labelled, least: int = 8) -> Labelled:
    """Without labels that are too rare to be learnt and tested."""
    counts = Counter(label for _, label in labelled)
    return [(text, label) for text, label in labelled if counts[label] >= least]


def curve(rows: Floats, truth: Floats, order: str, seed: int) -> list[float]:
    """The share right among a third of the items after each batch; rows (n, d), truth (n, k) of zeros and ones."""
    chance = random.Random(seed)
    places = list(range(len(rows)))
    chance.shuffle(places)
    test, pool = places[: len(rows) // 3], places[len(rows) // 3 :]
    known, found = pool[:FIRST], []
    for _ in range(ROUNDS):
        weights, biases = regression.fit(rows[known], truth[known], is_one=True)
        given = regression.predict(rows[test], weights, biases, is_one=True)
        found.append(float((given.argmax(axis=1) == truth[test].argmax(axis=1)).mean()))
        taken = set(known)
        rest = [i for i in pool if i not in taken]
        if order == "random":
            known = known + chance.sample(rest, min(BATCH, len(rest)))
            continue
        shares = regression.predict(rows[rest], weights, biases, is_one=True)
        doubt = [entropy([float(share) for share in one]) for one in shares]
        chosen = choose(BATCH, order=order, doubt=doubt, rows=rows[rest], known=rows[known])  # type: ignore[arg-type]
        known = known + [rest[i] for i in chosen]
    return found


def main() -> None:
    """Print a table for each data set."""
    data = Path(sys.argv[1])
    for name, labelled in (("ATT&CK", usual(attack(data))), ("NIST", usual(nist(data)))):
        labels = sorted({label for _, label in labelled})
        rows = text_features([text for text, _ in labelled])
        truth = np.array([[one == label for one in labels] for _, label in labelled], np.float32)
        print(f"\n{name}: {len(labelled)} texts, {len(labels)} labels, {SEEDS} seeds")
        print("answers  " + "".join(f"{FIRST + BATCH * i:>12}" for i in range(ROUNDS)))
        for order in ORDERS:
            curves = np.array([curve(rows, truth, order, seed) for seed in range(SEEDS)])
            middle, spread = curves.mean(axis=0), curves.std(axis=0, ddof=1)
            print(f"{order:9}" + "".join(f"{a:>6.3f}±{b:.3f}" for a, b in zip(middle, spread, strict=True)), flush=True)


if __name__ == "__main__":
    main()
