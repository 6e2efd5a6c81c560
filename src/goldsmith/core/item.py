"""Items: what is labelled. An item holds named assets and named texts."""

from __future__ import annotations

from msgspec import Struct, field


class AssetFacts(Struct, frozen=True, kw_only=True):
    """What is known of an asset's bytes after they were checked."""

    sha256: str
    media_type: str  # "image/jpeg"
    size_bytes: int
    file_name: str = ""
    width_px: int = 0  # upright: EXIF orientation applied; 0 where it is not a picture
    height_px: int = 0


class ItemData(Struct, frozen=True, kw_only=True):
    """The content of an item: texts and other plain values by name, files by name."""

    data: dict[str, str | float | bool | None] = field(default_factory=dict)
    assets: dict[str, AssetFacts] = field(default_factory=dict)


class Origin(Struct, frozen=True, kw_only=True):
    """Where data comes from and on what ground it may be used; asked once per import."""

    source: str
    licence: str
    basis: str


def name_of(item: ItemData) -> str:
    """What people call the item: its first file's name, else the start of its first text; at most 120 characters."""
    for facts in item.assets.values():
        if facts.file_name:
            return facts.file_name[-120:]
    for value in item.data.values():
        if isinstance(value, str) and value.strip():
            return " ".join(value[:200].split())[:120]
    return ""
