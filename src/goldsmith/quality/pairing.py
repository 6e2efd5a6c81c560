"""Pairing: which objects of several answers mean the same thing, by place first and by label last.

Answers are put into one canonical order before anything is compared, so no result depends on the order they
came in. What a kind knows (distance, merge) comes as an argument; a `goldsmith.kinds.Kind` fits as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import combinations
from typing import Any, Protocol

import msgspec
import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.quality.matching import match

Objects = Sequence[AnnotatedObject]
Value = Mapping[str, Objects]  # objects by field name
Group = dict[int, AnnotatedObject]  # by the answer's index, what that answer calls this object

TIE = 1e-6  # what an unlike label, unlike attributes or another id add where places are equally near


class Plug(Protocol):
    """What is needed of a kind. Its functions take values of its own struct only, hence `Any`.

    A plug may also have `bounds(value) -> ((low, high), ...)`, one interval an axis, such that values whose
    intervals lie apart on some axis are at distance 1. It changes no result; it saves most distances. And it may have
    `tolerance`, the distance up to which two places drawn by hand count as the same. `per_label` says that a label is a
    question: objects of one label answer the same one, however far apart they are.
    """

    @property
    def distance(self) -> Callable[[Any, Any], float]: ...

    @property
    def merge(self) -> Callable[[Sequence[Any], Sequence[float]], Any]: ...


def has_place(objects: Objects) -> bool:
    """Whether the objects' kind adds anything to what every kind has; a choice adds nothing."""
    return any(len(one.__struct_fields__) > len(AnnotatedObject.__struct_fields__) for one in objects)


def is_per_label(plug: Plug) -> bool:
    """Whether the kind's labels are questions rather than classes."""
    return bool(getattr(plug, "per_label", False))


def content_of(objects: Objects) -> tuple[bytes, bytes]:
    """A key that orders answers by what they say and, of equals, by their objects' ids."""
    without_ids = [structs.replace(one, id="") for one in objects]
    return msgspec.json.encode(without_ids, order="sorted"), msgspec.json.encode(objects, order="sorted")


def group(answers: Sequence[Objects], plug: Plug, *, limit: float, asset: str = "") -> list[Group]:
    """The objects of all answers, grouped so that a group holds at most one object of each answer.

    Without a place, or where a label is a question, objects of the same label and asset belong together. With one, the
    answers are taken in canonical order: the first object of a group is its seed, and each further answer is matched
    against the seeds as a whole (Kuhn, "The Hungarian method for the assignment problem", 1955), labels left aside, as
    many pairs within `limit` as can be and then of least total distance. An object without an asset lies on `asset`.
    """
    if not 0 <= limit < 1:
        raise ValueError(f"limit {limit} is not in [0, 1)")
    order = sorted(range(len(answers)), key=lambda i: content_of(answers[i]))
    if not is_per_label(plug) and any(has_place(objects) for objects in answers):
        return _group_by_place(answers, order, plug, limit, asset)
    groups: dict[tuple[str, str], Group] = {}
    for i in order:
        for one in answers[i]:
            groups.setdefault((one.label, one.asset or asset), {}).setdefault(i, one)
    return list(groups.values())


def agreement(groups: Sequence[Group], n: int, distance: Callable[[Any, Any], float]) -> float:
    """How far `n` answers agree, in [0, 1]: the mean over pairs of answers.

    A pair's is 1 less the mean distance over the groups that either has, where an object without its
    counterpart counts 1, and so does another label. Two answers without objects agree; so does one alone.
    """
    if n < 2:
        return 1.0
    together, apart = np.zeros((n, n)), np.zeros((n, n))
    for one in groups:
        has = np.zeros(n, dtype=bool)
        has[list(one)] = True
        apart += has[:, None] | has[None, :]
        for i, j in combinations(sorted(one), 2):
            together[i, j] = together[j, i] = together[i, j] + 1 - _distance(one[i], one[j], distance)
    pairs = np.triu_indices(n, 1)
    shares = np.where(apart > 0, together / np.maximum(apart, 1), 1.0)[pairs]
    return float(np.clip(np.sort(shares).mean(), 0.0, 1.0))


class Placed(Struct, frozen=True):
    """One answer in one field, made ready to be held against many others."""

    objects: Objects
    asset: str  # of objects that name none
    bare: list[AnnotatedObject]
    bounds: NDArray[np.float64] | None  # (objects, axes, 2); None: no objects, or a kind without bounds


def placed(objects: Objects, plug: Plug, *, asset: str = "") -> Placed:
    """The answer, ready to be compared."""
    bare = _bare(objects, asset)
    return Placed(objects, asset, bare, _bounds(bare, plug))


def agreement_of_two(a: Placed, b: Placed, plug: Plug, *, limit: float) -> float:
    """What `agreement` gives of the two answers' groups.

    Where every object has at most one counterpart within `limit` the groups are plain and nothing is assigned; only
    crowded places are grouped in full.
    """
    if is_per_label(plug) or not (has_place(a.objects) or has_place(b.objects)):
        return _agreement_by_label(a, b, plug)
    total = len(a.objects) + len(b.objects)
    if not a.objects or not b.objects:
        return 0.0 if total else 1.0
    touching = _may_touch(a.bounds, b.bounds, (len(a.bare), len(b.bare)))
    places = _place_distances(a.bare, b.bare, touching, plug)
    near = places <= limit
    if (near.sum(axis=0) > 1).any() or (near.sum(axis=1) > 1).any():
        groups = group([a.objects, b.objects], plug, limit=limit, asset=a.asset)
        return agreement(groups, 2, plug.distance)
    pairs = np.argwhere(near).tolist()
    alike = sorted(1 - places[i, j] for i, j in pairs if a.objects[i].label == b.objects[j].label)
    return min(1.0, max(0.0, float(sum(alike)) / (total - len(pairs))))


