"""Files of other tools: what can be read is read, what cannot is told with its place, and nothing leaves the folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goldsmith.core.dataset import Record
from goldsmith.core.errors import BadInput
from goldsmith.formats import FORMATS
from goldsmith.formats._yaml import read_yaml
from goldsmith.kinds.box.kind import Box
from goldsmith.kinds.mask.kind import Mask, bitmap_of
from goldsmith.kinds.polygon.kind import Polygon
from goldsmith.kinds.span.kind import Span
from tests.formats.made import SCHEMA, box, photo, span, text

Told = list[tuple[str, str]]
PICTURE = {"id": 7, "file_name": "x.png", "width": 9, "height": 9}
TRIANGLE = [1, 1, 5, 1, 5, 5]


def told_read(format_name: str, folder: Path) -> tuple[list[Record], Told]:
    told: Told = []
    return list(FORMATS[format_name].read(folder, lambda place, reason: told.append((place, reason)))), told


def coco(folder: Path, *annotations: dict[str, Any], images: Sequence[dict[str, Any]] = (PICTURE,)) -> Path:
    rows = [{"id": i, "image_id": 7, "category_id": 90, **a} for i, a in enumerate(annotations, 1)]
    content = {"annotations": rows, "categories": [{"id": 90, "name": "k", "supercategory": None}], "images": images}
    path = folder / "instances.json"
    path.write_text(json.dumps(content))
    return path


def test_coco_sections_may_stand_in_any_order_and_ids_may_be_sparse(tmp_path: Path) -> None:
    coco(tmp_path, {"bbox": [1, 2, 3, 4]}, {"segmentation": [TRIANGLE + TRIANGLE[:2]], "bbox": [0, 0, 9, 9]})

    [record] = FORMATS["coco"].read(tmp_path)

    assert (record.item_id, record.item.assets["image"].file_name) == ("x.png", "x.png")
    assert record.value["boxes"] == (Box(id="1", label="k", asset="image", x_px=1, y_px=2, width_px=3, height_px=4),)
    assert record.value["polygons"] == (Polygon(id="2", label="k", asset="image", points=((1, 1), (5, 1), (5, 5))),)


def test_coco_parts_become_polygons_and_the_split_is_told(tmp_path: Path) -> None:
    coco(tmp_path, {"segmentation": [TRIANGLE, TRIANGLE]})

    [record], told = told_read("coco", tmp_path)

    assert [o.id for o in record.value["polygons"]] == ["1", "1-1"]
    assert told == [("instances.json annotations[0]", "multipart polygon split")]
    assert len(list(FORMATS["coco"].read(tmp_path))) == 1


def test_run_lengths_of_other_tools_are_masks_and_crowds_are_told(tmp_path: Path) -> None:
    runs = {"counts": [10, 5, 4, 1, 3, 1, 4, 5, 48], "size": [9, 9]}
    coco(tmp_path, {"segmentation": runs}, {"segmentation": runs, "iscrowd": 1},
         {"segmentation": {"counts": "81", "size": [9, 9]}, "iscrowd": 1})  # fmt: skip

    [record], told = told_read("coco", tmp_path)

    [shape] = record.value["masks"]
    assert isinstance(shape, Mask) and (shape.x_px, shape.y_px, shape.width_px, shape.height_px) == (1, 1, 3, 5)
    assert [int(row.sum()) for row in bitmap_of(shape)] == [3, 2, 2, 2, 3]
    assert [place for place, _ in told] == ["instances.json annotations[1]", "instances.json annotations[2]"]
    assert all("crowd" in reason for _, reason in told)
    with pytest.raises(BadInput) as caught:
        list(FORMATS["coco"].read(tmp_path))
    assert caught.value.where == "instances.json annotations[1]"


BAD_ANNOTATIONS: list[dict[str, Any]] = [
    {},
    {"bbox": [1, 2, 3]},
    {"bbox": [1, 2, 0, 4]},
    {"bbox": [1, 2, "3", 4]},
    {"bbox": None, "segmentation": []},
    {"bbox": [1, 2, float("nan"), 4]},
    {"bbox": [1, 2, float("inf"), 4]},
    {"segmentation": [[1, 2, 3, 4]]},
    {"segmentation": [[1, 2, 3, 4, 5, 6, 7]]},
    {"segmentation": {"counts": [1], "size": [9, 9]}},
    {"segmentation": {"counts": [81], "size": [9, 9]}},
    {"segmentation": {"counts": [0, 90], "size": [9, 10]}},
    {"segmentation": {"counts": "\u00ff", "size": [9, 9]}},
    {"segmentation": "polygon"},
    {"bbox": [1, 2, 3, 4], "image_id": 8},
    {"bbox": [1, 2, 3, 4], "category_id": 91},
    {"bbox": [1, 2, 3, 4], "category_id": None},
    {"caption": "a cat", "category_id": 90},
]


@pytest.mark.parametrize("bad", BAD_ANNOTATIONS, ids=lambda bad: json.dumps(bad)[:40])
def test_a_bad_coco_annotation_is_told_and_the_good_ones_stay(tmp_path: Path, bad: dict[str, Any]) -> None:
    good = {"bbox": [1, 2, 3, 4]}
    coco(tmp_path, good, bad, good)

    [record], told = told_read("coco", tmp_path)

    assert [o.id for o in record.value["boxes"]] == ["1", "3"]
    assert [place for place, _ in told] == ["instances.json annotations[1]"]


def test_coco_keypoints_become_a_skeleton_beside_the_box(tmp_path: Path) -> None:
    coco(tmp_path, {"bbox": [1, 2, 3, 4], "keypoints": [1, 1, 2, 3, 4, 1, 0, 0, 0]})

    [record], told = told_read("coco", tmp_path)

    assert [o.id for o in record.value["boxes"]] == ["1"]
    [skeleton] = record.value["skeletons"]
    assert skeleton.points == ((1, 1, 2), (3, 4, 1), (0, 0, 0))  # type: ignore[attr-defined]
    assert skeleton.id == "1-1"
    assert told == []


@pytest.mark.parametrize("keypoints", [[], [0, 0, 0]])
def test_coco_keypoints_that_are_none_leave_the_box_alone(tmp_path: Path, keypoints: list[int]) -> None:
    coco(tmp_path, {"bbox": [1, 2, 3, 4], "keypoints": keypoints})

    [record], _ = told_read("coco", tmp_path)

    assert list(record.value) == ["boxes"]


def test_coco_attributes_of_odd_sorts_are_told_and_the_object_stays(tmp_path: Path) -> None:
    more = {"attributes": {"occluded": False, "parts": [1]}}
    coco(tmp_path, {"bbox": [1, 2, 3, 4], **more})

    [record], told = told_read("coco", tmp_path)

    assert record.value["boxes"][0].attributes == {"occluded": False}
    assert [reason for _, reason in told] == ["attribute not read: parts"]


@pytest.mark.parametrize("file_name", ["/etc/passwd", "../x.png", "a/../../x.png", "..\\x.png"])
def test_a_coco_picture_outside_the_folder_is_told(tmp_path: Path, file_name: str) -> None:
    coco(tmp_path, images=[{**PICTURE, "file_name": file_name}, {**PICTURE, "id": 8}, {**PICTURE, "id": 8}, {"id": 9}])

    records, told = told_read("coco", tmp_path)

    assert [r.item_id for r in records] == ["x.png"]
    assert [place[-9:] for place, _ in told] == ["images[0]", "images[2]", "images[3]"]


def test_coco_files_are_found_by_their_usual_names_with_their_splits(tmp_path: Path) -> None:
    splits = ("annotations/instances_train2017.json", "annotations/instances_val2017.json")
    for place in (*splits, "test/_annotations.coco.json"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        coco(tmp_path).rename(tmp_path / place)
    (tmp_path / "test" / "x.png").write_bytes(b"picture")

    records = list(FORMATS["coco"].read(tmp_path))

    assert [r.split for r in records] == ["train", "val", "test"]
    assert [r.item.assets["image"].file_name for r in records] == ["x.png", "x.png", "test/x.png"]


BROKEN = [b"", b"[]", b"{}", b"{", b'{"images": [{"id": 1', b"\xff\xfe\x00", b'{"images": [], "annotations": ["']


@pytest.mark.parametrize("raw", BROKEN)
def test_a_coco_file_that_is_not_whole_is_told(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "instances.json").write_bytes(raw)

    records, told = told_read("coco", tmp_path)

    assert records == []
    assert [place for place, _ in told] == ["instances.json"]


def yolo(folder: Path, yaml: str, **labels: str) -> None:
    image = pytest.importorskip("PIL.Image")
    (folder / "data.yaml").write_text(yaml)
    for split in ("train", "valid"):
        for sort in ("images", "labels"):
            (folder / split / sort).mkdir(parents=True)
        image.new("RGB", (100, 80)).save(folder / split / "images" / "a.jpg")
        (folder / split / "labels" / "a.txt").write_text(labels.get(split, ""))


def test_yolo_folders_of_other_tools_are_read_by_their_pictures(tmp_path: Path) -> None:
    yaml = "train: ../train/images  # as if from next door\nval: ../valid/images\n\nnc: 2\nnames: ['a, b', \"c'd\"]\n"
    yolo(tmp_path, yaml, train="1 0.25 0.5 0.3 0.5\n", valid="0 0.1 0.1 0.9 0.1 0.9 0.9\n")

    first, second = FORMATS["yolo"].read(tmp_path)

    assert (first.item_id, first.split, second.split) == ("train/images/a.jpg", "train", "val")
    [o] = first.value["boxes"]
    assert isinstance(o, Box) and (o.label, o.x_px, o.y_px) == ("c'd", pytest.approx(10), pytest.approx(20))
    assert second.value["polygons"][0].label == "a, b"


def test_bad_yolo_rows_are_told_and_the_good_ones_stay(tmp_path: Path) -> None:
    bad = "1 .5 .5 .1 .1\n-1 .5 .5 .1 .1\n0 .5 .5 .1\n0 .5 .5 0 .1\n0 a b c d\n\n0 nan .5 .1 .1\n\xff\n"
    rows = "0 .5 .5 .1 .1\n" + bad + "0 1 1 1 1\n"
    yolo(tmp_path, "train: train/images\nval: nowhere\ntest: ../../..\nnames: {0: cat}\n", train=rows)

    [record], told = told_read("yolo", tmp_path)

    assert [o.id for o in record.value["boxes"]] == ["a-1", "a-10"]
    rows_told = [place.rpartition(":")[2] for place, _ in told if "labels" in place]
    assert (rows_told, len(told)) == (["2", "3", "4", "5", "6", "8", "9"], 9)


def test_a_yolo_list_of_pictures_reads_none_outside_the_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    yolo(home, 'train: list.txt\nnames:\n  - cat\n  - "dog"\n', train="1 0.25 0.5 0.3 0.5\n")
    (home / "list.txt").write_text("./train/images/a.jpg\n../secret.jpg\n/etc/passwd\n")
    (tmp_path / "secret.jpg").write_bytes(b"")

    [record], told = told_read("yolo", home)

    assert record.value["boxes"][0].label == "dog"
    assert [place for place, _ in told] == ["list.txt:2", "list.txt:3"]


@pytest.mark.parametrize(("yaml", "names"), [
    ("names: [a, 'b # c', \"d\\\"e\"] # all", ["a", "b # c", 'd"e']),
    ("names:\n  0: a\n  1: 'it''s'\n  '2': \"c: d\"\n", ["a", "it's", "c: d"]),
    ("names:\n- a\n- b # two\n", ["a", "b"]),
    ("names: [a,\n  b,\n  c]\nnc: 3\n", ["a", "b", "c"]),
    ("names: {0: a, 1: 'b, c'}\r\n", ["a", "b, c"]),
    ("# names: [x]\nnames:\n    - a#b\n", ["a#b"]),
])  # fmt: skip
def test_names_of_a_data_yaml_are_read_in_every_usual_spelling(yaml: str, names: list[str]) -> None:
    assert read_yaml(yaml)["names"] == names


def test_conll_of_other_tools_is_read_by_document_or_by_sentence(tmp_path: Path) -> None:
    rows = "EU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\nPeter\tNNP\tB-NP\tI-PER\nBlackburn NNP I-NP I-PER\n"
    (tmp_path / "eng.train").write_text("-DOCSTART- -X- -X- O\n\n" + rows)
    (tmp_path / "more.txt").write_text(rows)

    document, first, second = FORMATS["conll"].read(tmp_path)

    assert document.item.data == {"text": "EU rejects\nPeter Blackburn"}
    found = [(o.label, o.start, o.end) for o in document.value["spans"] if isinstance(o, Span)]
    assert found == [("ORG", 0, 2), ("PER", 11, 26)]
    assert (first.item.data, second.item.data) == ({"text": "EU rejects"}, {"text": "Peter Blackburn"})
    assert (document.split, first.split) == ("train", "")


def test_bad_conll_rows_are_told_and_the_good_ones_stay(tmp_path: Path) -> None:
    (tmp_path / "a.conll").write_bytes(b"Ada B-PER\nalone\nmet X-LOC\n\xff\xff O\nBob B-PER\n")

    [record], told = told_read("conll", tmp_path)

    assert record.item.data == {"text": "Ada Bob"}
    assert [place for place, _ in told] == ["a.conll:2", "a.conll:3", "a.conll:4"]


def test_conll_whose_tokens_were_changed_is_told_and_the_text_stays(tmp_path: Path) -> None:
    FORMATS["conll"].write([text("Ada", span(0, 3)), text("Bob", span(0, 3), item_id="t2")], tmp_path, SCHEMA)
    path = tmp_path / "names.conll"
    path.write_text(path.read_text().replace("Ada ", "Eve "))

    records, told = told_read("conll", tmp_path)

    assert [(r.item.data["text"], len(r.value)) for r in records] == [("Ada", 0), ("Bob", 1)]
    assert [place for place, _ in told] == ["names.conll document 1"]


def test_bad_lines_in_the_middle_of_jsonl_are_told(tmp_path: Path) -> None:
    good = '{"item_id": "%s", "value": {"boxes": []}}\n'
    deep = '{"item_id": "x", "value": ' + "[" * 20000 + "]" * 20000 + "}\n"
    unknown = '{"item_id": "x", "value": {"f": [{"kind": "sphere"}]}}\n'
    (tmp_path / "records.jsonl").write_text(good % "a" + "{\n" + deep + unknown + "\n" + '{"data": 1}\n' + good % "b")

    records, told = told_read("jsonl", tmp_path)

    assert [r.item_id for r in records] == ["a", "b"]
    assert [place for place, _ in told] == [f"records.jsonl:{n}" for n in (2, 3, 4, 6)]
    with pytest.raises(BadInput) as caught:
        list(FORMATS["jsonl"].read(tmp_path))
    assert caught.value.where == "records.jsonl:2"


def test_bad_rows_in_the_middle_of_csv_are_told(tmp_path: Path) -> None:
    bad = [b"b,,", b"c,,[{},", b'd,,"[{""kind"":""x""}]",', b"e,\xff,,", b"f,,,{}"]
    rows = [b"item_id,split,value.boxes,asset.image", b"a,,,", *bad, b"g,,,"]
    (tmp_path / "items.csv").write_bytes(b"\r\n".join(rows))

    records, told = told_read("csv", tmp_path)

    assert [r.item_id for r in records] == ["a", "g"]
    assert [place for place, _ in told] == [f"items.csv:{n}" for n in (3, 4, 5, 6, 7)]


NAMES = {"coco": "instances.json", "csv": "items.csv", "jsonl": "records.jsonl", "yolo": "data.yaml",
         "yolo_segment": "pictures.jsonl", "conll": "names.conll"}  # fmt: skip


@pytest.mark.parametrize("format_name", sorted(NAMES))
def test_no_change_of_a_file_breaks_a_reader_that_is_told_of_problems(tmp_path: Path, format_name: str) -> None:
    made = [photo(box(attributes={"a": "ü"})), text("Ada Lovelace", span(0, 12))]
    FORMATS[format_name].write(made, tmp_path, SCHEMA)
    path = tmp_path / NAMES[format_name]
    whole = path.read_bytes()

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(whole)), st.integers(0, 9), st.binary(max_size=9))
    def law(at: int, length: int, put: bytes) -> None:
        path.write_bytes(whole[:at] + put + whole[at + length :])
        told_read(format_name, tmp_path)

    law()
