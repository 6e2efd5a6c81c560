"""Label Studio's regions: what is drawn, with its places in per cent of the picture, and what is marked in a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, isfinite, radians, sin
from typing import Any

import numpy as np

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.formats._label_studio_runs import bitmap_of_runs, runs_of_bitmap
from goldsmith.kinds.box.kind import Box
from goldsmith.kinds.ellipse.kind import Ellipse
from goldsmith.kinds.mask.kind import Mask, bitmap_of, mask_of
from goldsmith.kinds.point.kind import Point
from goldsmith.kinds.polygon.kind import Polygon
from goldsmith.kinds.polyline.kind import Polyline
from goldsmith.kinds.rotated_box.kind import RotatedBox
from goldsmith.kinds.rotated_box.turned import corners

Frame = tuple[int, int]  # width and height of the picture, in pixels
POINT_SHARE = 0.5  # per cent: how large Label Studio draws a point

TYPES = {"box": "rectangle", "rotated_box": "rectangle", "polygon": "polygon", "ellipse": "ellipse",
         "point": "keypoint", "polyline": "vector", "mask": "brush"}
"""By kind, what Label Studio calls the tool; with labels it is "rectanglelabels"."""


def geometry_of(o: AnnotatedObject, frame: Frame) -> dict[str, Any]:
    """The object's place as a value of its type."""
    w, h = frame
    if isinstance(o, Box):
        return {"x": o.x_px / w * 100, "y": o.y_px / h * 100, "width": o.width_px / w * 100,
                "height": o.height_px / h * 100, "rotation": 0}
    if isinstance(o, RotatedBox):
        (x, y), *_ = corners(o)
        return {"x": x / w * 100, "y": y / h * 100, "width": o.width_px / w * 100, "height": o.height_px / h * 100,
                "rotation": o.angle_deg}
    if isinstance(o, Ellipse):
        return {"x": o.centre_x_px / w * 100, "y": o.centre_y_px / h * 100, "radiusX": o.width_px / w * 50,
                "radiusY": o.height_px / h * 50, "rotation": o.angle_deg}
    if isinstance(o, Point):
        return {"x": o.x_px / w * 100, "y": o.y_px / h * 100, "width": POINT_SHARE}
    if isinstance(o, Polygon):
        return {"points": [[x / w * 100, y / h * 100] for x, y in o.points], "closed": True}
    if isinstance(o, Polyline):
        return {"vertices": [{"id": f"{i}", "prevPointId": f"{i - 1}" if i else None, "x": x / w * 100,
                              "y": y / h * 100, "isBezier": False} for i, (x, y) in enumerate(o.points)],
                "closed": False}
    assert isinstance(o, Mask)
    ground = np.zeros((h, w), dtype=np.bool_)
    ground[o.y_px:o.y_px + o.height_px, o.x_px:o.x_px + o.width_px] = bitmap_of(o)
    return {"format": "rle", "rle": runs_of_bitmap(ground)}


def shape_of(type_: str, value: Mapping[str, Any], frame: Frame, *, is_turned: bool = False) -> AnnotatedObject:
    """The object at a value's place, without id and label; ValueError where the value says no such place.

    `is_turned`: a rectangle that is not turned is a rotated box too.
    """
    if type_ not in _READERS:
        raise ValueError(f"Regions of the type {type_!r} are not read.")
    if min(frame) <= 0:
        raise ValueError("The region does not say how large its picture is.")
    if type_ == "rectangle" and (is_turned or _number(value, "rotation", 0) % 360):
        return _turned_box(value, frame)
    return _READERS[type_](value, frame)


def _number(value: Mapping[str, Any], key: str, default: float | None = None) -> float:
    found = value.get(key, default)
    if isinstance(found, bool) or not isinstance(found, int | float) or not isfinite(found):
        raise ValueError(f"{key!r} is no number.")
    return float(found)


def _box(value: Mapping[str, Any], frame: Frame) -> Box:
    x, y, width, height = (_number(value, key) / 100 for key in ("x", "y", "width", "height"))
    if width <= 0 or height <= 0:
        raise ValueError("The rectangle has no area.")
    return Box(id="", label="", x_px=x * frame[0], y_px=y * frame[1], width_px=width * frame[0],
               height_px=height * frame[1])


def _turned_box(value: Mapping[str, Any], frame: Frame) -> RotatedBox:
    """A rectangle is turned about the corner that was its top left one."""
    plain, angle = _box(value, frame), _number(value, "rotation", 0) % 360
    c, s, u, v = cos(radians(angle)), sin(radians(angle)), plain.width_px / 2, plain.height_px / 2
    return RotatedBox(id="", label="", centre_x_px=plain.x_px + u * c - v * s, centre_y_px=plain.y_px + u * s + v * c,
                      width_px=plain.width_px, height_px=plain.height_px, angle_deg=angle)


def _ellipse(value: Mapping[str, Any], frame: Frame) -> Ellipse:
    x, y, across, along = (_number(value, key) / 100 for key in ("x", "y", "radiusX", "radiusY"))
    if across <= 0 or along <= 0:
        raise ValueError("The ellipse has no area.")
    return Ellipse(id="", label="", centre_x_px=x * frame[0], centre_y_px=y * frame[1], width_px=2 * across * frame[0],
                   height_px=2 * along * frame[1], angle_deg=_number(value, "rotation", 0) % 360)


def _point(value: Mapping[str, Any], frame: Frame) -> Point:
    return Point(id="", label="", x_px=_number(value, "x") / 100 * frame[0], y_px=_number(value, "y") / 100 * frame[1])


def _places(points: Any, frame: Frame, least: int) -> tuple[tuple[float, float], ...]:
    if not isinstance(points, list) or len(points) < least:
        raise ValueError(f"It needs at least {least} points.")
    return tuple(_place(one, frame) for one in points)


def _place(one: Any, frame: Frame) -> tuple[float, float]:
    """A point, which is a pair or an object with x and y."""
    if isinstance(one, list) and len(one) == 2:
        one = {"x": one[0], "y": one[1]}
    if not isinstance(one, dict) or one.get("isBezier"):
        raise ValueError("A point is two numbers; curved lines are not read.")
    return _number(one, "x") / 100 * frame[0], _number(one, "y") / 100 * frame[1]


def _polygon(value: Mapping[str, Any], frame: Frame) -> Polygon:
    return Polygon(id="", label="", points=_places(value.get("points"), frame, 3))


def _line(value: Mapping[str, Any], frame: Frame) -> Polyline | Polygon:
    if value.get("closed"):
        return Polygon(id="", label="", points=_places(value.get("vertices"), frame, 3))
    return Polyline(id="", label="", points=_places(value.get("vertices"), frame, 2))


def _brush(value: Mapping[str, Any], frame: Frame) -> Mask:
    packed = value.get("rle")
    if not isinstance(packed, list):
        raise ValueError("Brush strokes without run lengths are not read.")
    placed = mask_of(bitmap_of_runs(packed, *frame))
    if placed is None:
        raise ValueError("The mask is empty.")
    x, y, width, height, rle = placed
    return Mask(id="", label="", x_px=x, y_px=y, width_px=width, height_px=height, rle=rle)


_READERS: dict[str, Callable[[Mapping[str, Any], Frame], AnnotatedObject]] = {
    "rectangle": _box, "ellipse": _ellipse, "keypoint": _point, "polygon": _polygon, "vector": _line, "brush": _brush,
}
