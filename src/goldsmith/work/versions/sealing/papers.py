"""Papers: the parts of what was handed in for checking, told apart by their content, in constant memory.

A file, a folder, a ZIP or a tar archive; several together count as one pile.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import BinaryIO

from msgspec import Struct

from goldsmith.arrivals.sorts import MANIFEST_MARK
from goldsmith.core.errors import BadInput, TooMuch

CERTIFICATE_MARK = b'"goldsmith-certificate/'
CERTIFICATE_BYTES = 16 << 20
LINE_BYTES = 64 << 20
CHUNK = 1 << 20
ASSET = re.compile(r"(?:.*/)?assets/([0-9a-f]{64})(?:\.[A-Za-z0-9]{1,8})?")


class Paper(Struct, frozen=True, kw_only=True):
    """One file that was handed in, or one part of an archive."""

    name: str  # its place in the pile
    path: Path
    inside: str = ""  # its name in the ZIP at `path`; empty: the file itself

    def open(self) -> BinaryIO:
        """Its bytes."""
        if not self.inside:
            return self.path.open("rb")
        with zipfile.ZipFile(self.path) as archive:
            return archive.open(self.inside)  # type: ignore[return-value]

    def sha256(self) -> str:
        """The hash of its bytes."""
        with self.open() as file:
            digest = hashlib.sha256()
            while piece := file.read(CHUNK):
                digest.update(piece)
        return digest.hexdigest()

    def lines(self) -> Iterator[bytes]:
        """Its lines; BadInput for one that is too long to be of ours."""
        with self.open() as file:
            while line := file.readline(LINE_BYTES + 1):
                if len(line) > LINE_BYTES:
                    raise BadInput("A line is too long to be read.", where=self.name)
                yield line


class Pile:
    """Everything that was handed in, by what it is; `bytes_most` bounds what archives may unpack to."""

    def __init__(self, paths: Iterable[Path], *, bytes_most: int | None = None) -> None:
        self._stack, self._left = ExitStack(), bytes_most
        self.certificates: list[tuple[Paper, bytes]] = []
        self.manifests: list[Paper] = []
        self.records: list[Paper] = []
        self.assets: list[tuple[Paper, str]] = []  # with the hash in its name
        self.others: list[Paper] = []
        for path in paths:
            for paper in self._spread(path):
                self._sort(paper)

    def __enter__(self) -> Pile:
        return self

    def __exit__(self, sort: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._stack.close()

    def _spread(self, path: Path) -> Iterator[Paper]:
        if path.is_dir():
            for one in sorted(path.rglob("*")):
                if one.is_file():
                    yield Paper(name=one.relative_to(path).as_posix(), path=one)
        elif not path.is_file():
            raise BadInput(f"There is no file {path}.", where=str(path))
        elif zipfile.is_zipfile(path):
            yield from self._zipped(path)
        elif tarfile.is_tarfile(path):
            yield from self._spread(self._unpacked(path))
        else:
            yield Paper(name=path.name, path=path)

    def _zipped(self, path: Path) -> Iterator[Paper]:
        with zipfile.ZipFile(path) as archive:
            names: set[str] = set()
            for one in archive.infolist():
                if one.is_dir():
                    continue
                if one.filename in names:
                    raise BadInput(f"{one.filename} stands twice in the archive.", where=path.name)
                if one.flag_bits & 1:
                    raise BadInput(f"{one.filename} is encrypted.", where=path.name)
                names.add(one.filename)
                self._take(one.file_size, path)
                yield Paper(name=one.filename, path=path, inside=one.filename)

    def _unpacked(self, path: Path) -> Path:
        """The plain files of a tar archive in a folder that is gone afterwards; links and devices stay behind."""
        folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="goldsmith-verify-")))
        with tarfile.open(path) as archive:
            for one in archive:
                target = (folder / one.name).resolve()
                source = archive.extractfile(one) if one.isreg() else None
                if source is None or not target.is_relative_to(folder.resolve()):
                    continue
                self._take(one.size, path)
                target.parent.mkdir(parents=True, exist_ok=True)
                if target.exists():
                    raise BadInput(f"{one.name} stands twice in the archive.", where=path.name)
                with target.open("wb") as file:
                    shutil.copyfileobj(source, file, CHUNK)
                target.chmod(stat.S_IRUSR | stat.S_IWUSR)
        return folder

    def _take(self, size: int, path: Path) -> None:
        if self._left is not None:
            self._left -= size
            if self._left < 0:
                raise TooMuch("What the archive unpacks to is too much to be checked here.", where=path.name,
                              hint="Check it with `goldsmith dataset verify` on a computer of yours.")

    def _sort(self, paper: Paper) -> None:
        named = ASSET.fullmatch(paper.name)
        if named is not None:
            self.assets.append((paper, named[1]))
            return
        with paper.open() as file:
            head = file.read(CHUNK)
            if head.startswith(MANIFEST_MARK):
                self.manifests.append(paper)
            elif head.lstrip()[:1] == b"{" and paper.name.lower().endswith(".json"):
                raw = head + file.read(CERTIFICATE_BYTES)
                is_one = CERTIFICATE_MARK in raw and len(raw) <= CERTIFICATE_BYTES
                self.certificates.append((paper, raw)) if is_one else self.others.append(paper)
            elif head.startswith(b'{"item_id":'):
                self.records.append(paper)
            else:
                self.others.append(paper)
