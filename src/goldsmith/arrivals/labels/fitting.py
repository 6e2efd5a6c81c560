"""Fitting: labels under the fields of the schema, as objects of another kind where only a field of that kind asks.

What changed on the way is told once an upload, what found no field at its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct, structs

from goldsmith.arrivals.arrival import Options
from goldsmith.arrivals.labels.nesting import Value, nest, tie
from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Opinion
from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.formats import PARENTS, UNNAMED_FIELDS
from goldsmith.kinds import KINDS, enclose, kind_of

WORDS = {"box": ("boxes", "the boxes around them"), "mask": ("masks", "the pixels inside them"),
         "polygon": ("polygons", "the outlines of their pixels")}
"""By kind, what a schema asks for and what of an object of another kind came in as that."""


class Change(NamedTuple):
    """An object that came in as another kind than the file has it."""

    kind: str
    became: str
    label: str


class Fitted(Struct, frozen=True, kw_only=True):
    """Labels under the fields of a schema, and what became of those that have no field of their kind."""

    value: Value
    lost: list[str]  # in words, what no field takes
    changed: list[Change]  # what came in as another kind


def fit_fields(value: Value, options: Options, item: ItemData) -> Fitted:
    """The objects under fields of the schema; without `fields` all stay as they are.

    An object whose label only a field of another kind has becomes that, where it can: a mask becomes the outlines of
    its parts, an outline the pixels inside it or its box.
    BadInput where several fields could take a label and none of them was chosen.
    """
    if not options.fields:
        return Fitted(value={name: objects for name, objects in value.items() if objects}, lost=[], changed=[])
    fitted: Value = {}
    without: dict[str, int] = {}
    changed: list[Change] = []
    lost: list[str] = []
    nested = () if any(field.name == PARENTS for field in options.fields) else value.get(PARENTS, ())
    value = {name: objects for name, objects in value.items() if name != PARENTS or not nested}
    value = _turned(value, options, item, lost, changed)
    ids = {one.id for objects in value.values() for one in objects}
    for name, objects in value.items():
        for parts in _wholes(objects):
            is_beside = parts[0].id.rpartition("-")[0] in ids  # keypoints whose object has a box of its own
            field, around = (None, None) if is_beside else _enclosing(parts, name, options)
            if around is not None and field:
                fitted[field] = (*fitted.get(field, ()), around)
                changed.append(Change(kind_of(parts[0]), kind_of(around), around.label))
                continue
            for one in parts:
                field = _field_of(one, kind_of(one), name, options)
                if field is None:
                    without[kind_of(one)] = without.get(kind_of(one), 0) + 1
                else:
                    fitted[field] = (*fitted.get(field, ()), one)
    lost += [f"The schema has no field for {count} {kind} label(s)." for kind, count in sorted(without.items())]
    fitted, untied = tie(fitted, options.fields)
    fitted, flat = nest(fitted, nested, options.fields)
    lost += untied
    lost += [f"{flat} region(s) lie under others, and the schema has no field that says so."] if flat else []
    return Fitted(value=fitted, lost=lost, changed=changed)


def fit_opinions(opinions: Sequence[Opinion], options: Options,
                 item: ItemData) -> tuple[tuple[Opinion, ...], list[str]]:
    """What others said under the fields of the schema, and in words what of it has none."""
    kept: list[Opinion] = []
    lost: list[str] = []
    for one in opinions:
        try:
            fitted = fit_fields(one.value, options, item)
        except BadInput as error:
            lost.append(f"What {one.by or 'a model'} said was left out: {error.message} {error.hint}".strip())
            continue
        lost += [f"{one.by or 'A model'}: {text}" for text in fitted.lost]
        if fitted.value:
            kept.append(structs.replace(one, value=fitted.value))
    return tuple(kept), lost


def _turned(value: Value, options: Options, item: ItemData, lost: list[str], changed: list[Change]) -> Value:
    """With objects that no field of their kind takes as what they can be in another.

    `lost` is told what could not be, and what fell into parts; `changed` what was done.
    """
    turned: Value = {}
    for name, objects in value.items():
        for parts in _wholes(objects):
            own, label = kind_of(parts[0]), parts[0].label
            kind = _other_kind(parts[0], options)
            if not kind:
                turned[name] = (*turned.get(name, ()), *parts)
                continue
            try:
                made = KINDS[own].becomes[kind](parts, item)
            except ValueError as error:
                lost.append(f"The {own} of {label!r} was left out: {error}")
                continue
            changed.append(Change(own, kind, label))
            if len(made) > len(parts):
                lost.append(f"The {own} of {label!r} has {len(made)} parts; each came in as a {kind}.")
            home = UNNAMED_FIELDS.get(kind, name) if name == UNNAMED_FIELDS.get(own) else name
            turned[home] = (*turned.get(home, ()), *made)
    return turned


def _other_kind(one: AnnotatedObject, options: Options) -> str:
    """The kind that the object has to become to have a field; empty: none, it stays what it is."""
    able = {field.kind for field in options.fields if any(label.name == one.label for label in field.labels)}
    there = {field.kind for field in options.fields}
    if kind_of(one) in able or (not able and kind_of(one) in there):
        return ""
    return next((kind for kind in KINDS[kind_of(one)].becomes if kind in (able or there)), "")


def _wholes(objects: Sequence[AnnotatedObject]) -> Iterator[list[AnnotatedObject]]:
    """The objects, those together that a reader made of one in several parts: its ids are then 7, 7-1, 7-2."""
    parts: list[AnnotatedObject] = []
    for one in objects:
        if parts and (one.id, one.label, one.asset) != (f"{parts[0].id}-{len(parts)}", parts[0].label, parts[0].asset):
            yield parts
            parts = []
        parts.append(one)
    if parts:
        yield parts


def _enclosing(parts: list[AnnotatedObject], name: str,
               options: Options) -> tuple[str | None, AnnotatedObject | None]:
    """The field of an enclosing kind that has the label, where none of its own kind does, and the object for it."""
    own, label = kind_of(parts[0]), parts[0].label
    able = {field.kind for field in options.fields if any(one.name == label for one in field.labels)}
    is_named = any(field.kind == own and field.name == name != UNNAMED_FIELDS.get(own) for field in options.fields)
    if own in able or is_named:
        return None, None
    for kind in sorted(able & KINDS.keys()):
        around = enclose(parts, kind)
        if around is not None:
            return _field_of(parts[0], kind, name, options), around
    return None, None


def tell_changed(changed: Mapping[Change, int]) -> Iterator[str]:
    """Say once of each kind how many objects came in as it, which the file has as another."""
    for became, name in sorted({(one.became, _whole(one)) for one in changed}):
        found = {one.label: count for one, count in changed.items() if (one.became, _whole(one)) == (became, name)}
        labels = ", ".join(sorted(found)[:5]) + (", …" if len(found) > 5 else "")
        asked, shown = WORDS.get(became, (f"objects of the kind {became}", "the places around them"))
        yield f"The schema asks for {asked} of {labels}: {sum(found.values())} {name}(s) came in as {shown}."


def _whole(one: Change) -> str:
    """What objects are called together that came in as another kind."""
    return "outline" if one.became not in KINDS[one.kind].becomes else one.kind


def _field_of(one: AnnotatedObject, kind: str, name: str, options: Options) -> str | None:
    """The field for the object as one of this kind; None where the schema has none of the kind.

    A label that no field has goes to the field it names, or the first of its kind, and is refused there by name.
    """
    of_kind = [field for field in options.fields if field.kind == kind]
    names = [field.name for field in of_kind]
    if name in names and name != UNNAMED_FIELDS.get(kind):
        return name
    able = [field.name for field in of_kind if any(label.name == one.label for label in field.labels)]
    chosen = [field for field in able if field in options.chosen]
    for found in (chosen, able):
        if len(found) == 1:
            return found[0]
    if name in (able or names):
        return name
    if able:
        raise BadInput(
            f"The label {one.label!r} could go to the fields {' and '.join(able)}.",
            hint="Say which when you import: “Labels go to” on the page, --field, or `field` in a call.")
    return names[0] if names else None
