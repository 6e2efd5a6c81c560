"""YOLO folders of any tool: by pictures.jsonl where it is there, else by data.yaml and the pictures themselves."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import groupby
from math import isfinite
from pathlib import Path, PurePosixPath

import msgspec
from msgspec.structs import replace

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Record
from goldsmith.core.item import ItemData
from goldsmith.formats._pictures import SPLITS, Shape, picture, size_of
from goldsmith.formats._reading import UNNAMED_FIELDS, UNREADABLE, Problems, lines_of, reason_of, stays_inside, teller
from goldsmith.formats._yaml import Yaml, read_yaml
from goldsmith.formats._yolo_writing import PICTURES, Picture, labels_path
from goldsmith.kinds import kind_of
from goldsmith.kinds.box.kind import Box
from goldsmith.kinds.polygon.kind import Polygon

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif")
_decode = msgspec.json.Decoder(Picture).decode


ShapeOf = Callable[[str, str, Picture, list[float], Yaml], Shape]
"""The object of an id, a label, the picture it is on, a row's numbers, and data.yaml; ValueError where it is none."""


def read(folder: Path, problems: Problems | None = None) -> Iterator[Record]:
    """Yield a record an item; rows of four numbers are boxes, longer ones polygons. Ids are made from the stem."""
    return read_rows(folder, problems, _object)


def read_rows(folder: Path, problems: Problems | None, shape_of: ShapeOf) -> Iterator[Record]:
    """Yield a record an item, its objects as `shape_of` makes them of rows."""
    tell = teller(problems)
    home = folder.parent if folder.is_file() else folder
    paths = [folder] if folder.is_file() else [home / "data.yaml", *sorted(home.glob("*.y*ml"))]
    path = next((p for p in paths if p.is_file()), None)
    if path is None:
        tell("data.yaml", "The folder has no data.yaml.")
        return
    try:
        yaml = read_yaml(path.read_text(encoding="utf-8-sig"))
    except UNREADABLE as error:
        tell(path.name, reason_of(error))
        return
    found = _ours(home, tell) if (home / PICTURES).is_file() else _foreign(home, yaml, tell)
    for item_id, group in groupby(found, key=lambda p: p.item_id):
        yield _record(home, item_id, list(group), yaml, tell, shape_of)


def _ours(home: Path, tell: Problems) -> Iterator[Picture]:
    for number, line in lines_of(home / PICTURES, tell):
        try:
            entry = _decode(line)
            if not stays_inside(entry.path):
                raise ValueError(f"The path {entry.path!r} leads out of the folder.")
        except UNREADABLE as error:
            tell(f"{PICTURES}:{number}", reason_of(error))
            continue
        if os.path.isfile(os.path.join(home, entry.path)):
            entry = replace(entry, facts=replace(entry.facts, file_name=entry.path))
        yield entry


def _foreign(home: Path, yaml: Yaml, tell: Problems) -> Iterator[Picture]:
    """The pictures of every split that data.yaml names, with the sizes their headers tell."""
    for key, split in SPLITS.items():
        for entry in yaml.get(key, ()):
            for path in _pictures_at(home, yaml, entry, tell):
                try:
                    width, height = size_of(home / path)
                except (OSError, ValueError) as error:
                    tell(path, f"The picture cannot be read: {error}")
                    continue
                facts = picture(path, width, height)
                yield Picture(path=path, item_id=path, asset="image", facts=facts, split=split)


def _pictures_at(home: Path, yaml: Yaml, entry: str, tell: Problems) -> Iterator[str]:
    """Paths of pictures in the folder or the list `entry`, which some tools write as if from a neighbour folder."""
    root = home / (yaml.get("path") or [""])[0]
    options = [root / entry, home / entry, home / entry.removeprefix("../")]
    place = next((p for p in options if _is_inside(p, home) and p.exists()), None)
    if place is None:
        tell("data.yaml", f"The folder has no {entry!r}.")
    elif place.is_dir():
        for found, folders, files in os.walk(place):
            folders.sort()
            for file in sorted(files):
                if file.lower().endswith(SUFFIXES):
                    yield (Path(found) / file).relative_to(home).as_posix()
    else:
        for number, line in lines_of(place, tell):
            path = place.parent / line.decode(errors="replace").strip()
            if _is_inside(path, home) and path.is_file():
                yield path.resolve().relative_to(home.resolve()).as_posix()
            else:
                tell(f"{place.name}:{number}", "There is no such picture.")


def _is_inside(path: Path, home: Path) -> bool:
    return path.resolve().is_relative_to(home.resolve())


def _record(
    home: Path, item_id: str, found: list[Picture], yaml: Yaml, tell: Problems, shape_of: ShapeOf
) -> Record:
    value: dict[str, tuple[AnnotatedObject, ...]] = {}
    for entry in found:
        for field, o in _objects(home, entry, yaml, tell, shape_of):
            value[field] = (*value.get(field, ()), o)
    item = ItemData(assets={entry.asset: entry.facts for entry in found})
    return Record(item_id=item_id, item=item, value=value, split=found[0].split)


def _objects(
    home: Path, entry: Picture, yaml: Yaml, tell: Problems, shape_of: ShapeOf
) -> Iterator[tuple[str, Shape]]:
    """(field, object) of each row of the picture's label file; without the file it has none."""
    place = labels_path(entry.path)
    path, stem = os.path.join(home, place), PurePosixPath(entry.path).stem
    if not os.path.isfile(path):
        return
    labels, fields = yaml.get("labels") or yaml.get("names", []), yaml.get("fields", [])
    for number, row in lines_of(Path(path), tell):
        try:
            first, *numbers = row.decode().split()
            index = int(first)
            if not 0 <= index < len(labels):
                raise ValueError(f"data.yaml names no class {index}.")
            found = [float(n) for n in numbers]
            if not all(map(isfinite, found)):
                raise ValueError("A number is not finite.")
            o = shape_of(f"{stem}-{number}", labels[index], entry, found, yaml)
        except UNREADABLE as error:
            tell(f"{place}:{number}", reason_of(error))
        else:
            field = fields[index] if index < len(fields) else UNNAMED_FIELDS[kind_of(o)]
            yield field, o


def _object(object_id: str, label: str, entry: Picture, numbers: list[float], yaml: Yaml) -> Box | Polygon:
    width, height = entry.facts.width_px, entry.facts.height_px
    if len(numbers) == 4:
        x, y, w, h = numbers
        if w <= 0 or h <= 0:
            raise ValueError("The box has no area.")
        left, top, w_px, h_px = (x - w / 2) * width, (y - h / 2) * height, w * width, h * height
        return Box(
            id=object_id, label=label, asset=entry.asset, x_px=left, y_px=top, width_px=w_px, height_px=h_px
        )
    if len(numbers) < 6 or len(numbers) % 2:
        raise ValueError("A row needs four numbers for a box, or pairs of three and more corners.")
    points = tuple((x * width, y * height) for x, y in zip(numbers[::2], numbers[1::2], strict=True))
    return Polygon(id=object_id, label=label, asset=entry.asset, points=points)
