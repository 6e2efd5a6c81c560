"""A change of a project's schema: which answers would no longer fit.

The two schemas are compared first: what was added breaks nothing, and then no answer is read. For the rest every
answer that stands is held against the differences only, so what did not fit before is not counted again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec
from msgspec import Struct

from goldsmith.core.schema import Attribute, Field, LabelSchema, is_asked
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import KINDS, AnyObject, attribute_problems, decode_value, kind_of, settings_of
from goldsmith.kinds.joins import join_problems

ITEMS_SHOWN = 5


class Break(Struct, frozen=True, kw_only=True):
    """What a new schema would break, and in how many answers."""

    what: str
    answers: int
    item_ids: tuple[str, ...]  # of the first few


Value = Mapping[str, tuple[AnyObject, ...]]
Check = Callable[[Value], bool]  # whether an answer would break

# Merged answers say nothing that the answers they come from do not say.
STANDING = """
SELECT i.item_id, a.value_json FROM annotation a JOIN item i ON i.item_seq = a.task_seq
 WHERE a.workspace_id = :workspace AND a.project_id = :project AND a.annotation_id > :after AND a.origin <> 'merge'
   AND a.state NOT IN ('replaced', 'returned')
"""


def check_change(db: Connection, project: Row, new: LabelSchema, *, after: str = "") -> list[Break]:
    """What the new schema would break of the project's answers; those later than the annotation `after` only.

    Reads every answer unless the change only adds: to be run in a thread, on a snapshot.
    """
    checks = dict(differences(msgspec.json.decode(project["schema_json"], type=LabelSchema), new))
    if not checks:
        return []
    counts, items = dict.fromkeys(checks, 0), {what: dict[str, None]() for what in checks}
    args = {"workspace": project["workspace_id"], "project": project["project_id"], "after": after}
    for row in db.stream(STANDING, args):
        value = decode_value(bytes(row["value_json"]))
        for what in (what for what, breaks in checks.items() if breaks(value)):
            counts[what] += 1
            if len(items[what]) < ITEMS_SHOWN:
                items[what][row["item_id"]] = None
    return [Break(what=what, answers=count, item_ids=tuple(items[what])) for what, count in counts.items() if count]


def last_annotation(db: Connection, project: Row) -> str:
    """The project's newest annotation id, or nothing: up to where a snapshot was checked."""
    row = db.one("SELECT max(annotation_id) FROM annotation WHERE workspace_id = :workspace AND project_id = :project",
                 {"workspace": project["workspace_id"], "project": project["project_id"]})
    return str(row[0]) if row is not None and row[0] is not None else ""


def differences(old: LabelSchema, new: LabelSchema) -> Iterator[tuple[str, Check]]:
    """Every way in which the new schema takes less or asks more than the old one, in words, and how to tell."""
    after = {field.name: field for field in new.fields}
    for field in old.fields:
        if field.name not in after:
            yield f"The field “{field.name}” is gone.", _has_objects(field.name)
        elif field != after[field.name]:
            yield from _of_field(field, after[field.name])
    before = {field.name: field for field in old.fields}
    for field in new.fields:
        if field.required and field.name not in before:
            yield f"The new field “{field.name}” is required.", _is_missing(field, None)


def _of_field(old: Field, new: Field) -> Iterator[tuple[str, Check]]:
    name = old.name
    if old.kind != new.kind:
        yield f"“{name}” was of the kind {old.kind}, and is {new.kind}.", _has_objects(name)
        return
    if old.asset != new.asset:
        yield f"“{name}” was about “{old.asset}”, and is about “{new.asset}”.", _has_objects(name)
    if old.multiple and not new.multiple:
        yield f"“{name}” takes one object only.", lambda value: len(value.get(name, ())) > 1
    if new.required and (not old.required or old.shown_if != new.shown_if):
        yield f"“{name}” is required.", _is_missing(new, old)
    if new.shown_if is not None and new.shown_if != old.shown_if:
        yield f"“{name}” is asked only under another condition.", _is_not_asked(new, old)
    if old.settings != new.settings:
        yield f"“{name}” has other settings.", _misfits(new, old)
        if KINDS[new.kind].joins is not None:
            yield f"“{name}” joins other objects than before.", _joins_otherwise(new, old)
    kept = {label.name for label in new.labels}
    for label in old.labels:
        if label.name not in kept:
            yield f"“{name}” has no label “{label.name}”.", _any(name, _has_label(label.name))
    if old.attributes != new.attributes:
        yield from _of_attributes(old, new)


