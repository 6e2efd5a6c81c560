"""Answers of real crowds. The data is not part of the repository: GOLDSMITH_TEST_DATA names its folder."""

from __future__ import annotations

import csv
import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from goldsmith.kinds import KINDS
from goldsmith.quality.agreement import field_alpha
from goldsmith.quality.alpha import alpha
from goldsmith.quality.consensus import Settled, Undecided, settle

from .answers import answer, choice, field, schema, span

DATA = Path(os.environ.get("GOLDSMITH_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
RTE, PICO = DATA / "crowd_labels" / "rte", DATA / "text_spans_pico" / "spans.jsonl"
needs_rte = pytest.mark.skipif(not RTE.exists(), reason="the data set crowd_labels/rte is not here")
needs_pico = pytest.mark.skipif(not PICO.exists(), reason="the data set text_spans_pico is not here")
NAMES = {"0": "bad", "1": "good"}


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((RTE / name).read_text("utf-8").splitlines()))


def rte() -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
    answers: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows("labels.csv"):
        answers[row["task"]].append(answer(choice(NAMES[row["label"]], id="w" + row["worker"])))
    truth = {row["task"]: NAMES[row["label"]] for row in rows("truth.csv")}
    return dict(answers), truth


def pico() -> list[dict[str, Any]]:
    return [json.loads(line) for line in PICO.read_text("utf-8").splitlines()]


def spans(ranges: list[list[int]]) -> dict[str, Any]:
    return answer(*(span(start, end, id=str(i)) for i, (start, end) in enumerate(ranges)))


@needs_rte
def test_65_of_the_800_rte_tasks_are_ties_and_none_is_settled_by_accident() -> None:
    answers, truth = rte()
    results = {task: settle(given, schema("choice", multiple=False), KINDS) for task, given in answers.items()}
    settled = {task: r.value["f"][0].label for task, r in results.items() if isinstance(r, Settled)}
    right = sum(truth[task] == label for task, label in settled.items())

    assert len(results) == 800 and len(settled) == 800 - 65
    assert all(r.reasons[0].text.startswith("5 of 10") for r in results.values() if isinstance(r, Undecided))
    assert (right + 65 / 2) / 800 == pytest.approx(0.897, abs=0.0005)  # ties by coin: Snow et al., EMNLP 2008


@needs_rte
def test_alpha_of_rte_has_an_interval_around_it() -> None:
    answers, _ = rte()
    found = field_alpha(
        list(answers.values()), field("choice", multiple=False), KINDS["choice"], np.random.default_rng(1)
    )

    assert found.value == alpha([[one["f"][0].label for one in given] for given in answers.values()])
    assert found.low is not None and found.high is not None and found.value is not None
    assert found.low < found.value < found.high


@needs_pico
def test_spans_most_workers_marked_come_nearer_to_the_gold_than_one_worker_does() -> None:
    crowd, alone = [], []
    for document in pico():
        gold = covered(document["gold_spans"])
        answers = [spans(one["spans"]) for one in document["answers"]]
        result = settle(answers, schema("span"), KINDS, limit=0.7)
        crowd.append(f1(covered([[s.start, s.end] for s in result.value["f"]]), gold))  # type: ignore[attr-defined]
        alone.append(np.mean([f1(covered(one["spans"]), gold) for one in document["answers"]]))

    assert np.mean(crowd) > np.mean(alone)


@needs_pico
def test_alpha_of_spans_lies_between_chance_and_full_agreement() -> None:
    items = [[spans(one["spans"]) for one in document["answers"]] for document in pico()]
    found = field_alpha(items, field("span"), KINDS["span"], np.random.default_rng(1))

    assert found.low is not None and found.high is not None and found.value is not None
    assert 0 < found.low < found.value < found.high < 1


def covered(ranges: list[list[int]]) -> set[int]:
    return {place for start, end in ranges for place in range(start, end)}


def f1(found: set[int], gold: set[int]) -> float:
    return 2 * len(found & gold) / (len(found) + len(gold)) if found or gold else 1.0
