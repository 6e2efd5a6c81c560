"""Every format gives back what it can hold and counts what it cannot."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from goldsmith.core.dataset import Record
from goldsmith.core.errors import BadInput
from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.formats import FORMATS, format_named
from goldsmith.kinds.box.kind import Box
from goldsmith.kinds.choice.kind import Choice
from goldsmith.kinds.polygon.kind import Polygon
from goldsmith.kinds.span.kind import Span


def _field(name: str, kind: str, asset: str, *labels: str) -> Field:
    return Field(name=name, kind=kind, asset=asset, labels=tuple(Label(name=n) for n in labels))


BOXES = _field("boxes", "box", "image", "cat", "dog")
AREAS = _field("areas", "polygon", "image", "road")
NAMES = _field("names", "span", "text", "PER", "LOC")
MOOD = _field("mood", "choice", "", "good", "a|b", "[odd", "=1+1")
SCHEMA = LabelSchema(fields=(BOXES, AREAS, NAMES, MOOD))
BOX = Box(id="b1", label="dog", asset="image", x_px=10.0, y_px=20.0, width_px=30.0, height_px=40.0)
AREA = Polygon(id="p1", label="road", asset="image", points=((0.0, 0.0), (50.0, 0.0), (50.0, 20.0), (0.0, 20.0)))
HOLED = Polygon(
    id="p2", label="road", asset="image", points=AREA.points, holes=(((5.0, 5.0), (9.0, 5.0), (9.0, 9.0)),)
)
SPAN = Span(id="s1", label="PER", asset="text", start=0, end=12)
CHOICE = Choice(id="c1", label="good")


def _picture(file_name: str = "a.jpg") -> AssetFacts:
    return AssetFacts(
        sha256="0" * 64, media_type="image/jpeg", size_bytes=1, file_name=file_name, width_px=100, height_px=80
    )


def _image_record(item_id: str = "i1", file_name: str = "a.jpg", **value: tuple) -> Record:  # type: ignore[type-arg]
    return Record(item_id=item_id, item=ItemData(assets={"image": _picture(file_name)}), value=value, split="val")


def _text_record(text: str, *spans: Span) -> Record:
    return Record(item_id="t1", item=ItemData(data={"text": text}), value={"names": spans} if spans else {})


def test_the_folder_is_the_list_of_formats() -> None:
    assert set(FORMATS) == {"jsonl", "csv", "coco", "yolo", "conll"}
    with pytest.raises(BadInput) as caught:
        format_named("voc")
    assert "coco" in caught.value.hint


def test_jsonl_gives_every_record_back_whole(tmp_path: Path) -> None:
    box = Box(
        id="b", label="cat", asset="image", x_px=1.5, y_px=2, width_px=3, height_px=4, attributes={"t": True, "n": "x"}
    )
    item = ItemData(data={"text": "Ünï\n", "n": 1.5, "none": None}, assets={"image": _picture()})
    record = Record(
        item_id="i", item=item, value={"boxes": (box,), "areas": (HOLED,), "names": (SPAN,), "mood": (CHOICE,)}
    )
    report = FORMATS["jsonl"].write([record, _image_record()], tmp_path, SCHEMA)
    assert list(FORMATS["jsonl"].read(tmp_path)) == [record, _image_record()]
    assert (report.records, report.objects, report.losses) == (2, 4, {})


def test_csv_gives_data_labels_and_geometry_back(tmp_path: Path) -> None:
    labels = ("good", "a|b", "[odd", "=1+1", "back\\slash")
    for chosen in (labels, labels[1:], labels[2:], labels[3:], ("[odd",)):
        value = {"boxes": (BOX,), "mood": tuple(Choice(id=str(i), label=n) for i, n in enumerate(chosen))}
        record = Record(item_id="-1", item=ItemData(data={"text": "=x\n'"}), value=value, split="train")
        report = FORMATS["csv"].write([record], tmp_path, SCHEMA)
        [back] = FORMATS["csv"].read(tmp_path)
        assert (back.item_id, back.item, back.split) == (record.item_id, record.item, "train")
        assert back.value["boxes"] == (BOX,)
        assert tuple(c.label for c in back.value["mood"]) == chosen
        assert report.losses == {}


def test_csv_counts_assets_as_lost(tmp_path: Path) -> None:
    assert FORMATS["csv"].write([_image_record()], tmp_path, SCHEMA).losses == {"asset": 1}


@pytest.mark.parametrize("item_id", ["=1+1", "+1", "-1", "@sum", "\tx", "'=1", "'tis", "''"])
def test_csv_has_no_cell_that_a_spreadsheet_runs(tmp_path: Path, item_id: str) -> None:
    FORMATS["csv"].write([Record(item_id=item_id, item=ItemData())], tmp_path, SCHEMA)
    with (tmp_path / "items.csv").open(newline="") as file:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in csv.reader(file) for cell in row)
    assert [r.item_id for r in FORMATS["csv"].read(tmp_path)] == [item_id]


def test_coco_gives_boxes_and_polygons_back(tmp_path: Path) -> None:
    tagged = Polygon(id="p3", label="road", asset="image", points=AREA.points, attributes={"wet": True})
    records = [_image_record("i1", boxes=(BOX,), areas=(AREA, tagged)), _image_record("i2", "b.jpg")]
    report = FORMATS["coco"].write(records, tmp_path, SCHEMA)
    back = list(FORMATS["coco"].read(tmp_path))
    assert [r.value for r in back] == [r.value for r in records]
    assert [(r.item_id, r.split) for r in back] == [("i1", "val"), ("i2", "val")]
    assert back[0].item.assets["image"].file_name == "a.jpg"
    assert (report.records, report.objects, report.losses) == (2, 3, {})
    assert [p.name for p in tmp_path.iterdir()] == ["instances.json"]


def test_coco_counts_holes_spans_and_choices_as_lost(tmp_path: Path) -> None:
    record = _image_record(areas=(HOLED,), names=(SPAN,), mood=(CHOICE,))
    report = FORMATS["coco"].write([record], tmp_path, SCHEMA)
    assert report.losses == {"polygon hole": 1, "span object": 1, "choice object": 1}


def test_pycocotools_loads_what_coco_writes(tmp_path: Path) -> None:
    coco_module = pytest.importorskip("pycocotools.coco")
    FORMATS["coco"].write([_image_record(boxes=(BOX,), areas=(AREA,))], tmp_path, SCHEMA)
    coco = coco_module.COCO(str(tmp_path / "instances.json"))
    assert [c["name"] for c in coco.loadCats(coco.getCatIds())] == ["cat", "dog", "road"]
    box, area = coco.loadAnns(coco.getAnnIds(imgIds=[1]))
    assert (box["bbox"], box["category_id"]) == ([10, 20, 30, 40], 2)
    assert (area["area"], area["bbox"]) == (1000, [0, 0, 50, 20])
    assert coco.annToMask(area).sum() == 1000


def test_a_coco_segmentation_of_two_parts_becomes_two_polygons(tmp_path: Path) -> None:
    (tmp_path / "instances.json").write_text(
        '{"images":[{"id":7,"file_name":"x.png","width":9,"height":9}],"categories":[{"id":3,"name":"k"}],'
        '"annotations":[{"id":1,"image_id":7,"category_id":3,"segmentation":[[0,0,1,0,1,1],[4,4,5,4,5,5]]},'
        '{"id":2,"image_id":7,"category_id":3,"segmentation":{"counts":[1],"size":[9,9]},"iscrowd":1}]}'
    )
    [record] = FORMATS["coco"].read(tmp_path)
    assert record.item_id == "x.png"
    assert [o.id for o in record.value["objects"]] == ["1", "1-1"]


def test_yolo_gives_boxes_back_when_there_are_only_boxes(tmp_path: Path) -> None:
    schema = LabelSchema(fields=(BOXES,))
    report = FORMATS["yolo"].write([_image_record(boxes=(BOX,)), _image_record("i2")], tmp_path, schema)
    first, second = FORMATS["yolo"].read(tmp_path)
    [box] = first.value["boxes"]
    assert isinstance(box, Box)
    assert (box.x_px, box.y_px, box.width_px, box.height_px) == pytest.approx((10, 20, 30, 40))
    assert (box.label, first.split, second.value) == ("dog", "val", {})
    assert (tmp_path / "labels" / "a.txt").read_text() == "1 0.25 0.5 0.3 0.5\n"
    assert report.losses == {}


def test_yolo_gives_polygons_back_and_counts_what_it_cannot_hold(tmp_path: Path) -> None:
    tagged = Box(id="b", label="cat", asset="image", x_px=1, y_px=1, width_px=2, height_px=2, attributes={"t": True})
    record = _image_record(areas=(AREA, HOLED), boxes=(tagged,), mood=(CHOICE,))
    report = FORMATS["yolo"].write([record], tmp_path, SCHEMA)
    [back] = FORMATS["yolo"].read(tmp_path)
    area = back.value["areas"][0]
    assert isinstance(area, Polygon)
    assert [c for p in area.points for c in p] == pytest.approx([c for p in AREA.points for c in p])
    assert report.losses == {"choice object": 1, "polygon hole": 1, "attribute": 1, "box written as polygon": 1}


def test_yolo_gives_pictures_of_one_name_different_stems(tmp_path: Path) -> None:
    records = [_image_record(f"i{i}", "dir/same.jpg", boxes=(BOX,)) for i in range(5)]
    FORMATS["yolo"].write(records, tmp_path, LabelSchema(fields=(BOXES,)))
    assert len(list((tmp_path / "labels").iterdir())) == 5
    assert [r.item_id for r in FORMATS["yolo"].read(tmp_path)] == [r.item_id for r in records]


def test_conll_gives_text_and_spans_back(tmp_path: Path) -> None:
    spans = (SPAN, Span(id="s2", label="PER", asset="text", start=13, end=16))
    record = _text_record("Ada Lovelace Bob 😀 met", *spans)
    report = FORMATS["conll"].write([record, _text_record("")], tmp_path, SCHEMA)
    back, empty = FORMATS["conll"].read(tmp_path)
    assert (back.item, empty.item) == (record.item, ItemData(data={"text": ""}))
    assert [(o.label, o.start, o.end) for o in back.value["names"]] == [  # type: ignore[attr-defined]
        ("PER", 0, 12),
        ("PER", 13, 16),
    ]
    assert (report.objects, report.losses) == (2, {})
    assert "Lovelace -X- -X- I-PER\n" in (tmp_path / "data.conll").read_text(encoding="utf-8")


def test_conll_counts_overlaps_and_broken_tokens_as_lost(tmp_path: Path) -> None:
    inner = Span(id="s2", label="LOC", asset="text", start=4, end=12)
    torn = Span(id="s3", label="LOC", asset="text", start=13, end=15)
    report = FORMATS["conll"].write([_text_record("Ada Lovelace Bob.", SPAN, inner, torn)], tmp_path, SCHEMA)
    assert report.losses == {"overlapping span": 1, "span not on token borders": 1, "spacing of a text": 1}
    [back] = FORMATS["conll"].read(tmp_path)
    assert back.item.data == {"text": "Ada Lovelace Bob ."}
