"""Remarks: what a reviewer says about an object of the merged answer reaches each annotator at their own object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.schema import LabelSchema
from goldsmith.kinds import KINDS
from goldsmith.quality.pairing import Value, group
from goldsmith.quality.references import alike

SAME_OBJECT = 0.5  # the distance up to which two answers' objects are one, as where they are merged


class Remark(Struct, frozen=True, kw_only=True):
    """A comment, pinned to an object of an answer where it names one; without an answer, of the merged one."""

    text: str
    annotation_id: str = ""
    object_id: str = ""


def pin(remarks: Iterable[Remark], schema: LabelSchema, merged: Value, answers: Mapping[str, Value]) -> list[Remark]:
    """Each remark on a merged object once for every answer that has it; all others, and those nobody has, as they are.

    answers: what goes back, by annotation id.
    """
    found: list[Remark] = []
    for remark in remarks:
        is_settled = not remark.object_id or remark.annotation_id
        owners = {} if is_settled else _owners(remark.object_id, schema, merged, answers)
        found += [structs.replace(remark, annotation_id=annotation_id, object_id=one.id)
                  for annotation_id, one in owners.items()] or [remark]
    return found


def _owners(object_id: str, schema: LabelSchema, merged: Value,
            answers: Mapping[str, Value]) -> dict[str, AnnotatedObject]:
    """By annotation id, the object of each answer that is this one of the merged answer."""
    for field in schema.fields:
        if object_id not in {one.id for one in merged.get(field.name, ())}:
            continue
        ids = list(answers)
        values = alike([merged, *answers.values()], schema, KINDS)
        groups = group([value.get(field.name, ()) for value in values], KINDS[field.kind], limit=SAME_OBJECT,
                       asset=field.asset)
        mine = next((one for one in groups if 0 in one and one[0].id == object_id), {})
        return {ids[at - 1]: one for at, one in sorted(mine.items()) if at > 0}
    return {}
