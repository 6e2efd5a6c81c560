"""Nesting: what joins objects of an upload, under the fields of the schema that join objects.

Regions that lie under others come as relations of the label `parent`. They stay that where the schema has such a label,
become groups where it has a field of groups, and are told where it has neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.schema import Field
from goldsmith.formats import PARENT
from goldsmith.kinds import KINDS, has_place
from goldsmith.kinds.group.kind import ObjectGroup
from goldsmith.kinds.joins import joinable
from goldsmith.kinds.relation.kind import Relation

Value = dict[str, tuple[AnnotatedObject, ...]]  # objects by field name


def nest(value: Value, links: Sequence[AnnotatedObject], fields: Sequence[Field]) -> tuple[Value, int]:
    """The value with what the links say, each link from a region to the one that it lies under; and how many are lost.
    """
    pairs = [one for one in links if isinstance(one, Relation)]
    for field in fields:
        if field.kind not in ("relation", "group") or not pairs:
            continue
        there = {one.id: one for other in joinable(field, fields[:list(fields).index(field)], has_place)
                 for one in value.get(other.name, ())}
        held = [one for one in pairs if one.source in there and one.target in there]
        made: list[AnnotatedObject] = []
        if field.kind == "relation" and any(label.name == PARENT for label in field.labels):
            made = [one for one in held if not _unfit(field, one, there)]
        elif field.kind == "group":
            made = list(_groups(held, field, there))
        made = [one for one in made if not _clashes(field, (*value.get(field.name, ()), one))]
        if made:
            joined = {name for one in made for name in _refers(field, one)}
            pairs = [one for one in pairs if one not in made and not {one.source, one.target} <= joined]
            value = {**value, field.name: (*value.get(field.name, ()), *made)}
    return value, len(pairs)


def _groups(links: Sequence[Relation], field: Field, there: dict[str, AnnotatedObject]) -> Iterator[ObjectGroup]:
    """What the links tie together, topmost first, under the label of the topmost region or the field's only one."""
    above = {one.source: one.target for one in links}
    members: dict[str, list[str]] = {}
    for child in above:
        top, seen = child, {child}
        while top in above and above[top] not in seen:
            top = above[top]
            seen.add(top)
        members.setdefault(top, [top])
        members[top] += [one for one in (child,) if one not in members[top]]
    labels = [label.name for label in field.labels]
    for top, names in members.items():
        label = there[top].label if there[top].label in labels else labels[0] if len(labels) == 1 else ""
        if label and len(names) > 1:
            yield ObjectGroup(id=f"group-{top}", label=label, members=tuple(names))


def tie(value: Value, fields: Sequence[Field]) -> tuple[Value, list[str]]:
    """The value without joins of what did not come in, and without those said twice; in words what is lost."""
    lost: list[str] = []
    for i, field in enumerate(fields):
        joins = KINDS[field.kind].joins
        if joins is None or field.name not in value:
            continue
        there = {one.id for other in joinable(field, fields[:i], has_place) for one in value.get(other.name, ())}
        held = [one for one in value[field.name] if there.issuperset(_refers(field, one))]
        if loose := len(value[field.name]) - len(held):
            lost.append(f"{field.name}: {loose} {field.kind}(s) join what did not come in.")
        first: dict[bytes, AnnotatedObject] = {}
        for one in held:
            form = joins.renamed(one, {name: name for name in joins.refers(one)}, field.settings)
            first.setdefault(msgspec.json.encode(structs.replace(one if form is None else form, id="")), one)
        value = {**value, field.name: tuple(first.values())}
    return {name: objects for name, objects in value.items() if objects}, lost


def _unfit(field: Field, one: AnnotatedObject, there: dict[str, AnnotatedObject]) -> list[str]:
    joins = KINDS[field.kind].joins
    return joins.unfit(one, there, field.settings) if joins else []


def _refers(field: Field, one: AnnotatedObject) -> tuple[str, ...]:
    joins = KINDS[field.kind].joins
    return joins.refers(one) if joins else ()


def _clashes(field: Field, objects: Sequence[AnnotatedObject]) -> bool:
    joins = KINDS[field.kind].joins
    return bool(joins and joins.clashes(objects, field.settings))
