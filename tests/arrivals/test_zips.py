"""ZIP archives that lie, lead out, blow up or are cut off."""

from __future__ import annotations

import random
import stat
import struct
import warnings
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldsmith.arrivals import Limits, Options
from goldsmith.arrivals.holdings import zips
from tests.arrivals.uploads import picture, take, zipped

NOISE = random.Random(1).randbytes(300_000)


def test_members_are_read_one_by_one_whatever_their_folder(tmp_path: Path) -> None:
    members = {
        "a/b/c.jpg": picture(),
        "notes.txt": b"hello",
        "t.csv": b"x\n1\n",
        "empty/": b"",
        "./dot.txt": b"dot",
        "stored.png": picture("PNG"),
    }

    taken = take(zipped(tmp_path / "z.zip", members))

    assert not taken.rejections
    assert taken.places == ["z.zip/dot.txt", "z.zip/notes.txt", "z.zip/t.csv:2", "z.zip/a/b/c.jpg", "z.zip/stored.png"]
    assert taken.bytes["z.zip/a/b/c.jpg"] == members["a/b/c.jpg"]
    assert [a.item.data for a in taken.arrivals[1:3]] == [{"text": "hello"}, {"x": "1"}]


@pytest.mark.parametrize(
    "name", ["../out.txt", "a/../../out.txt", "/etc/passwd.txt", "C:/out.txt", "..\\out.txt", "\\out.txt", "a\x01.txt"]
)
def test_a_member_that_leads_out_is_refused_and_the_others_arrive(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "z.zip", {name: b"evil", "good.txt": b"good"})

    taken = take(path)

    assert taken.data == [{"text": "good"}]
    assert len(taken.rejections) == 1
    assert not (tmp_path / "out.txt").exists() and not (tmp_path.parent / "out.txt").exists()


def test_a_name_with_a_nul_is_refused(tmp_path: Path) -> None:
    raw = zipped(tmp_path / "z.zip", {"a.txt_jpg": b"x", "b.txt": b"y"}).read_bytes()
    (tmp_path / "z.zip").write_bytes(raw.replace(b"a.txt_jpg", b"a.txt\0jpg"))

    taken = take(tmp_path / "z.zip")

    assert taken.data == [{"text": "y"}]
    assert "NUL" in next(iter(taken.reasons.values()))


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for name, kind in (("link.txt", stat.S_IFLNK), ("pipe.txt", stat.S_IFIFO)):
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, (kind | 0o777) << 16
            archive.writestr(entry, "/etc/passwd")

    taken = take(tmp_path / "z.zip")

    assert not taken.arrivals
    assert "link" in taken.reasons["z.zip/link.txt"] and "plain file" in taken.reasons["z.zip/pipe.txt"]


def test_the_same_name_twice_an_encrypted_member_and_a_zip_inside_are_refused(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"a.txt": b"x"}).read_bytes()
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("a.txt", "one")
        archive.writestr("a.txt", "two")
        archive.writestr("inner.zip", inner)
        archive.writestr("secret.txt", "three")
        archive.filelist[-1].flag_bits |= 1

    taken = take(tmp_path / "z.zip")

    assert taken.data == [{"text": "one"}]
    assert "two members" in taken.reasons["z.zip/a.txt"]
    assert "not opened" in taken.reasons["z.zip/inner.zip"]
    assert "encrypted" in taken.reasons["z.zip/secret.txt"]


def test_a_bomb_is_stopped_while_it_is_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path / "z.zip", {"bomb.txt": bytes(60_000_000), "good.txt": b"good"})

    taken = take(path)

    assert taken.data == [{"text": "good"}]
    assert "200 times" in taken.reasons["z.zip/bomb.txt"]


def test_everything_together_has_a_limit(tmp_path: Path) -> None:
    members = {f"{i}.txt": NOISE for i in range(5)} | {"a.txt": b"first"}
    limits = Limits(unpacked_bytes=700_000)

    taken = take(zipped(tmp_path / "z.zip", members), Options(limits=limits))

    assert "unpacks to more than 700000 bytes" in taken.reasons["z.zip"]


def test_a_member_larger_than_the_whole_limit_is_refused_by_its_own_word(tmp_path: Path) -> None:
    taken = take(
        zipped(tmp_path / "z.zip", {"a.txt": b"a" * 300, "b.txt": b"b"}), Options(limits=Limits(unpacked_bytes=100))
    )
    assert taken.data == [{"text": "b"}]


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "z.zip", {f"{i}.txt": b"x" for i in range(20)})
    taken = take(path, Options(limits=Limits(members=10)))
    assert "more than 10 members" in taken.reasons["z.zip"]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("said", [3, 4_000])
