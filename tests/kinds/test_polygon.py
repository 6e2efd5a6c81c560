"""Polygon distance is close to the exact one, whatever the polygons' size and place."""

from __future__ import annotations

from math import cos, pi, sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldsmith.kinds import KINDS

Ring = list[tuple[float, float]]
POLYGON = KINDS["polygon"]
SQUARE: Ring = [(0, 0), (100, 0), (100, 100), (0, 100)]


def distance(a: Ring, b: Ring, *, holes: tuple[Ring, ...] = ()) -> float:
    first = POLYGON.value(id="a", label="l", points=tuple(a), holes=tuple(map(tuple, holes)))
    second = POLYGON.value(id="b", label="l", points=tuple(b))
    assert POLYGON.distance(first, second) == POLYGON.distance(second, first)
    return POLYGON.distance(first, second)


def area(ring: Ring) -> float:
    return sum(x * v - u * y for (x, y), (u, v) in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


def clip(ring: Ring, by: Ring) -> Ring:
    """The common part of two convex rings that turn the same way (Sutherland and Hodgman, 1974)."""
    for (x, y), (u, v) in zip(by, by[1:] + by[:1], strict=True):
        side = [(u - x) * (q - y) - (v - y) * (p - x) for p, q in ring]
        found: Ring = []
        for i, here in enumerate(ring):
            there, s, t = ring[i - 1], side[i], side[i - 1]
            if (s >= 0) != (t >= 0):
                share = t / (t - s)
                found.append((there[0] + share * (here[0] - there[0]), there[1] + share * (here[1] - there[1])))
            if s >= 0:
                found.append(here)
        ring = found
    return ring


def exact(a: Ring, b: Ring) -> float:
    both = clip(a, b)
    common = area(both) if len(both) > 2 else 0.0
    return 1 - common / (area(a) + area(b) - common)


@st.composite
def convex(draw: st.DrawFn) -> Ring:
    """Points of a turned ellipse."""
    x, y = draw(st.floats(-50, 50)), draw(st.floats(-50, 50))
    wide, tall, turn = draw(st.floats(30, 120)), draw(st.floats(30, 120)), draw(st.floats(0, pi))
    count = draw(st.integers(3, 40))
    corners = [(wide * cos(2 * pi * i / count), tall * sin(2 * pi * i / count)) for i in range(count)]
    return [(x + p * cos(turn) - q * sin(turn), y + p * sin(turn) + q * cos(turn)) for p, q in corners]


@settings(max_examples=300, deadline=None)
@given(convex(), convex())
def test_the_distance_of_convex_polygons_is_within_a_hundredth_of_the_exact_one(a: Ring, b: Ring) -> None:
    assert distance(a, b) == pytest.approx(exact(a, b), abs=0.01)


@settings(max_examples=100, deadline=None)
@given(convex(), st.floats(0.01, 100), st.floats(-1e4, 1e4))
def test_neither_size_nor_place_changes_the_distance_much(ring: Ring, scale: float, shift: float) -> None:
    other = [(x + 20, y + 10) for x, y in ring]
    moved = [[(x * scale + shift, y * scale - shift) for x, y in one] for one in (ring, other)]

    assert distance(*moved) == pytest.approx(exact(ring, other), abs=0.01)


def test_a_hairline_is_compared_as_well_as_a_square() -> None:
    hair: Ring = [(0, 0), (2, 0), (1002, 1000), (1000, 1000)]
    beside = [(x + 1, y) for x, y in hair]

    assert distance(hair, beside) == pytest.approx(exact(hair, beside), abs=0.01)


def test_polygons_that_only_touch_are_apart_and_the_same_turned_round_is_the_same() -> None:
    assert distance(SQUARE, [(x + 100, y) for x, y in SQUARE]) == 1
    assert distance(SQUARE, SQUARE[::-1]) == 0
    assert distance(SQUARE, SQUARE[2:] + SQUARE[:2]) == 0


def test_holes_are_cut_out_even_where_they_reach_beyond_the_outline_or_over_each_other() -> None:
    middle: Ring = [(40, 25), (60, 25), (60, 75), (40, 75)]
    beyond: Ring = [(80, -50), (120, -50), (120, 150), (80, 150)]

    assert distance(SQUARE, SQUARE, holes=(middle,)) == pytest.approx(0.1, abs=0.005)
    assert distance(SQUARE, SQUARE, holes=(middle, middle, beyond)) == pytest.approx(0.3, abs=0.005)
