"""One folder per annotation kind, found by folder here and by entry point elsewhere."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from importlib.metadata import entry_points
from math import isfinite
from operator import or_
from typing import TYPE_CHECKING, Any, cast

import msgspec
from msgspec import Struct

from goldsmith.core.annotation import AnnotatedObject, AttributeValue
from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.core.schema import Attribute, Field, LabelSchema, asked_fields
from goldsmith.core.schema import check_schema as check_plain_schema
from goldsmith.kinds.joins import Joins, join_problems, joinable

ENTRY_POINT_GROUP = "goldsmith.kinds"
LABELS_MOST = 1000  # of a field, where its kind says nothing else


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """What a kind's module offers; its functions take values of its own struct only."""

    value: type[AnnotatedObject]
    problems: Callable[[Any, ItemData], list[str]]
    distance: Callable[[Any, Any], float]
    merge: Callable[[Sequence[Any], Sequence[float]], Any]
    bounds: Callable[[Any], tuple[tuple[float, float], ...]] | None  # intervals that lie apart only at distance 1
    extent: Callable[[Any], tuple[tuple[float, float], ...]] | None  # how far it reaches itself; None: its bounds
    around: Callable[[Any, tuple[tuple[float, float], ...]], Any] | None  # an object of this kind, by what it bounds
    # by another kind, what of it holds the same place: of all parts of one object, on their item
    becomes: Mapping[str, Callable[[Sequence[Any], ItemData], list[AnnotatedObject]]]
    unit: str  # what `bounds` are measured in: "px", "characters"; empty where there are none
    tolerance: float  # places no farther apart than this are the same place: no hand draws one twice alike
    per_label: bool  # its labels are questions, each answered by one object at most; else they are classes
    alike_within: float | None  # per_label: answers no farther apart say the same; None: the project's limit
    labels_most: int  # that a field may have
    settings: type[Struct] | None  # what `Field.settings` says to this kind; its __post_init__ refuses nonsense
    misfits: Callable[[Any, Any], list[str]] | None  # what is wrong with a value under its settings
    together: Callable[[Sequence[Any], Any], list[str]] | None  # what is wrong with all of a field, under its settings
    measure: str  # what agreement in such a field rests on, in words; empty: labels, or overlap where it has bounds
    joins: Joins | None  # where its objects join others of the answer


def kind_of(value: AnnotatedObject | type[AnnotatedObject]) -> str:
    """The name of a value's kind: the tag of its struct."""
    return str(value.__struct_config__.tag)


def _modules() -> Iterator[Any]:
    for found in pkgutil.iter_modules(__path__):
        if found.ispkg:
            yield import_module(f"{__name__}.{found.name}.kind")
    for point in entry_points(group=ENTRY_POINT_GROUP):
        yield point.load()


def _find_kinds() -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    for m in _modules():
        name = kind_of(m.value)
        if name in kinds:
            raise RuntimeError(f"Two modules define the kind {name!r}; the second is {m.__name__}.")
        kinds[name] = _kind_of_module(m)
    return kinds


def _kind_of_module(m: Any) -> Kind:
    return Kind(value=m.value, problems=m.problems, distance=m.distance, merge=m.merge,
                bounds=getattr(m, "bounds", None), extent=getattr(m, "extent", None), around=getattr(m, "around", None),
                becomes=getattr(m, "becomes", {}), unit=getattr(m, "unit", ""), tolerance=getattr(m, "tolerance", 0.0),
                per_label=getattr(m, "per_label", False),
                alike_within=getattr(m, "alike_within", None), labels_most=getattr(m, "LABELS_MOST", LABELS_MOST),
                settings=getattr(m, "settings", None), misfits=getattr(m, "misfits", None),
                together=getattr(m, "together", None), measure=getattr(m, "measure", ""),
                joins=getattr(m, "joins", None))


KINDS: dict[str, Kind] = _find_kinds()

if TYPE_CHECKING:
    AnyObject = AnnotatedObject
else:  # the union of the structs found, which msgspec tells apart by tag
    AnyObject = reduce(or_, (kind.value for kind in KINDS.values()))

Value = dict[str, tuple[AnyObject, ...]]  # objects by field name


_decoder = msgspec.json.Decoder(Value)


