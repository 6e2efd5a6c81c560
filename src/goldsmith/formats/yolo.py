"""YOLO: one labels/<stem>.txt a picture and data.yaml; detection for boxes, segmentation once a field has polygons.

sizes.json tells the size, split and origin of every picture by stem. Put the picture of a stem at images/<stem><suffix>,
as listed in train.txt, val.txt and test.txt (a picture without a split is in train.txt). Object ids are not kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import TextIO

import msgspec

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Record, Report
from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.core.schema import LabelSchema
from goldsmith.formats.coco import by_picture, classes, picture, pictures
from goldsmith.kinds.box.kind import Box
from goldsmith.kinds.polygon.kind import Polygon

name = "yolo"


class Picture(msgspec.Struct, frozen=True):
    """One entry of sizes.json."""

    width: int
    height: int
    item_id: str
    asset: str
    file_name: str
    split: str = ""


def write(records: Iterable[Record], out: Path, schema: LabelSchema) -> Report:
    """Write labels, lists, sizes.json and data.yaml into a folder that has no labels yet."""
    report, labels = Report(), out / "labels"
    segment = any(f.kind == "polygon" for f in schema.fields)
    labels.mkdir(parents=True, exist_ok=True)
    if any(labels.iterdir()):
        raise BadInput("The folder already has labels.", where=str(labels), hint="Write into an empty folder.")
    with ExitStack() as files:
        sizes = files.enter_context((out / "sizes.json").open("w", encoding="utf-8"))
        lists = {s: files.enter_context((out / f"{s}.txt").open("w", encoding="utf-8")) for s in _SPLITS}
        opening = "{\n"
        for r in records:
            report.records += 1
            facts = pictures(r)
            for asset, objects in by_picture(r, schema, report).items():
                a = facts[asset]
                file_name = PurePosixPath(a.file_name or a.sha256)
                with _new_file(labels, file_name.stem, r.item_id) as rows:
                    stem = Path(rows.name).name.removesuffix(".txt")
                    for index, o in objects:
                        numbers = _numbers(o, a.width_px, a.height_px, segment, report)
                        rows.write(" ".join([str(index), *(f"{n:.9g}" for n in numbers)]) + "\n")
                entry = Picture(a.width_px, a.height_px, r.item_id, asset, a.file_name, r.split)
                sizes.write(f"{opening}{json.dumps(stem)}: {msgspec.json.encode(entry).decode()}")
                lists.get(r.split, lists["train"]).write(f"./images/{stem}{file_name.suffix}\n")
                opening = ",\n"
        sizes.write("\n}\n" if opening == ",\n" else "{}\n")
    _write_yaml(out / "data.yaml", schema)
    return report


_SPLITS = ("train", "val", "test")


def _new_file(labels: Path, stem: str, item_id: str) -> TextIO:
    """Open a file no picture has yet, though many pictures share a name."""
    plain = re.sub(r"[^\w.-]", "_", stem) or "picture"
    named = f"{plain}-{re.sub(r'[^0-9A-Za-z_-]', '_', item_id)}"
    number = 1
    candidate = plain
    while True:
        try:
            return (labels / f"{candidate}.txt").open("x", encoding="utf-8")
        except FileExistsError:
            candidate = named if number == 1 else f"{named}-{number}"
            number += 1


def _numbers(o: Box | Polygon, width: int, height: int, segment: bool, report: Report) -> list[float]:
    report.objects += 1
    if o.attributes:
        report.lose("attribute", len(o.attributes))
    if isinstance(o, Polygon):
        if o.holes:
            report.lose("polygon hole", len(o.holes))
        corners = list(o.points)
    else:
        x, y, right, bottom = o.x_px, o.y_px, o.x_px + o.width_px, o.y_px + o.height_px
        corners = [(x, y), (right, y), (right, bottom), (x, bottom)]
    inside = [(min(max(x / width, 0.0), 1.0), min(max(y / height, 0.0), 1.0)) for x, y in corners]
    if any(not (0 <= x <= width and 0 <= y <= height) for x, y in corners):
        report.lose("part outside the picture")
    if isinstance(o, Polygon) or segment:
        if isinstance(o, Box):
            report.lose("box written as polygon")
        return [n for point in inside for n in point]
    (left, top), (right, bottom) = inside[0], inside[2]
    return [(left + right) / 2, (top + bottom) / 2, right - left, bottom - top]


def _write_yaml(path: Path, schema: LabelSchema) -> None:
    lines = ["path: .", "train: train.txt", "val: val.txt", "test: test.txt"]
    for key, column in (("fields", 0), ("names", 1)):
        lines.append(f"{key}:")
        lines += [f"  {i}: {json.dumps(c[column], ensure_ascii=False)}" for i, c in enumerate(classes(schema))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _read_yaml(path: Path) -> dict[str, list[str]]:
    """The lists of a data.yaml, as `key: [a, b]`, `- a` lines or `0: a` lines; nothing else of YAML."""
    found: dict[str, list[str]] = {}
    key = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if top := re.match(r"(\w+):\s*(?:\[(.*)\])?", line):
            key = top[1]
            found[key] = [_scalar(part) for part in (top[2] or "").split(",") if part.strip()]
        elif entry := re.match(r"\s*(?:-|\d+:)\s+(.*)", line):
            found.setdefault(key, []).append(_scalar(entry[1]))
    return found


def _scalar(text: str) -> str:
    text = text.strip()
    return str(json.loads(text)) if text.startswith('"') else text.strip("'")


def read(folder: Path) -> Iterator[Record]:
    """Yield a record an item; rows of four numbers are boxes, longer ones polygons."""
    lists = _read_yaml(folder / "data.yaml")
    names = lists.get("names", [])
    fields = lists.get("fields") or ["objects"] * len(names)
    sizes = msgspec.json.decode((folder / "sizes.json").read_bytes(), type=dict[str, Picture])
    items: dict[str, list[str]] = {}
    for stem, p in sizes.items():
        items.setdefault(p.item_id, []).append(stem)
    for item_id, stems in items.items():
        value: dict[str, tuple[AnnotatedObject, ...]] = {}
        for stem in stems:
            rows = (folder / "labels" / f"{stem}.txt").read_text(encoding="utf-8").splitlines()
            for number, row in enumerate(rows, 1):
                try:
                    index, *numbers = row.split()
                    field, label = fields[int(index)], names[int(index)]
                    o = _object(f"{stem}-{number}", label, sizes[stem], [float(n) for n in numbers])
                except (ValueError, IndexError) as error:
                    raise BadInput(str(error), where=f"labels/{stem}.txt:{number}") from error
                value[field] = (*value.get(field, ()), o)
        assets = {p.asset: picture(p.file_name, p.width, p.height) for p in (sizes[s] for s in stems)}
        yield Record(item_id=item_id, item=ItemData(assets=assets), value=value, split=sizes[stems[0]].split)


def _object(object_id: str, label: str, p: Picture, numbers: list[float]) -> Box | Polygon:
    if len(numbers) == 4:
        x, y, w, h = numbers
        left, top = (x - w / 2) * p.width, (y - h / 2) * p.height
        w_px, h_px = w * p.width, h * p.height
        return Box(id=object_id, label=label, asset=p.asset, x_px=left, y_px=top, width_px=w_px, height_px=h_px)
    if len(numbers) < 6:
        raise ValueError("A polygon needs three points.")
    points = tuple((x * p.width, y * p.height) for x, y in zip(numbers[::2], numbers[1::2], strict=True))
    return Polygon(id=object_id, label=label, asset=p.asset, points=points)
