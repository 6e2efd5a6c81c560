"""Agreement: how alike two answers are, where they differ, and how far all annotators agree beyond chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from msgspec import Struct

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.schema import Field, LabelSchema
from goldsmith.quality import alpha as nominal
from goldsmith.quality.distance_alpha import ALL_ALIKE, NOTHING_SHARED, UNITS_LEAST, Alpha, alpha_by_distance, undefined
from goldsmith.quality.pairing import (
    Group,
    Objects,
    Placed,
    Plug,
    Value,
    agreement_of_two,
    group,
    has_place,
    place_distance,
    placed,
)
from goldsmith.quality.references import alike, joins_of

CHANCE_PRECISION = 0.005  # standard error of alpha's chance term, as a share of it


class Difference(Struct, frozen=True, kw_only=True):
    """One thing in which an answer `b` differs from an answer `a` that it is held against.

    missing: `a` has the object, `b` has not. extra: the other way round. choice: another label without a place.
    """

    field: str
    sort: Literal["missing", "extra", "label", "geometry", "attribute", "choice"]
    a_id: str | None  # None: `a` has no such object
    b_id: str | None  # None: `b` has no such object
    distance: float  # of the places, labels left aside; 1 for a missing or extra object and for a choice
    attribute: str = ""  # its name, where the sort is attribute


def agreement_of(a: Value, b: Value, field: Field, plug: Plug, *, limit: float = 0.5) -> float:
    """Agreement of two answers in one field, in [0, 1]; two answers without objects agree.

    1 less the mean distance over the objects of either, matched within `limit`; an object without its
    counterpart counts 1, and so does another label. For choices it is 0 or 1, of several choices the share of
    labels in common (Jaccard).
    """
    return Likeness(field, plug, limit=limit).of(a, b)


class Likeness:
    """`agreement_of` for many pairs of answers in one field: each answer is made ready and each pair compared once.

    It holds every answer that it was asked about. Where the field's objects join others, `among` says of which schema
    and plugs, so that they are compared by what they join; None: an id means the same in all answers.
    """

    def __init__(self, field: Field, plug: Plug, *, limit: float = 0.5,
                 among: tuple[LabelSchema, Mapping[str, Plug]] | None = None) -> None:
        if not 0 <= limit < 1:
            raise ValueError(f"limit {limit} is not in [0, 1)")
        self.field, self._plug, self._limit = field, plug, limit
        self._among = among if joins_of(plug) is not None else None
        self._ready: dict[int, tuple[Value, Placed]] = {}  # by identity, which lasts as long as the answer is held
        self._found: dict[tuple[int, int], float] = {}

    def of(self, a: Value, b: Value) -> float:
        """The agreement of two answers, in [0, 1]."""
        first, second = sorted((id(a), id(b)))
        if (first, second) not in self._found:
            self._found[first, second] = agreement_of_two(*self._pair(a, b), self._plug, limit=self._limit)
        return self._found[first, second]

    def _pair(self, a: Value, b: Value) -> tuple[Placed, Placed]:
        one, other = self._placed(a), self._placed(b)
        if self._among is None:
            return one, other
        ours, theirs = alike([a, b], *self._among, limit=self._limit)
        return self._made_ready(ours), self._made_ready(theirs)

    def _placed(self, answer: Value) -> Placed:
        if id(answer) not in self._ready:
            self._ready[id(answer)] = answer, self._made_ready(answer)
        return self._ready[id(answer)][1]

    def _made_ready(self, answer: Value) -> Placed:
        return placed(tuple(answer.get(self.field.name, ())), self._plug, asset=self.field.asset)


def differences(
    a: Value,
    b: Value,
    schema: LabelSchema,
    plugs: Mapping[str, Plug],
    *,
    limit: float = 0.5,
    tolerance: float | None = None,
) -> list[Difference]:
    """Where `b` differs from `a`, field by field; of place only beyond `tolerance` (None: the kind's).

    One pair of objects can differ in label, place and attributes at once: each is a difference of its own.
    """
    found: list[Difference] = []
    a, b = alike([a, b], schema, plugs, limit=limit)
    for field in schema.fields:
        answers, plug = _objects(a, b, field), plugs[field.kind]
        if not any(has_place(objects) for objects in answers) and not field.multiple:
            found += _single_choice(answers, field)
            continue
        for one in group(answers, plug, limit=limit, asset=field.asset):
            found += _compare(one, field, plug, tolerance)
    return found


def field_alpha(
    items: Sequence[Sequence[Value]],
    field: Field,
    plug: Plug,
    rng: np.random.Generator,
    *,
    limit: float = 0.5,
    confidence: float = 0.95,
    likeness: Likeness | None = None,
) -> Alpha:
    """Krippendorff's alpha of one field; each item holds its answers, one an annotator whom the field was asked.

    For a single choice the nominal alpha of the labels; no choice counts as a missing value. For everything
    else the general alpha whose distance is 1 less `agreement_of` whole answers: objects are matched inside an
    item, and chance is what answers to different items would agree by the same rule, known to half a percent.
    Shapes of different items seldom overlap, so there chance is small and alpha is close to the plain agreement.
    A `likeness` of this field, plug and limit is used for what it knows already.
    """
    if not field.multiple and not any(has_place(answer.get(field.name, ())) for item in items for answer in item):
        return _label_alpha(items, field, rng, confidence)
    alike = likeness or Likeness(field, plug, limit=limit)

    def delta(a: Value, b: Value) -> float:
        return 1.0 - alike.of(a, b)

    return alpha_by_distance(items, delta, rng, confidence=confidence, precision=CHANCE_PRECISION)


def _label_alpha(items: Sequence[Sequence[Value]], field: Field, rng: np.random.Generator, confidence: float) -> Alpha:
    labels = [[one[0].label for answer in item if (one := answer.get(field.name))] for item in items]
    units = [unit for unit in labels if len(unit) > 1]
    answers = sum(map(len, units))
    value = nominal.alpha(units)
    if value is None:
        return undefined(ALL_ALIKE if units else NOTHING_SHARED, units=len(units), answers=answers)
    interval = nominal.alpha_interval(units, rng, confidence=confidence) if len(units) >= UNITS_LEAST else None
    low, high = interval or (None, None)
    return Alpha(value=value, low=low, high=high, units=len(units), answers=answers)


def _objects(a: Value, b: Value, field: Field) -> list[Objects]:
    return [tuple(a.get(field.name, ())), tuple(b.get(field.name, ()))]


def _single_choice(answers: Sequence[Objects], field: Field) -> list[Difference]:
    a, b = (objects[0] if objects else None for objects in answers)
    if a and b and a.label == b.label:
        return _attributes(a, b, field, 0.0)
    if a is None and b is None:
        return []
    return [_difference(field, "choice", a, b)]


def _compare(one: Group, field: Field, plug: Plug, tolerance: float | None) -> list[Difference]:
    a, b = one.get(0), one.get(1)
    if a is None or b is None:
        if not has_place(list(one.values())):
            return [_difference(field, "choice", a, b)]
        return [_difference(field, "missing" if a else "extra", a, b)]
    apart = place_distance(a, b, plug.distance)
    found = [_difference(field, "label", a, b, apart)] if a.label != b.label else []
    if apart > (getattr(plug, "tolerance", 0.0) if tolerance is None else tolerance):
        found.append(_difference(field, "geometry", a, b, apart))
    return found + _attributes(a, b, field, apart)


def _attributes(a: AnnotatedObject, b: AnnotatedObject, field: Field, apart: float) -> list[Difference]:
    names = sorted(set(a.attributes) | set(b.attributes))
    unlike = [name for name in names if a.attributes.get(name) != b.attributes.get(name)]
    return [_difference(field, "attribute", a, b, apart, attribute=name) for name in unlike]


def _difference(
    field: Field,
    sort: Literal["missing", "extra", "label", "geometry", "attribute", "choice"],
    a: AnnotatedObject | None,
    b: AnnotatedObject | None,
    distance: float = 1.0,
    *,
    attribute: str = "",
) -> Difference:
    a_id, b_id = a.id if a else None, b.id if b else None
    return Difference(field=field.name, sort=sort, a_id=a_id, b_id=b_id, distance=distance, attribute=attribute)