def _of_attributes(old: Field, new: Field) -> Iterator[tuple[str, Check]]:
    after = {attribute.name: attribute for attribute in new.attributes}
    before = {attribute.name: attribute for attribute in old.attributes}
    for name, attribute in before.items():
        at = f"“{old.name}” · “{name}”"
        if name not in after:
            yield f"The attribute {at} is gone.", _any(old.name, _has_attribute(name))
        elif attribute != after[name]:
            yield from _of_attribute(old.name, at, attribute, after[name])
    for name, attribute in after.items():
        if attribute.required and name not in before:
            yield (f"The new attribute “{old.name}” · “{name}” is required.",
                   _any(old.name, lambda one, new=attribute: _lacks(one, new)))  # type: ignore[misc]


def _of_attribute(field: str, at: str, old: Attribute, new: Attribute) -> Iterator[tuple[str, Check]]:
    name = old.name
    if new.required and (not old.required or old.labels != new.labels):
        yield f"The attribute {at} is required.", _any(field, lambda one: _lacks(one, new) and not _lacks(one, old))
    if old.sort != new.sort:
        yield f"The attribute {at} was of the sort {old.sort}, and is {new.sort}.", _any(field, _unfit(old, new))
        return
    for option in old.options:
        if old.sort == "select" and option not in new.options:
            yield (f"The attribute {at} has no option “{option}”.",
                   _any(field, lambda one, gone=option: one.attributes.get(name) == gone))  # type: ignore[misc]
    if (old.minimum, old.maximum) != (new.minimum, new.maximum):
        yield f"The attribute {at} has another range.", _any(field, _unfit(old, new))


def _any(field: str, holds: Callable[[AnyObject], bool]) -> Check:
    return lambda value: any(holds(one) for one in value.get(field, ()))


def _has_objects(field: str) -> Check:
    return lambda value: bool(value.get(field))


def _has_label(label: str) -> Callable[[AnyObject], bool]:
    return lambda one: one.label == label


def _has_attribute(name: str) -> Callable[[AnyObject], bool]:
    return lambda one: name in one.attributes


def _lacks(one: AnyObject, attribute: Attribute) -> bool:
    """Whether the object needs the attribute and does not have it."""
    is_asked_here = not attribute.labels or one.label in attribute.labels
    return attribute.required and is_asked_here and attribute.name not in one.attributes


def _unfit(old: Attribute, new: Attribute) -> Callable[[AnyObject], bool]:
    """Values that the old attribute took and the new one does not."""

    def unfit(one: AnyObject) -> bool:
        if old.name not in one.attributes:
            return False
        value = one.attributes[old.name]
        return bool(attribute_problems(new, value)) and not attribute_problems(old, value)

    return unfit


def _misfits(new: Field, old: Field) -> Check:
    """What the kind's old settings took and its new ones do not."""
    check = KINDS[new.kind].misfits
    if check is None:
        return lambda value: False
    before, after = settings_of(old), settings_of(new)

    def misfit(one: AnyObject) -> bool:
        return kind_of(one) == new.kind and bool(check(one, after)) and not check(one, before)

    return _any(new.name, misfit)


def _joins_otherwise(new: Field, old: Field) -> Check:
    """What the old settings let the field's objects join and the new ones do not."""
    joins = KINDS[new.kind].joins

    def problems(field: Field, value: Value) -> list[str]:
        named = field.settings.get("fields") or value.keys()
        there = {one.id: one for name in named for one in value.get(name, ())}
        own = [one for one in value.get(field.name, ()) if kind_of(one) == field.kind]
        return [] if joins is None else join_problems(field, own, joins, there)

    return lambda value: bool(problems(new, value)) and not problems(old, value)


def _labels(value: Value) -> dict[str, set[str]]:
    return {name: {one.label for one in objects} for name, objects in value.items()}


def _is_missing(new: Field, old: Field | None) -> Check:
    """The field is asked, required and empty, and was not all of that before."""

    def missing(value: Value) -> bool:
        labels = _labels(value)
        if value.get(new.name) or not is_asked(new, labels):
            return False
        return old is None or not (old.required and is_asked(old, labels))

    return missing


def _is_not_asked(new: Field, old: Field) -> Check:
    """The field is filled, and its new condition does not hold where the old one did."""

    def unasked(value: Value) -> bool:
        labels = _labels(value)
        return bool(value.get(new.name)) and not is_asked(new, labels) and is_asked(old, labels)

    return unasked
