"""Entries: what a line of JSONL or an element of a JSON array says about an item.

A text is `{"text": …}`. An object whose only keys are `data`, `value`, `group`, `item_id`, `assets` and `split` (one of
the first, `data` or `assets`, at least) is a record, as our own export writes it; any other object is the item's data.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct, structs

from goldsmith.arrivals.arrival import RAW_BYTES, Arrival, Options, Rejection, reject, text_item
from goldsmith.arrivals.holdings.parts import Holding, read_whole
from goldsmith.arrivals.json_marks import pieces
from goldsmith.arrivals.lines import read_lines
from goldsmith.arrivals.pictures import take_assets
from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.errors import BadInput
from goldsmith.core.item import AssetFacts, ItemData, name_of
from goldsmith.formats import UNNAMED_FIELDS
from goldsmith.kinds import KINDS, decode_value, enclose, kind_of

RECORD_KEYS = frozenset({"data", "value", "group", "item_id", "assets", "split"})
EXACT_INTEGER = 2**53  # beyond it a number is kept as text: as a float it would be another
Scalar = str | float | bool | None
Value = dict[str, tuple[AnnotatedObject, ...]]  # objects by field name


class Reading(Struct, frozen=True, kw_only=True):
    """What it takes to read entries: where their files are, and where bytes to store may be put."""

    holding: Holding
    room: Path
    options: Options
    enclosed: dict[str, int] = msgspec.field(default_factory=dict)  # by label, how many came in as boxes; counts up


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
    fitted = fit_fields(decode_value(entry.get("value") or {}), reading.options)
    if facts:
        assets, files = take_assets(facts, place, reading.holding, reading.room, reading.options.limits)
        item = ItemData(data=data, assets=assets)
        arrival = Arrival(place=place, item=item, files=files, group=group, name=name_of(item) or place)
    else:
        arrival = text_item(place, data, group)
    keep_count(reading, fitted)
    yield structs.replace(arrival, value=fitted.value or None)
    yield from (reject(place, text) for text in fitted.lost)


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


class Fitted(Struct, frozen=True, kw_only=True):
    """Labels under the fields of a schema, and what became of those that have no field of their kind."""

    value: Value
    lost: list[str]  # in words, what no field takes
    enclosed: list[str]  # the labels of objects that came in as boxes around them


def fit_fields(value: Value, options: Options) -> Fitted:
    """The objects under fields of the schema; without `fields` all stay as they are.

    An object whose label only a field of another kind has becomes that, where it can: a mask becomes the outlines of
    its parts, an outline its box.
    BadInput where several fields could take a label and none of them was chosen.
    """
    if not options.fields:
        return Fitted(value={name: objects for name, objects in value.items() if objects}, lost=[], enclosed=[])
    fitted: Value = {}
    without: dict[str, int] = {}
    enclosed: list[str] = []
    lost: list[str] = []
    value = _turned(value, options, lost)
    ids = {one.id for objects in value.values() for one in objects}
    for name, objects in value.items():
        for parts in _wholes(objects):
            is_beside = parts[0].id.rpartition("-")[0] in ids  # keypoints whose object has a box of its own
            field, around = (None, None) if is_beside else _enclosing(parts, name, options)
            if around is not None and field:
                fitted[field] = (*fitted.get(field, ()), around)
                enclosed.append(around.label)
                continue
            for one in parts:
                field = _field_of(one, kind_of(one), name, options)
                if field is None:
                    without[kind_of(one)] = without.get(kind_of(one), 0) + 1
                else:
                    fitted[field] = (*fitted.get(field, ()), one)
    lost += [f"The schema has no field for {count} {kind} label(s)." for kind, count in sorted(without.items())]
    return Fitted(value=fitted, lost=lost, enclosed=enclosed)


def _turned(value: Value, options: Options, lost: list[str]) -> Value:
    """With objects that no field of their kind takes as what they can be in another; `lost` is told what changed."""
    turned: Value = {}
    for name, objects in value.items():
        for one in objects:
            kind = _other_kind(one, options)
            try:
                made = KINDS[kind_of(one)].becomes[kind](one) if kind else [one]
            except ValueError as error:
                lost.append(f"{one.label}: {error}")
                continue
            if len(made) > 1:
                lost.append(f"The {kind_of(one)} of {one.label!r} has {len(made)} parts; each came in as a {kind}.")
            home = UNNAMED_FIELDS.get(kind, name) if name == UNNAMED_FIELDS.get(kind_of(one)) else name
            turned[home] = (*turned.get(home, ()), *made)
    return turned


def _other_kind(one: AnnotatedObject, options: Options) -> str:
    """The kind that the object has to become to have a field; empty: none, it stays what it is."""
    able = {field.kind for field in options.fields if any(label.name == one.label for label in field.labels)}
    there = {field.kind for field in options.fields}
    if kind_of(one) in able or (not able and kind_of(one) in there):
        return ""
    return next((kind for kind in KINDS[kind_of(one)].becomes if kind in (able or there)), "")


def _wholes(objects: Sequence[AnnotatedObject]) -> Iterator[list[AnnotatedObject]]:
    """The objects, those together that a reader made of one in several parts: its ids are then 7, 7-1, 7-2."""
    parts: list[AnnotatedObject] = []
    for one in objects:
        if parts and (one.id, one.label, one.asset) != (f"{parts[0].id}-{len(parts)}", parts[0].label, parts[0].asset):
            yield parts
            parts = []
        parts.append(one)
    if parts:
        yield parts


def _enclosing(parts: list[AnnotatedObject], name: str,
               options: Options) -> tuple[str | None, AnnotatedObject | None]:
    """The field of an enclosing kind that has the label, where none of its own kind does, and the object for it."""
    own, label = kind_of(parts[0]), parts[0].label
    able = {field.kind for field in options.fields if any(one.name == label for one in field.labels)}
    is_named = any(field.kind == own and field.name == name != UNNAMED_FIELDS.get(own) for field in options.fields)
    if own in able or is_named:
        return None, None
    for kind in sorted(able & KINDS.keys()):
        around = enclose(parts, kind)
        if around is not None:
            return _field_of(parts[0], kind, name, options), around
    return None, None


def tell_enclosed(reading: Reading) -> Iterator[Rejection]:
    """Say once how many objects came in as the boxes around them."""
    if reading.enclosed:
        labels = sorted(reading.enclosed)
        of = ", ".join(labels[:5]) + (", …" if len(labels) > 5 else "")
        count = sum(reading.enclosed.values())
        yield reject(reading.holding.name,
                     f"The schema asks for boxes of {of}: {count} outline(s) came in as the boxes around them.")


def keep_count(reading: Reading, fitted: Fitted) -> None:
    """Count what came in as boxes, to be told at the end."""
    for label in fitted.enclosed:
        reading.enclosed[label] = reading.enclosed.get(label, 0) + 1


def _field_of(one: AnnotatedObject, kind: str, name: str, options: Options) -> str | None:
    """The field for the object as one of this kind; None where the schema has none of the kind.

    A label that no field has goes to the field it names, or the first of its kind, and is refused there by name.
    """
    of_kind = [field for field in options.fields if field.kind == kind]
    names = [field.name for field in of_kind]
    if name in names and name != UNNAMED_FIELDS.get(kind):
        return name
    able = [field.name for field in of_kind if any(label.name == one.label for label in field.labels)]
    chosen = [field for field in able if field in options.chosen]
    for found in (chosen, able):
        if len(found) == 1:
            return found[0]
    if name in (able or names):
        return name
    if able:
        raise BadInput(
            f"The label {one.label!r} could go to the fields {' and '.join(able)}.",
            hint="Say which when you import: “Labels go to” on the page, --field, or `field` in a call.")
    return names[0] if names else None
