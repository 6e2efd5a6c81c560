"""Operations: what an editor did, as a log. A draft is what the log of one person on one task adds up to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from msgspec import Struct, field

Json = dict[str, Any]  # an object as it came: checked when it is submitted, kept whatever it is until then


class Operation(Struct, frozen=True, kw_only=True):
    """One step: put or remove an object of a field, replace the whole value, or keep an unfinished shape.

    `operation_id` is made by the client; the same id twice counts once.
    """

    operation_id: str
    action: Literal["put", "remove", "replace", "sketch"]
    field: str = ""
    object_id: str = ""  # for remove
    object: Json | None = None  # for put; for sketch the unfinished shape, None when it is finished or dropped
    value: dict[str, list[Json]] | None = None  # for replace


class Draft(Struct, kw_only=True):
    """What somebody has done on a task so far, not submitted."""

    value: dict[str, list[Json]] = field(default_factory=dict)
    sketch: Json | None = None
    operations: int = 0  # how many steps lead here
    start: dict[str, list[Json]] | None = None  # the whole value last taken over, which later steps changed; None: none


def fold(operations: Iterable[Operation], start: dict[str, list[Json]] | None = None) -> Draft:
    """The draft after these operations, in their order; an unknown object to remove is no error."""
    draft = Draft(value={name: list(objects) for name, objects in (start or {}).items()})
    for operation in operations:
        _apply(draft, operation)
        draft.operations += 1
    return draft


def _apply(draft: Draft, operation: Operation) -> None:
    if operation.action == "replace":
        draft.start = operation.value or {}
        draft.value = {name: list(objects) for name, objects in draft.start.items()}
    elif operation.action == "sketch":
        draft.sketch = operation.object
    elif operation.action == "remove":
        kept = [one for one in draft.value.get(operation.field, []) if one.get("id") != operation.object_id]
        draft.value[operation.field] = kept
    elif operation.object is not None:
        _put(draft.value.setdefault(operation.field, []), operation.object)


def _put(objects: list[Json], new: Json) -> None:
    for i, one in enumerate(objects):
        if one.get("id") == new.get("id"):
            objects[i] = new
            return
    objects.append(new)
