"""Arrivals and rejections: the two things that reading an upload yields, and what its owner may choose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Opinion
from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData, name_of
from goldsmith.core.schema import Field

RAW_BYTES = 64 * 1024  # how much of a bad part is kept
MIB = 1024 * 1024


class Limits(Struct, frozen=True, kw_only=True):
    """How much of anything is read before it is refused. Pixels are limited where pictures are decoded."""

    picture_bytes: int = 512 * MIB
    line_bytes: int = 16 * MIB  # of a line, a row, an element of a JSON array, a whole text
    unpacked_bytes: int = 50 * 1024 * MIB  # of one archive
    members: int = 1_000_000  # of one archive
    ratio: int = 200  # how much larger than packed a member may be …
    ratio_from_bytes: int = 10 * MIB  # … once it is larger than this


class Options(Struct, frozen=True, kw_only=True):
    """How an upload is to be read."""

    format: str = ""  # a name of goldsmith.formats; empty: recognised by content and name
    text: Literal["", "line", "file"] = ""  # what one item of a .txt is; empty: a line of a file alone, else the file
    text_column: str = ""  # the table column whose cells become `data["text"]`
    fields: tuple[Field, ...] = ()  # that labels can go to; empty: fields of the reader's own names
    chosen: tuple[str, ...] = ()  # names of fields: of several that could take a label it is these
    is_only_records: bool = False  # JSON items are `{"data": {…}}`; else any object is data, and a string a text
    limits: Limits = field(default_factory=Limits)
    told: Callable[[str, int], None] | None = None  # "listing" or "unpacking", and how many files so far


class Arrival(Struct, frozen=True, kw_only=True):
    """One item as it arrived, checked and ready to be stored."""

    place: str  # "photos/a.jpg" or "texts.csv:17"
    item: ItemData  # its assets' hashes are of the bytes to store: upright pictures
    files: dict[str, Path]  # asset → the bytes to store; there until the next arrival is asked for
    value: dict[str, tuple[AnnotatedObject, ...]] | None = None  # labels that came along, by field; None: none came
    predictions: tuple[Opinion, ...] = ()  # what models said of it elsewhere, under the schema's fields
    group: str = ""  # what a split must not cut; empty where the input names nothing
    name: str  # what people call it


class Rejection(Struct, frozen=True, kw_only=True):
    """A part that could not be read, so that it can be downloaded, mended and tried again."""

    place: str
    reason: str
    raw: bytes = b""  # at most RAW_BYTES of it


def reject(place: str, reason: str | BadInput, raw: bytes = b"") -> Rejection:
    """The part at `place` is refused; of a BadInput its hint is kept too."""
    if isinstance(reason, BadInput):
        reason = f"{reason.message} {reason.hint}".strip()
    return Rejection(place=place, reason=reason, raw=raw[:RAW_BYTES])


def text_item(place: str, data: dict[str, str | float | bool | None], group: str = "") -> Arrival:
    """An item without files; BadInput where it has nothing to show."""
    if all(value is None or value == "" for value in data.values()):
        raise BadInput("There is no content.", where=place)
    item = ItemData(data=data)
    return Arrival(place=place, item=item, files={}, group=group, name=name_of(item) or place)
