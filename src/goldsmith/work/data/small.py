"""Small pictures: upright, in 8 bits of sRGB, at most 320 pixels a side; made once and kept beside their bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol


class Bytes(Protocol):
    """Where a workspace's bytes lie, and what was made of them."""

    def path(self, sha256: str) -> Path: ...
    def derived(self, sha256: str, name: str) -> Path: ...
    def write_derived(self, path: Path, raw: bytes) -> None: ...


def small_picture(store: Bytes, sha256: str) -> Path:
    """Where the small JPEG of a picture lies, made where it was not yet; NotFound or BadInput where it cannot be."""
    from goldsmith.media.image import media as image

    source, made = store.path(sha256), store.derived(sha256, image.thumbnail_name(sha256))
    if not made.exists():
        store.write_derived(made, image.thumbnail(source.read_bytes()))
    return made


def reader_of_small(store: Bytes) -> Callable[[str], bytes]:
    """Gives the small JPEG of a picture, by SHA-256."""
    return lambda sha256: small_picture(store, sha256).read_bytes()
