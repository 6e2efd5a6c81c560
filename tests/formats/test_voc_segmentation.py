"""Semantic masks in Pascal VOC's form: Pillow and numpy read what was written, and what others wrote is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from goldsmith.core.dataset import Record
from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.core.schema import LabelSchema
from goldsmith.formats import FORMATS
from goldsmith.kinds.mask.kind import bitmap_of
from tests.formats.made import HOLE, PAINTED, SCHEMA, SQUARE, facts, field, painted, photo, polygon

VOC = FORMATS["voc_segmentation"]
GREEN, RED = (0, 128, 0), (128, 0, 0)


def numbers(folder: Path, stem: str = "a") -> np.ndarray:
    return np.asarray(Image.open(folder / f"SegmentationClass/{stem}.png"))


def test_a_pixel_is_the_number_of_the_class_on_top_in_vocs_colours(tmp_path: Path) -> None:
    below, above = painted(), painted(id="m2", label="sky", x_px=12)

    report = VOC.write([photo(below, above)], tmp_path, PAINTED)

    expected = np.zeros((80, 100), int)
    for number, one in ((1, below), (2, above)):
        expected[one.y_px:one.y_px + 20, one.x_px:one.x_px + 20][bitmap_of(one)] = number
    assert (numbers(tmp_path) == expected).all()
    shown = np.asarray(Image.open(tmp_path / "SegmentationClass/a.png").convert("RGB"))
    assert tuple(shown[expected == 1][0]) == RED and tuple(shown[expected == 2][0]) == GREEN
    assert report.objects == 2 and report.losses["part under others"] == 1
    assert (tmp_path / "labelmap.txt").read_text().splitlines()[1:] == [
        "background:0,0,0::", "road:128,0,0::", "sky:0,128,0::"]
    assert (tmp_path / "ImageSets/Segmentation/val.txt").read_text() == "a\n"


def test_polygons_are_filled_as_pillow_fills_them_less_their_holes(tmp_path: Path) -> None:
    report = VOC.write([photo(polygon(holes=(HOLE,)))], tmp_path, SCHEMA)

    image = Image.new("L", (800, 640))  # eight times finer: a pixel counts by its middle
    draw = ImageDraw.Draw(image)
    draw.polygon([(8 * x, 8 * y) for x, y in SQUARE], fill=1)
    draw.polygon([(8 * x, 8 * y) for x, y in HOLE], fill=0)
    by_pillow = np.asarray(image)[4::8, 4::8]
    assert (numbers(tmp_path) != by_pillow).sum() <= 10  # along the slanted side of the hole
    assert report.losses["polygon made a mask"] == 1
    [back] = VOC.read(tmp_path)
    assert [(one.label, one.asset) for one in back.value["areas"]] == [("road", "image")]


def test_objects_that_do_not_show_and_objects_of_one_class_are_counted(tmp_path: Path) -> None:
    hidden, sky = painted(id="h"), painted(id="s", label="sky")

    report = VOC.write([photo(hidden, sky, painted(id="s2", label="sky", x_px=60))], tmp_path, PAINTED)

    assert report.objects == 1
    assert (report.losses["object under others"], report.losses["object joined with others"]) == (1, 1)
    [back] = VOC.read(tmp_path)
    assert [one.label for one in back.value["masks"]] == ["sky"]


def test_more_classes_than_a_pixel_can_say_are_refused(tmp_path: Path) -> None:
    many = LabelSchema(fields=(field("masks", "mask", "image", *(f"c{n}" for n in range(255))),))

    with pytest.raises(BadInput, match="254"):
        VOC.write([], tmp_path, many)


@pytest.mark.parametrize("mode", ["P", "L", "RGB"])
def test_folders_of_other_tools_are_read_by_number_or_colour(tmp_path: Path, mode: str) -> None:
    (tmp_path / "SegmentationClass").mkdir()
    (tmp_path / "ImageSets/Segmentation").mkdir(parents=True)
    (tmp_path / "ImageSets/Segmentation/train.txt").write_text("street\n")
    (tmp_path / "labelmap.txt").write_text("# label:color_rgb:parts:actions\nbackground:0,0,0::\n"
                                           "wall:9,9,9::\nroof:0,128,0::\n")
    image = Image.new(mode, (30, 20))
    if mode == "P":  # another order than the list's: the colour decides
        image.putpalette([0, 0, 0, *GREEN, 9, 9, 9, 1, 2, 3])
    roof, unknown, name = {"P": (1, 3, "number 3"), "L": (2, 77, "number 77"),
                           "RGB": (GREEN, (1, 2, 3), "colour 1,2,3")}[mode]
    image.paste(roof, (5, 6, 9, 8))
    image.paste(unknown, (20, 0, 30, 2))
    image.save(tmp_path / "SegmentationClass/street.png")
    told: list[tuple[str, str]] = []

    [record] = VOC.read(tmp_path, lambda place, reason: told.append((place, reason)))

    [one] = record.value["masks"]
    assert (one.label, one.x_px, one.y_px, one.width_px, one.height_px) == ("roof", 5, 6, 4, 2)
    assert (record.split, record.item.assets["image"].width_px) == ("train", 30)
    assert told == [("SegmentationClass/street.png", f"labelmap.txt does not say what the {name} means.")]


def test_without_a_list_numbers_are_the_classes_of_voc_and_255_is_void(tmp_path: Path) -> None:
    (tmp_path / "SegmentationClass").mkdir()
    image = Image.new("L", (4, 1))
    image.putdata([0, 15, 255, 15])
    image.save(tmp_path / "SegmentationClass/x.png")

    [record] = VOC.read(tmp_path)

    assert [(one.label, one.x_px, one.width_px) for one in record.value["masks"]] == [("person", 1, 3)]


def test_a_mask_of_another_size_than_its_picture_is_told(tmp_path: Path) -> None:
    record = Record(item_id="i", item=ItemData(assets={"image": facts("a.jpg")}), value={"masks": (painted(),)})
    VOC.write([record], tmp_path, PAINTED)
    Image.new("P", (7, 7)).save(tmp_path / "SegmentationClass/a.png")
    told: list[tuple[str, str]] = []

    [back] = VOC.read(tmp_path, lambda place, reason: told.append((place, reason)))

    assert not back.value and "7 x 7 pixels, the picture 100 x 80" in told[0][1]
