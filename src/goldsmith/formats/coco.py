"""COCO: boxes and polygons of all pictures in instances.json.

Beyond COCO's own keys, an image carries item_id, asset and split, and an annotation object_id and attributes;
a category's supercategory is the field. Run-length masks are skipped on reading, and reading holds the file in memory.
"""

from __future__ import annotations

import mimetypes
import shutil
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import msgspec

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Record, Report
from goldsmith.core.errors import BadInput
from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.core.schema import LabelSchema
from goldsmith.kinds.box.kind import Box
from goldsmith.kinds.polygon.kind import Polygon

name = "coco"

Points = tuple[tuple[float, float], ...]
_json = msgspec.json.Encoder()


def classes(schema: LabelSchema) -> list[tuple[str, str]]:
    """(field, label) of every class of the box and polygon fields, in the schema's order."""
    return [(f.name, label.name) for f in schema.fields if f.kind in ("box", "polygon") for label in f.labels]


def pictures(record: Record) -> dict[str, AssetFacts]:
    """The record's assets that are pictures of known size."""
    return {n: a for n, a in record.item.assets.items() if a.width_px > 0 and a.height_px > 0}


def by_picture(record: Record, schema: LabelSchema, report: Report) -> dict[str, list[tuple[int, Box | Polygon]]]:
    """Each picture's objects with their class index; what has no place is counted as lost."""
    index = {c: i for i, c in enumerate(classes(schema))}
    field_assets = {f.name: f.asset for f in schema.fields}
    placed: dict[str, list[tuple[int, Box | Polygon]]] = {n: [] for n in pictures(record)}
    if not placed:
        report.lose("item without a picture")
    if record.item.data:
        report.lose("item data", len(record.item.data))
    for field, objects in record.value.items():
        for o in objects:
            asset = o.asset or field_assets.get(field, "") or next(iter(placed), "")
            if not isinstance(o, Box | Polygon):
                report.lose(f"{type(o).__name__.lower()} object")
            elif asset not in placed:
                report.lose("object without a picture")
            elif (field, o.label) not in index:
                report.lose("object outside the schema")
            else:
                placed[asset].append((index[field, o.label], o))
    return placed


def area(points: Points) -> float:
    """Area of a simple polygon (the shoelace formula)."""
    following = points[1:] + points[:1]
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(points, following, strict=True))) / 2


def write(records: Iterable[Record], out: Path, schema: LabelSchema) -> Report:
    """Write instances.json; annotations wait in a temporary file beside it, so memory stays constant."""
    report = Report()
    out.mkdir(parents=True, exist_ok=True)
    categories = [{"id": i, "name": c[1], "supercategory": c[0]} for i, c in enumerate(classes(schema), 1)]
    partial = out / "instances.json.part"
    with partial.open("wb") as file, TemporaryFile(dir=out) as annotations:
        file.write(b'{"images":[')
        image_id = 0
        for r in records:
            report.records += 1
            facts = pictures(r)
            for asset, objects in by_picture(r, schema, report).items():
                image_id += 1
                file.write((b",\n" if image_id > 1 else b"\n") + _json.encode(_image(image_id, r, asset, facts[asset])))
                for class_index, o in objects:
                    _annotate(annotations, image_id, class_index + 1, o, report)
        file.write(b'\n],"annotations":[')
        annotations.seek(0)
        shutil.copyfileobj(annotations, file)
        file.write(b'\n],"categories":' + _json.encode(categories))
        file.write(b',"info":{"description":"Written by Goldsmith"}}\n')
    partial.replace(out / "instances.json")
    return report


def _image(image_id: int, r: Record, asset: str, facts: AssetFacts) -> dict[str, Any]:
    size = {"width": facts.width_px, "height": facts.height_px}
    file_name = facts.file_name or facts.sha256
    return {"id": image_id, "file_name": file_name, **size, "item_id": r.item_id, "asset": asset, "split": r.split}


