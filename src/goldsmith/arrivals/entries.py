"""Entries: what a line of JSONL or an element of a JSON array says about an item.

A text is `{"text": …}`. An object whose only keys are `data`, `value`, `group`, `item_id`, `assets`, `split` and
`predictions` (`data` or `assets` at least) is a record, as our own export writes it; any other object is an item's
data.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct, structs

from goldsmith.arrivals.arrival import RAW_BYTES, Arrival, Options, Rejection, reject, text_item
from goldsmith.arrivals.holdings.parts import Holding, read_whole
from goldsmith.arrivals.json_marks import pieces
from goldsmith.arrivals.labels.fitting import Change, fit_fields, fit_opinions
from goldsmith.arrivals.lines import read_lines
from goldsmith.arrivals.pictures import take_assets
from goldsmith.core.errors import BadInput
from goldsmith.core.item import AssetFacts, ItemData, name_of
from goldsmith.formats import read_opinions
from goldsmith.kinds import decode_value

RECORD_KEYS = frozenset({"data", "value", "group", "item_id", "assets", "split", "predictions"})
EXACT_INTEGER = 2**53  # beyond it a number is kept as text: as a float it would be another
Scalar = str | float | bool | None


class Reading(Struct, frozen=True, kw_only=True):
    """What it takes to read entries: where their files are, and where bytes to store may be put."""

    holding: Holding
    room: Path
    options: Options
    changed: Counter[Change] = msgspec.field(default_factory=Counter)  # what came in as another kind; counts up


def read_json_lines(file: BinaryIO, place: str, reading: Reading) -> Iterator[Arrival | Rejection]:
    """Yield every line that is not blank."""
    count = 0
    for line in read_lines(file, reading.options.limits.line_bytes):
        if line.problem or line.text.strip():
            count += 1
            at = f"{place}:{line.number}"
            yield from [reject(at, line.problem, line.raw)] if line.problem else _read(line.raw, at, reading)
    if not count:
        yield reject(place, "The file is empty.")


def read_json_array(file: BinaryIO, place: str, reading: Reading, start: int = 0) -> Iterator[Arrival | Rejection]:
    """Yield every element of the array that begins at or after `start`; its place is its number, from 1."""
    limit, count = reading.options.limits.line_bytes, 0
    for count, piece in enumerate(pieces(file, start), 1):
        size, at = piece.end - piece.start, f"{place}:{count}"
        file.seek(piece.start)
        raw = file.read(min(size, limit)).strip()
        if piece.problem:
            yield reject(at, f"{piece.problem} (byte {piece.start})", raw)
        elif size > limit:
            yield reject(at, f"The element at byte {piece.start} is longer than {limit} bytes.", raw)
        else:
            yield from _read(raw, at, reading)
    if not count:
        yield reject(place, "The array is empty.")


def read_json_object(file: BinaryIO, place: str, reading: Reading) -> Iterator[Arrival | Rejection]:
    """Yield the elements of the object's only list, as in {"products": [...]}, or the one item that the object is."""
    members = list(islice(pieces(file), 2))
    if len(members) == 1 and os.pread(file.fileno(), 64, members[0].start).lstrip().startswith(b"["):
        yield from read_json_array(file, place, reading, members[0].start)
        return
    limit = reading.options.limits.line_bytes
    file.seek(0)
    raw = read_whole(file, limit)
    if len(raw) > limit:
        yield reject(place, f"The object is longer than {limit} bytes.", raw)
    else:
        yield from _read(raw.removeprefix(b"\xef\xbb\xbf"), place, reading)


def _read(raw: bytes, place: str, reading: Reading) -> Iterator[Arrival | Rejection]:
    try:
        entry = msgspec.json.decode(raw)
        found = list(_record(entry, place, reading) if _is_record(entry, reading) else [_plain(entry, place)])
    except BadInput as error:
        yield reject(place, error, raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        yield reject(place, f"This is not JSON: {error}", raw)
    except RecursionError:
        yield reject(place, "The JSON is nested too deeply.", raw)
    else:
        yield from (structs.replace(f, raw=raw[:RAW_BYTES]) if isinstance(f, Rejection) else f for f in found)


def _is_record(entry: Any, reading: Reading) -> bool:
    has_content = isinstance(entry, dict) and (
        isinstance(entry.get("data"), dict) or isinstance(entry.get("assets"), dict)
    )
    if not reading.options.is_only_records:
        return has_content and entry.keys() <= RECORD_KEYS
    if not has_content:
        raise BadInput('An item is {"data": {…}} with at least one value.')
    return True


def _plain(entry: Any, place: str) -> Arrival:
    if isinstance(entry, str):
        return text_item(place, {"text": entry})
    if not isinstance(entry, dict):
        raise BadInput("An item is an object or a text.", where=place)
    data = _data(entry)
    return text_item(place, data, _group(data.pop("group", None)))


def _record(entry: dict[str, Any], place: str, reading: Reading) -> Iterator[Arrival | Rejection]:
    """The item, then what of its labels has no field."""
    data, group = _data(entry.get("data") or {}), _group(entry.get("group"))
    try:
        facts = msgspec.convert(entry.get("assets") or {}, dict[str, AssetFacts])
    except msgspec.ValidationError as error:
        raise BadInput(str(error), where=place) from error
    value = decode_value(entry.get("value") or {})
    said = read_opinions(entry.get("predictions"), "predictions")
    if facts:
        assets, files = take_assets(facts, place, reading.holding, reading.room, reading.options.limits)
        item = ItemData(data=data, assets=assets)
        arrival = Arrival(place=place, item=item, files=files, group=group, name=name_of(item) or place)
    else:
        arrival = text_item(place, data, group)
    fitted = fit_fields(value, reading.options, arrival.item)
    predictions, unfit = fit_opinions(said, reading.options, arrival.item)
    reading.changed.update(fitted.changed)
    yield structs.replace(arrival, value=fitted.value or None, predictions=predictions)
    yield from (reject(place, text) for text in fitted.lost + unfit)


def _data(entry: dict[str, Any]) -> dict[str, Scalar]:
    return {key: _scalar(value) for key, value in entry.items()}


def _scalar(value: Any) -> Scalar:
    """Plain values as they are; lists and objects as their JSON text."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int) and abs(value) > EXACT_INTEGER:
        return str(value)
    if isinstance(value, int | float):
        return float(value)
    return msgspec.json.encode(value).decode()


def _group(value: Scalar) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)
