"""Another program agrees: pycocotools loads what we write, and real files are read to the last label."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from goldsmith.formats import FORMATS
from goldsmith.kinds.box.kind import Box
from goldsmith.kinds.mask.kind import Mask, bitmap_of
from goldsmith.kinds.polygon.kind import Polygon
from tests.formats.made import SCHEMA, SQUARE, box, photo, polygon
from tests.formats.test_masks import area

DATA = Path(__file__).parents[2].parent / "shared" / "data"
FRUIT = DATA / "images_boxes_masks"
PANOPTIC = DATA / "images_coco_panoptic" / "panoptic_coco_detection_format.json"
real_data = pytest.mark.skipif(not DATA.is_dir(), reason="the example data (../shared/data) is not there")


def test_pycocotools_loads_what_coco_writes_and_agrees_on_areas_and_boxes(tmp_path: Path) -> None:
    coco_module = pytest.importorskip("pycocotools.coco")
    coco_masks = pytest.importorskip("pycocotools.mask")
    shapes = (box(), polygon(), polygon(id="p2", label="sky", points=SQUARE[:3]))
    FORMATS["coco"].write([photo(*shapes), photo(box(label="cat"), item_id="i2")], tmp_path, SCHEMA)

    coco = coco_module.COCO(str(tmp_path / "instances.json"))

    assert [c["name"] for c in coco.loadCats(coco.getCatIds())] == ["cat", "dog", "road", "sky"]
    assert [i["file_name"] for i in coco.loadImgs(coco.getImgIds())] == ["a.jpg", "a.jpg"]
    [written] = [a for a in coco.loadAnns(coco.getAnnIds(imgIds=[1])) if a["object_id"] == "b1"]
    assert (written["bbox"], written["area"], written["category_id"]) == ([10, 20, 30, 40], 1200, 2)
    for a in coco.loadAnns(coco.getAnnIds(imgIds=[1], catIds=[3, 4])):
        runs = coco.annToRLE(a)
        assert coco_masks.area(runs) == pytest.approx(a["area"], rel=0.03)  # of whole pixels there, of the shape here
        assert coco_masks.toBbox(runs).tolist() == pytest.approx(a["bbox"], abs=1)


def test_pycocotools_finds_a_dataset_equal_to_itself(tmp_path: Path) -> None:
    coco_module = pytest.importorskip("pycocotools.coco")
    evaluation = pytest.importorskip("pycocotools.cocoeval")
    FORMATS["coco"].write([photo(box(), polygon())], tmp_path, SCHEMA)
    truth = coco_module.COCO(str(tmp_path / "instances.json"))
    found = truth.loadRes([{**a, "score": 1.0} for a in truth.dataset["annotations"]])

    run = evaluation.COCOeval(truth, found, "bbox")
    run.evaluate()
    run.accumulate()
    run.summarize()

    assert run.stats[0] == pytest.approx(1)


@real_data
def test_real_polygons_are_read_to_the_last_one_and_their_pictures_found() -> None:
    raw = json.loads((FRUIT / "annotations.json").read_text())

    records = list(FORMATS["coco"].read(FRUIT))

    shapes = [o for r in records for o in r.value["polygons"]]
    assert (len(records), len(shapes)) == (9, 80)
    assert all((FRUIT / r.item.assets["image"].file_name).is_file() for r in records)
    names = {c["id"]: c["name"] for c in raw["categories"]}
    assert Counter(o.label for o in shapes) == Counter(names[a["category_id"]] for a in raw["annotations"])
    wanted = {str(a["id"]): a["area"] for a in raw["annotations"]}
    for o in shapes:
        assert isinstance(o, Polygon) and area(o.points) == pytest.approx(wanted[o.id], rel=1e-6)


@real_data
def test_real_masks_are_read_exactly_and_crowds_are_told() -> None:
    coco_masks = pytest.importorskip("pycocotools.mask")
    raw = json.loads(PANOPTIC.read_text())
    told: list[tuple[str, str]] = []

    records = list(FORMATS["coco"].read(PANOPTIC, lambda place, reason: told.append((place, reason))))

    masks = {str(a["id"]): a for a in raw["annotations"] if not a["iscrowd"]}
    assert len(records) == 2
    assert sum("crowd" in reason for _, reason in told) == sum(a["iscrowd"] for a in raw["annotations"]) == 3
    for key, a in masks.items():
        (one,) = (o for r in records for o in r.value["masks"] if o.id == key)
        assert isinstance(one, Mask)
        found = np.zeros(a["segmentation"]["size"], np.bool_)
        found[one.y_px:one.y_px + one.height_px, one.x_px:one.x_px + one.width_px] = bitmap_of(one)
        assert (found == coco_masks.decode(a["segmentation"]).astype(np.bool_)).all()


@real_data
def test_real_labels_survive_a_way_through_every_picture_format(tmp_path: Path) -> None:
    from goldsmith.core.schema import LabelSchema
    from tests.formats.made import field

    records = list(FORMATS["coco"].read(FRUIT))
    schema = LabelSchema(fields=(field("polygons", "polygon", "image", "date", "fig", "hazelnut"),))

    for name in ("coco", "yolo_segment", "yolo"):
        report = FORMATS[name].write(records, tmp_path / name, schema)
        back = list(FORMATS[name].read(tmp_path / name))
        assert report.objects == 80
        assert [len(r.value["polygons"]) for r in back] == [len(r.value["polygons"]) for r in records]
        assert all(isinstance(o, Box if name == "yolo" else Polygon) for r in back for o in r.value["polygons"])
