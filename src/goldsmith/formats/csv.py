"""CSV: one row an item in items.csv; columns item_id, split, data.<key>, asset.<name> and value.<field>.

A field of choices without attributes is a column of labels joined by "|" ("\\" stands before "|", "\\" and a
leading "["); every other field is a column of JSON arrays of objects. A text stands as it is unless it could be taken
for something else (a number, true, false, null, an empty cell, a leading quote): then it stands as a JSON string.
An empty cell means that the item has none. A cell that a spreadsheet would run as a formula (it starts with = + - @,
their wide forms, or a control character) gets a leading apostrophe, and so does one that starts with an apostrophe;
reading takes it off again.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import msgspec

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Record, Report
from goldsmith.core.errors import BadInput
from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.core.schema import Field, LabelSchema
from goldsmith.formats._assets import OpenAsset
from goldsmith.formats._losses import lose
from goldsmith.formats._reading import LINE_MOST, UNREADABLE, Problems, file_in, reason_of, teller
from goldsmith.kinds import decode_value
from goldsmith.kinds.choice.kind import Choice

name = "csv"
title = "CSV, one row an item"
media = ("image", "text")
extension = "csv"

FILE = "items.csv"
Scalar = str | float | bool | None

_PREFIXES = ("item_id", "split", "data", "asset", "value")  # of the columns, in this order
_FORMULA = tuple("=+-@\t\r\n'＝＋－＠")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None}
_encode = msgspec.json.Encoder().encode
_decode_facts = msgspec.json.Decoder(AssetFacts).decode


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


def scalar_cell(value: Scalar) -> str:
    """A text or other value as one cell; never an empty one. A plain number is safe in a spreadsheet as it is."""
    if not isinstance(value, str):
        return _encode(value).decode()
    is_plain = value and value not in _WORDS and not value.startswith('"') and not _NUMBER.fullmatch(value)
    return guard(value if is_plain else _encode(value).decode())


def scalar_of(cell: str) -> Scalar:
    """The value of a cell that is not empty; a leading quote that opens no JSON string is text."""
    if _NUMBER.fullmatch(cell):
        return float(cell)
    cell = unguard(cell)
    if cell in _WORDS:
        return _WORDS[cell]
    try:
        return msgspec.json.decode(cell, type=str) if cell.startswith('"') else cell
    except msgspec.DecodeError:
        return cell


def write(
    records: Iterable[Record], out: Path, schema: LabelSchema, *, open_asset: OpenAsset | None = None
) -> Report:
    """Write items.csv; rows wait in a file on the disk until all columns are known. Files do not travel."""
    report = Report()
    columns = dict.fromkeys(["item_id", "split", *(f"value.{f.name}" for f in schema.fields)])
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=out) as waiting:
        for r in records:
            cells = _cells(r, schema, report)
            columns.update(dict.fromkeys(cells))
            waiting.write(_encode(cells) + b"\n")
            report.records += 1
            lose(report, "file left behind", len(r.item.assets) if open_asset else 0)
        ordered = sorted(columns, key=lambda column: _PREFIXES.index(column.partition(".")[0]))
        waiting.seek(0)
        _write_rows(waiting, out / FILE, ordered)
    return report


def _write_rows(waiting: IO[bytes], path: Path, columns: list[str]) -> None:
    decode = msgspec.json.Decoder(dict[str, str]).decode
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(columns)
        for line in waiting:
            cells = decode(line)
            rows.writerow([cells.get(column, "") for column in columns])


def _cells(r: Record, schema: LabelSchema, report: Report) -> dict[str, str]:
    cells = {"item_id": guard(r.item_id), "split": guard(r.split)}
    cells |= {f"data.{key}": scalar_cell(value) for key, value in r.item.data.items()}
    cells |= {f"asset.{key}": _encode(facts).decode() for key, facts in r.item.assets.items()}
    fields = {f.name: f for f in schema.fields}
    for field, objects in r.value.items():
        if field not in fields:
            lose(report, "object outside the schema", len(objects))
        elif objects:
            cells[f"value.{field}"] = guard(_value_cell(objects, fields[field], report))
    return cells


def _value_cell(objects: tuple[AnnotatedObject, ...], field: Field, report: Report) -> str:
    if field.kind != "choice" or field.attributes:
        report.objects += len(objects)
        return _encode(objects).decode()
    chosen = [o for o in objects if isinstance(o, Choice) and o.label]
    report.objects += len(chosen)
    lose(report, "object of another kind", len(objects) - len(chosen))
    lose(report, "object id", len(chosen))
    lose(report, "attribute", sum(len(o.attributes) for o in chosen))
    lose(report, "object's asset", sum(o.asset not in ("", field.asset) for o in chosen))
    return join_labels(o.label for o in chosen)


def read(folder: Path, problems: Problems | None = None) -> Iterator[Record]:
    """Yield the records of items.csv; choices get ids made from the item's."""
    tell = teller(problems)
    path = file_in(folder, FILE, tell)
    if path is None:
        return
    csv.field_size_limit(LINE_MOST)  # a cell of polygons is longer than the module's default
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        rows = csv.reader(file)
        header = next(rows, [])
        if header[:1] != ["item_id"] or any(c.partition(".")[0] not in _PREFIXES for c in header):
            tell(f"{path.name}:1", "The columns have to be item_id, split, data.…, asset.… and value.…")
            return
        while True:
            try:
                row = next(rows, None)
                if row is None:
                    return
                record = _record(header, row)
            except (*UNREADABLE, csv.Error) as error:
                tell(f"{path.name}:{rows.line_num}", reason_of(error))
            else:
                yield record


def _record(header: list[str], row: list[str]) -> Record:
    if len(row) != len(header):
        raise BadInput(f"{len(row)} cells, not {len(header)}.")
    if not _is_utf8(row):
        raise BadInput("The row is not UTF-8.")
    parts: dict[str, dict[str, str]] = {prefix: {} for prefix in _PREFIXES}
    for column, cell in zip(header, row, strict=True):
        if cell:
            prefix, _, key = column.partition(".")
            parts[prefix][key] = cell
    item_id = unguard(parts["item_id"].get("", ""))
    data = {key: scalar_of(cell) for key, cell in parts["data"].items()}
    assets = {key: _decode_facts(unguard(cell)) for key, cell in parts["asset"].items()}
    value = {key: _objects(item_id, key, unguard(cell)) for key, cell in parts["value"].items()}
    return Record(
        item_id=item_id, item=ItemData(data=data, assets=assets), value=value, split=unguard(parts["split"].get("", ""))
    )


def _is_utf8(row: list[str]) -> bool:
    """Whether no byte had to be escaped when the row was decoded."""
    try:
        "".join(row).encode()
    except UnicodeEncodeError:
        return False
    return True


def _objects(item_id: str, field: str, cell: str) -> tuple[AnnotatedObject, ...]:
    if cell.startswith("["):
        return tuple(decode_value({field: msgspec.json.decode(cell)})[field])
    return tuple(Choice(id=f"{item_id}-{field}-{i}", label=label) for i, label in enumerate(split_labels(cell)))
