"""Annotations: what an annotator said about an item, as objects of a kind in the fields of a schema."""

from __future__ import annotations

from msgspec import Struct, field

AttributeValue = str | float | bool


class AnnotatedObject(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What every kind's object has in common; each kind adds its geometry or range."""

    id: str  # stable, made by the client
    label: str  # a label of the field's schema
    asset: str = ""  # name of the item's asset it lies on; empty for the whole item
    attributes: dict[str, AttributeValue] = field(default_factory=dict)
