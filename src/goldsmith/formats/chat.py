"""Conversations for training as chat messages: `{"messages": [{"role": …, "content": …}]}`, a row a conversation.

The form of OpenAI's fine-tuning, TRL and Axolotl's chat templates. A row is the way that a conversation took to its
end, with corrected texts in place of the originals; or a prompt with a text that somebody wrote for it. items.jsonl
beside it is for Goldsmith alone.
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

name = "chat"
title = "Chat messages for fine-tuning"
media = ("text",)
extension = "jsonl"

FILE = "messages.jsonl"


def write(
    records: Iterable[Record], out: Path, schema: LabelSchema, *, open_asset: OpenAsset | None = None
) -> Report:
    """Write messages.jsonl and items.jsonl. Files of the items do not travel."""
    return write_rows(records, out, schema, open_asset, file_name=FILE, kinds=KINDS, rows_of=rows_of(_row))


def _row(messages: list[Json]) -> Json:
    return {"messages": messages}


def read(folder: Path, problems: Problems | None = None) -> Iterable[Record]:
    """Yield the records of a folder that `write` left, or an item for each row of other tools' files."""
    return read_rows(folder, problems, file_name=FILE, objects_of=objects_of("messages"),
                     foreign_of=foreign_of("messages"))
