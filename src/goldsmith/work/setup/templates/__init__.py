"""Templates: label schemas to start from, each with a guideline of real use; one YAML file each."""

from __future__ import annotations

from importlib.resources import files
from typing import Literal, TypedDict

import msgspec

from goldsmith.core.item import ItemData
from goldsmith.core.schema import LabelSchema


class TemplateParts(TypedDict):
    """What a template file holds, and its name: the file's."""

    name: str
    title: str
    description: str
    medium: Literal["image", "text"]
    schema: LabelSchema
    sample: ItemData  # a text item to preview it with; empty for pictures
    guideline: str  # Markdown


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A template as it is written down; `rank` orders the list."""

    rank: int
    title: str
    description: str
    medium: Literal["image", "text"]
    schema: LabelSchema
    sample: ItemData = ItemData()
    guideline: str


def load_templates() -> list[TemplateParts]:
    """All templates that come along, pictures first, the simplest of a medium first."""
    found = sorted(_read_all(), key=lambda pair: (pair[1].medium, pair[1].rank))
    return [_parts(name, file) for name, file in found]


def _read_all() -> list[tuple[str, _File]]:
    paths = [path for path in files(__name__).iterdir() if path.name.endswith(".yaml")]
    return [(path.name.removesuffix(".yaml"), msgspec.yaml.decode(path.read_bytes(), type=_File)) for path in paths]


def _parts(name: str, file: _File) -> TemplateParts:
    return TemplateParts(
        name=name,
        title=file.title,
        description=file.description,
        medium=file.medium,
        schema=file.schema,
        sample=file.sample,
        guideline=file.guideline,
    )
