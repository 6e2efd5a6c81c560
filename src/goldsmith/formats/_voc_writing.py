"""Pascal VOC's SegmentationClass: which class lies on top at every pixel, as PNGs of class numbers.

Pixels carry the number of their class in the list, from 1; 0 is background and 255 stays free, which VOC reads as void.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from functools import cache
from pathlib import Path, PurePosixPath

import msgspec
import numpy as np
from numpy.typing import NDArray

from goldsmith.core.dataset import Record, Report
from goldsmith.core.errors import BadInput
from goldsmith.core.item import AssetFacts
from goldsmith.core.schema import LabelSchema
from goldsmith.formats._assets import OpenAsset, UniqueNames
from goldsmith.formats._losses import lose
from goldsmith.formats._pictures import Classes, PictureCopies, Placed, pictures
from goldsmith.formats._yolo_writing import PICTURES, SPLITS, Picture
from goldsmith.kinds.mask.kind import Mask, bitmap_of
from goldsmith.kinds.polygon.kind import Polygon
from goldsmith.quality.fusion.raster import fill

KINDS = ("mask", "polygon")
CLASSES_MOST = 254
LABELS, OURS, LISTS, MASKS, PHOTOS = (
    "labelmap.txt", "labels.json", "ImageSets/Segmentation", "SegmentationClass", "JPEGImages")
UNLISTED = "default"  # the list of pictures in none of train, val and test

Numbers = NDArray[np.uint8]  # (height, width)
Area = tuple[int, int, NDArray[np.bool_]]  # x and y of its corner, and what it covers from there


class OurLabel(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of labels.json, in the order of the classes' numbers from 1."""

    field: str
    label: str


@cache
def colours() -> NDArray[np.uint8]:
    """(256, 3) VOC's own colours: a number's bits dealt out to red, green and blue, the highest first."""
    number = np.arange(256)
    found = np.zeros((256, 3), np.uint8)
    for place in range(8):
        for channel in range(3):
            found[:, channel] |= (((number >> (3 * place + channel)) & 1) << (7 - place)).astype(np.uint8)
    return found


def write_voc(
    records: Iterable[Record], out: Path, schema: LabelSchema, *, open_asset: OpenAsset | None
) -> Report:
    """Write the folder; what lies under something else, and what is told apart in a class, is lost and counted."""
    classes = Classes(schema, KINDS)
    if len(classes.names) > CLASSES_MOST:
        raise BadInput(f"The schema has {len(classes.names)} classes; a picture of class numbers holds {CLASSES_MOST}.",
                       where="format", hint="Export as coco, which has no such limit.")
    if (out / MASKS).is_dir() and any((out / MASKS).iterdir()):
        raise BadInput("The folder already has labels.", where=MASKS, hint="Write into an empty folder.")
    report = Report()
    for place in (LISTS, MASKS):
        (out / place).mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        lines = held.enter_context((out / PICTURES).open("wb"))
        lists = {s: held.enter_context((out / LISTS / f"{s}.txt").open("w", encoding="utf-8"))
                 for s in (*SPLITS, UNLISTED)}
        copies = PictureCopies(out, held.enter_context(UniqueNames()), open_asset, report)
        for r in records:
            report.records += 1
            placed = classes.place(r, report)
            for asset, facts in pictures(r).items():
                path = PurePosixPath(PHOTOS, copies.place(r, asset, r.split).name)
                copies.copy(facts, path)
                numbers = _painted([p for p in placed if p.asset == asset], facts, report)
                _save(numbers, out / MASKS / f"{path.stem}.png")
                lists[r.split if r.split in SPLITS else UNLISTED].write(f"{path.stem}\n")
                line = Picture(path=str(path), item_id=r.item_id, asset=asset, facts=facts, split=r.split)
                lines.write(msgspec.json.encode(line) + b"\n")
    _write_labels(out, classes, report)
    return report


def _save(numbers: Numbers, path: Path) -> None:
    from PIL import Image

    image = Image.fromarray(numbers)
    image.putpalette(colours().tobytes())
    image.save(path)


