"""JSON Lines: one record a line in records.jsonl, without loss; files lie at assets/<sha256><extension>."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from goldsmith.core.dataset import Record, Report
from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.core.schema import LabelSchema
from goldsmith.formats._assets import OpenAsset, copy_asset, extension_of
from goldsmith.formats._opinions import Said, plain_opinions, read_opinions
from goldsmith.formats._reading import UNREADABLE, Problems, file_in, lines_of, reason_of, teller
from goldsmith.kinds import decode_value

name = "jsonl"
title = "JSON Lines, without loss"
media = ("image", "text")
extension = "jsonl"

FILE = "records.jsonl"


class Line(msgspec.Struct, kw_only=True):
    """One line of the file."""

    item_id: str
    data: dict[str, str | float | bool | None] = msgspec.field(default_factory=dict)
    assets: dict[str, AssetFacts] = msgspec.field(default_factory=dict)
    value: dict[str, Any] = msgspec.field(default_factory=dict)
    split: str = ""
    predictions: list[Said] | msgspec.UnsetType = msgspec.UNSET  # of models, where there are any


_decoder = msgspec.json.Decoder(Line)


def asset_path(folder: Path, facts: AssetFacts) -> Path:
    """Where the bytes of an asset lie in an exported folder."""
    return folder / "assets" / f"{facts.sha256}{extension_of(facts)}"


def write(
    records: Iterable[Record], out: Path, schema: LabelSchema, *, open_asset: OpenAsset | None = None
) -> Report:
    """Write records.jsonl and, where they can be opened, the assets, each once."""
    report, encoder = Report(), msgspec.json.Encoder()
    out.mkdir(parents=True, exist_ok=True)
    with (out / FILE).open("wb") as file:
        for r in records:
            line = Line(
                item_id=r.item_id, data=r.item.data, assets=r.item.assets, value=dict(r.value), split=r.split,
                predictions=plain_opinions(r.predictions) or msgspec.UNSET,
            )
            file.write(encoder.encode(line) + b"\n")
            report.records += 1
            report.objects += sum(len(objects) for objects in r.value.values())
            if open_asset:
                _copy_assets(r.item, out, open_asset, report)
    return report


def _copy_assets(item: ItemData, out: Path, open_asset: OpenAsset, report: Report) -> None:
    for facts in item.assets.values():
        path = asset_path(out, facts)
        if not facts.sha256 or not path.exists():
            copy_asset(facts, path, open_asset, report)


def read(folder: Path, problems: Problems | None = None) -> Iterator[Record]:
    """Yield the records of records.jsonl."""
    tell = teller(problems)
    path = file_in(folder, FILE, tell)
    for number, text in lines_of(path, tell) if path else ():
        try:
            record = _record(_decoder.decode(text))
        except UNREADABLE as error:
            tell(f"{path.name if path else FILE}:{number}", reason_of(error))
        else:
            yield record


def _record(line: Line) -> Record:
    item = ItemData(data=line.data, assets=line.assets)
    said = [] if line.predictions is msgspec.UNSET else [msgspec.to_builtins(one) for one in line.predictions]
    return Record(item_id=line.item_id, item=item, value=decode_value(line.value), split=line.split,
                  predictions=read_opinions(said, "predictions"))
