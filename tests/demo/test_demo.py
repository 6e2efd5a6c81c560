"""The made-up data is repeatable and its truth fits the picture and the text."""

from __future__ import annotations

import random

import pytest

from goldsmith.demo.reviews import make_review
from goldsmith.demo.scene import make_scene, render, truth


def test_same_seed_gives_same_scene_and_truth() -> None:
    first, second = make_scene(random.Random(7)), make_scene(random.Random(7))
    assert first == second
    assert truth(first) == truth(second)
    assert first != make_scene(random.Random(8))


@pytest.mark.parametrize("seed", range(4))
def test_truth_lies_inside_the_picture(seed: int) -> None:
    objects = truth(make_scene(random.Random(seed), 640, 360))
    assert "Building" in {o.label for o in objects}
    for found in objects:
        x, y, w, h = found.box
        assert x >= 0 and y >= 0 and w > 0 and h > 0 and x + w <= 640 and y + h <= 360
        assert len(found.polygon) >= 3
        assert all(x <= px <= x + w and y <= py <= y + h for px, py in found.polygon)


def test_render_is_a_jpeg() -> None:
    assert render(make_scene(random.Random(1), 320, 180)).startswith(b"\xff\xd8\xff")


def test_review_spans_hold_whole_words() -> None:
    rng, sentiments, labels = random.Random(3), set(), set()
    for _ in range(300):
        text, spans, sentiment = make_review(rng)
        sentiments.add(sentiment)
        for start, end, label in spans:
            word = text[start:end]
            assert word and word == word.strip()
            assert not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum()
            labels.add(label)
    assert sentiments == {"positive", "mixed", "negative"}
    assert labels == {"Product", "Feature", "Problem"}


def test_same_seed_gives_same_review() -> None:
    assert make_review(random.Random(5)) == make_review(random.Random(5))
