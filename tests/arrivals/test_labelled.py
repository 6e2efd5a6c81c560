"""Uploads with labels: COCO beside its pictures, and formats that are named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from goldsmith.arrivals import Options, propose, schema_of
from goldsmith.core.errors import BadInput
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import check_schema
from goldsmith.kinds.mask.kind import Mask, bitmap_of
from tests.arrivals.uploads import fields, folder, picture, take, zipped


def coco(images: list[dict[str, Any]], annotations: list[dict[str, Any]]) -> bytes:
    categories = [{"id": 7, "name": "fig"}, {"id": 3, "name": "date"}]
    return json.dumps({"images": images, "annotations": annotations, "categories": categories}).encode()


def image(id: int, file_name: str, width: int = 60, height: int = 40) -> dict[str, Any]:
    return {"id": id, "file_name": file_name, "width": width, "height": height}


def box(id: int, image_id: int, **more: Any) -> dict[str, Any]:
    return {"id": id, "image_id": image_id, "category_id": 7, "bbox": [1, 2, 10, 10], **more}


OUTLINE = {"segmentation": [[1, 1, 20, 1, 20, 20]]}


@pytest.mark.parametrize("inside", ["", "set/"])
def test_coco_in_a_zip_brings_pictures_with_their_labels(tmp_path: Path, inside: str) -> None:
    raw = coco([image(1, "a.png"), image(2, "sub/b.png"), image(3, "c.png")], [box(1, 1), box(2, 2, **OUTLINE)])
    members = {
        f"{inside}labels.json": raw,
        f"{inside}images/a.png": picture("PNG"),
        f"{inside}sub/b.png": picture("PNG", (60, 40), compress_level=1),
        f"{inside}c.png": picture("PNG", (60, 40), compress_level=2),
        f"{inside}unnamed.png": picture("PNG", (60, 40), compress_level=3),
    }
    path = zipped(tmp_path / "z.zip", members)

    taken = take(path, Options(fields=fields(box="fruit", polygon="shape")))

    assert not taken.rejections
    assert propose(path) == "coco"
    values = {a.name: a.value for a in taken.arrivals}
    assert values.keys() == {"a.png", "b.png", "c.png", "unnamed.png"}
    assert values["c.png"] is None and values["unnamed.png"] is None
    first, second = values["a.png"], values["b.png"]
    assert first and second and list(first) == ["fruit"] and list(second) == ["shape"]
    assert taken.bytes[f"z.zip/{inside}labels.json:sub/b.png"] == members[f"{inside}sub/b.png"]


def test_bad_parts_of_coco_are_told_and_the_rest_arrives(tmp_path: Path) -> None:
    images = [
        image(1, "a.png"),
        image(2, "gone.png"),
        image(3, "turned.png", 40, 60),
        image(4, "broken.png"),
        image(5, "../../etc/passwd"),
    ]
    annotations = [box(1, 1), box(2, 1, category_id=99), box(3, 2), box(4, 3), box(5, 4), box(6, 1, **OUTLINE)]
    files = {
        "labels.json": coco(images, annotations),
        "a.png": picture("PNG"),
        "turned.png": picture("PNG"),
        "broken.png": picture("PNG")[:60],
    }

    taken = take(folder(tmp_path / "f", files), Options(fields=fields(box="fruit")))

    assert {a.name: bool(a.value) for a in taken.arrivals} == {"a.png": True, "turned.png": False}
    reasons = "\n".join(f"{place}: {reason}" for place, reason in taken.reasons.items())
    for words in (
        "gone.png' is not in the upload",
        "40 x 60",
        "broken.png",
        "leads out",
        "category",
        "no field for 1 polygon",
    ):
        assert words in reasons, reasons
    assert all(place.startswith("f/") for place in taken.reasons), reasons


def test_a_picture_without_labels_in_one_file_keeps_those_of_another(tmp_path: Path) -> None:
    files = {
        "a_empty.json": coco([image(1, "a.png")], []),
        "b_full.json": coco([image(1, "a.png")], [box(1, 1)]),
        "a.png": picture("PNG"),
    }
    (arrival,) = take(folder(tmp_path / "f", files)).arrivals
    assert arrival.value and len(arrival.value["boxes"]) == 1


def test_outlines_come_in_as_boxes_where_only_a_field_of_boxes_has_their_label(tmp_path: Path) -> None:
    two_parts = {"segmentation": [[1, 1, 20, 1, 20, 20], [30, 5, 40, 5, 40, 30]]}
    annotations = [box(7, 1, **two_parts), box(8, 1, **OUTLINE, category_id=3), box(9, 2, **OUTLINE)]
    files = {
        "labels.json": coco([image(1, "a.png"), image(2, "b.png")], annotations),
        "a.png": picture("PNG"),
        "b.png": picture("PNG", compress_level=1),
    }
    shapes = Field(name="shapes", kind="polygon", labels=(Label(name="date"),))
    whole = Field(name="whole", kind="box", labels=(Label(name="fig"),))

    taken = take(folder(tmp_path / "f", files), Options(fields=(whole, shapes)))

    first, second = (a.value or {} for a in taken.arrivals)
    around = [(b.x_px, b.y_px, b.width_px, b.height_px) for b in (*first["whole"], *second["whole"])]
    assert around == [(1, 1, 39, 29), (1, 1, 19, 19)]
    assert [one.label for one in first["shapes"]] == ["date"]
    asked = "The schema asks for boxes of fig: 2 outline(s) came in as the boxes around them."
    assert [r.reason for r in taken.rejections if r.place == "f"] == [asked]


TWO_BARS = {"segmentation": {"counts": [40, 10, 70, 20, 2260], "size": [40, 60]}}  # columns 1 and 3


def test_run_lengths_come_in_as_the_kind_that_the_project_asks_for(tmp_path: Path) -> None:
    path = folder(tmp_path / "f", {"labels.json": coco([image(1, "a.png")], [box(7, 1, **TWO_BARS)]),
                                   "a.png": picture("PNG")})

    as_mask, as_outlines, as_box, both = (
        take(path, Options(fields=tuple(Field(name=kind, kind=kind, labels=(Label(name="fig"),)) for kind in kinds)))
        for kinds in (("mask",), ("polygon",), ("box",), ("polygon", "mask")))

    [(name, [one])] = (as_mask.arrivals[0].value or {}).items()
    assert (name, one.x_px, one.y_px, one.width_px, one.height_px) == ("mask", 1, 0, 3, 20)
    assert not as_mask.rejections and list(both.arrivals[0].value or {}) == ["mask"]
    parts = (as_outlines.arrivals[0].value or {})["polygon"]
    assert [part.id for part in parts] == ["7", "7-1"] and parts[0].points == ((1, 0), (2, 0), (2, 10), (1, 10))
    assert [r.reason for r in as_outlines.rejections] == [
        "The mask of 'fig' has 2 parts; each came in as a polygon.",
        "The schema asks for polygons of fig: 1 mask(s) came in as the outlines of their pixels."]
    assert [(b.x_px, b.width_px) for b in (as_box.arrivals[0].value or {})["box"]] == [(1, 3)]
    assert [field.kind for field in schema_of(path).fields] == ["mask"]


def test_outlines_come_in_as_the_pixels_that_coco_counts_where_the_schema_asks_for_masks(tmp_path: Path) -> None:
    coco_masks = pytest.importorskip("pycocotools.mask")
    rings = [[1.3, 1.2, 20.7, 3.1, 18.2, 33.9], [30.0, 5.5, 90.0, 5.5, 40.0, 60.0]]  # the second reaches out of it
    shares = [n / size for n, size in zip(rings[0], (60, 40) * 3, strict=True)]
    names = {"data.yaml": b"train: images\nnames: [fig]\n",
             "labels/a.txt": f"0 {' '.join(map(str, shares))}".encode()}
    uploads = {"coco": {"labels.json": coco([image(1, "a.png")], [box(7, 1, segmentation=rings)]),
                        "a.png": picture("PNG")},
               "yolo": names | {"images/a.png": picture("PNG")}}
    asked = Options(fields=(Field(name="area", kind="mask", labels=(Label(name="fig"),)),))

    taken = {name: take(folder(tmp_path / name, files), asked) for name, files in uploads.items()}

    for name, count in (("coco", 2), ("yolo", 1)):
        [found] = (taken[name].arrivals[0].value or {})["area"]
        assert isinstance(found, Mask)
        ground = np.zeros((40, 60), np.bool_)
        ground[found.y_px:found.y_px + found.height_px, found.x_px:found.x_px + found.width_px] = bitmap_of(found)
        wanted = coco_masks.decode(coco_masks.merge(coco_masks.frPyObjects(rings[:count], 40, 60)))
        assert (ground == wanted.astype(np.bool_)).all()
        assert [r.reason for r in taken[name].rejections] == [
            *(["multipart polygon split"] if count > 1 else []),
            "The schema asks for masks of fig: 1 polygon(s) came in as the pixels inside them."]


def test_an_outline_beside_its_picture_is_told_and_the_item_comes_without_it(tmp_path: Path) -> None:
    beside = box(7, 1, segmentation=[[70, 50, 90, 50, 90, 70]])
    path = folder(tmp_path / "f", {"labels.json": coco([image(1, "a.png")], [beside]), "a.png": picture("PNG")})

    taken = take(path, Options(fields=(Field(name="area", kind="mask", labels=(Label(name="fig"),)),)))

    assert [a.value for a in taken.arrivals] == [None]
    assert [r.reason for r in taken.rejections] == [
        "The polygon of 'fig' was left out: No pixel of the picture lies inside the outline."]


def test_coco_without_its_pictures_is_refused_with_advice(tmp_path: Path) -> None:
    (tmp_path / "labels.json").write_bytes(coco([image(1, "a.png")], [box(1, 1)]))
    assert "folder or an archive" in take(tmp_path / "labels.json").reasons["labels.json"]


def test_a_schema_is_proposed_from_categories_and_what_they_mark(tmp_path: Path) -> None:
    raw = coco([image(1, "a.png")], [box(1, 1), box(2, 1, **OUTLINE), box(3, 1, category_id=3)])
    (tmp_path / "labels.json").write_bytes(raw)

    for path in (tmp_path / "labels.json", zipped(tmp_path / "z.zip", {"x/labels.json": raw})):
        fields = schema_of(path).fields
        assert [(f.name, f.kind) for f in fields] == [("boxes", "box"), ("polygons", "polygon")]
        assert [label.name for label in fields[0].labels] == ["fig", "date"]
    with pytest.raises(BadInput, match="no COCO file"):
        schema_of(zipped(tmp_path / "none.zip", {"a.txt": b"x"}))


POSED = {"keypoints": [2, 2, 2, 4, 4, 1, 0, 0, 0]}


def test_a_schema_is_proposed_for_keypoints_with_their_names_and_ties(tmp_path: Path) -> None:
    raw = json.loads(coco([image(1, "a.png")], [box(1, 1, **POSED)]))
    names = raw["categories"][0]["keypoints"] = ["nose", "eye", "ear"]
    raw["categories"][0]["skeleton"] = [[1, 2], [2, 9]]
    (tmp_path / "labels.json").write_text(json.dumps(raw))

    boxes, people = schema_of(tmp_path / "labels.json").fields

    assert (boxes.kind, people.kind, people.name, len(people.labels)) == ("box", "skeleton", "skeletons", 1)
    check_schema(LabelSchema(fields=(people,)))
    assert [one["name"] for one in people.settings["points"]] == names
    assert people.settings["edges"] == [["nose", "eye"]]


def test_keypoints_beside_a_box_do_not_become_a_second_box(tmp_path: Path) -> None:
    files = {"labels.json": coco([image(1, "a.png")], [box(1, 1, **POSED)]), "a.png": picture("PNG")}

    taken = take(folder(tmp_path / "f", files), Options(fields=two_fields("other")[:1]))

    [arrival] = taken.arrivals
    assert [len(found) for found in (arrival.value or {}).values()] == [1]
    assert any("no field for 1 skeleton" in reason for reason in taken.reasons.values())


def test_poses_of_yolo_are_proposed_as_such(tmp_path: Path) -> None:
    files = {**YOLO, "data.yaml": YOLO["data.yaml"] + b"\nkpt_shape: [17, 3]\n"}
    assert propose(folder(tmp_path / "f", files)) == "yolo_pose"


def two_fields(*second: str) -> tuple[Field, ...]:
    def one(name: str, labels: tuple[str, ...]) -> Field:
        return Field(name=name, kind="box", labels=tuple(Label(name=label) for label in labels))

    return (one("whole", ("fig", "date")), one("parts", second))


TWO = {
    "labels.json": coco(
        [image(1, "a.png"), image(2, "b.png")], [box(1, 1), box(2, 2, category_id=3), box(3, 2, category_id=3)]
    ),
    "a.png": picture("PNG"),
    "b.png": picture("PNG", compress_level=1),
}


def test_a_label_goes_to_the_only_field_that_has_it(tmp_path: Path) -> None:
    fields = (two_fields("stone")[1], *two_fields()[:1])  # the other field of the kind comes first

    taken = take(folder(tmp_path / "f", TWO), Options(fields=fields))

    assert [list(a.value or {}) for a in taken.arrivals] == [["whole"], ["whole"]] and not taken.rejections


def test_a_label_that_two_fields_have_is_asked_about_and_goes_where_it_is_said(tmp_path: Path) -> None:
    path, fields = folder(tmp_path / "f", TWO), two_fields("date", "stone")

    asked, said = take(path, Options(fields=fields)), take(path, Options(fields=fields, chosen=("parts",)))

    assert [(a.name, list(a.value or {})) for a in asked.arrivals] == [("a.png", ["whole"])]
    ((place, reason),) = asked.reasons.items()
    assert place == "f/labels.json:b.png" and "'date' could go to the fields whole and parts" in reason
    assert "--field" in reason
    assert [list(a.value or {}) for a in said.arrivals] == [["whole"], ["parts"]] and not said.rejections


def test_a_field_that_labels_name_is_believed_whatever_is_chosen(tmp_path: Path) -> None:
    named = json.loads(TWO["labels.json"])
    named["categories"] = [one | {"field": "whole"} for one in named["categories"]]
    path = folder(tmp_path / "f", TWO | {"labels.json": json.dumps(named).encode()})

    taken = take(path, Options(fields=two_fields("date"), chosen=("parts",)))

    assert [list(a.value or {}) for a in taken.arrivals] == [["whole"], ["whole"]]


YOLO = {
    "data.yaml": b"train: images/train\nval: images/val\nnames: [fig, date]\n",
    "images/train/a.png": picture("PNG"),
    "images/val/a.png": picture("PNG", (80, 40)),
    "labels/train/a.txt": b"0 0.5 0.5 0.5 0.5\n1 nonsense\n",
    "labels/val/a.txt": b"1 0.5 0.5 0.25 0.25\n",
    "images/val/extra.gif": b"GIF89a broken",
}


@pytest.mark.parametrize("inside", ["", "set/"])
def test_yolo_is_read_where_it_is_named(tmp_path: Path, inside: str) -> None:
    path = zipped(tmp_path / "z.zip", {inside + name: raw for name, raw in YOLO.items()})

    taken = take(path, Options(format="yolo", fields=fields(box="fruit")))

    assert propose(path) == "yolo"
    found = {a.item.assets["image"].width_px: a.value for a in taken.arrivals}
    assert {w: [o.label for o in v["fruit"]] for w, v in found.items() if v} == {60: ["fig"], 80: ["date"]}
    assert any("nonsense" in reason or "float" in reason for reason in taken.reasons.values())
    assert any("extra.gif" in place + reason for place, reason in taken.reasons.items())


def test_yolo_is_found_by_its_data_yaml(tmp_path: Path) -> None:
    taken = take(folder(tmp_path / "f", YOLO), Options(fields=fields(box="fruit")))

    assert sorted(o.label for a in taken.arrivals if a.value for o in a.value["fruit"]) == ["date", "fig"]


def test_of_yolo_without_names_nothing_is_taken_until_they_are_there(tmp_path: Path) -> None:
    taken = take(folder(tmp_path / "f", {name: raw for name, raw in YOLO.items() if name != "data.yaml"}))

    assert taken.arrivals == []
    assert "no data.yaml" in taken.reasons["f"]


def test_outlines_of_yolo_are_proposed_as_such(tmp_path: Path) -> None:
    files = {**YOLO, "labels/train/a.txt": b"0 0.1 0.1 0.9 0.1 0.9 0.9\n"}
    assert propose(folder(tmp_path / "f", files)) == "yolo_segment"


def test_a_file_alone_is_read_in_the_format_named(tmp_path: Path) -> None:
    (tmp_path / "records.jsonl").write_bytes(b'{"item_id": "i", "data": {"t": "a"}}\nbroken\n')
    taken = take(tmp_path / "records.jsonl", Options(format="jsonl"))
    assert taken.data == [{"t": "a"}]
    assert len(taken.rejections) == 1


@pytest.mark.parametrize(
    ("files", "format"),
    [
        ({"records.jsonl": b"{}"}, "jsonl"),
        ({"sub/x.conll": b"a O\n"}, "conll"),
        ({"a.txt": b"x", "t.csv": b"x\n1"}, ""),
        ({"a.png": picture("PNG"), "notes.txt": b"x"}, ""),
    ],
)
def test_formats_are_proposed_by_what_is_there(tmp_path: Path, files: dict[str, bytes], format: str) -> None:
    assert propose(folder(tmp_path / "f", files)) == format


def test_the_papers_of_a_version_are_no_items(tmp_path: Path) -> None:
    papers = {
        "manifest.jsonl": b'{"format":"goldsmith-manifest/1","seed":0}\n{"item_id":"item_1"}\n',
        "certificate.json": b'{"agreement":[],"format":"goldsmith-certificate/2"}',
    }
    lines = b'{"item_id":"item_1","data":{"text":"a"},"assets":{},"value":{},"split":""}\n'
    raw = coco([image(1, "a.png")], [box(1, 1)])

    texts = take(zipped(tmp_path / "t.zip", {**papers, "records.jsonl": lines}))
    pictures = take(
        zipped(tmp_path / "p.zip", {**papers, "coco.json": raw, "a.png": picture("PNG")}),
        Options(fields=fields(box="fruit")),
    )
    alone = take(zipped(tmp_path / "certificate.zip", {"certificate.json": b'{"text":"of somebody else"}'}))

    assert (len(texts.arrivals), texts.rejections) == (1, [])
    assert ([a.name for a in pictures.arrivals], pictures.rejections) == (["a.png"], [])
    assert len(alone.arrivals) == 1
