"""Relation: one object of the answer to another, such as a person to an employer, or a cup to its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, convert, structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field
from goldsmith.kinds.choice.kind import label_by_vote
from goldsmith.kinds.choice.kind import problems as place_problems
from goldsmith.kinds.joins import Clash, Joins, JoinSettings


class Relation(AnnotatedObject, frozen=True, kw_only=True, tag="relation"):
    """From the object `source` to the object `target`, both by id."""

    source: str
    target: str


class RelationPair(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From what to what a relation may go: labels of objects."""

    source: str
    target: str


class RelationSettings(JoinSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a field's relations join; for a label without pairs, anything to anything.

    `symmetric` names the labels that say the same both ways.
    """

    pairs: dict[str, tuple[RelationPair, ...]] = {}
    symmetric: tuple[str, ...] = ()


value = Relation
settings = RelationSettings
measure = "relations between the same two objects"


def problems(value: Relation, item: ItemData) -> list[str]:
    """What is wrong with the relation by itself, in words."""
    found = place_problems(value, item)
    if not value.source or not value.target:
        found.append("A relation needs a source and a target.")
    elif value.source == value.target:
        found.append("A relation goes from one object to another, not to itself.")
    return found


def distance(a: Relation, b: Relation) -> float:
    """0 for the same label between the same two objects, else 1."""
    return 0.0 if (a.label, a.source, a.target) == (b.label, b.source, b.target) else 1.0


def merge(values: Sequence[Relation], weights: Sequence[float]) -> Relation:
    """The ends and the label with most weight; the rest from the first."""
    votes: dict[tuple[str, str], float] = {}
    for one, weight in zip(values, weights, strict=True):
        votes[one.source, one.target] = votes.get((one.source, one.target), 0.0) + weight
    source, target = min(votes, key=lambda ends: (-votes[ends], ends))
    return structs.replace(values[0], label=label_by_vote(values, weights), source=source, target=target)


def _refers(value: Relation) -> tuple[str, ...]:
    return value.source, value.target


def _renamed(value: Relation, names: Mapping[str, str], settings: Mapping[str, Any]) -> Relation | None:
    source, target = names.get(value.source), names.get(value.target)
    if source is None or target is None:
        return None
    if value.label in settings.get("symmetric", ()):
        source, target = sorted((source, target))
    return structs.replace(value, source=source, target=target)


def _unfit(value: Relation, there: Mapping[str, AnnotatedObject], settings: Mapping[str, Any]) -> list[str]:
    said = convert(settings, RelationSettings)
    pairs = said.pairs.get(value.label, ())
    source, target = there[value.source].label, there[value.target].label
    ends = {(source, target), (target, source)} if value.label in said.symmetric else {(source, target)}
    if not pairs or any((pair.source, pair.target) in ends for pair in pairs):
        return []
    return [f"{value.label!r} does not go from {source!r} to {target!r}."]


def _clashes(values: Sequence[Relation], settings: Mapping[str, Any]) -> list[Clash]:
    """The same relation said twice."""
    first: dict[tuple[str, ...], str] = {}
    found: list[Clash] = []
    for one in values:
        ends = (one.source, one.target)
        key = (one.label, *(sorted(ends) if one.label in settings.get("symmetric", ()) else ends))
        if key in first:
            found.append(((first[key], one.id), f"{one.label!r} from {one.source!r} to {one.target!r} is there twice."))
        first.setdefault(key, one.id)
    return found


def _misnamed(field: Field, joined: Sequence[Field]) -> list[str]:
    said = convert(field.settings, RelationSettings)
    own = {label.name for label in field.labels}
    ends = {label.name for one in joined for label in one.labels}
    found = [f"The field has no label {name!r}." for name in (*said.pairs, *said.symmetric) if name not in own]
    named = [name for pairs in said.pairs.values() for pair in pairs for name in (pair.source, pair.target)]
    return found + [f"None of the joined fields has a label {name!r}." for name in named if name not in ends]


joins = Joins(refers=_refers, renamed=_renamed, unfit=_unfit, clashes=_clashes, misnamed=_misnamed)
