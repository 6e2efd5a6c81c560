"""Labelled uploads: what another tool, or our own export, wrote in a format of goldsmith.formats.

The format reads the files that hold labels; the pictures they name are found among the upload's parts.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from itertools import chain
from pathlib import Path, PurePosixPath

from msgspec import structs

from goldsmith.arrivals.arrival import Arrival, Rejection, reject, text_item
from goldsmith.arrivals.entries import Reading
from goldsmith.arrivals.holdings.catalogue import Part
from goldsmith.arrivals.holdings.parts import Holding, full_place, open_plain
from goldsmith.arrivals.json_marks import first_byte, pieces
from goldsmith.arrivals.labels.fitting import fit_fields, fit_opinions
from goldsmith.arrivals.pictures import find_picture, take_assets
from goldsmith.core.dataset import Record
from goldsmith.core.errors import BadInput, GoldsmithError
from goldsmith.core.item import AssetFacts, ItemData, name_of
from goldsmith.formats import Problems, format_named

COCO_FILES_LOOKED_AT = 100  # JSON files of one upload that are tried
FULL_DISK = (errno.ENOSPC, errno.EDQUOT)


def is_coco(path: Path) -> bool:
    """Whether the file is a JSON object with lists of images and annotations."""
    with open_plain(path) as file:
        if first_byte(file) != b"{":
            return False
        keys: set[str] = set()
        for piece in pieces(file):
            keys.add(piece.key)
            if {"images", "annotations"} <= keys:
                return True
    return False


def find_coco(holding: Holding, room: Path) -> Iterator[tuple[Part, Path]]:
    """Yield the parts that are COCO files, each as a file that is there until the next."""
    room.mkdir(exist_ok=True)
    tried = 0
    for part in holding.catalogue.parts(pictures=False):
        if part.place.lower().endswith(".json") and tried < COCO_FILES_LOOKED_AT:
            tried += 1
            try:
                path = holding.path_of(part, room / PurePosixPath(part.place).name[-60:])
                found = is_coco(path)
            except BadInput:
                continue  # told when the part is read on its own
            if found:
                yield part, path


def read_coco(reading: Reading) -> Iterator[Arrival | Rejection]:
    """Yield the items of every COCO file of the upload, and take those files out of what is still to read."""
    for part, path in find_coco(reading.holding, reading.room / "coco"):
        reading.holding.catalogue.take(part)
        near = PurePosixPath(part.place).parent.as_posix().removeprefix(".")
        yield from read_records("coco", path, full_place(reading.holding, part), reading, near)


def lay_out(reading: Reading, folder: Path) -> Iterator[Rejection]:
    """Put every part of the upload into the empty folder, for a format to read; yield those that cannot be there."""
    catalogue = reading.holding.catalogue
    every = chain(catalogue.parts(pictures=False), catalogue.parts(pictures=True))
    for count, part in enumerate(every, 1):
        if reason := _lay_out(part, folder, reading.holding):
            yield reject(full_place(reading.holding, part), reason)
        if reading.options.told is not None:
            reading.options.told("unpacking", count)


def _lay_out(part: Part, folder: Path, holding: Holding) -> str | BadInput:
    """Link or copy the part into the folder; the reason why not, or nothing."""
    target = folder.joinpath(*PurePosixPath(part.place).parts)
    if not target.resolve().is_relative_to(folder.resolve()):
        return "The name leads out of the upload."
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        path = holding.path_of(part, target)
        if path != target:
            _copy(path, target)
    except OSError as error:
        if error.errno in FULL_DISK:
            raise
        return f"The name cannot be kept: {error.strerror}."
    except BadInput as error:
        target.unlink(missing_ok=True)
        return error
    return ""


def _copy(path: Path, target: Path) -> None:
    """Link the file, or copy it where its disk is another."""
    try:
        os.link(path, target, follow_symlinks=False)
    except OSError:
        with open_plain(path) as file, target.open("xb") as out:
            shutil.copyfileobj(file, out)
    if target.is_symlink():  # the file was exchanged after it was listed
        raise BadInput("This is a link; links are not followed.")


def root_of(folder: Path) -> Path:
    """The folder itself; the only folder in it, in which archives often have everything; or its only file."""
    inside = list(folder.iterdir())
    return inside[0] if len(inside) == 1 else folder


def read_records(format: str, path: Path, place: str, reading: Reading, near: str) -> Iterator[Arrival | Rejection]:
    """Yield the items that the format finds at `path`; `near` is the folder their pictures are named from."""
    problems: list[Rejection] = []

    def keep(where: str, reason: str) -> None:
        inside = f"{place.removesuffix(path.name)}{where}" if where.startswith(path.name) else f"{place}: {where}"
        problems.append(reject(inside if where else place, reason))

    records = format_named(format).read(path, keep)
    while True:
        record = _next(records, format, keep)
        yield from problems
        problems.clear()
        if record is None:
            return
        yield from _arrive(record, place, reading, near)


def _next(records: Iterator[Record], format: str, tell: Problems) -> Record | None:
    """The next record; None at the end, or where the reader cannot go on, which is told."""
    try:
        return next(records, None)
    except GoldsmithError as error:
        tell(error.where, f"{error.message} {error.hint}".strip())
    except sqlite3.Error:
        raise
    except Exception as error:  # a format may be anybody's, and what it reads too
        if isinstance(error, OSError) and error.errno in FULL_DISK:
            raise
        tell("", f"The upload cannot be read as {format}: {error or type(error).__name__}.")
    return None


def _arrive(record: Record, place: str, reading: Reading, near: str) -> Iterator[Arrival | Rejection]:
    """The item with its labels, then what of them could not be kept."""
    at = f"{place}:{record.item_id}"
    if _comes_by_itself(record, reading.holding, near):
        return
    try:
        arrival = _item(record, at, reading, near)
        fitted = fit_fields(record.value, reading.options, arrival.item)
        predictions, unfit = fit_opinions(record.predictions, reading.options, arrival.item)
        resized = _resized(record.item.assets, arrival.item.assets)
    except BadInput as error:
        yield reject(at, error)
        return
    if resized and (fitted.value or predictions):
        yield arrival
        yield reject(at, resized)
        return
    reading.changed.update(fitted.changed)
    yield structs.replace(arrival, value=fitted.value or None, predictions=predictions)
    yield from (reject(at, text) for text in fitted.lost + unfit)


def _comes_by_itself(record: Record, holding: Holding, near: str) -> bool:
    """Whether it is a picture without labels: another file may label it, else it arrives with the rest."""
    has_labels = record.value or record.predictions
    is_plain = not has_labels and not record.item.data and list(record.item.assets) == ["image"]
    return is_plain and find_picture(record.item.assets["image"], holding, near, record.split) is not None


def _item(record: Record, at: str, reading: Reading, near: str) -> Arrival:
    if not record.item.assets:
        return text_item(at, record.item.data)
    assets, files = take_assets(
        record.item.assets,
        at,
        reading.holding,
        reading.room,
        reading.options.limits,
        near=near,
        split=record.split,
    )
    item = ItemData(data=record.item.data, assets=assets)
    return Arrival(place=at, item=item, files=files, name=name_of(item) or record.item_id)


def _resized(said: dict[str, AssetFacts], found: dict[str, AssetFacts]) -> str:
    """Why labels do not fit their pictures: they were made on another size; empty where they do."""
    for name, facts in said.items():
        size, real = (facts.width_px, facts.height_px), (found[name].width_px, found[name].height_px)
        if 0 not in size and size != real:
            return (
                f"The labels are of a picture of {size[0]} x {size[1]} px; "
                f"{found[name].file_name} has {real[0]} x {real[1]} upright. The item came without them."
            )
    return ""
