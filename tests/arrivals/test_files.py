"""Pictures, files that lie about themselves, and folders."""

from __future__ import annotations

import os
import struct
import zlib
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from goldsmith.arrivals import Limits, Options
from goldsmith.arrivals.sorts import READ, content_of
from goldsmith.formats import FORMATS
from tests.arrivals.uploads import folder, picture, take, take_bytes, zipped

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it has width x height pixels."""

    def chunk(sort: bytes, body: bytes) -> bytes:
        return struct.pack(">L", len(body)) + sort + body + struct.pack(">L", zlib.crc32(sort + body))

    header = struct.pack(">LLBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_picture_arrives_with_its_bytes_untouched(tmp_path: Path, format: str) -> None:
    raw = picture(format)

    taken = take_bytes(tmp_path, f"p.{format.lower()}", raw)

    (arrival,) = taken.arrivals
    facts = arrival.item.assets["image"]
    assert taken.bytes[arrival.place] == raw
    assert (facts.sha256, facts.media_type) == (sha256(raw).hexdigest(), f"image/{format.lower()}")
    assert (facts.width_px, facts.height_px, arrival.name) == (60, 40, f"p.{format.lower()}")


def test_a_turned_picture_is_stored_upright_once(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    taken = take_bytes(tmp_path, "p.jpg", picture(exif=exif))

    facts, stored = taken.arrivals[0].item.assets["image"], taken.bytes["p.jpg"]
    assert (facts.width_px, facts.height_px) == (40, 60) == Image.open(BytesIO(stored)).size
    assert sha256(stored).hexdigest() == facts.sha256


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("photo.jpg", PDF, ["photo.jpg holds a PDF"]),
        ("photo.jpg", b"hello, I am a text", ["photo.jpg holds text"]),
        ("photo.jpg", b"PK\3\4aaaa", ["photo.jpg holds a ZIP archive"]),
        ("photo.jpg", bytes(range(256)) * 9, ["photo.jpg holds no picture"]),
        ("notes.txt", picture("PNG"), ["notes.txt holds a PNG picture"]),
        ("table.csv", PDF, ["table.csv holds a PDF"]),
        ("all.zip", b"just text", ["all.zip holds text"]),
        ("paper.pdf", PDF, ["paper.pdf is a PDF", "Read are"]),
        ("letter.docx", b"PK\3\4", ["letter.docx is a ZIP archive"]),
        ("all.csv.gz", b"\x1f\x8b\x08\0", ["is a gzip archive", ".tar.gz"]),
        ("all.tar.gz", b"PK\3\4aaaa", ["all.tar.gz holds a ZIP archive"]),
        ("song.mp3", b"ID3\3\0", ["song.mp3 is an audio"]),
        ("x.jsonl", b"\x7fELF" + bytes(50), ["x.jsonl holds a program"]),
        ("read.me", b"some text", ["read.me is of a sort that is not read"]),
        ("photo.jpg", b"", ["empty"]),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_with_both_named(
    tmp_path: Path, name: str, raw: bytes, words: list[str]
) -> None:
    taken = take_bytes(tmp_path, name, raw)

    assert not taken.arrivals
    assert all(word in taken.reasons[name] for word in words), taken.reasons
    assert taken.rejections[0].raw == raw


def test_a_png_called_jpg_is_a_picture_all_the_same(tmp_path: Path) -> None:
    taken = take_bytes(tmp_path, "photo.jpg", picture("PNG"))
    assert taken.arrivals[0].item.assets["image"].media_type == "image/png"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_truncated_picture_is_refused(tmp_path: Path, format: str) -> None:
    noise = Image.frombytes("RGB", (200, 200), os.urandom(120_000))
    out = BytesIO()
    noise.save(out, format=format)
    taken = take_bytes(tmp_path, "p.jpg", out.getvalue()[: len(out.getvalue()) // 2])
    assert not taken.arrivals and len(taken.rejections[0].raw) <= 64 * 1024


def test_pictures_of_too_many_pixels_or_bytes_are_refused(tmp_path: Path) -> None:
    for side in (20_100, 60_000):
        assert "400 megapixels" in take_bytes(tmp_path, "p.png", png_bomb(side, side)).reasons["p.png"]
    limits = Limits(picture_bytes=100)
    assert (
        "more than 100 bytes" in take_bytes(tmp_path, "p.png", picture("PNG"), Options(limits=limits)).reasons["p.png"]
    )


def test_a_folder_is_walked_in_order_and_litter_passed_over(tmp_path: Path) -> None:
    litter = {".hidden/a.txt": b"x", "__MACOSX/a.txt": b"x", "Thumbs.db": b"x", "sub/.DS_Store": b"x"}
    files = {"b.txt": b"b", "a/z.txt": b"z", "a/b/c.txt": b"c", "pic.png": picture("PNG")}

    taken = take(folder(tmp_path / "f", files | litter))

    assert taken.places == ["f/a/b/c.txt", "f/a/z.txt", "f/b.txt", "f/pic.png"]
    assert not taken.rejections


def test_links_in_a_folder_are_refused(tmp_path: Path) -> None:
    root = folder(tmp_path / "f", {"good.txt": b"good"})
    (root / "link.txt").symlink_to("/etc/passwd")
    (root / "away").symlink_to("/etc")
    os.mkfifo(root / "pipe.txt")

    taken = take(root)

    assert taken.data == [{"text": "good"}]
    assert set(taken.reasons) == {"f/link.txt", "f/away", "f/pipe.txt"}


def test_a_name_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    root = folder(tmp_path / "f", {"good.txt": b"good"})
    Path(os.fsdecode(os.fsencode(root) + b"/\xff.txt")).write_bytes(b"x")
    taken = take(root)
    assert taken.reasons == {"f/\ufffd.txt": "The name is not UTF-8."}


def test_nothing_and_nowhere_are_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "nothing in it" in take(tmp_path / "empty").reasons["empty"]
    assert "cannot be opened" in take(tmp_path / "absent.txt").reasons["absent.txt"]
    assert "Unknown format" in take(tmp_path / "empty", Options(format="none")).reasons["empty"]


NAMES = [
    "a.json",
    "data.yaml",
    "labels/a.txt",
    "images/a.png",
    "records.jsonl",
    "items.csv",
    "x.conll",
    "a/instances.json",
]
GARBAGE = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=200).map(lambda s: s.encode("utf-8", "surrogatepass")),
    st.text('[]{}",:\\ \n1a', max_size=200).map(str.encode),
    st.tuples(
        st.sampled_from(
            [
                b"\xff\xd8\xff",
                b"\x89PNG\r\n\x1a\n",
                b"GIF89a",
                b"II*\0",
                b"BM",
                b"RIFF....WEBP",
                b"PK\3\4",
                b"PK\5\6",
                b"\xff\xfe",
                b"\xfe\xff",
            ]
        ),
        st.binary(max_size=300),
    ).map(b"".join),
)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=GARBAGE, end=st.sampled_from([*READ, "pdf", "", "yaml"]))
@example(raw=b'{"images": [], "annotations": []}', end="json")
@example(raw=b"[" * 300_000, end="json")
@example(raw=b'{"a":' * 200_000, end="json")
def test_any_bytes_under_any_name_raise_nothing(tmp_path: Path, raw: bytes, end: str) -> None:
    taken = take_bytes(tmp_path, f"x.{end}", raw)

    assert taken.arrivals or taken.rejections
    assert all(len(r.raw) <= 64 * 1024 and r.reason for r in taken.rejections)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@settings(deadline=None, max_examples=300)
@given(format=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"]), data=st.data())
def test_a_picture_with_any_bytes_changed_raises_nothing(
    tmp_path_factory: pytest.TempPathFactory, format: str, data: st.DataObject
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    raw = bytearray(picture(format, (20, 10), **({} if format in ("GIF", "BMP") else {"exif": exif})))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))

    taken = take_bytes(tmp_path_factory.getbasetemp(), "p.jpg", bytes(raw))

    assert len(taken.arrivals) + len(taken.rejections) == 1


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@settings(deadline=None, max_examples=60)
@given(raw=st.dictionaries(st.sampled_from(NAMES), GARBAGE, min_size=1), format=st.sampled_from(["", *FORMATS]))
def test_any_bytes_in_any_format_raise_nothing(
    tmp_path_factory: pytest.TempPathFactory, raw: dict[str, bytes], format: str
) -> None:
    path = zipped(tmp_path_factory.getbasetemp() / "formats.zip", raw)
    taken = take(path, Options(format=format))
    assert taken.arrivals or taken.rejections


def test_first_bytes_are_named() -> None:
    assert content_of(b"RIFF1234WEBPVP8 ") == "a WebP picture"
    assert content_of(b"BMW is a car maker, not a picture") == "text"
    assert content_of(b"\0\0\0\x18ftypheic") == "an HEIF picture"
    assert content_of(bytes(257) + b"ustar") == "a tar archive"
