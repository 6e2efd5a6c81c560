"""Exams: whether an answer is right, held against one that is known."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from goldsmith.core.schema import LabelSchema, asked_fields
from goldsmith.quality.agreement import Difference, agreement_of, differences
from goldsmith.quality.pairing import Plug, Value
from goldsmith.quality.references import alike


class Judged(Struct, frozen=True, kw_only=True):
    """An answer held against the known one: its distance, in [0, 1], and where it differs."""

    distance: float
    is_right: bool
    differences: tuple[Difference, ...]


def judge(known: Value, answer: Value, schema: LabelSchema, plugs: Mapping[str, Plug], *, tolerance: float) -> Judged:
    """Right when the answer is no farther than `tolerance` from the known one, in [0, 1), in its worst field.

    A field's distance is 1 less the agreement of the two answers: of objects matched by place the mean distance, where
    one that is missing or too many counts 1, and of choices the share of labels not in common. Another answer to a
    question about an object counts 1 as well; a text written freely is not compared.
    """
    fields = asked_fields(schema, known) | asked_fields(schema, answer)
    free = {(field.name, one.name) for field in schema.fields for one in field.attributes if one.sort == "text"}
    found = tuple(one for one in differences(known, answer, schema, plugs, tolerance=tolerance)
                  if one.sort != "attribute" or (one.field, one.attribute) not in free)
    known, answer = alike([known, answer], schema, plugs)
    apart = [1.0 - agreement_of(known, answer, field, plugs[field.kind]) for field in schema.fields
             if field.name in fields]
    if any(one.sort == "attribute" for one in found):
        apart.append(1.0)
    distance = min(1.0, max(apart, default=0.0))
    return Judged(distance=distance, is_right=distance <= tolerance + 1e-9, differences=found)
