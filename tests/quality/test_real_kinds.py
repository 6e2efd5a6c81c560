"""Aggregation of real answers of other kinds than labels. The floors lie a little under what was measured."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..bench import kinds

DATA = Path(os.environ.get("GOLDSMITH_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))


def needs(name: str) -> Any:
    return pytest.mark.skipif(not (DATA / name).exists(), reason=f"the data set {name} is not here")


@needs("preferences_pandalm")
def test_judges_are_found_out_and_the_people_are_not_outvoted() -> None:
    found = kinds.measure_preferences(DATA)

    judged, real = found["found"], found["real"]
    assert found["ours"] >= 0.975 > found["majority"]
    assert found["held_out"][0] >= 0.90 > found["held_out"][1] + 0.05
    assert judged.skill == pytest.approx(real, abs=0.04)
    assert (judged.skill_low <= real).all() and (real <= judged.skill_high).all()
    assert min(judged.skill[:3]) > 0.9 and max(judged.skill[3:]) < 0.75
    assert (np.abs(judged.pull) < 2 * judged.pull_error).all()


@needs("preferences_pandalm")
def test_the_models_compared_have_an_order_with_errors_and_the_weaker_judge_is_less_sharp() -> None:
    found = kinds.measure_preferences(DATA)

    strong = found["strengths"]
    best, worst = found["names"].index("llama-7b"), found["names"].index("cerebras-gpt-6.7B")
    assert (strong.strength.argmax(), strong.strength.argmin()) == (best, worst)
    assert strong.ahead(best, worst) > 0.99
    assert strong.sharpness[4] < min(strong.sharpness[:4]) - 0.3


@needs("text_answers_crowdwsa")
@pytest.mark.parametrize(("part", "floor"), [("T1", 0.43), ("T2", 0.39)])
def test_the_chosen_translation_is_better_than_a_workers(part: str, floor: float) -> None:
    found = kinds.measure_texts(DATA, part)

    assert found["medoid"][0] >= floor > found["single"][0] + 0.1
    assert found["rover"][1] < found["single"][1] - 0.1
    assert found["skill"] > 0.4


@needs("text_spans_pico")
def test_spans_by_skill_are_nearer_to_gold_than_a_majority_of_words() -> None:
    found = kinds.measure_spans(DATA)

    assert found["ours"][2] >= 0.705 > found["majority"][2] > found["single"][2]
    assert (found["ours"] > found["majority"]).all()


@needs("images_boxes_masks")
def test_the_noise_of_those_who_draw_boxes_is_recovered_and_the_boxes_are_nearer_to_the_truth() -> None:
    played = [kinds.measure_boxes(DATA, seed) for seed in range(3)]

    noise = np.mean([one["noise"] for one in played], axis=0)
    true = np.array([noise for noise, _, _ in kinds.PLAYED])
    assert noise[:4] == pytest.approx(true[:4], rel=0.15)
    assert noise[4] == pytest.approx(true[4], rel=0.25)  # boxes that stray too far are taken for other things
    ours, plain = (np.mean([one[name] for one in played], axis=0) for name in ("ours", "plain"))
    assert ours[0] > plain[0] and ours[1] > plain[1] + 0.04
    assert np.mean([one["hit"] for one in played], axis=0)[:4] == pytest.approx([0.98, 0.95, 0.9, 0.8], abs=0.04)


@needs("images_boxes_masks")
def test_outlines_by_skill_are_nearer_to_the_truth_than_by_votes() -> None:
    found = kinds.measure_polygons(DATA, 0, most_things=14)

    assert found["ours"] > found["plain"] > np.mean(found["single"])
    assert found["skill"].argmin() == 4


@needs("tracks_mot15")
def test_a_tracker_has_the_likeness_that_others_measure_and_fused_tracks_are_nearer_than_any_annotators() -> None:
    found = kinds.measure_tracks(DATA)

    idf1 = 0.557659  # of these two files, as the tests of py-motmetrics have it
    assert found["tracker"].idf1 == pytest.approx(idf1, abs=1e-6)
    assert found["ours"].hota > max(one.hota for one in found["single"]) + 0.03
    assert found["noise"] == pytest.approx([0.02, 0.04, 0.08, 0.15], rel=0.2)
