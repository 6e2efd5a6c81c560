"""Asking a predictor about items of a project, and looking at what it says before anybody else does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.core.schema import LabelSchema
from goldsmith.db.connection import Row
from goldsmith.kinds import KINDS, decode_value, value_problems
from goldsmith.models import Asked, Json, Prediction
from goldsmith.models.doubt import entropy
from goldsmith.work.consensus import decode_schema

ABOUT_WHOLE = "is required."  # problems of an answer that a suggestion may have: somebody else completes it
DEPTH_MOST = 8


class Checked(Struct, frozen=True, kw_only=True):
    """A prediction whose objects fit the schema and the item."""

    value_json: bytes
    scores: dict[str, float]
    confidence: float | None  # of the object that it is least sure of; None where it says nothing
    doubt: float | None  # entropy of what it gives the labels, from 0 to 1, of the field in most doubt


def asked_of(project: Row) -> Asked:
    """What is asked of each item of the project."""
    schema = decode_schema(project["schema_json"])
    return Asked(schema=schema, guideline=project["guideline"],
                 shapes={field.kind: shape_of(field.kind) for field in schema.fields})


@cache
def shape_of(kind: str) -> Json:
    """The JSON schema of an object of the kind, in one piece."""
    (root,), parts = msgspec.json.schema_components([KINDS[kind].value], ref_template="{name}")
    found = _whole(root, parts, 0)
    return found if isinstance(found, dict) else {}


def _whole(schema: Any, parts: dict[str, Any], depth: int) -> Any:
    if isinstance(schema, list):
        return [_whole(one, parts, depth) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _whole(parts[schema["$ref"]], parts, depth + 1) if depth < DEPTH_MOST else {}
    return {key: _whole(one, parts, depth) for key, one in schema.items()}


def checked(found: Prediction, schema: LabelSchema, item: ItemData, *, prefix: str) -> Checked:
    """The prediction with ids of its own that begin with `prefix`; BadInput says what does not fit.

    A required field may be empty: whoever answers fills it.
    """
    value: dict[str, list[Json]] = {}
    scores: dict[str, float] = {}
    for name, objects in found.value.items():
        for i, one in enumerate(objects):
            object_id = f"{prefix}{name}-{i}"
            score = found.scores.get(str(one.get("id", "")))
            if score is not None:
                scores[object_id] = round(min(1.0, max(0.0, score)), 6)
            value.setdefault(name, []).append({**one, "id": object_id})
    decoded = decode_value(value)
    problems = problems_of(decoded, schema, item)
    if problems:
        raise BadInput("What the model says does not fit: " + " ".join(problems[:3]), where="value")
    return Checked(value_json=msgspec.json.encode(decoded), scores=scores,
                   confidence=min(scores.values(), default=None), doubt=doubt_of(found, scores))


def problems_of(value: Mapping[str, tuple[AnnotatedObject, ...]], schema: LabelSchema, item: ItemData) -> list[str]:
    """What is wrong with a prediction under the schema; that something is still to be answered is not."""
    return [one for one in value_problems(dict(value), schema, item) if not one.endswith(ABOUT_WHOLE)
            and "is not answered" not in one]


def doubt_of(found: Prediction, scores: dict[str, float]) -> float | None:
    """How much in doubt the model is, from 0 to 1: the normalised entropy of its labels, else of its least sure object.
    """
    if found.shares:
        return max(entropy(list(shares.values())) for shares in found.shares.values())
    if scores:
        return max(entropy([score, 1 - score]) for score in scores.values())
    return None
