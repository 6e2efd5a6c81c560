"""YOLO pose: a row of class, box and keypoints a skeleton; the box is the one around its points.

labels/<split>/<stem>.txt belongs to images/<split>/<stem>.jpg (or .png, ...), whose stem is used once in the dataset;
data.yaml names the splits and classes. A picture that is in none of train, val and test lies under train. For
Goldsmith alone are pictures.jsonl (sizes, item ids) and in data.yaml `labels` and `fields`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from goldsmith.core.dataset import Record, Report
from goldsmith.core.schema import LabelSchema
from goldsmith.formats._assets import OpenAsset
from goldsmith.formats._reading import Problems
from goldsmith.formats._yaml import Yaml
from goldsmith.formats._yolo_reading import read_rows
from goldsmith.formats._yolo_writing import Picture, write_yolo
from goldsmith.kinds.skeleton.kind import Skeleton

__all__ = ["extension", "media", "name", "read", "title", "write"]

name = "yolo_pose"
title = "YOLO pose"
media = ("image",)
extension = "txt"


def write(
    records: Iterable[Record], out: Path, schema: LabelSchema, *, open_asset: OpenAsset | None = None
) -> Report:
    """Write labels/, images/, pictures.jsonl and data.yaml into a folder that has no labels yet."""
    return write_yolo(records, out, schema, open_asset=open_asset, sort="pose")


def read(folder: Path, problems: Problems | None = None) -> Iterator[Record]:
    """Yield a record an item; the keypoints of each row are a skeleton. Ids are made from the stem."""
    return read_rows(folder, problems, _skeleton)


def _skeleton(object_id: str, label: str, entry: Picture, numbers: list[float], yaml: Yaml) -> Skeleton:
    """The row's keypoints; where `kpt_shape` says that they have no visibility, all but those at 0, 0 are seen."""
    shape = yaml.get("kpt_shape", [])
    size = int(shape[1]) if len(shape) == 2 else 3
    flat = numbers[4:]
    if size not in (2, 3) or not flat or len(flat) % size:
        raise ValueError("A row needs a box of four numbers and keypoints as `kpt_shape` in data.yaml has them.")
    rows = [flat[i : i + size] for i in range(0, len(flat), size)]
    width, height = entry.facts.width_px, entry.facts.height_px
    points = tuple((x * width, y * height, int(seen[0]) if seen else 2 * bool(x or y)) for x, y, *seen in rows)
    return Skeleton(id=object_id, label=label, asset=entry.asset, points=points)
