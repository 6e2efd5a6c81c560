"""Group: objects of the answer that belong together, such as the mentions of one person in a text.

Two groups are compared by their members in common (P. Jaccard, "The distribution of the flora in the alpine zone",
1912); several are merged by votes over pairs of members, so that who splits a chain is heard as such.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from typing import Any

from msgspec import structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field
from goldsmith.kinds.choice.kind import label_by_vote
from goldsmith.kinds.choice.kind import problems as place_problems
from goldsmith.kinds.joins import Clash, Joins, JoinSettings


class ObjectGroup(AnnotatedObject, frozen=True, kw_only=True, tag="group"):
    """Objects that belong together, by id."""

    members: tuple[str, ...]


class GroupSettings(JoinSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a field's groups are made of: whether a single object is one, and whether an object may be in several."""

    has_singles: bool = False
    may_overlap: bool = False


value = ObjectGroup
settings = GroupSettings
measure = "members in common (Jaccard)"


def problems(value: ObjectGroup, item: ItemData) -> list[str]:
    """What is wrong with the group by itself, in words."""
    found = place_problems(value, item)
    if not value.members or "" in value.members:
        found.append("A group needs members.")
    twice = [name for name, times in Counter(value.members).items() if times > 1]
    if twice:
        found.append(f"The member {twice[0]!r} is in the group twice.")
    return found


def misfits(value: ObjectGroup, settings: GroupSettings) -> list[str]:
    """What is wrong with the group under its field's settings, in words."""
    return ["A group has two members at least."] if len(value.members) < 2 and not settings.has_singles else []


def distance(a: ObjectGroup, b: ObjectGroup) -> float:
    """1 - members in common over members of either; 1 for another label."""
    ours, theirs = set(a.members), set(b.members)
    if a.label != b.label:
        return 1.0
    return 1.0 - len(ours & theirs) / len(ours | theirs) if ours != theirs else 0.0


def merge(values: Sequence[ObjectGroup], weights: Sequence[float]) -> ObjectGroup:
    """What is tied together by pairs that more than half of the weight has; the label by vote, the rest from the first.

    Of several such parts the one with most weight; where no pair has a majority, the group nearest to all others.
    """
    half = sum(weights) / 2
    votes: dict[tuple[str, str], float] = defaultdict(float)
    for one, weight in zip(values, weights, strict=True):
        for a, b in combinations_with_replacement(sorted(set(one.members)), 2):
            votes[a, b] += weight
    parts = _parts([pair for pair, weight in votes.items() if weight > half])
    if parts:
        best = min(parts, key=lambda part: (-sum(votes[name, name] for name in part), sorted(part)))
    else:
        best = set(_nearest(values, weights).members)
    order = {name: i for i, name in enumerate(name for one in values for name in one.members)}
    members = values[0].members if set(values[0].members) == best else tuple(sorted(best, key=lambda n: order[n]))
    return structs.replace(values[0], label=label_by_vote(values, weights), members=members)


def _parts(pairs: Sequence[tuple[str, str]]) -> list[set[str]]:
    """What the pairs tie together."""
    found: list[set[str]] = []
    for pair in pairs:
        touched = [part for part in found if not part.isdisjoint(pair)]
        found = [part for part in found if part.isdisjoint(pair)] + [set(pair).union(*touched)]
    return found


def _nearest(values: Sequence[ObjectGroup], weights: Sequence[float]) -> ObjectGroup:
    """The value with the least weighted distance to all, labels left aside; of equals the first by its members."""
    bare = [structs.replace(one, label="") for one in values]

    def far(i: int) -> tuple[float, list[str]]:
        return sum(w * distance(bare[i], b) for b, w in zip(bare, weights, strict=True)), sorted(bare[i].members)

    return values[min(range(len(values)), key=far)]


def _refers(value: ObjectGroup) -> tuple[str, ...]:
    return value.members


def _renamed(value: ObjectGroup, names: Mapping[str, str], settings: Mapping[str, Any]) -> ObjectGroup | None:
    members = sorted({names[one] for one in value.members if one in names})
    least = 1 if settings.get("has_singles") else 2
    return structs.replace(value, members=tuple(members)) if len(members) >= least else None


def _unfit(value: ObjectGroup, there: Mapping[str, AnnotatedObject], settings: Mapping[str, Any]) -> list[str]:
    return []


def _clashes(values: Sequence[ObjectGroup], settings: Mapping[str, Any]) -> list[Clash]:
    """Members of two groups, where an object is in one at most."""
    if settings.get("may_overlap"):
        return []
    first: dict[str, str] = {}
    found: list[Clash] = []
    for one in values:
        for member in one.members:
            if first.setdefault(member, one.id) != one.id:
                found.append(((first[member], one.id), f"The object {member!r} is in two groups."))
    return found


def _misnamed(field: Field, joined: Sequence[Field]) -> list[str]:
    return []


joins = Joins(refers=_refers, renamed=_renamed, unfit=_unfit, clashes=_clashes, misnamed=_misnamed)
