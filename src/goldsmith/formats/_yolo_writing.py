"""YOLO folders: labels/<split>/<stem>.txt, images/<split>/<stem><extension>, data.yaml and pictures.jsonl.

A picture whose split is none of train, val, test lies under train. pictures.jsonl is ours alone: a line a picture.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

from goldsmith.core.dataset import Record, Report
from goldsmith.core.errors import BadInput
from goldsmith.core.item import AssetFacts
from goldsmith.core.schema import LabelSchema
from goldsmith.formats._assets import OpenAsset, UniqueNames
from goldsmith.formats._losses import lose
from goldsmith.formats._pictures import SHAPES, Classes, PictureCopies, Placed, Shape, pictures
from goldsmith.kinds.box.kind import Box
from goldsmith.kinds.polygon.kind import Polygon
from goldsmith.kinds.rotated_box.kind import RotatedBox
from goldsmith.kinds.rotated_box.turned import corners as turned_corners
from goldsmith.kinds.skeleton.kind import Skeleton, extent
from goldsmith.kinds.skeleton.template import SkeletonSettings

SPLITS = ("train", "val", "test")
PICTURES = "pictures.jsonl"

Sort = Literal["box", "polygon", "turned", "pose"]
KINDS: dict[Sort, tuple[str, ...]] = {
    "box": SHAPES, "polygon": SHAPES, "turned": ("rotated_box",), "pose": ("skeleton",)
}
Points = list[tuple[float, float]]


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """One line of pictures.jsonl."""

    path: str  # of the picture in the folder, "images/val/a.jpg"; its labels are at "labels/val/a.txt"
    item_id: str
    asset: str
    facts: AssetFacts
    split: str = ""


def labels_path(path: str) -> str:
    """Where the labels of the picture at `path` lie: YOLO's rule puts labels/ for the last images/, if there is one."""
    before, images, after = path.rpartition("images/")
    return f"{before}{'labels/' if images else ''}{after.rpartition('.')[0] or after}.txt"


def write_yolo(
    records: Iterable[Record], out: Path, schema: LabelSchema, *, open_asset: OpenAsset | None, sort: Sort
) -> Report:
    """Write the folder with rows of one sort; boxes and polygons are turned into one another and counted."""
    if (out / "labels").is_dir() and any((out / "labels").iterdir()):
        raise BadInput("The folder already has labels.", where="labels", hint="Write into an empty folder.")
    template = _template(schema) if sort == "pose" else None
    report, classes, used = Report(), Classes(schema, KINDS[sort]), {"train", "val"}
    for split in SPLITS:
        (out / "labels" / split).mkdir(parents=True, exist_ok=True)
    with (out / PICTURES).open("wb") as lines, UniqueNames() as names:
        copies = PictureCopies(out, names, open_asset, report)
        for r in records:
            report.records += 1
            split = r.split if r.split in SPLITS else "train"
            used.add(split)
            shapes = [p for p in classes.place(r, report) if _fits(p.object, template, report)]
            for asset, facts in pictures(r).items():
                path = copies.place(r, asset, split)
                copies.copy(facts, path)
                rows = [_row(p, facts, sort, report) for p in shapes if p.asset == asset]
                (out / labels_path(str(path))).write_text("".join(rows), encoding="utf-8")
                line = Picture(path=str(path), item_id=r.item_id, asset=asset, facts=facts, split=r.split)
                lines.write(msgspec.json.encode(line) + b"\n")
    fields = {field for field, _ in classes.names}
    lose(report, "several fields merged", len(fields) if len(fields) > 1 else 0)
    _write_yaml(out / "data.yaml", classes, [s for s in SPLITS if s in used], report, template)
    return report


def _template(schema: LabelSchema) -> SkeletonSettings:
    """The template of the first skeletons; a YOLO dataset has one for all."""
    settings = next((f.settings for f in schema.fields if f.kind == "skeleton"), {})
    return msgspec.convert(settings, SkeletonSettings)


