"""How right, how sure and how fast aggregation is, and what the stop rule saves: the figures of docs/quality.md.

    python -m tests.bench.truth            prints the tables and writes docs/images/stop_rule.svg
    python -m tests.bench.truth --only accuracy,speed

Needs the data set crowd_labels, and for `kinds` those that tests.bench.kinds reads (GOLDSMITH_TEST_DATA: the folder
above them). Where crowd-kit is installed, its majority, one-coin and Dawid–Skene are measured beside; it is no
requirement, and its figures are in the table.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np

from goldsmith.quality.aggregate import Consensus, fit
from goldsmith.quality.stop_rule import for_asking

from .kinds import print_tables

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("GOLDSMITH_TEST_DATA", ROOT.parent / "shared" / "data")) / "crowd_labels"
SETS = ("rte", "bluebird", "dog", "ms_genre", "cf_amt", "sp_amt", "face_sentiment", "fact_eval")
RISKS = (0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01)


def load(name: str) -> tuple[Any, Any, Any, Any]:
    """Task, annotator and label of each answer, and rows (task, label) of the truth."""
    rows = np.loadtxt(DATA / name / "labels.csv", delimiter=",", skiprows=1, dtype=int)
    truth = np.loadtxt(DATA / name / "truth.csv", delimiter=",", skiprows=1, dtype=int)
    return rows[:, 0], rows[:, 1], rows[:, 2], truth


def right(label: Any, truth: Any) -> float:
    """The share of right labels; an undecided one is not right."""
    return float((label[truth[:, 0]] == truth[:, 1]).mean())


def calibration_error(probability: Any, truth: Any) -> float:
    """Expected calibration error of the most probable label, ten bins of equal width."""
    chosen = probability[truth[:, 0]].astype(float)
    sure, hit = chosen.max(axis=1), chosen.argmax(axis=1) == truth[:, 1]
    place = np.minimum((sure * 10).astype(int), 9)
    return float(sum(abs(sure[place == i].sum() - hit[place == i].sum()) for i in range(10)) / len(hit))


def majority(task: Any, label: Any, truth: Any) -> float:
    """The share that plain votes get right, ties counted as a draw among the tied."""
    votes = np.zeros((task.max() + 1, label.max() + 1))
    np.add.at(votes, (task, label), 1)
    here = votes[truth[:, 0]]
    tied = here == here.max(axis=1, keepdims=True)
    known = np.minimum(truth[:, 1], here.shape[1] - 1)
    return float((tied[np.arange(len(here)), known] * (truth[:, 1] < here.shape[1]) / tied.sum(axis=1)).mean())


def reference(task: Any, annotator: Any, label: Any, truth: Any) -> tuple[float, float, float]:
    """crowd-kit's majority, one-coin and Dawid–Skene, 100 steps; a tie of votes falls as it falls there."""
    import pandas as pd  # type: ignore[import-untyped]
    from crowdkit.aggregation import DawidSkene, MajorityVote, OneCoinDawidSkene  # type: ignore[import-not-found]

    frame = pd.DataFrame({"task": task, "worker": annotator, "label": label})
    known = pd.Series(truth[:, 1], index=truth[:, 0])
    found = [model.fit_predict(frame).reindex(known.index) == known
             for model in (MajorityVote(), OneCoinDawidSkene(100), DawidSkene(100))]
    return float(found[0].mean()), float(found[1].mean()), float(found[2].mean())


def accuracy() -> None:
    """Ours on every set, with gold, and beside crowd-kit where that is installed."""
    beside = importlib.util.find_spec("crowdkit") is not None
    for name in SETS:
        task, annotator, label, truth = load(name)
        found = fit(task, annotator, label)
        line = f"| {name} | {majority(task, label, truth):.4f}"
        if beside:
            line += "".join(f" | {one:.4f}" for one in reference(task, annotator, label, truth))
        gold = " | ".join(_with_gold(task, annotator, label, truth, many) for many in (50, 200))
        print(line + f" | {right(found.label, truth):.4f} | {calibration_error(found.probability, truth):.3f}"
              f" | {gold} |", flush=True)


def _with_gold(task: Any, annotator: Any, label: Any, truth: Any, many: int) -> str:
    """Calibration error on the other items when so many are gold, the mean of five draws; needs 100 others."""
    if many > 50 and len(truth) < many + 100:
        return "–"
    errors = []
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(truth))
        gold = np.full(task.max() + 1, -1)
        gold[truth[order[:many], 0]] = truth[order[:many], 1]
        errors.append(calibration_error(fit(task, annotator, label, gold=gold).probability, truth[order[many:]]))
    return f"{np.mean(errors):.3f}"


