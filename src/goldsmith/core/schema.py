"""Label schema: which fields an annotator fills, and with which kinds and labels."""

from __future__ import annotations

from msgspec import Struct

from goldsmith.core.errors import BadInput


class Label(Struct, frozen=True, kw_only=True):
    """One class a person can choose; `color` is a CSS hex colour or None for the palette's."""

    name: str
    color: str | None = None


class Field(Struct, frozen=True, kw_only=True):
    """One question about an item: its kind decides how it is answered."""

    name: str
    kind: str  # a folder of goldsmith.kinds
    labels: tuple[Label, ...]
    asset: str = ""  # the asset or data key it is about: "image", "text"
    required: bool = False
    multiple: bool = True  # False: at most one object


class LabelSchema(Struct, frozen=True, kw_only=True):
    """The fields of a project, in the order they are shown."""

    fields: tuple[Field, ...]


def check_schema(schema: LabelSchema, kinds: frozenset[str]) -> None:
    """Raise BadInput naming the first field that cannot work."""
    if not schema.fields:
        raise BadInput("A schema needs at least one field.", where="schema.fields")
    names: set[str] = set()
    for i, f in enumerate(schema.fields):
        where = f"schema.fields[{i}]"
        if not f.name or f.name in names:
            raise BadInput(f"Field name {f.name!r} is empty or used twice.", where=f"{where}.name")
        names.add(f.name)
        if f.kind not in kinds:
            raise BadInput(f"Unknown kind {f.kind!r}.", where=f"{where}.kind", hint=f"Known: {', '.join(sorted(kinds))}.")
        if not f.labels:
            raise BadInput("A field needs at least one label.", where=f"{where}.labels")
        labels = [label.name for label in f.labels]
        if len(set(labels)) != len(labels) or "" in labels:
            raise BadInput("A label is empty or used twice.", where=f"{where}.labels")
