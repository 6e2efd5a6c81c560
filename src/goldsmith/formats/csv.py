"""CSV: one row an item in items.csv, one column a field of the schema, choices as labels joined by "|".

A cell that a spreadsheet would take for a formula (it starts with = + - @, a tab or a carriage return)
gets a leading apostrophe, and so does one that starts with an apostrophe; reading takes it off again.
In a choice cell "\\" stands before "|", "\\" and a leading "["; a cell that starts with "[" is JSON.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Record, Report
from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.core.schema import LabelSchema
from goldsmith.kinds import decode_value
from goldsmith.kinds.choice.kind import Choice

name = "csv"

COLUMNS = ["item_id", "split", "data"]
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


def guard(cell: str) -> str:
    """The cell as text no spreadsheet runs."""
    return "'" + cell if cell.startswith(_FORMULA) else cell


def unguard(cell: str) -> str:
    """The cell as it was before `guard`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def join_labels(labels: Iterable[str]) -> str:
    """Labels as one cell."""
    cell = "|".join(re.sub(r"([\\|])", r"\\\1", label) for label in labels)
    return "\\" + cell if cell.startswith("[") else cell


def split_labels(cell: str) -> list[str]:
    """The labels of a cell."""
    parts = re.findall(r"((?:\\.|[^\\|])*)(?:\||$)", cell, re.DOTALL)
    return [re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part in parts if part]


def write(records: Iterable[Record], out: Path, schema: LabelSchema) -> Report:
    """Write items.csv."""
    report = Report()
    names = [f.name for f in schema.fields]
    choices = {f.name for f in schema.fields if f.kind == "choice"}
    out.mkdir(parents=True, exist_ok=True)
    with (out / "items.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([guard(cell) for cell in COLUMNS + names])
        for r in records:
            cells = [r.item_id, r.split, msgspec.json.encode(r.item.data).decode()]
            cells += [_cell(r.value.get(n, ()), n in choices, report) for n in names]
            rows.writerow([guard(cell) for cell in cells])
            report.records += 1
            outside = sum(len(objects) for field, objects in r.value.items() if field not in names)
            _lose(report, "object outside the schema", outside)
            _lose(report, "asset", len(r.item.assets))
    return report


def _lose(report: Report, what: str, count: int) -> None:
    if count:
        report.lose(what, count)


def _cell(objects: tuple[AnnotatedObject, ...], labels_only: bool, report: Report) -> str:
    report.objects += len(objects)
    if not objects:
        return ""
    if not labels_only:
        return msgspec.json.encode(objects).decode()
    _lose(report, "attribute", sum(len(o.attributes) for o in objects))
    return join_labels(o.label for o in objects)


def read(folder: Path) -> Iterator[Record]:
    """Yield the records of items.csv; choices get ids made from the item's."""
    csv.field_size_limit(2**31 - 1)  # a cell of polygons is longer than the module's default
    with (folder / "items.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        header = [unguard(cell) for cell in next(rows, [])]
        if header[:3] != COLUMNS:
            raise BadInput("The first columns have to be item_id, split, data.", where="items.csv:1")
        for row in rows:
            if len(row) != len(header):
                raise BadInput(f"{len(row)} cells, not {len(header)}.", where=f"items.csv:{rows.line_num}")
            item_id, split, data, *cells = map(unguard, row)
            try:
                value = {n: _objects(item_id, n, c) for n, c in zip(header[3:], cells, strict=True) if c}
                item = msgspec.convert({"data": msgspec.json.decode(data or "{}")}, ItemData)
            except (msgspec.DecodeError, msgspec.ValidationError) as error:
                raise BadInput(str(error), where=f"items.csv:{rows.line_num}") from error
            yield Record(item_id=item_id, item=item, value=value, split=split)


def _objects(item_id: str, field: str, cell: str) -> tuple[AnnotatedObject, ...]:
    if cell.startswith("["):
        return tuple(decode_value({field: msgspec.json.decode(cell)})[field])
    return tuple(Choice(id=f"{item_id}-{field}-{i}", label=label) for i, label in enumerate(split_labels(cell)))
