"""COCO files of any tool, read with flat memory: labels wait by picture in a temporary database on the disk."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import groupby
from math import isfinite
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from goldsmith.core.annotation import AnnotatedObject, AttributeValue
from goldsmith.core.dataset import Record
from goldsmith.core.errors import BadInput
from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.formats._json_stream import elements
from goldsmith.formats._masks import bitmap_of_column_runs
from goldsmith.formats._pictures import picture, split_of
from goldsmith.formats._reading import UNNAMED_FIELDS, UNREADABLE, Problems, noter, reason_of, stays_inside, teller
from goldsmith.kinds import kind_of
from goldsmith.kinds.box.kind import Box
from goldsmith.kinds.mask.kind import Mask, mask_of
from goldsmith.kinds.mask.runs import counts_of
from goldsmith.kinds.polygon.kind import Polygon
from goldsmith.kinds.polygon.region import Ring
from goldsmith.kinds.skeleton.kind import Skeleton

FILE = "instances.json"
USUAL_NAMES = ("instances*.json", "annotations*.json", "*_annotations.coco.json")

Id = int | str


class Image(msgspec.Struct):
    """An entry of "images"; from `item_id` on our own keys."""

    id: Id
    file_name: str
    width: int | None = 0
    height: int | None = 0
    item_id: str = ""
    asset: str = "image"
    split: str | None = None
    sha256: str = ""
    media_type: str = ""
    size_bytes: int = 0


class Runs(msgspec.Struct):
    """A mask as run lengths, plain or compressed."""

    counts: str | list[int]
    size: tuple[int, int]  # height, width


class Annotation(msgspec.Struct):
    """An entry of "annotations"; `object_id` is our own key."""

    image_id: Id
    category_id: Id
    id: Id | None = None
    bbox: list[float] | None = None
    segmentation: list[list[float]] | Runs | None = None
    iscrowd: float | bool | None = 0
    keypoints: list[float] | None = None
    object_id: str = ""
    attributes: dict[str, Any] | None = None


class Category(msgspec.Struct):
    """An entry of "categories"; `field` is our own key."""

    id: Id
    name: str
    field: str = ""


Row = Image | Annotation | Category
_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    "images": msgspec.json.Decoder(Image),
    "annotations": msgspec.json.Decoder(Annotation),
    "categories": msgspec.json.Decoder(Category),
}
_pack = msgspec.msgpack.Encoder().encode
_unpack_image = msgspec.msgpack.Decoder(Image).decode
_unpack_annotation = msgspec.msgpack.Decoder(Annotation).decode

TABLES = """
PRAGMA journal_mode = OFF;
CREATE TABLE image (image_id TEXT PRIMARY KEY, row BLOB);
CREATE TABLE annotation (image_id TEXT, place TEXT, row BLOB);
"""
# rowids keep the file's order of pictures and, within a picture, of labels
ROWS = """
SELECT i.rowid, i.row, a.rowid, a.place, a.row FROM image i LEFT JOIN annotation a ON a.image_id = i.image_id
 ORDER BY i.rowid, a.rowid
