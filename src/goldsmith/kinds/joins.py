"""Joins: what a kind says whose objects join others of the same answer, by their ids; and what must hold for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.schema import Field

Clash = tuple[tuple[str, ...], str]  # ids of objects that do not go together, and why, in words


class JoinSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a field says whose objects join others: those of which fields; empty: of all before it that mark places."""

    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Joins:
    """What a kind's module gives as `joins`; `settings` are always the field's own, as they stand in the schema."""

    refers: Callable[[Any], tuple[str, ...]]  # the ids of what an object joins, in its own order
    # the object with these ids under other names, in a form that is the same for all who mean the same; None where
    # too few of them have a name
    renamed: Callable[[Any, Mapping[str, str], Mapping[str, Any]], Any]
    unfit: Callable[[Any, Mapping[str, AnnotatedObject], Mapping[str, Any]], list[str]]  # joins what it may not
    clashes: Callable[[Sequence[Any], Mapping[str, Any]], list[Clash]]  # what does not go together in one field
    # what in the settings is about labels that are not there; the second: the fields whose objects are joined
    misnamed: Callable[[Field, Sequence[Field]], list[str]]


def joinable(field: Field, earlier: Sequence[Field], places: Callable[[str], bool]) -> list[Field]:
    """The fields whose objects this one may join: those that its settings name, else all before it with places.

    places: whether objects of a kind have a place.
    """
    named = field.settings.get("fields") or ()
    return [one for one in earlier if places(one.kind) and (not named or one.name in named)]


def join_problems(field: Field, objects: Sequence[AnnotatedObject], joins: Joins,
                  there: Mapping[str, AnnotatedObject]) -> list[str]:
    """What is wrong with what these objects join; `there` is all that they may, by id."""
    found: list[str] = []
    for i, one in enumerate(objects):
        lost = [name for name in joins.refers(one) if name not in there]
        if lost:
            found.append(f"{field.name}[{i}]: It joins the object {lost[0]!r}, which is not in the answer's fields "
                         "that it may join.")
        else:
            found += [f"{field.name}[{i}]: {text}" for text in joins.unfit(one, there, field.settings)]
    return found + [f"{field.name}: {text}" for _, text in joins.clashes(objects, field.settings)]
