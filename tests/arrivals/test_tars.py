"""Tar archives, packed or not, that lie, lead out, blow up or are cut off."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldsmith.arrivals import Limits, Options, propose, schema_of
from tests.arrivals.test_labelled import box, coco, image
from tests.arrivals.uploads import Taken, picture, take, zipped

NOISE = random.Random(1).randbytes(300_000)
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "t.tar": bytes,
    "t.tar.gz": lambda raw: gzip.compress(raw, 6),
    "t.tgz": lambda raw: gzip.compress(raw[:700]) + gzip.compress(raw[700:]),
    "t.tar.bz2": bz2.compress,
    "t.tar.xz": lzma.compress,
}
every_packing = pytest.mark.parametrize("name", PACKED)


def entry(name: str, raw: bytes = b"", **more: object) -> tuple[tarfile.TarInfo, bytes]:
    found = tarfile.TarInfo(name)
    found.size = len(raw)
    for key, value in more.items():
        setattr(found, key, value)
    return found, raw


def tarred(*entries: tuple[tarfile.TarInfo, bytes], format: int = tarfile.PAX_FORMAT) -> bytes:
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as archive:
        for one, raw in entries:
            archive.addfile(one, BytesIO(raw))
    return out.getvalue()


def files(**contents: bytes) -> bytes:
    return tarred(*(entry(name.replace("__", "/").replace("_", "."), raw) for name, raw in contents.items()))


def take_tar(tmp_path: Path, raw: bytes, name: str = "t.tar", **limits: int) -> Taken:
    (tmp_path / name).write_bytes(PACKED[name](raw))
    return take(tmp_path / name, Options(limits=Limits(**limits)))


@every_packing
def test_members_are_read_whatever_their_folder_and_packing(tmp_path: Path, name: str) -> None:
    jpeg = picture()
    raw = tarred(
        entry("./", type=tarfile.DIRTYPE), entry("./notes.txt", b"hello"), entry("a/b/c.jpg", jpeg),
        entry("a", type=tarfile.DIRTYPE), entry("t.csv", b"x\n1\n"), entry(".hidden", b"no"),
        entry("__MACOSX/._c.jpg", b"no"))

    taken = take_tar(tmp_path, raw, name)

    assert not taken.rejections
    assert taken.places == [f"{name}/notes.txt", f"{name}/t.csv:2", f"{name}/a/b/c.jpg"]
    assert taken.bytes[f"{name}/a/b/c.jpg"] == jpeg


@every_packing
def test_labels_find_their_pictures_wherever_they_stand_in_the_archive(tmp_path: Path, name: str) -> None:
    labels = coco([image(1, "a.png"), image(2, "b.png")], [box(1, 1), box(2, 2)])
    raw = files(set__b_png=picture("PNG"), set__labels_json=labels, set__a_png=picture("PNG", compress_level=1))

    taken = take_tar(tmp_path, raw, name)

    assert [a.name for a in taken.arrivals if a.value] == ["a.png", "b.png"]
    assert propose(tmp_path / name) == "coco"
    assert [label.name for label in schema_of(tmp_path / name).fields[0].labels] == ["fig", "date"]


def test_yolo_in_a_packed_tar_is_read_when_it_is_named(tmp_path: Path) -> None:
    raw = files(data_yaml=b"train: images\nnames: [nut]\n", images__a_png=picture("PNG"),
                labels__a_txt=b"0 0.5 0.5 0.2 0.2\n")
    (tmp_path / "t.tgz").write_bytes(gzip.compress(raw))

    taken = take(tmp_path / "t.tgz", Options(format="yolo"))

    assert [(a.name, bool(a.value)) for a in taken.arrivals] == [("a.png", True)] and not taken.rejections


@every_packing
@pytest.mark.parametrize(
    "member", ["../out.txt", "a/../../out.txt", "/etc/passwd.txt", "C:/out.txt", "..\\out.txt", "a\x01.txt"]
)
def test_a_member_that_leads_out_is_refused_and_the_others_arrive(tmp_path: Path, name: str, member: str) -> None:
    taken = take_tar(tmp_path, tarred(entry(member, b"evil"), entry("good.txt", b"good")), name)

    assert taken.data == [{"text": "good"}]
    assert len(taken.rejections) == 1
    assert not (tmp_path / "out.txt").exists() and not (tmp_path.parent / "out.txt").exists()


@every_packing
def test_links_devices_doubles_and_archives_inside_are_refused(tmp_path: Path, name: str) -> None:
    raw = tarred(
        entry("soft.txt", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        entry("hard.txt", type=tarfile.LNKTYPE, linkname="a.txt"),
        entry("pipe", type=tarfile.FIFOTYPE), entry("disk", type=tarfile.BLKTYPE),
        entry("holes.txt", b"x", type=tarfile.GNUTYPE_SPARSE), entry("odd.txt", b"x", type=b"Q"),
        entry("a.txt", b"one"), entry("a.txt", b"two"), entry("inner.tar", files(b_txt=b"b")),
        entry("inner.zip", zipped(tmp_path / "inner.zip", {"b.txt": b"b"}).read_bytes()))

    taken = take_tar(tmp_path, raw, name)

    reasons = {place.removeprefix(f"{name}/"): reason for place, reason in taken.reasons.items()}
    assert taken.data == [{"text": "one"}]
    for member, words in {
        "soft.txt": "link", "hard.txt": "link", "pipe": "plain file", "disk": "plain file", "holes.txt": "sparse",
        "odd.txt": "not read", "a.txt": "two members", "inner.tar": "not opened", "inner.zip": "not opened",
    }.items():
        assert words in reasons.pop(member)
    assert not reasons


@pytest.mark.parametrize("format", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_long_names_of_every_dialect_are_read(tmp_path: Path, format: int) -> None:
    longest = f"{'d' * 90}/{'f' * 90}" if format == tarfile.USTAR_FORMAT else "d/" * 300 + "你.txt"

    taken = take_tar(tmp_path, tarred(entry(f"{longest}.txt", b"x"), entry("b.txt", b"y"), format=format))

    assert taken.places == ["t.tar/b.txt", f"t.tar/{longest}.txt"] and not taken.rejections


def test_a_name_that_is_not_utf8_and_a_sparse_pax_member_are_refused(tmp_path: Path) -> None:
    sparse = entry("s.txt", b"x", pax_headers={"GNU.sparse.major": "1"})
    raw = tarred(entry("caf\udce9.txt", b"x"), sparse, entry("b.txt", b"y"), format=tarfile.PAX_FORMAT)

    taken = take_tar(tmp_path, raw)

    assert taken.data == [{"text": "y"}]
    assert sorted(reason[:8] for reason in taken.reasons.values()) == ["The memb", "The name"]


@pytest.mark.parametrize("name", ["t.tar.gz", "t.tar.bz2", "t.tar.xz"])
def test_a_bomb_is_stopped_while_it_is_unpacked_and_the_rest_goes_on(tmp_path: Path, name: str) -> None:
    raw = files(a_txt=b"first", bomb_txt=bytes(60_000_000), good_txt=NOISE[:20].hex().encode())

    taken = take_tar(tmp_path, raw, name)

    assert [a.place for a in taken.arrivals] == [f"{name}/a.txt", f"{name}/good.txt"]
    assert "200 times" in taken.reasons[f"{name}/bomb.txt"]


def test_a_packed_archive_inside_is_not_unpacked(tmp_path: Path) -> None:
    raw = files(inner_tgz=gzip.compress(bytes(60_000_000)), good_txt=b"good")

    taken = take_tar(tmp_path, raw)

    assert taken.data == [{"text": "good"}] and "not opened" in taken.reasons["t.tar/inner.tgz"]


def test_many_members_that_grow_only_together_are_stopped_too(tmp_path: Path) -> None:
    raw = tarred(*(entry(f"{i:02}.txt", b"a" * 400_000) for i in range(20)))

    taken = take_tar(tmp_path, raw, "t.tar.xz", ratio_from_bytes=1_000_000)

    assert [a.place for a in taken.arrivals] == ["t.tar.xz/00.txt", "t.tar.xz/01.txt"]
    assert sum("200 times" in reason for reason in taken.reasons.values()) == 18


@pytest.mark.parametrize("name", ["t.tar.gz", "t.tar.xz"])
def test_everything_together_has_a_limit_and_what_stands_before_it_arrives(tmp_path: Path, name: str) -> None:
    raw = tarred(entry("a.txt", b"first"), *(entry(f"{i}.bin", NOISE) for i in range(5)))

    taken = take_tar(tmp_path, raw, name, unpacked_bytes=700_000)

    assert taken.data == [{"text": "first"}]
    assert "unpacks to more than 700000 bytes" in taken.reasons[name]


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    taken = take_tar(tmp_path, tarred(*(entry(f"{i}.txt", b"x") for i in range(20))), members=10)

    assert "more than 10 members" in taken.reasons["t.tar"] and len(taken.arrivals) == 10


@every_packing
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_an_archive_cut_off_is_told_and_what_was_whole_arrives(tmp_path: Path, name: str, share: float) -> None:
    texts = [random.Random(i).randbytes(2_000).hex().encode() for i in range(30)]
    raw = PACKED[name](tarred(*(entry(f"{i:02}.txt", text) for i, text in enumerate(texts))))
    (tmp_path / name).write_bytes(raw[: int(len(raw) * share)])

    taken = take(tmp_path / name)

    assert [a["text"].encode() for a in taken.data] == texts[: len(taken.data)]
    assert taken.data or name == "t.tar.bz2"  # its one block is whole or not
    assert any("send it again" in reason.lower() for reason in taken.reasons.values())


def test_a_member_said_to_be_longer_than_the_archive_is_refused(tmp_path: Path) -> None:
    raw = bytearray(files(a_txt=b"a", b_txt=b"b"))
    huge = tarfile.TarInfo("b.txt")
    huge.size = 2**60
    raw[1024:1536] = huge.tobuf(tarfile.GNU_FORMAT)

    taken = take_tar(tmp_path, bytes(raw))

    assert taken.data == [{"text": "a"}] and "ends before" in taken.reasons["t.tar/b.txt"]


def test_a_damaged_header_costs_its_member_only(tmp_path: Path) -> None:
    raw = bytearray(files(a_txt=b"a", b_txt=b"b", c_txt=b"c"))
    raw[1024] ^= 1

    taken = take_tar(tmp_path, bytes(raw))

    assert taken.data == [{"text": "a"}, {"text": "c"}] and "byte 1024" in taken.reasons["t.tar"]


def test_damage_in_a_packed_archive_is_told(tmp_path: Path) -> None:
    raw = bytearray(gzip.compress(tarred(entry("a.txt", NOISE.hex().encode()), entry("b.txt", b"b"))))
    raw[200_000:200_100] = bytes(100)
    (tmp_path / "t.tgz").write_bytes(raw)

    assert "cannot be unpacked" in take(tmp_path / "t.tgz").reasons["t.tgz"]


@pytest.mark.parametrize("raw", [gzip.compress(b"a text", mtime=0), gzip.compress(b"", mtime=0), bytes(700) + b"x"])
def test_what_is_called_a_tar_and_is_none_is_told(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "t.tar.gz").write_bytes(raw)

    taken = take(tmp_path / "t.tar.gz")

    assert not taken.arrivals and len(taken.rejections) == 1


def test_a_tar_is_known_by_its_content_too_whatever_its_first_member_is_called(tmp_path: Path) -> None:
    (tmp_path / "upload").write_bytes(files(BZh_txt=b"x"))
    (tmp_path / "t.zip").write_bytes(files(a_txt=b"x"))

    assert take(tmp_path / "upload").data == [{"text": "x"}]
    assert "holds a tar archive" in take(tmp_path / "t.zip").reasons["t.zip"]


def test_headers_too_long_or_broken_cost_their_member_only(tmp_path: Path) -> None:
    long = entry("x", b"a" * 2_000_000, type=tarfile.GNUTYPE_LONGNAME)
    broken = entry("x", b"99 path=short\n", type=tarfile.XHDTYPE)

    taken = take_tar(tmp_path, tarred(long, entry("a.txt", b"a"), broken, entry("b.txt", b"b"), entry("c.txt", b"c")))

    assert taken.data == [{"text": "c"}]
    assert "more than" in taken.reasons["t.tar/a.txt"] and "damaged" in taken.reasons["t.tar/b.txt"]


@settings(deadline=None, max_examples=100)
@given(st.data(), st.sampled_from(["t.tar", "t.tar.gz", "t.tar.xz"]))
def test_a_tar_with_any_bytes_changed_raises_nothing(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, name: str
) -> None:
    path = tmp_path_factory.getbasetemp() / name
    long = entry("d/" * 80 + "l.txt", b"long")
    raw = bytearray(PACKED[name](tarred(entry("a.txt", b"hello" * 9), long, entry("p.png", picture("PNG", (3, 3))))))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(raw)

    taken = take(path)

    assert taken.arrivals or taken.rejections
