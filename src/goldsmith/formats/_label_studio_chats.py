"""Label Studio's chats: the turns that were written after the conversation that the task brings, one result each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Record, Report
from goldsmith.core.schema import Field
from goldsmith.formats._losses import lose
from goldsmith.formats._rows import messages_of
from goldsmith.kinds import decode_value
from goldsmith.kinds.message.kind import Message
from goldsmith.kinds.message.tree import path_of

TYPE = "chatmessage"


def chat_results(field: Field, objects: Sequence[AnnotatedObject], r: Record, report: Report
                 ) -> Iterator[dict[str, Any]]:
    """The turns on the way to the end that the item does not bring itself, each with the object that it was."""
    messages = [one for one in objects if isinstance(one, Message)]
    path = path_of(messages)
    lose(report, "message of a branch not taken", len(messages) - len(path))
    report.objects += len(path)
    lose(report, "judgement of a message", sum(one.rating is not None or one.original is not None for one in path))
    lose(report, "attribute", sum(len(one.attributes) for one in path))
    given = [one for one in path if one.given]
    lose(report, "object id", sum(one.id != _given_id(field.name, one.given) for one in given))
    for one in path:
        if not one.given:
            yield {"id": one.id, "from_name": field.name, "to_name": field.name, "type": TYPE,
                   "value": {TYPE: {"role": one.label, "content": one.text}},
                   "goldsmith": {"objects": [msgspec.to_builtins(one)]}}


def message_of(value: Mapping[str, Any], own: Any, result_id: str) -> Message:
    """The turn of a result; ValueError where its role or text is none. What follows what is said by `chained`."""
    if isinstance(own, list):
        kept = decode_value({TYPE: own})[TYPE]
        if len(kept) == 1 and isinstance(kept[0], Message):
            return kept[0]
    (said,) = messages_of([value.get(TYPE)])
    return Message(id=result_id, label=said["role"], text=said["content"])


def chained(field: str, turns: Sequence[Message], data: Mapping[str, Any], key: str) -> tuple[Message, ...]:
    """The conversation that the task brings under `key`, and after it the turns, each following the one before it.

    BadInput where what is under the key is no list of messages with roles.
    """
    brought = data.get(key)
    listed = messages_of(brought) if isinstance(brought, list) and brought else []
    found = [Message(id=_given_id(field, n), label=one["role"], text=one["content"], given=n, asset=key,
                     parent=_given_id(field, n - 1) if n > 1 else "") for n, one in enumerate(listed, 1)]
    for one in turns:
        found.append(replace(one, parent=found[-1].id if found else ""))
    return tuple(found)


def _given_id(field: str, number: int) -> str:
    """The id of a message that the item brings, as the editor makes it."""
    return f"given-{field}-{number}"


def as_lists(data: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """By key, the conversations among the data as the lists that a chat is shown from."""
    found: dict[str, Any] = {}
    for key in {str(field.settings.get("prompt", "")) for field in fields if field.kind == "message"}:
        text = data.get(key)
        try:
            listed = msgspec.json.decode(text) if isinstance(text, str) else None
        except msgspec.DecodeError:
            continue
        if isinstance(listed, list):
            found[key] = listed
    return found
