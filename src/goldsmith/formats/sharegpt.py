"""Conversations as ShareGPT writes them: `{"conversations": [{"from": "human", "value": …}]}`, a row a conversation.

Roles are `system`, `human`, `gpt` and `tool`. What a row holds is said at the format `chat`. items.jsonl beside it is
for Goldsmith alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from goldsmith.core.dataset import Record, Report
from goldsmith.core.schema import LabelSchema
from goldsmith.formats._assets import OpenAsset
from goldsmith.formats._conversations import KINDS, foreign_of, objects_of, rows_of
from goldsmith.formats._reading import Problems
from goldsmith.formats._rows import Json, read_rows, write_rows

name = "sharegpt"
title = "ShareGPT conversations"
media = ("text",)
extension = "jsonl"

FILE = "sharegpt.jsonl"
NAMES = {"user": "human", "assistant": "gpt"}


def write(
    records: Iterable[Record], out: Path, schema: LabelSchema, *, open_asset: OpenAsset | None = None
) -> Report:
    """Write sharegpt.jsonl and items.jsonl. Files of the items do not travel."""
    return write_rows(records, out, schema, open_asset, file_name=FILE, kinds=KINDS, rows_of=rows_of(_row))


def _row(messages: list[Json]) -> Json:
    return {"conversations": [{"from": NAMES.get(one["role"], one["role"]), "value": one["content"]}
                              for one in messages]}


def read(folder: Path, problems: Problems | None = None) -> Iterable[Record]:
    """Yield the records of a folder that `write` left, or an item for each row of other tools' files."""
    return read_rows(folder, problems, file_name=FILE, objects_of=objects_of("conversations"),
                     foreign_of=foreign_of("conversations"))
