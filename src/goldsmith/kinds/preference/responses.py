"""Responses: the texts of an item that are compared, by name.

A response is named by its data key; where one key holds all of them as a JSON list of texts, by its number in the list
from 1. The name says nothing of where the response was shown.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from goldsmith.core.item import ItemData

RESPONSES_MOST = 20


def check_keys(keys: Sequence[str]) -> None:
    """Raise ValueError where the keys of the responses cannot work."""
    if not keys or len(keys) > RESPONSES_MOST or len(set(keys)) != len(keys) or not all(keys):
        raise ValueError(f"`responses` names 1 to {RESPONSES_MOST} different data keys.")


def responses_of(item: ItemData, keys: Sequence[str]) -> dict[str, str]:
    """The texts by name; empty where the item does not hold them."""
    if len(keys) > 1:
        return {key: text for key in keys if isinstance(text := item.data.get(key), str)}
    listed = item.data.get(keys[0]) if keys else None
    try:
        texts = msgspec.json.decode(listed, type=list[str]) if isinstance(listed, str) else []
    except (msgspec.DecodeError, UnicodeEncodeError):
        return {}
    return {str(number): text for number, text in enumerate(texts, 1)}


def order_problems(named: Sequence[str], shown: Sequence[str], least: int) -> list[str]:
    """What is wrong with the order that responses were shown in, and with those that an answer names."""
    if len(shown) < least or len(set(shown)) != len(shown):
        return [f"`shown` holds each response once, {least} or more of them."]
    strange = sorted(set(named) - set(shown))
    return [f"There is no response {strange[0]!r} among those shown."] if strange else []


def shown_misfits(shown: Sequence[str], keys: Sequence[str]) -> list[str]:
    """What is wrong with the names of the responses shown, by the field's keys."""
    if len(keys) > 1 and sorted(shown) != sorted(keys):
        return [f"The responses are {', '.join(keys)}, not {', '.join(shown)}."]
    if len(keys) == 1 and sorted(shown, key=lambda name: (len(name), name)) != [str(n + 1) for n in range(len(shown))]:
        return ["The responses of a list are named by their numbers from 1."]
    return []
