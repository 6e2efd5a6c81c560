"""Skeletons in COCO and YOLO pose, rotated boxes in YOLO OBB: what other tools find, and what is read again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from goldsmith.core.dataset import Record
from goldsmith.core.item import ItemData
from goldsmith.core.schema import LabelSchema
from goldsmith.formats import FORMATS
from goldsmith.kinds.rotated_box.kind import RotatedBox
from goldsmith.kinds.rotated_box.turned import corners
from goldsmith.kinds.skeleton.kind import Skeleton
from tests.formats.made import MAN, PEOPLE, SHIP, SHIPS, facts


def record(**value: Skeleton | RotatedBox) -> Record:
    item = ItemData(assets={"image": facts()})
    return Record(item_id="i1", item=item, value={name: (one,) for name, one in value.items()}, split="val")


def test_coco_has_the_keypoints_their_names_and_what_ties_them(tmp_path: Path) -> None:
    report = FORMATS["coco"].write([record(people=MAN)], tmp_path, LabelSchema(fields=(PEOPLE,)))

    written = json.loads((tmp_path / "instances.json").read_text())
    [category], [annotation] = written["categories"], written["annotations"]
    assert category["keypoints"] == ["nose", "left eye", "right eye"]
    assert category["skeleton"] == [[1, 2], [1, 3]]
    assert annotation["keypoints"] == [20, 10, 2, 30, 40, 1, 0, 0, 0]
    assert (annotation["num_keypoints"], annotation["bbox"]) == (2, [20, 10, 10, 30])
    assert not report.losses


@pytest.mark.parametrize("name", ["coco", "yolo_pose"])
def test_a_skeleton_comes_back_from(tmp_path: Path, name: str) -> None:
    FORMATS[name].write([record(people=MAN)], tmp_path, LabelSchema(fields=(PEOPLE,)))

    [back] = FORMATS[name].read(tmp_path)

    [one] = back.value["people"]
    assert isinstance(one, Skeleton)
    assert [n for point in one.points for n in point] == pytest.approx([20, 10, 2, 30, 40, 1, 0, 0, 0], abs=1e-4)


def test_yolo_pose_tells_how_many_points_there_are_and_which_are_mirrored(tmp_path: Path) -> None:
    other = replace(MAN, id="m2", points=MAN.points[:2])
    records = [record(people=MAN), replace(record(people=other), item_id="i2")]
    report = FORMATS["yolo_pose"].write(records, tmp_path, LabelSchema(fields=(PEOPLE, SHIPS)))

    lines = (tmp_path / "data.yaml").read_text().splitlines()
    assert {"kpt_shape: [3, 3]", "flip_idx: [0, 2, 1]"} <= set(lines)
    row = (tmp_path / "labels/val/a.txt").read_text().split()
    assert [float(n) for n in row] == pytest.approx([0, .25, .3125, .1, .375, .2, .125, 2, .3, .5, 1, 0, 0, 0])
    assert report.losses["skeleton of another template"] == 1


def test_yolo_poses_without_visibility_are_seen_where_they_are(tmp_path: Path) -> None:
    FORMATS["yolo_pose"].write([record(people=MAN)], tmp_path, LabelSchema(fields=(PEOPLE,)))
    yaml = tmp_path / "data.yaml"
    yaml.write_text(yaml.read_text().replace("[3, 3]", "[3, 2]"))
    (tmp_path / "labels/val/a.txt").write_text("0 .5 .5 .2 .2 .1 .1 .2 .2 0 0\n")

    [back] = FORMATS["yolo_pose"].read(tmp_path)

    [one] = back.value["people"]
    assert [seen for _, _, seen in one.points] == [2, 2, 0]  # type: ignore[attr-defined]


def test_a_rotated_box_comes_back_from_yolo_obb_turned_as_it_was(tmp_path: Path) -> None:
    report = FORMATS["yolo_obb"].write([record(ships=SHIP, people=MAN)], tmp_path, LabelSchema(fields=(SHIPS, PEOPLE)))

    [back] = FORMATS["yolo_obb"].read(tmp_path)

    [one] = back.value["ships"]
    assert isinstance(one, RotatedBox)
    assert one.angle_deg == pytest.approx(110, abs=1e-4)
    assert [n for p in corners(one) for n in p] == pytest.approx([n for p in corners(SHIP) for n in p], abs=1e-4)
    assert report.losses["skeleton object"] == 1


def test_an_obb_row_that_is_no_box_is_told(tmp_path: Path) -> None:
    FORMATS["yolo_obb"].write([record(ships=SHIP)], tmp_path, LabelSchema(fields=(SHIPS,)))
    (tmp_path / "labels/val/a.txt").write_text("0 .1 .1 .2 .2 .3 .3\n0 .1 .1 .1 .1 .1 .1 .1 .1\n")
    told: list[tuple[str, str]] = []

    [back] = FORMATS["yolo_obb"].read(tmp_path, lambda place, reason: told.append((place, reason)))

    assert not back.value
    assert [place for place, _ in told] == ["labels/val/a.txt:1", "labels/val/a.txt:2"]
