"""Ratings by rubric, a row for each rated thing: what was rated, the level by criterion, weights and the score.

For reward models and judges. `prompt` and `response` are messages where a conversation's answer was rated (then the one
criterion is `rating`), else `data` holds the item's texts. `score` is the weighted mean as a share of the scale, from 0
to 1. items.jsonl beside it is for Goldsmith alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Record, Report
from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field, LabelSchema
from goldsmith.formats._assets import OpenAsset
from goldsmith.formats._reading import Problems
from goldsmith.formats._rows import About, Json, Rows, lose_parts, read_rows, told, write_rows
from goldsmith.kinds import settings_of
from goldsmith.kinds.message.kind import Message
from goldsmith.kinds.message.tree import path_to
from goldsmith.kinds.rating.kind import Rating, RatingSettings, score

__all__ = ["extension", "media", "name", "read", "title", "write"]

name = "rubric"
title = "Ratings by rubric"
media = ("text",)
extension = "jsonl"

FILE = "rubric.jsonl"
KINDS = frozenset({"rating", "message"})


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row of the file."""

    field: str
    levels: int  # of the scale; 1 is the lowest
    ratings: dict[str, int]  # by criterion
    score: float
    weights: dict[str, float] = {}
    data: dict[str, str | float | bool | None] = {}
    prompt: list[Json] = []
    response: list[Json] = []


def write(
    records: Iterable[Record], out: Path, schema: LabelSchema, *, open_asset: OpenAsset | None = None
) -> Report:
    """Write rubric.jsonl and items.jsonl. Files of the items do not travel."""
    return write_rows(records, out, schema, open_asset, file_name=FILE, kinds=KINDS, rows_of=_rows)


def _rows(r: Record, field: Field, objects: Sequence[AnnotatedObject], report: Report) -> Iterable[Rows]:
    if field.kind == "message":
        messages = [one for one in objects if isinstance(one, Message)]
        report.lose("message object", len(messages))  # a row is about one answer, not about the conversation
        rows = [_of_message(field, one, messages) for one in messages if one.rating is not None]
        yield Rows(About(field=field.name, rows=len(rows)), rows, 0)
        return
    settings = settings_of(field)
    assert isinstance(settings, RatingSettings)
    scales: dict[int, dict[str, Rating]] = {}
    for one in objects:
        assert isinstance(one, Rating)
        if one.label in scales.setdefault(one.levels, {}):
            report.lose("rating object")  # the criterion was rated already
            continue
        scales[one.levels][one.label] = one
        lose_parts(one, field, report)
    for levels, rated in scales.items():
        row = Row(field=field.name, levels=levels, ratings={label: one.level for label, one in rated.items()},
                  score=score(list(rated.values()), settings) or 0.0, data=r.item.data,
                  weights={label: settings.weights.get(label, 1.0) for label in rated})
        yield Rows(About(field=field.name), [msgspec.to_builtins(row)], len(rated))


def _of_message(field: Field, one: Message, messages: Sequence[Message]) -> Json:
    rating = one.rating or 1
    share = (rating - 1) / (one.scale - 1) if one.scale > 1 else 0.0
    row = Row(field=field.name, levels=one.scale, ratings={"rating": rating}, response=told([one]),
              prompt=told(path_to(messages, one.parent)), score=share)
    return dict(msgspec.to_builtins(row))


def read(folder: Path, problems: Problems | None = None) -> Iterable[Record]:
    """Yield the records of a folder that `write` left, or an item for each row of a file alone."""
    return read_rows(folder, problems, file_name=FILE, objects_of=_objects, foreign_of=_foreign)


def _objects(about: About, rows: list[Json], prefix: str) -> Iterable[AnnotatedObject]:
    for raw in rows:
        row = msgspec.convert(raw, Row)
        if not row.response:
            for number, (label, level) in enumerate(row.ratings.items()):
                yield Rating(id=f"{prefix}-{number}", label=label, level=level, levels=row.levels)


def _foreign(raw: Json, item_id: str) -> Record:
    row = msgspec.convert(raw, Row)
    said = {"prompt": row.prompt, "response": row.response} if row.response else {}
    data = row.data | {key: msgspec.json.encode(messages).decode() for key, messages in said.items()}
    rated = tuple(Rating(id=f"o{number}", label=label, level=level, levels=row.levels)
                  for number, (label, level) in enumerate(row.ratings.items(), 1))
    return Record(item_id=item_id, item=ItemData(data=data), value={row.field: rated})