def _annotate(file: IO[bytes], image_id: int, category_id: int, o: Box | Polygon, report: Report) -> None:
    report.objects += 1
    segmentation: list[list[float]] = []
    if isinstance(o, Box):
        bbox, size = [o.x_px, o.y_px, o.width_px, o.height_px], o.width_px * o.height_px
    else:
        xs, ys = [p[0] for p in o.points], [p[1] for p in o.points]
        bbox, size = [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)], area(tuple(o.points))
        segmentation = [[c for p in o.points for c in p]]
        if o.holes:
            report.lose("polygon hole", len(o.holes))
    ids = {"id": report.objects, "image_id": image_id, "category_id": category_id, "object_id": o.id}
    shape = {"bbox": bbox, "area": size, "segmentation": segmentation, "iscrowd": 0}
    line = _json.encode({**ids, **shape, "attributes": o.attributes})
    file.write((b",\n" if report.objects > 1 else b"\n") + line)


class _Image(msgspec.Struct):
    id: int
    file_name: str
    width: int
    height: int
    item_id: str = ""
    asset: str = "image"
    split: str = ""


class _Annotation(msgspec.Struct):
    id: int
    image_id: int
    category_id: int
    bbox: list[float] = []
    segmentation: list[list[float]] | dict[str, Any] = []
    object_id: str = ""
    attributes: dict[str, str | float | bool] = {}


class _Category(msgspec.Struct):
    id: int
    name: str
    supercategory: str = ""


class _File(msgspec.Struct):
    images: list[_Image]
    annotations: list[_Annotation]
    categories: list[_Category]


def read(folder: Path) -> Iterator[Record]:
    """Yield the records of instances.json; a segmentation of several parts becomes several polygons."""
    try:
        file = msgspec.json.decode((folder / "instances.json").read_bytes(), type=_File)
    except msgspec.DecodeError as error:
        raise BadInput(str(error), where="instances.json") from error
    categories = {c.id: c for c in file.categories}
    found: dict[int, list[_Annotation]] = {i.id: [] for i in file.images}
    for a in file.annotations:
        if a.image_id not in found or a.category_id not in categories:
            raise BadInput("No such image or category.", where=f"instances.json annotation {a.id}")
        found[a.image_id].append(a)
    for item_id, group in groupby(file.images, key=lambda i: i.item_id or i.file_name):
        images = list(group)
        value: dict[str, tuple[AnnotatedObject, ...]] = {}
        for image in images:
            for a in found[image.id]:
                field = categories[a.category_id].supercategory or "objects"
                value[field] = value.get(field, ()) + tuple(_objects(a, categories[a.category_id].name, image.asset))
        assets = {i.asset: picture(i.file_name, i.width, i.height) for i in images}
        yield Record(item_id=item_id, item=ItemData(assets=assets), value=value, split=images[0].split)


def picture(file_name: str, width_px: int, height_px: int) -> AssetFacts:
    """What a format's file tells of a picture whose bytes were not seen."""
    media_type = mimetypes.guess_type(file_name)[0] or "application/octet-stream"
    size = {"width_px": width_px, "height_px": height_px}
    return AssetFacts(sha256="", media_type=media_type, size_bytes=0, file_name=file_name, **size)


def _objects(a: _Annotation, label: str, asset: str) -> Iterator[Box | Polygon]:
    object_id, more = a.object_id or str(a.id), a.attributes
    if isinstance(a.segmentation, dict):
        return
    if not a.segmentation and len(a.bbox) == 4:
        x, y, w, h = a.bbox
        yield Box(id=object_id, label=label, asset=asset, attributes=more, x_px=x, y_px=y, width_px=w, height_px=h)
    for i, flat in enumerate(a.segmentation):
        part_id = object_id if i == 0 else f"{object_id}-{i}"
        if len(flat) < 6 or len(flat) % 2:
            raise BadInput("A polygon needs three points.", where=f"instances.json annotation {a.id}")
        points = tuple(zip(flat[::2], flat[1::2], strict=True))
        yield Polygon(id=part_id, label=label, asset=asset, attributes=more, points=points)
