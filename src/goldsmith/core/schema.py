"""Label schema: which fields an annotator fills, and with which kinds, labels and attributes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from msgspec import Struct

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.errors import BadInput


class Label(Struct, frozen=True, kw_only=True):
    """One class a person can choose; `color` is a CSS hex colour or None for the palette's."""

    name: str
    color: str | None = None
    help: str = ""


class Attribute(Struct, frozen=True, kw_only=True):
    """A question about one object: an option, a number, a text, a yes or no, or which entry of a vocabulary it is."""

    name: str
    sort: Literal["select", "number", "text", "flag", "entity"]
    options: tuple[str, ...] = ()  # for select
    labels: tuple[str, ...] = ()  # asked of objects with these labels only; empty: of all
    required: bool = False
    minimum: float | None = None  # for number, included
    maximum: float | None = None
    vocabulary: str = ""  # for entity: the vocabulary's name; the answer is an entry's id, or NIL where none is meant


class Condition(Struct, frozen=True, kw_only=True):
    """True where the field `field` holds an object with one of the labels `any_of`."""

    field: str
    any_of: tuple[str, ...]


class Field(Struct, frozen=True, kw_only=True):
    """One question about an item: its kind decides how it is answered."""

    name: str
    kind: str  # a folder of goldsmith.kinds
    labels: tuple[Label, ...]
    attributes: tuple[Attribute, ...] = ()
    asset: str = ""  # the asset or data key it is about: "image", "text"
    required: bool = False
    multiple: bool = True  # False: at most one object
    shown_if: Condition | None = None  # asked only where the condition holds
    help: str = ""
    settings: dict[str, Any] = {}  # what the kind alone needs to know; its folder says what


class LabelSchema(Struct, frozen=True, kw_only=True):
    """The fields of a project, in the order they are shown."""

    fields: tuple[Field, ...]


def is_asked(field: Field, labels_by_field: Mapping[str, set[str]]) -> bool:
    """Whether the field's condition holds, given the labels that the objects of each field that is asked carry."""
    if field.shown_if is None:
        return True
    return bool(labels_by_field.get(field.shown_if.field, set()) & set(field.shown_if.any_of))


def asked_fields(schema: LabelSchema, value: Mapping[str, Iterable[AnnotatedObject]]) -> frozenset[str]:
    """The names of the fields that are asked with this value; objects of one that is not asked fulfil no condition."""
    labels: dict[str, set[str]] = {}
    for field in schema.fields:
        if is_asked(field, labels):
            labels[field.name] = {one.label for one in value.get(field.name, ())}
    return frozenset(labels)


def check_schema(schema: LabelSchema, kinds: Mapping[str, int]) -> None:
    """Raise BadInput naming the first place that cannot work; `kinds` says how many labels each takes at most."""
    if not schema.fields:
        raise BadInput("A schema needs at least one field.", where="schema.fields")
    earlier: dict[str, Field] = {}
    for i, field in enumerate(schema.fields):
        where = f"schema.fields[{i}]"
        if not field.name or field.name in earlier:
            raise BadInput(f"Field name {field.name!r} is empty or used twice.", where=f"{where}.name")
        if field.kind not in kinds:
            known = ", ".join(sorted(kinds))
            raise BadInput(f"Unknown kind {field.kind!r}.", where=f"{where}.kind", hint=f"Known: {known}.")
        _check_labels(field, kinds[field.kind], where)
        _check_attributes(field, where)
        _check_condition(field, earlier, where)
        earlier[field.name] = field


def _check_labels(field: Field, most: int, where: str) -> None:
    names = [label.name for label in field.labels]
    if not names:
        raise BadInput("A field needs at least one label.", where=f"{where}.labels")
    if len(names) > most:
        text = f"A field of the kind {field.kind!r} takes at most {most:,} labels, not {len(names):,}."
        raise BadInput(text, where=f"{where}.labels")
    if len(set(names)) != len(names) or "" in names:
        raise BadInput("A label is empty or used twice.", where=f"{where}.labels")


def _check_attributes(field: Field, where: str) -> None:
    labels, seen = {label.name for label in field.labels}, set[str]()
    for i, attribute in enumerate(field.attributes):
        at = f"{where}.attributes[{i}]"
        if not attribute.name or attribute.name in seen:
            raise BadInput(f"Attribute name {attribute.name!r} is empty or used twice.", where=f"{at}.name")
        seen.add(attribute.name)
        if attribute.sort == "select" and not attribute.options:
            raise BadInput("A select attribute needs options.", where=f"{at}.options")
        if attribute.sort == "entity" and not attribute.vocabulary:
            raise BadInput("An entity attribute needs a vocabulary to choose from.", where=f"{at}.vocabulary")
        unknown = sorted(set(attribute.labels) - labels)
        if unknown:
            raise BadInput(f"The field has no label {unknown[0]!r}.", where=f"{at}.labels")


def _check_condition(field: Field, earlier: dict[str, Field], where: str) -> None:
    if field.shown_if is None:
        return
    asked = earlier.get(field.shown_if.field)
    if asked is None:
        raise BadInput("A condition names a field that stands before this one.", where=f"{where}.shown_if.field")
    unknown = sorted(set(field.shown_if.any_of) - {label.name for label in asked.labels})
    if unknown or not field.shown_if.any_of:
        what = f"label {unknown[0]!r}" if unknown else "label"
        raise BadInput(f"The condition needs a {what} of field {asked.name!r}.", where=f"{where}.shown_if.any_of")
