"""Proposals: which format an upload seems to be in, and which label schema its labels would need. People decide."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from math import cos, pi, sin
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import BinaryIO

import msgspec
from msgspec import Struct

from goldsmith.arrivals.arrival import Options
from goldsmith.arrivals.holdings.catalogue import Part
from goldsmith.arrivals.holdings.opened import opened, sort_at
from goldsmith.arrivals.holdings.parts import Holding, open_plain
from goldsmith.arrivals.json_marks import Piece, pieces
from goldsmith.arrivals.labels.labelled import find_coco, is_coco
from goldsmith.arrivals.sorts import ARCHIVES
from goldsmith.core.errors import BadInput
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.formats import UNNAMED_FIELDS

SAMPLE = 5000  # annotations looked at to see which kinds there are
LIST_BYTES = 16 * 1024 * 1024
PARTS_LOOKED_AT = 2000
YAML_BYTES = 1024 * 1024


def propose(path: Path, name: str = "") -> str:
    """The name of the format the file, folder or archive seems to be in; empty where it is plain files."""
    with TemporaryDirectory() as room, _listed(path, name or path.name, Path(room)) as holding:
        if path.is_file() and is_coco(path):
            return "coco"
        if next(find_coco(holding, Path(room)), None):
            return "coco"
        return _by_names(holding, Path(room))


def looks_like_yolo(holding: Holding) -> bool:
    """Whether there are pictures and a data.yaml, or labels beside images, as YOLO's tools lay them out."""
    if next(holding.catalogue.parts(pictures=True), None) is None:
        return False
    return has_yolo_names(holding) or bool(_label_files(holding))


def schema_of(path: Path) -> LabelSchema:
    """The schema that a COCO file's categories propose: a field for each kind its annotations are of.

    `path` is the JSON file, or a folder or archive with one. BadInput where there is none.
    """
    if path.is_file() and sort_at(path.resolve(), path.name) not in ARCHIVES:
        return _schema(path)
    with TemporaryDirectory() as room, _listed(path, path.name, Path(room)) as holding:
        found = next(find_coco(holding, Path(room)), None)
        if found is None:
            raise BadInput("There is no COCO file.", where=path.name)
        return _schema(found[1])


@contextmanager
def _listed(path: Path, name: str, room: Path) -> Iterator[Holding]:
    with opened(path, name, room, Options()) as holding:
        for _ in holding.list_parts():
            pass  # told when the upload is read
        yield holding


def has_yolo_names(holding: Holding) -> bool:
    """Whether a data.yaml is there, which says what YOLO's class numbers mean."""
    return any(map(holding.catalogue.find, ("data.yaml", "data.yml")))


def _label_files(holding: Holding) -> list[Part]:
    found: list[Part] = []
    for i, part in enumerate(holding.catalogue.parts(pictures=False)):
        folders = PurePosixPath(part.place).parts[:-1]
        if "labels" in folders and part.place.endswith(".txt"):
            found.append(part)
        if i >= PARTS_LOOKED_AT or len(found) >= 20:
            break
    return found


def _by_names(holding: Holding, room: Path) -> str:
    if looks_like_yolo(holding):
        return yolo_format(holding, room)
    find = holding.catalogue.find
    if find("records.jsonl"):
        return "jsonl"
    if part := find("items.csv"):
        with open_plain(holding.path_of(part, room / "table")) as file:
            return "csv" if file.read(100).removeprefix(b"\xef\xbb\xbf").startswith(b"item_id,split,data") else ""
    texts = (part for _, part in zip(range(PARTS_LOOKED_AT), holding.catalogue.parts(pictures=False), strict=False))
    return "conll" if any(part.place.endswith(".conll") for part in texts) else ""


def yolo_format(holding: Holding, room: Path) -> str:
    """Which YOLO format its labels are in: poses where data.yaml says so, else by the length of rows.

    Turned boxes look like outlines of four corners: that they are boxes a person has to say.
    """
    for part in filter(None, map(holding.catalogue.find, ("data.yaml", "data.yml"))):
        with open_plain(holding.path_of(part, room / "yaml")) as file:
            if b"kpt_shape" in file.read(YAML_BYTES):
                return "yolo_pose"
    for part in _label_files(holding):
        with open_plain(holding.path_of(part, room / "labels")) as file:
            if row := file.readline(1000).split():
                return "yolo_segment" if len(row) > 5 else "yolo"
    return "yolo"


