"""Folders to send: files by themselves, but what holds labels beside its pictures as one tar, made while it is sent.

Labels mean nothing without the pictures that they name, so both have to arrive together.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

HEAD_BYTES = 64 * 1024
LOOKED_AT = 50  # JSON files of one folder that are looked into
PIECE = 1 << 20
END_OF_TAR = bytes(2 * tarfile.BLOCKSIZE)

PICTURE = re.compile(r"\.(jpe?g|png|webp|gif|bmp|tiff?)$", re.IGNORECASE)
ARCHIVE = re.compile(r"\.(zip|tar|tgz|tbz2?|txz|tar\.(gz|bz2|xz))$", re.IGNORECASE)
# Labels that a name tells: YOLO's list of names or its folder of texts, our own records.
LABELS = re.compile(r"(^|/)(data\.ya?ml|records\.jsonl|items\.csv|labels/.*\.txt)$", re.IGNORECASE)
COCO = re.compile(r'\A\s*\{(?s:.*)"(images|annotations|categories)"\s*:\s*\[')


class Part(Struct, frozen=True, kw_only=True):
    """A file with its name in the folder, and the size that is sent of it whatever becomes of it meanwhile."""

    path: Path
    name: str
    size_bytes: int

    def header(self) -> bytes:
        """What stands before it in a tar; the same file gives the same header."""
        about = tarfile.TarInfo(self.name)
        about.size = self.size_bytes
        return about.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")

    def padding(self) -> bytes:
        """What fills its last block in a tar."""
        return bytes(-self.size_bytes % tarfile.BLOCKSIZE)

    def pieces(self) -> Iterator[bytes]:
        """Its bytes; OSError where there are fewer now."""
        left = self.size_bytes
        with self.path.open("rb") as file:
            while left:
                piece = file.read(min(PIECE, left))
                if not piece:
                    raise OSError(f"{self.path} became shorter while it was sent.")
                left -= len(piece)
                yield piece


class Sent(Struct, frozen=True, kw_only=True):
    """One body to send, and the name it is shown by; of several files it is a tar."""

    name: str
    parts: tuple[Part, ...]
    is_tar: bool = False

    def size_bytes(self) -> int:
        """How long the body will be."""
        if not self.is_tar:
            return self.parts[0].size_bytes
        return len(END_OF_TAR) + sum(len(one.header()) + one.size_bytes + len(one.padding()) for one in self.parts)

    def body(self) -> Iterator[bytes]:
        """The body piece by piece."""
        if not self.is_tar:
            yield from self.parts[0].pieces()
            return
        for one in self.parts:
            yield one.header()
            yield from one.pieces()
            yield one.padding()
        yield END_OF_TAR


def to_send(path: Path, format: str = "") -> Iterator[Sent]:
    """What a file or folder is sent as. Hidden files are left out, and archives in a folder always stay by themselves.

    `format`: labels are in it, whatever the files look like.
    """
    if not path.is_dir():
        yield Sent(name=path.name, parts=(_part(path, path.name),))
        return
    loose = list(_files(path))
    beside = [one for one in loose if not ARCHIVE.search(one.name)]
    if _is_labelled(beside, format):
        yield Sent(name=f"{path.resolve().name}.tar", parts=tuple(beside), is_tar=True)
        loose = [one for one in loose if ARCHIVE.search(one.name)]
    for one in loose:
        yield Sent(name=one.name, parts=(one,))


def _files(folder: Path) -> Iterator[Part]:
    """All files of a folder that are not hidden."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not any(name.startswith(".") for name in inside.parts):
            yield _part(path, inside.as_posix())


def _part(path: Path, name: str) -> Part:
    return Part(path=path, name=name, size_bytes=path.stat().st_size)


def _is_labelled(files: list[Part], format: str) -> bool:
    """Whether there are pictures, and labels that have to be read together with them."""
    others = [one for one in files if not PICTURE.search(one.name)]
    if len(others) == len(files):
        return False
    if format or any(LABELS.search(one.name) for one in others):
        return bool(others)
    tables = [one.path for one in others if one.name.lower().endswith(".json")]
    return any(map(_looks_like_coco, tables[:LOOKED_AT]))


def _looks_like_coco(path: Path) -> bool:
    """Whether the file begins as COCO does: one of its lists is opened."""
    with path.open("rb") as file:
        return COCO.search(file.read(HEAD_BYTES).decode("utf-8-sig", "replace")) is not None
