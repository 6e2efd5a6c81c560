"""Training files as JSON Lines: rows that other tools read, and beside them what Goldsmith needs to read them back.

items.jsonl holds the items in their order, and for each what its rows are about; the rows themselves hold nothing that
a trainer does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Record, Report
from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field, LabelSchema
from goldsmith.formats._assets import OpenAsset
from goldsmith.formats._losses import lose
from goldsmith.formats._reading import UNREADABLE, Problems, lines_of, reason_of, teller
from goldsmith.kinds import kind_of
from goldsmith.kinds.message.kind import Message
from goldsmith.kinds.message.settings import ROLES

Json = dict[str, Any]
ITEMS = "items.jsonl"
ROLE_NAMES = {"human": "user", "gpt": "assistant", "model": "assistant", "ai": "assistant", "chatgpt": "assistant",
              "bing": "assistant", "bard": "assistant", "developer": "system", "function": "tool",
              "observation": "tool", "function_response": "tool", "function_call": "assistant"}


class About(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What some rows of an item are about."""

    field: str
    rows: int = 1
    label: str = ""
    names: tuple[tuple[str, ...], ...] = ()  # of responses, best first
    shown: tuple[str, ...] = ()


class _Kept(Struct, frozen=True, kw_only=True):
    """One line of items.jsonl."""

    item_id: str
    item: ItemData
    split: str = ""
    about: tuple[About, ...] = ()


class Rows(NamedTuple):
    """Rows of one field of one item, and what they are about; `objects` of it stand in them."""

    about: About
    rows: list[Json]
    objects: int


RowsOf = Callable[[Record, Field, Sequence[AnnotatedObject], Report], Iterable[Rows]]


def write_rows(records: Iterable[Record], out: Path, schema: LabelSchema, open_asset: OpenAsset | None, *,
               file_name: str, kinds: frozenset[str], rows_of: RowsOf,
               beside: Callable[[Json], None] | None = None) -> Report:
    """Write `file_name` and items.jsonl; objects of other kinds and fields are counted, files do not travel.

    `beside` is told each row, for another form of it.
    """
    report, encode = Report(), msgspec.json.Encoder().encode
    fields = {f.name: f for f in schema.fields}
    out.mkdir(parents=True, exist_ok=True)
    with (out / file_name).open("wb") as main, (out / ITEMS).open("wb") as items:
        for r in records:
            report.records += 1
            lose(report, "file left behind", len(r.item.assets) if open_asset else 0)
            about: list[About] = []
            for name, objects in r.value.items():
                ours = _ours(fields.get(name), objects, kinds, report)
                for found in rows_of(r, fields[name], ours, report) if ours else ():
                    about.append(found.about)
                    report.objects += found.objects
                    for row in found.rows:
                        main.write(encode(row) + b"\n")
                        if beside:
                            beside(row)
            items.write(encode(_Kept(item_id=r.item_id, item=r.item, split=r.split, about=tuple(about))) + b"\n")
    return report


def _ours(field: Field | None, objects: Sequence[AnnotatedObject], kinds: frozenset[str], report: Report
          ) -> list[AnnotatedObject]:
    """The objects that may have rows; the others are counted."""
    labels = {label.name for label in field.labels} if field else set()
    kept = []
    for one in objects:
        if kind_of(one) not in kinds:
            report.lose(f"{kind_of(one)} object")
        elif field is None or one.label not in labels:
            report.lose("object outside the schema")
        elif field.kind != kind_of(one):
            report.lose("object of another kind")
        else:
            kept.append(one)
    return kept


def lose_parts(one: AnnotatedObject, field: Field, report: Report) -> None:
    """Count what no row says of an object that was written."""
    report.lose("object id")
    lose(report, "attribute", len(one.attributes))
    lose(report, "object's asset", one.asset not in ("", field.asset))


ObjectsOf = Callable[[About, list[Json], str], Iterable[AnnotatedObject]]
ForeignOf = Callable[[Json, str], Record]


def read_rows(folder: Path, problems: Problems | None, *, file_name: str, objects_of: ObjectsOf, foreign_of: ForeignOf
              ) -> Iterator[Record]:
    """Yield the records of a folder that `write_rows` left, else one for each row of a foreign file."""
    tell = teller(problems)
    if folder.is_dir() and (folder / ITEMS).is_file() and (folder / file_name).is_file():
        yield from _read_ours(folder, file_name, objects_of, tell)
        return
    found = [folder] if folder.is_file() else sorted(folder.glob("*.jsonl"))
    if not found:
        tell(file_name, f"The folder has no {file_name}.")
    for path in found:
        for number, text in lines_of(path, tell):
            try:
                record = foreign_of(_plain(text), f"{path.stem}-{number}")
            except UNREADABLE as error:
                tell(f"{path.name}:{number}", reason_of(error))
            else:
                yield record


def _read_ours(folder: Path, file_name: str, objects_of: ObjectsOf, tell: Problems) -> Iterator[Record]:
    rows = lines_of(folder / file_name, tell)
    for number, text in lines_of(folder / ITEMS, tell):
        try:
            kept = msgspec.json.decode(text, type=_Kept)
            value: dict[str, list[AnnotatedObject]] = {}
            for i, about in enumerate(kept.about):
                own = [_plain(line) for _, line in islice(rows, about.rows)]
                if len(own) < about.rows:
                    raise BadInput(f"{file_name} has fewer rows than {ITEMS} says.")
                value.setdefault(about.field, []).extend(objects_of(about, own, f"{kept.item_id}-{i}"))
            held = {name: tuple(objects) for name, objects in value.items()}
            record = Record(item_id=kept.item_id, item=kept.item, value=held, split=kept.split)
        except UNREADABLE as error:
            tell(f"{ITEMS}:{number}", reason_of(error))
        else:
            yield record


def _plain(text: bytes) -> Json:
    return msgspec.json.decode(text, type=dict[str, Any])


def said_of(text: str) -> list[Json]:
    """Messages with role and content from a text: a JSON list of them, else one message of a user."""
    if text.lstrip().startswith("["):
        try:
            return messages_of(msgspec.json.decode(text))
        except (*UNREADABLE, TypeError):
            pass
    return [{"role": "user", "content": text}]


def messages_of(listed: object) -> list[Json]:
    """Messages with role and content, from the names that chat formats use; BadInput for what is none."""
    if not isinstance(listed, list) or not listed:
        raise BadInput("There are no messages.")
    found = []
    for one in listed:
        if not isinstance(one, dict):
            raise BadInput("A message is an object.")
        role = str(one.get("role") or one.get("from") or "")
        content = one.get("content") if one.get("content") is not None else one.get("value")
        if isinstance(content, list):
            content = "\n\n".join(str(part["text"]) for part in content if isinstance(part, dict) and "text" in part)
        role = ROLE_NAMES.get(role, role)
        if role not in ROLES or not isinstance(content, str):
            raise BadInput(f"A message has a role and a text, not the role {role!r} with {type(content).__name__}.")
        found.append({"role": role, "content": content})
    return found


def told(messages: Iterable[Message]) -> list[Json]:
    """Messages of a conversation as role and content."""
    return [{"role": one.label, "content": one.text} for one in messages]


def turns_of(messages: Iterable[Json], prefix: str) -> list[Message]:
    """A conversation as objects, each after the one before it."""
    found: list[Message] = []
    for number, one in enumerate(messages, 1):
        found.append(Message(id=f"{prefix}-{number}", label=str(one["role"]), text=str(one["content"]),
                             parent=found[-1].id if found else ""))
    return found