"""
STRAYS = "SELECT place FROM annotation WHERE image_id NOT IN (SELECT image_id FROM image) ORDER BY rowid"


def read(folder: Path, problems: Problems | None = None) -> Iterator[Record]:
    """Yield the records of the folder's COCO files, or of the one file `folder`.

    Looked for are instances.json, else the usual names here, in annotations/ and in train/, val/, test/,
    else the only JSON file.
    """
    tell = teller(problems)
    paths = [folder] if folder.is_file() else label_files(folder)
    if not paths:
        tell(FILE, "The folder has no COCO file; name the file itself where it is called otherwise.")
    for path in paths:
        yield from _File(folder, path, tell, noter(problems)).records()


def label_files(folder: Path) -> list[Path]:
    """The COCO files of a folder, by name."""
    if (folder / FILE).is_file():
        return [folder / FILE]
    places = [folder, folder / "annotations", *(folder / n for n in ("train", "val", "valid", "test"))]
    found = [p for place in places for pattern in USUAL_NAMES for p in sorted(place.glob(pattern)) if p.is_file()]
    if found:
        return list(dict.fromkeys(found))
    single = sorted(folder.glob("*.json"))
    return single if len(single) == 1 else []


class _File:
    """One COCO file on its way to records."""

    def __init__(self, folder: Path, path: Path, tell: Problems, note: Problems) -> None:
        self.home = path.parent if folder.is_file() else folder
        self.path, self.tell, self.note = path, tell, note
        self.name = path.relative_to(self.home).as_posix()
        self.split = split_of(iter(re.findall(r"[a-z]+", self.name.lower())))
        self.categories: dict[str, Category] = {}
        places = (self.home, path.parent, self.home / "images", self.home / "images" / self.split)
        self.places = [str(p) for p in dict.fromkeys(places) if p.is_dir()]

    def records(self) -> Iterator[Record]:
        """Every item of the file; nothing where the file is no whole JSON."""
        with closing(sqlite3.connect("", isolation_level=None, check_same_thread=False)) as db:
            db.executescript(TABLES)
            try:
                self._store(db)
            except BadInput as error:
                self.tell(self.name, reason_of(error))
                return
            db.execute("CREATE INDEX by_image ON annotation (image_id)")
            for (place,) in db.execute(STRAYS):
                self.tell(place, "There is no picture of that image_id.")
            yield from self._items(db)

    def _store(self, db: sqlite3.Connection) -> None:
        sections = set()
        with self.path.open("rb") as file:
            db.execute("BEGIN")
            for section, number, raw in elements(file):
                sections.add(section)
                if number == 0:
                    continue
                place = f"{self.name} {section}[{number - 1}]"
                try:
                    row: Row | None = _decoders[section].decode(raw) if section in _decoders else None
                except UNREADABLE as error:
                    self.tell(place, reason_of(error))
                    continue
                if isinstance(row, Image):
                    self._store_image(db, row, place)
                elif isinstance(row, Annotation):
                    row.id = number if row.id is None else row.id
                    db.execute("INSERT INTO annotation VALUES (?, ?, ?)", (str(row.image_id), place, _pack(row)))
                elif isinstance(row, Category):
                    self.categories[str(row.id)] = row
            db.execute("COMMIT")
        if "images" not in sections:
            raise BadInput('The file has no array "images".')

    def _store_image(self, db: sqlite3.Connection, row: Image, place: str) -> None:
        row.file_name = row.file_name.replace("\\", "/")
        if not stays_inside(row.file_name):
            self.tell(place, f"The file name {row.file_name!r} leads out of the folder.")
        elif db.execute("INSERT OR IGNORE INTO image VALUES (?, ?)", (str(row.id), _pack(row))).rowcount == 0:
            self.tell(place, f"The id {row.id} is used twice.")

    def _items(self, db: sqlite3.Connection) -> Iterator[Record]:
        """Pictures that follow one another under one item_id make one item; a picture without one is an item."""
        by_image = groupby(db.execute(ROWS), key=lambda row: (row[0], row[1]))
        images = ((number, _unpack_image(row), rows) for (number, row), rows in by_image)
        for (item_id, _), group in groupby(images, key=lambda i: (i[1].item_id, 0 if i[1].item_id else i[0])):
            assets: dict[str, AssetFacts] = {}
            value: dict[str, list[AnnotatedObject]] = {}
            order: list[tuple[int, str, AnnotatedObject]] = []
            split: str | None = None
            for _, image, rows in group:
                item_id, split = item_id or image.file_name, image.split if split is None else split
                assets[image.asset] = self._facts(image)
                for _, _, number, place, raw in rows:
                    order += [(number, *found) for found in self._objects(raw, image, place)] if raw else []
            for _, field, o in sorted(order, key=lambda entry: entry[0]):
                value.setdefault(field, []).append(o)
            kept = {field: tuple(objects) for field, objects in value.items()}
            split = self.split if split is None else split
            yield Record(item_id=item_id, item=ItemData(assets=assets), value=kept, split=split)

    def _facts(self, image: Image) -> AssetFacts:
        file_name = "" if image.file_name == image.sha256 else self._located(image.file_name)
        facts = picture(file_name, image.width or 0, image.height or 0)
        known = {"sha256": image.sha256, "media_type": image.media_type, "size_bytes": image.size_bytes}
        return replace(facts, **known) if image.sha256 else facts

    def _located(self, file_name: str) -> str:
        """The picture's path inside the folder where it lies there, else its name as given."""
        for place in self.places:
            path = os.path.join(place, file_name)
            if os.path.isfile(path):
                return os.path.relpath(path, self.home).replace(os.sep, "/")
        return file_name

    def _objects(self, raw: bytes, image: Image, place: str) -> Iterator[tuple[str, AnnotatedObject]]:
        """(field, object) of each part of one annotation; what cannot be held is told."""
        a = _unpack_annotation(raw)
        category = self.categories.get(str(a.category_id))
        try:
            if category is None:
                raise ValueError("There is no category of that category_id.")
            shapes = self._shapes(a, image, place)
        except UNREADABLE as error:
            self.tell(place, reason_of(error))
            return
        more = self._attributes(a, place)
        for i, shape in enumerate(shapes):
            object_id = (a.object_id or str(a.id)) + (f"-{i}" if i else "")
            field = category.field or UNNAMED_FIELDS[kind_of(shape)]
            yield field, replace(shape, id=object_id, label=category.name, asset=image.asset, attributes=more)

    def _shapes(self, a: Annotation, image: Image, place: str) -> Sequence[Box | Polygon | Skeleton | Mask]:
        """The geometry of an annotation: a box, a mask or a polygon for each part, and keypoints; no more is filled in.

        Ours is of one kind alone; others draw a box, and often an outline, beside the keypoints.
        """
        points = _skeletons(a.keypoints or [])
        return points if points and a.object_id else [*self._areas(a, image, place), *points]

    def _areas(self, a: Annotation, image: Image, place: str) -> Sequence[Box | Polygon | Mask]:
        if isinstance(a.segmentation, Runs):
            return [_painted(a.segmentation, bool(a.iscrowd), image)]
        shapes = [Polygon(id="", label="", points=_ring(flat)) for flat in a.segmentation or ()]
        if len(shapes) > 1:
            self.note(place, "multipart polygon split")
        return shapes or [_box(a.bbox or [])]

    def _attributes(self, a: Annotation, place: str) -> dict[str, AttributeValue]:
        given = a.attributes or {}
        kept = {k: v for k, v in given.items() if isinstance(v, str | int | float | bool)}
        for name in given.keys() - kept.keys():
            self.note(place, f"attribute not read: {name}")
        return kept


