"""One module per export format, found by looking into this folder; a name with a leading underscore is no format."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol, cast

from goldsmith.core.dataset import Record, Report
from goldsmith.core.errors import BadInput
from goldsmith.core.schema import LabelSchema
from goldsmith.formats._assets import OpenAsset
from goldsmith.formats._losses import LOSSES
from goldsmith.formats._opinions import read_opinions
from goldsmith.formats._reading import PARENT, PARENTS, UNNAMED_FIELDS, Problems

__all__ = [
    "ENTRY_POINT_GROUP",
    "FORMATS",
    "LOSSES",
    "PARENT",
    "PARENTS",
    "UNNAMED_FIELDS",
    "Format",
    "OpenAsset",
    "Problems",
    "format_named",
    "read_opinions",
]

ENTRY_POINT_GROUP = "goldsmith.formats"


class Format(Protocol):
    """What every module of this folder offers."""

    name: str
    title: str  # for people: "COCO detection and segmentation JSON"
    media: tuple[str, ...]  # what its items may be: "image", "text"
    extension: str  # of the file that holds the labels, without a dot: "json"

    def write(
        self, records: Iterable[Record], out: Path, schema: LabelSchema, *, open_asset: OpenAsset | None = None
    ) -> Report:
        """Write `records` into the folder `out`, in constant memory; the report counts what could not be held.

        Where `open_asset` is given, formats that carry files copy them from there by their SHA-256.
        """

    def read(self, folder: Path, problems: Problems | None = None) -> Iterator[Record]:
        """Yield the records of a folder, or of one label file, that `write` or another tool left.

        Bad places go to `problems` with the reason and are skipped; without it the first one raises BadInput.
        A picture's `file_name` is its path inside the folder where the picture lies there.
        """


def _modules() -> Iterator[Any]:
    for found in pkgutil.iter_modules(__path__):
        if not found.name.startswith("_"):
            yield importlib.import_module(f"{__name__}.{found.name}")
    for point in entry_points(group=ENTRY_POINT_GROUP):
        yield point.load()


def _find() -> dict[str, Format]:
    formats: dict[str, Format] = {}
    for module in _modules():
        if module.name in formats:
            raise RuntimeError(f"Two modules define the format {module.name!r}; the second is {module.__name__}.")
        formats[module.name] = cast(Format, module)
    return formats


FORMATS: dict[str, Format] = _find()


def format_named(name: str) -> Format:
    """The format of that name, or BadInput with the names there are."""
    if name not in FORMATS:
        raise BadInput(f"Unknown format {name!r}.", where="format", hint=f"Known: {', '.join(sorted(FORMATS))}.")
    return FORMATS[name]
