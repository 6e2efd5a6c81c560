"""Conversations as rows of messages: from the trees that people wrote, and from texts written for a prompt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Record, Report
from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field
from goldsmith.formats._losses import lose
from goldsmith.formats._rows import (
    About,
    ForeignOf,
    Json,
    ObjectsOf,
    Rows,
    RowsOf,
    lose_parts,
    messages_of,
    said_of,
    told,
    turns_of,
)
from goldsmith.kinds import settings_of
from goldsmith.kinds.message.kind import Message
from goldsmith.kinds.message.tree import path_of
from goldsmith.kinds.text.kind import Text, TextSettings

KINDS = frozenset({"message", "text"})


def rows_of(row_of: Callable[[list[Json]], Json]) -> RowsOf:
    """The rows of a field, each made of its messages by `row_of`."""

    def rows(r: Record, field: Field, objects: Sequence[AnnotatedObject], report: Report) -> Iterable[Rows]:
        if field.kind == "message":
            messages = [one for one in objects if isinstance(one, Message)]
            path = path_of(messages)
            lose(report, "message of a branch not taken", len(messages) - len(path))
            for one in path:
                lose_parts(one, field, report)
                lose(report, "judgement of a message", one.rating is not None or one.original is not None)
            if path:
                yield Rows(About(field=field.name), [row_of(told(path))], len(path))
            return
        settings = settings_of(field)
        assert isinstance(settings, TextSettings)
        asked = [r.item.data.get(key) for key in (settings.prompt, settings.source) if key]
        prompt = [one for text in asked if isinstance(text, str) and text for one in said_of(text)]
        for text in objects:
            if not isinstance(text, Text) or not prompt:
                report.lose("text object")  # an answer to nothing teaches nothing
                continue
            lose_parts(text, field, report)
            row = row_of([*prompt, {"role": "assistant", "content": text.text}])
            yield Rows(About(field=field.name, label=text.label), [row], 1)

    return rows


def objects_of(key: str) -> ObjectsOf:
    """The objects of rows that hold their messages under `key`."""

    def objects(about: About, rows: list[Json], prefix: str) -> Iterable[AnnotatedObject]:
        for row in rows:
            messages = messages_of(row.get(key))
            if about.label:
                yield Text(id=prefix, label=about.label, text=str(messages[-1]["content"]))
            else:
                yield from turns_of(messages, prefix)

    return objects


def foreign_of(key: str) -> ForeignOf:
    """An item of another tool's row: the conversation as JSON messages, to be judged or gone on with."""

    def foreign(row: Json, item_id: str) -> Record:
        messages = messages_of(row.get(key, row.get("messages", row.get("conversations"))))
        if isinstance(row.get("system"), str) and row["system"]:
            messages.insert(0, {"role": "system", "content": row["system"]})
        return Record(item_id=item_id, item=ItemData(data={"messages": msgspec.json.encode(messages).decode()}))

    return foreign