def decode_value(raw: dict[str, Any] | bytes) -> dict[str, tuple[AnyObject, ...]]:
    """Objects by field name from JSON bytes or plain values; BadInput says where it does not fit."""
    try:
        return _decoder.decode(raw if isinstance(raw, bytes) else msgspec.json.encode(raw))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        text, _, path = str(error).partition(" - at `")
        raise BadInput(text, where=path.rstrip("`")) from error


def enclose(parts: Sequence[AnyObject], name: str) -> AnyObject | None:
    """One object of the kind `name` around these, with the first one's id, label and attributes.

    None where that kind encloses nothing, or a part has no extent on two axes.
    """
    around = KINDS[name].around
    found = [KINDS[kind_of(one)].extent or KINDS[kind_of(one)].bounds for one in parts]
    if around is None or None in found:
        return None
    extents = [extent(one) for extent, one in zip(found, parts, strict=True) if extent]
    if any(len(one) != 2 for one in extents):
        return None
    axes = zip(*extents, strict=True)
    whole = tuple((min(low for low, _ in axis), max(high for _, high in axis)) for axis in axes)
    return cast(AnyObject, around(parts[0], whole))


def check_schema(schema: LabelSchema) -> None:
    """Raise BadInput naming the first place of the schema that cannot work, the kinds' own settings included."""
    check_plain_schema(schema, {name: kind.labels_most for name, kind in KINDS.items()})
    for i, one in enumerate(schema.fields):
        try:
            settings_of(one)
        except msgspec.ValidationError as error:
            text, _, path = str(error).partition(" - at `$")
            raise BadInput(text, where=f"schema.fields[{i}].settings{path.rstrip('`')}",
                           hint=f"The kind's README says what `settings` of a {one.kind} may hold.") from error
        _check_joins(one, schema.fields[:i], f"schema.fields[{i}]")


def _check_joins(field: Field, earlier: Sequence[Field], where: str) -> None:
    """What joins objects stands behind the fields that mark them, and names labels that are there."""
    joins = KINDS[field.kind].joins
    if joins is None:
        return
    joined = joinable(field, earlier, has_place)
    unknown = sorted(set(field.settings.get("fields", ())) - {one.name for one in joined})
    if unknown:
        raise BadInput(f"No field before this one is called {unknown[0]!r} and marks places.",
                       where=f"{where}.settings.fields")
    if not joined:
        raise BadInput(f"A field of the kind {field.kind!r} joins objects of a field that stands before it and marks "
                       "places, such as spans or boxes; there is none.", where=f"{where}.kind")
    for text in joins.misnamed(field, joined)[:1]:
        raise BadInput(text, where=f"{where}.settings")


def has_place(name: str) -> bool:
    """Whether objects of this kind mark a place on a picture or in a text."""
    return bool(KINDS[name].unit)


def settings_of(field: Field) -> Struct | None:
    """What the field's settings say to its kind, with defaults; None where it has none.

    Raises msgspec.ValidationError where they do not fit.
    """
    kind = KINDS[field.kind]
    if kind.settings is not None:
        return msgspec.convert(field.settings, kind.settings)
    if field.settings:
        raise msgspec.ValidationError(f"A field of the kind {field.kind!r} has no settings.")
    return None


def value_problems(value: dict[str, tuple[AnyObject, ...]], schema: LabelSchema, item: ItemData) -> list[str]:
    """What is wrong with the value under this schema, each text led by its place."""
    fields, asked = {f.name for f in schema.fields}, asked_fields(schema, value)
    found = [f"{name}: The schema has no such field." for name in value if name not in fields]
    for f in schema.fields:
        objects = value.get(f.name, ())
        if f.name in asked:
            found += _count_problems(f, objects)
        elif objects and f.shown_if:
            on = f.shown_if.field
            found.append(f"{f.name}: The field is asked under a condition on {on} that does not hold; leave it empty.")
        for i, one in enumerate(objects):
            found += [f"{f.name}[{i}]: {text}" for text in _object_problems(one, f, item)]
        found += _setting_problems(f, objects) + _problems_of_joins(f, value, schema)
    return found + _repeated_ids(value)


def _problems_of_joins(field: Field, value: dict[str, tuple[AnyObject, ...]], schema: LabelSchema) -> list[str]:
    """Objects that join what is not there, or what they may not."""
    joins = KINDS[field.kind].joins
    own = [one for one in value.get(field.name, ()) if kind_of(one) == field.kind]
    if joins is None or not own:
        return []
    earlier = schema.fields[:schema.fields.index(field)]
    joined = joinable(field, earlier, has_place)
    there = {one.id: one for other in joined for one in value.get(other.name, ())}
    return join_problems(field, own, joins, there)


