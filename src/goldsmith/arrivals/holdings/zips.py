"""ZIP archives nobody vouches for: read member by member, believed in nothing.

The archive's directory is read as a stream, so that a million members cost no memory. What a member is said to weigh
is only an upper bound: bytes are counted while they are unpacked, and checked against the member's CRC-32.
The layout is that of PKWARE's APPNOTE 6.3, with its 64-bit extension.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from goldsmith.arrivals.arrival import Limits, Rejection, reject
from goldsmith.arrivals.holdings.catalogue import Catalogue, Part
from goldsmith.arrivals.holdings.parts import is_litter, place_in_archive
from goldsmith.core.errors import BadInput, TooMuch

CHUNK_BYTES = 256 * 1024
END = struct.Struct("<4s4H2LH")
END64 = struct.Struct("<4sQ2H2L4Q")
LOCATOR64 = struct.Struct("<4sLQL")
MEMBER = struct.Struct("<4s6H3L5H2L")
LOCAL = struct.Struct("<4s5H3L2H")
UNKNOWN = 0xFFFFFFFF  # the number is in the 64-bit extension
ENCRYPTED, UTF8_NAME, STRONGLY_ENCRYPTED, MASKED = 1, 0x800, 0x40, 0x2000
STORED, DEFLATED = 0, 8


class Directory(Struct, frozen=True):
    """Where the list of members lies, and how far everything is moved by what stands before the archive."""

    start: int
    end: int
    shift: int


class Zip:
    """A ZIP file; `path_of` unpacks one member."""

    def __init__(self, path: Path, name: str, room: Path, limits: Limits) -> None:
        self.file, self.name, self.limits, self.catalogue = path.open("rb"), name, limits, Catalogue(room)
        self.unpacked_bytes = 0
        self.directory = Directory(0, 0, 0)

    def list_parts(self) -> Iterator[Rejection]:
        """Read the archive's directory; TooMuch where it has too many members, BadInput where it has none."""
        self.directory = find_directory(self.file)
        for count, (member, name) in enumerate(read_directory(self.file, self.directory), 1):
            if count > self.limits.members:
                raise TooMuch(f"The archive has more than {self.limits.members} members.")
            place, reason = _decode_name(member, name)
            if not reason and (place.endswith("/") or any(map(is_litter, place.split("/")))):
                continue
            reason = reason or _refusal(member) or self._take(member, place)
            if reason:
                yield reject(f"{self.name}/{place}", reason, name)
        for place in self.catalogue.drop_overlaps():
            yield reject(f"{self.name}/{place}", "The member's bytes overlap another member's.")

    def _take(self, member: Member, place: str) -> str:
        if member.start + LOCAL.size + member.packed > self.directory.start:
            return "The member reaches beyond the archive."
        if member.size > self.limits.unpacked_bytes:
            return f"The member is said to have {member.size} bytes; {self.limits.unpacked_bytes} are the most."
        part = Part(place, member.start, member.packed, member.size, member.crc, member.method)
        return "" if self.catalogue.add(part) else "The archive has two members of this name."

    def path_of(self, part: Part, unpack_to: Path) -> Path:
        """Unpack the member; BadInput where it is not what the archive says, TooMuch where everything is too much."""
        start = _start_of_bytes(self.file, part)
        if start + part.packed > self.directory.start:
            raise BadInput("The member reaches beyond the archive.")
        crc, size = 0, 0
        unpack_to.unlink(missing_ok=True)  # to empty an old file costs a flush on some file systems
        with unpack_to.open("xb") as out:
            for chunk, read_bytes in _inflate(self.file, start, part):
                size += len(chunk)
                self.unpacked_bytes += len(chunk)
                self._check(part, size, read_bytes)
                crc = zlib.crc32(chunk, crc)
                out.write(chunk)
        if size != part.size:
            raise BadInput(f"The member is said to have {part.size} bytes, it has {size}.")
        if crc != part.crc:
            raise BadInput("The member is damaged: its CRC-32 is another.")
        return unpack_to

    def close(self) -> None:
        """Let go of the archive."""
        self.file.close()
        self.catalogue.close()

    def _check(self, part: Part, size: int, read_bytes: int) -> None:
        limits = self.limits
        if self.unpacked_bytes > limits.unpacked_bytes:
            raise TooMuch(f"The archive unpacks to more than {limits.unpacked_bytes} bytes.")
        if size > part.size:
            raise BadInput(f"The member is said to have {part.size} bytes, it has more.")
        if size > limits.ratio_from_bytes and size > limits.ratio * read_bytes:
            raise BadInput(f"The member grows to more than {limits.ratio} times its packed size.")


class Member(Struct, frozen=True):
    """One entry of the archive's directory."""

    flags: int
    method: int
    crc: int
    packed: int
    size: int
    disk: int
    mode: int  # Unix file mode where the maker left one, else 0
    start: int


def find_directory(file: BinaryIO) -> Directory:
    """Find the list of members from the file's end; BadInput where the archive is cut off or in several volumes."""
    file_bytes = file.seek(0, 2)
    tail_start = max(0, file_bytes - END.size - 0xFFFF)
    tail = _read_at(file, tail_start, file_bytes - tail_start)
    found = tail.rfind(b"PK\5\6")
    if found < 0 or found + END.size > len(tail):
        raise BadInput("The ZIP archive has no directory.", hint="It may be cut off: send it again.")
    _, disk, first_disk, _, _, size, start, _ = END.unpack_from(tail, found)
    end = tail_start + found
    locator = _read_at(file, max(0, end - LOCATOR64.size), LOCATOR64.size)
    if locator.startswith(b"PK\6\7"):
        end, size, start, disk, first_disk = _directory64(file, end - LOCATOR64.size)
    if disk or first_disk:
        raise BadInput("The ZIP archive is in several volumes.", hint="Send it as one file.")
    shift = end - size - start
    if shift < 0 or size > end:
        raise BadInput("The ZIP archive's directory is damaged.", hint="Send it again.")
    return Directory(end - size, end, shift)


