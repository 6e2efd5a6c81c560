"""Short ways to write answers and schemas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import KINDS

LABELS = ("car", "van", "good", "bad")


@dataclass(frozen=True)
class BoundedBox:
    """The box kind, saying where its values lie."""

    distance: Callable[[Any, Any], float] = KINDS["box"].distance
    merge: Callable[[Any, Any], Any] = KINDS["box"].merge

    @staticmethod
    def bounds(one: Any) -> tuple[tuple[float, float], tuple[float, float]]:
        return (one.x_px, one.x_px + one.width_px), (one.y_px, one.y_px + one.height_px)


def field(kind: str, name: str = "f", *, multiple: bool = True, required: bool = False) -> Field:
    labels = tuple(Label(name=label) for label in LABELS)
    return Field(name=name, kind=kind, labels=labels, multiple=multiple, required=required)


def schema(kind: str, *, multiple: bool = True, required: bool = False) -> LabelSchema:
    return LabelSchema(fields=(field(kind, multiple=multiple, required=required),))


def answer(*objects: AnnotatedObject) -> dict[str, tuple[AnnotatedObject, ...]]:
    return {"f": objects}


def box(x: float, y: float = 0, *, label: str = "car", id: str = "o", size: float = 10, **more: Any) -> AnnotatedObject:
    return KINDS["box"].value(id=id, label=label, x_px=x, y_px=y, width_px=size, height_px=size, **more)


def span(start: int, end: int, *, label: str = "car", id: str = "o", **more: Any) -> AnnotatedObject:
    return KINDS["span"].value(id=id, label=label, start=start, end=end, **more)


def choice(label: str, *, id: str = "o", **more: Any) -> AnnotatedObject:
    return KINDS["choice"].value(id=id, label=label, **more)