def _setting_problems(field: Field, objects: Sequence[AnyObject]) -> list[str]:
    """What the kind's settings forbid, and labels answered twice where each is a question."""
    kind = KINDS[field.kind]
    own = [(i, one) for i, one in enumerate(objects) if kind_of(one) == field.kind]
    found: list[str] = []
    settings = settings_of(field) if kind.misfits or kind.together else None
    if kind.together is not None:
        found += [f"{field.name}: {text}" for text in kind.together([one for _, one in own], settings)]
    if kind.misfits is not None:
        found += [f"{field.name}[{i}]: {text}" for i, one in own for text in kind.misfits(one, settings)]
    if kind.per_label:
        labels = [one.label for _, one in own]
        twice = [label for label in dict.fromkeys(labels) if labels.count(label) > 1]
        found += [f"{field.name}: {label!r} is answered twice." for label in twice]
    return found


def _count_problems(field: Field, objects: Sequence[AnyObject]) -> list[str]:
    count = len(objects)
    if field.required and not count:
        return [f"{field.name}: The field is required."]
    if KINDS[field.kind].per_label:
        given = {one.label for one in objects}
        open_ = [label.name for label in field.labels if label.name not in given]
        return [f"{field.name}: {name!r} is not answered." for name in open_] if field.required else []
    if not field.multiple and count > 1:
        return [f"{field.name}: The field takes one object, not {count}."]
    return []


def _object_problems(one: AnyObject, field: Field, item: ItemData) -> list[str]:
    """Problems of one object; where it names no asset it lies on its field's."""
    name = kind_of(one)
    if name != field.kind:
        return [f"The kind is {name!r}, the field takes {field.kind!r}."]
    found = [] if one.id else ["The id is empty."]
    if one.label not in {label.name for label in field.labels}:
        found.append(f"Unknown label {one.label!r}.")
    if one.asset and field.asset and one.asset != field.asset:
        found.append(f"The asset is {one.asset!r}, the field is about {field.asset!r}.")
    placed = msgspec.structs.replace(one, asset=one.asset or field.asset)
    return found + _attribute_problems(one, field) + KINDS[name].problems(placed, item)


def _attribute_problems(one: AnyObject, field: Field) -> list[str]:
    known = {attribute.name for attribute in field.attributes}
    found = [f"The field has no attribute {name!r}." for name in one.attributes if name not in known]
    for attribute in field.attributes:
        is_asked_here = not attribute.labels or one.label in attribute.labels
        if attribute.name in one.attributes:
            found += attribute_problems(attribute, one.attributes[attribute.name])
        elif attribute.required and is_asked_here:
            found.append(f"The attribute {attribute.name!r} is required.")
    return found


def attribute_problems(attribute: Attribute, value: AttributeValue) -> list[str]:
    """What is wrong with the value of one attribute."""
    name = attribute.name
    if attribute.sort == "select" and value not in attribute.options:
        return [f"The attribute {name!r} has no option {value!r}."]
    if attribute.sort == "flag" and not isinstance(value, bool):
        return [f"The attribute {name!r} is true or false."]
    if attribute.sort == "text" and not isinstance(value, str):
        return [f"The attribute {name!r} is a text."]
    if attribute.sort == "entity" and not (isinstance(value, str) and value):
        return [f"The attribute {name!r} is the id of an entry."]
    if attribute.sort == "number":
        return _number_problems(attribute, value)
    return []


def _number_problems(attribute: Attribute, value: AttributeValue) -> list[str]:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return [f"The attribute {attribute.name!r} is a number."]
    if attribute.minimum is not None and value < attribute.minimum:
        return [f"The attribute {attribute.name!r} is at least {attribute.minimum:g}."]
    if attribute.maximum is not None and value > attribute.maximum:
        return [f"The attribute {attribute.name!r} is at most {attribute.maximum:g}."]
    return []


def _repeated_ids(value: dict[str, tuple[AnyObject, ...]]) -> list[str]:
    seen: set[str] = set()
    found: list[str] = []
    for name, objects in value.items():
        for i, one in enumerate(objects):
            if one.id in seen:
                found.append(f"{name}[{i}]: The id {one.id!r} is used twice.")
            seen.add(one.id)
    return found
