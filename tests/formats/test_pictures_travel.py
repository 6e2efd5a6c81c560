"""Pictures travel with the labels: under safe names, each used once, found again by the reader."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest
from msgspec.structs import replace

from goldsmith.core.dataset import Record
from goldsmith.core.errors import NotFound
from goldsmith.core.item import ItemData
from goldsmith.formats import FORMATS
from goldsmith.formats._assets import UniqueNames, safe_stem
from goldsmith.formats.jsonl import asset_path
from tests.formats.made import SCHEMA, box, facts, photo

with_pictures = pytest.mark.parametrize("format_name", ["coco", "yolo", "yolo_segment"])
STORE = {sha256(bytes([n])).hexdigest(): bytes([n]) for n in range(6)}


def open_asset(key: str) -> BinaryIO:
    if key not in STORE:
        raise NotFound("Nothing is stored under this hash.")
    return BytesIO(STORE[key])


def stored(number: int, file_name: str, split: str = "val") -> Record:
    key = sha256(bytes([number])).hexdigest()
    record = photo(box(), item_id=f"i{number}", split=split)
    return replace(record, item=ItemData(assets={"image": facts(file_name, key)}))


@with_pictures
def test_each_picture_lies_where_the_reader_says(tmp_path: Path, format_name: str) -> None:
    names = ["dir/same.jpg", "same.jpg", "SAME.JPG", "../../evil.jpg", "C:\\x\\con.jpg", "😀 фото.jpg"]
    given = [stored(n, file_name, "test" if n else "train") for n, file_name in enumerate(names)]

    report = FORMATS[format_name].write(given, tmp_path, SCHEMA, open_asset=open_asset)

    for record in FORMATS[format_name].read(tmp_path):
        picture = record.item.assets["image"]
        assert (tmp_path / picture.file_name).read_bytes() == STORE[picture.sha256]
        assert picture.file_name.startswith(f"images/{record.split}/")
    lying = sorted(p.relative_to(tmp_path).as_posix() for p in (tmp_path / "images").rglob("*.*"))
    safe = ["SAME-i2.JPG", "__фото.jpg", "_con.jpg", "evil.jpg", "same-i1.jpg"]
    assert lying == [*(f"images/test/{name}" for name in safe), "images/train/same.jpg"]
    assert report.losses["renamed picture"] == 6


def test_jsonl_keeps_each_file_once_by_its_hash(tmp_path: Path) -> None:
    given = [stored(0, "a.jpg"), stored(0, "b.jpeg"), stored(1, "noise")]

    report = FORMATS["jsonl"].write(given, tmp_path, SCHEMA, open_asset=open_asset)

    assert len(list((tmp_path / "assets").iterdir())) == 2
    for record in FORMATS["jsonl"].read(tmp_path):
        picture = record.item.assets["image"]
        assert asset_path(tmp_path, picture).read_bytes() == STORE[picture.sha256]
    assert report.losses == {}


@pytest.mark.parametrize("format_name", ["coco", "jsonl", "yolo", "yolo_segment"])
def test_a_file_the_store_does_not_give_is_counted_and_the_rest_goes_on(tmp_path: Path, format_name: str) -> None:
    gone = replace(photo(box()), item=ItemData(assets={"image": facts("a.jpg", "f" * 64)}))
    nameless = replace(photo(box(), item_id="i9"), item=ItemData(assets={"image": facts("b.jpg", "../x")}))

    report = FORMATS[format_name].write([gone, nameless, stored(3, "c.jpg")], tmp_path, SCHEMA, open_asset=open_asset)

    assert report.losses["file that could not be opened"] == 2
    assert len(list(FORMATS[format_name].read(tmp_path))) == 3
    assert sum(p.read_bytes() == STORE[sha256(bytes([3])).hexdigest()] for p in tmp_path.rglob("*") if p.is_file()) == 1


def test_a_name_is_safe_and_given_once() -> None:
    with UniqueNames() as names:
        taken = [names.take(wanted, "i1") for wanted in ("a", "A", "a", "a", "..", "", "x" * 300, "名" * 300)]

    assert taken[:6] == ["a", "A-i1", "a-i1-2", "a-i1-3", "picture", "picture-i1"]
    assert max(len(name.encode()) for name in taken) <= 120
    assert [safe_stem(s) for s in ("NUL", "com1.x", "-rf", "a/b\\c:d\0")] == ["_NUL", "_com1.x", "rf", "a_b_c_d_"]