def _painted(runs: Runs, is_crowd: bool, image: Image) -> Mask:
    if is_crowd:
        raise ValueError("A crowd's mask covers many objects at once; no kind holds it.")
    height, width = runs.size
    if image.width and image.height and (width, height) != (image.width, image.height):
        raise ValueError(f"The mask has {width} x {height} pixels, the picture {image.width} x {image.height}.")
    counts = counts_of(runs.counts) if isinstance(runs.counts, str) else runs.counts
    left, bitmap = bitmap_of_column_runs(counts, height, width)
    placed = mask_of(bitmap, x_px=left)
    if placed is None:
        raise ValueError("The mask is empty.")
    x_px, y_px, width_px, height_px, rle = placed
    return Mask(id="", label="", x_px=x_px, y_px=y_px, width_px=width_px, height_px=height_px, rle=rle)


def _skeletons(flat: list[float]) -> list[Skeleton]:
    """The skeleton of x, y and visibility in threes; none where no point is there, as COCO has it for small people."""
    if len(flat) % 3 or not all(map(isfinite, flat)):
        raise ValueError("Keypoints are x, y and visibility in threes, all finite.")
    points = tuple((x, y, int(seen)) for x, y, seen in zip(flat[::3], flat[1::3], flat[2::3], strict=True))
    return [Skeleton(id="", label="", points=points)] if any(seen for _, _, seen in points) else []


def _ring(flat: list[float]) -> Ring:
    points = tuple(zip(flat[::2], flat[1::2], strict=len(flat) % 2 == 0))
    points = points[:-1] if len(points) > 3 and points[0] == points[-1] else points
    if len(flat) % 2 or len(points) < 3 or not all(map(isfinite, flat)):
        raise ValueError("A polygon needs three points of two finite numbers.")
    return points


def _box(bbox: list[float]) -> Box:
    if len(bbox) != 4 or not all(map(isfinite, bbox)):
        raise ValueError("The annotation has neither a segmentation nor a bbox of four numbers.")
    x, y, width, height = bbox
    if width <= 0 or height <= 0:
        raise ValueError(f"The box has no area ({width:g} x {height:g} px).")
    return Box(id="", label="", x_px=x, y_px=y, width_px=width, height_px=height)
