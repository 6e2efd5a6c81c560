"""Tiles: a picture in squares, exact at its own scale, with nothing of it lost at the others."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from goldsmith.core.errors import BadInput
from goldsmith.media.image.tiles import TILE_PX, Tiles, levels_of, make_tiles, places, read_tiles, tile_path


def made(tmp_path: Path, image: Image.Image, format: str, **options: object) -> Tiles:
    source = tmp_path / "source"
    image.save(source, format=format, **options)
    return make_tiles(source, tmp_path / "tiles", tmp_path / "lock")


def put_together(folder: Path, facts: Tiles) -> np.ndarray:
    whole = np.zeros((facts.height_px, facts.width_px, 3), np.uint8)
    for column, row, (left, top, right, bottom) in places(facts.width_px, facts.height_px):
        tile = Image.open(BytesIO(tile_path(folder, 0, column, row).read_bytes()))
        whole[top:bottom, left:right] = np.asarray(tile.convert("RGB"))
    return whole


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 255, (height, width, 3), dtype=np.uint8)


def test_the_tiles_of_a_png_are_the_picture(tmp_path: Path) -> None:
    pixels = noise(700, 1100)

    facts = made(tmp_path, Image.fromarray(pixels), "PNG")

    assert (facts.width_px, facts.height_px, facts.levels, facts.media_type) == (1100, 700, 3, "image/png")
    assert (put_together(tmp_path / "tiles", facts) == pixels).all()
    with Image.open(tile_path(tmp_path / "tiles", 2, 0, 0)) as coarsest:
        assert coarsest.size == (275, 175)


def test_a_jpeg_is_turned_upright_before_it_is_cut(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    facts = made(tmp_path, Image.new("RGB", (900, 300), "red"), "JPEG", exif=exif)

    assert (facts.width_px, facts.height_px, facts.media_type) == (300, 900, "image/jpeg")


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_greys_of_16_bits_keep_every_value_and_know_their_window(tmp_path: Path, format: str) -> None:
    values = (np.arange(600 * 530, dtype=np.uint32).reshape(530, 600) % 5000 + 300).astype(np.uint16)

    facts = made(tmp_path, Image.fromarray(values), format)

    assert (facts.least, facts.most) == (300, 5299) and 300 <= facts.low < facts.high <= 5299
    tile = np.frombuffer(tile_path(tmp_path / "tiles", 0, 1, 1).read_bytes(), "<u2").reshape(18, 88)
    assert (tile == values[TILE_PX:, TILE_PX:]).all()
    coarse = np.frombuffer(tile_path(tmp_path / "tiles", 1, 0, 0).read_bytes(), "<u2").reshape(265, 300)
    assert abs(float(coarse[3, 4]) - values[6:8, 8:10].mean()) <= 0.5


def test_what_is_no_picture_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"GIF89a but no more")

    with pytest.raises(BadInput, match="cannot be cut"):
        make_tiles(tmp_path / "source", tmp_path / "tiles", tmp_path / "lock")

    assert read_tiles(tmp_path / "tiles") is None and sorted(p.name for p in tmp_path.iterdir()) == ["lock", "source"]


def test_one_tile_holds_the_last_level() -> None:
    assert [levels_of(n, 10) for n in (512, 513, 1024, 1025, 20_000)] == [1, 2, 2, 3, 7]
