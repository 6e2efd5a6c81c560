"""Making uploads, and reading them whole."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from goldsmith.arrivals import Arrival, Options, Rejection, read_arrivals
from goldsmith.core.schema import Field


def fields(**kinds: str) -> tuple[Field, ...]:
    """Fields by kind, each with its name."""
    return tuple(Field(name=name, kind=kind, labels=()) for kind, name in kinds.items())


def picture(format: str = "JPEG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    image = Image.new("RGB", size, "red")
    image.paste("blue", (0, 0, size[0] // 2, size[1]))
    out = BytesIO()
    image.save(out, format=format, **options)
    return out.getvalue()


def zipped(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return path


def folder(path: Path, files: dict[str, bytes]) -> Path:
    for name, raw in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(raw)
    return path


class Taken:
    """What one upload gave; the files' bytes are read before the next item is asked for."""

    def __init__(self, path: Path, options: Options, name: str) -> None:
        self.arrivals: list[Arrival] = []
        self.rejections: list[Rejection] = []
        self.bytes: dict[str, bytes] = {}
        work = path.parent / "work"
        for one in read_arrivals(path, name or path.name, work=work, options=options):
            if isinstance(one, Rejection):
                self.rejections.append(one)
                continue
            self.arrivals.append(one)
            for file in one.files.values():
                self.bytes[one.place] = file.read_bytes()
        assert not any(work.iterdir()), "temporary files were left"

    @property
    def data(self) -> list[dict[str, Any]]:
        return [a.item.data for a in self.arrivals]

    @property
    def places(self) -> list[str]:
        return [a.place for a in self.arrivals]

    @property
    def reasons(self) -> dict[str, str]:
        return {r.place: r.reason for r in self.rejections}


def take(path: Path, options: Options | None = None, name: str = "") -> Taken:
    return Taken(path, options or Options(), name)


def take_bytes(tmp_path: Path, name: str, raw: bytes, options: Options | None = None) -> Taken:
    path = tmp_path / "upload"
    path.write_bytes(raw)
    return take(path, options, name)
