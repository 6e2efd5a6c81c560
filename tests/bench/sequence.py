"""What the stop rule saves, by the product's own steps but without a server: all eight recorded crowds in minutes.

    .venv/bin/python -m tests.bench.sequence [--sets rte,dog] [--risks 0.1,0.05] [--seeds 1] [--plot FILE]

Items stand in a queue in random order, each with two seats; one that is not sure enough after them goes to the end for
one answer more. Who answers is drawn among those on record. Skills are what `work.consensus` would have at that moment:
counted answer by answer, fitted anew at 40 answers and whenever a quarter more have come, and what waits is then
weighed again. `tests/bench/replay.py` does the same through a real server. Besides answers used and accuracy it tells
how often stopped items are wrong, and how often they were said to be. Of fact_eval only the items whose truth is known
are asked.
"""

from __future__ import annotations

import argparse
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np

from goldsmith.quality.aggregate import Consensus, fit
from goldsmith.quality.em.item import weigh_item
from goldsmith.quality.em.model import find_confusion
from goldsmith.quality.stop_rule import for_asking
from goldsmith.work.consensus.refit import FIRST, GROWTH
from goldsmith.work.consensus.skills import usual_crowd
from tests.bench.replay import known_part
from tests.bench.truth import ROOT, SETS, load, plot, right

LEAST = 2  # answers to each item at first


class Project:
    """The answers given so far, the skills measured from them, and the items that are settled."""

    def __init__(self, people: int, classes: int, risk: float) -> None:
        self.risk, self.classes = risk, classes
        self.crowd, self.counts = for_asking(usual_crowd(classes)), np.zeros((people, classes, classes))
        self.given: dict[int, list[tuple[int, int]]] = {}  # item → annotator, label
        self.settled: dict[int, tuple[int, float]] = {}  # item → label, and how probably it is wrong
        self.answers = self.fitted = 0

    def answer(self, item: int, annotator: int, label: int) -> bool:
        """Take one answer; whether the item asks for another."""
        before = len(self.given.setdefault(item, []))
        self.given[item].append((annotator, label))
        self.answers += 1
        if before + 1 < LEAST:
            return False
        own = self._weigh(item)
        for one in range(0 if before + 1 == LEAST else before, len(own)):  # each counts once for its author
            who, said = self.given[item][one]
            self.counts[who, :, said] += own[one]
        if self.answers >= max(FIRST, GROWTH * self.fitted):
            self._measure_anew()
        return item not in self.settled

    def _weigh(self, item: int) -> Any:
        who, said = zip(*self.given[item], strict=True)
        posterior, own = weigh_item(self.crowd, find_confusion(self.crowd, self.counts[list(who)]), said)
        if 1 - posterior.max() <= self.risk:
            self.settled[item] = int(posterior.argmax()), float(1 - posterior.max())
        return own

    def fit(self) -> Consensus:
        """All answers given so far."""
        rows = np.array([(item, *one) for item, given in self.given.items() for one in given])
        return fit(rows[:, 0], rows[:, 1], rows[:, 2], self.classes)

    def _measure_anew(self) -> None:
        found, self.fitted = self.fit(), self.answers
        self.crowd = for_asking(found.crowd)
        self.counts[: len(found.counts)] = found.counts
        for item in [one for one, given in self.given.items() if one not in self.settled and len(given) >= LEAST]:
            self._weigh(item)


def work(name: str, risk: float, seed: int) -> tuple[float, float, float, float]:
    """Share of the answers used and of right labels; of the settled items, what share is wrong and was said to be."""
    task, annotator, label, truth = known_part(*load(name))
    chance, left = np.random.default_rng(seed), dict[int, list[tuple[int, int]]]()
    for place in chance.permutation(len(task)):
        left.setdefault(int(task[place]), []).append((int(annotator[place]), int(label[place])))
    project = Project(int(annotator.max()) + 1, int(label.max()) + 1, risk)
    waiting = deque(int(item) for item in chance.permutation(list(left)) for _ in range(LEAST))
    while waiting:
        item = waiting.popleft()
        if left[item] and item not in project.settled and project.answer(item, *left[item].pop()):
            waiting.append(item)
    rest = project.fit().probability.argmax(axis=1)
    hits = {int(item): project.settled.get(int(item), (int(rest[item]), 0.0))[0] == one for item, one in truth}
    done = [(hits[item], wrong) for item, (_, wrong) in project.settled.items() if item in hits] or [(True, 0.0)]
    hit, said = np.mean(done, axis=0)
    return project.answers / len(task), float(np.mean(list(hits.values()))), float(1 - hit), float(said)


def main() -> None:
    """Print a row for each set and risk, and the means over the sets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--risks", default="0.05,0.03,0.025,0.02")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--plot", type=Path, help="where to write the plot, for instance docs/images/sequence.svg")
    args = parser.parse_args()
    curves: dict[str, list[tuple[float, float]]] = {}
    for risk in (float(one) for one in args.risks.split(",")):
        rows = []
        for name in args.sets.split(","):
            task, annotator, label, truth = known_part(*load(name))
            whole = right(fit(task, annotator, label).label, truth)
            used, hit, wrong, said = np.mean([work(name, risk, seed) for seed in range(args.seeds)], axis=0)
            rows.append((used, hit - whole, wrong, said))
            curves.setdefault(name, []).append((float(used), float(hit) - whole))
            print(f"| {name} | {risk:g} | {used:.0%} | {hit:.3f} | {whole:.3f} | {wrong:.3f} | {said:.3f} |",
                  flush=True)
        used, loss, wrong, said = np.mean(rows, axis=0)
        print(f"mean at {risk:g}: {used:.0%} of the answers, {100 * loss:+.1f} points; settled items wrong {wrong:.3f},"
              f" said {said:.3f}", flush=True)
    if args.plot:
        (ROOT / args.plot).write_text(plot({name: sorted(curve) for name, curve in curves.items()}), encoding="utf-8")


if __name__ == "__main__":
    main()
