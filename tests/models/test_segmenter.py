"""A model that is shown where a thing is: of the form of SAM's ONNX exports, made here with ONNX's own operators."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from onnx import TensorProto, helper, load_model_from_string, numpy_helper
from PIL import Image, ImageDraw

from goldsmith.models import Access, Asked, Closed
from goldsmith.models.segmenter import model as sort
from goldsmith.models.segmenter.sam import Segmenter, SegmenterSettings
from tests.onnx_segmenter import OPSET, files

pytest.importorskip("onnxruntime")
BALL, OTHER = (120, 60, 220, 160), (20, 200, 80, 260)
ENCODER, DECODER = files()
SETTINGS = SegmenterSettings(encoder_sha256="e" * 64, decoder_sha256="d" * 64)


def scene() -> Image.Image:
    image = Image.new("RGB", (400, 300), (40, 70, 90))
    draw = ImageDraw.Draw(image)
    draw.ellipse(BALL, fill=(200, 80, 40))
    draw.rectangle(OTHER, fill=(30, 220, 30))
    return image


def checked(encoder: bytes = ENCODER, decoder: bytes = DECODER, **more: Any) -> str:
    """What the model says of itself, tried as when somebody brings it."""
    kept = {"e" * 64: encoder, "d" * 64: decoder}
    settings = msgspec.structs.replace(SETTINGS, **more)
    return sort.open_model(settings, Access(secret="", read=kept.__getitem__)).check()


@pytest.fixture(scope="module")
def model() -> Segmenter:
    return Segmenter(SETTINGS, ENCODER, DECODER)


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


def test_with_a_further_place_it_is_told_what_it_found_before(model: Segmenter) -> None:
    embedding, places = model.embed(scene()), [(170.0, 110.0, False), (50.0, 230.0, False)]
    first = model.segment(embedding, (400, 300), places[:1], None)
    assert first is not None

    untold = model.segment(embedding, (400, 300), places, None)
    told = model.segment(embedding, (400, 300), places, None, first.coarse)

    assert model.takes_masks and untold is not None and told is not None
    assert np.count_nonzero(untold.bitmap) == np.count_nonzero(first.bitmap)
    assert np.count_nonzero(told.bitmap) > np.count_nonzero(first.bitmap) + 3000  # the other thing as well
    assert told.x_px < 30 and told.y_px < 70


def test_a_trial_says_what_goes_in_and_comes_out() -> None:
    assert checked() == "1024 px → 1×3×64×64 · knows what it found before"


def with_a_part_beside() -> bytes:
    found = load_model_from_string(DECODER)
    tensor = found.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/hostname")
    return bytes(found.SerializeToString())


def of_one_node(operator: str, name: str, into: list[Any], out: list[Any], **more: Any) -> bytes:
    node = helper.make_node(operator, [name], ["out"], **more)
    graph = helper.make_graph([node], "g", [helper.make_tensor_value_info(name, TensorProto.FLOAT, into)],
                              [helper.make_tensor_value_info("out", TensorProto.FLOAT, out)])  # fmt: skip
    return bytes(helper.make_model(graph, opset_imports=OPSET, ir_version=8).SerializeToString())


@pytest.mark.parametrize(("changed", "words"), [
    ({"encoder": b"no model"}, "encoder's file is no model"),
    ({"decoder": DECODER[:900]}, "decoder's file is no model"),
    ({"decoder": with_a_part_beside()}, "parts in other files beside it. Save it as one file"),
    ({"encoder": DECODER, "decoder": ENCODER}, "takes 6 inputs .* mixed up"),
    ({"longest_px": 512}, "takes 1×3×1024×1024. .*another longer side"),
    ({"decoder": of_one_node("Relu", "image_embeddings", [1, 3, 64, 64], [1, 3, 64, 64])}, "does not take point_coor"),
    ({"decoder": of_one_node("Relu", "text", [1], [1])}, "asks for text"),
    ({"encoder": of_one_node("MaxPool", "image", [1, 3, 1024, 1024], [1, 3, 32, 32], kernel_shape=[32, 32],
                             strides=[32, 32])}, "decoder does not do as one of SAM's"),
])  # fmt: skip
def test_files_that_do_not_fit_are_refused_with_the_reason(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(Closed, match=words):
        checked(**changed)


@pytest.mark.parametrize(("ends", "words"), [
    (f"import os; os.kill(os.getpid(), {int(signal.SIGSEGV)})", r"ended the process that tried them \(-11\)"),
    ("import time; time.sleep(600)", "within 5 seconds"),
])
def test_files_that_end_the_process_that_tries_them_end_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ends: str, words: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(ends)  # what a crash inside the runtime looks like from here
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sort, "SECONDS_MOST", 5)

    with pytest.raises(Closed, match=words):
        checked()


def test_a_file_that_asks_for_all_memory_gets_none_of_the_servers() -> None:
    shape = numpy_helper.from_array(np.array([1, 3, 2**19, 2**19], np.int64), "shape")
    nodes = [helper.make_node("ConstantOfShape", ["shape"], ["out"]),
             helper.make_node("Identity", ["image"], ["unused"])]
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 1024, 1024])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)], [shape])  # fmt: skip
    bomb = helper.make_model(graph, opset_imports=OPSET, ir_version=8).SerializeToString()

    with pytest.raises(Closed, match="allocate|memory|ended the process"):
        checked(encoder=bomb)


def test_it_predicts_nothing_by_itself() -> None:
    with pytest.raises(Closed, match="shown things"):
        sort.open_model(SETTINGS, Access(secret="", read=lambda sha256: b"")).predict([], Asked(schema=None))  # type: ignore[arg-type]
