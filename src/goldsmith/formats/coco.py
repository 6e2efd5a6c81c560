"""COCO: boxes, polygons, masks as run lengths, and keypoints of all pictures in instances.json.

Beyond COCO's own keys an image carries item_id, asset, split and what is known of its bytes, an annotation
object_id and attributes, and a category its field, which is its supercategory too. A skeleton's category tells
the names of its keypoints and what ties them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import msgspec

from goldsmith.core.dataset import Record, Report
from goldsmith.core.item import AssetFacts
from goldsmith.core.schema import Field, LabelSchema
from goldsmith.formats._assets import OpenAsset, UniqueNames
from goldsmith.formats._coco_reading import FILE, label_files, read
from goldsmith.formats._masks import column_runs
from goldsmith.formats._pictures import Classes, PictureCopies, Placed, pictures
from goldsmith.kinds.box.kind import Box
from goldsmith.kinds.mask.kind import Mask, bitmap_of
from goldsmith.kinds.mask.runs import text_of
from goldsmith.kinds.polygon.kind import Polygon
from goldsmith.kinds.polygon.region import Ring
from goldsmith.kinds.skeleton.kind import Skeleton, extent, labelled
from goldsmith.kinds.skeleton.template import SkeletonSettings

__all__ = ["extension", "label_files", "media", "name", "read", "title", "write"]

name = "coco"
title = "COCO detection, segmentation and keypoints JSON"
media = ("image",)
KINDS = ("box", "polygon", "skeleton", "mask")
extension = "json"

_encode = msgspec.json.Encoder().encode


def write(
    records: Iterable[Record], out: Path, schema: LabelSchema, *, open_asset: OpenAsset | None = None
) -> Report:
    """Write instances.json, and the pictures into images/<split>/; annotations wait in a file on the disk."""
    report, classes = Report(), Classes(schema, KINDS)
    out.mkdir(parents=True, exist_ok=True)
    partial = out / f"{FILE}.part"
    with partial.open("wb") as file, TemporaryFile(dir=out) as annotations, UniqueNames() as names:
        copies = PictureCopies(out, names, open_asset, report)
        file.write(b'{"info":{"description":"Written by Goldsmith"},"licenses":[],"images":[')
        image_count = 0
        for r in records:
            report.records += 1
            image_ids: dict[str, int] = {}
            for asset, facts in pictures(r).items():
                image_count += 1
                image_ids[asset] = image_count
                _append(file, image_count, _image(r, asset, _file_name(r, asset, copies), facts))
            for placed in classes.place(r, report):
                report.objects += 1
                ids = {"image_id": image_ids[placed.asset], "category_id": placed.class_index + 1}
                facts = r.item.assets[placed.asset]
                _append(annotations, report.objects, ids | _annotation(placed, facts, report))
        file.write(b'\n],"annotations":[')
        annotations.seek(0)
        shutil.copyfileobj(annotations, file)
        file.write(b'\n],"categories":' + _encode(_categories(classes, schema)) + b"}\n")
    partial.replace(out / FILE)
    return report


def _append(file: IO[bytes], number: int, entry: dict[str, Any]) -> None:
    """One more entry of an array, its id the number from 1 on."""
    file.write((b",\n" if number > 1 else b"\n") + _encode({"id": number} | entry))


def _categories(classes: Classes, schema: LabelSchema) -> list[dict[str, Any]]:
    templates = {f.name: _keypoints(f) for f in schema.fields if f.kind == "skeleton"}
    return [{"id": i, "name": label, "supercategory": field, "field": field} | templates.get(field, {})
            for i, (field, label) in enumerate(classes.names, 1)]


def _keypoints(field: Field) -> dict[str, Any]:
    """What COCO says of a skeleton: names, and pairs of places in their list, from 1."""
    template = msgspec.convert(field.settings, SkeletonSettings)
    names = [one.name for one in template.points]
    return {"keypoints": names, "skeleton": [[names.index(a) + 1, names.index(b) + 1] for a, b in template.edges]}


def _file_name(r: Record, asset: str, copies: PictureCopies) -> str:
    """The picture's path beside instances.json where it was copied there, else its own name."""
    facts = r.item.assets[asset]
    path = copies.place(r, asset, r.split or "all") if copies.is_open else None
    return str(path) if path and copies.copy(facts, path) else facts.file_name or facts.sha256


def _image(r: Record, asset: str, file_name: str, facts: AssetFacts) -> dict[str, Any]:
    size = {"width": facts.width_px, "height": facts.height_px}
    known = {"sha256": facts.sha256, "media_type": facts.media_type, "size_bytes": facts.size_bytes}
    return {"file_name": file_name, **size, "item_id": r.item_id, "asset": asset, "split": r.split, **known}


def _annotation(placed: Placed, facts: AssetFacts, report: Report) -> dict[str, Any]:
    o = placed.object
    segmentation: list[list[float]] | dict[str, Any] = []
    more: dict[str, Any] = {}
    if isinstance(o, Skeleton):
        (left, right), (top, bottom) = extent(o)
        bbox, size = [left, top, right - left, bottom - top], (right - left) * (bottom - top)
        flat = [n for x, y, seen in o.points for n in ((x, y, seen) if seen else (0, 0, 0))]
        more = {"keypoints": flat, "num_keypoints": len(labelled(o))}
    elif isinstance(o, Box):
        bbox, size = [o.x_px, o.y_px, o.width_px, o.height_px], o.width_px * o.height_px
    elif isinstance(o, Polygon):
        bbox, size = bounds(o), area(o.points)
        segmentation = [[c for p in o.points for c in p]]
        if o.holes:
            report.lose("polygon hole", len(o.holes))
    elif isinstance(o, Mask):
        bitmap = bitmap_of(o)
        bbox, size = [o.x_px, o.y_px, o.width_px, o.height_px], int(bitmap.sum())
        runs = column_runs(bitmap, o.x_px, o.y_px, facts.height_px, facts.width_px)
        segmentation = {"counts": text_of(runs), "size": [facts.height_px, facts.width_px]}
    else:
        raise TypeError(f"A {type(o).__name__} has no place in COCO.")
    shape = {"bbox": bbox, "area": size, "segmentation": segmentation, "iscrowd": 0} | more
    return {**shape, "object_id": o.id, "attributes": o.attributes}


def bounds(o: Polygon) -> list[float]:
    """Left, top, width, height of the box around a polygon."""
    xs, ys = [p[0] for p in o.points], [p[1] for p in o.points]
    return [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]


def area(points: Ring) -> float:
    """Area of a simple polygon (the shoelace formula)."""
    following = points[1:] + points[:1]
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(points, following, strict=True))) / 2