def test_sizes_that_lie_are_found_out(tmp_path: Path, compression: int, said: int) -> None:
    raw = bytearray(zipped(tmp_path / "z.zip", {"a.txt": b"0123456789" * 30}, compression).read_bytes())
    entry = raw.index(b"PK\1\2")
    struct.pack_into("<L", raw, entry + 24, said)
    (tmp_path / "z.zip").write_bytes(raw)

    taken = take(tmp_path / "z.zip")

    assert not taken.arrivals
    assert f"said to have {said} bytes" in taken.reasons["z.zip/a.txt"]


def test_a_damaged_member_is_found_out_by_its_checksum(tmp_path: Path) -> None:
    raw = bytearray(zipped(tmp_path / "z.zip", {"a.txt": b"0123456789"}, zipfile.ZIP_STORED).read_bytes())
    raw[raw.index(b"0123")] ^= 1
    (tmp_path / "z.zip").write_bytes(raw)
    assert "CRC-32" in take(tmp_path / "z.zip").reasons["z.zip/a.txt"]


def test_a_header_that_names_another_member_is_refused(tmp_path: Path) -> None:
    raw = zipped(tmp_path / "z.zip", {"a.txt": b"x"}).read_bytes().replace(b"a.txt", b"b.exe", 1)
    (tmp_path / "z.zip").write_bytes(raw)
    assert "differ" in take(tmp_path / "z.zip").reasons["z.zip/a.txt"]


def test_members_that_share_bytes_are_refused(tmp_path: Path) -> None:
    packed = zlib.compress(b"a" * 100_000, 9)[2:-4]
    with zipfile.ZipFile(tmp_path / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"a" * 100_000)
        archive.writestr("b.txt", b"b")
    raw = bytearray((tmp_path / "z.zip").read_bytes())
    second = raw.rindex(b"PK\1\2")
    struct.pack_into("<L", raw, second + 42, 10)  # inside the first member
    (tmp_path / "z.zip").write_bytes(raw)

    taken = take(tmp_path / "z.zip")

    assert packed and "overlap" in taken.reasons["z.zip/a.txt"]


@pytest.mark.parametrize("cut", [1, 30, 200])
def test_an_archive_cut_off_is_told(tmp_path: Path, cut: int) -> None:
    raw = zipped(tmp_path / "z.zip", {"a.txt": NOISE[:500], "b.txt": NOISE[:500]}).read_bytes()
    (tmp_path / "z.zip").write_bytes(raw[:-cut])
    taken = take(tmp_path / "z.zip")
    assert not taken.arrivals and "cut off" in taken.reasons["z.zip"]


def test_what_stands_before_an_archive_moves_it(tmp_path: Path) -> None:
    raw = zipped(tmp_path / "z.zip", {"a.txt": b"hello"}).read_bytes()
    (tmp_path / "z.zip").write_bytes(b"PK\3\4" + b"#" * 999 + raw)
    assert take(tmp_path / "z.zip").data == [{"text": "hello"}]


def test_a_64_bit_archive_of_many_members_is_listed(tmp_path: Path) -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for i in range(70_000):
            archive.writestr(f"{i}.txt", b"x")
        with archive.open("long.txt", "w", force_zip64=True) as file:
            file.write(b"y")
    with buffer as file:
        names = [name for _, name in zips.read_directory(file, zips.find_directory(file))]
    assert len(names) == 70_001


name = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="\\/:."), min_size=1, max_size=10)


@settings(deadline=None, max_examples=40)
@given(
    st.dictionaries(
        name.map(lambda n: n + ".txt"), st.text("ab\u4f60", min_size=1, max_size=50), min_size=1, max_size=5
    )
)
def test_whatever_zipfile_writes_is_read(tmp_path_factory: pytest.TempPathFactory, texts: dict[str, str]) -> None:
    path = zipped(tmp_path_factory.mktemp("z") / "z.zip", {n: t.encode() for n, t in texts.items()})

    taken = take(path)

    assert not taken.rejections
    assert sorted(str(d["text"]) for d in taken.data) == sorted(texts.values())


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_zip_with_any_bytes_changed_raises_nothing(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "mutated.zip"
    raw = bytearray(
        zipped(path, {"a.txt": b"hello" * 9, "b/c.csv": b"x\n1\n", "p.png": picture("PNG", (3, 3))}).read_bytes()
    )
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(raw)

    taken = take(path)

    assert taken.arrivals or taken.rejections
