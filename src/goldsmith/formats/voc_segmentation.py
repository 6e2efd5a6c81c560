"""Pascal VOC segmentation: a PNG a picture in which every pixel says its class, and the list of the classes.

SegmentationClass/<stem>.png belongs to JPEGImages/<stem>.jpg (or .png, ...), whose stem is used once in the dataset; a
pixel is the class's number, 0 where there is none, in VOC's colours. labelmap.txt lists the classes with their colours
in the order of the numbers, as CVAT and Datumaro have it; ImageSets/Segmentation/ has a list of stems for each split.
Polygons are filled. There is one class a pixel: of objects that overlap the later one shows, and objects of one class
are no longer told apart. For Goldsmith alone are pictures.jsonl (sizes, item ids) and labels.json (fields, labels).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from goldsmith.core.dataset import Record, Report
from goldsmith.core.schema import LabelSchema
from goldsmith.formats._assets import OpenAsset
from goldsmith.formats._voc_reading import read
from goldsmith.formats._voc_writing import write_voc

__all__ = ["extension", "media", "name", "read", "title", "write"]

name = "voc_segmentation"
title = "Pascal VOC semantic segmentation (PNG)"
media = ("image",)
extension = "png"


def write(
    records: Iterable[Record], out: Path, schema: LabelSchema, *, open_asset: OpenAsset | None = None
) -> Report:
    """Write SegmentationClass/, JPEGImages/, the lists and the labels into a folder that has no labels yet."""
    return write_voc(records, out, schema, open_asset=open_asset)
