"""What is laid out in a turned rectangle: its corners, what may be wrong with it, and several of them as one."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, isfinite, radians, sin

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.kinds.point.placing import XY, place_problems, weighted_mean


class Turned(AnnotatedObject, frozen=True, kw_only=True):
    """A rectangle by its middle, its sides before it was turned, and by how much it was: degrees, clockwise."""

    centre_x_px: float
    centre_y_px: float
    width_px: float
    height_px: float
    angle_deg: float = 0.0  # 0 … 360, 360 not included


def placed(value: Turned, points: Sequence[XY]) -> tuple[XY, ...]:
    """Where points lie that are given from the middle, before the turn."""
    c, s = cos(radians(value.angle_deg)), sin(radians(value.angle_deg))
    x, y = value.centre_x_px, value.centre_y_px
    return tuple((x + u * c - v * s, y + u * s + v * c) for u, v in points)


def corners(value: Turned) -> tuple[XY, ...]:
    """Clockwise from what was the top left one before the turn."""
    w, h = value.width_px / 2, value.height_px / 2
    return placed(value, [(-w, -h), (w, -h), (w, h), (-w, h)])


def turned_problems(value: Turned, item: ItemData, *, name: str) -> list[str]:
    """Only its middle must lie in the picture: what is turned at the edge of a picture reaches out of it."""
    if not all(map(isfinite, (value.width_px, value.height_px, value.angle_deg))):
        return [f"A number of the {name} is not finite."]
    found: list[str] = []
    if value.width_px <= 0 or value.height_px <= 0:
        found.append(f"The {name} has no area ({value.width_px:g} x {value.height_px:g} px).")
    if not 0 <= value.angle_deg < 360:
        found.append(f"The angle is 0 to 360 degrees, 360 not included, not {value.angle_deg:g}.")
    return found + place_problems(value, [(value.centre_x_px, value.centre_y_px)], item, name=name)


def merged_numbers(values: Sequence[Turned], weights: Sequence[float]) -> dict[str, float]:
    """Weighted means, of rectangles written so that they are turned as much as the first, to 45 degrees.

    One rectangle can be written in four ways, a quarter turn apart; where two people began at other corners they mean
    the same.
    """
    first = values[0]
    rows = [_written_like(first, one) for one in values]
    x, y, width, height, angle = (weighted_mean(column, weights) for column in zip(*rows, strict=True))
    return {"centre_x_px": x, "centre_y_px": y, "width_px": width, "height_px": height, "angle_deg": angle % 360}


def _written_like(first: Turned, one: Turned) -> tuple[float, ...]:
    quarters = round((first.angle_deg - one.angle_deg) / 90)
    sides = (one.width_px, one.height_px) if quarters % 2 == 0 else (one.height_px, one.width_px)
    return (one.centre_x_px, one.centre_y_px, *sides, one.angle_deg + 90 * quarters)