def _agreement_by_label(a: Placed, b: Placed, plug: Plug) -> float:
    """The share of labels in common."""
    ours, theirs = ({(one.label, one.asset or side.asset): one for one in reversed(side.objects)} for side in (a, b))
    if not ours and not theirs:
        return 1.0
    alike = sorted(1 - _distance(one, theirs[key], plug.distance) for key, one in ours.items() if key in theirs)
    return sum(alike) / len(ours.keys() | theirs.keys())


def place_distance(a: AnnotatedObject, b: AnnotatedObject, distance: Callable[[Any, Any], float]) -> float:
    """Distance of two objects of one group as though they had one label; a group lies on one asset."""
    if (a.label, a.asset) != (b.label, b.asset):
        b = structs.replace(b, label=a.label, asset=a.asset)
    return float(distance(a, b))


def _distance(a: AnnotatedObject, b: AnnotatedObject, distance: Callable[[Any, Any], float]) -> float:
    return place_distance(a, b, distance) if a.label == b.label else 1.0


class Apart(Struct, frozen=True):
    """All objects of several answers in canonical order, and how far each lies from each, labels left aside."""

    answer: NDArray[np.intp]  # (n,) the index of the answer that each is from
    objects: list[AnnotatedObject]
    distances: NDArray[np.float64]  # (n, n), symmetric; 1 between objects of one answer


def all_apart(answers: Sequence[Objects], plug: Plug, *, asset: str = "") -> Apart:
    """How far the objects of these answers lie apart; nothing of it depends on the order of the answers."""
    order = sorted(range(len(answers)), key=lambda i: content_of(answers[i]))
    objects = [one for i in order for one in answers[i]]
    owner = np.array([i for i in order for _ in answers[i]], dtype=np.intp)
    bare = _bare(objects, asset)
    bounds = _bounds(bare, plug)
    touching = _may_touch(bounds, bounds, (len(bare), len(bare))) & (owner[:, None] != owner[None, :])
    found = _place_distances(bare, bare, np.triu(touching), plug)
    return Apart(owner, objects, np.minimum(found, found.T))


def _group_by_place(
    answers: Sequence[Objects], order: Sequence[int], plug: Plug, limit: float, asset: str
) -> list[Group]:
    groups: list[Group] = []
    seeds: list[AnnotatedObject] = []
    for i in order:
        objects = answers[i]
        matched = {column: row for row, column in _match(seeds, objects, plug, limit, asset)}
        for column, one in enumerate(objects):
            if column in matched:
                groups[matched[column]][i] = one
            else:
                groups.append({i: one})
                seeds.append(one)
    return groups


def _match(seeds: Objects, objects: Objects, plug: Plug, limit: float, asset: str) -> list[tuple[int, int]]:
    """Pairs (seed, object); of equally near ones those with the same label, attributes and id go together."""
    if not seeds or not objects:
        return []
    rows, columns = _bare(seeds, asset), _bare(objects, asset)
    touching = _may_touch(_bounds(rows, plug), _bounds(columns, plug), (len(rows), len(columns)))
    places = _place_distances(rows, columns, touching, plug)
    unlike = 4 * _unlike(seeds, objects, _label) + 2 * _unlike(seeds, objects, _attributes)
    unlike = unlike + _unlike(seeds, objects, _id)
    return match(np.where(places <= limit, places + TIE * unlike, 2.0), limit + 7 * TIE)


def _bare(objects: Objects, asset: str) -> list[AnnotatedObject]:
    """The objects as though all had one label, each on its asset."""
    return [structs.replace(one, label="", asset=one.asset or asset) for one in objects]


def _place_distances(
    rows: Objects, columns: Objects, touching: NDArray[np.bool_], plug: Plug
) -> NDArray[np.float64]:
    """(rows, columns) distances; 1 without a look where they are not `touching`."""
    found = np.ones((len(rows), len(columns)))
    distance = plug.distance
    for row, column in np.argwhere(touching).tolist():
        found[row, column] = distance(rows[row], columns[column])
    return found


def _bounds(objects: Objects, plug: Plug) -> NDArray[np.float64] | None:
    """(objects, axes, 2), where the kind knows them."""
    bounds: Callable[[Any], Sequence[tuple[float, float]]] | None = getattr(plug, "bounds", None)
    if bounds is None or not objects:
        return None
    return np.array([bounds(one) for one in objects], dtype=np.float64)


def _may_touch(
    a: NDArray[np.float64] | None, b: NDArray[np.float64] | None, shape: tuple[int, int]
) -> NDArray[np.bool_]:
    """(rows, columns) whether the bounds meet on every axis; all do where there are none."""
    if a is None or b is None:
        return np.ones(shape, dtype=bool)
    low, high = np.maximum(a[:, None, :, 0], b[None, :, :, 0]), np.minimum(a[:, None, :, 1], b[None, :, :, 1])
    touching: NDArray[np.bool_] = np.all(low <= high, axis=-1)
    return touching


def _unlike(rows: Objects, columns: Objects, of: Callable[[AnnotatedObject], Hashable]) -> NDArray[np.bool_]:
    """(rows, columns) whether the two differ in what `of` gives."""
    codes: dict[Hashable, int] = {}
    a, b = (np.array([codes.setdefault(of(one), len(codes)) for one in side]) for side in (rows, columns))
    unlike: NDArray[np.bool_] = a[:, None] != b[None, :]
    return unlike


def _label(one: AnnotatedObject) -> Hashable:
    return one.label


def _attributes(one: AnnotatedObject) -> Hashable:
    return msgspec.json.encode(one.attributes, order="sorted")


def _id(one: AnnotatedObject) -> Hashable:
    return one.id
