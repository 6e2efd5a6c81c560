"""Label Studio's answers without a place: choices, paths of a tree, ratings, numbers, texts, comparisons, rankings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.schema import Field
from goldsmith.kinds.choice.kind import Choice
from goldsmith.kinds.number.kind import Number
from goldsmith.kinds.preference.kind import Preference
from goldsmith.kinds.ranking.kind import Ranking
from goldsmith.kinds.rating.kind import Rating, RatingSettings
from goldsmith.kinds.step.kind import Step
from goldsmith.kinds.taxonomy.kind import Taxonomy, path_of
from goldsmith.kinds.text.kind import Text

FORMS = {"choice": "choices", "taxonomy": "taxonomy", "rating": "rating", "number": "number", "text": "textarea",
         "preference": "pairwise", "ranking": "ranker", "step": "paragraphlabels"}
"""By kind, the type of its results."""

GROUPED = ("choice", "taxonomy")  # one result holds all labels
BETWEEN = " > "
LEVELS = RatingSettings().levels


def form_results(field: Field, objects: Sequence[AnnotatedObject], target: str) -> Iterator[dict[str, Any]]:
    """One result for each object, or for all about the same; under `goldsmith` the objects as they are."""
    groups: dict[str, list[AnnotatedObject]] = {}
    for o in objects:
        groups.setdefault((o.asset or target) if field.kind in GROUPED else o.id, []).append(o)
    for group in groups.values():
        first = group[0]
        plain = [msgspec.to_builtins(o) | {"attributes": {}} for o in group]
        home: str | list[str] = first.asset or target
        if isinstance(first, Preference):
            home = list(first.shown)
        yield {"id": first.id, "from_name": field.name, "to_name": home, "type": FORMS[field.kind],
               "value": _value(group, field), "goldsmith": {"objects": plain}}


def unseen(o: AnnotatedObject) -> str:
    """The sort of loss that other tools see in an object here; empty where they see all of it."""
    if isinstance(o, Preference) and (not o.chosen or o.strengths > 1):
        return "degree of preference"
    return "equal rank" if isinstance(o, Ranking) and any(len(place) > 1 for place in o.order) else ""


def _value(group: Sequence[AnnotatedObject], field: Field) -> dict[str, Any]:
    first = group[0]
    if isinstance(first, Choice):
        return {"choices": [o.label for o in group]}
    if isinstance(first, Taxonomy):
        return {"taxonomy": [list(path_of(o.label)) for o in group]}
    if isinstance(first, Rating):
        return {"rating": first.level}
    if isinstance(first, Number):
        return {"number": first.number}
    if isinstance(first, Text):
        return {"text": [first.text]}
    if isinstance(first, Preference):
        return {"selected": _side(first)} if first.chosen else {}
    if isinstance(first, Ranking):
        return {"ranker": {field.name: [name for place in first.order for name in place]}}
    assert isinstance(first, Step)
    at = str(first.step - 1)
    return {"start": at, "end": at, "paragraphlabels": [first.label]}


def _side(one: Preference) -> str:
    return "left" if one.shown[:1] == (one.chosen,) else "right"


def form_objects(type_: str, value: Mapping[str, Any], name: str, result_id: str,
                 targets: Sequence[str]) -> list[AnnotatedObject]:
    """The objects of another tool's result; where labels are questions, the one that has the field's name."""
    if type_ == "choices":
        return [Choice(id=_id(result_id, i), label=label) for i, label in enumerate(_texts(value.get("choices")))]
    if type_ == "taxonomy":
        paths = value.get("taxonomy")
        if not isinstance(paths, list):
            raise ValueError("A taxonomy's value is a list of paths.")
        return [Taxonomy(id=_id(result_id, i), label=BETWEEN.join(_texts(path))) for i, path in enumerate(paths)]
    if type_ == "rating":
        level = value.get("rating")
        if isinstance(level, bool) or not isinstance(level, int) or level < 1:
            raise ValueError("A rating is a whole number from 1.")
        return [Rating(id=result_id, label=name, level=level, levels=max(LEVELS, level))]
    if type_ in ("number", "datetime"):
        return [_number_or_day(type_, value, name, result_id)]
    if type_ == "textarea":
        texts = value.get("text")
        return [Text(id=result_id, label=name, text="\n".join(_texts([texts] if isinstance(texts, str) else texts)))]
    if type_ == "pairwise":
        return [_preference(value, name, result_id, targets)]
    if type_ == "ranker":
        return [_ranking(value, name, result_id)]
    if type_ == "paragraphlabels":
        return [_step(value, result_id)]
    raise ValueError(f"Results of the type {type_!r} are not read.")


def _id(result_id: str, index: int) -> str:
    return f"{result_id}-{index}" if index else result_id


def _texts(given: Any) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise ValueError("Labels and texts are a list of texts.")
    return given


def _number_or_day(type_: str, value: Mapping[str, Any], name: str, result_id: str) -> AnnotatedObject:
    given = value.get(type_)
    if type_ == "datetime" and isinstance(given, str):
        return Text(id=result_id, label=name, text=given)
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ValueError(f"{given!r} is no number.")
    return Number(id=result_id, label=name, number=given)


def _preference(value: Mapping[str, Any], name: str, result_id: str, targets: Sequence[str]) -> Preference:
    side = value.get("selected")
    if len(targets) != 2 or side not in ("left", "right"):
        raise ValueError("A comparison is of two, and one of them is selected.")
    return Preference(id=result_id, label=name, chosen=targets[side == "right"], strength=1, strengths=1,
                      shown=tuple(targets))


def _ranking(value: Mapping[str, Any], name: str, result_id: str) -> Ranking:
    said = value.get("ranker")
    lists = list(said.values()) if isinstance(said, dict) else [said]
    if len(lists) != 1:
        raise ValueError("Entries in several buckets are no order.")
    names = _texts(lists[0])
    return Ranking(id=result_id, label=name, order=tuple((one,) for one in names), shown=tuple(names))


def _step(value: Mapping[str, Any], result_id: str) -> Step:
    labels = _texts(value.get("paragraphlabels"))
    start, end = str(value.get("start", "")), str(value.get("end", ""))
    if not labels or not start.isdecimal() or start != end:
        raise ValueError("A label goes over several messages, or over none.")
    return Step(id=result_id, label=labels[0], step=int(start) + 1)
