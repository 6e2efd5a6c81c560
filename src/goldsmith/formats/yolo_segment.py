"""YOLO segmentation: a row of class and corners a polygon; a box becomes its four corners.

labels/<split>/<stem>.txt belongs to images/<split>/<stem>.jpg (or .png, ...), whose stem is used once in the dataset;
data.yaml names the splits and classes. A picture that is in none of train, val and test lies under train. For
Goldsmith alone are pictures.jsonl (sizes, item ids) and in data.yaml `labels` and `fields`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from goldsmith.core.dataset import Record, Report
from goldsmith.core.schema import LabelSchema
from goldsmith.formats._assets import OpenAsset
from goldsmith.formats._yolo_reading import read
from goldsmith.formats._yolo_writing import write_yolo

__all__ = ["extension", "media", "name", "read", "title", "write"]

name = "yolo_segment"
title = "YOLO segmentation"
media = ("image",)
extension = "txt"


def write(
    records: Iterable[Record], out: Path, schema: LabelSchema, *, open_asset: OpenAsset | None = None
) -> Report:
    """Write labels/, images/, pictures.jsonl and data.yaml into a folder that has no labels yet."""
    return write_yolo(records, out, schema, open_asset=open_asset, sort="polygon")
