"""Tar archives nobody vouches for, packed or not: read once from start to end, believed in nothing.

A tar has no directory, and what is packed cannot be entered in the middle. So the members are listed on the way
through, and those of a packed archive are kept on the disk, one behind the other, until they are asked for.
Memory holds one piece of one member, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from goldsmith.arrivals.arrival import Limits, Rejection, reject
from goldsmith.arrivals.holdings import tar_headers as headers
from goldsmith.arrivals.holdings.catalogue import Catalogue, Part
from goldsmith.arrivals.holdings.parts import is_litter, place_in_archive
from goldsmith.arrivals.holdings.tar_headers import BLOCK_BYTES, Header
from goldsmith.arrivals.holdings.unpacking import (
    CHUNK_BYTES,
    PACKED_CHUNK_BYTES,
    Plain,
    Stream,
    cut_off,
    open_stream,
)
from goldsmith.core.errors import BadInput, TooMuch

EXTRA_BYTES_MOST = 1024 * 1024  # of a long name or an extended header


class Member(Struct, frozen=True):
    """One member, with what its extra headers say."""

    name: bytes
    sort: bytes
    size: int
    problem: str  # of its headers; empty where they can be believed


class Tar:
    """A tar file; `path_of` cuts one member out."""

    def __init__(self, path: Path, name: str, room: Path, limits: Limits) -> None:
        self.file, self.name, self.limits, self.catalogue = path.open("rb"), name, limits, Catalogue(room)
        self.stream = open_stream(self.file, limits.unpacked_bytes)
        self.is_packed = not isinstance(self.stream, Plain)
        self.kept = (room / "kept").open("w+b") if self.is_packed else self.file
        self.kept_bytes = 0

    def list_parts(self) -> Iterator[Rejection]:
        """Read the archive through; where it breaks off or becomes too much, what stands before that stays."""
        try:
            for count, member in enumerate(read_members(self.stream), 1):
                if count > self.limits.members:
                    raise TooMuch(f"The archive has more than {self.limits.members} members.")
                if isinstance(member, BadInput):
                    yield reject(self.name, member)
                else:
                    yield from self._list(member)
        except (BadInput, TooMuch) as error:
            yield reject(self.name, f"{error.message} {error.hint}".strip())

    def _list(self, member: Member) -> Iterator[Rejection]:
        name = member.name.decode(errors="replace")
        place, reason = place_in_archive(name)
        is_passed_over = member.sort in headers.FOLDERS or place.endswith("/") or any(map(is_litter, place.split("/")))
        if not reason and is_passed_over:
            return
        if name.encode() != member.name:
            reason = "The name is not UTF-8."
        try:
            reason = reason or member.problem or headers.refusal(member.sort) or self._take(member, place)
        except BadInput as error:
            yield reject(f"{self.name}/{place}", error, member.name)
        if reason:
            yield reject(f"{self.name}/{place}", reason, member.name)

    def _take(self, member: Member, place: str) -> str:
        start = self.kept_bytes if self.is_packed else self.stream.at
        if self.is_packed:
            self._keep(member)
        elif not self.stream.skip(member.size):
            raise cut_off()
        if not self.catalogue.add(Part(place, start, member.size, member.size)):
            return "The archive has two members of this name."
        self.kept_bytes += member.size if self.is_packed else 0
        return ""

    def _keep(self, member: Member) -> None:
        """Unpack the member behind those that are kept; BadInput where it breaks off or grows too much."""
        packed_before, size = self.stream.packed_bytes, 0
        self.kept.seek(self.kept_bytes)
        while size < member.size:
            chunk = self.stream.read(min(CHUNK_BYTES, member.size - size))
            if not chunk:
                raise cut_off()
            size += len(chunk)
            packed = self.stream.packed_bytes - packed_before + PACKED_CHUNK_BYTES
            if self._is_too_much(size, packed) or self._is_too_much(self.kept_bytes + size, self.stream.packed_bytes):
                raise BadInput(f"The member grows to more than {self.limits.ratio} times its packed size.")
            self.kept.write(chunk)

    def _is_too_much(self, size: int, packed: int) -> bool:
        return size > self.limits.ratio_from_bytes and size > self.limits.ratio * packed

    def path_of(self, part: Part, unpack_to: Path) -> Path:
        """Write the member's bytes to `unpack_to`."""
        unpack_to.unlink(missing_ok=True)  # to empty an old file costs a flush on some file systems
        left = part.size
        self.kept.seek(part.start)
        with unpack_to.open("xb") as out:
            while left and (chunk := self.kept.read(min(CHUNK_BYTES, left))):
                left -= len(chunk)
                out.write(chunk)
        if left:
            raise cut_off()
        return unpack_to

    def close(self) -> None:
        """Let go of the archive and of what was kept."""
        self.kept.close()
        self.file.close()
        self.catalogue.close()


def read_members(stream: Stream) -> Iterator[Member | BadInput]:
    """Yield every member while its bytes come next, and what is damaged between them; BadInput at a sudden end.

    What the caller leaves of a member's bytes is passed over.
    """
    extra, is_lost, count = _Extra(), False, 0
    while len(block := stream.read(BLOCK_BYTES)) == BLOCK_BYTES:
        if block == headers.END_MARK:
            while stream.skip(CHUNK_BYTES):
                pass  # to where what was packed has its checksum
            return
        header = _header(block)
        if header is None and not count:
            raise BadInput("There is no tar archive in the file.")
        if header is None:
            if not is_lost:
                yield BadInput(f"The archive is damaged at byte {stream.at - BLOCK_BYTES}.",
                               hint="What follows up to the next member is passed over.")
            extra, is_lost = _Extra(), True
            continue
        is_lost, count = False, count + 1
        start = stream.at
        if extra.take(header, stream):
            end = start + header.size
        else:
            member, extra = extra.member(header), _Extra()
            yield member
            end = start + member.size
        if not stream.skip(end + -end % BLOCK_BYTES - stream.at):
            raise cut_off()
    raise cut_off()


def _header(block: bytes) -> Header | None:
    try:
        return headers.read_header(block) if headers.is_tar_header(block) else None
    except BadInput:
        return None


class _Extra:
    """What the headers before a member say of it."""

    def __init__(self) -> None:
        self.name: bytes | None = None
        self.size: int | None = None
        self.problem = ""

    def take(self, header: Header, stream: Stream) -> bool:
        """Whether the header speaks of the next member; then what it says is kept."""
        if header.sort in headers.PAX_FOR_ALL + headers.LONG_LINK:
            return True
        if header.sort not in headers.PAX + headers.LONG_NAME:
            return False
        if header.size > EXTRA_BYTES_MOST:
            self.problem = f"The member's extended header has more than {EXTRA_BYTES_MOST} bytes."
            return True
        raw = stream.read(header.size)
        if header.sort in headers.LONG_NAME:
            self.name = raw.partition(b"\0")[0]
        else:
            self._take_pax(raw)
        return True

    def _take_pax(self, raw: bytes) -> None:
        try:
            said = headers.pax_values(raw)
        except BadInput as error:
            self.problem = error.message
            return
        self.name = said.get(b"path", self.name)
        size = said.get(b"size", b"")
        self.size = int(size) if size.isdigit() and len(size) < 20 else self.size
        if any(key.startswith(b"GNU.sparse.") for key in said):
            self.problem = headers.refusal(b"S")

    def member(self, header: Header) -> Member:
        """The member that the header begins."""
        has_bytes = header.sort not in headers.WITHOUT_BYTES
        size = self.size if self.size is not None and has_bytes else header.size
        return Member(self.name or header.name, header.sort, size, self.problem)
