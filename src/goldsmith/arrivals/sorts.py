"""Sorts of files: what a file says by its name and what its first bytes say; where the two differ it is refused.

A picture may carry the name of another sort of picture: its bytes decide, and nothing is misread.
"""

from __future__ import annotations

from typing import BinaryIO, Literal

from goldsmith.arrivals.holdings.tar_headers import is_tar_header
from goldsmith.core.errors import BadInput
from goldsmith.media.text.media import encoding_of

HEAD_BYTES = 4096
MANIFEST_MARK, CERTIFICATE_MARK = b'{"format":"goldsmith-manifest/', b'"format":"goldsmith-certificate/'
PAPER_BYTES = 1 << 20  # of a certificate, within which its form stands
Sort = Literal["picture", "table", "json_lines", "json", "text", "zip", "tar"]
ARCHIVES: tuple[Sort, ...] = ("zip", "tar")

READ: dict[str, Sort] = {
    **dict.fromkeys(("jpg", "jpeg", "jpe", "png", "webp", "gif", "bmp", "tif", "tiff"), "picture"),
    **dict.fromkeys(("csv", "tsv", "tab"), "table"),
    **dict.fromkeys(("jsonl", "ndjson"), "json_lines"),
    "json": "json",
    "txt": "text",
    "text": "text",
    "zip": "zip",
    **dict.fromkeys(("tar", "tgz", "tbz", "tbz2", "txz"), "tar"),
}
PACKED_TARS = (".tar.gz", ".tar.bz2", ".tar.xz")
KNOWN = (
    "Read are pictures (JPEG, PNG, WebP, GIF, BMP, TIFF), .txt, .csv, .tsv, .jsonl, .json, .zip and .tar, "
    "the last as .tar.gz, .tar.bz2 and .tar.xz too."
)
PICTURES = {
    "a JPEG picture": (b"\xff\xd8\xff",),
    "a PNG picture": (b"\x89PNG\r\n\x1a\n",),
    "a GIF picture": (b"GIF87a", b"GIF89a"),
    "a TIFF picture": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
}
PACKED = {
    "a gzip archive": (b"\x1f\x8b",),
    "a bzip2 archive": (b"BZh",),
    "an XZ archive": (b"\xfd7zXZ\0",),
}
OTHERS = {
    "a PDF": (b"%PDF-",),
    "a ZIP archive": (b"PK\3\4", b"PK\5\6"),
    "a 7-Zip archive": (b"7z\xbc\xaf\x27\x1c",),
    "a RAR archive": (b"Rar!\x1a\x07",),
    "a Zstandard archive": (b"\x28\xb5\x2f\xfd",),
    "a program": (b"\x7fELF", b"MZ\x90\0", b"\xcf\xfa\xed\xfe"),
    "an audio recording": (b"fLaC", b"OggS", b"ID3"),
    "a Matroska video": (b"\x1a\x45\xdf\xa3",),
    "a Parquet table": (b"PAR1",),
    "an SQLite database": (b"SQLite format 3\0",),
    "a Photoshop picture": (b"8BPS",),
}
RIFF = {b"WEBP": "a WebP picture", b"WAVE": "an audio recording", b"AVI ": "a video"}
HEIF = (b"heic", b"heix", b"mif1", b"msf1", b"avif")
BMP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
TEXT_CONTROLS = frozenset(b"\t\n\v\f\r\x1b")


def content_of(head: bytes) -> str:
    """What the first bytes are, in words; "text" where they may be one, empty where nothing is known of them."""
    if is_tar_header(head):
        return "a tar archive"  # first of all: its first bytes are a file's name, which may begin like anything
    for words, starts in (PICTURES | PACKED | OTHERS).items():
        if head.startswith(starts):
            return words
    if head.startswith(b"RIFF"):
        return RIFF.get(head[8:12], "")
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in BMP_HEADERS:
        return "a BMP picture"
    if head[4:8] == b"ftyp":
        return "an HEIF picture" if head[8:12] in HEIF else "a video"
    if head[257:262] == b"ustar":
        return "a tar archive"  # its header is damaged, which the reader tells
    return "text" if _may_be_text(head) else ""


def _may_be_text(head: bytes) -> bool:
    """Whether few bytes are foreign to a text; a text with some broken lines still is one."""
    encoding, skipped = encoding_of(head)
    text = head[skipped:].decode(encoding, errors="replace")
    controls = sum(ord(c) < 32 and ord(c) not in TEXT_CONTROLS for c in text)
    return controls <= max(8, len(text) / 20) and text.count("\ufffd") <= max(8, len(text) / 3)


def is_paper(name: str, head: bytes, rest: BinaryIO) -> bool:
    """Whether the file is a manifest or certificate, as exports of a version carry them: they hold no items."""
    if head.startswith(MANIFEST_MARK):
        return True
    return name.rpartition("/")[2] == "certificate.json" and CERTIFICATE_MARK in head + rest.read(PAPER_BYTES)


def sort_of(name: str, head: bytes) -> Sort:
    """How the file is to be read; BadInput names what it is called and what it holds."""
    if not head:
        raise BadInput("The file is empty.", where=name)
    base = name.rpartition("/")[2]
    said = _said(base.lower())
    content = content_of(head)
    has_end = "." in base.strip(".")
    held = _held(content, said)
    if held and (said == held or not has_end):
        return held
    if said and said not in ("picture", *ARCHIVES) and content == "text":
        return said
    if said:
        raise BadInput(f"{base} holds {_words(content, said)}.", where=name, hint="The name and the content differ.")
    what = content if content and content != "text" else "of a sort that is not read"
    raise BadInput(f"{base} is {what}.", where=name, hint=KNOWN)


def _said(base: str) -> Sort | None:
    """What a file's name says, in small letters."""
    if base.endswith(PACKED_TARS):
        return "tar"
    return READ.get(base.rpartition(".")[2]) if "." in base else None


def _held(content: str, said: Sort | None) -> Sort | None:
    """What the content is, as far as its first bytes tell; of a packed tar they tell that it is packed."""
    if content.endswith("picture") and content not in ("an HEIF picture", "a Photoshop picture"):
        return "picture"
    if content == "a ZIP archive":
        return "zip"
    return "tar" if content == "a tar archive" or (said == "tar" and content in PACKED) else None


def _words(content: str, said: Sort) -> str:
    if content:
        return content
    return "no picture of a known format" if said == "picture" else "bytes that are neither text nor a known format"
