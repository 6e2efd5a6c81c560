"""The tree that messages are: which follows which, and the way that the conversation took."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldsmith.kinds.message.kind import Message


def children_of(values: Sequence[Message]) -> dict[str, list[Message]]:
    """The messages by the id of the one that they follow, each list in the order of the values."""
    found: dict[str, list[Message]] = {}
    for one in values:
        found.setdefault(one.parent, []).append(one)
    return found


def path_of(values: Sequence[Message]) -> list[Message]:
    """The conversation from its first message to its end: at each branch the current one, else the last."""
    children = children_of(values)
    path: list[Message] = []
    at = ""
    while at in children and len(path) <= len(values):
        branches = children[at]
        path.append(next((one for one in branches if one.is_current), branches[-1]))
        at = path[-1].id
    return path


def path_to(values: Sequence[Message], last: str) -> list[Message]:
    """The messages that lead to the one with the id `last`, itself included."""
    by_id, at = {one.id: one for one in values}, last
    path: list[Message] = []
    while at in by_id and len(path) <= len(values):
        path.append(by_id[at])
        at = by_id[at].parent
    return path[::-1]


def sides_of(values: Sequence[Message]) -> list[list[Message]]:
    """The replies that were shown side by side, two or more each time, in the order in which they were shown."""
    groups: dict[tuple[str, str], list[Message]] = {}
    for one in values:
        if one.asked and one.label == "assistant":
            groups.setdefault((one.parent, one.asked), []).append(one)
    return [sorted(group, key=lambda one: one.shown) for group in groups.values() if len(group) > 1]


def in_writing(values: Sequence[Message]) -> bool:
    """Whether replies on the way to the end stand side by side with none preferred and no tie."""
    ids = {one.id for one in path_of(values)}
    return any(not any(one.is_preferred or one.tie for one in group) for group in sides_of(values)
               if any(one.id in ids for one in group))


def tree_problems(values: Sequence[Message]) -> list[str]:
    """What keeps the messages from being a tree with one way through it."""
    by_id, found = {one.id: one for one in values}, []
    for one in values:
        if one.parent and one.parent not in by_id:
            found.append(f"The message {one.id!r} follows {one.parent!r}, which is not there.")
    if not found and values and sum(len(group) for group in _reached(values)) < len(by_id):
        found.append("Messages follow each other in a circle.")
    for parent, branches in children_of(values).items():
        if sum(one.is_current for one in branches) > 1:
            found.append(f"After {parent or 'the beginning'!r} more than one message is current.")
    found += ["More than one reply is preferred of those side by side." for group in sides_of(values)
              if sum(one.is_preferred for one in group) > 1]
    found += ["Replies side by side are a tie all together, and then none of them is preferred."
              for group in sides_of(values) if not _is_tie_whole(group)]
    return found


def _is_tie_whole(group: Sequence[Message]) -> bool:
    ties = {one.tie for one in group}
    return ties == {""} or (len(ties) == 1 and not any(one.is_preferred for one in group))


def _reached(values: Sequence[Message]) -> list[list[Message]]:
    """The messages layer by layer, from the first on."""
    children = children_of(values)
    layers = [children.get("", [])]
    while layers[-1] and len(layers) <= len(values):
        layers.append([after for one in layers[-1] for after in children.get(one.id, [])])
    return layers