def crowd(tasks: int, annotators: int, classes: int, answers: int, seed: int = 0) -> tuple[Any, Any, Any, Any]:
    """A made crowd: one-coin annotators, right with probability 0.5 to 0.95."""
    chance = np.random.default_rng(seed)
    truth = chance.integers(0, classes, tasks)
    task, annotator = np.repeat(np.arange(tasks), answers // tasks), chance.integers(0, annotators, answers)
    is_right = chance.random(answers) < chance.uniform(0.5, 0.95, annotators)[annotator]
    wrong = (truth[task] + chance.integers(1, max(classes, 2), answers)) % classes
    return task, annotator, np.where(is_right, truth[task], wrong), truth


def speed() -> None:
    """A million answers, fifty classes, and one answer folded in."""
    for size in ((200_000, 500, 5, 1_000_000), (5_000, 500, 50, 25_000)):
        task, annotator, label, truth = crowd(*size)
        before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        found = fit(task, annotator, label, classes=size[2])
        took = time.process_time() - begun
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(f"{size}: {took:.2f} CPU s, {more:.0f} MiB beyond the input, right {(found.label == truth).mean():.4f}")
        chance, times = np.random.default_rng(1), []
        for _ in range(500):
            begun = time.process_time()
            found.fold(int(chance.integers(size[0])), int(chance.integers(size[1])), int(chance.integers(size[2])))
            times.append((time.process_time() - begun) * 1000)
        print(f"    one answer folded in: {np.median(times):.2f} CPU ms, at most {max(times):.2f}", flush=True)


def replay(name: str, seed: int, risk: float, least: int = 2) -> tuple[float, float]:
    """Ask in rounds, each item its recorded answers in a random order, until its risk is low enough.

    Gives the share of answers used, and the share of right labels from them.
    """
    task, annotator, label, truth = load(name)
    order = np.random.default_rng(seed).permutation(len(task))
    task, annotator, label = task[order], annotator[order], label[order]
    by_task = np.argsort(task, kind="stable")
    first = np.searchsorted(task[by_task], np.arange(task.max() + 1))
    rank = np.empty(len(task), dtype=int)  # the how-manieth answer to its item each one is
    rank[by_task] = np.arange(len(task)) - first[task[by_task]]
    used, is_open, turn = rank < least, np.ones(task.max() + 1, dtype=bool), least
    classes = int(label.max()) + 1
    while True:
        found = fit(task[used], annotator[used], label[used], classes=classes, gold=np.full(task.max() + 1, -1))
        is_open &= 1 - while_asking(found, np.bincount(task[used], minlength=len(is_open))).max(axis=1) > risk
        more = (rank == turn) & is_open[task]
        if not more.any():
            return float(used.mean()), right(found.label, truth)
        used |= more
        turn += 1


def while_asking(found: Consensus, answers: Any) -> Any:
    """The probabilities as the stop rule takes them: cooled by less dependence, see `stop_rule.for_asking`."""
    more = np.maximum(answers - 1, 0)
    power = (1 + more * found.crowd.dependence) / (1 + more * for_asking(found.crowd).dependence)
    raised = np.maximum(found.probability.astype(np.float64), 1e-30) ** power[:, None]
    return raised / raised.sum(axis=1, keepdims=True)


def stop_rule(seeds: int = 3) -> None:
    """What the stop rule saves: for each set and target risk, answers used and accuracy; and the plot."""
    curves: dict[str, list[tuple[float, float]]] = {}
    for name in SETS:
        task, annotator, label, truth = load(name)
        whole = right(fit(task, annotator, label).label, truth)
        found = [np.mean([replay(name, seed, risk) for seed in range(seeds if name != "fact_eval" else 1)], axis=0)
                 for risk in RISKS]
        curves[name] = [(float(share), float(hit) - whole) for share, hit in found]
        print(f"{name}, all answers {whole:.3f}: " + ", ".join(
            f"risk {risk:g} {share:.0%} {hit:.3f}" for risk, (share, hit) in zip(RISKS, found, strict=True)),
            flush=True)
    for i, risk in enumerate(RISKS):
        share, loss = (np.mean([curve[i][part] for curve in curves.values()]) for part in (0, 1))
        print(f"| {risk:g} | {share:.0%} | {100 * loss:+.1f} |")
    enough = {name: min((share for share, loss in curve if loss >= -0.005), default=1.0)
              for name, curve in curves.items()}
    print("least share within 0.5 points:", {name: round(share, 2) for name, share in enough.items()},
          f"mean {np.mean(list(enough.values())):.2f}")
    (ROOT / "docs" / "images" / "stop_rule.svg").write_text(plot(curves), encoding="utf-8")


def plot(curves: dict[str, list[tuple[float, float]]]) -> str:
    """Points lost against the share of answers used, one line a set, as SVG."""
    width, height, left, top = 640, 360, 56, 16
    colours = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#7A7A7A", "#111111")

    def at(share: float, loss: float) -> str:
        return f"{left + share * (width - left - 140):.1f},{top + (0.04 - loss) / 0.14 * (height - top - 40):.1f}"

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif"'
             ' font-size="12"><rect width="100%" height="100%" fill="#fff"/>']
    for loss in (0.04, 0.0, -0.04, -0.08):
        x, y = at(0, loss).split(",")
        parts.append(f'<path d="M{x} {y}H{width - 140}" stroke="#ccc"/>'
                     f'<text x="{left - 6}" y="{float(y) + 4}" text-anchor="end">{loss * 100:+.0f}</text>')
    for share in (0, 0.25, 0.5, 0.75, 1):
        x = at(share, 0).split(",")[0]
        parts.append(f'<text x="{x}" y="{height - 22}" text-anchor="middle">{share:.0%}</text>')
    for i, (name, curve) in enumerate(curves.items()):
        line = " ".join(at(share, max(loss, -0.1)) for share, loss in curve)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colours[i]}" stroke-width="2"/>'
                     f'<text x="{width - 130}" y="{top + 20 * (i + 1)}" fill="{colours[i]}">{name}</text>')
    parts.append(f'<text x="{left}" y="{height - 6}">answers used; up: points of accuracy'
                 " against all answers</text></svg>")
    return "\n".join(parts) + "\n"


def kinds() -> None:
    """Preferences, texts, spans, boxes, polygons and tracks."""
    print_tables(DATA.parent)


def main() -> None:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="accuracy,speed,stop_rule,kinds")
    for part in parser.parse_args().only.split(","):
        {"accuracy": accuracy, "speed": speed, "stop_rule": stop_rule, "kinds": kinds}[part]()


if __name__ == "__main__":
    main()
