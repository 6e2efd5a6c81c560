"""Pascal VOC's SegmentationClass of any tool: a mask for each class of a picture, by number or by colour."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path, PurePosixPath

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from goldsmith.core.dataset import Record
from goldsmith.core.item import ItemData
from goldsmith.formats._masks import MASK_PIXELS_MOST
from goldsmith.formats._pictures import SPLITS, picture
from goldsmith.formats._reading import UNNAMED_FIELDS, UNREADABLE, Problems, lines_of, reason_of, stays_inside, teller
from goldsmith.formats._voc_writing import LABELS, LISTS, MASKS, OURS, PHOTOS, OurLabel, colours
from goldsmith.formats._yolo_writing import PICTURES, Picture
from goldsmith.kinds.mask.kind import Mask, mask_of

USUAL = ("aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable", "dog",
         "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor")
VOID = (224, 224, 192)
NOTHING = ("", "background", "void", "ignored")
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
Colour = tuple[int, int, int]
Meant = tuple[str, str] | None  # (field, label); None: background, or void
Pixels = NDArray[np.int32]  # (height, width)


class _Names(msgspec.Struct, frozen=True, kw_only=True):
    """What a pixel's number or colour means."""

    by_number: dict[int, Meant]
    by_colour: dict[Colour, Meant]


def read(folder: Path, problems: Problems | None = None) -> Iterator[Record]:
    """Yield a record a picture of SegmentationClass/, of our own folders a record an item.

    What numbers mean says labelmap.txt; without it they are the 20 classes of VOC.
    """
    tell = teller(problems)
    try:
        names = _names(folder)
    except UNREADABLE as error:
        tell(LABELS, reason_of(error))
        return
    found = _ours(folder, tell) if (folder / PICTURES).is_file() else _foreign(folder, tell)
    for item_id, group in groupby(found, key=lambda entry: entry.item_id):
        entries = list(group)
        value: dict[str, tuple[Mask, ...]] = {}
        for entry in entries:
            place = f"{MASKS}/{PurePosixPath(entry.path).stem}.png"
            try:
                for field, one in _masks(folder / place, entry, names, tell):
                    value[field] = (*value.get(field, ()), one)
            except (OSError, *UNREADABLE) as error:
                tell(place, reason_of(error))
        item = ItemData(assets={entry.asset: entry.facts for entry in entries})
        yield Record(item_id=item_id, item=item, value=dict(value), split=entries[0].split)


def _ours(folder: Path, tell: Problems) -> Iterator[Picture]:
    for number, line in lines_of(folder / PICTURES, tell):
        try:
            entry = msgspec.json.decode(line, type=Picture)
            if not stays_inside(entry.path):
                raise ValueError(f"The path {entry.path!r} leads out of the folder.")
        except UNREADABLE as error:
            tell(f"{PICTURES}:{number}", reason_of(error))
            continue
        is_there = (folder / entry.path).is_file()
        yield replace(entry, facts=replace(entry.facts, file_name=entry.path)) if is_there else entry


def _foreign(folder: Path, tell: Problems) -> Iterator[Picture]:
    from PIL import Image

    splits = {stem: SPLITS[path.stem] for path in sorted((folder / LISTS).glob("*.txt")) if path.stem in SPLITS
              for stem in path.read_text("utf-8-sig").split()}
    masks = sorted((folder / MASKS).glob("*.png"))
    if not masks:
        tell(MASKS, f"The folder has no pictures in {MASKS}/.")
    for path in masks:
        try:
            with Image.open(path) as image:
                size = image.size
        except (OSError, ValueError, Image.DecompressionBombError) as error:
            tell(f"{MASKS}/{path.name}", f"The picture cannot be read: {error}")
            continue
        names = [f"{PHOTOS}/{path.stem}{suffix}" for suffix in SUFFIXES]
        name = next((one for one in names if (folder / one).is_file()), names[0])
        facts = picture(name, *size)
        yield Picture(path=name, item_id=path.stem, asset="image", facts=facts, split=splits.get(path.stem, ""))