class _Category(Struct):
    name: str
    id: int | str = ""
    field: str = ""  # our own export's key
    keypoints: list[str] = []
    skeleton: list[list[int]] = []  # pairs of places in `keypoints`, from 1


class _Shape(Struct):
    category_id: int | str = ""
    segmentation: msgspec.Raw = msgspec.Raw(b"[]")
    bbox: list[float] | None = None
    iscrowd: float | bool | None = 0
    keypoints: list[float] | None = None
    object_id: str = ""  # our own export's key


def _schema(path: Path) -> LabelSchema:
    with open_plain(path) as file:
        members = {piece.key: piece for piece in pieces(file) if not piece.problem}
        categories = _categories(file, members.get("categories"), path.name)
        annotations = members.get("annotations")
        found = pieces(file, annotations.start) if annotations else iter(())
        shapes = [_shape(file, piece) for _, piece in zip(range(SAMPLE), found, strict=False)]
    fields_of = {str(c.id): c.field for c in categories}
    kinds = {(fields_of.get(str(s.category_id), ""), kind) for s in shapes if s for kind in _kinds(s)}
    wanted = sorted(kinds) or [("", "box")]
    return LabelSchema(fields=tuple(_field(name, kind, categories) for name, kind in wanted))


def _categories(file: BinaryIO, piece: Piece | None, name: str) -> list[_Category]:
    try:
        found = msgspec.json.decode(_bytes_of(file, piece) if piece else b"[]", type=list[_Category])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"The COCO file's categories cannot be read: {error}.", where=name) from error
    if not any(c.name for c in found):
        raise BadInput("The COCO file has no categories.", where=name)
    return found


def _field(name: str, kind: str, categories: list[_Category]) -> Field:
    """The field of our own export's name, or one named after the kind, with its categories as labels."""
    own = [c for c in categories if c.field == name and (c.keypoints or kind != "skeleton")]
    labels = tuple(Label(name=n) for n in dict.fromkeys(c.name for c in own) if n)
    settings = _template(own[0]) if own and kind == "skeleton" else {}
    return Field(name=name or UNNAMED_FIELDS[kind], kind=kind, labels=labels, asset="image", settings=settings)


def _template(category: _Category) -> dict[str, object]:
    """A skeleton's points around a circle, as COCO does not say how they lie, and what ties them."""
    names = category.keypoints
    turns = [2 * pi * i / len(names) for i in range(len(names))]
    points = [{"name": n, "x_share": round(0.5 + sin(t) / 2, 3), "y_share": round(0.5 - cos(t) / 2, 3)}
              for n, t in zip(names, turns, strict=True)]
    edges = [[names[i - 1] for i in pair] for pair in category.skeleton
             if len(pair) == 2 and all(1 <= i <= len(names) for i in pair) and pair[0] != pair[1]]
    return {"points": points, "edges": edges}


def _shape(file: BinaryIO, piece: Piece) -> _Shape | None:
    try:
        return msgspec.json.decode(_bytes_of(file, piece), type=_Shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _kinds(shape: _Shape) -> list[str]:
    """What becomes of an annotation: in our own exports one object, in others keypoints stand beside an area."""
    points = ["skeleton"] if any((shape.keypoints or [])[2::3]) else []
    area = "" if points and shape.object_id else _kind(shape)
    return [area, *points] if area else points


def _kind(shape: _Shape) -> str:
    """The kind an annotation's area is of; empty where no kind holds it, as a crowd's mask."""
    segmentation = bytes(shape.segmentation).strip()
    if segmentation.startswith(b"{"):
        return "" if shape.iscrowd else "mask"
    if segmentation.startswith(b"[") and segmentation[1:-1].strip():
        return "polygon"
    return "box" if len(shape.bbox or ()) == 4 else ""


def _bytes_of(file: BinaryIO, piece: Piece) -> bytes:
    return os.pread(file.fileno(), min(piece.end - piece.start, LIST_BYTES), piece.start)
