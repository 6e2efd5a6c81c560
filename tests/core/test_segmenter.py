"""A model that is shown where a thing is: of the form of SAM's ONNX exports, made here with ONNX's own operators."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from goldsmith.core.errors import BadInput
from goldsmith.media.image.segmenter import Segmenter, list_segmenters
from tests.onnx_segmenter import write_segmenter

pytest.importorskip("onnxruntime")
BALL = (120, 60, 220, 160)


def scene() -> Image.Image:
    image = Image.new("RGB", (400, 300), (40, 70, 90))
    ImageDraw.Draw(image).ellipse(BALL, fill=(200, 80, 40))
    return image


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Segmenter:
    return Segmenter(write_segmenter(tmp_path_factory.mktemp("models")))


def test_a_click_on_a_thing_gives_its_pixels(model: Segmenter) -> None:
    found = model.segment(model.embed(scene()), (400, 300), [(170, 110, False)], None)

    assert found is not None and found.score == pytest.approx(0.9)
    true = np.pi * 50**2
    assert abs(np.count_nonzero(found.bitmap) - true) < 0.08 * true
    assert abs(found.x_px - BALL[0]) <= 4 and abs(found.y_px - BALL[1]) <= 4


def test_a_box_is_two_places_and_a_large_picture_is_answered_at_its_own_size(model: Segmenter) -> None:
    large = scene().resize((6000, 4500))
    box = (1750.0, 900.0, 3300.0, 2400.0)  # its first corner lies on the ground

    ground = model.segment(model.embed(large), large.size, [], (10.0, 10.0, 20.0, 20.0))
    ball = model.segment(model.embed(large), large.size, [(2550, 1650, False)], box)

    assert ball is not None and ground is not None
    assert ball.bitmap.shape[1] == pytest.approx(1500, abs=60)
    assert ground.bitmap.shape == (4500, 6000)


def test_a_folder_lists_its_models_and_says_what_is_wrong(tmp_path: Path) -> None:
    folder = write_segmenter(tmp_path)
    assert list_segmenters(tmp_path / "segmenters")["by-colour"].title == "By colour"

    (folder / "decoder.onnx").write_bytes(b"no model")
    with pytest.raises(BadInput, match="no model"):
        Segmenter(folder)
    (folder / "segmenter.json").write_text('{"titel": "x"}')
    with pytest.raises(BadInput, match="titel"):
        list_segmenters(tmp_path / "segmenters")
