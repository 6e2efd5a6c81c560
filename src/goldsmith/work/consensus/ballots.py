"""Ballots: which fields can be weighed by skill, and the choices of an answer as class numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.schema import Field, LabelSchema, asked_fields
from goldsmith.kinds import KINDS

Value = Mapping[str, Sequence[AnnotatedObject]]
LABELS_MOST = 50  # with more, a matrix per annotator is too large to be read at every answer
NOTHING = ""  # the class of a field that was left empty


def is_shape(field: Field) -> bool:
    """Whether the field's objects have a place: its kind adds something to every kind's, and asks no questions.

    What joins other objects has none of its own.
    """
    kind = KINDS[field.kind]
    has_more = len(kind.value.__struct_fields__) > len(AnnotatedObject.__struct_fields__)
    return has_more and not kind.per_label and not is_joining(field)


def is_joining(field: Field) -> bool:
    """Whether the field's objects join others, as relations do: what they come to is voted, never weighed."""
    return KINDS[field.kind].joins is not None


def can_be_weighed(schema: LabelSchema) -> bool:
    """Whether each field is of shapes, or one choice without questions about it, so that answers have a probability.

    Fields that join objects may stand beside them.
    """
    return all(_is_weighed(field) for field in schema.fields if not is_joining(field))


def _is_weighed(field: Field) -> bool:
    is_one_choice = field.kind == "choice" and not field.multiple and not field.attributes
    return (is_shape(field) or is_one_choice) and len(field.labels) <= LABELS_MOST


def names_of(field: Field) -> tuple[str, ...]:
    """The field's labels by name."""
    return tuple(label.name for label in field.labels)


def classes_of(field: Field) -> tuple[str, ...]:
    """What a field can come to, by name."""
    return names_of(field) if field.required else (*names_of(field), NOTHING)


def ballots(schema: LabelSchema, field: Field, values: Sequence[Value]) -> list[int | None]:
    """The class that each answer chose; None where it was not asked, or holds a label that is no longer there."""
    number = {name: i for i, name in enumerate(classes_of(field))}
    found: list[int | None] = []
    for value in values:
        objects = value.get(field.name, ())
        label = objects[0].label if objects else NOTHING
        found.append(number.get(label) if field.name in asked_fields(schema, value) else None)
    return found


def object_of(field: Field, label: str, values: Sequence[Value]) -> tuple[AnnotatedObject, ...]:
    """A choice of this label as one of the answers has it; none for NOTHING."""
    if label == NOTHING:
        return ()
    given = [objects[0] for value in values if (objects := value.get(field.name, ())) and objects[0].label == label]
    if given:
        return (min(given, key=lambda one: one.id),)
    return (KINDS["choice"].value(id=f"{field.name}-1", label=label),)
