"""Real uploads, where the shared data lie beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from goldsmith.arrivals import Options, propose, schema_of
from tests.arrivals.uploads import Taken, fields

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is absent")


def take(tmp_path: Path, name: str, options: Options | None = None) -> Taken:
    link = tmp_path / name
    link.symlink_to(DATA / name)
    return Taken(link, options or Options(), name)


def test_photos_with_outlines_arrive_with_them(tmp_path: Path) -> None:
    taken = take(tmp_path, "images_boxes_masks", Options(fields=fields(polygon="fruit")))

    assert len(taken.arrivals) == 9
    assert all(a.value and a.value["fruit"] for a in taken.arrivals)
    assert list(taken.reasons) == ["images_boxes_masks/README.md"]
    assert propose(DATA / "images_boxes_masks") == "coco"
    (field,) = schema_of(DATA / "images_boxes_masks").fields
    assert (field.kind, [label.name for label in field.labels]) == ("polygon", ["date", "fig", "hazelnut"])


def test_photos_with_masks_arrive_and_what_no_kind_holds_is_told(tmp_path: Path) -> None:
    taken = take(tmp_path, "images_coco_panoptic")

    labelled = [a for a in taken.arrivals if a.value]
    assert {a.name for a in labelled} == {"000000142238.jpg", "000000439180.jpg"}
    assert any("crowd" in reason for reason in taken.reasons.values())


def test_sentences_arrive_line_by_line(tmp_path: Path) -> None:
    taken = take(tmp_path, "pii_synthetic")
    lines = (DATA / "pii_synthetic" / "pii.jsonl").read_bytes().count(b"\n")
    assert len(taken.arrivals) == lines
    assert all(isinstance(a.item.data["text"], str) for a in taken.arrivals)


def test_photos_in_folders_arrive_with_their_bytes_untouched(tmp_path: Path) -> None:
    taken = take(tmp_path, "product_images_clothing")
    assert len(taken.arrivals) == 80
    for place, raw in taken.bytes.items():
        assert raw == (DATA / place).read_bytes()
