"""Headers of tar archives: what each member is called, how long it is and of what sort, in blocks of 512 bytes.

The layout is that of POSIX.1-1988 (ustar) and 2001 (pax), with GNU's long names and large sizes. Of what a header says
of owners, modes and times nothing is read.
"""

from __future__ import annotations

from msgspec import Struct

from goldsmith.core.errors import BadInput

BLOCK_BYTES = 512
END_MARK = bytes(BLOCK_BYTES)
PLAIN, LINKS, FOLDERS, DEVICES = b"\x0007", b"12", b"5DV", b"346"  # the label of a volume is passed over as folders are
WITHOUT_BYTES = b"123456"  # whatever size they say
PAX, PAX_FOR_ALL, LONG_NAME, LONG_LINK = b"xX", b"g", b"L", b"K"


class Header(Struct, frozen=True):
    """One block that stands before bytes."""

    sort: bytes
    name: bytes
    size: int  # of the bytes that follow, without what fills their last block


def is_tar_header(block: bytes) -> bool:
    """Whether the block begins a tar archive or a member of one: its checksum is right."""
    if len(block) < BLOCK_BYTES:
        return False
    try:
        said = _number(block[148:156])
    except BadInput:
        return False
    return said == sum(block[:148]) + sum(block[156:BLOCK_BYTES]) + 8 * ord(" ")


def read_header(block: bytes) -> Header:
    """The header; BadInput where its size is no number."""
    sort, name = block[156:157], _text(block[:100])
    if block[257:263] == b"ustar\0" and (prefix := _text(block[345:500])):
        name = prefix + b"/" + name
    return Header(sort, name, 0 if sort in WITHOUT_BYTES else _number(block[124:136]))


def refusal(sort: bytes) -> str:
    """Why a member of this sort cannot be read; empty where it can."""
    if sort in PLAIN:
        return ""
    if sort in LINKS:
        return "This is a link; links are not followed."
    if sort in DEVICES:
        return "This is not a plain file."
    if sort == b"S":
        return "The member is packed as a sparse file, which is not read."
    return "The archive is in several volumes." if sort == b"M" else "The member is of a sort that is not read."


def pax_values(raw: bytes) -> dict[bytes, bytes]:
    """What a pax header says by keyword; BadInput where it breaks off."""
    found: dict[bytes, bytes] = {}
    at = 0
    while at < len(raw):
        digits, _, _ = raw[at : at + 20].partition(b" ")
        length = int(digits) if digits.isdigit() else 0
        key, equals, value = raw[at + len(digits) + 1 : at + length].partition(b"=")
        if not equals or not value.endswith(b"\n") or at + length > len(raw):
            raise BadInput("The member's extended header is damaged.")
        found[key] = value[:-1]
        at += length
    return found


def _text(raw: bytes) -> bytes:
    return raw.partition(b"\0")[0]


def _number(raw: bytes) -> int:
    """Octal digits; or, where the first bit is set, GNU's binary number."""
    if raw[0] == 0x80:
        return int.from_bytes(raw[1:], "big")
    digits = raw.strip(b" \0") or b"0"
    if not digits.isdigit() or max(digits) > ord("7"):
        raise BadInput("The number is not octal.")
    return int(digits, 8)
