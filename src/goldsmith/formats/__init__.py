"""One module per export format, found by looking into this folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol, cast

from goldsmith.core.dataset import Record, Report
from goldsmith.core.errors import BadInput
from goldsmith.core.schema import LabelSchema


class Format(Protocol):
    """What every module of this folder offers."""

    name: str

    def write(self, records: Iterable[Record], out: Path, schema: LabelSchema) -> Report:
        """Write `records` into the folder `out`; the report counts what could not be held."""

    def read(self, folder: Path) -> Iterator[Record]:
        """Yield the records of a folder that `write`, or another tool, left."""


def _find() -> dict[str, Format]:
    modules = (importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))
    return {module.name: cast(Format, module) for module in modules}


FORMATS: dict[str, Format] = _find()


def format_named(name: str) -> Format:
    """The format of that name, or BadInput with the names there are."""
    if name not in FORMATS:
        raise BadInput(f"Unknown format {name!r}.", where="format", hint=f"Known: {', '.join(sorted(FORMATS))}.")
    return FORMATS[name]
