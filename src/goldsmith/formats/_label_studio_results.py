"""Label Studio's results as objects: regions with what is asked of them, answers to the whole task, relations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from goldsmith.core.annotation import AnnotatedObject, AttributeValue
from goldsmith.formats import _label_studio_chats as chats
from goldsmith.formats._label_studio_forms import FORMS, form_objects
from goldsmith.formats._label_studio_shapes import TYPES, shape_of
from goldsmith.formats._reading import PARENT, PARENTS, UNREADABLE, Problems, reason_of
from goldsmith.kinds import decode_value
from goldsmith.kinds.message.kind import Message
from goldsmith.kinds.relation.kind import Relation
from goldsmith.kinds.span.kind import Span

RELATIONS = "relations"  # the field of relations, and the label of one that has none
TOOLS = frozenset(TYPES.values())
Value = dict[str, tuple[AnnotatedObject, ...]]


class Result(msgspec.Struct):
    """One result: a region, a part of one, or an answer to the whole task."""

    type: str
    id: str = ""
    from_name: str = ""
    to_name: str | list[str] = ""
    source: str = ""
    value: dict[str, Any] = {}
    original_width: float | None = 0
    original_height: float | None = 0
    item_index: int | None = 0  # which picture of a list
    goldsmith: dict[str, Any] = {}
    score: Any = None  # of a prediction: how sure the model is
    from_id: str = ""  # of a relation
    to_id: str = ""
    labels: list[str] | None = None
    direction: str | None = "right"
    parent_id: str | None = msgspec.field(default="", name="parentID")  # the region that this one lies under

    def targets(self) -> list[str]:
        """What it is about, by name."""
        names = self.to_name if isinstance(self.to_name, list) else self.to_name.split(",")
        return [one.strip() for one in names if one.strip()]

    def key_in(self, data: Mapping[str, Any], candidates: Sequence[str]) -> str:
        """The data key that it is about: the one that it names, else the only candidate; empty where neither is."""
        for name in (self.source.removeprefix("$"), *self.targets()[:1]):
            if name in data:
                return name
        return candidates[0] if len(candidates) == 1 else ""


class ResultReader:
    """The results of one annotation or prediction on their way to objects; what cannot be read is told."""

    def __init__(self, data: Mapping[str, Any], pictures: Mapping[str, tuple[int, int]], place: str, tell: Problems,
                 note: Problems) -> None:
        """`data`: the task's; `pictures`: its keys that are pictures, with their size."""
        self._data, self._place, self._tell, self._note = data, place, tell, note
        self._sizes, self._pictures = pictures, list(pictures)
        self._texts = [key for key, value in data.items() if isinstance(value, str) and key not in pictures]

    def read(self, results: Sequence[Result], whole: Any = None) -> tuple[Value, dict[str, float]]:
        """All objects by field, and how sure a model is of them: a result's score, else that of the `whole`."""
        by_id: dict[str, list[Result]] = {}
        found: dict[str, list[AnnotatedObject]] = {}
        scores: dict[str, float] = {}
        for i, one in enumerate(results):
            if one.type != "relation":
                by_id.setdefault(one.id or f"r{i}", []).append(one)
                continue
            try:
                field = one.goldsmith.get("field")
                found.setdefault(field if isinstance(field, str) else RELATIONS, []).extend(_relations(one, i))
            except UNREADABLE as error:
                self._tell(f"{self._place} result[{i}]", reason_of(error))
        found[PARENTS] = [*found.get(PARENTS, ()), *_nested(results, found)]
        for result_id, group in by_id.items():
            score = _score(next((one.score for one in group if _score(one.score) is not None), whole))
            try:
                for field, o in self._objects(result_id, group):
                    found.setdefault(field, []).append(o)
                    scores |= {} if score is None else {o.id: score}
            except UNREADABLE as error:
                self._tell(f"{self._place} result {result_id}", reason_of(error))
        self._chain(results, found)
        return {field: tuple(objects) for field, objects in found.items() if objects}, scores

    def _chain(self, results: Sequence[Result], found: dict[str, list[AnnotatedObject]]) -> None:
        """Turns of a chat follow the conversation that the task brings, and each other by the time they were said."""
        said = {one.id: at for one in results if one.type == chats.TYPE and (at := _timestamp(one)) is not None}
        lists = [key for key, value in self._data.items() if isinstance(value, list)]
        for field in {one.from_name: None for one in results if one.type == chats.TYPE}:
            turns = sorted((o for o in found.get(field, ()) if isinstance(o, Message)),
                           key=lambda one: said.get(one.id, 0))
            key = next(one.key_in(self._data, lists) for one in results if one.from_name == field)
            try:
                found[field] = list(chats.chained(field, turns, self._data, key))
            except UNREADABLE as error:
                self._tell(f"{self._place} data.{key}", reason_of(error))
                found[field] = list(chats.chained(field, turns, {}, ""))

    def _objects(self, result_id: str, group: list[Result]) -> Iterator[tuple[str, AnnotatedObject]]:
        turn = next((one for one in group if one.type == chats.TYPE), None)
        if turn is not None:
            asked = {name: given for one in group if one is not turn for name, given in _attributes(one).items()}
            message = chats.message_of(turn.value, turn.goldsmith.get("objects"), result_id)
            yield turn.from_name, replace(message, attributes=message.attributes | asked)
            return
        region = next((one for one in group if _is_region(one)), None)
        if region is None:
            for one in group:
                for o in self._forms(one, result_id):
                    yield one.from_name, o
            return
        labels = [label for one in group for label in _labels(one)]
        if len(set(labels)) > 1:
            self._note(self._place, f"not read: label beside the first of {result_id}")
        attributes: dict[str, AttributeValue] = {}
        for one in group:
            if not _is_region(one) and not _labels(one):
                attributes |= _attributes(one)
        shape = self._region(region)
        label = labels[0] if labels else region.from_name
        yield region.from_name, replace(shape, id=result_id, label=label, attributes=attributes)

    def _region(self, one: Result) -> AnnotatedObject:
        if "start" in one.value or "globalOffsets" in one.value:
            return self._span(one)
        asset = one.key_in(self._data, self._pictures)
        kind = one.goldsmith.get("kind")
        frame = int(one.original_width or 0), int(one.original_height or 0)
        frame = frame if min(frame) > 0 else self._sizes.get(asset, frame)
        if one.value.get("item_index") or one.item_index:
            raise ValueError("The region lies on another page of a list.")
        shape = shape_of(one.type.removesuffix("labels"), one.value, frame, is_turned=kind == "rotated_box")
        return replace(shape, asset=asset)

    def _span(self, one: Result) -> Span:
        offsets = one.value.get("globalOffsets") or one.value
        start, end = offsets.get("start"), offsets.get("end")
        if not isinstance(start, int) or not isinstance(end, int) or "channel" in one.value:
            raise ValueError("The region has no offsets in a text.")
        return Span(id="", label="", asset=one.key_in(self._data, self._texts), start=start, end=end)

    def _forms(self, one: Result, result_id: str) -> list[AnnotatedObject]:
        """Our own objects as they were; another tool's by what the result says."""
        own = one.goldsmith.get("objects")
        if isinstance(own, list):
            return list(decode_value({one.from_name: own})[one.from_name])
        if one.type not in FORMS.values() and one.type != "datetime":
            raise ValueError(f"Results of the type {one.type!r} are not read.")
        return form_objects(one.type, one.value, one.from_name, result_id, one.targets())