def _fits(o: Shape, template: SkeletonSettings | None, report: Report) -> bool:
    """Whether a skeleton has as many points as the dataset's; one that has not is counted."""
    expected = len(template.points) if template else 0
    is_other = isinstance(o, Skeleton) and bool(expected) and len(o.points) != expected
    lose(report, "skeleton of another template", is_other)
    return not is_other


def _row(placed: Placed, facts: AssetFacts, sort: Sort, report: Report) -> str:
    """The line of one object; empty, and counted, where nothing of it is inside the picture."""
    o, width, height = placed.object, facts.width_px, facts.height_px
    corners = _corners(o)
    if sort in ("box", "pose"):
        left, top = min(x for x, _ in corners), min(y for _, y in corners)
        right, bottom = max(x for x, _ in corners), max(y for _, y in corners)
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    inside = [(min(max(x / width, 0.0), 1.0), min(max(y / height, 0.0), 1.0)) for x, y in corners]
    if len({x for x, _ in inside}) < 2 or len({y for _, y in inside}) < 2:
        report.lose("object outside the picture")
        return ""
    _count(o, sort, report)
    lose(report, "part outside the picture", any(not (0 <= x <= width and 0 <= y <= height) for x, y in corners))
    numbers = [n for point in inside for n in point]
    if sort in ("box", "pose"):
        (left, top), (right, bottom) = inside[0], inside[2]
        numbers = [(left + right) / 2, (top + bottom) / 2, right - left, bottom - top]
    if isinstance(o, Skeleton):
        numbers += [n for x, y, seen in o.points for n in ((x / width, y / height, seen) if seen else (0, 0, 0))]
    return " ".join([str(placed.class_index), *(f"{n:.9g}" for n in numbers)]) + "\n"


def _corners(o: Shape) -> Points:
    if isinstance(o, Polygon):
        return list(o.points)
    if isinstance(o, RotatedBox):
        return list(turned_corners(o))
    if isinstance(o, Skeleton):  # a single point, too, is given a box with an area
        (left, right), (top, bottom) = extent(o)
        return [(left, top), (max(right, left + 1), max(bottom, top + 1))]
    x, y, right, bottom = o.x_px, o.y_px, o.x_px + o.width_px, o.y_px + o.height_px
    return [(x, y), (right, y), (right, bottom), (x, bottom)]


def _count(o: Shape, sort: Sort, report: Report) -> None:
    """The object as written, with what of it is lost."""
    report.objects += 1
    report.lose("object id")
    lose(report, "attribute", len(o.attributes))
    if isinstance(o, Polygon):
        lose(report, "polygon hole", len(o.holes))
        lose(report, "polygon made a box", sort == "box")
    elif isinstance(o, Box):
        lose(report, "box made a polygon", sort == "polygon")


def _write_yaml(path: Path, classes: Classes, splits: list[str], report: Report,
                template: SkeletonSettings | None) -> None:
    """data.yaml: where the pictures are and what the classes are called; `fields` and `labels` are ours alone."""
    labels = [label for _, label in classes.names]
    shared = {label for label in labels if labels.count(label) > 1}
    names = [f"{field}: {label}" if label in shared else label for field, label in classes.names]
    lose(report, "label renamed", sum(n != label for n, label in zip(names, labels, strict=True)))
    lines = [f"{split}: images/{split}" for split in splits]
    for key, column in (("names", names), ("labels", labels), ("fields", [field for field, _ in classes.names])):
        lines += [f"{key}:", *(f"  {i}: {json.dumps(text, ensure_ascii=False)}" for i, text in enumerate(column))]
    if template:
        lines += _pose_lines(template)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _pose_lines(template: SkeletonSettings) -> list[str]:
    """How many points a pose has, and which of them change places when the picture is mirrored."""
    names = [one.name for one in template.points]
    other = {a: b for pair in template.swaps for a, b in (pair, pair[::-1])}
    flipped = [names.index(other.get(name, name)) for name in names]
    return [f"kpt_shape: [{len(names)}, 3]", f"flip_idx: [{', '.join(map(str, flipped))}]"]
