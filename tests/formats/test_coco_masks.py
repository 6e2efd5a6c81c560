"""Masks in COCO: run lengths down the columns, as pycocotools has them, and back to the same pixels."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from goldsmith.core.dataset import Record
from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.formats import FORMATS
from goldsmith.kinds.mask.kind import Mask, bitmap_of, mask_of

WIDTH, HEIGHT = 23, 17
SCHEMA = LabelSchema(fields=(Field(name="masks", kind="mask", labels=(Label(name="cat"), Label(name="dog"))),))


def pixels(seed: int, share: float) -> np.ndarray:
    return np.random.default_rng(seed).random((HEIGHT, WIDTH)) < share


def mask(name: str, bitmap: np.ndarray) -> Mask:
    x_px, y_px, width_px, height_px, rle = mask_of(bitmap) or (0, 0, 0, 0, "")
    return Mask(id=name, label="cat", asset="image", x_px=x_px, y_px=y_px, width_px=width_px, height_px=height_px,
                rle=rle, attributes={"occluded": True})


def whole(one: Mask) -> np.ndarray:
    ground = np.zeros((HEIGHT, WIDTH), bool)
    ground[one.y_px:one.y_px + one.height_px, one.x_px:one.x_px + one.width_px] = bitmap_of(one)
    return ground


def record(*masks: Mask) -> Record:
    facts = AssetFacts(sha256="a" * 64, media_type="image/png", size_bytes=9, file_name="a.png", width_px=WIDTH,
                       height_px=HEIGHT)
    return Record(item_id="i1", item=ItemData(assets={"image": facts}), value={"masks": masks}, split="train")


MASKS = {f"noise {seed}": pixels(seed, share) for seed, share in enumerate((0.02, 0.3, 0.7, 0.98))} | {
    "all": np.ones((HEIGHT, WIDTH), bool), "one pixel": np.eye(HEIGHT, WIDTH, 5, dtype=bool) & pixels(1, 2.0)}


def test_pycocotools_reads_the_same_pixels_and_they_come_back(tmp_path: Path) -> None:
    coco_module = pytest.importorskip("pycocotools.coco")
    masks = [mask(name, bitmap) for name, bitmap in MASKS.items()]

    report = FORMATS["coco"].write([record(*masks)], tmp_path, SCHEMA)

    assert (report.objects, report.losses) == (len(masks), {})
    coco = coco_module.COCO(str(tmp_path / "instances.json"))
    for one in coco.loadAnns(coco.getAnnIds()):
        bitmap = MASKS[one["object_id"]]
        assert (coco.annToMask(one).astype(bool) == bitmap).all()
        assert one["area"] == bitmap.sum()
    [back] = FORMATS["coco"].read(tmp_path)
    assert list(back.value["masks"]) == masks


def test_plain_run_lengths_are_read_as_the_compressed_ones(tmp_path: Path) -> None:
    coco_masks = pytest.importorskip("pycocotools.mask")
    FORMATS["coco"].write([record(mask("m", MASKS["noise 1"]))], tmp_path, SCHEMA)
    path = tmp_path / "instances.json"
    document = json.loads(path.read_text())
    runs = document["annotations"][0]["segmentation"]
    decoded = coco_masks.decode(runs).ravel(order="F")
    edges = np.flatnonzero(np.diff(decoded)) + 1
    plain = np.diff([0, *edges, decoded.size]).tolist()
    runs["counts"] = plain if not decoded[0] else [0, *plain]
    path.write_text(json.dumps(document))

    [back] = FORMATS["coco"].read(tmp_path)

    assert (whole(back.value["masks"][0]) == MASKS["noise 1"]).all()


@pytest.mark.parametrize(("counts", "why"), [([3, 4], "do not fill"), ([WIDTH * HEIGHT], "empty"), ("~~", "no part")])
def test_what_is_no_mask_is_told_with_its_place(tmp_path: Path, counts: object, why: str) -> None:
    FORMATS["coco"].write([record(mask("m", MASKS["all"]))], tmp_path, SCHEMA)
    path = tmp_path / "instances.json"
    document = json.loads(path.read_text())
    document["annotations"][0]["segmentation"]["counts"] = counts
    path.write_text(json.dumps(document))
    told: list[tuple[str, str]] = []

    [back] = FORMATS["coco"].read(tmp_path, lambda place, reason: told.append((place, reason)))

    assert not back.value and why in told[0][1] and "annotations[0]" in told[0][0]


@pytest.mark.parametrize("is_plain", [True, False])
def test_what_pycocotools_wrote_is_read_to_the_same_pixels(tmp_path: Path, is_plain: bool) -> None:
    coco_masks = pytest.importorskip("pycocotools.mask")
    annotations = []
    for i, bitmap in enumerate(MASKS.values(), 1):
        runs = coco_masks.encode(np.asfortranarray(bitmap.astype(np.uint8)))
        edges = np.flatnonzero(np.diff(bitmap.T.ravel())) + 1
        plain = np.diff([0, *edges, bitmap.size]).tolist()
        counts = [0] * bool(bitmap[0, 0]) + plain if is_plain else runs["counts"].decode()
        annotations.append({"id": i, "image_id": 1, "category_id": 1, "iscrowd": 0,
                            "segmentation": {"counts": counts, "size": runs["size"]}})
    images = [{"id": 1, "file_name": "a.png", "width": WIDTH, "height": HEIGHT}]
    (tmp_path / "instances.json").write_text(json.dumps(
        {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "cat"}]}))

    [back] = FORMATS["coco"].read(tmp_path)

    found = back.value["masks"]
    assert [one.id for one in found] == [str(a["id"]) for a in annotations]
    assert all((whole(one) == bitmap).all() for one, bitmap in zip(found, MASKS.values(), strict=True))