def _relations(one: Result, index: int) -> list[AnnotatedObject]:
    """The relation under each of its labels, and back again where it goes both ways; our own objects as they were."""
    own = one.goldsmith.get("objects")
    if isinstance(own, list):
        return list(decode_value({RELATIONS: own})[RELATIONS])
    ends = (one.to_id, one.from_id) if one.direction == "left" else (one.from_id, one.to_id)
    ways = (ends, ends[::-1]) if one.direction == "bi" else (ends,)
    return [Relation(id=f"relation-{index}-{n}" + ("-back" if way else ""), label=label, source=source, target=target)
            for n, label in enumerate(one.labels or [RELATIONS]) for way, (source, target) in enumerate(ways)]


def _nested(results: Sequence[Result], found: Mapping[str, Sequence[AnnotatedObject]]) -> list[AnnotatedObject]:
    """A relation from each region to the one that it lies under, where no relation of the annotation says so."""
    said = {(o.source, o.target) for objects in found.values() for o in objects
            if isinstance(o, Relation) and o.label == PARENT}
    pairs = {(one.id, one.parent_id): None for one in results if one.id and one.parent_id}
    return [Relation(id=f"parent-{child}", label=PARENT, source=child, target=parent)
            for child, parent in pairs if (child, parent) not in said]


def _timestamp(one: Result) -> float | None:
    """When a turn of a chat was said; None where the result does not say it."""
    said = one.value.get(chats.TYPE)
    at = said.get("timestamp") if isinstance(said, dict) else None
    return float(at) if isinstance(at, int | float) and not isinstance(at, bool) else None


def _score(given: Any) -> float | None:
    """A score as a share from 0 to 1; None where it is none."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    return min(1.0, max(0.0, float(given)))


def _is_region(one: Result) -> bool:
    """Whether the result says where something is."""
    tool = one.type.removesuffix("labels")
    if tool in TOOLS:
        return bool(one.value.keys() & {"x", "points", "vertices", "rle"})
    return one.type in ("labels", "hypertextlabels") and bool(one.value.keys() & {"start", "globalOffsets"})


def _labels(one: Result) -> list[str]:
    """The labels of a region's result."""
    given = one.value.get(one.type) if one.type.endswith("labels") else None
    return [label for label in given if isinstance(label, str)] if isinstance(given, list) else []


def _attributes(one: Result) -> dict[str, AttributeValue]:
    """What a result says of its region."""
    if one.type in TOOLS:
        return {}
    given = one.value.get({"textarea": "text"}.get(one.type, one.type))
    if one.goldsmith.get("kind") == "flag":
        return {one.from_name: given == ["true"]}
    if one.type in ("number", "rating") and isinstance(given, int | float):
        return {one.from_name: given}
    if one.type in ("textarea", "datetime"):
        texts = [given] if isinstance(given, str) else given
        return {one.from_name: "\n".join(str(text) for text in texts)} if isinstance(texts, list) else {}
    if isinstance(given, list) and one.type in ("choices", "taxonomy"):
        names = [" > ".join(map(str, path)) if isinstance(path, list) else str(path) for path in given]
        if len(names) == 1:
            return {one.from_name: names[0]}
        return {f"{one.from_name}: {name}": True for name in names}
    raise ValueError(f"Results of the type {one.type!r} on a region are not read.")
