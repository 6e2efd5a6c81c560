"""JSON Lines: one record a line in records.jsonl, without loss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from goldsmith.core.dataset import Record, Report
from goldsmith.core.errors import BadInput
from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.core.schema import LabelSchema
from goldsmith.kinds import decode_value

name = "jsonl"


class Line(msgspec.Struct, kw_only=True):
    """One line of the file."""

    item_id: str
    data: dict[str, str | float | bool | None] = msgspec.field(default_factory=dict)
    assets: dict[str, AssetFacts] = msgspec.field(default_factory=dict)
    value: dict[str, Any] = msgspec.field(default_factory=dict)
    split: str = ""


def write(records: Iterable[Record], out: Path, schema: LabelSchema) -> Report:
    """Write records.jsonl."""
    report, encoder = Report(), msgspec.json.Encoder()
    out.mkdir(parents=True, exist_ok=True)
    with (out / "records.jsonl").open("wb") as file:
        for r in records:
            line = Line(
                item_id=r.item_id, data=r.item.data, assets=r.item.assets, value=dict(r.value), split=r.split
            )
            file.write(encoder.encode(line) + b"\n")
            report.records += 1
            report.objects += sum(len(objects) for objects in r.value.values())
    return report


def read(folder: Path) -> Iterator[Record]:
    """Yield the records of records.jsonl."""
    decoder = msgspec.json.Decoder(Line)
    with (folder / "records.jsonl").open("rb") as file:
        for number, text in enumerate(file, 1):
            if not text.strip():
                continue
            try:
                line = decoder.decode(text)
            except msgspec.DecodeError as error:
                raise BadInput(str(error), where=f"records.jsonl:{number}") from error
            item = ItemData(data=line.data, assets=line.assets)
            yield Record(item_id=line.item_id, item=item, value=decode_value(line.value), split=line.split)