def _directory64(file: BinaryIO, end: int) -> tuple[int, int, int, int, int]:
    at = end - END64.size
    raw = _read_at(file, max(at, 0), END64.size)
    if at < 0 or not raw.startswith(b"PK\6\6"):
        raise BadInput("The ZIP archive's 64-bit directory is damaged.", hint="Send it again.")
    _, _, _, _, disk, first_disk, _, _, size, start = END64.unpack(raw)
    return at, size, start, disk, first_disk


def read_directory(file: BinaryIO, directory: Directory) -> Iterator[tuple[Member, bytes]]:
    """Yield every member with its name as it stands; BadInput where the directory breaks off."""
    at = directory.start
    while at < directory.end:
        raw = _read_at(file, at, MEMBER.size)
        if len(raw) < MEMBER.size or not raw.startswith(b"PK\1\2"):
            raise BadInput("The ZIP archive's directory is damaged.", hint="Send it again.")
        _, made_by, _, flags, method, _, _, crc, packed, size, *lengths, disk, _, modes, start = MEMBER.unpack(raw)
        name_bytes, extra_bytes, comment_bytes = lengths
        name = _read_at(file, at + MEMBER.size, name_bytes)
        extra = _read_at(file, at + MEMBER.size + name_bytes, extra_bytes)
        size, packed, start = _sizes64(extra, size, packed, start)
        mode = modes >> 16
        yield Member(flags, method, crc, packed, size, disk, mode, start + directory.shift), name
        at += MEMBER.size + name_bytes + extra_bytes + comment_bytes


def _sizes64(extra: bytes, size: int, packed: int, start: int) -> tuple[int, int, int]:
    """The three numbers, those that are unknown replaced from the extension, in this order."""
    numbers, at = [size, packed, start], 0
    while at + 4 <= len(extra):
        sort, length = struct.unpack_from("<2H", extra, at)
        if sort == 1:
            wide = extra[at + 4 : at + 4 + length]
            unknown = [i for i, n in enumerate(numbers) if n == UNKNOWN]
            for i, offset in zip(unknown, range(0, len(wide) - 7, 8), strict=False):
                (numbers[i],) = struct.unpack_from("<Q", wide, offset)
            break
        at += 4 + length
    return numbers[0], numbers[1], numbers[2]


def _decode_name(member: Member, raw: bytes) -> tuple[str, str]:
    """(name with "/" between folders, why it is refused)."""
    try:
        name = raw.decode()
    except UnicodeDecodeError:
        if member.flags & UTF8_NAME:
            return raw.decode(errors="replace"), "The name is not UTF-8."
        name = raw.decode("cp437")
    return place_in_archive(name)


def _refusal(member: Member) -> str:
    """Why a member cannot be read, as far as the directory tells."""
    if member.flags & (ENCRYPTED | STRONGLY_ENCRYPTED | MASKED):
        return "The member is encrypted."
    if stat.S_IFMT(member.mode) == stat.S_IFLNK:
        return "This is a link; links are not followed."
    if stat.S_IFMT(member.mode) not in (0, stat.S_IFREG):
        return "This is not a plain file."
    if member.method not in (STORED, DEFLATED):
        return f"The member is packed by method {member.method}; only deflate is read."
    return "The archive is in several volumes." if member.disk else ""


def _start_of_bytes(file: BinaryIO, part: Part) -> int:
    """Where the member's bytes begin; its own header has to agree with the directory."""
    raw = _read_at(file, part.start, LOCAL.size)
    if len(raw) < LOCAL.size or not raw.startswith(b"PK\3\4"):
        raise BadInput("The member is not where the archive's directory says.")
    _, _, flags, method, *_, name_bytes, extra_bytes = LOCAL.unpack(raw)
    name = _read_at(file, part.start + LOCAL.size, name_bytes)
    said, _ = _decode_name(Member(flags, method, 0, 0, 0, 0, 0, 0), name)
    if said != part.place or method != part.method or flags & ENCRYPTED:
        raise BadInput("The member's header and the archive's directory differ.")
    return part.start + LOCAL.size + int(name_bytes) + int(extra_bytes)


def _inflate(file: BinaryIO, start: int, part: Part) -> Iterator[tuple[bytes, int]]:
    """(unpacked piece, packed bytes read so far)."""
    if part.method == STORED:
        for at in range(0, part.packed, CHUNK_BYTES):
            chunk = _read_at(file, start + at, min(CHUNK_BYTES, part.packed - at))
            yield chunk, at + len(chunk)
        return
    inflater, at, waiting = zlib.decompressobj(-zlib.MAX_WBITS), 0, b""
    while not inflater.eof:
        if not waiting:
            waiting = _read_at(file, start + at, min(CHUNK_BYTES, part.packed - at))
            at += len(waiting)
        is_at_end = not waiting
        try:
            chunk = inflater.decompress(waiting, CHUNK_BYTES)
        except zlib.error as error:
            raise BadInput(f"The member is damaged: {error}.") from error
        if is_at_end and not chunk and not inflater.eof:
            raise BadInput("The member ends before it is whole.")
        waiting = inflater.unconsumed_tail
        yield chunk, at - len(waiting)


def _read_at(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    return file.read(size)