def _painted(placed: list[Placed], facts: AssetFacts, report: Report) -> Numbers:
    """The class on top at every pixel: later objects lie over earlier ones, as on the canvas."""
    numbers = np.zeros((facts.height_px, facts.width_px), np.uint8)
    drawn: list[tuple[Placed, Area]] = []
    for p in placed:
        area = _area(p, facts, report)
        if area is None:
            report.lose("object outside the picture")
            continue
        _part(numbers, area)[area[2]] = p.class_index + 1
        drawn.append((p, area))
    seen: set[int] = set()
    for p, area in drawn:
        own = _part(numbers, area)[area[2]] == p.class_index + 1
        if not own.any():
            report.lose("object under others")
        elif p.class_index in seen:
            report.lose("object joined with others")
        else:
            seen.add(p.class_index)
            _count(p, report)
            lose(report, "part under others", not own.all())
    return numbers


def _count(p: Placed, report: Report) -> None:
    report.objects += 1
    report.lose("object id")
    lose(report, "attribute", len(p.object.attributes))
    lose(report, "polygon made a mask", isinstance(p.object, Polygon))


def _part(numbers: Numbers, area: Area) -> Numbers:
    x, y, bitmap = area
    return numbers[y:y + bitmap.shape[0], x:x + bitmap.shape[1]]


def _area(p: Placed, facts: AssetFacts, report: Report) -> Area | None:
    """The pixels of the picture that the object covers; None where it covers none. A pixel counts by its middle."""
    o = p.object
    if isinstance(o, Mask):
        return _cut(o.x_px, o.y_px, bitmap_of(o), facts, report)
    if isinstance(o, Polygon):
        rings = [np.asarray(ring, np.float64) for ring in (o.points, *o.holes)]
        low, high = np.floor(rings[0].min(axis=0)).astype(int), np.ceil(rings[0].max(axis=0)).astype(int)
        far = np.array([facts.width_px, facts.height_px])
        lose(report, "part outside the picture", bool((low < 0).any() or (high > far).any()))
        low, high = np.clip(low, 0, far), np.clip(high, 0, far)
        if (high <= low).any():
            return None
        bitmap = fill(rings, float(low[0]), float(low[1]), 1.0, (int(high[1] - low[1]), int(high[0] - low[0])))
        return (int(low[0]), int(low[1]), bitmap) if bitmap.any() else None
    raise TypeError(f"A {type(o).__name__} has no place in a picture of class numbers.")


def _cut(x: int, y: int, bitmap: NDArray[np.bool_], facts: AssetFacts, report: Report) -> Area | None:
    left, top = max(0, -x), max(0, -y)
    inside = bitmap[top:max(top, facts.height_px - y), left:max(left, facts.width_px - x)]
    if not inside.any():
        return None
    lose(report, "part outside the picture", inside.shape != bitmap.shape)
    return x + left, y + top, inside


def _write_labels(out: Path, classes: Classes, report: Report) -> None:
    """labelmap.txt as CVAT and Datumaro have it, a line a class in the order of their numbers; labels.json is ours."""
    names = ["background", *_names(classes)]
    plain = ["", *(label for _, label in classes.names)]
    lose(report, "label renamed", sum(a != b for a, b in zip(names[1:], plain[1:], strict=True)))
    fields = {field for field, _ in classes.names}
    lose(report, "several fields merged", len(fields) if len(fields) > 1 else 0)
    rows = [f"{n}:{','.join(map(str, c))}::" for n, c in zip(names, colours().tolist(), strict=False)]
    text = "\n".join(["# label:color_rgb:parts:actions", *rows]) + "\n"
    (out / LABELS).write_text(text, encoding="utf-8", newline="\n")
    ours = [OurLabel(field=field, label=label) for field, label in classes.names]
    (out / OURS).write_bytes(msgspec.json.encode(ours))


def _names(classes: Classes) -> list[str]:
    """A name for each class that is used once and breaks no line of the list."""
    labels = [label for _, label in classes.names]
    found: list[str] = []
    for field, label in classes.names:
        name = f"{field}/{label}" if labels.count(label) > 1 or label == "background" else label
        found.append(" ".join(name.replace(":", " ").replace("#", " ").split()) or f"class {len(found) + 1}")
    return found
