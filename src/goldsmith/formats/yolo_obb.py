"""YOLO OBB: a row of class and four corners a rotated box; a row of other corners is no box.

labels/<split>/<stem>.txt belongs to images/<split>/<stem>.jpg (or .png, ...), whose stem is used once in the dataset;
data.yaml names the splits and classes. A picture that is in none of train, val and test lies under train. For
Goldsmith alone are pictures.jsonl (sizes, item ids) and in data.yaml `labels` and `fields`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import atan2, degrees, dist
from pathlib import Path

from goldsmith.core.dataset import Record, Report
from goldsmith.core.schema import LabelSchema
from goldsmith.formats._assets import OpenAsset
from goldsmith.formats._reading import Problems
from goldsmith.formats._yaml import Yaml
from goldsmith.formats._yolo_reading import read_rows
from goldsmith.formats._yolo_writing import Picture, write_yolo
from goldsmith.kinds.rotated_box.kind import RotatedBox

__all__ = ["extension", "media", "name", "read", "title", "write"]

name = "yolo_obb"
title = "YOLO oriented boxes (OBB)"
media = ("image",)
extension = "txt"


def write(
    records: Iterable[Record], out: Path, schema: LabelSchema, *, open_asset: OpenAsset | None = None
) -> Report:
    """Write labels/, images/, pictures.jsonl and data.yaml into a folder that has no labels yet."""
    return write_yolo(records, out, schema, open_asset=open_asset, sort="turned")


def read(folder: Path, problems: Problems | None = None) -> Iterator[Record]:
    """Yield a record an item; each row of four corners is a rotated box. Ids are made from the stem."""
    return read_rows(folder, problems, _box)


def _box(object_id: str, label: str, entry: Picture, numbers: list[float], yaml: Yaml) -> RotatedBox:
    """The box whose first side goes from the first corner to the second; sides that differ a little are averaged."""
    if len(numbers) != 8:
        raise ValueError(f"A row needs four corners, eight numbers; it has {len(numbers)}.")
    width, height = entry.facts.width_px, entry.facts.height_px
    a, b, c, d = ((x * width, y * height) for x, y in zip(numbers[::2], numbers[1::2], strict=True))
    width_px, height_px = (dist(a, b) + dist(d, c)) / 2, (dist(b, c) + dist(a, d)) / 2
    if width_px <= 0 or height_px <= 0:
        raise ValueError("The box has no area.")
    angle = degrees(atan2(b[1] - a[1] + c[1] - d[1], b[0] - a[0] + c[0] - d[0])) % 360
    middle = [sum(column) / 4 for column in zip(a, b, c, d, strict=True)]
    return RotatedBox(id=object_id, label=label, asset=entry.asset, centre_x_px=middle[0], centre_y_px=middle[1],
                      width_px=width_px, height_px=height_px, angle_deg=angle if angle < 360 else 0.0)
