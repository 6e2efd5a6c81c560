"""Pictures and the shapes on them: what COCO and YOLO have in common."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Record, Report
from goldsmith.core.item import AssetFacts
from goldsmith.core.schema import LabelSchema
from goldsmith.formats._assets import OpenAsset, UniqueNames, copy_asset, extension_of, safe_stem
from goldsmith.formats._losses import lose
from goldsmith.kinds import kind_of
from goldsmith.kinds.box.kind import Box
from goldsmith.kinds.mask.kind import Mask
from goldsmith.kinds.polygon.kind import Polygon
from goldsmith.kinds.rotated_box.kind import RotatedBox
from goldsmith.kinds.skeleton.kind import Skeleton

SHAPES = ("box", "polygon")
Shape = Box | Polygon | RotatedBox | Skeleton | Mask
SPLITS = {"train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}
"""How tools call the parts of a dataset, and how we do."""


class Placed(NamedTuple):
    """A shape with the picture it lies on and the index of its class."""

    asset: str
    class_index: int
    object: Shape


class Classes:
    """The classes of a schema's fields of some kinds, in its order; a class is a field with one of its labels."""

    def __init__(self, schema: LabelSchema, kinds: tuple[str, ...] = SHAPES) -> None:
        self._kinds = kinds
        fields = [f for f in schema.fields if f.kind in kinds]
        self.names = [(f.name, label.name) for f in fields for label in f.labels]
        self._index = {c: i for i, c in enumerate(self.names)}
        self._assets = {f.name: f.asset for f in schema.fields}

    def place(self, record: Record, report: Report) -> list[Placed]:
        """The record's shapes in their order; what has no place in a picture format is counted."""
        known = pictures(record)
        lose(report, "item without a picture", not known)
        lose(report, "item data", len(record.item.data))
        lose(report, "file that is not a picture", len(record.item.assets) - len(known))
        found: list[Placed] = []
        for field, objects in record.value.items():
            for o in objects:
                loss = self._loss(field, o, known)
                if loss:
                    report.lose(loss)
                elif isinstance(o, Shape):
                    found.append(Placed(self._asset(field, o, known), self._index[field, o.label], o))
        return found

    def _asset(self, field: str, o: AnnotatedObject, known: dict[str, AssetFacts]) -> str:
        """Where the object names no picture it lies on its field's, else on the first."""
        return o.asset or self._assets.get(field, "") or next(iter(known), "")

    def _loss(self, field: str, o: AnnotatedObject, known: dict[str, AssetFacts]) -> str:
        if kind_of(o) not in self._kinds:
            return f"{kind_of(o)} object"
        if self._asset(field, o, known) not in known:
            return "object without a picture"
        return "" if (field, o.label) in self._index else "object outside the schema"


def pictures(record: Record) -> dict[str, AssetFacts]:
    """The record's assets that are pictures of known size."""
    return {n: a for n, a in record.item.assets.items() if a.width_px > 0 and a.height_px > 0}


class PictureCopies:
    """Gives each picture its name in images/<split>/, and its bytes where they can be opened."""

    def __init__(self, out: Path, names: UniqueNames, open_asset: OpenAsset | None, report: Report) -> None:
        self._out, self._names, self._open, self._report = out, names, open_asset, report
        self.is_open = open_asset is not None

    def place(self, record: Record, asset: str, split: str) -> PurePosixPath:
        """The picture's path inside `out`; its stem is used once in the whole dataset."""
        facts = record.item.assets[asset]
        original = PurePosixPath(facts.file_name.replace("\\", "/"))
        stem = self._names.take(original.stem or facts.sha256, record.item_id)
        suffix = original.suffix if _is_usual(original, facts) else extension_of(facts)
        return PurePosixPath("images", safe_stem(split), stem + suffix)

    def copy(self, facts: AssetFacts, path: PurePosixPath) -> bool:
        """Whether the picture now lies at `path`."""
        if self._open is None or not copy_asset(facts, self._out / path, self._open, self._report):
            return False
        lose(self._report, "renamed picture", path.name != facts.file_name)
        return True


def _is_usual(original: PurePosixPath, facts: AssetFacts) -> bool:
    """Whether the file name's extension is one of the picture's media type."""
    return mimetypes.guess_type(f"x{original.suffix}")[0] == facts.media_type


def picture(file_name: str, width_px: int, height_px: int) -> AssetFacts:
    """What a format's file tells of a picture whose bytes were not seen."""
    media_type = mimetypes.guess_type(file_name)[0] or "application/octet-stream"
    size = {"width_px": width_px, "height_px": height_px}
    return AssetFacts(sha256="", media_type=media_type, size_bytes=0, file_name=file_name, **size)


def split_of(words: Iterator[str]) -> str:
    """The split that the first telling word of a path names, else none."""
    return next((SPLITS[w] for w in words if w in SPLITS), "")


def size_of(path: Path) -> tuple[int, int]:
    """Width and height of the upright picture, from its header; OSError or ValueError where there is none to read."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
            return (image.height, image.width) if turned else image.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError("It has more pixels than are taken.") from error