def _names(folder: Path) -> _Names:
    field = UNNAMED_FIELDS["mask"]
    own: list[Colour] = [(r, g, b) for r, g, b in colours().tolist()]
    if (folder / OURS).is_file():
        given = msgspec.json.decode((folder / OURS).read_bytes(), type=list[OurLabel])
        labels: list[Meant] = [None, *((one.field, one.label) for one in given)]
        return _Names(by_number=dict(enumerate(labels)), by_colour=dict(zip(own, labels, strict=False)))
    if not (folder / LABELS).is_file():
        if (folder / PICTURES).is_file():
            raise ValueError(f"The folder has neither {LABELS} nor {OURS}, which say what the numbers mean.")
        usual: list[Meant] = [None, *((field, label) for label in USUAL)]
        return _Names(by_number=dict(enumerate(usual)), by_colour=dict(zip(own, usual, strict=False)))
    return _listed(folder / LABELS, own)


def _listed(path: Path, own: list[Colour]) -> _Names:
    """What a labelmap.txt says; a class without a colour has VOC's own of its number."""
    by_number: dict[int, Meant] = {}
    by_colour: dict[Colour, Meant] = {VOID: None}
    for line in path.read_text("utf-8-sig").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, colour, *_ = [*line.split(":"), ""]
        meant = None if name.strip().lower() in NOTHING else (UNNAMED_FIELDS["mask"], name.strip())
        shade = [int(n) for n in colour.split(",")] if colour.strip() else own[len(by_number) % 256]
        if len(shade) != 3:
            raise ValueError(f"A line of {LABELS} is label:red,green,blue:parts:actions; {line!r} is not.")
        by_number[len(by_number)] = meant
        by_colour[shade[0], shade[1], shade[2]] = meant
    return _Names(by_number=by_number, by_colour=by_colour)


def _masks(path: Path, entry: Picture, names: _Names, tell: Problems) -> Iterator[tuple[str, Mask]]:
    """(field, mask) of each class of the picture, in the order of their numbers or colours."""
    pixels, meaning = _laid_out(path, (entry.facts.width_px, entry.facts.height_px), names)
    for number in np.unique(pixels).tolist():
        try:
            meant = meaning(number)
        except KeyError:
            tell(f"{MASKS}/{path.name}", f"{LABELS} does not say what {_spelt(number, pixels)} means.")
            continue
        placed = None if meant is None else mask_of(pixels == number)
        if meant is None or placed is None:
            continue
        (field, label), (x_px, y_px, width_px, height_px, rle) = meant, placed
        yield field, Mask(id=f"{path.stem}-{number}", label=label, asset=entry.asset, x_px=x_px, y_px=y_px,
                          width_px=width_px, height_px=height_px, rle=rle)


def _laid_out(path: Path, size: tuple[int, int], names: _Names) -> tuple[Pixels, Callable[[int], Meant]]:
    """A number for each pixel, and what a number means; KeyError where nothing says it.

    A number of a palette means what its colour does, where a class has that colour: tools order palettes as they like.
    """
    from PIL import Image

    try:
        with Image.open(path) as image:
            if image.size != size or size[0] * size[1] > MASK_PIXELS_MOST:
                across, down = image.size
                raise ValueError(f"The mask has {across} x {down} pixels, the picture {size[0]} x {size[1]}.")
            if image.mode not in ("P", "L", "1", "I;16"):
                shades = np.asarray(image.convert("RGB"), np.int32)
                packed = (shades[..., 0] << 16) | (shades[..., 1] << 8) | shades[..., 2]
                return packed, lambda n: names.by_colour[n >> 16, (n >> 8) & 255, n & 255]
            flat = (image.getpalette("RGB") or []) if image.mode == "P" else []
            pixels = np.asarray(image).astype(np.int32)
    except Image.DecompressionBombError as error:
        raise ValueError(str(error)) from error
    by_number = {255: None} | names.by_number

    def meaning(number: int) -> Meant:
        shade = flat[3 * number:3 * number + 3]
        colour = (shade[0], shade[1], shade[2]) if shade else None
        return names.by_colour[colour] if colour in names.by_colour else by_number[number]

    return pixels, meaning


def _spelt(number: int, pixels: Pixels) -> str:
    is_colour = bool(pixels.max() > 0xFFFF)
    return f"the colour {number >> 16},{(number >> 8) & 255},{number & 255}" if is_colour else f"the number {number}"
